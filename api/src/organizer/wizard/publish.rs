//! Step 4: what is missing, and the button that puts the event on sale.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{ChecklistItem, PublishStepView, WizardStep},
    },
};
use bilten_core::{
    catalog::{EventDetail, EventStatus, PublishBlocker, publish_blockers},
    reports,
};
use bilten_kernel::{EventKind, Timestamp};
use bilten_tenancy::permissions::Permission;

use super::frame::{self, Arrival};
use crate::{
    http::{extract::Params, ids::PathId, problem::Problem},
    organizer::{console::Console, figures, urls},
    storefront::urls as shop_urls,
};

/// `GET /manage/events/{id}/setup/publish`.
pub(super) async fn show(
    PathId(id): PathId<EventKind>,
    console: Console,
    Params(arrival): Params<Arrival>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let detail = super::load(&console, &mut tx, id).await?;
    tx.commit().await?;
    let view = view(&console, &detail, &arrival);
    console.html(Section::Events, &view)
}

fn view(console: &Console, detail: &EventDetail, arrival: &Arrival) -> PublishStepView {
    let event = &detail.event;
    let checklist = checklist(detail, console.now());
    let is_ready = checklist.iter().all(|item| item.done || !item.blocking);
    let may_publish = event.status == EventStatus::Draft && console.may(Permission::EventPublish);
    let origin = console.state.config.http.origin(&console.tenant.tenant.primary_host);
    PublishStepView {
        frame: frame::of(detail, WizardStep::Publish, arrival, console.now()),
        publish_action: (is_ready && may_publish).then(|| urls::publication(event.id)),
        is_live: event.status_at(console.now()) == EventStatus::Published,
        public_url: format!("{origin}{}", shop_urls::event(&event.slug)),
        from_price: detail
            .ticket_types
            .iter()
            .filter(|ticket_type| !ticket_type.terms.is_hidden && !ticket_type.terms.kind.is_add_on())
            .map(|ticket_type| ticket_type.display_price(console.now()))
            .min_by_key(|price| price.minor),
        capacity: figures::count(reports::capacity_of(&detail.ticket_types)),
        checklist,
    }
}

/// Each line leads to the step, and where there is one to the field, where it is mended.
fn checklist(detail: &EventDetail, now: Timestamp) -> Vec<ChecklistItem> {
    let event = &detail.event;
    let blockers = publish_blockers(event, &detail.ticket_types, now);
    let has_types = !blockers.contains(&PublishBlocker::NoTicketType);
    let is_sellable = has_types && blockers.iter().all(|blocker| blocker.ticket_type().is_none());
    let item = |key: &str, (done, blocking), step, field: &str| ChecklistItem {
        text: Text::new(key),
        done,
        blocking,
        url: format!("{}#{field}", urls::setup(event.id, step)),
    };
    let (basics, tickets, look) = (WizardStep::Basics, WizardStep::Tickets, WizardStep::Look);
    let ends_later = !blockers.contains(&PublishBlocker::EndsInThePast);
    vec![
        item(texts::CHECK_TITLE, (true, true), basics, "title"),
        item(texts::CHECK_DATES, (ends_later, true), basics, "ends"),
        item(texts::CHECK_TICKETS, (has_types, true), tickets, "name_0"),
        item(texts::CHECK_CAPACITY, (is_sellable, true), tickets, "capacity_0"),
        item(texts::CHECK_VENUE, (event.venue.is_some(), false), basics, "venue"),
        item(
            texts::CHECK_DESCRIPTION,
            (!event.description.as_str().is_empty(), false),
            look,
            "description",
        ),
        item(
            texts::CHECK_REFUND_POLICY,
            (!event.refund_policy.as_str().is_empty(), false),
            look,
            "refund_policy",
        ),
    ]
}
