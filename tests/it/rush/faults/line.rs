//! The line to the database is cut, slow, silent, or loses the answers to commits.

use std::time::Duration;

use bilten_tests::{Pace, report};
use tokio::{sync::watch, time::sleep};

use super::{crowd, rig::Rig};

/// Answers that tell a buyer what to do: come back, or ask again.
const CLEAR: [&str; 3] = ["503 unavailable", "503 busy", "503 payment_not_sent"];

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_a_line_that_is_cut_in_mid_rush_is_survived_without_a_restart() {
    let rig = Rig::set_up().await;
    let node = rig.start_node().await;
    let (_nodes, addresses) = watch::channel(vec![node.address()]);
    let seen = crowd::rush(&rig, addresses, async {
        for _ in 0..3 {
            sleep(ms(300)).await;
            rig.wire.cut(true);
        }
        sleep(ms(300)).await;
        rig.wire.cut(false);
        sleep(ms(1_000)).await;
        rig.wire.mend();
    })
    .await;
    node.kill().await;
    report(&format!("line cut: {seen:?}"));
    seen.expect_only(&CLEAR);
    assert!(seen.bought_after > 0, "{seen:?}");
    let books = rig.settle().await;
    assert_eq!(books.paid, seen.bought);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_a_line_that_is_silent_or_takes_a_second_to_commit_is_slow_and_right() {
    let rig = Rig::set_up().await;
    let node = rig.start_node().await;
    let (_nodes, addresses) = watch::channel(vec![node.address()]);
    let seen = crowd::rush(&rig, addresses, async {
        for (there, back) in [
            (Pace::Held, Pace::Held),
            (Pace::Held, Pace::Free),
            (Pace::Free, Pace::Held),
        ] {
            sleep(ms(200)).await;
            rig.wire.set_pace(there, back);
            sleep(ms(1_000)).await;
            rig.wire.set_pace(Pace::Free, Pace::Free);
        }
        rig.wire.delay_commits(ms(1_000));
        rig.wire.set_pace(Pace::Late(ms(5)), Pace::Slow(512));
        sleep(ms(3_000)).await;
        rig.wire.set_pace(Pace::Free, Pace::Free);
        rig.wire.spare_commits();
    })
    .await;
    node.kill().await;
    report(&format!("silence, then a second a commit: {seen:?}"));
    seen.expect_only(&CLEAR);
    assert!(seen.longest > ms(1_000), "{seen:?}");
    let books = rig.settle().await;
    assert_eq!(books.paid, seen.bought);
}

/// 62
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_commits_whose_answers_are_lost_neither_sell_twice_nor_lose_a_sale() {
    let rig = Rig::set_up().await;
    let node = rig.start_node().await;
    let (_nodes, addresses) = watch::channel(vec![node.address()]);
    let seen = crowd::rush(&rig, addresses, async {
        rig.wire.break_commits(7, 10);
        for _ in 0..300 {
            sleep(ms(10)).await;
            let (never, lost) = rig.wire.broken_commits();
            if never.min(lost) >= 20 {
                break;
            }
        }
        rig.wire.spare_commits();
    })
    .await;
    node.kill().await;
    let (never, lost) = rig.wire.broken_commits();
    report(&format!(
        "commits: {never} never arrived, {lost} lost their answers: {seen:?}"
    ));
    seen.expect_only(&CLEAR);
    let books = rig.settle().await;
    assert_eq!(books.paid, seen.bought);
    assert!(never.min(lost) > 2, "commits are hit: {never} {lost}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_connections_that_a_firewall_has_forgotten_are_replaced() {
    let rig = Rig::set_up().await;
    let node = rig.start_node_with(&[("BILTEN_STATEMENT_TIMEOUT_S", "3")]).await;
    let (_nodes, addresses) = watch::channel(vec![node.address()]);
    let seen = crowd::rush(&rig, addresses, async {
        sleep(ms(400)).await;
        rig.wire.forget_all();
    })
    .await;
    node.kill().await;
    report(&format!("forgotten: {seen:?}"));
    seen.expect_only(&CLEAR);
    assert!(seen.bought_after > 0, "{seen:?}");
    let books = rig.settle().await;
    assert_eq!(books.paid, seen.bought);
}
