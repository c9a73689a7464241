//! The private PostgreSQL: made, stopped, joined, taken over, and recovered after a SIGKILL.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use bilten_api::postgres::{Options, Private};
use bilten_tests::Program;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;

const FAST: Options = Options {
    is_durable: false,
    max_connections: 40,
};

/// Folder that is gone when the test ends, with whatever still runs in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("private-{name}-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(pid) = postmaster(&self.0) {
            kill(&pid);
        }
        fs::remove_dir_all(&self.0).ok();
    }
}

async fn start(dir: &Path) -> Private {
    start_with(dir, FAST).await
}

async fn start_with(dir: &Path, options: Options) -> Private {
    let dir = dir.to_owned();
    tokio::task::spawn_blocking(move || Private::start(&dir, options))
        .await
        .unwrap()
        .unwrap()
}

async fn stop(server: Private) {
    tokio::task::spawn_blocking(move || server.stop())
        .await
        .unwrap()
        .unwrap();
}

async fn connect(server: &Private) -> PgConnection {
    PgConnection::connect(server.admin_url.expose()).await.unwrap()
}

async fn ask(server: &Private, question: &'static str) -> String {
    sqlx::query_scalar(question)
        .fetch_one(&mut connect(server).await)
        .await
        .unwrap()
}

async fn tell(server: &Private, statement: &'static str) {
    sqlx::query(statement)
        .execute(&mut connect(server).await)
        .await
        .unwrap();
}

fn postmaster(dir: &Path) -> Option<String> {
    let text = fs::read_to_string(dir.join("postgres/data/postmaster.pid")).ok()?;
    text.lines().next().map(str::to_owned)
}

/// Sends SIGKILL; what becomes of it is seen a moment later.
fn kill(pid: &str) -> bool {
    Command::new("kill").args(["-9", pid]).status().unwrap().success()
}

/// Waits until the process works nowhere any more; it may linger as long as nobody collects it.
async fn until_dead(pid: &str) {
    while fs::read_link(format!("/proc/{pid}/cwd")).is_ok() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_server_keeps_its_data_and_listens_on_its_socket_alone() {
    let folder = Folder::new("keeps");
    let server = start(&folder.0).await;
    assert!(server.is_ours());
    assert_eq!(ask(&server, "show listen_addresses").await, "");
    assert_eq!(ask(&server, "select current_database()::text").await, "bilten");
    tell(&server, "create table kept as select 'here' as word").await;

    let joined = start(&folder.0).await;
    assert!(!joined.is_ours(), "the first one is responsible");
    stop(joined).await;
    assert_eq!(
        ask(&server, "select word from kept").await,
        "here",
        "the guest stopped nothing"
    );

    stop(server).await;
    assert!(postmaster(&folder.0).is_none());
    let again = start(&folder.0).await;
    assert_eq!(ask(&again, "select word from kept").await, "here");
    stop(again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_killed_recovers_at_the_next_start() {
    let folder = Folder::new("killed");
    let server = start_with(&folder.0, Options::default()).await;
    tell(&server, "create table kept as select 'here' as word").await;
    // This one is too busy to see that its parent has died: nothing may be started beside it.
    let mut busy = connect(&server).await;
    let mut work = JoinSet::new();
    work.spawn(async move {
        let long = "select count(*) from generate_series(1, 6000000)";
        sqlx::query_scalar::<_, i64>(long).fetch_one(&mut busy).await.ok()
    });
    while ask(&server, "select count(*)::text from pg_stat_activity where query like '%generate_series%' and state = 'active' and pid <> pg_backend_pid()").await == "0" {
        tokio::task::yield_now().await;
    }
    let pid = postmaster(&folder.0).unwrap();
    assert!(kill(&pid));
    until_dead(&pid).await;
    // Stopping finds nothing to stop, as after a SIGKILL of both.
    stop(server).await;
    assert_eq!(postmaster(&folder.0), Some(pid), "the stale pid file is still there");
    let again = start(&folder.0).await;
    assert!(again.is_ours());
    assert!(work.try_join_next().is_some(), "the orphan was waited for");
    assert_eq!(ask(&again, "select word from kept").await, "here");
    stop(again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pid_file_that_names_a_stranger_is_removed() {
    let folder = Folder::new("stranger");
    let server = start(&folder.0).await;
    stop(server).await;
    let pid_file = folder.0.join("postgres/data/postmaster.pid");
    fs::write(&pid_file, format!("{}\n{}\n", std::process::id(), folder.0.display())).unwrap();
    let again = start(&folder.0).await;
    assert_eq!(ask(&again, "select 'alive'").await, "alive");
    stop(again).await;
}

/// The program is the first owner; then it is killed, and its PostgreSQL goes on.
#[tokio::test(flavor = "multi_thread")]
async fn another_process_joins_the_programs_server_and_takes_it_over_when_the_program_is_killed() {
    let folder = Folder::new("joined");
    let program = Program::serve(&folder.0, &[]).await;
    let pid = postmaster(&folder.0).expect("the program started its own server");
    let guest = start(&folder.0).await;
    assert!(!guest.is_ours());
    let tables = "select count(*)::text from pg_tables where schemaname = 'bilten' and tablename = 'orders'";
    assert_eq!(ask(&guest, tables).await, "1");
    program.kill().await;
    assert_eq!(ask(&guest, tables).await, "1", "the server outlives the program");
    stop(guest).await;
    assert_eq!(postmaster(&folder.0), Some(pid.clone()), "a guest stops nothing");

    let heir = start(&folder.0).await;
    assert!(heir.is_ours());
    assert_eq!(postmaster(&folder.0), Some(pid), "it is the same server, not a new one");
    assert_eq!(ask(&heir, tables).await, "1");
    stop(heir).await;
    assert!(postmaster(&folder.0).is_none(), "the heir is responsible");
    // The next program finds everything in order.
    Program::serve(&folder.0, &[]).await.kill().await;
    let last = start(&folder.0).await;
    stop(last).await;
}
