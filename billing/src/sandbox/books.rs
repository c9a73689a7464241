//! A payment in the sandbox's books: pure states and what may happen to them.

use bilten_kernel::{AttemptId, Money, Timestamp};

use super::SandboxPaymentId;
use crate::provider::{DeclineCode, Method, NextAction, PaymentRef, PaymentStatus, ReturnTo, Snapshot};

/// Where a payment stands in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BookState {
    /// Made, not confirmed.
    RequiresConfirmation,
    /// The buyer must choose on the hosted page.
    RequiresAction,
    /// The buyer's "bank" asks whether it is him.
    Challenge,
    /// Accepted, to be settled later.
    Processing,
    /// Paid.
    Succeeded,
    /// Declined.
    Failed,
    /// Killed.
    Canceled,
}

/// What a buyer can do on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Pay at once.
    Pay,
    /// Be asked by the bank first, as 3-D Secure does.
    Challenge,
    /// Answer the bank's question.
    Approve,
    /// Fail the bank's question.
    Refuse,
    /// Have the card declined.
    Decline,
    /// Pay, and have it confirmed by webhook some seconds later.
    Later,
    /// Pay, and have the provider fall silent for a while.
    TimeOut,
}

/// The payment is past this choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payment is past this choice")]
pub struct Impossible;

impl BookState {
    const ALL: [Self; 7] = [
        Self::RequiresConfirmation,
        Self::RequiresAction,
        Self::Challenge,
        Self::Processing,
        Self::Succeeded,
        Self::Failed,
        Self::Canceled,
    ];

    /// Name in the books.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Challenge => "challenge",
            Self::Processing => "processing",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// State after the merchant confirmed; a payment that is past it stays as it is.
    pub(super) const fn confirm(self, method: Method) -> Self {
        match (self, method) {
            (Self::RequiresConfirmation, Method::Hosted | Method::Embedded) => Self::RequiresAction,
            (Self::RequiresConfirmation, Method::Instant) => Self::Succeeded,
            (
                state @ (Self::RequiresAction
                | Self::Challenge
                | Self::Processing
                | Self::Succeeded
                | Self::Failed
                | Self::Canceled),
                _,
            ) => state,
        }
    }

    /// State after the merchant asked to kill the payment; money that moved or may move stays.
    pub(super) const fn void(self) -> Self {
        match self {
            Self::RequiresConfirmation | Self::RequiresAction | Self::Challenge => Self::Canceled,
            state @ (Self::Processing | Self::Succeeded | Self::Failed | Self::Canceled) => state,
        }
    }

    /// State after the buyer chose.
    ///
    /// # Errors
    /// The payment is past this choice.
    pub const fn choose(self, choice: Choice) -> Result<Self, Impossible> {
        match (self, choice) {
            (Self::RequiresAction, Choice::Pay | Choice::TimeOut) | (Self::Challenge, Choice::Approve) => {
                Ok(Self::Succeeded)
            }
            (Self::RequiresAction, Choice::Challenge) => Ok(Self::Challenge),
            (Self::RequiresAction, Choice::Decline) | (Self::Challenge, Choice::Refuse) => Ok(Self::Failed),
            (Self::RequiresAction, Choice::Later) => Ok(Self::Processing),
            (
                Self::RequiresConfirmation
                | Self::RequiresAction
                | Self::Challenge
                | Self::Processing
                | Self::Succeeded
                | Self::Failed
                | Self::Canceled,
                _,
            ) => Err(Impossible),
        }
    }

    const fn status(self) -> PaymentStatus {
        match self {
            Self::RequiresConfirmation => PaymentStatus::Unconfirmed,
            Self::RequiresAction | Self::Challenge => PaymentStatus::ActionRequired,
            Self::Processing => PaymentStatus::Processing,
            Self::Succeeded => PaymentStatus::Succeeded,
            Self::Failed => PaymentStatus::Failed,
            Self::Canceled => PaymentStatus::Canceled,
        }
    }
}

impl Choice {
    /// Reads the value that the page's form sends.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "pay" => Self::Pay,
            "challenge" => Self::Challenge,
            "confirm" => Self::Approve,
            "refuse" => Self::Refuse,
            "decline" => Self::Decline,
            "later" => Self::Later,
            "timeout" => Self::TimeOut,
            _ => return None,
        })
    }
}

/// One payment in the books.
#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub id: SandboxPaymentId,
    pub attempt: AttemptId,
    pub method: Method,
    pub params_hash: Vec<u8>,
    pub amount: Money,
    pub state: BookState,
    pub refunded_minor: i64,
    pub return_to: Option<ReturnTo>,
    pub silent_until: Option<Timestamp>,
}

impl Payment {
    /// Tells whether the sandbox plays dead about this payment.
    pub fn is_silent(&self, now: Timestamp) -> bool {
        self.silent_until.is_some_and(|until| until > now)
    }

    pub fn snapshot(&self) -> Snapshot {
        let payment = self.id.to_string();
        let status = self.state.status();
        let page = NextAction::Redirect(format!("/sandbox/{payment}"));
        Snapshot {
            payment: PaymentRef::parse(&payment).expect("an identifier is plain text"),
            attempt: self.attempt,
            status,
            amount: self.amount,
            decline: (status == PaymentStatus::Failed).then(|| DeclineCode::new("card_declined")),
            next_action: (status == PaymentStatus::ActionRequired).then_some(page),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHOICES: [&str; 7] = ["pay", "challenge", "confirm", "refuse", "decline", "later", "timeout"];

    #[test]
    fn a_choice_is_made_once_and_money_never_comes_back_to_life() {
        for state in BookState::ALL {
            assert_eq!(BookState::from_name(state.name()), Some(state));
            for choice in CHOICES.map(|name| Choice::from_name(name).unwrap()) {
                let is_open = matches!(state, BookState::RequiresAction | BookState::Challenge);
                assert!(
                    is_open || state.choose(choice) == Err(Impossible),
                    "{state:?} {choice:?}"
                );
            }
        }
        assert_eq!(Choice::from_name("steal"), None);
    }

    #[test]
    fn what_was_killed_is_not_confirmed_and_what_was_paid_is_not_killed() {
        assert_eq!(BookState::Canceled.confirm(Method::Instant), BookState::Canceled);
        assert_eq!(BookState::Succeeded.void(), BookState::Succeeded);
        assert_eq!(BookState::Processing.void(), BookState::Processing);
        assert_eq!(BookState::Challenge.void(), BookState::Canceled);
    }
}
