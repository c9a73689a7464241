//! What is started for a run: two private PostgreSQL, the program, the bare program, and one that serves constants.
//!
//! Both servers are durable (`fsync` and `synchronous_commit` on). The program and the bare one have each their own, so
//! that neither pays for what the other left behind. Loopback and unix sockets only.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use bilten_api::{compose, config::Config, http::AppState, postgres};
use bilten_kernel::Secret;
use sqlx::{Connection, PgConnection};
use url::Url;

use crate::{
    client, machine,
    shop::{self, Sale},
};

pub use postgres::DATABASE;

/// Copies of the first database, made while it is small.
pub const ONE_TENANT: &str = "one_tenant";
pub const MANY_TENANTS: &str = "many_tenants";
pub const FEW_TICKETS: &str = "few_tickets";
pub const MANY_TICKETS: &str = "many_tickets";
pub const BOOKED: &str = "booked";
pub const UNBOOKED: &str = "unbooked";
pub const POSTINGS: &str = "postings";

/// Three processes of the program at most, and what the limits take.
const CONNECTIONS: u16 = 250;

/// Everything that runs for the whole time.
pub struct Stage {
    pub sale: Sale,
    pub shop: Program,
    pub bare: Program,
    pub bare_admin: Secret<String>,
    pub launcher: Launcher,
    _servers: [postgres::Private; 2],
}

/// A started process; it ends with this value.
pub struct Program {
    pub port: u16,
    child: Child,
}

/// Starts the program on databases of one server.
pub struct Launcher {
    program: PathBuf,
    folder: PathBuf,
    admin: Secret<String>,
}

impl Stage {
    pub async fn set(program: &Path, folder: &Path) -> anyhow::Result<Self> {
        let (server, bare_server) = tokio::try_join!(start(folder.join("shop")), start(folder.join("bare")))?;
        let launcher = Launcher {
            program: program.to_owned(),
            folder: folder.join("shop"),
            admin: server.admin_url.clone(),
        };
        let provisioned = launcher.provision().await?;
        let first = launcher.serve(DATABASE).await?;
        let sale = Sale::open(first.port, provisioned).await?;
        drop(first);
        for copy in [
            ONE_TENANT,
            MANY_TENANTS,
            FEW_TICKETS,
            MANY_TICKETS,
            BOOKED,
            UNBOOKED,
            POSTINGS,
        ] {
            launcher.copy_to(copy).await?;
        }
        let bare_admin = bare_server.admin_url.clone();
        Ok(Self {
            shop: launcher.serve(DATABASE).await?,
            bare: Program::bare(&bare_admin).await?,
            sale,
            bare_admin,
            launcher,
            _servers: [server, bare_server],
        })
    }
}

impl Stage {
    /// Administrator's address of the first database.
    pub fn admin(&self) -> anyhow::Result<Secret<String>> {
        self.launcher.admin(DATABASE)
    }
}

impl Launcher {
    /// Administrator's address of a database.
    pub fn admin(&self, database: &str) -> anyhow::Result<Secret<String>> {
        let mut url = Url::parse(self.admin.expose())?;
        url.set_path(database);
        Ok(Secret::new(url.into()))
    }

    /// Starts the program on a database and waits until it is ready.
    pub async fn serve(&self, database: &str) -> anyhow::Result<Program> {
        let port = free_port()?;
        Program::start(self.command(database, port, &["serve"])?, port, "/readyz").await
    }

    /// The same, but no sale is booked in the ledger (the feature `measure` of billing).
    pub async fn serve_unbooked(&self, database: &str) -> anyhow::Result<Program> {
        let port = free_port()?;
        let mut command = self.command(database, port, &["serve"])?;
        command.env("BILTEN_BENCH_UNBOOKED", "1");
        Program::start(command, port, "/readyz").await
    }

    /// Runs a command of the program on a database to its end, and returns what it printed.
    pub fn run(&self, database: &str, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command(database, 1, arguments)?.output()?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(output.status.success(), "{} failed: {printed}", arguments.join(" "));
        Ok(printed)
    }

