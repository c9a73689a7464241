//! Add-ons in carts and orders: never alone, never too many, apart from people.

use bilten_core::{
    catalog::{self, NewTicketType, SaleTerms, TicketKind, TicketTypeChange, UpdateTicketTypeError},
    check_in::{self, AdmitTicket, Refusal, ScanInput},
    inventory::{AddOnRefused, Extras, Hold, HoldError, HoldRequest, LimitReached},
    offers::{self, NewOffer, OfferCut, OfferRule},
    orders,
    promo::{self, Discount, NewPromo, PromoRules},
    reports,
    seating::{SeatKind, SeatPlan, SetPlanError, SetSeatPlan, set_plan},
    tickets,
    waitlist::{self, JoinError, JoinWaitlist, Party},
};
use bilten_kernel::TicketTypeId;
use bilten_tests::TestApp;
use futures_util::future::join_all;

use super::shop::Shop;

const PER_ADMISSION: u32 = 2;

async fn add_on(shop: &Shop<'_>, capacity: i64) -> TicketTypeId {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let mut new = NewTicketType::new("Parking".parse().unwrap(), 1_500, capacity);
    new.terms.kind = TicketKind::AddOn {
        per_admission: PER_ADMISSION,
    };
    let id = catalog::add_ticket_type(&ctx, &mut tx, shop.event, new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn wish(shop: &Shop<'_>, items: &[(TicketTypeId, u32)], code: Option<&str>) -> HoldRequest {
    HoldRequest {
        event: shop.event,
        items: items.to_vec(),
        keep_together: false,
        request_key: None,
        promo_code: code.map(|code| code.parse().unwrap()),
        extras: Extras::default(),
    }
}

async fn hold(shop: &Shop<'_>, items: &[(TicketTypeId, u32)]) -> Result<Hold, HoldError> {
    shop.engine.hold(&shop.ctx(), wish(shop, items, None)).await
}

fn refused(ticket_type: TicketTypeId, most: u32) -> Result<Hold, HoldError> {
    Err(HoldError::AddOn(AddOnRefused {
        ticket_type,
        per_admission: PER_ADMISSION,
        most,
    }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_cart_holds_an_add_on_without_a_ticket_whatever_comes_at_once() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 3).await;
    let other = Shop::open(&app, &app.beta, 3).await;
    let parking = add_on(&shop, 100).await;
    assert_eq!(hold(&shop, &[(parking, 1)]).await, refused(parking, 0));
    assert_eq!(
        hold(&shop, &[(parking, 3), (shop.ticket_type, 1)]).await,
        refused(parking, 2)
    );
    // Another tenant's ticket is none beside which anything could be bought.
    assert_eq!(
        hold(&shop, &[(parking, 1), (other.ticket_type, 1)]).await,
        Err(HoldError::UnknownTicketType(other.ticket_type))
    );
    assert_eq!(
        hold(&other, &[(other.ticket_type, 1), (parking, 1)]).await,
        Err(HoldError::UnknownTicketType(parking))
    );
    // Two windows of one buyer: one asks for both, one for the add-on alone; and more ask for the last ticket than there are.
    let both = [(shop.ticket_type, 1), (parking, 2)];
    let alone = [(parking, 1)];
    let wishes = (0..12).map(|n| if n % 2 == 0 { &both[..] } else { &alone[..] });
    let carts = join_all(wishes.map(|items| hold(&shop, items))).await;
    let made: Vec<&Hold> = carts.iter().flatten().collect();
    assert_eq!(made.len(), 3, "{carts:?}");
    assert!(made.iter().all(|cart| cart.lines.len() == 2));
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    let detail = catalog::find_event(&shop.ctx(), &mut tx, shop.event)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        detail.ticket_types[1].pools[0].held, 6,
        "none was taken by a cart that was refused"
    );
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn what_is_for_all_tickets_is_not_for_add_ons() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 50).await;
    let parking = add_on(&shop, 50).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let code = |text: &str, ticket_types| NewPromo {
        code: text.parse().unwrap(),
        discount: Discount::Share(1_000),
        rules: PromoRules::default(),
        uses: 100,
        ticket_types,
        starts_at: None,
        ends_at: None,
    };
    promo::add_promo(&ctx, &mut tx, shop.event, code("ALL", Vec::new()))
        .await
        .unwrap();
    promo::add_promo(&ctx, &mut tx, shop.event, code("PARK", vec![parking]))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let items = [(shop.ticket_type, 2), (parking, 2)];
    let prices = async |code: Option<&str>| {
        let cart = shop.engine.hold(&ctx, wish(&shop, &items, code)).await.unwrap();
        let line = |id| {
            cart.lines
                .iter()
                .find(|line| line.ticket_type == id)
                .unwrap()
                .unit_price
                .minor
        };
        (line(shop.ticket_type), line(parking))
    };
    assert_eq!(prices(Some("ALL")).await, (9_000, 1_500));
    assert_eq!(prices(Some("PARK")).await, (10_000, 1_350));
    // Four together, of which add-ons are none.
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let offer = NewOffer {
        name: "Friends".parse().unwrap(),
        rule: OfferRule::Quantity {
            min_quantity: 3,
            cut: OfferCut::PercentBp(5_000),
            types: Vec::new(),
        },
        priority: 0,
        starts_at: None,
        ends_at: None,
    };
    offers::add_offer(&ctx, &mut tx, shop.event, offer).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(prices(None).await, (10_000, 1_500));
    let three = hold(&shop, &[(shop.ticket_type, 3), (parking, 1)]).await.unwrap();
    assert_eq!(three.total().unwrap().minor, 3 * 5_000 + 1_500);
}

#[tokio::test]
async fn an_add_on_is_no_ticket_of_a_person() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 50).await;
    let parking = add_on(&shop, 50).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    catalog::set_person_limit(&ctx, &mut tx, shop.event, None, Some(2))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let first = hold(&shop, &[(shop.ticket_type, 1), (parking, 2)]).await.unwrap();
    shop.quote(&first).await.unwrap();
    let second = hold(&shop, &[(shop.ticket_type, 1), (parking, 2)]).await.unwrap();
    shop.quote(&second).await.unwrap();
    let third = hold(&shop, &[(shop.ticket_type, 1)]).await.unwrap();
    let reached = LimitReached {
        ticket_type: None,
        promo_code: None,
        max: 2,
        has: 2,
    };
    assert!(matches!(shop.quote(&third).await, Err(orders::QuoteError::Limit(found)) if found == reached));
}

