//! Makes keys, and their successors.

use bilten_kernel::{AccountId, Actor, ApiKeyId, ApiScope, ApiScopes, Ctx, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx,
    permissions::{self, Place, Rights, of_scopes},
};
use jiff::SignedDuration;

use super::{ApiKey, ApiKeyToken, Networks, record, store};

/// How long a key counts after its successor was made.
pub const OVERLAP: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Living keys of a tenant at most.
const MAX_KEYS: usize = 50;

/// What a key shall be.
#[derive(Debug, Clone, Default)]
pub struct NewKey {
    /// Name for people: 1 to 60 characters.
    pub name: String,
    /// What it may be used for.
    pub scopes: ApiScopes,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// From where it is taken.
    pub networks: Networks,
}

impl NewKey {
    pub(super) fn bare(name: &str, scopes: ApiScopes) -> Self {
        Self {
            name: name.to_owned(),
            scopes,
            ..Self::default()
        }
    }
}

/// Why a key is not made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Only staff make keys here.
    #[error("only a member of the staff makes a key")]
    NotStaff,
    /// No living key of this tenant.
    #[error("no such key")]
    Unknown,
    /// It has a successor already.
    #[error("the key has a successor")]
    Replaced,
    /// The name has not 1 to 60 characters.
    #[error("the name has 1 to 60 characters")]
    Name,
    /// It would be good for nothing.
    #[error("the key has no scope")]
    Empty,
    /// Its maker lacks something that the scope allows.
    #[error("{} is not held by who would make the key", .0.name())]
    NotHeld(ApiScope),
    /// The end lies behind.
    #[error("the end lies behind")]
    WrongEnd,
    /// There are fifty.
    #[error("there are as many keys as there may be")]
    TooMany,
    /// The database refused.
    #[error("could not make the key")]
    Db(#[from] DbError),
}

/// Tells whether somebody with these rights may have a key of the scope: he holds all of it, in the whole tenant.
pub fn may_have(rights: &Rights, scope: ApiScope) -> bool {
    rights
        .held_in(Place::Tenant)
        .includes(of_scopes([scope].into_iter().collect()))
}

/// Makes a key that holds no more than its maker, and returns it with its secret, which cannot be read again.
///
/// # Errors
/// See [`KeyError`].
pub async fn make(tx: &mut TenantTx, ctx: &Ctx, new: &NewKey) -> Result<(ApiKey, ApiKeyToken), KeyError> {
    // Waits for whoever removes the maker at this moment.
    permissions::bump(tx, ctx).await?;
    let maker = check(tx, ctx, new).await?;
    Ok(insert(tx, ctx, Some(maker), new).await?)
}

/// Makes a key in the place of another; the other counts a week longer at most. Whoever does so makes a key: he must hold
/// what it holds, and it dies with his rights.
///
/// # Errors
/// See [`KeyError`].
pub async fn rotate(tx: &mut TenantTx, ctx: &Ctx, id: ApiKeyId) -> Result<(ApiKey, ApiKeyToken), KeyError> {
    let old = store::find_for_update(tx, id).await?.ok_or(KeyError::Unknown)?;
    if !old.is_alive_at(ctx.now()) {
        return Err(KeyError::Unknown);
    }
    if old.replaced_by.is_some() {
        return Err(KeyError::Replaced);
    }
    let new = NewKey {
        name: old.name,
        scopes: old.scopes,
        expires_at: old.expires_at,
        networks: old.networks,
    };
    let maker = check(tx, ctx, &new).await?;
    let made = insert(tx, ctx, Some(maker), &new).await?;
    let end = ctx.now().checked_add(OVERLAP).unwrap_or(Timestamp::MAX);
    let end = old.expires_at.map_or(end, |planned| planned.min(end));
    store::replace(tx, id, made.0.id, end).await?;
    record(tx, ctx, id, "api_key.rotated").await?;
    Ok(made)
}

async fn check(tx: &mut TenantTx, ctx: &Ctx, new: &NewKey) -> Result<AccountId, KeyError> {
    let Actor::Staff(maker) = ctx.actor else {
        return Err(KeyError::NotStaff);
    };
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(KeyError::Name);
    }
    if new.expires_at.is_some_and(|end| end <= ctx.now()) {
        return Err(KeyError::WrongEnd);
    }
    if new.scopes == ApiScopes::default() {
        return Err(KeyError::Empty);
    }
    let rights = permissions::rights(tx, ctx).await?;
    let wanted = ApiScope::ALL.into_iter().filter(|scope| new.scopes.contains(*scope));
    for scope in wanted {
        if !may_have(&rights, scope) {
            return Err(KeyError::NotHeld(scope));
        }
    }
    let living = store::list(tx).await?;
    if living.iter().filter(|key| key.is_alive_at(ctx.now())).count() >= MAX_KEYS {
        return Err(KeyError::TooMany);
    }
    Ok(maker)
}

pub(super) async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    maker: Option<AccountId>,
    new: &NewKey,
) -> Result<(ApiKey, ApiKeyToken), DbError> {
    let token = ApiKeyToken::from_random(ctx.random());
    let key = ApiKey {
        id: ctx.new_id(),
        name: new.name.trim().to_owned(),
        scopes: new.scopes,
        created_at: ctx.now(),
        created_by: maker,
        expires_at: new.expires_at,
        networks: new.networks.clone(),
        last_used_at: None,
        replaced_by: None,
    };
    store::insert(tx, &key, token.hash()).await?;
    record(tx, ctx, key.id, "api_key.created").await?;
    Ok((key, token))
}
