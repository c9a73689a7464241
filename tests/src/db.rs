//! A database of its own for each test, copied from a template that was migrated once.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use bilten_api::postgres::Private;
use bilten_kernel::Secret;
use bilten_tenancy::{Db, DbConfig, PlatformDb, migrate};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions};
use url::Url;

use crate::{
    server::{SOCKET, Server},
    wire::Wire,
};

/// Role that starts the server; production never serves with it.
const ADMIN: &str = "postgres";
/// Long, because tests stop in the middle of transactions on machines that are busy with others.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(90);
/// Number of the next database of this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Database that lives as long as the value.
#[derive(Debug)]
pub struct TestDb {
    name: String,
    /// Folder of the server's socket.
    folder: PathBuf,
    is_shared: bool,
}

impl TestDb {
    /// Creates the database.
    pub async fn create() -> Self {
        let server = tokio::task::spawn_blocking(Server::shared)
            .await
            .expect("the server starts");
        server.renew_lease();
        let template = ready_template(server).await;
        let name = format!("t_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut admin = connect(&server.url(ADMIN, "postgres")).await;
        run(&mut admin, &format!("create database {name} template {template}")).await;
        admin.close().await.ok();
        Self {
            name,
            folder: server.folder().to_owned(),
            is_shared: true,
        }
    }

    /// Creates it on a server of the test's own, which may be killed; it ends with the server.
    pub async fn create_on(server: &Private) -> Self {
        let admin_url: Url = server.admin_url.expose().parse().expect("an address");
        let mut fields = admin_url.query_pairs();
        let folder = fields.find(|(name, _)| name == "host").expect("it listens on a socket");
        let name = "rush".to_owned();
        let mut admin = connect(server.admin_url.expose()).await;
        run(&mut admin, &format!("create database {name}")).await;
        admin.close().await.ok();
        migrate::run(&server.url_of(&name), None)
            .await
            .expect("the migrations run");
        Self {
            name,
            folder: folder.1.into_owned().into(),
            is_shared: false,
        }
    }

    /// Address of this database in a role.
    pub fn url(&self, role: &str) -> Secret<String> {
        let (name, folder) = (&self.name, self.folder.display());
        Secret::new(format!("postgres://{role}@localhost/{name}?host={folder}"))
    }

    /// The same, through a line that leads to the server's socket.
    pub fn url_through(&self, wire: &Wire, role: &str) -> Secret<String> {
        Secret::new(format!(
            "postgres://{role}@{}/{}?sslmode=disable",
            wire.address(),
            self.name
        ))
    }

    /// The server's socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(SOCKET)
    }

    /// Connects as the server's administrator, whom row security does not bind: for set-up and proof only.
    pub async fn admin(&self) -> PgConnection {
        connect(self.url(ADMIN).expose()).await
    }

    /// Waits until so many sessions of this database wait for a lock.
    pub async fn wait_until_blocked(&self, sessions: i64) {
        let mut admin = self.admin().await;
        let waiting =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while sqlx::query_scalar::<_, i64>(waiting)
            .fetch_one(&mut admin)
            .await
            .expect("the server tells who waits")
            < sessions
        {
            tokio::task::yield_now().await;
        }
        admin.close().await.ok();
    }

    /// Connects as the application's role without any of our code between.
    pub async fn raw_app(&self) -> PgConnection {
        connect(self.url("bilten_app").expose()).await
    }

    /// Opens the pool of the application's role, as in production.
    pub async fn app(&self, max_connections: u32) -> Db {
        let config = DbConfig {
            url: self.url("bilten_app"),
            max_connections,
            statement_timeout: STATEMENT_TIMEOUT,
        };
        Db::connect(&config).await.expect("the application's role is accepted")
    }

    /// Opens the pool of the platform's role, as in production.
    pub async fn platform(&self, max_connections: u32) -> PlatformDb {
        let config = DbConfig {
            url: self.url("bilten_platform"),
            max_connections,
            statement_timeout: STATEMENT_TIMEOUT,
        };
        PlatformDb::connect(&config)
            .await
            .expect("the platform's role is accepted")
    }
}

impl Drop for TestDb {
    /// Drops the database from a thread of its own, because the test's runtime may be ending.
    fn drop(&mut self) {
        if !self.is_shared {
            return;
        }
        let name = std::mem::take(&mut self.name);
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime starts").block_on(async {
                let mut admin = connect(&Server::shared().url(ADMIN, "postgres")).await;
                run(&mut admin, &format!("drop database if exists {name} with (force)")).await;
            });
        });
        dropped.join().ok();
    }
}

/// Runs one statement whose text was built here.
pub async fn run(connection: &mut PgConnection, statement: &str) {
    let result = connection.execute(AssertSqlSafe(statement.to_owned())).await;
    assert!(result.is_ok(), "{statement}: {result:?}");
}

async fn connect(url: &str) -> PgConnection {
    let options: PgConnectOptions = url.parse().expect("the address is well formed");
    options.connect().await.expect("the server runs")
}

/// Returns the name of the migrated template, which the first process of a schema makes.
async fn ready_template(server: &'static Server) -> String {
    let template = format!("bilten_{}", schema_hash());
    let mark = server.folder().join(format!("template-{template}"));
    if mark.exists() {
        return template;
    }
    let held = tokio::task::spawn_blocking(|| server.lock())
        .await
        .expect("the lock is free in the end");
    if !mark.exists() {
        let mut admin = connect(&server.url(ADMIN, "postgres")).await;
        drop_leftovers(&mut admin).await;
        run(&mut admin, &format!("create database {template}")).await;
        let url = Secret::new(server.url(ADMIN, &template));
        migrate::run(&url, None).await.expect("the migrations run");
        run(&mut admin, &format!("alter database {template} is_template true")).await;
        fs::write(&mark, b"").expect("the folder is writable");
    }
    drop(held);
    template
}

/// Drops templates of other schemas and databases of tests that were killed.
async fn drop_leftovers(admin: &mut PgConnection) {
    let names: Vec<String> =
        sqlx::query_scalar(r"select datname::text from pg_database where datname ~ '^(t_\d+_\d+|bilten_[0-9a-f]+)$'")
            .fetch_all(&mut *admin)
            .await
            .expect("the list of databases is readable");
    for name in names {
        let owner = name.strip_prefix("t_").and_then(|rest| rest.split('_').next());
        if owner.is_some_and(|pid| Path::new("/proc").join(pid).exists()) {
            continue;
        }
        run(
            admin,
            &format!("update pg_database set datistemplate = false where datname = '{name}'"),
        )
        .await;
        run(admin, &format!("drop database if exists {name} with (force)")).await;
    }
}

fn schema_hash() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the migrations are part of the checkout")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "sql"))
        .collect();
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(fs::read(file).expect("a migration is readable"));
    }
    data_encoding::HEXLOWER.encode(&hash.finalize()[..6])
}
