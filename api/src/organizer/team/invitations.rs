//! Invites somebody, and takes it back.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text},
};
use bilten_kernel::{Email, InvitationKind};
use bilten_sso::team::{self, InviteError, NewInvitation};
use bilten_tenancy::{TenantTx, permissions::Permission};

use super::{
    grant::{Typed, explain},
    permit, show,
    words::Words,
};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

/// `POST /manage/team/invitations`.
pub(super) async fn create(console: Console, CsrfForm(typed): CsrfForm<Typed>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::MemberInvite).await?;
    let mut errors = FieldErrors::none();
    if invite(&console, &mut tx, &typed, &mut errors).await? {
        tx.commit().await?;
        return Ok(redirect_saying(urls::TEAM, texts::FLASH_INVITED));
    }
    tx.rollback().await?;
    let mut tx = console.begin().await?;
    let view = show::view(&console, &mut tx, &typed, errors).await?;
    tx.commit().await?;
    console.html_refused(Section::Team, &view)
}

async fn invite(
    console: &Console,
    tx: &mut TenantTx,
    typed: &Typed,
    errors: &mut FieldErrors,
) -> Result<bool, Problem> {
    let zone = console.state.settings.get(console).await?.time_zone.clone();
    let words = Words::read(console, tx, zone, &[]).await?;
    let email = typed.email.trim().parse::<Email>();
    if email.is_err() {
        errors.push("email", Text::new(texts::FIELD_EMAIL_INVALID));
    }
    let (Some(grant), Ok(email)) = (typed.meant(&words, errors), email) else {
        return Ok(false);
    };
    if !words.knows(grant.place) {
        errors.push("place", Text::new(texts::FIELD_REQUIRED));
        return Ok(false);
    }
    match team::invite(tx, console, &NewInvitation { email, grant }).await {
        Ok(_) => Ok(true),
        Err(InviteError::Role(error)) => explain(error, errors).map(|()| false),
        Err(InviteError::TooMany) => {
            errors.push("email", Text::new(texts::FIELD_INVITATIONS_MANY));
            Ok(false)
        }
        Err(error @ InviteError::NotStaff) => Err(Problem::internal(error)),
        Err(InviteError::Db(error)) => Err(error.into()),
    }
}

/// `POST /manage/team/invitations/{id}/revocation`.
pub(super) async fn revoke(
    PathId(id): PathId<InvitationKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx, Permission::MemberInvite).await?;
    if !team::revoke_invitation(&mut tx, &console, id).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(redirect_saying(urls::TEAM, texts::FLASH_INVITATION_REVOKED))
}
