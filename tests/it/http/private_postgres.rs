//! The private PostgreSQL: made, stopped, joined, taken over, and recovered after a SIGKILL.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use bilten_api::postgres::{Options, Private};
use sqlx::{Connection, PgConnection};

const FAST: Options = Options {
    is_durable: false,
    max_connections: 10,
};

/// Folder that is gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("private-{name}-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

async fn start(dir: &Path) -> Private {
    let dir = dir.to_owned();
    tokio::task::spawn_blocking(move || Private::start(&dir, FAST))
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

async fn ask(server: &Private, question: &'static str) -> String {
    let mut connection = PgConnection::connect(server.admin_url.expose()).await.unwrap();
    sqlx::query_scalar(question).fetch_one(&mut connection).await.unwrap()
}

fn postmaster(dir: &Path) -> Option<String> {
    let text = fs::read_to_string(dir.join("postgres/data/postmaster.pid")).ok()?;
    text.lines().next().map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_server_keeps_its_data_and_listens_on_its_socket_alone() {
    let folder = Folder::new("keeps");
    let server = start(&folder.0).await;
    assert!(server.is_ours());
    assert_eq!(ask(&server, "show listen_addresses").await, "");
    assert_eq!(ask(&server, "select current_database()::text").await, "bilten");
    let mut connection = PgConnection::connect(server.admin_url.expose()).await.unwrap();
    sqlx::query("create table kept (word text)")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("insert into kept values ('here')")
        .execute(&mut connection)
        .await
        .unwrap();
    drop(connection);

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
    let server = start(&folder.0).await;
    let pid = postmaster(&folder.0).unwrap();
    assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    // The signal is sent; the process is gone a moment later.
    while fs::read_link(format!("/proc/{pid}/cwd")).is_ok() {
        tokio::task::yield_now().await;
    }
    // Stopping finds nothing to stop, as after a SIGKILL of both.
    stop(server).await;
    assert_eq!(postmaster(&folder.0), Some(pid), "the stale pid file is still there");
    let again = start(&folder.0).await;
    assert_eq!(ask(&again, "select 'alive'").await, "alive");
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
