//! The hourly look after a tenant's money: lots, what has become available, what was earned, what may go, who contests.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, Chore, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde_json::json;

use super::{gather, gather::CURSOR, make_available, recognise, release, send, store, trust};
use crate::{
    balances,
    checkout::{Checkout, PayError},
    commission, disputes,
    ledger::{self, PostError},
};

/// Kind of the job.
pub const TEND_JOB: &str = "billing.tend_money";
/// Time between two looks at a tenant with money under way.
const EACH: SignedDuration = SignedDuration::from_hours(1);
/// Hours until money at rest is looked at again.
const LOOKS_A_DAY: i32 = 24;
/// Wait before a look that failed.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(5);
/// Steps in which one look gathers lots, and in which it books.
const STEPS: usize = 40;
/// Payouts that one look asks after.
const BATCH: i64 = 50;

/// Looks after the tenant's money once. Twice at once does no harm.
///
/// # Errors
/// The database, the books or a provider failed.
pub async fn tend(app: &Checkout, ctx: &Ctx) -> Result<(), PayError> {
    disputes::look(app, ctx).await?;
    disputes::evidence::submit_due(app, ctx).await?;
    balances::look(app, ctx).await?;
    let mut tx = app.db.begin(ctx).await?;
    trust::reckon(&mut tx, ctx).await?;
    let policy = trust::policy(&mut tx).await?;
    tx.commit().await?;
    for _ in 0..STEPS {
        let mut tx = app.db.begin(ctx).await?;
        let has_more = gather(&mut tx, ctx, &policy).await?;
        tx.commit().await?;
        if !has_more {
            break;
        }
    }
    for _ in 0..STEPS {
        let mut tx = app.db.begin(ctx).await?;
        // One look at a time decides.
        let is_ours = ledger::hold_cursor(&mut tx, CURSOR).await?;
        let has_more = is_ours && book(&mut tx, ctx).await.map_err(DbError::from)?;
        tx.commit().await?;
        if !has_more {
            break;
        }
    }
    let mut tx = app.db.begin(ctx).await?;
    commission::settle(&mut tx, ctx).await?;
    commission::request_open(&mut tx, ctx).await?;
    tx.commit().await?;
    let mut tx = app.db.begin(ctx).await?;
    if store::has_open_lots(&mut tx).await? || ledger::has_news(&mut tx, CURSOR).await? {
        request_tending(&mut tx, ctx).await?;
    } else {
        // What the provider says is looked at every day also when nothing moves here.
        request_tending_after(&mut tx, ctx, EACH * LOOKS_A_DAY).await?;
    }
    let open = store::list_open_payouts(&mut tx, ctx.now() - EACH, BATCH).await?;
    tx.commit().await?;
    for payout in open {
        send(app, ctx, payout).await?;
    }
    Ok(())
}

/// One step; tells whether another one may find something.
async fn book(tx: &mut TenantTx, ctx: &Ctx) -> Result<bool, PostError> {
    let available = make_available(tx, ctx).await?;
    recognise(tx, ctx).await?;
    let payouts = release(tx, ctx).await?;
    Ok(available > 0 || !payouts.is_empty())
}

/// Has it looked after now; of several at once one is done.
pub(crate) async fn request_look(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    let job = jobs::NewJob {
        kind: TEND_JOB,
        payload: json!({}),
        run_at: ctx.now(),
        unique_key: Some("now"),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Has the tenant's money looked after at the next full hour.
async fn request_tending(tx: &mut TenantTx, ctx: &Ctx) -> Result<(), DbError> {
    request_tending_after(tx, ctx, SignedDuration::ZERO).await
}

/// The same at the first full hour after a while.
async fn request_tending_after(tx: &mut TenantTx, ctx: &Ctx, after: SignedDuration) -> Result<(), DbError> {
    let after = ctx.now() + after;
    let wait = EACH.as_secs() - after.as_second().rem_euclid(EACH.as_secs());
    let run_at = after + SignedDuration::from_secs(wait);
    // One for each hour: the job of this hour, which may ask for the next, still has its name.
    let hour = run_at.as_second().div_euclid(EACH.as_secs()).to_string();
    let job = jobs::NewJob {
        kind: TEND_JOB,
        payload: json!({}),
        run_at,
        unique_key: Some(&hour),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Finds tenants whose money moved: what was booked is added up, and somebody looks after it within the hour.
#[derive(Debug, Clone, Copy)]
pub struct FindMoney;

#[async_trait]
impl Chore for FindMoney {
    fn name(&self) -> &'static str {
        "billing.find_money"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        if ledger::look_for_news(tx, ctx).await? {
            request_tending(tx, ctx).await?;
        }
        Ok(())
    }
}

/// Looks after the money of tenants.
#[derive(Debug, Clone)]
pub struct TendMoney(pub Checkout);

#[async_trait]
impl JobHandler for TendMoney {
    fn kind(&self) -> &'static str {
        TEND_JOB
    }

    async fn run(&self, ctx: &Ctx, _job: &Job) -> JobOutcome {
        match tend(&self.0, ctx).await {
            Ok(()) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
