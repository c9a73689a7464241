//! Orders that were taxed because a register did not answer.

use axum::response::Response;
use bilten_billing::vat::{self, Correction};
use bilten_branding::{
    texts,
    views::{Moment, console::CorrectionRow},
};
use bilten_core::orders;
use bilten_kernel::OrderKind;
use bilten_tenancy::TenantTx;

use super::permit;
use crate::{
    http::{ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, urls},
};

/// Lists those that staff have not dealt with.
pub(super) async fn rows(tx: &mut TenantTx, zone: &str) -> Result<Vec<CorrectionRow>, Problem> {
    let mut rows = Vec::new();
    for found in vat::list_corrections(tx).await? {
        let order = orders::find(tx, found.order).await?;
        rows.extend(order.map(|order| row(&found, &order.code.to_string(), zone)));
    }
    Ok(rows)
}

fn row(found: &Correction, code: &str, zone: &str) -> CorrectionRow {
    CorrectionRow {
        code: code.to_owned(),
        url: urls::order(found.order),
        vat_id: found.number.to_string(),
        consultation: found.consultation.clone(),
        tax: found.tax,
        found: Moment::new(found.found_at, zone),
        close_action: urls::tax_correction(found.order),
    }
}

/// `POST /manage/taxes/corrections/{id}`: takes an order off the list.
pub(super) async fn close(PathId(order): PathId<OrderKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    if orders::find(&mut tx, order).await?.is_none() {
        return Err(Problem::not_found());
    }
    vat::close_correction(&console, &mut tx, order).await?;
    tx.commit().await?;
    Ok(redirect_saying(urls::TAXES, texts::FLASH_CORRECTION_CLOSED))
}
