//! `POST /manage/platform-access`: whether operators may visit.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, console::VisitRulesForm},
};
use bilten_kernel::ZoneName;
use bilten_sso::visits::{self, Mode, RulesError};
use serde::Deserialize;

use super::{list, permit};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls, wizard::local_time},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    mode: String,
    from: String,
    until: String,
}

impl Input {
    fn mode(&self, zone: &ZoneName) -> Option<Mode> {
        match self.mode.as_str() {
            "never" => Some(Mode::Never),
            "ask" => Some(Mode::Ask),
            "window" => Some(Mode::Window {
                from: local_time::read(&self.from, zone)?,
                until: local_time::read(&self.until, zone)?,
            }),
            _ => None,
        }
    }
}

pub(super) async fn save(console: Console, CsrfForm(input): CsrfForm<Input>) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    if let Some(mode) = input.mode(&settings.time_zone) {
        match visits::set_rules(&mut tx, &console, mode).await {
            Ok(()) => {
                tx.commit().await?;
                return Ok(redirect_saying(urls::VISITS, texts::FLASH_VISIT_RULES_SET));
            }
            Err(RulesError::Window) => {}
            Err(error @ RulesError::NotStaff) => return Err(Problem::internal(error)),
            Err(RulesError::Db(error)) => return Err(error.into()),
        }
    }
    let typed = VisitRulesForm {
        action: urls::VISITS.to_owned(),
        mode: input.mode,
        from: input.from,
        until: input.until,
        errors: FieldErrors::none().with("until", Text::new(texts::FIELD_VISIT_WINDOW)),
    };
    let view = list::view(&console, &mut tx, Some(typed)).await?;
    tx.rollback().await?;
    console.html_refused(Section::Visits, &view)
}
