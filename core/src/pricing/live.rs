//! The steps between the price of a list and the price before fees, for a cart whose stock is being taken: automatic
//! discounts, codes, and groups, in the order of [`quote`](super::quote).

use std::collections::BTreeMap;

use bilten_kernel::{TicketTypeId, Timestamp};
use uuid::Uuid;

use super::{
    AutoDiscount, Cart, CartLine, Code, CodeKind, GroupRule, Item, OpenPrice, PricingError, RuleRef, Scope, Step,
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
    /// Whether only a code makes it buyable.
    pub is_locked: bool,
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
#[derive(Debug, Clone, Default)]
pub struct LiveCode {
    /// Which one.
    pub id: Uuid,
    /// What it takes off; nothing where it only unlocks or frees of fees.
    pub discount: Option<CodeKind>,
    /// Types that it is for; none for all.
    pub types: Option<Vec<TicketTypeId>>,
    /// Whether it makes locked types buyable.
    pub unlocks: bool,
    /// Whether nothing is passed on to the buyer.
    pub is_fee_free: bool,
    /// It takes nothing off unless what it is for costs so much.
    pub min_spend: i64,
    /// It takes no more off than this.
    pub budget_left: Option<i64>,
    /// Of those that save the same, the highest is taken.
    pub priority: i32,
    /// May be used with codes of other groups.
    pub stack_group: Option<u32>,
}

/// What is left of a ticket's price, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivePrice {
    /// Price before fees.
    pub price: i64,
    /// Rules that took something off, in the order in which they did.
    pub rules: Vec<Uuid>,
    /// What codes took off, in the order in which they did.
    pub codes: Vec<(Uuid, i64)>,
    /// Whether a code frees it of fees.
    pub is_fee_free: bool,
}

/// Takes off what the rules, and the codes, take off; answers in the order given. Tickets of a type stand together.
///
/// # Errors
/// An amount overflows, or a ticket is locked and no code unlocks it.
pub fn reduce(
    tickets: &[LiveTicket],
    rules: &LiveRules,
    codes: &[LiveCode],
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
    let codes: Vec<Code> = codes
        .iter()
        .zip(0_u128..)
        .flat_map(|(code, n)| of_engine(code, n))
        .collect();
    let cart = Cart {
        codes: codes.iter().map(|code| code.rule.id).collect(),
        ..Cart::default()
    };
    let mut trail = Trail::default();
    steps::unlock(&codes, &cart, &mut units, moment)?;
    steps::automatic(&rules.automatic, &mut units, moment, &mut trail)?;
    steps::promo(&codes, &cart, &mut units, moment, &mut trail)?;
    steps::group(&rules.groups, &mut units, moment, &mut trail)?;
    told(&units, trail)
}

/// What became of each ticket, and by what.
fn told(units: &[Unit<'_>], trail: Trail) -> Result<Vec<LivePrice>, PricingError> {
    let price = |unit: &Unit<'_>| LivePrice {
        price: unit.price,
        rules: Vec::new(),
        codes: Vec::new(),
        is_fee_free: unit.is_fee_free,
    };
    let mut prices: Vec<LivePrice> = units.iter().map(price).collect();
    for applied in trail.into_steps() {
        let first = usize::try_from(applied.first).map_err(|_| PricingError::Overflow)?;
        let count = usize::try_from(applied.count).map_err(|_| PricingError::Overflow)?;
        let Some(rule) = applied.rule else { continue };
        for price in prices.iter_mut().skip(first).take(count) {
            match applied.step {
                Step::Promo => price.codes.push((rule.id, applied.before - applied.after)),
                _ => price.rules.push(rule.id),
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
        is_locked: ticket.is_locked,
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

/// The engine knows a code for each thing that one does. Only the one that takes something off has the identity of the code: the
/// others leave no mark, and have ids that no code has.
fn of_engine(code: &LiveCode, n: u128) -> impl Iterator<Item = Code> {
    let of = |id: Uuid, kind: CodeKind| Code {
        rule: RuleRef { id, version: 1 },
        is_voucher: false,
        scope: Scope {
            items: code.types.clone(),
            ..Scope::default()
        },
        min_spend: code.min_spend,
        kind,
        budget_left: code.budget_left,
        priority: code.priority,
        stack_group: code.stack_group,
    };
    let discount = code.discount.map(|kind| of(code.id, kind));
    let unlocks = code.unlocks.then(|| of(Uuid::from_u128(2 * n + 1), CodeKind::Unlock));
    let is_fee_free = code
        .is_fee_free
        .then(|| of(Uuid::from_u128(2 * n + 2), CodeKind::FreeFee));
    discount.into_iter().chain(unlocks).chain(is_fee_free)
}
