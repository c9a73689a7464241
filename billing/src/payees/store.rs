//! SQL of `payee_accounts`, and of `platform.payee_directory`.

use bilten_kernel::{Ctx, TenantId, Timestamp};
use bilten_tenancy::{DbError, PlatformTx, TenantTx};
use jiff_sqlx::ToSqlx;
use serde_json::json;
use uuid::Uuid;

use super::{ConnectPayee, Disabled, Payee, PayeeAccount, PayeeId, PayeeState, Profile, Standing, Tier};
use crate::provider::AccountRef;

/// Payees that one list holds at most; a tenant opens a new one when an old one is over.
const LIST_LIMIT: i64 = 50;

struct Row {
    id: Uuid,
    provider: String,
    account: Option<String>,
    profile: String,
    state: String,
    country: String,
    currency: Option<String>,
    charges_enabled: bool,
    payouts_enabled: bool,
    can_take_cards: bool,
    disabled_reason: Option<String>,
    requirements: serde_json::Value,
    current_deadline: Option<jiff_sqlx::Timestamp>,
    bank_print: Option<String>,
    tier: String,
    vouched_tier: Option<String>,
}

impl Row {
    fn read(self) -> Result<PayeeAccount, DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        Ok(PayeeAccount {
            id: self.id.into(),
            provider: self.provider,
            account: match self.account {
                Some(text) => Some(AccountRef::parse(&text).map_err(|_| odd("payee account"))?),
                None => None,
            },
            profile: Profile::from_name(&self.profile).ok_or_else(|| odd("payee profile"))?,
            state: PayeeState::from_name(&self.state).ok_or_else(|| odd("payee state"))?,
            country: self.country,
            currency: self.currency.and_then(|code| code.parse().ok()),
            charges_enabled: self.charges_enabled,
            payouts_enabled: self.payouts_enabled,
            can_take_cards: self.can_take_cards,
            disabled: self.disabled_reason.as_deref().map(Disabled::from_name),
            requirements: serde_json::from_value(self.requirements).map_err(|_| odd("payee requirements"))?,
            deadline: self.current_deadline.map(jiff_sqlx::Timestamp::to_jiff),
            bank: self.bank_print,
            tier: Tier::from_name(&self.tier).ok_or_else(|| odd("payee tier"))?.max(
                self.vouched_tier
                    .as_deref()
                    .and_then(Tier::from_name)
                    .unwrap_or(Tier::Unproven),
            ),
        })
    }
}

