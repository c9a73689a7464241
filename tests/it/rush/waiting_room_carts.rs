//! How many carts a place in the queue gives.

use bilten_core::{
    inventory::{HOLD_TTL, HoldError, HoldRequest},
    waiting_room::{CartLimit, Device, MAX_CARTS, Mode, Pass, RoomSettings},
};
use bilten_kernel::{ApiScopes, EventId};
use bilten_tests::{Answer, Shopkeeper, TestApp, Web};
use futures_util::future::join_all;
use jiff::SignedDuration;

use super::guest::{Guest, set_up, settings};

const QUEUE: &str = "/events/concert/queue";
const PASS: &str = "/events/concert/queue/pass";
const CARTS: &str = "/events/concert/carts";

/// A shop whose event has a room that lets in one a second.
struct Rush<'a> {
    app: &'a TestApp,
    web: &'a Web,
    shop: Shopkeeper,
    event: String,
    ticket_type: String,
}

impl<'a> Rush<'a> {
    async fn open(app: &'a TestApp, web: &'a Web, slug: &str) -> Self {
        let shop = web.open_shop(app, slug, ApiScopes::all()).await;
        let (event, ticket_type) = web.open_sale(&shop, 100, 20_000).await;
        set_up(app, web, &shop, &event, settings(None, 60)).await;
        Self {
            app,
            web,
            shop,
            event,
            ticket_type,
        }
    }

