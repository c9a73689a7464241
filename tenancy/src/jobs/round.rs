//! The round through all tenants, at a bounded pace: it finds what no bell announced.
//!
//! What this process commits rings its bell, and what falls due later stands in its plan. The round is for the rest: work
//! of a process that died, or that has no worker. It takes [`AT_LEAST`] for 600 tenants and fewer, and a second for each
//! 40 tenants beyond: 10,000 tenants have their turn every 250 seconds. The first round of a process, which finds what
//! the last one left, is five times as fast: 50 seconds for 10,000 tenants. See docs/adr/0014.

use std::collections::VecDeque;

use bilten_kernel::TenantId;

/// Ticks of the worker (four a second) between the beginnings of two rounds, at least: 15 seconds.
const AT_LEAST: u32 = 60;
/// Tenants that are visited in one tick.
const PER_TICK: u32 = 10;
/// The same, in the first round of a process.
const PER_TICK_AT_FIRST: u32 = 50;

/// Where the round stands.
#[derive(Debug)]
pub(super) struct Round {
    /// Tenants of the page at hand.
    page: VecDeque<TenantId>,
    stands: Stands,
    /// Ticks since the round began.
    ticks: u32,
    /// Visits that may still be made in this tick.
    budget: u32,
    is_first: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Stands {
    /// Tenants before this one, or all, are still to be listed; the newest come first.
    Before(Option<TenantId>),
    /// All have been listed.
    AtTheEnd,
}

/// A page of tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Only tenants that are older than this one; `None` begins with the newest.
    pub before: Option<TenantId>,
}

impl Default for Round {
    fn default() -> Self {
        Self {
            page: VecDeque::new(),
            stands: Stands::Before(None),
            ticks: 0,
            budget: 0,
            is_first: true,
        }
    }
}

impl Round {
    /// Tenants that are listed at once; enough for a tick.
    pub const PAGE: u32 = 100;

    /// Allows the visits of the next quarter of a second; those that were not made are not made up for.
    pub fn tick(&mut self) {
        self.ticks = self.ticks.saturating_add(1);
        if self.page.is_empty() && self.stands == Stands::AtTheEnd && self.ticks > AT_LEAST {
            self.stands = Stands::Before(None);
            self.ticks = 0;
            self.is_first = false;
        }
        self.budget = if self.is_first { PER_TICK_AT_FIRST } else { PER_TICK };
    }

    /// Says which page is needed next, if one is.
    pub fn wants_page(&self) -> Option<Wanted> {
        match self.stands {
            Stands::Before(before) if self.page.len() < usize::try_from(self.budget).unwrap_or(usize::MAX) => {
                Some(Wanted { before })
            }
            Stands::Before(_) | Stands::AtTheEnd => None,
        }
    }

    /// Adds the page that was asked for; one that is not full is the last.
    pub fn add(&mut self, page: Vec<TenantId>) {
        let is_full = page.len() >= usize::try_from(Self::PAGE).unwrap_or(usize::MAX);
        self.stands = match page.last() {
            Some(last) if is_full => Stands::Before(Some(*last)),
            Some(_) | None => Stands::AtTheEnd,
        };
        self.page.extend(page);
    }

    /// Takes the next tenant, if its turn has come.
    pub fn next(&mut self) -> Option<TenantId> {
        self.budget = self.budget.checked_sub(1)?;
        self.page.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tenants(newest: u128, count: u128) -> Vec<TenantId> {
        (0..count)
            .map(|n| TenantId::from_uuid(Uuid::from_u128(newest - n)))
            .collect()
    }

    /// Walks through so many tenants; returns how many ticks that took, and the visits.
    fn walk(round: &mut Round, count: u128) -> (u32, Vec<TenantId>) {
        let (mut ticks, mut visited) = (0, Vec::new());
        while visited.len() < usize::try_from(count).expect("a small number") {
            round.tick();
            ticks += 1;
            if let Some(Wanted { before }) = round.wants_page() {
                let newest = before.map_or(count, |id| id.uuid().as_u128() - 1);
                round.add(tenants(newest, newest.min(u128::from(Round::PAGE))));
            }
            while let Some(tenant) = round.next() {
                visited.push(tenant);
            }
            assert!(ticks < 10_000, "it comes to an end");
        }
        (ticks, visited)
    }

    #[test]
    fn every_tenant_has_its_turn_once_and_the_first_round_is_faster() {
        let mut round = Round::default();
        for seconds in [50, 250] {
            let (ticks, visited) = walk(&mut round, 10_000);
            assert_eq!(ticks / 4, seconds);
            assert_eq!(visited, tenants(10_000, 10_000));
        }
    }

    #[test]
    fn few_tenants_are_visited_every_fifteen_seconds() {
        let mut round = Round::default();
        assert_eq!(walk(&mut round, 3).0, 1, "at once after the start");
        assert_eq!(walk(&mut round, 3).0, AT_LEAST);
        assert_eq!(walk(&mut round, 3).0, AT_LEAST + 1);
    }
}
