use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bilten_kernel::{Ctx, TenantId};
use bilten_tenancy::jobs::{self, Job, JobHandler, JobOutcome, NewJob, Worker, WorkerParts};
use bilten_tests::{Tenant, TestApp};
use jiff::SignedDuration;
use serde_json::json;

/// Fails a job until it was tried so many times, and notes whose jobs it saw.
struct Stubborn {
    succeeds_at: i32,
    seen: Mutex<Vec<TenantId>>,
    panics: AtomicUsize,
}

#[async_trait]
impl JobHandler for Stubborn {
    fn kind(&self) -> &'static str {
        "test.stubborn"
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        self.seen.lock().unwrap().push(ctx.tenant);
        if self.panics.load(Ordering::Relaxed) > 0 {
            self.panics.fetch_sub(1, Ordering::Relaxed);
            panic!("the handler fell over");
        }
        if job.attempts < self.succeeds_at {
            return JobOutcome::Retry(SignedDuration::from_mins(1), "not yet".to_owned());
        }
        JobOutcome::Done
    }
}

fn stubborn(succeeds_at: i32) -> Arc<Stubborn> {
    Arc::new(Stubborn {
        succeeds_at,
        seen: Mutex::default(),
        panics: AtomicUsize::new(0),
    })
}

fn worker(app: &TestApp, handler: &Arc<Stubborn>) -> Worker {
    Worker::new(WorkerParts {
        db: app.db.clone(),
        directory: app.directory.clone(),
        clock: Arc::new(app.clock.clone()),
        entropy: Arc::clone(&app.entropy),
        handlers: vec![handler.clone()],
        chores: Vec::new(),
        subscribers: Vec::new(),
    })
}

async fn enqueue(app: &TestApp, tenant: &Tenant, unique_key: Option<&str>) {
    let ctx = app.ctx(tenant);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let job = NewJob {
        kind: "test.stubborn",
        payload: json!({}),
        run_at: ctx.now(),
        unique_key,
    };
    jobs::enqueue(&mut tx, &ctx, job).await.unwrap();
    tx.commit().await.unwrap();
}

async fn waiting(app: &TestApp, tenant: &Tenant) -> i64 {
    let mut tx = app.db.begin(&app.ctx(tenant)).await.unwrap();
    jobs::count_ready(&mut tx).await.unwrap()
}

#[tokio::test]
async fn a_job_is_tried_again_later_until_it_succeeds() {
    let app = TestApp::start().await;
    let handler = stubborn(3);
    let worker = worker(&app, &handler);
    enqueue(&app, &app.alfa, None).await;
    for tries in 1..=3 {
        worker.run_until_idle().await.unwrap();
        assert_eq!(handler.seen.lock().unwrap().len(), tries);
        app.advance(SignedDuration::from_mins(1));
    }
    worker.run_until_idle().await.unwrap();
    assert_eq!(handler.seen.lock().unwrap().len(), 3);
    assert_eq!(waiting(&app, &app.alfa).await, 0);
}

#[tokio::test]
async fn a_job_whose_transaction_is_rolled_back_never_runs() {
    let app = TestApp::start().await;
    let handler = stubborn(1);
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let job = NewJob {
        kind: "test.stubborn",
        payload: json!({}),
        run_at: ctx.now(),
        unique_key: None,
    };
    jobs::enqueue(&mut tx, &ctx, job).await.unwrap();
    tx.rollback().await.unwrap();
    worker(&app, &handler).run_until_idle().await.unwrap();
    assert!(handler.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_waiting_job_is_not_doubled_and_runs_in_its_own_tenant() {
    let app = TestApp::start().await;
    let handler = stubborn(1);
    enqueue(&app, &app.alfa, Some("once")).await;
    enqueue(&app, &app.alfa, Some("once")).await;
    enqueue(&app, &app.beta, Some("once")).await;
    worker(&app, &handler).run_until_idle().await.unwrap();
    let mut seen = handler.seen.lock().unwrap().clone();
    seen.sort_unstable();
    let mut expected = [app.alfa.id, app.beta.id];
    expected.sort_unstable();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_handler_that_panics_costs_one_try_only() {
    let app = TestApp::start().await;
    let handler = stubborn(1);
    handler.panics.store(1, Ordering::Relaxed);
    let worker = worker(&app, &handler);
    enqueue(&app, &app.alfa, None).await;
    worker.run_until_idle().await.unwrap();
    assert_eq!(waiting(&app, &app.alfa).await, 1);
    app.advance(SignedDuration::from_mins(1));
    worker.run_until_idle().await.unwrap();
    assert_eq!(waiting(&app, &app.alfa).await, 0);
}

#[tokio::test]
async fn a_job_of_a_dead_worker_is_taken_over_after_its_lease() {
    let app = TestApp::start().await;
    let handler = stubborn(1);
    enqueue(&app, &app.alfa, None).await;
    let lease = (app.now() + SignedDuration::from_mins(5)).to_string();
    let mut tx = app.db.begin(&app.ctx(&app.alfa)).await.unwrap();
    // As a worker leaves it that died between taking the job and finishing it.
    sqlx::query("update jobs set leased_until = $1::timestamptz, attempts = 1")
        .bind(lease)
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let worker = worker(&app, &handler);
    worker.run_until_idle().await.unwrap();
    assert!(handler.seen.lock().unwrap().is_empty());
    app.advance(SignedDuration::from_mins(5));
    worker.run_until_idle().await.unwrap();
    assert_eq!(handler.seen.lock().unwrap().len(), 1);
}
