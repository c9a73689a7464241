//! Sends the tickets again.

use axum::{
    extract::{Path, State},
    response::Response,
};
use bilten_branding::texts;
use bilten_core::orders::{self, OrderState};
use bilten_kernel::{Ctx, OrderId, Timestamp};
use bilten_tenancy::{
    TenantTx,
    audit::{self, Entry},
};
use http::{HeaderValue, header::RETRY_AFTER};
use jiff::SignedDuration;

use super::Found;
use crate::{
    http::{
        AppState,
        problem::{Code, Problem},
        shell::{redirect, redirect_saying},
    },
    storefront::{shop::Shop, urls},
    subscribers,
};

/// Times that the tickets of one order are sent again within [`WINDOW`], counting what staff sent.
const MOST: usize = 3;
const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// Entries about an order that are looked at; more do not come together in an hour.
const LATEST: i64 = 50;
const RESENT: &str = "order.resent";

/// `POST /orders/{order_token}/resends`: to the address of the order, whoever asks: that address may be
/// anybody's, so it gets a few mails and no more. While one waits to be sent, another is not added.
pub async fn create(Path(token): Path<String>, shop: Shop, State(state): State<AppState>) -> Result<Response, Problem> {
    let found = Found::load(&state, &shop, token).await?;
    let (page, order) = (urls::order(found.token()), found.order());
    if order.state == OrderState::Paid {
        let mut tx = state.shop_db.begin(&shop).await?;
        count(&shop, &mut tx, order.id).await?;
        subscribers::enqueue_resend(&shop, &mut tx, order.id).await?;
        tx.commit().await?;
        return Ok(redirect_saying(&page, texts::FLASH_MAIL_SENT));
    }
    Ok(redirect(&page))
}

/// Enters the wish in the audit unless there were enough; the lock on the order lets one in at a time.
async fn count(ctx: &Ctx, tx: &mut TenantTx, order: OrderId) -> Result<(), Problem> {
    orders::lock(tx, order).await?;
    let object = order.to_string();
    let since = ctx.now().checked_sub(WINDOW).unwrap_or(Timestamp::MIN);
    let entries = audit::list_of(tx, &object, LATEST).await?;
    let is_recent = |entry: &&audit::Recorded| entry.action == RESENT && entry.at > since;
    if entries.iter().filter(is_recent).count() >= MOST {
        let wait_s = HeaderValue::from(WINDOW.as_secs());
        return Err(Problem::new(Code::RateLimited).header(RETRY_AFTER, wait_s));
    }
    let entry = Entry {
        action: RESENT,
        object,
        details: serde_json::json!({}),
    };
    Ok(audit::record(tx, ctx, entry).await?)
}
