//! Groups: made, changed and ended by their directory.

use std::collections::BTreeSet;

use bilten_kernel::{Ctx, ScimGroupId, ScimUserId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Answer, Request, document,
    fault::{Fault, ScimError},
    group::{self, Change, Group},
    patch, roles,
    schema::Model,
    shape::names_version,
    store,
};

pub(super) async fn create(
    tx: &mut TenantTx,
    ctx: &Ctx,
    request: &Request<'_>,
    body: &Value,
) -> Result<Answer, ScimError> {
    let (document, members) = read(body)?;
    let group = Group {
        id: ctx.new_id(),
        display_name: group::name(&document)?,
        external_id: document::text(&document, "externalId").map(str::to_owned),
        version: 1,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    };
    store::groups::insert(tx, &group).await?;
    add(tx, group.id, &members).await?;
    record(tx, ctx, &group, "directory_group.created", members.len()).await?;
    answer(tx, request, &group).await
}

pub(super) async fn get(tx: &mut TenantTx, request: &Request<'_>, id: &str) -> Result<Answer, ScimError> {
    let id: ScimGroupId = id.parse().map_err(|_| Fault::not_found())?;
    let group = store::groups::find(tx, id).await?.ok_or_else(Fault::not_found)?;
    answer(tx, request, &group).await
}

pub(super) async fn replace(
    tx: &mut TenantTx,
    ctx: &Ctx,
    request: &Request<'_>,
    (id, body): (&str, &Value),
) -> Result<Answer, ScimError> {
    let old = lock(tx, request, id).await?;
    let (document, members) = read(body)?;
    let group = changed(ctx, &old, &document)?;
    let touched = change(tx, old.id, &Change::Set(members)).await?;
    let group = save(tx, ctx, (&old, group), &touched).await?;
    answer(tx, request, &group).await
}

/// Answers with the group only where attributes are named: some have very many members.
pub(super) async fn amend(
    tx: &mut TenantTx,
    ctx: &Ctx,
    request: &Request<'_>,
    (id, body): (&str, &Value),
) -> Result<Answer, ScimError> {
    let operations = patch::read(Model::groups(), body)?;
    let changes: Vec<Option<Change>> = operations.iter().map(Change::of).collect::<Result<_, Fault>>()?;
    let old = lock(tx, request, id).await?;
    let mut document = old.document();
    let mut touched = BTreeSet::new();
    for (operation, of_members) in operations.iter().zip(changes) {
        match of_members {
            Some(of_members) => touched.extend(change(tx, old.id, &of_members).await?),
            None => patch::apply(Model::groups(), &mut document, operation)?,
        }
    }
    let group = changed(ctx, &old, &document)?;
    let group = save(tx, ctx, (&old, group), &touched).await?;
    if request.shape.is_named() {
        return answer(tx, request, &group).await;
    }
    Ok(Answer {
        version: group.version,
        location: group.meta(request.base).location(),
        id: group.id.to_string(),
        body: None,
    })
}

/// Takes what the group gave from everybody.
pub(super) async fn delete(tx: &mut TenantTx, ctx: &Ctx, request: &Request<'_>, id: &str) -> Result<(), ScimError> {
    let group = lock(tx, request, id).await?;
    let touched = change(tx, group.id, &Change::Set(Vec::new())).await?;
    settle(tx, ctx, group.id, &touched).await?;
    store::groups::delete(tx, group.id).await?;
    record(tx, ctx, &group, "directory_group.deleted", touched.len()).await?;
    Ok(())
}

fn read(body: &Value) -> Result<(document::Document, Vec<Uuid>), Fault> {
    let Value::Object(fields) = body else {
        return Err(Fault::syntax("The body is not an object."));
    };
    let mut rest = fields.clone();
    rest.retain(|name, _| !name.eq_ignore_ascii_case("members"));
    let members = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case("members"));
    let members = members.map_or(Ok(Vec::new()), |(_, value)| group::ids(value))?;
    Ok((document::read(Model::groups(), &Value::Object(rest))?, members))
}

async fn lock(tx: &mut TenantTx, request: &Request<'_>, id: &str) -> Result<Group, ScimError> {
    let id: ScimGroupId = id.parse().map_err(|_| Fault::not_found())?;
    let group = store::groups::lock(tx, id).await?.ok_or_else(Fault::not_found)?;
    if request.if_match.is_some_and(|tags| !names_version(tags, group.version)) {
        return Err(Fault::stale().into());
    }
    Ok(group)
}

fn changed(ctx: &Ctx, old: &Group, document: &document::Document) -> Result<Group, Fault> {
    Ok(Group {
        display_name: group::name(document)?,
        external_id: document::text(document, "externalId").map(str::to_owned),
        version: old.version + 1,
        updated_at: ctx.now(),
        ..old.clone()
    })
}

/// Changes members; returns whom it made a difference for.
async fn change(tx: &mut TenantTx, group: ScimGroupId, change: &Change) -> Result<BTreeSet<ScimUserId>, ScimError> {
    let mut touched = BTreeSet::new();
    match change {
        Change::Add(users) => touched.extend(add(tx, group, users).await?),
        Change::Remove(users) => touched.extend(store::members::remove(tx, group, (users, false)).await?),
        Change::Set(users) => {
            touched.extend(store::members::remove(tx, group, (users, true)).await?);
            touched.extend(add(tx, group, users).await?);
        }
    }
    Ok(touched)
}

async fn add(tx: &mut TenantTx, group: ScimGroupId, users: &[Uuid]) -> Result<Vec<ScimUserId>, ScimError> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let known = store::members::count_known(tx, users).await?;
    if usize::try_from(known).unwrap_or(0) < users.len() {
        return Err(Fault::value("A member is not known here.").into());
    }
    Ok(store::members::add(tx, group, users).await?)
}

async fn save(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (old, group): (&Group, Group),
    touched: &BTreeSet<ScimUserId>,
) -> Result<Group, ScimError> {
    if touched.is_empty() && group.document() == old.document() {
        return Ok(old.clone());
    }
    store::groups::update(tx, &group).await?;
    settle(tx, ctx, group.id, touched).await?;
    record(tx, ctx, &group, "directory_group.changed", touched.len()).await?;
    Ok(group)
}

/// Gives and takes what the group gives, where it gives anything.
async fn settle(
    tx: &mut TenantTx,
    ctx: &Ctx,
    group: ScimGroupId,
    touched: &BTreeSet<ScimUserId>,
) -> Result<(), ScimError> {
    if touched.is_empty() || !store::groups::has_roles(tx, group).await? {
        return Ok(());
    }
    for user in touched {
        let found = store::users::find(tx, *user).await?;
        if let Some(user) = found.filter(|user| user.is_active) {
            roles::sync(tx, ctx, (user.id, user.account)).await?;
        }
    }
    Ok(())
}

async fn answer(tx: &mut TenantTx, request: &Request<'_>, group: &Group) -> Result<Answer, ScimError> {
    let members = if request.shape.wants("members") {
        Some(store::members::list(tx, group.id).await?)
    } else {
        None
    };
    Ok(Answer {
        version: group.version,
        location: group.meta(request.base).location(),
        id: group.id.to_string(),
        body: Some(request.shape.cut(group.resource(members.as_deref(), request.base))),
    })
}

async fn record(tx: &mut TenantTx, ctx: &Ctx, group: &Group, action: &str, members: usize) -> Result<(), DbError> {
    let entry = audit::Entry {
        action,
        object: group.id.to_string(),
        details: json!({ "members": members }),
    };
    audit::record(tx, ctx, entry).await
}
