//! SQL that writes a new tenant's settings.

use bilten_kernel::Ctx;
use jiff_sqlx::ToSqlx;

use super::NewTenant;
use crate::{DbError, TenantTx};

pub(super) async fn insert_settings(tx: &mut TenantTx, ctx: &Ctx, new: &NewTenant) -> Result<(), DbError> {
    sqlx::query!(
        "insert into tenant_settings (tenant_id, name, default_locale, currency, time_zone, mail_from, support_email, theme, legal, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (tenant_id) do nothing",
        tx.tenant().uuid(),
        new.name,
        new.locale.tag(),
        new.currency.code(),
        new.zone.as_str(),
        new.mail_from.as_str(),
        new.support_email.as_str(),
        new.theme,
        new.legal,
        ctx.now().to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(())
}
