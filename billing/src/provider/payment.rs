//! What is said to a provider and what it answers, in words that all providers share.

use std::fmt;

use bilten_kernel::{AttemptId, Money, ParseError, RefundId};
use sha2::{Digest, Sha256};

use super::{AccountRef, ConfirmationToken, DeclineCode, NextAction};

/// Makes a call happen once: derived from our own row, sent again unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationKey(String);

impl OperationKey {
    /// Key of the call that creates (and may confirm) the attempt's payment.
    pub fn create(attempt: AttemptId) -> Self {
        Self(format!("{attempt}/create"))
    }

    /// Key of the call that confirms.
    pub fn confirm(attempt: AttemptId) -> Self {
        Self(format!("{attempt}/confirm"))
    }

    /// Key of the call that kills the payment.
    pub fn void(attempt: AttemptId) -> Self {
        Self(format!("{attempt}/void"))
    }

    /// Key of a refund.
    pub fn refund(refund: RefundId) -> Self {
        Self(format!("{refund}/refund"))
    }

    /// Key of the evidence against a contest: other evidence is another call.
    pub fn evidence(dispute: crate::disputes::DisputeId, hash: &[u8; 32]) -> Self {
        Self(format!("{dispute}/evidence/{}", data_encoding::HEXLOWER.encode(hash)))
    }

    /// Key of giving a contest up.
    pub fn concede(dispute: crate::disputes::DisputeId) -> Self {
        Self(format!("{dispute}/concede"))
    }

    /// Key of a payout.
    pub fn payout(payout: crate::payouts::PayoutId) -> Self {
        Self(format!("{payout}/payout"))
    }

    /// Key of a transfer of commission.
    pub fn transfer(settlement: crate::commission::SettlementId) -> Self {
        Self(format!("{settlement}/transfer"))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The provider's own name of a payment.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PaymentRef(String);

impl PaymentRef {
    /// Accepts 1 to 120 printable ASCII characters without spaces.
    ///
    /// # Errors
    /// The text is something else.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.is_empty() || text.len() > 120 || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(ParseError::new("payment reference", "is malformed"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PaymentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Display for PaymentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The provider's fingerprint of a card: the same text for the same card, and nothing that leads back to it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardPrint(String);

impl CardPrint {
    /// Accepts 1 to 80 letters, digits, hyphens and underscores, at least one of them no digit: a card's number never gets
    /// this far.
    ///
    /// # Errors
    /// The text is something else.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let is_fit = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let is_number = text.bytes().all(|b| !b.is_ascii_alphabetic());
        if is_number || text.len() > 80 || !text.bytes().all(is_fit) {
            return Err(ParseError::new("card fingerprint", "is malformed"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardPrint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardPrint(…)")
    }
}

/// How the buyer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// On a page of the provider.
    Hosted,
    /// At once, without the buyer; for programs.
    Instant,
    /// With the provider's own form on our page, which left us a [`ConfirmationToken`].
    Embedded,
}

impl Method {
    /// Name in our rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hosted => "hosted",
            Self::Instant => "instant",
            Self::Embedded => "embedded",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Hosted, Self::Instant, Self::Embedded];
        all.into_iter().find(|m| m.name() == name)
    }

    /// Tells whether the buyer comes back to us from somewhere else.
    pub const fn needs_return(self) -> bool {
        match self {
            Self::Hosted | Self::Embedded => true,
            Self::Instant => false,
        }
    }
}

/// Where the buyer comes back to, always on the tenant's own host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReturnTo {
    origin: String,
    path: String,
}

impl ReturnTo {
    /// Takes the origin that the buyer uses (`https://tickets.example`) and a path below `/checkout/`.
    ///
    /// # Errors
    /// The origin has a path, or the path leads elsewhere.
    pub fn new(origin: &str, path: &str) -> Result<Self, ParseError> {
        let refuse = || Err(ParseError::new("return address", "is not a page of the checkout"));
        let Some(authority) = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
        else {
            return refuse();
        };
        let is_authority = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':');
        let is_segment = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.');
        let is_plain = !path.contains("//") && !path.contains("..") && path.bytes().all(is_segment);
        if authority.is_empty() || !authority.bytes().all(is_authority) || !path.starts_with("/checkout/") || !is_plain
        {
            return refuse();
        }
        Ok(Self {
            origin: origin.to_owned(),
            path: path.to_owned(),
        })
    }

    /// Reads what [`ReturnTo::url`] wrote.
    ///
    /// # Errors
    /// The text is no such address.
    pub fn parse(url: &str) -> Result<Self, ParseError> {
        let start = url.find("://").map_or(0, |at| at + 3);
        let cut = url[start..].find('/').map_or(url.len(), |at| start + at);
        Self::new(&url[..cut], &url[cut..])
    }

    /// Whole address.
    pub fn url(&self) -> String {
        format!("{}{}", self.origin, self.path)
    }

    /// Path on the tenant's host.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Host and port, as the `Host` header carries it.
    pub fn authority(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, authority)| authority)
    }
}

