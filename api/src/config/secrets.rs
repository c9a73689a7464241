//! Secrets that nobody gave: generated once, kept in `<data dir>/secrets.json` (mode 0600).
//!
//! Losing the file means that printed tickets and sent links no longer verify, so a file that
//! cannot be read is an error and never replaced.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use bilten_kernel::{Entropy, Secret, random_array};
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::{Deserialize, Serialize};

/// What was generated for this installation.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Password of `bilten_app`.
    pub app_password: Secret<String>,
    /// Password of `bilten_platform`.
    pub platform_password: Secret<String>,
    /// Root of all derived keys.
    pub master_key: Secret<[u8; 32]>,
}

/// Failure to read or write the file of secrets.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The file system refused.
    #[error("cannot use {}", path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file does not hold what it should.
    #[error("{} is not a file of secrets; restore it from a back-up", .0.display())]
    Malformed(PathBuf),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    app_password: String,
    platform_password: String,
    master_key: String,
}

/// Reads the secrets of the data folder, making them first when there are none.
///
/// # Errors
/// See [`SecretsError`].
pub fn load_or_create(data_dir: &Path, entropy: &dyn Entropy) -> Result<Secrets, SecretsError> {
    create_data_dir(data_dir)?;
    let path = data_dir.join("secrets.json");
    let failed = |source| SecretsError::Io {
        path: path.clone(),
        source,
    };
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            write_private(&path, &generate(entropy)).map_err(failed)?;
            // Another process may have been quicker: whatever is there now counts.
            fs::read_to_string(&path).map_err(failed)?
        }
        Err(error) => return Err(failed(error)),
    };
    let malformed = || SecretsError::Malformed(path.clone());
    let stored: Stored = serde_json::from_str(&text).map_err(|_| malformed())?;
    Ok(Secrets {
        master_key: parse_key(&stored.master_key).ok_or_else(malformed)?,
        app_password: Secret::new(stored.app_password),
        platform_password: Secret::new(stored.platform_password),
    })
}

/// Reads a key of 32 bytes from hexadecimal digits.
pub fn parse_key(text: &str) -> Option<Secret<[u8; 32]>> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?;
    bytes.try_into().ok().map(Secret::new)
}

/// Makes the data folder. Others may pass through it (the database server runs as another user
/// when we are root) but not list it.
///
/// # Errors
/// The file system refused.
pub fn create_data_dir(data_dir: &Path) -> Result<(), SecretsError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o711)
        .create(data_dir)
        .map_err(|source| SecretsError::Io {
            path: data_dir.to_owned(),
            source,
        })
}

/// Writes a file that only its owner can read; an older one is replaced as a whole.
///
/// # Errors
/// The file system refused.
pub fn replace_private(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension("new");
    let _ = fs::remove_file(&draft);
    write_private(&draft, text)?;
    fs::rename(&draft, path)
}

/// Writes a new private file at once: a reader sees all of it or nothing. An existing file stays.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    };
    fs::remove_file(&draft)?;
    linked
}

fn generate(entropy: &dyn Entropy) -> String {
    let hex = |bytes: &[u8]| HEXLOWER_PERMISSIVE.encode(bytes);
    let stored = Stored {
        app_password: hex(&random_array::<24>(entropy)),
        platform_password: hex(&random_array::<24>(entropy)),
        master_key: hex(&random_array::<32>(entropy)),
    };
    serde_json::to_string_pretty(&stored).expect("three texts always serialise")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use bilten_kernel::SystemEntropy;

    use super::*;

    #[test]
    fn secrets_are_made_once_and_only_their_owner_can_read_them() {
        let dir = std::env::temp_dir().join(format!("secrets-{}", std::process::id()));
        let first = load_or_create(&dir, &SystemEntropy).unwrap();
        let second = load_or_create(&dir, &SystemEntropy).unwrap();
        assert_eq!(first.master_key.expose(), second.master_key.expose());
        let mode = fs::metadata(dir.join("secrets.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(dir.join("secrets.json"), "{}").unwrap();
        assert!(matches!(
            load_or_create(&dir, &SystemEntropy),
            Err(SecretsError::Malformed(_))
        ));
        fs::remove_dir_all(dir).unwrap();
    }
}
