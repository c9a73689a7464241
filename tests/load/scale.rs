//! What changes with the number of tenants and of tickets, and whether one tenant's rush is felt by another.
//!
//! Two processes of the same program run on two databases of one server and take turns ([`Pair`]).

use std::time::Duration;

use bilten_kernel::Secret;

use crate::{
    machine,
    measure::Samples,
    memory::Watch,
    options::Options,
    pair::{CROWD, Pair},
    paths::SOLD_BEFORE,
    report::{Goal, Mark, Report, Row, percent},
    seed,
    shop::{self, Sale},
    stage::{FEW_TICKETS, MANY_TENANTS, MANY_TICKETS, ONE_TENANT, Stage},
    work::{self, Target, Task, give, waiting},
};

/// Tenants, the first one included.
const SOME: u64 = 100;
const MANY: u64 = 10_000;
const TENANTS: &str = "Many tenants, in turns with one tenant";
const TICKETS: &str = "Many tickets, in turns with 10,000";
const CALM: &str = "A calm tenant beside another one's rush";
/// "Within ten per cent."
const ALIKE: Goal = Goal {
    share: Some((900, 900)),
    per_second: None,
    p99_ms: None,
};
/// A calm tenant has so many buyers, and each waits so long between two wishes.
const CALM_BUYERS: usize = 8;
const THINKING: Duration = Duration::from_millis(40);

/// Measures with 100 and 10,000 tenants.
pub async fn tenants(report: &mut Report, stage: &Stage, sale: &Sale, options: &Options) -> anyhow::Result<()> {
    let (one_admin, admin) = (stage.launcher.admin(ONE_TENANT)?, stage.launcher.admin(MANY_TENANTS)?);
    seed::enlarge(&one_admin).await?;
    seed::enlarge(&admin).await?;
    seed::tenants(&admin, sale, 1, SOME).await?;
    let (one, many) = (
        stage.launcher.serve(ONE_TENANT).await?,
        stage.launcher.serve(MANY_TENANTS).await?,
    );
    let sides = Sides {
        targets: (Target::new(one.port, sale), Target::new(many.port, sale)),
        pair: Pair {
            base: &one,
            other: &many,
        },
        admins: [&one_admin, &admin],
    };
    if options.wants("calm") {
        calm(report, &sides.targets.1, options.time).await?;
    }
    if options.wants("tenants") {
        sides.measure(report, SOME, options.time).await?;
    }
    if options.wants("tenants") || options.wants("memory") {
        seed::tenants(&admin, sale, SOME, MANY).await?;
    }
    if options.wants("tenants") {
        sides.measure(report, MANY, options.time).await?;
    }
    let answered = sides.targets;
    drop((one, many));
    if options.wants("memory") {
        memory(report, stage, sale, options.time).await?;
    }
    shop::check_books("one tenant, copy", &one_admin, &answered.0.answered).await?;
    shop::check_books("many tenants", &admin, &answered.1.answered).await
}

/// A shop alone on its database, and the same shop among others.
struct Sides<'a> {
    targets: (Target, Target),
    pair: Pair<'a>,
    admins: [&'a Secret<String>; 2],
}

impl Sides<'_> {
    async fn measure(&self, report: &mut Report, tenants: u64, time: Duration) -> anyhow::Result<()> {
        let (one, target) = &self.targets;
        // Holds of different events cannot share a transaction: spread over many they have no target.
        for (task, what, spread, goal) in [
            (Task::Page, "event page, all of one of", 0, ALIKE),
            (Task::Page, "event page, spread over", tenants - 1, ALIKE),
            (Task::Hold, "hold, all for one of", 0, ALIKE),
            (Task::Hold, "hold, spread over", tenants - 1, Goal::default()),
        ] {
            for admin in self.admins {
                seed::empty_carts(admin).await?;
            }
            let name = format!("{what} {tenants} tenants");
            let (samples, limit) = self
                .pair
                .measure((task, what), (one, &target.spread_over(spread)), (CROWD, time))
                .await?;
            let row = Row::new(TENANTS, &name, CROWD, samples).beside("the same with one tenant", limit);
            report.rows.push(row.judged(goal));
        }
        Ok(())
    }
}

/// Measures what a calm tenant's buyers feel, alone and while another tenant has a rush.
async fn calm(report: &mut Report, target: &Target, time: Duration) -> anyhow::Result<()> {
    let spread = target.spread_over(1);
    let mut calm = spread.team(Task::Hold, CALM_BUYERS).await?.paced(THINKING);
    let mut rush = target.team(Task::Hold, CROWD).await?;
    let (mut alone, mut beside) = (Samples::default(), Samples::default());
    calm.work(Duration::from_millis(300)).await?;
    for _ in 0..2 {
        alone.join(calm.work(time / 2).await?);
        let (felt, rushed) = tokio::join!(calm.work(time / 2), rush.work(time / 2));
        beside.join(felt?);
        rushed?;
    }
    let alone = Row::new(CALM, "hold in a calm tenant, alone", CALM_BUYERS, alone);
    let beside = Row::new(CALM, "hold in a calm tenant, beside 256 buyers", CALM_BUYERS, beside);
    let more = beside.p99 * 1_000 / alone.p99.max(1);
    let mark = if more <= 1_200 { Mark::Pass } else { Mark::Fail };
    report.fact(
        "p99 of the calm tenant, beside a rush",
        format!("{} of that alone", percent(more)),
        "≤ 120 %",
        mark,
    );
    report.rows.extend([alone, beside]);
    Ok(())
}

