//! `GET /manage/sso`: connections, mail domains, and who may use a password.

use axum::response::Response;
use bilten_branding::views::{
    Choice, FieldErrors, Section,
    console::{SsoDomainRow, SsoListView, SsoPolicyPanel, SsoRow, SsoState},
};
use bilten_sso::{
    accounts,
    connections::{self, Connection, ConnectionState},
    domains::{self, OwnDomain},
    enforcement,
};
use bilten_tenancy::TenantTx;

use super::permit;
use crate::{
    http::problem::Problem,
    organizer::{console::Console, urls},
};

/// What a form shows that was sent and refused.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub domain: String,
    pub connection: String,
    pub first: String,
    pub second: String,
    pub errors: Option<FieldErrors>,
}

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let view = view(&console, &mut tx, Typed::default()).await?;
    tx.commit().await?;
    console.html(Section::Sso, &view)
}

/// Shows the page again after a form was refused.
pub(super) async fn refused(console: Console, typed: Typed) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = view(&console, &mut tx, typed).await?;
    tx.commit().await?;
    console.html_refused(Section::Sso, &view)
}

async fn view(console: &Console, tx: &mut TenantTx, typed: Typed) -> Result<SsoListView, Problem> {
    let all = connections::list(tx).await?;
    let domains = domains::list(tx).await?;
    let policy = policy(console, tx, (&all, &typed)).await?;
    Ok(SsoListView {
        rows: all.iter().map(row).collect(),
        new_url: urls::NEW_SSO.to_owned(),
        domains: domains.iter().map(domain_row).collect(),
        domain: typed.domain,
        domain_action: urls::SSO_DOMAINS.to_owned(),
        check_action: urls::SSO_DOMAIN_CHECK.to_owned(),
        remove_action: urls::SSO_DOMAIN_REMOVAL.to_owned(),
        policy,
        errors: typed.errors.unwrap_or_else(FieldErrors::none),
    })
}

fn row(found: &Connection) -> SsoRow {
    SsoRow {
        name: found.name.clone(),
        issuer: found.issuer.clone(),
        state: shown(found.state),
        url: urls::sso(found.id),
    }
}

fn domain_row(found: &OwnDomain) -> SsoDomainRow {
    SsoDomainRow {
        domain: found.domain.as_str().to_owned(),
        record_name: found.record_name(),
        record_text: found.record_text(),
        is_verified: found.verified_at.is_some(),
    }
}

async fn policy(
    console: &Console,
    tx: &mut TenantTx,
    (all, typed): (&[Connection], &Typed),
) -> Result<SsoPolicyPanel, Problem> {
    let found = enforcement::find(tx).await?;
    let mut kept = Vec::new();
    for account in found.iter().flat_map(|policy| &policy.break_glass) {
        kept.extend(accounts::find(tx, *account).await?.map(|account| account.email));
    }
    let with = found.and_then(|policy| all.iter().find(|connection| connection.id == policy.connection));
    let usable = all
        .iter()
        .filter(|connection| connection.state == ConnectionState::Active);
    let choice = |connection: &Connection| {
        let id = connection.id.to_string();
        let is_chosen = id == typed.connection;
        Choice::new(id, connection.name.clone(), is_chosen)
    };
    let is_fresh = typed.errors.is_none();
    Ok(SsoPolicyPanel {
        enforced: with.map(|connection| connection.name.clone()),
        kept,
        connections: usable.map(choice).collect(),
        first: if is_fresh {
            console.session.email.clone()
        } else {
            typed.first.clone()
        },
        second: typed.second.clone(),
        action: urls::SSO_ENFORCEMENT.to_owned(),
        end_action: urls::SSO_ENFORCEMENT_END.to_owned(),
    })
}

pub(super) const fn shown(state: ConnectionState) -> SsoState {
    match state {
        ConnectionState::Draft => SsoState::Draft,
        ConnectionState::Tested => SsoState::Tested,
        ConnectionState::Active => SsoState::Active,
        ConnectionState::Disabled => SsoState::Disabled,
    }
}
