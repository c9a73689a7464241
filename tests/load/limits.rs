//! What this machine can do at most: a hot row updated one transaction at a time, the same work as sets, and
//! HTTP that does nothing.

use std::time::Duration;

use axum::{Router, routing::get};
use bilten_kernel::Secret;
use sqlx::{Connection, Executor, PgConnection};

use crate::{
    at_each_concurrency,
    client::Client,
    measure::{self, Line, Worker},
};

/// Connections that the private server spares for this.
const MOST_CONNECTIONS: usize = 64;
/// Requests that one set-based transaction serves.
const BATCH: i64 = 256;

/// Measures all limits.
pub async fn measure(admin: &Secret<String>, hello_port: u16, time: Duration) -> anyhow::Result<Vec<Line>> {
    let mut setup = PgConnection::connect(admin.expose()).await?;
    setup
        .execute(
            "create schema bench; create table bench.hot (id int primary key, n bigint not null) with (fillfactor = 50);
             create table bench.taken (id bigint generated always as identity primary key, hot int not null);
             insert into bench.hot values (1, 0)",
        )
        .await?;
    let mut lines = at_each_concurrency(async |at_once| {
        let mut workers = Vec::new();
        for _ in 0..at_once.min(MOST_CONNECTIONS) {
            workers.push(HotRow(PgConnection::connect(admin.expose()).await?));
        }
        let mut line = measure::run("limit: hot-row update", true, workers, time).await?;
        line.at_once = at_once;
        Ok(line)
    })
    .await?;
    let batch = vec![Batch(PgConnection::connect(admin.expose()).await?)];
    lines.push(measure::run("limit: set-based batch of 256", true, batch, time).await?);
    lines.extend(
        at_each_concurrency(async |at_once| {
            let mut workers = Vec::new();
            for _ in 0..at_once {
                workers.push(Hello(Client::connect(hello_port, "localhost", "none").await?));
            }
            measure::run("limit: axum hello world", true, workers, time).await
        })
        .await?,
    );
    setup.execute("drop schema bench cascade").await?;
    Ok(lines)
}

/// Answers every request with one word, in a process of its own.
pub async fn serve_hello(port: u16) -> anyhow::Result<()> {
    let app = Router::new().route("/", get(|| async { "hello" }));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let stop = tokio_util::sync::CancellationToken::new();
    bilten_api::http::server::serve(listener, app, stop).await;
    Ok(())
}

struct HotRow(PgConnection);

impl Worker for HotRow {
    async fn work(&mut self) -> anyhow::Result<Option<u64>> {
        sqlx::query("update bench.hot set n = n + 1 where id = 1")
            .execute(&mut self.0)
            .await?;
        Ok(Some(1))
    }
}

struct Batch(PgConnection);

impl Worker for Batch {
    async fn work(&mut self) -> anyhow::Result<Option<u64>> {
        let statement = "with taken as (insert into bench.taken (hot) select 1 from generate_series(1, $1) returning 1)
                         update bench.hot set n = n + (select count(*) from taken) where id = 1";
        sqlx::query(statement).bind(BATCH).execute(&mut self.0).await?;
        Ok(Some(u64::try_from(BATCH)?))
    }
}

struct Hello(Client);

impl Worker for Hello {
    async fn work(&mut self) -> anyhow::Result<Option<u64>> {
        self.0.call("GET", "/", "", "").await?;
        Ok(Some(1))
    }
}
