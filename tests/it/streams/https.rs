//! Signed batches.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    time::Duration,
};

use bilten_sso::streams::{self, StreamKind, StreamState};
use bilten_tests::report;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use serde_json::json;
use sha2::Sha256;
use tokio::net::TcpListener;

use super::{Message, Receiver, Stage, up_to};

/// Our own reading of the specification.
fn is_signed(message: &Message, secret: &str) -> bool {
    let key = BASE64.decode(secret.trim_start_matches("whsec_").as_bytes()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    let (id, at) = (message.header("webhook-id"), message.header("webhook-timestamp"));
    mac.update(format!("{id}.{at}.").as_bytes());
    mac.update(&message.body);
    let right = format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()));
    message
        .header("webhook-signature")
        .split(' ')
        .any(|signature| signature == right)
}

/// Asks the library of Standard Webhooks about each message; nothing where it cannot be had.
fn ask_library(asked: &[(String, &Message)]) -> Option<Vec<bool>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/standardwebhooks.sh");
    let mut child = Command::new("bash")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    // It compares times with the clock of the machine.
    for (secret, message) in asked {
        let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"]
            .map(|name| (name, message.header(name)))
            .into_iter()
            .collect::<std::collections::BTreeMap<_, _>>();
        let line = json!({ "secret": secret, "headers": headers, "body": BASE64.encode(&message.body) });
        writeln!(input, "{line}").ok();
    }
    drop(input);
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    if ended.status.code() == Some(77) {
        report(&format!("skipped: {}", said.trim()));
        return None;
    }
    Some(said.lines().map(|line| line == "ok").collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sealed_entry_arrives_once_in_order_and_signed() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    stage.happen(250, &json!("before")).await;
    stage.web.run_jobs().await;
    let made = stage.stream(StreamKind::Https, &receiver.url(), Some(0)).await;
    stage.flow().await;
    stage.happen(30, &json!("after")).await;
    stage.flow().await;
    let last = stage.last().await;
    assert_eq!(receiver.seqs(), up_to(last), "all of them, once, in order");
    let secret = made.secret.unwrap().expose().clone();
    let got = receiver.got();
    assert!(got.len() >= 4, "in batches: {}", got.len());
    for message in &got {
        assert!(is_signed(message, &secret));
        assert!(!is_signed(message, "whsec_AAAA"));
        assert_eq!(message.header("content-type"), "application/jsonl; charset=utf-8");
        assert!(message.header("webhook-id").starts_with(&made.id.to_string()));
    }
    let line = got[0].lines().remove(0);
    for name in [
        "tenant", "seq", "hash", "at", "actor", "action", "object", "request", "details",
    ] {
        assert!(!line[name].is_null(), "{name}: {line}");
    }
    let stream = stage.find(made.id).await;
    assert_eq!((stream.cursor, stream.state), (last, StreamState::Running));
    report(&format!(
        "streams: {last} entries in {} signed batches, none lost, none twice",
        got.len()
    ));
}

/// An independent verifier, with the machine's present as the clock of the test.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_signatures_convince_the_library_of_standard_webhooks() {
    let stage = Stage::open().await;
    let present = bilten_kernel::Clock::now(&bilten_kernel::SystemClock);
    let gap = present.duration_since(stage.app.now());
    stage.app.clock.advance(gap);
    let receiver = Receiver::start().await;
    let made = stage.stream(StreamKind::Https, &receiver.url(), Some(0)).await;
    let first = made.secret.unwrap().expose().clone();
    stage.flow().await;
    let ctx = stage.ctx();
    let mut tx = stage.app.db.begin(&ctx).await.unwrap();
    let second = streams::rotate(&mut tx, &ctx, &stage.web.state.sso.stream_seal, made.id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    stage.happen(3, &json!("æøå \u{1f3ab}")).await;
    stage.flow().await;
    let got = receiver.got();
    let (old, new) = (&got[0], got.last().unwrap());
    let second = second.expose().clone();
    // While both secrets count, a receiver that knows either is convinced.
    for secret in [&first, &second] {
        assert!(is_signed(new, secret));
    }
    assert!(!is_signed(old, &second));
    let mut changed = new.clone();
    changed.body = [&new.body[..], b" "].concat().into();
    let asked = [
        (first.clone(), old),
        (first.clone(), new),
        (second.clone(), new),
        (second.clone(), old),
        (second, &changed),
    ];
    if let Some(said) = ask_library(&asked) {
        assert_eq!(said, [true, true, true, false, false]);
        report("streams: npm standardwebhooks verified 3 of 3 genuine messages and refused 2 of 2 others");
    }
    let mut tx = stage.app.db.begin(&ctx).await.unwrap();
    streams::drop_former(&mut tx, &ctx, made.id).await.unwrap();
    tx.commit().await.unwrap();
    stage.happen(1, &json!(1)).await;
    stage.flow().await;
    assert!(
        !is_signed(receiver.got().last().unwrap(), &first),
        "the old secret counts no more"
    );
}

