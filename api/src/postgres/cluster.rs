//! Makes, starts and stops one data folder with PostgreSQL's own programs.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use url::form_urlencoded;

use super::{Account, Binaries, DATABASE, Options, PostgresError, SUPERUSER, place::Place};

/// Seconds that a start (with recovery) or a stop may take.
const START_TIMEOUT_S: &str = "120";
const STOP_TIMEOUT_S: &str = "30";
/// Looks, 100 ms apart, that are taken before a wait is given up.
const LOOKS: usize = 600;
/// Lines of a failed program's output that are shown.
const SHOWN_LINES: usize = 12;

#[derive(Debug)]
pub(super) struct Cluster {
    binaries: Binaries,
    account: Account,
    place: Place,
}

impl Cluster {
    pub(super) const fn new(binaries: Binaries, account: Account, place: Place) -> Self {
        Self {
            binaries,
            account,
            place,
        }
    }

    /// Returns the address of a database for the superuser.
    pub(super) fn url(&self, database: &str) -> String {
        let host: String = form_urlencoded::byte_serialize(self.place.socket.as_os_str().as_encoded_bytes()).collect();
        format!("postgres://{SUPERUSER}@localhost/{database}?host={host}")
    }

    /// Makes the data folder under another name first, so that a kill half-way leaves nothing that looks complete.
    pub(super) fn create_unless_there(&self, options: Options) -> Result<(), PostgresError> {
        if self.place.data.join("PG_VERSION").is_file() {
            return Ok(());
        }
        let draft = self.place.root.join("data.new");
        let failed = |source| PostgresError::Io {
            path: draft.clone(),
            source,
        };
        if draft.exists() {
            fs::remove_dir_all(&draft).map_err(failed)?;
        }
        tracing::info!(dir = %self.place.root.display(), version = self.binaries.major, "making a private PostgreSQL");
        self.init(&draft, options)?;
        self.create_database(&draft)?;
        fs::rename(&draft, &self.place.data).map_err(failed)
    }

    /// Starts the server unless it runs already (left over by a process that was killed).
    pub(super) fn start(&self, options: Options) -> Result<(), PostgresError> {
        if self.is_running() {
            tracing::info!("taking over the private PostgreSQL that is running");
            // It may be about to die, when it was killed together with its owner.
            if self.comes_to_answer(|| self.is_running()) {
                return Ok(());
            }
        }
        self.wait_for_orphans()?;
        self.remove_stale_files();
        let settings = server_settings(&self.place.socket, options);
        let mut command = self.pg_ctl("start");
        command
            .args(["-w", "-t", START_TIMEOUT_S, "-l"])
            .arg(&self.place.log)
            .arg("-o")
            .arg(settings);
        let output = finish(&mut command, "pg_ctl")?;
        if output.status.success() {
            return Ok(());
        }
        let log = fs::read_to_string(&self.place.log).unwrap_or_default();
        Err(PostgresError::Failed {
            program: "postgres",
            output: last_lines(&log),
        })
    }

    /// Waits for a server that another process is responsible for.
    pub(super) fn wait_until_ready(&self) -> Result<(), PostgresError> {
        if self.comes_to_answer(|| true) {
            return Ok(());
        }
        Err(PostgresError::Failed {
            program: "postgres",
            output: "another process has the data folder, but its server does not answer".into(),
        })
    }

    /// Waits until the server answers, for as long as there is hope.
    fn comes_to_answer(&self, is_there_hope: impl Fn() -> bool) -> bool {
        // A connection to the socket is the simplest question; it asks for no client program.
        let socket = self.place.socket.join(".s.PGSQL.5432");
        for _ in 0..LOOKS {
            if self.is_running() && std::os::unix::net::UnixStream::connect(&socket).is_ok() {
                return true;
            }
            if !is_there_hope() {
                return false;
            }
            pause();
        }
        false
    }

    /// Ends all connections and stops.
    pub(super) fn stop(&self) -> Result<(), PostgresError> {
        if !self.is_running() {
            return Ok(());
        }
        let mut command = self.pg_ctl("stop");
        command.args(["-w", "-t", STOP_TIMEOUT_S, "-m", "fast", "-s"]);
        run(&mut command, "pg_ctl")
    }

    /// The pid file must name a living process whose working folder is ours: after a crash of the
    /// machine the number may belong to anybody.
    fn is_running(&self) -> bool {
        let Ok(text) = fs::read_to_string(self.place.data.join("postmaster.pid")) else {
            return false;
        };
        let pid = text.lines().next().and_then(|line| line.trim().parse().ok());
        pid.is_some_and(|pid| self.works_here(pid))
    }

