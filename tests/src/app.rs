//! The application with three tenants, a clock that stands still and randomness that repeats.

use std::sync::Arc;

use bilten_kernel::{Actor, Clock, Ctx, Email, Entropy, Locale, ManualClock, RequestId, SeededEntropy, TenantId};
use bilten_tenancy::{
    Db, PlatformDb,
    directory::Directory,
    jobs::{Worker, WorkerParts},
    lifecycle::{self, NewTenant},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::TestDb;

/// When every test begins.
const START: &str = "2031-05-01T10:00:00Z";
/// Connections of a test's pools; few, so that a leaked one is felt.
const CONNECTIONS: u32 = 4;

/// Tenant of a test.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Identity.
    pub id: TenantId,
    /// Slug, which is also its sub-domain.
    pub slug: String,
    /// Host without a port.
    pub host: String,
    /// Name, as its pages show it.
    pub name: String,
}

/// The assembled application.
pub struct TestApp {
    /// Database of the tenants.
    pub db: Db,
    /// Directory's database.
    pub platform: PlatformDb,
    /// Directory with its cache.
    pub directory: Directory,
    /// Clock of everything.
    pub clock: ManualClock,
    /// Randomness of everything.
    pub entropy: Arc<dyn Entropy>,
    /// First tenant; the one whose things others must not reach.
    pub alfa: Tenant,
    /// Second tenant.
    pub beta: Tenant,
    /// Third tenant.
    pub gamma: Tenant,
    worker: Worker,
    /// Dropped last: the pools are closed by then.
    pub test_db: TestDb,
}

impl TestApp {
    /// Assembles the application on a database of its own.
    pub async fn start() -> Self {
        Self::start_with(CONNECTIONS).await
    }

    /// Assembles it with so many connections for the tenants' rows.
    pub async fn start_with(connections: u32) -> Self {
        Self::start_at(START.parse().expect("the start is a time stamp"), connections).await
    }

    /// Assembles it at another instant: that of the machine, when another process works on the same database.
    pub async fn start_at(now: Timestamp, connections: u32) -> Self {
        Self::start_on(TestDb::create().await, now, connections).await
    }

    /// Assembles it on a database that was made before.
    pub async fn start_on(test_db: TestDb, now: Timestamp, connections: u32) -> Self {
        let db = test_db.app(connections).await;
        let platform = test_db.platform(CONNECTIONS).await;
        let directory = Directory::new(platform.clone());
        let clock = ManualClock::new(now);
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(20_310_501));
        let now = clock.now();
        let make = async |slug| provision(&platform, &db, now, &entropy, slug).await;
        let [alfa, beta, gamma] = [make("alfa").await, make("beta").await, make("gamma").await];
        let worker = Worker::new(WorkerParts {
            db: db.clone(),
            directory: directory.clone(),
            clock: Arc::new(clock.clone()),
            entropy: Arc::clone(&entropy),
            handlers: Vec::new(),
            chores: Vec::new(),
            subscribers: Vec::new(),
        });
        Self {
            db,
            platform,
            directory,
            clock,
            entropy,
            alfa,
            beta,
            gamma,
            worker,
            test_db,
        }
    }

    /// Provisions one more tenant.
    pub async fn add_tenant(&self, slug: &str) -> Tenant {
        provision(&self.platform, &self.db, self.now(), &self.entropy, slug).await
    }

    /// Context of the platform's own work in a tenant, at the clock's present.
    pub fn ctx(&self, tenant: &Tenant) -> Ctx {
        self.ctx_in(tenant.id)
    }

    /// The same in a tenant that the test did not make.
    pub fn ctx_in(&self, tenant: TenantId) -> Ctx {
        ctx(tenant, self.clock.now(), &self.entropy)
    }

    /// Present instant of the test.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Does every job that is due, also those that jobs enqueue; returns how many.
    pub async fn run_jobs(&self) -> usize {
        self.worker.run_until_idle().await.expect("the database is there")
    }
}

fn ctx(tenant: TenantId, now: Timestamp, entropy: &Arc<dyn Entropy>) -> Ctx {
    let request = RequestId::parse("test").expect("a request id");
    Ctx::new(tenant, Actor::System, request, now, Arc::clone(entropy))
}

async fn provision(platform: &PlatformDb, db: &Db, now: Timestamp, entropy: &Arc<dyn Entropy>, slug: &str) -> Tenant {
    let host = format!("{slug}.localhost");
    let name = format!("{} Events", slug.to_uppercase());
    let email = |local: &str| format!("{local}@{slug}.test").parse::<Email>().expect("an address");
    let new = NewTenant {
        slug: slug.parse().expect("a slug"),
        name: name.clone(),
        host: host.parse().expect("a host"),
        locale: Locale::default(),
        currency: "EUR".parse().expect("a currency"),
        zone: "Europe/Ljubljana".parse().expect("a zone"),
        mail_from: email("tickets"),
        support_email: email("help"),
        theme: json!({}),
        legal: json!({}),
    };
    let nowhere = TenantId::from_uuid(uuid::Uuid::nil());
    let id = lifecycle::provision(platform, db, &ctx(nowhere, now, entropy), &new, &[])
        .await
        .expect("the slug is free");
    Tenant {
        id,
        slug: slug.to_owned(),
        host,
        name,
    }
}
