//! What a price is computed from: the catalogue with its rules, and the cart. All of it is data; nothing asks a clock or a
//! database.

use bilten_kernel::{Currency, TicketTypeId, Timestamp};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Attendance, Country, Rounding, RuleRef, TaxCode, TaxRate};
pub use crate::orders::Channel;

/// What is on sale, and by which rules.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Version, which is kept with the quote.
    pub version: u32,
    /// Currency of all amounts.
    pub currency: Currency,
    /// Country where the event takes place.
    pub country: Country,
    /// How buyers take part.
    pub attendance: Attendance,
    /// Kinds of tickets.
    pub items: Vec<Item>,
    /// Discounts that nobody asks for.
    pub automatic: Vec<AutoDiscount>,
    /// Codes that there are.
    pub codes: Vec<Code>,
    /// Prices of several together.
    pub groups: Vec<GroupRule>,
}

/// Kind of ticket with its prices.
#[derive(Debug, Clone)]
pub struct Item {
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Price of one when no tier has room.
    pub price: i64,
    /// Lower prices that come first.
    pub tiers: Vec<Tier>,
    /// Other prices for a zone or a time; the first that fits.
    pub overrides: Vec<Override>,
    /// Price that moves with demand, where one stands.
    pub dynamic: Option<PricePoint>,
    /// Tax; none where the shop charges none.
    pub tax: Option<TaxCode>,
    /// No discount goes below this.
    pub floor: i64,
    /// Whether the buyer says what he gives: donations, and pay what you want.
    pub open_price: Option<OpenPrice>,
    /// Whether only a code that unlocks it makes it buyable.
    pub is_locked: bool,
}

/// Price of the first tickets, or of those bought early.
#[derive(Debug, Clone, Copy)]
pub struct Tier {
    /// Which one.
    pub rule: RuleRef,
    /// Price of one.
    pub price: i64,
    /// Tickets that are left at this price.
    pub room: u32,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not from then on.
    pub to: Option<Timestamp>,
}

/// Another price.
#[derive(Debug, Clone, Copy)]
pub struct Override {
    /// Which one.
    pub rule: RuleRef,
    /// Zone that it holds for; none for all.
    pub zone: Option<u32>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not from then on.
    pub to: Option<Timestamp>,
    /// Price of one.
    pub price: i64,
}

/// Price that a dynamic policy has set. What set it is kept with the point; nothing of any buyer is among it.
#[derive(Debug, Clone, Copy)]
pub struct PricePoint {
    /// Policy and number of the point.
    pub rule: RuleRef,
    /// Price of one.
    pub price: i64,
}

/// Bounds of what a buyer may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPrice {
    /// He gives no less.
    pub min: i64,
    /// He gives no more.
    pub max: i64,
}

/// What a discount does to the price of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Takes a share off, in hundredths of a per cent; halves of a unit are in favour of the buyer.
    Percent(i32),
    /// Takes an amount off.
    Fixed(i64),
    /// Makes it cost this, where that is less.
    SetPrice(i64),
}

/// Where and when a rule holds.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Types of ticket; none for all.
    pub items: Option<Vec<TicketTypeId>>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not from then on.
    pub to: Option<Timestamp>,
    /// Only here; none for everywhere.
    pub channel: Option<Channel>,
}

impl Scope {
    pub(super) fn is_open(&self, channel: Channel, now: Timestamp) -> bool {
        self.channel.is_none_or(|own| own == channel) && within(self.from, self.to, now)
    }

    pub(super) fn covers(&self, ticket_type: TicketTypeId) -> bool {
        self.items.as_ref().is_none_or(|items| items.contains(&ticket_type))
    }
}

pub(super) fn within(from: Option<Timestamp>, to: Option<Timestamp>, now: Timestamp) -> bool {
    from.is_none_or(|from| from <= now) && to.is_none_or(|to| now < to)
}

