//! The paths of a buyer and of the door, each in turns with its limit.

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use bilten_tests::report;

use crate::{
    limits::{self, BARE_TICKETS, Batch, HotRow, Limit},
    measure::{self, Team},
    memory::Watch,
    options::Options,
    report::{Goal, Mark, Report, Row},
    seed,
    stage::{Program, Stage},
    work::{self, Buyer, Target, Task, give, waiting},
};

pub const CONCURRENCY: [usize; 3] = [1, 32, 256];
const PART: &str = "What buyers and the door ask for, in turns with the limit";
/// Size of a page that does not answer.
const USUAL_PAGE: usize = 17_800;
/// Codes that are signed for one measurement at most.
const MOST_CODES: u64 = 250_000;

struct Path {
    /// What `--only` calls it.
    key: &'static str,
    name: &'static str,
    task: Task,
    limit: Limit,
    /// At each concurrency.
    goals: [Goal; 3],
}

const NO_GOAL: Goal = Goal {
    share: None,
    per_second: None,
    p99_ms: None,
};

const PATHS: [Path; 7] = [
    Path {
        key: "page",
        name: "event page",
        task: Task::Page,
        limit: Limit::ConstantPage,
        goals: [
            NO_GOAL,
            NO_GOAL,
            Goal {
                share: Some((700, 700)),
                ..NO_GOAL
            },
        ],
    },
    Path {
        key: "availability",
        name: "availability",
        task: Task::Availability,
        limit: Limit::ConstantSmall,
        goals: [NO_GOAL; 3],
    },
    Path {
        key: "hold",
        name: "hold",
        task: Task::Hold,
        limit: Limit::BareHold,
        goals: [
            NO_GOAL,
            NO_GOAL,
            Goal {
                share: Some((500, 250)),
                p99_ms: Some(20),
                per_second: None,
            },
        ],
    },
    Path {
        key: "order",
        name: "place order (the request alone)",
        task: Task::PlaceOrder,
        limit: Limit::BareOrder,
        goals: [
            NO_GOAL,
            NO_GOAL,
            Goal {
                share: Some((450, 250)),
                ..NO_GOAL
            },
        ],
    },
    Path {
        key: "free",
        name: "complete order, free (cart to ticket)",
        task: Task::FreeOrder,
        limit: Limit::BareHoldAndOrder,
        goals: [NO_GOAL; 3],
    },
    Path {
        key: "paid",
        name: "complete order, paid (cart to ticket)",
        task: Task::PaidOrder,
        limit: Limit::BareHoldAndOrder,
        goals: [
            NO_GOAL,
            NO_GOAL,
            Goal {
                share: None,
                per_second: Some((3_700, 1_500)),
                p99_ms: Some(299),
            },
        ],
    },
    Path {
        key: "check-in",
        name: "check-in",
        task: Task::CheckIn,
        limit: Limit::BareCheckIn,
        goals: [
            NO_GOAL,
            Goal {
                p99_ms: Some(5),
                ..NO_GOAL
            },
            Goal {
                share: Some((450, 450)),
                ..NO_GOAL
            },
        ],
    },
];

/// Measures what the database can do without HTTP.
pub async fn measure_limits(report: &mut Report, stage: &Stage, time: Duration) -> anyhow::Result<()> {
    const LIMITS: &str = "Limits without HTTP";
    limits::set_up(&stage.bare_admin).await?;
    for at_once in CONCURRENCY {
        let samples = HotRow::team(&stage.bare_admin, at_once)
            .await?
            .measure(time / 2)
            .await?;
        let name = "one transaction per request on the hot row";
        report.rows.push(Row::new(LIMITS, name, at_once, samples));
    }
    for at_once in CONCURRENCY {
        let samples = Batch::team(&stage.bare_admin, at_once).await?.measure(time / 2).await?;
        let name = "set-based transactions, one connection, groups of";
        report.rows.push(Row::new(LIMITS, name, at_once, samples));
    }
    Ok(())
}

