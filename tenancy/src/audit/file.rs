//! A chain as a file that proves itself: one JSON object a line, first whose chain it is, then its links, then its signed heads.

use std::io::{self, BufRead};

use bilten_kernel::TenantId;
use serde::{Deserialize, Serialize};

use super::{
    head::{self, SignedHead},
    walk::{ChainFault, Link, Walk},
};

/// Name of the format.
pub const FORMAT: &str = "audit-chain-1";

/// First line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileHead {
    /// [`FORMAT`].
    pub format: String,
    /// Whose chain it is.
    pub tenant: TenantId,
    /// Key that signs its heads.
    #[serde(serialize_with = "head::write_hex", deserialize_with = "head::read_hex")]
    pub public_key: [u8; 32],
}

/// A line behind the first.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FileLine {
    /// A signed head.
    Head {
        /// The head.
        head: SignedHead,
    },
    /// A link.
    Link(Link),
}

/// What a sound file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Whose chain it is.
    pub tenant: TenantId,
    /// Number of links.
    pub links: i64,
    /// Number of heads in the file.
    pub heads: usize,
}

/// Why a file proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum FileFault {
    /// It cannot be read.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    /// A line is not of this format.
    #[error("line {0} is not of the format {FORMAT}")]
    Line(usize),
    /// Its key is not the one that was expected.
    #[error("the file names another key than the one given")]
    Key,
    /// The chain is broken.
    #[error(transparent)]
    Chain(#[from] ChainFault),
}

/// Checks a file without any database. `kept` are heads that were kept apart from it, and `key` the key that is known from
/// elsewhere: without both, whoever could sign could have written the whole file anew.
///
/// # Errors
/// See [`FileFault`].
pub fn verify_file(file: impl BufRead, kept: &[SignedHead], key: Option<&[u8; 32]>) -> Result<FileReport, FileFault> {
    let mut lines = file.lines().enumerate();
    let first = lines.next().ok_or(FileFault::Line(1))?.1?;
    let whose: FileHead = serde_json::from_str(&first).map_err(|_| FileFault::Line(1))?;
    if whose.format != FORMAT {
        return Err(FileFault::Line(1));
    }
    if key.is_some_and(|key| *key != whose.public_key) {
        return Err(FileFault::Key);
    }
    let (mut links, mut heads) = (Vec::new(), Vec::new());
    for (at, line) in lines {
        match serde_json::from_str(&line?).map_err(|_| FileFault::Line(at + 1))? {
            FileLine::Link(link) => links.push(link),
            FileLine::Head { head } => heads.push(head),
        }
    }
    let count = heads.len();
    heads.extend(kept.iter().filter(|head| head.tenant == whose.tenant).cloned());
    let mut walk = Walk::begin(whose.tenant, heads, Some(&whose.public_key))?;
    for link in &links {
        walk.step(link)?;
    }
    Ok(FileReport {
        tenant: whose.tenant,
        links: walk.end()?,
        heads: count,
    })
}

/// Reads heads that were kept, one JSON object a line.
///
/// # Errors
/// The file cannot be read, or a line is no head.
pub fn read_heads(file: impl BufRead) -> Result<Vec<SignedHead>, FileFault> {
    file.lines()
        .enumerate()
        .map(|(at, line)| serde_json::from_str(&line?).map_err(|_| FileFault::Line(at + 1)))
        .collect()
}
