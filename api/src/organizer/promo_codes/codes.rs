//! The codes of a series, or one code, as a file (RFC 4180).

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use bilten_core::promo::{self, SeriesCode};
use bilten_kernel::{EventId, PromoCodeId};
use bilten_tenancy::{
    audit::{self, Entry},
    permissions::Permission,
};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::{http::problem::Problem, organizer::console::Console};

/// `GET /manage/events/{id}/promo-codes/{promo}/codes.csv`. No cell can act as a formula: codes begin with a letter or a digit
/// unless somebody made them begin with a hyphen, and those are quoted with an apostrophe.
pub(super) async fn show(Path((event, code)): Path<(String, String)>, console: Console) -> Result<Response, Problem> {
    let event: EventId = event.parse().map_err(|_| Problem::not_found())?;
    let first: PromoCodeId = code.parse().map_err(|_| Problem::not_found())?;
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::CodeManage, event).await?;
    let found = promo::list_series_codes(&mut tx, event, first).await?;
    let codes = found.ok_or_else(Problem::not_found)?;
    let entry = Entry {
        action: "promo_series.exported",
        object: first.to_string(),
        details: serde_json::json!({ "event": event, "codes": codes.len() }),
    };
    audit::record(&mut tx, &console, entry).await?;
    tx.commit().await?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"promo-codes.csv\"".to_owned(),
        ),
    ];
    Ok((headers, file(&codes)).into_response())
}

fn file(codes: &[SeriesCode]) -> String {
    let row = |code: &SeriesCode| {
        let guard = if code.code.as_str().starts_with('-') { "'" } else { "" };
        format!("{guard}{},{}\r\n", code.code, state(code))
    };
    // A byte order mark has spreadsheets read it as UTF-8.
    let head = "\u{feff}code,state\r\n".to_owned();
    std::iter::once(head).chain(codes.iter().map(row)).collect()
}

const fn state(code: &SeriesCode) -> &'static str {
    match code {
        SeriesCode { is_used: true, .. } => "used",
        SeriesCode { is_held: true, .. } => "in_cart",
        SeriesCode {
            withdrawn_at: Some(_), ..
        } => "withdrawn",
        _ => "open",
    }
}
