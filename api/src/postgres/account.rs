//! The user of the operating system that PostgreSQL runs as: ourselves, unless we are root.

use std::{
    fs, io,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
};

use super::PostgresError;

/// User and group to run as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    uid: u32,
    gid: u32,
    is_other: bool,
}

impl Account {
    /// Chooses ourselves, or for root the user `postgres`, else `nobody`.
    ///
    /// # Errors
    /// We are root and neither user exists.
    pub fn to_run_as() -> Result<Self, PostgresError> {
        let own = Path::new("/proc/self");
        let ids = fs::metadata(own).map_err(|source| PostgresError::Io {
            path: own.to_owned(),
            source,
        })?;
        if ids.uid() != 0 {
            return Ok(Self {
                uid: ids.uid(),
                gid: ids.gid(),
                is_other: false,
            });
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| find(&users, name))
            .ok_or(PostgresError::NoAccount)
    }

    /// Prepares a program to run as this user, in a process group of its own, so that Ctrl-C at
    /// the terminal reaches only us and we decide what stops when.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .process_group(0)
            .current_dir("/")
            .env_remove("PGOPTIONS")
            .env("LC_ALL", "C");
        if self.is_other {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Makes a folder that only this user may enter.
    ///
    /// # Errors
    /// The file system refused.
    pub fn make_private_dir(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)?;
        if self.is_other {
            chown(dir, Some(self.uid), Some(self.gid))?;
        }
        // A folder of somebody else in /tmp must not become ours by a guess of its name.
        let owner = fs::metadata(dir)?.uid();
        if owner != self.uid {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the folder belongs to another user",
            ));
        }
        fs::set_permissions(dir, fs::Permissions::from_mode(0o700))
    }

    /// Tells whether this user may pass through the folder and all above it.
    pub fn may_reach(&self, dir: &Path) -> bool {
        !self.is_other
            || dir.ancestors().all(|above| {
                fs::metadata(above).is_ok_and(|meta| {
                    let mode = meta.mode();
                    mode & 0o001 != 0
                        || (meta.uid() == self.uid && mode & 0o100 != 0)
                        || (meta.gid() == self.gid && mode & 0o010 != 0)
                })
            })
    }
}

/// Finds a user in the text of `/etc/passwd` (passwd(5)).
fn find(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then_some(())?;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account {
            uid,
            gid,
            is_other: true,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:7::/:\npostgres:x:101:104:admin:/var:/bin/bash\n";
        assert_eq!(
            find(users, "postgres"),
            Some(Account {
                uid: 101,
                gid: 104,
                is_other: true
            })
        );
        assert_eq!(find(users, "nobody"), None);
    }
}
