//! Pools whose connections come back clean.

use std::{io, str::FromStr, time::Duration};

use bilten_kernel::Secret;
use sqlx::{
    AssertSqlSafe, Executor, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{DbError, patience::Patience};

/// How to reach the database in one role.
#[derive(Debug, Clone)]
pub struct DbConfig {
    /// Address with role and password, `postgres://…`.
    pub url: Secret<String>,
    /// Upper bound of connections.
    pub max_connections: u32,
    /// Time after which the server ends a statement.
    pub statement_timeout: Duration,
}

impl DbConfig {
    /// Time that a statement gets unless somebody wants it otherwise.
    pub const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
}

/// Ends what a request may have left on its connection: a transaction, and whatever outlives one.
const CLEAN_UP: &str = "rollback; close all; unlisten *; reset bilten.tenant_id";

/// Time that cleaning up gets.
const CLEAN_UP_TIMEOUT: Duration = Duration::from_secs(3);

/// Opens a pool. Each connection is rolled back when it returns: sqlx 0.9.0 can hand back a
/// connection in the middle of a transaction when `begin` is cancelled.
pub(super) async fn open(config: &DbConfig) -> Result<PgPool, DbError> {
    let options = PgConnectOptions::from_str(config.url.expose())
        .map_err(|_| DbError::Address)?
        .options([
            ("search_path", "bilten,platform"),
            ("client_min_messages", "error"),
            ("lock_timeout", "10s"),
            ("timezone", "UTC"),
            // Many ask at once and each for little: starting helpers for one query takes 20 ms, compiling it as long.
            ("max_parallel_workers_per_gather", "0"),
            ("jit", "off"),
        ])
        .options([
            ("statement_timeout", config.statement_timeout.as_millis()),
            // No transaction waits for anybody but the database, so one that idles has lost its client; until it is
            // ended, its locks stop everybody else.
            (
                "idle_in_transaction_session_timeout",
                config.statement_timeout.as_millis() / 3,
            ),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(Duration::from_secs(5))
        // The roll-back below has just tried the connection.
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                // A connection that gives no answer is thrown away: without an end of this wait, its place in the pool
                // would be lost until the process ends.
                match tokio::time::timeout(CLEAN_UP_TIMEOUT, connection.execute(CLEAN_UP)).await {
                    Ok(cleaned) => cleaned.map(|_| true),
                    Err(_) => Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())),
                }
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// Begins a transaction with this statement, whose text the caller vouches for.
///
/// Connections that died while they were idle show here first, all of them after a restart of the server; so each of
/// them is tried, and a new one.
#[expect(
    clippy::disallowed_methods,
    reason = "the gate itself; it runs to its end in a task of its own (docs/adr/0002)"
)]
pub(super) async fn begin(
    pool: &PgPool,
    patience: Patience,
    begin: String,
) -> Result<Transaction<'static, Postgres>, DbError> {
    let mut tries = None;
    loop {
        let begun = patience
            .to_begin()
            .wait_for(pool.begin_with(AssertSqlSafe(begin.clone())))
            .await;
        let error = match begun {
            Ok(tx) => return Ok(tx),
            Err(error) => error,
        };
        // A silence took long to find out; only a broken line is told at once.
        let is_silence = matches!(&error, sqlx::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut);
        let error = DbError::from(error);
        let left: usize = tries.unwrap_or_else(|| if is_silence { 1 } else { pool.num_idle() + 1 });
        if left == 0 || !error.is_broken_line() {
            return Err(error);
        }
        tries = Some(if is_silence { 0 } else { left - 1 });
    }
}
