//! Who gets what: pure, in the order of joining, on a stock that is locked.
//!
//! The rule:
//! 1. Entries are looked at in the order of joining. Each gets the type of its choice of which most of its party can sit,
//!    the earlier in the event's list among equals; all its places are of one type.
//! 2. Whoever wants more than is free at once is passed over, and those behind him are served: a party of four does not
//!    keep two places empty while two people wait.
//! 3. That alone would let single people pass a party for ever. So from [`PATIENCE`] after he was first passed over on, what
//!    comes back is kept for him, until it is enough, but no longer than [`SAVING`], once, and not in the last
//!    [`NO_SAVING`] of a sale: places must not stay empty.
//! 4. What can never be (more places than an order or the house has) is skipped and keeps nobody waiting.

use bilten_kernel::{TicketTypeId, Timestamp, WaitlistEntryId};
use jiff::SignedDuration;

use super::{Occasion, Party};
use crate::{
    inventory::{HoldLine, Stock, TypeFacts},
    seating::HeldSeats,
};

/// How long somebody may be passed over before places are kept for him.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(2);
/// How long places are kept for one party.
pub const SAVING: SignedDuration = SignedDuration::from_hours(6);
/// So near the end of a sale nothing is kept any more.
pub(super) const NO_SAVING: SignedDuration = SignedDuration::from_hours(24);

/// Somebody who waits, as far as it matters here.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The entry.
    pub entry: WaitlistEntryId,
    /// How many places.
    pub party: Party,
    /// Types of which any will do and that buyers may see, in the event's order.
    pub types: Vec<TicketTypeId>,
    /// When he was first passed over.
    pub passed_at: Option<Timestamp>,
}

/// Places for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// The entry.
    pub entry: WaitlistEntryId,
    /// What is held for it.
    pub lines: Vec<HoldLine>,
    /// Who sits where, when the type takes seats.
    pub seats: HeldSeats,
    /// Until when.
    pub until: Timestamp,
}

/// What a look at the list came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// Who gets what; it is taken from the stock.
    pub offers: Vec<Offered>,
    /// Who was passed over for the first time.
    pub passed: Vec<WaitlistEntryId>,
}

/// Serves a piece of the list, which goes on where the piece before it ended. What is kept for somebody counts as taken
/// in this copy of the stock, for those behind him and for buyers, but is not written down.
pub fn match_list(stock: &mut Stock, list: &[Candidate], occasion: &Occasion) -> Matched {
    let mut matched = Matched::default();
    if stock.event.closed.is_some() {
        return matched;
    }
    for candidate in list {
        if stock.servable().next().is_none() {
            break;
        }
        if let Some(offered) = take(stock, candidate, occasion) {
            matched.offers.push(offered);
            continue;
        }
        let Some((wanted, places)) = lacking(stock, candidate, occasion) else {
            continue;
        };
        match candidate.passed_at {
            None => matched.passed.push(candidate.entry),
            Some(since) if is_saving(since, occasion, &stock.types[&wanted]) => stock.keep_back(wanted, places),
            Some(_) => {}
        }
    }
    matched
}

/// Tells whether places are kept for who was first passed over then.
fn is_saving(since: Timestamp, occasion: &Occasion, facts: &TypeFacts) -> bool {
    let waited = occasion.now.duration_since(since);
    let left = occasion.sale_end(facts).duration_since(occasion.now);
    PATIENCE <= waited && waited < PATIENCE + SAVING && left > NO_SAVING
}

