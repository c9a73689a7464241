//! What orders keep of their prices.

use bilten_core::{
    catalog,
    inventory::{HoldError, HoldRequest, PromoRefused},
    orders::{Channel, Order, OrderState, Placement, QuoteOrder, place_many},
    pricing::{self, Attendance, ChangePlanError, Pick},
    promo::{self, Discount, NewPromo},
};
use bilten_tests::TestApp;
use jiff::SignedDuration;

use super::{charge, fee, terms};
use crate::stock::shop::Shop;

#[tokio::test]
async fn an_order_costs_what_its_cart_cost_and_says_what_is_in_it() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 20).await,
        Shop::open(&app, &app.beta, 20).await,
    );
    let plan = charge(&app, app.alfa.id, terms((1_000, 200), true), (300, 250)).await;
    let hold = shop.hold(3).await.unwrap();
    // 100.00, 12.00 service fee; 6.00 more cover 3.00 and 2.5 % of everything, 5.95 to the unit.
    assert_eq!(hold.lines[0].unit_price.minor, 11_795);
    assert_eq!(hold.lines[0].list.unwrap().price.minor, 10_000);
    assert_eq!(hold.plan, Some(plan.version));
    // Whatever the shop changes meanwhile, the cart keeps its price.
    charge(&app, app.alfa.id, terms((5_000, 0), false), (0, 100)).await;
    let order = shop.quote(&hold).await.unwrap();
    assert_eq!(order.total, hold.total().unwrap());
    let charges = order.charges.clone().unwrap();
    let share = charges.total();
    assert_eq!((charges.plan, share.gross.minor), (plan.version, 35_385));
    assert_eq!(share.net.minor + share.tax().minor, 35_385);
    assert_eq!(share.tax().minor, 7_077);
    assert_eq!((share.service_fee.minor, share.platform_fee.minor), (5_385, 1_785));
    assert_eq!(share.payee().minor, 33_600);
    let line = order.lines[0].id;
    let tickets: i64 = (0..3)
        .map(|nth| charges.share(&[Pick { line, nth }]).unwrap().tax().minor)
        .sum();
    assert_eq!(tickets, 7_077);
    // Next door nothing has changed.
    let (plain, _) = other.buy(2).await;
    assert_eq!((plain.total.minor, plain.charges.clone()), (20_000, None));
    let all = plain.all_charges().total();
    assert_eq!(
        (all.gross.minor, all.net.minor, all.platform_fee.minor),
        (20_000, 20_000, 0)
    );
}

#[tokio::test]
async fn orders_of_a_group_are_taken_apart_like_single_ones() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 20).await;
    let plain = shop.hold(1).await.unwrap();
    charge(&app, app.alfa.id, terms((1_000, 200), true), (300, 250)).await;
    let (first, second) = (shop.hold(2).await.unwrap(), shop.hold(2).await.unwrap());
    let single = shop.quote(&first).await.unwrap();
    let ctx = shop.ctx();
    let wish = |cart| QuoteOrder {
        cart,
        buyer_email: "buyer@post.test".parse().unwrap(),
        buyer_name: "A Buyer".parse().unwrap(),
        channel: Channel::Api,
        tax: None,
    };
    let wishes = [wish(second.id), wish(plain.id)];
    let holds = [&second, &plain];
    let placements: Vec<Placement<'_>> = holds
        .into_iter()
        .zip(&wishes)
        .map(|(hold, wish)| Placement {
            ctx: &ctx,
            id: ctx.new_id(),
            hold,
            wish,
            state: OrderState::Quoted,
        })
        .collect();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let placed = place_many(&mut tx, &placements).await.unwrap();
    let found = bilten_core::orders::find(&mut tx, placed[0].id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found.charges, placed[0].charges);
    let total = |order: &Order| order.charges.as_ref().unwrap().total();
    assert_eq!(total(&placed[0]), total(&single));
    assert_eq!(placed[1].charges, None, "the cart is older than the plan");
}

