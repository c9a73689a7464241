//! A lot: what it holds, and what of it may go.

use bilten_kernel::{Currency, EventId, OrderId, Timestamp};
use jiff::SignedDuration;

use super::policy::Dates;

/// After its deadline money of an event that is not over may stay so long, if it is more than its payee may owe.
const LAST_DAYS: SignedDuration = SignedDuration::from_hours(24 * 5);
/// Hundredths of a per cent in a whole.
const WHOLE_BP: i64 = 10_000;

/// Where a lot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LotState {
    /// The provider may not send it yet.
    Pending,
    /// The policy does not let it go yet.
    Held,
    /// Some of it may go.
    Releasable,
    /// All of it is in payouts.
    Allocated,
    /// All of it was paid out.
    Paid,
    /// Refunds and contests took all of it.
    Consumed,
}

impl LotState {
    const ALL: [Self; 6] = [
        Self::Pending,
        Self::Held,
        Self::Releasable,
        Self::Allocated,
        Self::Paid,
        Self::Consumed,
    ];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Held => "held",
            Self::Releasable => "releasable",
            Self::Allocated => "allocated",
            Self::Paid => "paid",
            Self::Consumed => "consumed",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// One order's money at one payee. Amounts are minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Whose purchase.
    pub order: OrderId,
    /// Number of the payee's book.
    pub book: i64,
    /// What for.
    pub event: Option<EventId>,
    /// Account with the provider.
    pub provider: String,
    /// In which currency.
    pub currency: Currency,
    /// What came in.
    pub brought: i64,
    /// What refunds and contests took.
    pub taken: i64,
    /// What is on its way back.
    pub owed: i64,
    /// What payouts took that did not fail.
    pub allocated: i64,
    /// Share that stays until the reserve's date.
    pub reserve_bp: i32,
    /// When it may go.
    pub dates: Dates,
    /// Where it stands.
    pub state: LotState,
}

impl Lot {
    /// What lies with the provider for it, and what was paid out.
    pub const fn net(&self) -> i64 {
        self.brought - self.taken
    }

    /// What is the payee's and in no payout.
    pub const fn free(&self) -> i64 {
        self.net() - self.owed - self.allocated
    }

    /// What may be paid out now. What must go by its deadline goes, reserve or not; `is_stopped` keeps everything else back.
    pub fn payable(&self, now: Timestamp, is_stopped: bool) -> i64 {
        let free = self.free().max(0);
        if now >= self.dates.deadline {
            free
        } else if is_stopped || now < self.dates.available || now < self.dates.releasable {
            0
        } else if now < self.dates.reserve {
            (free - self.reserve()).max(0)
        } else {
            free
        }
    }

    /// Tells whether it would be paid out before its event is over, and its deadline leaves time to keep it still.
    pub fn is_early(&self, now: Timestamp) -> bool {
        now < self.dates.releasable && now < self.dates.deadline + LAST_DAYS
    }

    /// Where it stands when nothing of it is under way.
    pub fn resting_state(&self, now: Timestamp, is_paid: bool) -> LotState {
        if self.allocated == 0 && self.net() - self.owed <= 0 {
            LotState::Consumed
        } else if self.free() <= 0 {
            if is_paid { LotState::Paid } else { LotState::Allocated }
        } else if now < self.dates.available {
            LotState::Pending
        } else if self.payable(now, false) > 0 {
            LotState::Releasable
        } else {
            LotState::Held
        }
    }

    /// Rounded up: in doubt it stays.
    fn reserve(&self) -> i64 {
        let share = i128::from((self.net() - self.owed).max(0)) * i128::from(self.reserve_bp);
        i64::try_from((share + i128::from(WHOLE_BP) - 1) / i128::from(WHOLE_BP)).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payouts::Policy;

    fn lot(brought: i64, taken: i64, owed: i64, allocated: i64) -> Lot {
        let (captured, end) = ("2031-05-01T10:00:00Z", "2031-06-02T20:00:00Z");
        Lot {
            order: uuid::Uuid::from_u128(1).into(),
            book: 1,
            event: None,
            provider: "sandbox".to_owned(),
            currency: "EUR".parse().unwrap(),
            brought,
            taken,
            owed,
            allocated,
            reserve_bp: 1_000,
            dates: Policy::default().dates(captured.parse().unwrap(), end.parse().unwrap()),
            state: LotState::Pending,
        }
    }

    #[test]
    fn money_goes_by_its_dates() {
        let cases = [
            ("2031-05-02T00:00:00Z", 0, LotState::Pending),
            ("2031-06-02T21:00:00Z", 0, LotState::Held),
            ("2031-06-09T20:00:00Z", 899, LotState::Releasable),
            ("2031-07-02T20:00:00Z", 999, LotState::Releasable),
        ];
        for (now, payable, state) in cases {
            let now = now.parse().unwrap();
            assert_eq!(lot(999, 0, 0, 0).payable(now, false), payable, "{now}");
            assert_eq!(lot(999, 0, 0, 0).resting_state(now, false), state, "{now}");
            assert_eq!(
                lot(999, 0, 0, 0).payable(now, true),
                0,
                "an event that was called off keeps it back"
            );
        }
        let deadline = "2031-07-23T10:00:00Z".parse().unwrap();
        assert_eq!(
            lot(999, 0, 0, 0).payable(deadline, true),
            999,
            "a provider keeps nothing for ever"
        );
    }

    #[test]
    fn what_is_not_the_payees_stays() {
        let late = "2031-07-10T00:00:00Z".parse().unwrap();
        for (lot, payable, state) in [
            (lot(1000, 400, 100, 0), 500, LotState::Releasable),
            (lot(1000, 400, 100, 500), 0, LotState::Paid),
            (lot(1000, 1000, 0, 0), 0, LotState::Consumed),
            (lot(1000, 0, 1000, 0), 0, LotState::Consumed),
            // A refund of what was paid out before.
            (lot(1000, 1000, 0, 1000), 0, LotState::Paid),
            (lot(1000, 1200, 0, 0), 0, LotState::Consumed),
        ] {
            assert_eq!(lot.payable(late, false), payable, "{lot:?}");
            assert_eq!(lot.resting_state(late, true), state, "{lot:?}");
        }
    }
}
