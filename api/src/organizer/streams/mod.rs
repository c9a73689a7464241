//! Streams of the record to a tenant's own security people: a list with what keeps each, a form, and what can be done with one.
//!
//! Whoever may take the record out sees them. A stream takes it out for as long as it runs, so that making and changing one asks for the
//! organisation's security as well.

mod change;
mod create;
mod list;

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
    let face = Face::Organizer;
    let (take, set) = (
        Access::Staff(Permission::AuditExport),
        Access::Staff(Permission::OrgUpdate),
    );
    let id: &'static [(&str, &str)] = &[("id", "audit_stream")];
    vec![
        Route::get(urls::STREAMS, face, take, list::show),
        Route::post(urls::STREAMS, face, set, create::create)
            .fresh()
            .repeats(Repeat::Harmless),
        Route::post("/manage/audit/streams/{id}/test", face, set, change::test)
            .ids(id)
            .repeats(Repeat::Harmless),
        Route::post("/manage/audit/streams/{id}/pause", face, set, change::pause)
            .ids(id)
            .repeats(Repeat::State),
        Route::post("/manage/audit/streams/{id}/resumption", face, set, change::resume)
            .ids(id)
            .repeats(Repeat::State),
        Route::post("/manage/audit/streams/{id}/secret", face, set, change::rotate)
            .ids(id)
            .fresh()
            .repeats(Repeat::Harmless),
        Route::post(
            "/manage/audit/streams/{id}/former-secret",
            face,
            set,
            change::drop_former,
        )
        .ids(id)
        .repeats(Repeat::State),
        Route::post("/manage/audit/streams/{id}/removal", face, set, change::delete)
            .ids(id)
            .fresh()
            .repeats(Repeat::State),
    ]
}

async fn permit(console: &Console, tx: &mut TenantTx) -> Result<(), Problem> {
    for permission in [Permission::OrgUpdate, Permission::AuditExport] {
        permissions::require(tx, console, permission, Scope::Tenant).await?;
    }
    Ok(())
}
