//! The development mailbox of a tenant: mails that would have been sent. It exists only where no
//! mail server is set and nobody but the machine itself reaches the site, and shows a tenant its own mails alone.

pub mod mailbox;

use axum::{
    extract::{Path, State},
    response::Response,
};

use self::mailbox::Scope;
use super::shop::Shop;
use crate::http::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Route},
};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Storefront, Access::Public);
    vec![
        Route::get("/dev/mail", face, access, list).open_when_suspended(),
        Route::get("/dev/mail/{name}", face, access, show).open_when_suspended(),
        Route::get("/dev/mail/{name}/html", face, access, show_html).open_when_suspended(),
    ]
}

/// `GET /dev/mail`.
async fn list(shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    shop.html(&mailbox::list(&state, &scope(&shop)).await?)
}

/// `GET /dev/mail/{name}`.
async fn show(Path(name): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    shop.html(&mailbox::show(&state, &scope(&shop), &name).await?)
}

/// `GET /dev/mail/{name}/html`: for the frame of the page above.
async fn show_html(Path(name): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    mailbox::html(&state, &scope(&shop), &name).await
}

fn scope(shop: &Shop) -> Scope<'_> {
    Scope {
        tenant: Some(shop.tenant.ctx.tenant),
        zone: shop.settings.time_zone.as_str(),
    }
}
