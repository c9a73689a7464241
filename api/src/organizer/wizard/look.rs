//! Step 3: words and picture.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Section, Text,
        console::{Artwork, LookForm, LookStepView, WizardStep},
    },
};
use bilten_core::catalog::{self, Event, EventChange, EventDetail, UpdateEventError};
use bilten_kernel::EventKind;
use serde::Deserialize;

use super::frame::{self, Arrival};
use crate::{
    http::{
        extract::{CsrfForm, Params},
        ids::PathId,
        problem::{Code, Problem},
    },
    organizer::console::Console,
    storefront::urls as shop_urls,
};

/// Pictures to choose from.
const PICTURES: usize = 6;

/// The form as it was sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    description: String,
    refund_policy: String,
    artwork: String,
    then: String,
}

/// `GET /manage/events/{id}/setup/look`.
pub(super) async fn show(
    PathId(id): PathId<EventKind>,
    console: Console,
    Params(arrival): Params<Arrival>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let detail = super::load(&console, &mut tx, id).await?;
    tx.commit().await?;
    let input = Input {
        description: detail.event.description.to_string(),
        refund_policy: detail.event.refund_policy.to_string(),
        artwork: detail.event.artwork.to_string(),
        then: String::new(),
    };
    let view = view(&console, &detail, &arrival, (&input, FieldErrors::none()));
    console.html(Section::Events, &view)
}

/// `POST /manage/events/{id}/setup/look`.
pub(super) async fn save(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(input): CsrfForm<Input>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let detail = super::load(&console, &mut tx, id).await?;
    let errors = match parse(&input) {
        Ok(change) => match catalog::update_event(&console, &mut tx, id, change).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(frame::onward(id, WizardStep::Look, &input.then));
            }
            Err(UpdateEventError::NotFound) => return Err(Problem::not_found()),
            Err(UpdateEventError::Db(error)) => return Err(error.into()),
            Err(error) => return Err(Problem::new(Code::EventState).caused_by(error)),
        },
        Err(errors) => errors,
    };
    let view = view(&console, &detail, &Arrival::default(), (&input, errors));
    console.html_refused(Section::Events, &view)
}

fn parse(input: &Input) -> Result<EventChange, FieldErrors> {
    let mut errors = FieldErrors::none();
    let mut too_long = |field: &str, max: u32| errors.push(field, Text::new(texts::FIELD_TOO_LONG).with("max", max));
    let description = input.description.parse().map_err(|_| too_long("description", 20_000));
    let refund_policy = input
        .refund_policy
        .parse()
        .map_err(|_| too_long("refund_policy", 2_000));
    let artwork = input.artwork.parse().map_err(|_| too_long("artwork", 120));
    match (description, refund_policy, artwork) {
        (Ok(description), Ok(refund_policy), Ok(artwork)) => Ok(EventChange {
            description: Some(description),
            refund_policy: Some(refund_policy),
            artwork: Some(artwork),
            ..EventChange::default()
        }),
        _ => Err(errors),
    }
}

fn view(
    console: &Console,
    detail: &EventDetail,
    arrival: &Arrival,
    (input, errors): (&Input, FieldErrors),
) -> LookStepView {
    LookStepView {
        frame: frame::of(detail, WizardStep::Look, arrival, console.now()),
        form: LookForm {
            description: input.description.clone(),
            refund_policy: input.refund_policy.clone(),
        },
        artworks: artworks(&detail.event, &input.artwork),
        errors,
    }
}

/// The pictures of a few seeds; the chosen one is among them.
fn artworks(event: &Event, chosen: &str) -> Vec<Artwork> {
    let chosen = if chosen.is_empty() { event.slug.as_str() } else { chosen };
    let mut seeds = vec![event.slug.to_string()];
    seeds.extend((2..=PICTURES).map(|n| format!("{}-{n}", event.slug)));
    if !seeds.iter().any(|seed| seed == chosen) {
        seeds.insert(0, chosen.to_owned());
        seeds.truncate(PICTURES);
    }
    let artwork = |seed: String| Artwork {
        url: shop_urls::artwork_of(&seed),
        selected: seed == chosen,
        value: seed,
    };
    seeds.into_iter().map(artwork).collect()
}
