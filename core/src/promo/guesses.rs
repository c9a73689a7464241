//! What a code unlocks, and how often somebody may type codes that there are not.
//!
//! Codes that unlock are long; who tries them out is stopped all the same. Shops know no sessions of buyers, so wrong codes are
//! counted by network: an IPv4 address or an IPv6 /64, hashed with a key.

use std::collections::BTreeSet;

use bilten_kernel::{Ctx, EventId, TenantId, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::{PromoCode, store};
use crate::keys::{self, MasterKey};

/// Wrong codes from one network that are looked up within a window.
const MOST: i32 = 20;
/// Wrong codes of all those whose network is not known, or not public.
const MOST_ELSEWHERE: i32 = 100;
/// Time after which counting begins anew.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
const PURPOSE: &str = "promo code guesses";

/// Somebody who types codes, as far as counting needs to know him.
#[derive(Debug, Clone, Copy)]
pub struct Guesser {
    who: [u8; 32],
    most: i32,
}

impl Guesser {
    /// Knows somebody by his public network, if he has one.
    pub fn of(master: &MasterKey, tenant: TenantId, network: Option<&[u8]>) -> Self {
        let key = master.derive(PURPOSE, tenant);
        Self {
            who: keys::mac(key.expose(), &[network.unwrap_or(b"elsewhere")]),
            most: if network.is_some() { MOST } else { MOST_ELSEWHERE },
        }
    }
}

/// Locked ticket types that somebody may see and buy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unlocked {
    is_all: bool,
    types: BTreeSet<TicketTypeId>,
    has_wrong: bool,
}

impl Unlocked {
    /// Tells whether the event has all the codes.
    pub(crate) const fn lookup(&self) -> Lookup {
        if self.has_wrong { Lookup::Wrong } else { Lookup::Right }
    }

    /// Tells whether a locked type is among them.
    pub fn opens(&self, ticket_type: TicketTypeId) -> bool {
        self.is_all || self.names(ticket_type)
    }

    /// Tells whether a code that unlocks names the type, rather than meaning all.
    pub fn names(&self, ticket_type: TicketTypeId) -> bool {
        self.types.contains(&ticket_type)
    }
}

/// What came of looking codes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// There was nothing to look up.
    Idle,
    /// The event has all of them.
    Right,
    /// The event does not have all of them.
    Wrong,
    /// Too many wrong ones came from there lately.
    Refused,
}

/// Failure to look up what codes unlock.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    /// Too many wrong codes came from there lately.
    #[error("too many wrong codes")]
    TooMany,
    /// The database refused.
    #[error("could not look up the codes")]
    Db(#[from] DbError),
}

/// Finds out which locked types of an event these codes unlock now. Codes that the event does not have are counted: the caller
/// commits.
///
/// # Errors
/// See [`UnlockError`].
pub async fn unlocked(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    (codes, guesser): (&[PromoCode], Guesser),
) -> Result<Unlocked, UnlockError> {
    let since = ctx.now() - WINDOW;
    let (who, most) = (guesser.who, guesser.most);
    if store::guesses::has_guessed(tx, (&who, most), since).await? {
        return Err(UnlockError::TooMany);
    }
    let mut unlocked = Unlocked::default();
    for code in codes {
        match store::find_unlocking(tx, event, code, ctx.now()).await? {
            Some(found) if found.unlocks => match found.types {
                Some(types) => unlocked.types.extend(types),
                None => unlocked.is_all = true,
            },
            Some(_) => {}
            None => unlocked.has_wrong = true,
        }
    }
    if unlocked.has_wrong {
        store::guesses::count_guess(tx, &who, (ctx.now(), since)).await?;
        store::guesses::delete_guesses(tx, since).await?;
    }
    Ok(unlocked)
}
