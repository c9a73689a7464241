//! Visitors of a shop and its clerks, as far as several tests need them.

use axum::body::Body;
use bilten_tests::{Answer, Shopkeeper, TestApp, Web, web::PASSWORD};
use http::{
    Request,
    header::{LOCATION, SET_COOKIE},
};
use sqlx::Connection as _;
use url::form_urlencoded;

/// Sends a form as a browser does, without any cookie.
pub(super) async fn post(web: &Web, host: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    send(web, host, path, fields, None).await
}

async fn send(web: &Web, host: &str, path: &str, fields: &[(&str, &str)], cookie: Option<&str>) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let mut request = Request::post(path)
        .header("host", host)
        .header("accept", "text/html")
        .header("origin", format!("http://{host}"))
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    web.send(request.body(Body::from(body)).unwrap()).await
}

/// Returns where an answer leads.
#[track_caller]
pub(super) fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.headers[LOCATION].to_str().unwrap().to_owned()
}

/// Somebody between the choice of tickets and the provider's page.
pub(super) struct Visitor {
    /// First screen of the checkout.
    pub cart: String,
    /// Second screen.
    pub pay: String,
    /// The provider's page.
    pub sandbox: String,
}

impl Visitor {
    /// Goes from the page of the event `concert` to the provider.
    pub async fn at_the_provider(web: &Web, shop: &Shopkeeper, ticket_type: &str, quantity: u32) -> Self {
        let (field, quantity) = (format!("qty_{ticket_type}"), quantity.to_string());
        let cart = leads_to(&post(web, &shop.host, "/events/concert/carts", &[(&field, &quantity)]).await);
        let details = [("email", "ada@example.org"), ("name", "Ada")];
        let pay = leads_to(&post(web, &shop.host, &cart, &details).await);
        let sandbox = leads_to(&post(web, &shop.host, &pay, &[("method", "sandbox")]).await);
        assert!(sandbox.starts_with("/sandbox/"), "{sandbox}");
        Self { cart, pay, sandbox }
    }

    /// Chooses on the provider's page; returns the way back to the shop.
    pub async fn choose(&self, web: &Web, shop: &Shopkeeper, outcome: &str) -> String {
        leads_to(&post(web, &shop.host, &self.sandbox, &[("outcome", outcome)]).await)
    }

    /// The provider's name for the payment.
    pub fn payment(&self) -> &str {
        self.sandbox.strip_prefix("/sandbox/").unwrap()
    }
}

/// A member of the staff, logged in at the console of his shop.
pub(super) struct Clerk {
    host: String,
    cookie: String,
    csrf: String,
}

impl Clerk {
    /// Logs the owner in.
    pub async fn owner(web: &Web, shop: &Shopkeeper) -> Self {
        let slug = shop.host.split('.').next().unwrap();
        Self::log_in(web, &shop.host, &format!("owner@{slug}.test"), "/manage").await
    }

    /// Logs somebody in and opens the page where his work begins.
    pub async fn log_in(web: &Web, host: &str, email: &str, home: &str) -> Self {
        let answer = post(web, host, "/manage/login", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(leads_to(&answer), "/manage");
        let set = answer
            .headers
            .get_all(SET_COOKIE)
            .iter()
            .map(|set| set.to_str().unwrap());
        let cookie = set
            .filter_map(|set| set.split(';').next())
            .find(|pair| pair.starts_with("session="));
        let mut clerk = Self {
            host: host.to_owned(),
            cookie: cookie.expect("a session begins").to_owned(),
            csrf: String::new(),
        };
        let page = clerk.page(web, home).await.text;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("the page has a form");
        rest.split('"').next().unwrap().clone_into(&mut clerk.csrf);
        clerk
    }

    pub async fn page(&self, web: &Web, path: &str) -> Answer {
        let request = Request::get(path)
            .header("host", &self.host)
            .header("accept", "text/html")
            .header("cookie", &self.cookie);
        web.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form of the console.
    pub async fn post(&self, web: &Web, path: &str) -> Answer {
        self.post_with(web, path, &self.csrf).await
    }

    /// Sends a form with fields.
    pub async fn send(&self, web: &Web, path: &str, fields: &[(&str, &str)]) -> Answer {
        let fields: Vec<(&str, &str)> = [("csrf", self.csrf.as_str())]
            .into_iter()
            .chain(fields.iter().copied())
            .collect();
        send(web, &self.host, path, &fields, Some(&self.cookie)).await
    }

    /// Sends it with another form token.
    pub async fn post_with(&self, web: &Web, path: &str, csrf: &str) -> Answer {
        send(web, &self.host, path, &[("csrf", csrf)], Some(&self.cookie)).await
    }
}

/// What the rows say of all tenants.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Rows {
    /// States of all orders, the oldest first.
    pub orders: Vec<String>,
    /// Tickets that admit, and that did.
    pub valid: i64,
    pub void: i64,
    /// Places of all pools.
    pub held: i64,
    pub sold: i64,
    /// Minor units that the provider took, and gave back.
    pub taken: i64,
    pub returned: i64,
    pub refunds: i64,
    /// Webhooks that were believed.
    pub webhooks: i64,
    /// Facts that an order was paid.
    pub facts: i64,
}

impl Rows {
    pub async fn read(app: &TestApp) -> Self {
        let mut admin = app.test_db.admin().await;
        let rows = sqlx::query_as(
            "select (select coalesce(array_agg(state order by created_at, id), '{}') from bilten.orders) as orders,
                    (select count(*) from bilten.tickets where state = 'issued') as valid,
                    (select count(*) from bilten.tickets where state = 'void') as void,
                    (select coalesce(sum(held), 0)::bigint from bilten.capacity_pools) as held,
                    (select coalesce(sum(sold), 0)::bigint from bilten.capacity_pools) as sold,
                    (select coalesce(sum(amount_minor), 0)::bigint from bilten.sandbox_payments where state = 'succeeded') as taken,
                    (select coalesce(sum(refunded_minor), 0)::bigint from bilten.sandbox_payments) as returned,
                    (select count(*) from bilten.refunds) as refunds,
                    (select count(*) from bilten.provider_events) as webhooks,
                    (select count(*) from bilten.outbox_events where kind = 'order_paid') as facts",
        )
        .fetch_one(&mut admin)
        .await
        .unwrap();
        admin.close().await.unwrap();
        rows
    }
}
