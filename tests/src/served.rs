//! The application in process, but on a socket.

use std::net::SocketAddr;

use axum::Router;
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{Shopkeeper, TestApp, Web};

/// The application on a socket; stops when dropped.
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    /// Keeps its connections.
    pub client: reqwest::Client,
    /// Tells the server to stop.
    pub stop: CancellationToken,
    server: JoinSet<()>,
}

impl Served {
    /// Listens on a free port, of which the application knows nothing.
    pub async fn start(web: &Web) -> Self {
        Self::start_app(bilten_api::http::app(web.state.clone())).await
    }

    /// Serves another application.
    pub async fn start_app(app: Router) -> Self {
        Self::on(app, listen().await)
    }

    /// Listens where the application's settings say, so that what it sends to itself arrives.
    pub async fn with_own_address(app: &TestApp) -> (Web, Self) {
        let listener = listen().await;
        let address = listener.local_addr().expect("it is bound").to_string();
        let web = Web::with_settings(app, &[("BILTEN_LISTEN", &address)]);
        let served = Self::on(bilten_api::http::app(web.state.clone()), listener);
        (web, served)
    }

    fn on(app: Router, listener: TcpListener) -> Self {
        let address = listener.local_addr().expect("it is bound");
        let stop = CancellationToken::new();
        let mut server = JoinSet::new();
        server.spawn(bilten_api::http::server::serve(listener, app, stop.clone()));
        let client = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(2_000);
        Self {
            address,
            client: client.build().expect("a client"),
            stop,
            server,
        }
    }

    /// Waits until the server has ended.
    pub async fn ended(&mut self) {
        self.server.join_next().await;
    }

    /// Calls the API with the shop's key; returns status and JSON.
    pub async fn post(&self, shop: &Shopkeeper, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let request = self
            .client
            .post(format!("http://{}/api/v1{path}", self.address))
            .header("host", &shop.host)
            .header("idempotency-key", key)
            .bearer_auth(&shop.key)
            .json(body);
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or(Value::Null))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}
