//! A thousand buyers at once for two hundred tickets.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bilten_kernel::Secret;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;

use crate::{
    measure::{Outcome, Samples, Team, Worker},
    report::{Mark, Report, Row},
    stage::{DATABASE, Stage},
    work::{Target, Task},
};

const BUYERS: usize = 1_000;
const PLACES: u64 = 200;
/// Rounds; the slowest counts.
const ROUNDS: usize = 3;
const MOST_MS: u64 = 1_000;

/// Lets a thousand buyers ask at the same moment, each on a connection that is open.
pub async fn crowd(report: &mut Report, stage: &Stage, target: &Target) -> anyhow::Result<()> {
    let mut slowest: Option<Samples> = None;
    for _ in 0..ROUNDS {
        let sale = target.sale.open_small(target.port, i64::try_from(PLACES)?).await?;
        let event = sale.event.uuid();
        let target = target.of(sale);
        let samples = rush(&target).await?;
        let sold = sold(&stage.launcher.admin(DATABASE)?, event).await?;
        ensure!(sold == (200, 200), "{sold:?} were sold of {PLACES}");
        if slowest.as_ref().is_none_or(|other| other.elapsed() < samples.elapsed()) {
            slowest = Some(samples);
        }
    }
    let slowest = slowest.context("a round")?;
    let took = u64::try_from(slowest.elapsed().as_millis())?;
    let mark = if took <= MOST_MS { Mark::Pass } else { Mark::Fail };
    let row = Row::new("A crowd", "200 tickets, 1,000 buyers at once", BUYERS, slowest);
    report.rows.push(row);
    let told = format!("all answered in {took} ms, exactly 200 sold (slowest of {ROUNDS} rounds)");
    report.fact("200 tickets, 1,000 buyers at once", told, "≤ 1 s, exactly 200", mark);
    Ok(())
}

async fn rush(target: &Target) -> anyhow::Result<Samples> {
    let Team(buyers) = target.team(Task::Rush, BUYERS).await?;
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for mut buyer in buyers {
        tasks.spawn(async move {
            loop {
                match buyer.work().await? {
                    Outcome::Done(_) => return anyhow::Ok((true, started.elapsed())),
                    Outcome::Over => return Ok((false, started.elapsed())),
                    // Told to come back: he does, and is not answered yet.
                    Outcome::Refused => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        });
    }
    let (mut samples, mut winners) = (Samples::default(), 0);
    while let Some(ended) = tasks.join_next().await {
        let (has_ticket, after) = ended??;
        winners += u64::from(has_ticket);
        samples.note(after);
    }
    samples.set_elapsed(started.elapsed());
    ensure!(
        winners == PLACES,
        "{winners} were told that they have one of {PLACES} tickets"
    );
    Ok(samples)
}

/// What the tickets and the pool of the free type say.
async fn sold(admin: &Secret<String>, event: uuid::Uuid) -> anyhow::Result<(i64, i64)> {
    let mut connection = PgConnection::connect(admin.expose()).await?;
    let sold = sqlx::query_as(
        "select (select count(*) from bilten.tickets where event_id = $1 and state = 'issued'),
                (select max(sold) from bilten.capacity_pools where event_id = $1)",
    )
    .bind(event)
    .fetch_one(&mut connection)
    .await?;
    Ok(sold)
}
