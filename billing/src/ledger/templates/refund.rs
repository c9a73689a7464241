//! Money that goes back to buyers.

use bilten_kernel::{EventId, Money, OrderId};

use super::{Book, Code, Dimension, Draft, Head, Kind, NewTxn, Unbalanced, owe_taxes, provider, undo_taxes};
use crate::ledger::facts::Breakdown;

/// What a refund takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundFacts {
    /// Which refund, and when it was decided.
    pub head: Head,
    /// Book of the merchant of record.
    pub payee: Book,
    /// Event whose tickets come back.
    pub event: EventId,
    /// What of the price is undone.
    pub undone: Breakdown,
    /// What is sent again of refunds that were refused before.
    pub due: Money,
    /// What neither explains; a person must look.
    pub unexplained: Money,
    /// What of it the payee keeps as a cancellation fee, without tax.
    pub kept: Money,
    /// Tax on that.
    pub kept_taxes: Vec<crate::ledger::facts::TaxPart>,
    /// The platform's fee that goes back with it.
    pub fee_returned: Money,
}

impl RefundFacts {
    /// A refund that the payee keeps nothing of, and the platform all of its fee.
    pub fn new(head: Head, payee: Book, event: EventId, undone: Breakdown) -> Self {
        let nothing = Money::zero(undone.tickets.currency);
        Self {
            head,
            payee,
            event,
            undone,
            due: nothing,
            unexplained: nothing,
            kept: nothing,
            kept_taxes: Vec::new(),
            fee_returned: nothing,
        }
    }
}

/// A refund is decided.
///
/// ```text
/// payee     ticket_deferred + tickets; service_fee_deferred + service fee; donation + donation;
///           tax_payable + taxes − taxes on what is kept;
///           customer_refund_due + due; suspense + unexplained;
///           cancellation_fee_income − kept; refund_clearing − goes back + fee returned; platform_fee_expense − fee returned
/// platform  platform_fee_revenue + fee returned; refund_clearing − fee returned
/// ```
/// Tickets of an event that has taken place come out of the deferred account too; the next recognition evens it out.
///
/// # Errors
/// The facts contradict each other.
pub fn refund_requested(facts: &RefundFacts) -> Result<NewTxn, Unbalanced> {
    let (payee, event) = (facts.payee, Dimension::Event(facts.event));
    let mut kept_taxes = facts.kept_taxes.iter().map(|tax| tax.amount);
    let kept = kept_taxes.try_fold(facts.kept, Money::checked_add)?;
    let back = facts.undone.gross()?.checked_sub(kept)?;
    let back = back.checked_add(facts.due)?.checked_add(facts.unexplained)?;
    let draft = Draft::new(facts.head.clone())
        .debit(payee, Code::TicketDeferred, event.clone(), facts.undone.tickets)
        .debit(payee, Code::ServiceFeeDeferred, event, facts.undone.service_fee)
        .debit(payee, Code::Donation, Dimension::None, facts.undone.donation)
        .debit(payee, Code::CustomerRefundDue, Dimension::None, facts.due)
        .debit(payee, Code::Suspense, Dimension::None, facts.unexplained)
        .credit(payee, Code::CancellationFeeIncome, Dimension::None, facts.kept)
        .credit(payee, Code::RefundClearing, Dimension::None, back)
        .debit(payee, Code::RefundClearing, Dimension::None, facts.fee_returned)
        .credit(payee, Code::PlatformFeeExpense, Dimension::None, facts.fee_returned)
        .debit(
            Book::Platform,
            Code::PlatformFeeRevenue,
            Dimension::None,
            facts.fee_returned,
        )
        .credit(
            Book::Platform,
            Code::RefundClearing,
            Dimension::None,
            facts.fee_returned,
        );
    let draft = undo_taxes(draft, payee, &facts.undone.taxes);
    owe_taxes(draft, payee, &facts.kept_taxes).finish()
}

