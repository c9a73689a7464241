//! Rows of the form of ticket types: as typed, and as understood.

use bilten_branding::{
    texts,
    views::{FieldErrors, Text, console::TicketTypeForm},
};
use bilten_core::catalog::{
    AddTicketTypeError, Event, MAX_TICKET_TYPES, NewTicketType, RemoveTicketTypeError, SaleRules, SaleTerms,
    SaveTicketTypesError, Stock, StockChange, TermsError, TicketKind, TicketType, TicketTypeChange, TicketTypeWish,
    UpdateTicketTypeError, WishError,
};
use bilten_kernel::{TicketTypeId, Timestamp};

use super::local_time;
use crate::{http::problem::Problem, organizer::prices};

/// Places that a number field may ask for have at most so many digits.
const MAX_DIGITS: usize = 9;

/// The rows as typed, with what was asked for besides.
pub(super) struct Rows {
    pub forms: Vec<TicketTypeForm>,
    removed: Vec<bool>,
    /// Button that was pressed.
    pub then: String,
}

impl Rows {
    /// Reads `name_0`, `price_0`, …; unknown fields are passed over.
    pub(super) fn read(fields: &[(String, String)]) -> Self {
        let mut rows = Self {
            forms: Vec::new(),
            removed: Vec::new(),
            then: String::new(),
        };
        for (name, value) in fields {
            if name == "then" {
                rows.then.clone_from(value);
            }
            let Some((field, n)) = name.rsplit_once('_') else {
                continue;
            };
            let Some(n) = n.parse::<usize>().ok().filter(|n| *n < MAX_TICKET_TYPES) else {
                continue;
            };
            rows.set(n, field, value);
        }
        rows
    }

    fn set(&mut self, n: usize, field: &str, value: &str) {
        if self.forms.len() <= n {
            self.forms.resize_with(n + 1, TicketTypeForm::default);
            self.removed.resize(n + 1, false);
        }
        let (Some(form), Some(removed)) = (self.forms.get_mut(n), self.removed.get_mut(n)) else {
            return;
        };
        let target = match field {
            "id" => &mut form.id,
            "name" => &mut form.name,
            "description" => &mut form.description,
            "price" => &mut form.price,
            "capacity" => &mut form.capacity,
            "min" => &mut form.min,
            "max" => &mut form.max,
            "opens" => &mut form.opens,
            "closes" => &mut form.closes,
            "peradmission" => &mut form.per_admission,
            "hidden" => {
                form.hidden = true;
                return;
            }
            "locked" => {
                form.locked = true;
                return;
            }
            "addon" => {
                form.add_on = true;
                return;
            }
            "remove" => {
                *removed = true;
                return;
            }
            _ => return,
        };
        value.clone_into(target);
    }

    /// Understands the rows: wishes with the number of their row, or what is wrong.
    pub(super) fn wishes(
        &self,
        event: &Event,
        existing: &[TicketType],
    ) -> Result<Vec<(usize, TicketTypeWish)>, FieldErrors> {
        let mut errors = FieldErrors::none();
        let mut wishes = Vec::new();
        for (n, form) in self.forms.iter().enumerate() {
            let id: Option<TicketTypeId> = form.id.parse().ok();
            let known = id.and_then(|id| existing.iter().find(|t| t.id == id));
            let is_removed = self.removed.get(n).copied().unwrap_or(false);
            match known {
                Some(known) if is_removed => wishes.push((n, TicketTypeWish::Remove(known.id))),
                None if is_removed || is_blank(form) => {}
                _ => {
                    let parsed = Parsed::read(n, form, event, &mut errors);
                    wishes.extend(parsed.map(|parsed| (n, parsed.wish(known))));
                }
            }
        }
        if errors.is_empty() { Ok(wishes) } else { Err(errors) }
    }
}

