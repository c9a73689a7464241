//! Carries planned purchases out: hold, details, payment, as any buyer does.

use bilten_billing::{
    checkout::{self, PayOrder, PayStatus},
    provider::Method,
    risk::Payer,
};
use bilten_core::{
    inventory::{Engine, HoldError, HoldRequest},
    orders::{self, Channel, QuoteOrder},
};
use bilten_kernel::{Actor, ManualClock, OrderId};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::SignedDuration;

use super::{ctx, sales::Purchase, shops::Shop};
use crate::http::AppState;

/// Buyers at once in one shop.
const AT_ONCE: usize = 8;
/// Time between choosing and paying.
const HESITATION: SignedDuration = SignedDuration::from_secs(95);

/// Buyers of one shop.
pub struct Buyers<'a> {
    state: &'a AppState,
    shop: &'a Shop,
    engine: Engine,
    clock: Option<ManualClock>,
}

/// An order that was paid.
#[derive(Debug, Clone)]
pub struct Bought {
    /// The order.
    pub order: OrderId,
    /// How it came about.
    pub purchase: Purchase,
}

impl<'a> Buyers<'a> {
    /// Lets buyers in. With a clock, it is set to the hour of each purchase; it must be the engine's.
    pub const fn at_the_door(state: &'a AppState, shop: &'a Shop, engine: Engine, clock: Option<ManualClock>) -> Self {
        Self {
            state,
            shop,
            engine,
            clock,
        }
    }

    /// Makes the purchases, hour by hour; those of one hour happen at once. Returns the paid orders.
    ///
    /// # Errors
    /// Something else happened than that tickets were sold out.
    pub async fn buy(&self, purchases: Vec<Purchase>) -> anyhow::Result<Vec<Bought>> {
        let mut bought = Vec::with_capacity(purchases.len());
        for hour in purchases.chunk_by(|a, b| a.hour == b.hour) {
            if let Some(clock) = &self.clock {
                clock.set(hour[0].hour);
            }
            let orders = stream::iter(hour.iter().map(|purchase| self.buy_one(purchase)));
            let orders: Vec<Option<Bought>> = orders.buffered(AT_ONCE).try_collect().await?;
            bought.extend(orders.into_iter().flatten());
        }
        Ok(bought)
    }

    async fn buy_one(&self, purchase: &Purchase) -> anyhow::Result<Option<Bought>> {
        let now = if self.clock.is_some() {
            purchase.at
        } else {
            self.state.clock.now()
        };
        let ctx = ctx(self.state, self.shop.tenant, now, purchase.seed).with_actor(Actor::Buyer);
        let ctx = ctx.with_locale(self.shop.plan.locale.parse()?);
        let request = HoldRequest {
            event: self.shop.events[purchase.event].event.id,
            items: purchase.items.clone(),
            keep_together: false,
            request_key: None,
            promo_code: purchase.promo.clone(),
            extras: bilten_core::inventory::Extras::default(),
        };
        let hold = match self.engine.hold(&ctx, request).await {
            Ok(hold) => hold,
            Err(HoldError::SoldOut { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let quote = QuoteOrder {
            cart: hold.id,
            buyer_email: purchase.buyer.0.clone(),
            buyer_name: purchase.buyer.1.clone(),
            channel: Channel::Web,
            tax: None,
        };
        if !purchase.pays {
            let mut tx = self.state.db.begin(&ctx).await?;
            orders::quote(&ctx, &mut tx, &quote).await?;
            tx.commit().await?;
            return Ok(None);
        }
        let wish = PayOrder {
            cart: hold.id,
            payer: Payer::default(),
            quote: Some(quote),
            accepted_total: None,
            provider: "sandbox",
            method: Method::Instant,
            return_to: None,
            token: None,
            key: None,
        };
        let later = super::ctx(self.state, self.shop.tenant, now + HESITATION, !purchase.seed).with_actor(Actor::Buyer);
        let later = if self.clock.is_some() { later } else { ctx };
        let later = later.with_locale(self.shop.plan.locale.parse()?);
        let paying = checkout::pay(&self.state.checkout, &later, wish).await?;
        anyhow::ensure!(
            paying.status == PayStatus::Paid,
            "a purchase of the demo was not paid: {:?}",
            paying.status
        );
        Ok(Some(Bought {
            order: paying.order,
            purchase: purchase.clone(),
        }))
    }
}
