//! What buyers and doors ask of the program.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use anyhow::{Context as _, bail};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    client::{Answer, Client, Request},
    measure::{Outcome, Team, Worker},
    seed,
    shop::{Answered, HOST, Sale},
};

/// Texts that are handed out once: carts that wait to be bought, codes that wait at the door.
pub type Supply = Arc<Mutex<Vec<String>>>;

/// One thing that is asked again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    Page,
    Availability,
    /// Hold one free ticket.
    Hold,
    /// Buy a cart that was made before; the hold is not measured.
    PlaceOrder,
    /// Hold a free ticket and order it.
    FreeOrder,
    /// Hold a dear ticket and pay it through the sandbox.
    PaidOrder,
    CheckIn,
    /// As [`Task::FreeOrder`]; that nothing is left is an answer.
    Rush,
}

/// Whom the clients ask.
#[derive(Clone)]
pub struct Target {
    pub port: u16,
    pub sale: Sale,
    pub answered: Arc<Answered>,
    /// Tenants over which the requests are spread; 0 means the first one only.
    pub tenants: u64,
    pub carts: Supply,
    pub codes: Supply,
    /// Numbers the clients, so that no two send the same idempotency key.
    clients: Arc<AtomicU64>,
}

/// A buyer, or a device at the door.
pub struct Buyer {
    client: Client,
    target: Target,
    task: Task,
    number: u64,
    count: u64,
    path: String,
    host: String,
}

impl Target {
    pub fn new(port: u16, sale: &Sale) -> Self {
        Self {
            port,
            sale: sale.clone(),
            answered: Arc::default(),
            tenants: 0,
            carts: Supply::default(),
            codes: Supply::default(),
            clients: Arc::default(),
        }
    }

    /// The same, with requests spread over so many tenants.
    pub fn spread_over(&self, tenants: u64) -> Self {
        Self {
            tenants,
            ..self.clone()
        }
    }

    /// The same, for another sale of the tenant.
    pub fn of(&self, sale: Sale) -> Self {
        Self { sale, ..self.clone() }
    }

    /// Connects clients.
    pub async fn team(&self, task: Task, size: usize) -> anyhow::Result<Team<Buyer>> {
        let mut team = Vec::new();
        for _ in 0..size {
            team.push(self.buyer(task).await?);
        }
        Ok(Team(team))
    }

    pub async fn buyer(&self, task: Task) -> anyhow::Result<Buyer> {
        Ok(Buyer {
            client: Client::connect(self.port).await?,
            target: self.clone(),
            task,
            number: self.clients.fetch_add(1, Ordering::Relaxed),
            count: 0,
            path: String::new(),
            host: HOST.to_owned(),
        })
    }

    /// Sends one request for the path and returns the status and size of the answer.
    pub async fn probe(&self, path: &str) -> anyhow::Result<(u16, usize)> {
        let mut client = Client::connect(self.port).await?;
        let answer = client
            .call(Request {
                method: "GET",
                host: HOST,
                path,
                ..Request::default()
            })
            .await?;
        Ok((answer.status, answer.body.len()))
    }
}

impl Worker for Buyer {
    async fn work(&mut self) -> anyhow::Result<Outcome> {
        self.count += 1;
        if self.target.tenants > 0 {
            // A step that has no factor in common with any number of tenants: all of them have their turn.
            let turn = self.number.wrapping_mul(7_919) + self.count.wrapping_mul(104_729);
            self.host = seed::host(1 + turn % self.target.tenants);
        }
        match self.task {
            Task::Page => self.get(|sale| format!("/events/{}", sale.slug)).await,
            Task::Availability => self.get(|sale| format!("/events/{}/availability", sale.slug)).await,
            Task::Hold | Task::FreeOrder | Task::PaidOrder | Task::Rush => self.hold().await,
            Task::PlaceOrder => match take(&self.target.carts) {
                Some(cart) => self.check_out(&cart).await,
                None => Ok(Outcome::Over),
            },
            Task::CheckIn => match take(&self.target.codes) {
                Some(code) => self.check_in(&code).await,
                None => Ok(Outcome::Over),
            },
        }
    }
}

impl Buyer {
    async fn get(&mut self, path: impl Fn(&Sale) -> String) -> anyhow::Result<Outcome> {
        if self.path.is_empty() {
            self.path = path(&self.target.sale);
        }
        let request = Request {
            method: "GET",
            host: &self.host,
            path: &self.path,
            ..Request::default()
        };
        outcome(&self.client.call(request).await?, &[200])
    }