/// A row of a type that exists.
pub(super) fn of(event: &Event, ticket_type: &TicketType) -> TicketTypeForm {
    let terms = &ticket_type.terms;
    let time = |at: Option<Timestamp>| at.map(|at| local_time::write(at, &event.time_zone)).unwrap_or_default();
    let sold = ticket_type.pools.iter().map(|pool| pool.sold).max().unwrap_or(0);
    TicketTypeForm {
        id: ticket_type.id.to_string(),
        name: terms.name.to_string(),
        description: terms.description.to_string(),
        price: prices::write(ticket_type.price),
        buyer_pays: Some(ticket_type.display_price_of_rest()).filter(|price| *price != ticket_type.price),
        capacity: ticket_type.capacity().to_string(),
        min: terms.min_per_order.to_string(),
        max: terms.max_per_order.to_string(),
        opens: time(terms.sale_starts_at),
        closes: time(terms.sale_ends_at),
        shared: shared(ticket_type),
        hidden: terms.is_hidden,
        locked: terms.is_locked,
        add_on: terms.kind.is_add_on(),
        per_admission: terms
            .kind
            .per_admission()
            .map(|most| most.to_string())
            .unwrap_or_default(),
        sold: crate::organizer::figures::count(sold),
    }
}

/// Names the pools of a type that has none of its own.
fn shared(ticket_type: &TicketType) -> String {
    if ticket_type.own_pool().is_some() {
        return String::new();
    }
    let names: Vec<&str> = ticket_type.pools.iter().map(|pool| pool.name.as_str()).collect();
    names.join(", ")
}

/// A new row with what most people want.
pub(super) fn blank() -> TicketTypeForm {
    TicketTypeForm {
        min: "1".to_owned(),
        max: "10".to_owned(),
        ..TicketTypeForm::default()
    }
}

fn is_blank(form: &TicketTypeForm) -> bool {
    form.id.is_empty()
        && [&form.name, &form.description, &form.price, &form.capacity]
            .iter()
            .all(|text| text.trim().is_empty())
}

/// A row that is understood.
struct Parsed {
    terms: SaleTerms,
    price_minor: i64,
    capacity: i64,
}

impl Parsed {
    fn read(n: usize, form: &TicketTypeForm, event: &Event, errors: &mut FieldErrors) -> Option<Self> {
        let mut refuse = |field: &str, key: &str| errors.push(&format!("{field}_{n}"), Text::new(key));
        let name = form.name.parse().map_err(|_| refuse("name", texts::FIELD_REQUIRED));
        let description = form
            .description
            .parse()
            .map_err(|_| refuse("description", texts::FIELD_NUMBER_INVALID));
        let price = prices::read(&form.price, event.currency);
        let price = price.ok_or_else(|| refuse("price", texts::FIELD_PRICE_INVALID));
        let capacity = number(&form.capacity).ok_or_else(|| refuse("capacity", texts::FIELD_NUMBER_INVALID));
        let limit = |text: &str, usual: i64| {
            let number = if text.trim().is_empty() {
                Some(usual)
            } else {
                number(text)
            };
            number.and_then(|n| u32::try_from(n).ok())
        };
        let min = limit(&form.min, 1).ok_or_else(|| refuse("min", texts::FIELD_NUMBER_INVALID));
        let max = limit(&form.max, 10).ok_or_else(|| refuse("max", texts::FIELD_NUMBER_INVALID));
        let kind = if form.add_on {
            limit(&form.per_admission, 1).map(|per_admission| TicketKind::AddOn { per_admission })
        } else {
            Some(TicketKind::Admission)
        };
        let kind = kind.ok_or_else(|| refuse("peradmission", texts::FIELD_PER_ADMISSION));
        let time = |text: &str| match text.trim() {
            "" => Ok(None),
            text => local_time::read(text, &event.time_zone).map(Some).ok_or(()),
        };
        let opens = time(&form.opens).map_err(|()| refuse("opens", texts::FIELD_DATE_INVALID));
        let closes = time(&form.closes).map_err(|()| refuse("closes", texts::FIELD_DATE_INVALID));
        Some(Self {
            terms: SaleTerms {
                name: name.ok()?,
                description: description.ok()?,
                min_per_order: min.ok()?,
                max_per_order: max.ok()?,
                sale_starts_at: opens.ok()?,
                sale_ends_at: closes.ok()?,
                is_hidden: form.hidden || form.locked,
                is_locked: form.locked,
                kind: kind.ok()?,
            },
            price_minor: price.ok()?,
            capacity: capacity.ok()?,
        })
    }

