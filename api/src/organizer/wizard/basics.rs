//! Step 1: name, time, place. The first time, it makes the draft.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Choice, FieldErrors, Section, Text,
        console::{BasicsForm, BasicsStepView, WizardFrame, WizardStep},
    },
};
use bilten_core::catalog::{
    self, Category, CreateEventError, Event, EventChange, EventName, NewEvent, NewVenue, Summary, UpdateEventError,
    VenueChange,
};
use bilten_kernel::{Currency, EventKind, Timestamp, ZoneName};
use bilten_tenancy::permissions::Permission;
use serde::Deserialize;

use super::{
    frame::{self, Arrival},
    local_time,
};
use crate::{
    http::{
        extract::{CsrfForm, Params},
        ids::PathId,
        problem::{Code, Problem},
    },
    organizer::console::Console,
};

/// The form as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    title: String,
    summary: String,
    category: String,
    starts: String,
    ends: String,
    doors: String,
    zone: String,
    venue: String,
    address: String,
    place: String,
    then: String,
}

/// The form as it is understood.
struct Basics {
    name: EventName,
    summary: Summary,
    category: Category,
    starts_at: Timestamp,
    ends_at: Timestamp,
    doors_at: Option<Timestamp>,
    zone: ZoneName,
    venue: Option<NewVenue>,
}

/// `GET /manage/events/new`.
pub(super) async fn show_new(console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let view = view(
        frame::new(),
        &Input::default(),
        settings.time_zone.as_str(),
        FieldErrors::none(),
    );
    console.html(Section::Events, &view)
}

/// `POST /manage/events/new`: makes the draft.
pub(super) async fn create(console: Console, CsrfForm(input): CsrfForm<Input>) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let errors = match parse(&input) {
        Ok(basics) => {
            let new = basics.into_new(settings.currency);
            let mut tx = console.begin().await?;
            let scope = bilten_tenancy::permissions::Scope::Tenant;
            bilten_tenancy::permissions::require(&mut tx, &console, Permission::EventCreate, scope).await?;
            match catalog::create_event(&console, &mut tx, new, Vec::new()).await {
                Ok(detail) => {
                    tx.commit().await?;
                    return Ok(frame::onward(detail.event.id, WizardStep::Basics, &input.then));
                }
                Err(CreateEventError::EndsBeforeStart) => ends_before_start(),
                Err(CreateEventError::DoorsAfterStart) => doors_after_start(),
                Err(CreateEventError::Db(error)) => return Err(error.into()),
                Err(
                    error @ (CreateEventError::NoOrganizer
                    | CreateEventError::TicketType { .. }
                    | CreateEventError::Pool { .. }
                    | CreateEventError::PersonLimit(_)),
                ) => {
                    return Err(Problem::internal(error));
                }
            }
        }
        Err(errors) => errors,
    };
    let view = view(frame::new(), &input, settings.time_zone.as_str(), errors);
    console.html_refused(Section::Events, &view)
}

/// `GET /manage/events/{id}/setup/basics`.
pub(super) async fn show(
    PathId(id): PathId<EventKind>,
    console: Console,
    Params(arrival): Params<Arrival>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let detail = super::load(&console, &mut tx, id).await?;
    tx.commit().await?;
    let frame = frame::of(&detail, WizardStep::Basics, &arrival, console.now());
    let view = view(
        frame,
        &Input::of(&detail.event),
        detail.event.time_zone.as_str(),
        FieldErrors::none(),
    );
    console.html(Section::Events, &view)
}

/// `POST /manage/events/{id}/setup/basics`.
pub(super) async fn save(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(input): CsrfForm<Input>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let detail = super::load(&console, &mut tx, id).await?;
    let errors = match parse(&input) {
        Ok(basics) => match catalog::update_event(&console, &mut tx, id, basics.into_change()).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(frame::onward(id, WizardStep::Basics, &input.then));
            }
            Err(UpdateEventError::EndsBeforeStart) => ends_before_start(),
            Err(UpdateEventError::DoorsAfterStart) => doors_after_start(),
            Err(UpdateEventError::EndsInThePast) => {
                FieldErrors::none().with("ends", Text::new(texts::FIELD_DATE_INVALID))
            }
            Err(UpdateEventError::NotFound) => return Err(Problem::not_found()),
            Err(UpdateEventError::Closed | UpdateEventError::CurrencyFrozen) => {
                return Err(Problem::new(Code::EventState));
            }
            Err(UpdateEventError::Db(error)) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    let frame = frame::of(&detail, WizardStep::Basics, &Arrival::default(), console.now());
    let view = view(frame, &input, detail.event.time_zone.as_str(), errors);
    console.html_refused(Section::Events, &view)
}