#[tokio::test]
async fn a_code_takes_off_the_price_and_the_fees_follow() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 20).await;
    charge(&app, app.alfa.id, terms((1_000, 200), false), (300, 250)).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    for (code, discount) in [
        ("HALF", Discount::Share(5_000)),
        ("PRESS", Discount::Share(10_000)),
        ("CREW", Discount::Price(2_000)),
        ("DEAR", Discount::Price(10_000)),
    ] {
        let new = NewPromo {
            code: code.parse().unwrap(),
            discount,
            rules: bilten_core::promo::PromoRules::default(),
            uses: 5,
            ticket_types: Vec::new(),
            starts_at: None,
            ends_at: None,
        };
        promo::add_promo(&ctx, &mut tx, shop.event, new).await.unwrap();
    }
    tx.commit().await.unwrap();
    let request = |code: &str| HoldRequest {
        event: shop.event,
        items: vec![(shop.ticket_type, 1)],
        keep_together: false,
        request_key: None,
        promo_code: Some(code.parse().unwrap()),
        extras: bilten_core::inventory::Extras::default(),
    };
    let hold = shop.engine.hold(&ctx, request("HALF")).await.unwrap();
    let line = &hold.lines[0];
    assert_eq!((line.unit_price.minor, line.full_price.unwrap().minor), (6_100, 11_200));
    assert_eq!(line.list.unwrap().price.minor, 5_000);
    let order = shop.quote(&hold).await.unwrap();
    assert_eq!(order.charges.unwrap().total().gross.minor, 6_100);
    // What is free has no fee either.
    let free = shop.engine.hold(&ctx, request("PRESS")).await.unwrap();
    assert_eq!(free.total().unwrap().minor, 0);
    // A code may give a price; the fees come on top of that.
    let crew = shop.engine.hold(&ctx, request("CREW")).await.unwrap();
    assert_eq!(crew.total().unwrap().minor, 3_040);
    let dear = shop.engine.hold(&ctx, request("DEAR")).await;
    assert_eq!(dear, Err(HoldError::Promo(PromoRefused::NotForTickets)));
    let unknown = shop.engine.hold(&ctx, request("NOBODYS")).await;
    assert_eq!(unknown, Err(HoldError::Promo(PromoRefused::Unknown)));
}

#[tokio::test]
async fn a_ticket_type_may_have_a_tax_of_its_own() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 20).await;
    charge(&app, app.alfa.id, terms((0, 0), false), (0, 0)).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let tax = |code: &str| vec![(shop.ticket_type, Some(code.parse().unwrap()), Attendance::Physical)];
    let unknown = catalog::set_taxes(&ctx, &mut tx, shop.event, &tax("GST")).await;
    assert!(matches!(unknown, Err(catalog::SetTaxesError::UnknownTax(_))));
    let stranger = catalog::set_taxes(&ctx, &mut tx, shop.event, &[(ctx.new_id(), None, Attendance::Physical)]).await;
    assert!(matches!(stranger, Err(catalog::SetTaxesError::NotFound)));
    catalog::set_taxes(&ctx, &mut tx, shop.event, &tax("MVA12"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (order, _) = shop.buy(1).await;
    let taxes = order.charges.unwrap().total().taxes;
    assert_eq!((taxes.len(), taxes[0].rate_bp, taxes[0].amount), (1, 1_200, 1_071));
}

#[tokio::test]
async fn a_plan_is_changed_from_the_version_that_was_seen() {
    let app = TestApp::start().await;
    let ctx = app.ctx(&app.alfa);
    let plan = charge(&app, app.alfa.id, terms((1_000, 0), true), (300, 0)).await;
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let late = pricing::set_shop_terms(&ctx, &mut tx, terms((1, 0), true), plan.version - 1).await;
    assert!(matches!(late, Err(ChangePlanError::Conflict)));
    let same = pricing::set_shop_terms(&ctx, &mut tx, terms((1_000, 0), true), plan.version)
        .await
        .unwrap();
    assert_eq!(same.version, plan.version, "the same terms are no new version");
    let mut wrong = terms((1, 0), true);
    wrong.taxes.rates[0].rate_bp = -1;
    let wrong = pricing::set_shop_terms(&ctx, &mut tx, wrong, plan.version).await;
    assert!(matches!(wrong, Err(ChangePlanError::Fault(_))));
    // Who sets the platform's fee changes neither the shop's terms nor who bears it.
    let changed = pricing::set_platform_fees(&ctx, &mut tx, vec![fee(2, 700, 0)])
        .await
        .unwrap();
    assert_eq!(changed.plan.fees.organizer, plan.plan.fees.organizer);
    assert_eq!(changed.plan.fees.platform[0].payer, pricing::Payer::Buyer);
    tx.commit().await.unwrap();
    let other = app.ctx(&app.beta);
    let mut tx = app.db.begin(&other).await.unwrap();
    assert_eq!(pricing::find_plan(&mut tx).await.unwrap().version, 0);
}

/// 10, 16
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_orders_agree_with_their_carts_while_the_plan_changes() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 200).await;
    let change = async {
        for step in 1..=8_i64 {
            let passes_on = step % 2 == 0;
            charge(&app, app.alfa.id, terms((step * 137, 150), passes_on), (step * 31, 275)).await;
            tokio::task::yield_now().await;
        }
    };
    let buy = async {
        let mut orders = Vec::new();
        for quantity in [1, 2, 3, 4].into_iter().cycle().take(40) {
            let hold = shop.hold(quantity).await.unwrap();
            let order = shop.quote(&hold).await.unwrap();
            orders.push((hold, order));
        }
        orders
    };
    let ((), orders) = tokio::join!(change, buy);
    let mut versions = std::collections::BTreeSet::new();
    for (hold, order) in &orders {
        let all = order.all_charges();
        assert_eq!(hold.total().unwrap(), order.total);
        assert_eq!(all.total().gross, order.total);
        assert_eq!(order.charges.as_ref().map(|charges| charges.plan), hold.plan);
        let parts = all
            .lines
            .iter()
            .flat_map(|line| (0..line.quantity).map(|nth| Pick { line: line.line, nth }));
        let shares: Vec<_> = parts.map(|pick| all.share(&[pick]).unwrap()).collect();
        assert_eq!(
            shares.iter().map(|share| share.tax().minor).sum::<i64>(),
            all.total().tax().minor
        );
        assert_eq!(
            shares.iter().map(|share| share.payee().minor).sum::<i64>(),
            all.total().payee().minor
        );
        versions.insert(hold.plan);
    }
    assert!(versions.len() > 1, "the plan changed in between");
    bilten_tests::report(&format!(
        "pricing: {} orders by {} plans, each costs what its cart cost",
        orders.len(),
        versions.len()
    ));
}

