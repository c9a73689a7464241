//! `GET /login` on the platform's host.

use axum::response::Response;

use super::view;
use crate::http::{problem::Problem, shell::Shell};

pub(super) async fn show(shell: Shell) -> Result<Response, Problem> {
    shell.html(&view(""))
}
