//! `POST /manage/account/profile`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text},
};
use bilten_kernel::PersonName;
use bilten_sso::accounts::{self, RenameError};
use serde::Deserialize;

use super::{ACCOUNT, show};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::console::Console,
};

#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    name: String,
}

pub(super) async fn save(console: Console, CsrfForm(form): CsrfForm<Form>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let Ok(name) = form.name.parse::<PersonName>() else {
        let errors = FieldErrors::none().with("name", Text::new(texts::FIELD_REQUIRED));
        let mut view = show::load(&console, &mut tx, errors).await?;
        tx.commit().await?;
        view.name = form.name;
        return console.html_refused(Section::Account, &view);
    };
    match accounts::rename(&mut tx, &console, console.session.account, &name).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(ACCOUNT, texts::FLASH_SAVED))
        }
        Err(RenameError::Managed) => Ok(redirect_saying(ACCOUNT, texts::FLASH_REFUSED_MANAGED)),
        Err(RenameError::Db(error)) => Err(error.into()),
    }
}
