//! `bilten serve`, `bilten worker` and `bilten demo`: start everything in order, stop in reverse.
//!
//! Stop: no new connections → running requests end → the worker finishes its job → pools are
//! closed → the private PostgreSQL is stopped. A second signal skips the waiting, not the last step.

use std::{future::Future, process::ExitCode, time::Duration};

use anyhow::Context as _;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tokio_util::task::TaskTracker;

use super::output::say;
use crate::{
    compose::{self, Database},
    config::Config,
    demo::{self, DemoFile},
    http::{self, AppState, metrics, server},
    worker,
};

/// Time that background tasks get to end.
const TASKS_TIMEOUT: Duration = Duration::from_secs(15);
/// Time that pools get to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) async fn serve(mut config: Config, with_demo: bool, with_worker: bool) -> anyhow::Result<ExitCode> {
    let figures = metrics::install();
    let listener = server::bind(config.http.listen, false)
        .await
        .with_context(|| format!("cannot listen on {}", config.http.listen))?;
    config.http.listen = listener.local_addr()?;
    let metrics_listener = server::bind(config.http.metrics_listen, config.http.is_metrics_port_free)
        .await
        .with_context(|| format!("cannot listen on {}", config.http.metrics_listen))?;
    config.http.metrics_listen = metrics_listener.local_addr()?;
    run(
        config,
        async |state: &AppState, database: &Database, tasks: &TaskTracker| {
            worker::start_upkeep(state, tasks);
            // Before the worker: its sweeps would find the carts of the demo's past long expired.
            let made = if with_demo {
                Some(make_demo(state, database).await?)
            } else {
                None
            };
            if with_worker {
                worker::start(state, tasks);
            }
            watch(state, tasks, metrics_listener, figures);
            announce(state);
            made.iter().flat_map(DemoFile::lines).for_each(|line| say(&line));
            let limits = server::Limits::of(&state.config);
            server::serve_within(listener, http::app(state.clone()), state.stop.clone(), limits).await;
            Ok(())
        },
    )
    .await
}

pub(super) async fn work(mut config: Config) -> anyhow::Result<ExitCode> {
    let figures = metrics::install();
    let listener = server::bind(config.http.metrics_listen, config.http.is_metrics_port_free).await?;
    config.http.metrics_listen = listener.local_addr()?;
    run(config, async |state: &AppState, _: &Database, tasks: &TaskTracker| {
        worker::start_upkeep(state, tasks);
        worker::start(state, tasks);
        watch(state, tasks, listener, figures);
        say(&format!(
            "Doing the jobs; metrics on http://{}/metrics",
            state.config.http.metrics_listen
        ));
        state.stop.cancelled().await;
        Ok(())
    })
    .await
}

pub(super) async fn demo(config: Config) -> anyhow::Result<ExitCode> {
    run(
        config,
        async |state: &AppState, database: &Database, _: &TaskTracker| {
            let made = make_demo(state, database).await?;
            made.lines().iter().for_each(|line| say(line));
            Ok(())
        },
    )
    .await
}

async fn make_demo(state: &AppState, database: &Database) -> anyhow::Result<DemoFile> {
    say("Looking after the demo; making it takes a minute the first time …");
    demo::ensure(state, &database.urls).await
}

/// Serves figures and probes beside the work.
fn watch(state: &AppState, tasks: &TaskTracker, listener: TcpListener, figures: PrometheusHandle) {
    let app = http::backstage(state.clone(), figures);
    tasks.spawn(server::serve(listener, app, state.stop.clone()));
}

/// Builds everything, does the work, and takes everything down again whatever happened.
async fn run<W>(config: Config, work: W) -> anyhow::Result<ExitCode>
where
    W: AsyncFnOnce(&AppState, &Database, &TaskTracker) -> anyhow::Result<()>,
{
    config.check_for_serving()?;
    let secrets = compose::secrets(&config)?;
    let mut signals = Signals::listen()?;
    let database = tokio::select! {
        database = compose::database(&config, &secrets) => database?,
        () = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    let server = database.server.is_some();
    let started = async {
        compose::migrate(&database.urls, &secrets).await?;
        compose::services(config, &secrets, &database.urls).await
    };
    let state = tokio::select! {
        state = started => state?,
        () = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    let tasks = TaskTracker::new();
    let outcome = until_told(&state, &mut signals, work(&state, &database, &tasks)).await;
    state.stop.cancel();
    tasks.close();
    tokio::select! {
        ended = timeout(TASKS_TIMEOUT, tasks.wait()) => if ended.is_err() {
            tracing::warn!(open = tasks.len(), "background tasks were cut off");
        },
        () = signals.next() => tracing::warn!("told twice to stop: not waiting any longer"),
    }
    let _ = timeout(CLOSE_TIMEOUT, async {
        tokio::join!(
            state.db.close(),
            state.shop_db.close(),
            state.work_db.close(),
            state.watch_db.close(),
            state.platform.close()
        )
    })
    .await;
    drop(state);
    if server {
        tracing::info!("stopping the private PostgreSQL");
    }
    tokio::task::spawn_blocking(move || database.server.map(crate::postgres::Private::stop))
        .await?
        .transpose()?;
    outcome.map(|()| ExitCode::SUCCESS)
}

/// Cancels the stop token at the first signal, and gives up on the work at the second.
async fn until_told(
    state: &AppState,
    signals: &mut Signals,
    work: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        outcome = work.as_mut() => return outcome,
        () = signals.next() => {
            tracing::info!("stopping");
            state.stop.cancel();
        }
    }
    tokio::select! {
        outcome = work => outcome,
        () = signals.next() => Ok(()),
    }
}

/// The ways in which a process is told to stop.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}

fn announce(state: &AppState) {
    let http = &state.config.http;
    say(&format!(
        "Listening on {}; metrics on http://{}/metrics",
        http.listen, http.metrics_listen
    ));
    say(&format!("Platform console: {}/", http.origin(&http.platform_host())));
    if let Ok(road) = state.config.mail_road() {
        say(&format!("Mail: {road}"));
    }
}
