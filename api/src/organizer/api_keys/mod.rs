//! Keys of programs: a list, a form, and the one moment in which a key is shown.
//!
//! A key belongs to the whole tenant, so the permission is asked for there. What a key may hold is decided below
//! (`bilten_sso::api_keys`).

mod change;
mod create;
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

const KEY: &[(&str, &str)] = &[("id", "api_key")];

pub(super) fn routes() -> Vec<Route> {
    let (face, manage) = (Face::Organizer, Access::Staff(Permission::ApiKeyManage));
    vec![
        Route::get(urls::API_KEYS, face, manage, show::show),
        Route::post(urls::API_KEYS, face, manage, create::create)
            .fresh()
            .repeats(Repeat::Harmless),
        Route::post("/manage/api-keys/{id}/rotation", face, manage, change::rotate)
            .ids(KEY)
            .fresh()
            .repeats(Repeat::State),
        Route::post("/manage/api-keys/{id}/revocation", face, manage, change::revoke)
            .ids(KEY)
            .fresh()
            .repeats(Repeat::State),
    ]
}

async fn permit(console: &Console, tx: &mut TenantTx) -> Result<(), Problem> {
    permissions::require(tx, console, Permission::ApiKeyManage, Scope::Tenant).await?;
    Ok(())
}
