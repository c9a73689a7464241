//! SQL of `payee_accounts`.

use bilten_tenancy::{DbError, TenantTx};

use super::Payee;
use crate::provider::AccountRef;

pub(super) async fn find_active(tx: &mut TenantTx, provider: &str) -> Result<Option<Payee>, DbError> {
    let row = sqlx::query!(
        r#"select account as "account!", fee_rate_bp from payee_accounts
           where provider = $1 and state = 'active' and account is not null"#,
        provider
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|row| {
        Some(Payee {
            account: AccountRef::parse(&row.account).ok()?,
            fee_rate_bp: row.fee_rate_bp,
        })
    }))
}
