//! `GET /manage/platform-access/{id}`: a visit, and what was done on it.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{VisitDeed, VisitView},
    },
};
use bilten_kernel::{VisitKind, ZoneName};
use bilten_sso::visits::{self, VisitRow};
use bilten_tenancy::{
    DbError, TenantTx,
    audit::{self, AuditFilter, AuditRow},
};
use serde_json::Value;

use super::{list::cards, permit};
use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{console::Console, figures, urls},
};

/// Deeds on the page at most; the record has all.
const MAX_DEEDS: i64 = 500;

pub(super) async fn show(PathId(id): PathId<VisitKind>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = &settings.time_zone;
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let visit = visits::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    let cards = cards(&console, &mut tx, zone, std::slice::from_ref(&visit)).await?;
    let deeds = deeds(&mut tx, &visit).await?;
    tx.commit().await?;
    let view = VisitView {
        card: cards.card(&visit),
        deeds: deeds.iter().map(|row| deed(row, zone)).collect(),
        list_url: urls::VISITS.to_owned(),
    };
    console.html(Section::Visits, &view)
}

/// What the operator did while he was in; nothing before he came.
async fn deeds(tx: &mut TenantTx, visit: &VisitRow) -> Result<Vec<AuditRow>, DbError> {
    let Some(started) = visit.started_at else {
        return Ok(Vec::new());
    };
    let filter = AuditFilter {
        actor: Some(format!("operator:{}", visit.operator)),
        from: Some(started),
        // Ids are made in whole milliseconds.
        until: visit
            .ended_at
            .or(visit.ends_at)
            .map(|at| at + jiff::SignedDuration::from_secs(1)),
        ..AuditFilter::default()
    };
    let id = visit.id.to_string();
    let mut rows = audit::list(tx, &filter, None, MAX_DEEDS).await?;
    rows.retain(|row| row.entry.details.get("visit").and_then(Value::as_str) == Some(id.as_str()));
    Ok(rows)
}

fn deed(row: &AuditRow, zone: &ZoneName) -> VisitDeed {
    let entry = &row.entry;
    let page = entry.details.get("page").and_then(Value::as_str);
    VisitDeed {
        at: figures::moment(entry.at, zone),
        label: texts::action(&entry.action).map(Text::new),
        action: entry.action.clone(),
        object: page.unwrap_or(&entry.object).to_owned(),
    }
}
