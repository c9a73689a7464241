//! SQL of `sessions`.

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Session, SessionInfo, session::idle_limit};
use crate::{CsrfToken, TokenHash, login::NewSession};

const MAX_LISTED: i64 = 100;

pub(super) async fn insert(
    tx: &mut TenantTx,
    account: AccountId,
    new: &NewSession,
    now: Timestamp,
) -> Result<(), DbError> {
    let hash = new.token.hash();
    sqlx::query!(
        "insert into sessions (tenant_id, token_hash, account_id, csrf_token, created_at, last_seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $5, $6)",
        tx.tenant().uuid(),
        hash.as_bytes(),
        account.uuid(),
        new.csrf.expose(),
        now.to_sqlx() as _,
        new.expires_at.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds a living session of an account that is not disabled, with its last noted use.
pub(super) async fn find(
    tx: &mut TenantTx,
    hash: TokenHash,
    now: Timestamp,
) -> Result<Option<(Session, Timestamp)>, DbError> {
    let row = sqlx::query!(
        "select s.account_id, s.csrf_token, s.last_seen_at, s.expires_at, a.name, a.email
         from sessions s join accounts a on a.tenant_id = s.tenant_id and a.id = s.account_id
         where s.token_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3 and a.disabled_at is null",
        hash.as_bytes(),
        now.to_sqlx() as _,
        idle_limit(now).to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        let session = Session {
            account: AccountId::from_uuid(row.account_id),
            name: row.name,
            email: row.email,
            csrf: CsrfToken::from_row(row.csrf_token),
            expires_at: row.expires_at.to_jiff(),
        };
        (session, row.last_seen_at.to_jiff())
    }))
}

pub(super) async fn update_seen(tx: &mut TenantTx, hash: TokenHash, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update sessions set last_seen_at = $2 where token_hash = $1 and last_seen_at < $2",
        hash.as_bytes(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn list(tx: &mut TenantTx, account: AccountId, now: Timestamp) -> Result<Vec<SessionInfo>, DbError> {
    let rows = sqlx::query!(
        "select token_hash, created_at, last_seen_at from sessions
         where account_id = $1 and expires_at > $2 and last_seen_at > $3 order by created_at desc limit $4",
        account.uuid(),
        now.to_sqlx() as _,
        idle_limit(now).to_sqlx() as _,
        MAX_LISTED,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionInfo {
            id: TokenHash::from_row(&row.token_hash),
            created_at: row.created_at.to_jiff(),
            last_seen_at: row.last_seen_at.to_jiff(),
        })
        .collect())
}

pub(super) async fn delete(tx: &mut TenantTx, hash: TokenHash) -> Result<(), DbError> {
    sqlx::query!("delete from sessions where token_hash = $1", hash.as_bytes())
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(super) async fn delete_of_account(tx: &mut TenantTx, account: AccountId, hash: TokenHash) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "delete from sessions where token_hash = $1 and account_id = $2",
        hash.as_bytes(),
        account.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn delete_all(
    tx: &mut TenantTx,
    account: AccountId,
    except: Option<TokenHash>,
) -> Result<(), DbError> {
    sqlx::query!(
        "delete from sessions where account_id = $1 and ($2::bytea is null or token_hash <> $2)",
        account.uuid(),
        except.as_ref().map(TokenHash::as_bytes),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes what is left of the account's sessions that are over.
pub(super) async fn delete_dead(tx: &mut TenantTx, account: AccountId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "delete from sessions where account_id = $1 and (expires_at <= $2 or last_seen_at <= $3)",
        account.uuid(),
        now.to_sqlx() as _,
        idle_limit(now).to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes what is left of sessions that are over.
pub(super) async fn delete_all_dead(tx: &mut TenantTx, now: Timestamp) -> Result<u64, DbError> {
    // A tenant has few sessions at a time: this looks at all of them.
    let done = sqlx::query!(
        "delete from sessions where expires_at <= $1 or last_seen_at <= $2",
        now.to_sqlx() as _,
        idle_limit(now).to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
