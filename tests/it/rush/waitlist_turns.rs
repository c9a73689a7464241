//! Whose turn it is: order, parties, any of several types, and what is never bypassed.

use bilten_core::{
    catalog::{self, NewTicketType, StockChange, TicketTypeChange},
    inventory::HoldError,
    waitlist::{EntryState, JoinError, PATIENCE, Party, SAVING},
};
use bilten_tests::{TestApp, Web};
use jiff::SignedDuration;

use super::waitlist_list::SoldOut;

#[tokio::test]
async fn those_who_joined_first_are_served_first() {
    let app = TestApp::start().await;
    let list = SoldOut::open(&app, &app.alfa, &[1, 1]).await;
    for name in ["ada", "bea", "cleo"] {
        list.join(name, 1).await;
    }
    list.give_back(0).await;
    list.give_back(1).await;
    assert_eq!(list.serve().await, 2);
    assert_eq!(
        (list.state("ada").await, list.state("bea").await),
        (EntryState::Offered, EntryState::Offered)
    );
    assert_eq!(list.state("cleo").await, EntryState::Waiting);
}

#[tokio::test]
async fn a_party_is_passed_over_for_a_while_then_gets_its_turn_and_keeps_nobody_waiting_for_ever() {
    let app = TestApp::start().await;
    let list = SoldOut::open(&app, &app.alfa, &[1, 1, 1, 1, 1, 1]).await;
    list.join("family", 4).await;
    list.join("ada", 1).await;
    list.give_back(0).await;
    list.give_back(1).await;
    // Two places: not enough for four, so the next in line gets one and a buyer the other.
    assert_eq!(list.serve().await, 1);
    assert_eq!(
        (list.state("family").await, list.state("ada").await),
        (EntryState::Waiting, EntryState::Offered)
    );
    let bought = list.shop.hold(1).await.unwrap();
    app.advance(PATIENCE);
    // From now on what comes back is kept for them. The buyer's cart has expired meanwhile.
    list.join("bea", 1).await;
    assert_eq!(list.serve().await, 0);
    assert!(matches!(
        list.shop.hold(1).await,
        Err(HoldError::SoldOut {
            is_held_by_others: true,
            ..
        })
    ));
    assert_eq!(
        (list.shown_left().await, list.state("bea").await),
        (0, EntryState::Waiting)
    );
    assert_ne!(list.state("family").await, EntryState::Offered);
    list.give_back(2).await;
    list.give_back(3).await;
    assert_eq!(list.serve().await, 0, "three of four");
    list.give_back(4).await;
    assert_eq!(list.serve().await, 1);
    assert_eq!(
        (list.state("family").await, list.state("bea").await),
        (EntryState::Offered, EntryState::Waiting)
    );
    assert_eq!(list.offer("family").await.lines[0].quantity, 4);
    drop(bought);
}

#[tokio::test]
async fn places_are_not_kept_for_a_party_for_ever() {
    let app = TestApp::start().await;
    let list = SoldOut::open(&app, &app.alfa, &[1, 1, 1, 1]).await;
    list.join("family", 4).await;
    list.join("ada", 1).await;
    list.give_back(0).await;
    list.serve().await;
    app.advance(PATIENCE);
    list.join("bea", 1).await;
    list.give_back(1).await;
    assert_eq!(list.serve().await, 0);
    app.advance(SAVING);
    assert!(list.serve().await >= 1, "the family had its time");
    assert_eq!(list.state("bea").await, EntryState::Offered);
    assert_eq!(list.state("family").await, EntryState::Waiting);
}

#[tokio::test]
async fn who_takes_fewer_is_offered_what_there_is() {
    let app = TestApp::start().await;
    let list = SoldOut::open(&app, &app.alfa, &[2, 2]).await;
    list.join_as("ada", Party::at_least(4, 1).unwrap()).await.unwrap();
    list.give_back(0).await;
    assert_eq!(list.serve().await, 1);
    assert_eq!(list.offer("ada").await.lines[0].quantity, 2);
}

#[tokio::test]
async fn any_of_the_chosen_types_will_do() {
    let app = TestApp::start().await;
    let mut list = SoldOut::open(&app, &app.alfa, &[1]).await;
    let ctx = list.shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let seats = NewTicketType::new("Seat".parse().unwrap(), 20_000, 0);
    let seats = catalog::add_ticket_type(&ctx, &mut tx, list.shop.event, seats)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    list.join("standing", 1).await;
    let standing = list.shop.ticket_type;
    let wish = bilten_core::waitlist::JoinWaitlist {
        event: list.shop.event,
        email: "any@post.test".parse().unwrap(),
        name: "any".parse().unwrap(),
        party: Party::together(2).unwrap(),
        types: vec![standing, seats],
    };
    let mut tx = app.db.begin(&ctx).await.unwrap();
    bilten_core::waitlist::join(&ctx, &mut tx, &wish).await.unwrap();
    let change = TicketTypeChange {
        stock: StockChange::OwnCapacity(2),
        ..TicketTypeChange::default()
    };
    catalog::update_ticket_type(&ctx, &mut tx, (list.shop.event, seats), change)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list.serve().await, 1);
    let offer = list.offer("any").await;
    assert_eq!((offer.lines[0].ticket_type, offer.lines[0].quantity), (seats, 2));
    assert_eq!(list.state("standing").await, EntryState::Waiting);
    list.shop.ticket_type = seats;
    assert!(matches!(list.shop.hold(1).await, Err(HoldError::SoldOut { .. })));
}

