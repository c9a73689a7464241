//! `GET /manage/audit/streams`.

use axum::response::Response;
use bilten_branding::views::{
    Choice, FieldErrors, Section,
    console::{MadeSecret, StreamForm, StreamRow, StreamsView},
};
use bilten_kernel::{Timestamp, ZoneName};
use bilten_sso::streams::{self, MAX_STREAMS, Stream, StreamKind, StreamState};
use bilten_tenancy::{
    TenantTx, audit,
    permissions::{self, Permission, Scope},
};

use super::create::Typed;
use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures, urls},
};

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::AuditExport, Scope::Tenant).await?;
    let view = view(&console, &mut tx, (&Typed::default(), FieldErrors::none()), None).await?;
    tx.commit().await?;
    console.html(Section::Audit, &view)
}

/// Fills the page, with the form as it was typed and a secret that was made just now.
pub(super) async fn view(
    console: &Console,
    tx: &mut TenantTx,
    (typed, errors): (&Typed, FieldErrors),
    made: Option<MadeSecret>,
) -> Result<StreamsView, Problem> {
    let zone = console.state.settings.get(console).await?.time_zone.clone();
    let all = streams::list(tx).await?;
    let last = audit::chain_length(tx).await?;
    let may_set = console.may_on(Permission::OrgUpdate, Scope::Tenant);
    let form = (may_set && all.len() < MAX_STREAMS).then(|| StreamForm {
        action: urls::STREAMS.to_owned(),
        name: typed.name.clone(),
        kinds: StreamKind::ALL
            .map(|kind| Choice::new(kind.name(), kind.name(), typed.kind == kind.name()))
            .to_vec(),
        address: typed.address.clone(),
        ca_pem: typed.ca_pem.clone(),
        after: typed.after.clone(),
        errors,
    });
    Ok(StreamsView {
        rows: all.iter().map(|stream| row(stream, (last, may_set), &zone)).collect(),
        last: figures::count(last),
        made,
        form,
        back_url: urls::AUDIT.to_owned(),
    })
}

fn row(stream: &Stream, (last, may_set): (i64, bool), zone: &ZoneName) -> StreamRow {
    let is_running = stream.state == StreamState::Running;
    let is_https = stream.target.kind == StreamKind::Https;
    let moment = |at: Option<Timestamp>| at.map(|at| figures::moment(at, zone));
    let action = |what: &str, fits: bool| (may_set && fits).then(|| format!("{}/{what}", urls::stream(stream.id)));
    StreamRow {
        name: stream.name.clone(),
        kind: stream.target.kind.name(),
        address: stream.target.address.clone(),
        state: match stream.state {
            StreamState::Running if stream.failing_since.is_some() => "failing",
            StreamState::Running => "running",
            StreamState::Paused => "paused",
            StreamState::Failed => "failed",
        },
        cursor: figures::count(stream.cursor),
        behind: figures::count((last - stream.cursor).max(0)),
        sent: moment(stream.sent_at),
        error: stream.last_error.clone(),
        failing_since: moment(stream.failing_since),
        next: moment(stream.failing_since.filter(|_| is_running).map(|_| stream.next_at)),
        test_action: action("test", is_running),
        pause_action: action("pause", is_running),
        resume_action: action("resumption", !is_running),
        rotate_action: action("secret", is_https),
        drop_action: action("former-secret", stream.has_former_secret),
        delete_action: action("removal", true),
    }
}
