//! A node: one lane of requests for the event, group commit, and its other transactions.
//!
//! A group is collected while the one before commits. It looks for what it has already got (the same request, sent
//! again or served before an answer was lost), reclaims what expired, serves the waiting list, then decides in order of
//! arrival. A group that fails is served again one by one, so that a poisoned request fails alone.

use std::collections::VecDeque;

use bilten_core::inventory::HoldState;
use bilten_kernel::{AttemptId, HoldId, TicketTypeId};
use jiff::SignedDuration;

use super::{
    Bug,
    buyer::Reply,
    database::{Change, Entry, Ours},
    group::Group,
    world::World,
};

#[derive(Debug)]
pub(super) struct Node {
    pub is_alive: bool,
    /// Its clock runs ahead by so much.
    pub skew: SignedDuration,
    pub queue: VecDeque<Waiting>,
    /// Transaction that serves the lane.
    pub lane: Option<u64>,
    /// Number of the last who came, and of the last who was answered.
    arrivals: u64,
    pub answered: u64,
}

/// A request in a lane.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub request: u64,
    pub who: usize,
    pub id: HoldId,
    pub key: Option<usize>,
    pub items: Vec<(TicketTypeId, u32)>,
    /// The database refuses its row.
    pub is_poison: bool,
    pub arrival: u64,
    /// A commit that was to serve it met a fault.
    pub met_fault: bool,
}

#[derive(Debug)]
pub(super) struct Work {
    pub node: usize,
    pub job: Job,
    pub stage: Stage,
    pub changes: Vec<Change>,
    /// Buyer who waits, with the number of his request.
    pub who: Option<(usize, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Begin,
    /// The hold's row is locked and moved; now its pools, by multiples of held and sold.
    Pools(i64, i64),
    Commit,
    /// Committed, and nobody knows yet.
    After,
}

#[derive(Debug)]
pub(super) enum Job {
    Group(Group),
    Sweep,
    GiveBack(HoldId),
    Pin(HoldId, AttemptId),
    Charge(AttemptId),
    Settle(AttemptId),
    CallOff(AttemptId),
    Void(AttemptId),
    /// A commit that reached the database, from a node that does not know of it.
    Orphan,
}

/// How a commit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Lands,
    /// Rolled back.
    Refused,
    /// Rolled back, because of one who is in it.
    Poisoned,
    /// It lands, and the node is not told.
    AnswerLost,
    /// The node gives up waiting, and it lands or not, later.
    Late,
}

impl Node {
    pub fn new(skew: SignedDuration) -> Self {
        Self {
            is_alive: true,
            skew,
            queue: VecDeque::new(),
            lane: None,
            arrivals: 0,
            answered: 0,
        }
    }

    /// Puts a request into the lane, or tells that it is full.
    pub fn submit(&mut self, mut waiting: Waiting, bound: usize) -> bool {
        if self.queue.len() >= bound {
            return false;
        }
        self.arrivals += 1;
        waiting.arrival = self.arrivals;
        self.queue.push_back(waiting);
        true
    }
}

impl World {
    pub fn start(&mut self, work: Work) -> u64 {
        let id = self.fresh();
        self.works.insert(id, work);
        id
    }

    pub fn has_to_sweep(&self, node: usize) -> bool {
        let now = self.clock(node);
        let is_idle = !self.works.values().any(|work| matches!(work.job, Job::Sweep));
        let has_expired = self
            .db
            .rows
            .values()
            .any(|row| row.hold.state == HoldState::Held && row.hold.expires_at <= now);
        let is_wanted = |entry: &Entry| !entry.is_served && self.db.stock().take(&entry.items, now).is_ok();
        is_idle && (has_expired || self.db.list.iter().any(is_wanted))
    }

    pub fn start_job(&mut self, node: usize, job: Job) {
        self.start(Work::new(node, job, None));
    }

    /// Whether a transaction can take its next step, or waits for a lock.
    pub fn can_work(&self, id: u64) -> bool {
        let work = &self.works[&id];
        let has_pools = self.db.pools_locked_by.is_none() || self.bug == Some(Bug::NoLock);
        match (&work.job, work.stage) {
            (Job::Group(_) | Job::Sweep, Stage::Begin) | (_, Stage::Pools(..)) => has_pools,
            (Job::GiveBack(hold) | Job::Pin(hold, _), Stage::Begin) => self.db.is_row_free(*hold),
            (Job::Settle(attempt) | Job::CallOff(attempt), Stage::Begin) => {
                let hold = self.db.attempts.get(attempt).map(|attempt| attempt.hold);
                hold.is_none_or(|hold| self.db.is_row_free(hold))
            }
            (Job::Charge(_) | Job::Void(_) | Job::Orphan, Stage::Begin) | (_, Stage::Commit | Stage::After) => true,
        }
    }

