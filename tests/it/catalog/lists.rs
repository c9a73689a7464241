//! Lists of events: filters, pages, and whose events they hold.

use bilten_core::catalog::{self, EventFilter, EventStatus, Listing, NewEvent, NewOrganizer};
use bilten_tenancy::{permissions::Reach, settings};

use super::{enter, evening, hours, publish, seats, start};

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repetition() {
    let app = start().await;
    for n in 0..7 {
        // Two at a time begin at the same instant: the id keeps them apart.
        let new = NewEvent {
            starts_at: app.now() + hours(10 + n / 2),
            ..evening(app.now(), &format!("Night {n}"))
        };
        publish(&app, &app.alfa, new).await;
    }
    publish(&app, &app.beta, evening(app.now(), "Elsewhere")).await;
    for listing in [Listing::Upcoming, Listing::All] {
        let (ctx, mut tx) = enter(&app, &app.alfa).await;
        let filter = EventFilter {
            listing,
            ..EventFilter::default()
        };
        let (mut names, mut cursor) = (Vec::new(), None);
        loop {
            let page = catalog::list_events(&ctx, &mut tx, &filter, cursor, 3).await.unwrap();
            assert!(page.events.len() <= 3);
            names.extend(page.events.iter().map(|detail| detail.event.name.to_string()));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!((names.len(), sorted.len()), (7, 7), "{names:?}");
    }
}

#[tokio::test]
async fn pages_of_one_organizer_are_full_however_many_events_others_have() {
    let app = start().await;
    // The first organizer is the one that was made first.
    app.advance(hours(1));
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let own = NewOrganizer {
        slug: "cellar".parse().unwrap(),
        name: "Cellar".parse().unwrap(),
    };
    let own = catalog::create_organizer(&ctx, &mut tx, own).await.unwrap().id;
    tx.commit().await.unwrap();
    for n in 0..12 {
        let new = NewEvent {
            starts_at: app.now() + hours(10 + n),
            organizer: (n % 4 == 0).then_some(own),
            ..evening(app.now(), &format!("Night {n}"))
        };
        publish(&app, &app.alfa, new).await;
    }
    for listing in [Listing::Upcoming, Listing::All] {
        let (ctx, mut tx) = enter(&app, &app.alfa).await;
        let filter = EventFilter {
            listing,
            reach: Reach::organizers(vec![own]),
            ..EventFilter::default()
        };
        let first = catalog::list_events(&ctx, &mut tx, &filter, None, 2).await.unwrap();
        assert_eq!((first.events.len(), first.next.is_some()), (2, true));
        let second = catalog::list_events(&ctx, &mut tx, &filter, first.next, 2)
            .await
            .unwrap();
        assert_eq!((second.events.len(), second.next), (1, None));
        let mut all = first.events.iter().chain(&second.events);
        assert!(all.all(|detail| detail.event.organizer == own));
        let nobody = EventFilter {
            reach: Reach::none(),
            ..filter
        };
        let none = catalog::list_events(&ctx, &mut tx, &nobody, None, 2).await.unwrap();
        assert!(none.events.is_empty() && none.next.is_none());
    }
}

#[tokio::test]
async fn filters_find_what_they_name() {
    let app = start().await;
    let now = app.now();
    let concert = NewEvent {
        category: "Concert".parse().unwrap(),
        ..evening(now, "Winter Songs")
    };
    publish(&app, &app.alfa, concert).await;
    let ballet = NewEvent {
        summary: "Swans in winter".parse().unwrap(),
        ..evening(now, "100 % Ballet_")
    };
    publish(
        &app,
        &app.alfa,
        NewEvent {
            starts_at: now + hours(1),
            ends_at: now + hours(2),
            ..ballet
        },
    )
    .await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let draft = catalog::create_event(&ctx, &mut tx, evening(now, "Winter draft"), vec![seats("Seat", 1, 1)]).await;
    let draft = draft.unwrap().event;
    let find = async |tx: &mut bilten_tenancy::TenantTx, filter: EventFilter| {
        let page = catalog::list_events(&ctx, tx, &filter, None, 100).await.unwrap();
        page.events
            .iter()
            .map(|detail| detail.event.name.to_string())
            .collect::<Vec<_>>()
    };
    let text = |text: &str| EventFilter {
        text: Some(text.to_owned()),
        ..EventFilter::default()
    };
    assert_eq!(find(&mut tx, text("WINTER")).await, ["100 % Ballet_", "Winter Songs"]);
    assert_eq!(find(&mut tx, text("0 % b")).await, ["100 % Ballet_"]);
    assert_eq!(
        find(&mut tx, text("%")).await,
        ["100 % Ballet_"],
        "no pattern, only text"
    );
    assert_eq!(find(&mut tx, text("  ")).await.len(), 2);
    let category = EventFilter {
        category: Some("Concert".to_owned()),
        ..EventFilter::default()
    };
    assert_eq!(find(&mut tx, category).await, ["Winter Songs"]);
    let soon = EventFilter {
        before: Some(now + hours(5)),
        ..EventFilter::default()
    };
    assert_eq!(find(&mut tx, soon).await, ["100 % Ballet_"]);
    let drafts = EventFilter {
        listing: Listing::Status(EventStatus::Draft),
        ..EventFilter::default()
    };
    assert_eq!(find(&mut tx, drafts).await, [draft.name.as_str()]);
    let past = EventFilter {
        listing: Listing::Past,
        ..EventFilter::default()
    };
    assert!(find(&mut tx, past).await.is_empty());
    let zone = "Europe/Oslo".parse().unwrap();
    let facets = catalog::list_facets(&ctx, &mut tx, &zone).await.unwrap();
    assert_eq!(facets.categories, ["Concert"]);
}

#[tokio::test]
async fn an_event_leaves_the_list_of_coming_events_at_its_end() {
    let app = start().await;
    let event = publish(&app, &app.alfa, evening(app.now(), "Opening")).await.event;
    app.clock.set(event.ends_at);
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    for (listing, expected) in [
        (Listing::Upcoming, 0),
        (Listing::Past, 1),
        (Listing::Status(EventStatus::Published), 0),
        (Listing::Status(EventStatus::Ended), 1),
        (Listing::All, 1),
    ] {
        let filter = EventFilter {
            listing,
            ..EventFilter::default()
        };
        let page = catalog::list_events(&ctx, &mut tx, &filter, None, 10).await.unwrap();
        assert_eq!(page.events.len(), expected, "{listing:?}");
    }
}

#[tokio::test]
async fn hidden_types_are_for_the_organizer_alone() {
    let app = start().await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let mut hidden = seats("Guest list", 0, 5);
    hidden.terms.is_hidden = true;
    let types = vec![seats("Seat", 100, 5), hidden];
    let made = catalog::create_event(&ctx, &mut tx, evening(app.now(), "Opening"), types)
        .await
        .unwrap();
    catalog::publish_event(&ctx, &mut tx, made.event.id).await.unwrap();
    let shown = catalog::find_public_event(&ctx, &mut tx, &made.event.slug)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((shown.ticket_types.len(), made.ticket_types.len()), (1, 2));
    let page = catalog::list_events(&ctx, &mut tx, &EventFilter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(page.events[0].ticket_types.len(), 1);
}

#[tokio::test]
async fn settings_are_each_tenants_own() {
    let app = start().await;
    let (_, mut tx) = enter(&app, &app.alfa).await;
    assert_eq!(settings::read(&mut tx).await.unwrap().name, app.alfa.name);
    let cache = settings::SettingsCache::new(app.db.clone());
    for tenant in [&app.alfa, &app.beta] {
        assert_eq!(cache.get(&app.ctx(tenant)).await.unwrap().name, tenant.name);
    }
}
