//! Prices that buyers name, gifts beside the tickets, and discounts that nobody asks for.

use bilten_core::{
    catalog::{self, NewTicketType, SetOpenPriceError},
    inventory::{Extras, Hold, HoldError, HoldRequest},
    offers::{self, NewOffer, OfferCut, OfferRule, PackageMember},
    pricing::OpenPrice,
    promo::{self, Discount, NewPromo},
};
use bilten_kernel::{PriceOfferId, TicketTypeId};
use bilten_tests::TestApp;

use super::{charge, terms};
use crate::stock::shop::Shop;

async fn open_price(shop: &Shop<'_>, bounds: Option<(i64, i64)>) -> Result<(), SetOpenPriceError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let bounds = bounds.map(|(min, max)| OpenPrice { min, max });
    catalog::set_open_price(&ctx, &mut tx, (shop.event, shop.ticket_type), bounds).await?;
    tx.commit().await.unwrap();
    Ok(())
}

async fn take_donations(shop: &Shop<'_>) {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let cause = "The choir".parse().unwrap();
    catalog::set_donation_cause(&ctx, &mut tx, shop.event, Some(&cause))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn add(shop: &Shop<'_>, name: &str, priority: i32, rule: OfferRule) -> PriceOfferId {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let new = NewOffer {
        name: name.parse().unwrap(),
        rule,
        priority,
        starts_at: None,
        ends_at: None,
    };
    let id = offers::add_offer(&ctx, &mut tx, shop.event, new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Adds a second type, 60.00 each.
async fn add_type(shop: &Shop<'_>) -> TicketTypeId {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let new = NewTicketType::new("Child".parse().unwrap(), 6_000, 50);
    let id = catalog::add_ticket_type(&ctx, &mut tx, shop.event, new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn hold(
    shop: &Shop<'_>,
    items: &[(TicketTypeId, u32)],
    (code, extras): (Option<&str>, Extras),
) -> Result<Hold, HoldError> {
    let request = HoldRequest {
        event: shop.event,
        items: items.to_vec(),
        keep_together: false,
        request_key: None,
        promo_code: code.map(|code| code.parse().unwrap()),
        extras,
    };
    shop.engine.hold(&shop.ctx(), request).await
}

fn names(ticket_type: TicketTypeId, price: i64) -> Extras {
    Extras {
        named: vec![(ticket_type, price)],
        donation_minor: None,
        more_codes: Vec::new(),
    }
}

/// Quantity, price of one, and the offer of each line.
fn lines(hold: &Hold) -> Vec<(u32, i64, Option<&str>)> {
    let line = |line: &'_ bilten_core::inventory::HoldLine| (line.quantity, line.unit_price.minor);
    hold.lines
        .iter()
        .map(|own| (line(own).0, line(own).1, own.offer.as_deref()))
        .collect()
}

#[tokio::test]
async fn buyers_name_a_price_within_bounds_and_pay_what_they_said() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 20).await,
        Shop::open(&app, &app.beta, 20).await,
    );
    open_price(&shop, Some((2_000, 50_000))).await.unwrap();
    let own = [(shop.ticket_type, 2)];
    let cart = hold(&shop, &own, (None, names(shop.ticket_type, 4_321))).await.unwrap();
    assert_eq!(lines(&cart), [(2, 4_321, None)]);
    let order = shop.quote(&cart).await.unwrap();
    assert_eq!(order.total.minor, 8_642);
    let silent = hold(&shop, &own, (None, Extras::default())).await.unwrap();
    assert_eq!(lines(&silent), [(2, 10_000, None)], "what is suggested");
    for price in [0, 1_999, 50_001, -1, i64::MAX] {
        let refused = hold(&shop, &own, (None, names(shop.ticket_type, price))).await;
        let Err(HoldError::PriceNotAllowed {
            bounds: Some((least, most)),
            ..
        }) = refused
        else {
            panic!("{price}: {refused:?}");
        };
        assert_eq!((least.minor, most.minor), (2_000, 50_000));
    }
    let refused = hold(
        &other,
        &[(other.ticket_type, 1)],
        (None, names(other.ticket_type, 4_321)),
    )
    .await;
    assert!(
        matches!(refused, Err(HoldError::PriceNotAllowed { bounds: None, .. })),
        "{refused:?}"
    );
    let stranger = hold(&shop, &own, (None, names(other.ticket_type, 4_321))).await;
    assert!(matches!(stranger, Err(HoldError::Malformed)), "{stranger:?}");
    open_price(&shop, None).await.unwrap();
    let refused = hold(&shop, &own, (None, names(shop.ticket_type, 4_321))).await;
    assert!(matches!(refused, Err(HoldError::PriceNotAllowed { bounds: None, .. })));
    for bounds in [(5, 4), (-1, 4), (0, 0), (0, 100_000_001)] {
        assert!(matches!(
            open_price(&shop, Some(bounds)).await,
            Err(SetOpenPriceError::Bounds)
        ));
    }
}

#[tokio::test]
async fn what_is_named_has_the_fees_in_it_and_nothing_has_none() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 20).await;
    charge(&app, app.alfa.id, terms((1_000, 200), true), (300, 250)).await;
    open_price(&shop, Some((0, 50_000))).await.unwrap();
    let one = [(shop.ticket_type, 1)];
    for named in [0, 1_500, 2_000, 4_321, 9_999, 30_000] {
        let cart = hold(&shop, &one, (None, names(shop.ticket_type, named))).await.unwrap();
        let paid = cart.lines[0].unit_price.minor;
        assert!(paid <= named && named - paid <= 3, "{named} became {paid}");
        let order = shop.quote(&cart).await.unwrap();
        assert_eq!(order.charges.unwrap().total().gross.minor, paid);
    }
    // Less than the fee of a ticket of nearly nothing.
    let refused = hold(&shop, &one, (None, names(shop.ticket_type, 700))).await;
    assert!(matches!(refused, Err(HoldError::PriceNotAllowed { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_gift_is_part_of_the_total_without_place_tax_or_fee() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 20).await,
        Shop::open(&app, &app.beta, 20).await,
    );
    charge(&app, app.alfa.id, terms((0, 0), false), (300, 250)).await;
    let gift = |minor| Extras {
        named: Vec::new(),
        donation_minor: Some(minor),
        more_codes: Vec::new(),
    };
    let one = [(shop.ticket_type, 1)];
    let refused = hold(&shop, &one, (None, gift(500))).await;
    assert!(matches!(refused, Err(HoldError::DonationNotAllowed)), "{refused:?}");
    take_donations(&shop).await;
    for odd in [0, -1, 100_000_001] {
        let refused = hold(&shop, &one, (None, gift(odd))).await;
        assert!(matches!(refused, Err(HoldError::DonationNotAllowed)), "{refused:?}");
    }
    let cart = hold(&shop, &one, (None, gift(500))).await.unwrap();
    assert_eq!(
        (cart.tickets_total().unwrap().minor, cart.total().unwrap().minor),
        (10_000, 10_500)
    );
    let order = shop.quote(&cart).await.unwrap();
    assert_eq!(order.total.minor, 10_500);
    assert_eq!(order.donation.unwrap().minor, 500);
    assert_eq!(order.charges.unwrap().total().gross.minor, 10_000);
    let refused = hold(&other, &[(other.ticket_type, 1)], (None, gift(500))).await;
    assert!(matches!(refused, Err(HoldError::DonationNotAllowed)), "{refused:?}");
}

#[tokio::test]
async fn from_four_tickets_on_each_costs_less_and_a_group_is_divided_to_the_unit() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 40).await,
        Shop::open(&app, &app.beta, 40).await,
    );
    let rule = OfferRule::Quantity {
        min_quantity: 4,
        cut: OfferCut::PercentBp(1_000),
        types: vec![shop.ticket_type],
    };
    let four = add(&shop, "Four friends", 0, rule).await;
    let of = async |shop: &Shop<'_>, quantity| {
        let cart = hold(shop, &[(shop.ticket_type, quantity)], (None, Extras::default())).await;
        cart.unwrap()
    };
    assert_eq!(lines(&of(&shop, 3).await), [(3, 10_000, None)]);
    let cart = of(&shop, 4).await;
    assert_eq!(lines(&cart), [(4, 9_000, Some("Four friends"))]);
    assert_eq!(cart.discount().unwrap().minor, 4_000);
    assert_eq!(
        lines(&of(&other, 4).await),
        [(4, 10_000, None)],
        "next door nothing has changed"
    );
    let order = shop.quote(&cart).await.unwrap();
    assert_eq!(
        (order.total.minor, order.lines[0].offer.as_deref()),
        (36_000, Some("Four friends"))
    );
    // Children come with it: of each three tickets the two dearest are paid, after the other discount.
    let child = add_type(&shop).await;
    let rule = OfferRule::SizeForPaid {
        size: 3,
        paid: 2,
        types: Vec::new(),
    };
    add(&shop, "Three for two", 0, rule).await;
    let cart = hold(&shop, &[(child, 1), (shop.ticket_type, 2)], (None, Extras::default())).await;
    let cart = cart.unwrap();
    assert_eq!(cart.total().unwrap().minor, 20_000, "the child is free: {cart:?}");
    let turned = hold(&shop, &[(shop.ticket_type, 2), (child, 1)], (None, Extras::default())).await;
    assert_eq!(
        lines(&turned.unwrap()),
        lines(&cart),
        "the order of a cart changes nothing"
    );
    // What is withdrawn binds nobody new.
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    offers::withdraw_offer(&ctx, &mut tx, shop.event, four).await.unwrap();
    tx.commit().await.unwrap();
    let total = of(&shop, 4).await.total().unwrap().minor;
    assert_eq!(total, 30_000, "three for two, and one more");
    assert_eq!(order.total.minor, 36_000);
}

