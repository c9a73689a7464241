//! Puts the figures of a run into docs/performance.md, between two marks; the words around them stay.

use std::{fmt::Write as _, fs, path::PathBuf, process::Command};

use anyhow::Context as _;
use bilten_kernel::{Clock as _, SystemClock};

use crate::{
    machine,
    options::Options,
    plot,
    report::{Fact, Report, Row, millis, percent},
};

const BEGIN: &str = "<!-- figures: written by make bench, do not edit -->";
const END: &str = "<!-- end of the figures -->";

/// Writes the document and its picture.
pub fn write(report: &Report, options: &Options, elapsed_s: u64) -> anyhow::Result<()> {
    let docs = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let shown: Vec<&Row> = report
        .rows
        .iter()
        .filter(|row| row.concurrency == 256 && row.limit.is_some())
        .collect();
    fs::write(docs.join("images/performance.svg"), plot::draw(&shown))?;
    let file = docs.join("performance.md");
    let text = fs::read_to_string(&file).context("docs/performance.md")?;
    let figures = figures(report, options, elapsed_s);
    fs::write(
        file,
        replace(&text, &figures).context("docs/performance.md has no marks")?,
    )?;
    Ok(())
}

fn replace(text: &str, figures: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{figures}\n{END}{after}"))
}

fn figures(report: &Report, options: &Options, elapsed_s: u64) -> String {
    let mut text = String::new();
    let long = if options.is_long { " --long" } else { "" };
    let seconds = options.time.as_secs();
    put(
        &mut text,
        &format!("- Command: `scripts/bench.sh --time {seconds}{long}` (`make bench`)"),
    );
    put(&mut text, &format!("- Machine: {}", machine::describe()));
    put(&mut text, &format!("- Database: {}", database()));
    put(
        &mut text,
        &format!("- Date: {}", SystemClock.now().strftime("%Y-%m-%d %H:%M UTC")),
    );
    put(
        &mut text,
        &format!("- Time without compiling: {} min {} s", elapsed_s / 60, elapsed_s % 60),
    );
    put(
        &mut text,
        "\n![Share of the machine's limit that each path reaches](images/performance.svg)",
    );
    let mut part = "";
    for row in &report.rows {
        if row.part != part {
            part = row.part;
            put(&mut text, &format!("\n### {part}\n"));
            put(
                &mut text,
                "| path | clients | per second | p50 ms | p99 ms | p99.9 ms | limit, per second | ratio | target | mark |",
            );
            put(&mut text, "|---|--:|--:|--:|--:|--:|--:|--:|---|---|");
        }
        put(&mut text, &row_line(row));
    }
    put(
        &mut text,
        "\n### Other figures\n\n| what | figure | target | mark |\n|---|---|---|---|",
    );
    for Fact {
        what,
        value,
        target,
        mark,
    } in &report.facts
    {
        put(&mut text, &format!("| {what} | {value} | {target} | {} |", mark.word()));
    }
    text.trim_end().to_owned()
}

fn row_line(row: &Row) -> String {
    let limit = row
        .limit
        .map_or(String::new(), |(name, per_second)| format!("{per_second} ({name})"));
    let refused = if row.refused > 0 {
        format!(", {} refused", row.refused)
    } else {
        String::new()
    };
    format!(
        "| {} | {} | {}{refused} | {} | {} | {} | {limit} | {} | {} | {} |",
        row.path,
        row.concurrency,
        row.per_second,
        millis(row.p50),
        millis(row.p99),
        millis(row.p999),
        row.share().map(percent).unwrap_or_default(),
        row.target,
        row.mark.word()
    )
}

/// What PostgreSQL calls itself.
fn database() -> String {
    let found = bilten_api::postgres::Binaries::find().ok();
    let output = found.and_then(|found| Command::new(found.program("postgres")).arg("--version").output().ok());
    let version = output
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .unwrap_or_default();
    let version = version.trim().trim_start_matches("postgres ").trim_matches(['(', ')']);
    format!(
        "{}, fsync and synchronous_commit on, shared_buffers 128 MB",
        version.replace(')', "")
    )
}

fn put(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let text = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        assert_eq!(
            replace(&text, "new"),
            Some(format!("before\n{BEGIN}\nnew\n{END}\nafter\n"))
        );
        assert_eq!(replace("no marks", "new"), None);
    }
}
