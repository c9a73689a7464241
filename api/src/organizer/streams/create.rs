//! `POST /manage/audit/streams`: makes a stream, and shows its secret, once.

use std::num::ParseIntError;

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, console::MadeSecret},
};
use bilten_sso::streams::{self, NewStream, StreamError, StreamKind, Target, TargetError};
use serde::Deserialize;

use super::{list, permit};
use crate::{
    http::{extract::CsrfForm, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

/// The form as it was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    pub name: String,
    pub kind: String,
    pub address: String,
    pub ca_pem: String,
    pub after: String,
}

impl Typed {
    fn meant(&self, console: &Console, errors: &mut FieldErrors) -> Option<NewStream> {
        let kind = StreamKind::find(&self.kind).unwrap_or(StreamKind::Https);
        let target = Target::parse(&console.state.sso.egress, kind, &self.address, &self.ca_pem);
        match target {
            Err(TargetError::Address(_)) => errors.push("address", Text::new(texts::FIELD_STREAM_ADDRESS)),
            Err(TargetError::Certificates) => errors.push("ca_pem", Text::new(texts::FIELD_STREAM_CERTIFICATES)),
            Ok(_) => {}
        }
        let after = place(&self.after);
        if after.is_err() {
            errors.push("after", Text::new(texts::FIELD_STREAM_PLACE));
        }
        errors.is_empty().then_some(())?;
        Some(NewStream {
            name: self.name.clone(),
            target: target.ok()?,
            after: after.ok()?,
        })
    }
}

/// Reads the number of a link; an empty field names none, and what is no number is refused.
pub(super) fn place(text: &str) -> Result<Option<i64>, ParseIntError> {
    match text.trim() {
        "" => Ok(None),
        number => number.parse().map(Some),
    }
}

pub(super) async fn create(console: Console, CsrfForm(typed): CsrfForm<Typed>) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let mut errors = FieldErrors::none();
    if let Some(new) = typed.meant(&console, &mut errors) {
        match streams::create(&mut tx, &console, &console.state.sso.stream_seal, &new).await {
            Ok(made) => {
                let secret = made.secret.map(|secret| MadeSecret {
                    name: new.name.clone(),
                    secret: secret.expose().clone(),
                });
                if secret.is_none() {
                    tx.commit().await?;
                    return Ok(redirect_saying(urls::STREAMS, texts::FLASH_STREAM_MADE));
                }
                let form = (&Typed::default(), FieldErrors::none());
                let view = list::view(&console, &mut tx, form, secret).await?;
                tx.commit().await?;
                return console.html(Section::Audit, &view);
            }
            Err(StreamError::TooMany) => {
                return Ok(redirect_saying(urls::STREAMS, texts::FLASH_REFUSED_STREAM_MANY));
            }
            Err(StreamError::Name) => errors.push("name", Text::new(texts::FIELD_REQUIRED)),
            Err(StreamError::Place) => errors.push("after", Text::new(texts::FIELD_STREAM_PLACE)),
            Err(error @ StreamError::NotFound) => return Err(Problem::internal(error)),
            Err(StreamError::Db(error)) => return Err(error.into()),
        }
    }
    let view = list::view(&console, &mut tx, (&typed, errors), None).await?;
    tx.rollback().await?;
    console.html_refused(Section::Audit, &view)
}
