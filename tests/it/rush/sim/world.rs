//! The world: who there is, what may happen next, and the dice that choose.

use std::collections::BTreeMap;

use bilten_core::inventory::{EngineLimits, EventFacts, PoolFacts, TypeFacts};
use bilten_kernel::{AttemptId, PoolId, SeededEntropy, TicketTypeId, Timestamp, random_array};
use jiff::SignedDuration;
use uuid::Uuid;

use super::{
    Bug,
    books::Books,
    buyer::Buyer,
    database::{Database, Ours},
    node::{Job, Node, Work},
};

/// Steps after which no more faults happen and everything is brought to an end.
const STEPS: u32 = 220;
/// Steps within which it must come to its end.
const MOST_STEPS: u32 = 4_000;
const START: &str = "2031-05-01T10:00:00Z";

/// What goes wrong in this world, drawn once.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(super) struct Faults {
    /// Commits that are refused, or whose answer is lost.
    pub commits: bool,
    pub kills: bool,
    pub leaves: bool,
    pub poison: bool,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Buyer(usize),
    Lane(usize),
    Work(u64),
    Sweep(usize),
    CallOff(usize, AttemptId),
    TimePasses,
    Kill(usize),
    Start(usize),
    Leave(usize),
}

/// What was seen, summed up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ending {
    pub steps: u64,
    pub groups: u64,
    pub largest_group: usize,
    pub holds: u64,
    pub sold_out: u64,
    pub busy: u64,
    pub malformed: u64,
    pub reclaimed: u64,
    pub given_back: u64,
    pub offers: u64,
    pub declined: u64,
    pub called_off: u64,
    pub paid: u64,
    pub kills: u64,
    pub refused_commits: u64,
    pub lost_answers: u64,
    pub late_commits: u64,
    pub poisoned: u64,
}

pub(super) struct World {
    pub bug: Option<Bug>,
    pub now: Timestamp,
    pub db: Database,
    pub nodes: Vec<Node>,
    pub works: BTreeMap<u64, Work>,
    pub buyers: Vec<Buyer>,
    pub faults: Faults,
    pub limits: EngineLimits,
    pub books: Books,
    pub seen: Ending,
    /// No more faults: everything is brought to its end.
    pub is_ending: bool,
    dice: SeededEntropy,
    next: u64,
    seed: u64,
    story: Option<Vec<String>>,
}

impl World {
    pub fn new(seed: u64, bug: Option<Bug>, is_told: bool) -> Self {
        let dice = SeededEntropy::new(seed);
        let roll = |sides: u64| u64::from_le_bytes(random_array(&dice)) % sides;
        let now: Timestamp = START.parse().unwrap();
        let has_two_pools = roll(3) == 0;
        let nodes = (0..=roll(3)).map(|_| Node::new(SignedDuration::from_secs(i64::try_from(roll(11)).unwrap() - 5)));
        let nodes = nodes.collect();
        let faults = Faults {
            commits: roll(2) == 0,
            kills: roll(2) == 0,
            leaves: roll(2) == 0,
            poison: roll(4) == 0,
        };
        let limits = EngineLimits {
            queue: 4,
            group: 3,
            ..EngineLimits::default()
        };
        let mut world = Self {
            db: stock(1 + i64::try_from(roll(5)).unwrap(), has_two_pools, now),
            bug,
            now,
            nodes,
            works: BTreeMap::new(),
            buyers: Vec::new(),
            faults,
            limits,
            books: Books::default(),
            seen: Ending::default(),
            is_ending: false,
            dice,
            next: 1,
            seed,
            story: is_told.then(Vec::new),
        };
        world.db.has_check = bug != Some(Bug::NoCheckAtAll);
        for number in 0..usize::try_from(3 + world.roll(12)).unwrap() {
            let buyer = Buyer::new(&world, number);
            world.buyers.push(buyer);
        }
        world
    }

    /// Throws a number below `sides`.
    pub fn roll(&self, sides: u64) -> u64 {
        u64::from_le_bytes(random_array(&self.dice)) % sides
    }

    pub fn pick<T: Copy>(&self, from: &[T]) -> T {
        from[usize::try_from(self.roll(u64::try_from(from.len()).unwrap())).unwrap()]
    }

