//! Completes the orders whose money came, in groups.

use std::collections::HashSet;

use async_trait::async_trait;
use bilten_core::{
    catalog::{self, EventStatus},
    inventory::{self, HoldState},
    orders::{self, GroupError, Order, OrderState},
};
use bilten_kernel::{AttemptId, Ctx, EventId, HoldId, OrderId, TenantId};
use bilten_tenancy::{
    Db, DbError, TenantTx,
    groups::Serve,
    idempotency::{self, OwnedKey},
};

use super::odd_when_moved;
use crate::{
    attempts::{Attempt, AttemptState, store::many},
    ledger::{self, KnownAccounts},
    provider::Snapshot,
};

/// News that an attempt's money came.
pub(in crate::checkout) struct SettleAsk {
    pub ctx: Ctx,
    pub attempt: AttemptId,
    pub order: OrderId,
    pub hold: HoldId,
    pub event: EventId,
    pub snapshot: Snapshot,
    pub key: Option<OwnedKey>,
}

/// Serves groups of news in one tenant.
pub(in crate::checkout) struct Settling {
    pub db: Db,
    pub known: KnownAccounts,
}

#[async_trait]
impl Serve for Settling {
    type Lane = TenantId;
    type Ask = SettleAsk;
    /// Whether the order was completed; otherwise nothing was written.
    type Answer = bool;

    const NAME: &'static str = "settle";

    fn tenant(tenant: TenantId) -> TenantId {
        tenant
    }

    async fn serve(&self, tenant: TenantId, asks: &[SettleAsk]) -> Result<Vec<bool>, DbError> {
        let mut tx = self.db.begin_group(tenant).await?;
        let Some(settled) = odd_when_moved(settle(&mut tx, &self.known, asks).await)? else {
            return Ok(asks.iter().map(|_| false).collect());
        };
        tx.commit().await?;
        Ok(settled)
    }
}

async fn settle(tx: &mut TenantTx, known: &KnownAccounts, asks: &[SettleAsk]) -> Result<Vec<bool>, GroupError> {
    // The order of locks is that of the step for one order: attempts, orders, holds, pools.
    let attempts = many::lock_many(tx, &asks.iter().map(|ask| ask.attempt).collect::<Vec<_>>()).await?;
    let orders = orders::lock_many(tx, &asks.iter().map(|ask| ask.order).collect::<Vec<_>>()).await?;
    let holds = inventory::lock_many(tx, &asks.iter().map(|ask| ask.hold).collect::<Vec<_>>()).await?;
    let events: HashSet<EventId> = asks.iter().map(|ask| ask.event).collect();
    let statuses = catalog::find_statuses(tx, &events.into_iter().collect::<Vec<_>>()).await?;
    let mut seen = HashSet::with_capacity(asks.len());
    let mut settled = vec![false; asks.len()];
    let mut plain: Vec<(&SettleAsk, &Attempt, &Order)> = Vec::with_capacity(asks.len());
    for (ask, is_settled) in asks.iter().zip(&mut settled) {
        let (Some(attempt), Some(order), Some(hold)) =
            (attempts.get(&ask.attempt), orders.get(&ask.order), holds.get(&ask.hold))
        else {
            continue;
        };
        *is_settled = seen.insert(ask.attempt)
            && is_money(attempt, &ask.snapshot)
            && order.state == OrderState::AwaitingPayment
            && order.gift_card.is_none()
            && hold.state == HoldState::Pinned(ask.attempt)
            && statuses
                .get(&ask.event)
                .is_some_and(|status| *status != EventStatus::Cancelled);
        if *is_settled {
            plain.push((ask, attempt, order));
        }
    }
    if plain.is_empty() {
        return Ok(settled);
    }
    let succeeded: Vec<_> = plain
        .iter()
        .map(|(ask, ..)| (&ask.ctx, ask.attempt, &ask.snapshot.payment))
        .collect();
    many::save_succeeded(tx, &succeeded).await?;
    let keys: Vec<_> = plain
        .iter()
        .filter_map(|(ask, ..)| ask.key.as_ref().map(OwnedKey::as_key))
        .collect();
    if !keys.is_empty() {
        idempotency::complete_many(tx, &keys).await?;
    }
    let completions: Vec<(&Ctx, &Order)> = plain.iter().map(|(ask, _, order)| (&ask.ctx, *order)).collect();
    let sales: Vec<(&Ctx, &Order, &str)> = plain
        .iter()
        .map(|(ask, attempt, order)| (&ask.ctx, *order, attempt.provider.as_str()))
        .collect();
    ledger::book_sales(tx, known, &sales).await.map_err(DbError::from)?;
    orders::complete_many(tx, &completions).await?;
    Ok(settled)
}

/// Tells whether the snapshot is news of this attempt's money, and nothing else stands in the way.
fn is_money(attempt: &Attempt, snapshot: &Snapshot) -> bool {
    attempt.state.is_live()
        && attempt.quarantine.is_none()
        && attempt
            .reduce(snapshot)
            .is_ok_and(|reduced| reduced.state == AttemptState::Succeeded)
}
