//! `GET /manage/account/factor`.

use axum::response::Response;
use bilten_branding::{
    qr,
    views::{
        FieldErrors, Moment, SafeHtml, Section,
        console::{FactorSetUp, FactorView, PasskeyRow},
    },
};
use bilten_kernel::HostName;
use bilten_sso::factors::{
    self, Standing,
    passkeys::{self, PasskeyInfo},
};
use bilten_tenancy::TenantTx;

use super::{CODES, CONFIRMATION, PASSKEY_REMOVAL, REMOVAL, key_of};
use crate::{
    http::{FACTOR, extract::AskedHost, problem::Problem},
    organizer::{account::ACCOUNT, console::Console},
};

pub(super) async fn show(console: Console, AskedHost(host): AskedHost) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = load(&console, &mut tx, (&host, FieldErrors::none())).await?;
    tx.commit().await?;
    console.html(Section::Account, &view)
}

pub(super) async fn load(
    console: &Console,
    tx: &mut TenantTx,
    (host, errors): (&HostName, FieldErrors),
) -> Result<FactorView, Problem> {
    let settings = console.state.settings.get(console).await?;
    let session = &console.session;
    let key = key_of(&console.state, console.tenant.ctx.tenant);
    let found = factors::find(tx, session.account).await?;
    let mine = passkeys::list(tx, session.account).await?;
    let begun = match found.since {
        Some(_) => None,
        None => factors::find_begun(tx, &key, session.account, (&settings.name, &session.email)).await?,
    };
    let set_up = match begun {
        Some(begun) => Some(FactorSetUp {
            symbol: SafeHtml::svg(qr::svg(&begun.url).map_err(Problem::internal)?),
            url: begun.url,
            secret: spaced(&begun.secret),
            action: CONFIRMATION.to_owned(),
        }),
        None => None,
    };
    let zone = settings.time_zone.as_str();
    let passkey = |key: PasskeyInfo| PasskeyRow {
        name: key.name,
        host: (key.host != host.as_str()).then_some(key.host),
        created: Moment::new(key.created_at, zone),
        used: key.used_at.map(|at| Moment::new(at, zone)),
        id: key.id.to_string(),
    };
    Ok(FactorView {
        account_url: ACCOUNT.to_owned(),
        since: found.since.map(|at| Moment::new(at, zone)),
        passkeys: mine.into_iter().map(passkey).collect(),
        passkey: super::passkeys::form(),
        passkey_remove_action: PASSKEY_REMOVAL.to_owned(),
        phone: super::phone::panel(console, tx, zone).await?,
        has_any: found.has_any(),
        codes_left: found.codes_left,
        is_overdue: session.standing == Standing::Overdue,
        set_up,
        errors,
        begin_action: FACTOR.to_owned(),
        remove_action: REMOVAL.to_owned(),
        codes_action: CODES.to_owned(),
    })
}

/// Groups of four letters, as one types them.
fn spaced(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}
