//! SQL of `wallet_hosts`.

use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::{WalletHost, WalletStanding, WalletState};
use crate::provider::AccountRef;

/// Hosts that one list holds at most; a tenant has a few.
const LIST_LIMIT: i64 = 200;

struct Row {
    provider: String,
    account: String,
    host: String,
    state: String,
    apple_pay: bool,
    google_pay: bool,
    reason: Option<String>,
    checked_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn read(self) -> Result<WalletHost, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        Ok(WalletHost {
            provider: self.provider,
            account: AccountRef::parse(&self.account).map_err(|_| odd("account of a host"))?,
            host: self.host,
            state: WalletState::from_name(&self.state).ok_or_else(|| odd("state of a host"))?,
            told: WalletStanding {
                apple_pay: self.apple_pay,
                google_pay: self.google_pay,
                reason: self.reason,
            },
            checked_at: self.checked_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// Lists hosts with how they stand, by account.
///
/// # Errors
/// The database failed.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<WalletHost>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select provider, account, host, state, apple_pay, google_pay, reason, checked_at as "checked_at: _"
           from wallet_hosts where state <> 'removed' order by provider, account, host limit $1"#,
        LIST_LIMIT
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::read).collect()
}

/// Writes down which hosts an account should have, and which it should not have any more.
pub(super) async fn want(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (provider, account): (&str, &AccountRef),
    hosts: &[String],
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into wallet_hosts as w (tenant_id, provider, account, host, state, updated_at)
         select $1, $2, $3, h.host, 'wanted', $5 from unnest($4::text[]) as h(host) order by h.host
         on conflict (tenant_id, provider, account, host) do update set state = 'wanted', updated_at = excluded.updated_at
         where w.state = 'removed'",
        tx.tenant().uuid(),
        provider,
        account.as_str(),
        hosts,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update wallet_hosts set state = 'removed', updated_at = $4
         where provider = $1 and account = $2 and state <> 'removed' and host <> all($3)",
        provider,
        account.as_str(),
        hosts,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Lists hosts of which the provider is to be asked, those that were never asked about first.
pub(super) async fn list_due(
    tx: &mut TenantTx,
    (inactive_before, active_before): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<WalletHost>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select provider, account, host, state, apple_pay, google_pay, reason, checked_at as "checked_at: _"
           from wallet_hosts
           where state = 'wanted' or (state = 'inactive' and checked_at <= $1) or (state = 'active' and checked_at <= $2)
           order by checked_at nulls first, host limit $3"#,
        inactive_before.to_sqlx() as _,
        active_before.to_sqlx() as _,
        limit
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::read).collect()
}

pub(super) async fn save(
    tx: &mut TenantTx,
    ctx: &Ctx,
    host: &WalletHost,
    told: &WalletStanding,
) -> Result<(), DbError> {
    sqlx::query!(
        "update wallet_hosts set state = $4, apple_pay = $5, google_pay = $6, reason = left($7, 500), checked_at = $8, updated_at = $8
         where provider = $1 and account = $2 and host = $3 and state <> 'removed'",
        host.provider,
        host.account.as_str(),
        host.host,
        told.state().name(),
        told.apple_pay,
        told.google_pay,
        told.reason,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
