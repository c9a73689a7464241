//! A thousand buyers at once for two hundred tickets, and a waiting room full of visitors.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bilten_kernel::Secret;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;

use crate::{
    client::{Client, Request},
    machine,
    measure::{Outcome, Samples, Team, Worker},
    options::Options,
    report::{Mark, Report, Row},
    shop::HOST,
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

/// Visitors that wait, and how often each asks.
const VISITORS: usize = 50_000;
const POLL_EVERY_S: usize = 10;
/// Connections on which they ask; the visitors themselves would need as many as they are.
const POLLERS: usize = 250;
/// Lets 50,000 visitors ask for their place, at the rate at which they would.
pub async fn room(report: &mut Report, stage: &Stage, target: &Target, options: &Options) -> anyhow::Result<()> {
    let path = format!("/events/{}/queue/status", target.sale.slug);
    let (status, _) = target.probe(&path).await?;
    if status == 404 {
        report.missing("waiting room, 50,000 visitors");
        return Ok(());
    }
    let mut pollers = Vec::new();
    for _ in 0..POLLERS {
        let client = Client::connect(target.port).await?;
        pollers.push(Poller {
            client,
            path: path.clone(),
        });
    }
    let pause = Duration::from_secs(u64::try_from(POLL_EVERY_S * POLLERS)?) / u32::try_from(VISITORS)?;
    let admin = stage.launcher.admin(DATABASE)?;
    let time = options.time.max(Duration::from_secs(3));

    let before = machine::transactions(&admin).await?;
    tokio::time::sleep(time).await;
    let between = machine::transactions(&admin).await?;
    let cpu = stage.shop.cpu_ms()?;
    let samples = Team(pollers).paced(pause).work(time).await?;
    let cpu = stage.shop.cpu_ms()? - cpu;
    let after = machine::transactions(&admin).await?;

    let polls = i64::try_from(samples.done)?.max(1);
    // What the program does anyway is not the polls' doing.
    let more = ((after - between) - (between - before)).max(0);
    let row = Row::new("The waiting room", "poll of one's place", POLLERS, samples);
    let cores = cpu * 1_000 / u64::try_from(time.as_millis())?.max(1);
    let mark = if cores < 500 { Mark::Pass } else { Mark::Fail };
    let told = format!(
        "{}.{:03} of a core at {} polls/s",
        cores / 1_000,
        cores % 1_000,
        row.per_second
    );
    report.fact(
        "waiting room, 50,000 visitors, a poll in 10 s",
        told,
        "< 0.5 core",
        mark,
    );
    let mark = if more * 1_000 / polls == 0 {
        Mark::Pass
    } else {
        Mark::Fail
    };
    let told = format!("{more} transactions more than at rest in {polls} polls");
    report.fact("waiting room, the database", told, "0 queries per poll", mark);
    report.rows.push(row);
    Ok(())
}

struct Poller {
    client: Client,
    path: String,
}

impl Worker for Poller {
    async fn work(&mut self) -> anyhow::Result<Outcome> {
        let request = Request {
            method: "GET",
            host: HOST,
            path: &self.path,
            ..Request::default()
        };
        let answer = self.client.call(request).await?;
        ensure!(
            matches!(answer.status, 200 | 304),
            "a poll was answered {}: {}",
            answer.status,
            answer.text()
        );
        Ok(Outcome::Done(1))
    }
}
