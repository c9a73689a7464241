//! The plain steps of purchases, a group of buyers at a time.
//!
//! A buyer in a rush takes two steps that want the same rows as everybody's: his order is placed (and, when it costs
//! nothing, completed), and the money that came for it turns the hold into tickets. Both are collected per tenant and
//! written by one transaction a group. Only the plain case is done here. Whatever is unusual (a cart that expired, an
//! order that was tried before, an event that was called off, a key that was used) is left out of the group as *odd*, and
//! goes through the steps for one order, which know every case; nothing of it was written by then.

mod place;
mod settle;

use std::time::Duration;

use bilten_core::orders::GroupError;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    Db, DbError,
    groups::{GroupLimits, Groups, Refused},
    idempotency::OwnedKey,
};

use self::{
    place::{PlaceAsk, Placing},
    settle::{SettleAsk, Settling},
};
use super::{PayError, PayOrder};
use crate::{
    attempts::Attempt,
    ledger::KnownAccounts,
    payees::Payee,
    provider::{Caps, Method, Snapshot},
    risk::Risk,
};

pub(super) use place::Placed;

/// Time that the news of a payment may wait: money that came is never turned away.
const NEWS_PATIENCE: Duration = Duration::from_secs(10);

/// Serves buyers in groups. Cheap to clone; one per process.
#[derive(Debug, Clone)]
pub struct Till {
    risk: Risk,
    place: Groups<Placing>,
    settle: Groups<Settling>,
}

impl Till {
    /// Makes a till on a database.
    pub fn new(db: &Db, risk: &Risk) -> Self {
        let (limits, turnstile) = (GroupLimits::default(), db.turnstile());
        let news = GroupLimits {
            patience: NEWS_PATIENCE,
            ..limits
        };
        Self {
            risk: risk.clone(),
            place: Groups::new(Placing::new(db, risk), limits, turnstile.clone()),
            settle: Groups::new(settling(db), news, turnstile.clone()),
        }
    }

    /// Places an order, if that is plain.
    pub(super) async fn place(
        &self,
        ctx: &Ctx,
        cmd: &PayOrder<'_>,
        (caps, payee): (Caps, Option<&Payee>),
    ) -> Result<Placed, PayError> {
        let ask = PlaceAsk {
            ctx: ctx.clone(),
            order: ctx.new_id(),
            attempt: ctx.new_id(),
            cart: cmd.cart,
            payer: self.risk.keys(ctx, &cmd.payer),
            quote: cmd.quote.clone(),
            accepted_total: cmd.accepted_total,
            provider: cmd.provider.to_owned(),
            confirms_on_create: caps.confirms_on_create,
            method: cmd.method,
            is_payable: (cmd.return_to.is_some() || !cmd.method.needs_return())
                && (cmd.token.is_some() || cmd.method != Method::Embedded),
            payee: payee.cloned(),
            key: cmd.key.map(OwnedKey::from),
        };
        match self.place.ask(ctx.tenant, ask).await {
            Ok(placed) => Ok(placed),
            Err(Refused::Busy) => Err(PayError::Busy),
            Err(Refused::Unavailable) => Err(PayError::Unavailable),
            // Alone, and with every case known, it may succeed, or fail with a better reason.
            Err(Refused::Failed(error)) => {
                tracing::warn!(%error, cart = %cmd.cart, "an order could not be placed in a group");
                Ok(Placed::Odd)
            }
        }
    }

    /// Completes the order whose money came, if that is plain; tells whether it was. Anything that goes wrong is tried
    /// again by the step for one order.
    pub(super) async fn settle(
        &self,
        ctx: &Ctx,
        attempt: &Attempt,
        snapshot: &Snapshot,
        key: Option<OwnedKey>,
    ) -> bool {
        let Some(event) = attempt.event else { return false };
        let ask = SettleAsk {
            ctx: ctx.clone(),
            attempt: attempt.id,
            order: attempt.order,
            hold: attempt.hold,
            event,
            snapshot: snapshot.clone(),
            key,
        };
        self.settle.ask(ctx.tenant, ask).await.unwrap_or(false)
    }
}

fn settling(db: &Db) -> Settling {
    Settling {
        db: db.clone(),
        known: KnownAccounts::default(),
    }
}

/// A group in which something moved under our hands is done again one by one: everybody in it is odd.
fn odd_when_moved<T>(result: Result<T, GroupError>) -> Result<Option<T>, DbError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(GroupError::Moved) => {
            metrics::counter!("checkout_groups_moved_total").increment(1);
            Ok(None)
        }
        Err(GroupError::Db(error)) => Err(error),
    }
}
