//! Closed-loop measurement: each of n clients sends its next request when it has the answer to the last.
//!
//! Percentiles are of all samples of the measured time. A closed loop slows down with what it measures, so that they
//! say how long an answer takes when n wait, and nothing about arrivals that do not wait for one another.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// Time before a measurement that does not count.
const WARM_UP: Duration = Duration::from_millis(300);
/// How often two rivals take turns, so that both meet the same moods of the machine.
const TURNS: u32 = 2;
/// Pause of a client that was told to come back.
const PAUSE: Duration = Duration::from_millis(5);

/// What became of one piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// So many things were done.
    Done(u64),
    /// The program was busy and said so.
    Refused,
    /// Nothing is left to do.
    Over,
}

/// One client.
pub trait Worker: Send + 'static {
    /// Does one piece of work; an answer that is neither success nor refusal is an error.
    fn work(&mut self) -> impl Future<Output = anyhow::Result<Outcome>> + Send;

    /// Time between two pieces of work, which is not part of either.
    fn pause(&self) -> Duration {
        Duration::ZERO
    }
}

/// A client that thinks between two requests.
pub struct Paced<W>(W, Duration);

impl<W: Worker> Worker for Paced<W> {
    async fn work(&mut self) -> anyhow::Result<Outcome> {
        self.0.work().await
    }

    fn pause(&self) -> Duration {
        self.1
    }
}

/// Clients that work at the same time.
pub struct Team<W>(pub Vec<W>);

/// What was measured.
#[derive(Debug, Default)]
pub struct Samples {
    pub done: u64,
    pub refused: u64,
    micros: Vec<u32>,
    elapsed: Duration,
    is_sorted: bool,
}

impl<W: Worker> Team<W> {
    /// Lets each client think between two requests.
    pub fn paced(self, pause: Duration) -> Team<Paced<W>> {
        Team(self.0.into_iter().map(|worker| Paced(worker, pause)).collect())
    }

    /// Works for the time; whoever has begun a request then waits for its answer.
    pub async fn work(&mut self, time: Duration) -> anyhow::Result<Samples> {
        let started = Instant::now();
        let mut tasks = JoinSet::new();
        for mut worker in std::mem::take(&mut self.0) {
            tasks.spawn(async move {
                let mut own = Samples::default();
                let result = own.collect(&mut worker, started, time).await;
                (worker, own, result)
            });
        }
        let (mut all, mut failure) = (Samples::default(), Ok(()));
        while let Some(ended) = tasks.join_next().await {
            let (worker, own, result) = ended?;
            self.0.push(worker);
            all.add(own);
            failure = failure.and(result);
        }
        all.elapsed = started.elapsed();
        failure.map(|()| all)
    }

    /// Warms up and measures alone.
    pub async fn measure(&mut self, time: Duration) -> anyhow::Result<Samples> {
        self.work(WARM_UP).await?;
        self.work(time).await
    }
}

/// Measures two rivals in turns; `switch` is told whether it is our turn, before each.
pub async fn in_turns<A: Worker, B: Worker>(
    ours: &mut Team<A>,
    limit: &mut Team<B>,
    time: Duration,
    switch: impl Fn(bool) -> anyhow::Result<()>,
) -> anyhow::Result<(Samples, Samples)> {
    switch(false)?;
    limit.work(WARM_UP).await?;
    switch(true)?;
    ours.work(WARM_UP).await?;
    let (mut a, mut b) = (Samples::default(), Samples::default());
    for _ in 0..TURNS {
        switch(false)?;
        b.join(limit.work(time / TURNS).await?);
        switch(true)?;
        a.join(ours.work(time / TURNS).await?);
    }
    Ok((a, b))
}

impl Samples {
    async fn collect<W: Worker>(&mut self, worker: &mut W, started: Instant, time: Duration) -> anyhow::Result<()> {
        while started.elapsed() < time {
            if !worker.pause().is_zero() {
                tokio::time::sleep(worker.pause()).await;
            }
            let begun = Instant::now();
            match worker.work().await? {
                Outcome::Done(count) => {
                    self.done += count;
                    self.micros
                        .push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
                }
                Outcome::Refused => {
                    self.refused += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                Outcome::Over => break,
            }
        }
        Ok(())
    }

    fn add(&mut self, other: Self) {
        self.done += other.done;
        self.refused += other.refused;
        self.micros.extend(other.micros);
        self.is_sorted = false;
    }

    /// Adds what was measured afterwards.
    pub fn join(&mut self, other: Self) {
        self.elapsed += other.elapsed;
        self.add(other);
    }

    /// Adds one answer that was timed elsewhere.
    pub fn note(&mut self, took: Duration) {
        self.done += 1;
        self.micros.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
        self.is_sorted = false;
    }

    pub const fn set_elapsed(&mut self, elapsed: Duration) {
        self.elapsed = elapsed;
    }

    pub const fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Things done a second.
    pub fn per_second(&self) -> u64 {
        let micros = u64::try_from(self.elapsed.as_micros()).unwrap_or(u64::MAX).max(1);
        self.done.saturating_mul(1_000_000) / micros
    }

    /// Time in microseconds within which so many of a thousand were answered.
    pub fn within(&mut self, permille: usize) -> u64 {
        if !self.is_sorted {
            self.micros.sort_unstable();
            self.is_sorted = true;
        }
        let rank = (self.micros.len() * permille).div_ceil(1_000).saturating_sub(1);
        self.micros.get(rank).copied().map_or(0, u64::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_all_samples() {
        let mut samples = Samples::default();
        for millis in (1..=1_000).rev() {
            samples.note(Duration::from_millis(millis));
        }
        samples.set_elapsed(Duration::from_secs(10));
        assert_eq!(samples.per_second(), 100);
        assert_eq!(
            [500, 990, 999, 1_000].map(|p| samples.within(p)),
            [500_000, 990_000, 999_000, 1_000_000]
        );
        assert_eq!(Samples::default().within(990), 0);
    }
}
