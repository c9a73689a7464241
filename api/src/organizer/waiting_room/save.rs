//! `POST /manage/events/{id}/waiting-room`.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, console::RoomForm},
};
use bilten_core::waiting_room::{self, ConfigureError, Mode, RoomSettings};
use bilten_kernel::{EventKind, ZoneName};
use bilten_tenancy::permissions::Permission;
use serde::Deserialize;

use super::show;
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls, wizard::local_time},
};

/// The form as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    mode: String,
    opens: String,
    per_minute: String,
    pass_minutes: String,
    auto_wait_s: String,
    message: String,
}

/// Sets the room up, or shows the form again with what is wrong.
pub(super) async fn save(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(sent): CsrfForm<Sent>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventUpdate, id).await?;
    let (event, room, figures) = show::load(&console, &mut tx, id).await?;
    let settings = match sent.read(&event.time_zone) {
        Ok(settings) => settings,
        Err(errors) => {
            tx.commit().await?;
            let view = show::view(&console, (&event, &room), figures, (sent.form(), errors));
            return console.html_refused(Section::Events, &view);
        }
    };
    match waiting_room::configure(&console, &mut tx, id, settings).await {
        Ok(_) => {
            tx.commit().await?;
            console.state.rooms.refresh(console.tenant.ctx.tenant).await?;
            Ok(redirect_saying(&urls::waiting_room(id), texts::FLASH_SAVED))
        }
        Err(ConfigureError::NotFound) => Err(Problem::not_found()),
        Err(error @ ConfigureError::OutOfRange(_)) => Err(Problem::internal(error)),
        Err(ConfigureError::Db(error)) => Err(error.into()),
    }
}

impl Sent {
    fn read(&self, zone: &ZoneName) -> Result<RoomSettings, FieldErrors> {
        let mut errors = FieldErrors::none();
        let mut number = |field: &str, text: &str, (min, max): (u32, u32)| {
            let number = text
                .trim()
                .parse::<u32>()
                .ok()
                .filter(|number| (min..=max).contains(number));
            if number.is_none() {
                let text = Text::new(texts::FIELD_NUMBER_BETWEEN).with("min", min).with("max", max);
                errors.push(field, text);
            }
            number.unwrap_or(min)
        };
        let per_minute = number("per_minute", &self.per_minute, (1, 100_000));
        let pass_minutes = number("pass_minutes", &self.pass_minutes, (2, 120));
        let auto_wait_s = number("auto_wait_s", &self.auto_wait_s, (1, 600));
        let opens_at = local_time::read(&self.opens, zone);
        if opens_at.is_none() && !self.opens.trim().is_empty() {
            errors.push("opens", Text::new(texts::FIELD_DATE_INVALID));
        }
        let message = self.message.trim().replace("\r\n", "\n");
        if message.chars().count() > 500 {
            errors.push("message", Text::new(texts::FIELD_TOO_LONG).with("max", 500_u32));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(RoomSettings {
            mode: Mode::parse(&self.mode).unwrap_or(Mode::Off),
            opens_at,
            per_minute,
            pass_minutes,
            auto_wait_s,
            message,
        })
    }

    fn form(self) -> RoomForm {
        RoomForm {
            mode: self.mode,
            opens: self.opens,
            per_minute: self.per_minute,
            pass_minutes: self.pass_minutes,
            auto_wait_s: self.auto_wait_s,
            message: self.message,
        }
    }
}
