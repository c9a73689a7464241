//! The order of a gift card as its buyer sees it. Whoever has the link sees the code, as whoever has that of tickets sees theirs.

use bilten_billing::{
    checkout::PayStatus,
    gift_cards::{self, GiftSale},
};
use bilten_branding::views::{
    Moment,
    order::{GiftCardShown, OrderState as Shown, OrderView},
};
use bilten_core::orders::Order;
use bilten_tenancy::TenantTx;

use super::view;
use crate::{
    http::{AppState, problem::Problem},
    storefront::{checkout::gift_summary, shop::Shop, urls},
};

/// The order of a gift card.
pub struct BoughtCard {
    /// Signed token of the order, as it stands in the address.
    pub token: String,
    /// The order.
    pub order: Order,
    /// What it bought.
    pub sale: GiftSale,
}

impl BoughtCard {
    /// Loads what an order without an event bought.
    ///
    /// # Errors
    /// The database refused.
    pub async fn load(tx: &mut TenantTx, (token, order): (String, Order)) -> Result<Self, Problem> {
        let sale = gift_cards::find_sale(tx, order.id).await?;
        Ok(Self {
            sale: sale.ok_or_else(Problem::not_found)?,
            token,
            order,
        })
    }
}

/// Fills the order's page.
pub fn order(state: &AppState, shop: &Shop, bought: &BoughtCard, paid: (&PayStatus, &str)) -> OrderView {
    let BoughtCard { token, order, sale } = bought;
    let zone = shop.settings.time_zone.as_str();
    let state_shown = view::state(order, urls::GIFT_CARDS, paid);
    let is_paid = state_shown == Shown::Paid;
    let code = state.gift_cards.code_of(shop, order, sale);
    OrderView {
        code: order.code.to_string(),
        summary: gift_summary(order.total),
        buyer: order.buyer_name.to_string(),
        email: order.buyer_email.to_string(),
        placed: Moment::new(order.created_at, zone),
        tickets: Vec::new(),
        gift_card: code.map(|code| GiftCardShown {
            code: code.to_string(),
            left: sale.left.unwrap_or(order.total),
            expires: sale.expires_at.map(|at| Moment::new(at, zone)),
            is_stopped: sale.is_stopped,
            sent_to: sale.present.email.as_ref().map(ToString::to_string),
            send_at: sale
                .present
                .send_at
                .filter(|at| *at > shop.now())
                .map(|at| Moment::new(at, zone)),
        }),
        print_url: None,
        calendar_url: None,
        resend_action: is_paid.then(|| urls::resends(token)),
        refund_policy: None,
        return_terms: Vec::new(),
        refunded: Some(order.refunded).filter(|refunded| is_paid && !refunded.is_zero()),
        return_url: None,
        is_withdrawal: false,
        state: state_shown,
    }
}
