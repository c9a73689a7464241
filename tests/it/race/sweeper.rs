//! Carts expire at the moment at which their buyers pay.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use bilten_kernel::ApiScopes;
use bilten_tests::{Served, TestApp, Web, report};
use jiff::SignedDuration;
use serde_json::json;
use tokio::{sync::Semaphore, task::JoinSet};

const CARTS: usize = 24;
/// Requests on the wire at once, and answers after which the carts expire.
const AT_ONCE: usize = 6;
const IN_TIME: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counted_paying_races_with_the_sweeper() {
    let app = TestApp::start_with(12).await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 100, 10_000).await;
    let served = Arc::new(Served::start(&web).await);
    let mut carts = Vec::new();
    for _ in 0..CARTS {
        carts.push(
            web.hold(&shop, &event, &ticket_type, 2).await.expect(201)["id"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    // All expire together, while some are paid and others are being paid.
    let seats = Arc::new(Semaphore::new(AT_ONCE));
    let answered = Arc::new(AtomicUsize::new(0));
    let mut buyers = JoinSet::new();
    for (number, cart) in carts.into_iter().enumerate() {
        let (served, shop, clock) = (Arc::clone(&served), shop.clone(), app.clock.clone());
        let (seats, answered) = (Arc::clone(&seats), Arc::clone(&answered));
        buyers.spawn(async move {
            let _seat = seats.acquire().await.unwrap();
            let body =
                json!({ "buyer": { "email": "b@example.org", "name": "Buyer" }, "payment": { "method": "sandbox" } });
            let path = format!("/carts/{cart}/checkout");
            let answer = served.post(&shop, &path, &format!("order-{number}"), &body).await;
            if answered.fetch_add(1, Ordering::SeqCst) + 1 == IN_TIME {
                clock.advance(SignedDuration::from_mins(15));
            }
            answer
        });
    }
    let mut answers = Vec::new();
    while let Some(answer) = buyers.join_next().await {
        answers.push(answer.unwrap());
        web.run_jobs().await;
    }
    let paid = answers.iter().filter(|(status, _)| matches!(status, 200 | 201)).count();
    assert!(
        answers
            .iter()
            .all(|(status, _)| matches!(status, 200 | 201 | 404 | 409 | 410)),
        "{answers:?}"
    );
    assert!((IN_TIME..=IN_TIME + AT_ONCE).contains(&paid), "{answers:?}");
    app.advance(SignedDuration::from_hours(1));
    web.run_jobs().await;
    let mut admin = app.test_db.admin().await;
    let books: (i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select sum(held)::bigint from bilten.capacity_pools), (select sum(sold)::bigint from bilten.capacity_pools),
                (select count(*) from bilten.orders where state = 'paid'), (select count(*) from bilten.tickets where state = 'issued'),
                (select coalesce(sum(amount_minor), 0)::bigint from bilten.payment_attempts where state = 'succeeded')",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    let paid_count = i64::try_from(paid).unwrap();
    assert_eq!(
        books,
        (0, paid_count * 2, paid_count, paid_count * 2, paid_count * 20_000),
        "{answers:?}"
    );
    report(&format!(
        "race: {CARTS} carts paid while they expire: {paid} paid, {} refused, held 0, money equals tickets",
        CARTS - paid
    ));
}
