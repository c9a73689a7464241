//! Provisioning by a directory: its tokens, what its groups give, and what it asked for.

mod group;
mod show;
mod tokens;

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
    let (face, manage) = (Face::Organizer, Access::Staff(Permission::ScimManage));
    vec![
        Route::get(urls::SCIM, face, manage, show::show),
        Route::post(urls::SCIM_TOKENS, face, manage, tokens::create)
            .fresh()
            .repeats(Repeat::Harmless),
        Route::post("/manage/scim/tokens/{id}/revocation", face, manage, tokens::revoke)
            .ids(&[("id", "scim_token")])
            .fresh()
            .repeats(Repeat::State),
        Route::get("/manage/scim/groups/{id}", face, manage, group::show).ids(&[("id", "scim_group")]),
        Route::post("/manage/scim/groups/{id}", face, manage, group::save)
            .ids(&[("id", "scim_group")])
            .fresh()
            .repeats(Repeat::State),
    ]
}

/// People and groups are of the whole tenant: so must the permission be.
async fn permit(console: &Console, tx: &mut TenantTx) -> Result<(), Problem> {
    permissions::require(tx, console, Permission::ScimManage, Scope::Tenant).await?;
    Ok(())
}
