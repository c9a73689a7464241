//! The line between a program and PostgreSQL, which a test can slow, hold, cut, and play tricks on.
//!
//! It is a proxy on the loopback interface. Like a network it never loses a byte inside a connection that lives: what is
//! held comes later, and what is cut ends the connection for both. Which commits lose their answer (or never arrive) is
//! drawn from a seed.

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bilten_kernel::{SeededEntropy, random_array};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
    task::JoinSet,
};

/// Bytes that are passed on at once.
const PIECE: usize = 16 * 1_024;
/// Text by which a commit is known on the wire.
const COMMIT: &[u8] = b"COMMIT";

/// How one direction passes bytes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// At once.
    Free,
    /// Each piece so much later.
    Late(Duration),
    /// So many bytes at a time, a millisecond apart.
    Slow(usize),
    /// Not at all, until it changes: a black hole.
    Held,
}

/// State of the whole line.
#[derive(Debug, Clone, Copy)]
struct State {
    to_server: Pace,
    to_client: Pace,
    /// Whether new connections are let in.
    is_open: bool,
    /// Connections with a lower number are cut.
    cut_below: usize,
    /// Connections with a lower number hang for ever, as when a firewall forgets them.
    forgotten_below: usize,
}

/// What becomes of commits.
#[derive(Debug, Default)]
struct Commits {
    /// Dice, and one in how many is hit; without dice all pass.
    dice: Option<(SeededEntropy, u64)>,
    delay: Duration,
    /// The next one loses its answer.
    loses_next: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Passes,
    /// The connection breaks before it arrives.
    NeverArrives,
    /// It is done, and the connection breaks before the answer.
    LosesAnswer,
}

#[derive(Debug)]
struct Inner {
    socket: PathBuf,
    state: watch::Sender<State>,
    commits: Mutex<Commits>,
    connections: AtomicUsize,
    never_arrived: AtomicUsize,
    lost_answers: AtomicUsize,
}

/// The line. Dropped, it is cut.
#[derive(Debug)]
pub struct Wire {
    inner: Arc<Inner>,
    address: SocketAddr,
    #[expect(dead_code, reason = "the proxy ends with it")]
    proxy: JoinSet<()>,
}

impl Wire {
    /// Lays a line to the server that listens on this socket.
    ///
    /// # Panics
    /// There is no free port.
    pub async fn to(socket: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let state = State {
            to_server: Pace::Free,
            to_client: Pace::Free,
            is_open: true,
            cut_below: 0,
            forgotten_below: 0,
        };
        let inner = Arc::new(Inner {
            socket: socket.to_owned(),
            state: watch::Sender::new(state),
            commits: Mutex::default(),
            connections: AtomicUsize::new(0),
            never_arrived: AtomicUsize::new(0),
            lost_answers: AtomicUsize::new(0),
        });
        let mut proxy = JoinSet::new();
        proxy.spawn(accept(Arc::clone(&inner), listener));
        Self { inner, address, proxy }
    }

    /// Where the program connects.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets how bytes pass, there and back.
    pub fn set_pace(&self, to_server: Pace, to_client: Pace) {
        self.inner.state.send_modify(|state| {
            state.to_server = to_server;
            state.to_client = to_client;
        });
    }

    /// Cuts all connections; with `is_open`, new ones are let in.
    pub fn cut(&self, is_open: bool) {
        let next = self.connections();
        self.inner.state.send_modify(|state| {
            state.cut_below = next;
            state.is_open = is_open;
        });
    }

    /// Lets new connections in again.
    pub fn mend(&self) {
        self.inner.state.send_modify(|state| state.is_open = true);
    }

    /// Lets all present connections hang for ever, without an end, while new ones work.
    pub fn forget_all(&self) {
        let next = self.connections();
        self.inner.state.send_modify(|state| state.forgotten_below = next);
    }

    /// Breaks the connection at one in so many commits, half of them before it arrives, half before its answer.
    pub fn break_commits(&self, seed: u64, one_in: u64) {
        self.commits().dice = Some((SeededEntropy::new(seed), one_in));
    }

    /// Lets the next commit be done, and breaks its connection before the answer.
    pub fn lose_next_answer(&self) {
        self.commits().loses_next = true;
    }