#[tokio::test]
async fn more_capacity_goes_to_the_list_without_anybody_asking() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    list.join("ada", 1).await;
    list.join("bea", 2).await;
    let ctx = list.shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let change = TicketTypeChange {
        stock: StockChange::OwnCapacity(5),
        ..TicketTypeChange::default()
    };
    catalog::update_ticket_type(&ctx, &mut tx, (list.shop.event, list.shop.ticket_type), change)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list.shown_left().await, 1);
    web.run_jobs().await;
    assert_eq!(
        (list.state("ada").await, list.state("bea").await),
        (EntryState::Offered, EntryState::Offered)
    );
    assert_eq!(list.shop.held_and_sold().await, (3, 1));
}

#[tokio::test]
async fn a_cancelled_event_offers_nothing_and_closes_its_list() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    let other = SoldOut::open(&app, &app.beta, &[1]).await;
    list.join("ada", 1).await;
    other.join("ada", 1).await;
    list.give_back(0).await;
    let ctx = list.shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    catalog::cancel_event(&ctx, &mut tx, list.shop.event).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(list.serve().await, 0);
    web.run_jobs().await;
    assert_eq!(
        (list.state("ada").await, other.state("ada").await),
        (EntryState::Closed, EntryState::Waiting)
    );
    let late = list.join_as("bea", Party::together(1).unwrap()).await;
    assert!(matches!(late, Err(JoinError::Closed)), "{late:?}");
}

#[tokio::test]
async fn the_list_does_not_outlive_the_sale_nor_reach_hidden_tickets() {
    let app = TestApp::start().await;
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    list.join("ada", 1).await;
    list.give_back(0).await;
    let ctx = list.shop.ctx();
    let ids = (list.shop.event, list.shop.ticket_type);
    let terms = async || {
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let detail = catalog::find_event(&ctx, &mut tx, ids.0).await.unwrap().unwrap();
        detail.ticket_types[0].terms.clone()
    };
    let set = async |terms| {
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let change = TicketTypeChange {
            terms: Some(terms),
            ..TicketTypeChange::default()
        };
        catalog::update_ticket_type(&ctx, &mut tx, ids, change).await.unwrap();
        tx.commit().await.unwrap();
    };
    let usual = terms().await;
    set(catalog::SaleTerms {
        is_hidden: true,
        is_locked: false,
        ..usual.clone()
    })
    .await;
    assert_eq!(list.serve().await, 0, "hidden");
    set(catalog::SaleTerms {
        sale_ends_at: Some(app.now()),
        ..usual.clone()
    })
    .await;
    assert_eq!(list.serve().await, 0, "over");
    set(catalog::SaleTerms {
        min_per_order: 2,
        ..usual.clone()
    })
    .await;
    assert_eq!(list.serve().await, 0, "orders have a least");
    set(usual).await;
    app.advance(SignedDuration::from_hours(30 * 24 + 3) - SignedDuration::from_mins(10));
    assert_eq!(
        list.serve().await,
        0,
        "ten minutes before the end nobody reads a mail in time"
    );
    assert_eq!(list.state("ada").await, EntryState::Waiting);
}

#[tokio::test]
async fn nobody_waits_for_what_can_be_bought_or_never_be() {
    let app = TestApp::start().await;
    let list = SoldOut::open(&app, &app.alfa, &[2, 2]).await;
    list.give_back(0).await;
    let join = async |name: &str, size| list.join_as(name, Party::together(size).unwrap()).await;
    assert!(matches!(join("ada", 2).await, Err(JoinError::Available)));
    assert!(matches!(join("bea", 11).await, Err(JoinError::TooMany { max: 10 })));
    assert!(join("cleo", 3).await.is_ok(), "two are left, three are wanted");
}

#[tokio::test]
async fn a_suspended_shop_offers_nothing_until_it_is_open_again() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    list.join("ada", 1).await;
    let ctx = list.shop.ctx();
    bilten_tenancy::lifecycle::suspend(&app.platform, &ctx, app.alfa.id, "unpaid")
        .await
        .unwrap();
    list.give_back(0).await;
    web.run_jobs().await;
    assert_eq!(list.state("ada").await, EntryState::Waiting);
    bilten_tenancy::lifecycle::resume(&app.platform, &ctx, app.alfa.id)
        .await
        .unwrap();
    app.advance(SignedDuration::from_mins(1));
    web.run_jobs().await;
    assert_eq!(list.state("ada").await, EntryState::Offered);
}

#[tokio::test]
async fn what_was_kept_for_a_party_that_leaves_goes_to_the_next() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1, 3]).await;
    list.join("family", 4).await;
    list.give_back(0).await;
    list.serve().await;
    app.advance(PATIENCE);
    list.join("ada", 1).await;
    assert_eq!((list.serve().await, list.shown_left().await), (0, 0));
    list.leave("family").await.unwrap();
    web.run_jobs().await;
    assert_eq!(list.state("ada").await, EntryState::Offered);
}

#[tokio::test]
async fn the_people_on_an_old_list_are_forgotten() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    list.join("ada", 1).await;
    let mut admin = app.test_db.admin().await;
    let mut count = async || -> (i64, i64) {
        sqlx::query_as(
            "select (select count(*) from bilten.waitlist_entries), (select count(*) from bilten.waitlist_entry_types)",
        )
        .fetch_one(&mut admin)
        .await
        .unwrap()
    };
    app.advance(SignedDuration::from_hours(31 * 24));
    web.run_jobs().await;
    assert_eq!(list.state("ada").await, EntryState::Closed);
    assert_eq!(count().await, (1, 1));
    app.advance(SignedDuration::from_hours(30 * 24));
    web.run_jobs().await;
    assert_eq!(count().await, (0, 0));
}
