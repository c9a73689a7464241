//! The list of bad things that can happen to a log, as far as streams are concerned.

use bilten_sso::streams::StreamKind;
use bilten_tests::report;
use jiff::SignedDuration;
use serde_json::json;

use super::{Receiver, Stage, up_to};

/// Number, what happens, and where it is tried; nothing with the reason why it cannot happen here.
const CASES: [(&str, Result<&str, &str>); 12] = [
    ("line breaks", Ok("strange_text_arrives_as_text")),
    ("commands to terminals", Ok("strange_text_arrives_as_text")),
    ("a field of a megabyte", Ok("a_huge_entry_is_cut_and_says_so")),
    (
        "invalid UTF-8",
        Err("an entry is text and JSON by type; forms with other bytes are refused before"),
    ),
    ("a secret in an address", Ok("no_secret_leaves")),
    ("a token in a dump of headers", Ok("no_secret_leaves")),
    (
        "a number of a card",
        Err("entries hold ids and facts; the canary looks for numbers in them"),
    ),
    (
        "a thousand different names",
        Ok("a_thousand_actions_are_a_thousand_lines"),
    ),
    ("clocks that differ", Ok("an_entry_dated_in_the_past_keeps_its_place")),
    (
        "a full disk",
        Err("the receiver's; ours is the database, whose transaction fails as a whole"),
    ),
    (
        "a receiver that is down for a day",
        Ok("a_stream_that_is_refused_for_a_day"),
    ),
    ("a slow receiver", Ok("a_receiver_that_says_nothing_holds_nobody_up")),
];

#[test]
fn counted_bad_cases_of_logs_are_tried_or_cannot_happen() {
    let sources = [include_str!("attacks.rs"), include_str!("https.rs")].concat();
    let mut tried = 0;
    let mut others = Vec::new();
    for (what, how) in CASES {
        match how {
            Ok(test) => {
                assert!(sources.contains(&format!("async fn {test}")), "{what}: {test} is gone");
                tried += 1;
            }
            Err(why) => others.push(format!("{what} ({why})")),
        }
    }
    report(&format!(
        "logs: {tried} of {} bad cases tried; others: {}",
        CASES.len(),
        others.join("; ")
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strange_text_arrives_as_text() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    stage.stream(StreamKind::Https, &receiver.url(), None).await;
    let evil = "a\r\n{\"seq\":1}\u{1b}[2J\u{7}\u{202e}\u{2028}";
    stage.happen(1, &json!(evil)).await;
    stage.flow().await;
    let got = receiver.got();
    let line = got
        .iter()
        .flat_map(super::Message::lines)
        .find(|line| line["details"]["note"] == evil);
    assert!(line.is_some(), "whole, and as one line");
    for message in &got {
        let is_plain = |byte: &u8| *byte == b'\n' || *byte >= 0x20;
        assert!(
            message.body.iter().all(is_plain),
            "no control character but the ends of lines"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_huge_entry_is_cut_and_says_so() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    stage.stream(StreamKind::Https, &receiver.url(), Some(0)).await;
    stage.happen(1, &json!("x".repeat(1 << 20))).await;
    stage.happen(1, &json!("small")).await;
    stage.flow().await;
    assert_eq!(receiver.seqs(), up_to(stage.last().await));
    let got = receiver.got();
    let cut: Vec<_> = got
        .iter()
        .flat_map(super::Message::lines)
        .filter(|line| line["details"]["left_out"] == "too long")
        .collect();
    assert_eq!(cut.len(), 1);
    assert!(cut[0]["details"]["bytes"].as_i64().unwrap() > 1 << 20);
    assert!(got.iter().all(|message| message.body.len() < 7 << 20));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_leaves() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    let made = stage.stream(StreamKind::Https, &receiver.url(), Some(0)).await;
    let secret = made.secret.unwrap().expose().clone();
    stage
        .web
        .look(&stage.owner, "/manage/audit?who=geheim-im-suchwort")
        .await;
    stage.flow().await;
    let got = receiver.got();
    assert!(!got.is_empty());
    let parts = got
        .iter()
        .map(|message| format!("{:?} {:?}", message.headers, message.body));
    let everything = parts.collect::<Vec<_>>().concat();
    for word in [
        secret.as_str(),
        &stage.owner.cookie,
        &stage.owner.csrf,
        &stage.nord.key,
        "geheim",
        bilten_tests::PASSWORD,
    ] {
        assert!(!everything.contains(word), "{word}");
    }
    let mut admin = stage.app.test_db.admin().await;
    let kept: Vec<u8> = sqlx::query_scalar("select secret from bilten.audit_streams")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains("whsec_"), "it is sealed");
    assert!(
        got.iter()
            .flat_map(super::Message::lines)
            .all(|line| line["tenant"] == stage.nord.id.to_string())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_actions_are_a_thousand_lines() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    stage.stream(StreamKind::Https, &receiver.url(), Some(0)).await;
    let ctx = stage.ctx();
    let mut tx = stage.app.db.begin(&ctx).await.unwrap();
    for n in 0..1_000 {
        let action = format!("thing.done_{n}");
        let entry = bilten_tenancy::audit::Entry {
            action: &action,
            object: format!("obj_{n}"),
            details: json!({}),
        };
        bilten_tenancy::audit::record(&mut tx, &ctx, entry).await.unwrap();
    }
    tx.commit().await.unwrap();
    stage.flow().await;
    stage.flow().await;
    assert_eq!(receiver.seqs(), up_to(stage.last().await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_dated_in_the_past_keeps_its_place() {
    let stage = Stage::open().await;
    let receiver = Receiver::start().await;
    stage.stream(StreamKind::Https, &receiver.url(), Some(0)).await;
    stage.happen(3, &json!("now")).await;
    stage.flow().await;
    // Another node's clock is behind; its entry is sealed after the others all the same.
    let late = stage.ctx();
    stage.app.advance(SignedDuration::from_mins(1));
    stage.happen(1, &json!("ahead")).await;
    stage.web.run_jobs().await;
    let mut tx = stage.app.db.begin(&late).await.unwrap();
    let entry = bilten_tenancy::audit::Entry {
        action: "order.paid",
        object: "ord_0".to_owned(),
        details: json!({ "note": "behind" }),
    };
    bilten_tenancy::audit::record(&mut tx, &late, entry).await.unwrap();
    tx.commit().await.unwrap();
    stage.flow().await;
    assert_eq!(receiver.seqs(), up_to(stage.last().await));
    let last = receiver.got().iter().flat_map(super::Message::lines).last().unwrap();
    assert_eq!(last["details"]["note"], "behind");
}