    pub fn step_work(&mut self, id: u64) {
        let mut work = self.works.remove(&id).expect("it is possible");
        match work.stage {
            Stage::Begin => self.begin(id, work),
            Stage::Pools(held, sold) => {
                let hold = self.hold_of(&work.job).expect("it moves a hold");
                self.db.pools_locked_by = Some(id);
                work.changes.extend(self.db.moves(hold, held, sold));
                work.stage = Stage::Commit;
                self.works.insert(id, work);
            }
            Stage::Commit => self.commit(id, work),
            Stage::After => self.conclude(id, work),
        }
    }

    fn begin(&mut self, id: u64, work: Work) {
        match work.job {
            Job::Group(_) | Job::Sweep => self.begin_group(id, work),
            Job::GiveBack(hold) => self.begin_give_back(id, work, hold),
            Job::Pin(..) | Job::Charge(_) | Job::Settle(_) | Job::CallOff(_) | Job::Void(_) => {
                self.begin_payment(id, work);
            }
            Job::Orphan => {}
        }
    }

    fn begin_give_back(&mut self, id: u64, mut work: Work, hold: HoldId) {
        let is_held = self.db.rows[&hold].hold.state == HoldState::Held;
        if !is_held && self.bug != Some(Bug::ReleasesTwice) {
            return;
        }
        self.db.rows_locked_by.insert(hold, id);
        work.changes.push(Change::State(hold, HoldState::Released));
        work.stage = Stage::Pools(-1, 0);
        self.works.insert(id, work);
    }

    fn commit(&mut self, id: u64, mut work: Work) {
        if matches!(work.job, Job::Orphan) {
            let has_landed = self.roll(2) == 0 && self.db.commit(&work.changes);
            self.db.unlock(id);
            self.tell(|| format!("    late commit {id}, landed: {has_landed}"));
            self.seen.late_commits += u64::from(has_landed);
            return;
        }
        let fate = self.fate_of(&work);
        let has_landed = matches!(fate, Fate::Lands | Fate::AnswerLost) && self.db.commit(&work.changes);
        self.tell(|| {
            format!(
                "    commit {id} of node {}: {fate:?}, landed: {has_landed}; {:?}",
                work.node, work.job
            )
        });
        let changes = std::mem::take(&mut work.changes);
        if fate == Fate::Late {
            self.orphan(id, work.node, changes);
        }
        self.db.unlock(id);
        if let (Job::Group(group), true) = (&mut work.job, !matches!(fate, Fate::Lands | Fate::Poisoned)) {
            group.waiting.iter_mut().for_each(|waiting| waiting.met_fault = true);
        }
        if has_landed && fate == Fate::Lands {
            work.stage = Stage::After;
            self.works.insert(id, work);
        } else {
            self.fail(id, work);
        }
    }

    fn fate_of(&mut self, work: &Work) -> Fate {
        if matches!(&work.job, Job::Group(group) if group.is_poisoned) {
            self.seen.poisoned += 1;
            return Fate::Poisoned;
        }
        if !self.faults.commits || self.is_ending || self.roll(6) > 0 {
            return Fate::Lands;
        }
        let fate = self.pick(&[Fate::Refused, Fate::AnswerLost, Fate::Late]);
        match fate {
            Fate::Refused => self.seen.refused_commits += 1,
            Fate::AnswerLost => self.seen.lost_answers += 1,
            Fate::Late | Fate::Lands | Fate::Poisoned => {}
        }
        fate
    }

    /// Leaves a transaction to the database alone, with its locks.
    fn orphan(&mut self, id: u64, node: usize, changes: Vec<Change>) {
        let orphan = Work {
            changes,
            stage: Stage::Commit,
            ..Work::new(node, Job::Orphan, None)
        };
        let new = self.start(orphan);
        let by = &mut self.db.pools_locked_by;
        *by = by.map(|by| if by == id { new } else { by });
        for by in self.db.rows_locked_by.values_mut().filter(|by| **by == id) {
            *by = new;
        }
    }

