//! The database of the simulated world: rows, locks and what a commit does.
//!
//! It stands for PostgreSQL at READ COMMITTED: the pools of the event are locked by one transaction at a time, a hold's
//! row by one as well, and what a transaction has changed is seen by nobody else until it commits. The CHECK on the
//! pools, the primary key and the unique request key have the last word, as in the migrations.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bilten_core::inventory::{EventFacts, Hold, HoldLine, HoldState, PoolFacts, Stock, TypeFacts};
use bilten_kernel::{AttemptId, HoldId, PoolId, TicketTypeId, Timestamp};

/// Row of a hold.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub hold: Hold,
    /// Number of the buyer who asked.
    pub owner: usize,
    pub key: Option<usize>,
    pub created_at: Timestamp,
    /// Made for somebody on the waiting list.
    pub is_offer: bool,
}

/// What the provider knows of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    /// Nothing was sent.
    Nothing,
    Charged,
    Declined,
    /// Called off: it cannot be charged any more.
    Void,
}

/// What we know of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ours {
    Live,
    Paid,
    Dead,
    /// Money came for stock that is gone.
    OwesRefund,
}

#[derive(Debug, Clone)]
pub(super) struct Attempt {
    pub hold: HoldId,
    pub created_at: Timestamp,
    pub ours: Ours,
    pub truth: Truth,
}

/// Somebody on the waiting list.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub owner: usize,
    pub items: Vec<(TicketTypeId, u32)>,
    pub is_served: bool,
}

/// One write of a transaction.
#[derive(Debug, Clone)]
pub(super) enum Change {
    Insert(Row),
    /// The state, after its `where` was true while the row was locked.
    State(HoldId, HoldState),
    Until(HoldId, Timestamp),
    /// Adds to held and sold.
    Places(PoolId, i64, i64),
    Begin(AttemptId, Attempt),
    End(AttemptId, Ours),
    Serve(usize),
}

#[derive(Debug)]
pub(super) struct Database {
    pub event: EventFacts,
    pub types: HashMap<TicketTypeId, TypeFacts>,
    pub pools: BTreeMap<PoolId, PoolFacts>,
    pub rows: BTreeMap<HoldId, Row>,
    pub attempts: BTreeMap<AttemptId, Attempt>,
    pub list: Vec<Entry>,
    /// Transaction that has the event's pools locked.
    pub pools_locked_by: Option<u64>,
    /// Holds whose rows are locked, with the transaction.
    pub rows_locked_by: BTreeMap<HoldId, u64>,
    /// Whether the CHECK of the pools is there; a planted fault takes it away.
    pub has_check: bool,
}

impl Database {
    /// Reads the stock, as a transaction does that has just locked it.
    pub fn stock(&self) -> Stock {
        Stock {
            event: self.event.clone(),
            pools: self.pools.clone(),
            types: self.types.clone(),
            promos: HashMap::new(),
            taken: BTreeMap::new(),
            awaited: BTreeSet::new(),
            seats: bilten_core::seating::SeatMap::default(),
            plan: None,
            offers: Vec::new(),
        }
    }

    /// Sums up the places that lines take, by pool.
    pub fn places(&self, lines: &[HoldLine]) -> BTreeMap<PoolId, i64> {
        let mut places = BTreeMap::new();
        for line in lines {
            for pool in &self.types[&line.ticket_type].pools {
                *places.entry(*pool).or_default() += i64::from(line.quantity);
            }
        }
        places
    }

    /// Writes that move a hold's places by multiples (−1, 0, 1).
    pub fn moves(&self, hold: HoldId, held: i64, sold: i64) -> Vec<Change> {
        let places = self.places(&self.rows[&hold].hold.lines);
        let moves = places
            .into_iter()
            .map(|(pool, places)| Change::Places(pool, places * held, places * sold));
        moves.collect()
    }

    pub fn is_row_free(&self, hold: HoldId) -> bool {
        !self.rows_locked_by.contains_key(&hold)
    }

    /// Commits all writes, or none when a constraint refuses one.
    pub fn commit(&mut self, changes: &[Change]) -> bool {
        let mut pools = self.pools.clone();
        for change in changes {
            match change {
                Change::Insert(row) => {
                    let has_twin = |other: &Row| other.key.is_some() && other.key == row.key;
                    if self.rows.contains_key(&row.hold.id) || self.rows.values().any(has_twin) {
                        return false;
                    }
                }
                Change::Places(pool, held, sold) => {
                    let facts = pools.get_mut(pool).expect("a pool of this event");
                    facts.held += held;
                    facts.sold += sold;
                }
                Change::State(..) | Change::Until(..) | Change::Begin(..) | Change::End(..) | Change::Serve(_) => {}
            }
        }
        let is_sound = |facts: &PoolFacts| facts.held >= 0 && facts.sold >= 0 && facts.free() >= 0;
        if self.has_check && !pools.values().all(is_sound) {
            return false;
        }
        self.pools = pools;
        for change in changes {
            self.write(change);
        }
        true
    }

    fn write(&mut self, change: &Change) {
        match change {
            Change::Insert(row) => {
                self.rows.insert(row.hold.id, row.clone());
            }
            Change::State(hold, state) => self.row(*hold).hold.state = *state,
            Change::Until(hold, at) => self.row(*hold).hold.expires_at = *at,
            Change::Begin(id, attempt) => {
                self.attempts.insert(*id, attempt.clone());
            }
            Change::End(id, ours) => self.attempts.get_mut(id).expect("it was begun").ours = *ours,
            Change::Serve(entry) => self.list[*entry].is_served = true,
            Change::Places(..) => {}
        }
    }

    fn row(&mut self, hold: HoldId) -> &mut Row {
        self.rows.get_mut(&hold).expect("a hold's row is never deleted")
    }

    /// Ends a transaction: others may go on.
    pub fn unlock(&mut self, transaction: u64) {
        self.rows_locked_by.retain(|_, by| *by != transaction);
        self.pools_locked_by = self.pools_locked_by.filter(|by| *by != transaction);
    }
}
