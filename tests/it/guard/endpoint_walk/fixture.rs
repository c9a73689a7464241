//! A shop that has one of everything, marked in every text that it may choose.

use bilten_api::http::registry::RouteInfo;
use bilten_billing::disputes::DisputeId;
use bilten_billing::gift_cards::{self, NewGiftCard, Origin};
use bilten_billing::payees::{self, ConnectPayee, PayeeId, Profile};
use bilten_billing::payouts::PayoutId;
use bilten_billing::risk::approvals::ApprovalId;
use bilten_kernel::{
    ApiScopes, AttemptId, CartId, Ctx, EventId, GiftCardId, Id, IdKind, Money, OrderId, PriceOfferId, PromoCodeId,
    TenantId, TicketTypeId, WaitlistEntryId,
};
use bilten_tenancy::permissions::Role;
use bilten_tests::{Clerk, Shopkeeper, TestApp, Web, db};
use http::Method;
use serde_json::json;

use super::{
    money::{contest, pay_out},
    team::{self, Team},
};

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
    ticket_type: String,
    code: String,
    ticket: String,
    slug: String,
    cart: CartId,
    order: OrderId,
    attempt: AttemptId,
    approval: ApprovalId,
    entry: WaitlistEntryId,
    promo: PromoCodeId,
    offer: PriceOfferId,
    gift: GiftCardId,
    payee: PayeeId,
    payout: PayoutId,
    dispute: DisputeId,
    entry_token: String,
    cart_token: String,
    order_token: String,
    payment: String,
    pub team: Team,
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
        let buyer = json!({ "buyer": { "email": format!("{marker}@example.org"), "name": marker }, "payment": { "method": "sandbox" } });
        let path = format!("/carts/{}/checkout", cart().await);
        let order = web
            .call_once(&keeper, Method::POST, &path, Some(&buyer), Some("walk-order"))
            .await;
        assert!(order.status.is_success(), "{}", order.text);
        let order = order.json();
        let code = order["tickets"][0]["code"].as_str().unwrap().to_owned();
        let ticket = order["tickets"][0]["id"].as_str().unwrap().to_owned();
        let order: OrderId = order["id"].as_str().unwrap().parse().unwrap();
        let cart: CartId = cart().await.parse().unwrap();
        let event: EventId = event.parse().unwrap();
        let owner = Clerk::hire(app, (keeper.id, &keeper.host), Role::Owner, None).await;
        let mut admin = app.test_db.admin().await;
        let slug: String = sqlx::query_scalar("select slug from bilten.events where id = $1")
            .bind(event.uuid())
            .fetch_one(&mut admin)
            .await
            .unwrap();
        let (attempt, payment) = paid(&mut admin, order).await;
        let promo = super::policies::give_code(web, &keeper, event, &marker).await;
        let offer = super::policies::give_offer(web, &keeper, (event, &ticket_type), &marker).await;
        let gift = make_gift_card(web, &ctx, &marker).await;
        super::providers::connect(web, &mut admin, &ctx, &marker).await;
        let payout = pay_out(&mut admin, &ctx, keeper.id).await;
        let entry = wait(&mut admin, &ctx, (keeper.id, event), &marker).await;
        let links = &web.state.links;
        let entry_token = links.waitlist_entry(keeper.id, entry);
        let (cart_token, order_token) = (links.cart(keeper.id, cart), links.order(keeper.id, order));
        let (id, host) = (keeper.id, keeper.host.clone());
        Self {
            team: Team::open(app, web, &ctx, (&host, &marker), owner.account).await,
            id,
            host,
            marker,
            keeper,
            owner,
            event,
            ticket_type,
            code,
            ticket,
            slug,
            cart,
            order,
            attempt,
            approval: ask(&mut admin, &ctx, id, order).await,
            entry,
            promo,
            offer,
            gift,
            payee: connect(web, &ctx).await,
            payout,
            dispute: contest(&mut admin, &ctx, (id, event), (order, attempt)).await,
            entry_token,
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
        // Promo codes are shown in capitals.
        let shouted = self.marker.to_uppercase();
        text.contains(&self.marker) || text.contains(&shouted) || text.contains(&self.id.uuid().to_string())
    }

    /// What the owner would send to a route: it passes every check of form, so that only the things in the path decide.
    /// `None` for a route that the walk has no body for.
    pub fn body(&self, info: &RouteInfo) -> Option<String> {
        let known = super::policies::body(info.path, &self.ticket_type).or_else(|| team::body(info.path));
        let known = known.or_else(|| super::providers::body(info.path).or_else(|| self.team.directory.body(info)));
        if known.is_some() {
            return known;
        }
        let buyer = "email=walk%40example.org&name=Walk";
        Some(match info.path {
            "/api/v1/carts/{id}/checkout" => {
                json!({ "buyer": { "email": "walk@example.org", "name": "Walk" }, "payment": { "method": "sandbox" } })
                    .to_string()
            }
            "/api/v1/carts" => Self::wish(self.event, &self.ticket_type).to_string(),
            "/api/v1/events/{id}/seat-plan" => json!({ "sections": [] }).to_string(),
            "/api/v1/check-ins" => json!({ "code": self.code, "gate": "Walk" }).to_string(),
            "/api/v1/events" => json!({
                "name": "Walk", "starts_at": "2031-06-01T20:00:00Z", "ends_at": "2031-06-01T21:00:00Z", "time_zone": "UTC",
            })
            .to_string(),
            "/api/v1/events/{id}/promo-codes" => json!({ "code": "WALK", "off_minor": 100, "uses": 1 }).to_string(),
            "/api/v1/events/{id}/price-offers" => {
                json!({ "name": "Walk", "rule": { "kind": "size_for_paid", "size": 4, "paid": 3 } }).to_string()
            }
            "/manage/events/{id}/offers" => "name=Walk&kind=percent&value=10&count=2".to_owned(),
            "/manage/events/{id}/open-prices" => format!("id_0={}&least_0=1&most_0=900", self.ticket_type),
            "/manage/events/{id}/donations" => "cause=Walk".to_owned(),
            "/manage/events/{id}/promo-codes" => "code=WALK-ON&kind=percent&value=10&uses=1&starts=&ends=".to_owned(),
            "/webhooks/{provider}" | "/webhooks/stripe/{endpoint}" => "{}".to_owned(),
            "/api/v1/payees" => json!({ "country": "NO", "profile": "managed" }).to_string(),
            "/manage/payees" => "country=NO&profile=managed".to_owned(),
            "/events/{slug}/carts" | "/manage/events/{id}/door-sale" => format!("request_key=0123456789abcdef&qty_{}=1", self.ticket_type),
            "/events/{slug}/waiting-list" => format!("type={}&party=1&{buyer}", self.ticket_type),
            "/api/v1/orders/{id}/returns" => json!({ "keep_minor": 0 }).to_string(),
            "/manage/orders/{id}/returns" => format!("ticket={}&keep=0&reason=walk", self.ticket),
            "/orders/{order_token}/returns" => format!("ticket={0}&offer={0}:0", self.ticket),
            "/manage/events/{id}/return-policy" => {
                "self_service=1&withdrawal_days=14&days_0=30&percent_0=10&amount_0=5".to_owned()
            }
            "/manage/events/{id}/waiting-room" => {
                "mode=on&opens=&per_minute=60&pass_minutes=10&auto_wait_s=10&message=".to_owned()
            }
            "/manage/taxes" => "seen=0&default=&rounding=line&fixed=&percent=&bearer=payee".to_owned(),
            "/manage/events/{id}/taxes" => format!("{}=", self.ticket_type),
            "/manage/events/{id}/waiting-room/pause" => "paused=yes".to_owned(),
            "/checkout/{cart_token}" => buyer.to_owned(),
            "/checkout/{cart_token}/pay" => "method=sandbox".to_owned(),
            "/checkout/{cart_token}/gift-card" => "code=000000-000000-0000ZZ".to_owned(),
            "/manage/gift-cards/terms" => "is_sold=1&suggested=250+500&least=&most=&valid_days=&breakage_days=".to_owned(),
            "/gift-cards" => format!("amount=25000&{buyer}"),
            "/api/v1/gift-cards" => json!({ "amount_minor": 1000, "origin": "given" }).to_string(),
            "/api/v1/gift-cards/lookups" => json!({ "code": "000000-000000-000000" }).to_string(),
            "/manage/gift-cards" => "amount=10&origin=sold&expires=&note=walk".to_owned(),
            "/sandbox/{payment}" => "outcome=pay".to_owned(),
            "/manage/events/{id}/check-in" => format!("code={}&gate=Walk", self.code),
            "/manage/events/new" | "/manage/events/{id}/setup/basics" => "title=Walk&summary=&category=Concert\
                 &starts=2031-06-01T20:00&ends=2031-06-01T23:00&zone=Europe/Oslo&venue=&address=&place=&then="
                .to_owned(),
            "/manage/events/{id}/setup/tickets" => format!(
                "id_0={}&name_0=Standing&description_0=&price_0=100&capacity_0=10&min_0=1&max_0=4&opens_0=&closes_0=&then=",
                self.ticket_type
            ),
            "/manage/events/{id}/setup/look" => "description=Walk&refund_policy=&artwork=walk&then=".to_owned(),
            "/manage/finance/disputes/{id}/notes" => "note=walk".to_owned(),
            "/manage/approvals/{id}/decisions" => "verdict=reject".to_owned(),
            "/manage/door-sales/{id}" => "total=0".to_owned(),
            "/manage/payments/limit" => "amount=5000".to_owned(),
            "/manage/login" | "/login" => format!("email={buyer}&password=walk"),
            "/tenants" => "name=Walk&slug=walk&owner_email=walk%40example.org&owner_password=walk-walk-walk".to_owned(),
            path if takes_nothing(path) => String::new(),
            _ => return None,
        })
    }

    /// Bodies of the API that name things of this shop, each with its path and one that names things of nobody.
    pub fn named_in_bodies(&self, own: &Self) -> Vec<(&'static str, String, String)> {
        let unknown_type = self.ticket_type.parse::<TicketTypeId>().map(other).unwrap().to_string();
        vec![
            (
                "/api/v1/carts",
                Self::wish(self.event, &self.ticket_type).to_string(),
                Self::wish(other(self.event), &unknown_type).to_string(),
            ),
            (
                "/api/v1/carts",
                Self::wish(own.event, &self.ticket_type).to_string(),
                Self::wish(own.event, &unknown_type).to_string(),
            ),
            (
                "/api/v1/check-ins",
                json!({ "code": own.code, "event_id": self.event.to_string() }).to_string(),
                json!({ "code": own.code, "event_id": other(self.event).to_string() }).to_string(),
            ),
        ]
    }

    fn wish(event: EventId, ticket_type: &str) -> serde_json::Value {
        json!({ "event_id": event.to_string(), "items": [{ "ticket_type_id": ticket_type, "quantity": 1 }] })
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
        if let Some(own) = self.team.own(name, kind) {
            return own;
        }
        match (name, kind) {
            (_, Some("event")) => self.event.to_string(),
            (_, Some("cart")) => self.cart.to_string(),
            (_, Some("order")) => self.order.to_string(),
            (_, Some("payment")) => self.attempt.to_string(),
            (_, Some("approval")) => self.approval.to_string(),
            (_, Some("waitlist_entry")) => self.entry.to_string(),
            (_, Some("promo_code")) => self.promo.to_string(),
            (_, Some("price_offer")) => self.offer.to_string(),
            (_, Some("ticket_type")) => self.ticket_type.clone(),
            (_, Some("gift_card")) => self.gift.to_string(),
            (_, Some("payee")) => self.payee.to_string(),
            (_, Some("payout")) => self.payout.to_string(),
            (_, Some("dispute")) => self.dispute.to_string(),
            (_, Some("sso_connection")) => super::providers::id_in(self.id).to_string(),
            (_, Some("saml_connection")) => super::providers::saml_id_in(self.id).to_string(),
            (_, Some("tenant")) => self.id.to_string(),
            ("slug" | "event_slug", None) => self.slug.clone(),
            ("cart_token", None) => self.cart_token.clone(),
            ("order_token", None) => self.order_token.clone(),
            ("entry_token", None) => self.entry_token.clone(),
            ("payment" | "payment_ref", None) => self.payment.clone(),
            ("file", None) => "1.svg".into(),
            ("page", None) => "terms".into(),
            ("lang", None) => "nb".into(),
            ("provider", None) => "sandbox".into(),
            ("endpoint", None) => "connect".into(),
            ("name", None) => "none".into(),
            (name, kind) => panic!("give the walk a thing for the parameter {name} of kind {kind:?}"),
        }
    }

    fn unknown(&self, name: &str, kind: Option<&str>) -> String {
        if let Some(unknown) = self.team.unknown(name, kind) {
            return unknown;
        }
        match (name, kind) {
            (_, Some("event")) => other(self.event).to_string(),
            (_, Some("cart")) => other(self.cart).to_string(),
            (_, Some("order")) => other(self.order).to_string(),
            (_, Some("payment")) => other(self.attempt).to_string(),
            (_, Some("approval")) => other(self.approval).to_string(),
            (_, Some("waitlist_entry")) => other(self.entry).to_string(),
            (_, Some("promo_code")) => other(self.promo).to_string(),
            (_, Some("price_offer")) => other(self.offer).to_string(),
            (_, Some("ticket_type")) => other(self.ticket_type.parse::<TicketTypeId>().unwrap()).to_string(),
            (_, Some("gift_card")) => other(self.gift).to_string(),
            (_, Some("payee")) => other(self.payee).to_string(),
            (_, Some("payout")) => other(self.payout).to_string(),
            (_, Some("dispute")) => other(self.dispute).to_string(),
            (_, Some("sso_connection")) => other(super::providers::id_in(self.id)).to_string(),
            (_, Some("saml_connection")) => other(super::providers::saml_id_in(self.id)).to_string(),
            ("slug" | "event_slug", None) => self.slug.chars().rev().collect(),
            // Another seal of the same length.
            ("cart_token" | "order_token" | "entry_token" | "payment" | "payment_ref", None) => {
                rotate(&self.own(name, kind))
            }
            (name, kind) => self.own(name, kind),
        }
    }
}

