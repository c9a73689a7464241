//! Adds a promo code.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, console::PromoForm},
};
use bilten_core::{
    catalog::{self, Event, MAX_CAPACITY},
    promo::{self, AddPromoError, Discount, NewPromo, PromoCode},
};
use bilten_kernel::{EventKind, Timestamp, ZoneName};
use bilten_tenancy::permissions::Permission;

use super::Typed;
use crate::{
    http::{extract::CsrfForm, ids::PathId, problem::Problem, shell::redirect_saying},
    organizer::{console::Console, events, prices, urls, wizard::local_time},
};

/// `POST /manage/events/{id}/promo-codes`: adds a code, or shows the event's page again with what is wrong.
pub(super) async fn create(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(fields): CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::EventUpdate, id).await?;
    let mut typed = Typed::read(&fields);
    let detail = catalog::find_event(&console, &mut tx, id).await?;
    let detail = detail.ok_or_else(Problem::not_found)?;
    if let Some(new) = read(&mut typed, &detail.event) {
        match promo::add_promo(&console, &mut tx, id, new).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(redirect_saying(&urls::event(id), texts::FLASH_PROMO_ADDED));
            }
            Err(AddPromoError::Closed) => return Ok(redirect_saying(&urls::event(id), texts::FLASH_TOO_LATE)),
            Err(error) => explain(&mut typed.errors, error)?,
        }
    }
    // Nothing was written.
    let view = events::overview(&console, &mut tx, id, typed).await?;
    tx.commit().await?;
    console.html_refused(Section::Events, &view)
}

/// Reads the form; `None` when something in it was refused.
fn read(typed: &mut Typed, event: &Event) -> Option<NewPromo> {
    let Typed { form, types, errors } = typed;
    let code = form.code.parse::<PromoCode>().ok();
    if code.is_none() {
        errors.push("code", Text::new(texts::FIELD_PROMO_CODE_INVALID));
    }
    let uses = form.uses.trim().parse::<i64>().ok();
    let uses = uses.filter(|uses| (1..=MAX_CAPACITY).contains(uses));
    if uses.is_none() {
        let text = Text::new(texts::FIELD_NUMBER_BETWEEN).with("min", 1_u32);
        errors.push("uses", text.with("max", MAX_CAPACITY));
    }
    let discount = discount(form, event);
    if discount.is_none() {
        let key = match form.kind.as_str() {
            "amount" | "price" => texts::FIELD_PRICE_INVALID,
            _ => texts::FIELD_PROMO_PERCENT_INVALID,
        };
        errors.push("value", Text::new(key));
    }
    let starts_at = time(errors, ("starts", &form.starts), &event.time_zone);
    let ends_at = time(errors, ("ends", &form.ends), &event.time_zone);
    if !errors.is_empty() {
        return None;
    }
    Some(NewPromo {
        code: code?,
        discount: discount?,
        uses: uses?,
        ticket_types: types.iter().filter_map(|id| id.parse().ok()).collect(),
        starts_at,
        ends_at,
    })
}

fn discount(form: &PromoForm, event: &Event) -> Option<Discount> {
    let price = || prices::read(&form.value, event.currency);
    match form.kind.as_str() {
        "amount" => price().filter(|off| *off > 0).map(Discount::Amount),
        "price" => price().map(Discount::Price),
        _ => {
            let bp = i32::try_from(prices::read_hundredths(&form.value)?).ok()?;
            (1..=promo::WHOLE_BP).contains(&bp).then_some(Discount::Share(bp))
        }
    }
}

fn time(errors: &mut FieldErrors, (field, text): (&str, &str), zone: &ZoneName) -> Option<Timestamp> {
    let at = local_time::read(text, zone);
    if at.is_none() && !text.trim().is_empty() {
        errors.push(field, Text::new(texts::FIELD_DATE_INVALID));
    }
    at
}

fn explain(errors: &mut FieldErrors, error: AddPromoError) -> Result<(), Problem> {
    let (field, key) = match error {
        AddPromoError::Taken => ("code", texts::FIELD_PROMO_CODE_TAKEN),
        AddPromoError::TooMany => ("code", texts::FIELD_PROMO_TOO_MANY),
        AddPromoError::Window => ("ends", texts::FIELD_ENDS_BEFORE_START),
        // The amount is above what any ticket may cost.
        AddPromoError::Discount => ("value", texts::FIELD_PRICE_INVALID),
        // The form offered these types and checked the number: it was sent by no browser.
        error @ (AddPromoError::NotFound
        | AddPromoError::Closed
        | AddPromoError::Uses
        | AddPromoError::TicketType(_)
        | AddPromoError::Db(_)) => return Err(error.into()),
    };
    errors.push(field, Text::new(key));
    Ok(())
}
