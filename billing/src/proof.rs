//! Proves a tenant's money: that the books balance, and that they agree with everything that was told apart from them.
//!
//! What is on its way has an account of its own, so that nearly every line of it holds at any moment, not only when all is quiet. Only
//! what a provider did and has not told us yet shows as a difference, until it has.

use std::collections::BTreeMap;

use bilten_kernel::Money;
use bilten_tenancy::{DbError, TenantTx};

use crate::{
    disputes,
    ledger::{self, Balance, Code, Dimension, Verdict},
    payouts, refunds, sandbox,
};

/// Name of the cursor up to which lots were told.
const LOTS: &str = "lots";

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The books by themselves.
    pub books: Verdict,
    /// Lots that were looked at.
    pub lots: i64,
    /// Payouts that were looked at.
    pub payouts: i64,
    /// Sums that were compared.
    pub compared: usize,
    /// Those that differ.
    pub off: Vec<Off>,
}

impl Proof {
    /// Tells whether nothing is wrong.
    pub const fn is_sound(&self) -> bool {
        self.books.faults.is_empty() && self.off.is_empty()
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

struct Comparison {
    compared: usize,
    off: Vec<Off>,
}

impl Comparison {
    fn same(&mut self, what: impl Into<String>, books: i64, is: i64) {
        self.compared += 1;
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
    let mut with = Comparison {
        compared: 0,
        off: Vec::new(),
    };
    // What clears is what is under way, and nothing else.
    with.same(
        "refunds on their way",
        -sum(&balances, Code::RefundClearing),
        refunds::sum_open(tx).await?,
    );
    with.same(
        "contests that are open",
        sum(&balances, Code::DisputeHold),
        disputes::sum_open(tx).await?,
    );
    with.same("what nobody explained", sum(&balances, Code::Suspense), 0);
    let lots = payouts::prove(tx).await?;
    with.same(
        "payouts on their way",
        sum(&balances, Code::PayoutInTransit),
        lots.in_transit,
    );
    with.same("payouts that arrived", sum(&balances, Code::Bank), lots.paid);
    with.same(
        "money of orders with providers",
        ledger::sum_of_orders(tx, LOTS).await?,
        lots.net,
    );
    with.same("lots of which too much was paid out", 0, lots.overdrawn);
    with.same("lots that differ from their payouts", 0, lots.torn);
    with.same("payouts that differ from their parts", 0, lots.uneven);
    for (currency, ours) in at_the_sandbox(&balances)? {
        // What we wrote down to be sent may not have reached it yet.
        let on_its_way = payouts::sum_unheard(tx, "sandbox", ours.currency).await?;
        let theirs = sandbox::total(tx, ours.currency).await?;
        let difference = theirs - ours.minor;
        let explained = if (0..=on_its_way).contains(&difference) {
            difference
        } else {
            0
        };
        with.same(
            format!("money in the sandbox, {currency}"),
            ours.minor + explained,
            theirs,
        );
    }
    Ok(Proof {
        books,
        lots: lots.lots,
        payouts: lots.payouts,
        compared: with.compared,
        off: with.off,
    })
}

fn sum(balances: &[Balance], code: Code) -> i64 {
    let of = balances.iter().filter(|balance| balance.account.code == code);
    of.map(|balance| balance.amount.minor).sum()
}

/// What all books together say lies in the sandbox, by currency.
fn at_the_sandbox(balances: &[Balance]) -> Result<BTreeMap<&'static str, Money>, DbError> {
    let mut sums: BTreeMap<&'static str, Money> = BTreeMap::new();
    for Balance { account, amount } in balances {
        let is_there = matches!(&account.dimension, Dimension::Provider(name) if name == "sandbox");
        if is_there && Code::PSP.contains(&account.code) {
            let sum = sums
                .entry(account.currency.code())
                .or_insert_with(|| Money::zero(account.currency));
            *sum = sum
                .checked_add(*amount)
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        }
    }
    Ok(sums)
}
