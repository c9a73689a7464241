//! Measures the built program over HTTP on one hot ticket type, beside the limits of the same machine.
//!
//! `bench <path of bilten> [seconds a measure]` starts a private PostgreSQL as production does (`fsync` on), the
//! program as a process of its own, and prints one table; then it checks the books. Loopback only.

mod client;
mod limits;
mod measure;
mod shop;
mod work;

use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use bilten_api::{compose, config::Config, postgres};
use bilten_tests::report;
use measure::Line;
use shop::Sale;

const CONCURRENCY: [usize; 3] = [1, 32, 256];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().context("usage: bench <path of bilten> [seconds]")?;
    if first == "hello" {
        return limits::serve_hello(arguments.next().context("a port")?.parse()?).await;
    }
    let seconds = arguments.next().map_or(Ok(5), |text| text.parse())?;
    let folder = std::env::temp_dir().join(format!("bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = run(&PathBuf::from(first), &folder, Duration::from_secs(seconds)).await;
    std::fs::remove_dir_all(&folder).ok();
    result
}

async fn run(program: &PathBuf, folder: &PathBuf, time: Duration) -> anyhow::Result<()> {
    let data = folder.clone();
    let server =
        tokio::task::spawn_blocking(move || postgres::Private::start(&data, postgres::Options::default())).await??;
    let (port, hello_port) = (free_port()?, free_port()?);
    let settings = [
        ("BILTEN_DATA_DIR", folder.display().to_string()),
        ("BILTEN_LISTEN", format!("127.0.0.1:{port}")),
        ("BILTEN_RATE_BURST", "10000000".into()),
        ("BILTEN_RATE_PER_SECOND", "10000000".into()),
        ("BILTEN_LOG", "error".into()),
        ("DATABASE_URL", server.admin_url.expose().clone()),
    ];
    let find = |name: &str| {
        settings
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.clone())
    };
    let config = Config::read(find)?;
    let secrets = compose::secrets(&config)?;
    let database = compose::database(&config, &secrets).await?;
    compose::migrate(&database.urls, &secrets).await?;
    let state = compose::services(config, &secrets, &database.urls).await?;
    let key = shop::open(&state).await?;
    state.db.close().await;
    state.platform.close().await;

    let mut command = Command::new(program);
    command.arg("serve").envs(settings.clone()).stdout(Stdio::null());
    let _bilten = Stopped(command.spawn().context("the program starts")?);
    let mut command = Command::new(std::env::current_exe()?);
    let _hello = Stopped(command.args(["hello", &hello_port.to_string()]).spawn()?);
    client::wait_for(port, "/readyz").await?;
    client::wait_for(hello_port, "/").await?;

    let sale = Sale::open(port, &key).await?;
    let mut lines = limits::measure(&server.admin_url, hello_port, time).await?;
    lines.extend(work::measure(&sale, time).await?);
    report(&measure::table(&lines));
    shop::check_books(&server.admin_url).await?;
    drop((_bilten, _hello));
    server.stop()?;
    Ok(())
}

/// Process that ends with the measurement.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// What every measurement is: so many at once, for so long.
async fn at_each_concurrency<F>(measure: F) -> anyhow::Result<Vec<Line>>
where
    F: AsyncFn(usize) -> anyhow::Result<Line>,
{
    let mut lines = Vec::new();
    for at_once in CONCURRENCY {
        lines.push(measure(at_once).await?);
    }
    Ok(lines)
}
