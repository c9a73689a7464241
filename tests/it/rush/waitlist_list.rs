//! Shorthand for what is done with the waiting list of a sold-out shop.

use bilten_core::{
    inventory::Hold,
    orders::{self, Order, OrderState},
    waitlist::{self, Entry, EntryFilter, EntryState, JoinError, JoinWaitlist, Party},
};
use bilten_kernel::WaitlistEntryId;
use bilten_tests::{Tenant, TestApp};

use crate::stock::shop::Shop;

/// A shop that has sold everything, in orders of these sizes.
pub struct SoldOut<'a> {
    pub shop: Shop<'a>,
    pub orders: Vec<Order>,
}

impl<'a> SoldOut<'a> {
    pub async fn open(app: &'a TestApp, tenant: &'a Tenant, sizes: &[u32]) -> Self {
        let capacity = sizes.iter().map(|size| i64::from(*size)).sum();
        let shop = Shop::open(app, tenant, capacity).await;
        let mut orders = Vec::new();
        for size in sizes {
            orders.push(shop.buy(*size).await.0);
        }
        Self { shop, orders }
    }

    /// Puts a party that stays together on the list.
    pub async fn join(&self, name: &str, size: u32) -> WaitlistEntryId {
        self.join_as(name, Party::together(size).unwrap()).await.unwrap();
        self.entry(name).await.id
    }

    pub async fn join_as(&self, name: &str, party: Party) -> Result<(), JoinError> {
        let ctx = self.shop.ctx();
        let wish = JoinWaitlist {
            event: self.shop.event,
            email: format!("{name}@post.test").parse().unwrap(),
            name: name.parse().unwrap(),
            party,
            types: vec![self.shop.ticket_type],
        };
        let mut tx = self.shop.app.db.begin(&ctx).await.unwrap();
        waitlist::join(&ctx, &mut tx, &wish).await?;
        tx.commit().await.unwrap();
        // Who joins next joins later.
        self.shop.app.advance(jiff::SignedDuration::from_millis(1));
        Ok(())
    }

    /// The latest entry of this name.
    pub async fn entry(&self, name: &str) -> Entry {
        let ctx = self.shop.ctx();
        let mut tx = self.shop.app.db.begin(&ctx).await.unwrap();
        let filter = (EntryFilter::All, None);
        let page = waitlist::list(&ctx, &mut tx, self.shop.event, filter, 100)
            .await
            .unwrap();
        let found = page.rows.into_iter().rev().find(|row| row.entry.name.as_str() == name);
        found.expect("somebody of this name joined").entry
    }

    pub async fn state(&self, name: &str) -> EntryState {
        self.entry(name).await.state
    }

    /// The hold that somebody was offered.
    pub async fn offer(&self, name: &str) -> Hold {
        let hold = self.entry(name).await.hold.expect("an offer");
        let mut tx = self.shop.app.db.begin(&self.shop.ctx()).await.unwrap();
        bilten_core::inventory::find(&mut tx, hold).await.unwrap().unwrap()
    }

    /// Gives the tickets of an order back, as after a refund.
    pub async fn give_back(&self, order: usize) {
        let ctx = self.shop.ctx();
        let mut tx = self.shop.app.db.begin(&ctx).await.unwrap();
        orders::cancel_paid(&ctx, &mut tx, self.orders[order].id, OrderState::Refunded)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Serves the list as its job does.
    pub async fn serve(&self) -> usize {
        waitlist::serve(&self.shop.app.db, &self.shop.ctx(), self.shop.event)
            .await
            .unwrap()
    }

    pub async fn leave(&self, name: &str) -> Result<waitlist::Parting, waitlist::LeaveError> {
        let (ctx, entry) = (self.shop.ctx(), self.entry(name).await.id);
        let mut tx = self.shop.app.db.begin(&ctx).await.unwrap();
        let parting = waitlist::leave(&ctx, &mut tx, entry).await;
        tx.commit().await.unwrap();
        parting
    }

    /// What a buyer is told is left, as the event's page does.
    pub async fn shown_left(&self) -> i64 {
        let ctx = self.shop.ctx();
        let mut tx = self.shop.app.db.begin(&ctx).await.unwrap();
        let detail = bilten_core::catalog::find_event(&ctx, &mut tx, self.shop.event)
            .await
            .unwrap()
            .unwrap();
        detail.ticket_types[0].left()
    }
}
