//! One group of good and bad requests: each gets his own answer, and nobody suffers for another.

use std::sync::Arc;

use bilten_core::inventory::{Engine, EngineLimits, HoldError, HoldRequest};
use bilten_kernel::TicketTypeId;
use bilten_tenancy::{Db, DbConfig};
use bilten_tests::{TestApp, Wire};
use futures_util::future::join_all;
use uuid::Uuid;

use crate::stock::shop::Shop;

/// Text that PostgreSQL does not take.
const POISON: &str = "a\0b";

#[tokio::test]
async fn each_of_a_mixed_group_gets_his_own_answer() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 8).await;
    let other = Shop::open(&app, &app.beta, 8).await;
    let tty = shop.ticket_type;
    let ask = |items: Vec<(TicketTypeId, u32)>, key: Option<&str>| {
        let request = HoldRequest {
            event: shop.event,
            items,
            keep_together: false,
            request_key: key.map(str::to_owned),
            promo_code: None,
            extras: bilten_core::inventory::Extras::default(),
        };
        let (engine, ctx) = (shop.engine.clone(), shop.ctx());
        async move { engine.hold(&ctx, request).await.map(|hold| hold.lines[0].quantity) }
    };
    let unknown = TicketTypeId::from_uuid(Uuid::from_u128(7));
    // Polled once each before any lane runs: they are one group, in this order.
    let answers = join_all(vec![
        ask(vec![(tty, 2)], None),
        ask(vec![(unknown, 1)], None),
        ask(vec![], None),
        ask(vec![(tty, 1), (tty, 1)], None),
        ask(vec![(tty, 1)], Some(POISON)),
        ask(vec![(tty, 99)], None),
        ask(vec![(tty, 2)], Some("same")),
        ask(vec![(tty, 2)], Some("same")),
        ask(vec![(tty, 1)], Some("same")),
        ask(vec![(other.ticket_type, 1)], None),
        ask(vec![(tty, 3)], None),
        ask(vec![(tty, 4)], None),
        ask(vec![(tty, 1)], None),
        ask(vec![(tty, 1)], None),
    ])
    .await;
    let out_of_range = HoldError::QuantityOutOfRange {
        ticket_type: tty,
        min: 1,
        max: 10,
    };
    let sold_out = |left| HoldError::SoldOut {
        ticket_type: tty,
        left,
        is_held_by_others: true,
    };
    let expected = [
        Ok(2),
        Err(HoldError::UnknownTicketType(unknown)),
        Err(HoldError::Malformed),
        Err(HoldError::Malformed),
        Err(HoldError::Unavailable),
        Err(out_of_range),
        Ok(2),
        Ok(2),
        Err(HoldError::OtherRequest),
        Err(HoldError::UnknownTicketType(other.ticket_type)),
        Ok(3),
        Err(sold_out(1)),
        Ok(1),
        Err(sold_out(0)),
    ];
    assert_eq!(answers, expected);
    assert_eq!(shop.held_and_sold().await, (8, 0));
    assert_eq!(other.held_and_sold().await, (0, 0));
}

#[tokio::test]
async fn a_group_full_of_poison_leaves_the_one_good_request_alone() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 3).await;
    let answers = join_all((0..40).map(|number| shop.hold_with(1, (number != 20).then_some(POISON)))).await;
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_ok(), number == 20, "{answer:?}");
    }
    assert_eq!(shop.held_and_sold().await, (1, 0));
}

#[tokio::test]
async fn a_group_whose_commit_lost_its_answer_gets_what_was_committed() {
    let app = TestApp::start().await;
    let mut shop = Shop::open(&app, &app.alfa, 3).await;
    let wire = Wire::to(&app.test_db.socket()).await;
    let config = DbConfig {
        url: app.test_db.url_through(&wire, "bilten_app"),
        max_connections: 4,
        statement_timeout: DbConfig::STATEMENT_TIMEOUT,
    };
    let db = Db::connect(&config).await.unwrap();
    shop.engine = Engine::new(db, Arc::new(app.clock.clone()), EngineLimits::default());
    wire.lose_next_answer();
    // Together they take the last places; served again without a look back, all would be told that nothing is left.
    let answers = join_all((0..3).map(|_| shop.hold(1))).await;
    assert_eq!(wire.broken_commits(), (0, 1));
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(shop.held_and_sold().await, (3, 0));
}
