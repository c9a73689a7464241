//! Price tiers: so many tickets at the first price, and not one more.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use bilten_core::{
    catalog::{self, NewPriceTier},
    inventory::{
        self, Engine, EngineLimits, EventFacts, Hold, HoldError, HoldRequest, PoolFacts, Stock, TierFacts, TypeFacts,
    },
};
use bilten_kernel::{PoolId, TicketTypeId, Timestamp};
use bilten_tests::TestApp;
use jiff::SignedDuration;
use proptest::prelude::*;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::stock::shop::Shop;

fn tier(price_minor: i64, quantity: i64) -> NewPriceTier {
    NewPriceTier {
        name: "Early bird".parse().unwrap(),
        price_minor,
        quantity,
        ends_at: None,
    }
}

async fn set_tiers(shop: &Shop<'_>, tiers: &[NewPriceTier]) {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    catalog::set_price_tiers(&ctx, &mut tx, (shop.event, shop.ticket_type), tiers)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn prices(hold: &Hold) -> Vec<(u32, i64)> {
    hold.lines
        .iter()
        .map(|line| (line.quantity, line.unit_price.minor))
        .collect()
}

/// Price of the next ticket, and what carts and buyers have of each tier.
async fn shown(shop: &Shop<'_>) -> (i64, Vec<(i64, i64)>) {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let event = catalog::find_event(&ctx, &mut tx, shop.event).await.unwrap().unwrap();
    let ticket_type = &event.ticket_types[0];
    let counts = ticket_type.tiers.iter().map(|tier| (tier.pool.held, tier.pool.sold));
    (ticket_type.display_price(ctx.now()).minor, counts.collect())
}

/// 11
#[tokio::test]
async fn a_cart_that_straddles_two_tiers_has_a_line_for_each_price() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    set_tiers(&shop, &[tier(3_000, 2), tier(4_000, 3)]).await;
    assert_eq!(shown(&shop).await.0, 3_000);
    let hold = shop.hold(4).await.unwrap();
    assert_eq!(prices(&hold), [(2, 3_000), (2, 4_000)]);
    assert_eq!(hold.total().unwrap().minor, 14_000);
    assert_eq!(shown(&shop).await, (4_000, vec![(2, 0), (2, 0)]));
    let (order, tickets) = shop.buy(2).await;
    assert_eq!((order.total.minor, tickets.len()), (14_000, 2));
    assert_eq!(shown(&shop).await, (10_000, vec![(2, 0), (2, 1)]));
}

#[tokio::test]
async fn places_of_a_tier_come_back_with_what_expires() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let other = Shop::open(&app, &app.beta, 100).await;
    set_tiers(&shop, &[tier(3_000, 2)]).await;
    set_tiers(&other, &[tier(3_000, 2)]).await;
    shop.hold(2).await.unwrap();
    assert_eq!(prices(&shop.hold(1).await.unwrap()), [(1, 10_000)]);
    app.advance(SignedDuration::from_mins(16));
    assert_eq!(prices(&shop.hold(3).await.unwrap()), [(2, 3_000), (1, 10_000)]);
    assert_eq!(shown(&shop).await.1, [(2, 0)]);
    assert_eq!(
        shown(&other).await.1,
        [(0, 0)],
        "another tenant's tiers are not touched"
    );
    app.advance(SignedDuration::from_mins(16));
    inventory::sweep(&app.db, &shop.ctx()).await.unwrap();
    assert_eq!(shown(&shop).await, (3_000, vec![(0, 0)]));
}

