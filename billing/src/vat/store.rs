//! SQL of `vat_checks` and `tax_corrections`.

use bilten_core::pricing::VatId;
use bilten_kernel::{Ctx, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Answer, Correction, Evidence, Register};

/// Rows that a list holds at most.
const LIST_LIMIT: i64 = 100;

struct CheckRow {
    id: Uuid,
    number: String,
    register: String,
    answer: String,
    fault: Option<String>,
    consultation: Option<String>,
    name: Option<String>,
    requester: Option<String>,
    asked_at: jiff_sqlx::Timestamp,
}

impl CheckRow {
    fn evidence(self) -> Result<Evidence, DbError> {
        let odd = || DbError::from(sqlx::Error::Decode("a check of a number".into()));
        let answer = match self.answer.as_str() {
            "valid" => Answer::Valid {
                name: self.name,
                consultation: self.consultation,
            },
            "invalid" => Answer::Invalid,
            _ => Answer::Unavailable(self.fault.unwrap_or_default()),
        };
        Ok(Evidence {
            id: self.id,
            number: self.number.parse().map_err(|_| odd())?,
            register: Register::from_name(&self.register).ok_or_else(odd)?,
            answer,
            requester: self.requester.and_then(|own| own.parse().ok()),
            asked_at: self.asked_at.to_jiff(),
        })
    }
}

/// Name of an answer in the database.
pub(super) const fn answer_name(answer: &Answer) -> &'static str {
    match answer {
        Answer::Valid { .. } => "valid",
        Answer::Invalid => "invalid",
        Answer::Unavailable(_) => "unavailable",
    }
}

/// Finds the latest answer since an instant; one that says something comes before one that says nothing.
pub(super) async fn find_latest(
    tx: &mut TenantTx,
    number: &VatId,
    since: Timestamp,
) -> Result<Option<Evidence>, DbError> {
    let row = sqlx::query_as!(
        CheckRow,
        "select id, number, register, answer, fault, consultation, name, requester, asked_at from vat_checks
         where number = $1 and asked_at > $2 order by answer = 'unavailable', asked_at desc, id limit 1",
        number.as_str(),
        since.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(CheckRow::evidence).transpose()
}

/// Tells whether so many questions, or more, were asked since an instant.
pub(super) async fn has_asked(tx: &mut TenantTx, most: i64, since: Timestamp) -> Result<bool, DbError> {
    let asked = sqlx::query_scalar!(
        r#"select count(*) as "asked!" from (select k.id from vat_checks k where k.asked_at > $1 limit $2) x"#,
        since.to_sqlx() as _,
        most
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(asked >= most)
}

pub(super) async fn find(tx: &mut TenantTx, id: Uuid) -> Result<Option<Evidence>, DbError> {
    let row = sqlx::query_as!(
        CheckRow,
        "select id, number, register, answer, fault, consultation, name, requester, asked_at from vat_checks where id = $1",
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(CheckRow::evidence).transpose()
}

/// Lists what was asked about a number, the latest first.
///
/// # Errors
/// The database refused.
pub async fn list_checks(tx: &mut TenantTx, number: &VatId) -> Result<Vec<Evidence>, DbError> {
    let rows = sqlx::query_as!(
        CheckRow,
        "select id, number, register, answer, fault, consultation, name, requester, asked_at from vat_checks
         where number = $1 order by asked_at desc, id limit $2",
        number.as_str(),
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(CheckRow::evidence).collect()
}

pub(super) async fn insert(tx: &mut TenantTx, evidence: &Evidence) -> Result<(), DbError> {
    let (fault, consultation, name) = match &evidence.answer {
        Answer::Valid { name, consultation } => (None, consultation.as_deref(), name.as_deref()),
        Answer::Invalid => (None, None, None),
        Answer::Unavailable(why) => (Some(why.as_str()), None, None),
    };
    sqlx::query!(
        "insert into vat_checks (tenant_id, id, number, register, answer, fault, consultation, name, requester, asked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tx.tenant().uuid(),
        evidence.id,
        evidence.number.as_str(),
        evidence.register.name(),
        answer_name(&evidence.answer),
        fault,
        consultation,
        name,
        evidence.requester.as_ref().map(VatId::as_str),
        evidence.asked_at.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that an order was taxed for want of an answer; once, however often it is found.
pub(super) async fn insert_correction(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (order, check): (OrderId, Uuid),
    tax: Money,
) -> Result<bool, DbError> {
    let inserted = sqlx::query!(
        "insert into tax_corrections (tenant_id, order_id, check_id, currency, tax_minor, found_at)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        tx.tenant().uuid(),
        order.uuid(),
        check,
        tax.currency.code(),
        tax.minor,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(super) async fn list_open_corrections(tx: &mut TenantTx) -> Result<Vec<Correction>, DbError> {
    let rows = sqlx::query!(
        "select c.order_id, c.currency, c.tax_minor, c.found_at, k.number, k.consultation
         from tax_corrections c join vat_checks k on k.tenant_id = c.tenant_id and k.id = c.check_id
         where c.done_at is null order by c.found_at, c.order_id limit $1",
        LIST_LIMIT
    )
    .fetch_all(tx.conn())
    .await?;
    let read = |what: &'static str| DbError::from(sqlx::Error::Decode(what.into()));
    rows.into_iter()
        .map(|row| {
            let currency = row.currency.parse().map_err(|_| read("currency"))?;
            Ok(Correction {
                order: row.order_id.into(),
                number: row.number.parse().map_err(|_| read("number"))?,
                consultation: row.consultation,
                tax: Money::new(row.tax_minor, currency),
                found_at: row.found_at.to_jiff(),
            })
        })
        .collect()
}

pub(super) async fn close_correction(tx: &mut TenantTx, ctx: &Ctx, order: OrderId) -> Result<bool, DbError> {
    let updated = sqlx::query!(
        "update tax_corrections set done_at = $2, done_by = $3 where order_id = $1 and done_at is null",
        order.uuid(),
        ctx.now().to_sqlx() as _,
        ctx.actor.to_string()
    )
    .execute(tx.conn())
    .await?;
    Ok(updated.rows_affected() == 1)
}
