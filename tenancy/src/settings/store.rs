//! SQL of `tenant_settings`; the row is written when the tenant is provisioned.

use super::Settings;
use crate::{DbError, TenantTx};

pub(super) async fn read(tx: &mut TenantTx) -> Result<Settings, DbError> {
    let row = sqlx::query!(
        "select name, default_locale, currency, time_zone, mail_from, support_email, theme, legal
         from tenant_settings where tenant_id = $1",
        tx.tenant().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Settings {
        name: row.name,
        default_locale: stored(row.default_locale.parse())?,
        currency: stored(row.currency.parse())?,
        time_zone: stored(row.time_zone.parse())?,
        mail_from: stored(row.mail_from.parse())?,
        support_email: stored(row.support_email.parse())?,
        theme: row.theme,
        legal: row.legal,
    })
}

fn stored<T, E: std::error::Error + Send + Sync + 'static>(value: Result<T, E>) -> Result<T, DbError> {
    value.map_err(|error| DbError::Sql(sqlx::Error::Decode(Box::new(error))))
}
