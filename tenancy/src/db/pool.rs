//! Pools whose connections come back clean.

use std::{str::FromStr, time::Duration};

use bilten_kernel::Secret;
use sqlx::{
    Executor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::DbError;

/// How to reach the database in one role.
#[derive(Debug, Clone)]
pub struct DbConfig {
    /// Address with role and password, `postgres://…`.
    pub url: Secret<String>,
    /// Upper bound of connections.
    pub max_connections: u32,
}

/// Ends what a request may have left on its connection: a transaction, and whatever outlives one.
const CLEAN_UP: &str = "rollback; close all; unlisten *; reset bilten.tenant_id";

/// Opens a pool. Each connection is rolled back when it returns: sqlx 0.9.0 can hand back a
/// connection in the middle of a transaction when `begin` is cancelled.
pub(super) async fn open(config: &DbConfig) -> Result<PgPool, DbError> {
    let options = PgConnectOptions::from_str(config.url.expose())
        .map_err(|_| DbError::Address)?
        .options([
            ("search_path", "bilten,platform"),
            ("client_min_messages", "error"),
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "60s"),
            ("lock_timeout", "10s"),
            ("timezone", "UTC"),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(Duration::from_secs(5))
        // The roll-back below has just tried the connection.
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.execute(CLEAN_UP).await?;
                Ok(true)
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}
