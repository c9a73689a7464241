//! Two hundred tickets, a thousand buyers at once.

use std::{collections::BTreeMap, sync::Arc};

use bilten_kernel::ApiScopes;
use bilten_tests::{Served, Shopkeeper, TestApp, Web, report};
use serde_json::{Value, json};
use tokio::{sync::Barrier, task::JoinSet};

const TICKETS: i64 = 200;
const BUYERS: usize = 1_000;
/// Tries of one buyer whom the shop tells that it is busy.
const MOST_TRIES: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counted_a_thousand_buyers_of_two_hundred_tickets() {
    let app = TestApp::start_with(24).await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, TICKETS, 10_000).await;
    let served = Arc::new(Served::start(&web).await);
    let start = Arc::new(Barrier::new(BUYERS));
    let mut buyers = JoinSet::new();
    for number in 0..BUYERS {
        let (served, shop, start) = (Arc::clone(&served), shop.clone(), Arc::clone(&start));
        let cart = json!({ "event_id": event, "items": [{ "ticket_type_id": ticket_type, "quantity": 1 }] });
        buyers.spawn(async move {
            start.wait().await;
            let (status, held) = post(&served, &shop, "/carts", &format!("cart-{number}"), &cart).await;
            if status != 201 {
                return format!("{status} {}", held["code"].as_str().unwrap_or("?"));
            }
            let path = format!("/carts/{}/checkout", held["id"].as_str().unwrap());
            let buyer = json!({ "buyer": { "email": format!("b{number}@example.org"), "name": "Buyer" }, "payment": { "method": "sandbox" } });
            let (status, order) = post(&served, &shop, &path, &format!("order-{number}"), &buyer).await;
            assert!(status == 200 || status == 201, "{status} {order}");
            assert_eq!(order["tickets"].as_array().map(Vec::len), Some(1), "{order}");
            "order".to_owned()
        });
    }
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(outcome) = buyers.join_next().await {
        *outcomes.entry(outcome.unwrap()).or_default() += 1;
    }
    assert_eq!(
        outcomes,
        BTreeMap::from([("order".to_owned(), 200), ("409 sold_out".to_owned(), 800)])
    );
    let mut admin = app.test_db.admin().await;
    let books: (i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select sum(held)::bigint from bilten.capacity_pools), (select sum(sold)::bigint from bilten.capacity_pools),
                (select count(*) from bilten.orders where state = 'paid'), (select count(*) from bilten.tickets where state = 'issued'),
                (select sum(amount_minor)::bigint from bilten.payment_attempts where state = 'succeeded')",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert_eq!(books, (0, TICKETS, TICKETS, TICKETS, TICKETS * 10_000));
    report(&format!(
        "race: {BUYERS} buyers over HTTP, {TICKETS} tickets: {outcomes:?}, held 0, sold 200"
    ));
}

/// Sends a request, again as long as the shop says that it is busy: on a slow machine a thousand at once may be too many.
async fn post(served: &Served, shop: &Shopkeeper, path: &str, key: &str, body: &Value) -> (u16, Value) {
    for _ in 0..MOST_TRIES {
        let (status, answer) = served.post(shop, path, key, body).await;
        if status != 503 || answer["code"] != "busy" {
            return (status, answer);
        }
        tokio::task::yield_now().await;
    }
    panic!("the shop is busy for ever");
}
