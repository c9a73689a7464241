//! The tax registers of the European Union, Switzerland and Norway on the loopback interface, as far as they are asked.
//!
//! They answer in the shapes that they publish, know the numbers that a test tells them, and break down on request.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bilten_billing::vat::{Brreg, Line, LineConfig, UidRegister, VatIdCheck, Vies};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

/// What is wrong with a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterFault {
    /// The member state does not answer; Switzerland's and Norway's are in trouble.
    Unavailable,
    /// Too many ask at once.
    Busy,
    /// Nobody answers.
    Silent,
    /// The answer cannot be read.
    Garbled,
    /// The answer does not end.
    Endless,
}

/// The registers of one test; they stop when they are dropped.
#[derive(Clone)]
pub struct FakeRegisters {
    base_url: String,
    world: Arc<Mutex<World>>,
    _server: Arc<JoinSet<()>>,
}

#[derive(Default)]
struct World {
    known: BTreeSet<String>,
    fault: Option<RegisterFault>,
    asked: Vec<Value>,
}

type Shared = State<Arc<Mutex<World>>>;

impl FakeRegisters {
    /// Starts them on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let world = Arc::new(Mutex::new(World::default()));
        let app = Router::new()
            .route("/vies/check-vat-number", post(vies))
            .route("/uid", post(uid))
            .route("/brreg/enhetsregisteret/api/enheter/{number}", get(brreg))
            .with_state(Arc::clone(&world));
        let mut server = JoinSet::new();
        server.spawn(async move {
            axum::serve(listener, app).await.expect("the registers serve");
        });
        Self {
            base_url: format!("http://{address}"),
            world,
            _server: Arc::new(server),
        }
    }

    /// Settings that lead to them, as the environment would give them.
    pub fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("BILTEN_VAT_VIES_URL", format!("{}/vies", self.base_url)),
            ("BILTEN_VAT_UID_URL", format!("{}/uid", self.base_url)),
            ("BILTEN_VAT_BRREG_URL", format!("{}/brreg", self.base_url)),
        ]
    }

    /// What asks them; impatient, so that a test of a lost answer is short.
    pub fn checks(&self) -> Vec<Arc<dyn VatIdCheck>> {
        let line = |path: &str| {
            let config = LineConfig {
                base_url: format!("{}{path}", self.base_url),
                patience: Duration::from_millis(300),
                pause: Duration::from_millis(1),
            };
            Line::try_new(config).expect("the client is built")
        };
        vec![
            Arc::new(Vies(line("/vies"))),
            Arc::new(UidRegister(line("/uid"))),
            Arc::new(Brreg(line("/brreg"))),
        ]
    }

    /// Makes a number known: its country's prefix and what follows, as the register is asked.
    pub fn register(&self, number: &str) {
        self.world().known.insert(number.to_owned());
    }

    /// Breaks them all, or mends them.
    pub fn set_fault(&self, fault: Option<RegisterFault>) {
        self.world().fault = fault;
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Value> {
        self.world().asked.clone()
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl World {
    /// Notes a question; tells what is wrong, and whether the number is known.
    fn hear(world: &Arc<Mutex<Self>>, question: Value, number: &str) -> (Option<RegisterFault>, bool) {
        let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
        world.asked.push(question);
        (world.fault, world.known.contains(number))
    }
}

async fn vies(State(world): Shared, Json(question): Json<Value>) -> Response {
    let text = |name: &str| question[name].as_str().unwrap_or_default().to_owned();
    let (country, number) = (text("countryCode"), text("vatNumber"));
    let (fault, is_known) = World::hear(&world, question.clone(), &format!("{country}{number}"));
    let wrapped =
        |error: &str| Json(json!({ "actionSucceed": false, "errorWrappers": [{ "error": error }] })).into_response();
    match fault {
        Some(RegisterFault::Unavailable) => wrapped("MS_UNAVAILABLE"),
        Some(RegisterFault::Busy) => wrapped("MS_MAX_CONCURRENT_REQ"),
        Some(fault) => broken(fault).await,
        None => {
            let has_requester = question.get("requesterNumber").is_some();
            Json(json!({
                "countryCode": country, "vatNumber": number, "requestDate": "2031-05-01T10:00:00.000Z", "valid": is_known,
                "requestIdentifier": if is_known && has_requester { format!("WAPI{number}") } else { String::new() },
                "name": if is_known { "MUSTER GMBH" } else { "---" }, "address": "---", "traderName": "---",
                "traderStreet": "---", "traderPostalCode": "---", "traderCity": "---", "traderCompanyType": "---",
            }))
            .into_response()
        }
    }
}

async fn uid(State(world): Shared, body: Bytes) -> Response {
    let body = String::from_utf8_lossy(&body).into_owned();
    let number = body
        .split("vatNumber>")
        .nth(1)
        .and_then(|rest| rest.split('<').next())
        .unwrap_or_default()
        .to_owned();
    let (fault, is_known) = World::hear(&world, json!({ "soap": body }), &number);
    let envelope = |inner: &str| {
        let open = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>";
        (
            [("content-type", "text/xml; charset=utf-8")],
            format!("{open}{inner}</s:Body></s:Envelope>"),
        )
            .into_response()
    };
    let failed = |why: &str| {
        let inner = format!(
            "<s:Fault><faultcode>s:Client</faultcode><faultstring xml:lang=\"de-CH\">{why}</faultstring></s:Fault>"
        );
        (StatusCode::INTERNAL_SERVER_ERROR, envelope(&inner)).into_response()
    };
    match fault {
        Some(RegisterFault::Unavailable) => failed("Service_unavailable"),
        Some(RegisterFault::Busy) => failed("Request_limit_exceeded"),
        Some(fault) => broken(fault).await,
        None => envelope(&format!(
            "<ValidateVatNumberResponse xmlns=\"http://www.uid.admin.ch/xmlns/uid-wse\"><ValidateVatNumberResult>{is_known}</ValidateVatNumberResult></ValidateVatNumberResponse>"
        )),
    }
}

async fn brreg(State(world): Shared, Path(number): Path<String>) -> Response {
    let (fault, is_known) = World::hear(&world, json!({ "enhet": number }), &format!("NO{number}"));
    match fault {
        Some(RegisterFault::Unavailable) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Some(RegisterFault::Busy) => StatusCode::TOO_MANY_REQUESTS.into_response(),
        Some(fault) => broken(fault).await,
        None if is_known => Json(json!({
            "organisasjonsnummer": number, "navn": "EKSEMPEL AS", "organisasjonsform": { "kode": "AS" },
            "registrertIMvaregisteret": true, "konkurs": false,
        }))
        .into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({ "status": 404 }))).into_response(),
    }
}

async fn broken(fault: RegisterFault) -> Response {
    match fault {
        RegisterFault::Silent => std::future::pending().await,
        RegisterFault::Endless => "x".repeat(100_000).into_response(),
        RegisterFault::Garbled | RegisterFault::Unavailable | RegisterFault::Busy => {
            "<s:Envelope><s:Bo".into_response()
        }
    }
}
