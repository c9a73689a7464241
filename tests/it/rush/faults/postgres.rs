//! SIGKILL of PostgreSQL: of one of its processes, then of the server.

use std::{fs, path::Path, process::Command, time::Duration};

use bilten_api::postgres::{Options, Private};
use bilten_tests::report;
use tokio::{sync::watch, time::sleep};

use super::{crowd, rig::Rig};

const CLEAR: [&str; 3] = ["503 unavailable", "503 busy", "503 payment_not_sent"];

/// Folder that is gone when the test ends.
struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(pid) = postmaster(&self.0) {
            kill(&pid);
        }
        fs::remove_dir_all(&self.0).ok();
    }
}

async fn start(dir: &Path) -> Private {
    let (dir, options) = (dir.to_owned(), Options::default());
    let started = tokio::task::spawn_blocking(move || Private::start(&dir, options));
    started.await.unwrap().unwrap()
}

async fn stop(server: Private) {
    tokio::task::spawn_blocking(move || server.stop())
        .await
        .unwrap()
        .unwrap();
}

fn postmaster(dir: &Path) -> Option<String> {
    let text = fs::read_to_string(dir.join("postgres/data/postmaster.pid")).ok()?;
    text.lines().next().map(str::to_owned)
}

fn kill(pid: &str) -> bool {
    Command::new("kill").args(["-9", pid]).status().unwrap().success()
}

/// A backend that is in the middle of something.
const BUSY: &str = "select coalesce((select pid from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle' limit 1),
     (select max(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()))::bigint";

/// 62
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counted_a_database_that_is_killed_and_started_again_has_lost_nothing_that_was_told() {
    let folder = Folder(std::env::temp_dir().join(format!("rush-pg-{}", std::process::id())));
    let mut server = Some(start(&folder.0).await);
    let rig = Rig::set_up_on(server.as_ref().expect("it runs")).await;
    let node = rig.start_node().await;
    let (_nodes, addresses) = watch::channel(vec![node.address()]);
    let seen = crowd::rush(&rig, addresses, async {
        sleep(Duration::from_millis(700)).await;
        // Killing one of its processes makes PostgreSQL end all connections and recover by itself.
        let backend = rig.count(BUSY).await;
        assert!(kill(&backend.to_string()));
        sleep(Duration::from_millis(1_200)).await;
        let pid = postmaster(&folder.0).expect("it runs");
        assert!(kill(&pid));
        sleep(Duration::from_millis(300)).await;
        stop(server.take().expect("it ran")).await;
        server = Some(start(&folder.0).await);
        sleep(Duration::from_millis(500)).await;
    })
    .await;
    node.kill().await;
    report(&format!("PostgreSQL: a process killed, then the server: {seen:?}"));
    seen.expect_only(&CLEAR);
    assert!(seen.bought_after > 0, "the node recovers by itself: {seen:?}");
    let books = rig.settle().await;
    assert_eq!(books.paid, seen.bought);
    report(&format!("PostgreSQL killed: {books:?}"));
    drop(rig);
    stop(server.expect("it runs")).await;
}
