//! What a cart costs, and why.

use bilten_kernel::{Currency, TicketTypeId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Country, FeePart, TaxCode, TaxPart};

/// Version of the way in which quotes are computed; it is part of each.
pub const ENGINE_VERSION: u16 = 1;

/// Rule and its version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleRef {
    /// Which rule.
    pub id: Uuid,
    /// In which version.
    pub version: u32,
}

impl RuleRef {
    /// Names a rule that has a number of its own, such as the one fee of a plan.
    pub fn numbered(id: u32, version: u32) -> Self {
        let id = Uuid::from_u128(u128::from(id));
        Self { id, version }
    }
}

/// Step of the computation, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Price of the list, or of the tier that has room.
    List,
    /// Another price for a zone or a time.
    Override,
    /// Price that moves with demand.
    Dynamic,
    /// Price that a voucher gives.
    Voucher,
    /// Discount that nobody asks for.
    Automatic,
    /// Discount of a code.
    Promo,
    /// Price of several together.
    Group,
    /// What the buyer gives of his own will.
    OpenPrice,
    /// Fee of the organizer.
    OrganizerFee,
    /// Fee of the platform, as far as it is passed on.
    PlatformFee,
    /// Tax that is added.
    Tax,
    /// Correction of rounding.
    Rounding,
}

/// What a step did to tickets that stand one after the other: for each of them, `before` became `after`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// Step.
    pub step: Step,
    /// Rule that was applied; none where the step needs none.
    pub rule: Option<RuleRef>,
    /// First ticket, counted through the whole cart.
    pub first: u32,
    /// Number of tickets.
    pub count: u32,
    /// Price of one before, in minor units.
    pub before: i64,
    /// Price of one after.
    pub after: i64,
}

/// Tickets of one type at one price. All sums are minor units and for the whole line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteLine {
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Zone of the hall, where prices differ by it.
    pub zone: Option<u32>,
    /// Number of tickets.
    pub quantity: u32,
    /// Price of one in the list, before discounts and fees.
    pub unit_list: i64,
    /// Price of one after discounts, before fees.
    pub unit_price: i64,
    /// What the buyer pays.
    pub gross: i64,
    /// The gross without taxes.
    pub net: i64,
    /// Taxes in the gross.
    pub taxes: Vec<TaxPart>,
    /// Service fee in the gross, passed-on fees included.
    pub service_fee: FeePart,
    /// What the platform keeps.
    pub platform_fee: i64,
    /// What the tenant keeps when another organizer is paid.
    pub commission: i64,
}

/// Who takes a fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeeTaker {
    /// The organizer.
    Organizer,
    /// The platform.
    Platform,
    /// The tenant in whose shop another organizer sells.
    Tenant,
}

/// Sum of one fee over the cart, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeLine {
    /// Who takes it.
    pub taker: FeeTaker,
    /// By which rule.
    pub rule: RuleRef,
    /// All of it.
    pub total: i64,
    /// What of it the buyer pays on top.
    pub on_top: i64,
}

/// Sum of one tax over the cart, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxLine {
    /// Which tax.
    pub code: TaxCode,
    /// Country whose tax it is; none when the buyer owes it himself.
    pub country: Option<Country>,
    /// Rate in hundredths of a per cent.
    pub rate_bp: i32,
    /// What is taxed.
    pub net: i64,
    /// The tax.
    pub amount: i64,
}

/// What the law wants to be said of a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Legal {
    /// Everything that must be paid.
    pub total_all_in: i64,
    /// Lowest total of the same cart in the past 30 days, where it is known and higher.
    pub prior_price: Option<i64>,
    /// Whether a price of it moves with demand.
    pub is_dynamic: bool,
    /// Whether the buyer owes the tax himself.
    pub is_reverse_charge: bool,
}

/// What a cart costs, and why. An order keeps it as it is; nothing is computed again later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Version of the computation.
    pub engine: u16,
    /// Version of the catalogue.
    pub catalogue: u32,
    /// Version of the fees.
    pub schedule: i32,
    /// Currency of all amounts.
    pub currency: Currency,
    /// What is bought.
    pub lines: Vec<QuoteLine>,
    /// Fees that are taken.
    pub fees: Vec<FeeLine>,
    /// Taxes in the total.
    pub taxes: Vec<TaxLine>,
    /// What is to be paid, in minor units.
    pub total: i64,
    /// Each step that changed something, in its order.
    pub explanation: Vec<Applied>,
    /// What the law wants to be said.
    pub legal: Legal,
    /// SHA-256 of all the rest, in hexadecimal digits.
    pub hash: String,
}

impl Quote {
    /// Follows the explanation ticket by ticket; `None` when its steps do not follow one another. What comes out must be the
    /// total.
    pub fn replayed(&self) -> Option<i64> {
        let tickets = self.lines.iter().map(|line| line.quantity).sum::<u32>();
        let mut prices = vec![0_i64; usize::try_from(tickets).ok()?];
        for applied in &self.explanation {
            let first = usize::try_from(applied.first).ok()?;
            let count = usize::try_from(applied.count).ok()?;
            for price in prices.get_mut(first..first.checked_add(count)?)? {
                if *price != applied.before {
                    return None;
                }
                *price = applied.after;
            }
        }
        Some(prices.iter().sum())
    }

    /// Computes the hash of everything but the hash.
    pub(super) fn sealed(mut self) -> Self {
        self.hash = String::new();
        // A quote is made of numbers, short texts and lists of them: writing it cannot fail.
        let text = serde_json::to_vec(&self).unwrap_or_default();
        self.hash = data_encoding::HEXLOWER.encode(&Sha256::digest(text));
        self
    }
}
