//! Ticket types, their pools and what is left of them.

use bilten_core::{
    catalog::{
        self, AddTicketTypeError, Availability, MAX_TICKET_TYPES, NewTicketType, RemoveTicketTypeError, Stock,
        StockChange, TermsError, TicketTypeChange, TicketTypeWish, UpdatePoolError, UpdateTicketTypeError,
    },
    inventory::{Engine, EngineLimits, HOLD_TTL, HoldRequest},
};
use bilten_kernel::{EventId, TicketTypeId};
use bilten_tests::{Tenant, TestApp};
use std::sync::Arc;

use super::{enter, evening, publish, seats, start};

async fn hold(app: &TestApp, tenant: &Tenant, event: EventId, ticket_type: TicketTypeId, quantity: u32) {
    let engine = Engine::new(app.db.clone(), Arc::new(app.clock.clone()), EngineLimits::default());
    let request = HoldRequest {
        event,
        items: vec![(ticket_type, quantity)],
        keep_together: false,
        request_key: None,
        promo_code: None,
        extras: bilten_core::inventory::Extras::default(),
    };
    engine.hold(&app.ctx(tenant), request).await.unwrap();
}

#[tokio::test]
async fn availability_follows_the_counters_and_expired_carts_count_as_free() {
    let app = start().await;
    let detail = publish(&app, &app.alfa, evening(app.now(), "Opening")).await;
    let (event, ticket_type) = (detail.event.id, detail.ticket_types[0].id);
    let state = async || {
        let (ctx, mut tx) = enter(&app, &app.alfa).await;
        let found = catalog::find_event(&ctx, &mut tx, event).await.unwrap().unwrap();
        catalog::availability(&found.event, &found.ticket_types[0], app.now())
    };
    assert_eq!(state().await, Availability::Available { left: 20 });
    hold(&app, &app.alfa, event, ticket_type, 10).await;
    assert_eq!(state().await, Availability::FewLeft { left: 10 });
    hold(&app, &app.alfa, event, ticket_type, 10).await;
    assert_eq!(state().await, Availability::AllInCarts);
    app.advance(HOLD_TTL);
    assert_eq!(
        state().await,
        Availability::Available { left: 20 },
        "nothing has tidied up yet"
    );
    hold(&app, &app.alfa, event, ticket_type, 5).await;
    assert_eq!(state().await, Availability::Available { left: 15 });
}

#[tokio::test]
async fn types_share_a_pool_and_the_scarcest_pool_decides() {
    let app = start().await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let event = catalog::create_event(&ctx, &mut tx, evening(app.now(), "Opening"), vec![])
        .await
        .unwrap()
        .event
        .id;
    let hall = catalog::add_pool(&ctx, &mut tx, event, "Hall".parse().unwrap(), 30)
        .await
        .unwrap();
    let sharing = |name: &str, own: Option<i64>| NewTicketType {
        stock: Stock {
            own_capacity: own,
            shared: vec![hall],
        },
        ..seats(name, 100, 0)
    };
    let wide = catalog::add_ticket_type(&ctx, &mut tx, event, sharing("Wide", None))
        .await
        .unwrap();
    catalog::add_ticket_type(&ctx, &mut tx, event, sharing("Narrow", Some(12)))
        .await
        .unwrap();
    catalog::publish_event(&ctx, &mut tx, event).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        hold(&app, &app.alfa, event, wide, 10).await;
    }
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let types = catalog::find_event(&ctx, &mut tx, event)
        .await
        .unwrap()
        .unwrap()
        .ticket_types;
    assert_eq!(
        types.iter().map(catalog::TicketType::left).collect::<Vec<_>>(),
        [10, 10]
    );
    assert_eq!(types[1].capacity(), 12);
    assert_eq!(types[0].own_pool(), None);
    let refused = catalog::update_pool(&ctx, &mut tx, event, hall, 19).await;
    assert!(matches!(
        refused,
        Err(UpdatePoolError::CapacityBelowSold { committed: 20 })
    ));
    catalog::update_pool(&ctx, &mut tx, event, hall, 20).await.unwrap();
}