    /// Makes a cart, and goes on to the order when that is the task.
    async fn hold(&mut self) -> anyhow::Result<Outcome> {
        let sale = &self.target.sale;
        let kind = if self.task == Task::PaidOrder {
            sale.dear
        } else {
            sale.free
        };
        let body = format!(
            "{{\"event_id\":\"{}\",\"items\":[{{\"ticket_type_id\":\"{kind}\",\"quantity\":1}}]}}",
            sale.event
        );
        let request = Request {
            method: "POST",
            host: &self.host,
            path: "/api/v1/carts",
            headers: &sale.headers,
            body: &body,
            ..Request::default()
        };
        let answer = self.client.call(request).await?;
        if self.task == Task::Rush && answer.status == 409 {
            return Ok(Outcome::Over);
        }
        let made = outcome(&answer, &[201])?;
        if made == Outcome::Refused {
            return Ok(made);
        }
        self.target.answered.holds.fetch_add(1, Ordering::Relaxed);
        let cart = answer.after("\"id\":\"").context("a cart has an id")?.to_owned();
        if self.task == Task::Hold {
            if self.target.tenants == 0 {
                give(&self.target.carts, cart);
            }
            return Ok(made);
        }
        self.check_out(&cart).await
    }

    async fn check_out(&mut self, cart: &str) -> anyhow::Result<Outcome> {
        let payment = if self.task == Task::PaidOrder {
            ",\"payment\":{\"method\":\"sandbox\"}"
        } else {
            ""
        };
        let body = format!("{{\"buyer\":{{\"email\":\"b@example.org\",\"name\":\"Buyer\"}}{payment}}}");
        let (path, once) = (
            format!("/api/v1/carts/{cart}/checkout"),
            format!("{}-{}", self.number, self.count),
        );
        let request = Request {
            method: "POST",
            host: &self.host,
            path: &path,
            headers: &self.target.sale.headers,
            once: &once,
            body: &body,
            is_form: false,
        };
        let answer = self.client.call(request).await?;
        let paid = outcome(&answer, &[200])?;
        if paid != Outcome::Refused {
            answer
                .after("\"code\":\"")
                .with_context(|| format!("no ticket in {}", answer.text()))?;
            self.target.answered.orders.fetch_add(1, Ordering::Relaxed);
        }
        Ok(paid)
    }

    async fn check_in(&mut self, code: &str) -> anyhow::Result<Outcome> {
        let body = json!({ "code": code, "gate": "Bench" }).to_string();
        let request = Request {
            method: "POST",
            host: &self.host,
            path: "/api/v1/check-ins",
            headers: &self.target.sale.headers,
            body: &body,
            ..Request::default()
        };
        let admitted = outcome(&self.client.call(request).await?, &[200])?;
        if admitted != Outcome::Refused {
            self.target.answered.check_ins.fetch_add(1, Ordering::Relaxed);
        }
        Ok(admitted)
    }
}

fn outcome(answer: &Answer<'_>, successes: &[u16]) -> anyhow::Result<Outcome> {
    match answer.status {
        status if successes.contains(&status) => Ok(Outcome::Done(1)),
        503 => Ok(Outcome::Refused),
        status => bail!("answered {status}: {}", answer.text()),
    }
}

/// Signs the codes of seeded tickets, on all processors.
pub async fn sign(sale: &Sale, from: u64, to: u64) -> anyhow::Result<Vec<String>> {
    let mut tasks = JoinSet::new();
    for begin in (from..to).step_by(1_000) {
        let (sale, end) = (sale.clone(), to.min(begin + 1_000));
        tasks.spawn_blocking(move || {
            let code = |number| sale.signer.code(sale.tenant, 1, seed::ticket(number), sale.event);
            (begin..end).map(code).collect::<Vec<_>>()
        });
    }
    Ok(tasks.join_all().await.concat())
}

pub fn take(supply: &Supply) -> Option<String> {
    supply.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

pub fn give(supply: &Supply, text: String) {
    supply.lock().unwrap_or_else(PoisonError::into_inner).push(text);
}

pub fn waiting(supply: &Supply) -> usize {
    supply.lock().unwrap_or_else(PoisonError::into_inner).len()
}
