//! Lets money go: what may be sent becomes a payout that names its orders.

use std::collections::{BTreeMap, HashSet};

use bilten_core::catalog::{self, EventStatus};
use bilten_kernel::{Ctx, Currency, EventId, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use super::{
    PayoutId,
    gate::Gate,
    lot::Lot,
    send::request_send,
    store::{self, NewPayout},
};
use crate::{
    attempts, commission,
    ledger::{
        self, Account, Book, Code, Dimension, PostError,
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

/// Makes a payout of everything that may go now, one for each payee, account and currency; jobs send them after the commit.
/// Nothing goes beyond what the ledger says may be sent, and what the provider said it would; and nothing at all while the
/// tenant's money is not proven.
///
/// # Errors
/// The database or the books refused.
pub async fn release(tx: &mut TenantTx, ctx: &Ctx) -> Result<Vec<PayoutId>, PostError> {
    if !watch::lets_money_go(tx).await? {
        return Ok(Vec::new());
    }
    let lots = store::lock_releasable(tx, ctx.now(), MOST_LOTS).await?;
    if lots.is_empty() {
        return Ok(Vec::new());
    }
    let gate = Gate::read(tx, ctx.now()).await?;
    let stopped = called_off(tx, &lots).await?;
    let orders: Vec<OrderId> = lots.iter().map(|lot| lot.order).collect();
    let mut accounts = attempts::store::list_accounts(tx, &orders).await?;
    accounts.extend(commission::list_accounts(tx, &orders).await?);
    let mut groups: BTreeMap<(i64, &str, Option<&str>, &'static str), Vec<&Lot>> = BTreeMap::new();
    for lot in &lots {
        let account = accounts.get(&lot.order).map(String::as_str);
        let key = (lot.book, lot.provider.as_str(), account, lot.currency.code());
        groups.entry(key).or_default().push(lot);
    }
    let mut made = Vec::new();
    for ((book, provider, account, currency), lots) in groups {
        let from = Source {
            book: (book, ledger::find_book(tx, book).await?),
            provider,
            account,
            currency: parse(currency)?,
        };
        if gate.closed(provider, account).is_some() || (account.is_some() && from.book.1 == Book::Platform) {
            continue;
        }
        let most = from.most(tx, &gate).await?;
        let early = from.early(tx, &gate, (&lots, ctx.now())).await?;
        let parts = choose(&lots, (most, early, ctx.now()), &stopped);
        if !parts.is_empty() {
            made.push(pay_out(tx, ctx, &from, &parts).await?);
        }
    }
    Ok(made)
}

/// Where money leaves from.
struct Source<'a> {
    book: (i64, Book),
    provider: &'a str,
    account: Option<&'a str>,
    currency: Currency,
}

impl Source<'_> {
    async fn most(&self, tx: &mut TenantTx, gate: &Gate) -> Result<i64, PostError> {
        let available = Account {
            book: self.book.1,
            code: Code::PspAvailable,
            currency: self.currency,
            dimension: Dimension::Provider(self.provider.to_owned()),
        };
        let booked = ledger::balance(tx, &available).await?.minor;
        Ok(gate
            .most(tx, (self.provider, self.account, self.currency), booked)
            .await?)
    }

    /// How much may go whose event is not over.
    async fn early(&self, tx: &mut TenantTx, gate: &Gate, (lots, now): (&[&Lot], Timestamp)) -> Result<i64, PostError> {
        let limit = gate.limit(self.provider, self.account, self.currency);
        let Some(limit) = limit.filter(|_| lots.iter().any(|lot| lot.is_early(now))) else {
            return Ok(i64::MAX);
        };
        let gone = store::sum_early(tx, (self.book.0, self.provider), self.currency, now).await?;
        Ok(limit - gone)
    }
}

/// Chooses the lots that fit, the oldest first: of each what may go.
fn choose<'a>(
    lots: &[&'a Lot],
    (most, early, now): (i64, i64, Timestamp),
    stopped: &HashSet<EventId>,
) -> Vec<(&'a Lot, i64)> {
    let (mut left, mut early) = (most, early);
    let mut parts = Vec::new();
    for lot in lots {
        let is_stopped = lot.event.is_some_and(|event| stopped.contains(&event));
        let payable = lot.payable(now, is_stopped);
        let is_early = lot.is_early(now);
        if payable > 0 && payable <= left && (!is_early || payable <= early) {
            left -= payable;
            early -= if is_early { payable } else { 0 };
            parts.push((*lot, payable));
        }
    }
    parts
}

async fn pay_out(
    tx: &mut TenantTx,
    ctx: &Ctx,
    from: &Source<'_>,
    parts: &[(&Lot, i64)],
) -> Result<PayoutId, PostError> {
    let amount = Money::new(parts.iter().map(|(_, minor)| minor).sum(), from.currency);
    let id: PayoutId = ctx.new_id();
    let new = NewPayout {
        id,
        book: from.book.0,
        provider: from.provider,
        account: from.account,
        amount,
        parts,
    };
    store::insert_payout(tx, ctx, &new).await?;
    let facts = PayoutFacts {
        key: id.to_string(),
        at: ctx.now(),
        book: from.book.1,
        provider: from.provider.to_owned(),
        amount,
    };
    ledger::post(tx, ctx, &templates::payout_sent(&facts)?).await?;
    note(tx, ctx, id, amount, parts.len()).await?;
    Ok(id)
}

async fn note(tx: &mut TenantTx, ctx: &Ctx, id: PayoutId, amount: Money, lots: usize) -> Result<(), DbError> {
    request_send(tx, ctx, id).await?;
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
