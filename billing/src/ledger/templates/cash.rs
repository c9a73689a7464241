//! Tickets sold for cash at the door. The money lies in the cash box; the platform invoices its fee.

use bilten_kernel::Money;

use super::{Book, Code, Dimension, Draft, Head, Kind, NewTxn, Unbalanced, sale::sold};
use crate::ledger::facts::SaleFacts;

/// A sale for cash.
///
/// ```text
/// payee     cash_box + gross − card; gift_card_liability + card; platform_fee_expense + fee; platform_fee_payable − fee;
///           ticket_deferred −; service_fee_deferred −; tax_payable −
/// platform  payee_receivable + fee; platform_fee_revenue − fee
/// ```
///
/// # Errors
/// The facts contradict each other.
pub fn cash_sale(facts: &SaleFacts) -> Result<NewTxn, Unbalanced> {
    let (payee, fee) = (facts.payee, facts.platform_fee);
    let paid = facts.price.gross()?.checked_sub(facts.gift_card)?;
    let head = Head::new(Kind::OfflineSale, facts.order.to_string(), facts.at).of(facts.order, Some(facts.event));
    let draft = Draft::new(head)
        .debit(payee, Code::CashBox, Dimension::None, paid)
        .debit(payee, Code::GiftCardLiability, Dimension::None, facts.gift_card)
        .debit(payee, Code::PlatformFeeExpense, Dimension::None, fee)
        .credit(payee, Code::PlatformFeePayable, Dimension::None, fee)
        .debit(Book::Platform, Code::PayeeReceivable, Dimension::None, fee)
        .credit(Book::Platform, Code::PlatformFeeRevenue, Dimension::None, fee);
    sold(draft, facts).finish()
}

/// Cash was taken for an order that it cannot pay any more: it goes back. Its key is the attempt's.
///
/// ```text
/// payee     cash_box + amount; refund_clearing − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn cash_without_sale(head: Head, payee: Book, amount: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(payee, Code::CashBox, Dimension::None, amount)
        .credit(payee, Code::RefundClearing, Dimension::None, amount)
        .finish()
}

/// A refund was handed out.
///
/// ```text
/// payee     refund_clearing + amount; cash_box − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn cash_handed_out(head: Head, payee: Book, amount: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(payee, Code::RefundClearing, Dimension::None, amount)
        .credit(payee, Code::CashBox, Dimension::None, amount)
        .finish()
}
