//! SQL of `audit_entries`, `audit_unsealed`, `audit_chain` and `audit_heads`.

use bilten_kernel::{Actor, Ctx, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Entry,
    head::SignedHead,
    search::{AuditCursor, AuditFilter, AuditRow},
    walk::{Link, StoredEntry},
};
use crate::{DbError, TenantTx};

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

/// Reads the columns of an entry out of a row, whatever else the row holds.
macro_rules! stored_entry {
    ($row:ident) => {
        StoredEntry {
            id: $row.id,
            at: $row.at.to_jiff(),
            actor: $row.actor,
            action: $row.action,
            object: $row.object,
            request_id: $row.request_id,
            details: $row.details,
        }
    };
}

/// Link about to be written.
pub(super) struct NewLink {
    pub seq: i64,
    pub entry: Uuid,
    pub at: Timestamp,
    pub hash: Vec<u8>,
}

/// Entry about to be written.
pub(super) struct NewEntry<'a> {
    pub id: Uuid,
    pub ctx: &'a Ctx,
    pub entry: &'a Entry<'a>,
}

impl NewEntry<'_> {
    /// The facts. What an operator on a visit does names the visit and who let him in, whatever it is.
    fn details(&self) -> Value {
        let mut details = self.entry.details.clone();
        if let (Actor::Visiting(visit), Value::Object(facts)) = (&self.ctx.actor, &mut details) {
            facts.insert("visit".to_owned(), visit.id.to_string().into());
            facts.insert("on_behalf_of".to_owned(), visit.on_behalf_of.to_string().into());
        }
        details
    }
}

pub(super) async fn insert_entries(tx: &mut TenantTx, new: &[NewEntry<'_>]) -> Result<(), DbError> {
    let ids: Vec<Uuid> = new.iter().map(|new| new.id).collect();
    let ats: Vec<jiff_sqlx::Timestamp> = new.iter().map(|new| new.ctx.now().to_sqlx()).collect();
    let actors: Vec<String> = new.iter().map(|new| new.ctx.actor.to_string()).collect();
    let actions: Vec<&str> = new.iter().map(|new| new.entry.action).collect();
    let objects: Vec<&str> = new.iter().map(|new| new.entry.object.as_str()).collect();
    let requests: Vec<&str> = new.iter().map(|new| new.ctx.request.as_str()).collect();
    let details: Vec<Value> = new.iter().map(NewEntry::details).collect();
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

/// A column of bytes whose length the table checks.
fn bytes<const N: usize>(column: Vec<u8>) -> Result<[u8; N], DbError> {
    column
        .try_into()
        .map_err(|_| DbError::Sql(sqlx::Error::Decode("a hash or signature of another length".into())))
}

pub(super) async fn find_head(tx: &mut TenantTx) -> Result<Option<(i64, [u8; 32])>, DbError> {
    let row = sqlx::query!("select seq, hash from audit_chain order by seq desc limit 1")
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| Ok((row.seq, bytes(row.hash)?))).transpose()
}

/// Returns the number of the newest link; zero while there is none.
///
/// # Errors
/// The database refused.
pub async fn chain_length(tx: &mut TenantTx) -> Result<i64, DbError> {
    Ok(find_head(tx).await?.map_or(0, |(seq, _)| seq))
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
    Ok(rows.into_iter().map(|row| stored_entry!(row)).collect())
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

/// Lists the links behind a number, in order.
///
/// # Errors
/// The database refused.
pub async fn list_links(tx: &mut TenantTx, after: i64, limit: i64) -> Result<Vec<Link>, DbError> {
    let rows = sqlx::query!(
        "select c.seq, c.hash, e.id, e.at, e.actor, e.action, e.object, e.request_id, e.details
         from audit_chain c join audit_entries e on e.tenant_id = c.tenant_id and e.id = c.entry_id
         where c.seq > $1 order by c.seq limit $2",
        after,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Link {
                seq: row.seq,
                hash: bytes(row.hash)?,
                entry: stored_entry!(row),
            })
        })
        .collect()
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

/// Finds the newest link when it has no signed head, and the last head, or without one the first link, is from before the instant.
pub(super) async fn find_unsigned(tx: &mut TenantTx, before: Timestamp) -> Result<Option<(i64, [u8; 32])>, DbError> {
    let row = sqlx::query!(
        "select c.seq, c.hash
         from (select n.tenant_id, n.seq, n.hash from audit_chain n order by n.seq desc limit 1) c
         join audit_chain f on f.tenant_id = c.tenant_id and f.seq = 1
         left join (select s.tenant_id, s.seq, s.signed_at from audit_heads s order by s.seq desc limit 1) h
              on h.tenant_id = c.tenant_id
         where coalesce(h.signed_at, f.sealed_at) <= $1 and coalesce(h.seq, 0) < c.seq",
        before.to_sqlx() as _
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| Ok((row.seq, bytes(row.hash)?))).transpose()
}

/// Keeps a signed head; tells whether there was none of this link.
pub(super) async fn insert_head(tx: &mut TenantTx, head: &SignedHead) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into audit_heads (tenant_id, seq, hash, signed_at, signature) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, seq) do nothing",
        tx.tenant().uuid(),
        head.seq,
        &head.hash[..],
        head.at.to_sqlx() as _,
        &head.signature[..]
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A signed head as it is stored.
struct HeadRow {
    tenant_id: Uuid,
    seq: i64,
    hash: Vec<u8>,
    signed_at: jiff_sqlx::Timestamp,
    signature: Vec<u8>,
}

