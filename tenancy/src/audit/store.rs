//! SQL of `audit_entries` and `audit_chain`.

use bilten_kernel::{Ctx, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

use super::Entry;
use crate::{DbError, TenantTx};

/// Stored entry, as it is hashed.
#[derive(Debug)]
pub(super) struct StoredEntry {
    pub id: Uuid,
    pub at: Timestamp,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub request_id: String,
    pub details: Value,
}

/// An entry that is sealed: its hash follows from it and from all before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// When.
    pub at: Timestamp,
    /// What it is about.
    pub object: String,
    /// What was done.
    pub action: String,
    /// Its number in the chain.
    pub seq: i64,
    /// Its hash, in hexadecimal digits.
    pub hash: String,
}

/// What is shown of an entry on the page of the thing that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What, such as `order.paid`.
    pub action: String,
}

/// Link about to be written.
pub(super) struct NewLink {
    pub seq: i64,
    pub entry: Uuid,
    pub at: Timestamp,
    pub hash: Vec<u8>,
}

/// Link of the chain with its entry.
#[derive(Debug)]
pub(super) struct Link {
    pub seq: i64,
    pub hash: Vec<u8>,
    pub entry: StoredEntry,
}

/// Entry about to be written.
pub(super) struct NewEntry<'a> {
    pub id: Uuid,
    pub ctx: &'a Ctx,
    pub entry: &'a Entry<'a>,
}

