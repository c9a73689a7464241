//! The shop that is measured: one event, a free and a dear ticket type, and its books at the end.

use anyhow::{Context as _, ensure};
use bilten_api::{
    http::AppState,
    provision::{self, NewOwner, NewShop},
};
use bilten_kernel::{Actor, ApiScopes, Ctx, Locale, RequestId, Secret, TenantId};
use bilten_sso::api_keys;
use bilten_tests::report;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::client::Client;

/// Host of the shop.
pub const HOST: &str = "bench.localhost";

/// One event on sale.
#[derive(Debug, Clone)]
pub struct Sale {
    pub port: u16,
    pub key: String,
    pub event: String,
    pub free: String,
    pub dear: String,
}

/// Provisions the shop and returns its key.
pub async fn open(state: &AppState) -> anyhow::Result<String> {
    let request = RequestId::parse("bench").context("a request id")?;
    let nobody = TenantId::from_uuid(uuid::Uuid::nil());
    let ctx = Ctx::new(nobody, Actor::System, request, state.clock.now(), state.entropy.clone());
    let shop = NewShop {
        slug: "bench".parse()?,
        name: "Bench".parse()?,
        locale: Locale::En,
        currency: "EUR".parse()?,
        zone: "Europe/Ljubljana".parse()?,
        theme: json!({}),
        legal: json!({}),
        owner: NewOwner {
            email: "owner@bench.test".parse()?,
            name: "Owner".parse()?,
            password: bilten_tests::web::PASSWORD.parse()?,
        },
    };
    let tenant = provision::provision(state, &ctx, shop).await?;
    let ctx = ctx.in_tenant(tenant);
    let mut tx = state.db.begin(&ctx).await?;
    let (_, token) = api_keys::create(&mut tx, &ctx, "bench", ApiScopes::all()).await?;
    tx.commit().await?;
    Ok(token.expose().clone())
}

impl Sale {
    /// Puts the event on sale through the API.
    pub async fn open(port: u16, key: &str) -> anyhow::Result<Self> {
        let mut client = Client::connect(port, HOST, key).await?;
        let kind = |name: &str, price: i64| json!({ "name": name, "price_minor": price, "currency": "EUR", "capacity": 1_000_000, "max_per_order": 10 });
        let event = json!({
            "name": "Hot", "starts_at": "2035-06-01T20:00:00+02:00", "ends_at": "2035-06-01T23:00:00+02:00",
            "time_zone": "Europe/Ljubljana", "ticket_types": [kind("Free", 0), kind("Dear", 10_000)],
        });
        let (status, text) = client.call("POST", "/api/v1/events", "", &event.to_string()).await?;
        ensure!(status == 201, "the event was not made: {status} {text}");
        let made: Value = serde_json::from_str(&text)?;
        let id = |value: &Value| value["id"].as_str().map(str::to_owned).context("an id");
        let sale = Self {
            port,
            key: key.to_owned(),
            event: id(&made)?,
            free: id(&made["ticket_types"][0])?,
            dear: id(&made["ticket_types"][1])?,
        };
        let path = format!("/api/v1/events/{}/publish", sale.event);
        let (status, text) = client.call("POST", &path, "", "").await?;
        ensure!(status == 200, "the event was not published: {status} {text}");
        Ok(sale)
    }
}

/// Compares stock, orders, tickets and money.
pub async fn check_books(admin: &Secret<String>) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(admin.expose()).await?;
    let books: (i64, i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select sum(held)::bigint from bilten.capacity_pools),
                (select coalesce(sum(quantity), 0)::bigint from bilten.hold_lines l join bilten.holds h on h.id = l.hold_id
                 where h.state in ('held', 'pinned', 'cancelling')),
                (select sum(sold)::bigint from bilten.capacity_pools),
                (select count(*) from bilten.tickets where state = 'issued'),
                (select coalesce(sum(total_minor), 0)::bigint from bilten.orders where state = 'paid'),
                (select coalesce(sum(amount_minor), 0)::bigint from bilten.payment_attempts where state = 'succeeded')",
    )
    .fetch_one(&mut connection)
    .await?;
    let (held, in_carts, sold, issued, owed, received) = books;
    report(&format!(
        "books: held {held} = in carts {in_carts}; sold {sold} = tickets {issued}; orders {owed} = money {received} (minor units)"
    ));
    ensure!(
        held == in_carts && sold == issued && owed == received,
        "the books do not agree"
    );
    Ok(())
}
