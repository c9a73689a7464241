//! Answers that passed every check and wait for the browser that asked.

use bilten_kernel::{Ctx, SsoConnectionId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use data_encoding::BASE64URL_NOPAD;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::store;
use crate::{oidc::Verified, token::TokenHash};

/// The browser follows a redirect at once.
const TTL: SignedDuration = SignedDuration::from_mins(2);
/// That a request was answered is known for longer than any answer counts.
const KNOWN: SignedDuration = SignedDuration::from_mins(20);

/// An answer that waits.
#[derive(Debug)]
pub struct Waiting {
    /// State of the log-in.
    pub state: String,
    /// Revision of the connection that it was checked with.
    pub revision: i64,
    /// Whom the provider vouches for.
    pub person: Verified,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Row {
    state: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    name: Option<String>,
    groups: Vec<String>,
    sid: Option<String>,
    until: Option<Timestamp>,
}

/// Keeps an answer; returns the code that leads the browser to it, or `None` when the request was answered before.
///
/// # Errors
/// The database refused.
pub async fn keep(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (connection, revision): (SsoConnectionId, i64),
    (state, person): (&str, &Verified),
) -> Result<Option<String>, DbError> {
    let code = BASE64URL_NOPAD.encode(&ctx.random::<32>());
    let row = Row {
        state: state.to_owned(),
        issuer: person.issuer.clone(),
        subject: person.subject.clone(),
        email: person.email.clone(),
        name: person.name.clone(),
        groups: person.groups.clone(),
        sid: person.sid.clone(),
        until: person.until,
    };
    let hashes = (TokenHash::of(state), TokenHash::of(&code));
    let until = ctx.now().checked_add(KNOWN).unwrap_or(ctx.now());
    let is_first = store::insert_answer(tx, (connection, revision), hashes, (&row, ctx.now(), until)).await?;
    Ok(is_first.then_some(code))
}

/// Tells whether a request was answered.
///
/// # Errors
/// The database refused.
pub async fn is_answered(tx: &mut TenantTx, state: &str) -> Result<bool, DbError> {
    store::is_answered(tx, TokenHash::of(state)).await
}

/// Finds the answer of a code, which stays until [`drop_answer`].
///
/// # Errors
/// The database refused.
pub async fn look(
    tx: &mut TenantTx,
    ctx: &Ctx,
    connection: SsoConnectionId,
    code: &str,
) -> Result<Option<Waiting>, DbError> {
    let since = ctx.now().checked_sub(TTL).unwrap_or(Timestamp::MIN);
    let found = store::find_answer(tx, connection, TokenHash::of(code), since).await?;
    Ok(found.map(|(revision, row)| Waiting {
        state: row.state,
        revision,
        person: Verified {
            issuer: row.issuer,
            subject: row.subject,
            is_email_verified: row.email.is_some(),
            email: row.email,
            name: row.name,
            groups: row.groups,
            sid: row.sid,
            until: row.until,
        },
    }))
}

/// Forgets who was vouched for, and remembers that the request was answered.
///
/// # Errors
/// The database refused.
pub async fn drop_answer(tx: &mut TenantTx, code: &str) -> Result<(), DbError> {
    store::clear_answer(tx, TokenHash::of(code)).await
}
