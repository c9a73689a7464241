//! The port to payment providers: what checkout, refunds and the reconciler may ask of one.
//!
//! Invariants of every provider behind it (`tests/it/billing/contract.rs` holds each to them):
//! * The same operation key means the same object, however often it is sent.
//! * The same key with other parameters is refused and changes nothing.
//! * `create` with `confirm: false` never moves money, also when it is a replay of a `create` that confirmed.
//! * An answer that was lost after sending is [`Outcome::Unknown`]; nothing sent is [`Outcome::NotSent`].
//! * [`PaymentStatus::Failed`] and [`PaymentStatus::Canceled`] are only reported of payments that can no longer be charged.
//!
//! Not here: our own rows (`attempts`), and what an answer means for an order (`checkout`).
//! A provider keeps no state of ours and opens none of our transactions.

mod account;
mod balance;
mod outcome;
mod payee;
mod payment;
mod signature;

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use bilten_kernel::{Ctx, Timestamp};

pub use account::{AccountRef, ConfirmationToken};
pub use balance::{AskLines, BalanceLine, Holding, LineKind, LinesPage};
pub use outcome::{DeclineCode, NextAction, Outcome, Retry, Why};
pub use payee::{
    Concede, DisputeSnapshot, DisputeStatus, EvidenceTexts, PaymentHistory, PayoutSnapshot, PayoutStatus, SendMoney,
    SendTransfer, SubmitEvidence, TransferSnapshot, WarningSnapshot,
};
pub use payment::{
    CardPrint, ConfirmPayment, CreatePayment, Method, OperationKey, PaymentAt, PaymentRef, PaymentStatus,
    RefundPayment, RefundSnapshot, RefundStatus, ReturnTo, Snapshot,
};
pub use signature::{SignatureError, TOLERANCE_S, sign, verify_signature};

/// What a provider can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// `create` may confirm in the same call, and a replay of its key without `confirm` finds the same object.
    /// Then our record of the payment's reference may wait until the answer is there (docs/adr/0009).
    pub confirms_on_create: bool,
    /// The money goes to an account of the payee, without which nothing can be paid.
    pub needs_account: bool,
}

/// A webhook whose signature was right. It is a hint to ask the provider, never a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvent {
    /// The provider's own id of the event; the inbox stores it once.
    pub id: String,
    /// The payment that it speaks of, when it names one.
    pub payment: Option<PaymentRef>,
    /// Account on which it happened; none where the provider has no accounts.
    pub account: Option<AccountRef>,
    /// The provider's name of what it is about, such as a contest or a payout.
    pub object: Option<String>,
}