    /// Somebody who waited and was let in.
    async fn enter(&self, address: &str) -> Guest<'a> {
        let guest = Guest::at(self.web, &self.shop, address);
        self.let_in(&guest).await;
        guest
    }

    async fn let_in(&self, guest: &Guest<'_>) {
        guest.join().await;
        self.app.advance(SignedDuration::from_secs(2));
        assert_eq!(guest.post(PASS, &[]).await.leads_to(), "/events/concert");
    }

    /// Sends the form of a tab; each tab has a key of its own.
    async fn choose(&self, guest: &Guest<'_>, tab: usize) -> Answer {
        let (field, key) = (format!("qty_{}", self.ticket_type), format!("0123456789abcd{tab:02}"));
        guest.post(CARTS, &[("request_key", &key), (&field, "1")]).await
    }

    async fn held(&self) -> i64 {
        let mut admin = self.app.test_db.admin().await;
        sqlx::query_scalar("select held::bigint from bilten.capacity_pools where tenant_id = $1")
            .bind(self.shop.id.uuid())
            .fetch_one(&mut admin)
            .await
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_pass_has_one_cart_however_many_tabs_ask_at_once_on_two_nodes() {
    let app = TestApp::start_with(12).await;
    let nodes = [Web::new(&app), Web::new(&app)];
    let rush = Rush::open(&app, &nodes[0], "nord").await;
    let guest = rush.enter("192.0.2.1").await;
    let tabs: Vec<_> = (0..12).map(|tab| guest.moved_to(&nodes[tab % 2])).collect();
    let answers = join_all(tabs.iter().enumerate().map(|(tab, browser)| rush.choose(browser, tab))).await;
    let led_to: Vec<_> = answers.iter().map(Answer::leads_to).collect();
    assert!(led_to[0].starts_with("/checkout/"), "{led_to:?}");
    assert!(
        led_to.iter().all(|to| *to == led_to[0]),
        "all tabs see the same cart: {led_to:?}"
    );
    assert_eq!(rush.held().await, 1);
    let told = |answer: &Answer| {
        answer
            .cookies()
            .iter()
            .any(|cookie| cookie.contains("flash-queue-has-cart"))
    };
    assert_eq!(answers.iter().filter(|answer| told(answer)).count(), 11, "and why");
    let shown = guest.moved_to(&nodes[0]);
    shown.set_cookie("flash", "flash-queue-has-cart");
    let page = shown.get(&led_to[0]).await.text;
    assert!(
        page.contains("already have these tickets in a cart") && page.contains("/abandon"),
        "{page}"
    );
    // The same form sent again is no second wish, and says nothing of limits.
    assert_eq!(rush.choose(&tabs[0], 0).await.leads_to(), led_to[0]);

    // Given back, another is possible; so is one when time has run out.
    let abandon = format!("{}/abandon", led_to[0].trim_end_matches("/details"));
    guest.post(&abandon, &[]).await.leads_to();
    assert_eq!(rush.held().await, 0);
    let second = rush.choose(&guest, 20).await.leads_to();
    assert_ne!(second, led_to[0]);
    guest.post(PASS, &[("stay", "1")]).await.leads_to();
    app.advance(HOLD_TTL);
    guest.post(PASS, &[]).await.leads_to();
    let third = rush.choose(&guest, 21).await.leads_to();
    assert!(third.starts_with("/checkout/") && third != second, "{third}");
    assert_eq!(
        rush.held().await,
        2,
        "the expired one is reclaimed when somebody needs it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_is_spent_after_a_few_carts_and_whoever_queues_again_gets_another() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let rush = Rush::open(&app, &web, "nord").await;
    let other = Rush::open(&app, &web, "sor").await;
    let (guest, abroad) = (rush.enter("192.0.2.1").await, other.enter("192.0.2.1").await);
    let place = guest.cookie("queue-place").unwrap();
    for tab in 0..MAX_CARTS {
        let cart = rush.choose(&guest, tab).await.leads_to();
        assert!(cart.starts_with("/checkout/"), "{tab}: {cart}");
        guest
            .post(&format!("{}/abandon", cart.trim_end_matches("/details")), &[])
            .await
            .leads_to();
    }
    let (pass, refused) = (guest.cookie("queue-pass").unwrap(), rush.choose(&guest, 90).await);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(
        refused.text.contains("Queue again if you want more tickets") && refused.text.contains(QUEUE),
        "{}",
        refused.text
    );
    assert_eq!((guest.cookie("queue-place"), guest.cookie("queue-pass")), (None, None));
    assert_eq!(rush.held().await, 0);
    // What was kept of the old place is worth nothing.
    let replay = guest.moved_to(&web);
    replay.set_cookie("queue-pass", &pass);
    assert_eq!(rush.choose(&replay, 91).await.status, 409);
    replay.set_cookie("queue-place", &place);
    assert_eq!(replay.post(PASS, &[]).await.leads_to(), QUEUE);
    assert_eq!(
        rush.choose(&replay, 92).await.leads_to(),
        QUEUE,
        "it has been forgotten"
    );
    // Behind everybody else, he is served again.
    assert_eq!(guest.state().await, "join");
    rush.let_in(&guest).await;
    assert!(rush.choose(&guest, 93).await.leads_to().starts_with("/checkout/"));
    replay.set_cookie("queue-place", &place);
    assert_eq!(
        replay.post(PASS, &[]).await.leads_to(),
        "/events/concert",
        "one browser, one pass: it is the new one"
    );
    assert!(
        other.choose(&abroad, 1).await.leads_to().starts_with("/checkout/"),
        "another shop's queue counts for itself"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cart_that_was_bought_makes_room_for_the_next_and_one_being_paid_does_not() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let rush = Rush::open(&app, &web, "nord").await;
    let guest = rush.enter("192.0.2.1").await;
    let details = rush.choose(&guest, 1).await.leads_to();
    let buyer = [("email", "ada@example.org"), ("name", "Ada Wait")];
    let pay = guest.post(&details, &buyer).await.leads_to();
    let sandbox = guest.post(&pay, &[("method", "sandbox")]).await.leads_to();
    app.advance(HOLD_TTL);
    guest.post(PASS, &[]).await.leads_to();
    assert_eq!(
        rush.choose(&guest, 2).await.leads_to(),
        details,
        "a payment is under way, whatever the clock says"
    );
    let back = guest.post(&sandbox, &[("outcome", "pay")]).await.leads_to();
    guest.get(&back).await.leads_to();
    let next = rush.choose(&guest, 3).await.leads_to();
    assert!(next.starts_with("/checkout/") && next != details, "{next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_room_is_open_nobody_is_limited_and_nothing_is_written_of_passes() {
    let app = TestApp::start().await;
    let web = Web::new(&app);
    let rush = Rush::open(&app, &web, "nord").await;
    let guest = rush.enter("192.0.2.1").await;
    let first = rush.choose(&guest, 1).await.leads_to();
    // Programs are known and stand in no queue.
    web.hold(&rush.shop, &rush.event, &rush.ticket_type, 1)
        .await
        .expect(201);
    let closed = RoomSettings {
        mode: Mode::Off,
        ..settings(None, 60)
    };
    set_up(&app, &web, &rush.shop, &rush.event, closed).await;
    for tab in 2..10 {
        let cart = rush.choose(&guest, tab).await.leads_to();
        assert!(cart.starts_with("/checkout/") && cart != first, "{cart}");
    }
    assert_eq!(rush.held().await, 10);
    let mut admin = app.test_db.admin().await;
    let noted: Vec<i32> = sqlx::query_scalar("select cardinality(carts) from bilten.waiting_room_passes")
        .fetch_all(&mut admin)
        .await
        .unwrap();
    assert_eq!(noted, [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counted_a_thousand_asks_of_ten_passes_hold_ten_places() {
    let app = TestApp::start_with(12).await;
    let web = Web::new(&app);
    let rush = Rush::open(&app, &web, "nord").await;
    let event: EventId = rush.event.parse().unwrap();
    let mut passes = Vec::new();
    for number in 0..10_u8 {
        let guest = rush.enter(&format!("192.0.2.{number}")).await;
        let device = Device::parse(&guest.cookie("queue-device").unwrap()).unwrap();
        let round = web
            .state
            .rooms
            .find_open(rush.shop.id, "concert")
            .await
            .unwrap()
            .unwrap();
        let token = guest.cookie("queue-pass").unwrap();
        let room = (event, round.room.round);
        let signer = web.state.rooms.signer();
        passes.push(
            signer
                .read_pass(rush.shop.id, &token, &device, room, app.now())
                .unwrap(),
        );
    }
    let ctx = app.ctx(&app.alfa).in_tenant(rush.shop.id);
    let ask = async |pass: Option<Pass>| {
        let items = vec![(rush.ticket_type.parse().unwrap(), 1)];
        let request = HoldRequest {
            event,
            items,
            keep_together: false,
            request_key: None,
            promo_code: None,
            extras: bilten_core::inventory::Extras::default(),
        };
        web.state.engine.hold_with(&ctx, request, pass).await
    };
    let answers = join_all((0..1_000).map(|n| ask(Some(passes[n % 10])))).await;
    let (got, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    let has_one = |answer: &Result<_, HoldError>| matches!(answer, Err(HoldError::Pass(CartLimit::HasOne { .. })));
    assert_eq!(got.len(), 10);
    assert!(refused.iter().all(has_one), "{refused:?}");
    assert_eq!(rush.held().await, 10);
    let unknown = Pass {
        seat: 4_711,
        ..passes[0]
    };
    assert_eq!(ask(Some(unknown)).await, Err(HoldError::Pass(CartLimit::UsedUp)));
    ask(None).await.unwrap();
    bilten_tests::report(
        "waiting room: 1,000 asks with 10 passes at once: 10 carts, 990 told of the cart that they have",
    );
}
