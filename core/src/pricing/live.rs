//! The steps between the price of a list and the price before fees, for a cart whose stock is being taken: automatic
//! discounts, a code, and groups, in the order of [`quote`](super::quote).

use std::collections::BTreeMap;

use bilten_kernel::{TicketTypeId, Timestamp};
use uuid::Uuid;

use super::{
    AutoDiscount, Cart, CartLine, Code, CodeKind, Cut, GroupRule, Item, OpenPrice, PricingError, RuleRef, Scope, Step,
    input::Channel,
    steps::{self, Moment, Unit},
    trail::Trail,
};
use crate::catalog::MAX_PRICE_MINOR;

/// A ticket of a cart before anything is taken off.
#[derive(Debug, Clone, Copy)]
pub struct LiveTicket {
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Price of the list, of the tier that it is from, or the price that the buyer named.
    pub price: i64,
    /// Whether the buyer names the price: nothing is taken off then.
    pub is_open: bool,
}

/// Discounts that nobody asks for.
#[derive(Debug, Clone, Default)]
pub struct LiveRules {
    /// Discounts on single tickets.
    pub automatic: Vec<AutoDiscount>,
    /// Prices of several together.
    pub groups: Vec<GroupRule>,
}

/// Promo code that the cart names and that holds now.
#[derive(Debug, Clone)]
pub struct LiveCode {
    /// What it does to each ticket.
    pub cut: Cut,
    /// Types that it is for; none for all.
    pub types: Option<Vec<TicketTypeId>>,
}

/// What is left of a ticket's price, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivePrice {
    /// Price before fees.
    pub price: i64,
    /// Rules that took something off, in the order in which they did.
    pub rules: Vec<Uuid>,
    /// Whether the code took something off.
    pub by_code: bool,
}

/// Takes off what the rules, and the code, take off; answers in the order given. Tickets of a type stand together.
///
/// # Errors
/// An amount overflows.
pub fn reduce(
    tickets: &[LiveTicket],
    rules: &LiveRules,
    code: Option<LiveCode>,
    now: Timestamp,
) -> Result<Vec<LivePrice>, PricingError> {
    let items: BTreeMap<(TicketTypeId, bool), Item> = tickets
        .iter()
        .map(|ticket| ((ticket.ticket_type, ticket.is_open), item(*ticket)))
        .collect();
    let mut units: Vec<Unit<'_>> = Vec::with_capacity(tickets.len());
    for ticket in tickets {
        let key = (ticket.ticket_type, ticket.is_open);
        let item = items.get(&key).ok_or(PricingError::UnknownType(ticket.ticket_type))?;
        units.push(unit(item, ticket.price));
    }
    let moment = Moment {
        channel: Channel::Web,
        now,
    };
    let named = Uuid::nil();
    let cart = Cart {
        codes: code.iter().map(|_| named).collect(),
        ..Cart::default()
    };
    let codes: Vec<Code> = code.into_iter().map(|code| promo(named, code)).collect();
    let mut trail = Trail::default();
    steps::automatic(&rules.automatic, &mut units, moment, &mut trail)?;
    steps::promo(&codes, &cart, &mut units, moment, &mut trail)?;
    steps::group(&rules.groups, &mut units, moment, &mut trail)?;
    let mut prices: Vec<LivePrice> = units
        .iter()
        .map(|unit| LivePrice {
            price: unit.price,
            rules: Vec::new(),
            by_code: false,
        })
        .collect();
    for applied in trail.into_steps() {
        let first = usize::try_from(applied.first).map_err(|_| PricingError::Overflow)?;
        let count = usize::try_from(applied.count).map_err(|_| PricingError::Overflow)?;
        for price in prices.iter_mut().skip(first).take(count) {
            match (applied.step, applied.rule) {
                (Step::Promo, _) => price.by_code = true,
                (_, Some(rule)) => price.rules.push(rule.id),
                (_, None) => {}
            }
        }
    }
    Ok(prices)
}

fn item(ticket: LiveTicket) -> Item {
    Item {
        ticket_type: ticket.ticket_type,
        price: ticket.price,
        tiers: Vec::new(),
        overrides: Vec::new(),
        dynamic: None,
        tax: None,
        floor: 0,
        open_price: ticket.is_open.then_some(OpenPrice {
            min: 0,
            max: MAX_PRICE_MINOR,
        }),
        is_locked: false,
    }
}

fn unit(item: &Item, price: i64) -> Unit<'_> {
    let line = CartLine {
        ticket_type: item.ticket_type,
        quantity: 1,
        zone: None,
        named: None,
    };
    Unit {
        item,
        line,
        list: price,
        price,
        has_voucher: false,
        is_fee_free: false,
    }
}

fn promo(id: Uuid, code: LiveCode) -> Code {
    Code {
        rule: RuleRef { id, version: 1 },
        is_voucher: false,
        scope: Scope {
            items: code.types,
            ..Scope::default()
        },
        min_spend: 0,
        kind: CodeKind::PerTicket(code.cut),
        budget_left: None,
        priority: 0,
        stack_group: None,
    }
}
