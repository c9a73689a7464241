//! `POST /manage/audit/streams/{id}/…`: what can be done with a stream.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, console::MadeSecret},
};
use bilten_kernel::AuditStreamKind;
use bilten_sso::streams::{self, StreamError};
use bilten_tenancy::TenantTx;
use serde::Deserialize;

use super::{create::place, list, permit};
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{Nothing, console::Console, urls},
};

type Id = PathId<AuditStreamKind>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Start {
    after: String,
}

pub(super) async fn test(PathId(id): Id, console: Console, _: CsrfForm<Nothing>) -> Result<Response, Problem> {
    let mut tx = begin(&console, id).await?;
    let done = streams::test_of(&mut tx, &console, id).await;
    finish(tx, done, texts::FLASH_STREAM_TESTED).await
}

pub(super) async fn pause(PathId(id): Id, console: Console, _: CsrfForm<Nothing>) -> Result<Response, Problem> {
    let mut tx = begin(&console, id).await?;
    let done = streams::pause(&mut tx, &console, id).await;
    finish(tx, done, texts::FLASH_STREAM_CHANGED).await
}

pub(super) async fn resume(
    PathId(id): Id,
    console: Console,
    CsrfForm(start): CsrfForm<Start>,
) -> Result<Response, Problem> {
    let mut tx = begin(&console, id).await?;
    let done = match place(&start.after) {
        Ok(after) => streams::resume(&mut tx, &console, id, after).await,
        Err(_) => Err(StreamError::Place),
    };
    finish(tx, done, texts::FLASH_STREAM_CHANGED).await
}

pub(super) async fn drop_former(PathId(id): Id, console: Console, _: CsrfForm<Nothing>) -> Result<Response, Problem> {
    let mut tx = begin(&console, id).await?;
    let done = streams::drop_former(&mut tx, &console, id).await;
    finish(tx, done, texts::FLASH_STREAM_CHANGED).await
}

pub(super) async fn delete(PathId(id): Id, console: Console, _: CsrfForm<Nothing>) -> Result<Response, Problem> {
    let mut tx = begin(&console, id).await?;
    let done = streams::delete(&mut tx, &console, id).await;
    finish(tx, done, texts::FLASH_STREAM_CHANGED).await
}

pub(super) async fn rotate(PathId(id): Id, console: Console, _: CsrfForm<Nothing>) -> Result<Response, Problem> {
    let mut tx = begin(&console, id).await?;
    let found = streams::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    match streams::rotate(&mut tx, &console, &console.state.sso.stream_seal, id).await {
        Ok(secret) => {
            let made = MadeSecret {
                name: found.name,
                secret: secret.expose().clone(),
            };
            let form = (&super::create::Typed::default(), FieldErrors::none());
            let view = list::view(&console, &mut tx, form, Some(made)).await?;
            tx.commit().await?;
            console.html(Section::Audit, &view)
        }
        Err(error) => refused(error),
    }
}

async fn begin(console: &Console, id: bilten_kernel::AuditStreamId) -> Result<TenantTx, Problem> {
    let mut tx = console.begin().await?;
    permit(console, &mut tx).await?;
    streams::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    Ok(tx)
}

async fn finish(tx: TenantTx, done: Result<(), StreamError>, said: &'static str) -> Result<Response, Problem> {
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(redirect_saying(urls::STREAMS, said))
        }
        Err(error) => refused(error),
    }
}

fn refused(error: StreamError) -> Result<Response, Problem> {
    match error {
        StreamError::Db(error) => Err(error.into()),
        StreamError::TooMany | StreamError::Name | StreamError::Place | StreamError::NotFound => {
            Ok(redirect_saying(urls::STREAMS, texts::FLASH_REFUSED_STREAM_STATE))
        }
    }
}
