//! A million arrivals, and a draw that anybody can check.

use std::time::Instant;

use bilten_core::waiting_room::{Device, Mode, RoomSettings};
use bilten_kernel::{ApiScopes, EventId};
use bilten_tests::{TestApp, Web, report};
use jiff::SignedDuration;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::guest::{Guest, look, set_up, settings};

/// Arrivals that are under way at the same time.
const AT_ONCE: u64 = 50_000;

#[tokio::test(flavor = "multi_thread")]
async fn counted_the_draw_is_verified_from_what_is_published_alone() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    set_up(
        &app,
        &web,
        &shop,
        &event,
        settings(Some(app.now() + SignedDuration::from_mins(1)), 60),
    )
    .await;
    let guests: Vec<_> = (0..37)
        .map(|n| Guest::at(&web, &shop, &format!("192.0.2.{n}")))
        .collect();
    for guest in &guests {
        guest.join().await;
    }
    let draw = async || guests[0].get("/events/concert/queue/draw").await.expect(200);
    let before = draw().await;
    assert_eq!(
        (&before["seed"], &before["seats"]),
        (&Value::Null, &Value::Null),
        "{before}"
    );
    app.advance(SignedDuration::from_mins(1));
    assert_eq!(
        draw().await["seed"],
        Value::Null,
        "the seed is published with the draw and not before"
    );
    look(&web, &shop).await;
    let after = draw().await;
    assert_eq!(after["commitment"], before["commitment"]);
    let (commitment, seed) = (after["commitment"].as_str().unwrap(), after["seed"].as_str().unwrap());
    let seed = data_encoding::HEXLOWER.decode(seed.as_bytes()).unwrap();
    assert_eq!(data_encoding::HEXLOWER.encode(&Sha256::digest(&seed)), commitment);
    let seats = after["seats"].as_u64().unwrap();
    assert_eq!(seats, 37);
    let mut places: Vec<u64> = Vec::new();
    for guest in &guests {
        let status = guest.status().await;
        let place = verify(&seed, seats, status["seat"].as_u64().unwrap());
        assert_eq!(status["values"]["ahead"], place.to_string(), "{status}");
        places.push(place);
    }
    let told = run_published(&after);
    assert!(
        told.is_none_or(|told| told == places),
        "the published program tells the same"
    );
    places.sort_unstable();
    assert_eq!(places, (0..37).collect::<Vec<_>>());
    let mut admin = app.test_db.admin().await;
    let audited: String = sqlx::query_scalar(
        "select details ->> 'commitment' from bilten.audit_entries where action = 'waiting_room.drawn'",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(audited, commitment, "the audit log tells of the draw");
    let closed = RoomSettings {
        mode: Mode::Off,
        ..settings(None, 60)
    };
    set_up(&app, &web, &shop, &event, closed).await;
    assert_eq!(draw().await, after, "it stays published when the room is closed");
}

/// Runs the published program on what is published, as anybody may; returns the place of each seat, in order. `None`
/// where there is no Python.
fn run_published(draw: &Value) -> Option<Vec<u64>> {
    let text = |name: &str| draw[name].as_str().unwrap();
    let ran = std::process::Command::new("python3")
        .args(["-c", text("program"), text("commitment"), text("seed")])
        .arg(draw["seats"].to_string())
        .output();
    let Ok(output) = ran else {
        report("waiting room: there is no python3 here, so the published program was not run");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let place = |(number, line): (usize, &str)| {
        let (seat, place) = line.split_once(' ').unwrap();
        assert_eq!(seat.parse(), Ok(number));
        place.parse().unwrap()
    };
    let places: Vec<u64> = lines.lines().enumerate().map(place).collect();
    report(&format!(
        "waiting room: the published program ran and told the places of {} seats",
        places.len()
    ));
    Some(places)
}

/// The published program, in another language.
fn verify(seed: &[u8], seats: u64, seat: u64) -> u64 {
    let key = Sha256::digest([seed, &seats.to_be_bytes()].concat());
    let half = (1..32).find(|half| 4_u64.pow(*half) >= seats).unwrap();
    let mask = 2_u64.pow(half) - 1;
    let step = |number: u64| {
        let (mut left, mut right) = (number >> half, number & mask);
        for round in 0..8_u8 {
            let digest = Sha256::digest([key.as_slice(), &[round], &right.to_be_bytes()].concat());
            let head = u64::from_be_bytes(digest[..8].try_into().unwrap());
            (left, right) = (right, left ^ (head & mask));
        }
        left << half | right
    };
    let mut place = step(seat);
    while place >= seats {
        place = step(place);
    }
    place
}

fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_a_million_arrivals_get_a_million_seats_in_few_transactions_and_little_memory() {
    const ARRIVALS: u64 = 1_000_000;
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, _) = web.open_sale(&shop, 100, 20_000).await;
    set_up(
        &app,
        &web,
        &shop,
        &event,
        settings(Some(app.now() + SignedDuration::from_hours(1)), 60),
    )
    .await;
    let event: EventId = event.parse().unwrap();
    let device = Device::from_random([7; 16]);
    let (before, began) = (resident_kb(), Instant::now());
    let mut peak = before;
    let mut last = 0;
    for _ in 0..ARRIVALS / AT_ONCE {
        let joins = (0..AT_ONCE).map(|_| web.state.rooms.join(shop.id, event, &device));
        for place in futures_util::future::join_all(joins).await {
            last = last.max(place.expect("a seat").seat);
        }
        peak = peak.max(resident_kb());
    }
    let took = began.elapsed();
    assert_eq!(last, ARRIVALS - 1, "each seat once");
    let mut admin = app.test_db.admin().await;
    let (seats, version): (i64, i64) = sqlx::query_as("select next_seat, version from bilten.waiting_rooms")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(seats, 1_000_000);
    assert!(version < 5_000, "{version} transactions");
    assert!(took.as_secs() < 240, "{took:?}");
    let grown_mb = peak.saturating_sub(before) / 1_024;
    assert!(grown_mb < 200, "{grown_mb} MB");
    app.advance(SignedDuration::from_hours(1));
    look(&web, &shop).await;
    let open = web.state.rooms.find_open(shop.id, "concert").await.unwrap().unwrap();
    let (begin, mut sum) = (Instant::now(), 0_u64);
    for seat in 0..10_000 {
        sum += open.place(seat * 97).unwrap();
    }
    assert!(sum > 0);
    report(&format!(
        "waiting room: {ARRIVALS} arrivals in {took:?}, {} transactions, {grown_mb} MB more at the peak; a place of a \
         draw of a million takes {:?}",
        version - 1,
        begin.elapsed() / 10_000
    ));
}
