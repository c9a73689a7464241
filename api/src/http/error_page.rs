//! The page that a person sees when something failed; on an unknown host it names nobody.

use std::sync::Arc;

use axum::extract::Request;
use bilten_branding::views::{
    Brand, Face, Page,
    storefront::{ClosedView, ErrorView, NotFoundView},
};
use bilten_kernel::{Ctx, Locale, RequestId};
use bilten_tenancy::settings::Settings;
use http::Uri;

use super::{
    AppState,
    problem::{Code, Problem},
    shell, site,
};
use crate::storefront::urls;

/// What the page needs to know about the request.
pub(super) struct Asker {
    pub(super) request_id: RequestId,
    locale: Locale,
    tenant: Option<Ctx>,
    uri: Uri,
}

impl Asker {
    pub(super) fn of(request: &Request) -> Self {
        let extensions = request.extensions();
        let tenant = extensions.get::<Ctx>().cloned();
        Self {
            request_id: extensions
                .get()
                .cloned()
                .expect("the outermost layer gives every request an id"),
            locale: match &tenant {
                Some(ctx) => ctx.locale,
                None => site::locale_of(request.headers()).unwrap_or_default(),
            },
            uri: request.uri().clone(),
            tenant,
        }
    }

    fn path(&self) -> &str {
        self.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
    }

    /// Tells whether the address is one of provisioning.
    pub(super) fn is_at_scim(&self) -> bool {
        self.uri.path().starts_with("/scim/")
    }

    /// Tells whether the address is one of the API.
    pub(super) fn is_at_the_api(&self) -> bool {
        self.uri.path().starts_with("/api/")
    }
}

/// Writes the page; a page that cannot be written is left empty.
pub(super) async fn page(state: &AppState, asker: &Asker, problem: &Problem) -> String {
    let settings = settings(state, asker).await;
    let frame = frame(asker, settings.as_deref());
    let status = problem.code.status().as_u16();
    let rendered = match problem.code {
        Code::TenantSuspended => {
            let support_email = settings.map(|settings| settings.support_email.to_string());
            state.renderer.page(&frame, &ClosedView { support_email })
        }
        Code::NotFound | Code::UnknownHost => {
            let home_url = asker.tenant.is_some().then(|| urls::HOME.to_owned());
            state.renderer.page(&frame, &NotFoundView { home_url })
        }
        _ => {
            let mut view = ErrorView::from_status(status, Some(asker.request_id.to_string()));
            view.back_url = view.back_url.filter(|_| asker.tenant.is_some());
            state.renderer.page(&frame, &view)
        }
    };
    rendered.unwrap_or_else(|error| {
        tracing::error!(%error, "the page about a failure cannot be rendered");
        String::new()
    })
}

/// A shop whose settings cannot be read has a page without its brand.
async fn settings(state: &AppState, asker: &Asker) -> Option<Arc<Settings>> {
    match &asker.tenant {
        Some(ctx) => state.settings.get(ctx).await.ok(),
        None => None,
    }
}

fn frame(asker: &Asker, settings: Option<&Settings>) -> Page {
    match settings {
        Some(settings) => Page::new(Face::Storefront, shell::brand(settings), asker.locale, asker.path())
            .with_legal(shell::legal_links(settings)),
        None => Page::new(Face::Plain, Brand::plain(""), asker.locale, asker.path()),
    }
}
