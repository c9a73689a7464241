use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bilten_kernel::{Ctx, TenantId};
use bilten_tenancy::{
    audit,
    jobs::{self, Job, JobHandler, JobOutcome, NewJob, Worker, WorkerParts},
};
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
        is_urgent: false,
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
        is_urgent: false,
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

/// 63
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

/// Notes what it saw; a job may enqueue its like for ever, hang, or ring a bell.
struct Recorder {
    seen: Mutex<Vec<String>>,
    bell: tokio::sync::Notify,
    db: bilten_tenancy::Db,
}

#[async_trait]
impl JobHandler for Recorder {
    fn kind(&self) -> &'static str {
        "test.recorded"
    }

    fn time_limit(&self) -> std::time::Duration {
        std::time::Duration::from_millis(50)
    }

    async fn run(&self, ctx: &Ctx, job: &Job) -> JobOutcome {
        let name = job.payload["name"].as_str().unwrap().to_owned();
        self.seen.lock().unwrap().push(name.clone());
        match name.as_str() {
            "endless" => {
                let mut tx = self.db.begin(ctx).await.unwrap();
                record(&mut tx, ctx, "endless", false, ctx.now()).await;
                tx.commit().await.unwrap();
            }
            "hanging" => std::future::pending().await,
            "ringing" => self.bell.notify_one(),
            _ => {}
        }
        JobOutcome::Done
    }
}

async fn record(tx: &mut bilten_tenancy::TenantTx, ctx: &Ctx, name: &str, is_urgent: bool, run_at: jiff::Timestamp) {
    let job = NewJob {
        kind: "test.recorded",
        payload: json!({ "name": name }),
        run_at,
        unique_key: None,
        is_urgent,
    };
    jobs::enqueue(tx, ctx, job).await.unwrap();
}

fn recording(app: &TestApp) -> (Arc<Recorder>, Worker) {
    let handler = Arc::new(Recorder {
        seen: Mutex::default(),
        bell: tokio::sync::Notify::new(),
        db: app.db.clone(),
    });
    let worker = Worker::new(WorkerParts {
        db: app.db.clone(),
        directory: app.directory.clone(),
        clock: Arc::new(app.clock.clone()),
        entropy: Arc::clone(&app.entropy),
        handlers: vec![handler.clone()],
        chores: Vec::new(),
        subscribers: Vec::new(),
    });
    (handler, worker)
}

#[tokio::test]
async fn work_on_which_money_waits_is_not_behind_a_thousand_mails() {
    let app = TestApp::start().await;
    let (handler, worker) = recording(&app);
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    for _ in 0..60 {
        record(&mut tx, &ctx, "mail", false, ctx.now()).await;
    }
    record(&mut tx, &ctx, "money", true, ctx.now()).await;
    tx.commit().await.unwrap();
    worker.run_until_idle().await.unwrap();
    let seen = handler.seen.lock().unwrap();
    assert_eq!(seen.len(), 61);
    assert!(seen.iter().position(|name| name == "money").unwrap() < 9, "{seen:?}");
}

#[tokio::test]
async fn one_tenant_that_never_rests_stops_neither_anothers_timer_nor_the_seals() {
    let app = TestApp::start().await;
    let (handler, worker) = recording(&app);
    let (alfa, beta) = (app.ctx(&app.alfa), app.ctx(&app.beta));
    let mut tx = app.db.begin(&alfa).await.unwrap();
    record(&mut tx, &alfa, "endless", false, alfa.now()).await;
    tx.commit().await.unwrap();
    let mut tx = app.db.begin(&beta).await.unwrap();
    record(
        &mut tx,
        &beta,
        "ringing",
        false,
        beta.now() + SignedDuration::from_mins(1),
    )
    .await;
    tx.commit().await.unwrap();

    let stop = tokio_util::sync::CancellationToken::new();
    let clock = app.clock.clone();
    let scene = async {
        // The worker has met both tenants before beta's job falls due.
        while handler.seen.lock().unwrap().len() < 20 {
            tokio::task::yield_now().await;
        }
        clock.advance(SignedDuration::from_mins(1));
        handler.bell.notified().await;
        loop {
            let mut tx = app.db.begin(&beta).await.unwrap();
            if audit::count_unsealed(&mut tx, app.now()).await.unwrap() == 0 {
                break;
            }
        }
        stop.cancel();
    };
    let both = async { tokio::join!(worker.run(stop.clone()), scene) };
    tokio::time::timeout(std::time::Duration::from_secs(30), both)
        .await
        .expect("beta is served while alfa goes on");
}

#[tokio::test]
async fn a_handler_that_hangs_is_cut_off_and_tried_again() {
    let app = TestApp::start().await;
    let (handler, worker) = recording(&app);
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    record(&mut tx, &ctx, "hanging", false, ctx.now()).await;
    tx.commit().await.unwrap();
    worker.run_until_idle().await.unwrap();
    assert_eq!(waiting(&app, &app.alfa).await, 1);
    app.advance(SignedDuration::from_secs(30));
    worker.run_until_idle().await.unwrap();
    assert_eq!(handler.seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_job_that_kills_every_worker_is_given_up() {
    let app = TestApp::start().await;
    let handler = stubborn(1);
    enqueue(&app, &app.alfa, None).await;
    let mut tx = app.db.begin(&app.ctx(&app.alfa)).await.unwrap();
    // As ten workers leave it that died while they did it.
    sqlx::query("update jobs set attempts = max_attempts")
        .execute(tx.conn())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    worker(&app, &handler).run_until_idle().await.unwrap();
    assert!(handler.seen.lock().unwrap().is_empty());
    let mut tx = app.db.begin(&app.ctx(&app.alfa)).await.unwrap();
    assert_eq!(jobs::count_failed(&mut tx).await.unwrap(), 1);
}

/// Inserts a job and an audit entry as another process does: no bell rings here.
async fn leave_behind(app: &TestApp, tenant: &Tenant) {
    let other = app.test_db.app(1).await;
    let ctx = app.ctx(tenant);
    let mut tx = other.begin(&ctx).await.unwrap();
    record(&mut tx, &ctx, "ringing", false, ctx.now()).await;
    let entry = audit::Entry {
        action: "test.left_behind",
        object: "nothing".to_owned(),
        details: json!({}),
    };
    audit::record(&mut tx, &ctx, entry).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_a_process_that_died_left_is_found_soon_after_the_next_one_starts() {
    let app = TestApp::start().await;
    let (handler, worker) = recording(&app);
    leave_behind(&app, &app.alfa).await;
    leave_behind(&app, &app.gamma).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let scene = async {
        while handler.seen.lock().unwrap().len() < 2 {
            handler.bell.notified().await;
        }
        for tenant in [&app.alfa, &app.gamma] {
            loop {
                let mut tx = app.db.begin(&app.ctx(tenant)).await.unwrap();
                if audit::count_unsealed(&mut tx, app.now() + SignedDuration::from_secs(1))
                    .await
                    .unwrap()
                    == 0
                {
                    break;
                }
            }
        }
        stop.cancel();
    };
    let both = async { tokio::join!(worker.run(stop.clone()), scene) };
    tokio::time::timeout(std::time::Duration::from_secs(10), both)
        .await
        .expect("the first round finds job and entry of both tenants");
}
