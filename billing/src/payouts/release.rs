//! Lets money go: what may be sent becomes a payout that names its orders.

use std::collections::{BTreeMap, HashSet};

use bilten_core::catalog::{self, EventStatus};
use bilten_kernel::{Ctx, Currency, EventId, Money};
use bilten_tenancy::{DbError, TenantTx, audit, jobs};
use serde_json::json;

use super::{
    PayoutId, SEND_JOB,
    lot::Lot,
    store::{self, NewPayout},
};
use crate::{
    ledger::{
        self, Account, Code, Dimension, PostError,
        templates::{self, PayoutFacts},
    },
    watch,
};

/// Lots that one payout pays.
const MOST_LOTS: i64 = 5_000;

/// Books money as available whose time has come at the provider.
///
/// # Errors
/// The database or the books refused.
pub async fn make_available(tx: &mut TenantTx, ctx: &Ctx) -> Result<usize, PostError> {
    let lots = store::take_available(tx, ctx, MOST_LOTS).await?;
    for ((book, provider, currency), lots) in by_account(&lots) {
        let amount = Money::new(lots.iter().map(|lot| lot.brought).sum(), parse(currency)?);
        if amount.is_zero() {
            continue;
        }
        let facts = PayoutFacts {
            key: ctx.new_id::<super::PayoutKind>().to_string(),
            at: ctx.now(),
            book: ledger::find_book(tx, book).await?,
            provider: provider.to_owned(),
            amount,
        };
        ledger::post(tx, ctx, &templates::funds_available(&facts)?).await?;
    }
    Ok(lots.len())
}

/// Makes a payout of everything that may go now, one for each payee, provider and currency; jobs send them after the commit.
/// Nothing goes beyond what the ledger says may be sent, and nothing at all while the tenant's money is not proven.
///
/// # Errors
/// The database or the books refused.
pub async fn release(tx: &mut TenantTx, ctx: &Ctx) -> Result<Vec<PayoutId>, PostError> {
    if !watch::lets_money_go(tx).await? {
        return Ok(Vec::new());
    }
    let lots = store::lock_releasable(tx, ctx.now(), MOST_LOTS).await?;
    let stopped = called_off(tx, &lots).await?;
    let mut made = Vec::new();
    for ((book, provider, currency), lots) in by_account(&lots) {
        let book = (book, ledger::find_book(tx, book).await?);
        let currency = parse(currency)?;
        let available = Account {
            book: book.1,
            code: Code::PspAvailable,
            currency,
            dimension: Dimension::Provider(provider.to_owned()),
        };
        let mut left = ledger::balance(tx, &available).await?.minor;
        let mut parts: Vec<(&Lot, i64)> = Vec::new();
        for lot in lots {
            let is_stopped = lot.event.is_some_and(|event| stopped.contains(&event));
            let payable = lot.payable(ctx.now(), is_stopped);
            if payable > 0 && payable <= left {
                left -= payable;
                parts.push((lot, payable));
            }
        }
        if parts.is_empty() {
            continue;
        }
        let amount = Money::new(parts.iter().map(|(_, minor)| minor).sum(), currency);
        let id: PayoutId = ctx.new_id();
        let new = NewPayout {
            id,
            book: book.0,
            provider,
            amount,
            parts: &parts,
        };
        store::insert_payout(tx, ctx, &new).await?;
        let facts = PayoutFacts {
            key: id.to_string(),
            at: ctx.now(),
            book: book.1,
            provider: provider.to_owned(),
            amount,
        };
        ledger::post(tx, ctx, &templates::payout_sent(&facts)?).await?;
        note(tx, ctx, id, amount, parts.len()).await?;
        made.push(id);
    }
    Ok(made)
}

async fn note(tx: &mut TenantTx, ctx: &Ctx, id: PayoutId, amount: Money, lots: usize) -> Result<(), DbError> {
    let job = jobs::NewJob {
        kind: SEND_JOB,
        payload: json!({ "payout": id }),
        run_at: ctx.now(),
        unique_key: Some(&id.to_string()),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await?;
    let entry = audit::Entry {
        action: "payout.made",
        object: id.to_string(),
        details: json!({ "minor": amount.minor, "currency": amount.currency.code(), "orders": lots }),
    };
    audit::record(tx, ctx, entry).await
}

type ByAccount<'a> = BTreeMap<(i64, &'a str, &'static str), Vec<&'a Lot>>;

fn by_account(lots: &[Lot]) -> ByAccount<'_> {
    let mut groups: ByAccount<'_> = BTreeMap::new();
    for lot in lots {
        let key = (lot.book, lot.provider.as_str(), lot.currency.code());
        groups.entry(key).or_default().push(lot);
    }
    groups
}

fn parse(currency: &str) -> Result<Currency, PostError> {
    Ok(currency.parse::<Currency>()?)
}

/// Events of the lots that were called off: their money is about to go back.
async fn called_off(tx: &mut TenantTx, lots: &[Lot]) -> Result<HashSet<EventId>, DbError> {
    let events: HashSet<EventId> = lots.iter().filter_map(|lot| lot.event).collect();
    let statuses = catalog::find_statuses(tx, &events.into_iter().collect::<Vec<_>>()).await?;
    let called_off = statuses
        .into_iter()
        .filter(|(_, status)| *status == EventStatus::Cancelled);
    Ok(called_off.map(|(event, _)| event).collect())
}