/// Failures of every sort, and a receiver that dies and comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_nothing_is_lost_or_out_of_order_behind_a_bad_receiver() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    let made = stage.stream(StreamKind::Https, &receiver.url(), Some(0)).await;
    receiver.plan(&[500, 503, 429, 301, 200, 502]);
    for round in 0..8 {
        stage.happen(40, &json!(round)).await;
        stage.flow().await;
        stage.app.advance(SignedDuration::from_mins(10));
    }
    stage.flow().await;
    let before = receiver.seqs();
    // It dies, with its port, and something happens meanwhile.
    let address = receiver.address;
    drop(receiver);
    tokio::task::yield_now().await;
    stage.happen(150, &json!("while it is dead")).await;
    stage.flow().await;
    let stream = stage.find(made.id).await;
    assert!(
        stream.failing_since.is_some() && stream.last_error.is_some(),
        "{stream:?}"
    );
    let listener = loop {
        match TcpListener::bind(address).await {
            Ok(listener) => break listener,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let back = Receiver::start_at(listener);
    stage.app.advance(SignedDuration::from_hours(1));
    stage.flow().await;
    let all: Vec<i64> = before.into_iter().chain(back.seqs()).collect();
    let last = stage.last().await;
    let mut distinct = all.clone();
    distinct.dedup();
    assert_eq!(distinct, up_to(last), "in order, and none is missing");
    assert_eq!(stage.find(made.id).await.failing_since, None);
    report(&format!(
        "streams: {last} entries past 5 refusals and a death, {} came twice",
        all.len() - distinct.len()
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_refused_for_a_day_stops_says_so_and_goes_on_where_it_stopped() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    let made = stage.stream(StreamKind::Https, &receiver.url(), None).await;
    let begun = stage.last().await;
    receiver.plan(&[503; 200]);
    stage.happen(3, &json!("x")).await;
    for _ in 0..30 {
        stage.flow().await;
        stage.app.advance(SignedDuration::from_mins(59));
    }
    let stream = stage.find(made.id).await;
    assert_eq!(stream.state, StreamState::Failed, "{stream:?}");
    assert_eq!(stream.last_error.as_deref(), Some("status_503"));
    assert!(
        (20..60).contains(&stream.attempts),
        "it was tried now and then: {}",
        stream.attempts
    );
    stage.web.run_jobs().await;
    let mailbox = stage.web.state.mailbox.as_ref().unwrap();
    let mails = mailbox.list(Some(stage.nord.id)).await.unwrap();
    let told = mails.iter().filter(|mail| mail.subject.contains("has stopped")).count();
    assert_eq!(told, 2, "each owner, once: {mails:?}");
    receiver.desk.lock().unwrap().plan.clear();
    stage.flow().await;
    assert!(receiver.got().is_empty(), "it waits for somebody");
    let ctx = stage.ctx();
    let mut tx = stage.app.db.begin(&ctx).await.unwrap();
    streams::resume(&mut tx, &ctx, made.id, None).await.unwrap();
    tx.commit().await.unwrap();
    stage.flow().await;
    let seqs = receiver.seqs();
    assert!(
        seqs.first().is_some_and(|first| *first <= begun + 1),
        "{seqs:?} behind {begun}"
    );
    assert_eq!(seqs.last(), Some(&stage.last().await));
    // And once more from the beginning.
    let mut tx = stage.app.db.begin(&ctx).await.unwrap();
    streams::pause(&mut tx, &ctx, made.id).await.unwrap();
    streams::resume(&mut tx, &ctx, made.id, Some(0)).await.unwrap();
    tx.commit().await.unwrap();
    stage.flow().await;
    assert_eq!(receiver.seqs()[seqs.len()..], up_to(stage.last().await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_is_gone_for_good_is_not_asked_again() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    let made = stage.stream(StreamKind::Https, &receiver.url(), Some(0)).await;
    receiver.plan(&[410]);
    stage.flow().await;
    let stream = stage.find(made.id).await;
    assert_eq!(
        (stream.state, stream.last_error.as_deref()),
        (StreamState::Failed, Some("gone"))
    );
}

/// A receiver that never answers holds neither jobs nor other streams up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_says_nothing_holds_nobody_up() {
    let stage = Stage::open().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let receiver = Receiver::start().await;
    let stuck = format!("http://{}/in", silent.local_addr().unwrap());
    stage.happen(5, &json!("x")).await;
    stage.web.run_jobs().await;
    stage.stream(StreamKind::Https, &stuck, Some(0)).await;
    stage.stream(StreamKind::Https, &receiver.url(), Some(0)).await;
    let begun = tokio::time::Instant::now();
    stage.web.run_jobs().await;
    let jobs = begun.elapsed();
    let arrived = receiver.desk.clone();
    let arrives = async {
        while arrived.lock().unwrap().got.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), arrives).await.unwrap();
    let other = begun.elapsed();
    assert!(jobs.as_secs() < 7 && other.as_secs() < 7, "{jobs:?} {other:?}");
    stage.web.state.streams.idle().await;
    assert!(begun.elapsed().as_secs() < 30, "its turn is bounded");
}
