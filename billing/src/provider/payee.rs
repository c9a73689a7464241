//! What a provider does with the merchant's money: payouts, and payments that are contested.

use bilten_kernel::{Money, Timestamp};

use super::{OperationKey, PaymentRef};

/// Asks for money to be sent to the merchant's bank.
#[derive(Debug, Clone)]
pub struct SendMoney {
    /// Makes the call happen once.
    pub key: OperationKey,
    /// How much.
    pub amount: Money,
}

/// How a payout stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayoutStatus {
    /// On its way.
    InTransit,
    /// In the bank.
    Paid,
    /// It came back, and why.
    Failed(String),
}

/// State of a payout as the provider told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutSnapshot {
    /// The provider's name of it.
    pub payout: String,
    /// How it stands.
    pub status: PayoutStatus,
}

/// How a contested payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeStatus {
    /// The merchant may answer.
    NeedsResponse,
    /// The bank decides.
    UnderReview,
    /// The merchant was right.
    Won,
    /// The buyer was right.
    Lost,
}

/// State of a contested payment as the provider told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeSnapshot {
    /// The provider's name of it.
    pub dispute: String,
    /// What is contested.
    pub payment: PaymentRef,
    /// How much of it.
    pub amount: Money,
    /// What it costs the merchant, as things stand.
    pub fee: Money,
    /// How it stands.
    pub status: DisputeStatus,
    /// When it began.
    pub opened_at: Timestamp,
    /// Until when the merchant may answer.
    pub due_by: Timestamp,
}
