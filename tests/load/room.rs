//! A waiting room with 50,000 visitors who ask for their place.
//!
//! The room is opened by SQL, for an event of its own, as if 50,000 had come and the draw were over. A few visitors join
//! as browsers do; the polls carry their cookies, so that each poll checks a signature, and come at the rate at which
//! 50,000 would ask.

use std::{fmt::Write as _, time::Duration};

use anyhow::{Context as _, ensure};
use bilten_kernel::Secret;
use sqlx::{Connection, PgConnection};

use crate::{
    client::{Client, Request},
    machine,
    measure::{Outcome, Team, Worker},
    options::Options,
    report::{Mark, Report, Row},
    shop::{HOST, Sale},
    stage::{DATABASE, Stage},
    work::Target,
};

const VISITORS: usize = 50_000;
/// Time between two looks of a visitor; the page itself asks for at least that with so many.
const POLL_EVERY_S: usize = 10;
/// Connections on which they ask; the visitors themselves would need as many as they are.
const POLLERS: usize = 250;
/// Visitors who join; more from one address would be asked to do work first.
const JOINED: usize = 5;
/// Looks for the room, 100 ms apart, until the program knows of it.
const LOOKS: usize = 150;

/// Lets 50,000 visitors ask for their place, at the rate at which they would.
pub async fn room(report: &mut Report, stage: &Stage, target: &Target, options: &Options) -> anyhow::Result<()> {
    let admin = stage.launcher.admin(DATABASE)?;
    let sale = target.sale.open_small(target.port, 8_000).await?;
    if !open(&admin, &sale).await? {
        report.missing("waiting room, 50,000 visitors");
        return Ok(());
    }
    let path = format!("/events/{}/queue", sale.slug);
    let status = format!("{path}/status");
    wait_until_open(target.port, &status).await?;
    let mut cookies = Vec::new();
    for _ in 0..JOINED {
        cookies.push(join(target.port, &path).await?);
    }
    let mut pollers = Vec::new();
    for cookie in cookies.iter().cycle().take(POLLERS) {
        pollers.push(Poller {
            client: Client::connect(target.port).await?,
            path: status.clone(),
            cookie: cookie.clone(),
        });
    }
    let pause = Duration::from_secs(u64::try_from(POLL_EVERY_S * POLLERS)?) / u32::try_from(VISITORS)?;
    poll(
        report,
        stage,
        Team(pollers).paced(pause),
        options.time.max(Duration::from_secs(3)),
    )
    .await
}

async fn poll<W: Worker>(
    report: &mut Report,
    stage: &Stage,
    mut pollers: Team<W>,
    time: Duration,
) -> anyhow::Result<()> {
    let admin = stage.launcher.admin(DATABASE)?;
    let before = machine::transactions(&admin).await?;
    tokio::time::sleep(time).await;
    let between = machine::transactions(&admin).await?;
    let cpu = stage.shop.cpu_ms()?;
    let samples = pollers.work(time).await?;
    let cpu = stage.shop.cpu_ms()? - cpu;
    let after = machine::transactions(&admin).await?;

    // What the program does anyway is not the polls' doing.
    let more = (after - between).saturating_sub(between - before).max(0);
    let polls = i64::try_from(samples.done)?.max(1);
    let row = Row::new(
        "The waiting room",
        "poll of one's place, 5,000/s at most",
        POLLERS,
        samples,
    );
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

/// Opens a room in which 50,000 wait; tells whether this build has rooms.
async fn open(admin: &Secret<String>, sale: &Sale) -> anyhow::Result<bool> {
    let mut connection = PgConnection::connect(admin.expose()).await?;
    let has_rooms: bool = sqlx::query_scalar("select to_regclass('bilten.waiting_rooms') is not null")
        .fetch_one(&mut connection)
        .await?;
    if has_rooms {
        sqlx::query(
            "insert into bilten.waiting_rooms (tenant_id, event_id, round_id, mode, opens_at, per_minute, pass_minutes, auto_wait_s,
                                               seed, next_seat, drawn_count, base_count, base_at, created_at, updated_at)
             values ($1, $2, gen_random_uuid(), 'on', now() - interval '1 minute', 60, 10, 30,
                     sha256('bench'), 50000, 50000, 0, now(), now(), now())",
        )
        .bind(sale.tenant.uuid())
        .bind(sale.event.uuid())
        .execute(&mut connection)
        .await?;
    }
    Ok(has_rooms)
}

async fn wait_until_open(port: u16, status: &str) -> anyhow::Result<()> {
    let mut client = Client::connect(port).await?;
    let request = Request {
        method: "GET",
        host: HOST,
        path: status,
        ..Request::default()
    };
    for _ in 0..LOOKS {
        let answer = client.call(request).await?;
        ensure!(
            answer.status == 200,
            "the room was answered {}: {}",
            answer.status,
            answer.text()
        );
        if answer.after("\"state\":\"").is_some_and(|state| state != "off") {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("the program does not see the room")
}

/// Takes a place and returns the header line that a browser would send from then on.
async fn join(port: u16, path: &str) -> anyhow::Result<String> {
    let mut client = Client::connect(port).await?;
    let request = Request {
        method: "POST",
        host: HOST,
        path,
        is_form: true,
        ..Request::default()
    };
    let answer = client.call(request).await?;
    ensure!(
        answer.status == 303,
        "joining was answered {}: {}",
        answer.status,
        answer.text()
    );
    let mut line = "cookie: ".to_owned();
    for cookie in answer.headers("set-cookie") {
        let pair = cookie.split(';').next().context("a cookie")?;
        write!(line, "{}{pair}", if line.ends_with(' ') { "" } else { "; " })?;
    }
    ensure!(line.contains('='), "nobody who joined got a cookie");
    Ok(line + "\r\n")
}

struct Poller {
    client: Client,
    path: String,
    cookie: String,
}

impl Worker for Poller {
    async fn work(&mut self) -> anyhow::Result<Outcome> {
        let request = Request {
            method: "GET",
            host: HOST,
            path: &self.path,
            headers: &self.cookie,
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