fn rotate(token: &str) -> String {
    let half = token.len() / 2;
    format!("{}{}", &token[half..], &token[..half])
}

pub fn other<K: IdKind>(id: Id<K>) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(id.uuid().as_u128() ^ 0xffff_ffff))
}

/// Makes a gift card.
async fn make_gift_card(web: &Web, ctx: &Ctx, marker: &str) -> GiftCardId {
    let mut tx = web.state.db.begin(ctx).await.unwrap();
    let new = NewGiftCard {
        origin: Origin::Given,
        amount: Money::new(1_000, "EUR".parse().unwrap()),
        note: marker.to_owned(),
        expires_at: None,
    };
    let issued = gift_cards::issue(&web.state.gift_cards, ctx, &mut tx, &new)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    issued.id
}

/// Opens an account with the built-in provider.
async fn connect(web: &Web, ctx: &Ctx) -> PayeeId {
    let wish = ConnectPayee {
        provider: "sandbox",
        country: "NO",
        profile: Profile::Managed,
    };
    payees::connect(&web.state.payees, ctx, &wish).await.unwrap().id
}

/// Puts somebody on the event's list who waits for no type, so that nothing is ever offered to him.
async fn wait(
    admin: &mut sqlx::PgConnection,
    ctx: &Ctx,
    (tenant, event): (TenantId, EventId),
    marker: &str,
) -> WaitlistEntryId {
    let id: WaitlistEntryId = ctx.new_id();
    let (tenant, event, at) = (tenant.uuid(), event.uuid(), ctx.now());
    let mail = format!("{marker}@example.org");
    db::run(
        admin,
        &format!(
            "insert into bilten.waitlist_entries (tenant_id, id, event_id, state, email, email_norm, name, locale, party_size,
                                                  min_party, joined_at, told_at)
             values ('{tenant}', '{}', '{event}', 'waiting', '{mail}', '{mail}', '{marker}', 'en', 1, 1, '{at}', '{at}')",
            id.uuid()
        ),
    )
    .await;
    id
}