/// One payment service provider.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Name in our rows and in the webhook's path.
    fn name(&self) -> &'static str;

    /// Tells what it can do.
    fn caps(&self) -> Caps;

    /// Makes a payment, and confirms it too when asked and able.
    async fn create(&self, ctx: &Ctx, call: &CreatePayment) -> Outcome<Snapshot>;

    /// Lets the payment move money.
    async fn confirm(&self, ctx: &Ctx, call: &ConfirmPayment) -> Outcome<Snapshot>;

    /// Kills the payment unless money has moved; the snapshot tells which of both it is.
    async fn void(&self, ctx: &Ctx, at: &PaymentAt, key: &OperationKey) -> Outcome<Snapshot>;

    /// Gives money back.
    async fn refund(&self, ctx: &Ctx, call: &RefundPayment) -> Outcome<RefundSnapshot>;

    /// Tells how the payment stands now.
    async fn fetch_payment(&self, ctx: &Ctx, at: &PaymentAt) -> Outcome<Snapshot>;

    /// Sends the merchant's money to his bank, or tells how far it is: the key is the payout's, however often it is sent. A
    /// provider that pays out by itself has no such call.
    async fn send_money(&self, _ctx: &Ctx, _call: &SendMoney) -> Outcome<PayoutSnapshot> {
        Outcome::NotSent(Why::NotFound)
    }

    /// Moves money of the platform's to the tenant's account, or tells what became of it: the key is the settlement's, however
    /// often it is sent. A provider tries it once; whoever asks tries again.
    async fn transfer(&self, _ctx: &Ctx, _call: &SendTransfer) -> Outcome<TransferSnapshot> {
        Outcome::NotSent(Why::NotFound)
    }

    /// Lists the payments that buyers contest, of those opened since; a provider that has none says so.
    async fn list_disputes(
        &self,
        _ctx: &Ctx,
        _account: Option<&AccountRef>,
        _opened_since: Timestamp,
    ) -> Outcome<Vec<DisputeSnapshot>> {
        Outcome::Done(Vec::new())
    }

    /// Tells how one contest stands now.
    async fn fetch_dispute(
        &self,
        _ctx: &Ctx,
        _account: Option<&AccountRef>,
        _dispute: &str,
    ) -> Outcome<DisputeSnapshot> {
        Outcome::NotSent(Why::NotFound)
    }

    /// Hands in what speaks for the merchant; a provider takes it once.
    async fn submit_evidence(&self, _ctx: &Ctx, _call: &SubmitEvidence) -> Outcome<()> {
        Outcome::NotSent(Why::NotFound)
    }

    /// Gives a contest up: the buyer keeps the money, and it is over.
    async fn concede(&self, _ctx: &Ctx, _call: &Concede) -> Outcome<()> {
        Outcome::NotSent(Why::NotFound)
    }

    /// Lists early warnings of fraud; a provider that has none says so.
    async fn list_warnings(
        &self,
        _ctx: &Ctx,
        _account: Option<&AccountRef>,
        _since: Timestamp,
    ) -> Outcome<Vec<WarningSnapshot>> {
        Outcome::Done(Vec::new())
    }

    /// Lists what moved on an account; a line keeps its name for ever, however often it is told.
    async fn balance_lines(&self, _ctx: &Ctx, _ask: &AskLines<'_>) -> Outcome<LinesPage> {
        Outcome::NotSent(Why::NotFound)
    }

    /// Tells what lies on an account, in each currency that it has.
    async fn holdings(&self, _ctx: &Ctx, _account: Option<&AccountRef>) -> Outcome<Vec<Holding>> {
        Outcome::NotSent(Why::NotFound)
    }

    /// Checks a webhook's signature and age, against each secret that is in force.
    ///
    /// # Errors
    /// The signature, its time or the body is wrong.
    fn verify(&self, ctx: &Ctx, headers: &dyn HeaderLookup, body: &[u8]) -> Result<RawEvent, SignatureError>;
}

/// Finds a request header by its lower-case name, so that this crate needs no HTTP server types.
pub trait HeaderLookup: Sync {
    /// Returns the header's text.
    fn header(&self, name: &str) -> Option<&str>;
}

impl HeaderLookup for BTreeMap<String, String> {
    fn header(&self, name: &str) -> Option<&str> {
        self.get(name).map(String::as_str)
    }
}

/// The providers that this installation speaks to, by name.
#[derive(Clone, Default)]
pub struct Providers(BTreeMap<&'static str, Arc<dyn Provider>>);

impl Providers {
    /// Collects providers; of two with the same name the later wins.
    pub fn new(providers: impl IntoIterator<Item = Arc<dyn Provider>>) -> Self {
        Self(providers.into_iter().map(|p| (p.name(), p)).collect())
    }

    /// Goes through all of them.
    pub fn all(&self) -> impl Iterator<Item = Arc<dyn Provider>> + '_ {
        self.0.values().cloned()
    }

    /// Finds a provider by its name.
    pub fn find(&self, name: &str) -> Option<Arc<dyn Provider>> {
        self.0.get(name).cloned()
    }
}

impl std::fmt::Debug for Providers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Seconds since 1970 of an instant, as signatures carry it.
pub(crate) fn unix_seconds(at: Timestamp) -> i64 {
    at.as_second()
}