fn ends_before_start() -> FieldErrors {
    FieldErrors::none().with("ends", Text::new(texts::FIELD_ENDS_BEFORE_START))
}

fn doors_after_start() -> FieldErrors {
    FieldErrors::none().with("doors", Text::new(texts::FIELD_DOORS_AFTER_START))
}

fn view(frame: WizardFrame, input: &Input, zone: &str, errors: FieldErrors) -> BasicsStepView {
    let chosen = if input.zone.is_empty() { zone } else { &input.zone };
    BasicsStepView {
        frame,
        form: BasicsForm {
            title: input.title.clone(),
            summary: input.summary.clone(),
            category: input.category.clone(),
            starts: input.starts.clone(),
            ends: input.ends.clone(),
            doors: input.doors.clone(),
            venue: input.venue.clone(),
            address: input.address.clone(),
            place: input.place.clone(),
        },
        errors,
        zones: zones(chosen),
    }
}

/// Zones of places where people live, by name; the chosen one first.
fn zones(chosen: &str) -> Vec<Choice> {
    let regions = [
        "Africa/",
        "America/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let is_place = |name: &str| regions.iter().any(|region| name.starts_with(region)) && name != chosen;
    let mut zones = vec![Choice::new(chosen, chosen, true)];
    let known = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    zones.extend(
        known
            .filter(|name| is_place(name))
            .map(|name| Choice::new(name.clone(), name, false)),
    );
    zones
}

impl Input {
    /// The form of an event that exists.
    fn of(event: &Event) -> Self {
        let place = event.venue.as_ref().map(|venue| &venue.place);
        let part = |read: fn(&NewVenue) -> String| place.map(read).unwrap_or_default();
        Self {
            title: event.name.to_string(),
            summary: event.summary.to_string(),
            category: event.category.to_string(),
            starts: local_time::write(event.starts_at, &event.time_zone),
            ends: local_time::write(event.ends_at, &event.time_zone),
            doors: event
                .doors_at
                .map(|at| local_time::write(at, &event.time_zone))
                .unwrap_or_default(),
            zone: event.time_zone.to_string(),
            venue: part(|place| place.name.to_string()),
            address: part(|place| place.street.to_string()),
            place: part(|place| format!("{} {}", place.postcode, place.city).trim().to_owned()),
            then: String::new(),
        }
    }
}

/// Understands the form, or says of every field what is wrong with it.
fn parse(input: &Input) -> Result<Basics, FieldErrors> {
    let mut errors = FieldErrors::none();
    let required = || Text::new(texts::FIELD_REQUIRED);
    let too_long = |max: u32| Text::new(texts::FIELD_TOO_LONG).with("max", max);
    let name: Option<EventName> = input.title.parse().ok();
    if name.is_none() {
        let is_missing = input.title.trim().is_empty();
        errors.push("title", if is_missing { required() } else { too_long(120) });
    }
    let summary: Option<Summary> = input.summary.parse().ok();
    if summary.is_none() {
        errors.push("summary", too_long(300));
    }
    let category: Option<Category> = input.category.parse().ok();
    if category.is_none() {
        errors.push("category", too_long(40));
    }
    let zone: Option<ZoneName> = input.zone.parse().ok();
    if zone.is_none() {
        errors.push("zone", Text::new(texts::FIELD_ZONE_INVALID));
    }
    let mut time = |field: &str, text: &str| {
        let at = zone.as_ref().and_then(|zone| local_time::read(text, zone));
        if at.is_none() && zone.is_some() {
            let is_missing = text.trim().is_empty();
            errors.push(
                field,
                if is_missing {
                    required()
                } else {
                    Text::new(texts::FIELD_DATE_INVALID)
                },
            );
        }
        at
    };
    let starts_at = time("starts", &input.starts);
    let ends_at = time("ends", &input.ends);
    let doors_at = if input.doors.trim().is_empty() {
        None
    } else {
        time("doors", &input.doors)
    };
    let venue = parse_venue(input, &mut errors);
    match (name, summary, category, starts_at, ends_at, zone) {
        (Some(name), Some(summary), Some(category), Some(starts_at), Some(ends_at), Some(zone))
            if errors.is_empty() =>
        {
            Ok(Basics {
                name,
                summary,
                category,
                starts_at,
                ends_at,
                doors_at,
                zone,
                venue,
            })
        }
        _ => Err(errors),
    }
}

/// A place needs a name; without one there is no place.
fn parse_venue(input: &Input, errors: &mut FieldErrors) -> Option<NewVenue> {
    let has_address = !input.address.trim().is_empty() || !input.place.trim().is_empty();
    if input.venue.trim().is_empty() {
        if has_address {
            errors.push("venue", Text::new(texts::FIELD_REQUIRED));
        }
        return None;
    }
    let too_long = |max: u32| Text::new(texts::FIELD_TOO_LONG).with("max", max);
    let (postcode, city) = split_town(input.place.trim());
    let Ok(name) = input.venue.parse() else {
        errors.push("venue", too_long(120));
        return None;
    };
    let mut venue = NewVenue::named(name);
    match input.address.parse() {
        Ok(street) => venue.street = street,
        Err(_) => errors.push("address", too_long(120)),
    }
    match (postcode.parse(), city.parse()) {
        (Ok(postcode), Ok(city)) => {
            venue.postcode = postcode;
            venue.city = city;
        }
        _ => errors.push("place", too_long(80)),
    }
    Some(venue)
}

/// Splits `0150 Oslo` into postal code and town; a first word without a digit belongs to the town.
fn split_town(place: &str) -> (&str, &str) {
    match place.split_once(' ') {
        Some((code, city)) if code.len() <= 20 && code.bytes().any(|b| b.is_ascii_digit()) => (code, city.trim()),
        _ => ("", place),
    }
}

impl Basics {
    fn into_new(self, currency: Currency) -> NewEvent {
        NewEvent {
            summary: self.summary,
            category: self.category,
            venue: self.venue,
            doors_at: self.doors_at,
            ..NewEvent::new(self.name, self.starts_at, self.ends_at, self.zone, currency)
        }
    }

    fn into_change(self) -> EventChange {
        EventChange {
            name: Some(self.name),
            summary: Some(self.summary),
            category: Some(self.category),
            starts_at: Some(self.starts_at),
            ends_at: Some(self.ends_at),
            doors_at: Some(self.doors_at),
            time_zone: Some(self.zone),
            venue: self.venue.map_or(VenueChange::Remove, VenueChange::Set),
            ..EventChange::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Input {
        Input {
            title: "Vinter".into(),
            starts: "2027-02-12T18:00".into(),
            ends: "2027-02-12T23:00".into(),
            zone: "Europe/Oslo".into(),
            venue: "Blå".into(),
            address: "Brenneriveien 9".into(),
            place: "0182 Oslo".into(),
            ..Input::default()
        }
    }

    #[test]
    fn a_filled_form_is_understood() {
        let basics = parse(&filled()).unwrap_or_else(|errors| panic!("{errors:?}"));
        let venue = basics.venue.unwrap();
        assert_eq!((venue.postcode.as_str(), venue.city.as_str()), ("0182", "Oslo"));
        assert_eq!(basics.starts_at.to_string(), "2027-02-12T17:00:00Z");
    }

    #[test]
    fn each_wrong_field_is_named() {
        type Spoil = fn(&mut Input);
        let cases: [(Spoil, &str); 6] = [
            (|input| input.doors = "late".into(), "doors"),
            (|input| input.title = " ".into(), "title"),
            (|input| input.title = "x".repeat(121), "title"),
            (|input| input.starts = "soon".into(), "starts"),
            (|input| input.zone = "Europe/Atlantis".into(), "zone"),
            (|input| input.venue.clear(), "venue"),
        ];
        for (spoil, field) in cases {
            let mut input = filled();
            spoil(&mut input);
            let errors = serde_json::to_value(parse(&input).err().unwrap()).unwrap();
            assert!(errors.get(field).is_some(), "{field}: {errors}");
        }
    }

    #[test]
    fn towns_with_and_without_a_code_are_told_apart() {
        for (place, split) in [
            ("0150 Oslo", ("0150", "Oslo")),
            ("Oslo", ("", "Oslo")),
            ("New York", ("", "New York")),
            ("", ("", "")),
        ] {
            assert_eq!(split_town(place), split, "{place}");
        }
    }
}
