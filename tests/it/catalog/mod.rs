//! The catalogue on a real database: life of an event, rules of its types and pools, lists,
//! and that no tenant sees or changes another's.

mod events;
mod lists;
mod types;

use bilten_core::catalog::{self, EventDetail, NewEvent, NewOrganizer, NewTicketType};
use bilten_kernel::{Ctx, Timestamp};
use bilten_tenancy::TenantTx;
use bilten_tests::{Tenant, TestApp};
use jiff::SignedDuration;

/// Gives both tenants an organizer.
async fn start() -> TestApp {
    let app = TestApp::start().await;
    for tenant in [&app.alfa, &app.beta] {
        let (ctx, mut tx) = enter(&app, tenant).await;
        let new = NewOrganizer {
            slug: "house".parse().unwrap(),
            name: "House".parse().unwrap(),
        };
        catalog::create_organizer(&ctx, &mut tx, new).await.unwrap();
        tx.commit().await.unwrap();
    }
    app
}

async fn enter(app: &TestApp, tenant: &Tenant) -> (Ctx, TenantTx) {
    let ctx = app.ctx(tenant);
    let tx = app.db.begin(&ctx).await.unwrap();
    (ctx, tx)
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// An evening that begins in two days.
fn evening(now: Timestamp, name: &str) -> NewEvent {
    NewEvent::new(
        name.parse().unwrap(),
        now + hours(48),
        now + hours(51),
        "Europe/Oslo".parse().unwrap(),
        "NOK".parse().unwrap(),
    )
}

fn seats(name: &str, price_minor: i64, capacity: i64) -> NewTicketType {
    NewTicketType::new(name.parse().unwrap(), price_minor, capacity)
}

/// Creates and publishes an event with one type of 20 places.
async fn publish(app: &TestApp, tenant: &Tenant, new: NewEvent) -> EventDetail {
    let (ctx, mut tx) = enter(app, tenant).await;
    let made = catalog::create_event(&ctx, &mut tx, new, vec![seats("Seat", 10_000, 20)])
        .await
        .unwrap();
    catalog::publish_event(&ctx, &mut tx, made.event.id).await.unwrap();
    let found = catalog::find_event(&ctx, &mut tx, made.event.id)
        .await
        .unwrap()
        .unwrap();
    tx.commit().await.unwrap();
    found
}

/// Actions in the audit of a tenant, in the order in which they were written.
async fn audited(app: &TestApp, tenant: &Tenant) -> Vec<String> {
    let mut admin = app.test_db.admin().await;
    sqlx::query_scalar("select action from bilten.audit_entries where tenant_id = $1 order by at, id")
        .bind(tenant.id.uuid())
        .fetch_all(&mut admin)
        .await
        .unwrap()
}