    /// A number that nobody had before, as an id too.
    pub fn fresh(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub fn fresh_id(&mut self) -> Uuid {
        Uuid::from_u128(u128::from(self.fresh()))
    }

    /// The time as this node sees it.
    pub fn clock(&self, node: usize) -> Timestamp {
        self.now + self.nodes[node].skew
    }

    pub fn living_nodes(&self) -> Vec<usize> {
        (0..self.nodes.len())
            .filter(|node| self.nodes[*node].is_alive)
            .collect()
    }

    /// Notes what happens, when somebody wants to read it.
    pub fn tell(&mut self, what: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            story.push(what());
        }
    }

    /// Plays to the end.
    pub fn play(mut self) -> Result<Ending, String> {
        for _ in 0..STEPS {
            let steps = self.possible();
            if steps.is_empty() {
                break;
            }
            let step = self.pick(&steps);
            self.take(step)?;
        }
        self.is_ending = true;
        for node in 0..self.nodes.len() {
            self.nodes[node].is_alive = true;
        }
        self.run_until_quiet()?;
        self.books.blame_unwanted(&self.db).map_err(|what| self.accuse(&what))?;
        // Nobody new comes; whatever was left lying runs out, and what comes back is offered to the list in its turn.
        for _ in 0..self.buyers.len() + 2 {
            self.now += SignedDuration::from_hours(3);
            self.run_until_quiet()?;
        }
        Books::close(&self.db, &self.buyers).map_err(|what| self.accuse(&what))?;
        self.seen.paid = u64::try_from(self.db.attempts.values().filter(|a| a.ours == Ours::Paid).count()).unwrap();
        Ok(self.seen)
    }

    fn run_until_quiet(&mut self) -> Result<(), String> {
        for _ in 0..MOST_STEPS {
            let steps = self.possible();
            if steps.is_empty() {
                return Ok(());
            }
            let step = self.pick(&steps);
            self.take(step)?;
        }
        Err(self.accuse("it does not come to an end"))
    }

    fn take(&mut self, step: Step) -> Result<(), String> {
        self.seen.steps += 1;
        self.tell(|| format!("{step:?}"));
        match step {
            Step::Buyer(buyer) => self.step_buyer(buyer),
            Step::Lane(node) => self.open_group(node),
            Step::Work(work) => self.step_work(work),
            Step::Sweep(node) => self.start_job(node, Job::Sweep),
            Step::CallOff(node, attempt) => self.start_job(node, Job::CallOff(attempt)),
            Step::TimePasses => {
                let by = self.pick(&[1, 60, 240, 600, 901]);
                self.now += SignedDuration::from_secs(by);
            }
            Step::Kill(node) => self.kill(node),
            Step::Start(node) => self.nodes[node].is_alive = true,
            Step::Leave(buyer) => self.leave(buyer),
        }
        self.books
            .read(&self.db)
            .and(self.books.complaint())
            .map_err(|what| self.accuse(&what))
    }

    /// The failure, with the story that led to it.
    fn accuse(&self, what: &str) -> String {
        let Some(story) = &self.story else {
            return what.to_owned();
        };
        let told = story.join("\n  ");
        format!(
            "{what}\n  seed {}, {:?}, {} nodes, {} buyers\n  {told}\n{what}",
            self.seed,
            self.faults,
            self.nodes.len(),
            self.buyers.len()
        )
    }

    fn possible(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = (0..self.buyers.len())
            .filter(|b| self.can_go_on(*b))
            .map(Step::Buyer)
            .collect();
        steps.extend(
            self.works
                .keys()
                .filter(|work| self.can_work(**work))
                .map(|work| Step::Work(*work)),
        );
        for node in self.living_nodes() {
            if self.nodes[node].lane.is_none() && !self.nodes[node].queue.is_empty() {
                steps.push(Step::Lane(node));
            }
        }
        self.add_upkeep(&mut steps);
        if !self.is_ending {
            self.add_faults(&mut steps);
        }
        steps
    }

