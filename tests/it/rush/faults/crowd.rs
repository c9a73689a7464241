//! Buyers who want tickets whatever happens: an answer that does not come is asked for again.
//!
//! Each is a program that holds, then pays. Half of them mark the cart's request with a key, so that sending it again
//! counts once. The crowd keeps coming for as long as the script of faults runs, and then everybody comes to his end.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bilten_tests::Shopkeeper;
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet, time::timeout};

use super::rig::{Rig, Sale};

/// Buyers who are at it at the same time.
const AT_ONCE: usize = 16;
/// Longest wait for an answer; the server itself ends a request after half a minute.
const ANSWER: Duration = Duration::from_secs(40);
/// Time between two tries.
const PAUSE: Duration = Duration::from_millis(40);
/// Time within which everybody has come to an end after the faults.
const PATIENCE: Duration = Duration::from_secs(75);
/// Time between two looks for leases that nobody needs any more.
const TIDY: Duration = Duration::from_millis(500);
/// One in how many wants what there is too little of.
const ONE_IN: usize = 5;

/// Addresses of the nodes that are up.
pub(super) type Nodes = watch::Receiver<Vec<SocketAddr>>;

/// What the crowd has seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// How often each answer came: what was asked, status, code.
    pub answers: BTreeMap<String, usize>,
    pub bought: usize,
    /// Bought by those who came after the last fault.
    pub bought_after: usize,
    pub sold_out: usize,
    pub longest: Duration,
}

impl Seen {
    /// Counts answers that contain the words.
    pub fn count(&self, words: &str) -> usize {
        self.answers
            .iter()
            .filter(|(answer, _)| answer.contains(words))
            .map(|(_, count)| count)
            .sum()
    }

    /// Every answer is one of these, or the tickets, or that there are none left.
    #[track_caller]
    pub fn expect_only(&self, allowed: &[&str]) {
        let usual = ["201", "200", "202", "409 sold_out", "409 idempotency_key_in_flight"];
        let is_fine = |answer: &str| {
            allowed
                .iter()
                .chain(&usual)
                .any(|end| answer.split_once(' ').unwrap().1 == *end || answer.ends_with(end))
        };
        let odd: Vec<_> = self.answers.iter().filter(|(answer, _)| !is_fine(answer)).collect();
        assert!(odd.is_empty(), "{odd:?} among {:?}", self.answers);
    }
}

struct Shared {
    shop: Shopkeeper,
    sales: [Sale; 2],
    client: reqwest::Client,
    seen: Mutex<Seen>,
    next: AtomicUsize,
    is_over: AtomicBool,
}

/// Lets the crowd in, runs the script, and waits until everybody has tickets or knows that there are none.
pub(super) async fn rush(rig: &Rig, nodes: Nodes, script: impl Future<Output = ()>) -> Seen {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(ANSWER)
        .pool_max_idle_per_host(64);
    let shared = Arc::new(Shared {
        shop: rig.shop.clone(),
        sales: [rig.wide.clone(), rig.narrow.clone()],
        client: client.build().unwrap(),
        seen: Mutex::default(),
        next: AtomicUsize::new(0),
        is_over: AtomicBool::new(false),
    });
    let mut crowd = JoinSet::new();
    for _ in 0..AT_ONCE {
        crowd.spawn(come_and_come_again(Arc::clone(&shared), nodes.clone()));
    }
    meanwhile(rig, script).await;
    shared.is_over.store(true, Ordering::SeqCst);
    let all = async {
        while let Some(ended) = crowd.join_next().await {
            ended.unwrap();
        }
    };
    let ended = timeout(PATIENCE, meanwhile(rig, all)).await;
    let seen = std::mem::take(&mut *shared.seen.lock().unwrap_or_else(PoisonError::into_inner));
    assert!(ended.is_ok(), "some buyers wait for ever: {seen:?}");
    seen
}

/// Waits for something, and frees what requests that broke off have leased.
async fn meanwhile(rig: &Rig, what: impl Future<Output = ()>) {
    let mut what = std::pin::pin!(what);
    let mut tidy = tokio::time::interval(TIDY);
    loop {
        tokio::select! {
            () = &mut what => return,
            _ = tidy.tick() => rig.try_to_end_old_leases().await,
        }
    }
}

