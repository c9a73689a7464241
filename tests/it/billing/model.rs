//! Explicit-state check of the checkout protocol: two buyers, one seat, two attempts each, every interleaving.
//!
//! The model holds what the provider knows (payments), what we know (holds, attempts, orders, tickets) and what is
//! under way (calls that may still land, news that may come late, twice and in any order). A crash needs no step of
//! its own: any process may simply never take its next step. Against it stands the usual design, in which the
//! hold runs out by the clock while the payment lives on.

use std::collections::{HashMap, VecDeque};

const SEATS: usize = 1;
const BUYERS: usize = 2;
const TRIES: usize = 2;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Design {
    CancelBeforeRelease,
    HoldRunsOutByTheClock,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Hold {
    None,
    Held,
    Pinned,
    Cancelling,
    Released,
    Converted,
}

/// By rank, as in `AttemptState`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Pay {
    None,
    Unconfirmed,
    Action,
    Processing,
    Failed,
    Canceled,
    Succeeded,
}

impl Pay {
    fn bit(self) -> u8 {
        match self {
            Self::None => 1,
            Self::Unconfirmed => 2,
            Self::Action => 4,
            Self::Processing => 8,
            Self::Failed => 16,
            Self::Canceled => 32,
            Self::Succeeded => 64,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts of the model that are independent of each other"
)]
struct Try {
    /// The attempt's row exists.
    written: bool,
    /// Our view.
    ours: Pay,
    /// The provider's truth.
    truth: Pay,
    /// Statuses that the payment has had: each may still arrive as news.
    told: u8,
    /// A call that lets money move may still land.
    in_flight: bool,
    refunded: bool,
    owes_refund: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Buyer {
    hold: Hold,
    tries: [Try; TRIES],
    tickets: u8,
    /// Whether the hold may still be pinned: the order was not closed.
    open: bool,
}

type State = [Buyer; BUYERS];

const FRESH: Try = Try {
    written: false,
    ours: Pay::None,
    truth: Pay::None,
    told: 0,
    in_flight: false,
    refunded: false,
    owes_refund: false,
};

const START: Buyer = Buyer {
    hold: Hold::None,
    tries: [FRESH; TRIES],
    tickets: 0,
    open: true,
};

fn occupied(state: &State) -> usize {
    state
        .iter()
        .filter(|b| matches!(b.hold, Hold::Held | Hold::Pinned | Hold::Cancelling | Hold::Converted))
        .count()
}

fn is_live(pay: Pay) -> bool {
    pay < Pay::Failed
}

impl Try {
    fn becomes(mut self, truth: Pay) -> Self {
        self.truth = truth;
        self.told |= truth.bit();
        self
    }
}

/// All next states, each with the name of its step.
fn steps(state: &State, design: Design) -> Vec<(String, State)> {
    let mut next = Vec::new();
    for index in 0..BUYERS {
        let mut add = |name: &str, changed: Buyer| {
            let mut after = *state;
            after[index] = changed;
            next.push((format!("{name} {index}"), after));
        };
        hold_steps(state, index, design, &mut add);
        for number in 0..TRIES {
            payment_steps(state[index], number, design, &mut add);
            news_steps(state, index, number, &mut add);
        }
    }
    next
}

fn hold_steps(state: &State, index: usize, design: Design, add: &mut impl FnMut(&str, Buyer)) {
    let buyer = state[index];
    if buyer.hold == Hold::None && occupied(state) < SEATS {
        add(
            "hold",
            Buyer {
                hold: Hold::Held,
                ..buyer
            },
        );
    }
    let live = buyer.tries.iter().position(|t| t.written && is_live(t.ours));
    match (buyer.hold, design) {
        (Hold::Held, Design::CancelBeforeRelease) => {
            add(
                "run out",
                Buyer {
                    hold: Hold::Released,
                    open: false,
                    ..buyer
                },
            );
            let free = buyer.tries.iter().position(|t| !t.written);
            if let (None, Some(number)) = (live, free) {
                let mut changed = Buyer {
                    hold: Hold::Pinned,
                    ..buyer
                };
                changed.tries[number].written = true;
                add("write attempt and pin", changed);
            }
        }
        (Hold::Held, Design::HoldRunsOutByTheClock) => {
            add(
                "run out",
                Buyer {
                    hold: Hold::Released,
                    open: false,
                    ..buyer
                },
            );
            if !buyer.tries[0].written {
                let mut changed = buyer;
                changed.tries[0].written = true;
                add("write attempt", changed);
            }
        }
        (Hold::Pinned, _) => add(
            "pin times out",
            Buyer {
                hold: Hold::Cancelling,
                ..buyer
            },
        ),
        (Hold::None | Hold::Cancelling | Hold::Released | Hold::Converted, _) => {}
    }
}

/// Calls to the provider and what happens there.
fn payment_steps(buyer: Buyer, number: usize, design: Design, add: &mut impl FnMut(&str, Buyer)) {
    let this = buyer.tries[number];
    let mut put = |name: &str, changed: Try| {
        let mut after = buyer;
        after.tries[number] = changed;
        add(name, after);
    };
    if this.written && !this.in_flight && is_live(this.ours) {
        let may_send = match design {
            Design::CancelBeforeRelease => buyer.hold == Hold::Pinned,
            Design::HoldRunsOutByTheClock => true,
        };
        if may_send && this.truth < Pay::Action {
            put(
                "send create with confirm",
                Try {
                    in_flight: true,
                    ..this
                },
            );
        }
    }
    if this.written && this.truth == Pay::None {
        put("replay create without confirm", this.becomes(Pay::Unconfirmed));
    }
    if buyer.hold == Hold::Cancelling && matches!(this.truth, Pay::Unconfirmed | Pay::Action) {
        put("void", this.becomes(Pay::Canceled));
    }
    if this.in_flight {
        let landed = Try {
            in_flight: false,
            ..this
        };
        if this.truth < Pay::Action {
            for truth in [Pay::Action, Pay::Processing, Pay::Failed, Pay::Succeeded] {
                put("land", landed.becomes(truth));
            }
        } else {
            put("land again", landed);
        }
    }
    if this.truth == Pay::Action {
        for truth in [Pay::Processing, Pay::Failed, Pay::Succeeded] {
            put("buyer acts", this.becomes(truth));
        }
    }
    if this.truth == Pay::Processing {
        for truth in [Pay::Failed, Pay::Succeeded] {
            put("bank answers", this.becomes(truth));
        }
    }
    if this.owes_refund && !this.refunded {
        put("refund", Try { refunded: true, ..this });
    }
}

/// Any status that the payment ever had may arrive now, by answer, webhook, redirect or sweep.
fn news_steps(state: &State, index: usize, number: usize, add: &mut impl FnMut(&str, Buyer)) {
    let buyer = state[index];
    for news in [
        Pay::Unconfirmed,
        Pay::Action,
        Pay::Processing,
        Pay::Failed,
        Pay::Canceled,
        Pay::Succeeded,
    ] {
        let this = buyer.tries[number];
        if this.told & news.bit() == 0 || news <= this.ours {
            continue;
        }
        let mut changed = buyer;
        changed.tries[number].ours = news;
        match (news, buyer.hold) {
            (Pay::Succeeded, Hold::Held | Hold::Pinned | Hold::Cancelling) => {
                changed.hold = Hold::Converted;
                changed.tickets += 1;
            }
            (Pay::Succeeded, Hold::Released) if occupied(state) < SEATS => {
                changed.hold = Hold::Converted;
                changed.tickets += 1;
            }
            (Pay::Succeeded, Hold::None | Hold::Released | Hold::Converted) => {
                changed.tries[number].owes_refund = true;
            }
            // After the last try the place goes free at once.
            (Pay::Failed | Pay::Canceled, Hold::Pinned) if number + 1 == TRIES => {
                changed.hold = Hold::Released;
                changed.open = false;
            }
            (Pay::Failed | Pay::Canceled, Hold::Pinned) => changed.hold = Hold::Held,
            (Pay::Failed | Pay::Canceled, Hold::Cancelling) => {
                changed.hold = Hold::Released;
                changed.open = false;
            }
            (Pay::Processing, Hold::Cancelling) => changed.hold = Hold::Pinned,
            _ => {}
        }
        add("news", changed);
    }
}

#[derive(Default, Debug)]
struct Findings {
    states: usize,
    violations: Vec<(&'static str, Vec<String>)>,
    forced_refunds: Option<Vec<String>>,
    late_money: Option<Vec<String>>,
}

fn explore(design: Design) -> Findings {
    let start = [START; BUYERS];
    let mut came_from: HashMap<State, Option<(State, String)>> = HashMap::from([(start, None)]);
    let mut queue = VecDeque::from([start]);
    let mut findings = Findings::default();
    while let Some(state) = queue.pop_front() {
        let next = steps(&state, design);
        if let Some(what) = violation(&state, next.is_empty()) {
            findings.violations.push((what, path(&came_from, state)));
        }
        if findings.forced_refunds.is_none() && state.iter().any(|b| b.tries.iter().any(|t| t.owes_refund)) {
            findings.forced_refunds = Some(path(&came_from, state));
        }
        if findings.late_money.is_none() && state.iter().any(has_late_money) {
            findings.late_money = Some(path(&came_from, state));
        }
        for (name, after) in next {
            came_from.entry(after).or_insert_with(|| {
                queue.push_back(after);
                Some((state, name))
            });
        }
    }
    findings.states = came_from.len();
    findings
}

/// The stock went back although a call may still land, or the payment may still be charged.
fn has_late_money(buyer: &Buyer) -> bool {
    let may_move = |t: &Try| {
        let is_chargeable = matches!(t.truth, Pay::Action | Pay::Processing);
        let may_land = t.in_flight && matches!(t.truth, Pay::None | Pay::Unconfirmed);
        is_chargeable || may_land || (t.truth == Pay::Succeeded && t.ours != Pay::Succeeded)
    };
    buyer.hold == Hold::Released && buyer.tries.iter().any(may_move)
}

fn violation(state: &State, is_terminal: bool) -> Option<&'static str> {
    if occupied(state) > SEATS || state.iter().map(|b| usize::from(b.tickets)).sum::<usize>() > SEATS {
        return Some("oversold");
    }
    for buyer in state {
        let charged = buyer.tries.iter().filter(|t| t.truth == Pay::Succeeded).count();
        let refunded = buyer.tries.iter().filter(|t| t.refunded).count();
        if usize::from(buyer.tickets) > charged {
            return Some("ticket without money");
        }
        if buyer.tickets > 1 {
            return Some("tickets issued twice");
        }
        if is_terminal && charged != usize::from(buyer.tickets) + refunded {
            return Some("money without ticket or refund");
        }
        let live = buyer.tries.iter().filter(|t| t.written && is_live(t.ours)).count();
        if live > 1 {
            return Some("two live attempts");
        }
    }
    None
}

fn path(came_from: &HashMap<State, Option<(State, String)>>, mut state: State) -> Vec<String> {
    let mut names = Vec::new();
    while let Some(Some((before, name))) = came_from.get(&state) {
        names.push(name.clone());
        state = *before;
    }
    names.reverse();
    names
}

#[test]
fn no_interleaving_of_the_protocol_oversells_or_loses_money_or_needs_a_refund() {
    let found = explore(Design::CancelBeforeRelease);
    assert_eq!(found.states, 297_220, "docs/adr/0009 tells how many states there are");
    assert!(found.violations.is_empty(), "{:?}", found.violations.first());
    assert_eq!(found.forced_refunds, None);
    assert_eq!(found.late_money, None);
}

#[test]
fn the_usual_design_is_shown_to_take_money_for_stock_that_is_gone() {
    let found = explore(Design::HoldRunsOutByTheClock);
    assert!(found.violations.is_empty(), "{:?}", found.violations.first());
    let shortest = found.forced_refunds.expect("a refund is forced on somebody");
    assert!(shortest.len() <= 9, "{shortest:?}");
    assert!(found.late_money.is_some());
}
