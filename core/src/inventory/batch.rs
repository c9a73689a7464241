//! Serves a group of requests in one transaction.

use std::collections::HashMap;

use bilten_kernel::{EventId, HoldId, TenantId, Timestamp};
use bilten_tenancy::{Db, DbError, Retry, TenantTx};
use sha2::{Digest, Sha256};

use super::{
    HOLD_TTL, Hold, HoldError, HoldRequest, HoldState, Stock,
    engine::Waiting,
    offer::{self, Offer},
    store::{self, NewHold},
};

/// Expired holds that one transaction reclaims at most.
const RECLAIM_LIMIT: i64 = 2_000;

type Answer = Result<Hold, HoldError>;

/// Requests that are served together.
#[derive(Clone, Copy)]
enum Group<'a> {
    First(&'a [Waiting]),
    /// Served before by a transaction that failed, or of whose commit we were not told.
    Again(&'a [Waiting]),
}

impl<'a> Group<'a> {
    const fn members(self) -> &'a [Waiting] {
        match self {
            Self::First(members) | Self::Again(members) => members,
        }
    }
}

/// Serves the group and answers everybody. A group that fails is served again one by one, so
/// that a request which the database refuses fails alone.
pub(super) async fn serve(db: &Db, tenant: TenantId, event: EventId, now: Timestamp, group: Vec<Waiting>) {
    let mut group: Vec<Waiting> = group.into_iter().filter(|waiting| !waiting.reply.is_closed()).collect();
    if group.is_empty() {
        return;
    }
    match transact(db, tenant, event, now, Group::First(&group)).await {
        Ok(answers) => reply(db, tenant, group, answers).await,
        Err(error) if group.len() == 1 => {
            tracing::warn!(%error, %event, "a hold could not be written");
            reply(db, tenant, group, vec![Err(HoldError::Unavailable)]).await;
        }
        Err(error) => {
            tracing::warn!(%error, %event, size = group.len(), "a group of holds failed; serving it one by one");
            for waiting in group.drain(..) {
                let alone = vec![waiting];
                let answer = transact(db, tenant, event, now, Group::Again(&alone)).await;
                let answers = answer.unwrap_or_else(|_| vec![Err(HoldError::Unavailable)]);
                reply(db, tenant, alone, answers).await;
            }
        }
    }
}

async fn transact(
    db: &Db,
    tenant: TenantId,
    event: EventId,
    now: Timestamp,
    group: Group<'_>,
) -> Result<Vec<Answer>, DbError> {
    let mut retry = Retry::new("inventory.hold");
    loop {
        match transact_once(db, tenant, event, now, group).await {
            Err(error) if retry.again(Some(&error)).await => {}
            result => return result,
        }
    }
}

async fn transact_once(
    db: &Db,
    tenant: TenantId,
    event: EventId,
    now: Timestamp,
    group: Group<'_>,
) -> Result<Vec<Answer>, DbError> {
    let members = group.members();
    let mut tx = db.begin_in(tenant).await?;
    let Some(mut stock) = store::lock_stock(&mut tx, event, now).await? else {
        return Ok(members.iter().map(|_| Err(HoldError::UnknownEvent)).collect());
    };
    let mut known = known_keys(&mut tx, members).await?;
    if stock.is_short_for(members.iter().map(|waiting| waiting.request.items.as_slice())) {
        reclaim(&mut tx, event, &mut stock, now).await?;
    }
    let mut fresh: Vec<NewHold> = Vec::with_capacity(members.len());
    let mut answers: Vec<Answer> = Vec::with_capacity(members.len());
    for waiting in members {
        // The locked pools make sure that the commit whose answer was lost has ended by now.
        let own = match group {
            Group::First(_) => None,
            Group::Again(_) => store::find_hold(&mut tx, waiting.id).await?,
        };
        answers.push(match own {
            Some(hold) => Ok(hold),
            None => decide(waiting, event, &mut stock, &mut known, &mut fresh, now),
        });
    }
    if !fresh.is_empty() {
        store::insert_holds(&mut tx, &fresh, &stock.taken, now).await?;
    }
    tx.commit().await?;
    Ok(answers)
}

fn decide(
    waiting: &Waiting,
    event: EventId,
    stock: &mut Stock,
    known: &mut HashMap<String, (Vec<u8>, Hold)>,
    fresh: &mut Vec<NewHold>,
    now: Timestamp,
) -> Answer {
    let hash = request_hash(&waiting.request);
    if let Some((first, hold)) = waiting.request.request_key.as_ref().and_then(|key| known.get(key)) {
        return if *first == hash {
            Ok(hold.clone())
        } else {
            Err(HoldError::OtherRequest)
        };
    }
    let lines = stock.take(&waiting.request.items, now)?;
    let hold = Hold {
        id: waiting.id,
        event,
        state: HoldState::Held,
        currency: stock.event.currency,
        expires_at: now + HOLD_TTL,
        is_extended: false,
        lines,
    };
    let request_key = waiting.request.request_key.clone();
    if let Some(key) = &request_key {
        known.insert(key.clone(), (hash.clone(), hold.clone()));
    }
    fresh.push(NewHold {
        hold: hold.clone(),
        request_hash: request_key.is_some().then_some(hash),
        request_key,
    });
    Ok(hold)
}

/// Reads the holds that earlier requests with the same keys got.
async fn known_keys(tx: &mut TenantTx, group: &[Waiting]) -> Result<HashMap<String, (Vec<u8>, Hold)>, DbError> {
    let keys: Vec<String> = group
        .iter()
        .filter_map(|waiting| waiting.request.request_key.clone())
        .collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let mut known = HashMap::new();
    for (key, hash, hold) in store::list_keys(tx, &keys).await? {
        if let Some(hold) = store::find_hold(tx, hold).await? {
            known.insert(key, (hash, hold));
        }
    }
    Ok(known)
}

async fn reclaim(tx: &mut TenantTx, event: EventId, stock: &mut Stock, now: Timestamp) -> Result<(), DbError> {
    for (pool, places) in store::release_expired(tx, event, now, RECLAIM_LIMIT).await? {
        stock.give_back(pool, places);
    }
    Ok(())
}

/// Answers everybody; whoever has gone meanwhile gives his stock back at once.
async fn reply(db: &Db, tenant: TenantId, group: Vec<Waiting>, answers: Vec<Answer>) {
    let mut unwanted: Vec<HoldId> = Vec::new();
    for (waiting, answer) in group.into_iter().zip(answers) {
        // A request with a key may be sent again: its hold is kept for it.
        let is_kept = waiting.request.request_key.is_some();
        let offer = answer.map(|hold| Offer::new(hold, (!is_kept).then(|| (db.clone(), tenant))));
        if let Err(Ok(offer)) = waiting.reply.send(offer) {
            let hold = offer.accept();
            unwanted.extend((!is_kept).then_some(hold.id));
        }
    }
    for hold in unwanted {
        offer::give_back(db, tenant, hold).await;
    }
}

/// Hashes what the request means: event and items in order of their ids.
fn request_hash(request: &HoldRequest) -> Vec<u8> {
    let mut items = request.items.clone();
    items.sort_unstable();
    let mut hasher = Sha256::new();
    hasher.update(request.event.uuid().as_bytes());
    for (ticket_type, quantity) in items {
        hasher.update(ticket_type.uuid().as_bytes());
        hasher.update(quantity.to_be_bytes());
    }
    hasher.finalize().to_vec()
}