/// Asks for a payment.
#[derive(Debug, Clone)]
pub struct CreatePayment {
    /// Makes the call happen once.
    pub key: OperationKey,
    /// Our attempt, kept by the provider as metadata.
    pub attempt: AttemptId,
    /// What the buyer pays.
    pub amount: Money,
    /// How he pays.
    pub method: Method,
    /// Account of the payee, who is the merchant; none where the provider has no accounts.
    pub account: Option<AccountRef>,
    /// Part of the amount that is the platform's.
    pub fee: Option<Money>,
    /// Where he comes back to; none when we ask without him, to find out what became of an earlier call.
    pub return_to: Option<ReturnTo>,
    /// Have the bank make sure who pays (3-D Secure), where the method can.
    pub request_three_d_secure: bool,
    /// Confirm in the same call; only where [`super::Caps::confirms_on_create`].
    pub confirm: bool,
}

impl CreatePayment {
    /// Hash over everything that must not change under one key. `confirm` and the return address are left out:
    /// a replay for recovery asks without confirming, and does not know which host the buyer used.
    pub fn params_hash(&self) -> [u8; 32] {
        let mut text = format!(
            "{}|{}|{}|{}",
            self.attempt,
            self.amount.minor,
            self.amount.currency,
            self.method.name()
        );
        if let Some(account) = &self.account {
            let fee = self.fee.map_or(0, |fee| fee.minor);
            text = format!("{text}|{account}|{fee}");
        }
        Sha256::digest(text.as_bytes()).into()
    }
}

/// A payment at the account on which it was made. Another account of the same payee does not know it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PaymentAt {
    /// Account of the payee; none where the provider has no accounts.
    pub account: Option<AccountRef>,
    /// The provider's name of the payment.
    pub payment: PaymentRef,
}

/// Asks for the money to be moved.
#[derive(Debug, Clone)]
pub struct ConfirmPayment {
    /// Makes the call happen once.
    pub key: OperationKey,
    /// Which payment.
    pub at: PaymentAt,
    /// What the provider's form left us; [`Method::Embedded`] needs it.
    pub token: Option<ConfirmationToken>,
    /// Where the buyer comes back to when he has to act.
    pub return_to: Option<ReturnTo>,
}

/// How a payment stands at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaymentStatus {
    /// Made, not confirmed: no money can move.
    Unconfirmed,
    /// The buyer must act.
    ActionRequired,
    /// Under way; may take days with some methods.
    Processing,
    /// The money is ours.
    Succeeded,
    /// Declined for good.
    Failed,
    /// Killed before money moved.
    Canceled,
}

/// State of a payment as the provider told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The provider's name of the payment.
    pub payment: PaymentRef,
    /// Attempt that the provider's metadata names.
    pub attempt: AttemptId,
    /// How it stands.
    pub status: PaymentStatus,
    /// Amount that is asked for or was received.
    pub amount: Money,
    /// Why it failed.
    pub decline: Option<DeclineCode>,
    /// What the buyer has to do.
    pub next_action: Option<NextAction>,
    /// Which card he tried, when the provider tells.
    pub card: Option<CardPrint>,
}

/// Asks for money to be given back.
#[derive(Debug, Clone)]
pub struct RefundPayment {
    /// Makes the call happen once.
    pub key: OperationKey,
    /// Payment whose money goes back, from the account that took it.
    pub at: PaymentAt,
    /// How much.
    pub amount: Money,
    /// Give the platform's part back too, in proportion.
    pub returns_fee: bool,
}

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStatus {
    /// Under way; it waits when the payee's balance is empty.
    Pending,
    /// The buyer has, or will surely get, his money.
    Succeeded,
    /// Refused by the buyer's bank or the provider.
    Failed,
}

/// State of a refund as the provider told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundSnapshot {
    /// The provider's name of the refund.
    pub refund: String,
    /// How it stands.
    pub status: RefundStatus,
    /// Amount given back.
    pub amount: Money,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_address_never_leaves_the_checkout() {
        let good = ReturnTo::new("http://nordlys.localhost:8080", "/checkout/abc/return").unwrap();
        assert_eq!(ReturnTo::parse(&good.url()), Ok(good.clone()));
        assert_eq!(good.authority(), "nordlys.localhost:8080");
        for (origin, path) in [
            ("http://nordlys.localhost", "//evil.example/checkout/"),
            ("http://nordlys.localhost", "/checkout/../manage"),
            ("http://nordlys.localhost", "/checkout//evil.example"),
            ("http://nordlys.localhost", "/orders/1"),
            ("http://nordlys.localhost", "/checkout/a?next=https://evil.example"),
            ("http://a@evil.example", "/checkout/a"),
            ("javascript:", "/checkout/a"),
            ("http://", "/checkout/a"),
        ] {
            assert!(ReturnTo::new(origin, path).is_err(), "{origin}{path}");
        }
    }

    #[test]
    fn a_fingerprint_is_never_a_number_of_a_card() {
        assert!(CardPrint::parse("Xt5EWLLDS7FJjR1c").is_ok());
        for odd in ["", "4242424242424242", "4242-4242-4242-4242", "a b", &"x".repeat(81)] {
            assert!(CardPrint::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn payment_references_are_plain_text() {
        assert!(PaymentRef::parse("sbx_0123").is_ok());
        for odd in ["", "a b", "ü", "a\n", &"x".repeat(121)] {
            assert!(PaymentRef::parse(odd).is_err());
        }
    }
}
