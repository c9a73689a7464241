//! Visits of platform operators: the tenant's page about them, and the door through which an operator comes in and leaves.

mod card;
mod decide;
mod door;
mod list;
mod rules;
mod show;

use bilten_tenancy::{
    TenantTx,
    permissions::{self, Permission, Scope},
};

use super::{console::Console, urls};
use crate::http::{
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
    visits::LEAVE_URL,
};

pub(super) fn routes() -> Vec<Route> {
    let (face, may) = (Face::Organizer, Access::Staff(Permission::OrgUpdate));
    let id: &'static [(&str, &str)] = &[("id", "visit")];
    vec![
        Route::get(urls::VISITS, face, may, list::show),
        Route::post(urls::VISITS, face, may, rules::save)
            .fresh()
            .repeats(Repeat::State),
        Route::get("/manage/platform-access/{id}", face, may, show::show).ids(id),
        Route::post("/manage/platform-access/{id}/approval", face, may, decide::approve)
            .ids(id)
            .fresh()
            .repeats(Repeat::State),
        Route::post("/manage/platform-access/{id}/refusal", face, may, decide::refuse)
            .ids(id)
            .repeats(Repeat::State),
        // Without a fresh proof: whoever wants somebody out does not look for his telephone first.
        Route::post("/manage/platform-access/{id}/end", face, may, decide::end)
            .ids(id)
            .repeats(Repeat::State),
        Route::get(urls::VISIT_DOOR, face, Access::Public, door::show),
        Route::post(urls::VISIT_DOOR, face, Access::Public, door::open).repeats(Repeat::State),
        Route::post(LEAVE_URL, face, Access::Session, door::leave)
            .open_on_visits()
            .repeats(Repeat::State),
    ]
}

async fn permit(console: &Console, tx: &mut TenantTx) -> Result<(), Problem> {
    permissions::require(tx, console, Permission::OrgUpdate, Scope::Tenant).await?;
    Ok(())
}