    /// Jobs of the worker, which runs on any node: more seldom than what buyers do.
    fn add_upkeep(&self, steps: &mut Vec<Step>) {
        let Some(node) = self.living_nodes().into_iter().next_back() else {
            return;
        };
        if !self.is_ending && self.roll(6) > 0 {
            return;
        }
        if self.has_to_sweep(node) {
            steps.push(Step::Sweep(node));
        }
        for (id, attempt) in &self.db.attempts {
            if self.is_due(*id, attempt) {
                steps.push(Step::CallOff(node, *id));
            }
        }
    }

    fn add_faults(&self, steps: &mut Vec<Step>) {
        if self.roll(5) == 0 {
            steps.push(Step::TimePasses);
        }
        for (number, node) in self.nodes.iter().enumerate() {
            if !node.is_alive {
                steps.push(Step::Start(number));
            } else if self.faults.kills && self.roll(30) == 0 {
                steps.push(Step::Kill(number));
            }
        }
        if self.faults.leaves && self.roll(12) == 0 {
            steps.extend((0..self.buyers.len()).filter(|b| self.can_leave(*b)).map(Step::Leave));
        }
    }
}

impl Ending {
    pub fn add(&mut self, other: &Self) {
        self.steps += other.steps;
        self.groups += other.groups;
        self.largest_group = self.largest_group.max(other.largest_group);
        self.holds += other.holds;
        self.sold_out += other.sold_out;
        self.busy += other.busy;
        self.malformed += other.malformed;
        self.reclaimed += other.reclaimed;
        self.given_back += other.given_back;
        self.offers += other.offers;
        self.declined += other.declined;
        self.called_off += other.called_off;
        self.paid += other.paid;
        self.kills += other.kills;
        self.refused_commits += other.refused_commits;
        self.lost_answers += other.lost_answers;
        self.late_commits += other.late_commits;
        self.poisoned += other.poisoned;
    }

    /// A simulation in which something never happens proves nothing about it.
    pub fn expect_variety(&self) {
        let counts = [
            self.groups,
            self.holds,
            self.sold_out,
            self.busy,
            self.malformed,
            self.reclaimed,
            self.given_back,
            self.offers,
            self.declined,
            self.called_off,
            self.paid,
            self.kills,
            self.refused_commits,
            self.lost_answers,
            self.late_commits,
            self.poisoned,
        ];
        assert!(counts.iter().all(|count| *count >= 100), "{self:?}");
    }
}

pub(super) fn tty(number: u128) -> TicketTypeId {
    Uuid::from_u128(number).into()
}

/// One type draws on one pool, one on both, and the sale of the third is over.
fn stock(capacity: i64, has_two_pools: bool, now: Timestamp) -> Database {
    let pool = |number: u128| PoolId::from_uuid(Uuid::from_u128(number));
    let facts = |pools: Vec<PoolId>| TypeFacts {
        price_minor: 100,
        min_per_order: 1,
        max_per_order: 4,
        sale_starts_at: None,
        sale_ends_at: None,
        max_per_person: None,
        seat_kind: None,
        pools,
        tiers: Vec::new(),
        tax: None,
        open_price: None,
        is_locked: false,
        per_admission: None,
    };
    let places = |capacity| PoolFacts {
        capacity,
        held: 0,
        sold: 0,
    };
    let mut pools = BTreeMap::from([(pool(1), places(capacity))]);
    let mut both = vec![pool(1)];
    if has_two_pools {
        pools.insert(pool(2), places(1 + capacity / 2));
        both.push(pool(2));
    }
    let over = TypeFacts {
        sale_ends_at: Some(now - SignedDuration::from_hours(1)),
        ..facts(vec![pool(1)])
    };
    Database {
        event: EventFacts {
            closed: None,
            currency: "NOK".parse().unwrap(),
            max_per_person: None,
            takes_donations: false,
            day: None,
        },
        types: [(tty(1), facts(vec![pool(1)])), (tty(2), facts(both)), (tty(3), over)].into(),
        pools,
        rows: BTreeMap::new(),
        attempts: BTreeMap::new(),
        list: Vec::new(),
        pools_locked_by: None,
        rows_locked_by: BTreeMap::new(),
        has_check: true,
    }
}
