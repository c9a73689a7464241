//! The lines of a statement: which postings each of them is the sum of.

use bilten_kernel::{Currency, Money, MoneyError};

use super::Movement;
use crate::ledger::{Book, Code, Kind};

/// A line of a statement. It is the sum of what happenings of its kinds posted to its accounts, so that it opens to exactly these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// What buyers paid for.
    Gross,
    /// Tickets sold, without tax.
    Tickets,
    /// Service fees that buyers paid, without tax.
    ServiceFees,
    /// Taxes in both.
    SalesTax,
    /// What was given back of the gross.
    Returned,
    /// What was kept of returned tickets, without tax.
    Kept,
    /// What the platform took, less what it gave back.
    PlatformFees,
    /// What providers took.
    ProviderFees,
    /// What contests cost.
    DisputeFees,
    /// The three before it together.
    Fees,
    /// Lost in contests after the event.
    Disputes,
}

/// Accounts that a price is credited to.
const PRICE: &[Code] = &[Code::TicketDeferred, Code::ServiceFeeDeferred, Code::TaxPayable];
const SALES: &[Kind] = &[Kind::Sale, Kind::OfflineSale];
const UNDONE: &[Kind] = &[
    Kind::RefundRequested,
    Kind::ReturnKept,
    Kind::DisputeLost,
    Kind::Reversal,
];

impl Figure {
    /// What must have happened; anything when nothing is named.
    pub const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Gross | Self::Tickets | Self::ServiceFees | Self::SalesTax => SALES,
            Self::Returned => UNDONE,
            Self::Kept | Self::PlatformFees | Self::ProviderFees | Self::DisputeFees | Self::Fees | Self::Disputes => {
                &[]
            }
        }
    }

    /// The accounts.
    pub const fn codes(self) -> &'static [Code] {
        match self {
            Self::Gross | Self::Returned => PRICE,
            Self::Tickets => &[Code::TicketDeferred],
            Self::ServiceFees => &[Code::ServiceFeeDeferred],
            Self::SalesTax => &[Code::TaxPayable],
            Self::Kept => &[Code::CancellationFeeIncome],
            Self::PlatformFees => &[Code::PlatformFeeExpense],
            Self::ProviderFees => &[Code::PspFeeExpense],
            Self::DisputeFees => &[Code::DisputeFeeExpense],
            Self::Fees => &[Code::PlatformFeeExpense, Code::PspFeeExpense, Code::DisputeFeeExpense],
            Self::Disputes => &[Code::DisputeLoss],
        }
    }

    /// Whether it brings something: such figures are credits, the others debits.
    const fn is_income(self) -> bool {
        matches!(
            self,
            Self::Gross | Self::Tickets | Self::ServiceFees | Self::SalesTax | Self::Kept
        )
    }

    /// Tells whether a movement is part of it, whosever book it is in.
    pub fn holds(self, movement: &Movement) -> bool {
        let kinds = self.kinds();
        self.codes().contains(&movement.account.code) && (kinds.is_empty() || kinds.contains(&movement.kind))
    }

    /// Adds it up in one book and currency. Nothing is below nought unless more went back than came.
    ///
    /// # Errors
    /// The sum overflows.
    pub fn sum(self, (book, currency): (Book, Currency), movements: &[Movement]) -> Result<Money, MoneyError> {
        let own = movements
            .iter()
            .filter(|m| m.account.book == book && m.currency() == currency && self.holds(m));
        let sum = own
            .map(|m| m.amount)
            .try_fold(Money::zero(currency), Money::checked_add)?;
        if self.is_income() {
            Money::zero(currency).checked_sub(sum)
        } else {
            Ok(sum)
        }
    }
}
