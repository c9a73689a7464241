//! Life of an event.

use bilten_core::catalog::{
    self, CancelEventError, EndEventJob, EventChange, EventStatus, PublishBlocker, PublishEventError, UpdateEventError,
    VenueChange,
};
use bilten_tenancy::jobs::{JobHandler, Worker, WorkerParts};
use bilten_tests::TestApp;
use std::sync::Arc;

use super::{audited, enter, evening, hours, publish, seats, start};

#[tokio::test]
async fn slugs_are_made_from_names_and_never_clash_within_a_tenant() {
    let app = start().await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let mut slugs = Vec::new();
    for _ in 0..8 {
        let made = catalog::create_event(&ctx, &mut tx, evening(app.now(), "Vår på Øya!"), vec![])
            .await
            .unwrap();
        slugs.push(made.event.slug.to_string());
    }
    tx.commit().await.unwrap();
    assert_eq!(slugs[..3], ["var-pa-oya", "var-pa-oya-2", "var-pa-oya-3"]);
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), 8);
    let (ctx, mut tx) = enter(&app, &app.beta).await;
    let made = catalog::create_event(&ctx, &mut tx, evening(app.now(), "Vår på Øya!"), vec![])
        .await
        .unwrap();
    assert_eq!(
        made.event.slug.as_str(),
        "var-pa-oya",
        "another tenant has its own names"
    );
}

#[tokio::test]
async fn a_draft_is_published_when_nothing_is_missing_and_only_once() {
    let app = start().await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let draft = catalog::create_event(&ctx, &mut tx, evening(app.now(), "Opening"), vec![])
        .await
        .unwrap()
        .event;
    let refused = catalog::publish_event(&ctx, &mut tx, draft.id).await;
    assert!(matches!(refused, Err(PublishEventError::Blocked(b)) if b == [PublishBlocker::NoTicketType]));
    assert_eq!(
        catalog::find_public_event(&ctx, &mut tx, &draft.slug).await.unwrap(),
        None
    );
    catalog::add_ticket_type(&ctx, &mut tx, draft.id, seats("Seat", 0, 10))
        .await
        .unwrap();
    let event = catalog::publish_event(&ctx, &mut tx, draft.id).await.unwrap();
    assert_eq!(
        (event.status, event.published_at),
        (EventStatus::Published, Some(app.now()))
    );
    let again = catalog::publish_event(&ctx, &mut tx, draft.id).await;
    assert!(matches!(again, Err(PublishEventError::WrongStatus(_))));
    assert!(
        catalog::find_public_event(&ctx, &mut tx, &draft.slug)
            .await
            .unwrap()
            .is_some()
    );
    tx.commit().await.unwrap();
    let actions = audited(&app, &app.alfa).await;
    for wanted in ["event.created", "ticket_type.added", "event.published"] {
        assert!(actions.iter().any(|action| action == wanted), "{wanted}: {actions:?}");
    }
}