/// Measures all paths, or those that were asked for.
pub async fn measure(report: &mut Report, stage: &Stage, target: &Target, options: &Options) -> anyhow::Result<()> {
    let page = target.probe(&format!("/events/{}", target.sale.slug)).await?;
    let size = if page.0 == 200 { page.1 } else { USUAL_PAGE };
    report.fact(
        "size of the event page",
        format!("{size} bytes, not compressed"),
        "",
        Mark::None,
    );
    let constant = Program::constant(size).await?;
    let at_rest = stage.shop.memory_kb()?;
    report.fact(
        "memory (RSS) at rest, 1 tenant",
        format!("{} MB", at_rest / 1_024),
        "",
        Mark::None,
    );
    let watch = Watch::start(&stage.shop);
    let mut runner = Runner {
        stage,
        target,
        time: options.time,
        constant: constant.port,
        bare_tickets: Arc::default(),
        seeded: 0,
    };
    for path in PATHS.iter().filter(|path| options.wants(path.key)) {
        if let Err(error) = runner.run(report, path).await {
            // The others can still be measured.
            report.broken(path.name, &error);
        }
    }
    report.fact(
        "memory (RSS) under load, 1 tenant, most",
        format!("{} MB", watch.most_kb() / 1_024),
        "",
        Mark::None,
    );
    Ok(())
}

struct Runner<'a> {
    stage: &'a Stage,
    target: &'a Target,
    time: Duration,
    constant: u16,
    bare_tickets: Arc<AtomicU64>,
    /// Seeded tickets whose codes were handed out.
    seeded: u64,
}

impl Runner<'_> {
    async fn run(&mut self, report: &mut Report, path: &Path) -> anyhow::Result<()> {
        if path.task == Task::Availability {
            let (status, _) = self
                .target
                .probe(&format!("/events/{}/availability", self.target.sale.slug))
                .await?;
            if status == 404 {
                report.missing(path.name);
                return Ok(());
            }
        }
        if path.task == Task::CheckIn {
            seed::bare_tickets(&self.stage.bare_admin, BARE_TICKETS).await?;
        }
        for (at_once, goal) in CONCURRENCY.into_iter().zip(path.goals) {
            let mut ours = self.target.team(path.task, at_once).await?;
            self.supply(path.task, &mut ours).await?;
            let mut rivals = path
                .limit
                .team(self.stage, self.constant, &self.bare_tickets, at_once)
                .await?;
            let (samples, limit) = measure::in_turns(&mut ours, &mut rivals, self.time, |_| Ok(())).await?;
            let row = Row::new(PART, path.name, at_once, samples).beside(path.limit.name(), limit.per_second());
            tell(&row);
            report.rows.push(row.judged(goal));
        }
        Ok(())
    }

    /// Lays in what the clients use up: carts for orders, codes for the door.
    async fn supply(&mut self, task: Task, ours: &mut Team<Buyer>) -> anyhow::Result<()> {
        let seconds = self.time.as_millis().div_ceil(1_000);
        match task {
            Task::PlaceOrder => {
                // As many as are held in the time suffice: an order is more work than a hold.
                let wanted = usize::try_from(seconds)? * 8_000;
                let mut buyers = self.target.team(Task::Hold, 256).await?;
                for _ in 0..20 {
                    if waiting(&self.target.carts) >= wanted {
                        break;
                    }
                    buyers.work(self.time / 4).await?;
                }
            }
            Task::CheckIn => {
                self.sign(3_000).await?;
                let rate = ours.work(Duration::from_millis(200)).await?.per_second();
                let wanted = rate * u64::try_from(seconds + 1)? * 2;
                self.sign(wanted.clamp(3_000, MOST_CODES)).await?;
            }
            Task::Page | Task::Availability | Task::Hold | Task::FreeOrder | Task::PaidOrder | Task::Rush => {}
        }
        Ok(())
    }

    /// Sells more tickets by SQL and signs their codes.
    async fn sign(&mut self, count: u64) -> anyhow::Result<()> {
        let (from, to) = (self.seeded, self.seeded + count.next_multiple_of(10));
        seed::tickets(
            &self.stage.admin()?,
            &self.target.sale,
            SOLD_BEFORE + from,
            SOLD_BEFORE + to,
        )
        .await?;
        for code in work::sign(&self.target.sale, SOLD_BEFORE + from, SOLD_BEFORE + to).await? {
            give(&self.target.codes, code);
        }
        self.seeded = to;
        Ok(())
    }
}

/// Tickets that have been sold before anything is measured.
pub const SOLD_BEFORE: u64 = 10_000;

/// A sign of life while the run goes on.
fn tell(row: &Row) {
    report(&format!(
        "{:<40} {:>4} at once: {:>7}/s, limit {:>7}/s",
        row.path,
        row.concurrency,
        row.per_second,
        row.limit.map_or(0, |(_, limit)| limit)
    ));
}
