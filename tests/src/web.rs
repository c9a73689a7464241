//! The whole application behind its router, without a socket, and a shop with a key to talk to it.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{Router, body::Body, extract::ConnectInfo};
use bilten_api::{
    compose::{self, Parts},
    config::Config,
    http::{self as faces, AppState},
    provision::{self, NewOwner, NewShop},
};
use bilten_billing::provider::Provider;
use bilten_core::MasterKey;
use bilten_kernel::{ApiScopes, Clock, Ctx, TenantId};
use bilten_sso::api_keys;
use bilten_tenancy::Db;
use http::{
    HeaderMap, Method, Request, StatusCode,
    header::{LOCATION, SET_COOKIE},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use url::form_urlencoded;

use crate::{TestApp, fakes::Faulty};

/// Password of every owner that tests make.
pub const PASSWORD: &str = "correct horse battery";

/// The application as a server would have it.
pub struct Web {
    /// Its services.
    pub state: AppState,
    router: Router,
    _folder: Folder,
}

/// What a test wants otherwise.
#[derive(Default)]
pub struct Setup<'a> {
    /// Settings, as the environment would give them.
    pub settings: &'a [(&'a str, &'a str)],
    /// Clock of the services; the test's own unless set.
    pub clock: Option<Arc<dyn Clock>>,
    /// Pool of the services, for another node on the same database; the test's own unless set.
    pub db: Option<Db>,
    /// What stands between us and the payment provider.
    pub line: Option<Line>,
}

/// Puts something in front of a payment provider.
pub type Line = Box<dyn FnOnce(Arc<dyn Provider>) -> Arc<dyn Provider>>;

/// Data folder that is removed in the end.
#[derive(Debug)]
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("web-{}-{number}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that sends no mail never makes it.
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A tenant with everything a shop needs, and a key with all scopes.
#[derive(Debug, Clone)]
pub struct Shopkeeper {
    /// Identity.
    pub id: TenantId,
    /// Host without a port.
    pub host: String,
    /// Key for the JSON API.
    pub key: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, if it is text.
    pub text: String,
}

impl Web {
    /// Assembles the application around a test's pools, clock and randomness.
    pub fn new(app: &TestApp) -> Self {
        Self::with_settings(app, &[])
    }

    /// Assembles it with settings, as the environment would give them.
    pub fn with_settings(app: &TestApp, settings: &[(&str, &str)]) -> Self {
        Self::with(
            app,
            Setup {
                settings,
                ..Setup::default()
            },
        )
    }

    /// Assembles it as the test wants it.
    pub fn with(app: &TestApp, setup: Setup<'_>) -> Self {
        let find = |name: &str| {
            let found = setup.settings.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let mut config = Config::read(find).expect("the settings are usable");
        let folder = Folder::new();
        config.data_dir.clone_from(&folder.0);
        let parts = Parts {
            config,
            db: setup.db.unwrap_or_else(|| app.db.clone()),
            platform: app.platform.clone(),
            clock: setup.clock.unwrap_or_else(|| Arc::new(app.clock.clone())),
            entropy: Arc::clone(&app.entropy),
            master_key: MasterKey::new([5; 32]),
        };
        let state = match setup.line {
            Some(line) => compose::assemble_with(parts, line),
            None => compose::assemble(parts),
        };
        let state = state.expect("the services can be built");
        Self {
            router: faces::app(state.clone()),
            state,
            _folder: folder,
        }
    }

    /// Assembles it with a bad line to the payment provider, with settings.
    pub fn with_line(app: &TestApp, settings: &[(&str, &str)]) -> (Self, Faulty) {
        let (give, take) = std::sync::mpsc::channel();
        let line = move |provider| -> Arc<dyn Provider> {
            let faulty = Faulty::new(provider);
            give.send(faulty.clone()).expect("the receiver is there");
            Arc::new(faulty)
        };
        let web = Self::with(
            app,
            Setup {
                settings,
                line: Some(Box::new(line)),
                ..Setup::default()
            },
        );
        (web, take.recv().expect("the services have a provider"))
    }

    /// Provisions a tenant as an operator would, with a key of these scopes.
    pub async fn open_shop(&self, app: &TestApp, slug: &str, scopes: ApiScopes) -> Shopkeeper {
        let shop = NewShop {
            slug: slug.parse().expect("a slug"),
            name: format!("{slug} shop").parse().expect("a name"),
            locale: bilten_kernel::Locale::En,
            currency: "NOK".parse().expect("a currency"),
            zone: "Europe/Oslo".parse().expect("a zone"),
            theme: json!({}),
            legal: json!({}),
            owner: NewOwner {
                email: format!("owner@{slug}.test").parse().expect("an address"),
                name: "Owner".parse().expect("a name"),
                password: PASSWORD.parse().expect("a password"),
            },
        };
        let nowhere = app.ctx(&app.alfa);
        let id = provision::provision(&self.state, &nowhere, shop)
            .await
            .expect("the slug is free");
        let key = self.make_key(&nowhere.in_tenant(id), scopes).await;
        Shopkeeper {
            id,
            host: format!("{slug}.localhost"),
            key,
        }
    }

    /// Makes another key.
    pub async fn make_key(&self, ctx: &Ctx, scopes: ApiScopes) -> String {
        let mut tx = self.state.db.begin(ctx).await.expect("the database is there");
        let (_, token) = api_keys::create(&mut tx, ctx, "test", scopes).await.expect("a key");
        tx.commit().await.expect("a commit");
        token.expose().clone()
    }

    /// Does every job that is due with the handlers of production; returns how many.
    pub async fn run_jobs(&self) -> usize {
        let worker = bilten_api::worker::build(&self.state);
        worker.run_until_idle().await.expect("the database is there")
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text,
        }
    }

    /// Sends a request as if it came over a connection from this address.
    pub async fn send_from(&self, peer: IpAddr, mut request: Request<Body>) -> Answer {
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(peer, 4711)));
        self.send(request).await
    }

    /// Sends a form as a browser does.
    pub async fn form(&self, host: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(post_form(host, path, None, fields)).await
    }

    /// Gets a page as a browser does.
    pub async fn page(&self, host: &str, path: &str) -> Answer {
        let request = Request::get(path).header("host", host).header("accept", "text/html");
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Calls the API with the shopkeeper's key.
    pub async fn call(&self, shop: &Shopkeeper, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.call_once(shop, method, path, body, None).await
    }

    /// Calls the API with an idempotency key.
    pub async fn call_once(
        &self,
        shop: &Shopkeeper,
        method: Method,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("host", &shop.host)
            .header("authorization", format!("Bearer {}", shop.key));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = match body {
            Some(body) => request
                .header("content-type", "application/json")
                .body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.expect("a request")).await
    }

    /// Makes an event on sale with one type of ticket; returns the ids of both.
    pub async fn open_sale(&self, shop: &Shopkeeper, capacity: i64, price_minor: i64) -> (String, String) {
        let event = json!({
            "name": "Concert", "starts_at": "2031-06-01T20:00:00+02:00", "ends_at": "2031-06-01T23:00:00+02:00",
            "time_zone": "Europe/Oslo",
            "ticket_types": [{ "name": "Standing", "price_minor": price_minor, "currency": "NOK", "capacity": capacity, "max_per_order": 4 }],
        });
        let made = self.call(shop, Method::POST, "/events", Some(&event)).await.expect(201);
        let id = made["id"].as_str().expect("an id").to_owned();
        self.call(shop, Method::POST, &format!("/events/{id}/publish"), None)
            .await
            .expect(200);
        let ticket_type = made["ticket_types"][0]["id"].as_str().expect("an id").to_owned();
        (id, ticket_type)
    }

    /// Puts tickets in a cart.
    pub async fn hold(&self, shop: &Shopkeeper, event: &str, ticket_type: &str, quantity: i64) -> Answer {
        let body = json!({ "event_id": event, "items": [{ "ticket_type_id": ticket_type, "quantity": quantity }] });
        self.call(shop, Method::POST, "/carts", Some(&body)).await
    }

    /// Buys a cart with the sandbox.
    pub async fn check_out(&self, shop: &Shopkeeper, cart: &str, key: &str) -> Answer {
        let body =
            json!({ "buyer": { "email": "ada@example.org", "name": "Ada" }, "payment": { "method": "sandbox" } });
        self.call_once(
            shop,
            Method::POST,
            &format!("/carts/{cart}/checkout"),
            Some(&body),
            Some(key),
        )
        .await
    }
}