    fn wish(self, known: Option<&TicketType>) -> TicketTypeWish {
        let Some(known) = known else {
            return TicketTypeWish::Add(NewTicketType {
                terms: self.terms,
                price_minor: self.price_minor,
                stock: Stock::own(self.capacity),
                rules: SaleRules::default(),
            });
        };
        let stock = match known.own_pool() {
            Some(_) => StockChange::OwnCapacity(self.capacity),
            // Its places come from pools that other types share; they are not changed here.
            None => StockChange::Keep,
        };
        TicketTypeWish::Change(
            known.id,
            TicketTypeChange {
                terms: Some(self.terms),
                price_minor: Some(self.price_minor),
                position: None,
                stock,
            },
        )
    }
}

fn number(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let is_number = !text.is_empty() && text.len() <= MAX_DIGITS && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// Says beside which field a wish failed.
pub(super) fn explain(n: usize, error: SaveTicketTypesError) -> Result<FieldErrors, Problem> {
    let beside = |field: &str, text: Text| Ok(FieldErrors::none().with(&format!("{field}_{n}"), text));
    let of_terms = |terms: TermsError| match terms {
        TermsError::PerOrderLimits => beside("max", Text::new(texts::FIELD_NUMBER_INVALID)),
        TermsError::SaleWindow => beside("closes", Text::new(texts::FIELD_ENDS_BEFORE_START)),
        TermsError::Price => beside("price", Text::new(texts::FIELD_PRICE_INVALID)),
        TermsError::Capacity => beside("capacity", Text::new(texts::FIELD_NUMBER_INVALID)),
        TermsError::PerAdmission => beside("peradmission", Text::new(texts::FIELD_PER_ADMISSION)),
    };
    match error.error {
        WishError::Add(AddTicketTypeError::Terms(terms)) | WishError::Change(UpdateTicketTypeError::Terms(terms)) => {
            of_terms(terms)
        }
        WishError::Add(AddTicketTypeError::NoStock) => beside("capacity", Text::new(texts::FIELD_CAPACITY_ZERO)),
        WishError::Change(UpdateTicketTypeError::CapacityBelowSold { committed }) => {
            beside("capacity", Text::new(texts::FIELD_BELOW_SOLD).with("sold", committed))
        }
        WishError::Add(AddTicketTypeError::TooMany) => beside("name", Text::new(texts::FIELD_NUMBER_INVALID)),
        WishError::Change(UpdateTicketTypeError::KindSettled) => beside("addon", Text::new(texts::FIELD_KIND_SETTLED)),
        WishError::Change(UpdateTicketTypeError::Moving) => beside("price", Text::new(texts::FIELD_PRICE_MOVES)),
        WishError::Remove(RemoveTicketTypeError::HasPolicy) => beside("name", Text::new(texts::FIELD_HAS_POLICY)),
        WishError::Remove(RemoveTicketTypeError::Published) => beside("name", Text::new(texts::FLASH_TOO_LATE)),
        WishError::Add(AddTicketTypeError::Db(error))
        | WishError::Change(UpdateTicketTypeError::Db(error))
        | WishError::Remove(RemoveTicketTypeError::Db(error))
        | WishError::Db(error) => Err(error.into()),
        error @ (WishError::Add(_) | WishError::Change(_) | WishError::Remove(_)) => {
            Err(Problem::new(crate::http::problem::Code::Conflict).caused_by(error))
        }
    }
}
