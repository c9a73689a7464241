//! A shop that has one of everything, marked in every text that it may choose.

use bilten_api::http::registry::RouteInfo;
use bilten_kernel::{ApiScopes, CartId, EventId, Id, IdKind, OrderId, TenantId};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web};
use http::Method;
use serde_json::json;

/// Body that most JSON routes accept in shape.
pub const JSON: &str =
    r#"{"name":"Walk","buyer":{"email":"walk@example.org","name":"Walk"},"payment":{"method":"sandbox"},"items":[]}"#;
/// Fields that most forms accept in shape.
pub const FORM: &str = "name=Walk&email=walk%40example.org&buyer_name=Walk&choice=pay&method=sandbox&reason=walk";

/// Who asks.
#[derive(Clone)]
pub enum Caller {
    Nobody,
    Key(String),
    Session { cookie: String, csrf: String },
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nobody => "nobody",
            Self::Key(_) => "a key",
            Self::Session { .. } => "a session",
        })
    }
}

/// Shop with an event, a cart, an order and an owner who is logged in.
pub struct Shop {
    pub id: TenantId,
    pub host: String,
    marker: String,
    keeper: Shopkeeper,
    owner: Clerk,
    event: EventId,
    slug: String,
    cart: CartId,
    order: OrderId,
    cart_token: String,
    order_token: String,
    payment: String,
}

impl Shop {
    pub async fn open(app: &TestApp, web: &Web, slug: &str) -> Self {
        let keeper = web.open_shop(app, slug, ApiScopes::all()).await;
        let ctx = app.ctx(&app.alfa).in_tenant(keeper.id);
        let marker = format!("marker{}", ctx.random_uuid().simple());
        let (event, ticket_type) = sell(web, &keeper, &marker).await;
        let cart = async || {
            web.hold(&keeper, &event, &ticket_type, 1).await.expect(201)["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let bought = cart().await;
        let buyer = json!({ "buyer": { "email": format!("{marker}@example.org"), "name": marker }, "payment": { "method": "sandbox" } });
        let path = format!("/carts/{bought}/checkout");
        let order = web
            .call_once(&keeper, Method::POST, &path, Some(&buyer), Some("walk-order"))
            .await;
        assert!(order.status.is_success(), "{}", order.text);
        let order: OrderId = order.json()["id"].as_str().unwrap().parse().unwrap();
        let cart: CartId = cart().await.parse().unwrap();
        let event: EventId = event.parse().unwrap();
        let owner = Clerk::hire(app, (keeper.id, &keeper.host), Role::Owner, None).await;
        let mut admin = app.test_db.admin().await;
        let slug: String = sqlx::query_scalar("select slug from bilten.events where id = $1")
            .bind(event.uuid())
            .fetch_one(&mut admin)
            .await
            .unwrap();
        let payment = sqlx::query_scalar(
            "select coalesce(max(provider_ref), 'none') from bilten.payment_attempts where order_id = $1",
        );
        let payment = payment.bind(order.uuid()).fetch_one(&mut admin).await.unwrap();
        let links = &web.state.links;
        let (cart_token, order_token) = (links.cart(keeper.id, cart), links.order(keeper.id, order));
        let (id, host) = (keeper.id, keeper.host.clone());
        Self {
            id,
            host,
            marker,
            keeper,
            owner,
            event,
            slug,
            cart,
            order,
            cart_token,
            order_token,
            payment,
        }
    }

    pub fn key(&self) -> Caller {
        Caller::Key(self.keeper.key.clone())
    }

    pub fn session(&self) -> Caller {
        Caller::Session {
            cookie: self.owner.cookie.clone(),
            csrf: self.owner.csrf.clone(),
        }
    }

    /// Tells whether a text shows anything that only this shop has.
    pub fn is_seen_in(&self, text: &str) -> bool {
        text.contains(&self.marker) || text.contains(&self.id.uuid().to_string())
    }

    /// Fills the template with this shop's things, or with things of the same form that nobody has.
    pub fn path(&self, info: &RouteInfo, is_unknown: bool) -> String {
        let mut path = info.path.to_owned();
        for name in super::parameters(info.path) {
            let kind = info
                .id_params
                .iter()
                .find(|(parameter, _)| *parameter == name)
                .map(|(_, kind)| *kind);
            let value = if is_unknown {
                self.unknown(name, kind)
            } else {
                self.own(name, kind)
            };
            path = path.replace(&format!("{{{name}}}"), &value);
        }
        path
    }

    fn own(&self, name: &str, kind: Option<&str>) -> String {
        match (name, kind) {
            (_, Some("event")) => self.event.to_string(),
            (_, Some("cart")) => self.cart.to_string(),
            (_, Some("order")) => self.order.to_string(),
            (_, Some("tenant")) => self.id.to_string(),
            ("slug" | "event_slug", None) => self.slug.clone(),
            ("cart_token", None) => self.cart_token.clone(),
            ("order_token", None) => self.order_token.clone(),
            ("payment" | "payment_ref", None) => self.payment.clone(),
            ("file", None) => "1.svg".into(),
            ("page", None) => "terms".into(),
            ("lang", None) => "nb".into(),
            ("provider", None) => "sandbox".into(),
            ("name", None) => "none".into(),
            (name, kind) => panic!("give the walk a thing for the parameter {name} of kind {kind:?}"),
        }
    }

    fn unknown(&self, name: &str, kind: Option<&str>) -> String {
        match (name, kind) {
            (_, Some("event")) => other(self.event).to_string(),
            (_, Some("cart")) => other(self.cart).to_string(),
            (_, Some("order")) => other(self.order).to_string(),
            ("slug" | "event_slug", None) => self.slug.chars().rev().collect(),
            // Another seal of the same length.
            ("cart_token" | "order_token" | "payment" | "payment_ref", None) => rotate(&self.own(name, kind)),
            (name, kind) => self.own(name, kind),
        }
    }
}

fn rotate(token: &str) -> String {
    let half = token.len() / 2;
    format!("{}{}", &token[half..], &token[..half])
}

fn other<K: IdKind>(id: Id<K>) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(id.uuid().as_u128() ^ 0xffff_ffff))
}

async fn sell(web: &Web, keeper: &Shopkeeper, marker: &str) -> (String, String) {
    let event = json!({
        "name": format!("Concert {marker}"), "starts_at": "2031-06-01T20:00:00+02:00", "ends_at": "2031-06-01T23:00:00+02:00",
        "time_zone": "Europe/Oslo",
        "ticket_types": [{ "name": format!("Standing {marker}"), "price_minor": 10_000, "currency": "NOK", "capacity": 10, "max_per_order": 4 }],
    });
    let made = web
        .call(keeper, Method::POST, "/events", Some(&event))
        .await
        .expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    web.call(keeper, Method::POST, &format!("/events/{id}/publish"), None)
        .await
        .expect(200);
    (id, made["ticket_types"][0]["id"].as_str().unwrap().to_owned())
}
