//! What this machine can do at most: HTTP that does nothing, a hot row written one transaction at a time, the same work as
//! sets, and the bare program that batches behind HTTP.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::bail;
use axum::{Router, body::Bytes, routing::get};
use bilten_kernel::{Secret, TicketId};
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::{
    client::{Client, Request},
    measure::{Outcome, Team, Worker},
    seed,
    stage::Stage,
};

/// Connections that the private server spares for one transaction per request.
const MOST_CONNECTIONS: usize = 64;
/// Tickets that the bare program can admit.
pub const BARE_TICKETS: u64 = 900_000;

/// Serves constants, in a process of its own: a small one, and one as large as the event's page.
pub async fn serve_constants(port: u16, size: usize) -> anyhow::Result<()> {
    let page = Bytes::from("x".repeat(size));
    let small = Bytes::from_static(b"{\"state\":\"available\"}");
    let app = Router::new()
        .route("/page", get(move || async move { page }))
        .route("/small", get(move || async move { small }));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, app).await?)
}

/// What a path is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    ConstantPage,
    ConstantSmall,
    BareHold,
    BareOrder,
    /// A hold and then an order, as a buyer does.
    BareHoldAndOrder,
    BareCheckIn,
}

impl Limit {
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConstantPage => "axum, a constant as large as the page",
            Self::ConstantSmall => "axum, a small constant",
            Self::BareHold => "bare program, hold",
            Self::BareOrder => "bare program, order + ticket",
            Self::BareHoldAndOrder => "bare program, hold, then order + ticket",
            Self::BareCheckIn => "bare program, check-in",
        }
    }

    /// Connects clients; each admits other tickets, taken from the counter.
    pub async fn team(
        self,
        stage: &Stage,
        constant: u16,
        tickets: &Arc<AtomicU64>,
        size: usize,
    ) -> anyhow::Result<Team<Rival>> {
        let mut rivals = Vec::new();
        for _ in 0..size {
            let is_constant = matches!(self, Self::ConstantPage | Self::ConstantSmall);
            rivals.push(Rival {
                client: Client::connect(if is_constant { constant } else { stage.bare.port }).await?,
                limit: self,
                kind: stage.sale.free.uuid(),
                tickets: Arc::clone(tickets),
            });
        }
        Ok(Team(rivals))
    }
}

/// Client of a limit.
pub struct Rival {
    client: Client,
    limit: Limit,
    kind: Uuid,
    tickets: Arc<AtomicU64>,
}

impl Worker for Rival {
    async fn work(&mut self) -> anyhow::Result<Outcome> {
        match self.limit {
            Limit::ConstantPage => self.get("/page").await,
            Limit::ConstantSmall => self.get("/small").await,
            Limit::BareHold => self.post("/holds", self.kind, "Buyer").await,
            Limit::BareOrder => self.post("/orders", self.kind, "Buyer").await,
            Limit::BareHoldAndOrder => {
                self.post("/holds", self.kind, "Buyer").await?;
                self.post("/orders", self.kind, "Buyer").await
            }
            Limit::BareCheckIn => {
                let number = self.tickets.fetch_add(1, Ordering::Relaxed);
                if number >= BARE_TICKETS {
                    return Ok(Outcome::Over);
                }
                let ticket: TicketId = seed::ticket(number);
                self.post("/check-ins", ticket.uuid(), "Bench").await
            }
        }
    }
}

impl Rival {
    async fn get(&mut self, path: &str) -> anyhow::Result<Outcome> {
        let request = Request {
            method: "GET",
            host: "localhost",
            path,
            ..Request::default()
        };
        done(self.client.call(request).await?.status)
    }

    async fn post(&mut self, path: &str, subject: Uuid, label: &str) -> anyhow::Result<Outcome> {
        let body = format!("{{\"subject\":\"{subject}\",\"label\":\"{label}\"}}");
        let request = Request {
            method: "POST",
            host: "localhost",
            path,
            body: &body,
            ..Request::default()
        };
        done(self.client.call(request).await?.status)
    }
}

fn done(status: u16) -> anyhow::Result<Outcome> {
    match status {
        200 => Ok(Outcome::Done(1)),
        _ => bail!("a limit answered {status}"),
    }
}

/// A hot row, updated in one transaction per piece of work, without HTTP.
pub struct HotRow(PgConnection);

/// The same rows, so many in one set-based transaction, without HTTP.
pub struct Batch(PgConnection, i64);

/// Makes the tables of [`HotRow`] and [`Batch`].
pub async fn set_up(admin: &Secret<String>) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(admin.expose()).await?;
    connection
        .execute(
            "create table hot (id int primary key, n bigint not null) with (fillfactor = 50);
             create table taken (id bigint generated always as identity primary key, hot int not null);
             insert into hot values (1, 0)",
        )
        .await?;
    Ok(())
}

impl HotRow {
    pub async fn team(admin: &Secret<String>, size: usize) -> anyhow::Result<Team<Self>> {
        let mut team = Vec::new();
        for _ in 0..size.min(MOST_CONNECTIONS) {
            team.push(Self(PgConnection::connect(admin.expose()).await?));
        }
        Ok(Team(team))
    }
}

impl Batch {
    pub async fn team(admin: &Secret<String>, size: usize) -> anyhow::Result<Team<Self>> {
        let connection = PgConnection::connect(admin.expose()).await?;
        Ok(Team(vec![Self(connection, i64::try_from(size)?)]))
    }
}

impl Worker for HotRow {
    async fn work(&mut self) -> anyhow::Result<Outcome> {
        let statement = "with taken as (insert into taken (hot) values (1)) update hot set n = n + 1 where id = 1";
        sqlx::query(statement).execute(&mut self.0).await?;
        Ok(Outcome::Done(1))
    }
}

impl Worker for Batch {
    async fn work(&mut self) -> anyhow::Result<Outcome> {
        let statement = "with wish as (insert into taken (hot) select 1 from generate_series(1, $1) returning 1)
                         update hot set n = n + (select count(*) from wish) where id = 1";
        sqlx::query(statement).bind(self.1).execute(&mut self.0).await?;
        Ok(Outcome::Done(u64::try_from(self.1)?))
    }
}
