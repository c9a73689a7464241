//! One private PostgreSQL for all test processes of this checkout.
//!
//! nextest runs each test in a process of its own, so the server outlives them: whoever comes first
//! starts it under a file lock, and a watchdog stops it when nobody has asked for it for some minutes.
//! It keeps nothing of worth: `fsync` is off, and its folder may be deleted at any time.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        net::UnixStream,
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

/// The server's unix socket has the number of PostgreSQL's usual port in its name.
pub const SOCKET: &str = ".s.PGSQL.5432";
/// Minutes without a test after which the watchdog stops the server.
const IDLE_MINUTES: u32 = 5;
const CLOSE_INHERITED: &str =
    "for fd in /proc/$$/fd/*; do fd=${fd##*/}; ((fd > 2)) && eval \"exec $fd>&-\"; done; exec \"$@\"";
const SETTINGS: &str = "
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 300
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
autovacuum = off
log_min_messages = warning
log_min_error_statement = panic
";

/// Running server, and the user it runs as.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
}

/// Lock that only one process of this checkout holds.
#[derive(Debug)]
pub struct ServerLock(#[expect(dead_code, reason = "the lock lives as long as the file is open")] File);

impl Server {
    /// Returns the server of this checkout; starts it when it does not run.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(Self::start)
    }

    /// Address of a database in a role; the socket's folder lets in its owner only.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@localhost/{database}?host={}", self.folder.display())
    }

    /// Folder for marks that all test processes share.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Asks the watchdog for some more minutes.
    pub fn renew_lease(&self) {
        touch_lease(&self.folder);
    }

    /// Waits until no other process holds the lock.
    pub fn lock(&self) -> ServerLock {
        lock(&self.folder)
    }

    fn start() -> Self {
        let user = ServerUser::find();
        let folder = prepare_folder(&user);
        let held = lock(&folder);
        touch_lease(&folder);
        if UnixStream::connect(folder.join(SOCKET)).is_err() {
            boot(&folder, &user);
        }
        drop(held);
        Self { folder }
    }
}

/// PostgreSQL refuses to run as root; then it runs as the user `postgres`.
struct ServerUser {
    ids: Option<(u32, u32)>,
    uid: u32,
}

impl ServerUser {
    fn find() -> Self {
        let uid = fs::metadata("/proc/self").expect("Linux shows the own process").uid();
        if uid != 0 {
            return Self { ids: None, uid };
        }
        let users = fs::read_to_string("/etc/passwd").expect("the list of users is readable");
        let line = users.lines().find(|line| line.starts_with("postgres:"));
        let line = line.expect("as root, tests need the system user postgres (package postgresql)");
        let mut fields = line.split(':').skip(2).filter_map(|field| field.parse().ok());
        let ids = (fields.next().expect("user id"), fields.next().expect("group id"));
        Self {
            ids: Some(ids),
            uid: ids.0,
        }
    }

    /// Prepares a program that may outlive us: it must not keep open what we inherited, such as the lock or
    /// job server of whoever started the tests.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("/bin/bash");
        command.arg("-c").arg(CLOSE_INHERITED).arg("bash").arg(program);
        if let Some((uid, gid)) = self.ids {
            command.uid(uid).gid(gid);
        }
        command
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

/// Makes the folder under the system's temporary folder: the name of a socket may not be long.
fn prepare_folder(user: &ServerUser) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (env!("CARGO_MANIFEST_DIR"), SETTINGS).hash(&mut hasher);
    let folder = std::env::temp_dir().join(format!("bilten-tests-{}-{:08x}", user.uid, hasher.finish() >> 32));
    assert!(
        folder.as_os_str().len() < 80,
        "TMPDIR is too long for the name of a socket"
    );
    if fs::create_dir(&folder).is_ok() {
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("the folder is ours");
        std::os::unix::fs::chown(&folder, Some(user.uid), None).expect("root may give the folder away");
    }
    let owner = fs::metadata(&folder).expect("the folder exists").uid();
    assert_eq!(
        owner,
        user.uid,
        "{} belongs to somebody else: remove it",
        folder.display()
    );
    folder
}

fn touch_lease(folder: &Path) {
    fs::write(folder.join("lease"), b"").expect("the folder is writable");
}

fn lock(folder: &Path) -> ServerLock {
    let file = File::create(folder.join("lock")).expect("the folder is writable");
    file.lock().expect("the file system knows locks");
    ServerLock(file)
}

fn boot(folder: &Path, user: &ServerUser) {
    let bin = find_binaries();
    let data = folder.join("data");
    if !folder.join("data/ready").exists() {
        fs::remove_dir_all(&data).ok();
        let mut initdb = user.command(&bin.join("initdb"));
        initdb.arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        assert!(initdb.status().expect("initdb starts").success(), "initdb failed");
        let mut settings = File::options()
            .append(true)
            .open(data.join("postgresql.conf"))
            .expect("initdb wrote it");
        settings.write_all(SETTINGS.as_bytes()).expect("the file is writable");
        writeln!(settings, "unix_socket_directories = '{}'", folder.display()).expect("the file is writable");
        fs::write(data.join("ready"), b"").expect("the folder is writable");
    }
    // Nobody is at work while the server is down: what killed tests left behind goes with the old template.
    remove_marks(folder);
    let log = folder.join("log");
    let mut start = user.command(&bin.join("pg_ctl"));
    start
        .arg("-D")
        .arg(&data)
        .arg("-l")
        .arg(&log)
        .args(["-w", "-t", "60", "start"]);
    let status = start.status().expect("pg_ctl starts");
    assert!(status.success(), "PostgreSQL did not start: see {}", log.display());
    watch(folder, &bin, user);
}

/// Without its mark, the template is made anew.
fn remove_marks(folder: &Path) {
    let entries = fs::read_dir(folder).expect("the folder is readable");
    for entry in entries.filter_map(Result::ok) {
        if entry.file_name().to_string_lossy().starts_with("template-") {
            fs::remove_file(entry.path()).ok();
        }
    }
}

/// Leaves a small shell behind that stops the server, under the same lock, once the lease is old.
#[expect(
    clippy::zombie_processes,
    reason = "the shell outlives this process, which is its point"
)]
fn watch(folder: &Path, bin: &Path, user: &ServerUser) {
    let script = format!(
        "while sleep 20; do exec 9<lock; flock 9; \
         [ -S {SOCKET} ] || exit 0; \
         if [ -z \"$(find lease -mmin -{IDLE_MINUTES})\" ]; then '{}' -D data -m fast -w stop; exit 0; fi; \
         exec 9>&-; done",
        bin.join("pg_ctl").display()
    );
    let mut shell = user.command(Path::new("/bin/sh"));
    shell.arg("-c").arg(script).current_dir(folder).process_group(0);
    shell.spawn().expect("a shell starts");
}

/// Looks where Debian puts the server's programs, newest version first, then along PATH.
fn find_binaries() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    let mut versions: Vec<_> = debian
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("pg_ctl").exists())
        .collect();
    versions.sort_by_key(|bin| {
        let version = bin
            .parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        version.and_then(|name| name.parse::<u32>().ok())
    });
    let on_path = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    };
    versions
        .pop()
        .or_else(on_path)
        .expect("PostgreSQL's server programs are installed (make setup)")
}
