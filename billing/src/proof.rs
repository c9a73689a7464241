//! Proves a tenant's money: that the books balance, and that they agree with everything that was told apart from them.
//!
//! What is on its way has an account of its own, so that nearly every line of it holds at any moment, not only when all is quiet. Only
//! what a provider did and has not told us yet shows as a difference, until it has.

use std::collections::BTreeMap;

use bilten_kernel::{Money, MoneyError};
use bilten_tenancy::{DbError, TenantTx};
use serde::{Deserialize, Serialize};

use crate::{
    balances::{self, Gathered},
    disputes, finance, gift_cards,
    ledger::{self, Balance, Book, Code, Dimension, Verdict},
    payouts, refunds, sandbox,
};

/// Name of the cursor up to which lots were told.
const LOTS: &str = "lots";
/// Name of the provider whose own books can be read.
const SANDBOX: &str = "sandbox";

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The books by themselves.
    pub books: Verdict,
    /// Lots that were looked at.
    pub lots: i64,
    /// Payouts that were looked at.
    pub payouts: i64,
    /// Lines of providers' statements that were looked at.
    pub lines: i64,
    /// Lines that nobody can explain, and how old the oldest of them is, in seconds since 1970.
    pub suspense: (i64, Option<i64>),
    /// Balances that are not what their provider says.
    pub red: i64,
    /// Sums that were compared.
    pub compared: usize,
    /// All of them.
    pub checks: Vec<Check>,
    /// Those that differ.
    pub off: Vec<Off>,
    /// What lies with each provider, as told by all sides.
    pub funds: Vec<Funds>,
}

impl Proof {
    /// Tells whether nothing is wrong.
    pub const fn is_sound(&self) -> bool {
        self.books.faults.is_empty() && self.off.is_empty()
    }
}

/// A comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Short name of what was compared.
    pub code: String,
    /// Code of the currency, where it is about one.
    pub currency: Option<String>,
    /// What the books say, in minor units, or how many.
    pub books: i64,
    /// What the other side says.
    pub is: i64,
}

/// What lies with a provider in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funds {
    /// Provider.
    pub provider: String,
    /// What it says itself, what it has not heard yet taken off; not known of providers that are not asked.
    pub provider_says: Option<Money>,
    /// What all books say.
    pub books_say: Money,
    /// How much of that is the platform's.
    pub platform_part: Money,
    /// What orders hold that is in no payout, less fees of no order; not known while something was booked that they do not tell yet.
    pub lots_say: Option<Money>,
}

impl Funds {
    /// Tells whether all sides say the same.
    pub fn is_same(&self) -> bool {
        let own = self.books_say.checked_sub(self.platform_part).ok();
        self.provider_says.is_none_or(|says| says == self.books_say)
            && self.lots_say.is_none_or(|says| Some(says) == own)
    }
}

/// Two figures that should be the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: the books say {books}, it is {is}")]
pub struct Off {
    /// What they are.
    pub what: String,
    /// What the ledger says.
    pub books: i64,
    /// What the other side says.
    pub is: i64,
}

#[derive(Default)]
struct Comparison {
    checks: Vec<Check>,
    off: Vec<Off>,
}

impl Comparison {
    fn same(&mut self, code: &'static str, what: impl Into<String>, (books, is): (i64, i64)) {
        self.look(code, None, what, (books, is));
    }

    fn look(&mut self, code: &'static str, currency: Option<&str>, what: impl Into<String>, (books, is): (i64, i64)) {
        self.checks.push(Check {
            code: code.to_owned(),
            currency: currency.map(str::to_owned),
            books,
            is,
        });
        if books != is {
            let what = what.into();
            self.off.push(Off { what, books, is });
        }
    }
}

/// Proves everything. Reads everything; for checks, not for requests.
///
/// # Errors
/// The database refused.
pub async fn prove(tx: &mut TenantTx) -> Result<Proof, DbError> {
    let books = ledger::verify(tx).await?;
    let balances = ledger::balances(tx, None).await?;
    let mut with = Comparison::default();
    // What clears is what is under way, and nothing else.
    with.same(
        "refunds",
        "refunds on their way",
        (-sum(&balances, Code::RefundClearing), refunds::sum_open(tx).await?),
    );
    with.same(
        "contests",
        "contests that are open",
        (sum(&balances, Code::DisputeHold), disputes::sum_open(tx).await?),
    );
    with.same(
        "unexplained",
        "what nobody explained",
        (sum(&balances, Code::Suspense), 0),
    );
    let on_cards = gift_cards::sum_balances(tx).await?;
    with.same(
        "gift_cards",
        "what gift cards have left",
        (-sum(&balances, Code::GiftCardLiability), on_cards),
    );
    with.same(
        "gift_moves",
        "what gift cards did",
        (gift_cards::sum_moves(tx).await?, on_cards),
    );
    let lots = payouts::prove(tx).await?;
    with.same(
        "in_transit",
        "payouts on their way",
        (sum(&balances, Code::PayoutInTransit), lots.in_transit),
    );
    with.same(
        "arrived",
        "payouts that arrived",
        (sum(&balances, Code::Bank), lots.paid),
    );
    with.same(
        "lots",
        "money of orders with providers",
        (ledger::sum_of_orders(tx, LOTS).await?, lots.net),
    );
    with.same("overdrawn", "lots of which too much was paid out", (0, lots.overdrawn));
    with.same("torn", "lots that differ from their payouts", (0, lots.torn));
    with.same("uneven", "payouts that differ from their parts", (0, lots.uneven));
    let funds = funds(tx, &balances, &mut with).await?;
    let told = balances::gather_proof(tx).await?;
    compare_lines(&mut with, &told);
    Ok(Proof {
        books,
        lots: lots.lots,
        payouts: lots.payouts,
        lines: told.lines,
        suspense: (told.suspense, told.oldest),
        red: told.red,
        compared: with.checks.len(),
        checks: with.checks,
        off: with.off,
        funds,
    })
}

