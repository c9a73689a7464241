//! An order as its buyer sees it: by a signed link, without a log-in.

mod gift;
mod resends;
mod returns;
mod show;
mod symbols;
mod tickets;
pub mod view;

use bilten_core::{
    catalog::{self, EventDetail},
    orders::{self, Order},
    return_policy::{self, ReturnPolicy, Terms},
    tickets::{self as core_tickets, Ticket, TicketState},
};
use bilten_kernel::Timestamp;

use super::shop::Shop;
use crate::http::{
    AppState,
    problem::Problem,
    registry::{Access, Face, Repeat, Route},
};

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Storefront, Access::Signed);
    vec![
        Route::get("/orders/{order_token}", face, access, show::show).open_when_suspended(),
        Route::get("/orders/{order_token}/tickets", face, access, tickets::show).open_when_suspended(),
        Route::get("/orders/{order_token}/tickets/{file}", face, access, symbols::show).open_when_suspended(),
        Route::post("/orders/{order_token}/resends", face, access, resends::create)
            .open_when_suspended()
            .repeats(Repeat::Harmless),
        Route::get("/orders/{order_token}/returns", face, access, returns::show).open_when_suspended(),
        Route::post("/orders/{order_token}/returns", face, access, returns::create)
            .open_when_suspended()
            .repeats(Repeat::State),
    ]
}

/// An order with its event and tickets.
pub struct Bought {
    /// Signed token of the order, as it stands in the address.
    pub token: String,
    /// The order.
    pub order: Order,
    /// Its event.
    pub event: EventDetail,
    /// Its tickets, in their order.
    pub tickets: Vec<Ticket>,
    /// What it costs to give them back: the policy that stood when it was made.
    pub policy: Option<ReturnPolicy>,
}

impl Bought {
    /// Loads the order of a token, with its tickets.
    ///
    /// # Errors
    /// The token is not genuine, the order has no tickets to show, or the database refused.
    pub async fn load(state: &AppState, shop: &Shop, token: String) -> Result<Self, Problem> {
        match Found::load(state, shop, token).await? {
            Found::Tickets(bought) => Ok(*bought),
            Found::GiftCard(_) => Err(Problem::not_found()),
        }
    }

    /// What the order's policy says now.
    fn terms(&self, now: Timestamp) -> Option<Terms> {
        let policy = self.policy.as_ref()?;
        let bought_at = self.order.paid_at.unwrap_or(self.order.created_at);
        Some(policy.terms(bought_at, self.event.event.starts_at, now))
    }

    /// Whether the buyer can give a ticket back now, without asking anybody.
    fn may_return(&self, now: Timestamp) -> bool {
        let is_offered = match self.terms(now) {
            Some(Terms::Withdrawal { .. }) => true,
            Some(Terms::Keep { .. }) => self.policy.as_ref().is_some_and(|policy| policy.is_self_service),
            Some(Terms::Over) | None => false,
        };
        let is_unused = |ticket: &Ticket| ticket.state == TicketState::Issued && ticket.admitted_at.is_none();
        is_offered && self.tickets.iter().any(is_unused)
    }
}

/// What an order bought.
pub enum Found {
    /// Tickets.
    Tickets(Box<Bought>),
    /// A gift card.
    GiftCard(Box<gift::BoughtCard>),
}

impl Found {
    /// Loads the order of a token.
    ///
    /// # Errors
    /// The token is not genuine, or the database refused.
    pub async fn load(state: &AppState, shop: &Shop, token: String) -> Result<Self, Problem> {
        let id = state
            .links
            .read_order(shop.tenant.ctx.tenant, &token)
            .ok_or_else(Problem::not_found)?;
        let mut tx = state.shop_db.begin(shop).await?;
        let order = orders::find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
        let Some(event) = order.event else {
            let bought = gift::BoughtCard::load(&mut tx, (token, order)).await?;
            tx.commit().await?;
            return Ok(Self::GiftCard(Box::new(bought)));
        };
        let event = catalog::find_event(shop, &mut tx, event)
            .await?
            .ok_or_else(Problem::not_found)?;
        let tickets = core_tickets::list_for_order(&mut tx, id).await?;
        let policy = if event.event.has_return_policy {
            return_policy::find_at(&mut tx, event.event.id, order.created_at).await?
        } else {
            None
        };
        tx.commit().await?;
        Ok(Self::Tickets(Box::new(Bought {
            token,
            order,
            event,
            tickets,
            policy,
        })))
    }

    /// Whether what was bought is there.
    pub fn is_complete(&self) -> bool {
        match self {
            Self::Tickets(bought) => !bought.tickets.is_empty(),
            Self::GiftCard(bought) => bought.sale.card.is_some(),
        }
    }

    /// The order.
    pub fn order(&self) -> &Order {
        match self {
            Self::Tickets(bought) => &bought.order,
            Self::GiftCard(bought) => &bought.order,
        }
    }

    /// Signed token of the order, as it stands in the address.
    pub fn token(&self) -> &str {
        match self {
            Self::Tickets(bought) => &bought.token,
            Self::GiftCard(bought) => &bought.token,
        }
    }
}
