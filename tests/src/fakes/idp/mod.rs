//! An identity provider that speaks OpenID Connect, and lies on demand.
//!
//! It answers over real HTTP as an honest provider does, until a test twists one thing: a claim, a header, the key that signs,
//! the set of keys, its own description, or an endpoint. It knows nothing of our code.

mod keys;
mod serve;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    routing::{get, post},
};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use url::Url;

pub use keys::Key;

/// Client id that tests register.
pub const CLIENT_ID: &str = "shop-1";
/// Its secret.
pub const CLIENT_SECRET: &str = "s3cret:with/odd+letters";

/// What is twisted about the next tokens and answers.
#[derive(Clone, Default)]
pub struct Twist {
    /// Claims that are put into the token; null removes one.
    pub claims: Vec<(&'static str, Value)>,
    /// Members of the token's head; null removes one.
    pub header: Vec<(&'static str, Value)>,
    /// Makes the whole token, of the signed one.
    pub token: Option<fn(&str) -> String>,
    /// Signs with the HMAC of this text.
    pub hmac: Option<String>,
    /// Signs with a key of the same name that is in no set.
    pub is_forged: bool,
    /// Algorithm that is signed with; the key's own unless set.
    pub alg: Option<&'static str>,
    /// Answer of the token endpoint in place of tokens.
    pub token_answer: Option<(u16, &'static str, String)>,
    /// Members of the token endpoint's answer; null removes one.
    pub tokens: Vec<(&'static str, Value)>,
    /// User info: status, media type and claims.
    pub userinfo: Option<(u16, &'static str, Value)>,
    /// Members of the description; null removes one.
    pub metadata: Vec<(&'static str, Value)>,
    /// Answer in place of the description.
    pub discovery: Option<(u16, String)>,
    /// Answer in place of the keys.
    pub jwks: Option<String>,
}

/// Somebody at the provider.
#[derive(Debug, Clone)]
pub struct Person {
    /// Subject.
    pub sub: String,
    /// Further claims.
    pub claims: Map<String, Value>,
}

/// A provider; it stops when the last clone is dropped.
#[derive(Clone)]
pub struct FakeIdp {
    /// Its issuer.
    pub issuer: String,
    world: Arc<Mutex<World>>,
    _server: Arc<JoinSet<()>>,
}

struct World {
    issuer: String,
    keys: Vec<Key>,
    /// Seconds since 1970; the clock of the test.
    now: i64,
    twist: Twist,
    person: Person,
    codes: BTreeMap<String, Code>,
    asked: VecDeque<String>,
    number: u64,
}

struct Code {
    challenge: String,
    redirect_uri: String,
    nonce: String,
}

impl FakeIdp {
    /// Starts one on a free port, with one key, at this second.
    pub async fn start(now: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let issuer = format!("http://{address}");
        let world = Arc::new(Mutex::new(World {
            issuer: issuer.clone(),
            keys: vec![Key::rsa("key-1")],
            now,
            twist: Twist::default(),
            person: Person {
                sub: "248289761001".to_owned(),
                claims: Map::new(),
            },
            codes: BTreeMap::new(),
            asked: VecDeque::new(),
            number: 0,
        }));
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(serve::discovery))
            .route("/keys", get(serve::keys))
            .route("/token", post(serve::token))
            .route("/userinfo", get(serve::userinfo))
            .route("/elsewhere", get(serve::elsewhere))
            .with_state(Arc::clone(&world));
        let mut server = JoinSet::new();
        server.spawn(async move {
            axum::serve(listener, app).await.expect("the provider serves");
        });
        Self {
            issuer,
            world,
            _server: Arc::new(server),
        }
    }

    /// Twists what comes next.
    pub fn twist(&self, twist: Twist) {
        self.world().twist = twist;
    }

    /// Says who logs in.
    pub fn person(&self, sub: &str, claims: &Value) {
        let claims = claims.as_object().cloned().unwrap_or_default();
        self.world().person = Person {
            sub: sub.to_owned(),
            claims,
        };
    }

    /// Moves its clock.
    pub fn set_now(&self, now: i64) {
        self.world().now = now;
    }

    /// Replaces its keys; the last one signs.
    pub fn set_keys(&self, keys: Vec<Key>) {
        self.world().keys = keys;
    }

    /// Takes the paths that were asked for since the last time.
    pub fn asked(&self) -> Vec<String> {
        self.world().asked.drain(..).collect()
    }

    /// Logs somebody in who was sent here; returns the query with which his browser goes back.
    pub fn log_in(&self, address: &str) -> BTreeMap<String, String> {
        let url = Url::parse(address).expect("we are sent an address");
        let sent: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let of = |name: &str| sent.get(name).cloned().unwrap_or_default();
        assert_eq!(
            (of("response_type"), of("code_challenge_method")),
            ("code".into(), "S256".into())
        );
        assert_eq!(of("client_id"), CLIENT_ID);
        assert!(of("scope").split(' ').any(|scope| scope == "openid"));
        let mut world = self.world();
        world.number += 1;
        let code = format!("code-{}", world.number);
        let kept = Code {
            challenge: of("code_challenge"),
            redirect_uri: of("redirect_uri"),
            nonce: of("nonce"),
        };
        world.codes.insert(code.clone(), kept);
        BTreeMap::from([("code".to_owned(), code), ("state".to_owned(), of("state"))])
    }

    /// Signs a token with these claims, as twisted.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.world().sign(header, claims)
    }

    fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }
}

fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    fn key(&self) -> &Key {
        self.keys.last().expect("the provider has a key")
    }

    fn id_token(&self, nonce: &str) -> String {
        let mut claims = self.person.claims.clone();
        for (name, value) in [
            ("iss", json!(self.issuer)),
            ("aud", json!(CLIENT_ID)),
            ("sub", json!(self.person.sub)),
            ("iat", json!(self.now)),
            ("exp", json!(self.now + 300)),
            ("nonce", json!(nonce)),
        ] {
            claims.insert(name.to_owned(), value);
        }
        let header = json!({ "alg": self.key().alg(), "kid": self.key().kid, "typ": "JWT" });
        self.sign(&header, &Value::Object(claims))
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let mut header = header.clone();
        if let Some(alg) = self.twist.alg {
            header["alg"] = json!(alg);
        }
        let header = patched(header, &self.twist.header);
        let claims = patched(claims.clone(), &self.twist.claims);
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = match &self.twist.hmac {
            Some(secret) => keys::hmac(secret.as_bytes(), signed.as_bytes()),
            None if self.twist.is_forged => self.key().stranger().sign(signed.as_bytes(), self.twist.alg),
            None => self.key().sign(signed.as_bytes(), self.twist.alg),
        };
        let token = format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature));
        self.twist.token.map_or(token.clone(), |make| make(&token))
    }
}

/// Sets members; null removes one.
fn patched(mut value: Value, changes: &[(&'static str, Value)]) -> Value {
    let object = value.as_object_mut().expect("only objects are patched");
    for (name, change) in changes {
        match change {
            Value::Null => {
                object.remove(*name);
            }
            change => {
                object.insert((*name).to_owned(), change.clone());
            }
        }
    }
    value
}
