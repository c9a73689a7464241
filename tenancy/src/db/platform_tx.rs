//! The road to the directory of tenants; it leads to no tenant's rows.

use sqlx::{PgConnection, PgPool, Postgres, Transaction, postgres::PgListener};

use super::{DbConfig, DbError, pool, privileges};

/// Opens transactions on the schema `platform`.
#[derive(Debug, Clone)]
pub struct PlatformDb {
    pool: PgPool,
}

/// Transaction on the schema `platform`. Dropped without a commit, it rolls back.
#[derive(Debug)]
pub struct PlatformTx {
    tx: Transaction<'static, Postgres>,
}

impl PlatformDb {
    /// Connects in the role of the platform.
    ///
    /// # Errors
    /// The server is out of reach, or the role is privileged.
    pub async fn connect(config: &DbConfig) -> Result<Self, DbError> {
        let pool = pool::open(config).await?;
        privileges::refuse_privileged(&pool).await?;
        Ok(Self { pool })
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// The server is out of reach or has no connection to spare.
    #[expect(
        clippy::disallowed_methods,
        reason = "BEGIN must run to its end even when the request is dropped (docs/adr/0002)"
    )]
    pub async fn begin(&self) -> Result<PlatformTx, DbError> {
        let pool = self.pool.clone();
        let opened = tokio::spawn(async move {
            match pool.begin_with("begin").await {
                Err(sqlx::Error::Io(_)) => pool.begin_with("begin").await,
                result => result,
            }
        });
        Ok(PlatformTx {
            tx: opened.await.map_err(|_| DbError::Interrupted)??,
        })
    }

    /// Listens on a channel with a connection of its own.
    pub(crate) async fn listen(&self, channel: &str) -> Result<PgListener, DbError> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(channel).await?;
        Ok(listener)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl PlatformTx {
    /// Returns the connection, for a store's statements.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    /// Commits.
    ///
    /// # Errors
    /// The server refused or is out of reach.
    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.tx.commit().await?)
    }
}
