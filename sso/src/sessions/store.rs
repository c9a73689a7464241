//! SQL of `sessions`.

use bilten_kernel::{AccountId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{Client, Session, SessionInfo};
use crate::{
    CsrfToken, TokenHash,
    factors::{Duty, FactorPolicy},
    login::NewSession,
    security::SessionLimits,
};

const MAX_LISTED: i64 = 100;

pub(super) async fn insert(
    tx: &mut TenantTx,
    account: AccountId,
    (new, client): (&NewSession, &Client),
    now: Timestamp,
) -> Result<(), DbError> {
    let hash = new.token.hash();
    sqlx::query!(
        "insert into sessions (tenant_id, token_hash, account_id, csrf_token, created_at, last_seen_at, expires_at,
                               user_agent, network)
         values ($1, $2, $3, $4, $5, $5, $6, $7, $8)",
        tx.tenant().uuid(),
        hash.as_bytes(),
        account.uuid(),
        new.csrf.expose(),
        now.to_sqlx() as _,
        new.expires_at.to_sqlx() as _,
        client.user_agent,
        client.network,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds a living session of an account that is not disabled, with its last noted use. The tenant's limits are read in the
/// same statement, so that shorter ones hold for sessions that are there.
pub(super) async fn find(
    tx: &mut TenantTx,
    hash: TokenHash,
    now: Timestamp,
) -> Result<Option<(Session, Timestamp)>, DbError> {
    let defaults = SessionLimits::DEFAULT;
    let row = sqlx::query!(
        r#"select s.account_id, s.csrf_token, s.last_seen_at, s.expires_at, a.name, a.email,
                  coalesce(s.proved_at, s.created_at) as "proved_at!", a.created_at as hired_at,
                  (f.account_id is not null or exists (
                      select 1 from passkeys k where k.tenant_id = s.tenant_id and k.account_id = s.account_id)
                      or (p.sms_prefixes is not null and exists (
                      select 1 from phones n where n.tenant_id = s.tenant_id and n.account_id = s.account_id
                        and n.confirmed_at is not null))) as "has_factor!", p.factor_duty as "factor_duty?",
                  p.factor_grace_days as "factor_grace_days?", p.factor_since
           from sessions s
           join accounts a on a.tenant_id = s.tenant_id and a.id = s.account_id
           left join security_settings p on p.tenant_id = s.tenant_id
           left join authenticators f
             on f.tenant_id = s.tenant_id and f.account_id = s.account_id and f.confirmed_at is not null
           where s.token_hash = $1 and s.expires_at > $2::timestamptz and a.disabled_at is null
             and s.last_seen_at > $2::timestamptz - make_interval(mins => coalesce(p.session_idle_minutes, $3))
             and s.created_at > $2::timestamptz - make_interval(hours => coalesce(p.session_max_hours, $4))"#,
        hash.as_bytes(),
        now.to_sqlx() as _,
        defaults.idle_minutes(),
        defaults.max_hours(),
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
            proved_at: row.proved_at.to_jiff(),
            has_factor: row.has_factor,
            hired_at: row.hired_at.to_jiff(),
            policy: FactorPolicy {
                duty: row.factor_duty.as_deref().and_then(Duty::find).unwrap_or(Duty::Nobody),
                grace_days: row.factor_grace_days.unwrap_or(FactorPolicy::DEFAULT.grace_days),
                since: row.factor_since.map(jiff_sqlx::Timestamp::to_jiff),
            },
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

/// Gives the session another token; returns what stays.
pub(super) async fn update_proved(
    tx: &mut TenantTx,
    (before, after): (TokenHash, TokenHash),
    now: Timestamp,
) -> Result<Option<(CsrfToken, Timestamp)>, DbError> {
    let row = sqlx::query!(
        "update sessions set token_hash = $2, proved_at = $3, last_seen_at = $3 where token_hash = $1
         returning csrf_token, expires_at",
        before.as_bytes(),
        after.as_bytes(),
        now.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (CsrfToken::from_row(row.csrf_token), row.expires_at.to_jiff())))
}

pub(super) async fn list(
    tx: &mut TenantTx,
    account: AccountId,
    now: Timestamp,
    limits: SessionLimits,
) -> Result<Vec<SessionInfo>, DbError> {
    let rows = sqlx::query!(
        "select token_hash, created_at, last_seen_at, user_agent, network from sessions
         where account_id = $1 and expires_at > $2 and last_seen_at > $3 and created_at > $4
         order by last_seen_at desc, created_at desc limit $5",
        account.uuid(),
        now.to_sqlx() as _,
        limits.last_seen_before(now).to_sqlx() as _,
        limits.begun_before(now).to_sqlx() as _,
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
            client: Client {
                user_agent: row.user_agent,
                network: row.network,
            },
        })
        .collect())
}

pub(super) async fn find_client(tx: &mut TenantTx, hash: TokenHash) -> Result<Option<Client>, DbError> {
    let row = sqlx::query!(
        "select user_agent, network from sessions where token_hash = $1",
        hash.as_bytes()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Client {
        user_agent: row.user_agent,
        network: row.network,
    }))
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
) -> Result<u64, DbError> {
    let done = sqlx::query!(
        "delete from sessions where account_id = $1 and ($2::bytea is null or token_hash <> $2)",
        account.uuid(),
        except.as_ref().map(TokenHash::as_bytes),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Removes what is left of the account's sessions that are over.
pub(super) async fn delete_dead(
    tx: &mut TenantTx,
    account: AccountId,
    now: Timestamp,
    limits: SessionLimits,
) -> Result<(), DbError> {
    sqlx::query!(
        "delete from sessions where account_id = $1 and (expires_at <= $2 or last_seen_at <= $3 or created_at <= $4)",
        account.uuid(),
        now.to_sqlx() as _,
        limits.last_seen_before(now).to_sqlx() as _,
        limits.begun_before(now).to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Removes what is left of sessions that are over.
pub(super) async fn delete_all_dead(tx: &mut TenantTx, now: Timestamp, limits: SessionLimits) -> Result<u64, DbError> {
    // A tenant has few sessions at a time: this looks at all of them.
    let done = sqlx::query!(
        "delete from sessions where expires_at <= $1 or last_seen_at <= $2 or created_at <= $3",
        now.to_sqlx() as _,
        limits.last_seen_before(now).to_sqlx() as _,
        limits.begun_before(now).to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Never puts the end off.
pub(super) async fn update_end(tx: &mut TenantTx, hash: TokenHash, until: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update sessions set expires_at = least(expires_at, $2) where token_hash = $1",
        hash.as_bytes(),
        until.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
