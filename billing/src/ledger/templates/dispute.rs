//! Payments that buyers contest with their banks.

use bilten_kernel::{EventId, Money, MoneyError};

use super::{Book, Code, Dimension, Draft, Head, NewTxn, Unbalanced, provider, undo_taxes};
use crate::ledger::facts::Breakdown;

/// A contested payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeFacts {
    /// Which, and when the news came.
    pub head: Head,
    /// Book of the merchant of record.
    pub payee: Book,
    /// Account with the provider that it is taken from.
    pub provider: String,
    /// What is contested.
    pub amount: Money,
    /// What the provider charges for it.
    pub fee: Money,
}

/// What a contest that was lost is taken from; the rest is a loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// A refund that did not reach the buyer: he has it now.
    pub due: Money,
    /// What of the sale is undone, when its event is to come.
    pub undone: Option<(EventId, Breakdown)>,
    /// What was left of the gift card that was bought: nobody has it any more.
    pub card: Money,
}

impl Loss {
    /// A refund that did not reach the buyer, and nothing else.
    pub const fn of(due: Money) -> Self {
        Self {
            due,
            undone: None,
            card: Money::zero(due.currency),
        }
    }
}

/// A buyer contests: the provider takes the amount and its fee.
///
/// ```text
/// payee     dispute_hold + amount; dispute_fee_expense + fee; psp_available − amount − fee
/// ```
///
/// # Errors
/// The facts contradict each other.
pub fn dispute_opened(facts: &DisputeFacts) -> Result<NewTxn, Unbalanced> {
    let taken = facts.amount.checked_add(facts.fee)?;
    Draft::new(facts.head.clone())
        .debit(facts.payee, Code::DisputeHold, Dimension::None, facts.amount)
        .debit(facts.payee, Code::DisputeFeeExpense, Dimension::None, facts.fee)
        .credit(facts.payee, Code::PspAvailable, provider(&facts.provider), taken)
        .finish()
}

/// The payee was right: the amount comes back, and `fee`, where the provider returns it.
///
/// ```text
/// payee     psp_available + amount + fee; dispute_hold − amount; dispute_fee_expense − fee
/// ```
///
/// # Errors
/// The facts contradict each other.
pub fn dispute_won(facts: &DisputeFacts) -> Result<NewTxn, Unbalanced> {
    let back = facts.amount.checked_add(facts.fee)?;
    Draft::new(facts.head.clone())
        .debit(facts.payee, Code::PspAvailable, provider(&facts.provider), back)
        .credit(facts.payee, Code::DisputeHold, Dimension::None, facts.amount)
        .credit(facts.payee, Code::DisputeFeeExpense, Dimension::None, facts.fee)
        .finish()
}

/// The buyer was right.
///
/// ```text
/// payee     customer_refund_due + due; ticket_deferred + tickets; service_fee_deferred + service fee; donation + donation;
///           tax_payable + taxes; gift_card_liability + card; dispute_loss + the rest; dispute_hold − amount
/// ```
///
/// # Errors
/// The facts contradict each other.
pub fn dispute_lost(facts: &DisputeFacts, loss: &Loss) -> Result<NewTxn, Unbalanced> {
    let payee = facts.payee;
    let mut rest = facts.amount.checked_sub(loss.due)?.checked_sub(loss.card)?;
    let mut draft = Draft::new(facts.head.clone())
        .credit(payee, Code::DisputeHold, Dimension::None, facts.amount)
        .debit(payee, Code::CustomerRefundDue, Dimension::None, loss.due)
        .debit(payee, Code::GiftCardLiability, Dimension::None, loss.card);
    if let Some((event, undone)) = &loss.undone {
        rest = rest.checked_sub(undone.gross()?)?;
        draft = draft
            .debit(payee, Code::TicketDeferred, Dimension::Event(*event), undone.tickets)
            .debit(
                payee,
                Code::ServiceFeeDeferred,
                Dimension::Event(*event),
                undone.service_fee,
            )
            .debit(payee, Code::Donation, Dimension::None, undone.donation);
        draft = undo_taxes(draft, payee, &undone.taxes);
    }
    if rest.minor < 0 {
        return Err(MoneyError::Overflow.into());
    }
    draft.debit(payee, Code::DisputeLoss, Dimension::None, rest).finish()
}

#[cfg(test)]
impl DisputeFacts {
    pub(super) fn without_fee(&self) -> Self {
        Self {
            fee: Money::zero(self.amount.currency),
            ..self.clone()
        }
    }
}
