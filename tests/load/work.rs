//! The work that is measured: holds, orders, check-ins.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::{
    at_each_concurrency,
    client::Client,
    measure::{self, Line, Worker},
    shop::{HOST, Sale},
};

/// Codes of tickets that were issued and not yet scanned.
type Codes = Arc<Mutex<Vec<String>>>;

/// Measures everything.
pub async fn measure(sale: &Sale, time: Duration) -> anyhow::Result<Vec<Line>> {
    let codes = Codes::default();
    let mut lines = Vec::new();
    lines.extend(at_each_concurrency(async |n| run("holds", sale, &codes, Task::Hold, n, time).await).await?);
    lines.extend(
        at_each_concurrency(async |n| {
            run("free orders, cart to tickets", sale, &codes, Task::FreeOrder, n, time).await
        })
        .await?,
    );
    lines.extend(
        at_each_concurrency(async |n| {
            run("paid orders, cart to tickets", sale, &codes, Task::PaidOrder, n, time).await
        })
        .await?,
    );
    lines.extend(at_each_concurrency(async |n| run("check-ins", sale, &codes, Task::CheckIn, n, time).await).await?);
    Ok(lines)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Hold,
    FreeOrder,
    PaidOrder,
    CheckIn,
}

async fn run(
    what: &'static str,
    sale: &Sale,
    codes: &Codes,
    task: Task,
    at_once: usize,
    time: Duration,
) -> anyhow::Result<Line> {
    // Each concurrency gets its share of the tickets that wait at the door.
    let mut mine = codes.lock().unwrap_or_else(PoisonError::into_inner);
    let share = match (task, at_once) {
        (Task::CheckIn, 1 | 32) => mine.len() / 3,
        _ => mine.len(),
    };
    let taken: Vec<String> = if task == Task::CheckIn {
        mine.drain(..share).collect()
    } else {
        Vec::new()
    };
    drop(mine);
    let queue: Codes = if task == Task::CheckIn {
        Arc::new(Mutex::new(taken))
    } else {
        Arc::clone(codes)
    };
    let mut workers = Vec::new();
    for number in 0..at_once {
        let client = Client::connect(sale.port, HOST, &sale.key).await?;
        let prefix = format!("{what}-{at_once}-{number}").replace([' ', ','], "");
        workers.push(Buyer {
            client,
            sale: sale.clone(),
            codes: Arc::clone(&queue),
            task,
            prefix,
            count: 0,
        });
    }
    measure::run(what, false, workers, time).await
}

struct Buyer {
    client: Client,
    sale: Sale,
    codes: Codes,
    task: Task,
    prefix: String,
    count: u64,
}

impl Worker for Buyer {
    async fn work(&mut self) -> anyhow::Result<Option<u64>> {
        self.count += 1;
        match self.task {
            Task::Hold => self.hold().await.map(|_| Some(1)),
            Task::FreeOrder | Task::PaidOrder => self.order().await,
            Task::CheckIn => self.check_in().await,
        }
    }
}

impl Buyer {
    async fn hold(&mut self) -> anyhow::Result<String> {
        let kind = if self.task == Task::PaidOrder {
            &self.sale.dear
        } else {
            &self.sale.free
        };
        let body = json!({ "event_id": self.sale.event, "items": [{ "ticket_type_id": kind, "quantity": 1 }] });
        let (status, text) = self.client.call("POST", "/api/v1/carts", "", &body.to_string()).await?;
        ensure!(status == 201, "no cart: {status} {text}");
        let cart: Value = serde_json::from_str(&text)?;
        cart["id"].as_str().map(str::to_owned).context("a cart has an id")
    }

    async fn order(&mut self) -> anyhow::Result<Option<u64>> {
        let cart = self.hold().await?;
        let body =
            json!({ "buyer": { "email": "b@example.org", "name": "Buyer" }, "payment": { "method": "sandbox" } });
        let key = format!("{}-{}", self.prefix, self.count);
        let path = format!("/api/v1/carts/{cart}/checkout");
        let (status, text) = self.client.call("POST", &path, &key, &body.to_string()).await?;
        ensure!(matches!(status, 200 | 201), "no order: {status} {text}");
        let order: Value = serde_json::from_str(&text)?;
        let code = order["tickets"][0]["code"].as_str().context("an order has tickets")?;
        self.codes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(code.to_owned());
        Ok(Some(1))
    }

    async fn check_in(&mut self) -> anyhow::Result<Option<u64>> {
        let code = self.codes.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(code) = code else { return Ok(None) };
        let body = json!({ "code": code, "gate": "Bench" }).to_string();
        let (status, text) = self.client.call("POST", "/api/v1/check-ins", "", &body).await?;
        ensure!(status == 200, "not admitted: {status} {text}");
        Ok(Some(1))
    }
}
