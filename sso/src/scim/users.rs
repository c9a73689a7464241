//! People: made, changed and ended by their directory.
//!
//! Each has an account of the tenant; one that stands under the same address is taken over. Who is not active any more, or is
//! deleted, has left: roles, sessions, keys and invitations end in the same transaction.

use bilten_kernel::{Ctx, ScimUserId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::{Value, json};

use super::{
    Answer, Request,
    document::{self, Document},
    fault::{Fault, ScimError},
    patch, roles,
    schema::Model,
    shape::{Shape, names_version},
    store,
    user::{User, Who},
};
use crate::{accounts, domains, team};

pub(super) async fn create(
    tx: &mut TenantTx,
    ctx: &Ctx,
    request: &Request<'_>,
    body: &Value,
) -> Result<Answer, ScimError> {
    let mut document = document::read(Model::users(), body)?;
    let is_active = is_active(&document).unwrap_or(true);
    document.insert("active".to_owned(), Value::Bool(is_active));
    let who = Who::of(&document)?;
    permit_address(tx, &who).await?;
    if !store::users::find_by_name(tx, &who.name_norm).await?.is_empty() {
        return Err(Fault::taken("Somebody has this userName.").into());
    }
    let account = match accounts::find_by_email(tx, who.email.as_str()).await? {
        Some(found) => {
            if store::users::find_by_account(tx, found.id).await?.is_some() {
                return Err(Fault::taken("Somebody has this mail address.").into());
            }
            accounts::describe(tx, found.id, (&who.email, &who.name)).await?;
            accounts::enable(tx, ctx, found.id).await?;
            found.id
        }
        None => accounts::create_without_password(tx, ctx, &who.email, &who.name)
            .await?
            .ok_or_else(|| Fault::taken("Somebody has this mail address."))?,
    };
    let user = User {
        id: ctx.new_id(),
        account,
        name_norm: who.name_norm,
        is_active,
        document,
        version: 1,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    if !store::users::insert(tx, &user).await? {
        return Err(Fault::taken("Somebody has this userName or mail address.").into());
    }
    if !user.is_active {
        team::depart(tx, ctx, account).await?;
    }
    record(tx, ctx, &user, "directory_user.created").await?;
    Ok(answer(tx, request, &user).await?)
}

pub(super) async fn get(tx: &mut TenantTx, request: &Request<'_>, id: &str) -> Result<Answer, ScimError> {
    let id: ScimUserId = id.parse().map_err(|_| Fault::not_found())?;
    let user = store::users::find(tx, id).await?.ok_or_else(Fault::not_found)?;
    Ok(answer(tx, request, &user).await?)
}

pub(super) async fn replace(
    tx: &mut TenantTx,
    ctx: &Ctx,
    request: &Request<'_>,
    (id, body): (&str, &Value),
) -> Result<Answer, ScimError> {
    let old = lock(tx, request, id).await?;
    let mut document = document::read(Model::users(), body)?;
    document.entry("active").or_insert(Value::Bool(old.is_active));
    let user = save(tx, ctx, &old, document).await?;
    Ok(answer(tx, request, &user).await?)
}

pub(super) async fn amend(
    tx: &mut TenantTx,
    ctx: &Ctx,
    request: &Request<'_>,
    (id, body): (&str, &Value),
) -> Result<Answer, ScimError> {
    let operations = patch::read(Model::users(), body)?;
    let old = lock(tx, request, id).await?;
    let mut document = old.document.clone();
    for operation in &operations {
        patch::apply(Model::users(), &mut document, operation)?;
    }
    let user = save(tx, ctx, &old, document).await?;
    Ok(answer(tx, request, &user).await?)
}

pub(super) async fn delete(tx: &mut TenantTx, ctx: &Ctx, request: &Request<'_>, id: &str) -> Result<(), ScimError> {
    let user = lock(tx, request, id).await?;
    team::depart(tx, ctx, user.account).await?;
    store::members::forget_user(tx, user.id).await?;
    store::users::delete(tx, user.id).await?;
    record(tx, ctx, &user, "directory_user.deleted").await?;
    Ok(())
}

async fn lock(tx: &mut TenantTx, request: &Request<'_>, id: &str) -> Result<User, ScimError> {
    let id: ScimUserId = id.parse().map_err(|_| Fault::not_found())?;
    let user = store::users::lock(tx, id).await?.ok_or_else(Fault::not_found)?;
    if request.if_match.is_some_and(|tags| !names_version(tags, user.version)) {
        return Err(Fault::stale().into());
    }
    Ok(user)
}

/// Keeps what somebody has become. A body that does not say whether he is active changes nothing about it.
async fn save(tx: &mut TenantTx, ctx: &Ctx, old: &User, document: Document) -> Result<User, ScimError> {
    let is_active = is_active(&document).unwrap_or(old.is_active);
    let who = Who::of(&document)?;
    let user = User {
        name_norm: who.name_norm.clone(),
        is_active,
        document,
        version: old.version + 1,
        updated_at: ctx.now(),
        ..old.clone()
    };
    if user.document == old.document && user.is_active == old.is_active {
        return Ok(old.clone());
    }
    let account = accounts::find(tx, old.account).await?;
    let is_other =
        account.is_none_or(|account| account.email != who.email.as_str() || account.name != who.name.as_str());
    if is_other {
        permit_address(tx, &who).await?;
        if !accounts::describe(tx, old.account, (&who.email, &who.name)).await? {
            return Err(Fault::taken("Somebody has this mail address.").into());
        }
    }
    if !store::users::update(tx, &user).await? {
        return Err(Fault::taken("Somebody has this userName.").into());
    }
    match (old.is_active, is_active) {
        (true, false) => {
            team::depart(tx, ctx, user.account).await?;
            record(tx, ctx, &user, "directory_user.deactivated").await?;
        }
        (false, true) => {
            accounts::enable(tx, ctx, user.account).await?;
            roles::sync(tx, ctx, (user.id, user.account)).await?;
            record(tx, ctx, &user, "directory_user.activated").await?;
        }
        _ => record(tx, ctx, &user, "directory_user.changed").await?,
    }
    Ok(user)
}

fn is_active(document: &Document) -> Option<bool> {
    document.get("active").and_then(Value::as_bool)
}

/// Only people of domains that the tenant has proved to be its own are provisioned.
async fn permit_address(tx: &mut TenantTx, who: &Who) -> Result<(), ScimError> {
    if domains::is_own(tx, &who.email).await? {
        return Ok(());
    }
    Err(
        Fault::value("The domain of the mail address is not a verified domain of the shop; add it under Sign-on.")
            .into(),
    )
}

async fn answer(tx: &mut TenantTx, request: &Request<'_>, user: &User) -> Result<Answer, DbError> {
    let shape: &Shape = request.shape;
    let groups = if shape.wants("groups") {
        let found = store::members::groups_of(tx, &[user.id.uuid()]).await?;
        found.into_iter().map(|(_, id, name)| (id, name)).collect()
    } else {
        Vec::new()
    };
    Ok(Answer {
        version: user.version,
        location: user.meta(request.base).location(),
        id: user.id.to_string(),
        body: Some(shape.cut(user.resource(&groups, request.base))),
    })
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, user: &User, action: &str) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: user.account.to_string(),
        details: json!({ "directory_user": user.id }),
    };
    audit::record(tx, ctx, entry).await
}
