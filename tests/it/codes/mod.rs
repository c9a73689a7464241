//! Promo codes that do more than take a share off: unlocking, minimum, amount off the order, no fees, limits per person,
//! budgets, several in one cart.

mod budgets;
mod fees;
mod pages;
mod persons;
mod rules;
mod series;
mod several;

use bilten_core::{
    catalog::{self, NewTicketType},
    inventory::{self, Extras, Hold, HoldError, HoldRequest, PromoRefused},
    orders::{self, Completed, OrderState},
    promo::{self, AddPromoError, Discount, NewPromo, Promo, PromoRules},
};
use bilten_kernel::{OrderId, PromoCodeId, TicketTypeId};

use crate::stock::shop::Shop;

/// A code for all tickets, many times.
pub fn code(text: &str, discount: Discount, rules: PromoRules) -> NewPromo {
    NewPromo {
        code: text.parse().unwrap(),
        discount,
        rules,
        uses: 1_000,
        ticket_types: Vec::new(),
        starts_at: None,
        ends_at: None,
    }
}

pub async fn try_add(shop: &Shop<'_>, new: NewPromo) -> Result<PromoCodeId, AddPromoError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let id = promo::add_promo(&ctx, &mut tx, shop.event, new).await?;
    tx.commit().await.unwrap();
    Ok(id)
}

pub async fn add(shop: &Shop<'_>, new: NewPromo) -> PromoCodeId {
    try_add(shop, new).await.unwrap()
}

/// The code as it stands now.
pub async fn find(shop: &Shop<'_>, id: PromoCodeId) -> Promo {
    let mut tx = shop.app.db.begin(&shop.ctx()).await.unwrap();
    promo::find_promo(&mut tx, shop.event, id).await.unwrap().unwrap()
}

/// Adds a type at so much, with 100 places.
pub async fn add_type(shop: &Shop<'_>, (name, price, is_locked): (&str, i64, bool)) -> TicketTypeId {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    let mut new = NewTicketType::new(name.parse().unwrap(), price, 100);
    new.terms.is_locked = is_locked;
    let id = catalog::add_ticket_type(&ctx, &mut tx, shop.event, new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A wish with codes, a blank between them.
pub fn wish(shop: &Shop<'_>, items: &[(TicketTypeId, u32)], codes: &str) -> HoldRequest {
    let mut codes = codes.split(' ').filter(|code| !code.is_empty());
    HoldRequest {
        event: shop.event,
        items: items.to_vec(),
        keep_together: false,
        request_key: None,
        promo_code: codes.next().map(|code| code.parse().unwrap()),
        extras: Extras {
            more_codes: codes.map(|code| code.parse().unwrap()).collect(),
            ..Extras::default()
        },
    }
}

pub async fn hold_of(shop: &Shop<'_>, items: &[(TicketTypeId, u32)], codes: &str) -> Result<Hold, HoldError> {
    shop.engine.hold(&shop.ctx(), wish(shop, items, codes)).await
}

pub async fn hold(shop: &Shop<'_>, quantity: u32, codes: &str) -> Result<Hold, HoldError> {
    hold_of(shop, &[(shop.ticket_type, quantity)], codes).await
}

/// Number, price and full price of each line.
pub fn prices(hold: &Hold) -> Vec<(u32, i64, Option<i64>)> {
    let line = |line: &inventory::HoldLine| {
        let full = line.full_price.map(|price| price.minor);
        (line.quantity, line.unit_price.minor, full)
    };
    hold.lines.iter().map(line).collect()
}

pub fn refused(why: PromoRefused) -> Result<Hold, HoldError> {
    Err(HoldError::Promo(why))
}

/// What was taken off, in minor units.
pub fn off(hold: &Hold) -> i64 {
    hold.discount().unwrap().minor
}

pub async fn complete(shop: &Shop<'_>, order: OrderId) {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    assert_eq!(orders::complete(&ctx, &mut tx, order).await.unwrap(), Completed::Now);
    tx.commit().await.unwrap();
}

pub async fn refund(shop: &Shop<'_>, order: OrderId) {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    orders::cancel_paid(&ctx, &mut tx, order, OrderState::Refunded)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
