//! Carts of a pass: one at a time and few in all, so that one place in the queue does not hold stock many times.
//!
//! The group that makes holds asks here while it has the event's pools locked. So two tabs that send their forms at the
//! same moment, to two nodes even, are served one after the other. A group in which nobody shows a pass asks nothing.

use std::collections::HashMap;

use bilten_kernel::{EventId, HoldId, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

use super::{Pass, store};

/// Carts that one pass may make in all, those that expired or were given back included.
pub const MAX_CARTS: usize = 5;

/// Why a pass gives no cart now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CartLimit {
    /// It has one that is alive.
    #[error("the pass has a cart already")]
    HasOne {
        /// The cart.
        cart: HoldId,
    },
    /// It has had as many as a pass may have.
    #[error("the pass has had {MAX_CARTS} carts")]
    UsedUp,
}

/// What is known of one pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Made {
    /// Carts so far.
    pub count: usize,
    /// The one that is alive.
    pub alive: Option<HoldId>,
}

/// Passes that are shown in one group of requests, all of one event.
#[derive(Debug, Default)]
pub(crate) struct PassCarts {
    known: HashMap<(Uuid, u64), Made>,
    fresh: Vec<((Uuid, u64), HoldId)>,
}

impl PassCarts {
    /// Reads what was made with the passes; the event's pools are locked. No statement when there are none.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn load(
        tx: &mut TenantTx,
        event: EventId,
        passes: impl Iterator<Item = Pass>,
        now: Timestamp,
    ) -> Result<Self, DbError> {
        let keys: Vec<_> = passes.map(|pass| (pass.round, pass.seat)).collect();
        if keys.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self {
            known: store::list_carts(tx, event, &keys, now).await?,
            fresh: Vec::new(),
        })
    }

    /// Tells whether whoever shows this may have another cart; who shows none is not limited.
    ///
    /// # Errors
    /// See [`CartLimit`].
    pub(crate) fn check(&self, pass: Option<&Pass>) -> Result<(), CartLimit> {
        let Some(pass) = pass else { return Ok(()) };
        // A pass that was tidied away ended long ago.
        let made = self.known.get(&(pass.round, pass.seat)).ok_or(CartLimit::UsedUp)?;
        match made.alive {
            Some(cart) => Err(CartLimit::HasOne { cart }),
            None if made.count >= MAX_CARTS => Err(CartLimit::UsedUp),
            None => Ok(()),
        }
    }

    /// Notes that a cart was made with it.
    pub(crate) fn note(&mut self, pass: Option<&Pass>, cart: HoldId) {
        let Some(key) = pass.map(|pass| (pass.round, pass.seat)) else {
            return;
        };
        if let Some(made) = self.known.get_mut(&key) {
            made.count += 1;
            made.alive = Some(cart);
            self.fresh.push((key, cart));
        }
    }

    /// Writes down what was noted; no statement when that is nothing.
    ///
    /// # Errors
    /// The database refused.
    pub(crate) async fn save(&self, tx: &mut TenantTx, event: EventId) -> Result<(), DbError> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        store::add_carts(tx, event, &self.fresh).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pass(seat: u64) -> Pass {
        Pass {
            event: EventId::from_uuid(Uuid::from_u128(1)),
            round: Uuid::from_u128(2),
            seat,
            device: [0; 32],
            ends_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn cart(number: u128) -> HoldId {
        HoldId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_pass_has_one_cart_at_a_time_and_few_in_all() {
        let made = |count, alive| Made { count, alive };
        let known = [
            (7, made(0, None)),
            (8, made(MAX_CARTS - 1, None)),
            (9, made(MAX_CARTS, None)),
        ];
        let mut carts = PassCarts {
            known: known.map(|(seat, made)| ((pass(seat).round, seat), made)).into(),
            fresh: Vec::new(),
        };
        assert_eq!(carts.check(None), Ok(()), "who shows no pass is not limited");
        assert_eq!(carts.check(Some(&pass(7))), Ok(()));
        carts.note(Some(&pass(7)), cart(1));
        let other_tab = carts.check(Some(&pass(7)));
        assert_eq!(other_tab, Err(CartLimit::HasOne { cart: cart(1) }), "in the same group");
        assert_eq!(carts.check(Some(&pass(8))), Ok(()), "the last one");
        assert_eq!(carts.check(Some(&pass(9))), Err(CartLimit::UsedUp));
        assert_eq!(carts.check(Some(&pass(4))), Err(CartLimit::UsedUp), "nobody knows it");
        carts.note(None, cart(2));
        assert_eq!(carts.fresh.len(), 1);
    }
}
