//! Tickets sold for money that comes by a provider.

use bilten_kernel::{Money, Timestamp};

use super::{Book, Code, Dimension, Draft, Head, Kind, NewTxn, Unbalanced, owe_taxes, provider};
use crate::ledger::facts::SaleFacts;

/// A sale on the payee's own account with the provider. The platform's fee is kept out of the payment; what the buyer pays on
/// top of the price is service fee. What a gift card pays is owed no more; where the payment is too small for the platform's fee, the
/// rest of that is invoiced.
///
/// ```text
/// payee     psp_pending + gross − card − kept; gift_card_liability + card; platform_fee_expense + fee + commission;
///           platform_fee_payable − invoiced;
///           ticket_deferred − tickets; service_fee_deferred − service fee; donation − donation; tax_payable − taxes
/// platform  psp_pending + kept; payee_receivable + invoiced; platform_fee_revenue − fee; partner_commission_payable − commission
/// ```
/// Kept and invoiced together are fee and commission; without a card nothing is invoiced.
///
/// # Errors
/// The facts contradict each other.
pub fn sale(facts: &SaleFacts) -> Result<NewTxn, Unbalanced> {
    let due = facts.platform_fee.checked_add(facts.commission)?;
    let paid = facts.price.gross()?.checked_sub(facts.gift_card)?;
    let kept = if facts.gift_card.is_zero() || due.minor <= paid.minor {
        due
    } else {
        paid
    };
    let invoiced = due.checked_sub(kept)?;
    let comes = paid.checked_sub(kept)?;
    let head = Head::new(Kind::Sale, facts.order.to_string(), facts.at).of(facts.order, Some(facts.event));
    let draft = Draft::new(head)
        .debit(facts.payee, Code::PspPending, provider(&facts.provider), comes)
        .debit(facts.payee, Code::GiftCardLiability, Dimension::None, facts.gift_card)
        .debit(facts.payee, Code::PlatformFeeExpense, Dimension::None, due)
        .credit(facts.payee, Code::PlatformFeePayable, Dimension::None, invoiced)
        .debit(Book::Platform, Code::PspPending, provider(&facts.provider), kept)
        .debit(Book::Platform, Code::PayeeReceivable, Dimension::None, invoiced)
        .credit(
            Book::Platform,
            Code::PlatformFeeRevenue,
            Dimension::None,
            facts.platform_fee,
        )
        .credit(
            Book::Platform,
            Code::PartnerCommissionPayable,
            Dimension::None,
            facts.commission,
        );
    sold(draft, facts).finish()
}

/// A sale whose money the platform collects for the payee, less the provider's fee.
///
/// ```text
/// platform  psp_pending + gross − provider's fee; psp_cost + provider's fee;
///           payee_payable_held − gross + fee; platform_fee_revenue − fee
/// ```
///
/// # Errors
/// The facts contradict each other.
pub fn collected_sale(facts: &SaleFacts, provider_fee: Money) -> Result<NewTxn, Unbalanced> {
    let gross = facts.price.gross()?;
    let head = Head::new(Kind::Sale, facts.order.to_string(), facts.at).of(facts.order, Some(facts.event));
    Draft::new(head)
        .debit(
            Book::Platform,
            Code::PspPending,
            provider(&facts.provider),
            gross.checked_sub(provider_fee)?,
        )
        .debit(Book::Platform, Code::PspCost, Dimension::None, provider_fee)
        .credit(
            Book::Platform,
            Code::PayeePayableHeld,
            Dimension::None,
            gross.checked_sub(facts.platform_fee)?,
        )
        .credit(
            Book::Platform,
            Code::PlatformFeeRevenue,
            Dimension::None,
            facts.platform_fee,
        )
        .finish()
}

/// Money that came for an order which it cannot pay any more: it goes back, the platform's part of it too. Its key is the
/// attempt's.
///
/// ```text
/// payee     psp_pending + amount − fee; refund_clearing − the same
/// platform  psp_pending + fee; refund_clearing − fee
/// ```
///
/// # Errors
/// There is no money.
pub fn money_without_sale(
    head: Head,
    payee: Book,
    name: &str,
    (amount, fee): (Money, Money),
) -> Result<NewTxn, Unbalanced> {
    let own = amount.checked_sub(fee)?;
    Draft::new(head)
        .debit(payee, Code::PspPending, provider(name), own)
        .credit(payee, Code::RefundClearing, Dimension::None, own)
        .debit(Book::Platform, Code::PspPending, provider(name), fee)
        .credit(Book::Platform, Code::RefundClearing, Dimension::None, fee)
        .finish()
}

/// The provider takes its fee from the platform. Its key is the provider's name of the line.
///
/// ```text
/// platform  psp_cost + fee; psp_pending − fee
/// ```
///
/// # Errors
/// There is no fee.
pub fn provider_fee(key: String, at: Timestamp, name: &str, fee: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(Head::new(Kind::ProviderFee, key, at))
        .debit(Book::Platform, Code::PspCost, Dimension::None, fee)
        .credit(Book::Platform, Code::PspPending, provider(name), fee)
        .finish()
}

/// Credits what was sold.
pub(super) fn sold(draft: Draft, facts: &SaleFacts) -> Draft {
    let (payee, event) = (facts.payee, Dimension::Event(facts.event));
    let draft = draft
        .credit(payee, Code::TicketDeferred, event.clone(), facts.price.tickets)
        .credit(payee, Code::ServiceFeeDeferred, event, facts.price.service_fee)
        .credit(payee, Code::Donation, Dimension::None, facts.price.donation);
    owe_taxes(draft, payee, &facts.price.taxes)
}
