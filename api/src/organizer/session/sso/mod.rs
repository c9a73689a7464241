//! Log-in of staff at identity providers: the browser is sent away, and comes back.
//!
//! The provider is asked between two transactions. Whatever goes wrong is written down for those who set connections up, and
//! said to the person in our own words, with a reference: nothing that a provider wrote is shown.

mod browser;
mod callback;
mod saml;
mod start;
mod tie;

use axum::response::Response;
use bilten_branding::{texts, views::Text};
use bilten_kernel::{Ctx, HostName, SsoConnectionId};
use bilten_sso::{
    Check, connections,
    connections::{Connection, ConnectionState, Kind},
    oidc::{Client, Failure, Trace},
    saml_peers::{self, Peer},
    sign_in::{self, Attempt, Begin, Purpose},
};
use bilten_tenancy::directory::TenantEntry;
use http::HeaderMap;

use crate::{
    http::{
        AppState,
        extract::ClientIp,
        problem::Problem,
        registry::{Access, Face, Route},
        shell::redirect,
    },
    organizer::urls,
};

pub(in crate::organizer) use start::send_away;

pub(super) fn routes() -> Vec<Route> {
    let ids = &[("id", "sso_connection")];
    let face = Face::Organizer;
    vec![
        Route::get("/manage/login/sso/{id}", face, Access::Public, start::start).ids(ids),
        Route::get("/manage/login/sso/{id}/callback", face, Access::Public, callback::show).ids(ids),
        Route::get("/manage/login/sso/{id}/saml", face, Access::Public, saml::show).ids(&[("id", "saml_connection")]),
        Route::get("/manage/login/sso/{id}/tie", face, Access::Session, tie::start).ids(ids),
    ]
}

/// A connection with what is needed to talk to its provider.
pub(in crate::organizer) struct Line {
    pub connection: Connection,
    pub client: Client,
}

impl Line {
    pub(in crate::organizer) async fn find(state: &AppState, ctx: &Ctx, id: SsoConnectionId) -> Result<Self, Problem> {
        let mut tx = state.db.begin(ctx).await?;
        let connection = connections::find(&mut tx, id).await?;
        tx.commit().await?;
        let connection = connection
            .filter(|found| found.kind == Kind::Oidc)
            .ok_or_else(Problem::not_found)?;
        Self::of(state, ctx, connection)
    }

    fn of(state: &AppState, ctx: &Ctx, connection: Connection) -> Result<Self, Problem> {
        let client = connection
            .client(&state.sso.seal, ctx.tenant)
            .map_err(Problem::internal)?;
        Ok(Self { connection, client })
    }
}

/// A connection of either kind, with what is needed to send a browser to its provider.
pub(in crate::organizer) enum AnyLine {
    Oidc(Line),
    Saml(Connection, Peer),
}

impl AnyLine {
    pub(in crate::organizer) async fn find(state: &AppState, ctx: &Ctx, id: SsoConnectionId) -> Result<Self, Problem> {
        let mut tx = state.db.begin(ctx).await?;
        let connection = connections::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
        let peer = match connection.kind {
            Kind::Oidc => None,
            Kind::Saml => Some(saml_peers::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?),
        };
        tx.commit().await?;
        match peer {
            Some(peer) => Ok(Self::Saml(connection, peer)),
            None => Ok(Self::Oidc(Line::of(state, ctx, connection)?)),
        }
    }

    pub(in crate::organizer) const fn connection(&self) -> &Connection {
        match self {
            Self::Oidc(line) => &line.connection,
            Self::Saml(connection, _) => connection,
        }
    }

    fn is_offered(&self) -> bool {
        self.connection().state == ConnectionState::Active
    }
}

/// The one address that the provider sends browsers back to; it is registered there.
pub(in crate::organizer) fn callback_url(state: &AppState, tenant: &TenantEntry, id: SsoConnectionId) -> String {
    format!(
        "{}{}",
        state.config.http.origin(&tenant.primary_host),
        urls::sso_callback(id)
    )
}

/// Log-in happens on the tenant's first host, because that is what the provider knows: others are sent there.
fn elsewhere(state: &AppState, tenant: &TenantEntry, (headers, path): (&HeaderMap, &str)) -> Option<Response> {
    let host = headers
        .get(http::header::HOST)?
        .to_str()
        .ok()?
        .parse::<HostName>()
        .ok()?;
    let is_there = host == tenant.primary_host;
    (!is_there).then(|| redirect(&format!("{}{path}", state.config.http.origin(&tenant.primary_host))))
}

/// Strangers may begin and come back as often as they may send forms.
fn count(state: &AppState, ctx: &Ctx, client: ClientIp) -> Result<(), Problem> {
    match client.network() {
        Some(network) => state.visitors.count_form(ctx.tenant, network),
        None => Ok(()),
    }
}

/// Writes down that a test or a tie failed before the browser was sent away.
pub(in crate::organizer) async fn record_failure(
    state: &AppState,
    ctx: &Ctx,
    (line, purpose): (&AnyLine, &str),
    failure: &Failure,
) -> Result<(), Problem> {
    refuse(state, ctx, (line.connection(), purpose), (failure, Trace::new())).await?;
    Ok(())
}

/// Writes down what failed; returns the sentence for the person, with its reference.
async fn refuse(
    state: &AppState,
    ctx: &Ctx,
    (connection, purpose): (&Connection, &str),
    (failure, mut trace): (&Failure, Trace),
) -> Result<Text, Problem> {
    if !failure.detail.is_empty() {
        trace.note("found", &failure.detail);
    }
    let mut tx = state.db.begin(ctx).await?;
    let attempt = Attempt {
        connection: connection.id,
        purpose,
        failed: Some(failure.check),
        account: None,
        trace: &trace,
    };
    let reference = sign_in::record(&mut tx, ctx, &attempt).await?;
    tx.commit().await?;
    Ok(said(connection, failure.check, &reference.to_string()))
}

/// The sentence for the person, by what failed.
fn said(connection: &Connection, check: Check, reference: &str) -> Text {
    let key = match check {
        Check::NotTied => texts::SSO_NOT_TIED,
        Check::Unknown
        | Check::EmailUnverified
        | Check::Domain
        | Check::Person
        | Check::NoRole
        | Check::Disabled
        | Check::TiedElsewhere => texts::SSO_NO_ACCESS,
        Check::State | Check::Browser | Check::Session | Check::SamlInResponseTo => texts::SSO_TOO_OLD,
        _ => texts::SSO_FAILED,
    };
    Text::new(key)
        .with("name", connection.name.as_str())
        .with("reference", reference.to_owned())
}
