use bilten_core::inventory::{self, HOLD_TTL, HoldError, HoldGone, HoldState};
use bilten_kernel::AttemptId;
use bilten_tests::{TestApp, Web};
use futures_util::future::join_all;
use jiff::SignedDuration;

use super::shop::Shop;

#[tokio::test]
async fn many_buyers_at_once_never_get_more_than_there_is() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 50).await;
    let other = Shop::open(&app, &app.beta, 50).await;
    let answers = join_all((0..300).map(|_| shop.hold(1))).await;
    let held = answers.iter().filter(|answer| answer.is_ok()).count();
    let sold_out = answers
        .iter()
        .filter(|answer| matches!(answer, Err(HoldError::SoldOut { left: 0, .. })))
        .count();
    assert_eq!((held, sold_out), (50, 250));
    assert_eq!(shop.held_and_sold().await, (50, 0));
    assert_eq!(other.held_and_sold().await, (0, 0));
}

#[tokio::test]
async fn an_expired_hold_is_taken_by_the_next_buyer_without_any_sweeper() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 2).await;
    let first = shop.hold(2).await.unwrap();
    assert!(matches!(
        shop.hold(1).await,
        Err(HoldError::SoldOut {
            left: 0,
            is_held_by_others: true,
            ..
        })
    ));
    app.advance(HOLD_TTL);
    let second = shop.hold(2).await.unwrap();
    assert_ne!(first.id, second.id);
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    assert_eq!(
        inventory::find(&mut tx, first.id).await.unwrap().unwrap().state,
        HoldState::Released
    );
    drop(tx);
    assert_eq!(shop.held_and_sold().await, (2, 0));
}

#[tokio::test]
async fn the_sweeper_gives_expired_places_back_once() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    shop.hold(3).await.unwrap();
    app.advance(HOLD_TTL);
    for _ in 0..2 {
        inventory::sweep(&app.db, &shop.ctx()).await.unwrap();
        assert_eq!(shop.held_and_sold().await, (0, 0));
    }
}

/// While the sweep waits for one event's pool, nobody waits for the pool of another event that it has tidied.
#[tokio::test]
async fn the_sweeper_keeps_no_pool_while_it_waits_for_another() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let first = Shop::open(&app, &app.alfa, 5).await;
    let second = Shop::open(&app, &app.alfa, 5).await;
    first.hold(3).await.unwrap();
    app.advance(SignedDuration::from_secs(1));
    second.hold(3).await.unwrap();
    app.advance(HOLD_TTL);
    let mut admin = app.test_db.admin().await;
    bilten_tests::db::run(
        &mut admin,
        &format!(
            "begin; select from bilten.capacity_pools where event_id = '{}' for update",
            second.event.uuid()
        ),
    )
    .await;
    let swept = web.run_jobs();
    let tried = async {
        app.test_db.wait_until_blocked(1).await;
        let held = tokio::time::timeout(std::time::Duration::from_secs(5), first.hold(5)).await;
        bilten_tests::db::run(&mut admin, "commit").await;
        held
    };
    let (_, held) = tokio::join!(swept, tried);
    held.expect("nobody waits for the sweep").unwrap();
    assert_eq!(first.held_and_sold().await, (5, 0));
    assert_eq!(second.held_and_sold().await, (0, 0));
}

#[tokio::test]
async fn the_same_key_gets_the_same_hold_and_another_wish_is_refused() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    let both = join_all((0..2).map(|_| shop.hold_with(2, Some("k")))).await;
    let again = shop.hold_with(2, Some("k")).await.unwrap();
    assert!(both.iter().all(|hold| hold.as_ref().unwrap().id == again.id));
    assert_eq!(shop.held_and_sold().await, (2, 0));
    assert_eq!(shop.hold_with(3, Some("k")).await, Err(HoldError::OtherRequest));
    let other = Shop::open(&app, &app.beta, 10).await;
    assert_ne!(other.hold_with(2, Some("k")).await.unwrap().id, again.id);
}

#[tokio::test]
async fn a_buyer_who_goes_away_gives_his_places_back() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    for micros in (0..4_000).step_by(200) {
        let cut = std::time::Duration::from_micros(micros);
        // Whether the answer comes in time does not matter: nobody waits for it any more.
        let answer = tokio::time::timeout(cut, shop.hold(1)).await;
        if let Ok(Ok(hold)) = answer {
            let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
            inventory::abandon(&mut tx, &shop.ctx(), hold.id).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    // The lane serves in order: after this answer all earlier ones have been dealt with but for give-backs that are under
    // way, which end by themselves.
    let last = shop.hold(1).await.unwrap();
    while shop.held_and_sold().await != (1, 0) {
        tokio::task::yield_now().await;
    }
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    inventory::abandon(&mut tx, &shop.ctx(), last.id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(shop.hold(10).await.is_ok());
}

#[tokio::test]
async fn a_pinned_hold_outlives_its_expiry_until_the_attempt_ends() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 1).await;
    let hold = shop.hold(1).await.unwrap();
    let attempt: AttemptId = shop.ctx().new_id();
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    inventory::pin(&mut tx, &shop.ctx(), hold.id, attempt).await.unwrap();
    tx.commit().await.unwrap();
    app.advance(HOLD_TTL * 4);
    assert!(matches!(shop.hold(1).await, Err(HoldError::SoldOut { .. })));
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    assert!(!inventory::abandon(&mut tx, &shop.ctx(), hold.id).await.unwrap());
    let until = app.now() + SignedDuration::from_mins(5);
    inventory::unpin(&mut tx, hold.id, attempt, until).await.unwrap();
    tx.commit().await.unwrap();
    app.advance(SignedDuration::from_mins(5));
    assert!(shop.hold(1).await.is_ok());
}

#[tokio::test]
async fn paying_at_the_moment_of_expiry_is_refused() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 1).await;
    let hold = shop.hold(1).await.unwrap();
    app.advance(HOLD_TTL);
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let pinned = inventory::pin(&mut tx, &shop.ctx(), hold.id, shop.ctx().new_id()).await;
    assert!(matches!(pinned, Err(HoldGone::Gone)));
}

#[tokio::test]
async fn a_hold_is_extended_once() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 1).await;
    let hold = shop.hold(1).await.unwrap();
    app.advance(SignedDuration::from_mins(14));
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let until = inventory::extend(&mut tx, &shop.ctx(), hold.id).await.unwrap();
    assert_eq!(until, app.now() + HOLD_TTL);
    assert!(matches!(
        inventory::extend(&mut tx, &shop.ctx(), hold.id).await,
        Err(HoldGone::Gone)
    ));
}

#[tokio::test]
async fn an_unknown_event_and_another_tenants_event_look_the_same() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 1).await;
    let mut stranger = Shop::open(&app, &app.beta, 1).await;
    stranger.event = shop.event;
    stranger.ticket_type = shop.ticket_type;
    assert_eq!(stranger.hold(1).await, Err(HoldError::UnknownEvent));
    assert_eq!(shop.held_and_sold().await, (0, 0));
}
