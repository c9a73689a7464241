//! Deterministic simulation of the stock engine: a world in memory, and a scheduler that throws dice.
//!
//! Several nodes with a lane each serve groups of buyers on one database. What happens next (whose step, which commit is
//! lost or lands although its answer does not come, who is killed, who goes away, how late it is) is decided by a seed
//! alone, so a seed that fails fails again:
//!
//! ```text
//! BILTEN_SIM_SEED=4711 cargo nextest run --workspace -E 'test(rush::sim)' --no-capture
//! BILTEN_SIM_SEEDS=1000000 cargo nextest run --workspace -E 'test(rush::sim::counted)'
//! ```
//!
//! Decisions are those of the product: [`Stock`](bilten_core::inventory::Stock), the limits of the engine, the time to
//! live of a hold and whether it is still its buyer's. What is played is what the product leaves to PostgreSQL (locks,
//! constraints, commits: `database`), the lane (`node`, `group`), the provider (`payment`) and the people (`buyer`). After every step the books are
//! read (`books`). That the books can tell is shown by [`Bug`]s, which are planted one by one and must all be found.

mod books;
mod buyer;
mod database;
mod group;
mod node;
mod payment;
mod world;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use bilten_tests::report;

use world::{Ending, World};

/// Seeds of an ordinary run.
const SEEDS: u64 = 10_000;
/// Seeds within which a planted fault must show.
const SEEDS_FOR_A_BUG: u64 = 1_000;
/// Threads that play.
const THREADS: u64 = 2;

/// A fault of the engine that is planted to see whether it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// Grants without looking whether there is enough; the CHECK refuses it.
    NoFreeCheck,
    /// The same, without the CHECK.
    NoCheckAtAll,
    /// Reads the stock without locking it, and writes what it has made of it.
    NoLock,
    /// Tells of a hold before its commit.
    ReplyBeforeCommit,
    /// Serves a group again without looking what of it was committed.
    NoLookBack,
    /// Fails the whole group for one member.
    PoisonSpreads,
    /// Leaves those without an answer whom it refuses.
    ForgetsTheRefused,
    /// Gives each answer to the next in line.
    AnswersShift,
    /// Serves the last first.
    LastFirst,
    /// Does not know a request that was sent again.
    KeyIgnored,
    /// Keeps the hold of somebody who has gone.
    KeepsForNobody,
    /// Takes a hold for released before it has looked.
    ReleasesTwice,
    /// Lets a hold run out by the clock while its payment lives.
    ExpiresThePinned,
    /// Pins a hold whose time is over.
    PinsTheExpired,
    /// Reclaims and forgets to give the places back.
    ReclaimLosesPlaces,
    /// Issues tickets for each news of the same payment.
    PaysTwice,
    /// Frees the stock of a payment that was not called off.
    ReleasesBeforeVoid,
    /// Lets passers-by take what the waiting list waits for.
    ListComesLast,
    /// Offers without a deadline.
    OfferNeverEnds,
    /// Serves more than one group may be.
    GroupWithoutBound,
}

/// All of them.
const BUGS: [Bug; 20] = [
    Bug::NoFreeCheck,
    Bug::NoCheckAtAll,
    Bug::NoLock,
    Bug::ReplyBeforeCommit,
    Bug::NoLookBack,
    Bug::PoisonSpreads,
    Bug::ForgetsTheRefused,
    Bug::AnswersShift,
    Bug::LastFirst,
    Bug::KeyIgnored,
    Bug::KeepsForNobody,
    Bug::ReleasesTwice,
    Bug::ExpiresThePinned,
    Bug::PinsTheExpired,
    Bug::ReclaimLosesPlaces,
    Bug::PaysTwice,
    Bug::ReleasesBeforeVoid,
    Bug::ListComesLast,
    Bug::OfferNeverEnds,
    Bug::GroupWithoutBound,
];

/// Plays one seed. In the failure stands what was found, and with `is_told` every step that led there.
fn play(seed: u64, bug: Option<Bug>, is_told: bool) -> Result<Ending, String> {
    World::new(seed, bug, is_told).play()
}

/// Plays all seeds below the number; returns the sums, or the lowest seed that fails.
fn play_all(seeds: u64) -> Result<Ending, u64> {
    let failed = AtomicU64::new(u64::MAX);
    let players = |thread: u64| {
        let mut sum = Ending::default();
        for seed in (thread..seeds).step_by(usize::try_from(THREADS).unwrap()) {
            if seed > failed.load(Ordering::Relaxed) {
                break;
            }
            match play(seed, None, false) {
                Ok(ending) => sum.add(&ending),
                Err(_) => {
                    failed.fetch_min(seed, Ordering::Relaxed);
                }
            }
        }
        sum
    };
    let sums: Vec<Ending> = thread::scope(|scope| {
        let started: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || players(thread)))
            .collect();
        started.into_iter().map(|player| player.join().unwrap()).collect()
    });
    match failed.into_inner() {
        u64::MAX => {
            let mut all = Ending::default();
            for sum in &sums {
                all.add(sum);
            }
            Ok(all)
        }
        seed => Err(seed),
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var_os(name).and_then(|text| text.into_string().ok()?.parse().ok())
}

#[test]
fn counted_no_seed_of_the_simulated_rush_breaks_a_promise() {
    if let Some(seed) = number("BILTEN_SIM_SEED") {
        match play(seed, None, true) {
            Ok(ending) => return report(&format!("simulation: seed {seed} holds: {ending:?}")),
            Err(story) => panic!("{story}"),
        }
    }
    let seeds = number("BILTEN_SIM_SEEDS").unwrap_or(SEEDS);
    match play_all(seeds) {
        Ok(all) => {
            report(&format!("simulation: {seeds} seeds hold: {all:?}"));
            all.expect_variety();
        }
        Err(seed) => {
            let story = play(seed, None, true).expect_err("a seed that fails fails again");
            panic!(
                "{story}\nseed {seed}: BILTEN_SIM_SEED={seed} cargo nextest run --workspace -E 'test(rush::sim)' --no-capture"
            );
        }
    }
}

#[test]
fn counted_planted_faults_of_the_engine_are_found() {
    let mut found = Vec::new();
    for bug in BUGS {
        let first = (0..SEEDS_FOR_A_BUG).find_map(|seed| Some((seed, play(seed, Some(bug), false).err()?)));
        let Some((seed, what)) = first else {
            panic!("{bug:?} is not found within {SEEDS_FOR_A_BUG} seeds");
        };
        found.push(format!(
            "{bug:?} by seed {seed}: {}",
            what.lines().next().unwrap_or_default()
        ));
    }
    report(&format!(
        "simulation: {} planted faults found\n  {}",
        found.len(),
        found.join("\n  ")
    ));
}

#[test]
fn a_seed_repeats_to_the_last_step() {
    for seed in 0..50 {
        assert_eq!(play(seed, None, false), play(seed, None, false), "seed {seed}");
    }
}
