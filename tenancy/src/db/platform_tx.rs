//! The road to the directory of tenants; it leads to no tenant's rows.

use sqlx::{PgPool, Postgres, Transaction, postgres::PgListener};

use super::{DbConfig, DbError, Patient, patience::Patience, pool, privileges};

/// Opens transactions on the schema `platform`.
#[derive(Debug, Clone)]
pub struct PlatformDb {
    pool: PgPool,
    patience: Patience,
}

/// Transaction on the schema `platform`. Dropped without a commit, it rolls back.
#[derive(Debug)]
pub struct PlatformTx {
    tx: Transaction<'static, Postgres>,
    patience: Patience,
}

impl PlatformDb {
    /// Connects in the role of the platform.
    ///
    /// # Errors
    /// The server is out of reach, or the role is privileged.
    pub async fn connect(config: &DbConfig) -> Result<Self, DbError> {
        let pool = pool::open(config).await?;
        privileges::refuse_privileged(&pool).await?;
        let patience = Patience::beyond(config.statement_timeout);
        Ok(Self { pool, patience })
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
        let (pool, patience) = (self.pool.clone(), self.patience);
        let opened = tokio::spawn(async move { pool::begin(&pool, patience, "begin".to_owned()).await });
        Ok(PlatformTx {
            tx: opened.await.map_err(|_| DbError::Interrupted)??,
            patience,
        })
    }

    /// Listens on a channel with a connection of its own.
    pub(crate) async fn listen(&self, channel: &str) -> Result<PgListener, DbError> {
        let opened = async {
            let mut listener = PgListener::connect_with(&self.pool).await?;
            listener.listen(channel).await?;
            Ok(listener)
        };
        Ok(self.patience.wait_for(opened).await?)
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl PlatformTx {
    /// Returns the connection, for a store's statements.
    pub fn conn(&mut self) -> Patient<'_> {
        self.patience.on(&mut self.tx)
    }

    /// Commits.
    ///
    /// # Errors
    /// The server refused or is out of reach.
    pub async fn commit(self) -> Result<(), DbError> {
        Ok(self.patience.wait_for(self.tx.commit()).await?)
    }
}
