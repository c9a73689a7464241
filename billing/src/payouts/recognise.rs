//! What was deferred until an event took place is earned when it has.

use bilten_core::catalog::{self, EventStatus};
use bilten_kernel::{Ctx, EventId, Money};
use bilten_tenancy::TenantTx;

use super::PayoutKind;
use crate::ledger::{self, Balance, Book, Code, Dimension, Head, Kind, PostError, templates};

/// Books as earned what stands deferred for events that have ended, in either direction: a refund after the end takes back
/// what was earned. Returns how many transactions it took.
///
/// # Errors
/// The database or the books refused.
pub async fn recognise(tx: &mut TenantTx, ctx: &Ctx) -> Result<usize, PostError> {
    let mut deferred: Vec<Balance> = ledger::balances(tx, Some(Code::TicketDeferred)).await?;
    deferred.extend(ledger::balances(tx, Some(Code::ServiceFeeDeferred)).await?);
    let mut ended: Vec<(Book, EventId, Money, Money)> = Vec::new();
    for balance in deferred.into_iter().filter(|balance| !balance.amount.is_zero()) {
        let Dimension::Event(event) = balance.account.dimension else {
            continue;
        };
        let nothing = Money::zero(balance.amount.currency);
        let amount = nothing.checked_sub(balance.amount)?;
        let same = |(book, of, tickets, _): &&mut (Book, EventId, Money, Money)| {
            *book == balance.account.book && *of == event && tickets.currency == amount.currency
        };
        let is_tickets = balance.account.code == Code::TicketDeferred;
        match ended.iter_mut().find(same) {
            Some((.., fees)) if !is_tickets => *fees = amount,
            _ if is_tickets => ended.push((balance.account.book, event, amount, nothing)),
            _ => ended.push((balance.account.book, event, nothing, amount)),
        }
    }
    let mut booked = 0;
    for (book, event, tickets, fees) in ended {
        let status = catalog::find_event(ctx, tx, event)
            .await?
            .map(|detail| detail.event.status_at(ctx.now()));
        if status != Some(EventStatus::Ended) {
            continue;
        }
        let key = format!("{event} {}", ctx.new_id::<PayoutKind>());
        let head = Head {
            event: Some(event),
            ..Head::new(Kind::EventHeld, key, ctx.now())
        };
        ledger::post(tx, ctx, &templates::event_held(head, book, event, tickets, fees)?).await?;
        booked += 1;
    }
    Ok(booked)
}
