//! A published event on sale, and shorthand for what is done with it.

use bilten_core::{
    MasterKey,
    catalog::{self, NewEvent, NewOrganizer, NewTicketType},
    inventory::{Engine, EngineLimits, Hold, HoldError, HoldRequest, PoolFacts},
    orders::{self, Channel, Completed, Order, QuoteOrder},
    tickets::{self, Ticket, TicketSigner},
};
use bilten_kernel::{Ctx, EventId, TicketTypeId};
use bilten_tests::{Tenant, TestApp};
use jiff::SignedDuration;
use std::sync::Arc;

pub struct Shop<'a> {
    pub app: &'a TestApp,
    pub tenant: &'a Tenant,
    pub event: EventId,
    pub ticket_type: TicketTypeId,
    pub engine: Engine,
    pub signer: TicketSigner,
}

impl<'a> Shop<'a> {
    /// Opens the sale of one type with so many places, in a month, at 100 EUR.
    pub async fn open(app: &'a TestApp, tenant: &'a Tenant, capacity: i64) -> Self {
        let ctx = app.ctx(tenant);
        let signer = TicketSigner::new(MasterKey::new([5; 32]));
        let mut tx = app.db.begin(&ctx).await.unwrap();
        tickets::create_signing_key(&ctx, &mut tx, &signer, 1).await.unwrap();
        let organizer = NewOrganizer {
            slug: "house".parse().unwrap(),
            name: "House".parse().unwrap(),
        };
        // The second event of a tenant finds its organizer there.
        if catalog::list_organizers(&mut tx).await.unwrap().is_empty() {
            catalog::create_organizer(&ctx, &mut tx, organizer).await.unwrap();
        }
        let starts_at = app.now() + SignedDuration::from_hours(30 * 24);
        let new = NewEvent::new(
            "Concert".parse().unwrap(),
            starts_at,
            starts_at + SignedDuration::from_hours(3),
            "Europe/Ljubljana".parse().unwrap(),
            "EUR".parse().unwrap(),
        );
        let types = vec![NewTicketType::new("Standing".parse().unwrap(), 10_000, capacity)];
        let made = catalog::create_event(&ctx, &mut tx, new, types).await.unwrap();
        catalog::publish_event(&ctx, &mut tx, made.event.id).await.unwrap();
        tx.commit().await.unwrap();
        let engine = Engine::new(app.db.clone(), Arc::new(app.clock.clone()), EngineLimits::default());
        Self {
            app,
            tenant,
            event: made.event.id,
            ticket_type: made.ticket_types[0].id,
            engine,
            signer,
        }
    }

    pub fn ctx(&self) -> Ctx {
        self.app.ctx(self.tenant)
    }

    pub async fn hold(&self, quantity: u32) -> Result<Hold, HoldError> {
        self.hold_with(quantity, None).await
    }

    pub async fn hold_with(&self, quantity: u32, key: Option<&str>) -> Result<Hold, HoldError> {
        let request = HoldRequest {
            event: self.event,
            items: vec![(self.ticket_type, quantity)],
            keep_together: false,
            request_key: key.map(str::to_owned),
            promo_code: None,
            extras: bilten_core::inventory::Extras::default(),
        };
        self.engine.hold(&self.ctx(), request).await
    }

    pub async fn quote(&self, hold: &Hold) -> Result<Order, orders::QuoteError> {
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let wish = QuoteOrder {
            cart: hold.id,
            buyer_email: "buyer@post.test".parse().unwrap(),
            buyer_name: "A Buyer".parse().unwrap(),
            channel: Channel::Api,
            tax: None,
        };
        let order = orders::quote(&ctx, &mut tx, &wish).await;
        tx.commit().await.unwrap();
        order
    }

    /// Buys so many tickets as if the money had come.
    pub async fn buy(&self, quantity: u32) -> (Order, Vec<Ticket>) {
        let hold = self.hold(quantity).await.unwrap();
        let order = self.quote(&hold).await.unwrap();
        let ctx = self.ctx();
        let mut tx = self.app.db.begin(&ctx).await.unwrap();
        let completed = orders::complete(&ctx, &mut tx, order.id).await.unwrap();
        assert_eq!(completed, Completed::Now);
        let tickets = tickets::list_for_order(&mut tx, order.id).await.unwrap();
        tx.commit().await.unwrap();
        (order, tickets)
    }

    pub fn code(&self, ticket: &Ticket) -> String {
        self.signer.code(self.tenant.id, ticket.key_id, ticket.id, ticket.event)
    }

    /// Counters of the only pool.
    pub async fn pool(&self) -> PoolFacts {
        let mut tx = self.app.db.begin(&self.ctx()).await.unwrap();
        let detail = catalog::find_event(&self.ctx(), &mut tx, self.event)
            .await
            .unwrap()
            .unwrap();
        let pool = &detail.ticket_types[0].pools[0];
        PoolFacts {
            capacity: pool.capacity,
            held: pool.held,
            sold: pool.sold,
        }
    }

    pub async fn held_and_sold(&self) -> (i64, i64) {
        let pool = self.pool().await;
        (pool.held, pool.sold)
    }
}
