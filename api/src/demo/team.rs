//! A small team for each shop: one of several roles, one with an end, one for a single event, and a role of the shop's own.

use bilten_kernel::{AccountId, Ctx, EventId, Timestamp};
use bilten_sso::accounts;
use bilten_tenancy::{
    TenantTx,
    permissions::{self, Grant, MembershipError, Permission, Place, Role, RoleName, RoleWish},
};
use jiff::SignedDuration;

use super::people;
use crate::http::AppState;

/// Name of the shop's own role, and of who holds it.
const OWN: &str = "Guest services";
/// Days for which some hold their role.
const DAYS: i64 = 90;

/// Gives what the shop's people do not hold yet.
pub async fn ensure(
    state: &AppState,
    ctx: &Ctx,
    shop: &str,
    (event, now): (Option<EventId>, Timestamp),
) -> anyhow::Result<()> {
    let end = Some(now + SignedDuration::from_hours(24 * DAYS));
    let mut tx = state.db.begin(ctx).await?;
    let own = ensure_role(&mut tx, ctx).await?;
    let grants = [
        ("guests", RoleName::Own(own), Place::Tenant, None),
        ("auditor", RoleName::BuiltIn(Role::Auditor), Place::Tenant, end),
        (
            "boxoffice",
            RoleName::BuiltIn(Role::BoxOffice),
            event.map_or(Place::Tenant, Place::Event),
            None,
        ),
    ];
    for (word, role, place, expires_at) in grants {
        let login = people::login(&state.master_key, shop, word);
        let Some(account) = accounts::find_by_email(&mut tx, &login.email).await? else {
            continue;
        };
        let grant = Grant {
            role,
            place,
            expires_at,
        };
        give(&mut tx, ctx, account.id, &grant).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn give(tx: &mut TenantTx, ctx: &Ctx, account: AccountId, grant: &Grant) -> anyhow::Result<()> {
    match permissions::give(tx, ctx, account, grant).await {
        // An earlier run gave it.
        Ok(_) | Err(MembershipError::Held) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn ensure_role(tx: &mut TenantTx, ctx: &Ctx) -> anyhow::Result<bilten_kernel::OwnRoleId> {
    let known = permissions::list_own_roles(tx).await?;
    if let Some(role) = known.into_iter().find(|role| role.name == OWN) {
        return Ok(role.id);
    }
    let wish = RoleWish {
        name: OWN.to_owned(),
        permissions: [
            Permission::EventRead,
            Permission::OrderRead,
            Permission::OrderReadPii,
            Permission::OrderResend,
            Permission::AttendeeRead,
        ]
        .into_iter()
        .collect(),
    };
    Ok(permissions::save_own_role(tx, ctx, None, &wish).await?)
}
