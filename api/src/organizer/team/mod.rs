//! The team: members, invitations, roles and what they hold.
//!
//! Everything here is of the whole tenant, so each permission is asked for there. Who may give what to whom is decided
//! below (`permissions`, `bilten_sso::team`); these pages only offer what will not be refused.

mod accept;
mod grant;
mod invitations;
mod member;
mod role_form;
mod roles;
mod show;
mod words;

pub(super) use grant::end_of_day;

use axum::response::Response;
use bilten_branding::texts;
use bilten_tenancy::{
    TenantTx,
    permissions::{self, MembershipError, Permission, Scope},
};

use super::{console::Console, urls};
use crate::http::{
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
    shell::redirect_saying,
};

const MEMBER: &[(&str, &str)] = &[("id", "account")];
const MEMBERSHIP: &[(&str, &str)] = &[("id", "membership")];
const INVITATION: &[(&str, &str)] = &[("id", "invitation")];
const ROLE: &[(&str, &str)] = &[("id", "own_role")];

pub(super) fn routes() -> Vec<Route> {
    let face = Face::Organizer;
    let read = Access::Staff(Permission::MemberRead);
    let invite = Access::Staff(Permission::MemberInvite);
    let remove = Access::Staff(Permission::MemberRemove);
    let manage = Access::Staff(Permission::RoleManage);
    vec![
        Route::get(urls::TEAM, face, read, show::show),
        Route::post("/manage/team/invitations", face, invite, invitations::create)
            .fresh()
            .repeats(Repeat::Harmless),
        Route::post(
            "/manage/team/invitations/{id}/revocation",
            face,
            invite,
            invitations::revoke,
        )
        .ids(INVITATION)
        .fresh()
        .repeats(Repeat::State),
        Route::get("/manage/team/members/{id}", face, read, member::show).ids(MEMBER),
        Route::post("/manage/team/members/{id}/roles", face, manage, member::give)
            .ids(MEMBER)
            .fresh()
            .repeats(Repeat::State),
        Route::post("/manage/team/members/{id}/removal", face, remove, member::remove)
            .ids(MEMBER)
            .fresh()
            .repeats(Repeat::State),
        Route::post("/manage/team/roles/{id}/withdrawal", face, manage, member::withdraw)
            .ids(MEMBERSHIP)
            .fresh()
            .repeats(Repeat::State),
        Route::get(
            "/manage/invitations/{invitation_token}",
            face,
            Access::Public,
            accept::show,
        ),
        Route::post(
            "/manage/invitations/{invitation_token}",
            face,
            Access::Public,
            accept::accept,
        )
        .repeats(Repeat::State),
        Route::get(urls::ROLES, face, read, roles::show),
        Route::get("/manage/roles/new", face, manage, role_form::show_new),
        Route::post("/manage/roles/new", face, manage, role_form::create)
            .fresh()
            .repeats(Repeat::Harmless),
        Route::get("/manage/roles/{id}", face, manage, role_form::show).ids(ROLE),
        Route::post("/manage/roles/{id}", face, manage, role_form::save)
            .ids(ROLE)
            .fresh()
            .repeats(Repeat::State),
        Route::post("/manage/roles/{id}/removal", face, manage, role_form::delete)
            .ids(ROLE)
            .fresh()
            .repeats(Repeat::State),
    ]
}

/// Asks for a permission in the whole tenant.
async fn permit(console: &Console, tx: &mut TenantTx, permission: Permission) -> Result<(), Problem> {
    permissions::require(tx, console, permission, Scope::Tenant).await?;
    Ok(())
}

/// Goes back and says why a role was neither given nor taken.
fn refused(to: &str, error: MembershipError) -> Result<Response, Problem> {
    let key = match error {
        MembershipError::Own => texts::FLASH_REFUSED_OWN,
        MembershipError::LastOwner => texts::FLASH_REFUSED_LAST_OWNER,
        MembershipError::Unknown | MembershipError::NoRole => return Err(Problem::not_found()),
        MembershipError::Db(error) => return Err(error.into()),
        MembershipError::NotHeld(_)
        | MembershipError::TooManyOwners
        | MembershipError::WrongPlace
        | MembershipError::WrongEnd
        | MembershipError::OwnerEnds
        | MembershipError::Held => texts::FLASH_REFUSED_NOT_HELD,
    };
    Ok(redirect_saying(to, key))
}
