//! The record of what happened: looked up on a page, and taken out as files.

mod chain;
mod csv;
mod lines;
mod list;
mod query;
mod take;

use bilten_tenancy::permissions::Permission;

use super::urls;
use crate::http::registry::{Access, Face, Route};

pub(super) fn routes() -> Vec<Route> {
    let face = Face::Organizer;
    let (read, take) = (
        Access::Staff(Permission::AuditRead),
        Access::Staff(Permission::AuditExport),
    );
    vec![
        Route::get(urls::AUDIT, face, read, list::show),
        Route::get(urls::AUDIT_CSV, face, take, csv::show),
        Route::get(urls::AUDIT_LINES, face, take, lines::show),
        Route::get(urls::AUDIT_CHAIN, face, take, chain::show),
    ]
}
