//! The page behind the link of an invitation: nobody is logged in; the signed link proves the mailbox.

use axum::{
    extract::{Path, State},
    response::Response,
};
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Text,
        console::{AcceptView, HeldRole},
    },
};
use bilten_kernel::{Ctx, InvitationId, PersonName};
use bilten_sso::{
    accounts::Account,
    passwords::NewPassword,
    team::{self, AcceptError, Acceptance, Invitation},
};
use bilten_tenancy::TenantTx;
use http::StatusCode;
use serde::Deserialize;

use super::words::Words;
use crate::{
    http::{
        AppState,
        extract::{PlainForm, TenantCtx},
        problem::Problem,
        shell::{Shell, redirect_saying},
    },
    organizer::{figures, urls},
};

const LOGIN: &str = "/manage/login";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    name: String,
    password: String,
}

/// `GET /manage/invitations/{token}`.
pub(super) async fn show(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let id = read(&state, &ctx, &token)?;
    let mut tx = state.db.begin(&ctx).await?;
    let found = team::find_invitation(&mut tx, &ctx, id).await?;
    let Some(found) = found else {
        return shell.html_with(StatusCode::GONE, &dead());
    };
    let view = living(&state, &ctx, &mut tx, (token.as_str(), &found)).await?;
    tx.commit().await?;
    shell.html(&view)
}

/// `POST /manage/invitations/{token}`.
pub(super) async fn accept(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    Path(token): Path<String>,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let id = read(&state, &ctx, &token)?;
    let mut tx = state.db.begin(&ctx).await?;
    let Some(found) = team::find_invitation(&mut tx, &ctx, id).await? else {
        return shell.html_with(StatusCode::GONE, &dead());
    };
    let mut view = living(&state, &ctx, &mut tx, (token.as_str(), &found)).await?;
    tx.commit().await?;
    let mut who = None;
    if view.wants_account {
        let (name, password) = (form.name.parse::<PersonName>(), form.password.parse::<NewPassword>());
        view.name.clone_from(&form.name);
        if name.is_err() {
            view.errors.push("name", Text::new(texts::FIELD_REQUIRED));
        }
        if password.is_err() {
            view.errors.push("password", Text::new(texts::FIELD_PASSWORD_SHORT));
        }
        let (Ok(name), Ok(password)) = (name, password) else {
            return shell.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view);
        };
        // Hashing is dear, so no transaction waits for it.
        let password_hash = state.passwords.hash(&password, ctx.random()).await;
        who = Some(Acceptance { name, password_hash });
    }
    let mut tx = state.db.begin(&ctx).await?;
    match team::accept(&mut tx, &ctx, id, who.as_ref()).await {
        Ok(_) => {
            tx.commit().await?;
            // The first page sends whoever is not logged in to the log-in, which says so.
            Ok(redirect_saying(urls::HOME, texts::FLASH_INVITATION_ACCEPTED))
        }
        Err(AcceptError::TooManyOwners) => {
            view.errors.push("name", Text::new(texts::FIELD_ROLE_OWNERS));
            shell.html_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(AcceptError::Dead | AcceptError::WantsAccount) => shell.html_with(StatusCode::GONE, &dead()),
        Err(AcceptError::Db(error)) => Err(error.into()),
    }
}

/// A link that is not ours is the link of nothing.
fn read(state: &AppState, ctx: &Ctx, token: &str) -> Result<InvitationId, Problem> {
    let id = state.links.read_invitation(ctx.tenant, token);
    id.ok_or_else(Problem::not_found)
}

async fn living(
    state: &AppState,
    ctx: &Ctx,
    tx: &mut TenantTx,
    (token, (invitation, account)): (&str, &(Invitation, Option<Account>)),
) -> Result<AcceptView, Problem> {
    let zone = state.settings.get(ctx).await?.time_zone.clone();
    let words = Words::read(ctx, tx, zone, &[]).await?;
    Ok(AcceptView {
        action: Some(urls::accept(token)),
        email: invitation.email.clone(),
        role: Some(HeldRole {
            role: words.role(invitation.role),
            place: words.place(invitation.place),
            until: invitation.role_ends_at.map(|end| figures::moment(end, &words.zone)),
            is_over: false,
            given_by: None,
            by_group: None,
            since: None,
            withdraw_action: None,
        }),
        wants_account: account.is_none(),
        name: String::new(),
        errors: FieldErrors::none(),
        login_url: LOGIN.to_owned(),
    })
}

fn dead() -> AcceptView {
    AcceptView {
        action: None,
        email: String::new(),
        role: None,
        wants_account: false,
        name: String::new(),
        errors: FieldErrors::none(),
        login_url: LOGIN.to_owned(),
    }
}