/// Discount that nobody asks for. A ticket has one at most: the first that lowers its price.
#[derive(Debug, Clone)]
pub struct AutoDiscount {
    /// Which one.
    pub rule: RuleRef,
    /// The highest comes first.
    pub priority: i32,
    /// Where it holds.
    pub scope: Scope,
    /// Only for so many tickets or more.
    pub min_quantity: u32,
    /// What it does to each.
    pub cut: Cut,
}

/// What a code does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// Something to each ticket.
    PerTicket(Cut),
    /// An amount off the order.
    PerOrder(i64),
    /// Makes locked tickets buyable.
    Unlock,
    /// Nothing is passed on to the buyer.
    FreeFee,
}

/// Promo code or voucher.
#[derive(Debug, Clone)]
pub struct Code {
    /// Which one.
    pub rule: RuleRef,
    /// Whether it is a voucher: its price comes before all discounts.
    pub is_voucher: bool,
    /// Where it holds.
    pub scope: Scope,
    /// Only when what it holds for costs so much or more.
    pub min_spend: i64,
    /// What it does.
    pub kind: CodeKind,
    /// It takes no more off than this.
    pub budget_left: Option<i64>,
    /// Of those that save the same, the highest is taken.
    pub priority: i32,
    /// May be used with codes of other groups; none where it stands alone.
    pub stack_group: Option<u32>,
}

/// What happens to the rest when one of a group goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupRefund {
    /// The share that was kept with the order goes back.
    Share,
    /// What remains is priced anew, and the difference goes back.
    Reprice,
}

/// Price of several tickets together.
#[derive(Debug, Clone)]
pub struct GroupRule {
    /// Which one.
    pub rule: RuleRef,
    /// The highest comes first; a ticket is in one group at most.
    pub priority: i32,
    /// Where it holds.
    pub scope: Scope,
    /// How it works.
    pub kind: GroupKind,
    /// What happens when one goes back.
    pub refund: GroupRefund,
}

/// How a group is priced.
#[derive(Debug, Clone)]
pub enum GroupKind {
    /// Of each `size` tickets the dearest `paid` are paid.
    SizeForPaid {
        /// Tickets of a group.
        size: u32,
        /// Tickets that are paid.
        paid: u32,
    },
    /// These together cost so much: a bundle, or a family when the numbers may vary.
    Package {
        /// Who belongs to it.
        members: Vec<Member>,
        /// What all together cost.
        price: i64,
        /// So often in one cart at most.
        times: u32,
    },
}

/// Tickets of one type in a package.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Fewest.
    pub min: u32,
    /// Most.
    pub max: u32,
}

/// What somebody wants.
#[derive(Debug, Clone, Default)]
pub struct Cart {
    /// Tickets.
    pub lines: Vec<CartLine>,
    /// Codes that he named.
    pub codes: Vec<Uuid>,
    /// Lowest total of the same tickets in the past 30 days, where the shop has to tell it.
    pub prior_total: Option<i64>,
}

/// Tickets of one type.
#[derive(Debug, Clone, Copy)]
pub struct CartLine {
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Number of tickets.
    pub quantity: u32,
    /// Zone of the hall.
    pub zone: Option<u32>,
    /// What the buyer gives for one, where he may say.
    pub named: Option<i64>,
}

/// Rates of taxes, and how tax is rounded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTable {
    /// Rates; one for each code, country and first day.
    pub rates: Vec<TaxRate>,
    /// How tax is rounded.
    pub rounding: Rounding,
}

impl TaxTable {
    /// Finds the rate of a tax in a country that was always there.
    pub fn find(&self, code: TaxCode, country: Country) -> Option<&TaxRate> {
        self.find_on(code, country, None)
    }

    /// Finds the rate of a tax in a country for events of a day: the one that began last.
    pub fn find_on(&self, code: TaxCode, country: Country, day: Option<Date>) -> Option<&TaxRate> {
        let has_begun = |rate: &&TaxRate| rate.from.is_none_or(|from| day.is_some_and(|day| from <= day));
        let own = self
            .rates
            .iter()
            .filter(|rate| rate.code == code && rate.country == country);
        own.filter(has_begun).max_by_key(|rate| rate.from)
    }
}