    /// Makes every commit take so much longer.
    pub fn delay_commits(&self, delay: Duration) {
        self.commits().delay = delay;
    }

    /// Lets commits pass as they are.
    pub fn spare_commits(&self) {
        *self.commits() = Commits::default();
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.inner.connections.load(Ordering::SeqCst)
    }

    /// Commits that never arrived, and that lost their answers.
    pub fn broken_commits(&self) -> (usize, usize) {
        let count = |of: &AtomicUsize| of.load(Ordering::SeqCst);
        (count(&self.inner.never_arrived), count(&self.inner.lost_answers))
    }

    fn commits(&self) -> std::sync::MutexGuard<'_, Commits> {
        self.inner.commits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn accept(inner: Arc<Inner>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while connections.try_join_next().is_some() {}
        if !inner.state.borrow().is_open {
            continue;
        }
        let number = inner.connections.fetch_add(1, Ordering::SeqCst);
        connections.spawn(serve(Arc::clone(&inner), client, number));
    }
}

/// Passes bytes both ways until one end closes or the line is cut; then both are closed.
async fn serve(inner: Arc<Inner>, client: TcpStream, number: usize) {
    let Ok(server) = UnixStream::connect(&inner.socket).await else {
        return;
    };
    client.set_nodelay(true).ok();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let is_last = AtomicBool::new(false);
    let mut state = inner.state.subscribe();
    let cut = state.wait_for(|state| number < state.cut_below);
    tokio::select! {
        _ = cut => {}
        _ = there(&inner, number, &is_last, from_client, to_server) => {}
        _ = back(&inner, number, &is_last, from_server, to_client) => {}
    }
}

async fn there(
    inner: &Inner,
    number: usize,
    is_last: &AtomicBool,
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return Ok(());
        }
        let piece = &piece[..length];
        if piece.windows(COMMIT.len()).any(|text| text == COMMIT) {
            let (fate, delay) = inner.fate();
            tokio::time::sleep(delay).await;
            match fate {
                Fate::Passes => {}
                Fate::NeverArrives => {
                    inner.never_arrived.fetch_add(1, Ordering::SeqCst);
                    return Ok(());
                }
                Fate::LosesAnswer => is_last.store(true, Ordering::SeqCst),
            }
        }
        inner.pass(number, |state| state.to_server, piece, &mut to).await?;
    }
}

async fn back(
    inner: &Inner,
    number: usize,
    is_last: &AtomicBool,
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return Ok(());
        }
        if is_last.load(Ordering::SeqCst) {
            inner.lost_answers.fetch_add(1, Ordering::SeqCst);
            return Ok(());
        }
        inner
            .pass(number, |state| state.to_client, &piece[..length], &mut to)
            .await?;
    }
}

impl Inner {
    fn fate(&self) -> (Fate, Duration) {
        let mut commits = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut commits.loses_next) {
            return (Fate::LosesAnswer, Duration::ZERO);
        }
        let fate = commits.dice.as_ref().map_or(Fate::Passes, |(dice, one_in)| {
            match u64::from_le_bytes(random_array(dice)) % (one_in * 2) {
                0 => Fate::NeverArrives,
                1 => Fate::LosesAnswer,
                _ => Fate::Passes,
            }
        });
        (fate, commits.delay)
    }

    /// Passes a piece on at the pace of the moment.
    async fn pass(
        &self,
        number: usize,
        pace: impl Fn(&State) -> Pace,
        piece: &[u8],
        to: &mut (impl AsyncWrite + Unpin),
    ) -> io::Result<()> {
        let mut state = self.state.subscribe();
        let passes = |state: &State| number >= state.forgotten_below && pace(state) != Pace::Held;
        let now = state.wait_for(passes).await.map(|state| pace(&state));
        match now.map_err(|_| io::ErrorKind::BrokenPipe)? {
            Pace::Free | Pace::Held => to.write_all(piece).await,
            Pace::Late(delay) => {
                tokio::time::sleep(delay).await;
                to.write_all(piece).await
            }
            Pace::Slow(bytes) => {
                for part in piece.chunks(bytes) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    to.write_all(part).await?;
                }
                Ok(())
            }
        }
    }
}
