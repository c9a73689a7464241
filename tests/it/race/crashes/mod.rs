//! SIGKILL between and during any two steps of a purchase, sent to the program as it is installed.
//!
//! Buyers do what browsers and programs do when an answer does not come: they send the same request again, to the next
//! process on the same database. In the end no money is without ticket, no ticket without money, no stock lost.

pub(crate) mod books;
mod buyer;
mod line;
mod stage;

use std::time::Duration;

use bilten_kernel::{SystemEntropy, random_array};
use bilten_tests::report;

use buyer::{Buyer, Way};
use stage::{Moment, Stage};

const WAYS: [Way; 5] = [Way::Api, Way::Pay, Way::Challenge, Way::Decline, Way::Later];
/// Most requests that a purchase needs before its buyer only waits.
const LONGEST_WAY: usize = 9;
/// Kills at moments that chance chooses: after so many requests and microseconds at most.
const KILLS: usize = 40;
const MOST_REQUESTS: u64 = 24;
const LONGEST_US: u64 = 25_000;
/// Buyers who are under way then.
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_a_server_killed_at_any_moment_loses_neither_money_nor_ticket_nor_stock() {
    let seed = seed();
    report(&format!("crashes: seed {seed} (CRASH_SEED={seed} repeats it)"));
    let mut stage = Stage::set_up(seed).await;
    for requests in 1..=LONGEST_WAY {
        let newcomers = stage.buyers.len();
        for way in WAYS {
            stage.welcome(way);
        }
        let limit = |buyer: &Buyer| {
            if buyer.number < newcomers {
                LONGEST_WAY
            } else {
                requests
            }
        };
        stage.live(limit, Moment::AT_THE_END).await;
        stage.end_leases().await;
    }
    for round in 0..KILLS {
        while stage.count_under_way() < AT_ONCE {
            let way = usize::try_from(stage.throw(5)).unwrap();
            stage.welcome(WAYS[way]);
        }
        let moment = Moment {
            requests: usize::try_from(1 + stage.throw(MOST_REQUESTS)).unwrap(),
            and_then: Duration::from_micros(stage.throw(LONGEST_US)),
        };
        stage.live(|_| usize::MAX, moment).await;
        // Every other time the next process comes while the dead one's leases still run.
        if round % 2 == 0 {
            stage.end_leases().await;
        }
    }
    stage.let_time_pass().await;

    assert_eq!(stage.count_under_way(), 0, "{:?}", stage.buyers);
    let books = books::check(&stage.app, &stage.web, &stage.shop).await;
    assert_eq!(
        books.paid,
        stage.count_bought(),
        "those who hold tickets, and no others, have paid"
    );
    report(&format!(
        "crashes: {} kills of the program; requests under way then: {:?}; {} buyers, {} bought {} tickets for {} minor units, the \
         others found nothing left; {} webhooks over HTTP; {} links of the audit chain whole; one mail an order; books exact",
        stage.kills,
        stage.hit,
        stage.buyers.len(),
        books.paid,
        books.tickets,
        books.money,
        books.webhooks,
        books.links
    ));
    assert!(books.webhooks > 0, "some payments were told of by webhook");
    let hit: usize = stage.hit.values().sum();
    assert!(hit > KILLS, "kills meet requests: {:?}", stage.hit);
}

/// Another one at each run, unless one is asked for.
fn seed() -> u64 {
    let asked = std::env::var_os("CRASH_SEED").and_then(|text| text.into_string().ok()?.parse().ok());
    asked.unwrap_or_else(|| u64::from_le_bytes(random_array(&SystemEntropy)))
}