#[tokio::test]
async fn what_a_ticket_is_good_for_is_settled_with_the_publication() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let parking = add_on(&shop, 5).await;
    let ctx = shop.ctx();
    let change = async |id, kind| {
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let detail = catalog::find_event(&ctx, &mut tx, shop.event).await.unwrap().unwrap();
        let before = detail.ticket_types.into_iter().find(|found| found.id == id).unwrap();
        let change = TicketTypeChange {
            terms: Some(SaleTerms { kind, ..before.terms }),
            ..TicketTypeChange::default()
        };
        let changed = catalog::update_ticket_type(&ctx, &mut tx, (shop.event, id), change).await;
        if changed.is_ok() {
            tx.commit().await.unwrap();
        } else {
            tx.rollback().await.unwrap();
        }
        changed
    };
    let settled = |changed| matches!(changed, Err(UpdateTicketTypeError::KindSettled));
    assert!(settled(change(parking, TicketKind::Admission).await));
    assert!(settled(
        change(shop.ticket_type, TicketKind::AddOn { per_admission: 1 }).await
    ));
    change(parking, TicketKind::AddOn { per_admission: 5 }).await.unwrap();
    assert!(hold(&shop, &[(shop.ticket_type, 1), (parking, 5)]).await.is_ok());
}

#[tokio::test]
async fn nobody_waits_for_an_add_on_or_sits_on_one() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let parking = add_on(&shop, 1).await;
    hold(&shop, &[(shop.ticket_type, 1), (parking, 1)]).await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let wish = JoinWaitlist {
        event: shop.event,
        email: "kari@post.test".parse().unwrap(),
        name: "Kari".parse().unwrap(),
        party: Party::together(1).unwrap(),
        types: vec![parking],
    };
    assert!(matches!(
        waitlist::join(&ctx, &mut tx, &wish).await,
        Err(JoinError::NoType)
    ));
    let plan = SetSeatPlan {
        plan: SeatPlan {
            sections: vec![crate::rush::seats::section("Stalls", &[("1", "sssss")])],
            types: vec![crate::rush::seats::seated(parking, SeatKind::Seat, &["Stalls"])],
        },
        fit_capacity: true,
    };
    let set = set_plan(&ctx, &mut tx, shop.event, &plan).await;
    assert!(matches!(set, Err(SetPlanError::AddOn { index: 0 })), "{set:?}");
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn an_add_on_is_redeemed_once_and_counts_as_nobody() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 5).await;
    let other = Shop::open(&app, &app.beta, 5).await;
    let parking = add_on(&shop, 5).await;
    let cart = hold(&shop, &[(shop.ticket_type, 2), (parking, 1)]).await.unwrap();
    let order = shop.quote(&cart).await.unwrap();
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::complete(&ctx, &mut tx, order.id).await.unwrap();
    let bought = tickets::list_for_order(&mut tx, order.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        order.lines.iter().map(|line| line.is_add_on).collect::<Vec<_>>(),
        [false, true]
    );
    let scan = async |n: usize| {
        let code = shop.code(&bought[n]);
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let wish = AdmitTicket {
            input: ScanInput::Code(&code),
            event: Some(shop.event),
            gate: "North",
            key: None,
        };
        let decision = check_in::admit(&ctx, &mut tx, wish).await.unwrap();
        tx.commit().await.unwrap();
        decision
    };
    assert!(bought[2].is_add_on && scan(2).await.unwrap().is_add_on);
    assert!(matches!(scan(2).await, Err(Refusal::AlreadyAdmitted { .. })));
    let report = async |shop: &Shop<'_>| {
        let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
        let door = reports::check_in_report(&mut tx, shop.event).await.unwrap();
        let event = reports::event_report(&shop.ctx(), &mut tx, shop.event)
            .await
            .unwrap()
            .unwrap();
        tx.commit().await.unwrap();
        (door, event)
    };
    let (door, event) = report(&shop).await;
    assert_eq!((door.counts.expected, door.counts.admitted), (2, 0));
    assert!(door.gates.is_empty() && door.scans.iter().all(|scan| scan.is_add_on));
    assert_eq!((event.sold, event.capacity, event.gross.minor), (2, 5, 21_500));
    assert_eq!(event.chart.tickets, 2, "the chart counts people too");
    assert_eq!(
        event.types.iter().map(|t| (t.is_add_on, t.sold)).collect::<Vec<_>>(),
        [(false, 2), (true, 1)]
    );
    scan(0).await.unwrap();
    let (door, _) = report(&shop).await;
    assert_eq!((door.counts.admitted, door.gates[0].admitted), (1, 1));
    assert_eq!(
        report(&other).await.0.counts.expected,
        0,
        "another tenant has nothing of it"
    );
}
