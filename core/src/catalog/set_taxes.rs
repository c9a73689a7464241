//! Says which tax the tickets of an event have.

use bilten_kernel::{Ctx, EventId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{store::ticket_types as store, update_event::lock_event};
use crate::pricing::{self, Attendance, TaxCode};

/// Failure to set the taxes of an event.
#[derive(Debug, thiserror::Error)]
pub enum SetTaxesError {
    /// The event or one of the types does not exist.
    #[error("the ticket type does not exist")]
    NotFound,
    /// The shop has no such tax.
    #[error("the shop has no such tax")]
    UnknownTax(TaxCode),
    /// The database refused.
    #[error("could not set the taxes")]
    Db(#[from] DbError),
}

/// Sets the taxes of ticket types, none for that of the shop, and how their buyers take part. Carts and orders that exist keep theirs.
///
/// # Errors
/// See [`SetTaxesError`].
pub async fn set_taxes(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    taxes: &[(TicketTypeId, Option<TaxCode>, Attendance)],
) -> Result<(), SetTaxesError> {
    lock_event(tx, event).await?.ok_or(SetTaxesError::NotFound)?;
    let plan = pricing::find_plan(tx).await?.plan;
    if let Some(unknown) = taxes
        .iter()
        .filter_map(|(_, code, _)| *code)
        .find(|code| plan.rate(*code).is_none())
    {
        return Err(SetTaxesError::UnknownTax(unknown));
    }
    let updated = store::set_taxes(tx, event, taxes).await?;
    if usize::try_from(updated) != Ok(taxes.len()) {
        return Err(SetTaxesError::NotFound);
    }
    let entry = audit::Entry {
        action: "ticket_type.taxes_set",
        object: event.to_string(),
        details: json!({ "taxes": taxes }),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}
