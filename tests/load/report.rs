//! Rows and facts of a run: judged, printed as one table, and kept as JSON.

use std::{fmt::Write as _, path::Path};

use serde_json::{Number, Value, json};

use crate::measure::Samples;

/// How a figure stands to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It has no target.
    None,
    Pass,
    /// Below the target and above the floor under which it would be a fault.
    Floor,
    Fail,
    /// What is to be measured does not exist in this build.
    NotBuilt,
}

impl Mark {
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Pass => "pass",
            Self::Floor => "floor",
            Self::Fail => "FAIL",
            Self::NotBuilt => "not built",
        }
    }

    const fn passes(self) -> Option<bool> {
        match self {
            Self::None => None,
            Self::Pass => Some(true),
            Self::Floor | Self::Fail | Self::NotBuilt => Some(false),
        }
    }
}

/// What a row is to reach. Shares are in thousandths of the limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Goal {
    /// Target and floor.
    pub share: Option<(u64, u64)>,
    /// Target and floor.
    pub per_second: Option<(u64, u64)>,
    /// Most that 99 of 100 answers may take, in milliseconds.
    pub p99_ms: Option<u64>,
}

/// One measured line.
#[derive(Debug, Clone)]
pub struct Row {
    /// Heading under which it stands.
    pub part: &'static str,
    pub path: String,
    pub concurrency: usize,
    pub per_second: u64,
    /// Microseconds.
    pub p50: u64,
    pub p99: u64,
    pub p999: u64,
    /// Answers that said "busy".
    pub refused: u64,
    /// What it is compared with, and how many a second that does.
    pub limit: Option<(&'static str, u64)>,
    pub target: String,
    pub mark: Mark,
}

/// A figure that is no throughput.
#[derive(Debug, Clone)]
pub struct Fact {
    pub what: String,
    pub value: String,
    pub target: String,
    pub mark: Mark,
}

/// Everything that was found out.
#[derive(Debug, Default)]
pub struct Report {
    pub rows: Vec<Row>,
    pub facts: Vec<Fact>,
}

impl Row {
    pub fn new(part: &'static str, path: &str, concurrency: usize, mut samples: Samples) -> Self {
        Self {
            part,
            path: path.to_owned(),
            concurrency,
            per_second: samples.per_second(),
            p50: samples.within(500),
            p99: samples.within(990),
            p999: samples.within(999),
            refused: samples.refused,
            limit: None,
            target: String::new(),
            mark: Mark::None,
        }
    }

    /// Compares with a limit that was measured in turns with it.
    #[must_use]
    pub fn beside(mut self, limit: &'static str, per_second: u64) -> Self {
        self.limit = Some((limit, per_second));
        self
    }

    /// Thousandths of the limit.
    pub fn share(&self) -> Option<u64> {
        self.limit.map(|(_, limit)| self.per_second * 1_000 / limit.max(1))
    }

    /// Judges the row. Whoever refuses requests does not pass: his other figures are too good.
    #[must_use]
    pub fn judged(mut self, goal: Goal) -> Self {
        let mut marks = Vec::new();
        let mut wanted = Vec::new();
        let grade = |value: u64, (target, floor): (u64, u64)| match value {
            value if value >= target => Mark::Pass,
            value if value >= floor => Mark::Floor,
            _ => Mark::Fail,
        };
        if let (Some(share), Some((target, floor))) = (self.share(), goal.share) {
            marks.push(grade(share, (target, floor)));
            let least = if floor < target {
                format!(" (floor {} %)", floor / 10)
            } else {
                String::new()
            };
            wanted.push(format!("≥ {} % of limit{least}", target / 10));
        }
        if let Some((target, floor)) = goal.per_second {
            marks.push(grade(self.per_second, (target, floor)));
            wanted.push(format!("≥ {target}/s (floor {floor}/s)"));
        }
        if let Some(most) = goal.p99_ms {
            marks.push(if self.p99 <= most * 1_000 {
                Mark::Pass
            } else {
                Mark::Fail
            });
            wanted.push(format!("p99 ≤ {most} ms"));
        }
        if self.refused > 0 {
            marks.push(Mark::Fail);
        }
        self.target = wanted.join(", ");
        self.mark = [Mark::Fail, Mark::Floor, Mark::Pass]
            .into_iter()
            .find(|mark| marks.contains(mark))
            .unwrap_or(Mark::None);
        self
    }
}

/// Begins the value of a fact that is none.
const BROKEN: &str = "failed: ";

impl Fact {
    /// Tells whether it says that the run is not to be trusted.
    pub fn is_fault(&self) -> bool {
        self.value.starts_with(BROKEN)
    }
}

impl Report {
    pub fn fact(&mut self, what: &str, value: String, target: &str, mark: Mark) {
        self.facts.push(Fact {
            what: what.to_owned(),
            value,
            target: target.to_owned(),
            mark,
        });
    }

    /// Notes that a path is not there in this build.
    pub fn missing(&mut self, what: &str) {
        self.fact(what, "this build has no such path".to_owned(), "", Mark::NotBuilt);
    }

