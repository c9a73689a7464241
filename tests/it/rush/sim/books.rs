//! What must hold after every step, read from the rows by somebody who knows nothing of how they came about.

use std::collections::{BTreeMap, BTreeSet};

use bilten_core::inventory::{HoldState, PoolFacts};
use bilten_kernel::{HoldId, PoolId};

use super::{
    buyer::{Buyer, Doing},
    database::{Database, Ours, Truth},
};

#[derive(Debug, Default)]
pub(super) struct Books {
    /// Holds whose requester went away unheard and without a key: they must come back before they expire.
    pub unwanted: BTreeSet<HoldId>,
    /// Holds whose way back met a fault: they may expire.
    pub excused: BTreeSet<HoldId>,
    /// States that were seen last.
    states: BTreeMap<HoldId, HoldState>,
    complaint: Option<String>,
}

impl Books {
    /// Notes something that was seen to be wrong.
    pub fn complain(&mut self, what: impl Into<String>) {
        self.complaint.get_or_insert_with(|| what.into());
    }

    pub fn complaint(&self) -> Result<(), String> {
        self.complaint.clone().map_or(Ok(()), Err)
    }

    /// Reads all rows.
    pub fn read(&mut self, db: &Database) -> Result<(), String> {
        let mut held: BTreeMap<PoolId, i64> = BTreeMap::new();
        let mut sold: BTreeMap<PoolId, i64> = BTreeMap::new();
        for row in db.rows.values() {
            let sums = match row.hold.state {
                HoldState::Held | HoldState::Pinned(_) | HoldState::Cancelling(_) => &mut held,
                HoldState::Converted => &mut sold,
                HoldState::Released => continue,
            };
            for (pool, places) in db.places(&row.hold.lines) {
                *sums.entry(pool).or_default() += places;
            }
        }
        for (pool, facts) in &db.pools {
            let of = |sums: &BTreeMap<PoolId, i64>| sums.get(pool).copied().unwrap_or(0);
            check_pool(facts, of(&held), of(&sold))?;
        }
        for row in db.rows.values() {
            let before = self
                .states
                .insert(row.hold.id, row.hold.state)
                .unwrap_or(HoldState::Held);
            if before != row.hold.state && !may_become(before, row.hold.state) {
                return Err(format!("a hold went from {before:?} to {:?}", row.hold.state));
            }
        }
        if db.attempts.values().any(|attempt| attempt.ours == Ours::OwesRefund) {
            return Err("money came for stock that is gone".into());
        }
        Ok(())
    }

    /// What nobody wants is back when all is quiet, without waiting until it expires.
    pub fn blame_unwanted(&self, db: &Database) -> Result<(), String> {
        let kept = self.unwanted.difference(&self.excused);
        let mut kept = kept.filter(|hold| db.rows[*hold].hold.state == HoldState::Held);
        kept.next()
            .map_or(Ok(()), |hold| Err(format!("{hold} is kept for somebody who has gone")))
    }

    /// Everything is at its end.
    pub fn close(db: &Database, buyers: &[Buyer]) -> Result<(), String> {
        for buyer in buyers.iter().filter(|buyer| !buyer.is_gone) {
            let is_served = db
                .list
                .iter()
                .any(|entry| entry.owner == buyer.number && entry.is_served);
            match buyer.doing {
                Doing::Done => {}
                Doing::Listed if !is_served => {}
                Doing::Browsing | Doing::Asking | Doing::Holding(_) | Doing::Paying(_) | Doing::Listed => {
                    return Err(format!("buyer {} waits for ever: {:?}", buyer.number, buyer.doing));
                }
            }
        }
        if let Some(facts) = db.pools.values().find(|facts| facts.held != 0) {
            return Err(format!("{} places are held though nobody buys any more", facts.held));
        }
        let fits = |entry: &&super::database::Entry| {
            !entry.is_served && db.stock().take(&entry.items, jiff::Timestamp::UNIX_EPOCH).is_ok()
        };
        if let Some(entry) = db.list.iter().find(fits) {
            return Err(format!(
                "buyer {} waits on the list for stock that is free",
                entry.owner
            ));
        }
        for attempt in db.attempts.values() {
            let is_converted = db.rows[&attempt.hold].hold.state == HoldState::Converted;
            let is_paid = attempt.ours == Ours::Paid && is_converted;
            if attempt.ours == Ours::Live || is_paid != (attempt.truth == Truth::Charged) {
                return Err(format!("a payment and its tickets differ: {attempt:?}"));
            }
        }
        for row in db.rows.values().filter(|row| row.hold.state == HoldState::Converted) {
            let charged = db
                .attempts
                .values()
                .filter(|a| a.hold == row.hold.id && a.truth == Truth::Charged)
                .count();
            if charged != 1 {
                return Err(format!("{} was sold and charged {charged} times", row.hold.id));
            }
        }
        Ok(())
    }
}

fn check_pool(facts: &PoolFacts, held: i64, sold: i64) -> Result<(), String> {
    if facts.held + facts.sold > facts.capacity || held + sold > facts.capacity {
        return Err(format!("oversold: {facts:?}, in truth {held} held and {sold} sold"));
    }
    if (facts.held, facts.sold) != (held, sold) {
        return Err(format!(
            "the counters lie: {facts:?}, in truth {held} held and {sold} sold"
        ));
    }
    Ok(())
}

/// The transitions of `bilten_core::inventory`. Money that comes late for released stock is never needed, because a
/// payment is called off before its stock goes free.
fn may_become(before: HoldState, after: HoldState) -> bool {
    match before {
        HoldState::Held => matches!(after, HoldState::Pinned(_) | HoldState::Released),
        HoldState::Pinned(_) => matches!(after, HoldState::Held | HoldState::Cancelling(_) | HoldState::Converted),
        HoldState::Cancelling(_) => matches!(after, HoldState::Converted | HoldState::Released),
        HoldState::Converted | HoldState::Released => false,
    }
}