/// Measures the memory of a fresh process with 10,000 tenants, at rest and with all of them at work.
async fn memory(report: &mut Report, stage: &Stage, sale: &Sale, time: Duration) -> anyhow::Result<()> {
    let many = stage.launcher.serve(MANY_TENANTS).await?;
    let target = Target::new(many.port, sale).spread_over(MANY - 1);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let admin = stage.launcher.admin(MANY_TENANTS)?;
    let (before, cpu) = (machine::transactions(&admin).await?, many.cpu_ms()?);
    tokio::time::sleep(time).await;
    let (after, cpu) = (machine::transactions(&admin).await?, many.cpu_ms()? - cpu);
    let millis = time.as_millis() + machine::STATISTICS_DELAY.as_millis();
    let idle = format!(
        "{} transactions/s, {} ms of processor time a second",
        u128::from(after.abs_diff(before)) * 1_000 / millis,
        u128::from(cpu) * 1_000 / millis
    );
    report.fact("looking after 10,000 idle tenants, first round", idle, "", Mark::None);
    let watch = Watch::start(&many);
    report.fact(
        "memory (RSS) at rest, 10,000 tenants",
        megabytes(many.memory_kb()?),
        "",
        Mark::None,
    );
    for task in [Task::Page, Task::Hold] {
        target.team(task, CROWD).await?.work(time).await?;
    }
    let most = watch.most_kb();
    // "About 100 MB": a tenth more still counts.
    let mark = if most <= 110 * 1_024 { Mark::Pass } else { Mark::Fail };
    report.fact(
        "memory (RSS) under load, 10,000 tenants, most",
        megabytes(most),
        "about 100 MB",
        mark,
    );
    shop::check_books("many tenants, second process", &admin, &target.answered).await
}

fn megabytes(kb: u64) -> String {
    format!("{} MB", kb / 1_024)
}

/// Measures with a million tickets, and ten million when that was asked for.
pub async fn tickets(report: &mut Report, stage: &Stage, sale: &Sale, options: &Options) -> anyhow::Result<()> {
    let (few_admin, many_admin) = (stage.launcher.admin(FEW_TICKETS)?, stage.launcher.admin(MANY_TICKETS)?);
    seed::enlarge(&few_admin).await?;
    seed::enlarge(&many_admin).await?;
    seed::tickets(&few_admin, sale, 0, SOLD_BEFORE).await?;
    let (few, many) = (
        stage.launcher.serve(FEW_TICKETS).await?,
        stage.launcher.serve(MANY_TICKETS).await?,
    );
    let targets = (Target::new(few.port, sale), Target::new(many.port, sale));
    let sizes: &[(u64, &str)] = &[(1_000_000, "1,000,000"), (10_000_000, "10,000,000")];
    let mut there = 0;
    for (size, said) in sizes.iter().take(if options.is_long { 2 } else { 1 }) {
        seed::tickets(&many_admin, sale, there, *size).await?;
        there = *size;
        for (task, what) in [
            (Task::Hold, "hold"),
            (Task::PlaceOrder, "place order"),
            (Task::CheckIn, "check-in"),
        ] {
            for target in [&targets.0, &targets.1] {
                supply(target, task, options.time).await?;
            }
            let pair = Pair {
                base: &few,
                other: &many,
            };
            let (samples, limit) = pair
                .measure((task, what), (&targets.0, &targets.1), (CROWD, options.time))
                .await?;
            let row = Row::new(TICKETS, &format!("{what}, {said} tickets"), CROWD, samples);
            report
                .rows
                .push(row.beside("the same with 10,000 tickets", limit).judged(ALIKE));
        }
    }
    drop((few, many));
    shop::check_books("few tickets", &few_admin, &targets.0.answered).await?;
    shop::check_books("many tickets", &many_admin, &targets.1.answered).await
}

/// Lays in carts, or the codes of the tickets that both shops have.
async fn supply(target: &Target, task: Task, time: Duration) -> anyhow::Result<()> {
    match task {
        Task::PlaceOrder => {
            let wanted = usize::try_from(time.as_secs())? * 6_000;
            let mut buyers = target.team(Task::Hold, CROWD).await?;
            for _ in 0..10 {
                if waiting(&target.carts) >= wanted {
                    break;
                }
                buyers.work(time / 4).await?;
            }
        }
        // Whoever came in with the first size does not come in again: what is left of the codes is enough for the next.
        Task::CheckIn if waiting(&target.codes) > 0 => {}
        Task::CheckIn => {
            for code in work::sign(&target.sale, 0, SOLD_BEFORE).await? {
                give(&target.codes, code);
            }
        }
        Task::Page | Task::Availability | Task::Hold | Task::FreeOrder | Task::PaidOrder | Task::Rush => {}
    }
    Ok(())
}
