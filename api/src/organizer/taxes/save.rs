//! `POST /manage/taxes`.

use axum::response::Response;
use bilten_branding::{texts, views::Section};
use bilten_core::pricing::{self, ChangePlanError};

use super::{
    form::Typed,
    permit,
    show::{self, Asked},
};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

/// Saves taxes and fees, or shows the form again with what is wrong.
pub(super) async fn save(
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let currency = console.state.settings.get(&console).await?.currency;
    let mut typed = Typed::read(&fields);
    let Some(terms) = typed.terms(currency) else {
        let found = pricing::find_plan(&mut tx).await?;
        let view = show::view(&console, &mut tx, &found, (typed, Asked::default(), currency)).await?;
        tx.commit().await?;
        return console.html_refused(Section::Taxes, &view);
    };
    match pricing::set_shop_terms(&console, &mut tx, terms, typed.seen).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(redirect_saying(urls::TAXES, texts::FLASH_SAVED))
        }
        Err(ChangePlanError::Conflict) => Ok(redirect_saying(urls::TAXES, texts::FLASH_TAXES_CONFLICT)),
        // The form lets nothing through that the plan would refuse.
        Err(error @ ChangePlanError::Fault(_)) => Err(Problem::internal(error)),
        Err(ChangePlanError::Db(error)) => Err(error.into()),
    }
}
