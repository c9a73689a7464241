//! A walk along a chain, link by link, wherever the links come from.

use bilten_kernel::{TenantId, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::head::{self, SignedHead};

/// How much older than a signed head an entry behind it may be: transactions are short, and sealers are never late by a day.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_hours(24);

/// First thing that is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// A link is missing at this number.
    #[error("link {0} is missing")]
    Gap(i64),
    /// The entry or an earlier one was changed.
    #[error("link {0} does not match its entry")]
    Mismatch(i64),
    /// A head was signed over another link of this number.
    #[error("link {0} is not the one that was signed")]
    Rewritten(i64),
    /// A head was not signed with this tenant's key.
    #[error("the head of link {0} has a wrong signature")]
    Forged(i64),
    /// The end of the chain is missing.
    #[error("the chain ends at link {links}, but link {signed} was signed")]
    CutOff {
        /// Links that there are.
        links: i64,
        /// Link that was there.
        signed: i64,
    },
    /// The entry says it is much older than what was sealed before it.
    #[error("link {0} is dated before a head that was signed earlier")]
    Backdated(i64),
    /// Entries are in no chain and wait for none.
    #[error("{0} entries are in no chain and wait for none")]
    Unlinked(i64),
}

/// An entry, as it is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredEntry {
    /// Identifies it.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who, such as `staff:acc_…`.
    pub actor: String,
    /// What, such as `order.paid`.
    pub action: String,
    /// Outside id of the thing that it is about.
    pub object: String,
    /// Request or job that did it.
    pub request_id: String,
    /// Facts that explain it.
    pub details: Value,
}

/// Link of a chain with its entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Number without gaps, from 1.
    pub seq: i64,
    /// Hash over the link before, the number and the entry.
    #[serde(serialize_with = "head::write_hex", deserialize_with = "head::read_hex")]
    pub hash: [u8; 32],
    /// What happened.
    #[serde(flatten)]
    pub entry: StoredEntry,
}

/// A walk from the first link on.
#[derive(Debug)]
pub struct Walk {
    seq: i64,
    hash: [u8; 32],
    /// Heads that are still ahead, the nearest last.
    heads: Vec<SignedHead>,
    signed_at: Option<Timestamp>,
}

impl Walk {
    /// Begins a walk along a tenant's chain that compares it with heads; with a key, their signatures are checked.
    ///
    /// # Errors
    /// A head is not the tenant's, or is not signed with the key.
    pub fn begin(tenant: TenantId, mut heads: Vec<SignedHead>, key: Option<&[u8; 32]>) -> Result<Self, ChainFault> {
        heads.sort_by_key(|head| std::cmp::Reverse((head.seq, head.at)));
        for head in &heads {
            let is_signed = key.is_none_or(|key| head.is_signed_by(key));
            if head.tenant != tenant || !is_signed {
                return Err(ChainFault::Forged(head.seq));
            }
        }
        Ok(Self {
            seq: 0,
            hash: genesis(tenant),
            heads,
            signed_at: None,
        })
    }

    /// Number of the link that the walk has come to.
    pub const fn seq(&self) -> i64 {
        self.seq
    }

    /// Goes one link on.
    ///
    /// # Errors
    /// It is not the next link, or not what was sealed or signed.
    pub fn step(&mut self, link: &Link) -> Result<(), ChainFault> {
        if link.seq != self.seq + 1 {
            return Err(ChainFault::Gap(self.seq + 1));
        }
        self.seq = link.seq;
        self.hash = link_hash(&self.hash, link.seq, &link.entry);
        if self.hash != link.hash {
            return Err(ChainFault::Mismatch(link.seq));
        }
        if self
            .signed_at
            .is_some_and(|signed| link.entry.at < signed - CLOCK_SLACK)
        {
            return Err(ChainFault::Backdated(link.seq));
        }
        while let Some(head) = self.heads.pop_if(|head| head.seq == link.seq) {
            if head.hash != link.hash {
                return Err(ChainFault::Rewritten(link.seq));
            }
            self.signed_at = Some(head.at);
        }
        Ok(())
    }

    /// Ends the walk where there are no more links; returns how many there were.
    ///
    /// # Errors
    /// A head was signed further on.
    pub fn end(self) -> Result<i64, ChainFault> {
        match self.heads.first() {
            None => Ok(self.seq),
            Some(head) => Err(ChainFault::CutOff {
                links: self.seq,
                signed: head.seq,
            }),
        }
    }
}

/// What the first link hashes in place of one before it.
pub(super) fn genesis(tenant: TenantId) -> [u8; 32] {
    Sha256::digest(tenant.uuid().as_bytes()).into()
}

/// Hashes the link before, the number, and every field with its length in front.
pub(super) fn link_hash(previous: &[u8; 32], seq: i64, entry: &StoredEntry) -> [u8; 32] {
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
    hasher.finalize().into()
}
