//! Accepts connections, within limits, until it is told to stop.
//!
//! axum's own loop cannot set a time limit for the head of a request, so this one drives hyper.

use std::{io, net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

/// Time in which the head of a request must arrive, also on a connection that idles.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Headers of one request, and bytes of its head.
const MAX_HEADERS: usize = 100;
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// Connections at once.
const MAX_CONNECTIONS: usize = 10_000;
/// Time that requests get to end after the signal to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// Wait after a failed accept, for instance when there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until the token is cancelled, then lets running requests end.
pub async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) if connections.len() < MAX_CONNECTIONS => {
                let _ = stream.set_nodelay(true);
                connections.spawn(converse(stream, peer, app.clone(), stop.clone()));
            }
            Ok(_) => tracing::warn!(limit = MAX_CONNECTIONS, "connection refused: too many are open"),
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(DRAIN_TIMEOUT, connections.wait()).await.is_err() {
        tracing::warn!(open = connections.len(), "connections were cut off while stopping");
    }
}

/// Binds a listener; when the port was not asked for by name, another is taken if it is in use.
///
/// # Errors
/// The address cannot be had.
pub async fn bind(address: SocketAddr, may_move: bool) -> io::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Err(error) if may_move && error.kind() == io::ErrorKind::AddrInUse => {
            let listener = TcpListener::bind(SocketAddr::new(address.ip(), 0)).await?;
            tracing::info!(wanted = %address, taken = %listener.local_addr()?, "the port is in use, another is taken");
            Ok(listener)
        }
        result => result,
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, app: Router, stop: CancellationToken) {
    let service = app.map_request(move |request: http::Request<_>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .max_header_list_size(64 * 1024);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => note(ended),
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            note(connection.await);
        }
    }
}

/// Connections break all the time; that is worth a line only when one looks for it.
fn note(ended: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}
