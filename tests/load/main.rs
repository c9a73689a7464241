//! Measures the built program over HTTP beside the limits of the same machine, in the same run (`make bench`).
//!
//! Starts two private PostgreSQL as production does (`fsync` on), the program, the bare program (`bare.rs`) and one
//! that serves constants; prints one table; checks the books; writes `bench.json` into cargo's target folder and the
//! figures of docs/performance.md. The clients share the processors with what they measure: only the ratios count.

mod client;
mod crowd;
mod docs;
mod ledger;
mod limits;
mod machine;
mod measure;
mod memory;
mod options;
mod pair;
mod paths;
mod plot;
mod report;
mod rights;
mod room;
mod scale;
mod seed;
mod shop;
mod stage;
mod work;

use std::{path::Path, process::ExitCode, time::Instant};

use anyhow::Context as _;
use bilten_tests::report as tell;
use options::Options;
use report::{Fact, Mark, Report};
use stage::Stage;
use work::Target;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if_eq("constant").is_some() {
        let port = arguments.next().context("a port")?.parse()?;
        let size = arguments.next().context("a size")?.parse()?;
        limits::serve_constants(port, size).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options::read(arguments)?;
    let started = Instant::now();
    let folder = std::env::temp_dir().join(format!("bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = run(&options, &folder).await;
    std::fs::remove_dir_all(&folder).ok();
    let report = result?;
    let elapsed = started.elapsed().as_secs();
    let is_sound = finish(&report, &options, elapsed)?;
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(options: &Options, folder: &Path) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let stage = Stage::set(&options.program, folder).await?;
    let admin = stage.admin()?;
    let target = Target::new(stage.shop.port, &stage.sale);
    seed::enlarge(&admin).await?;
    seed::tickets(&admin, &stage.sale, 0, paths::SOLD_BEFORE).await?;
    if options.wants("limits") {
        paths::measure_limits(&mut report, &stage, options.time).await?;
    }
    paths::measure(&mut report, &stage, &target, options).await?;
    if options.wants("ledger") {
        let done = ledger::measure(&mut report, &stage, options.time).await;
        note(&mut report, "ledger", done);
    }
    if options.wants("rights") {
        let done = rights::rights(&mut report).await;
        note(&mut report, "permissions", done);
    }
    if options.wants("crowd") {
        let done = crowd::crowd(&mut report, &stage, &target).await;
        note(&mut report, "200 tickets, 1,000 buyers at once", done);
    }
    if options.wants("room") {
        let done = room::room(&mut report, &stage, &target, options).await;
        note(&mut report, "waiting room", done);
    }
    let books = shop::check_books("one tenant", &admin, &target.answered).await;
    note(&mut report, "books, one tenant", books);
    if ["tenants", "calm", "memory"].iter().any(|part| options.wants(part)) {
        let done = scale::tenants(&mut report, &stage, &stage.sale, options).await;
        note(&mut report, "many tenants", done);
    }
    if options.wants("tickets") {
        let done = scale::tickets(&mut report, &stage, &stage.sale, options).await;
        note(&mut report, "many tickets", done);
    }
    Ok(report)
}

/// Keeps what failed among the figures; the other figures are still worth something.
fn note(report: &mut Report, what: &str, done: anyhow::Result<()>) {
    match done {
        Ok(()) if what.starts_with("books") => report.fact(what, "agree".to_owned(), "", Mark::Pass),
        Ok(()) => {}
        Err(error) => report.broken(what, &error),
    }
}

/// Prints and writes; tells whether everything could be measured.
fn finish(report: &Report, options: &Options, elapsed_s: u64) -> anyhow::Result<bool> {
    tell(&report.table());
    let json = options
        .program
        .parent()
        .and_then(Path::parent)
        .context("a target folder")?
        .join("bench.json");
    report.write_json(&json)?;
    tell(&format!("\n{}\nwritten to {}", machine::describe(), json.display()));
    if options.writes_docs() {
        docs::write(report, options, elapsed_s)?;
    }
    let is_sound = !report.facts.iter().any(Fact::is_fault);
    if !is_sound {
        tell("The books do not agree, or something could not be measured: see FAIL among the other figures.");
    }
    tell(&format!(
        "took {} min {} s without compiling",
        elapsed_s / 60,
        elapsed_s % 60
    ));
    Ok(is_sound)
}