/// Request for a page as a browser with this cookie sends it.
pub fn get_page(host: &str, path: &str, cookie: Option<&str>) -> Request<Body> {
    let mut request = Request::get(path).header("host", host).header("accept", "text/html");
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    request.body(Body::empty()).expect("a request")
}

/// Form as a browser with this cookie sends it from a page of the same host.
pub fn post_form(host: &str, path: &str, cookie: Option<&str>, fields: &[(&str, &str)]) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let mut request = Request::post(path)
        .header("host", host)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    request.body(Body::from(body)).expect("a request")
}

impl Answer {
    /// Where a redirect leads; empty when it is none.
    pub fn location(&self) -> &str {
        self.headers
            .get(LOCATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Where the answer leads, which must be a redirect after a form.
    #[track_caller]
    pub fn leads_to(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text);
        self.location().to_owned()
    }

    /// Cookies that it sets.
    pub fn cookies(&self) -> Vec<&str> {
        let set = self.headers.get_all(SET_COOKIE).iter();
        set.filter_map(|value| value.to_str().ok()).collect()
    }

    /// The session cookie, as a browser would send it.
    pub fn session(&self) -> Option<String> {
        let cookies = self.cookies();
        let set = cookies.into_iter().find(|cookie| cookie.starts_with("session="))?;
        let pair = set.split(';').next()?;
        (pair != "session=").then(|| pair.to_owned())
    }

    /// Returns the body as JSON after checking the status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }

    /// Returns the body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// Checks that the answer is a problem of this status and code, and returns it.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: &str) -> Value {
        let body = self.expect(status);
        assert_eq!(body["code"], code, "{}", self.text);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(body["status"], status);
        assert_eq!(body["request_id"].as_str(), self.headers["x-request-id"].to_str().ok());
        body
    }
}
