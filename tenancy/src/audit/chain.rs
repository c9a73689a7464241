//! Seals entries into the chain, signs it, and checks it.

use async_trait::async_trait;
use bilten_kernel::{Ctx, Timestamp};
use jiff::SignedDuration;

use super::{
    head::{HeadSigner, SignedHead},
    store::{self, NewLink},
    walk::{self, ChainFault, Walk},
};
use crate::{
    DbError, TenantTx,
    jobs::{self, Chore, NewJob},
};

/// Entries that one transaction seals or checks.
const BATCH: i64 = 500;
/// Time between two signed heads.
const SIGNED_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// Kind of the job that carries a signed head out of the database; its payload is the [`SignedHead`].
pub const WITNESS_JOB: &str = "audit.witness";

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
    let (mut seq, mut hash) = store::find_head(tx).await?.unwrap_or((0, walk::genesis(tx.tenant())));
    let mut links: Vec<NewLink> = Vec::with_capacity(waiting.len());
    for entry in &waiting {
        seq += 1;
        hash = walk::link_hash(&hash, seq, entry);
        links.push(NewLink {
            seq,
            entry: entry.id,
            at: entry.at,
            hash: hash.to_vec(),
        });
    }
    store::insert_links(tx, &links, now).await?;
    Ok(Some(links.len()))
}

/// Walks the whole chain; returns the number of links, or the first fault. Heads in the database are compared, and their
/// signatures believed: see [`verify_against`].
///
/// # Errors
/// The database refused.
pub async fn verify(tx: &mut TenantTx) -> Result<Result<i64, ChainFault>, DbError> {
    verify_against(tx, &[], None).await
}

/// Walks the whole chain and compares it with the heads in the database and with those that were kept elsewhere.
///
/// # Errors
/// The database refused.
pub async fn verify_against(
    tx: &mut TenantTx,
    kept: &[SignedHead],
    key: Option<&[u8; 32]>,
) -> Result<Result<i64, ChainFault>, DbError> {
    let mut heads = store::list_heads(tx).await?;
    heads.extend(kept.iter().cloned());
    let mut walk = match Walk::begin(tx.tenant(), heads, key) {
        Ok(walk) => walk,
        Err(fault) => return Ok(Err(fault)),
    };
    loop {
        let links = store::list_links(tx, walk.seq(), BATCH).await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            if let Err(fault) = walk.step(&link) {
                return Ok(Err(fault));
            }
        }
    }
    let unlinked = store::count_unlinked(tx).await?;
    Ok(walk.end().and_then(|links| {
        if unlinked > 0 {
            Err(ChainFault::Unlinked(unlinked))
        } else {
            Ok(links)
        }
    }))
}

/// Signs the chain's newest link when an hour has passed since the last time, and sends the head on its way out of the database.
#[derive(Debug, Clone)]
pub struct SignHeads(pub HeadSigner);

#[async_trait]
impl Chore for SignHeads {
    fn name(&self) -> &'static str {
        "sign audit heads"
    }

    async fn run(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        let Some((seq, hash)) = store::find_unsigned(tx, ctx.now() - SIGNED_EVERY).await? else {
            return Ok(());
        };
        let head = self.0.sign(ctx.tenant, (seq, hash), ctx.now());
        if !store::insert_head(tx, &head).await? {
            // Another node was quicker.
            return Ok(());
        }
        let key = seq.to_string();
        let job = NewJob {
            kind: WITNESS_JOB,
            payload: serde_json::json!(head),
            run_at: ctx.now(),
            unique_key: Some(&key),
            is_urgent: false,
        };
        jobs::enqueue(tx, ctx, job).await
    }
}
