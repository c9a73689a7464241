//! Seals entries into the chain and checks it.

use bilten_kernel::{TenantId, Timestamp};
use sha2::{Digest, Sha256};

use super::store::{self, NewLink, StoredEntry};
use crate::{DbError, TenantTx};

/// Entries that one transaction seals or checks.
const BATCH: i64 = 500;

/// First thing that is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// A link is missing at this number.
    #[error("link {0} is missing")]
    Gap(i64),
    /// The entry or an earlier one was changed.
    #[error("link {0} does not match its entry")]
    Mismatch(i64),
}

/// Seals up to a batch of waiting entries; returns how many were sealed, or `None` while another sealer is at work.
///
/// # Errors
/// The database refused.
pub async fn seal(tx: &mut TenantTx, now: Timestamp) -> Result<Option<usize>, DbError> {
    if !store::try_lock_chain(tx).await? {
        return Ok(None);
    }
    let waiting = store::list_unsealed(tx, BATCH).await?;
    if waiting.is_empty() {
        return Ok(Some(0));
    }
    let (mut seq, mut hash) = store::find_head(tx).await?.unwrap_or((0, genesis(tx.tenant())));
    let mut links: Vec<NewLink> = Vec::with_capacity(waiting.len());
    for entry in &waiting {
        seq += 1;
        hash = link_hash(&hash, seq, entry);
        links.push(NewLink {
            seq,
            entry: entry.id,
            at: entry.at,
            hash: hash.clone(),
        });
    }
    store::insert_links(tx, &links, now).await?;
    Ok(Some(links.len()))
}

/// Walks the whole chain; returns the number of links, or the first fault.
///
/// # Errors
/// The database refused.
pub async fn verify(tx: &mut TenantTx) -> Result<Result<i64, ChainFault>, DbError> {
    let (mut seq, mut hash) = (0, genesis(tx.tenant()));
    loop {
        let links = store::list_links(tx, seq, BATCH).await?;
        if links.is_empty() {
            return Ok(Ok(seq));
        }
        for link in links {
            if link.seq != seq + 1 {
                return Ok(Err(ChainFault::Gap(seq + 1)));
            }
            seq = link.seq;
            hash = link_hash(&hash, seq, &link.entry);
            if hash != link.hash {
                return Ok(Err(ChainFault::Mismatch(seq)));
            }
        }
    }
}

fn genesis(tenant: TenantId) -> Vec<u8> {
    Sha256::digest(tenant.uuid().as_bytes()).to_vec()
}

/// Hashes the link before, the number, and every field with its length in front.
fn link_hash(previous: &[u8], seq: i64, entry: &StoredEntry) -> Vec<u8> {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(seq.to_be_bytes());
    hasher.update(entry.id.as_bytes());
    hasher.update(entry.at.as_microsecond().to_be_bytes());
    let details = entry.details.to_string();
    for field in [&entry.actor, &entry.action, &entry.object, &entry.request_id, &details] {
        hasher.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.finalize().to_vec()
}
