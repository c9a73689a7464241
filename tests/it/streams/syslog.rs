//! Syslog over TCP and TLS: read by a parser of our own, and by rsyslog.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use bilten_sso::streams::{StreamKind, StreamState};
use bilten_tests::report;
use jiff::SignedDuration;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinSet,
};

use super::{Stage, up_to};

/// How a receiver ends a connection.
#[derive(Clone, Copy, PartialEq)]
enum Manner {
    /// Reads all, then closes.
    Whole,
    /// Reads a little and breaks the connection.
    Breaks,
}

/// Collects what connections say until they say no more.
struct Collector {
    address: String,
    got: Arc<Mutex<Vec<Vec<u8>>>>,
    manner: Arc<Mutex<Manner>>,
    /// Ends with it.
    _task: JoinSet<()>,
}

impl Collector {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (got, manner) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Manner::Whole)));
        let (kept, how) = (Arc::clone(&got), Arc::clone(&manner));
        let mut task = JoinSet::new();
        task.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let now = *how.lock().unwrap();
                if now == Manner::Breaks {
                    let mut little = [0; 10];
                    stream.read_exact(&mut little).await.ok();
                    // Unread bytes make the kernel reset the connection.
                    drop(stream);
                    continue;
                }
                let mut all = Vec::new();
                if stream.read_to_end(&mut all).await.is_ok() {
                    kept.lock().unwrap().push(all);
                    stream.shutdown().await.ok();
                }
            }
        });
        Self {
            address,
            got,
            manner,
            _task: task,
        }
    }

    fn messages(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().flat_map(|all| frames(all)).collect()
    }
}

/// Takes framed messages apart, and insists that nothing stands between them.
fn frames(mut all: &[u8]) -> Vec<String> {
    let mut messages = Vec::new();
    while !all.is_empty() {
        let space = all.iter().position(|byte| *byte == b' ').expect("a length");
        let length: usize = std::str::from_utf8(&all[..space]).unwrap().parse().expect("a number");
        let (message, rest) = all[space + 1..].split_at(length);
        messages.push(String::from_utf8(message.to_vec()).unwrap());
        all = rest;
    }
    messages
}

fn seq(message: &str) -> i64 {
    let (_, rest) = message.split_once(" seq=\"").expect(message);
    rest.split('"').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_syslog_arrives_framed_in_order_and_past_a_broken_connection() {
    let stage = Stage::open().await;
    let collector = Collector::start().await;
    let made = stage.stream(StreamKind::SyslogTcp, &collector.address, Some(0)).await;
    assert!(made.secret.is_none());
    stage.happen(120, &json!("x\r\n<13>1 - - - - - - fake\u{1b}[2J")).await;
    stage.flow().await;
    *collector.manner.lock().unwrap() = Manner::Breaks;
    stage.happen(50, &json!("while it breaks")).await;
    stage.flow().await;
    let stream = stage.find(made.id).await;
    assert!(stream.failing_since.is_some(), "{stream:?}");
    *collector.manner.lock().unwrap() = Manner::Whole;
    stage.app.advance(SignedDuration::from_hours(1));
    stage.flow().await;
    let messages = collector.messages();
    let seqs: Vec<i64> = messages.iter().map(|message| seq(message)).collect();
    assert_eq!(seqs, up_to(stage.last().await));
    for message in &messages {
        assert!(
            message.starts_with("<109>1 20") && message.contains(" nord.localhost audit - "),
            "{message}"
        );
        assert!(message.chars().all(|letter| !letter.is_control()), "{message:?}");
    }
    report(&format!(
        "syslog: {} messages by TCP, in order, past a broken connection",
        messages.len()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_whom_we_do_not_trust_is_told_anything() {
    let stage = Stage::open().await;
    let collector = Collector::start().await;
    // It speaks no TLS at all.
    let made = stage.stream(StreamKind::SyslogTls, &collector.address, Some(0)).await;
    stage.flow().await;
    let stream = stage.find(made.id).await;
    assert_eq!(stream.state, StreamState::Running);
    assert!(stream.failing_since.is_some() && stream.cursor == 0, "{stream:?}");
    let said: Vec<u8> = collector.got.lock().unwrap().concat();
    assert!(
        !String::from_utf8_lossy(&said).contains("audit"),
        "not one entry in the clear"
    );
}

/// rsyslog in a folder of its own.
struct Rsyslog {
    child: Child,
    folder: PathBuf,
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Rsyslog {
    async fn start(name: &str, port: u16) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("rsyslog-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let at = folder.display();
        let configuration = format!(
            "global(workDirectory=\"{at}\" maxMessageSize=\"16k\")\n\
             module(load=\"imtcp\")\n\
             input(type=\"imtcp\" port=\"{port}\" address=\"127.0.0.1\")\n\
             template(name=\"facts\" type=\"string\" string=\"%pri%|%hostname%|%app-name%|%msgid%|%structured-data%|%msg%\\n\")\n\
             action(type=\"omfile\" file=\"{at}/got\" template=\"facts\" asyncWriting=\"off\" flushOnTXEnd=\"on\")\n"
        );
        fs::write(folder.join("conf"), configuration).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/rsyslog.sh");
        let child = Command::new("bash")
            .arg(script)
            .args([folder.join("conf"), folder.join("pid")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut peer = Self { child, folder };
        let until = tokio::time::Instant::now() + Duration::from_mins(2);
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            if let Some(ended) = peer.child.try_wait().unwrap() {
                let said = std::io::read_to_string(peer.child.stdout.take().unwrap()).unwrap();
                assert_eq!(ended.code(), Some(77), "rsyslog ended: {said}");
                report(&format!("skipped: {}", said.trim()));
                return None;
            }
            assert!(tokio::time::Instant::now() < until, "rsyslog does not listen");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(peer)
    }

    async fn lines(&self, count: usize) -> Vec<String> {
        let until = tokio::time::Instant::now() + Duration::from_secs(20);
        loop {
            let text = fs::read_to_string(self.folder.join("got")).unwrap_or_default();
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            if lines.len() >= count || tokio::time::Instant::now() > until {
                return lines;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_rsyslog_understands_every_message() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let Some(peer) = Rsyslog::start("plain", free.port()).await else {
        return;
    };
    let stage = Stage::open().await;
    let made = stage.stream(StreamKind::SyslogTcp, &free.to_string(), Some(0)).await;
    stage
        .happen(60, &json!("quote \" bracket ] back \\ æøå\r\n<0>1 fake"))
        .await;
    stage.happen(1, &json!("y".repeat(1 << 20))).await;
    stage.flow().await;
    let stream = stage.find(made.id).await;
    let last = stage.last().await;
    assert_eq!(stream.cursor, last, "{stream:?}");
    let lines = peer.lines(usize::try_from(last).unwrap()).await;
    let seqs: Vec<i64> = lines.iter().map(|line| seq(line)).collect();
    assert_eq!(seqs, up_to(last));
    for line in &lines {
        let parts: Vec<&str> = line.splitn(6, '|').collect();
        assert_eq!(
            (parts[0], parts[1], parts[2]),
            ("109", "nord.localhost", "audit"),
            "{line}"
        );
        assert!(
            parts[4].starts_with("[audit@32473 ") && parts[4].ends_with(']'),
            "{line}"
        );
    }
    let paid = lines.iter().filter(|line| line.contains("|order.paid|")).count();
    assert_eq!(paid, 61);
    report(&format!(
        "syslog: rsyslog understood {} of {} messages, in order",
        lines.len(),
        last
    ));
}
