//! Where the server's files lie.

use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, symlink},
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::{Account, PostgresError};

/// Longest path of a socket that every system takes (`sun_path` holds 108 bytes on Linux, 104 elsewhere).
const MAX_SOCKET_PATH: usize = 100;

/// Folders of one server.
#[derive(Debug, Clone)]
pub struct Place {
    /// Holds the lock and the folders below.
    pub root: PathBuf,
    /// PostgreSQL's data folder.
    pub data: PathBuf,
    /// Folder of the socket.
    pub socket: PathBuf,
    /// Log of the server.
    pub log: PathBuf,
}

/// Makes the folders, all but the data folder itself.
pub(super) fn prepare(dir: &Path, account: &Account) -> Result<Place, PostgresError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| PostgresError::Io { path, source }
    };
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o711)
        .create(dir)
        .map_err(failed(dir))?;
    let dir = dir.canonicalize().map_err(failed(dir))?;
    let root = reachable_root(&dir, account).map_err(failed(&dir))?;
    account.make_private_dir(&root).map_err(failed(&root))?;
    let socket = socket_dir(&root);
    account.make_private_dir(&socket).map_err(failed(&socket))?;
    Ok(Place {
        data: root.join("data"),
        log: root.join("log"),
        socket,
        root,
    })
}

/// Uses `<dir>/postgres`. When another user has to run the server and may not pass through the
/// folders above (a clone in `/root`, say), the files lie under `/var/lib` and `<dir>/postgres` leads there.
fn reachable_root(dir: &Path, account: &Account) -> io::Result<PathBuf> {
    let wanted = dir.join("postgres");
    if let Ok(existing) = wanted.canonicalize() {
        return Ok(existing);
    }
    if account.may_reach(dir) {
        return Ok(wanted);
    }
    let elsewhere = Path::new("/var/lib/bilten").join(short_name(dir));
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o711)
        .create("/var/lib/bilten")?;
    tracing::info!(dir = %elsewhere.display(), "the database's user cannot reach the data folder; its files lie elsewhere");
    // A link that leads nowhere is left from a folder that somebody removed.
    let _ = fs::remove_file(&wanted);
    symlink(&elsewhere, &wanted)?;
    Ok(elsewhere)
}

fn socket_dir(root: &Path) -> PathBuf {
    let near = root.join("run");
    if near.join(".s.PGSQL.5432.lock").as_os_str().len() <= MAX_SOCKET_PATH {
        near
    } else {
        PathBuf::from(format!("/tmp/pg-{}", short_name(root)))
    }
}

/// Names a folder in a few characters, always the same.
fn short_name(path: &Path) -> String {
    HEXLOWER.encode(&Sha256::digest(path.as_os_str().as_encoded_bytes())[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_gets_its_socket_in_a_short_folder() {
        assert_eq!(
            socket_dir(Path::new("/srv/x/postgres")),
            Path::new("/srv/x/postgres/run")
        );
        let long = format!("/srv/{}", "x".repeat(90));
        let short = socket_dir(Path::new(&long));
        assert!(short.starts_with("/tmp") && short.as_os_str().len() < 40);
        assert_eq!(short, socket_dir(Path::new(&long)));
    }
}