/// Somebody who is not the owner wants to call the order off.
async fn ask(admin: &mut sqlx::PgConnection, ctx: &Ctx, tenant: TenantId, order: OrderId) -> ApprovalId {
    let id: ApprovalId = ctx.new_id();
    let at = ctx.now();
    db::run(
        admin,
        &format!(
            "insert into bilten.money_approvals (tenant_id, id, kind, subject, amount_minor, currency, state, requested_by,
                                                 requested_at, expires_at)
             values ('{}', '{}', 'refund', '{}', 10000, 'NOK', 'waiting', 'staff:nobody', '{at}', '{at}'::timestamptz + interval '1 day')",
            tenant.uuid(),
            id.uuid(),
            order.uuid()
        ),
    )
    .await;
    id
}

/// The attempt that paid an order, and what the provider calls its payment.
async fn paid(admin: &mut sqlx::PgConnection, order: OrderId) -> (AttemptId, String) {
    let found = sqlx::query_as::<_, (uuid::Uuid, String)>(
        "select id, coalesce(provider_ref, 'none') from bilten.payment_attempts where order_id = $1",
    );
    let (attempt, payment) = found.bind(order.uuid()).fetch_one(admin).await.unwrap();
    (AttemptId::from_uuid(attempt), payment)
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

/// Routes whose path says everything.
fn takes_nothing(path: &str) -> bool {
    matches!(
        path,
        "/api/v1/carts/{id}"
            | "/manage/taxes/corrections/{id}"
            | "/api/v1/events/{id}/publish"
            | "/checkout/{cart_token}/extend"
            | "/checkout/{cart_token}/abandon"
            | "/orders/{order_token}/resends"
            | "/waiting-list/{entry_token}/departure"
            | "/manage/events/{id}/waiting-list/{entry}/removal"
            | "/manage/events/{id}/promo-codes/{promo}/withdrawal"
            | "/api/v1/events/{id}/promo-codes/{promo}"
            | "/manage/events/{id}/offers/{offer}/withdrawal"
            | "/api/v1/events/{id}/price-offers/{offer}"
            | "/manage/gift-cards/{id}/stop"
            | "/manage/gift-cards/{id}/earnings"
            | "/api/v1/gift-cards/{id}"
            | "/events/{slug}/queue"
            | "/events/{slug}/queue/pass"
            | "/manage/events/{id}/publication"
            | "/manage/events/{id}/cancellation"
            | "/manage/events/{id}/refunds"
            | "/manage/orders/{id}/resends"
            | "/manage/orders/{id}/cancellation"
            | "/manage/orders/{id}/hand-outs"
            | "/manage/door-sales/{id}/abandonment"
            | "/manage/payments/{id}/looks"
            | "/manage/payments/{id}/refunds"
            | "/api/v1/payees/{id}"
            | "/api/v1/payees/{id}/onboarding-links"
            | "/api/v1/payees/{id}/onboarding-session"
            | "/manage/payees/{id}/onboarding-session"
            | "/manage/payees/{id}/refreshes"
            | "/manage/finance/disputes/{id}/answers"
            | "/manage/finance/disputes/{id}/concessions"
            | "/manage/payees/{id}/closure"
            | "/manage/logout"
            | "/logout"
            | "/tenants/{id}/resumption"
    )
}
