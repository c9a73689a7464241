//! The page that a person sees when something failed; on an unknown host it names nobody.

use std::sync::Arc;

use axum::extract::Request;
use bilten_kernel::{Locale, RequestId};
use bilten_tenancy::directory::TenantEntry;

use super::{AppState, problem::Problem, site};

/// What the page needs to know about the request.
pub(super) struct Asker {
    pub(super) request_id: RequestId,
    locale: Locale,
    tenant: Option<Arc<TenantEntry>>,
}

impl Asker {
    pub(super) fn of(request: &Request) -> Self {
        let extensions = request.extensions();
        Self {
            request_id: extensions
                .get()
                .cloned()
                .expect("the outermost layer gives every request an id"),
            locale: site::locale_of(request.headers()).unwrap_or_default(),
            tenant: extensions.get().cloned(),
        }
    }
}

/// Writes the page.
pub(super) fn page(_state: &AppState, asker: &Asker, problem: &Problem) -> String {
    let name = asker
        .tenant
        .as_ref()
        .map(|tenant| tenant.name.as_str())
        .unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"{}\"><title>{}</title><h1>{}</h1><p>{}</p>",
        asker.locale,
        escape(name),
        problem.code.title(),
        asker.request_id
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