#[tokio::test]
async fn a_tier_ends_by_the_clock_and_its_quantity_stays_above_what_is_sold() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    let until = NewPriceTier {
        ends_at: Some(app.now() + SignedDuration::from_mins(1)),
        ..tier(3_000, 50)
    };
    set_tiers(&shop, std::slice::from_ref(&until)).await;
    shop.buy(4).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let fewer = [tier(3_000, 3)];
    let refused = catalog::set_price_tiers(&ctx, &mut tx, (shop.event, shop.ticket_type), &fewer).await;
    assert!(matches!(
        refused,
        Err(catalog::SetPriceTiersError::QuantityBelowSold { index: 0, committed: 4 })
    ));
    drop(tx);
    app.advance(SignedDuration::from_mins(1));
    assert_eq!(prices(&shop.hold(1).await.unwrap()), [(1, 10_000)]);
    assert_eq!(shown(&shop).await, (10_000, vec![(0, 4)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_sell_exactly_as_many_early_birds_as_there_are() {
    const BUYERS: usize = 60;
    let app = TestApp::start_with(12).await;
    let shop = Shop::open(&app, &app.alfa, 100).await;
    set_tiers(&shop, &[tier(3_000, 25), tier(4_000, 25)]).await;
    let node = || Engine::new(app.db.clone(), Arc::new(app.clock.clone()), EngineLimits::default());
    let nodes = [node(), node()];
    let mut buyers = JoinSet::new();
    for number in 0..BUYERS {
        let (engine, ctx) = (nodes[number % 2].clone(), shop.ctx());
        let request = HoldRequest {
            event: shop.event,
            items: vec![(shop.ticket_type, 1 + u32::try_from(number % 2).unwrap())],
            keep_together: false,
            request_key: None,
            promo_code: None,
            extras: bilten_core::inventory::Extras::default(),
        };
        buyers.spawn(async move { engine.hold(&ctx, request).await });
    }
    let mut sold: BTreeMap<i64, u32> = BTreeMap::new();
    while let Some(answer) = buyers.join_next().await {
        for (quantity, price) in prices(&answer.unwrap().unwrap()) {
            *sold.entry(price).or_default() += quantity;
        }
    }
    assert_eq!(sold, BTreeMap::from([(3_000, 25), (4_000, 25), (10_000, 40)]));
    assert_eq!(shown(&shop).await.1, [(25, 0), (25, 0)]);
}

fn stock(capacity: i64, tiers: &[(i64, i64)]) -> Stock {
    let pool = |n: usize| PoolId::from_uuid(Uuid::from_u128(u128::try_from(n).unwrap() + 1));
    let free = |capacity| PoolFacts {
        capacity,
        ..PoolFacts::default()
    };
    let facts = TypeFacts {
        price_minor: 1_000_000,
        min_per_order: 1,
        max_per_order: 10,
        sale_starts_at: None,
        sale_ends_at: None,
        max_per_person: None,
        seat_kind: None,
        pools: vec![pool(0)],
        tiers: tiers
            .iter()
            .enumerate()
            .map(|(n, (price_minor, _))| TierFacts {
                pool: pool(n + 1),
                price_minor: *price_minor,
            })
            .collect(),
        tax: None,
        open_price: None,
        is_locked: false,
        per_admission: None,
    };
    let mut pools = BTreeMap::from([(pool(0), free(capacity))]);
    pools.extend(
        tiers
            .iter()
            .enumerate()
            .map(|(n, (_, quantity))| (pool(n + 1), free(*quantity))),
    );
    Stock {
        event: EventFacts {
            closed: None,
            currency: "NOK".parse().unwrap(),
            max_per_person: None,
            takes_donations: false,
            day: None,
        },
        pools,
        types: [(TicketTypeId::from_uuid(Uuid::from_u128(99)), facts)].into(),
        promos: HashMap::new(),
        taken: BTreeMap::new(),
        awaited: BTreeSet::new(),
        seats: bilten_core::seating::SeatMap::default(),
        plan: None,
        offers: Vec::new(),
    }
}

proptest! {
    #[test]
    fn tickets_are_priced_as_if_they_were_taken_one_by_one(
        capacity in 0_i64..60,
        tiers in prop::collection::vec((1_i64..1_000, 0_i64..15), 0..4),
        wishes in prop::collection::vec(1_u32..10, 0..20),
    ) {
        let mut stock = stock(capacity, &tiers);
        let ticket_type = *stock.types.keys().next().unwrap();
        let mut expected = tiers.iter()
            .flat_map(|(price, quantity)| std::iter::repeat_n(*price, usize::try_from(*quantity).unwrap()))
            .chain(std::iter::repeat(1_000_000));
        let mut taken = 0;
        for quantity in wishes {
            let answer = stock.take(&[(ticket_type, quantity)], Timestamp::UNIX_EPOCH);
            if taken + i64::from(quantity) > capacity {
                let is_refused = matches!(answer, Err(HoldError::SoldOut { left, .. }) if i64::from(left) == capacity - taken);
                prop_assert!(is_refused);
                continue;
            }
            taken += i64::from(quantity);
            let got: Vec<i64> = answer.unwrap().iter()
                .flat_map(|line| std::iter::repeat_n(line.unit_price.minor, usize::try_from(line.quantity).unwrap()))
                .collect();
            let wanted: Vec<i64> = expected.by_ref().take(usize::try_from(quantity).unwrap()).collect();
            prop_assert_eq!(got, wanted);
        }
        for facts in stock.pools.values() {
            prop_assert!(facts.free() >= 0);
        }
        prop_assert_eq!(stock.taken.values().next().copied().unwrap_or(0), taken);
    }
}
