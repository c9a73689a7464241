//! Tells when a connection does nothing that is worth its place.
//!
//! Life is a request that begins, and a byte of an answer that the client takes. Bytes that only
//! come in are not: whoever sends the head of a request slowly, or answers pings, has no request.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::Response;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Instant,
};

/// Signs of life of one connection. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Pulse {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Requests whose answer is not complete.
    open: AtomicUsize,
    last: Mutex<Instant>,
}

/// A request at work, until its answer has been handed over.
#[derive(Debug)]
pub(super) struct Beat(Pulse);

impl Pulse {
    pub(super) fn start() -> Self {
        Self {
            inner: Arc::new(Inner {
                open: AtomicUsize::new(0),
                last: Mutex::new(Instant::now()),
            }),
        }
    }

    /// Notes that a request began.
    pub(super) fn begin(&self) -> Beat {
        self.inner.open.fetch_add(1, Ordering::Relaxed);
        self.touch();
        Beat(self.clone())
    }

    /// Returns when there was no sign of life for so long.
    pub(super) async fn ceased(&self, after: Duration) {
        loop {
            let end = self.last() + after;
            if Instant::now() >= end {
                return;
            }
            tokio::time::sleep_until(end).await;
        }
    }

    fn touch(&self) {
        *self.inner.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.inner.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_sent(&self) {
        if self.inner.open.load(Ordering::Relaxed) > 0 {
            self.touch();
        }
    }
}

impl Beat {
    /// Goes on until the answer's body has been handed over.
    pub(super) fn carry(self, response: Response<Body>) -> Response<Body> {
        response.map(|body| Body::new(Counted { body, _beat: self }))
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.0.touch();
        self.0.inner.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Body of an answer that is on its way.
struct Counted {
    body: Body,
    _beat: Beat,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

/// Stream that notes what the client takes of answers.
pub(super) struct Watched {
    stream: TcpStream,
    pulse: Pulse,
}

impl Watched {
    pub(super) const fn new(stream: TcpStream, pulse: Pulse) -> Self {
        Self { stream, pulse }
    }

    fn note(&self, sent: &Poll<io::Result<usize>>) {
        if matches!(sent, Poll::Ready(Ok(1..))) {
            self.pulse.note_sent();
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(&sent);
        sent
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.note(&sent);
        sent
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
