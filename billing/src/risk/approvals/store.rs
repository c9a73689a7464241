//! SQL of `money_limits` and `money_approvals`.

use bilten_kernel::{Ctx, Currency, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Approval, ApprovalId, Movement};

struct Row {
    id: Uuid,
    kind: String,
    subject: Uuid,
    amount_minor: i64,
    currency: String,
    state: String,
    requested_by: String,
    requested_at: jiff_sqlx::Timestamp,
    expires_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn read(self) -> Result<(Approval, bool), DbError> {
        let odd = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
        let approval = Approval {
            id: self.id.into(),
            kind: Movement::from_name(&self.kind).ok_or_else(|| odd("kind of movement"))?,
            subject: self.subject,
            amount: Money::new(self.amount_minor, self.currency.parse().map_err(|_| odd("currency"))?),
            requested_by: self.requested_by,
            requested_at: self.requested_at.to_jiff(),
            expires_at: self.expires_at.to_jiff(),
        };
        Ok((approval, self.state == "waiting"))
    }
}

pub(super) async fn find_limit(tx: &mut TenantTx, kind: Movement, currency: Currency) -> Result<Option<i64>, DbError> {
    let found = sqlx::query_scalar!(
        "select amount_minor from money_limits where kind = $1 and currency = $2",
        kind.name(),
        currency.code()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found)
}

pub(super) async fn save_limit(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (kind, currency): (Movement, Currency),
    minor: Option<i64>,
) -> Result<(), DbError> {
    let Some(minor) = minor else {
        sqlx::query!(
            "delete from money_limits where kind = $1 and currency = $2",
            kind.name(),
            currency.code()
        )
        .execute(tx.conn())
        .await?;
        return Ok(());
    };
    sqlx::query!(
        "insert into money_limits (tenant_id, kind, currency, amount_minor, updated_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, kind, currency) do update
         set amount_minor = excluded.amount_minor, updated_at = excluded.updated_at",
        tx.tenant().uuid(),
        kind.name(),
        currency.code(),
        minor,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes a request; false when one waits for the same thing.
pub(super) async fn insert(tx: &mut TenantTx, new: &Approval) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into money_approvals (tenant_id, id, kind, subject, amount_minor, currency, state, requested_by, requested_at,
                                      expires_at)
         values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9) on conflict do nothing",
        tx.tenant().uuid(),
        new.id.uuid(),
        new.kind.name(),
        new.subject,
        new.amount.minor,
        new.amount.currency.code(),
        new.requested_by,
        new.requested_at.to_sqlx() as _,
        new.expires_at.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends what waited too long; few wait at any time.
pub(super) async fn expire(tx: &mut TenantTx, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update money_approvals set state = 'expired' where state = 'waiting' and expires_at <= $1",
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes a request; tells whether it waits.
pub(super) async fn lock(tx: &mut TenantTx, id: ApprovalId) -> Result<Option<(Approval, bool)>, DbError> {
    sqlx::query_as!(
        Row,
        r#"select id, kind, subject, amount_minor, currency, state, requested_by,
                  requested_at as "requested_at: _", expires_at as "expires_at: _"
           from money_approvals where id = $1 for update"#,
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?
    .map(Row::read)
    .transpose()
}

pub(super) async fn decide(tx: &mut TenantTx, ctx: &Ctx, id: ApprovalId, state: &str) -> Result<(), DbError> {
    let done = sqlx::query!(
        "update money_approvals set state = $2, decided_by = $3, decided_at = $4 where id = $1 and state = 'waiting'",
        id.uuid(),
        state,
        ctx.actor.to_string(),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    debug_assert_eq!(done.rows_affected(), 1, "the row is locked and waits");
    Ok(())
}

pub(super) async fn list_waiting(tx: &mut TenantTx, now: Timestamp, limit: i64) -> Result<Vec<Approval>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, kind, subject, amount_minor, currency, state, requested_by,
                  requested_at as "requested_at: _", expires_at as "expires_at: _"
           from money_approvals where state = 'waiting' and expires_at > $1 order by requested_at, id limit $2"#,
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| row.read().map(|(approval, _)| approval))
        .collect()
}

pub(super) async fn count_waiting(tx: &mut TenantTx, now: Timestamp, limit: i64) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!"
           from (select from money_approvals where state = 'waiting' and expires_at > $1 limit $2) waiting"#,
        now.to_sqlx() as _,
        limit
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}
