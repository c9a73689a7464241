//! `GET /manage/team`.

use axum::response::Response;
use bilten_branding::views::{
    FieldErrors, Section,
    console::{HeldRole, InvitationRow, MemberRow, TeamView},
};
use bilten_sso::team::{self, Invitation};
use bilten_tenancy::{
    TenantTx,
    permissions::{Permission, Scope},
};

use super::{grant::Typed, permit, words::Words};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures, urls},
};

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = view(&console, &mut tx, &Typed::default(), FieldErrors::none()).await?;
    tx.commit().await?;
    console.html(Section::Team, &view)
}

/// Fills the page, with the form of an invitation as it was typed.
pub(super) async fn view(
    console: &Console,
    tx: &mut TenantTx,
    typed: &Typed,
    errors: FieldErrors,
) -> Result<TeamView, Problem> {
    permit(console, tx, Permission::MemberRead).await?;
    let zone = console.state.settings.get(console).await?.time_zone.clone();
    let members = team::list_members(tx).await?;
    let invitations = team::list_open_invitations(tx, console).await?;
    let words = Words::read(console, tx, zone, &members).await?;
    let may_invite = console.may_on(Permission::MemberInvite, Scope::Tenant);
    let row = |invitation: &Invitation| InvitationRow {
        email: invitation.email.clone(),
        role: HeldRole {
            role: words.role(invitation.role),
            place: words.place(invitation.place),
            until: invitation.role_ends_at.map(|end| figures::moment(end, &words.zone)),
            is_over: false,
            given_by: None,
            by_group: None,
            since: None,
            withdraw_action: None,
        },
        expires: figures::moment(invitation.expires_at, &words.zone),
        revoke_action: may_invite.then(|| urls::invitation(invitation.id, "revocation")),
    };
    Ok(TeamView {
        members: members
            .iter()
            .map(|member| MemberRow {
                name: member.name.clone(),
                email: member.email.clone(),
                url: urls::member(member.account),
                roles: member.memberships.iter().map(|m| words.held(console, m)).collect(),
                last_seen: member.last_seen_at.map(|at| figures::moment(at, &words.zone)),
                is_you: member.account == console.session.account,
            })
            .collect(),
        invitations: invitations.iter().map(row).collect(),
        form: may_invite.then(|| {
            let action = ("/manage/team/invitations".to_owned(), true);
            typed.form(console, &words, action, errors)
        }),
        roles_url: urls::ROLES.to_owned(),
        keys_url: console
            .may_on(Permission::ApiKeyManage, Scope::Tenant)
            .then(|| urls::API_KEYS.to_owned()),
    })
}
