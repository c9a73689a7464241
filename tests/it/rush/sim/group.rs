//! A group of requests: looked up, reclaimed for, decided and answered.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bilten_core::inventory::{HOLD_TTL, Hold, HoldError, HoldLine, HoldState, Stock, TypeFacts};
use bilten_kernel::{EventId, HoldId, PoolId, TicketTypeId, Timestamp};
use uuid::Uuid;

use super::{
    Bug,
    buyer::Reply,
    database::{Change, Row},
    node::{Job, Stage, Waiting, Work},
    world::World,
};

#[derive(Debug, Default)]
pub(super) struct Group {
    pub waiting: Vec<Waiting>,
    /// Who is served alone afterwards, because the whole group failed.
    pub alone: VecDeque<Waiting>,
    pub is_again: bool,
    pub answers: Vec<Result<HoldId, HoldError>>,
    pub is_poisoned: bool,
}

type Items = [(TicketTypeId, u32)];

impl World {
    pub fn open_group(&mut self, node: usize) {
        let bound = match self.bug {
            Some(Bug::GroupWithoutBound) => usize::MAX,
            _ => self.limits.group,
        };
        let queue = &mut self.nodes[node].queue;
        let mut waiting: Vec<Waiting> = queue.drain(..queue.len().min(bound)).collect();
        if self.bug == Some(Bug::LastFirst) {
            waiting.reverse();
        }
        if waiting.len() > self.limits.group {
            self.books.complain("a group is larger than its bound");
        }
        self.seen.groups += 1;
        self.seen.largest_group = self.seen.largest_group.max(waiting.len());
        let group = Group {
            waiting,
            ..Group::default()
        };
        let work = Work::new(node, Job::Group(group), None);
        self.nodes[node].lane = Some(self.start(work));
    }

    pub fn begin_group(&mut self, id: u64, mut work: Work) {
        if self.bug != Some(Bug::NoLock) {
            self.db.pools_locked_by = Some(id);
        }
        let now = self.clock(work.node);
        let mut stock = self.db.stock();
        let mut changes = Vec::new();
        self.reclaim(id, now, &mut stock, &mut changes);
        if self.bug != Some(Bug::ListComesLast) {
            self.serve_list(now, &mut stock, &mut changes);
        }
        if let Job::Group(group) = &mut work.job {
            let is_gone = |waiting: &Waiting| self.buyers[waiting.who].has_closed(waiting.request);
            group.waiting.retain(|waiting| !is_gone(waiting));
            self.decide(group, now, &mut stock, &mut changes);
        }
        if self.bug == Some(Bug::ListComesLast) {
            self.serve_list(now, &mut stock, &mut changes);
        }
        changes.extend(
            stock
                .taken
                .iter()
                .map(|(pool, places)| Change::Places(*pool, *places, 0)),
        );
        work.changes = changes;
        work.stage = Stage::Commit;
        if self.bug == Some(Bug::ReplyBeforeCommit)
            && let Job::Group(group) = &mut work.job
        {
            let answered = std::mem::take(group);
            self.answer(work.node, answered);
        }
        self.works.insert(id, work);
    }

    fn reclaim(&mut self, id: u64, now: Timestamp, stock: &mut Stock, changes: &mut Vec<Change>) {
        let also_pinned = self.bug == Some(Bug::ExpiresThePinned);
        let is_over = |row: &&Row| {
            let may_end =
                row.hold.state == HoldState::Held || (also_pinned && matches!(row.hold.state, HoldState::Pinned(_)));
            may_end && row.hold.expires_at <= now && self.db.is_row_free(row.hold.id)
        };
        let expired: Vec<Row> = self.db.rows.values().filter(is_over).cloned().collect();
        for row in expired {
            self.db.rows_locked_by.insert(row.hold.id, id);
            changes.push(Change::State(row.hold.id, HoldState::Released));
            for (pool, places) in self.db.places(&row.hold.lines) {
                stock.give_back(pool, places);
                if self.bug != Some(Bug::ReclaimLosesPlaces) {
                    changes.push(Change::Places(pool, -places, 0));
                }
            }
            self.seen.reclaimed += 1;
        }
    }

    /// Whoever waits on the list comes before whoever passes by.
    fn serve_list(&mut self, now: Timestamp, stock: &mut Stock, changes: &mut Vec<Change>) {
        for number in 0..self.db.list.len() {
            let entry = self.db.list[number].clone();
            if entry.is_served {
                continue;
            }
            if let Ok(lines) = stock.take(&entry.items, now) {
                let id = self.fresh_id().into();
                let mut row = self.new_row(id, entry.owner, now, lines);
                row.is_offer = true;
                if self.bug == Some(Bug::OfferNeverEnds) {
                    row.hold.expires_at = Timestamp::MAX;
                }
                changes.push(Change::Insert(row));
                changes.push(Change::Serve(number));
                self.seen.offers += 1;
            }
        }
    }

