//! Places and passes that are forged, copied, used again, or too old.

use bilten_core::waiting_room::TidyPasses;
use bilten_kernel::ApiScopes;
use bilten_tenancy::jobs::Chore as _;
use bilten_tests::{Shopkeeper, TestApp, Web};
use jiff::SignedDuration;

use super::guest::{Guest, look, set_up, settings};

const QUEUE: &str = "/events/concert/queue";
const PASS: &str = "/events/concert/queue/pass";
const CARTS: &str = "/events/concert/carts";

/// An event with a room that lets in one a second, and its ticket type.
async fn open(app: &TestApp, web: &Web, slug: &str) -> (Shopkeeper, String, String) {
    let shop = web.open_shop(app, slug, ApiScopes::all()).await;
    let (event, ticket_type) = web.open_sale(&shop, 100, 20_000).await;
    set_up(app, web, &shop, &event, settings(None, 60)).await;
    (shop, event, format!("qty_{ticket_type}"))
}

/// Takes a place and the pass for it.
async fn enter(app: &TestApp, guest: &Guest<'_>) {
    guest.join().await;
    app.advance(SignedDuration::from_secs(2));
    assert_eq!(guest.state().await, "turn");
    assert_eq!(guest.post(PASS, &[]).await.leads_to(), "/events/concert");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_another_browser_shop_or_making_count_for_nothing() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let (shop, _, field) = open(&app, &web, "nord").await;
    let (other, _, _) = open(&app, &web, "sor").await;
    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "1")];
    let owner = Guest::at(&web, &shop, "192.0.2.1");
    enter(&app, &owner).await;
    let (place, pass) = (
        owner.cookie("queue-place").unwrap(),
        owner.cookie("queue-pass").unwrap(),
    );

    let thief = Guest::at(&web, &shop, "192.0.2.2");
    thief.join().await;
    thief.set_cookie("queue-pass", &pass);
    assert_eq!(thief.post(CARTS, &wish).await.leads_to(), QUEUE, "a copied pass");
    thief.set_cookie("queue-place", &place);
    assert_eq!(thief.state().await, "join", "a copied place");
    assert_eq!(thief.post(PASS, &[]).await.leads_to(), QUEUE);

    let forger = Guest::at(&web, &shop, "192.0.2.3");
    forger.set_cookie("queue-device", &owner.cookie("queue-device").unwrap());
    for forged in [
        "",
        "x",
        &pass[1..],
        &place,
        &format!("{pass}a"),
        &pass.replace(&pass[9..10], "7"),
    ] {
        if forged != pass {
            forger.set_cookie("queue-pass", forged);
            assert_eq!(forger.post(CARTS, &wish).await.leads_to(), QUEUE, "{forged}");
        }
    }
    let abroad = Guest::at(&web, &other, "192.0.2.1");
    for name in ["queue-device", "queue-place", "queue-pass"] {
        abroad.set_cookie(name, &owner.cookie(name).unwrap());
    }
    assert_eq!(abroad.state().await, "join", "another shop's token");
    assert!(
        owner.post(CARTS, &wish).await.leads_to().starts_with("/checkout/"),
        "the owner's is sound"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_place_gives_its_browser_one_pass_and_ends_for_good() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let (shop, _, field) = open(&app, &web, "nord").await;
    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "1")];
    let guest = Guest::at(&web, &shop, "192.0.2.1");
    enter(&app, &guest).await;
    let place = guest.cookie("queue-place").unwrap();
    let entered = async || {
        let mut admin = app.test_db.admin().await;
        let count: i64 = sqlx::query_scalar("select count(*) from bilten.waiting_room_passes")
            .fetch_one(&mut admin)
            .await
            .unwrap();
        count
    };
    // Replayed while it is valid: the same pass, no second one.
    assert_eq!(guest.post(PASS, &[]).await.leads_to(), "/events/concert");
    assert_eq!(entered().await, 1);
    // A second seat of the same browser, had by deleting the place: still one pass.
    guest.set_cookie("queue-place", "none");
    guest.set_cookie("queue-pass", "none");
    guest.join().await;
    app.advance(SignedDuration::from_secs(2));
    assert_eq!(guest.post(PASS, &[]).await.leads_to(), "/events/concert");
    assert_eq!(entered().await, 1, "one browser, one pass");
    // More time, but not for ever: ten extensions of ten minutes.
    guest.set_cookie("queue-place", &place);
    for _ in 0..10 {
        app.advance(SignedDuration::from_mins(9));
        assert_eq!(guest.state().await, "pass");
        assert_eq!(guest.post(PASS, &[("stay", "1")]).await.leads_to(), QUEUE);
    }
    app.advance(SignedDuration::from_mins(9));
    assert_eq!(guest.post(PASS, &[("stay", "1")]).await.leads_to(), QUEUE);
    app.advance(SignedDuration::from_mins(20));
    assert_eq!(guest.post(CARTS, &wish).await.leads_to(), QUEUE, "an expired pass");
    assert_eq!(guest.post(PASS, &[]).await.leads_to(), QUEUE, "a used place");
    assert_eq!(guest.cookie("queue-place"), None, "he can queue again");
    guest.set_cookie("queue-place", &place);
    assert_eq!(
        guest.post(PASS, &[]).await.leads_to(),
        QUEUE,
        "and the old token is worth nothing"
    );
    assert_eq!(guest.post(CARTS, &wish).await.leads_to(), QUEUE);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_pass_is_renewed_from_the_same_place_and_an_old_place_is_none() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let (shop, event, field) = open(&app, &web, "nord").await;
    let wish = [("request_key", "0123456789abcdef"), (field.as_str(), "1")];
    let guest = Guest::at(&web, &shop, "192.0.2.1");
    enter(&app, &guest).await;
    app.advance(SignedDuration::from_mins(11));
    assert_eq!(guest.state().await, "turn", "whoever needs more time gets it");
    let old = guest.cookie("queue-pass").unwrap();
    let placeless = guest.moved_to(&web);
    placeless.set_cookie("queue-place", "none");
    assert_eq!(
        placeless.post(CARTS, &wish).await.leads_to(),
        QUEUE,
        "an expired pass alone"
    );
    assert!(
        guest.post(CARTS, &wish).await.leads_to().starts_with("/checkout/"),
        "nobody loses what he chose for being slow"
    );
    assert_ne!(guest.cookie("queue-pass"), Some(old));
    let status = guest.status().await;
    assert_eq!((&status["state"], &status["left_s"]), (&"pass".into(), &600.into()));
    assert_eq!(guest.post(PASS, &[]).await.leads_to(), "/events/concert");
    // A new round of the room knows nobody of the last one.
    set_up(
        &app,
        &web,
        &shop,
        &event,
        bilten_core::waiting_room::RoomSettings {
            mode: bilten_core::waiting_room::Mode::Off,
            ..settings(None, 60)
        },
    )
    .await;
    assert_eq!(guest.state().await, "off");
    set_up(&app, &web, &shop, &event, settings(None, 60)).await;
    assert_eq!(guest.state().await, "join");
    guest.join().await;
    app.advance(SignedDuration::from_hours(24 * 14));
    look(&web, &shop).await;
    assert_eq!(guest.state().await, "join", "a place does not live for ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn passes_are_forgotten_a_month_after_they_ended_and_not_before() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let (shop, ..) = open(&app, &web, "nord").await;
    let (other, ..) = open(&app, &web, "sor").await;
    enter(&app, &Guest::at(&web, &shop, "192.0.2.1")).await;
    enter(&app, &Guest::at(&web, &other, "192.0.2.1")).await;
    let tidy = async |shop: &Shopkeeper| {
        let ctx = app.ctx(&app.alfa).in_tenant(shop.id);
        let mut tx = app.db.begin(&ctx).await.unwrap();
        TidyPasses.run(&ctx, &mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut admin = app.test_db.admin().await;
        let left: i64 = sqlx::query_scalar("select count(*) from bilten.waiting_room_passes")
            .fetch_one(&mut admin)
            .await
            .unwrap();
        left
    };
    app.advance(SignedDuration::from_hours(24 * 30));
    assert_eq!(tidy(&shop).await, 2);
    app.advance(SignedDuration::from_mins(11));
    assert_eq!(tidy(&shop).await, 1, "another tenant's are not touched");
    assert_eq!(tidy(&other).await, 0);
}
