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
        // 55P03 lock not available, 57014 ended by the statement's time-out: it was waited for long, and may be free the
        // next time.
        self.is_conflict() || matches!(self.sqlstate().as_deref(), Some("55P03" | "57014"))
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

    /// Tells whether the server could not be reached, is going down or coming up, or had no connection to spare.
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Interrupted | Self::Sql(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed))
            || self.is_broken_line()
            // 57P03 cannot connect now, 53300 too many connections.
            || matches!(self.sqlstate().as_deref(), Some("57P03" | "53300"))
    }

    /// Tells whether the connection is of no more use.
    pub fn is_broken_line(&self) -> bool {
        // 08 connection exceptions; 57P01 shut down by the administrator, 57P02 after a crash; 57P05 and 25P03 idle for too
        // long, outside and inside a transaction.
        let code = self.sqlstate().unwrap_or_default();
        matches!(self, Self::Sql(sqlx::Error::Io(_)))
            || code.starts_with("08")
            || matches!(code.as_str(), "57P01" | "57P02" | "57P05" | "25P03")
    }
}
