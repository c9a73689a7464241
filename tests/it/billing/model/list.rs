//! The protocol with a waiting list: a buyer, somebody who waits for what the buyer leaves, and a passer-by.
//!
//! An offer is a hold with a deadline, which is paid for like any other, by two attempts if need be. Stock that comes
//! back (expiry, a dead payment, a ticket that is returned) goes to the list before it goes on sale. Against it stand two
//! usual designs: an offer that is only a mail, and one that takes its place in the queue behind whoever asks.

use bilten_tests::report;

use super::{
    FORCED_REFUND, LATE_MONEY,
    protocol::{self, Buyer, Design, Hold, START},
    search::{self, Model, explore},
};

const SEATS: usize = 1;

/// How the list is served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Serving {
    /// The list first, by holds.
    OffersAreHolds,
    /// Whoever asks gets what came back, whether somebody waits for it or not.
    WhoeverAsks,
    /// A mail says that there is a place, which is on sale to everybody.
    OffersAreMails,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Entry {
    None,
    Waiting,
    Offered,
    /// A mail told of a place that he did not get.
    Deceived,
    Left,
}

/// Somebody who pays at once, or not at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Passer {
    Outside,
    Holds,
    Gone,
    Bought,
}

#[derive(Clone, Copy)]
struct Queue {
    serving: Serving,
    design: Design,
    buyer: Buyer,
    /// The buyer's tickets were taken back; his refund is no part of this.
    is_returned: bool,
    waiter: Buyer,
    entry: Entry,
    passer: Passer,
    /// The passer-by got a place while somebody waited for it.
    is_passed_over: bool,
}

impl Queue {
    fn of(serving: Serving, design: Design) -> Self {
        Self {
            serving,
            design,
            buyer: START,
            is_returned: false,
            waiter: START,
            entry: Entry::None,
            passer: Passer::Outside,
            is_passed_over: false,
        }
    }

    fn occupied(&self) -> usize {
        let buyer = self.buyer.occupies() && !self.is_returned;
        let passer = matches!(self.passer, Passer::Holds | Passer::Bought);
        usize::from(buyer) + usize::from(self.waiter.occupies()) + usize::from(passer)
    }

    fn has_room(&self) -> bool {
        self.occupied() < SEATS
    }

    /// Whether a place may go to whoever asks.
    fn is_on_sale(&self) -> bool {
        let comes_first = self.serving == Serving::OffersAreHolds && self.entry == Entry::Waiting;
        self.has_room() && !comes_first
    }

