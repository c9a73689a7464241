//! What becomes of an offer: taken, given back, left to lapse.

use bilten_core::{
    inventory::{self, HOLD_TTL, HoldGone, HoldState},
    orders::{self, Completed},
    waitlist::{EntryState, LeaveError, Parting},
};
use bilten_kernel::AttemptId;
use bilten_tests::{TestApp, Web};
use jiff::SignedDuration;

use super::waitlist_list::SoldOut;

/// Offers of a sale that lasts a month stand so long.
const STANDS: SignedDuration = SignedDuration::from_hours(4);

#[tokio::test]
async fn an_accepted_offer_becomes_an_order() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1, 1]).await;
    list.join("ada", 2).await;
    list.give_back(0).await;
    list.give_back(1).await;
    list.serve().await;
    app.advance(STANDS - SignedDuration::from_secs(1));
    let hold = list.offer("ada").await;
    let order = list.shop.quote(&hold).await.unwrap();
    let ctx = list.shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert_eq!(orders::complete(&ctx, &mut tx, order.id).await.unwrap(), Completed::Now);
    tx.commit().await.unwrap();
    assert_eq!(
        list.state("ada").await,
        EntryState::Accepted,
        "before anybody has written it down"
    );
    app.advance(STANDS);
    web.run_jobs().await;
    assert_eq!(list.state("ada").await, EntryState::Accepted);
    assert!(matches!(list.leave("ada").await, Ok(Parting::Before)));
    assert_eq!(list.shop.held_and_sold().await, (0, 2));
}

#[tokio::test]
async fn an_offer_that_lapses_goes_to_the_next_at_its_deadline() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    list.join("ada", 1).await;
    list.join("bea", 1).await;
    web.run_jobs().await;
    list.give_back(0).await;
    web.run_jobs().await;
    let first = list.offer("ada").await;
    assert_eq!(first.expires_at, list.entry("ada").await.offer_until.unwrap());
    app.advance(STANDS - SignedDuration::from_secs(1));
    web.run_jobs().await;
    assert_eq!(list.state("bea").await, EntryState::Waiting);
    app.advance(SignedDuration::from_secs(1));
    web.run_jobs().await;
    assert_eq!(
        (list.state("ada").await, list.state("bea").await),
        (EntryState::Lapsed, EntryState::Offered)
    );
    assert!(list.shop.quote(&first).await.is_err(), "too late");
    assert_eq!(list.shop.held_and_sold().await, (1, 0));
    let mails = web
        .state
        .mailbox
        .as_ref()
        .unwrap()
        .list(Some(app.alfa.id))
        .await
        .unwrap();
    let to = |name: &str| mails.iter().filter(|mail| mail.to.email.starts_with(name)).count();
    assert_eq!(
        (to("ada"), to("bea")),
        (3, 2),
        "joined, offered and, for one of them, lapsed, each once"
    );
}

#[tokio::test]
async fn a_declined_offer_goes_to_the_next_and_leaving_twice_changes_nothing() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    for name in ["ada", "bea", "cleo"] {
        list.join(name, 1).await;
    }
    list.give_back(0).await;
    list.serve().await;
    assert!(matches!(list.leave("ada").await, Ok(Parting::Declined)));
    assert!(matches!(list.leave("ada").await, Ok(Parting::Before)));
    assert!(matches!(list.leave("bea").await, Ok(Parting::Left)));
    assert!(matches!(list.leave("bea").await, Ok(Parting::Before)));
    assert_eq!(list.shown_left().await, 0, "it is the next one's already");
    web.run_jobs().await;
    assert_eq!(
        (
            list.state("ada").await,
            list.state("bea").await,
            list.state("cleo").await
        ),
        (EntryState::Declined, EntryState::Left, EntryState::Offered)
    );
    // Giving the tickets back in the checkout is declining as well.
    let hold = list.offer("cleo").await;
    let ctx = list.shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    assert!(inventory::abandon(&mut tx, &ctx, hold.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(list.state("cleo").await, EntryState::Declined);
    assert_eq!(list.shop.held_and_sold().await, (0, 0));
}

#[tokio::test]
async fn a_payment_begun_in_time_outlives_the_deadline_and_may_be_tried_again() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    list.join("ada", 1).await;
    list.join("bea", 1).await;
    list.give_back(0).await;
    list.serve().await;
    let hold = list.offer("ada").await.id;
    app.advance(STANDS - SignedDuration::from_secs(1));
    let ctx = list.shop.ctx();
    let attempt: AttemptId = ctx.new_id();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    // More time is for carts that have little; it never takes any away.
    assert_eq!(
        inventory::extend(&mut tx, &ctx, hold).await.unwrap(),
        ctx.now() + HOLD_TTL
    );
    inventory::pin(&mut tx, &ctx, hold, attempt).await.unwrap();
    tx.commit().await.unwrap();
    assert!(matches!(list.leave("ada").await, Err(LeaveError::BeingPaid)));
    app.advance(SignedDuration::from_mins(20));
    web.run_jobs().await;
    assert_eq!(
        (list.state("ada").await, list.state("bea").await),
        (EntryState::Offered, EntryState::Waiting)
    );
    // Declined: five minutes for another try.
    let mut tx = app.db.begin(&list.shop.ctx()).await.unwrap();
    let again = app.now() + SignedDuration::from_mins(5);
    assert_eq!(inventory::unpin(&mut tx, hold, attempt, again).await.unwrap(), again);
    tx.commit().await.unwrap();
    assert_eq!(list.state("ada").await, EntryState::Offered);
    app.advance(SignedDuration::from_mins(6));
    web.run_jobs().await;
    assert_eq!(
        (list.state("ada").await, list.state("bea").await),
        (EntryState::Lapsed, EntryState::Offered)
    );
}

#[tokio::test]
async fn tries_to_pay_do_not_keep_an_offer_for_ever() {
    let app = TestApp::start().await;
    let list = SoldOut::open(&app, &app.alfa, &[1]).await;
    list.join("ada", 1).await;
    list.give_back(0).await;
    list.serve().await;
    let hold = list.offer("ada").await;
    let attempt: AttemptId = list.shop.ctx().new_id();
    let mut tx = app.db.begin(&list.shop.ctx()).await.unwrap();
    inventory::pin(&mut tx, &list.shop.ctx(), hold.id, attempt)
        .await
        .unwrap();
    let far = hold.expires_at + SignedDuration::from_hours(9);
    let end = inventory::unpin(&mut tx, hold.id, attempt, far).await.unwrap();
    assert_eq!(end, hold.expires_at + SignedDuration::from_mins(45));
    // With hours left there is nothing to gain.
    let early = inventory::extend(&mut tx, &list.shop.ctx(), hold.id).await;
    assert!(matches!(early, Err(HoldGone::Gone)));
    let found = inventory::find(&mut tx, hold.id).await.unwrap().unwrap();
    assert_eq!((found.state, found.is_extended), (HoldState::Held, false));
}
