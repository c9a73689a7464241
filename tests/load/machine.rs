//! What the machine is, and what a process takes of it (Linux's /proc) and of the database.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use anyhow::Context as _;
use bilten_kernel::Secret;
use sqlx::{Connection, PgConnection};

/// Clock ticks of a second in /proc (`sysconf(_SC_CLK_TCK)`, 100 on every Linux of ours).
const TICKS_PER_SECOND: u64 = 100;

/// The statistics of PostgreSQL are a second late.
pub const STATISTICS_DELAY: Duration = Duration::from_millis(1_500);

/// Transactions of a database so far.
pub async fn transactions(admin: &Secret<String>) -> anyhow::Result<i64> {
    tokio::time::sleep(STATISTICS_DELAY).await;
    let mut connection = PgConnection::connect(admin.expose()).await?;
    let statement = "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()";
    Ok(sqlx::query_scalar(statement).fetch_one(&mut connection).await?)
}

/// Resident memory of a process in kB. Its proportional share (PSS) is never larger, and depends on which other processes of
/// the same program happen to run.
pub fn memory_kb(pid: u32) -> anyhow::Result<u64> {
    let path = PathBuf::from(format!("/proc/{pid}/smaps_rollup"));
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    field(&text, "Rss:").context("a line with Rss")
}

/// Processor time of a process so far, in milliseconds.
pub fn cpu_ms(pid: u32) -> anyhow::Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in brackets may hold blanks; proc(5): utime and stime are the 14th and 15th field.
    let (_, rest) = text.rsplit_once(')').context("a name in brackets")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
    let total = ticks(11).zip(ticks(12)).map(|(user, system)| user + system);
    Ok(total.context("two times")? * 1_000 / TICKS_PER_SECOND)
}

/// One line about the machine.
pub fn describe() -> String {
    let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, name)| name.trim());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = field(&memory, "MemTotal:").unwrap_or_default() / 1024 / 1024;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} cores of {model}, {memory} GB, Linux {}", kernel.trim())
}

/// Stops a process for a while, so that it takes nothing while another is measured, or lets it go on.
pub fn set_paused(pid: u32, is_paused: bool) -> anyhow::Result<()> {
    let signal = if is_paused { "-STOP" } else { "-CONT" };
    let status = Command::new("kill").args([signal, &pid.to_string()]).status()?;
    anyhow::ensure!(status.success(), "the process {pid} could not be stopped or continued");
    Ok(())
}

fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
