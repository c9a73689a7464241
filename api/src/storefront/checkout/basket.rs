//! What is being bought, with the time in which it can be paid and, once the buyer gave his details, its order: a cart of tickets, or a
//! gift card.

use bilten_billing::gift_cards::{self, GiftUse};
use bilten_branding::{texts, views::Text};
use bilten_core::{
    catalog::{self, EventDetail, EventStatus},
    inventory::{self, Hold, HoldState, Slot},
    orders::{self, Order, OrderState},
};
use bilten_kernel::{CartId, Timestamp};

use crate::{
    http::{AppState, problem::Problem},
    storefront::{shop::Shop, urls},
};

/// Everything that a screen of the checkout shows.
pub struct Basket {
    /// Signed token of the cart, as it stands in the address.
    pub token: String,
    /// The time in which it can be paid.
    pub slot: Slot,
    /// What is bought.
    pub goods: Goods,
    /// Its order, with the buyer's details.
    pub order: Option<Order>,
    /// The gift card that pays a part of it.
    pub gift: Option<GiftUse>,
}

/// What is bought.
pub enum Goods {
    /// Tickets of an event.
    Tickets(Box<(Hold, EventDetail)>),
    /// A gift card; its order says what it is worth.
    GiftCard,
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
        let cart = inventory::find(&mut tx, id).await?;
        let order = orders::find_by_hold(&mut tx, id).await?;
        let gift = match order.as_ref().filter(|order| order.gift_card.is_some()) {
            Some(order) => gift_cards::find_use(&mut tx, order.id).await?,
            None => None,
        };
        let (slot, goods) = if let Some(cart) = cart {
            let event = catalog::find_event(shop, &mut tx, cart.event)
                .await?
                .ok_or_else(Problem::not_found)?;
            let slot = Slot {
                id,
                state: cart.state,
                expires_at: cart.expires_at,
                is_extended: cart.is_extended,
            };
            (slot, Goods::Tickets(Box::new((cart, event))))
        } else {
            // A hold without lines is the time of an order without an event.
            let slot = inventory::find_slot(&mut tx, id).await?;
            (slot.ok_or_else(Problem::not_found)?, Goods::GiftCard)
        };
        tx.commit().await?;
        Ok(Self {
            token,
            slot,
            goods,
            order,
            gift,
        })
    }

    /// The cart of tickets.
    pub fn cart(&self) -> Option<&Hold> {
        match &self.goods {
            Goods::Tickets(tickets) => Some(&tickets.0),
            Goods::GiftCard => None,
        }
    }

    /// The event whose tickets are bought.
    pub fn event(&self) -> Option<&EventDetail> {
        match &self.goods {
            Goods::Tickets(tickets) => Some(&tickets.1),
            Goods::GiftCard => None,
        }
    }

    /// Where it was chosen, and can be chosen anew.
    pub fn start_url(&self) -> String {
        self.event()
            .map_or_else(|| urls::GIFT_CARDS.to_owned(), |event| urls::event(&event.event.slug))
    }

    /// Says what can be done with the cart now.
    pub fn stage(&self, now: Timestamp) -> Stage {
        let was_tried = self
            .order
            .as_ref()
            .is_some_and(|order| order.state != OrderState::Quoted);
        let is_cancelled = self
            .event()
            .is_some_and(|event| event.event.status == EventStatus::Cancelled);
        match self.slot.state {
            HoldState::Converted | HoldState::Pinned(_) | HoldState::Cancelling(_) => Stage::Ordered,
            HoldState::Released if was_tried => Stage::Ordered,
            HoldState::Held | HoldState::Released if is_cancelled => {
                Stage::Ended(Text::new(texts::EXPIRED_EVENT_CANCELLED))
            }
            HoldState::Held if self.slot.is_live(now) => Stage::Open,
            HoldState::Held | HoldState::Released if self.event().is_none() => {
                Stage::Ended(Text::new(texts::EXPIRED_GIFT))
            }
            HoldState::Released if self.slot.expires_at > now => Stage::Ended(Text::new(texts::EXPIRED_ABANDONED)),
            HoldState::Held | HoldState::Released => Stage::Ended(Text::new(texts::EXPIRED_TIME)),
        }
    }
}
