//! Two gates scan one ticket at the same moment.

use std::sync::Arc;

use bilten_kernel::ApiScopes;
use bilten_tests::{Served, TestApp, Web, report};
use serde_json::json;
use tokio::{sync::Barrier, task::JoinSet};

const ROUNDS: usize = 15;
const GATES: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counted_one_ticket_at_four_gates_is_admitted_once() {
    let app = TestApp::start_with(8).await;
    let web = Web::with_settings(&app, &[("BILTEN_RATE_BURST", "100000")]);
    let shop = web.open_shop(&app, "nord", ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 1_000, 0).await;
    let served = Arc::new(Served::start(&web).await);
    for round in 0..ROUNDS {
        let cart = web.hold(&shop, &event, &ticket_type, 1).await.expect(201);
        let order = web
            .check_out(&shop, cart["id"].as_str().unwrap(), &format!("order-{round}"))
            .await
            .json();
        let code = order["tickets"][0]["code"].as_str().expect("a ticket").to_owned();
        let start = Arc::new(Barrier::new(GATES));
        let mut gates = JoinSet::new();
        for gate in 0..GATES {
            let (served, shop, start) = (Arc::clone(&served), shop.clone(), Arc::clone(&start));
            let body = json!({ "code": code, "gate": format!("Gate {gate}") });
            gates.spawn(async move {
                start.wait().await;
                served
                    .post(&shop, "/check-ins", &format!("scan-{round}-{gate}"), &body)
                    .await
            });
        }
        let answers = gates.join_all().await;
        let admitted = answers.iter().filter(|(status, _)| *status == 200).count();
        let refused = answers
            .iter()
            .filter(|(status, body)| *status == 409 && body["code"] == "already_admitted")
            .count();
        assert_eq!((admitted, refused), (1, GATES - 1), "{answers:?}");
    }
    report(&format!(
        "race: {ROUNDS} tickets at {GATES} gates at once, each admitted exactly once"
    ));
}
