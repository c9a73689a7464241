//! The built program as a process of its own, for tests that end it as a machine without power does.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// Longest wait for the program to listen; a private PostgreSQL may have to be made first.
const START_TIMEOUT: Duration = Duration::from_secs(100);

/// A running `bilten serve`. Dropped, it is killed.
#[derive(Debug)]
pub struct Program {
    child: Child,
    address: SocketAddr,
}

impl Program {
    /// Returns where cargo has put the program: beside the folder of this test's own executable.
    ///
    /// # Panics
    /// The program was not built; `api/tests` has cargo build it with every run of the whole workspace's tests.
    pub fn path() -> PathBuf {
        let tests = std::env::current_exe().expect("a process knows its executable");
        let profile = tests
            .parent()
            .and_then(Path::parent)
            .expect("target/<profile>/deps/<test>");
        let program = profile.join("bilten");
        assert!(
            program.is_file(),
            "{} is missing: run the tests of the whole workspace (--workspace), or `cargo build --workspace` first",
            program.display()
        );
        program
    }

    /// Starts the program on a free port with these settings alone, and waits until it listens. What it logs goes to
    /// `log` in its data folder.
    ///
    /// # Panics
    /// It ended, or took too long.
    pub async fn serve(data: &Path, settings: &[(&str, &str)]) -> Self {
        fs::create_dir_all(data).expect("the folder can be made");
        let log = data.join("log");
        let mut command = Command::new(Self::path());
        command
            .arg("serve")
            .env_clear()
            .envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "TMPDIR"))
            .env("BILTEN_DATA_DIR", data)
            .env("BILTEN_LISTEN", "127.0.0.1:0")
            .env("BILTEN_METRICS_LISTEN", "127.0.0.1:0")
            .env("BILTEN_LOG", "warn")
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(
                File::options()
                    .create(true)
                    .append(true)
                    .open(&log)
                    .expect("the folder is writable"),
            )
            .kill_on_drop(true);
        let mut child = command.spawn().expect("the program can be started");
        let said = child.stdout.take().expect("its output was asked for");
        let mut lines = BufReader::new(said).lines();
        let heard = timeout(START_TIMEOUT, async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(address) = listening_on(&line) {
                    return Some(address);
                }
            }
            None
        });
        let address = heard.await.ok().flatten();
        let logged = || fs::read_to_string(&log).unwrap_or_default();
        assert!(address.is_some(), "the program does not listen:\n{}", logged());
        let address = address.expect("it was looked at");
        Self { child, address }
    }

    /// Returns the address it listens on.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends SIGKILL and waits until the process is gone.
    ///
    /// # Panics
    /// It had ended before by itself.
    pub async fn kill(mut self) {
        let ended = self.child.try_wait().expect("it is our child");
        assert!(ended.is_none(), "the program ended by itself: {ended:?}");
        self.child.kill().await.expect("it is our child");
    }
}

/// Reads `Listening on 127.0.0.1:8080; metrics on …`.
fn listening_on(line: &str) -> Option<SocketAddr> {
    let address = line.strip_prefix("Listening on ")?.split(';').next()?;
    address.parse().ok()
}
