//! SQL of `money_terms`.

use bilten_kernel::Ctx;
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

pub(in crate::refunds) async fn find(tx: &mut TenantTx) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!("select returns_platform_fee from money_terms");
    Ok(found.fetch_optional(tx.conn()).await?.unwrap_or(false))
}

pub(in crate::refunds) async fn save(tx: &mut TenantTx, ctx: &Ctx, returns: bool) -> Result<(), DbError> {
    sqlx::query!(
        "insert into money_terms (tenant_id, returns_platform_fee, updated_at) values ($1, $2, $3)
         on conflict (tenant_id) do update set returns_platform_fee = excluded.returns_platform_fee, updated_at = excluded.updated_at",
        tx.tenant().uuid(),
        returns,
        ctx.now().to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