    /// After a SIGKILL of the server its other processes end by themselves, a moment later. Until then they may
    /// still write, so nothing of theirs is touched.
    fn wait_for_orphans(&self) -> Result<(), PostgresError> {
        for _ in 0..LOOKS {
            if !self.has_workers() {
                return Ok(());
            }
            pause();
        }
        Err(PostgresError::Failed {
            program: "postgres",
            output: "processes of a server that was killed still work in the data folder".into(),
        })
    }

    fn has_workers(&self) -> bool {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let mut pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.any(|pid| self.works_here(pid))
    }

    /// A process that has ended but that nobody has collected works nowhere.
    fn works_here(&self, pid: u32) -> bool {
        fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == self.place.data)
    }

    /// PostgreSQL takes the pid file of a dead server for that of a living one when its number has gone to somebody
    /// else, or when nobody has collected the dead process. Nobody works in the folder when this is called.
    fn remove_stale_files(&self) {
        let socket = &self.place.socket;
        let stale = [
            self.place.data.join("postmaster.pid"),
            socket.join(".s.PGSQL.5432"),
            socket.join(".s.PGSQL.5432.lock"),
        ];
        for path in stale {
            if fs::remove_file(&path).is_ok() {
                tracing::info!(file = %path.display(), "removed what a killed PostgreSQL left behind");
            }
        }
    }

    fn init(&self, data: &Path, options: Options) -> Result<(), PostgresError> {
        let mut command = self.account.command(&self.binaries.program("initdb"));
        command.args([
            "--username",
            SUPERUSER,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
        ]);
        if !options.is_durable {
            command.arg("--no-sync");
        }
        run(command.arg("--pgdata").arg(data), "initdb")
    }

    /// The single-user mode needs neither a running server nor a client program.
    fn create_database(&self, data: &Path) -> Result<(), PostgresError> {
        let mut command = self.account.command(&self.binaries.program("postgres"));
        command.arg("--single").arg("-D").arg(data).arg("postgres");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let failed = |source| PostgresError::Io {
            path: self.binaries.program("postgres"),
            source,
        };
        let mut child = command.spawn().map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin
                .write_all(format!("create database {DATABASE}\n").as_bytes())
                .map_err(failed)?;
        }
        let output = child.wait_with_output().map_err(failed)?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() && !said.contains("ERROR:") && !said.contains("FATAL:") {
            return Ok(());
        }
        Err(PostgresError::Failed {
            program: "postgres --single",
            output: last_lines(&said),
        })
    }

    fn pg_ctl(&self, verb: &str) -> Command {
        let mut command = self.account.command(&self.binaries.program("pg_ctl"));
        command.arg(verb).arg("-D").arg(&self.place.data);
        command
    }
}

/// Settings on the server's command line, which win over its files.
fn server_settings(socket: &Path, options: Options) -> String {
    let mut settings = vec![
        "listen_addresses=".to_owned(),
        format!("unix_socket_directories={}", socket.display()),
        "unix_socket_permissions=0700".to_owned(),
        format!("max_connections={}", options.max_connections),
        "shared_buffers=128MB".to_owned(),
        // Tables that a rush fills are measured soon, so that plans are made for what is there.
        "autovacuum_naptime=5s".to_owned(),
        // No checkpoint falls into the first minutes of a rush.
        "max_wal_size=2GB".to_owned(),
        "log_min_duration_statement=2000".to_owned(),
    ];
    if !options.is_durable {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"].map(str::to_owned));
    }
    // pg_ctl hands the text to a shell.
    let mut line = String::new();
    for setting in settings {
        line.push_str("-c '");
        line.push_str(&setting.replace('\'', r"'\''"));
        line.push_str("' ");
    }
    line
}

fn run(command: &mut Command, program: &'static str) -> Result<(), PostgresError> {
    let output = finish(command, program)?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(PostgresError::Failed {
        program,
        output: last_lines(&String::from_utf8_lossy(&said)),
    })
}

/// The output goes to a file, not to a pipe: a server that is started keeps it open, and reading
/// a pipe to its end would wait for the server.
fn finish(command: &mut Command, program: &'static str) -> Result<Output, PostgresError> {
    let failed = |source| PostgresError::Io {
        path: PathBuf::from(program),
        source,
    };
    if command.get_args().any(|arg| arg == "start") {
        let status = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(failed)?;
        return Ok(Output {
            status,
            stdout: Vec::new(),
            stderr: Vec::new(),
        });
    }
    command.stdin(Stdio::null()).output().map_err(failed)
}

fn last_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(SHOWN_LINES)..].join("\n")
}

#[expect(
    clippy::disallowed_methods,
    reason = "starting a server is done before any request is served"
)]
fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(100));
}