impl HeadRow {
    fn read(self) -> Result<SignedHead, DbError> {
        Ok(SignedHead {
            tenant: self.tenant_id.into(),
            seq: self.seq,
            hash: bytes(self.hash)?,
            at: self.signed_at.to_jiff(),
            signature: bytes(self.signature)?,
        })
    }
}

/// Lists the signed heads, in the order of the chain.
///
/// # Errors
/// The database refused.
pub async fn list_heads(tx: &mut TenantTx) -> Result<Vec<SignedHead>, DbError> {
    let rows = sqlx::query_as!(
        HeadRow,
        "select tenant_id, seq, hash, signed_at, signature from audit_heads order by seq"
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(HeadRow::read).collect()
}

/// Finds the last signed head.
///
/// # Errors
/// The database refused.
pub async fn find_last_head(tx: &mut TenantTx) -> Result<Option<SignedHead>, DbError> {
    let row = sqlx::query_as!(
        HeadRow,
        "select tenant_id, seq, hash, signed_at, signature from audit_heads order by seq desc limit 1"
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(HeadRow::read).transpose()
}

/// Counts entries that are in no chain and do not wait for their seal. Reads the whole history; for checks, not for requests.
pub(super) async fn count_unlinked(tx: &mut TenantTx) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from audit_entries e
           where not exists (select from audit_chain c where c.tenant_id = e.tenant_id and c.entry_id = e.id)
             and not exists (select from audit_unsealed u where u.tenant_id = e.tenant_id and u.at = e.at and u.entry_id = e.id)"#
    );
    Ok(count.fetch_one(tx.conn()).await?)
}

/// Lists entries with ids from the first on and before the second, the newest first.
pub(super) async fn search(
    tx: &mut TenantTx,
    filter: &AuditFilter,
    (from, before): (Option<Uuid>, Option<Uuid>),
    limit: i64,
) -> Result<Vec<AuditRow>, DbError> {
    let rows = sqlx::query!(
        r#"select e.id, e.at, e.actor, e.action, e.object, e.request_id, e.details, c.seq as "seq?"
           from audit_entries e left join audit_chain c on c.tenant_id = e.tenant_id and c.entry_id = e.id
           where ($1::uuid is null or e.id >= $1) and ($2::uuid is null or e.id < $2)
             and ($3::text is null or e.object = $3)
             and ($4::text is null or e.actor = $4 or starts_with(e.actor, $4 || ':'))
             and ($5::text is null or e.action = $5 or starts_with(e.action, $5 || '.'))
           order by e.id desc limit $6"#,
        from,
        before,
        filter.object.as_deref(),
        filter.actor.as_deref(),
        filter.action.as_deref(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let rows = rows.into_iter().map(|row| AuditRow {
        cursor: AuditCursor(row.id),
        seq: row.seq,
        entry: stored_entry!(row),
    });
    Ok(rows.collect())
}
