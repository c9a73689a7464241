//! Money: what the books say about a span, and the transactions behind each figure.

mod csv;
mod journal;
mod show;
mod span;
mod words;
mod xlsx;

use bilten_tenancy::permissions::{self, Permission, Scope};

use super::console::Console;
use crate::http::{
    problem::Problem,
    registry::{Access, Face, Route},
};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::ReportRead));
    vec![
        Route::get("/manage/finance", face, access, show::show),
        Route::get("/manage/finance/journal", face, access, journal::show),
        Route::get("/manage/finance/journal.csv", face, access, csv::show),
        Route::get("/manage/finance/statement.xlsx", face, access, xlsx::show),
    ]
}

/// The books are those of the whole tenant: whoever sees the figures of some events only does not see them.
async fn permit(console: &Console, tx: &mut bilten_tenancy::TenantTx) -> Result<(), Problem> {
    permissions::require(tx, console, Permission::ReportRead, Scope::Tenant).await?;
    Ok(())
}
