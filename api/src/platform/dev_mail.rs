//! The development mailbox of all shops, on the operators' host, for the machine itself alone.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    http::{
        AppState,
        problem::Problem,
        registry::{Access, Face, Route},
        shell::Shell,
    },
    storefront::mailbox::{self, Scope},
};

/// Mails of every tenant; they have no zone in common.
const ALL: Scope<'_> = Scope {
    tenant: None,
    zone: "UTC",
};

/// Lists the routes of the mailbox.
pub fn routes() -> Vec<Route> {
    let (face, access) = (Face::Platform, Access::Public);
    vec![
        Route::get("/dev/mail", face, access, list),
        Route::get("/dev/mail/{name}", face, access, show),
        Route::get("/dev/mail/{name}/html", face, access, show_html),
    ]
}

/// `GET /dev/mail`.
async fn list(shell: Shell, State(state): State<AppState>) -> Result<Response, Problem> {
    shell.html(&mailbox::list(&state, &ALL).await?)
}

/// `GET /dev/mail/{name}`.
async fn show(Path(name): Path<String>, shell: Shell, State(state): State<AppState>) -> Result<Response, Problem> {
    shell.html(&mailbox::show(&state, &ALL, &name).await?)
}

/// `GET /dev/mail/{name}/html`: for the frame of the page above.
async fn show_html(Path(name): Path<String>, State(state): State<AppState>) -> Result<Response, Problem> {
    mailbox::html(&state, &ALL, &name).await
}
