//! SIGKILL of nodes under full load, with groups in flight.

use std::time::Duration;

use bilten_kernel::{SeededEntropy, SystemEntropy, random_array};
use bilten_tests::{Program, report};
use tokio::{sync::watch, time::sleep};

use super::{crowd, rig::Rig};

/// Kills of an ordinary run.
const KILLS: usize = 15;
/// Longest life of a node, from the moment it listens.
const LONGEST_MS: u64 = 700;
/// Kills of one of several nodes.
const ROUNDS: usize = 3;
const NODES: usize = 3;

/// What a buyer may be told by nodes that live, and the end of the connection by one that dies.
const CLEAR: [&str; 4] = ["503 unavailable", "503 busy", "503 payment_not_sent", "cut off"];

fn number(name: &str) -> Option<u64> {
    std::env::var_os(name).and_then(|text| text.into_string().ok()?.parse().ok())
}

/// Another one at each run, unless one is asked for.
fn dice(what: &str) -> SeededEntropy {
    let seed = number("BILTEN_KILL_SEED").unwrap_or_else(|| u64::from_le_bytes(random_array(&SystemEntropy)));
    report(&format!("{what}: BILTEN_KILL_SEED={seed} repeats the moments"));
    SeededEntropy::new(seed)
}

fn throw(dice: &SeededEntropy, sides: u64) -> u64 {
    u64::from_le_bytes(random_array(dice)) % sides
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_a_node_that_is_killed_again_and_again_under_full_load_loses_nothing() {
    let dice = dice("kills");
    let kills = number("BILTEN_KILLS").map_or(KILLS, |kills| usize::try_from(kills).unwrap());
    let rig = Rig::set_up().await;
    let (nodes, addresses) = watch::channel(Vec::new());
    let mut last = None;
    let seen = crowd::rush(&rig, addresses, async {
        for _ in 0..kills {
            let node = rig.start_node().await;
            nodes.send(vec![node.address()]).unwrap();
            sleep(Duration::from_millis(100 + throw(&dice, LONGEST_MS))).await;
            node.kill().await;
            nodes.send(Vec::new()).unwrap();
        }
        let node = rig.start_node().await;
        nodes.send(vec![node.address()]).unwrap();
        last = Some(node);
    })
    .await;
    last.expect("the last node").kill().await;
    report(&format!("kills: {kills} under load: {seen:?}"));
    seen.expect_only(&CLEAR);
    assert!(seen.count("cut off") >= kills, "kills meet requests: {seen:?}");
    let books = rig.settle().await;
    assert_eq!(books.paid, seen.bought);
    report(&format!("kills: {books:?}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_three_nodes_sell_from_one_stock_while_one_of_them_dies() {
    let dice = dice("nodes");
    let rig = Rig::set_up().await;
    let mut living: Vec<Program> = Vec::new();
    for _ in 0..NODES {
        living.push(rig.start_node().await);
    }
    let all = |living: &[Program]| living.iter().map(Program::address).collect::<Vec<_>>();
    let (nodes, addresses) = watch::channel(all(&living));
    let seen = crowd::rush(&rig, addresses, async {
        for _ in 0..ROUNDS {
            sleep(Duration::from_millis(300 + throw(&dice, LONGEST_MS))).await;
            let victim = usize::try_from(throw(&dice, 3)).unwrap();
            living.swap_remove(victim).kill().await;
            nodes.send(all(&living)).unwrap();
            // The two others go on without it.
            sleep(Duration::from_millis(300)).await;
            living.push(rig.start_node().await);
            nodes.send(all(&living)).unwrap();
        }
    })
    .await;
    for node in living {
        node.kill().await;
    }
    report(&format!("nodes: {ROUNDS} of {NODES} killed in turn: {seen:?}"));
    seen.expect_only(&CLEAR);
    let books = rig.settle().await;
    assert_eq!(books.paid, seen.bought);
    report(&format!("nodes: {books:?}"));
}
