//! How what happens to money is booked: pure functions from facts to transactions that balance.
//!
//! Whoever knows *that* something happened calls the template that knows *how* it is booked. Each is named by what happened; its
//! comment shows its postings as `account ±`, debit above zero. The worked numbers of all are checked in [`worked`].
//!
//! Not here: when something is posted, and that it is posted once (`post`).

mod cash;
mod commission;
#[cfg(test)]
mod dice;
mod dispute;
mod line;
mod occasion;
mod payout;
mod refund;
mod sale;
#[cfg(test)]
mod worked;
#[cfg(test)]
mod worked_gifts;

pub use cash::{cash_handed_out, cash_sale, cash_without_sale};
pub use commission::{CommissionFacts, commission_paid};
pub use dispute::{DisputeFacts, Loss, dispute_lost, dispute_opened, dispute_won};
pub use line::{fee_difference, payee_fee, unexplained};
pub use occasion::{
    SaasFacts, conversion, event_held, gift_card_earned, gift_card_made, gift_card_refunded, gift_card_sold,
    negative_covered, offline_money, offline_sale, saas_earned, saas_invoice, written_off,
};
pub use payout::{PayoutFacts, funds_available, payout_failed, payout_paid, payout_sent};
pub(super) use refund::refund_head;
pub use refund::{RefundFacts, kept_of_return, refund_failed, refund_requested, refund_settled, returned_to_gift_card};
pub use sale::{collected_sale, money_without_sale, provider_fee, sale};

use super::{
    account::{Book, Code, Dimension},
    facts::TaxPart,
    txn::{Draft, Head, Kind, NewTxn, Unbalanced},
};

/// Taxes that are owed from now on, and what they are of where that is told.
fn owe_taxes(draft: Draft, payee: Book, taxes: &[TaxPart]) -> Draft {
    taxes.iter().fold(draft, |draft, tax| {
        let draft = draft.credit(payee, Code::TaxPayable, tax.dimension(), tax.amount);
        match tax.base {
            Some(base) => draft.credit(payee, Code::TaxBase, tax.dimension(), base).debit(
                payee,
                Code::TaxBaseContra,
                Dimension::None,
                base,
            ),
            None => draft,
        }
    })
}

/// Taxes that are not owed any more.
fn undo_taxes(draft: Draft, payee: Book, taxes: &[TaxPart]) -> Draft {
    taxes.iter().fold(draft, |draft, tax| {
        let draft = draft.debit(payee, Code::TaxPayable, tax.dimension(), tax.amount);
        match tax.base {
            Some(base) => draft.debit(payee, Code::TaxBase, tax.dimension(), base).credit(
                payee,
                Code::TaxBaseContra,
                Dimension::None,
                base,
            ),
            None => draft,
        }
    })
}

fn provider(name: &str) -> Dimension {
    Dimension::Provider(name.to_owned())
}