    /// Notes that something could not be measured, or that the books do not agree.
    pub fn broken(&mut self, what: &str, error: &anyhow::Error) {
        self.fact(what, format!("{BROKEN}{error:#}"), "", Mark::Fail);
    }

    /// The table for a terminal.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let mut part = "";
        for row in &self.rows {
            if row.part != part {
                part = row.part;
                line(&mut text, &format!("\n{part}"));
                line(&mut text, HEADS);
            }
            let (limit, share) = match (row.limit, row.share()) {
                (Some((name, per_second)), Some(share)) => (format!("{per_second} {name}"), percent(share)),
                _ => (String::new(), String::new()),
            };
            let refused = if row.refused > 0 {
                format!(" [{} refused]", row.refused)
            } else {
                String::new()
            };
            let [p50, p99, p999] = [row.p50, row.p99, row.p999].map(millis);
            line(
                &mut text,
                &format!(
                    "{:<52} {:>5} {:>9} {p50:>8} {p99:>8} {p999:>9} {share:>6}  {limit:<46} {:<9} {}{refused}",
                    row.path,
                    row.concurrency,
                    row.per_second,
                    row.mark.word(),
                    row.target
                ),
            );
        }
        line(&mut text, "\nOther figures");
        for fact in &self.facts {
            let target = if fact.target.is_empty() {
                String::new()
            } else {
                format!(" (target: {})", fact.target)
            };
            line(
                &mut text,
                &format!("{:<52} {}{target} {}", fact.what, fact.value, fact.mark.word()),
            );
        }
        text
    }

    /// The rows and facts for programs.
    pub fn json(&self) -> Value {
        let row = |row: &Row| {
            json!({
                "path": row.path, "concurrency": row.concurrency, "per_s": row.per_second,
                "p50_ms": thousandths(row.p50), "p99_ms": thousandths(row.p99), "p999_ms": thousandths(row.p999),
                "refused": row.refused, "limit": row.limit.map(|(name, _)| name), "limit_per_s": row.limit.map(|(_, limit)| limit),
                "ratio": row.share().map(thousandths), "target": row.target, "mark": row.mark.word(), "pass": row.mark.passes(),
            })
        };
        let fact = |fact: &Fact| {
            json!({
                "path": fact.what, "concurrency": null, "per_s": null, "p50_ms": null, "p99_ms": null, "limit_per_s": null,
                "ratio": null, "value": fact.value, "target": fact.target, "mark": fact.mark.word(), "pass": fact.mark.passes(),
            })
        };
        Value::Array(self.rows.iter().map(row).chain(self.facts.iter().map(fact)).collect())
    }

    pub fn write_json(&self, file: &Path) -> anyhow::Result<()> {
        Ok(std::fs::write(file, format!("{:#}\n", self.json()))?)
    }
}

const HEADS: &str = "path                                                 once  per second   p50 ms   p99 ms  p99.9 ms  ratio  \
                     limit of this machine, in turns with it         mark      target";

fn line(text: &mut String, line: &str) {
    writeln!(text, "{}", line.trim_end()).expect("a string takes text");
}

/// Microseconds as milliseconds with two decimals.
pub fn millis(micros: u64) -> String {
    format!("{}.{:02}", micros / 1_000, micros % 1_000 / 10)
}

/// Thousandths as a per cent.
pub fn percent(share: u64) -> String {
    format!("{} %", (share + 5) / 10)
}

/// Thousandths as a number of JSON, without the noise of binary fractions.
fn thousandths(value: u64) -> Number {
    let text = format!("{}.{:03}", value / 1_000, value % 1_000);
    text.parse().expect("digits and a point are a number")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn row(per_second: u64, p99_ms: u64) -> Row {
        let mut samples = Samples::default();
        (0..per_second).for_each(|_| samples.note(Duration::from_millis(p99_ms)));
        samples.set_elapsed(Duration::from_secs(1));
        Row::new("part", "path", 256, samples).beside("limit", 1_000)
    }

    #[test]
    fn a_row_is_judged_by_its_worst_figure() {
        let goal = Goal {
            share: Some((500, 250)),
            p99_ms: Some(20),
            per_second: None,
        };
        for (per_second, p99_ms, mark) in [
            (500, 20, Mark::Pass),
            (499, 20, Mark::Floor),
            (249, 20, Mark::Fail),
            (900, 21, Mark::Fail),
        ] {
            assert_eq!(row(per_second, p99_ms).judged(goal).mark, mark, "{per_second} {p99_ms}");
        }
        assert_eq!(row(900, 1).judged(Goal::default()).mark, Mark::None);
        let mut refusing = row(900, 1);
        refusing.refused = 1;
        assert_eq!(refusing.judged(goal).mark, Mark::Fail);
    }

    #[test]
    fn numbers_are_written_with_their_decimals() {
        assert_eq!((millis(1_239), percent(495)), ("1.23".to_owned(), "50 %".to_owned()));
        assert_eq!(thousandths(532).to_string(), "0.532");
    }
}