    fn new_row(&self, id: HoldId, owner: usize, now: Timestamp, lines: Vec<HoldLine>) -> Row {
        let hold = Hold {
            id,
            event: EventId::from_uuid(Uuid::from_u128(1)),
            state: HoldState::Held,
            currency: self.db.event.currency,
            expires_at: now + HOLD_TTL,
            is_extended: false,
            lines,
            limits_persons: false,
            seats: bilten_core::seating::HeldSeats::default(),
            promo: None,
            plan: None,
            donation: None,
        };
        Row {
            hold,
            owner,
            key: None,
            created_at: now,
            is_offer: false,
        }
    }

    /// Decides for everybody in the group, and looks over its own shoulder: somebody who only counts must come to the
    /// same answers.
    fn decide(&mut self, group: &mut Group, now: Timestamp, stock: &mut Stock, changes: &mut Vec<Change>) {
        let mut free: BTreeMap<PoolId, i64> = stock.pools.iter().map(|(pool, facts)| (*pool, facts.free())).collect();
        if self.passes_list(&free, changes) && !group.waiting.is_empty() {
            self.books.complain("the waiting list was passed over");
        }
        let mut keys: BTreeMap<usize, HoldId> = BTreeMap::new();
        for waiting in &group.waiting {
            let known = self
                .known(waiting, group.is_again)
                .or_else(|| keys.get(&waiting.key?).copied());
            if let Some(hold) = known {
                group.answers.push(Ok(hold));
                continue;
            }
            let answer = match (self.bug, stock.take(&waiting.items, now)) {
                (Some(Bug::NoFreeCheck | Bug::NoCheckAtAll), Err(HoldError::SoldOut { .. })) => {
                    Ok(overdraw(stock, &waiting.items))
                }
                (_, answer) => answer,
            };
            if let Err(what) = count_again(&self.db.types, &mut free, &waiting.items, answer.as_ref()) {
                let is_overdrawn = matches!(self.bug, Some(Bug::NoFreeCheck | Bug::NoCheckAtAll));
                if !is_overdrawn {
                    self.books.complain(what);
                }
            }
            let answer = answer.map(|lines| {
                let row = Row {
                    key: waiting.key,
                    ..self.new_row(waiting.id, waiting.who, now, lines)
                };
                changes.push(Change::Insert(row));
                keys.extend(waiting.key.map(|key| (key, waiting.id)));
                group.is_poisoned |= waiting.is_poison;
                waiting.id
            });
            group.answers.push(answer);
        }
    }

    /// Looks for what the request has already got.
    fn known(&self, waiting: &Waiting, is_again: bool) -> Option<HoldId> {
        let by_key = |row: &&Row| row.key.is_some() && row.key == waiting.key;
        let found = self
            .db
            .rows
            .values()
            .find(by_key)
            .filter(|_| self.bug != Some(Bug::KeyIgnored));
        let looks_back = is_again && self.bug != Some(Bug::NoLookBack);
        let own = || self.db.rows.get(&waiting.id).filter(|_| looks_back);
        found.or_else(own).map(|row| row.hold.id)
    }

    /// Whether somebody on the list would have got what he waits for.
    fn passes_list(&self, free: &BTreeMap<PoolId, i64>, changes: &[Change]) -> bool {
        let is_served = |number| {
            changes
                .iter()
                .any(|change| matches!(change, Change::Serve(served) if *served == number))
        };
        let mut entries = self.db.list.iter().enumerate();
        entries.any(|(number, entry)| {
            let fits = |wanted: BTreeMap<PoolId, i64>| wanted.iter().all(|(pool, places)| free[pool] >= *places);
            !entry.is_served && !is_served(number) && wanted(&self.db.types, &entry.items).is_some_and(fits)
        })
    }

    /// Serves the next of those who are served one by one, or ends the group.
    pub fn go_on_alone(&mut self, id: u64, node: usize, mut group: Group) {
        let Some(next) = group.alone.pop_front() else {
            self.nodes[node].lane = None;
            return;
        };
        let alone = Group {
            waiting: vec![next],
            alone: group.alone,
            is_again: true,
            ..Group::default()
        };
        self.works.insert(id, Work::new(node, Job::Group(alone), None));
    }

    /// The group's transaction failed, as far as the node knows.
    pub fn fail_group(&mut self, id: u64, node: usize, mut group: Group) {
        group.is_poisoned = false;
        group.answers.clear();
        if group.waiting.len() > 1 && self.bug != Some(Bug::PoisonSpreads) {
            group.alone.extend(std::mem::take(&mut group.waiting));
            return self.go_on_alone(id, node, group);
        }
        group.answers = group.waiting.iter().map(|_| Err(HoldError::Unavailable)).collect();
        let rest = std::mem::take(&mut group.alone);
        self.answer(node, group);
        let rest = Group {
            alone: rest,
            ..Group::default()
        };
        self.go_on_alone(id, node, rest);
    }

