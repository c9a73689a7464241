//! Gift cards of the shop.

pub(super) mod balance;
pub(super) mod create;
mod gift_card;
pub(super) mod list;
pub(super) mod show;
pub(super) mod stop;

use bilten_billing::gift_cards;
use bilten_kernel::GiftCardId;
use bilten_tenancy::TenantTx;

pub(super) use gift_card::{GiftCard, MadeGiftCard};

use crate::http::{extract::TenantCtx, problem::Problem};

async fn load(ctx: &TenantCtx, tx: &mut TenantTx, id: GiftCardId) -> Result<GiftCard, Problem> {
    let found = gift_cards::find(tx, id).await?;
    let found = found.ok_or_else(Problem::not_found)?;
    Ok(GiftCard::new(&found, ctx.ctx.now()))
}
