//! What every file of the record begins with: the permission, and an entry that tells of the taking.

use bilten_tenancy::{
    audit::{self, AuditFilter, Entry},
    permissions::{self, Permission, Scope},
};
use jiff::civil::Date;

use super::query::Query;
use crate::{http::problem::Problem, organizer::console::Console};

/// Asks for the permission and records the taking; returns what is looked for, and the shop's day for the name of the file.
pub(super) async fn begin(console: &Console, query: &Query, form: &str) -> Result<(AuditFilter, Date), Problem> {
    let settings = console.state.settings.get(console).await?;
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, console, Permission::AuditExport, Scope::Tenant).await?;
    let filter = query.filter(&mut tx, &settings.time_zone).await?;
    let entry = Entry {
        action: "audit.exported",
        object: console.tenant.ctx.tenant.to_string(),
        details: serde_json::json!({ "form": form }),
    };
    audit::record(&mut tx, console, entry).await?;
    tx.commit().await?;
    Ok((filter, console.now().to_zoned(settings.time_zone.zone()).date()))
}