/// Writes a payee whose account is yet to make; tells whether there was none.
pub(super) async fn insert(tx: &mut TenantTx, ctx: &Ctx, id: PayeeId, new: &ConnectPayee<'_>) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into payee_accounts (tenant_id, id, provider, profile, state, country, created_at, updated_at)
         values ($1, $2, $3, $4, 'creating', $5, $6, $6) on conflict do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        new.provider,
        new.profile.name(),
        new.country,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves what the provider told.
pub(super) async fn save(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: PayeeId,
    (told, state): (&Standing, PayeeState),
) -> Result<(), DbError> {
    sqlx::query!(
        "update payee_accounts
         set account = $2, state = $3, country = coalesce($4, country), currency = $5, charges_enabled = $6,
             payouts_enabled = $7, can_take_cards = $8, disabled_reason = $9, requirements = $10, current_deadline = $11,
             told_at = $12, updated_at = $12, bank_print = coalesce($13, bank_print),
             bank_changed_at = case when bank_print <> $13 then $12 else bank_changed_at end
         where id = $1",
        id.uuid(),
        told.account.as_str(),
        state.name(),
        told.country,
        told.currency.map(bilten_kernel::Currency::code),
        told.charges_enabled,
        told.payouts_enabled,
        told.can_take_cards,
        told.disabled.map(Disabled::name),
        json!(told.requirements),
        told.deadline.map(ToSqlx::to_sqlx) as _,
        ctx.now().to_sqlx() as _,
        told.bank
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn set_state(tx: &mut TenantTx, ctx: &Ctx, id: PayeeId, state: PayeeState) -> Result<(), DbError> {
    sqlx::query!(
        "update payee_accounts set state = $2, updated_at = $3 where id = $1",
        id.uuid(),
        state.name(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn find(tx: &mut TenantTx, id: PayeeId) -> Result<Option<PayeeAccount>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, provider, account, profile, state, country, currency, charges_enabled, payouts_enabled, can_take_cards,
                disabled_reason, requirements, current_deadline as \"current_deadline: _\",
                bank_print, tier, vouched_tier
         from payee_accounts where id = $1",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn lock(tx: &mut TenantTx, id: PayeeId) -> Result<Option<PayeeAccount>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, provider, account, profile, state, country, currency, charges_enabled, payouts_enabled, can_take_cards,
                disabled_reason, requirements, current_deadline as \"current_deadline: _\",
                bank_print, tier, vouched_tier
         from payee_accounts where id = $1 for no key update",
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn find_current(tx: &mut TenantTx, provider: &str) -> Result<Option<PayeeAccount>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, provider, account, profile, state, country, currency, charges_enabled, payouts_enabled, can_take_cards,
                disabled_reason, requirements, current_deadline as \"current_deadline: _\",
                bank_print, tier, vouched_tier
         from payee_accounts where provider = $1 and state <> 'closed'",
        provider
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

/// Tells whether an account that is closed had sold.
pub(super) async fn has_sold(tx: &mut TenantTx, provider: &str) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from payee_accounts where provider = $1 and state = 'closed' and charges_enabled) as "found!""#,
        provider
    );
    Ok(found.fetch_one(tx.conn()).await?)
}

pub(super) async fn find_by_account(
    tx: &mut TenantTx,
    provider: &str,
    account: &str,
) -> Result<Option<PayeeAccount>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, provider, account, profile, state, country, currency, charges_enabled, payouts_enabled, can_take_cards,
                disabled_reason, requirements, current_deadline as \"current_deadline: _\",
                bank_print, tier, vouched_tier
         from payee_accounts where provider = $1 and account = $2",
        provider,
        account
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn list(tx: &mut TenantTx) -> Result<Vec<PayeeAccount>, DbError> {
    sqlx::query_as!(
        Row,
        "select id, provider, account, profile, state, country, currency, charges_enabled, payouts_enabled, can_take_cards,
                disabled_reason, requirements, current_deadline as \"current_deadline: _\",
                bank_print, tier, vouched_tier
         from payee_accounts order by state = 'closed', id limit $1",
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(Row::read)
    .collect()
}

pub(super) async fn find_active(tx: &mut TenantTx, provider: &str) -> Result<Option<Payee>, DbError> {
    let account = sqlx::query_scalar!(
        r#"select account as "account!" from payee_accounts
           where provider = $1 and state = 'active' and account is not null"#,
        provider
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(account.and_then(|text| {
        let account = AccountRef::parse(&text).ok()?;
        Some(Payee { account })
    }))
}

/// Takes the accounts that were not swept since then, and books them as swept.
pub(crate) async fn take_unswept(
    tx: &mut TenantTx,
    ctx: &Ctx,
    provider: &str,
    before: Timestamp,
) -> Result<Vec<AccountRef>, DbError> {
    let rows = sqlx::query_scalar!(
        r#"update payee_accounts set swept_at = $2
           where provider = $1 and account is not null and state <> 'closed' and (swept_at is null or swept_at <= $3)
           returning account as "account!""#,
        provider,
        ctx.now().to_sqlx() as _,
        before.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.iter().filter_map(|text| AccountRef::parse(text).ok()).collect())
}

/// A payee whose tier is to be reckoned.
pub(crate) struct Unreckoned {
    pub id: PayeeId,
    pub provider: String,
    /// As last reckoned, whatever was vouched for.
    pub tier: Tier,
    /// The provider wants to know nothing more.
    pub is_verified: bool,
    pub opened_at: Timestamp,
}

/// Takes the payees whose tier was not reckoned since then, and books them as reckoned.
pub(crate) async fn take_unreckoned(
    tx: &mut TenantTx,
    ctx: &Ctx,
    before: Timestamp,
) -> Result<Vec<Unreckoned>, DbError> {
    let rows = sqlx::query!(
        r#"update payee_accounts set tier_at = $1
           where state <> 'closed' and account is not null and (tier_at is null or tier_at <= $2)
           returning id, provider, tier, created_at as "created_at: jiff_sqlx::Timestamp",
                     state = 'active' and jsonb_array_length(coalesce(requirements -> 'currently_due', '[]')) = 0
                     and jsonb_array_length(coalesce(requirements -> 'past_due', '[]')) = 0 as "is_verified!""#,
        ctx.now().to_sqlx() as _,
        before.to_sqlx() as _
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let read = rows.into_iter().map(|row| Unreckoned {
        id: row.id.into(),
        provider: row.provider,
        tier: Tier::from_name(&row.tier).unwrap_or(Tier::Unproven),
        is_verified: row.is_verified,
        opened_at: row.created_at.to_jiff(),
    });
    Ok(read.collect())
}

pub(crate) async fn set_tier(tx: &mut TenantTx, id: PayeeId, tier: Tier) -> Result<(), DbError> {
    sqlx::query!(
        "update payee_accounts set tier = $2 where id = $1",
        id.uuid(),
        tier.name()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn set_vouched(tx: &mut TenantTx, id: PayeeId, tier: Tier) -> Result<(), DbError> {
    sqlx::query!(
        "update payee_accounts set vouched_tier = $2 where id = $1",
        id.uuid(),
        tier.name()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Finds the tenant that an account was entered for.
pub(super) async fn find_entered(
    tx: &mut PlatformTx,
    provider: &str,
    account: &AccountRef,
) -> Result<Option<TenantId>, DbError> {
    let found = sqlx::query_scalar!(
        "select tenant_id from platform.payee_directory where provider = $1 and account = $2",
        provider,
        account.as_str()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.map(TenantId::from_uuid))
}

/// Enters an account for a tenant, unless it was entered before.
pub(super) async fn enter(tx: &mut PlatformTx, ctx: &Ctx, provider: &str, account: &AccountRef) -> Result<(), DbError> {
    sqlx::query!(
        "insert into platform.payee_directory (provider, account, tenant_id, created_at)
         values ($1, $2, $3, $4) on conflict do nothing",
        provider,
        account.as_str(),
        ctx.tenant.uuid(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
