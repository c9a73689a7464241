//! `GET /manage/account`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Moment, Section, Text,
        console::{AccountView, SessionRow},
    },
};
use bilten_sso::{
    TokenHash,
    sessions::{self, Client, SessionInfo},
};
use bilten_tenancy::TenantTx;

use super::{ENDINGS, PASSWORD, PROFILE};
use crate::{
    http::{FACTOR, problem::Problem},
    organizer::console::Console,
};

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = load(&console, &mut tx, FieldErrors::none()).await?;
    tx.commit().await?;
    console.html(Section::Account, &view)
}

/// Fills the page; a form that was refused puts in what was typed.
pub(super) async fn load(console: &Console, tx: &mut TenantTx, errors: FieldErrors) -> Result<AccountView, Problem> {
    let settings = console.state.settings.get(console).await?;
    let this = console.session.token.hash();
    let found = sessions::list(tx, console, console.session.account).await?;
    let row = |info: &SessionInfo| row(info, this, settings.time_zone.as_str());
    Ok(AccountView {
        email: console.session.email.clone(),
        name: console.session.name.clone(),
        errors,
        profile_action: PROFILE.to_owned(),
        password_action: PASSWORD.to_owned(),
        sessions: found.iter().map(row).collect(),
        end_action: ENDINGS.to_owned(),
        factor_url: FACTOR.to_owned(),
        has_factor: console.session.has_factor,
    })
}

fn row(info: &SessionInfo, this: TokenHash, zone: &str) -> SessionRow {
    let moment = |at| Moment::new(at, zone);
    SessionRow {
        id: info.id.to_string(),
        device: device(&info.client),
        network: info.client.network.clone(),
        since: moment(info.created_at),
        seen: moment(info.last_seen_at),
        is_this: info.id == this,
    }
}

/// Names a device in the reader's language.
pub(crate) fn device(client: &Client) -> Text {
    match (client.browser(), client.system()) {
        (Some(browser), Some(system)) => Text::new(texts::DEVICE_ON)
            .with("browser", browser)
            .with("system", system),
        (Some(name), None) | (None, Some(name)) => Text::new(texts::DEVICE_NAME).with("name", name),
        (None, None) => Text::new(texts::DEVICE_UNKNOWN),
    }
}
