//! An order as its buyer sees it: by a signed link, without a log-in.

mod resends;
mod show;
mod symbols;
mod tickets;
pub mod view;

use bilten_core::{
    catalog::{self, EventDetail},
    orders::{self, Order},
    tickets::{self as core_tickets, Ticket},
};

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
}

impl Bought {
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
        let event = catalog::find_event(shop, &mut tx, order.event)
            .await?
            .ok_or_else(Problem::not_found)?;
        let tickets = core_tickets::list_for_order(&mut tx, id).await?;
        tx.commit().await?;
        Ok(Self {
            token,
            order,
            event,
            tickets,
        })
    }
}
