//! A cart in the API.

use bilten_core::inventory::{CODES, Hold};
use bilten_kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{http::problem::Problem, v1::seat::Seat};

/// Tickets that are held until the cart expires or is checked out.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Cart {
    /// Identifies the cart.
    #[schema(example = "crt_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// Event of the tickets.
    event_id: String,
    /// `held`, `pinned` (a payment is under way), `cancelling`, `converted` (bought), `released` or `expired`.
    state: &'static str,
    /// When a held cart gives its tickets back (RFC 3339).
    expires_at: String,
    /// What is held.
    items: Vec<CartItem>,
    /// Who sits where; empty unless types of the cart take seats. The n-th ticket of a type gets the n-th seat of the type.
    seats: Vec<CartSeat>,
    /// Whether those seats are next to each other, as far as they can be chosen together; nothing without seats.
    together: Option<bool>,
    /// Promo code that it was made with; several are joined by ` + `.
    #[serde(skip_serializing_if = "Option::is_none")]
    promo_code: Option<String>,
    /// Promo codes that it uses, each by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    promo_codes: Vec<String>,
    /// What promo code and price offers took off, in minor units.
    discount_minor: i64,
    /// What is given beside the tickets, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    donation_minor: Option<i64>,
    /// What is to be paid: all prices, and the gift, in minor units.
    total_minor: i64,
    /// Currency of all prices (ISO 4217).
    currency: &'static str,
}

/// Tickets of one type in a cart.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct CartItem {
    /// Type of ticket.
    ticket_type_id: String,
    /// Number of tickets.
    quantity: u32,
    /// All-in price of one ticket, in minor units; kept for as long as the cart lives.
    unit_price_minor: i64,
    /// What one would cost without promo code and price offers, where these took something off.
    #[serde(skip_serializing_if = "Option::is_none")]
    full_price_minor: Option<i64>,
    /// Names of the price offers that took something off.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<String>,
}

/// Seat in a cart.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct CartSeat {
    /// Type of ticket.
    ticket_type_id: String,
    /// The seat.
    #[serde(flatten)]
    seat: Seat,
}

impl Cart {
    /// Shows a hold as it is at an instant.
    pub(in crate::v1) fn new(hold: &Hold, now: Timestamp) -> Result<Self, Problem> {
        let items = hold.lines.iter().map(|line| CartItem {
            ticket_type_id: line.ticket_type.to_string(),
            quantity: line.quantity,
            unit_price_minor: line.unit_price.minor,
            full_price_minor: line.full_price.map(|price| price.minor),
            offer: line.offer.clone(),
        });
        let held = &hold.seats;
        let seats = held.seats.iter().map(|held| CartSeat {
            ticket_type_id: held.ticket_type.to_string(),
            seat: Seat::from(&held.seat),
        });
        let codes = hold.promo_code().into_iter().flat_map(|codes| codes.split(CODES));
        let is_expired = !hold.is_live(now) && hold.state == bilten_core::inventory::HoldState::Held;
        Ok(Self {
            id: hold.id.to_string(),
            event_id: hold.event.to_string(),
            state: if is_expired { "expired" } else { hold.state.name() },
            expires_at: hold.expires_at.to_string(),
            items: items.collect(),
            seats: seats.collect(),
            together: (!held.seats.is_empty()).then_some(held.is_together),
            promo_code: hold.promo_code().map(str::to_owned),
            promo_codes: codes.map(str::to_owned).collect(),
            discount_minor: hold.discount().map_err(Problem::internal)?.minor,
            donation_minor: hold.donation.map(|gift| gift.minor),
            total_minor: hold.total().map_err(Problem::internal)?.minor,
            currency: hold.currency.code(),
        })
    }
}