#[tokio::test]
async fn an_event_is_changed_within_its_rules() {
    let app = start().await;
    let event = publish(&app, &app.alfa, evening(app.now(), "Opening")).await.event;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let change = |change: EventChange| change;
    let currency = change(EventChange {
        currency: Some("EUR".parse().unwrap()),
        ..EventChange::default()
    });
    let refused = catalog::update_event(&ctx, &mut tx, event.id, currency).await;
    assert!(matches!(refused, Err(UpdateEventError::CurrencyFrozen)));
    let backwards = EventChange {
        ends_at: Some(event.starts_at),
        ..EventChange::default()
    };
    let refused = catalog::update_event(&ctx, &mut tx, event.id, backwards).await;
    assert!(matches!(refused, Err(UpdateEventError::EndsBeforeStart)));
    let late_doors = EventChange {
        doors_at: Some(Some(event.starts_at + hours(1))),
        ..EventChange::default()
    };
    let refused = catalog::update_event(&ctx, &mut tx, event.id, late_doors).await;
    assert!(matches!(refused, Err(UpdateEventError::DoorsAfterStart)));
    let past = EventChange {
        starts_at: Some(app.now() - hours(3)),
        ends_at: Some(app.now()),
        ..EventChange::default()
    };
    let refused = catalog::update_event(&ctx, &mut tx, event.id, past).await;
    assert!(matches!(refused, Err(UpdateEventError::EndsInThePast)));
    let good = EventChange {
        name: Some("Closing".parse().unwrap()),
        venue: VenueChange::Set(catalog::NewVenue::named("Hall".parse().unwrap())),
        ..EventChange::default()
    };
    let changed = catalog::update_event(&ctx, &mut tx, event.id, good.clone())
        .await
        .unwrap();
    assert_eq!((changed.name.as_str(), &changed.slug), ("Closing", &event.slug));
    let first = changed.venue.unwrap();
    let again = catalog::update_event(&ctx, &mut tx, event.id, good).await.unwrap();
    assert_eq!(again.venue.unwrap().id, first.id, "the same place is not written twice");
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_draft_may_change_its_currency() {
    let app = start().await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let draft = catalog::create_event(
        &ctx,
        &mut tx,
        evening(app.now(), "Opening"),
        vec![seats("Seat", 500, 5)],
    )
    .await;
    let draft = draft.unwrap().event;
    let change = EventChange {
        currency: Some("EUR".parse().unwrap()),
        ..EventChange::default()
    };
    catalog::update_event(&ctx, &mut tx, draft.id, change).await.unwrap();
    let found = catalog::find_event(&ctx, &mut tx, draft.id).await.unwrap().unwrap();
    assert_eq!(found.ticket_types[0].price.currency.code(), "EUR");
}

#[tokio::test]
async fn an_event_ends_by_its_job_even_when_its_end_was_moved() {
    let app = start().await;
    let event = publish(&app, &app.alfa, evening(app.now(), "Opening")).await.event;
    let later = event.ends_at + hours(5);
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let change = EventChange {
        ends_at: Some(later),
        ..EventChange::default()
    };
    catalog::update_event(&ctx, &mut tx, event.id, change).await.unwrap();
    tx.commit().await.unwrap();
    let worker = worker(&app);
    app.clock.set(event.ends_at);
    worker.run_until_idle().await.unwrap();
    assert_eq!(
        status(&app, &event).await,
        (EventStatus::Published, EventStatus::Published)
    );
    app.clock.set(later);
    assert_eq!(
        status(&app, &event).await,
        (EventStatus::Published, EventStatus::Ended),
        "time alone ends it"
    );
    worker.run_until_idle().await.unwrap();
    assert_eq!(status(&app, &event).await, (EventStatus::Ended, EventStatus::Ended));
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let refused = catalog::update_event(&ctx, &mut tx, event.id, EventChange::default()).await;
    assert!(matches!(refused, Err(UpdateEventError::Closed)));
    let refused = catalog::cancel_event(&ctx, &mut tx, event.id).await;
    assert!(matches!(refused, Err(CancelEventError::WrongStatus(_))));
}

#[tokio::test]
async fn a_cancelled_event_stays_visible_and_cancelled() {
    let app = start().await;
    let event = publish(&app, &app.alfa, evening(app.now(), "Opening")).await.event;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    catalog::cancel_event(&ctx, &mut tx, event.id).await.unwrap();
    assert!(catalog::cancel_event(&ctx, &mut tx, event.id).await.is_err());
    let shown = catalog::find_public_event(&ctx, &mut tx, &event.slug)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(shown.event.status, EventStatus::Cancelled);
    assert!(
        catalog::add_ticket_type(&ctx, &mut tx, event.id, seats("More", 0, 5))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn another_tenants_event_does_not_exist() {
    let app = start().await;
    let theirs = publish(&app, &app.alfa, evening(app.now(), "Opening")).await;
    let (event, ticket_type) = (theirs.event.id, theirs.ticket_types[0].id);
    let (ctx, mut tx) = enter(&app, &app.beta).await;
    assert_eq!(catalog::find_event(&ctx, &mut tx, event).await.unwrap(), None);
    assert_eq!(
        catalog::find_public_event(&ctx, &mut tx, &theirs.event.slug)
            .await
            .unwrap(),
        None
    );
    let change = EventChange {
        name: Some("Mine".parse().unwrap()),
        ..EventChange::default()
    };
    assert!(matches!(
        catalog::update_event(&ctx, &mut tx, event, change).await,
        Err(UpdateEventError::NotFound)
    ));
    assert!(catalog::publish_event(&ctx, &mut tx, event).await.is_err());
    assert!(catalog::cancel_event(&ctx, &mut tx, event).await.is_err());
    assert!(
        catalog::add_ticket_type(&ctx, &mut tx, event, seats("Mine", 0, 5))
            .await
            .is_err()
    );
    assert!(
        catalog::remove_ticket_type(&ctx, &mut tx, event, ticket_type)
            .await
            .is_err()
    );
    let stock = catalog::TicketTypeChange {
        price_minor: Some(1),
        ..catalog::TicketTypeChange::default()
    };
    assert!(
        catalog::update_ticket_type(&ctx, &mut tx, (event, ticket_type), stock)
            .await
            .is_err()
    );
    tx.commit().await.unwrap();
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    assert_eq!(catalog::find_event(&ctx, &mut tx, event).await.unwrap(), Some(theirs));
}

fn worker(app: &TestApp) -> Worker {
    let handlers: Vec<Arc<dyn JobHandler>> = vec![Arc::new(EndEventJob { db: app.db.clone() })];
    Worker::new(WorkerParts {
        db: app.db.clone(),
        directory: app.directory.clone(),
        clock: Arc::new(app.clock.clone()),
        entropy: app.entropy.clone(),
        handlers,
        chores: Vec::new(),
        subscribers: Vec::new(),
    })
}

/// State as it is stored, and as it is at the clock's present.
async fn status(app: &TestApp, event: &catalog::Event) -> (EventStatus, EventStatus) {
    let (ctx, mut tx) = enter(app, &app.alfa).await;
    let found = catalog::find_event(&ctx, &mut tx, event.id)
        .await
        .unwrap()
        .unwrap()
        .event;
    (found.status, found.status_at(app.now()))
}
