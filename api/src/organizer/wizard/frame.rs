//! What the four steps share: where one is, what is done, the preview, the way on.

use axum::response::Response;
use bilten_branding::views::console::{StepLink, WizardFrame, WizardStep};
use bilten_core::catalog::{EventDetail, PublishBlocker, publish_blockers};
use bilten_kernel::{EventId, Timestamp};
use serde::Deserialize;

use crate::{http::shell::redirect, organizer::urls};

/// The steps in their order.
const STEPS: [WizardStep; 4] = [
    WizardStep::Basics,
    WizardStep::Tickets,
    WizardStep::Look,
    WizardStep::Publish,
];

/// Query of a step's address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Arrival {
    /// `1` when the draft was just saved.
    pub saved: String,
    /// `1` when one more row is wanted.
    pub add: String,
}

/// Frame of a new event's first step.
pub(super) fn new() -> WizardFrame {
    let link = |step| StepLink {
        step,
        url: None,
        done: false,
    };
    WizardFrame {
        title: String::new(),
        step: WizardStep::Basics,
        steps: STEPS.map(link).to_vec(),
        action: urls::NEW_EVENT.to_owned(),
        preview_url: None,
        saved: false,
        leave_url: urls::EVENTS.to_owned(),
    }
}

/// Frame of a step of an event that exists.
pub(super) fn of(detail: &EventDetail, step: WizardStep, arrival: &Arrival, now: Timestamp) -> WizardFrame {
    let event = &detail.event;
    let blockers = publish_blockers(event, &detail.ticket_types, now);
    let is_done = |step| match step {
        WizardStep::Basics => !blockers.contains(&PublishBlocker::EndsInThePast),
        WizardStep::Tickets => {
            // Of a published event, a sale that is over is no fault.
            event.published_at.is_some()
                || !detail.ticket_types.is_empty() && blockers.iter().all(|b| *b == PublishBlocker::EndsInThePast)
        }
        WizardStep::Look => !event.description.as_str().is_empty(),
        WizardStep::Publish => event.published_at.is_some(),
    };
    let link = |step| StepLink {
        step,
        url: Some(urls::setup(event.id, step)),
        done: is_done(step),
    };
    WizardFrame {
        title: event.name.to_string(),
        step,
        steps: STEPS.map(link).to_vec(),
        action: urls::setup(event.id, step),
        preview_url: Some(urls::preview(event.id)),
        saved: arrival.saved == "1",
        leave_url: urls::event(event.id),
    }
}

/// Goes on after a step was saved: to the next one, or back to the same.
pub(super) fn onward(id: EventId, step: WizardStep, then: &str) -> Response {
    let next = match step {
        WizardStep::Basics => WizardStep::Tickets,
        WizardStep::Tickets => WizardStep::Look,
        WizardStep::Look | WizardStep::Publish => WizardStep::Publish,
    };
    let saved = ("saved", "1");
    redirect(&match then {
        "next" => urls::with_query(&urls::setup(id, next), &[saved]),
        "add" => urls::with_query(&urls::setup(id, step), &[saved, ("add", "1")]),
        _ => urls::with_query(&urls::setup(id, step), &[saved]),
    })
}