/// The form names its types in another order than a buyer's transaction takes their pools.
#[tokio::test]
async fn saving_types_and_selling_them_wait_for_each_other_and_never_deadlock() {
    let app = start().await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let types = vec![seats("One", 100, 5), seats("Two", 200, 5)];
    let made = catalog::create_event(&ctx, &mut tx, evening(app.now(), "Opening"), types)
        .await
        .unwrap();
    let event = made.event.id;
    catalog::publish_event(&ctx, &mut tx, event).await.unwrap();
    tx.commit().await.unwrap();
    let mut ids: Vec<TicketTypeId> = made.ticket_types.iter().map(|t| t.id).collect();
    let mut admin = app.test_db.admin().await;
    let first: uuid::Uuid = sqlx::query_scalar(
        "select p.ticket_type_id from bilten.ticket_type_pools p join bilten.capacity_pools c on c.id = p.pool_id
         where c.event_id = $1 order by c.id limit 1",
    )
    .bind(event.uuid())
    .fetch_one(&mut admin)
    .await
    .unwrap();
    ids.sort_by_key(|id| id.uuid() == first);
    bilten_tests::db::run(
        &mut admin,
        &format!(
            "begin; select from bilten.capacity_pools where event_id = '{}' order by id limit 1 for update",
            event.uuid()
        ),
    )
    .await;
    let bought = hold(&app, &app.alfa, event, ids[0], 1);
    let saved = async {
        app.test_db.wait_until_blocked(1).await;
        let (ctx, mut tx) = enter(&app, &app.alfa).await;
        let more = TicketTypeChange {
            stock: StockChange::OwnCapacity(10),
            ..TicketTypeChange::default()
        };
        let wishes = ids.iter().map(|id| TicketTypeWish::Change(*id, more.clone()));
        let saved = catalog::save_ticket_types(&ctx, &mut tx, event, wishes.collect()).await;
        tx.commit().await.unwrap();
        saved
    };
    let freed = async {
        app.test_db.wait_until_blocked(2).await;
        bilten_tests::db::run(&mut admin, "commit").await;
    };
    let ((), saved, ()) = tokio::join!(bought, saved, freed);
    saved.unwrap();
    let mut deadlocks = app.test_db.admin().await;
    let seen: i64 = sqlx::query_scalar("select deadlocks from pg_stat_database where datname = current_database()")
        .fetch_one(&mut deadlocks)
        .await
        .unwrap();
    assert_eq!(seen, 0);
}

#[tokio::test]
async fn capacity_never_falls_below_what_is_held_and_sold() {
    let app = start().await;
    let detail = publish(&app, &app.alfa, evening(app.now(), "Opening")).await;
    let (event, ticket_type) = (detail.event.id, detail.ticket_types[0].id);
    hold(&app, &app.alfa, event, ticket_type, 8).await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let to = |capacity| TicketTypeChange {
        stock: StockChange::OwnCapacity(capacity),
        ..TicketTypeChange::default()
    };
    let refused = catalog::update_ticket_type(&ctx, &mut tx, (event, ticket_type), to(7)).await;
    assert!(matches!(
        refused,
        Err(UpdateTicketTypeError::CapacityBelowSold { committed: 8 })
    ));
    catalog::update_ticket_type(&ctx, &mut tx, (event, ticket_type), to(8))
        .await
        .unwrap();
    let refused = catalog::update_ticket_type(&ctx, &mut tx, (event, ticket_type), to(-1)).await;
    assert!(matches!(
        refused,
        Err(UpdateTicketTypeError::Terms(TermsError::Capacity))
    ));
}

#[tokio::test]
async fn types_of_a_draft_can_be_removed_and_those_of_a_published_event_cannot() {
    let app = start().await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let types = vec![seats("One", 100, 5), seats("Two", 200, 5)];
    let draft = catalog::create_event(&ctx, &mut tx, evening(app.now(), "Opening"), types)
        .await
        .unwrap();
    let (event, one, two) = (draft.event.id, draft.ticket_types[0].id, draft.ticket_types[1].id);
    catalog::remove_ticket_type(&ctx, &mut tx, event, one).await.unwrap();
    let again = catalog::remove_ticket_type(&ctx, &mut tx, event, one).await;
    assert!(matches!(again, Err(RemoveTicketTypeError::NotFound)));
    catalog::publish_event(&ctx, &mut tx, event).await.unwrap();
    let refused = catalog::remove_ticket_type(&ctx, &mut tx, event, two).await;
    assert!(matches!(refused, Err(RemoveTicketTypeError::Published)));
}

#[tokio::test]
async fn senseless_and_too_many_types_are_refused() {
    let app = start().await;
    let (ctx, mut tx) = enter(&app, &app.alfa).await;
    let many = (0..MAX_TICKET_TYPES)
        .map(|n| seats(&format!("Type {n}"), 100, 1))
        .collect();
    let event = catalog::create_event(&ctx, &mut tx, evening(app.now(), "Opening"), many)
        .await
        .unwrap()
        .event
        .id;
    let refused = catalog::add_ticket_type(&ctx, &mut tx, event, seats("One more", 100, 1)).await;
    assert!(matches!(refused, Err(AddTicketTypeError::TooMany)));
    let none = NewTicketType {
        stock: Stock {
            own_capacity: None,
            shared: vec![],
        },
        ..seats("None", 100, 0)
    };
    let other = catalog::create_event(&ctx, &mut tx, evening(app.now(), "Second"), vec![])
        .await
        .unwrap()
        .event
        .id;
    let refused = catalog::add_ticket_type(&ctx, &mut tx, other, none).await;
    assert!(matches!(refused, Err(AddTicketTypeError::NoStock)));
    let hall = catalog::add_pool(&ctx, &mut tx, event, "Hall".parse().unwrap(), 30)
        .await
        .unwrap();
    let strange = NewTicketType {
        stock: Stock {
            own_capacity: None,
            shared: vec![hall],
        },
        ..seats("Strange", 1, 0)
    };
    let refused = catalog::add_ticket_type(&ctx, &mut tx, other, strange).await;
    assert!(
        matches!(refused, Err(AddTicketTypeError::NoPool)),
        "a pool of another event"
    );
    let refused = catalog::add_ticket_type(&ctx, &mut tx, other, seats("Odd", -1, 5)).await;
    assert!(matches!(refused, Err(AddTicketTypeError::Terms(TermsError::Price))));
}
