//! Accepts connections, within limits, until it is told to stop.
//!
//! axum's own loop cannot set a time limit for the head of a request, so this one drives hyper. A connection
//! that shows no sign of life is closed whatever stage it is in: before its first byte, between two requests, or
//! because the client takes nothing of an answer ([`pulse`]).

mod pulse;
mod seats;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

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

use self::{
    pulse::{Pulse, Watched},
    seats::{Seat, Seats},
};
use crate::config::Config;

/// Time in which the head of a request must arrive once its first byte is there.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// Time without a sign of life after which a connection is closed; longer than any request may take.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Time that a connection gets to say good-bye.
const FAREWELL: Duration = Duration::from_secs(5);
/// Time between pings on a silent HTTP/2 connection, and for the answer.
const PING: Duration = Duration::from_secs(20);
/// Headers of one request, and bytes of its head.
const MAX_HEADERS: usize = 100;
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// Connections at once.
const MAX_CONNECTIONS: usize = 10_000;
/// Time that requests get to end after the signal to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// Wait after a failed accept, for instance when there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How many connections there may be, and how long they may do nothing.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Open connections of one network.
    pub per_network: usize,
    /// Peers that are not counted.
    pub trusted_proxies: Vec<IpAddr>,
    /// Time without a sign of life after which a connection is closed.
    pub idle: Duration,
}

impl Limits {
    /// Takes them from the settings.
    pub fn of(config: &Config) -> Self {
        Self {
            per_network: usize::try_from(config.edge.connections_per_network).unwrap_or(usize::MAX),
            trusted_proxies: config.http.trusted_proxies.clone(),
            idle: IDLE_TIMEOUT,
        }
    }

    fn seat(&self, seats: &Seats, peer: IpAddr) -> Option<Seat> {
        let is_counted = !self.trusted_proxies.contains(&peer.to_canonical());
        seats.take(peer, if is_counted { self.per_network } else { usize::MAX })
    }
}

impl Default for Limits {
    /// For listeners that strangers do not reach: only the number of all connections is limited.
    fn default() -> Self {
        Self {
            per_network: MAX_CONNECTIONS,
            trusted_proxies: Vec::new(),
            idle: IDLE_TIMEOUT,
        }
    }
}

/// Serves until the token is cancelled, then lets running requests end.
pub async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) {
    serve_within(listener, app, stop, Limits::default()).await;
}

/// Serves as [`serve`] does, within limits.
pub async fn serve_within(listener: TcpListener, app: Router, stop: CancellationToken, limits: Limits) {
    let connections = TaskTracker::new();
    let seats = Seats::default();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) if connections.len() < MAX_CONNECTIONS => {
                let Some(seat) = limits.seat(&seats, peer.ip()) else {
                    metrics::counter!("http_connections_refused_total", "why" => "network").increment(1);
                    tracing::debug!(
                        limit = limits.per_network,
                        "connection refused: its network has too many"
                    );
                    continue;
                };
                let _ = stream.set_nodelay(true);
                let (app, stop, idle) = (app.clone(), stop.clone(), limits.idle);
                connections.spawn(async move {
                    converse(stream, peer, app, (stop, idle)).await;
                    drop(seat);
                });
            }
            Ok(_) => {
                metrics::counter!("http_connections_refused_total", "why" => "all").increment(1);
                tracing::warn!(limit = MAX_CONNECTIONS, "connection refused: too many are open");
            }
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

async fn converse(stream: TcpStream, peer: SocketAddr, app: Router, (stop, idle): (CancellationToken, Duration)) {
    let pulse = Pulse::start();
    let requests = pulse.clone();
    let service = tower::service_fn(move |request: http::Request<_>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let (app, beat) = (app.clone(), requests.begin());
        async move { app.oneshot(request).await.map(|response| beat.carry(response)) }
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
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_concurrent_streams(100)
        .max_header_list_size(64 * 1024);
    let connection = builder.serve_connection(
        TokioIo::new(Watched::new(stream, pulse.clone())),
        TowerToHyperService::new(service),
    );
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => note(ended),
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            // Whoever takes nothing of his answer does not hold up the stop.
            tokio::select! {
                ended = connection.as_mut() => note(ended),
                () = pulse.ceased(idle) => {}
            }
        }
        () = pulse.ceased(idle) => {
            metrics::counter!("http_connections_idle_total").increment(1);
            connection.as_mut().graceful_shutdown();
            if let Ok(ended) = tokio::time::timeout(FAREWELL, connection).await {
                note(ended);
            }
        }
    }
}

/// Connections break all the time; that is worth a line only when one looks for it.
fn note(ended: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}
