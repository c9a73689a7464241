//! `GET /manage/login/help` and `POST /manage/login/links`: somebody who cannot log in wants a link by mail.
//!
//! The answer is the same whether the address is known or not.

use axum::{extract::State, response::Response};
use bilten_branding::views::console::LoginHelpView;
use bilten_sso::links::{self, Ask, AskError, LIFE, Purpose};
use serde::Deserialize;

use super::{LINKS, LOGIN, create::Refused};
use crate::http::{
    AppState,
    extract::{AskedHost, ClientIp, PlainForm, TenantCtx},
    problem::Problem,
    shell::Shell,
};

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    email: String,
    #[serde(default)]
    purpose: String,
}

pub(super) async fn show(shell: Shell) -> Result<Response, Problem> {
    shell.html(&view(""))
}

pub(super) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    shell: Shell,
    ClientIp(network): ClientIp,
    AskedHost(host): AskedHost,
    PlainForm(form): PlainForm<Form>,
) -> Result<Response, Problem> {
    let mut view = view(form.email.trim());
    let ask = Ask {
        email: form.email,
        purpose: Purpose::find(&form.purpose).unwrap_or(Purpose::LogIn),
        host,
        network,
    };
    let mut tx = state.db.begin(&ctx).await?;
    match links::ask(&mut tx, &ctx, &ask).await {
        Ok(()) => {
            tx.commit().await?;
            view.is_sent = true;
            shell.html(&view)
        }
        Err(AskError::Db(error)) => Err(error.into()),
        Err(AskError::TooMany { until }) => {
            let refused = Refused::until(until, ctx.now());
            view.error = Some(refused.text.clone());
            Ok(refused.mark(shell.html_with(refused.status, &view)?))
        }
    }
}

fn view(email: &str) -> LoginHelpView {
    LoginHelpView {
        action: LINKS.to_owned(),
        email: email.to_owned(),
        error: None,
        is_sent: false,
        minutes: u32::try_from(LIFE.as_mins()).unwrap_or(u32::MAX),
        login_url: LOGIN.to_owned(),
    }
}