/// One place in the crowd: when its buyer has ended the next one comes, and one more after the last fault.
async fn come_and_come_again(shared: Arc<Shared>, nodes: Nodes) {
    loop {
        let is_last = shared.is_over.load(Ordering::SeqCst);
        let number = shared.next.fetch_add(1, Ordering::SeqCst);
        let has_bought = shared.buy(number, &nodes).await;
        let mut seen = shared.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.bought += usize::from(has_bought);
        seen.bought_after += usize::from(has_bought && is_last);
        seen.sold_out += usize::from(!has_bought);
        if is_last {
            return;
        }
    }
}

impl Shared {
    /// Tells whether he got tickets; otherwise there were none.
    async fn buy(&self, number: usize, nodes: &Nodes) -> bool {
        let sale = &self.sales[usize::from(number.is_multiple_of(ONE_IN))];
        let quantity = 1 + number % 2;
        let cart =
            json!({ "event_id": sale.event, "items": [{ "ticket_type_id": sale.ticket_type, "quantity": quantity }] });
        let key = number.is_multiple_of(2).then(|| format!("cart-{number}"));
        let held = loop {
            match self.ask("cart", "/carts", key.as_deref(), &cart, nodes).await {
                Some((201, held)) => break held,
                Some((409, told)) if told["code"] == "sold_out" => return false,
                _ => tokio::time::sleep(PAUSE).await,
            }
        };
        let path = format!("/carts/{}/checkout", held["id"].as_str().expect("a cart has an id"));
        let email = format!("buyer-{number}@example.org");
        let buyer = json!({ "buyer": { "email": email, "name": "Ada" }, "payment": { "method": "sandbox" } });
        // One key to the end: whatever was answered before, sending it again goes on with the same payment.
        let key = format!("order-{number}");
        loop {
            if let Some((200, order)) = self.ask("checkout", &path, Some(&key), &buyer, nodes).await {
                let tickets = order["tickets"].as_array().map_or(0, Vec::len);
                assert_eq!((order["state"].as_str(), tickets), (Some("paid"), quantity), "{order}");
                return true;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Sends a request to one of the nodes; nothing when no answer came.
    async fn ask(
        &self,
        what: &str,
        path: &str,
        key: Option<&str>,
        body: &Value,
        nodes: &Nodes,
    ) -> Option<(u16, Value)> {
        let node = self.choose(nodes)?;
        let mut request = self
            .client
            .post(format!("http://{node}/api/v1{path}"))
            .header("host", &self.shop.host)
            .bearer_auth(&self.shop.key)
            .json(body);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let began = Instant::now();
        let answer = request.send().await;
        let (answer, status, says_when) = match answer {
            Ok(answer) => {
                let status = answer.status().as_u16();
                let says_when = answer.headers().contains_key("retry-after");
                (answer.json::<Value>().await.ok(), status, says_when)
            }
            Err(error) => {
                let how = if error.is_timeout() {
                    "never answered"
                } else {
                    "cut off"
                };
                self.note(what, how, began.elapsed());
                return None;
            }
        };
        let told = answer.unwrap_or(Value::Null);
        let code = told["code"].as_str().filter(|_| status >= 400);
        let code = code.map(|code| format!(" {code}")).unwrap_or_default();
        let when = if status == 503 && !says_when {
            " without Retry-After"
        } else {
            ""
        };
        self.note(what, &format!("{status}{code}{when}"), began.elapsed());
        Some((status, told))
    }

    fn choose(&self, nodes: &Nodes) -> Option<SocketAddr> {
        let nodes = nodes.borrow();
        let turn = self.next.load(Ordering::SeqCst);
        (!nodes.is_empty()).then(|| nodes[turn % nodes.len()])
    }

    fn note(&self, what: &str, how: &str, took: Duration) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        *seen.answers.entry(format!("{what} {how}")).or_default() += 1;
        seen.longest = seen.longest.max(took);
    }
}
