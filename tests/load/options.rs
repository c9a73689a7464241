//! The command line.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, bail, ensure};

/// Names that `--only` knows, in the order of the run.
pub const PARTS: [&str; 16] = [
    "limits",
    "page",
    "availability",
    "hold",
    "order",
    "free",
    "paid",
    "check-in",
    "ledger",
    "rights",
    "crowd",
    "calm",
    "tenants",
    "tickets",
    "room",
    "memory",
];

pub const USAGE: &str =
    "usage: bench <path of bilten> [--only <part>]... [--time <seconds a measure>] [--long] [--keep-docs]";

/// What is to be done.
#[derive(Debug)]
pub struct Options {
    pub program: PathBuf,
    only: Vec<String>,
    /// Time of one measurement.
    pub time: Duration,
    /// Also with ten million tickets.
    pub is_long: bool,
    /// Leave docs/performance.md as it is.
    keep_docs: bool,
}

impl Options {
    pub fn read(arguments: impl Iterator<Item = String>) -> anyhow::Result<Self> {
        let mut arguments = arguments;
        let mut options = Self {
            program: arguments.next().context(USAGE)?.into(),
            only: Vec::new(),
            time: Duration::from_secs(3),
            is_long: false,
            keep_docs: false,
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--only" => {
                    let part = arguments.next().context(USAGE)?;
                    ensure!(
                        PARTS.contains(&part.as_str()),
                        "there is no part {part}; there are {}",
                        PARTS.join(", ")
                    );
                    options.only.push(part);
                }
                "--time" => {
                    let seconds: u64 = arguments.next().context(USAGE)?.parse().context(USAGE)?;
                    ensure!((1..=600).contains(&seconds), "a measurement takes 1 to 600 seconds");
                    options.time = Duration::from_secs(seconds);
                }
                "--long" => options.is_long = true,
                "--keep-docs" => options.keep_docs = true,
                _ => bail!("{argument} is not understood\n{USAGE}"),
            }
        }
        Ok(options)
    }

    /// Tells whether a part is to be measured.
    pub fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    /// Only the figures of a whole run go into the document.
    pub fn writes_docs(&self) -> bool {
        self.only.is_empty() && !self.keep_docs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> anyhow::Result<Options> {
        Options::read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn a_part_can_be_asked_for_alone() {
        let options = read("bilten --only hold --time 1").expect("a good line");
        assert!(options.wants("hold") && !options.wants("page") && !options.writes_docs());
        assert!(read("bilten").expect("a good line").wants("page"));
        assert!(read("bilten --only nonsense").is_err() && read("").is_err() && read("bilten --fast").is_err());
    }
}