#[tokio::test]
async fn a_package_has_one_price_and_a_code_comes_before_it() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 40).await;
    let child = add_type(&shop).await;
    let member = |ticket_type, min, max| PackageMember { ticket_type, min, max };
    let rule = OfferRule::Package {
        members: vec![member(shop.ticket_type, 2, 2), member(child, 1, 3)],
        price_minor: 20_000,
        times: 1,
    };
    add(&shop, "Family", 0, rule).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let new = NewPromo {
        code: "TENTH".parse().unwrap(),
        discount: Discount::Share(1_000),
        rules: bilten_core::promo::PromoRules::default(),
        uses: 5,
        ticket_types: vec![shop.ticket_type],
        starts_at: None,
        ends_at: None,
    };
    promo::add_promo(&ctx, &mut tx, shop.event, new).await.unwrap();
    tx.commit().await.unwrap();
    let family = [(shop.ticket_type, 2), (child, 2)];
    let cart = hold(&shop, &family, (None, Extras::default())).await.unwrap();
    assert_eq!(cart.total().unwrap().minor, 20_000);
    let two = hold(&shop, &[(shop.ticket_type, 4), (child, 2)], (None, Extras::default())).await;
    assert_eq!(two.unwrap().total().unwrap().minor, 40_000, "once a cart");
    let with_code = hold(&shop, &family, (Some("TENTH"), Extras::default())).await.unwrap();
    assert_eq!(
        with_code.total().unwrap().minor,
        20_000,
        "together they still cost as much"
    );
    assert_eq!(with_code.promo_code(), Some("TENTH"));
    let order = shop.quote(&with_code).await.unwrap();
    assert_eq!((order.total.minor, order.discount().unwrap().minor), (20_000, 12_000));
}

#[tokio::test]
async fn nothing_is_taken_off_a_price_that_the_buyer_names() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 40).await;
    open_price(&shop, Some((1_000, 50_000))).await.unwrap();
    let rule = OfferRule::Quantity {
        min_quantity: 1,
        cut: OfferCut::PercentBp(5_000),
        types: Vec::new(),
    };
    add(&shop, "Half", 0, rule).await;
    let cart = hold(&shop, &[(shop.ticket_type, 2)], (None, names(shop.ticket_type, 3_000))).await;
    assert_eq!(lines(&cart.unwrap()), [(2, 3_000, None)]);
}
