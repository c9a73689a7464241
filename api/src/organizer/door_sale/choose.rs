//! Chooses what is sold, and holds it.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{DoorSaleView, DoorTypeRow},
    },
};
use bilten_core::{
    catalog::{self, EventDetail, EventStatus, TicketType},
    inventory::{Extras, HoldError, HoldRequest},
};
use bilten_kernel::{EventKind, TicketTypeId};
use bilten_tenancy::permissions::Permission;

use crate::{
    http::{
        extract::{CsrfForm, is_request_key},
        ids::PathId,
        problem::Problem,
        shell::redirect,
    },
    organizer::{console::Console, figures, urls},
};

/// Begins the name of a type's field.
const FIELD: &str = "qty_";

/// `GET /manage/events/{id}/door-sale`.
pub(super) async fn show(PathId(id): PathId<EventKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::CashTake, id).await?;
    let found = catalog::find_event(&console, &mut tx, id).await?;
    tx.commit().await?;
    let view = view(&console, &found.ok_or_else(Problem::not_found)?, &[], None);
    console.html(Section::CheckIn, &view)
}

/// `POST /manage/events/{id}/door-sale`: holds the choice and goes on to the money.
pub(super) async fn create(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::CashTake, id).await?;
    let found = catalog::find_event(&console, &mut tx, id).await?;
    tx.commit().await?;
    let detail = found.ok_or_else(Problem::not_found)?;
    let error = match read(&fields) {
        Err(error) => error,
        Ok(items) => {
            let key = fields.iter().find(|(name, _)| name == "request_key");
            let key = key.map(|(_, key)| key).filter(|key| is_request_key(key));
            let request = HoldRequest {
                event: id,
                items,
                keep_together: false,
                request_key: key.map(|key| format!("door {} {key}", console.session.account)),
                promo_code: None,
                extras: Extras::default(),
            };
            match console.state.engine.hold(&console, request).await {
                Ok(hold) => return Ok(redirect(&urls::door_cart(hold.id))),
                Err(error) => explain(error)?,
            }
        }
    };
    let view = view(&console, &detail, &fields, Some(error));
    console.html_refused(Section::CheckIn, &view)
}

/// Types and numbers that were typed; empty fields are left out.
fn read(fields: &[(String, String)]) -> Result<Vec<(TicketTypeId, u32)>, Text> {
    let odd = || Text::new(texts::DOOR_SALE_NOTHING);
    let mut items = Vec::new();
    for (name, typed) in fields {
        let Some(id) = name.strip_prefix(FIELD) else { continue };
        let typed = typed.trim();
        if typed.is_empty() || typed == "0" {
            continue;
        }
        items.push((id.parse().map_err(|_| odd())?, typed.parse().map_err(|_| odd())?));
    }
    if items.is_empty() { Err(odd()) } else { Ok(items) }
}

/// Says what stands in the way; what is no answer to the clerk stays an error.
fn explain(error: HoldError) -> Result<Text, Problem> {
    match error {
        HoldError::SoldOut { left, .. } => Ok(Text::new(texts::DOOR_SALE_TOO_FEW).with("left", i64::from(left))),
        HoldError::NotTogether { largest, .. } => {
            Ok(Text::new(texts::DOOR_SALE_TOO_FEW).with("left", i64::from(largest)))
        }
        HoldError::QuantityOutOfRange { min, max, .. } => Ok(Text::new(texts::DOOR_SALE_QUANTITY)
            .with("least", min)
            .with("most", max)),
        HoldError::AddOn(refused) => Ok(Text::new(texts::DOOR_SALE_ADD_ON).with("most", refused.most)),
        HoldError::NotOnSale { .. } => Ok(Text::new(texts::DOOR_SALE_NOT_OPEN)),
        // What was read names something; only how many there are can be wrong.
        HoldError::Malformed => Ok(Text::new(texts::DOOR_SALE_MANY)),
        error => Err(error.into()),
    }
}

fn view(console: &Console, detail: &EventDetail, fields: &[(String, String)], error: Option<Text>) -> DoorSaleView {
    let event = &detail.event;
    let is_open = event.status_at(console.now()) == EventStatus::Published;
    // Nobody types a code at the door.
    let types = || detail.ticket_types.iter().filter(|t| is_open && !t.terms.is_locked);
    let rows = |are_add_ons: bool| {
        let wanted = types().filter(|t| t.terms.kind.is_add_on() == are_add_ons);
        wanted.map(|ticket_type| row(console, ticket_type, fields)).collect()
    };
    DoorSaleView {
        event: event.name.to_string(),
        starts: figures::moment(event.starts_at, &event.time_zone),
        check_in_url: console.may(Permission::TicketScan).then(|| urls::check_in(event.id)),
        action: urls::door_sale(event.id),
        request_key: console.random_uuid().simple().to_string(),
        types: rows(false),
        add_ons: rows(true),
        error,
    }
}

fn row(console: &Console, ticket_type: &TicketType, fields: &[(String, String)]) -> DoorTypeRow {
    let field = format!("{FIELD}{}", ticket_type.id);
    let typed = fields.iter().find(|(name, _)| *name == field);
    DoorTypeRow {
        name: ticket_type.terms.name.to_string(),
        price: ticket_type.display_price(console.now()),
        left: figures::count(ticket_type.left()),
        most: ticket_type.terms.max_per_order,
        least: ticket_type.terms.min_per_order,
        typed: typed.map(|(_, typed)| typed.trim().to_owned()).unwrap_or_default(),
        field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_fields_are_no_wish_and_nonsense_is_refused() {
        let field = |value: &str| {
            let id = TicketTypeId::from_uuid(uuid::Uuid::from_u128(7));
            vec![(format!("{FIELD}{id}"), value.to_owned())]
        };
        assert_eq!(read(&field(" 2 ")).map(|items| items.len()), Ok(1));
        for odd in ["", "0", "-1", "two", "1.5", "99999999999"] {
            assert!(read(&field(odd)).is_err(), "{odd}");
        }
        assert!(read(&[("qty_x".to_owned(), "1".to_owned())]).is_err());
    }
}