    fn buyer_steps(&self, add: &mut dyn FnMut(&'static str, usize, Self)) {
        let mut put = |name, buyer| add(name, 0, Self { buyer, ..*self });
        if self.buyer.hold == Hold::None && self.is_on_sale() {
            put("hold", protocol::hold(self.buyer));
        }
        // Returned tickets stay returned, whatever news still comes.
        if !self.is_returned {
            protocol::steps(self.buyer, self.is_on_sale(), self.design, &mut put);
        }
        if self.buyer.hold == Hold::Converted && !self.is_returned {
            let buyer = self.buyer;
            let returned = Self {
                buyer,
                is_returned: true,
                ..*self
            };
            add("return the ticket", 0, returned);
        }
    }

    fn waiter_steps(&self, add: &mut dyn FnMut(&'static str, usize, Self)) {
        let mut put = |name, waiter, entry| {
            let after = Self { waiter, entry, ..*self };
            add(name, 1, after);
        };
        let has_nothing = self.waiter.hold == Hold::None;
        match self.entry {
            Entry::None if has_nothing && self.is_on_sale() => put("hold", protocol::hold(self.waiter), Entry::None),
            Entry::None if has_nothing => put("join the list", self.waiter, Entry::Waiting),
            Entry::Waiting => {
                put("leave the list", self.waiter, Entry::Left);
                if self.has_room() && self.serving == Serving::OffersAreMails {
                    put("mail", self.waiter, Entry::Offered);
                } else if self.has_room() {
                    put("offer", protocol::hold(self.waiter), Entry::Offered);
                }
            }
            // He follows the link in the mail.
            Entry::Offered if has_nothing && self.has_room() => {
                put("hold", protocol::hold(self.waiter), Entry::Offered);
            }
            Entry::Offered if has_nothing => put("come too late", self.waiter, Entry::Deceived),
            Entry::None | Entry::Offered | Entry::Deceived | Entry::Left => {}
        }
        let entry = self.entry;
        protocol::steps(self.waiter, self.is_on_sale(), self.design, &mut |name, waiter| {
            put(name, waiter, entry);
        });
    }

    fn passer_steps(&self, add: &mut dyn FnMut(&'static str, usize, Self)) {
        let mut put = |name, passer, is_passed_over| {
            let after = Self {
                passer,
                is_passed_over,
                ..*self
            };
            add(name, 2, after);
        };
        match self.passer {
            Passer::Outside if self.is_on_sale() => put("hold", Passer::Holds, self.entry == Entry::Waiting),
            Passer::Holds => {
                put("run out", Passer::Gone, self.is_passed_over);
                put("pay", Passer::Bought, self.is_passed_over);
            }
            Passer::Outside | Passer::Gone | Passer::Bought => {}
        }
    }
}

impl Model for Queue {
    fn pack(&self) -> u128 {
        let entry = match self.entry {
            Entry::None => 0,
            Entry::Waiting => 1,
            Entry::Offered => 2,
            Entry::Deceived => 3,
            Entry::Left => 4,
        };
        let passer = match self.passer {
            Passer::Outside => 0,
            Passer::Holds => 1,
            Passer::Gone => 2,
            Passer::Bought => 3,
        };
        let flags = u128::from(self.is_returned) << 1 | u128::from(self.is_passed_over);
        let rest = entry << 4 | passer << 2 | flags;
        rest << 100 | u128::from(self.buyer.pack()) << 50 | u128::from(self.waiter.pack())
    }

    fn steps(&self, add: &mut dyn FnMut(&'static str, usize, Self)) {
        self.buyer_steps(add);
        self.waiter_steps(add);
        self.passer_steps(add);
    }

    fn violation(&self, is_terminal: bool) -> Option<&'static str> {
        let bought = usize::from(self.passer == Passer::Bought);
        let kept = if self.is_returned {
            0
        } else {
            usize::from(self.buyer.tickets)
        };
        if self.occupied() > SEATS || kept + usize::from(self.waiter.tickets) + bought > SEATS {
            return Some("oversold");
        }
        if self.is_passed_over {
            return Some(PASSED_OVER);
        }
        if self.entry == Entry::Deceived {
            return Some(DECEIVED);
        }
        if is_terminal && self.entry == Entry::Waiting && self.has_room() {
            return Some("waits for a place that is free");
        }
        let is_held = matches!(self.waiter.hold, Hold::Held | Hold::Pinned | Hold::Cancelling);
        if is_terminal && is_held {
            return Some("an offer that never ends");
        }
        let alone = [self.buyer, self.waiter];
        alone.iter().find_map(|buyer| buyer.violation(is_terminal))
    }

    fn remarks(&self) -> Vec<&'static str> {
        let mut remarks = Vec::new();
        if self.waiter.owes_refund() && self.entry == Entry::Offered {
            remarks.push(WAITER_REFUNDED);
        }
        if self.waiter.owes_refund() || self.buyer.owes_refund() {
            remarks.push(FORCED_REFUND);
        }
        if self.waiter.has_late_money() || (self.buyer.has_late_money() && !self.is_returned) {
            remarks.push(LATE_MONEY);
        }
        for (is_so, what) in [
            (self.entry == Entry::Offered && self.waiter.tickets == 1, OFFER_SOLD),
            (
                self.is_returned && self.entry == Entry::Offered && self.waiter.tickets == 1,
                RETURNED_SOLD,
            ),
            (
                self.entry == Entry::Offered && self.passer == Passer::Bought,
                LAPSED_SOLD,
            ),
        ] {
            if is_so {
                remarks.push(what);
            }
        }
        remarks
    }
}

const PASSED_OVER: &str = "somebody who came later gets what somebody waits for";
const DECEIVED: &str = "somebody is offered a place that is gone";
const WAITER_REFUNDED: &str = "a refund is forced on somebody who was offered a place";
const OFFER_SOLD: &str = "an offer is bought";
const RETURNED_SOLD: &str = "a returned ticket is bought by who waited for it";
const LAPSED_SOLD: &str = "what was offered in vain is bought by a passer-by";

#[test]
fn counted_no_interleaving_with_a_waiting_list_oversells_passes_over_or_loses_money() {
    let found = explore(Queue::of(Serving::OffersAreHolds, Design::CancelBeforeRelease));
    report(&format!(
        "model: hold, pay, expire, waiting list, two attempts each: {} states, {} steps between them, {} ends; violations {:?}",
        found.states, found.steps, found.terminal, found.violations
    ));
    assert!(found.violations.is_empty(), "{:?}", found.violations);
    for forbidden in [FORCED_REFUND, LATE_MONEY] {
        assert!(!found.remarks.contains_key(forbidden), "{:?}", found.remarks);
    }
    for wanted in [OFFER_SOLD, RETURNED_SOLD, LAPSED_SOLD] {
        let way = &found.remarks[wanted];
        report(&format!("model: {wanted}: {}", way.join(", ")));
    }
}

#[test]
fn counted_usual_waiting_lists_are_shown_to_deceive_or_to_pass_over() {
    let whoever = Queue::of(Serving::WhoeverAsks, Design::CancelBeforeRelease);
    let mails = Queue::of(Serving::OffersAreMails, Design::CancelBeforeRelease);
    let by_the_clock = Queue::of(Serving::OffersAreHolds, Design::HoldRunsOutByTheClock);
    for (queue, what) in [
        (whoever, PASSED_OVER),
        (mails, DECEIVED),
        (by_the_clock, WAITER_REFUNDED),
    ] {
        let way = search::find(queue, what);
        assert!(way.is_some(), "{:?}, {:?}", queue.serving, queue.design);
        let (serving, design) = (queue.serving, queue.design);
        report(&format!(
            "model: {serving:?}, {design:?}: {what}: {}",
            way.unwrap().join(", ")
        ));
    }
}
