//! The only road to a tenant's rows.

use bilten_kernel::{Ctx, TenantId};
use sqlx::{PgPool, Postgres, Transaction};

use super::{DbConfig, DbError, Patient, Waker, patience::Patience, pool, privileges};
use crate::{
    groups::Turnstile,
    page_versions::{self, Known},
    permissions::PolicyCache,
};

/// Opens transactions inside tenants.
#[derive(Debug, Clone)]
pub struct Db {
    pool: PgPool,
    turnstile: Turnstile,
    waker: Waker,
    policies: PolicyCache,
    page_versions: Known,
    patience: Patience,
}

/// Transaction that sees and changes the rows of one tenant.
///
/// Dropped without [`commit`](Self::commit), it rolls back.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about what the transaction did"
)]
pub struct TenantTx {
    tx: Transaction<'static, Postgres>,
    tenant: TenantId,
    waker: Waker,
    policies: PolicyCache,
    page_versions: Known,
    patience: Patience,
    has_work: bool,
    has_audit: bool,
    has_policy_change: bool,
    has_page_change: bool,
}

impl Db {
    /// Connects in the role of the application.
    ///
    /// # Errors
    /// The server is out of reach, or the role is privileged.
    pub async fn connect(config: &DbConfig) -> Result<Self, DbError> {
        let pool = pool::open(config).await?;
        privileges::refuse_privileged(&pool).await?;
        Ok(Self {
            pool,
            turnstile: Turnstile::new(turns(config)),
            waker: Waker::default(),
            policies: PolicyCache::default(),
            page_versions: Known::default(),
            patience: Patience::beyond(config.statement_timeout),
        })
    }