/// The money of a refund went back: `amount` in all, of which the platform gave `fee_returned`.
///
/// ```text
/// payee     refund_clearing + amount − fee returned; psp_available − the same
/// platform  refund_clearing + fee returned; psp_available − the same
/// ```
///
/// # Errors
/// The facts contradict each other.
pub fn refund_settled(
    head: Head,
    payee: Book,
    name: &str,
    amount: Money,
    fee_returned: Money,
) -> Result<NewTxn, Unbalanced> {
    let own = amount.checked_sub(fee_returned)?;
    Draft::new(head)
        .debit(payee, Code::RefundClearing, Dimension::None, own)
        .credit(payee, Code::PspAvailable, provider(name), own)
        .debit(Book::Platform, Code::RefundClearing, Dimension::None, fee_returned)
        .credit(Book::Platform, Code::PspAvailable, provider(name), fee_returned)
        .finish()
}

/// The provider refused a refund of `amount`: it is owed to the buyer, and no fee comes back with it.
///
/// ```text
/// payee     refund_clearing + amount − fee returned; platform_fee_expense + fee returned; customer_refund_due − amount
/// platform  refund_clearing + fee returned; platform_fee_revenue − fee returned
/// ```
///
/// # Errors
/// The facts contradict each other.
pub fn refund_failed(head: Head, payee: Book, amount: Money, fee_returned: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(
            payee,
            Code::RefundClearing,
            Dimension::None,
            amount.checked_sub(fee_returned)?,
        )
        .debit(payee, Code::PlatformFeeExpense, Dimension::None, fee_returned)
        .credit(payee, Code::CustomerRefundDue, Dimension::None, amount)
        .debit(Book::Platform, Code::RefundClearing, Dimension::None, fee_returned)
        .credit(Book::Platform, Code::PlatformFeeRevenue, Dimension::None, fee_returned)
        .finish()
}

/// Tickets were taken back for less than they had cost, and what is kept is earned now. Together with the refund of the rest it
/// is the same as one that keeps it.
///
/// ```text
/// payee     ticket_deferred + tickets; service_fee_deferred + service fee; cancellation_fee_income − both
/// ```
/// The taxes stay what they are.
///
/// # Errors
/// Nothing is kept.
pub fn kept_of_return(head: Head, payee: Book, event: EventId, kept: &Breakdown) -> Result<NewTxn, Unbalanced> {
    let income = kept.tickets.checked_add(kept.service_fee)?;
    Draft::new(head)
        .debit(payee, Code::TicketDeferred, Dimension::Event(event), kept.tickets)
        .debit(
            payee,
            Code::ServiceFeeDeferred,
            Dimension::Event(event),
            kept.service_fee,
        )
        .credit(payee, Code::CancellationFeeIncome, Dimension::None, income)
        .finish()
}

/// Tickets were taken back, and what the gift card had paid of them goes back to it: it is owed again.
///
/// ```text
/// payee     ticket_deferred + tickets; service_fee_deferred + service fee; donation + donation; tax_payable + taxes;
///           gift_card_liability − all of it
/// ```
///
/// # Errors
/// Nothing goes back.
pub fn returned_to_gift_card(
    head: Head,
    payee: Book,
    event: EventId,
    undone: &Breakdown,
) -> Result<NewTxn, Unbalanced> {
    let draft = Draft::new(head)
        .debit(payee, Code::TicketDeferred, Dimension::Event(event), undone.tickets)
        .debit(
            payee,
            Code::ServiceFeeDeferred,
            Dimension::Event(event),
            undone.service_fee,
        )
        .debit(payee, Code::Donation, Dimension::None, undone.donation)
        .credit(payee, Code::GiftCardLiability, Dimension::None, undone.gross()?);
    undo_taxes(draft, payee, &undone.taxes).finish()
}

/// Head of what happens to a refund.
pub(in crate::ledger) fn refund_head(
    kind: Kind,
    refund: bilten_kernel::RefundId,
    at: bilten_kernel::Timestamp,
    (order, event): (OrderId, Option<EventId>),
) -> Head {
    Head::new(kind, refund.to_string(), at).of(order, event)
}
