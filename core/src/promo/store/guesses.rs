//! SQL of `promo_guesses`.

use bilten_kernel::Timestamp;
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

/// Tells whether somebody has typed his number of wrong codes since then.
pub(in crate::promo) async fn has_guessed(
    tx: &mut TenantTx,
    (who, most): (&[u8; 32], i32),
    since: Timestamp,
) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists(select from promo_guesses g where g.who = $1 and g.began_at > $2 and g.guesses >= $3) as "has!""#,
        &who[..],
        since.to_sqlx() as _,
        most
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

/// Counts a wrong code; who was counted last before `since` is counted anew.
pub(in crate::promo) async fn count_guess(
    tx: &mut TenantTx,
    who: &[u8; 32],
    (now, since): (Timestamp, Timestamp),
) -> Result<(), DbError> {
    sqlx::query!(
        "insert into promo_guesses (tenant_id, who, began_at, guesses) values ($1, $2, $3, 1)
         on conflict (tenant_id, who) do update
         set guesses = case when promo_guesses.began_at > $4 then promo_guesses.guesses + 1 else 1 end,
             began_at = case when promo_guesses.began_at > $4 then promo_guesses.began_at else $3 end",
        tx.tenant().uuid(),
        &who[..],
        now.to_sqlx() as _,
        since.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Throws some of those away who were counted last before then.
pub(in crate::promo) async fn delete_guesses(tx: &mut TenantTx, before: Timestamp) -> Result<(), DbError> {
    sqlx::query!(
        "delete from promo_guesses g using (
             select tenant_id, who from promo_guesses where began_at <= $1 order by began_at limit 100 for update skip locked) as old
         where g.tenant_id = old.tenant_id and g.who = old.who",
        before.to_sqlx() as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
