//! How often somebody may type codes that no card has.
//!
//! Nobody guesses 80 bits. Who tries is stopped all the same, before he finds out how fast we answer.

use bilten_core::MasterKey;
use bilten_kernel::{Ctx, OrderId};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::{code::keyed, store};

/// Wrong codes for one order that are looked up within a window.
const MOST_FOR_ORDER: i32 = 10;
/// Wrong codes from one network, which may be a town.
const MOST_FROM_NETWORK: i32 = 100;
/// Time after which counting begins anew.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
const PURPOSE: &str = "gift card guesses";

/// A program that looks codes up, and how many wrong ones it may name.
pub(super) fn program(master: &MasterKey, ctx: &Ctx, key: &str) -> Vec<([u8; 32], i32)> {
    vec![(keyed(master, PURPOSE, ctx.tenant, key.as_bytes()), MOST_FROM_NETWORK)]
}

/// Who types, and how many wrong codes he has: the order that he types for, and his network where he has one.
pub(super) fn names(master: &MasterKey, ctx: &Ctx, order: OrderId, network: Option<&[u8]>) -> Vec<([u8; 32], i32)> {
    let name = |what: &[u8]| keyed(master, PURPOSE, ctx.tenant, what);
    let of_network = network.map(|network| (name(network), MOST_FROM_NETWORK));
    let of_order = (name(order.uuid().as_bytes()), MOST_FOR_ORDER);
    std::iter::once(of_order).chain(of_network).collect()
}

/// Tells whether one of them has typed too many wrong codes lately.
pub(super) async fn is_spent(tx: &mut TenantTx, ctx: &Ctx, who: &[([u8; 32], i32)]) -> Result<bool, DbError> {
    store::has_guessed(tx, who, ctx.now() - WINDOW).await
}

/// Counts a wrong code, and throws away what nobody counts any more.
pub(super) async fn count(tx: &mut TenantTx, ctx: &Ctx, who: &[([u8; 32], i32)]) -> Result<(), DbError> {
    store::count_guess(tx, who, (ctx.now(), ctx.now() - WINDOW)).await?;
    store::delete_guesses(tx, ctx.now() - WINDOW).await
}
