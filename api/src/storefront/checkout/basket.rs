//! A cart with its event and, once the buyer gave his details, its order.

use bilten_billing::gift_cards::{self, GiftUse};
use bilten_branding::{texts, views::Text};
use bilten_core::{
    catalog::{self, EventDetail, EventStatus},
    inventory::{self, Hold, HoldState},
    orders::{self, Order, OrderState},
};
use bilten_kernel::{CartId, Timestamp};

use crate::{
    http::{AppState, problem::Problem},
    storefront::shop::Shop,
};

/// Everything that a screen of the checkout shows.
pub struct Basket {
    /// Signed token of the cart, as it stands in the address.
    pub token: String,
    /// The cart.
    pub cart: Hold,
    /// Event whose tickets are in it.
    pub event: EventDetail,
    /// Its order, with the buyer's details.
    pub order: Option<Order>,
    /// The gift card that pays a part of it.
    pub gift: Option<GiftUse>,
}

/// What can be done with a cart.
pub enum Stage {
    /// It can be bought.
    Open,
    /// It is bought, its payment is under way, or a payment ended it: its order tells the rest.
    Ordered,
    /// It has ended: `EXPIRED_*`.
    Ended(Text),
}

/// Reads the id of a cart out of its token.
///
/// # Errors
/// The token is not genuine.
pub fn cart_id(state: &AppState, shop: &Shop, token: &str) -> Result<CartId, Problem> {
    state
        .links
        .read_cart(shop.tenant.ctx.tenant, token)
        .ok_or_else(Problem::not_found)
}

impl Basket {
    /// Loads the cart of a token.
    ///
    /// # Errors
    /// The token is not genuine, or the database refused.
    pub async fn load(state: &AppState, shop: &Shop, token: String) -> Result<Self, Problem> {
        let id = cart_id(state, shop, &token)?;
        let mut tx = state.shop_db.begin(shop).await?;
        let cart = inventory::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
        let order = orders::find_by_hold(&mut tx, id).await?;
        let gift = match order.as_ref().filter(|order| order.gift_card.is_some()) {
            Some(order) => gift_cards::find_use(&mut tx, order.id).await?,
            None => None,
        };
        let event = catalog::find_event(shop, &mut tx, cart.event)
            .await?
            .ok_or_else(Problem::not_found)?;
        tx.commit().await?;
        Ok(Self {
            token,
            cart,
            event,
            order,
            gift,
        })
    }

    /// Says what can be done with the cart now.
    pub fn stage(&self, now: Timestamp) -> Stage {
        let was_tried = self
            .order
            .as_ref()
            .is_some_and(|order| order.state != OrderState::Quoted);
        let is_cancelled = self.event.event.status == EventStatus::Cancelled;
        match self.cart.state {
            HoldState::Converted | HoldState::Pinned(_) | HoldState::Cancelling(_) => Stage::Ordered,
            HoldState::Released if was_tried => Stage::Ordered,
            HoldState::Held | HoldState::Released if is_cancelled => {
                Stage::Ended(Text::new(texts::EXPIRED_EVENT_CANCELLED))
            }
            HoldState::Held if self.cart.is_live(now) => Stage::Open,
            HoldState::Released if self.cart.expires_at > now => Stage::Ended(Text::new(texts::EXPIRED_ABANDONED)),
            HoldState::Held | HoldState::Released => Stage::Ended(Text::new(texts::EXPIRED_TIME)),
        }
    }
}