    /// Connects once more in the role of the application, with connections that this one cannot use up. Both
    /// ring the same bell and share what they know of policies and of versions of pages.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub async fn connect_beside(&self, config: &DbConfig) -> Result<Self, DbError> {
        Ok(Self {
            pool: Self::connect(config).await?.pool,
            turnstile: self.turnstile.beside(turns(config)),
            ..self.clone()
        })
    }

    /// Begins a transaction in the tenant of the context, in one round trip.
    ///
    /// # Errors
    /// The server is out of reach or has no connection to spare.
    pub async fn begin(&self, ctx: &Ctx) -> Result<TenantTx, DbError> {
        self.begin_in(ctx.tenant).await
    }

    /// Begins a transaction in a tenant; for work that has no request.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub async fn begin_in(&self, tenant: TenantId) -> Result<TenantTx, DbError> {
        // The tenant is a UUID by type, so nothing can be smuggled into the text.
        let begin = format!("begin; set local bilten.tenant_id = '{}'", tenant.uuid());
        self.open(tenant, begin).await
    }

    /// Begins a transaction in a tenant that serves a group of requests. Its statements are planned anew each time: a plan
    /// that was made while a table was nearly empty reads the whole tenant, and would be kept through the rush that fills it.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub async fn begin_group(&self, tenant: TenantId) -> Result<TenantTx, DbError> {
        let begin = format!(
            "begin; set local bilten.tenant_id = '{}'; set local plan_cache_mode = force_custom_plan",
            tenant.uuid()
        );
        self.open(tenant, begin).await
    }

    /// Begins a transaction in a tenant that sees one moment only, and changes nothing; for checks that compare.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub async fn begin_snapshot(&self, tenant: TenantId) -> Result<TenantTx, DbError> {
        let begin = format!(
            "begin isolation level repeatable read read only; set local bilten.tenant_id = '{}'",
            tenant.uuid()
        );
        self.open(tenant, begin).await
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "BEGIN must run to its end even when the request is dropped (docs/adr/0002)"
    )]
    async fn open(&self, tenant: TenantId, begin: String) -> Result<TenantTx, DbError> {
        let (pool, patience) = (self.pool.clone(), self.patience);
        let opened = tokio::spawn(async move { pool::begin(&pool, patience, begin).await });
        let tx = opened.await.map_err(|_| DbError::Interrupted)??;
        Ok(TenantTx {
            tx,
            tenant,
            waker: self.waker.clone(),
            policies: self.policies.clone(),
            page_versions: self.page_versions.clone(),
            patience: self.patience,
            has_work: false,
            has_audit: false,
            has_policy_change: false,
            has_page_change: false,
        })
    }

    /// Returns what shares half of the connections out between groups of requests ([`crate::groups`]); the other half
    /// is left to whoever comes alone.
    pub fn turnstile(&self) -> &Turnstile {
        &self.turnstile
    }

    /// Returns the bell that tells the local worker of new jobs.
    pub fn waker(&self) -> &Waker {
        &self.waker
    }

    /// Returns what this process knows of the versions of pages.
    pub(crate) const fn page_versions(&self) -> &Known {
        &self.page_versions
    }

    /// Tells whether the database answers, and by how much its clock differs from `now`.
    ///
    /// # Errors
    /// The server is out of reach.
    pub async fn clock_skew(&self, now: bilten_kernel::Timestamp) -> Result<jiff::SignedDuration, DbError> {
        let asked = sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(&self.pool);
        let database_now: jiff_sqlx::Timestamp = self.patience.wait_for(asked).await?;
        Ok(database_now.to_jiff().duration_since(now))
    }

    /// Returns the newest migration that the database has; 0 when it has none.
    ///
    /// The number stands in the comment of the schema, which every role may read.
    ///
    /// # Errors
    /// The server is out of reach.
    pub async fn schema_version(&self) -> Result<i64, DbError> {
        let asked = sqlx::query_scalar(
            "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = 'bilten'",
        )
        .fetch_optional(&self.pool);
        let comment: Option<Option<String>> = self.patience.wait_for(asked).await?;
        Ok(comment
            .flatten()
            .and_then(|text| text.strip_prefix("migration ")?.parse().ok())
            .unwrap_or(0))
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl TenantTx {
    /// Returns the connection, for a store's statements.
    pub fn conn(&mut self) -> Patient<'_> {
        self.patience.on(&mut self.tx)
    }

    /// Returns the tenant whose rows are seen.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Commits. Pages that show what was changed get a new version, and the worker is woken when jobs or outbox
    /// events were written.
    ///
    /// # Errors
    /// The server refused or is out of reach; then the outcome is unknown to the caller.
    pub async fn commit(mut self) -> Result<(), DbError> {
        if self.has_page_change {
            page_versions::bump(&mut self).await?;
        }
        let committed = self.patience.wait_for(self.tx.commit()).await;
        if self.has_page_change {
            // Also when the outcome is unknown.
            self.page_versions.forget(self.tenant);
        }
        committed?;
        if self.has_work {
            self.waker.wake(self.tenant);
        }
        if self.has_audit {
            self.waker.seal_later(self.tenant);
        }
        Ok(())
    }

    /// Rolls back.
    ///
    /// # Errors
    /// The server is out of reach; the transaction is gone all the same.
    pub async fn rollback(self) -> Result<(), DbError> {
        Ok(self.patience.wait_for(self.tx.rollback()).await?)
    }

    /// Notes that something was changed that public pages show, other than stock.
    pub const fn note_page_change(&mut self) {
        self.has_page_change = true;
    }

    /// Returns the compiled policies of this process.
    pub(crate) const fn policies(&self) -> &PolicyCache {
        &self.policies
    }

    /// Notes that the worker has something to do after the commit.
    pub(crate) const fn note_work(&mut self) {
        self.has_work = true;
    }

    /// Notes that roles are being changed: what is read of them here is between two versions, and true nowhere else.
    pub(crate) const fn note_policy_change(&mut self) {
        self.has_policy_change = true;
    }

    /// Tells whether roles are being changed here.
    pub(crate) const fn has_policy_change(&self) -> bool {
        self.has_policy_change
    }

    /// Notes that audit entries wait for their seal.
    pub(crate) const fn note_audit(&mut self) {
        self.has_audit = true;
    }
}

/// Half of the connections serve groups.
fn turns(config: &DbConfig) -> usize {
    usize::try_from(config.max_connections / 2).unwrap_or(1)
}
