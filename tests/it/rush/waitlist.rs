//! Who gets returned tickets: the list before buyers, at the same moment too.

use bilten_core::{
    inventory::{HOLD_TTL, HoldError},
    waitlist::{EntryState, Party},
};
use bilten_tests::{TestApp, Web, report};
use futures_util::future::{join, join_all};

use super::waitlist_list::SoldOut;
use crate::stock::shop::Shop;

/// Buyers who ask at the moment at which tickets come back.
const BUYERS: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counted_a_returned_ticket_goes_to_the_list_before_buyers_who_ask_at_the_same_moment() {
    let app = TestApp::start_with(12).await;
    let mut refused = 0;
    for tenant in [&app.alfa, &app.beta] {
        let list = SoldOut::open(&app, tenant, &[1, 1, 1]).await;
        for name in ["ada", "bea", "cleo"] {
            list.join(name, 1).await;
        }
        for (order, name) in ["ada", "bea", "cleo"].into_iter().enumerate() {
            let buyers = join_all((0..BUYERS).map(|_| list.shop.hold(1)));
            let ((), answers) = join(list.give_back(order), buyers).await;
            for answer in &answers {
                assert!(matches!(answer, Err(HoldError::SoldOut { .. })), "{answer:?}");
            }
            refused += answers.len();
            // Whether a buyer's request brought it about or not: nobody but the next in line has it.
            list.serve().await;
            assert_eq!(list.state(name).await, EntryState::Offered);
            assert_eq!(
                list.shop.held_and_sold().await,
                (1 + i64::try_from(order).unwrap(), 2 - i64::try_from(order).unwrap())
            );
        }
    }
    report(&format!(
        "waiting list: 6 tickets came back while {refused} buyers asked; all 6 went to the list, in order"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_expired_cart_goes_to_the_list_before_buyers() {
    let app = TestApp::start_with(12).await;
    let shop = Shop::open(&app, &app.alfa, 2).await;
    shop.hold(2).await.unwrap();
    let list = SoldOut {
        shop,
        orders: Vec::new(),
    };
    list.join("ada", 1).await;
    app.advance(HOLD_TTL);
    assert_eq!(list.shown_left().await, 1, "one of the two is as good as gone");
    let answers = join_all((0..BUYERS).map(|_| list.shop.hold(1))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert_eq!(list.state("ada").await, EntryState::Offered);
    assert_eq!(list.shop.held_and_sold().await, (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_nodes_and_a_job_that_runs_twice_make_one_offer_and_one_mail() {
    let app = TestApp::start_with(12).await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1, 1]).await;
    list.join("ada", 1).await;
    list.join("bea", 1).await;
    list.give_back(0).await;
    let offers = join_all((0..8).map(|_| list.serve())).await;
    assert_eq!(offers.iter().sum::<usize>(), 1, "{offers:?}");
    web.run_jobs().await;
    assert_eq!(
        (list.state("ada").await, list.state("bea").await),
        (EntryState::Offered, EntryState::Waiting)
    );
    let mut admin = app.test_db.admin().await;
    // As if the worker had died between the effect and the note that it is done.
    bilten_tests::db::run(
        &mut admin,
        "update bilten.jobs set state = 'ready', finished_at = null where kind in ('waitlist.match', 'mail.waitlist_offer')",
    )
    .await;
    web.run_jobs().await;
    let mailbox = web.state.mailbox.as_ref().unwrap();
    let mails = mailbox.list(Some(app.alfa.id)).await.unwrap();
    let offered: Vec<_> = mails.iter().filter(|mail| mail.subject.contains("are here")).collect();
    assert_eq!(offered.len(), 1, "{mails:?}");
    assert_eq!(offered[0].to.email, "ada@post.test");
    let facts: i64 = sqlx::query_scalar("select count(*) from bilten.outbox_events where kind = 'waitlist_offered'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!((facts, list.shop.held_and_sold().await), (1, (1, 1)));
}

#[tokio::test]
async fn freed_places_that_the_list_will_get_are_not_shown_as_available() {
    let app = TestApp::start().await;
    let list = SoldOut::open(&app, &app.alfa, &[1, 1, 2]).await;
    assert_eq!(list.shown_left().await, 0);
    list.join("ada", 2).await;
    list.give_back(0).await;
    assert_eq!(list.shown_left().await, 1, "one place does not help a party of two");
    list.give_back(1).await;
    assert_eq!(list.shown_left().await, 0, "two do");
    list.give_back(2).await;
    assert_eq!(list.shown_left().await, 2);
    assert_eq!(list.serve().await, 1);
    assert_eq!(list.shown_left().await, 2, "now they are held");
    assert!(list.shop.hold(2).await.is_ok());
}

#[tokio::test]
async fn another_tenants_list_is_left_alone() {
    let app = TestApp::start().await;
    let (alfa, beta) = (
        SoldOut::open(&app, &app.alfa, &[1]).await,
        SoldOut::open(&app, &app.beta, &[1]).await,
    );
    alfa.join("ada", 1).await;
    let theirs = beta.join("ada", 1).await;
    beta.give_back(0).await;
    // Work of one tenant that names things of the other finds nothing.
    let ctx = alfa.shop.ctx();
    let served = bilten_core::waitlist::serve(&app.db, &ctx, beta.shop.event)
        .await
        .unwrap();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert!(
        bilten_core::waitlist::find(&ctx, &mut tx, theirs)
            .await
            .unwrap()
            .is_none()
    );
    let left = bilten_core::waitlist::leave(&ctx, &mut tx, theirs).await;
    assert!(matches!(left, Err(bilten_core::waitlist::LeaveError::NotFound)));
    drop(tx);
    assert_eq!((served, alfa.serve().await), (0, 0));
    assert_eq!(
        (alfa.state("ada").await, beta.state("ada").await),
        (EntryState::Waiting, EntryState::Waiting)
    );
    assert_eq!(beta.serve().await, 1);
    assert_eq!(
        (alfa.state("ada").await, beta.state("ada").await),
        (EntryState::Waiting, EntryState::Offered)
    );
}

#[tokio::test]
async fn an_address_waits_once_and_may_join_again_when_its_offer_has_ended() {
    let app = TestApp::start().await;
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    let first = list.join("ada", 1).await;
    assert_eq!(list.join("ada", 1).await, first, "joining twice changes nothing");
    list.join_as("ADA", Party::together(1).unwrap()).await.unwrap();
    list.give_back(0).await;
    assert_eq!(list.serve().await, 1);
    list.join_as("ada", Party::together(1).unwrap()).await.unwrap();
    assert_eq!(list.entry("ada").await.id, first, "an open offer is an entry as well");
    list.leave("ada").await.unwrap();
    // Nobody waits any more, so the place is on sale.
    assert!(list.shop.hold(1).await.is_ok());
    assert_ne!(list.join("ada", 1).await, first);
}
