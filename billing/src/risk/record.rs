//! Counts a decline, and draws what follows from it for this process and for the breakers.

use bilten_core::orders;
use bilten_kernel::{Ctx, EventId};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::{
    Risk, assess,
    breaker::{self, Breaker, Level, Tally, WINDOW},
    engine,
    payer::{Hashed, PayerKeys},
    rule::{self, LONGEST_WINDOW, Metric, Rule, Subject},
    store::{self, Mark, Sampled, Tripped},
};
use crate::{
    attempts::{Attempt, store as attempts},
    checkout::Checkout,
    provider::CardPrint,
};

/// How far back tries tell what is usual.
const USUAL_OVER: SignedDuration = SignedDuration::from_hours(24);

/// Of whom a decline was counted.
pub(crate) struct Counted {
    cart: Hashed,
    mail: Hashed,
    payer: PayerKeys,
    event: Option<EventId>,
}

/// Counts an attempt that the bank refused, in the transaction that takes the news in and at its end: so it is counted once,
/// and nobody waits for these rows while he holds others.
pub(crate) async fn count_decline(
    tx: &mut TenantTx,
    ctx: &Ctx,
    risk: &Risk,
    (attempt, card): (&Attempt, Option<&CardPrint>),
) -> Result<Option<Counted>, DbError> {
    let Some(order) = orders::find(tx, attempt.order).await? else {
        return Ok(None);
    };
    let hasher = risk.hasher(ctx);
    let counted = Counted {
        cart: hasher.cart(attempt.hold),
        mail: hasher.mail(&order.buyer_email),
        payer: attempts::find_payer(tx, attempt.id).await?,
        event: attempt.event,
    };
    let subjects = assess::subjects(counted.cart, counted.payer, counted.mail);
    let card = card.map(|card| hasher.card(card.as_str()));
    let marks: Vec<Mark> = subjects
        .iter()
        .flat_map(|(subject, kind)| {
            let of = |metric, seen| Mark {
                subject: *subject,
                metric,
                seen,
            };
            let mail = (*kind == Subject::Network).then(|| of(Metric::Mails, counted.mail));
            card.map(|card| of(Metric::Cards, card)).into_iter().chain(mail)
        })
        .collect();
    let subjects: Vec<Hashed> = subjects.into_keys().collect();
    store::count(tx, ctx, &subjects, Metric::Declines).await?;
    if !marks.is_empty() {
        store::mark(tx, ctx, &marks).await?;
    }
    Ok(Some(counted))
}

/// Draws what follows from a decline that was committed. It is only ever a reason to look closer: when it fails, the next
/// decline draws it.
pub(crate) async fn follow(app: &Checkout, ctx: &Ctx, counted: &Counted) {
    let drawn = async {
        let mut tx = app.db.begin(ctx).await?;
        remember(&mut tx, ctx, &app.risk, counted).await?;
        if app.risk.may_look(ctx) {
            feed_breakers(&mut tx, ctx, &app.risk).await?;
        }
        tx.commit().await
    };
    if let Err(error) = drawn.await {
        tracing::warn!(%error, event = counted.event.map(tracing::field::display), "what follows from a decline could not be drawn");
    }
}

/// Remembers whoever has come half-way to a threshold.
async fn remember(tx: &mut TenantTx, ctx: &Ctx, risk: &Risk, counted: &Counted) -> Result<(), DbError> {
    let subjects = assess::subjects(counted.cart, counted.payer, counted.mail);
    let facts = assess::list_facts(tx, &subjects, ctx.now()).await?;
    let halfway: Vec<_> = rule::rules_with(&store::list_overrides(tx).await?)
        .into_iter()
        .map(Rule::halfway)
        .collect();
    let warm = engine::subjects_that_trip(&halfway, &facts, ctx.now());
    for (key, kind) in subjects {
        if warm.contains(&kind) {
            risk.note_subject(key, ctx.now() + LONGEST_WINDOW);
        }
    }
    Ok(())
}

/// Looks at the shares of events and of the payee, and moves their breakers.
async fn feed_breakers(tx: &mut TenantTx, ctx: &Ctx, risk: &Risk) -> Result<(), DbError> {
    let now = ctx.now();
    let sampled = store::sample(tx, (now - USUAL_OVER, now - WINDOW)).await?;
    let known = store::list_tripped(tx, now, store::MOST_TRIPPED).await?;
    let usual_bp = breaker::usual_bp(total(sampled.iter().filter(|sampled| !sampled.is_recent)));
    let recent: Vec<&Sampled> = sampled.iter().filter(|sampled| sampled.is_recent).collect();
    let of_payee = (None, total(recent.iter().copied()));
    let of_events = recent
        .iter()
        .filter_map(|sampled| Some((Some(sampled.event?), sampled.tally)));
    for (event, sample) in of_events.chain([of_payee]) {
        let before = known.iter().find(|tripped| tripped.event == event);
        let before = before.map_or(Breaker::QUIET, |tripped| tripped.breaker);
        let breaker = before.next(sample, usual_bp, now);
        if breaker == before {
            continue;
        }
        let tripped = Tripped {
            event,
            breaker,
            sample,
            usual_bp,
        };
        save(tx, ctx, risk, (before.level(now), &tripped)).await?;
    }
    Ok(())
}

async fn save(tx: &mut TenantTx, ctx: &Ctx, risk: &Risk, (before, tripped): (Level, &Tripped)) -> Result<(), DbError> {
    let level = tripped.breaker.level(ctx.now());
    store::save_tripped(tx, ctx, (level, tripped)).await?;
    if level == Level::Open {
        risk.note_open(ctx, tripped);
    }
    if level > before {
        metrics::counter!("payment_breakers_total", "level" => level.name()).increment(1);
        tracing::warn!(
            tenant = %ctx.tenant,
            event = tripped.event.map(tracing::field::display),
            level = level.name(),
            tries = tripped.sample.tries,
            declines = tripped.sample.declines,
            usual_bp = tripped.usual_bp,
            "banks refuse far more than usual"
        );
    }
    Ok(())
}

fn total<'a>(sampled: impl Iterator<Item = &'a Sampled>) -> Tally {
    sampled.fold(Tally::default(), |sum, sampled| Tally {
        tries: sum.tries + sampled.tally.tries,
        declines: sum.declines + sampled.tally.declines,
    })
}
