//! How many tickets one person may have, over all his orders, and how often he may use a promo code that limits that.
//!
//! Who buys is known at the checkout and not before, so a hold is *claimed* for a person in the transaction that makes its
//! order. The hold then speaks for itself: as long as it is alive (held and not expired, pinned, sold) its tickets count, and
//! when it is released, its order refunded, they do not. Nothing has to be given back by hand, so nothing can be forgotten.
//!
//! Invariant: two claims for one person never count each other wrongly. Each takes the row of the person's count first, and
//! only then reads his live holds; the row's CHECK refuses a count above the limit it was written under. Rows are taken in
//! the order of event, type and identity, after holds and before pools.
//!
//! A limit binds holds that were made while it stood. What a person is known by is a kind and a hash, so that an account,
//! a card or a telephone can be counted beside the mail address.

pub(super) mod store;
mod tally;

use std::collections::{BTreeMap, BTreeSet};

use bilten_kernel::{Ctx, Email, EventId, HoldId, PoolId, TenantId, TicketTypeId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use sha2::{Digest as _, Sha256};

pub use tally::LimitReached;
use tally::{Limits, Scope, Tally, What};

use super::{Hold, PromoUse};
use crate::promo;

/// By what a person is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityKind {
    /// Mail address, normalised.
    Mail,
}

impl IdentityKind {
    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        (name == Self::Mail.name()).then_some(Self::Mail)
    }
}

/// A person, as far as counting needs to know him. The hash differs from tenant to tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    kind: IdentityKind,
    hash: [u8; 32],
}

impl Identity {
    /// Knows a person by his mail address.
    pub fn mail(tenant: TenantId, email: &Email) -> Self {
        let kind = IdentityKind::Mail;
        let mut hasher = Sha256::new();
        hasher.update(tenant.uuid().as_bytes());
        hasher.update(kind.name());
        hasher.update([0]);
        hasher.update(email.normalized());
        Self {
            kind,
            hash: hasher.finalize().into(),
        }
    }
}

/// Wish to count a hold as a person's.
#[derive(Debug, Clone, Copy)]
pub struct PersonClaim<'a> {
    /// Hold, locked by this transaction.
    pub hold: &'a Hold,
    /// Whose it shall be.
    pub person: Identity,
    /// When; carts that have expired by then do not count.
    pub at: Timestamp,
}

impl<'a> PersonClaim<'a> {
    /// Claims a hold for the owner of a mail address.
    pub fn new(ctx: &Ctx, hold: &'a Hold, email: &Email) -> Self {
        Self {
            hold,
            person: Identity::mail(ctx.tenant, email),
            at: ctx.now(),
        }
    }

    fn tickets(&self) -> BTreeMap<TicketTypeId, u32> {
        let mut tickets = BTreeMap::new();
        for line in &self.hold.lines {
            *tickets.entry(line.ticket_type).or_default() += line.quantity;
        }
        tickets
    }

    /// Pools of codes that the hold uses and that may be limited; those of budgets are among them, and have no limit.
    fn codes(&self) -> Vec<PoolId> {
        self.hold.promo.iter().flat_map(PromoUse::limited).collect()
    }
}

/// Decides about the claims in their order and writes those that are granted; a hold that was another person's before is
/// no longer his.
///
/// # Errors
/// The database refused.
pub async fn claim_persons(
    tx: &mut TenantTx,
    claims: &[PersonClaim<'_>],
) -> Result<Vec<Result<(), LimitReached>>, DbError> {
    let Some((mut tally, limits)) = count(tx, claims).await? else {
        return Ok(claims.iter().map(|_| Ok(())).collect());
    };
    let answers: Vec<_> = claims
        .iter()
        .map(|claim| {
            let wanted = (&claim.tickets(), &*claim.codes());
            tally.add(&limits, (claim.hold.event, claim.person), wanted)
        })
        .collect();
    let granted: Vec<_> = claims
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| answer.is_ok())
        .map(|(claim, _)| claim)
        .collect();
    if !granted.is_empty() {
        store::write(tx, &granted, &tally.written(&limits)).await?;
    }
    Ok(answers)
}

/// Tells whether a hold that had expired or was released, and is sold after all, is within its person's limits beside what
/// he has otherwise.
pub(super) async fn would_fit(tx: &mut TenantTx, hold: &Hold, at: Timestamp) -> Result<bool, DbError> {
    let persons = store::list_persons(tx, hold.id).await?;
    let claims: Vec<_> = persons
        .into_iter()
        .map(|person| PersonClaim { hold, person, at })
        .collect();
    let Some((mut tally, limits)) = count(tx, &claims).await? else {
        return Ok(true);
    };
    let mut fits = |claim: &PersonClaim<'_>| {
        let wanted = (&claim.tickets(), &*claim.codes());
        tally.add(&limits, (hold.event, claim.person), wanted).is_ok()
    };
    Ok(claims.iter().all(&mut fits))
}

/// Locks the counts of the claims' persons and reads what they have; `None` when nothing is limited.
async fn count(tx: &mut TenantTx, claims: &[PersonClaim<'_>]) -> Result<Option<(Tally, Limits)>, DbError> {
    let events: BTreeSet<EventId> = claims.iter().map(|claim| claim.hold.event).collect();
    let mut limits = store::list_limits(tx, &events).await?;
    let (users, codes) = limit_codes(tx, claims, &mut limits).await?;
    let persons: BTreeSet<(EventId, Identity)> = claims.iter().map(|claim| (claim.hold.event, claim.person)).collect();
    let keys = limits.keys(&persons, &users);
    let Some(latest) = claims.iter().map(|claim| claim.at).min().filter(|_| !keys.is_empty()) else {
        return Ok(None);
    };
    store::lock(tx, &keys).await?;
    let holds: Vec<HoldId> = claims.iter().map(|claim| claim.hold.id).collect();
    let has = store::list_live(tx, &persons, &holds, latest).await?;
    let uses = match codes.as_slice() {
        [] => Vec::new(),
        codes => store::list_uses(tx, (&persons, codes), &holds, latest).await?,
    };
    Ok(Some((Tally::new(&limits, has, uses), limits)))
}

/// Adds the limits of the codes that the claims' holds use, and tells who uses which; asks nothing where none may be limited.
async fn limit_codes(
    tx: &mut TenantTx,
    claims: &[PersonClaim<'_>],
    limits: &mut Limits,
) -> Result<(BTreeSet<(Scope, Identity)>, Vec<PoolId>), DbError> {
    let named: BTreeSet<PoolId> = claims.iter().flat_map(PersonClaim::codes).collect();
    if named.is_empty() {
        return Ok((BTreeSet::new(), Vec::new()));
    }
    let named: Vec<PoolId> = named.into_iter().collect();
    let limited: BTreeMap<PoolId, u32> = promo::store::list_person_limits(tx, &named)
        .await?
        .into_iter()
        .collect();
    let mut users = BTreeSet::new();
    for claim in claims {
        for code in claim.codes() {
            if let Some(most) = limited.get(&code) {
                let scope = (claim.hold.event, What::code(code));
                limits.most.insert(scope, *most);
                users.insert((scope, claim.person));
            }
        }
    }
    Ok((users, limited.into_keys().collect()))
}
