//! The record, streamed to receivers that listen, lie, break and die.

mod attacks;
mod https;
mod pages;
mod syslog;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use bilten_kernel::{Actor, ApiScopes, AuditStreamId, Ctx};
use bilten_sso::streams::{self, Made, NewStream, Stream, StreamKind, Target};
use bilten_tenancy::{
    audit::{self, Entry},
    permissions::Role,
};
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

/// Two shops; the tests stream the record of the first.
struct Stage {
    app: TestApp,
    web: Web,
    nord: Shopkeeper,
    sor: Shopkeeper,
    owner: Clerk,
}

impl Stage {
    async fn open() -> Self {
        let app = TestApp::start_with(8).await;
        let web = Web::new(&app);
        let nord = web.open_shop(&app, "nord", ApiScopes::all()).await;
        let sor = web.open_shop(&app, "sor", ApiScopes::all()).await;
        let owner = Clerk::hire(&app, (nord.id, &nord.host), Role::Owner, None).await;
        Self {
            app,
            web,
            nord,
            sor,
            owner,
        }
    }

    fn ctx(&self) -> Ctx {
        self.app
            .ctx_in(self.nord.id)
            .with_actor(Actor::Staff(self.owner.account))
    }

    /// Makes a stream that begins behind a link.
    async fn stream(&self, kind: StreamKind, address: &str, after: Option<i64>) -> Made {
        self.stream_of(kind, address, ("", after)).await
    }

    async fn stream_of(&self, kind: StreamKind, address: &str, (ca_pem, after): (&str, Option<i64>)) -> Made {
        let ctx = self.ctx();
        let services = &self.web.state.sso;
        let new = NewStream {
            name: format!("to {address}"),
            target: Target::parse(&services.egress, kind, address, ca_pem).unwrap(),
            after,
        };
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let made = streams::create(&mut tx, &ctx, &services.stream_seal, &new)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        made
    }

    async fn find(&self, id: AuditStreamId) -> Stream {
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        streams::find(&mut tx, id).await.unwrap().unwrap()
    }

    /// Writes entries into the record of the first shop.
    async fn happen(&self, count: usize, note: &Value) {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        for _ in 0..count {
            let entry = Entry {
                action: "order.paid",
                object: "ord_0".to_owned(),
                details: json!({ "note": note }),
            };
            audit::record(&mut tx, &ctx, entry).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Seals what happened, lets the upkeep find what is due, and waits until the senders are done.
    async fn flow(&self) {
        self.web.run_jobs().await;
        self.app.advance(SignedDuration::from_mins(1));
        self.web.run_jobs().await;
        self.web.state.streams.idle().await;
    }

    async fn last(&self) -> i64 {
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        audit::chain_length(&mut tx).await.unwrap()
    }
}

/// A message as it arrived.
#[derive(Debug, Clone)]
struct Message {
    headers: HeaderMap,
    body: Bytes,
}

impl Message {
    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        let text = std::str::from_utf8(&self.body).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// What a receiver answers next; 200 when nothing is planned.
#[derive(Default)]
struct Desk {
    plan: VecDeque<u16>,
    got: Vec<Message>,
}

/// A receiver of HTTPS, without the S: this machine is all that it reaches.
struct Receiver {
    address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    /// Ends with it.
    _task: JoinSet<()>,
}

impl Receiver {
    async fn start() -> Self {
        Self::start_at(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn start_at(listener: TcpListener) -> Self {
        let desk = Arc::new(Mutex::new(Desk::default()));
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/in", post(take)).with_state(Arc::clone(&desk));
        let mut task = JoinSet::new();
        task.spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self {
            address,
            desk,
            _task: task,
        }
    }

    fn url(&self) -> String {
        format!("http://{}/in", self.address)
    }

    fn plan(&self, statuses: &[u16]) {
        self.desk.lock().unwrap().plan.extend(statuses);
    }

    /// What it said yes to.
    fn got(&self) -> Vec<Message> {
        self.desk.lock().unwrap().got.clone()
    }

    /// Numbers of the links in the order in which it took them.
    fn seqs(&self) -> Vec<i64> {
        let got = self.got();
        let lines = got.iter().flat_map(Message::lines);
        lines.map(|line| line["seq"].as_i64().unwrap()).collect()
    }
}

async fn take(State(desk): State<Arc<Mutex<Desk>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut desk = desk.lock().unwrap();
    let status = desk.plan.pop_front().unwrap_or(200);
    if status == 200 {
        desk.got.push(Message { headers, body });
    }
    StatusCode::from_u16(status).unwrap()
}

fn up_to(last: i64) -> Vec<i64> {
    (1..=last).collect()
}
