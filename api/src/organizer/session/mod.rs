//! Log-in and log-out of staff, and what helps who cannot log in.

mod create;
mod delete;
mod help;
mod link;
mod passkey;
mod password;
mod second;
mod show;
pub(super) mod sso;

use bilten_branding::views::console::{LoginProvider, LoginView};
use bilten_kernel::{Ctx, TenantId};
use bilten_sso::{connections, links::LinkId};
pub(crate) use create::Refused;
pub(crate) use second::sent_text;

use super::urls;
use crate::http::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
};

const LOGIN: &str = "/manage/login";
const HELP: &str = "/manage/login/help";
const LINKS: &str = "/manage/login/links";
/// Pages to which the links in mails lead.
pub(crate) const LINK: &str = "/manage/login/link";
pub(crate) const PASSWORD: &str = "/manage/login/password";

/// Second step of a log-in.
const SECOND: &str = "/manage/login/second";
const SMS: &str = "/manage/login/second/sms";
const LOST: &str = "/manage/login/second/lost";

const PASSKEY: &str = "/manage/login/passkey";
const PASSKEY_OPTIONS: &str = "/manage/login/passkey/options";
const SECOND_PASSKEY: &str = "/manage/login/second/passkey";
const SECOND_PASSKEY_OPTIONS: &str = "/manage/login/second/passkey/options";

/// Purpose of the key that makes the secret of a link.
const LINK_KEY: &str = "link:account";

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Public);
    vec![
        Route::get(LOGIN, face, access, show::show),
        Route::post(LOGIN, face, access, create::create).repeats(Repeat::Harmless),
        Route::get(HELP, face, access, help::show),
        Route::post(LINKS, face, access, help::create).repeats(Repeat::Harmless),
        Route::get(LINK, face, access, link::show),
        Route::post(LINK, face, access, link::create).repeats(Repeat::State),
        Route::get(PASSWORD, face, access, password::show),
        Route::post(PASSWORD, face, access, password::create).repeats(Repeat::State),
        Route::get(SECOND, face, access, second::show),
        Route::post(SECOND, face, access, second::create).repeats(Repeat::State),
        Route::post(PASSKEY_OPTIONS, face, access, passkey::options).repeats(Repeat::Harmless),
        Route::post(PASSKEY, face, access, passkey::create).repeats(Repeat::State),
        Route::post(SECOND_PASSKEY_OPTIONS, face, access, passkey::second_options).repeats(Repeat::Harmless),
        Route::post(SECOND_PASSKEY, face, access, passkey::second_create).repeats(Repeat::State),
        Route::post(SMS, face, access, second::send).repeats(Repeat::Harmless),
        Route::post(LOST, face, access, second::lost).repeats(Repeat::State),
        Route::post("/manage/logout", face, Access::Session, delete::delete)
            .for_set_up()
            .repeats(Repeat::Harmless),
    ]
    .into_iter()
    .chain(sso::routes())
    .collect()
}

/// Writes the secret of a link for its mail.
pub(crate) fn token(state: &AppState, tenant: TenantId, link: LinkId) -> String {
    state.links.seal(LINK_KEY, tenant, link.uuid().as_bytes())
}

/// Reads the secret of a link; what is not genuine is the link of nobody.
fn read_token(state: &AppState, tenant: TenantId, token: &str) -> Option<LinkId> {
    let bytes = state.links.open(LINK_KEY, tenant, token)?;
    uuid::Uuid::from_slice(&bytes).ok().map(LinkId::from_uuid)
}

/// The page with what was typed, where to go afterwards, and the identity providers of the tenant.
async fn view(state: &AppState, ctx: &Ctx, (email, next): (&str, Option<String>)) -> Result<LoginView, Problem> {
    let mut tx = state.db.begin(ctx).await?;
    let offered = connections::offered(&mut tx).await?;
    tx.commit().await?;
    let providers = offered.into_iter().map(|found| LoginProvider {
        url: match &next {
            Some(next) => urls::with_query(&urls::sso_log_in(found.id), &[("next", next)]),
            None => urls::sso_log_in(found.id),
        },
        name: found.name,
    });
    Ok(LoginView {
        action: LOGIN.to_owned(),
        email: email.to_owned(),
        providers: providers.collect(),
        next,
        passkey: passkey::form(),
        help_url: HELP.to_owned(),
        error: None,
    })
}
