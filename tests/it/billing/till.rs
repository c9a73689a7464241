//! A shop with one event, a till that takes payment, and a bad line to the provider.

use std::sync::Arc;

use bilten_billing::{
    checkout::{self, Checkout, PayError, PayOrder, PayStatus, Paying},
    provider::{Method, Provider, Providers, ReturnTo},
    reconcile::{self, Inbox, Vault},
    risk::{Payer, Risk},
    sandbox::{self, Choice, DeliverWebhook, Sandbox, SandboxPaymentId},
};
use bilten_core::{
    MasterKey,
    catalog::{self, NewEvent, NewOrganizer, NewTicketType},
    inventory::{Engine, EngineLimits, HoldRequest},
    orders::{self, Channel, OrderState, QuoteOrder},
    tickets::{self, TicketSigner},
};
use bilten_kernel::{Actor, CartId, Ctx, EventId, OrderId, TicketTypeId};
use bilten_tenancy::{
    Db, idempotency,
    jobs::{Worker, WorkerParts},
};
use bilten_tests::{
    TestApp,
    fakes::{Courier, Faulty},
};
use jiff::SignedDuration;
use sqlx::{Connection, Row};

pub(super) const PRICE: i64 = 10_000;
const MAIL: &str = "buyer@example.test";

pub(super) struct Till {
    pub app: TestApp,
    pub event: EventId,
    pub paid_type: TicketTypeId,
    pub free_type: TicketTypeId,
    pub checkout: Checkout,
    pub sandbox: Sandbox,
    pub line: Faulty,
    pub courier: Courier,
    engine: Engine,
    worker: Worker,
}

/// What the books say, ours and the provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Books {
    /// Minor units that the provider has taken and not given back.
    pub money: i64,
    /// Payments that succeeded at the provider.
    pub charges: i64,
    /// Minor units of paid orders, and what was kept of tickets that came back.
    pub sales: i64,
    /// Tickets that admit.
    pub tickets: i64,
    /// Places held and sold, over all pools.
    pub held: i64,
    pub sold: i64,
    /// Attempts that may still move.
    pub live: i64,
}

impl Till {
    /// Opens a shop with so many places for money and as many for free.
    pub async fn open(places: i64) -> Self {
        Self::open_with(places, |line| line).await
    }

    /// Opens a shop whose provider creates and confirms in two calls.
    pub async fn open_with_two_calls(places: i64) -> Self {
        Self::open_with(places, Faulty::with_two_calls).await
    }

    async fn open_with(places: i64, change: impl FnOnce(Faulty) -> Faulty) -> Self {
        let app = TestApp::start().await;
        let sandbox = Sandbox::new(app.db.clone(), vec![MasterKey::new([7; 32])]);
        let line = change(Faulty::new(Arc::new(sandbox.clone())));
        Self::open_at(app, places, (sandbox, line)).await
    }

    /// Opens a shop whose money another provider takes.
    pub async fn open_beside(places: i64, line: impl FnOnce(Db) -> Faulty) -> Self {
        let app = TestApp::start().await;
        let sandbox = Sandbox::new(app.db.clone(), vec![MasterKey::new([7; 32])]);
        let line = line(app.db.clone());
        Self::open_at(app, places, (sandbox, line)).await
    }

    async fn open_at(app: TestApp, places: i64, (sandbox, line): (Sandbox, Faulty)) -> Self {
        let master = MasterKey::new([7; 32]);
        let (event, paid_type, free_type) = put_on_sale(&app, &master, places).await;
        let risk = Risk::new(master);
        let provider: Arc<dyn Provider> = Arc::new(line.clone());
        let checkout = Checkout::new(app.db.clone(), Providers::new([provider]), risk);
        let courier = Courier::default();
        let mut handlers = reconcile::handlers(&checkout);
        handlers.push(Arc::new(DeliverWebhook::new(
            sandbox.clone(),
            Arc::new(courier.clone()),
        )));
        let worker = Worker::new(WorkerParts {
            db: app.db.clone(),
            directory: app.directory.clone(),
            clock: Arc::new(app.clock.clone()),
            entropy: Arc::clone(&app.entropy),
            handlers,
            chores: reconcile::chores(),
            subscribers: reconcile::subscribers(),
        });
        Self {
            engine: Engine::new(app.db.clone(), Arc::new(app.clock.clone()), EngineLimits::default()),
            worker,
            app,
            event,
            paid_type,
            free_type,
            checkout,
            sandbox,
            line,
            courier,
        }
    }

    /// Where notices of providers arrive.
    pub fn inbox(&self) -> Inbox {
        Inbox {
            checkout: self.checkout.clone(),
            vault: Vault::new(MasterKey::new([7; 32])),
        }
    }

    pub fn ctx(&self) -> Ctx {
        self.app.ctx(&self.app.alfa).with_actor(Actor::Buyer)
    }

