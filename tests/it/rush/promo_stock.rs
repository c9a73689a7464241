//! What the stock decides about promo codes, whatever is asked in whatever order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bilten_core::{
    inventory::{EventFacts, HoldError, PoolFacts, PromoFacts, PromoRefused, Stock, TierFacts, TypeFacts},
    promo::{Discount, PromoCode},
};
use bilten_kernel::{PoolId, TicketTypeId, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

const PRICE: i64 = 10_000;
const TIER_PRICE: i64 = 3_333;

fn pool(n: u128) -> PoolId {
    PoolId::from_uuid(Uuid::from_u128(n))
}

fn code() -> PromoCode {
    "CODE".parse().unwrap()
}

/// One type with places in pool 1, a tier in pool 2, and a code with uses in pool 3.
fn stock(capacity: i64, tier: i64, (uses, discount): (i64, Discount)) -> Stock {
    let free = |capacity| PoolFacts {
        capacity,
        ..PoolFacts::default()
    };
    let facts = TypeFacts {
        price_minor: PRICE,
        min_per_order: 1,
        max_per_order: 10,
        sale_starts_at: None,
        sale_ends_at: None,
        max_per_person: None,
        seat_kind: None,
        pools: vec![pool(1)],
        tiers: vec![TierFacts {
            pool: pool(2),
            price_minor: TIER_PRICE,
        }],
        tax: None,
        open_price: None,
        is_locked: false,
        per_admission: None,
    };
    let promo = PromoFacts {
        pool: pool(3),
        discount,
        rules: bilten_core::promo::PromoRules::default(),
        budget: None,
        types: None,
        starts_at: None,
        ends_at: None,
    };
    Stock {
        event: EventFacts {
            closed: None,
            currency: "NOK".parse().unwrap(),
            max_per_person: None,
            takes_donations: false,
            day: None,
        },
        pools: [(pool(1), free(capacity)), (pool(2), free(tier)), (pool(3), free(uses))].into(),
        types: [(TicketTypeId::from_uuid(Uuid::from_u128(99)), facts)].into(),
        promos: HashMap::from([(code(), promo)]),
        taken: BTreeMap::new(),
        awaited: BTreeSet::new(),
        seats: bilten_core::seating::SeatMap::default(),
        plan: None,
        offers: Vec::new(),
    }
}

fn discounts() -> impl Strategy<Value = Discount> {
    prop_oneof![
        (1..=10_000_i32).prop_map(Discount::Share),
        (1..=2 * PRICE).prop_map(Discount::Amount)
    ]
}

proptest! {
    #[test]
    fn uses_are_counted_by_carts_and_prices_are_those_of_the_tiers_less_the_discount(
        (capacity, tier, uses) in (0_i64..60, 0_i64..20, 1_i64..6),
        discount in discounts(),
        wishes in prop::collection::vec((1_u32..10, any::<bool>()), 0..20),
    ) {
        let mut stock = stock(capacity, tier, (uses, discount));
        let ticket_type = *stock.types.keys().next().unwrap();
        let (mut used, mut sold, mut cheap) = (0, 0, tier);
        for (quantity, with_code) in wishes {
            let before = stock.pools.values().map(|facts| facts.held).collect::<Vec<_>>();
            let named = with_code.then(code);
            let answer = stock.take_with(
                &[(ticket_type, quantity)],
                (named.as_ref(), &bilten_core::inventory::Extras::default()),
                Timestamp::UNIX_EPOCH,
            );
            let wanted = i64::from(quantity);
            match answer {
                Ok((lines, promo)) => {
                    prop_assert_eq!(promo.map(|promo| promo.codes), named.as_ref().map(ToString::to_string));
                    used += i64::from(with_code);
                    sold += wanted;
                    let at_tier = cheap.min(wanted);
                    cheap -= at_tier;
                    let less = |price: i64| if with_code { price - discount.off(price) } else { price };
                    let total: i64 = lines.iter().map(|line| line.unit_price.minor * i64::from(line.quantity)).sum();
                    prop_assert_eq!(total, at_tier * less(TIER_PRICE) + (wanted - at_tier) * less(PRICE));
                    for line in &lines {
                        let full = line.full_price.map_or(line.unit_price.minor, |price| price.minor);
                        prop_assert_eq!(full, if line.tier.is_some() { TIER_PRICE } else { PRICE });
                        prop_assert!(line.unit_price.minor >= 0);
                    }
                }
                Err(error) => {
                    let after = stock.pools.values().map(|facts| facts.held).collect::<Vec<_>>();
                    prop_assert_eq!(after, before, "who is refused takes nothing");
                    match error {
                        HoldError::Promo(PromoRefused::UsedUp { .. }) => prop_assert!(with_code && used == uses),
                        HoldError::SoldOut { .. } => prop_assert!(sold + wanted > capacity),
                        // A small share of the price rounds to nothing.
                        HoldError::Promo(PromoRefused::NotForTickets) => {
                            prop_assert!(discount.off(PRICE) == 0 || (discount.off(TIER_PRICE) == 0 && wanted <= cheap));
                        }
                        other => prop_assert!(false, "{other:?}"),
                    }
                }
            }
        }
        prop_assert_eq!((stock.pools[&pool(3)].held, stock.pools[&pool(1)].held), (used, sold));
        prop_assert!(stock.pools.values().all(|facts| facts.free() >= 0));
        prop_assert_eq!(stock.taken.get(&pool(3)).copied().unwrap_or(0), used);
    }
}
