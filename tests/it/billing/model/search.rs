//! Visits every state that can be reached, breadth first, so that the first way found to a state is a shortest one.

use std::collections::{HashMap, VecDeque, hash_map::Entry};

/// Something that can be in one of finitely many states.
pub(super) trait Model: Copy {
    /// All of the state.
    fn pack(&self) -> u128;
    /// Calls with the name of each next step, who takes it, and the state after it.
    fn steps(&self, add: &mut dyn FnMut(&'static str, usize, Self));
    /// What must never be; a terminal state has no next step.
    fn violation(&self, is_terminal: bool) -> Option<&'static str>;
    /// Things that are no fault in themselves, each told by its first state.
    fn remarks(&self) -> Vec<&'static str>;
}

#[derive(Default, Debug)]
pub(super) struct Findings {
    pub states: usize,
    pub terminal: usize,
    pub steps: usize,
    /// What was violated, with the shortest way there.
    pub violations: HashMap<&'static str, Vec<String>>,
    /// What was remarked, with the shortest way there.
    pub remarks: HashMap<&'static str, Vec<String>>,
}

impl Findings {
    fn has(&self, what: &str) -> bool {
        self.violations.contains_key(what) || self.remarks.contains_key(what)
    }
}

/// How a state was reached first: from which one, by what, by whom.
type Origin = (usize, &'static str, usize);

/// Visits all states.
pub(super) fn explore<M: Model>(start: M) -> Findings {
    explore_until(start, |_| false)
}

/// Finds a shortest way to what is violated or remarked.
pub(super) fn find<M: Model>(start: M, what: &str) -> Option<Vec<String>> {
    let found = explore_until(start, |found| found.has(what));
    found.violations.get(what).or(found.remarks.get(what)).cloned()
}

fn explore_until<M: Model>(start: M, is_enough: impl Fn(&Findings) -> bool) -> Findings {
    let mut known: HashMap<u128, usize> = HashMap::from([(start.pack(), 0)]);
    let mut origins: Vec<Origin> = vec![(0, "", 0)];
    let mut queue = VecDeque::from([(0_usize, start)]);
    let mut found = Findings::default();
    while let Some((number, state)) = queue.pop_front() {
        if is_enough(&found) {
            break;
        }
        let mut count = 0;
        state.steps(&mut |name, who, after: M| {
            count += 1;
            if let Entry::Vacant(place) = known.entry(after.pack()) {
                place.insert(origins.len());
                queue.push_back((origins.len(), after));
                origins.push((number, name, who));
            }
        });
        found.steps += count;
        found.terminal += usize::from(count == 0);
        if let Some(what) = state.violation(count == 0) {
            found.violations.entry(what).or_insert_with(|| path(&origins, number));
        }
        for what in state.remarks() {
            found.remarks.entry(what).or_insert_with(|| path(&origins, number));
        }
    }
    found.states = origins.len();
    found
}

fn path(origins: &[Origin], mut number: usize) -> Vec<String> {
    let mut names = Vec::new();
    while number != 0 {
        let (before, name, who) = origins[number];
        names.push(format!("{name} {who}"));
        number = before;
    }
    names.reverse();
    names
}
