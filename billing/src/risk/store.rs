//! SQL of the tables of abuse control, and of the sample that breakers are fed with.

use std::collections::BTreeMap;

use bilten_kernel::{CartId, Ctx, EventId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    breaker::{Breaker, Level, Tally},
    engine::{Fact, bucket_of},
    payer::Hashed,
    rule::{Action, Metric, Override, Subject},
};

/// Pieces of time and marks that are read for one decision; who has more has long crossed every threshold.
const MOST_FACTS: i64 = 2_000;
/// Ended tries that a sample looks at, the newest ones.
const SAMPLE: i64 = 4_000;
/// Breakers that are looked at; the open ones come first.
pub(super) const MOST_TRIPPED: i64 = 100;
/// Old rows that one round deletes per table.
const TIDY_LIMIT: i64 = 1_000;

fn bytes(keys: impl Iterator<Item = Hashed>) -> Vec<Vec<u8>> {
    keys.map(|key| key.0.to_vec()).collect()
}

/// Counts one of a metric for each subject. The rows are taken in the order of their keys, as everybody takes them, and
/// after all others.
pub(super) async fn count(tx: &mut TenantTx, ctx: &Ctx, subjects: &[Hashed], metric: Metric) -> Result<(), DbError> {
    sqlx::query!(
        "insert into risk_counters as c (tenant_id, subject, metric, minute, number)
         select $1, s.subject, $3, $4, 1 from unnest($2::bytea[]) as s(subject) order by s.subject
         on conflict (tenant_id, subject, metric, minute) do update set number = c.number + 1",
        tx.tenant().uuid(),
        &bytes(subjects.iter().copied()),
        metric.name(),
        bucket_of(ctx.now()).to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A card or address that somebody was declined with.
pub(super) struct Mark {
    pub subject: Hashed,
    pub metric: Metric,
    pub seen: Hashed,
}

/// Marks what subjects were declined with.
pub(super) async fn mark(tx: &mut TenantTx, ctx: &Ctx, marks: &[Mark]) -> Result<(), DbError> {
    let metrics: Vec<&str> = marks.iter().map(|mark| mark.metric.name()).collect();
    sqlx::query!(
        "insert into risk_marks (tenant_id, subject, metric, mark, seen_at)
         select $1, m.subject, m.metric, m.mark, $5
         from unnest($2::bytea[], $3::text[], $4::bytea[]) as m(subject, metric, mark) order by 2, 3, 4
         on conflict (tenant_id, subject, metric, mark) do update set seen_at = excluded.seen_at",
        tx.tenant().uuid(),
        &bytes(marks.iter().map(|mark| mark.subject)),
        &metrics as _,
        &bytes(marks.iter().map(|mark| mark.seen)),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Reads what was counted of subjects since an instant.
pub(super) async fn list_facts(
    tx: &mut TenantTx,
    subjects: &BTreeMap<Hashed, Subject>,
    since: Timestamp,
) -> Result<Vec<Fact>, DbError> {
    let keys = bytes(subjects.keys().copied());
    let rows = sqlx::query!(
        r#"(select subject as "subject!", metric as "metric!", minute as "at!: jiff_sqlx::Timestamp", number as "number!"
            from risk_counters where subject = any($1) and minute >= $2 limit $3)
           union all
           (select subject, metric, seen_at, 1 from risk_marks where subject = any($1) and seen_at >= $2 limit $3)"#,
        &keys,
        since.to_sqlx() as _,
        MOST_FACTS
    )
    .fetch_all(tx.conn())
    .await?;
    let facts = rows.into_iter().filter_map(|row| {
        Some(Fact {
            subject: *subjects.get(&Hashed::from_bytes(&row.subject)?)?,
            metric: Metric::from_name(&row.metric)?,
            at: row.at.to_jiff(),
            count: u32::try_from(row.number).unwrap_or(0),
        })
    });
    Ok(facts.collect())
}

pub(super) async fn list_overrides(tx: &mut TenantTx) -> Result<Vec<Override>, DbError> {
    // A row for each rule at most.
    let rows = sqlx::query!("select rule, threshold, is_shadow from risk_overrides")
        .fetch_all(tx.conn())
        .await?;
    let wish = |threshold: i32| u32::try_from(threshold).unwrap_or(u32::MAX);
    Ok(rows
        .into_iter()
        .map(|row| Override {
            code: row.rule,
            threshold: wish(row.threshold),
            is_shadow: row.is_shadow,
        })
        .collect())
}

pub(super) async fn save_override(tx: &mut TenantTx, ctx: &Ctx, wish: &Override) -> Result<(), DbError> {
    sqlx::query!(
        "insert into risk_overrides (tenant_id, rule, threshold, is_shadow, updated_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, rule) do update
         set threshold = excluded.threshold, is_shadow = excluded.is_shadow, updated_at = excluded.updated_at",
        tx.tenant().uuid(),
        wish.code,
        i32::try_from(wish.threshold).unwrap_or(i32::MAX),
        wish.is_shadow,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_override(tx: &mut TenantTx, code: &str) -> Result<(), DbError> {
    sqlx::query!("delete from risk_overrides where rule = $1", code)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Since when the cart's buyer waits instead of working.
pub(super) async fn waits_from(tx: &mut TenantTx, cart: CartId) -> Result<Option<Timestamp>, DbError> {
    let found = sqlx::query_scalar!(
        r#"select waits_from as "waits_from: jiff_sqlx::Timestamp" from risk_decisions
           where hold_id = $1 and action = 'challenge' and not is_shadow"#,
        cart.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(found.flatten().map(jiff_sqlx::Timestamp::to_jiff))
}

/// Decision of one kind about a cart.
pub(super) struct NewDecision<'a> {
    pub cart: CartId,
    pub action: Action,
    pub is_shadow: bool,
    pub reasons: Vec<&'a str>,
    /// The buyer was sent to work or wait.
    pub is_waiting: bool,
}

pub(super) async fn save_decision(tx: &mut TenantTx, ctx: &Ctx, new: &NewDecision<'_>) -> Result<(), DbError> {
    sqlx::query!(
        "insert into risk_decisions as d (tenant_id, hold_id, action, is_shadow, reasons, times, first_at, last_at, waits_from)
         values ($1, $2, $3, $4, $5, 1, $6::timestamptz, $6, case when $7::boolean then $6 end)
         on conflict (tenant_id, hold_id, action, is_shadow) do update
         set reasons = excluded.reasons, times = d.times + 1, last_at = excluded.last_at,
             waits_from = case when $7 then coalesce(d.waits_from, excluded.waits_from) end",
        tx.tenant().uuid(),
        new.cart.uuid(),
        new.action.name(),
        new.is_shadow,
        &new.reasons as _,
        ctx.now().to_sqlx() as _,
        new.is_waiting,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What was decided about a cart's payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// What.
    pub action: Action,
    /// Rules on trial would have decided so.
    pub is_shadow: bool,
    /// Codes of the rules.
    pub reasons: Vec<String>,
    /// How often.
    pub times: u32,
    /// When first.
    pub first_at: Timestamp,
}

pub(super) async fn list_decisions(tx: &mut TenantTx, cart: CartId) -> Result<Vec<Decided>, DbError> {
    // A row for each action, in force and on trial.
    let rows = sqlx::query!(
        r#"select action, is_shadow, reasons, times, first_at as "first_at: jiff_sqlx::Timestamp"
           from risk_decisions where hold_id = $1 order by first_at, action"#,
        cart.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let decided = rows.into_iter().filter_map(|row| {
        Some(Decided {
            action: Action::from_name(&row.action)?,
            is_shadow: row.is_shadow,
            reasons: row.reasons,
            times: u32::try_from(row.times).unwrap_or(u32::MAX),
            first_at: row.first_at.to_jiff(),
        })
    });
    Ok(decided.collect())
}

/// Tries that ended lately, of one event.
pub(super) struct Sampled {
    /// None for what has no event; it counts for the payee alone.
    pub event: Option<EventId>,
    /// They began within the window of a sample; the others tell what is usual.
    pub is_recent: bool,
    pub tally: Tally,
}

/// Samples the tenant's tries that ended: the newest, by the time that their ids tell. Ids sort by time, so that the primary
/// key finds them.
pub(super) async fn sample(
    tx: &mut TenantTx,
    (since, recent): (Timestamp, Timestamp),
) -> Result<Vec<Sampled>, DbError> {
    let rows = sqlx::query!(
        r#"select event_id, id >= $2 as "is_recent!", count(*) as "tries!",
                  count(*) filter (where state = 'failed') as "declines!"
           from (select id, event_id, state from payment_attempts
                 where id >= $1 and state in ('succeeded', 'failed') order by id desc limit $3) newest
           group by 1, 2"#,
        first_id(since),
        first_id(recent),
        SAMPLE
    )
    .fetch_all(tx.conn())
    .await?;
    let many = |count: i64| u64::try_from(count).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|row| Sampled {
            event: row.event_id.map(EventId::from_uuid),
            is_recent: row.is_recent,
            tally: Tally {
                tries: many(row.tries),
                declines: many(row.declines),
            },
        })
        .collect())
}

/// The lowest id that is made at an instant.
fn first_id(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// A breaker that is not quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tripped {
    /// Event; `None` for all that the payee sells.
    pub event: Option<EventId>,
    /// State.
    pub breaker: Breaker,
    /// Sample that it was last fed with.
    pub sample: Tally,
    /// Share that is usual, in hundredths of a per cent.
    pub usual_bp: u64,
}

/// Lists breakers whose time is not over.
pub(super) async fn list_tripped(tx: &mut TenantTx, now: Timestamp, limit: i64) -> Result<Vec<Tripped>, DbError> {
    let rows = sqlx::query!(
        r#"select event_id, level, until as "until: jiff_sqlx::Timestamp", tries, declines, usual_bp
           from risk_breakers where until > $1 order by level desc, event_id limit $2"#,
        now.to_sqlx() as _,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let many = |count: i64| u64::try_from(count).unwrap_or(0);
    let tripped = rows.into_iter().filter_map(|row| {
        Some(Tripped {
            event: (!row.event_id.is_nil()).then(|| row.event_id.into()),
            breaker: Breaker::new(Level::from_name(&row.level)?, row.until.to_jiff()),
            sample: Tally {
                tries: many(row.tries),
                declines: many(row.declines),
            },
            usual_bp: many(row.usual_bp),
        })
    });
    Ok(tripped.collect())
}

pub(super) async fn save_tripped(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (level, tripped): (Level, &Tripped),
) -> Result<(), DbError> {
    let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    sqlx::query!(
        "insert into risk_breakers (tenant_id, event_id, level, until, tries, declines, usual_bp, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (tenant_id, event_id) do update
         set level = excluded.level, until = excluded.until, tries = excluded.tries, declines = excluded.declines,
             usual_bp = excluded.usual_bp, updated_at = excluded.updated_at",
        tx.tenant().uuid(),
        tripped.event.map_or(Uuid::nil(), EventId::uuid),
        level.name(),
        tripped.breaker.until().to_sqlx() as _,
        whole(tripped.sample.tries),
        whole(tripped.sample.declines),
        whole(tripped.usual_bp),
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Throws away what no rule looks at any more.
pub(super) async fn tidy(tx: &mut TenantTx, before: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "delete from risk_counters c using (select subject, metric, minute from risk_counters where minute < $1 limit $2) old
         where c.minute < $1 and (c.subject, c.metric, c.minute) = (old.subject, old.metric, old.minute)",
        before.to_sqlx() as _,
        TIDY_LIMIT
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from risk_marks m using (select subject, metric, mark from risk_marks where seen_at < $1 limit $2) old
         where m.seen_at < $1 and (m.subject, m.metric, m.mark) = (old.subject, old.metric, old.mark)",
        before.to_sqlx() as _,
        TIDY_LIMIT
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("delete from risk_breakers where until < $1", before.to_sqlx() as _)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Lists breakers that stand over an event.
pub(super) async fn list_tripped_of(
    tx: &mut TenantTx,
    event: Option<EventId>,
    now: Timestamp,
) -> Result<Vec<Tripped>, DbError> {
    let tripped = list_tripped(tx, now, MOST_TRIPPED).await?;
    let is_over = |tripped: &Tripped| tripped.event.is_none_or(|of| Some(of) == event);
    Ok(tripped.into_iter().filter(is_over).collect())
}