/// The rate of 25 % ends with the old year; the event begins in the first minute of the new one, where it is.
#[tokio::test]
async fn a_rate_that_changes_at_midnight_holds_by_the_day_of_the_event_and_carts_keep_theirs() {
    let app = TestApp::start().await;
    let (shop, other) = (
        Shop::open(&app, &app.alfa, 20).await,
        Shop::open(&app, &app.beta, 20).await,
    );
    let mut dated = terms((0, 0), false);
    let old = dated.taxes.rates[0];
    let starts_at = app.now() + SignedDuration::from_hours(30 * 24);
    let day = pricing::day_of(starts_at, "Europe/Ljubljana").unwrap();
    dated.taxes.rates.push(pricing::TaxRate {
        rate_bp: 1_500,
        from: Some(day),
        ..old
    });
    for tenant in [&app.alfa, &app.beta] {
        charge(&app, tenant.id, terms((0, 0), false), (0, 0)).await;
    }
    // Before the table says so, the old rate: this cart keeps it.
    let early = shop.hold(1).await.unwrap();
    charge(&app, app.alfa.id, dated.clone(), (0, 0)).await;
    let hold = shop.hold(1).await.unwrap();
    assert_eq!(hold.lines[0].list.unwrap().day, Some(day));
    assert_eq!(
        hold.lines[0].unit_price, early.lines[0].unit_price,
        "what contains its tax stays"
    );
    let rate = |order: &Order| order.charges.as_ref().unwrap().total().taxes[0].rate_bp;
    assert_eq!(rate(&shop.quote(&hold).await.unwrap()), 1_500);
    // A rate of the day after is not for it.
    let next = shop.hold(1).await.unwrap();
    if let Some(rate) = dated.taxes.rates.last_mut() {
        rate.from = day.tomorrow().ok();
    }
    charge(&app, app.alfa.id, dated, (0, 0)).await;
    let later = shop.hold(1).await.unwrap();
    assert_eq!(rate(&shop.quote(&later).await.unwrap()), 2_500);
    assert_eq!(rate(&shop.quote(&next).await.unwrap()), 1_500, "it was promised");
    assert_eq!(rate(&shop.quote(&early).await.unwrap()), 2_500, "it was promised");
    let (order, _) = other.buy(1).await;
    assert_eq!(rate(&order), 2_500);
}