    /// The node believes that nothing was kept.
    fn fail(&mut self, id: u64, work: Work) {
        match work.job {
            Job::Group(group) => self.fail_group(id, work.node, group),
            Job::GiveBack(hold) => {
                self.books.excused.insert(hold);
            }
            // The worker comes back.
            Job::Sweep | Job::Orphan => {}
            Job::Pin(..) | Job::Charge(_) | Job::Settle(_) | Job::CallOff(_) | Job::Void(_) => {
                self.reply(work.node, work.who, Reply::Lost);
            }
        }
    }

    fn conclude(&mut self, id: u64, mut work: Work) {
        match work.job {
            Job::Group(mut group) => {
                let rest = Group {
                    alone: std::mem::take(&mut group.alone),
                    ..Group::default()
                };
                self.answer(work.node, group);
                self.go_on_alone(id, work.node, rest);
            }
            Job::GiveBack(_) => self.seen.given_back += 1,
            Job::Pin(_, attempt) => {
                work.job = Job::Charge(attempt);
                work.stage = Stage::Begin;
                self.works.insert(id, work);
            }
            Job::CallOff(attempt) => {
                work.job = match self.bug {
                    Some(Bug::ReleasesBeforeVoid) => Job::Settle(attempt),
                    _ => Job::Void(attempt),
                };
                work.stage = Stage::Begin;
                self.works.insert(id, work);
            }
            Job::Settle(attempt) => {
                let reply = match self.db.attempts[&attempt].ours {
                    Ours::Paid => Reply::Paid,
                    Ours::Dead | Ours::OwesRefund | Ours::Live => Reply::Declined,
                };
                self.reply(work.node, work.who, reply);
            }
            Job::Sweep | Job::Orphan | Job::Charge(_) | Job::Void(_) => {}
        }
    }

    pub fn reply(&mut self, node: usize, who: Option<(usize, u64)>, reply: Reply) {
        if let Some((who, request)) = who
            && !self.buyers[who].has_closed(request)
        {
            self.buyers[who].mailbox = Some((node, reply));
        }
    }

    /// The process ends in the middle of everything. What it had sent to the database may still be done.
    pub fn kill(&mut self, node: usize) {
        self.seen.kills += 1;
        let dying = &mut self.nodes[node];
        dying.is_alive = false;
        dying.lane = None;
        let mut cut: Vec<(usize, u64)> = dying
            .queue
            .drain(..)
            .map(|waiting| (waiting.who, waiting.request))
            .collect();
        let is_its = |work: &Work| work.node == node && !matches!(work.job, Job::Orphan);
        let works: Vec<u64> = self
            .works
            .iter()
            .filter(|(_, work)| is_its(work))
            .map(|(id, _)| *id)
            .collect();
        for id in works {
            let work = self.works.remove(&id).expect("it was just listed");
            if work.stage == Stage::Commit && self.roll(2) == 0 {
                self.orphan(id, node, work.changes);
            }
            self.db.unlock(id);
            cut.extend(work.who);
            match work.job {
                Job::Group(group) => {
                    let all = group.waiting.into_iter().chain(group.alone);
                    cut.extend(all.map(|waiting| (waiting.who, waiting.request)));
                }
                Job::GiveBack(hold) => {
                    self.books.excused.insert(hold);
                }
                Job::Sweep
                | Job::Orphan
                | Job::Pin(..)
                | Job::Charge(_)
                | Job::Settle(_)
                | Job::CallOff(_)
                | Job::Void(_) => {}
            }
        }
        for who in cut {
            self.reply(node, Some(who), Reply::Lost);
        }
    }

    pub fn hold_of(&self, job: &Job) -> Option<HoldId> {
        match job {
            Job::GiveBack(hold) | Job::Pin(hold, _) => Some(*hold),
            Job::Settle(attempt) | Job::CallOff(attempt) | Job::Charge(attempt) | Job::Void(attempt) => {
                self.db.attempts.get(attempt).map(|attempt| attempt.hold)
            }
            Job::Group(_) | Job::Sweep | Job::Orphan => None,
        }
    }
}

impl Work {
    pub fn new(node: usize, job: Job, who: Option<(usize, u64)>) -> Self {
        Self {
            node,
            job,
            stage: Stage::Begin,
            changes: Vec::new(),
            who,
        }
    }
}