fn take(stock: &mut Stock, candidate: &Candidate, occasion: &Occasion) -> Option<Offered> {
    let mut best: Option<(u32, TicketTypeId, Timestamp)> = None;
    for id in &candidate.types {
        let Some(facts) = stock.types.get(id) else { continue };
        let quantity = i64::from(candidate.party.size().min(facts.max_per_order)).min(stock.room(*id, facts));
        let quantity = u32::try_from(quantity).unwrap_or(0);
        let Some(until) = occasion.offer_until(facts) else {
            continue;
        };
        let is_enough = quantity >= least(candidate.party, facts) && facts.is_on_sale(occasion.now);
        if is_enough && best.is_none_or(|(most, ..)| quantity > most) {
            best = Some((quantity, *id, until));
        }
    }
    let (quantity, id, until) = best?;
    let wish = [(id, quantity)];
    let lines = stock.take(&wish, occasion.now).ok()?;
    let seats = stock.seat(&wish, &lines, false).ok()?;
    Some(Offered {
        entry: candidate.entry,
        lines,
        seats,
        until,
    })
}

/// The wanted type of which most places are free, though too few, and how many are to be gathered.
fn lacking(stock: &Stock, candidate: &Candidate, occasion: &Occasion) -> Option<(TicketTypeId, i64)> {
    let possible = candidate.types.iter().filter_map(|id| {
        let facts = stock.types.get(id)?;
        let least = least(candidate.party, facts);
        let can_be = least <= facts.max_per_order
            && i64::from(least) <= stock.size(facts)
            && facts.is_on_sale(occasion.now)
            && occasion.offer_until(facts).is_some();
        let room = stock.room(*id, facts);
        (can_be && room > 0).then_some((room, *id, i64::from(least)))
    });
    // Of equals the first: `max_by_key` would give the last.
    let most = possible.reduce(|best, next| if next.0 > best.0 { next } else { best });
    most.map(|(_, id, least)| (id, least))
}

