//! Pure state of an attempt: how what a provider tells moves it.

use crate::provider::PaymentStatus;

/// Where an attempt stands. The order of the variants is the rank by which news is reduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttemptState {
    /// Written; no money can move yet.
    Created,
    /// The call that lets money move was or is about to be sent.
    Confirming,
    /// The buyer must act.
    ActionRequired,
    /// The provider works on it.
    Processing,
    /// Declined for good.
    Failed,
    /// Killed before money moved.
    Canceled,
    /// The money is ours.
    Succeeded,
}

/// What a snapshot did to an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reduced {
    /// State afterwards.
    pub state: AttemptState,
    /// The snapshot told something new.
    pub is_news: bool,
}

/// A snapshot that does not fit the attempt; a person must look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Integrity {
    /// The provider's metadata names another attempt.
    #[error("payment belongs to another attempt")]
    OtherAttempt,
    /// The attempt has another payment.
    #[error("attempt has another payment")]
    OtherPayment,
    /// The currency differs from what was asked.
    #[error("currency differs from what was asked")]
    OtherCurrency,
    /// The amount differs from what was asked.
    #[error("amount differs from what was asked")]
    OtherAmount,
}

impl Integrity {
    const ALL: [Self; 4] = [
        Self::OtherAttempt,
        Self::OtherPayment,
        Self::OtherCurrency,
        Self::OtherAmount,
    ];

    /// Reads the words that were stored; `None` for those of an older version.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.to_string() == text)
    }
}

impl AttemptState {
    /// All states, by rank.
    pub const ALL: [Self; 7] = [
        Self::Created,
        Self::Confirming,
        Self::ActionRequired,
        Self::Processing,
        Self::Failed,
        Self::Canceled,
        Self::Succeeded,
    ];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Confirming => "confirming",
            Self::ActionRequired => "action_required",
            Self::Processing => "processing",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Succeeded => "succeeded",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Tells whether the payment may still move.
    pub const fn is_live(self) -> bool {
        match self {
            Self::Created | Self::Confirming | Self::ActionRequired | Self::Processing => true,
            Self::Failed | Self::Canceled | Self::Succeeded => false,
        }
    }

    /// Reduces a provider's status into the state: the higher rank wins, so that the result does not depend on the
    /// order or number of snapshots. Success outranks all: money that came is never forgotten.
    #[must_use]
    pub fn reduce(self, status: PaymentStatus) -> Reduced {
        let told = match status {
            PaymentStatus::Unconfirmed => Self::Created,
            PaymentStatus::ActionRequired => Self::ActionRequired,
            PaymentStatus::Processing => Self::Processing,
            PaymentStatus::Failed => Self::Failed,
            PaymentStatus::Canceled => Self::Canceled,
            PaymentStatus::Succeeded => Self::Succeeded,
        };
        Reduced {
            state: self.max(told),
            is_news: told > self,
        }
    }
}

#[cfg(test)]
mod tests {
    use bilten_kernel::{AttemptId, EventId, HoldId, Money, OrderId, Timestamp};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        attempts::Attempt,
        provider::{Method, PaymentRef, Snapshot},
    };

    const STATUSES: [PaymentStatus; 6] = [
        PaymentStatus::Unconfirmed,
        PaymentStatus::ActionRequired,
        PaymentStatus::Processing,
        PaymentStatus::Failed,
        PaymentStatus::Canceled,
        PaymentStatus::Succeeded,
    ];

    fn fold(start: AttemptState, statuses: &[PaymentStatus]) -> AttemptState {
        statuses.iter().fold(start, |state, status| state.reduce(*status).state)
    }

    fn statuses() -> impl Strategy<Value = Vec<PaymentStatus>> {
        prop::collection::vec(prop::sample::select(STATUSES.to_vec()), 0..12)
    }

    proptest! {
        #[test]
        fn snapshots_in_any_order_and_number_lead_to_the_same_state(
            told in statuses(),
            (shuffled, doubled) in statuses().prop_flat_map(|s| {
                let twice: Vec<_> = s.iter().chain(&s).copied().collect();
                (Just(s).prop_shuffle(), Just(twice).prop_shuffle())
            }),
            start in prop::sample::select(AttemptState::ALL.to_vec()),
        ) {
            prop_assert_eq!(fold(start, &shuffled), fold(start, &doubled));
            let mut backwards = told.clone();
            backwards.reverse();
            prop_assert_eq!(fold(start, &told), fold(start, &backwards));
        }

        #[test]
        fn a_snapshot_never_moves_an_attempt_back(told in statuses(), start in prop::sample::select(AttemptState::ALL.to_vec())) {
            let mut state = start;
            for status in told {
                let reduced = state.reduce(status);
                prop_assert!(reduced.state >= state);
                prop_assert_eq!(reduced.is_news, reduced.state != state);
                state = reduced.state;
            }
            prop_assert!(start != AttemptState::Succeeded || state == AttemptState::Succeeded);
        }
    }

    #[test]
    fn names_are_read_back() {
        for state in AttemptState::ALL {
            assert_eq!(AttemptState::from_name(state.name()), Some(state));
        }
        assert_eq!(AttemptState::from_name("paid"), None);
        for why in Integrity::ALL {
            assert_eq!(Integrity::from_text(&why.to_string()), Some(why));
        }
    }

    #[test]
    fn a_snapshot_of_another_sum_or_payment_is_never_taken_in() {
        let nok = |minor| Money::new(minor, "NOK".parse().unwrap());
        let attempt = Attempt {
            id: AttemptId::from_uuid(uuid::Uuid::from_u128(1)),
            order: OrderId::from_uuid(uuid::Uuid::from_u128(2)),
            hold: HoldId::from_uuid(uuid::Uuid::from_u128(3)),
            event: Some(EventId::from_uuid(uuid::Uuid::from_u128(4))),
            generation: 1,
            provider: "sandbox".to_owned(),
            method: Method::Hosted,
            account: None,
            fee: None,
            asks_three_d_secure: false,
            state: AttemptState::Confirming,
            is_unknown: false,
            quarantine: None,
            amount: nok(100),
            payment: Some(PaymentRef::parse("a").unwrap()),
            action_url: None,
            decline_code: None,
            created_at: Timestamp::UNIX_EPOCH,
            touched_at: Timestamp::UNIX_EPOCH,
        };
        let fits = Snapshot {
            payment: PaymentRef::parse("a").unwrap(),
            attempt: attempt.id,
            status: PaymentStatus::Succeeded,
            amount: nok(100),
            decline: None,
            next_action: None,
            card: None,
        };
        assert_eq!(attempt.reduce(&fits).map(|r| r.state), Ok(AttemptState::Succeeded));
        let change = |f: &dyn Fn(&mut Snapshot)| {
            let mut snapshot = fits.clone();
            f(&mut snapshot);
            attempt.reduce(&snapshot)
        };
        assert_eq!(change(&|s| s.amount = nok(99)), Err(Integrity::OtherAmount));
        assert_eq!(change(&|s| s.amount = nok(101)), Err(Integrity::OtherAmount));
        assert_eq!(
            change(&|s| s.amount = Money::new(100, "SEK".parse().unwrap())),
            Err(Integrity::OtherCurrency)
        );
        assert_eq!(
            change(&|s| s.payment = PaymentRef::parse("b").unwrap()),
            Err(Integrity::OtherPayment)
        );
        assert_eq!(
            change(&|s| s.attempt = AttemptId::from_uuid(uuid::Uuid::from_u128(9))),
            Err(Integrity::OtherAttempt)
        );
    }
}