    /// Answers everybody, in order of arrival.
    pub fn answer(&mut self, node: usize, group: Group) {
        let Group {
            waiting, mut answers, ..
        } = group;
        if self.bug == Some(Bug::AnswersShift) && answers.len() > 1 {
            answers.rotate_left(1);
        }
        for (waiting, answer) in waiting.into_iter().zip(answers) {
            if self.bug == Some(Bug::ForgetsTheRefused) && matches!(answer, Err(HoldError::SoldOut { .. })) {
                continue;
            }
            if waiting.arrival <= self.nodes[node].answered {
                self.books.complain("somebody was served before whoever came first");
            }
            self.nodes[node].answered = waiting.arrival;
            self.check_answer(&waiting, &answer);
            if !self.buyers[waiting.who].has_closed(waiting.request) {
                self.buyers[waiting.who].mailbox = Some((node, Reply::Hold(answer)));
            } else if let (Ok(hold), None) = (answer, waiting.key) {
                self.take_back(node, hold);
            }
        }
    }

    fn check_answer(&mut self, waiting: &Waiting, answer: &Result<HoldId, HoldError>) {
        let own = |row: &&Row| row.hold.id == waiting.id || (row.key.is_some() && row.key == waiting.key);
        let complaint = match answer {
            Ok(hold) => {
                let row = self.db.rows.get(hold).filter(|row| row.owner == waiting.who);
                let fits = |row: &Row| {
                    let lines = row.hold.lines.iter().map(|line| (line.ticket_type, line.quantity));
                    lines.eq(waiting.items.iter().copied())
                };
                (!row.is_some_and(fits)).then_some("somebody is told of a hold that is not there, or not his")
            }
            Err(HoldError::Unavailable) => {
                let has_cause = waiting.met_fault || waiting.is_poison;
                (!has_cause).then_some("the shop is out of reach for somebody without a cause of his own")
            }
            Err(_)
                if self
                    .db
                    .rows
                    .values()
                    .filter(own)
                    .any(|row| row.hold.state == HoldState::Held) =>
            {
                Some("somebody is refused what he holds")
            }
            Err(_) => None,
        };
        if let Some(complaint) = complaint {
            self.books.complain(complaint);
        }
        self.seen.holds += u64::from(answer.is_ok());
    }

    /// Gives a hold back that nobody will ask for again.
    pub fn take_back(&mut self, node: usize, hold: HoldId) {
        self.books.unwanted.insert(hold);
        if self.bug != Some(Bug::KeepsForNobody) {
            self.start(Work::new(node, Job::GiveBack(hold), None));
        }
    }
}

/// Places that a wish takes by pool; nothing when the wish is none. Written anew, to check the product's.
fn wanted(types: &HashMap<TicketTypeId, TypeFacts>, items: &Items) -> Option<BTreeMap<PoolId, i64>> {
    let mut wanted: BTreeMap<PoolId, i64> = BTreeMap::new();
    for (number, (ticket_type, quantity)) in items.iter().enumerate() {
        let facts = types.get(ticket_type).filter(|facts| facts.sale_ends_at.is_none())?;
        let is_twin = items[..number].iter().any(|(other, _)| other == ticket_type);
        if is_twin || !(1..=4).contains(quantity) {
            return None;
        }
        for pool in &facts.pools {
            *wanted.entry(*pool).or_default() += i64::from(*quantity);
        }
    }
    (!wanted.is_empty()).then_some(wanted)
}

/// Comes to the same answer by counting, or says what is wrong with it.
fn count_again(
    types: &HashMap<TicketTypeId, TypeFacts>,
    free: &mut BTreeMap<PoolId, i64>,
    items: &Items,
    answer: Result<&Vec<HoldLine>, &HoldError>,
) -> Result<(), &'static str> {
    let Some(wanted) = wanted(types, items) else {
        return match answer {
            Err(HoldError::SoldOut { .. }) | Ok(_) => Err("a malformed wish was read as a good one"),
            Err(_) => Ok(()),
        };
    };
    let fits = wanted.iter().all(|(pool, places)| free[pool] >= *places);
    match (fits, answer) {
        (true, Ok(_)) => {
            for (pool, places) in wanted {
                *free.entry(pool).or_default() -= places;
            }
            Ok(())
        }
        (false, Err(HoldError::SoldOut { .. })) => Ok(()),
        (true, Err(_)) => Err("a good wish was refused although there is enough"),
        (false, Ok(_)) => Err("more was granted than there is"),
        (false, Err(_)) => Err("a good wish was read as a malformed one"),
    }
}

/// Takes what is not there.
fn overdraw(stock: &mut Stock, items: &Items) -> Vec<HoldLine> {
    let lines = items.iter().map(|(ticket_type, quantity)| HoldLine {
        ticket_type: *ticket_type,
        quantity: *quantity,
        unit_price: bilten_kernel::Money::new(100, stock.event.currency),
        full_price: None,
        offer: None,
        tier: None,
        list: None,
    });
    let lines: Vec<HoldLine> = lines.collect();
    for line in &lines {
        for pool in stock.types[&line.ticket_type].pools.clone() {
            *stock.taken.entry(pool).or_default() += i64::from(line.quantity);
        }
    }
    lines
}
