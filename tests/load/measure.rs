//! Counting, percentiles and the table.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

/// One line of the table.
#[derive(Debug)]
pub struct Line {
    pub what: &'static str,
    pub at_once: usize,
    pub per_second: u64,
    pub p50_us: u64,
    pub p99_us: u64,
    /// The line that the others are compared with.
    pub is_limit: bool,
}

/// Tells whether more is to be done, and does one piece of work.
pub trait Worker: Send + 'static {
    /// Returns how many things were done, or `None` when nothing is left to do.
    fn work(&mut self) -> impl Future<Output = anyhow::Result<Option<u64>>> + Send;
}

/// Lets all workers work for the time.
pub async fn run<W: Worker>(
    what: &'static str,
    is_limit: bool,
    workers: Vec<W>,
    time: Duration,
) -> anyhow::Result<Line> {
    let at_once = workers.len();
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for mut worker in workers {
        tasks.spawn(async move {
            let (mut done, mut latencies) = (0, Vec::new());
            while started.elapsed() < time {
                let begun = Instant::now();
                match worker.work().await? {
                    Some(count) => done += count,
                    None => break,
                }
                latencies.push(u64::try_from(begun.elapsed().as_micros())?);
            }
            anyhow::Ok((done, latencies))
        });
    }
    let (mut done, mut latencies) = (0, Vec::new());
    while let Some(result) = tasks.join_next().await {
        let (count, own) = result??;
        done += count;
        latencies.extend(own);
    }
    let elapsed = u64::try_from(started.elapsed().as_millis())?.max(1);
    latencies.sort_unstable();
    let at = |percent: usize| latencies.get(latencies.len() * percent / 100).copied().unwrap_or(0);
    Ok(Line {
        what,
        at_once,
        per_second: done * 1_000 / elapsed,
        p50_us: at(50),
        p99_us: at(99),
        is_limit,
    })
}

/// Writes the table; the share is of each limit at the same concurrency.
pub fn table(lines: &[Line]) -> String {
    let limits: Vec<_> = lines
        .iter()
        .filter(|line| line.is_limit)
        .map(|line| line.what)
        .collect();
    let mut limits: Vec<_> = limits.into_iter().fold(Vec::new(), |mut seen, what| {
        if !seen.contains(&what) {
            seen.push(what);
        }
        seen
    });
    limits.truncate(3);
    let mut text = String::new();
    let heads: String = limits.iter().map(|what| format!(" | % of {what:<22}")).collect();
    writeln!(text, "{:<34} | at once | per second |  p50 ms |  p99 ms{heads}", "what").expect("a string takes text");
    for line in lines {
        let shares: String = limits
            .iter()
            .map(|limit| {
                let same = lines.iter().filter(|other| other.what == *limit);
                let base = same
                    .clone()
                    .find(|other| other.at_once == line.at_once)
                    .or_else(|| same.last());
                let share = base.map_or(0, |base| line.per_second * 100 / base.per_second.max(1));
                format!(" | {share:>27}")
            })
            .collect();
        writeln!(
            text,
            "{:<34} | {:>7} | {:>10} | {:>7} | {:>7}{shares}",
            line.what,
            line.at_once,
            line.per_second,
            millis(line.p50_us),
            millis(line.p99_us)
        )
        .expect("a string takes text");
    }
    text
}

fn millis(micros: u64) -> String {
    format!("{}.{:02}", micros / 1_000, micros % 1_000 / 10)
}
