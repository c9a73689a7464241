//! `POST /manage/payments/limit`: above which amount a second person is needed.

use axum::response::Response;
use bilten_billing::risk::approvals::{self, Movement};
use bilten_branding::texts;
use bilten_tenancy::permissions::{self, Permission, Scope};
use serde::Deserialize;

use super::told;
use crate::{
    http::{extract::CsrfForm, problem::Problem},
    organizer::{console::Console, prices},
};

/// The amount as it was typed; an empty one needs nobody else.
#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    amount: String,
}

pub(super) async fn save(console: Console, CsrfForm(form): CsrfForm<Form>) -> Result<Response, Problem> {
    let currency = console.state.settings.get(&console).await?.currency;
    let minor = match form.amount.trim() {
        "" => None,
        typed => match prices::read(typed, currency) {
            Some(minor) => Some(minor),
            None => return Ok(told(texts::FLASH_LIMIT_INVALID)),
        },
    };
    let mut tx = console.begin().await?;
    permissions::require(&mut tx, &console, Permission::PayeeManage, Scope::Tenant).await?;
    approvals::set_limit(&console, &mut tx, (Movement::Refund, currency), minor).await?;
    tx.commit().await?;
    Ok(told(texts::FLASH_SAVED))
}
