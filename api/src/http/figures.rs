//! Counters of a route, looked up once and not with every request.

use std::{fmt, sync::OnceLock, time::Instant};

use http::StatusCode;
use metrics::{Counter, Histogram};

/// Statuses that are answered often; the others are looked up each time.
const USUAL: [u16; 16] = [
    200, 201, 202, 204, 302, 303, 304, 400, 401, 403, 404, 409, 422, 429, 500, 503,
];

/// Figures of one route for its own method and for HEAD.
pub struct RouteFigures {
    route: &'static str,
    methods: [MethodFigures; 2],
}

struct MethodFigures {
    method: &'static str,
    by_status: [OnceLock<Counter>; USUAL.len()],
    durations: OnceLock<Histogram>,
}

impl RouteFigures {
    /// Figures of a route; nothing is registered before something is counted.
    pub fn new(method: &http::Method, route: &'static str) -> Self {
        Self {
            route,
            methods: [MethodFigures::new(label(method)), MethodFigures::new("HEAD")],
        }
    }

    /// Counts an answer that began to be made at an instant.
    pub fn count(&self, is_head: bool, status: StatusCode, started: Instant) {
        let figures = &self.methods[usize::from(is_head)];
        let status = status.as_u16();
        match USUAL.iter().position(|usual| *usual == status) {
            Some(index) => figures.by_status[index]
                .get_or_init(|| counter(figures.method, self.route, status))
                .increment(1),
            None => counter(figures.method, self.route, status).increment(1),
        }
        figures
            .durations
            .get_or_init(|| histogram(figures.method, self.route))
            .record(started.elapsed());
    }
}

impl MethodFigures {
    const fn new(method: &'static str) -> Self {
        Self {
            method,
            by_status: [const { OnceLock::new() }; USUAL.len()],
            durations: OnceLock::new(),
        }
    }
}

impl fmt::Debug for RouteFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteFigures")
            .field("route", &self.route)
            .finish_non_exhaustive()
    }
}

/// Counts an answer that no route gave. Labels are templates and numbers, never a tenant or a path as it was sent.
pub fn count_unmatched(method: &http::Method, status: StatusCode, started: Instant) {
    const ROUTE: &str = "unmatched";
    counter(label(method), ROUTE, status.as_u16()).increment(1);
    histogram(label(method), ROUTE).record(started.elapsed());
}

fn counter(method: &'static str, route: &'static str, status: u16) -> Counter {
    metrics::counter!("http_requests_total", "method" => method, "route" => route, "status" => status.to_string())
}

fn histogram(method: &'static str, route: &'static str) -> Histogram {
    metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route)
}

fn label(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}
