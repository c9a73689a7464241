//! The demo: three shops with everything in them, made through the real use cases.
//!
//! Made once and deterministic but for the day: times are relative to the moment of seeding. A
//! clock that is set by hand lets buyers of the past sixty days buy, pay and come to the door.
//! Running it again finishes what a crash left half-way and writes `demo.json` anew, because the
//! port may have changed. Not here: what the demo consists of (`plan`).

mod afterwards;
mod buyers;
mod dice;
mod file;
mod live_prices;
mod money;
mod moving_prices;
mod people;
pub mod plan;
mod sales;
mod scim;
mod seats;
mod shops;
mod sso;
mod taxes;
mod team;
mod waiting;

use std::{path::PathBuf, sync::Arc};

use anyhow::Context as _;
use bilten_billing::watch;
use bilten_core::inventory::{Engine, EngineLimits};
use bilten_kernel::{Actor, Ctx, ManualClock, RequestId, SeededEntropy, TenantId, Timestamp};
use bilten_tenancy::jobs::{Worker, WorkerParts};
use jiff::SignedDuration;

pub use self::file::DemoFile;
use self::{buyers::Buyers, plan::TENANTS, shops::Shop};
use crate::{compose::DatabaseUrls, http::AppState};

/// Days that the demo's past goes back.
const PAST_DAYS: i64 = 62;

/// Makes the demo unless it is there, and returns where it is and how to log in.
///
/// # Errors
/// The database refused, or the data folder cannot be written.
pub async fn ensure(state: &AppState, urls: &DatabaseUrls) -> anyhow::Result<DemoFile> {
    let path = path(state);
    if let Some(known) = file::read(&path)?
        && is_complete(state).await?
    {
        sso::ensure(state, state.clock.now()).await?;
        let file = known.moved_to(state, urls);
        file::write(&path, &file)?;
        return Ok(file);
    }
    let started = state.clock.now();
    let operator =
        people::ensure_operator(state, &ctx(state, TenantId::from_uuid(uuid::Uuid::nil()), started, 0)).await?;
    let made = futures_util::future::try_join_all(
        TENANTS
            .iter()
            .zip(1_u64..)
            .map(|(plan, seed)| seed_shop(state, plan, started, seed)),
    );
    let shops = made.await.context("the demo could not be made")?;
    finish(state).await?;
    for (shop, seed) in shops.iter().zip(200_u64..) {
        // Nobody waits a quarter of an hour to be told that the money is where it should be.
        let ctx = ctx(state, shop.tenant, state.clock.now(), seed);
        watch::look(&state.db, &state.platform, &ctx).await?;
    }
    live_prices::ensure(state, &shops, state.clock.now()).await?;
    moving_prices::ensure(state, &shops, state.clock.now()).await?;
    sso::ensure(state, state.clock.now()).await?;
    // These come last, so that the worker mails them: the mailbox is not empty, nor overfull.
    for (shop, seed) in shops.iter().zip(100_u64..) {
        let buyers = Buyers::at_the_door(state, shop, state.engine.clone(), None);
        buyers.buy(sales::plan_recent(shop, state.clock.now(), seed)).await?;
    }
    let mut file = DemoFile::new(state, urls, operator, &shops);
    if let Some(token) = scim::ensure(state, state.clock.now()).await? {
        file = file.with_directory(scim::SHOP, token).moved_to(state, urls);
    }
    file::write(&path, &file)?;
    let spent = state.clock.now().duration_since(started).as_secs();
    tracing::info!(spent_s = spent, "demo made");
    Ok(file)
}

/// Makes one shop with its staff and events, and lets sixty days of buyers in.
async fn seed_shop(
    state: &AppState,
    plan: &'static plan::TenantPlan,
    now: Timestamp,
    seed: u64,
) -> anyhow::Result<Shop> {
    let begin = now - SignedDuration::from_hours(24 * PAST_DAYS);
    let shop = shops::ensure(state, plan, begin, now, seed).await?;
    let clock = ManualClock::new(begin);
    let engine = Engine::new(state.db.clone(), Arc::new(clock.clone()), EngineLimits::default());
    let buyers = Buyers::at_the_door(state, &shop, engine, Some(clock));
    let bought = buyers.buy(sales::plan(&shop, now, seed)).await?;
    // Before tickets come back: they go to those who wait.
    waiting::line_up(state, &shop, now, seed).await?;
    afterwards::happen(state, &shop, &bought, now, seed).await?;
    money::pass(state, &shop, &bought, now, seed).await?;
    tracing::info!(shop = plan.slug, orders = bought.len(), "demo shop made");
    Ok(shop)
}

/// Lets jobs and events of the past run out, without the mails: nobody waits for those.
async fn finish(state: &AppState) -> anyhow::Result<()> {
    let worker = Worker::new(WorkerParts {
        db: state.db.clone(),
        directory: state.directory.clone(),
        clock: state.clock.clone(),
        entropy: state.entropy.clone(),
        handlers: crate::worker::handlers(state),
        chores: Vec::new(),
        subscribers: bilten_billing::reconcile::subscribers(),
    });
    worker.run_until_idle().await?;
    Ok(())
}

async fn is_complete(state: &AppState) -> anyhow::Result<bool> {
    for plan in TENANTS {
        if state.directory.find_by_slug(&plan.slug.parse()?).await?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn path(state: &AppState) -> PathBuf {
    state.config.data_dir.join("demo.json")
}

/// A context at some instant of the demo's past. The same seed makes the same ids.
fn ctx(state: &AppState, tenant: TenantId, now: Timestamp, seed: u64) -> Ctx {
    // The master key keeps two installations apart, so that nobody can guess what is made here.
    let salt = state.master_key.derive("demo", tenant);
    let salt = salt
        .expose()
        .first_chunk::<8>()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let request = RequestId::parse("demo").expect("the word is fit for a request id");
    Ctx::new(
        tenant,
        Actor::System,
        request,
        now,
        Arc::new(SeededEntropy::new(seed ^ salt)),
    )
}
