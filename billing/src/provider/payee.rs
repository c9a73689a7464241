//! What a provider does with the merchant's money: payouts, and payments that are contested.

use bilten_kernel::{Money, Timestamp};

use super::{AccountRef, OperationKey, PaymentRef};

/// Asks for money to be sent to the merchant's bank.
#[derive(Debug, Clone)]
pub struct SendMoney {
    /// Makes the call happen once.
    pub key: OperationKey,
    /// How much.
    pub amount: Money,
    /// Account that it leaves; none where the provider has no accounts.
    pub account: Option<AccountRef>,
    /// The provider's name of it, once we know it: providers forget keys.
    pub known: Option<String>,
    /// When it was decided; a provider that forgets keys looks among what was sent since.
    pub decided_at: Timestamp,
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
    /// The bank's own reference of it.
    pub trace: Option<String>,
}

/// Asks for money of the platform's to be moved to the tenant's account.
#[derive(Debug, Clone)]
pub struct SendTransfer {
    /// Makes the call happen once.
    pub key: OperationKey,
    /// What the transfer is part of: a provider that forgets keys is asked for it by this name.
    pub group: String,
    /// Account that it goes to; none where the provider has no accounts.
    pub account: Option<AccountRef>,
    /// How much.
    pub amount: Money,
    /// The provider's name of it, once we know it.
    pub known: Option<String>,
}

/// State of a transfer as the provider told it. It is done when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferSnapshot {
    /// The provider's name of it.
    pub transfer: String,
    /// The provider's name of its reversal, once all of it was taken back.
    pub reversal: Option<String>,
}

/// How a contested payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeStatus {
    /// The buyer's bank only asks; no money has moved.
    Warning,
    /// The merchant may answer.
    NeedsResponse,
    /// The bank decides.
    UnderReview,
    /// The merchant was right.
    Won,
    /// The buyer was right.
    Lost,
    /// The scheme settled it before it became one.
    Prevented,
    /// The bank asks no more.
    Dropped,
}

/// State of a contested payment as the provider told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeSnapshot {
    /// The provider's name of it.
    pub dispute: String,
    /// What is contested.
    pub payment: PaymentRef,
    /// How much of it was taken, or would be: in the currency of the account.
    pub amount: Money,
    /// The money was taken.
    pub is_taken: bool,
    /// What the buyer claims, when his bank counts otherwise.
    pub claimed: Option<Money>,
    /// What it cost the merchant when the money was taken.
    pub fee_taken: Money,
    /// What it costs him, as things stand.
    pub fee: Money,
    /// What the buyer says, in the provider's word.
    pub reason: String,
    /// How it stands.
    pub status: DisputeStatus,
    /// When it began.
    pub opened_at: Timestamp,
    /// Until when the merchant may answer.
    pub due_by: Timestamp,
    /// Earlier payments of the same buyer count as evidence.
    pub takes_history: bool,
}

/// A card scheme says that a payment will be contested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WarningSnapshot {
    /// The provider's name of it.
    pub warning: String,
    /// Which payment.
    pub payment: PaymentRef,
    /// Giving the money back now keeps it from being contested.
    pub is_actionable: bool,
    /// When the scheme warned.
    pub warned_at: Timestamp,
}

/// What speaks for the merchant, in the words that providers ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceTexts {
    /// What was bought, and all that happened to it.
    pub description: String,
    /// Who bought it.
    pub customer_name: String,
    /// His address.
    pub customer_email: String,
    /// When the event is.
    pub service_date: String,
    /// What was agreed on giving tickets back, and when it was shown.
    pub refund_policy: String,
    /// What went back already, or why nothing did.
    pub refund_refusal: String,
    /// Who came in, when and where.
    pub access_log: String,
    /// What staff add.
    pub note: String,
}

/// Earlier payments of the buyer who says that he did not make this one (Visa calls it compelling evidence).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentHistory {
    /// Mail address that all of them were made with.
    pub mail: String,
    /// What stands for his browser, where all of them came from the same one.
    pub browser: Option<String>,
    /// What the contested payment bought.
    pub bought: String,
    /// The earlier ones, and what each of them bought.
    pub earlier: Vec<(PaymentRef, String)>,
}

/// Gives a contest up.
#[derive(Debug, Clone)]
pub struct Concede {
    /// Makes the call happen once.
    pub key: OperationKey,
    /// Account on which the payment was made.
    pub account: Option<AccountRef>,
    /// The provider's name of the contest.
    pub dispute: String,
}

/// Hands evidence in.
#[derive(Debug, Clone)]
pub struct SubmitEvidence {
    /// Makes the call happen once.
    pub key: OperationKey,
    /// Account on which the payment was made.
    pub account: Option<AccountRef>,
    /// The provider's name of the contest.
    pub dispute: String,
    /// The evidence.
    pub texts: EvidenceTexts,
    /// Earlier payments, where the provider takes them and there are enough.
    pub history: Option<PaymentHistory>,
}