    /// Puts tickets into a cart.
    pub async fn cart_of(&self, ticket_type: TicketTypeId, quantity: u32) -> Option<CartId> {
        let request = HoldRequest {
            event: self.event,
            items: vec![(ticket_type, quantity)],
            keep_together: false,
            request_key: None,
            promo_code: None,
            extras: bilten_core::inventory::Extras::default(),
        };
        self.engine.hold(&self.ctx(), request).await.ok().map(|hold| hold.id)
    }

    /// Puts one ticket into a cart.
    pub async fn cart(&self) -> CartId {
        self.cart_of(self.paid_type, 1).await.expect("there is a place left")
    }

    /// Puts one ticket into a cart and gives the buyer's details.
    pub async fn order(&self) -> (CartId, OrderId) {
        let cart = self.cart().await;
        (cart, self.quote(cart).await)
    }

    pub async fn quote(&self, cart: CartId) -> OrderId {
        self.quote_as(cart, MAIL).await
    }

    /// The same where somebody else may have let the cart's time run out.
    pub async fn try_quote(&self, cart: CartId) -> Option<OrderId> {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let order = orders::quote(&ctx, &mut tx, &details(cart, MAIL)).await.ok()?;
        tx.commit().await.unwrap();
        Some(order.id)
    }

    /// Gives the details of a buyer with this address.
    pub async fn quote_as(&self, cart: CartId, mail: &str) -> OrderId {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let order = orders::quote(&ctx, &mut tx, &details(cart, mail)).await.unwrap();
        tx.commit().await.unwrap();
        order.id
    }

    /// What the API asks for: details and payment at once.
    #[expect(clippy::unused_self, reason = "tests ask the till for every kind of payment")]
    pub fn instant(&self, cart: CartId) -> PayOrder<'static> {
        PayOrder {
            cart,
            payer: Payer::default(),
            quote: Some(details(cart, MAIL)),
            accepted_total: None,
            provider: "sandbox",
            method: Method::Instant,
            return_to: None,
            token: None,
            key: None,
        }
    }

    /// What the shop's second screen asks for.
    pub fn hosted(&self, cart: CartId) -> PayOrder<'static> {
        let back = ReturnTo::new("http://alfa.localhost:8080", "/checkout/c0ffee/return").unwrap();
        PayOrder {
            quote: None,
            method: Method::Hosted,
            return_to: Some(back),
            ..self.instant(cart)
        }
    }

    pub async fn pay(&self, wish: PayOrder<'_>) -> Result<Paying, PayError> {
        checkout::pay(&self.checkout, &self.ctx(), wish).await
    }

    /// Pays by API, with a key.
    pub async fn pay_keyed(&self, cart: CartId, key: &str, request: &[u8]) -> Result<Paying, PayError> {
        let key = idempotency::Key {
            scope: "checkout",
            key,
            request_hash: request,
        };
        checkout::pay(
            &self.checkout,
            &self.ctx(),
            PayOrder {
                key: Some(key),
                ..self.instant(cart)
            },
        )
        .await
    }

    /// The same for a buyer with this address.
    pub async fn pay_keyed_as(&self, cart: CartId, mail: &str, key: &str) -> Result<Paying, PayError> {
        let key = idempotency::Key {
            scope: "checkout",
            key,
            request_hash: b"request",
        };
        let wish = PayOrder {
            quote: Some(details(cart, mail)),
            key: Some(key),
            ..self.instant(cart)
        };
        checkout::pay(&self.checkout, &self.ctx(), wish).await
    }

    pub async fn look(&self, order: OrderId) -> PayStatus {
        checkout::look(&self.checkout, &self.ctx(), order).await.unwrap().status
    }

    /// Goes to the provider's page with a new order; returns cart, order and payment.
    pub async fn at_the_provider(&self) -> (CartId, OrderId, SandboxPaymentId) {
        let (cart, order) = self.order().await;
        let paying = self.pay(self.hosted(cart)).await.unwrap();
        (cart, order, payment_of(&paying))
    }

    pub async fn choose(&self, payment: SandboxPaymentId, choice: Choice) {
        sandbox::choose(&self.sandbox, &self.ctx(), payment, choice)
            .await
            .unwrap();
    }

    pub fn advance(&self, seconds: i64) {
        self.app.advance(SignedDuration::from_secs(seconds));
    }

    /// Sweeps and does every job that is due.
    pub async fn work(&self) {
        self.worker.run_until_idle().await.unwrap();
    }

    /// Lets time pass and the worker work until nothing can be open any more.
    pub async fn work_until_settled(&self) {
        for _ in 0..4 {
            self.advance(600);
            self.work().await;
        }
    }

    pub async fn state(&self, order: OrderId) -> OrderState {
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        orders::find(&mut tx, order).await.unwrap().unwrap().state
    }

    pub async fn cancel_event(&self) {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        catalog::cancel_event(&ctx, &mut tx, self.event).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Runs a purchase whose process dies where the line says so.
    pub async fn die_in<T>(&self, purchase: impl Future<Output = T>) {
        tokio::select! {
            () = self.line.death() => {}
            _ = purchase => panic!("the purchase ended before it died"),
        }
    }

    pub async fn books(&self) -> Books {
        let mut admin = self.app.test_db.admin().await;
        let row = sqlx::query(
            "select (select coalesce(sum(amount_minor - refunded_minor), 0)::bigint from bilten.sandbox_payments where state = 'succeeded') as money,
                    (select count(*) from bilten.sandbox_payments where state = 'succeeded') as charges,
                    (select coalesce(sum(case state when 'paid' then total_minor - refunded_minor else
                         (select coalesce(sum(kept_minor), 0) from bilten.ticket_returns r where r.order_id = o.id) end), 0)::bigint
                     from bilten.orders o where state in ('paid', 'refunded')) as sales,
                    (select count(*) from bilten.tickets where state = 'issued') as tickets,
                    (select coalesce(sum(held), 0)::bigint from bilten.capacity_pools) as held,
                    (select coalesce(sum(sold), 0)::bigint from bilten.capacity_pools) as sold,
                    (select count(*) from bilten.payment_attempts
                     where state in ('created', 'confirming', 'action_required', 'processing')) as live",
        )
        .fetch_one(&mut admin)
        .await
        .unwrap();
        admin.close().await.unwrap();
        Books {
            money: row.get("money"),
            charges: row.get("charges"),
            sales: row.get("sales"),
            tickets: row.get("tickets"),
            held: row.get("held"),
            sold: row.get("sold"),
            live: row.get("live"),
        }
    }

    /// Every row of a table, as text.
    pub async fn rows_as_text(&self, table: &str) -> Vec<String> {
        let mut admin = self.app.test_db.admin().await;
        let query = format!("select t::text from bilten.{table} t");
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_all(&mut admin)
            .await;
        admin.close().await.unwrap();
        rows.unwrap()
    }

    pub async fn count(&self, query: &'static str) -> i64 {
        let mut admin = self.app.test_db.admin().await;
        let count = sqlx::query_scalar(query).fetch_one(&mut admin).await.unwrap();
        admin.close().await.unwrap();
        count
    }

    /// No money without a ticket, no ticket without money, no stock lost.
    pub async fn assert_sound(&self) {
        let books = self.books().await;
        assert_eq!(
            books.money, books.sales,
            "money without ticket, or ticket without money: {books:?}"
        );
        assert_eq!(books.tickets, books.sold, "stock and tickets differ: {books:?}");
    }

    /// No ticket without money; money without a ticket only while its attempt is open.
    pub async fn assert_sound_or_open(&self) {
        let books = self.books().await;
        let open = books.live * PRICE;
        assert!(
            books.money >= books.sales && books.money <= books.sales + open,
            "{books:?}"
        );
        assert_eq!(books.tickets, books.sold, "{books:?}");
    }

    /// Sound, and nothing is open or held any more.
    pub async fn assert_settled(&self) {
        self.assert_sound().await;
        let ctx = self.ctx();
        bilten_core::inventory::sweep(&self.app.db, &ctx).await.unwrap();
        let books = self.books().await;
        assert_eq!((books.live, books.held), (0, 0), "{books:?}");
    }
}

