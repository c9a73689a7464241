//! Contested payments: their list, and of one the evidence as it stands and what can be done about it.
//!
//! The page of one shows the buyer and decides about his money, so it wants the rights of whoever refunds, in the whole tenant.

use axum::response::{IntoResponse as _, Response};
use bilten_billing::disputes::{
    DisputeId, DisputeKind,
    evidence::{self, EvidenceError},
};
use bilten_branding::{texts, views::Section};
use bilten_tenancy::{
    TenantTx, audit,
    permissions::{self, Permission, Scope},
};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;

use super::{dispute_view, disputes};
use crate::{
    http::{
        extract::CsrfForm,
        ids::PathId,
        problem::Problem,
        registry::{Access, Face, Repeat, Route},
        shell::redirect_saying,
    },
    organizer::{Nothing, console::Console, urls},
    report::Form::{Csv, Page, Xlsx},
};

/// Longest form with a note, in bytes.
const NOTE_LIMIT: usize = 64 * 1024;

pub(super) fn routes() -> Vec<Route> {
    let (face, decide) = (Face::Organizer, Access::Staff(Permission::OrderCancel));
    let read = Access::Staff(Permission::FinanceReport);
    let id: &'static [(&str, &str)] = &[("id", "dispute")];
    vec![
        Route::get("/manage/finance/disputes", face, read, |q, c| {
            disputes::show(Page, q, c)
        }),
        Route::get("/manage/finance/disputes.csv", face, read, |q, c| {
            disputes::show(Csv, q, c)
        }),
        Route::get("/manage/finance/disputes.xlsx", face, read, |q, c| {
            disputes::show(Xlsx, q, c)
        }),
        Route::get("/manage/finance/disputes/{id}", face, decide, show).ids(id),
        Route::get("/manage/finance/disputes/{id}/evidence.txt", face, decide, file).ids(id),
        Route::post("/manage/finance/disputes/{id}/notes", face, decide, annotate)
            .ids(id)
            .body_limit(NOTE_LIMIT)
            .repeats(Repeat::State),
        Route::post("/manage/finance/disputes/{id}/answers", face, decide, answer)
            .ids(id)
            .repeats(Repeat::State),
        Route::post("/manage/finance/disputes/{id}/concessions", face, decide, concede)
            .ids(id)
            .repeats(Repeat::State),
    ]
}

#[derive(Debug, Deserialize)]
struct NoteForm {
    #[serde(default)]
    note: String,
}

async fn require(tx: &mut TenantTx, console: &Console) -> Result<(), Problem> {
    for permission in [Permission::OrderCancel, Permission::OrderReadPii] {
        permissions::require(tx, console, permission, Scope::Tenant).await?;
    }
    Ok(())
}

async fn show(PathId(id): PathId<DisputeKind>, console: Console) -> Result<Response, Problem> {
    let zone = console.state.settings.get(&console).await?.time_zone.clone();
    let mut tx = console.begin().await?;
    require(&mut tx, &console).await?;
    let folder = evidence::open(&console, &mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let view = dispute_view::view(&console, &mut tx, &folder, &zone).await?;
    tx.commit().await?;
    console.html(Section::Finance, &view)
}

/// The pack as one file, as it stands.
async fn file(PathId(id): PathId<DisputeKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    require(&mut tx, &console).await?;
    let pack = evidence::gather(&console, &mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let entry = audit::Entry {
        action: "dispute.exported",
        object: id.to_string(),
        details: serde_json::json!({}),
    };
    audit::record(&mut tx, &console, entry).await?;
    tx.commit().await?;
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"evidence-{id}.txt\""),
        ),
    ];
    Ok((headers, pack.whole()).into_response())
}

async fn annotate(
    PathId(id): PathId<DisputeKind>,
    console: Console,
    CsrfForm(form): CsrfForm<NoteForm>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    require(&mut tx, &console).await?;
    match evidence::annotate(&console, &mut tx, id, &form.note).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(told(id, texts::FLASH_DISPUTE_NOTED))
        }
        Err(error) => refused(id, error),
    }
}

async fn answer(
    PathId(id): PathId<DisputeKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    permit_first(&console).await?;
    match evidence::submit(&console.state.checkout, &console, id).await {
        Ok(()) => Ok(told(id, texts::FLASH_DISPUTE_ANSWERED)),
        Err(error) => refused(id, error),
    }
}

async fn concede(
    PathId(id): PathId<DisputeKind>,
    console: Console,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Result<Response, Problem> {
    permit_first(&console).await?;
    match evidence::concede(&console.state.checkout, &console, id).await {
        Ok(()) => Ok(told(id, texts::FLASH_DISPUTE_CONCEDED)),
        Err(error) => refused(id, error),
    }
}

/// Asks for the permission before the provider hears of anything.
async fn permit_first(console: &Console) -> Result<(), Problem> {
    let mut tx = console.begin().await?;
    require(&mut tx, console).await?;
    Ok(tx.commit().await?)
}

fn told(id: DisputeId, key: &'static str) -> Response {
    redirect_saying(&urls::finance_dispute(id), key)
}

fn refused(id: DisputeId, error: EvidenceError) -> Result<Response, Problem> {
    match error {
        EvidenceError::NotFound => Err(Problem::not_found()),
        EvidenceError::TooLate => Ok(told(id, texts::FLASH_TOO_LATE)),
        EvidenceError::Refused => Ok(told(id, texts::FLASH_DISPUTE_REFUSED)),
        EvidenceError::NoAnswer => Ok(told(id, texts::FLASH_DISPUTE_NO_ANSWER)),
        EvidenceError::Pay(error) => Err(error.into()),
    }
}
