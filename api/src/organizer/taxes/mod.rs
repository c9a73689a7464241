//! Taxes and fees of the shop: rates, the service fee, who bears the platform's fee, and the taxes of an event's tickets.
//!
//! They hold for everything that the shop sells, so the permission is asked for in the whole tenant.

mod bands;
mod corrections;
mod event;
mod form;
mod save;
mod show;

use bilten_tenancy::{
    TenantTx,
    permissions::{self, Permission, Scope},
};

use super::{console::Console, urls};
use crate::http::{
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::TaxManage));
    vec![
        Route::get(urls::TAXES, face, access, show::show),
        Route::post(urls::TAXES, face, access, save::save).repeats(Repeat::State),
        Route::post("/manage/events/{id}/taxes", face, access, event::save)
            .ids(&[("id", "event")])
            .repeats(Repeat::State),
        Route::post("/manage/taxes/corrections/{id}", face, access, corrections::close)
            .ids(&[("id", "order")])
            .repeats(Repeat::State),
    ]
}

/// Asks for the permission in the whole tenant.
async fn permit(console: &Console, tx: &mut TenantTx) -> Result<(), Problem> {
    permissions::require(tx, console, Permission::TaxManage, Scope::Tenant).await?;
    Ok(())
}
