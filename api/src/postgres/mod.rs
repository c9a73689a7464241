//! A PostgreSQL of our own, for a machine where nobody gave us one.
//!
//! It keeps its data in the data folder, listens on a unix socket in a folder that only its user
//! may enter, never runs as root, and stops when the one who started it stops. After a SIGKILL of
//! ours the server goes on; the next start finds it and takes it over. After a SIGKILL of both, the next
//! start waits until the orphans of the server have ended, removes its pid file, which may name a
//! stranger by then, and PostgreSQL recovers from its log.
//!
//! Invariant: whoever holds the lock of the folder stops the server; later comers only use it.
//! Not here: roles and tables, which are made by migrations.

mod account;
mod binaries;
mod cluster;
mod place;

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

pub use account::Account;
use bilten_kernel::Secret;
pub use binaries::Binaries;
use cluster::Cluster;

/// Name of the database inside the private server.
pub const DATABASE: &str = "bilten";
/// Superuser of the private server.
pub const SUPERUSER: &str = "postgres";

/// How the server is run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Survives a power cut. Tests turn it off for speed.
    pub is_durable: bool,
    /// Upper bound of connections.
    pub max_connections: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            is_durable: true,
            max_connections: 120,
        }
    }
}

/// Failure to find, make, start or stop the server.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No server programs.
    #[error("no PostgreSQL server programs of version 15 or later were found; on Debian: apt-get install postgresql")]
    NotInstalled,
    /// No user to run as.
    #[error("PostgreSQL never runs as root, and there is neither a user postgres nor nobody")]
    NoAccount,
    /// The file system refused.
    #[error("cannot use {}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program of PostgreSQL failed.
    #[error("{program} failed: {output}")]
    Failed {
        /// Name of the program.
        program: &'static str,
        /// Last lines that it wrote.
        output: String,
    },
}

/// A running private server. Dropped, it stops the server if it is the one who runs it.
#[derive(Debug)]
pub struct Private {
    /// Address of the database for the superuser, with the socket folder in it.
    pub admin_url: Secret<String>,
    cluster: Cluster,
    /// Held for as long as we are responsible for the server.
    lock: Option<File>,
}

impl Private {
    /// Starts the server of this folder, or joins the one that runs.
    ///
    /// Blocks for as long as that takes: seconds for a new folder, less later.
    ///
    /// # Errors
    /// See [`PostgresError`].
    pub fn start(dir: &Path, options: Options) -> Result<Self, PostgresError> {
        let account = Account::to_run_as()?;
        let place = place::prepare(dir, &account)?;
        let lock = try_lock(&place.root)?;
        let cluster = Cluster::new(Binaries::find()?, account, place);
        if lock.is_some() {
            cluster.create_unless_there(options)?;
            cluster.start(options)?;
        } else {
            cluster.wait_until_ready()?;
        }
        Ok(Self {
            admin_url: Secret::new(cluster.url(DATABASE)),
            cluster,
            lock,
        })
    }

    /// Returns the address of another database of the same server; tests make their own.
    pub fn url_of(&self, database: &str) -> Secret<String> {
        Secret::new(self.cluster.url(database))
    }

    /// Tells whether this process is the one who stops the server.
    pub const fn is_ours(&self) -> bool {
        self.lock.is_some()
    }

    /// Stops the server, unless another process is responsible for it.
    ///
    /// # Errors
    /// The server did not stop in time.
    pub fn stop(mut self) -> Result<(), PostgresError> {
        match self.lock.take() {
            Some(_lock) => self.cluster.stop(),
            None => Ok(()),
        }
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        if self.lock.take().is_some()
            && let Err(error) = self.cluster.stop()
        {
            tracing::warn!(%error, "the private PostgreSQL did not stop");
        }
    }
}

/// Takes the lock of the folder; `None` when a living process holds it.
fn try_lock(root: &Path) -> Result<Option<File>, PostgresError> {
    let path = root.join("owner.lock");
    let failed = |source| PostgresError::Io {
        path: path.clone(),
        source,
    };
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}
