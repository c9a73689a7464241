//! Log-in and log-out of staff.

mod create;
mod delete;
mod show;
pub(super) mod sso;

use bilten_branding::views::console::{LoginProvider, LoginView};
use bilten_kernel::Ctx;
use bilten_sso::connections;
pub(crate) use create::Refused;

use super::urls;
use crate::http::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/manage/login", Face::Organizer, Access::Public, show::show),
        Route::post("/manage/login", Face::Organizer, Access::Public, create::create).repeats(Repeat::Harmless),
        Route::post("/manage/logout", Face::Organizer, Access::Session, delete::delete).repeats(Repeat::Harmless),
    ]
    .into_iter()
    .chain(sso::routes())
    .collect()
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
        action: urls::LOGIN.to_owned(),
        email: email.to_owned(),
        providers: providers.collect(),
        next,
        error: None,
    })
}
