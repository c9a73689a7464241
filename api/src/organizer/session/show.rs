//! `GET /manage/login`.

use axum::response::Response;
use serde::Deserialize;

use super::view;
use crate::http::{auth::local_path, extract::Params, problem::Problem, shell::Shell};

#[derive(Deserialize)]
pub(super) struct Query {
    next: Option<String>,
}

pub(super) async fn show(shell: Shell, Params(query): Params<Query>) -> Result<Response, Problem> {
    let next = query.next.filter(|next| local_path(next, "/manage"));
    shell.html(&view("", next))
}
