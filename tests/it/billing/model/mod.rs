//! Explicit-state check of the checkout protocol: every interleaving of everything that may happen.
//!
//! The model holds what the provider knows (payments), what we know (holds, attempts, orders, tickets) and what is
//! under way (calls that may still land, news that may come late, twice and in any order). A crash needs no step of
//! its own: any process may simply never take its next step. Against it stands the usual design, in which the
//! hold runs out by the clock while the payment lives on.
//!
//! Here: two buyers, one seat, two attempts each. With a waiting list: [`list`].

mod list;
mod protocol;
mod search;

use protocol::{Buyer, Design, Hold, START};
use search::{Findings, Model, explore};

const SEATS: usize = 1;

const FORCED_REFUND: &str = "a refund is forced on somebody";
const LATE_MONEY: &str = "money may come after the stock went back";

/// Two buyers who want the same seat.
#[derive(Clone, Copy)]
struct Two {
    design: Design,
    buyers: [Buyer; 2],
}

impl Two {
    fn of(design: Design) -> Findings {
        explore(Self {
            design,
            buyers: [START; 2],
        })
    }

    fn occupied(&self) -> usize {
        self.buyers.iter().filter(|buyer| buyer.occupies()).count()
    }
}

impl Model for Two {
    fn pack(&self) -> u128 {
        let [first, second] = self.buyers;
        u128::from(first.pack()) << 64 | u128::from(second.pack())
    }

    fn steps(&self, add: &mut dyn FnMut(&'static str, usize, Self)) {
        let has_room = self.occupied() < SEATS;
        for (index, buyer) in self.buyers.into_iter().enumerate() {
            let mut put = |name, changed| {
                let mut after = *self;
                after.buyers[index] = changed;
                add(name, index, after);
            };
            if buyer.hold == Hold::None && has_room {
                put("hold", protocol::hold(buyer));
            }
            protocol::steps(buyer, has_room, self.design, &mut put);
        }
    }

    fn violation(&self, is_terminal: bool) -> Option<&'static str> {
        let tickets: usize = self.buyers.iter().map(|buyer| usize::from(buyer.tickets)).sum();
        if self.occupied() > SEATS || tickets > SEATS {
            return Some("oversold");
        }
        self.buyers.iter().find_map(|buyer| buyer.violation(is_terminal))
    }

    fn remarks(&self) -> Vec<&'static str> {
        let mut remarks = Vec::new();
        if self.buyers.iter().any(Buyer::owes_refund) {
            remarks.push(FORCED_REFUND);
        }
        if self.buyers.iter().any(Buyer::has_late_money) {
            remarks.push(LATE_MONEY);
        }
        remarks
    }
}

#[test]
fn no_interleaving_of_the_protocol_oversells_or_loses_money_or_needs_a_refund() {
    let found = Two::of(Design::CancelBeforeRelease);
    assert_eq!(found.states, 297_220, "docs/adr/0009 tells how many states there are");
    assert!(found.violations.is_empty(), "{:?}", found.violations);
    assert!(found.remarks.is_empty(), "{:?}", found.remarks);
}

#[test]
fn the_usual_design_is_shown_to_take_money_for_stock_that_is_gone() {
    let found = Two::of(Design::HoldRunsOutByTheClock);
    assert!(found.violations.is_empty(), "{:?}", found.violations);
    let shortest = &found.remarks[FORCED_REFUND];
    assert!(shortest.len() <= 9, "{shortest:?}");
    assert!(found.remarks.contains_key(LATE_MONEY));
}
