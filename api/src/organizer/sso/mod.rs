//! Identity providers of the staff: set up, test, take into use, and see what went wrong.

mod create;
mod domains;
mod enforcement;
mod form;
mod groups;
mod list;
mod saml;
mod save;
mod show;
mod state;
mod test;

use bilten_tenancy::{
    TenantTx,
    permissions::{self, Permission, Scope},
};

use super::console::Console;
use crate::http::{
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::SsoManage));
    let ids = &[("id", "sso_connection")];
    vec![
        Route::get("/manage/sso", face, access, list::show),
        Route::get("/manage/sso/new", face, access, create::show),
        // Its id comes with the form: sent twice it is there already.
        Route::post("/manage/sso", face, access, create::create).repeats(Repeat::State),
        Route::get("/manage/sso/new/saml", face, access, saml::show),
        // Its id comes with the form, as above.
        Route::post("/manage/sso/new/saml", face, access, saml::create).repeats(Repeat::State),
        Route::post("/manage/sso/{id}/saml", face, access, saml::refresh)
            .ids(&[("id", "saml_connection")])
            .repeats(Repeat::State),
        Route::post("/manage/sso/domains", face, access, domains::add).repeats(Repeat::State),
        Route::post("/manage/sso/domains/verification", face, access, domains::check).repeats(Repeat::State),
        Route::post("/manage/sso/domains/removal", face, access, domains::remove).repeats(Repeat::State),
        Route::post("/manage/sso/enforcement", face, access, enforcement::begin).repeats(Repeat::State),
        Route::post("/manage/sso/enforcement/end", face, access, enforcement::end).repeats(Repeat::State),
        Route::get("/manage/sso/{id}", face, access, show::show).ids(ids),
        Route::post("/manage/sso/{id}", face, access, save::terms)
            .ids(ids)
            .repeats(Repeat::State),
        Route::post("/manage/sso/{id}/secret", face, access, save::secret)
            .ids(ids)
            .repeats(Repeat::State),
        Route::post("/manage/sso/{id}/groups", face, access, groups::save)
            .ids(ids)
            .repeats(Repeat::State),
        Route::get("/manage/sso/{id}/test", face, access, test::start).ids(ids),
        Route::post("/manage/sso/{id}/activation", face, access, state::activate)
            .ids(ids)
            .repeats(Repeat::State),
        Route::post("/manage/sso/{id}/deactivation", face, access, state::disable)
            .ids(ids)
            .repeats(Repeat::State),
        Route::post("/manage/sso/{id}/deletion", face, access, state::delete)
            .ids(ids)
            .repeats(Repeat::State),
    ]
}

/// Connections are of the whole tenant: so must the permission be.
async fn permit(console: &Console, tx: &mut TenantTx) -> Result<(), Problem> {
    permissions::require(tx, console, Permission::SsoManage, Scope::Tenant).await?;
    Ok(())
}
