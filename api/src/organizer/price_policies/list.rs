//! `GET /manage/events/{id}/prices`.

use axum::response::Response;
use bilten_branding::views::{
    Section,
    console::{MovingPricesView, MovingTypeRow},
};
use bilten_core::catalog::{self, TicketType};
use bilten_kernel::{EventId, EventKind, Timestamp};
use bilten_tenancy::permissions::{Permission, Scope};

use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{console::Console, urls},
};

pub(super) async fn list(PathId(id): PathId<EventKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::PriceEdit, id).await?;
    let detail = catalog::find_event(&console, &mut tx, id).await?;
    let detail = detail.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    let now = console.now();
    let may_stop_all = console.session.rights.allows(Permission::PriceEdit, Scope::Tenant);
    let view = MovingPricesView {
        title: detail.event.name.to_string(),
        event_url: urls::event(id),
        types: detail.ticket_types.iter().map(|kind| row(id, kind, now)).collect(),
        stop_all_action: may_stop_all.then(|| urls::STOP_PRICES.to_owned()),
    };
    console.html(Section::Events, &view)
}

fn row(event: EventId, kind: &TicketType, now: Timestamp) -> MovingTypeRow {
    MovingTypeRow {
        name: kind.terms.name.to_string(),
        url: urls::price_policy(event, kind.id),
        price: kind.display_price(now),
        version: kind.moving.as_ref().map(|moving| moving.version),
        is_fixed: is_fixed(kind),
    }
}

/// Whether something keeps the price from moving with demand.
pub(super) fn is_fixed(kind: &TicketType) -> bool {
    !kind.tiers.is_empty() || kind.open_price.is_some()
}