pub(super) fn payment_of(paying: &Paying) -> SandboxPaymentId {
    let PayStatus::Redirect(url) = &paying.status else {
        panic!("the buyer is sent to the provider: {paying:?}");
    };
    url.strip_prefix("/sandbox/").unwrap().parse().unwrap()
}

fn details(cart: CartId, mail: &str) -> QuoteOrder {
    QuoteOrder {
        cart,
        buyer_email: mail.parse().unwrap(),
        buyer_name: "Ada Buyer".parse().unwrap(),
        channel: Channel::Api,
        tax: None,
    }
}

async fn put_on_sale(app: &TestApp, master: &MasterKey, places: i64) -> (EventId, TicketTypeId, TicketTypeId) {
    let ctx = app.ctx(&app.alfa);
    let mut tx = app.db.begin(&ctx).await.unwrap();
    tickets::create_signing_key(&ctx, &mut tx, &TicketSigner::new(master.clone()), 1)
        .await
        .unwrap();
    let organizer = NewOrganizer {
        slug: "house".parse().unwrap(),
        name: "House".parse().unwrap(),
    };
    catalog::create_organizer(&ctx, &mut tx, organizer).await.unwrap();
    let starts = ctx.now() + SignedDuration::from_hours(24 * 90);
    let ends = starts + SignedDuration::from_hours(3);
    let new = NewEvent::new(
        "Concert".parse().unwrap(),
        starts,
        ends,
        "Europe/Ljubljana".parse().unwrap(),
        "EUR".parse().unwrap(),
    );
    let types = vec![
        NewTicketType::new("Seat".parse().unwrap(), PRICE, places),
        NewTicketType::new("Guest".parse().unwrap(), 0, places),
    ];
    let made = catalog::create_event(&ctx, &mut tx, new, types).await.unwrap();
    catalog::publish_event(&ctx, &mut tx, made.event.id).await.unwrap();
    tx.commit().await.unwrap();
    (made.event.id, made.ticket_types[0].id, made.ticket_types[1].id)
}
