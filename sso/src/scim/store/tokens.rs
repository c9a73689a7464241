//! SQL of `scim_tokens`.

use bilten_kernel::{AccountId, ScimTokenId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{TokenHash, scim::Token};

const MAX_LISTED: i64 = 20;

pub(in crate::scim) async fn insert(
    tx: &mut TenantTx,
    token: &Token,
    (hash, maker): (TokenHash, Option<AccountId>),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into scim_tokens (tenant_id, id, name, token_hash, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tx.tenant().uuid(),
        token.id.uuid(),
        token.name,
        hash.as_bytes(),
        maker.map(AccountId::uuid),
        token.created_at.to_sqlx() as _,
        token.expires_at.map(ToSqlx::to_sqlx) as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::scim) async fn find(tx: &mut TenantTx, hash: TokenHash) -> Result<Option<Token>, DbError> {
    let row = sqlx::query_as!(
        Row,
        "select id, name, created_at, expires_at, last_used_at from scim_tokens
         where token_hash = $1 and revoked_at is null",
        hash.as_bytes()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Row::token))
}

pub(in crate::scim) async fn list(tx: &mut TenantTx) -> Result<Vec<Token>, DbError> {
    // A tenant makes a handful: this looks at all of them.
    let rows = sqlx::query_as!(
        Row,
        "select id, name, created_at, expires_at, last_used_at from scim_tokens
         where revoked_at is null order by id desc limit $1",
        MAX_LISTED
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Row::token).collect())
}

pub(in crate::scim) async fn note_use(tx: &mut TenantTx, id: ScimTokenId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "update scim_tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)",
        id.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::scim) async fn revoke(tx: &mut TenantTx, id: ScimTokenId, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "update scim_tokens set revoked_at = $2 where id = $1 and revoked_at is null",
        id.uuid(),
        now.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

struct Row {
    id: Uuid,
    name: String,
    created_at: jiff_sqlx::Timestamp,
    expires_at: Option<jiff_sqlx::Timestamp>,
    last_used_at: Option<jiff_sqlx::Timestamp>,
}

impl Row {
    fn token(self) -> Token {
        Token {
            id: ScimTokenId::from_uuid(self.id),
            name: self.name,
            created_at: self.created_at.to_jiff(),
            expires_at: self.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
            last_used_at: self.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    }
}