pub(super) async fn insert_entries(tx: &mut TenantTx, new: &[NewEntry<'_>]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = new.iter().map(|new| new.id).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = new.iter().map(|new| new.ctx.now().to_sqlx()).collect();
    let actors: Vec<String> = new.iter().map(|new| new.ctx.actor.to_string()).collect();
    let actions: Vec<&str> = new.iter().map(|new| new.entry.action).collect();
    let objects: Vec<&str> = new.iter().map(|new| new.entry.object.as_str()).collect();
    let requests: Vec<&str> = new.iter().map(|new| new.ctx.request.as_str()).collect();
    let details: Vec<Value> = new.iter().map(|new| new.entry.details.clone()).collect();
    sqlx::query!(
        "with entries as (
             insert into audit_entries (tenant_id, id, at, actor, action, object, request_id, details)
             select $1, e.id, e.at, e.actor, e.action, e.object, e.request_id, e.details
             from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[])
                  as e(id, at, actor, action, object, request_id, details)
             returning tenant_id, at, id)
         insert into audit_unsealed (tenant_id, at, entry_id) select tenant_id, at, id from entries",
        tx.tenant().uuid(),
        &ids,
        &ats as _,
        &actors,
        &actions as _,
        &objects as _,
        &requests as _,
        &details,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the chain of this tenant for the rest of the transaction, unless another sealer has it.
pub(super) async fn try_lock_chain(tx: &mut TenantTx) -> Result<bool, DbError> {
    let key = format!("audit:{}", tx.tenant().uuid());
    Ok(sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as "is_ours!""#,
        key
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(super) async fn find_head(tx: &mut TenantTx) -> Result<Option<(i64, Vec<u8>)>, DbError> {
    let row = sqlx::query!("select seq, hash from audit_chain order by seq desc limit 1")
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map(|row| (row.seq, row.hash)))
}

pub(super) async fn list_unsealed(tx: &mut TenantTx, limit: i64) -> Result<Vec<StoredEntry>, DbError> {
    let rows = sqlx::query!(
        "select e.id, e.at, e.actor, e.action, e.object, e.request_id, e.details
         from (select w.tenant_id, w.at, w.entry_id from audit_unsealed w order by w.at, w.entry_id limit $1) u
         join audit_entries e on e.tenant_id = u.tenant_id and e.id = u.entry_id
         order by u.at, u.entry_id",
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| StoredEntry {
            id: row.id,
            at: row.at.to_jiff(),
            actor: row.actor,
            action: row.action,
            object: row.object,
            request_id: row.request_id,
            details: row.details,
        })
        .collect())
}

pub(super) async fn insert_links(tx: &mut TenantTx, links: &[NewLink], now: Timestamp) -> Result<(), DbError> {
    let seqs: Vec<i64> = links.iter().map(|link| link.seq).collect();
    let entries: Vec<Uuid> = links.iter().map(|link| link.entry).collect();
    let hashes: Vec<Vec<u8>> = links.iter().map(|link| link.hash.clone()).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = links.iter().map(|link| link.at.to_sqlx()).collect();
    sqlx::query!(
        "with links as (
             insert into audit_chain (tenant_id, seq, entry_id, hash, sealed_at)
             select $1, l.seq, l.entry_id, l.hash, $5
             from unnest($2::bigint[], $3::uuid[], $4::bytea[]) as l(seq, entry_id, hash))
         delete from audit_unsealed u using unnest($3::uuid[], $6::timestamptz[]) as l(entry_id, at)
         where u.at = l.at and u.entry_id = l.entry_id",
        tx.tenant().uuid(),
        &seqs,
        &entries,
        &hashes,
        now.to_sqlx() as _,
        &ats as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Tells whether entries wait for their seal.
pub(crate) async fn has_unsealed(tx: &mut TenantTx) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(r#"select exists (select from audit_unsealed) as "found!""#);
    Ok(found.fetch_one(tx.conn()).await?)
}

/// Counts entries from before the instant that have no link in the chain: a sealer that stands still, or links and
/// queue that somebody removed. Reads the whole history; for checks, not for requests.
///
/// # Errors
/// The database refused.
pub async fn count_unsealed(tx: &mut TenantTx, before: Timestamp) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from audit_entries e
           where e.at < $1 and not exists (select from audit_chain c where c.tenant_id = e.tenant_id and c.entry_id = e.id)"#,
        before.to_sqlx() as _
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(count)
}

pub(super) async fn list_links(tx: &mut TenantTx, after: i64, limit: i64) -> Result<Vec<Link>, DbError> {
    let rows = sqlx::query!(
        "select c.seq, c.hash, e.id, e.at, e.actor, e.action, e.object, e.request_id, e.details
         from audit_chain c join audit_entries e on e.tenant_id = c.tenant_id and e.id = c.entry_id
         where c.seq > $1 order by c.seq limit $2",
        after,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Link {
            seq: row.seq,
            hash: row.hash,
            entry: StoredEntry {
                id: row.id,
                at: row.at.to_jiff(),
                actor: row.actor,
                action: row.action,
                object: row.object,
                request_id: row.request_id,
                details: row.details,
            },
        })
        .collect())
}

/// Lists the latest entries about one thing, named by its outside id.
///
/// # Errors
/// The database refused.
pub async fn list_of(tx: &mut TenantTx, object: &str, limit: i64) -> Result<Vec<Recorded>, DbError> {
    let rows = sqlx::query!(
        "select at, actor, action from audit_entries where object = $1 order by at desc limit $2",
        object,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let entries = rows.into_iter().map(|row| Recorded {
        at: row.at.to_jiff(),
        actor: row.actor,
        action: row.action,
    });
    Ok(entries.collect())
}

/// Lists the sealed entries about one thing, oldest first, each with its place in the chain.
///
/// # Errors
/// The database refused.
pub async fn list_sealed(tx: &mut TenantTx, object: &str, limit: i64) -> Result<Vec<Sealed>, DbError> {
    let rows = sqlx::query!(
        "select e.at, e.action, c.seq, c.hash from audit_entries e
         join audit_chain c on c.tenant_id = e.tenant_id and c.entry_id = e.id
         where e.object = $1 order by c.seq limit $2",
        object,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let entries = rows.into_iter().map(|row| Sealed {
        at: row.at.to_jiff(),
        object: object.to_owned(),
        action: row.action,
        seq: row.seq,
        hash: row
            .hash
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")),
    });
    Ok(entries.collect())
}
