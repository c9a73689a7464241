//! Codes that free buyers of the fees that are passed on, in currencies with and without decimals.

use bilten_core::{
    catalog::{self, NewEvent, NewTicketType},
    inventory::PromoRefused,
    pricing::Pick,
    promo::{Discount, PromoRules},
};
use bilten_tests::TestApp;
use jiff::SignedDuration;

use super::{add, code, complete, hold, off, prices, refused};
use crate::{
    pricing::{charge, terms},
    stock::shop::Shop,
};

const FREE: PromoRules = PromoRules {
    unlocks: false,
    is_fee_free: true,
    min_spend_minor: None,
    max_per_person: None,
    budget_minor: None,
    stack_group: None,
    priority: 0,
};

#[tokio::test]
async fn nothing_is_passed_on_and_the_platform_takes_its_fee_from_the_price() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 20).await;
    add(&shop, code("NOFEE", Discount::Nothing, FREE)).await;
    assert_eq!(
        hold(&shop, 1, "NOFEE").await,
        refused(PromoRefused::NotForTickets),
        "there are no fees to be freed of"
    );
    charge(&app, app.alfa.id, terms((1_000, 200), true), (300, 250)).await;
    let usual = hold(&shop, 2, "").await.unwrap();
    let free = hold(&shop, 2, "NOFEE").await.unwrap();
    assert!(usual.total().unwrap().minor > 20_000);
    assert_eq!(free.total().unwrap().minor, 20_000);
    assert_eq!(off(&free), usual.total().unwrap().minor - 20_000);
    let order = shop.quote(&free).await.unwrap();
    let charges = order.charges.clone().unwrap();
    let total = charges.total();
    assert_eq!((total.gross.minor, total.service_fee.minor), (20_000, 0));
    assert_eq!(total.platform_fee.minor, 2 * 550);
    let picks = charges
        .lines
        .iter()
        .flat_map(|line| (0..line.quantity).map(|nth| Pick { line: line.line, nth }));
    let parts: i64 = picks.map(|pick| charges.share(&[pick]).unwrap().gross.minor).sum();
    assert_eq!(parts, 20_000, "tickets that come back one by one are worth the order");
    complete(&shop, order.id).await;

    add(&shop, code("BOTH", Discount::Order(3_001), FREE)).await;
    let both = hold(&shop, 2, "BOTH").await.unwrap();
    assert_eq!(both.total().unwrap().minor, 20_000 - 3_001);
    let order = shop.quote(&both).await.unwrap();
    assert_eq!(order.charges.unwrap().total().gross.minor, 20_000 - 3_001);
}

#[tokio::test]
async fn amounts_are_whole_units_of_the_currency_whatever_its_decimals() {
    let app = TestApp::start().await;
    for (tenant, currency) in [(&app.alfa, "JPY"), (&app.beta, "KWD")] {
        let base = Shop::open(&app, tenant, 20).await;
        let ctx = base.ctx();
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let starts_at = app.now() + SignedDuration::from_hours(48);
        let new = NewEvent::new(
            "Abroad".parse().unwrap(),
            starts_at,
            starts_at + SignedDuration::from_hours(3),
            "Asia/Tokyo".parse().unwrap(),
            currency.parse().unwrap(),
        );
        let types = vec![NewTicketType::new("Standing".parse().unwrap(), 1_000, 100)];
        let made = catalog::create_event(&ctx, &mut tx, new, types).await.unwrap();
        catalog::publish_event(&ctx, &mut tx, made.event.id).await.unwrap();
        tx.commit().await.unwrap();
        let shop = Shop {
            event: made.event.id,
            ticket_type: made.ticket_types[0].id,
            ..base
        };
        let rules = PromoRules {
            budget_minor: Some(150),
            ..PromoRules::default()
        };
        add(&shop, code("HUNDRED", Discount::Order(100), rules)).await;
        let first = hold(&shop, 3, "HUNDRED").await.unwrap();
        assert_eq!(
            prices(&first),
            [(1, 966, Some(1_000)), (2, 967, Some(1_000))],
            "{currency}"
        );
        assert_eq!(off(&hold(&shop, 1, "HUNDRED").await.unwrap()), 50, "{currency}");
    }
}
