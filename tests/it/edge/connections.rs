//! Connections that do nothing, over raw sockets.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    routing::get,
};
use bilten_api::http::server::{self, Limits};
use futures_util::stream;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc,
    task::JoinSet,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

const IDLE: Duration = Duration::from_millis(150);
/// A test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(10);
const HELLO: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
/// Preface of HTTP/2 with empty settings (RFC 9113 §3.4).
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

struct Node {
    address: SocketAddr,
    _server: JoinSet<()>,
}

impl Node {
    async fn start(app: Router, limits: Limits) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = JoinSet::new();
        server.spawn(server::serve_within(listener, app, CancellationToken::new(), limits));
        Self {
            address,
            _server: server,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

fn hasty() -> Limits {
    Limits {
        idle: IDLE,
        ..Limits::default()
    }
}

/// Reads until the other end closes.
async fn read_to_end(mut stream: TcpStream) -> String {
    let mut read = Vec::new();
    // A reset is an end too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut read))
        .await
        .expect("the connection is still open");
    String::from_utf8_lossy(&read).into_owned()
}

#[tokio::test]
async fn silent_connections_are_closed_whatever_they_have_said() {
    let node = Node::start(hello(), hasty()).await;
    for said in [
        &b""[..],
        b"P",
        b"PRI * HTTP/2.0\r\n",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nhost: a\r\n",
        HTTP2,
    ] {
        let mut stream = node.connect().await;
        stream.write_all(said).await.unwrap();
        let answer = read_to_end(stream).await;
        assert!(!answer.contains("hello"), "{said:?}: {answer}");
    }
}

#[tokio::test]
async fn a_connection_that_idles_after_its_answer_is_closed() {
    let node = Node::start(hello(), hasty()).await;
    let mut stream = node.connect().await;
    stream.write_all(HELLO).await.unwrap();
    assert!(read_to_end(stream).await.ends_with("hello"));
}

/// Tells when it is dropped.
struct Dropped(mpsc::Sender<()>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.try_send(());
    }
}

#[tokio::test]
async fn whoever_takes_nothing_of_his_answer_is_cut_off() {
    let (told, mut ended) = mpsc::channel(1);
    let endless = move || {
        let guard = Dropped(told.clone());
        let pieces = stream::repeat_with(move || {
            let _held = &guard;
            Ok::<_, std::io::Error>(Bytes::from_static(&[0; 16 * 1024]))
        });
        async { Body::from_stream(pieces) }
    };
    let node = Node::start(Router::new().route("/", get(endless)), hasty()).await;
    let mut stream = node.connect().await;
    stream.write_all(HELLO).await.unwrap();
    timeout(PATIENCE, ended.recv())
        .await
        .expect("the answer still waits for its reader");
    drop(stream);
}

#[tokio::test]
async fn one_network_has_its_share_of_connections_and_a_proxy_is_not_counted() {
    let mut limits = Limits {
        per_network: 3,
        ..Limits::default()
    };
    for (proxies, places) in [(vec![], 3), (vec!["127.0.0.1".parse().unwrap()], 6)] {
        limits.trusted_proxies = proxies;
        let node = Node::start(hello(), limits.clone()).await;
        let mut open = Vec::new();
        let mut answered = 0;
        for _ in 0..6 {
            let mut stream = node.connect().await;
            let mut first = [0; 12];
            let asked = stream.write_all(HELLO).await;
            let read = timeout(PATIENCE, stream.read_exact(&mut first)).await.unwrap();
            if asked.is_ok() && read.is_ok() {
                answered += 1;
                open.push(stream);
            }
        }
        assert_eq!(answered, places);
    }
}
