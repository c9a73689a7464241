//! What happens beside sales and refunds: events held, debts, gift cards, money past the providers, subscriptions, conversions.

use bilten_kernel::{EventId, Money, Timestamp};

use super::{Book, Code, Dimension, Draft, Head, Kind, NewTxn, Unbalanced, provider, sale::sold};
use crate::ledger::facts::{SaleFacts, TaxPart};

/// An event took place: what was deferred is earned. Either amount may be below nothing, when refunds came later.
///
/// ```text
/// payee     ticket_deferred + tickets; ticket_revenue − tickets; service_fee_deferred + fees; service_fee_income − fees
/// ```
///
/// # Errors
/// There is nothing to recognise.
pub fn event_held(
    head: Head,
    payee: Book,
    event: EventId,
    tickets: Money,
    service_fees: Money,
) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(payee, Code::TicketDeferred, Dimension::Event(event), tickets)
        .credit(payee, Code::TicketRevenue, Dimension::None, tickets)
        .debit(payee, Code::ServiceFeeDeferred, Dimension::Event(event), service_fees)
        .credit(payee, Code::ServiceFeeIncome, Dimension::None, service_fees)
        .finish()
}

/// The platform covers a payee's negative balance with the provider.
///
/// ```text
/// payee     psp_available + amount; due_to_platform − amount
/// platform  payee_receivable + amount; psp_available − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn negative_covered(head: Head, payee: Book, name: &str, amount: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(payee, Code::PspAvailable, provider(name), amount)
        .credit(payee, Code::DueToPlatform, Dimension::None, amount)
        .debit(Book::Platform, Code::PayeeReceivable, Dimension::None, amount)
        .credit(Book::Platform, Code::PspAvailable, provider(name), amount)
        .finish()
}

/// The platform lets such a debt go.
///
/// ```text
/// payee     due_to_platform + amount; debt_forgiven_income − amount
/// platform  bad_debt + amount; payee_receivable − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn written_off(head: Head, payee: Book, amount: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(payee, Code::DueToPlatform, Dimension::None, amount)
        .credit(payee, Code::DebtForgivenIncome, Dimension::None, amount)
        .debit(Book::Platform, Code::BadDebt, Dimension::None, amount)
        .credit(Book::Platform, Code::PayeeReceivable, Dimension::None, amount)
        .finish()
}

/// A gift card for anything is sold: it is a debt, taxed when it is spent.
///
/// ```text
/// payee     psp_pending + amount; gift_card_liability − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn gift_card_sold(head: Head, payee: Book, name: &str, amount: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(payee, Code::PspPending, provider(name), amount)
        .credit(payee, Code::GiftCardLiability, Dimension::None, amount)
        .finish()
}

/// A gift card is made without a payment by a provider: paid for at the till, or given away, which reduces what is earned.
///
/// ```text
/// payee     cash_box (or discounts) + amount; gift_card_liability − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn gift_card_made(head: Head, payee: Book, is_paid: bool, amount: Money) -> Result<NewTxn, Unbalanced> {
    let code = if is_paid { Code::CashBox } else { Code::Discounts };
    Draft::new(head)
        .debit(payee, code, Dimension::None, amount)
        .credit(payee, Code::GiftCardLiability, Dimension::None, amount)
        .finish()
}

/// What is left of a gift card that nobody can spend any more is earned.
///
/// ```text
/// payee     gift_card_liability + amount; gift_card_breakage − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn gift_card_earned(head: Head, payee: Book, amount: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(payee, Code::GiftCardLiability, Dimension::None, amount)
        .credit(payee, Code::GiftCardBreakage, Dimension::None, amount)
        .finish()
}

/// The money of a gift card goes back to who bought it. What was spent of it and goes back all the same is given away; what had been
/// refused before is sent again.
///
/// ```text
/// payee     gift_card_liability + left; discounts + spent; customer_refund_due + due; refund_clearing − all of it
/// ```
///
/// # Errors
/// There is no money.
pub fn gift_card_refunded(
    head: Head,
    payee: Book,
    (left, spent, due): (Money, Money, Money),
) -> Result<NewTxn, Unbalanced> {
    let back = left.checked_add(spent)?.checked_add(due)?;
    Draft::new(head)
        .debit(payee, Code::GiftCardLiability, Dimension::None, left)
        .debit(payee, Code::Discounts, Dimension::None, spent)
        .debit(payee, Code::CustomerRefundDue, Dimension::None, due)
        .credit(payee, Code::RefundClearing, Dimension::None, back)
        .finish()
}

