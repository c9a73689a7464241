//! What can go wrong at the database, told apart by what the caller can do about it.

/// Failure of a database operation. Its text never holds SQL or data.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The server refused or lost the statement.
    #[error("database operation failed")]
    Sql(#[from] sqlx::Error),
    /// The task that opened the transaction was ended.
    #[error("opening a transaction was interrupted")]
    Interrupted,
    /// The role may do more than a server should.
    #[error("the database role {role} is privileged: {why}")]
    Privileged {
        /// Name of the role.
        role: String,
        /// What it may do.
        why: String,
    },
    /// The connection address cannot be read.
    #[error("the database address is not valid")]
    Address,
}

impl DbError {
    /// Tells whether the same transaction may succeed when it is run again.
    pub fn is_retryable(&self) -> bool {
        // 55P03 lock not available: it was waited for long, and may be free the next time.
        self.is_conflict() || self.sqlstate().as_deref() == Some("55P03")
    }

    /// Tells whether the transaction lost against another one at the same moment; run again at once, it succeeds.
    pub fn is_conflict(&self) -> bool {
        // 40001 serialization failure, 40P01 deadlock.
        matches!(self.sqlstate().as_deref(), Some("40001" | "40P01"))
    }

    /// Tells whether the named constraint refused the row.
    pub fn violates(&self, constraint: &str) -> bool {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => error.constraint() == Some(constraint),
            _ => false,
        }
    }

    /// Returns the SQLSTATE code (PostgreSQL manual, appendix A).
    pub fn sqlstate(&self) -> Option<String> {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => error.code().map(std::borrow::Cow::into_owned),
            _ => None,
        }
    }

    /// Tells whether the server could not be reached or had no connection to spare.
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Sql(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed)
        )
    }
}