/// Compares what lies with each provider: what it says, what the books say, and what the orders hold.
async fn funds(tx: &mut TenantTx, balances: &[Balance], with: &mut Comparison) -> Result<Vec<Funds>, DbError> {
    let lots = finance::sum_lots(tx).await?;
    let fees = balances::list_fees(tx).await?;
    let are_lots_told = !ledger::has_news(tx, LOTS).await?;
    let mut funds = Vec::new();
    for ((provider, code), (ours, platform_part)) in with_providers(balances)? {
        let mut provider_says = None;
        if provider == SANDBOX {
            // What we wrote down to be sent may not have reached it yet.
            let on_its_way = payouts::sum_unheard(tx, SANDBOX, ours.currency).await?;
            let theirs = sandbox::total(tx, ours.currency).await?;
            let difference = theirs - ours.minor;
            let explained = if (0..=on_its_way).contains(&difference) {
                difference
            } else {
                0
            };
            with.look(
                "provider",
                Some(code),
                format!("money in the sandbox, {code}"),
                (ours.minor + explained, theirs),
            );
            provider_says = Some(Money::new(theirs - explained, ours.currency));
        }
        let nothing = Money::zero(ours.currency);
        let of_orders = lots
            .iter()
            .filter(|(name, sum)| *name == provider && sum.currency == ours.currency)
            .try_fold(nothing, |sum, (_, lot)| sum.checked_add(*lot))
            .map_err(overflow)?;
        let held = fees
            .iter()
            .filter(|(name, sum)| *name == provider && sum.currency == ours.currency)
            .try_fold(of_orders, |sum, (_, fee)| sum.checked_add(*fee))
            .map_err(overflow)?;
        let own = ours.checked_sub(platform_part).map_err(overflow)?;
        if are_lots_told {
            let what = format!("money of orders with {provider}, {code}");
            with.look("funds", Some(code), what, (own.minor, held.minor));
        }
        funds.push(Funds {
            provider: provider.to_owned(),
            provider_says,
            books_say: ours,
            platform_part,
            lots_say: are_lots_told.then_some(held),
        });
    }
    Ok(funds)
}

/// Lines of providers' statements, with what they are about.
fn compare_lines(with: &mut Comparison, told: &Gathered) {
    for (code, what, figures) in [
        ("lines_unexplained", "lines that nobody can explain", (0, told.suspense)),
        (
            "lines_torn",
            "balances whose sum is not that of their lines",
            (0, told.torn),
        ),
        (
            "lines_red",
            "balances that are not what their provider says",
            (0, told.red),
        ),
        (
            "lines_missing",
            "payments, refunds, contests and payouts without a line",
            (0, told.gaps),
        ),
        (
            "lines_payments",
            "payments that have a line",
            (told.paid_ours, told.paid),
        ),
        ("lines_refunds", "refunds that have a line", (told.back_ours, told.back)),
        ("lines_payouts", "payouts that have a line", (told.sent_ours, told.sent)),
    ] {
        with.same(code, what, figures);
    }
}

fn sum(balances: &[Balance], code: Code) -> i64 {
    let of = balances.iter().filter(|balance| balance.account.code == code);
    of.map(|balance| balance.amount.minor).sum()
}

/// What all books together, and the platform's, say lies with each provider, by currency.
type WithProviders<'a> = BTreeMap<(&'a str, &'static str), (Money, Money)>;

fn with_providers(balances: &[Balance]) -> Result<WithProviders<'_>, DbError> {
    let mut sums = WithProviders::new();
    for Balance { account, amount } in balances {
        let Dimension::Provider(name) = &account.dimension else {
            continue;
        };
        if !Code::PSP.contains(&account.code) {
            continue;
        }
        let nothing = Money::zero(account.currency);
        let (all, platform) = sums
            .entry((name.as_str(), account.currency.code()))
            .or_insert((nothing, nothing));
        *all = all.checked_add(*amount).map_err(overflow)?;
        if account.book == Book::Platform {
            *platform = platform.checked_add(*amount).map_err(overflow)?;
        }
    }
    Ok(sums)
}

fn overflow(error: MoneyError) -> DbError {
    sqlx::Error::Decode(Box::new(error)).into()
}
