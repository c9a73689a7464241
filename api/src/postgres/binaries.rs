//! Finds the server programs of PostgreSQL.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::PostgresError;

/// Oldest major version that is used.
const OLDEST: u32 = 15;

/// Folder with `initdb`, `pg_ctl` and `postgres` of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder.
    pub dir: PathBuf,
    /// Major version.
    pub major: u32,
}

impl Binaries {
    /// Takes the newest version under `/usr/lib/postgresql`, else what `PATH` leads to.
    ///
    /// # Errors
    /// Nothing new enough is installed.
    pub fn find() -> Result<Self, PostgresError> {
        let packaged = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"]
            .into_iter()
            .flat_map(versions_under);
        packaged
            .chain(redhat_folders())
            .filter(|found| found.major >= OLDEST)
            .max_by_key(|found| found.major)
            .or_else(on_path)
            .ok_or(PostgresError::NotInstalled)
    }

    /// Returns the path of one program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// Debian keeps each version in `<root>/<major>/bin`.
fn versions_under(root: &str) -> Vec<Binaries> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.parse().ok()?;
            complete(entry.path().join("bin"), major)
        })
        .collect()
}

/// The packages of the PostgreSQL project for Red Hat live in `/usr/pgsql-<major>/bin`.
fn redhat_folders() -> Vec<Binaries> {
    let entries = fs::read_dir("/usr").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.strip_prefix("pgsql-")?.parse().ok()?;
            complete(entry.path().join("bin"), major)
        })
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "PATH belongs to the system, it is no setting of ours"
)]
fn on_path() -> Option<Binaries> {
    let path = std::env::var("PATH").ok()?;
    std::env::split_paths(&path).find_map(|dir| {
        let found = complete(dir, OLDEST)?;
        let major = major_of(&found.program("postgres"))?;
        (major >= OLDEST).then_some(Binaries { major, ..found })
    })
}

fn complete(dir: PathBuf, major: u32) -> Option<Binaries> {
    let is_complete = ["initdb", "pg_ctl", "postgres"]
        .iter()
        .all(|name| dir.join(name).is_file());
    is_complete.then_some(Binaries { dir, major })
}

/// Reads `postgres (PostgreSQL) 15.20 (Debian …)`.
fn major_of(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}
