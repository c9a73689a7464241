//! Serves a group of requests in one transaction.

use std::collections::HashMap;

use bilten_kernel::{EventId, TenantId, Timestamp};
use bilten_tenancy::{Db, DbError, TenantTx};
use sha2::{Digest, Sha256};

use super::{
    HOLD_TTL, Hold, HoldError, HoldRequest, HoldState, Stock,
    engine::HoldAsk,
    store::{self, NewHold},
};
use crate::{promo::PromoCode, seating, waiting_room::PassCarts, waitlist};

/// Expired holds that one transaction reclaims at most.
const RECLAIM_LIMIT: i64 = 2_000;

/// What a requester is told.
pub(super) type Answer = Result<Hold, HoldError>;

/// Whether a group is served for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// Nobody has seen it before.
    First,
    /// A transaction before it had no answer to its commit, and may have given its members what they asked for.
    Again,
}

/// Decides about all requests, in their order, and writes what they got.
pub(super) async fn serve(
    db: &Db,
    (tenant, event): (TenantId, EventId),
    now: Timestamp,
    asks: &[HoldAsk],
    round: Round,
) -> Result<Vec<Answer>, DbError> {
    let mut tx = db.begin_group(tenant).await?;
    let codes = codes_named(asks);
    let Some(mut stock) = store::lock_stock(&mut tx, event, &codes, now).await? else {
        return Ok(asks.iter().map(|_| Err(HoldError::UnknownEvent)).collect());
    };
    let mut known = known_keys(&mut tx, asks).await?;
    // The pools are locked: a transaction before this one has ended by now, one way or the other.
    let mut own = match round {
        Round::First => HashMap::new(),
        Round::Again => store::find_holds(&mut tx, &asks.iter().map(|ask| ask.id).collect::<Vec<_>>()).await?,
    };
    let wishes = || asks.iter().map(|ask| ask.request.items.as_slice());
    let seated = stock.seated_types(wishes());
    let is_short = is_short(&stock, asks);
    if is_short || !seated.is_empty() || stock.is_awaited(wishes()) {
        reclaim(&mut tx, event, &mut stock, now).await?;
    }
    if !seated.is_empty() {
        stock.seats = seating::load(&mut tx, &seated).await?;
    }
    waitlist::offer_first(&mut tx, &asks[0].ctx, event, &mut stock, now).await?;
    let mut carts = PassCarts::load(&mut tx, event, asks.iter().filter_map(|ask| ask.pass), now).await?;
    let mut fresh: Vec<NewHold> = Vec::with_capacity(asks.len());
    let answers: Vec<Answer> = asks
        .iter()
        .map(|ask| match own.remove(&ask.id) {
            Some(hold) => Ok(hold),
            None => decide(ask, (&mut stock, &mut carts), &mut known, &mut fresh, now),
        })
        .collect();
    if !fresh.is_empty() {
        store::insert_holds(&mut tx, &fresh, &stock.taken, now).await?;
        let seats = fresh.iter().map(|new| (new.hold.id, &new.hold.seats));
        seating::write(&mut tx, event, seats, &mut stock.seats).await?;
        carts.save(&mut tx, event).await?;
    }
    tx.commit().await?;
    Ok(answers)
}

/// Tells whether the wishes together need more than is free, so that expired holds must be looked for.
fn is_short(stock: &Stock, asks: &[HoldAsk]) -> bool {
    let wishes = asks.iter().map(|ask| ask.request.items.as_slice());
    let codes = asks
        .iter()
        .flat_map(|ask| ask.request.codes().map(|code| (code, ask.request.items.as_slice())));
    stock.is_short_for(wishes) || stock.is_short_of_uses(codes)
}

/// Promo codes that anybody of the group names: for almost every group none, which then costs nothing.
fn codes_named(asks: &[HoldAsk]) -> Vec<PromoCode> {
    let mut codes: Vec<_> = asks.iter().flat_map(|ask| ask.request.codes().cloned()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn decide(
    ask: &HoldAsk,
    (stock, carts): (&mut Stock, &mut PassCarts),
    known: &mut HashMap<String, (Vec<u8>, Hold)>,
    fresh: &mut Vec<NewHold>,
    now: Timestamp,
) -> Answer {
    let key = ask.request.request_key.clone();
    let hash = key.is_some().then(|| request_hash(&ask.request));
    if let Some((first, hold)) = key.as_ref().and_then(|key| known.get(key)) {
        return if hash.as_ref() == Some(first) {
            Ok(hold.clone())
        } else {
            Err(HoldError::OtherRequest)
        };
    }
    carts.check(ask.pass.as_ref())?;
    let code = ask.request.promo_code.as_ref();
    let extras = &ask.request.extras;
    let (lines, promo) = stock.take_with(&ask.request.items, (code, extras), now)?;
    let seats = stock
        .seat(&ask.request.items, &lines, ask.request.keep_together)
        .inspect_err(|_| stock.put_back_use(promo.as_ref()))?;
    carts.note(ask.pass.as_ref(), ask.id);
    let hold = Hold {
        id: ask.id,
        event: ask.request.event,
        state: HoldState::Held,
        currency: stock.event.currency,
        expires_at: now + HOLD_TTL,
        is_extended: false,
        limits_persons: stock.limits_persons() || stock.limits_uses(promo.as_ref()),
        plan: stock.plan.as_ref().map(|plan| plan.version),
        donation: extras.donation(stock.event.currency),
        promo,
        lines,
        seats,
    };
    if let (Some(key), Some(hash)) = (&key, &hash) {
        known.insert(key.clone(), (hash.clone(), hold.clone()));
    }
    fresh.push(NewHold {
        hold: hold.clone(),
        latest_end: None,
        request_hash: hash,
        request_key: key,
    });
    Ok(hold)
}

/// Reads the holds that earlier requests with the same keys got.
async fn known_keys(tx: &mut TenantTx, asks: &[HoldAsk]) -> Result<HashMap<String, (Vec<u8>, Hold)>, DbError> {
    let keys: Vec<String> = asks.iter().filter_map(|ask| ask.request.request_key.clone()).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let listed = store::list_keys(tx, &keys).await?;
    let ids: Vec<_> = listed.iter().map(|(_, _, hold)| *hold).collect();
    let mut holds = store::find_holds(tx, &ids).await?;
    let known = listed
        .into_iter()
        .filter_map(|(key, hash, id)| Some((key, (hash, holds.remove(&id)?))));
    Ok(known.collect())
}

async fn reclaim(tx: &mut TenantTx, event: EventId, stock: &mut Stock, now: Timestamp) -> Result<(), DbError> {
    for (pool, places) in store::release_expired(tx, event, now, RECLAIM_LIMIT).await? {
        stock.give_back(pool, places);
    }
    Ok(())
}

/// Hashes what the request means: event, items in order of their ids, the promo code if one is named, and what the buyer decides
/// himself.
fn request_hash(request: &HoldRequest) -> Vec<u8> {
    let mut items = request.items.clone();
    items.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(request.event.uuid().as_bytes());
    for (ticket_type, quantity) in items {
        hasher.update(ticket_type.uuid().as_bytes());
        hasher.update(quantity.to_be_bytes());
    }
    if request.keep_together {
        hasher.update(b"together");
    }
    if let Some(code) = &request.promo_code {
        hasher.update(code.as_str());
    }
    request.extras.hash_into(&mut hasher);
    hasher.finalize().to_vec()
}
