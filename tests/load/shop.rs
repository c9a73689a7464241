//! The shop that is measured: a tenant, one event with a free and a dear ticket type, and its books at the end.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use anyhow::{Context as _, ensure};
use bilten_api::{
    http::AppState,
    provision::{self, NewOwner, NewShop},
};
use bilten_core::tickets::TicketSigner;
use bilten_kernel::{Actor, ApiScopes, Ctx, EventId, Locale, RequestId, Secret, TenantId, TicketTypeId};
use bilten_sso::api_keys;
use bilten_tests::report;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::client::{Client, Request};

/// Host of the shop.
pub const HOST: &str = "bench.localhost";
/// A quarter of what is told about the event: its page is as long as such pages are.
const ABOUT: &str = "## The evening\n\nDoors open at seven, the support plays at eight, and the hall is warm by nine. \
    Bring the ticket on a telephone or on paper; both are fine. There is a cloak room beside the stairs, and water is free.\n\n\
    - Wheelchairs: level access from the street, places in the front\n- Hearing: loop in rows 1 to 12\n\
    - Children under six with somebody grown up\n\nBags larger than a sheet of paper stay outside.\n\n";
/// Places that are never sold out.
const ENOUGH: i64 = 1_000_000;

/// What the tenant is, before it sells anything.
pub struct Provisioned {
    pub tenant: TenantId,
    pub signer: TicketSigner,
    pub key: String,
}

/// One event on sale.
#[derive(Clone)]
pub struct Sale {
    pub tenant: TenantId,
    pub signer: TicketSigner,
    /// Header lines of a program.
    pub headers: Arc<str>,
    pub event: EventId,
    pub slug: String,
    pub free: TicketTypeId,
    pub dear: TicketTypeId,
}

/// Successful answers, to be compared with the books.
#[derive(Debug, Default)]
pub struct Answered {
    pub holds: AtomicU64,
    pub orders: AtomicU64,
    pub check_ins: AtomicU64,
}

/// Provisions the tenant, with a key for programs.
pub async fn provision(state: &AppState) -> anyhow::Result<Provisioned> {
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
    Ok(Provisioned {
        tenant,
        signer: state.tickets.clone(),
        key: token.expose().clone(),
    })
}

impl Sale {
    /// Puts the event on sale through the API.
    pub async fn open(port: u16, shop: Provisioned) -> anyhow::Result<Self> {
        let Provisioned { tenant, signer, key } = shop;
        let headers: Arc<str> = format!("authorization: Bearer {key}\r\n").into();
        let made = put_on_sale(port, &headers, "Hot", ENOUGH).await?;
        let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned).context("a text");
        Ok(Self {
            tenant,
            signer,
            headers,
            event: text(&made, "id")?.parse()?,
            slug: text(&made, "slug")?,
            free: text(&made["ticket_types"][0], "id")?.parse()?,
            dear: text(&made["ticket_types"][1], "id")?.parse()?,
        })
    }

    /// Puts another event on sale, whose free tickets are few.
    pub async fn open_small(&self, port: u16, capacity: i64) -> anyhow::Result<Self> {
        let made = put_on_sale(port, &self.headers, "Small", capacity).await?;
        let id = |value: &Value| value["id"].as_str().map(str::to_owned).context("an id");
        Ok(Self {
            event: id(&made)?.parse()?,
            slug: made["slug"].as_str().context("a slug")?.to_owned(),
            free: id(&made["ticket_types"][0])?.parse()?,
            dear: id(&made["ticket_types"][1])?.parse()?,
            ..self.clone()
        })
    }
}

async fn put_on_sale(port: u16, headers: &str, name: &str, capacity: i64) -> anyhow::Result<Value> {
    let mut client = Client::connect(port).await?;
    let kind = |name: &str, price: i64| json!({ "name": name, "price_minor": price, "currency": "EUR", "capacity": capacity, "max_per_order": 10 });
    let event = json!({
        "name": name, "starts_at": "2035-06-01T20:00:00+02:00", "ends_at": "2035-06-01T23:00:00+02:00",
        "time_zone": "Europe/Ljubljana", "summary": "An evening that everybody wants to see.", "description": ABOUT.repeat(4),
        "venue": { "name": "Hall", "street": "Main street 1", "postcode": "1000", "city": "Ljubljana", "country": "SI" },
        "ticket_types": [kind("Free", 0), kind("Dear", 10_000)],
    });
    let request = Request {
        method: "POST",
        host: HOST,
        headers,
        ..Request::default()
    };
    let body = event.to_string();
    let answer = client
        .call(Request {
            path: "/api/v1/events",
            body: &body,
            ..request
        })
        .await?;
    ensure!(
        answer.status == 201,
        "the event was not made: {} {}",
        answer.status,
        answer.text()
    );
    let made: Value = serde_json::from_slice(answer.body)?;
    let path = format!("/api/v1/events/{}/publish", made["id"].as_str().context("an id")?);
    let answer = client.call(Request { path: &path, ..request }).await?;
    ensure!(
        answer.status == 200,
        "the event was not published: {} {}",
        answer.status,
        answer.text()
    );
    Ok(made)
}

/// Compares stock, orders, tickets and money with one another, and what was answered with what is written.
pub async fn check_books(name: &str, admin: &Secret<String>, answered: &Answered) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect(admin.expose()).await?;
    let books: (i64, i64, i64, i64, i64, i64) = sqlx::query_as(
        "select (select sum(held)::bigint from bilten.capacity_pools),
                (select coalesce(sum(quantity), 0)::bigint from bilten.hold_lines l join bilten.holds h
                 on (h.tenant_id, h.id) = (l.tenant_id, l.hold_id) where h.state in ('held', 'pinned', 'cancelling')),
                (select sum(sold)::bigint from bilten.capacity_pools),
                (select count(*) from bilten.tickets where state = 'issued'),
                (select coalesce(sum(total_minor), 0)::bigint from bilten.orders where state = 'paid'),
                (select coalesce(sum(amount_minor), 0)::bigint from bilten.payment_attempts where state = 'succeeded')",
    )
    .fetch_one(&mut connection)
    .await?;
    let (held, in_carts, sold, issued, owed, received) = books;
    // What the harness inserted itself bears ids of long ago.
    let written: (i64, i64, i64) = sqlx::query_as(
        "select (select count(*) from bilten.holds where id > $1::uuid),
                (select count(*) from bilten.orders where state = 'paid' and id > $1::uuid),
                (select count(*) from bilten.check_ins)",
    )
    .bind(crate::seed::LAST)
    .fetch_one(&mut connection)
    .await?;
    let told = |count: &AtomicU64| i64::try_from(count.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
    let told = (told(&answered.holds), told(&answered.orders), told(&answered.check_ins));
    report(&format!(
        "books of {name}: held {held} = in carts {in_carts}; sold {sold} = tickets {issued}; orders {owed} = money {received} \
         (minor units); answered and written: holds {} of {}, orders {} of {}, check-ins {} of {}",
        told.0, written.0, told.1, written.1, told.2, written.2
    ));
    ensure!(
        held == in_carts && sold == issued && owed == received,
        "the books do not agree"
    );
    let is_all_there = told.0 <= written.0 && told.1 <= written.1 && told.2 <= written.2;
    ensure!(is_all_there, "something was answered and is not written");
    Ok(())
}
