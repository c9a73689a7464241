//! What lies with a provider, and what moved there: the statement of an account, line by line.

use bilten_kernel::{Money, MoneyError, Timestamp};

use super::{AccountRef, PaymentRef};

/// What moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineKind {
    /// A buyer paid.
    Charge,
    /// Money went back to a buyer.
    Refund,
    /// It did not reach him.
    RefundFailure,
    /// A bank took money that its customer contests.
    Dispute,
    /// It gave it back.
    DisputeReversal,
    /// The provider took a fee by itself.
    Fee,
    /// Money was sent to the bank.
    Payout,
    /// It came back.
    PayoutFailure,
    /// The platform sent money.
    Transfer,
    /// It took it back.
    TransferReversal,
    /// Something that we have no name for.
    Other,
}

impl LineKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Charge,
        Self::Refund,
        Self::RefundFailure,
        Self::Dispute,
        Self::DisputeReversal,
        Self::Fee,
        Self::Payout,
        Self::PayoutFailure,
        Self::Transfer,
        Self::TransferReversal,
        Self::Other,
    ];

    /// Name in the database and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Refund => "refund",
            Self::RefundFailure => "refund_failure",
            Self::Dispute => "dispute",
            Self::DisputeReversal => "dispute_reversal",
            Self::Fee => "fee",
            Self::Payout => "payout",
            Self::PayoutFailure => "payout_failure",
            Self::Transfer => "transfer",
            Self::TransferReversal => "transfer_reversal",
            Self::Other => "other",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One line of an account's statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceLine {
    /// The provider's name of it; the same for ever.
    pub line: String,
    /// What moved.
    pub kind: LineKind,
    /// The provider's name of the refund, contest or payout.
    pub source: Option<String>,
    /// Payment that it belongs to.
    pub payment: Option<PaymentRef>,
    /// Key under which we asked for it, where the provider kept it.
    pub our_key: Option<String>,
    /// What came (above zero) or went, before fees.
    pub amount: Money,
    /// What the provider took of it.
    pub fee: Money,
    /// What went to the platform of it; below zero when it came back.
    pub platform_fee: Money,
    /// When.
    pub at: Timestamp,
}

impl BalanceLine {
    /// What the account has more of since.
    ///
    /// # Errors
    /// Currencies differ, or it overflows.
    pub fn net(&self) -> Result<Money, MoneyError> {
        self.amount.checked_sub(self.fee)?.checked_sub(self.platform_fee)
    }
}

/// Asks for lines of an account.
#[derive(Debug, Clone, Copy)]
pub struct AskLines<'a> {
    /// Which; none where the provider has no accounts.
    pub account: Option<&'a AccountRef>,
    /// Not the older ones.
    pub since: Option<Timestamp>,
    /// Where the page before ended.
    pub after: Option<&'a str>,
}

/// Some lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinesPage {
    /// The lines, in no order that matters.
    pub lines: Vec<BalanceLine>,
    /// How to ask for the next page; none when there is none.
    pub next: Option<String>,
}

/// What lies on an account, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// All of it.
    pub whole: Money,
    /// What of it the provider would send.
    pub available: Money,
}
