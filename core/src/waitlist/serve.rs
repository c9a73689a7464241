//! Serves the list of one event when no buyer's request does.

use async_trait::async_trait;
use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{
    Db, DbError, Retry,
    directory::{Directory, TenantStatus},
    jobs::{Job, JobHandler, JobOutcome},
};

use super::{offer_first, settle};
use crate::{inventory::store as stock, seating};

/// Kind of the job that serves the list of an event.
pub const MATCH_JOB: &str = "waitlist.match";
/// Expired holds that one run reclaims at most; more wait for the sweep.
const RECLAIMED: i64 = 2_000;

/// Reclaims expired holds of the event, writes down how offers ended, and offers what is free to those who wait.
/// Returns how many offers were made. Run twice or on two nodes at once it offers nothing twice: the pools are locked.
///
/// # Errors
/// The database refused.
pub async fn serve(db: &Db, ctx: &Ctx, event: EventId) -> Result<usize, DbError> {
    let mut retry = Retry::new("waitlist.serve");
    loop {
        match serve_once(db, ctx, event).await {
            Err(error) if retry.again(Some(&error)).await => {}
            result => return result,
        }
    }
}

async fn serve_once(db: &Db, ctx: &Ctx, event: EventId) -> Result<usize, DbError> {
    let now = ctx.now();
    let mut tx = db.begin(ctx).await?;
    let Some(mut locked) = stock::lock_stock(&mut tx, event, &[], now).await? else {
        return Ok(0);
    };
    for (pool, places) in stock::release_expired(&mut tx, event, now, RECLAIMED).await? {
        locked.give_back(pool, places);
    }
    let seated = locked.seated_types(std::iter::empty());
    if !seated.is_empty() {
        locked.seats = seating::load(&mut tx, &seated).await?;
    }
    settle::settle(ctx, &mut tx, Some(event)).await?;
    let offers = offer_first(&mut tx, ctx, event, &mut locked, now).await?;
    tx.commit().await?;
    Ok(offers)
}

/// Handler of [`MATCH_JOB`].
#[derive(Debug)]
pub struct MatchJob {
    /// Database of the list.
    pub db: Db,
    /// Tells whether the shop is open.
    pub directory: Directory,
}

impl MatchJob {
    async fn serve(&self, ctx: &Ctx, event: EventId) -> Result<usize, DbError> {
        let tenant = self.directory.find(ctx.tenant).await?;
        // Nobody could buy what he is offered; the chore comes back when the shop is open again.
        if tenant.is_none_or(|tenant| tenant.status == TenantStatus::Suspended) {
            return Ok(0);
        }
        serve(&self.db, ctx, event).await
    }
}

#[async_trait]
impl JobHandler for MatchJob {
    fn kind(&self) -> &'static str {
        MATCH_JOB
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let Some(event) = job.payload["event"].as_str().and_then(|id| id.parse().ok()) else {
            return JobOutcome::Fail("the payload names no event".to_owned());
        };
        match self.serve(ctx, event).await {
            Ok(_) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(job.back_off(), error.to_string()),
        }
    }
}
