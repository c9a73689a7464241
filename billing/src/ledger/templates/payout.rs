//! Money on its way from a provider to a bank.

use bilten_kernel::{Money, Timestamp};

use super::{Book, Code, Dimension, Draft, Head, Kind, NewTxn, Unbalanced, provider};

/// A payout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutFacts {
    /// Id of the payout.
    pub key: String,
    /// When the news came.
    pub at: Timestamp,
    /// Whose money.
    pub book: Book,
    /// Account with the provider that it leaves.
    pub provider: String,
    /// How much.
    pub amount: Money,
}

impl PayoutFacts {
    fn draft(&self, kind: Kind) -> Draft {
        Draft::new(Head::new(kind, self.key.clone(), self.at))
    }
}

/// Money that came earlier may be sent from now on.
///
/// ```text
/// book      psp_available + amount; psp_pending − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn funds_available(facts: &PayoutFacts) -> Result<NewTxn, Unbalanced> {
    facts
        .draft(Kind::FundsAvailable)
        .debit(facts.book, Code::PspAvailable, provider(&facts.provider), facts.amount)
        .credit(facts.book, Code::PspPending, provider(&facts.provider), facts.amount)
        .finish()
}

/// A payout is sent.
///
/// ```text
/// book      payout_in_transit + amount; psp_available − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn payout_sent(facts: &PayoutFacts) -> Result<NewTxn, Unbalanced> {
    facts
        .draft(Kind::PayoutSent)
        .debit(facts.book, Code::PayoutInTransit, Dimension::None, facts.amount)
        .credit(facts.book, Code::PspAvailable, provider(&facts.provider), facts.amount)
        .finish()
}

/// A payout arrived.
///
/// ```text
/// book      bank + amount; payout_in_transit − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn payout_paid(facts: &PayoutFacts) -> Result<NewTxn, Unbalanced> {
    facts
        .draft(Kind::PayoutPaid)
        .debit(facts.book, Code::Bank, Dimension::None, facts.amount)
        .credit(facts.book, Code::PayoutInTransit, Dimension::None, facts.amount)
        .finish()
}

/// A payout came back before it arrived.
///
/// ```text
/// book      psp_available + amount; payout_in_transit − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn payout_failed(facts: &PayoutFacts) -> Result<NewTxn, Unbalanced> {
    facts
        .draft(Kind::PayoutFailed)
        .debit(facts.book, Code::PspAvailable, provider(&facts.provider), facts.amount)
        .credit(facts.book, Code::PayoutInTransit, Dimension::None, facts.amount)
        .finish()
}