/// A sale for money that comes past the providers, or that a gift card pays a part of. The platform invoices its fee.
///
/// ```text
/// payee     offline_receivable (or psp_pending) + gross − gift card; gift_card_liability + gift card;
///           platform_fee_expense + fee; platform_fee_payable − fee; ticket_deferred −; service_fee_deferred −; tax_payable −
/// platform  payee_receivable + fee; platform_fee_revenue − fee
/// ```
/// A sale without a provider's name is paid by transfer.
///
/// # Errors
/// The facts contradict each other.
pub fn offline_sale(facts: &SaleFacts, by_gift_card: Money) -> Result<NewTxn, Unbalanced> {
    let rest = facts.price.gross()?.checked_sub(by_gift_card)?;
    let (code, by) = if facts.provider.is_empty() {
        (Code::OfflineReceivable, Dimension::None)
    } else {
        (Code::PspPending, provider(&facts.provider))
    };
    let (payee, fee) = (facts.payee, facts.platform_fee);
    let head = Head::new(Kind::OfflineSale, facts.order.to_string(), facts.at).of(facts.order, Some(facts.event));
    let draft = Draft::new(head)
        .debit(payee, code, by, rest)
        .debit(payee, Code::GiftCardLiability, Dimension::None, by_gift_card)
        .debit(payee, Code::PlatformFeeExpense, Dimension::None, fee)
        .credit(payee, Code::PlatformFeePayable, Dimension::None, fee)
        .debit(Book::Platform, Code::PayeeReceivable, Dimension::None, fee)
        .credit(Book::Platform, Code::PlatformFeeRevenue, Dimension::None, fee);
    sold(draft, facts).finish()
}

/// The money of such a sale comes.
///
/// ```text
/// payee     bank + amount; offline_receivable − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn offline_money(head: Head, payee: Book, amount: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(payee, Code::Bank, Dimension::None, amount)
        .credit(payee, Code::OfflineReceivable, Dimension::None, amount)
        .finish()
}

/// A tenant's subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaasFacts {
    /// Id of the invoice, or of the month that was earned.
    pub key: String,
    /// When.
    pub at: Timestamp,
    /// What it costs without tax.
    pub net: Money,
    /// Tax on it.
    pub tax: TaxPart,
}

/// A subscription is invoiced in advance.
///
/// ```text
/// platform  saas_receivable + gross; saas_deferred − net; platform_tax_payable − tax
/// ```
///
/// # Errors
/// The facts contradict each other.
pub fn saas_invoice(facts: &SaasFacts) -> Result<NewTxn, Unbalanced> {
    let gross = facts.net.checked_add(facts.tax.amount)?;
    Draft::new(Head::new(Kind::SaasInvoice, facts.key.clone(), facts.at))
        .debit(Book::Platform, Code::SaasReceivable, Dimension::None, gross)
        .credit(Book::Platform, Code::SaasDeferred, Dimension::None, facts.net)
        .credit(
            Book::Platform,
            Code::PlatformTaxPayable,
            facts.tax.dimension(),
            facts.tax.amount,
        )
        .finish()
}

/// A part of a subscription is earned.
///
/// ```text
/// platform  saas_deferred + amount; saas_revenue − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn saas_earned(key: String, at: Timestamp, amount: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(Head::new(Kind::SaasEarned, key, at))
        .debit(Book::Platform, Code::SaasDeferred, Dimension::None, amount)
        .credit(Book::Platform, Code::SaasRevenue, Dimension::None, amount)
        .finish()
}

/// Money is changed into another currency: two legs that meet in the position of each currency.
///
/// ```text
/// book      psp_available − given; fx_position + given; psp_available + gotten; fx_position − gotten
/// ```
///
/// # Errors
/// There is no money.
pub fn conversion(head: Head, book: Book, name: &str, given: Money, gotten: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .credit(book, Code::PspAvailable, provider(name), given)
        .debit(book, Code::FxPosition, Dimension::None, given)
        .debit(book, Code::PspAvailable, provider(name), gotten)
        .credit(book, Code::FxPosition, Dimension::None, gotten)
        .finish()
}
