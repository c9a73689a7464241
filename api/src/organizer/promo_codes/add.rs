//! Adds a promo code.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{FieldErrors, Section, Text, console::PromoForm},
};
use bilten_core::{
    catalog::{self, Event, MAX_CAPACITY},
    promo::{self, AddPromoError, Discount, NewPromo, PromoCode, PromoRules},
};
use bilten_kernel::{Ctx, EventKind, Timestamp, ZoneName};
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
    console.permit_event(&mut tx, Permission::CodeManage, id).await?;
    let mut typed = Typed::read(&fields);
    let detail = catalog::find_event(&console, &mut tx, id).await?;
    let detail = detail.ok_or_else(Problem::not_found)?;
    if let Some(new) = read(&console, &mut typed, &detail.event) {
        let (made, said) = match series(&typed) {
            Some(count) => {
                let made = promo::add_series(&console, &mut tx, id, (new, count)).await;
                (made, texts::FLASH_PROMO_SERIES_ADDED)
            }
            None => (
                promo::add_promo(&console, &mut tx, id, new).await,
                texts::FLASH_PROMO_ADDED,
            ),
        };
        match made {
            Ok(_) => {
                tx.commit().await?;
                return Ok(redirect_saying(&urls::event(id), said));
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

/// How many codes of one use each are wanted, when it is not one code.
fn series(typed: &Typed) -> Option<u32> {
    let text = typed.form.count.trim();
    // What is no number is no size of a series either.
    (!text.is_empty()).then(|| text.parse().unwrap_or(0))
}

/// Reads the form; `None` when something in it was refused.
fn read(ctx: &Ctx, typed: &mut Typed, event: &Event) -> Option<NewPromo> {
    let size = series(typed);
    let Typed { form, types, errors } = typed;
    let code = match form.code.trim() {
        "" if size.is_none() => Some(PromoCode::random(ctx)),
        typed => typed.parse::<PromoCode>().ok(),
    };
    if code.is_none() {
        errors.push("code", Text::new(texts::FIELD_PROMO_CODE_INVALID));
    }
    if size.is_some_and(|size| !(1..=promo::MAX_IN_SERIES).contains(&size)) {
        errors.push("count", Text::new(texts::FIELD_PROMO_SERIES));
    }
    let uses = if size.is_some() {
        Some(1)
    } else {
        form.uses.trim().parse::<i64>().ok()
    };
    let uses = uses.filter(|uses| (1..=MAX_CAPACITY).contains(uses));
    if uses.is_none() {
        errors.push("uses", between(1, MAX_CAPACITY));
    }
    let discount = discount(form, event);
    if discount.is_none() {
        let key = match form.kind.as_str() {
            "amount" | "price" | "order" => texts::FIELD_PRICE_INVALID,
            _ => texts::FIELD_PROMO_PERCENT_INVALID,
        };
        errors.push("value", Text::new(key));
    }
    let rules = rules(form, errors, event);
    let starts_at = time(errors, ("starts", &form.starts), &event.time_zone);
    let ends_at = time(errors, ("ends", &form.ends), &event.time_zone);
    if !errors.is_empty() {
        return None;
    }
    Some(NewPromo {
        code: code?,
        discount: discount?,
        rules,
        uses: uses?,
        ticket_types: types.iter().filter_map(|id| id.parse().ok()).collect(),
        starts_at,
        ends_at,
    })
}

fn between(min: i64, max: i64) -> Text {
    Text::new(texts::FIELD_NUMBER_BETWEEN).with("min", min).with("max", max)
}

/// Reads the rules that most codes do not have; empty fields say nothing.
fn rules(form: &PromoForm, errors: &mut FieldErrors, event: &Event) -> PromoRules {
    let mut money = |field: &str, text: &str| {
        let minor = prices::read(text, event.currency).filter(|minor| *minor > 0);
        if minor.is_none() && !text.trim().is_empty() {
            errors.push(field, Text::new(texts::FIELD_PRICE_INVALID));
        }
        minor
    };
    let (min_spend_minor, budget_minor) = (money("min_spend", &form.min_spend), money("budget", &form.budget));
    let mut number = |field: &str, text: &str, (min, max): (i64, i64)| {
        let number = text
            .trim()
            .parse::<i64>()
            .ok()
            .filter(|number| (min..=max).contains(number));
        if number.is_none() && !text.trim().is_empty() {
            errors.push(field, between(min, max));
        }
        number
    };
    let per_person = number("per_person", &form.per_person, (1, i64::from(promo::MAX_PER_PERSON)));
    let group = number("group", &form.group, (1, i64::from(promo::MAX_STACK_GROUP)));
    let most = i64::from(promo::MAX_PRIORITY);
    let priority = number("priority", &form.priority, (-most, most));
    PromoRules {
        unlocks: form.unlocks,
        is_fee_free: form.fee_free,
        min_spend_minor,
        max_per_person: per_person.and_then(|most| u32::try_from(most).ok()),
        budget_minor,
        stack_group: group.and_then(|group| u32::try_from(group).ok()),
        priority: priority.and_then(|rank| i32::try_from(rank).ok()).unwrap_or(0),
    }
}

fn discount(form: &PromoForm, event: &Event) -> Option<Discount> {
    let price = || prices::read(&form.value, event.currency);
    match form.kind.as_str() {
        "amount" => price().filter(|off| *off > 0).map(Discount::Amount),
        "price" => price().map(Discount::Price),
        "order" => price().filter(|off| *off > 0).map(Discount::Order),
        "none" => Some(Discount::Nothing),
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
        AddPromoError::Series => ("count", texts::FIELD_PROMO_SERIES),
        AddPromoError::Window => ("ends", texts::FIELD_ENDS_BEFORE_START),
        AddPromoError::TooShort => ("code", texts::FIELD_PROMO_TOO_SHORT),
        // The amount is above what any ticket may cost.
        AddPromoError::Discount => ("value", texts::FIELD_PROMO_NOTHING),
        AddPromoError::Rule("min_spend_minor") => ("min_spend", texts::FIELD_PRICE_INVALID),
        AddPromoError::Rule("budget_minor") => ("budget", texts::FIELD_PRICE_INVALID),
        // The form offered these types and checked the number: it was sent by no browser.
        error @ (AddPromoError::NotFound
        | AddPromoError::Closed
        | AddPromoError::Uses
        | AddPromoError::Rule(_)
        | AddPromoError::TicketType(_)
        | AddPromoError::Db(_)) => return Err(error.into()),
    };
    errors.push(field, Text::new(key));
    Ok(())
}
