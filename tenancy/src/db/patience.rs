//! Bounds every wait for an answer of the server.
//!
//! The server itself ends a statement that takes too long. But a firewall that forgets a connection, or a machine that
//! vanishes, sends no end: whoever waits then waits for ever, and its connection is lost to the pool. So we stop waiting a
//! little after the server would have ended the statement, and the connection is thrown away. What the statement did is
//! unknown then, as with any connection that breaks.

use std::{future::Future, io, time::Duration};

use futures_util::{
    FutureExt as _, StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use sqlx::{Describe, Either, Error, Execute, Executor, PgConnection, Postgres, SqlStr, postgres};

/// Time that an answer may take on its way, beyond what the server allows itself.
const ON_THE_WAY: Duration = Duration::from_secs(2);

/// Time that a connection and the begin of a transaction may take, which wait for no lock.
const TO_BEGIN: Duration = Duration::from_secs(8);

/// How long to wait for the server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(Duration);

/// A connection on which no statement is waited for without end.
#[derive(Debug)]
pub struct Patient<'c> {
    connection: &'c mut PgConnection,
    patience: Patience,
}

impl Patience {
    /// Waits a little longer than the server lets a statement run.
    pub(super) fn beyond(statement_timeout: Duration) -> Self {
        Self(statement_timeout + ON_THE_WAY)
    }

    /// Waits no longer than a transaction may take to begin.
    pub(super) fn to_begin(self) -> Self {
        Self(self.0.min(TO_BEGIN))
    }

    /// Waits for the answer, but not for ever.
    pub(super) async fn wait_for<T>(self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        tokio::time::timeout(self.0, answer)
            .await
            .unwrap_or_else(|_| Err(no_answer()))
    }

    pub(super) const fn on(self, connection: &mut PgConnection) -> Patient<'_> {
        Patient {
            connection,
            patience: self,
        }
    }
}

impl Patient<'_> {
    /// Returns the connection as it is, with its endless waits.
    pub fn as_connection(&mut self) -> &mut PgConnection {
        self.connection
    }
}

fn no_answer() -> Error {
    metrics::counter!("database_silences_total").increment(1);
    Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the database does not answer"))
}

impl<'c> Executor<'c> for Patient<'c> {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<postgres::PgQueryResult, postgres::PgRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let Patience(limit) = self.patience;
        let rows = self.connection.fetch_many(query);
        stream::unfold(Some(rows), move |rows| async move {
            let mut rows = rows?;
            match tokio::time::timeout(limit, rows.next()).await {
                Ok(row) => row.map(|row| (row, Some(rows))),
                Err(_) => Some((Err(no_answer()), None)),
            }
        })
        .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<postgres::PgRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let patience = self.patience;
        patience.wait_for(self.connection.fetch_optional(query)).boxed()
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [postgres::PgTypeInfo],
    ) -> BoxFuture<'e, Result<postgres::PgStatement, Error>>
    where
        'c: 'e,
    {
        let patience = self.patience;
        patience.wait_for(self.connection.prepare_with(sql, parameters)).boxed()
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'c: 'e,
    {
        let patience = self.patience;
        patience.wait_for(self.connection.describe(sql)).boxed()
    }
}
