//! One look at a tenant's money, the job that takes it, and the chore that asks for it.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    Db, DbError, PlatformDb, TenantTx,
    jobs::{self, Chore, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    oversight,
    store::{self, Kept},
    verdict::Verdict,
};
use crate::proof::{self, Check, Proof};

/// Kind of the job.
pub const WATCH_JOB: &str = "billing.watch_money";
/// Time between two looks at a tenant to whose books something was added.
const EACH: SignedDuration = SignedDuration::from_mins(15);
/// Wait before what differed is looked at again.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// Wait before a look that failed is taken again.
const RETRY_AFTER: SignedDuration = SignedDuration::from_mins(5);
/// Name of the check that stands for all faults of the books themselves.
const BOOKS: &str = "books";

/// Proves the tenant's money, keeps the verdict, and tells operators. Two at once do no harm: the later one stays.
///
/// # Errors
/// The database failed.
pub async fn look(db: &Db, platform: &PlatformDb, ctx: &Ctx) -> Result<Verdict, DbError> {
    let mut tx = db.begin_snapshot(ctx.tenant).await?;
    let next_xact = store::horizon(&mut tx).await?;
    let proof = proof::prove(&mut tx).await?;
    let stands = oversight::stands(&mut tx, ctx).await?;
    let is_first = store::is_first(&mut tx).await?;
    let months = oversight::months(&mut tx, ctx, is_first).await?;
    tx.rollback().await?;
    // Operators first: if this fails, the tenant's own row still says that there is something to look at.
    let mut tx = db.begin(ctx).await?;
    let before = store::find(&mut tx).await?;
    let kept = judge(ctx, before.as_ref(), proof);
    let mut told = platform.begin().await?;
    store::tell(&mut told, ctx, &kept, &stands).await?;
    store::tell_months(&mut told, ctx, &months).await?;
    told.commit().await?;
    store::keep(&mut tx, &kept, next_xact).await?;
    if kept.verdict != Verdict::Sound {
        // A red verdict stays in sight until it is green again.
        let after = if kept.verdict == Verdict::Off {
            EACH
        } else {
            AGAIN_AFTER
        };
        request(&mut tx, ctx, after).await?;
    }
    tx.commit().await?;
    announce(ctx, before.as_ref(), &kept);
    Ok(kept.verdict)
}

fn judge(ctx: &Ctx, before: Option<&Kept>, proof: Proof) -> Kept {
    let mut checks = proof.checks;
    checks.push(Check {
        code: BOOKS.to_owned(),
        currency: None,
        books: 0,
        is: i64::try_from(proof.books.faults.len()).unwrap_or(i64::MAX),
    });
    let verdict = Verdict::next(before.map(|kept| (kept.verdict, kept.checks.as_slice())), &checks);
    let changed_at = before
        .filter(|kept| kept.verdict == verdict)
        .map_or(ctx.now(), |kept| kept.changed_at);
    Kept {
        verdict,
        changed_at,
        proven_at: ctx.now(),
        checks,
        funds: proof.funds,
    }
}

/// Says what changed, once, and counts.
fn announce(ctx: &Ctx, before: Option<&Kept>, kept: &Kept) {
    let was = before.map(|kept| kept.verdict);
    let differing = kept.checks.iter().filter(|check| check.books != check.is);
    metrics::counter!("money_looks_total", "verdict" => kept.verdict.name()).increment(1);
    let tenant = ctx.tenant.to_string();
    let unexplained = differing.clone().any(|check| check.code == "unexplained");
    if kept.verdict == Verdict::Off || was == Some(Verdict::Off) {
        let red = |is_red: bool| if is_red { 1.0 } else { 0.0 };
        metrics::gauge!("money_off", "tenant" => tenant.clone()).set(red(kept.verdict == Verdict::Off));
        metrics::gauge!("money_unexplained", "tenant" => tenant).set(red(unexplained));
    }
    match (was, kept.verdict) {
        (Some(Verdict::Off), Verdict::Off) | (Some(Verdict::Sound) | None, Verdict::Sound) => {}
        (_, Verdict::Off) => {
            let faults: Vec<String> = differing.map(fault).collect();
            tracing::error!(
                ?faults,
                "money is not where the books say it is: payouts of the tenant are stopped"
            );
        }
        (_, Verdict::Suspected) => tracing::info!("money differs for the moment, and is looked at again"),
        (Some(Verdict::Suspected | Verdict::Off), Verdict::Sound) => {
            tracing::info!("money is where the books say it is again");
        }
    }
}

fn fault(check: &Check) -> String {
    let currency = check.currency.as_deref().unwrap_or_default();
    format!(
        "{} {currency}: books {}, other side {}",
        check.code, check.books, check.is
    )
}

/// Asks for a look after a time, at the latest; one for each slice of it.
async fn request(tx: &mut TenantTx, ctx: &Ctx, after: SignedDuration) -> Result<(), DbError> {
    let length = after.as_secs().max(1);
    let slice = ctx.now().as_second().div_euclid(length) + 1;
    let wait = slice * length - ctx.now().as_second();
    let job = jobs::NewJob {
        kind: WATCH_JOB,
        payload: json!({}),
        run_at: ctx.now() + SignedDuration::from_secs(wait),
        unique_key: Some(&format!("{length} {slice}")),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Finds tenants to whose books something was added since the last look.
#[derive(Debug, Clone, Copy)]
pub struct FindUnproven;

#[async_trait]
impl Chore for FindUnproven {
    fn name(&self) -> &'static str {
        "billing.find_unproven"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        if store::has_news(tx).await? {
            let after = if store::is_first(tx).await? { AGAIN_AFTER } else { EACH };
            request(tx, ctx, after).await?;
        }
        Ok(())
    }
}

/// Looks at the money of tenants.
#[derive(Debug, Clone)]
pub struct WatchMoney {
    /// Road to the tenants' rows.
    pub db: Db,
    /// Road to what operators read.
    pub platform: PlatformDb,
}

#[async_trait]
impl JobHandler for WatchMoney {
    fn kind(&self) -> &'static str {
        WATCH_JOB
    }

    async fn run(&self, ctx: &Ctx, _job: &Job) -> JobOutcome {
        match look(&self.db, &self.platform, ctx).await {
            Ok(_) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(RETRY_AFTER, error.to_string()),
        }
    }
}