    fn command(&self, database: &str, port: u16, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = Command::new(&self.program);
        command.args(arguments).envs(self.settings(database, port)?);
        Ok(command)
    }

    /// Makes roles, tables and the shop's tenant, as the program itself does.
    async fn provision(&self) -> anyhow::Result<shop::Provisioned> {
        let state = self.services(DATABASE).await?;
        let provisioned = shop::provision(&state).await?;
        close(state).await;
        Ok(provisioned)
    }

    /// The parts of the program, composed in this process on a database that is brought up to date.
    pub async fn services(&self, database: &str) -> anyhow::Result<AppState> {
        let settings = self.settings(database, 1)?;
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
        compose::services(config, &secrets, &database.urls).await
    }

    async fn copy_to(&self, copy: &str) -> anyhow::Result<()> {
        let mut admin = PgConnection::connect(self.admin("postgres")?.expose()).await?;
        let statement = format!("create database {copy} template {DATABASE}");
        for _ in 0..100 {
            // Connections of the program that has just ended may still be there.
            match sqlx::query(sqlx::AssertSqlSafe(statement.clone()))
                .execute(&mut admin)
                .await
            {
                Ok(_) => return Ok(()),
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55006") => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        bail!("the database is in use")
    }

    fn settings(&self, database: &str, port: u16) -> anyhow::Result<Vec<(&'static str, String)>> {
        let many = || "10000000".to_owned();
        Ok(vec![
            ("BILTEN_DATA_DIR", self.folder.display().to_string()),
            ("BILTEN_LISTEN", format!("127.0.0.1:{port}")),
            ("BILTEN_CONNECTIONS_PER_NETWORK", many()),
            ("BILTEN_FORM_BURST", many()),
            ("BILTEN_FORMS_PER_SECOND", many()),
            ("BILTEN_PAGES_AT_ONCE", "1024".to_owned()),
            ("BILTEN_RATE_BURST", many()),
            ("BILTEN_RATE_PER_SECOND", many()),
            ("BILTEN_LOG", "error".to_owned()),
            ("DATABASE_URL", self.admin(database)?.expose().clone()),
        ])
    }
}

impl Program {
    /// Starts the bare program, which lies beside this one.
    async fn bare(admin: &Secret<String>) -> anyhow::Result<Self> {
        let url = Url::parse(admin.expose())?;
        let socket = url.query_pairs().find(|(key, _)| key == "host");
        let (_, socket) = socket.context("a private server listens on a socket")?;
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?.with_file_name("bare"));
        command.args([&port.to_string(), &*socket, DATABASE]);
        Self::start(command, port, "/").await
    }

    /// Starts this program once more, as one that serves constants of a size.
    pub async fn constant(size: usize) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["constant", &port.to_string(), &size.to_string()]);
        Self::start(command, port, "/small").await
    }

    async fn start(mut command: Command, port: u16, path: &str) -> anyhow::Result<Self> {
        let child = command.stdout(Stdio::null()).spawn();
        let child = child.with_context(|| format!("{} starts", command.get_program().display()))?;
        let program = Self { port, child };
        client::wait_for(port, path).await?;
        Ok(program)
    }

    pub fn memory_kb(&self) -> anyhow::Result<u64> {
        machine::memory_kb(self.child.id())
    }

    pub fn cpu_ms(&self) -> anyhow::Result<u64> {
        machine::cpu_ms(self.child.id())
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Closes what [`Launcher::services`] opened.
pub async fn close(state: AppState) {
    for pool in [&state.db, &state.shop_db, &state.work_db] {
        pool.close().await;
    }
    state.platform.close().await;
}

async fn start(folder: PathBuf) -> anyhow::Result<postgres::Private> {
    std::fs::create_dir_all(&folder)?;
    let options = postgres::Options {
        max_connections: CONNECTIONS,
        ..postgres::Options::default()
    };
    Ok(tokio::task::spawn_blocking(move || postgres::Private::start(&folder, options)).await??)
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
