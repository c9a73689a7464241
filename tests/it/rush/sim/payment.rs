//! Paying: pin, charge, settle; and calling off what takes too long. The provider is told apart from what we know of it.

use bilten_billing::checkout::{PIN_TIMEOUT, RETRY_WINDOW};
use bilten_core::inventory::{HOLD_MAX_AGE, HoldState};
use bilten_kernel::{AttemptId, HoldId, Timestamp};

use super::{
    Bug,
    buyer::Reply,
    database::{Attempt, Change, Ours, Truth},
    node::{Job, Stage, Work},
    world::World,
};

impl World {
    /// Whether the reconciler may take the payment up.
    pub fn is_due(&self, id: AttemptId, attempt: &Attempt) -> bool {
        let is_at_work = |work: &Work| {
            work.who.is_none() && matches!(work.job, Job::CallOff(of) | Job::Void(of) | Job::Settle(of) if of == id)
        };
        let is_late = self.is_ending || self.now.duration_since(attempt.created_at) >= PIN_TIMEOUT;
        attempt.ours == Ours::Live && is_late && !self.works.values().any(is_at_work)
    }

    pub fn begin_payment(&mut self, id: u64, mut work: Work) {
        match work.job {
            Job::Pin(hold, attempt) => self.pin(id, work, hold, attempt),
            Job::Charge(attempt) => {
                let paid = self.roll(4) > 0;
                let known = self.db.attempts.get_mut(&attempt).expect("it was begun");
                if known.truth == Truth::Nothing {
                    known.truth = if paid { Truth::Charged } else { Truth::Declined };
                }
                work.job = Job::Settle(attempt);
                self.works.insert(id, work);
            }
            Job::Void(attempt) => {
                let known = self.db.attempts.get_mut(&attempt).expect("it was begun");
                if known.truth == Truth::Nothing {
                    known.truth = Truth::Void;
                    self.seen.called_off += 1;
                }
                work.job = Job::Settle(attempt);
                self.works.insert(id, work);
            }
            Job::CallOff(attempt) => self.call_off(id, work, attempt),
            Job::Settle(attempt) => self.settle(id, work, attempt),
            Job::Group(_) | Job::Sweep | Job::GiveBack(_) | Job::Orphan => {}
        }
    }

    fn pin(&mut self, id: u64, mut work: Work, hold: HoldId, attempt: AttemptId) {
        let now = self.clock(work.node);
        let row = &self.db.rows[&hold];
        let is_held = row.hold.state == HoldState::Held;
        let is_live = row.hold.is_live(now) || self.bug == Some(Bug::PinsTheExpired);
        if !is_held || !is_live {
            return self.reply(work.node, work.who, Reply::HoldGone);
        }
        if row.hold.expires_at <= now {
            self.books.complain("a hold was pinned after its time");
        }
        let begun = Attempt {
            hold,
            created_at: self.now,
            ours: Ours::Live,
            truth: Truth::Nothing,
        };
        self.db.rows_locked_by.insert(hold, id);
        work.changes = vec![
            Change::State(hold, HoldState::Pinned(attempt)),
            Change::Begin(attempt, begun),
        ];
        work.stage = Stage::Commit;
        self.works.insert(id, work);
    }

    /// Takes the hold out of the buyer's reach before the payment is called off.
    fn call_off(&mut self, id: u64, mut work: Work, attempt: AttemptId) {
        let hold = self.db.attempts[&attempt].hold;
        match self.db.rows[&hold].hold.state {
            HoldState::Pinned(by) if by == attempt => {
                self.db.rows_locked_by.insert(hold, id);
                work.changes = vec![Change::State(hold, HoldState::Cancelling(attempt))];
                work.stage = Stage::Commit;
            }
            HoldState::Cancelling(by) if by == attempt => work.job = Job::Void(attempt),
            HoldState::Held
            | HoldState::Pinned(_)
            | HoldState::Cancelling(_)
            | HoldState::Converted
            | HoldState::Released => {
                work.job = Job::Settle(attempt);
            }
        }
        self.works.insert(id, work);
    }

    /// Takes the provider's answer in: the first news of the end of a payment counts.
    fn settle(&mut self, id: u64, mut work: Work, attempt: AttemptId) {
        let known = self.db.attempts[&attempt].clone();
        let is_news = known.ours == Ours::Live;
        let row = &self.db.rows[&known.hold];
        let state = row.hold.state;
        let is_dead = match known.truth {
            Truth::Charged => false,
            Truth::Declined | Truth::Void => true,
            Truth::Nothing => self.bug == Some(Bug::ReleasesBeforeVoid),
        };
        let until = retry_until(row.hold.expires_at, row.created_at, self.clock(work.node));
        let (changes, stage) = match (known.truth, state) {
            (Truth::Charged, HoldState::Converted) if self.bug == Some(Bug::PaysTwice) => {
                (Vec::new(), Stage::Pools(0, 1))
            }
            _ if !is_news => {
                let reply = if known.ours == Ours::Paid {
                    Reply::Paid
                } else {
                    Reply::Declined
                };
                return self.reply(work.node, work.who, reply);
            }
            (Truth::Charged, HoldState::Released | HoldState::Converted) => {
                (vec![Change::End(attempt, Ours::OwesRefund)], Stage::Commit)
            }
            (Truth::Charged, HoldState::Held | HoldState::Pinned(_) | HoldState::Cancelling(_)) => {
                let changes = vec![
                    Change::State(known.hold, HoldState::Converted),
                    Change::End(attempt, Ours::Paid),
                ];
                (changes, Stage::Pools(-1, 1))
            }
            (_, HoldState::Cancelling(by)) if by == attempt && is_dead => {
                let changes = vec![
                    Change::State(known.hold, HoldState::Released),
                    Change::End(attempt, Ours::Dead),
                ];
                (changes, Stage::Pools(-1, 0))
            }
            (_, HoldState::Pinned(by)) if by == attempt && is_dead => {
                self.seen.declined += 1;
                let back = vec![
                    Change::State(known.hold, HoldState::Held),
                    Change::Until(known.hold, until),
                    Change::End(attempt, Ours::Dead),
                ];
                (back, Stage::Commit)
            }
            _ if is_dead => (vec![Change::End(attempt, Ours::Dead)], Stage::Commit),
            _ => return self.reply(work.node, work.who, Reply::Lost),
        };
        self.db.rows_locked_by.insert(known.hold, id);
        work.changes = changes;
        work.stage = stage;
        self.works.insert(id, work);
    }
}

/// As the product's SQL has it: some minutes to try again, within the hold's whole time.
fn retry_until(expires_at: Timestamp, created_at: Timestamp, now: Timestamp) -> Timestamp {
    expires_at.max(now + RETRY_WINDOW).min(created_at + HOLD_MAX_AGE)
}
