//! Decides what is settled now.

use std::collections::BTreeMap;

use bilten_core::catalog;
use bilten_kernel::{Ctx, EventId, Money, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    Settlement, SettlementState, Terms,
    due::{self, Earned},
    send::request_send,
    store,
};
use crate::{
    finance::{self, Span},
    payees,
};

/// What of one event is settled.
pub(super) type Share = (EventId, Earned);

/// Settles what is due, in the caller's transaction; jobs send it after the commit. Tells how many settlements were made. Nothing is
/// made before the terms say so, or of what is not worth a transfer: it waits for the next time.
///
/// # Errors
/// The database refused.
pub async fn settle(tx: &mut TenantTx, ctx: &Ctx) -> Result<usize, DbError> {
    let Some(terms) = store::find_terms(tx).await? else {
        return Ok(0);
    };
    let last = store::lock_last(tx).await?;
    let gap = SignedDuration::from_hours(24 * terms.every.days());
    if last.is_some_and(|last| ctx.now() < last + gap) {
        return Ok(0);
    }
    let mut made = 0;
    for ((provider, currency), shares) in open_shares(tx, ctx, terms).await? {
        let amount: i64 = shares.iter().map(|(_, share)| share.due).sum();
        let Some(currency) = due::currency(currency).filter(|_| amount > 0) else {
            continue;
        };
        let given: i64 = shares.iter().map(|(_, share)| share.given).sum();
        let account = payees::find_current(tx, &provider)
            .await?
            .and_then(|payee| payee.account);
        let settlement = Settlement {
            id: ctx.new_id(),
            provider,
            account,
            amount: Money::new(amount, currency),
            given: Money::new(given, currency),
            state: SettlementState::Owed,
            reference: None,
            reversal: None,
            failure: None,
            tries: 0,
            created_at: ctx.now(),
        };
        store::insert(tx, ctx, &settlement, &shares).await?;
        request_send(tx, ctx, settlement.id).await?;
        let entry = audit::Entry {
            action: "commission.settled",
            object: settlement.id.to_string(),
            details: json!({ "minor": amount, "currency": currency.code(), "events": shares.len() }),
        };
        audit::record(tx, ctx, entry).await?;
        made += 1;
    }
    Ok(made)
}

/// What is the tenant's and in no settlement yet, by provider and currency. It reads the whole ledger, as often as the terms say.
async fn open_shares(
    tx: &mut TenantTx,
    ctx: &Ctx,
    terms: Terms,
) -> Result<BTreeMap<(String, &'static str), Vec<Share>>, DbError> {
    let span = Span {
        from: Timestamp::UNIX_EPOCH,
        until: ctx.now(),
        event: None,
    };
    let over = SignedDuration::from_hours(24 * i64::from(terms.after_days));
    let mut open: BTreeMap<(String, &'static str), Vec<Share>> = BTreeMap::new();
    for (event, movements) in finance::list_movements_by_event(tx, &span).await? {
        let Some(event) = event else { continue };
        let earned = due::earned(&movements);
        if earned.is_empty() {
            continue;
        }
        let found = catalog::find_event(ctx, tx, event).await?;
        let is_over = found.is_none_or(|detail| detail.event.ends_at + over <= ctx.now());
        if !is_over {
            continue;
        }
        for (key, earned) in earned {
            let settled = store::sum_settled(tx, event, (&key.0, key.1)).await?;
            let share = Earned {
                due: earned.due - settled.due,
                given: earned.given - settled.given,
            };
            if share != Earned::default() {
                open.entry(key).or_default().push((event, share));
            }
        }
    }
    Ok(open)
}
