//! `GET /manage/platform-access`.

use std::collections::BTreeMap;

use axum::response::Response;
use bilten_branding::views::{
    FieldErrors, Section,
    console::{VisitRulesForm, VisitsView},
};
use bilten_kernel::ZoneName;
use bilten_sso::{
    accounts,
    visits::{self, Mode, VisitRow, VisitState},
};
use bilten_tenancy::{DbError, TenantTx, permissions};

use super::{card::Cards, permit};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, urls, wizard::local_time},
};

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let view = view(&console, &mut tx, None).await?;
    tx.commit().await?;
    console.html(Section::Visits, &view)
}

/// Fills the page; with a form that was sent and refused, if there is one.
pub(super) async fn view(
    console: &Console,
    tx: &mut TenantTx,
    typed: Option<VisitRulesForm>,
) -> Result<VisitsView, Problem> {
    let settings = console.state.settings.get(console).await?;
    let rows = visits::list(tx, None).await?;
    let cards = cards(console, tx, &settings.time_zone, &rows).await?;
    let is_open = |row: &&VisitRow| {
        matches!(
            row.state_at(console.now()),
            VisitState::Asked | VisitState::Approved | VisitState::Running
        )
    };
    let (open, past): (Vec<_>, Vec<_>) = rows.iter().partition(is_open);
    let rules = match typed {
        Some(typed) => typed,
        None => form(visits::find_rules(tx).await?.mode, &settings.time_zone),
    };
    Ok(VisitsView {
        open: open.into_iter().map(|row| cards.card(row)).collect(),
        past: past.into_iter().map(|row| cards.card(row)).collect(),
        rules,
    })
}

/// Reads what the cards of these visits need.
pub(super) async fn cards<'a>(
    console: &Console,
    tx: &mut TenantTx,
    zone: &'a ZoneName,
    rows: &[VisitRow],
) -> Result<Cards<'a>, DbError> {
    let mut names = BTreeMap::new();
    for account in rows.iter().filter_map(|row| row.decided_by) {
        if !names.contains_key(&account)
            && let Some(found) = accounts::find(tx, account).await?
        {
            names.insert(account, found.name);
        }
    }
    let is_owner = permissions::list_owners(tx).await?.contains(&console.session.account);
    Ok(Cards {
        zone,
        now: console.now(),
        names,
        is_owner,
    })
}

fn form(mode: Mode, zone: &ZoneName) -> VisitRulesForm {
    let (name, window) = match mode {
        Mode::Never => ("never", None),
        Mode::Ask => ("ask", None),
        Mode::Window { from, until } => ("window", Some((from, until))),
    };
    VisitRulesForm {
        action: urls::VISITS.to_owned(),
        mode: name.to_owned(),
        from: window
            .map(|(from, _)| local_time::write(from, zone))
            .unwrap_or_default(),
        until: window
            .map(|(_, until)| local_time::write(until, zone))
            .unwrap_or_default(),
        errors: FieldErrors::none(),
    }
}
