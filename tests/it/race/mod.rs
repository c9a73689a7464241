//! Real concurrency over real HTTP on the loopback interface.

mod buyers;
mod gates;
mod sweeper;

use std::net::SocketAddr;

use bilten_tests::Shopkeeper;
use bilten_tests::Web;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// The application on a socket; stops when dropped.
struct Served {
    address: SocketAddr,
    client: reqwest::Client,
    stop: CancellationToken,
    _server: JoinSet<()>,
}

impl Served {
    async fn start(web: &Web) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let mut server = JoinSet::new();
        server.spawn(bilten_api::http::server::serve(
            listener,
            bilten_api::http::app(web.state.clone()),
            stop.clone(),
        ));
        let client = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(2_000)
            .build()
            .unwrap();
        Self {
            address,
            client,
            stop,
            _server: server,
        }
    }

    /// Calls the API with the shop's key; returns status and JSON.
    async fn post(&self, shop: &Shopkeeper, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let request = self
            .client
            .post(format!("http://{}/api/v1{path}", self.address))
            .header("host", &shop.host)
            .header("idempotency-key", key)
            .bearer_auth(&shop.key)
            .json(body);
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or(Value::Null))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