fn least(party: Party, facts: &TypeFacts) -> u32 {
    party.least().max(facts.min_per_order)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bilten_kernel::PoolId;
    use jiff::tz::TimeZone;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::inventory::{EventFacts, NotOnSale, PoolFacts};

    fn tty(n: u128) -> TicketTypeId {
        Uuid::from_u128(n).into()
    }

    fn entry(n: u128) -> WaitlistEntryId {
        Uuid::from_u128(n).into()
    }

    fn now() -> Timestamp {
        "2026-06-01T08:00:00Z".parse().unwrap()
    }

    fn occasion() -> Occasion {
        Occasion {
            now: now(),
            ends_at: "2026-08-01T20:00:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
        }
    }

    /// Types 1, 2, … with a pool of their own each, so many places free, and pool 0 that all share.
    fn stock(free: &[i64], shared: i64, max: u32) -> Stock {
        let pool = |n: u128| PoolId::from_uuid(Uuid::from_u128(n));
        let places = |free: i64| PoolFacts {
            capacity: free + 10,
            held: 4,
            sold: 6,
        };
        let numbered = || (1_u128..).zip(free);
        Stock {
            event: EventFacts {
                closed: None,
                currency: "NOK".parse().unwrap(),
                max_per_person: None,
                takes_donations: false,
                day: None,
            },
            pools: [(pool(0), places(shared))]
                .into_iter()
                .chain(numbered().map(|(n, free)| (pool(n), places(*free))))
                .collect(),
            types: numbered()
                .map(|(n, _)| {
                    let facts = TypeFacts {
                        price_minor: 100,
                        min_per_order: 1,
                        max_per_order: max,
                        sale_starts_at: None,
                        sale_ends_at: None,
                        max_per_person: None,
                        seat_kind: None,
                        pools: vec![pool(0), pool(n)],
                        tiers: Vec::new(),
                        tax: None,
                        open_price: None,
                        is_locked: false,
                        per_admission: None,
                    };
                    (tty(n), facts)
                })
                .collect(),
            promos: std::collections::HashMap::new(),
            taken: BTreeMap::new(),
            awaited: numbered().map(|(n, _)| tty(n)).collect(),
            seats: crate::seating::SeatMap::default(),
            plan: None,
            offers: Vec::new(),
        }
    }

    fn waits(n: u128, (size, least): (u32, u32), types: &[u128]) -> Candidate {
        Candidate {
            entry: entry(n),
            party: Party::at_least(size, least).unwrap(),
            types: types.iter().copied().map(tty).collect(),
            passed_at: None,
        }
    }

    /// Who got how many of which type.
    fn got(matched: &Matched) -> Vec<(WaitlistEntryId, TicketTypeId, u32)> {
        let one = |offered: &Offered| (offered.entry, offered.lines[0].ticket_type, offered.lines[0].quantity);
        matched.offers.iter().map(one).collect()
    }

    #[test]
    fn those_who_joined_first_are_served_first() {
        let list = [waits(1, (2, 2), &[1]), waits(2, (1, 1), &[1]), waits(3, (1, 1), &[1])];
        let matched = match_list(&mut stock(&[3], 9, 4), &list, &occasion());
        assert_eq!(got(&matched), [(entry(1), tty(1), 2), (entry(2), tty(1), 1)]);
        assert_eq!(matched.passed, [], "nothing was free when the third came up");
    }

    #[test]
    fn a_party_that_does_not_fit_is_passed_over_and_noted() {
        let list = [waits(1, (4, 4), &[1]), waits(2, (2, 2), &[1])];
        let mut two = stock(&[2], 9, 4);
        let matched = match_list(&mut two, &list, &occasion());
        assert_eq!(got(&matched), [(entry(2), tty(1), 2)]);
        assert_eq!(matched.passed, [entry(1)]);
    }

    #[test]
    fn any_of_the_chosen_types_will_do_and_more_places_are_better() {
        let list = [waits(1, (3, 1), &[1, 2, 3]), waits(2, (1, 1), &[1, 2])];
        let matched = match_list(&mut stock(&[1, 2, 0], 9, 4), &list, &occasion());
        assert_eq!(got(&matched), [(entry(1), tty(2), 2), (entry(2), tty(1), 1)]);
    }

    #[test]
    fn an_order_has_its_limits_on_the_list_too() {
        let list = [waits(1, (6, 6), &[1]), waits(2, (6, 2), &[1])];
        let matched = match_list(&mut stock(&[9], 9, 4), &list, &occasion());
        assert_eq!(got(&matched), [(entry(2), tty(1), 4)]);
        assert_eq!(matched.passed, [], "what can never be keeps nobody waiting");
    }

    #[test]
    fn places_are_kept_for_a_party_after_its_patience_and_not_for_ever() {
        for (waited, is_saved) in [
            (SignedDuration::ZERO, false),
            (PATIENCE - SignedDuration::from_secs(1), false),
            (PATIENCE, true),
            (PATIENCE + SAVING - SignedDuration::from_secs(1), true),
            (PATIENCE + SAVING, false),
        ] {
            let mut party = waits(1, (4, 4), &[1]);
            party.passed_at = Some(now() - waited);
            let mut three = stock(&[3], 9, 4);
            let matched = match_list(&mut three, &[party, waits(2, (1, 1), &[1])], &occasion());
            assert_eq!(got(&matched).is_empty(), is_saved, "{waited}");
            let bought = three.take(&[(tty(1), 1)], now());
            assert_eq!(bought.is_err(), is_saved, "a buyer does not get them either: {waited}");
            let written: i64 = three.taken.values().sum();
            assert_eq!(
                written,
                if is_saved { 0 } else { 4 },
                "what is kept is not written down"
            );
        }
    }

    #[test]
    fn nothing_is_kept_on_the_last_day_and_nothing_offered_in_the_last_minutes() {
        let mut party = waits(1, (4, 4), &[1]);
        party.passed_at = Some(now() - PATIENCE);
        let list = [party, waits(2, (1, 1), &[1])];
        for (left, served) in [
            (NO_SAVING, 1),
            (super::super::SHORTEST_OFFER, 1),
            (super::super::SHORTEST_OFFER - SignedDuration::from_secs(1), 0),
        ] {
            let soon = Occasion {
                ends_at: now() + left,
                ..occasion()
            };
            assert_eq!(
                match_list(&mut stock(&[3], 9, 4), &list, &soon).offers.len(),
                served,
                "{left}"
            );
        }
    }

    #[test]
    fn nobody_is_offered_what_is_not_sold() {
        let list = [waits(1, (1, 1), &[1])];
        let mut closed = stock(&[3], 9, 4);
        closed.event.closed = Some(NotOnSale::Cancelled);
        assert_eq!(match_list(&mut closed, &list, &occasion()), Matched::default());
        for (starts, ends) in [(Some(now() + SignedDuration::from_secs(1)), None), (None, Some(now()))] {
            let mut shut = stock(&[3], 9, 4);
            let facts = shut.types.get_mut(&tty(1)).unwrap();
            (facts.sale_starts_at, facts.sale_ends_at) = (starts, ends);
            assert_eq!(match_list(&mut shut, &list, &occasion()), Matched::default());
        }
    }

    fn any_candidate() -> impl Strategy<Value = (u32, u32, Vec<u128>, Option<i64>)> {
        (1_u32..7).prop_flat_map(|size| {
            let types = proptest::sample::subsequence(vec![1_u128, 2, 3], 1..=3);
            (Just(size), 1..=size, types, proptest::option::of(0_i64..600))
        })
    }

    proptest! {
        #[test]
        fn no_list_and_no_stock_breaks_the_rule(
            free in proptest::collection::vec(0_i64..8, 3), shared in 0_i64..16,
            list in proptest::collection::vec(any_candidate(), 0..25),
        ) {
            let list: Vec<Candidate> = (1_u128..).zip(list).map(|(n, (size, least, types, passed))| Candidate {
                passed_at: passed.map(|minutes| now() - SignedDuration::from_mins(minutes)),
                ..waits(n, (size, least), &types)
            }).collect();
            let before = stock(&free, shared, 5);
            let mut after = before.clone();
            let matched = match_list(&mut after, &list, &occasion());

            // Never more than there is, in any pool; what is written is what was offered.
            for (id, facts) in &after.pools {
                prop_assert!(facts.free() >= 0);
                prop_assert!(after.taken.get(id).copied().unwrap_or(0) <= before.pools[id].free());
            }
            let offered: i64 = got(&matched).iter().map(|(.., n)| i64::from(*n)).sum();
            prop_assert_eq!(after.taken.values().sum::<i64>(), 2 * offered, "each place counts in two pools");

            // In order, each once, within party, order and choice.
            let order: Vec<_> = matched.offers.iter().map(|offer| offer.entry).collect();
            prop_assert!(order.is_sorted_by(|a, b| a < b));
            for (id, ticket_type, quantity) in got(&matched) {
                let candidate = list.iter().find(|candidate| candidate.entry == id).unwrap();
                prop_assert!(candidate.party.least() <= quantity && quantity <= candidate.party.size().min(5));
                prop_assert!(candidate.types.contains(&ticket_type));
            }

            // Nobody fits who was passed over, and nobody behind was served at his cost alone: what remains fits none.
            for candidate in list.iter().filter(|candidate| !order.contains(&candidate.entry)) {
                for ticket_type in &candidate.types {
                    let facts = &after.types[ticket_type];
                    let least = i64::from(candidate.party.least());
                    prop_assert!(candidate.party.least() > 5 || after.room(*ticket_type, facts) < least, "{:?} fits", candidate.entry);
                }
            }

            // Served again at once, the same stock gives nothing more: a second run changes nothing.
            let waiting: Vec<_> = list.iter().filter(|candidate| !order.contains(&candidate.entry)).cloned().collect();
            prop_assert_eq!(match_list(&mut after, &waiting, &occasion()).offers, vec![]);

            // Page by page it is the same as at once.
            let mut paged = before.clone();
            let mut offers = Vec::new();
            for page in list.chunks(4) {
                offers.extend(match_list(&mut paged, page, &occasion()).offers);
            }
            prop_assert_eq!(offers, matched.offers);
        }
    }
}
