//! The steps that price a cart whose stock is being taken, compared with the slow reference.

use proptest::prelude::*;

use super::{
    super::{
        CodeKind, FeeSchedule, Item, LiveCode, LiveRules, LiveTicket, TaxTable, input::Channel, live::reduce, reference,
    },
    cases::{Case, case},
};

/// What a live cart can be: prices are decided before, codes hold, nobody names a price.
fn live(mut case: Case) -> Case {
    for item in &mut case.catalogue.items {
        *item = Item {
            tiers: Vec::new(),
            overrides: Vec::new(),
            dynamic: None,
            tax: None,
            floor: 0,
            open_price: None,
            ..item.clone()
        };
    }
    for code in &mut case.catalogue.codes {
        code.is_voucher = false;
        code.scope.from = None;
        code.scope.to = None;
        code.scope.channel = None;
    }
    case.asked.channel = Channel::Web;
    case.cart.lines.sort_by_key(|line| line.ticket_type);
    case.cart.lines.dedup_by_key(|line| line.ticket_type);
    for line in &mut case.cart.lines {
        line.zone = None;
        line.named = None;
    }
    case
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_live_cart_costs_what_the_slow_reference_says(case in case().prop_map(live), locked in 0_usize..4) {
        let (catalogue, cart) = (&case.catalogue, &case.cart);
        let ticket = |item: &Item| LiveTicket {
            ticket_type: item.ticket_type,
            price: item.price,
            is_open: false,
            is_locked: catalogue.items.get(locked).is_some_and(|locked| locked.ticket_type == item.ticket_type),
        };
        let tickets: Vec<LiveTicket> = cart
            .lines
            .iter()
            .flat_map(|line| {
                let item = catalogue.items.iter().find(|item| item.ticket_type == line.ticket_type).unwrap();
                (0..line.quantity).map(move |_| ticket(item))
            })
            .collect();
        let named = catalogue.codes.iter().filter(|code| cart.codes.contains(&code.rule.id));
        let mut codes: Vec<LiveCode> = named
            .map(|code| LiveCode {
                id: code.rule.id,
                discount: (code.kind != CodeKind::FreeFee).then_some(code.kind),
                types: code.scope.items.clone(),
                unlocks: false,
                is_fee_free: code.kind == CodeKind::FreeFee,
                min_spend: code.min_spend,
                budget_left: code.budget_left,
                priority: code.priority,
                stack_group: code.stack_group,
            })
            .collect();
        let rules = LiveRules { automatic: catalogue.automatic.clone(), groups: catalogue.groups.clone() };
        if tickets.iter().any(|ticket| ticket.is_locked) {
            prop_assert!(reduce(&tickets, &rules, &codes, case.asked.now).is_err());
        }
        codes.push(LiveCode { id: uuid::Uuid::from_u128(u128::MAX), unlocks: true, ..LiveCode::default() });
        let fast = reduce(&tickets, &rules, &codes, case.asked.now).unwrap();
        let slow = reference::answer(catalogue, cart, case.asked, &FeeSchedule::default(), &TaxTable::default());
        let fast_prices: Vec<i64> = fast.iter().map(|price| price.price).collect();
        let slow_prices: Vec<i64> = slow.tickets.iter().map(|ticket| ticket[0]).collect();
        prop_assert_eq!(fast_prices, slow_prices);
        for code in &codes {
            let saved: i64 = fast.iter().flat_map(|price| &price.codes).filter(|(id, _)| *id == code.id).map(|(_, off)| off).sum();
            prop_assert!(saved >= 0 && code.budget_left.is_none_or(|budget| saved <= budget.max(0)));
        }
    }
}
