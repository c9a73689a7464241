//! An order in the API.

use bilten_core::{orders, pricing, tickets, tickets::TicketState};
use bilten_kernel::{Ctx, OrderId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::{AppState, problem::Problem},
    v1::seat::Seat,
};

/// What somebody bought, or wanted to buy.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Order {
    /// Identifies the order.
    #[schema(example = "ord_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// Short code for people.
    #[schema(example = "K7QXM2RT")]
    code: String,
    /// `quoted`, `awaiting_payment`, `awaiting_funds`, `paid`, `payment_conflict`, `expired`, `cancelled` or `refunded`.
    state: &'static str,
    /// `web` or `api`.
    channel: &'static str,
    /// Event of the tickets; `null` for an order of a gift card, which has no items.
    event_id: Option<String>,
    /// Cart that the order was made from.
    cart_id: String,
    /// Who buys.
    buyer: Buyer,
    /// What was bought.
    items: Vec<OrderItem>,
    /// Promo code that it was made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    promo_code: Option<String>,
    /// What that took off, in minor units.
    discount_minor: i64,
    /// What of the total is given beside the tickets, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    donation_minor: Option<i64>,
    /// What of the total a gift card pays, or shall pay, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    gift_card_minor: Option<i64>,
    /// Sum of all prices, in minor units.
    total_minor: i64,
    /// What of it goes, or went, back for single tickets while the order stays paid, in minor units.
    refunded_minor: i64,
    /// Currency of all prices (ISO 4217).
    currency: &'static str,
    /// What is in the total, where the shop states taxes and fees.
    #[serde(skip_serializing_if = "Option::is_none")]
    charges: Option<Charges>,
    /// When the buyer gave his details (RFC 3339).
    created_at: String,
    /// When it was paid (RFC 3339).
    paid_at: Option<String>,
    /// When it expired or was cancelled or refunded (RFC 3339).
    closed_at: Option<String>,
    /// Its tickets, once it is paid.
    tickets: Vec<Ticket>,
}

/// How a total is made up, in minor units.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Charges {
    /// The total without taxes.
    net_minor: i64,
    /// Taxes in the total.
    taxes: Vec<Tax>,
    /// Service fee in the total, with its tax.
    service_fee_minor: i64,
    /// Tax in the service fee; it is among the taxes.
    service_fee_tax_minor: i64,
    /// What the platform keeps of the total.
    platform_fee_minor: i64,
}

/// Tax in a total.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Tax {
    /// Short name of the tax in the shop.
    #[schema(example = "MVA25")]
    code: String,
    /// Country whose tax it is, or in which the buyer owes it (ISO 3166); missing in old orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "NO")]
    country: Option<String>,
    /// By which rule: `standard` where the event is, `destination` where the buyer of something virtual lives, `reverse_charge` where the
    /// company that buys owes it.
    #[schema(example = "standard")]
    scheme: &'static str,
    /// Rate in hundredths of a per cent.
    #[schema(example = 2500)]
    rate_bp: i32,
    /// The tax, in minor units.
    amount_minor: i64,
}

/// Who buys.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Buyer {
    /// Where the tickets are sent.
    email: String,
    /// Name.
    name: String,
    /// What he told of where he is at home, and of the company that buys.
    #[serde(skip_serializing_if = "Option::is_none")]
    tax: Option<BuyerTax>,
}

/// Where a buyer is at home, and which company buys.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct BuyerTax {
    /// Country (ISO 3166).
    #[schema(example = "DE")]
    country: String,
    /// Name of the company.
    company: Option<String>,
    /// Its number for value added tax.
    vat_id: Option<String>,
    /// What the register said of the number: `not_asked`, `valid`, `invalid` or `unavailable`.
    #[schema(example = "valid")]
    finding: &'static str,
}

impl From<&pricing::BuyerTax> for BuyerTax {
    fn from(told: &pricing::BuyerTax) -> Self {
        Self {
            country: told.country.as_str().to_owned(),
            company: told.company.as_ref().map(ToString::to_string),
            vat_id: told.vat_id.as_ref().map(ToString::to_string),
            finding: told.finding.name(),
        }
    }
}

/// Tickets of one type in an order.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct OrderItem {
    /// Type of ticket.
    ticket_type_id: String,
    /// Name of the type.
    name: String,
    /// Whether the type is an add-on, which admits nobody.
    is_add_on: bool,
    /// Number of tickets.
    quantity: u32,
    /// All-in price of one ticket, in minor units.
    unit_price_minor: i64,
    /// What one would have cost without promo code and price offers, where these took something off.
    #[serde(skip_serializing_if = "Option::is_none")]
    full_price_minor: Option<i64>,
    /// Names of the price offers that took something off.
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<String>,
}

/// Right of one person to enter one event.
#[derive(Debug, Serialize, ToSchema)]
#[expect(
    clippy::struct_field_names,
    reason = "the API calls the type of a ticket `ticket_type_id` everywhere"
)]
pub(in crate::v1) struct Ticket {
    /// Identifies the ticket.
    #[schema(example = "tkt_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// Signed text of its QR symbol.
    code: String,
    /// Type of ticket.
    ticket_type_id: String,
    /// Name of the type.
    name: String,
    /// Whether it is an add-on: it is redeemed, and admits nobody.
    is_add_on: bool,
    /// Who holds it.
    holder_name: String,
    /// Where he sits; nothing when the type takes no seats.
    seat: Option<Seat>,
    /// `issued` or `void`.
    state: &'static str,
    /// When it was issued (RFC 3339).
    issued_at: String,
    /// When its holder was admitted (RFC 3339).
    admitted_at: Option<String>,
}

/// Reads an order with its tickets.
pub(in crate::v1) async fn load(state: &AppState, ctx: &Ctx, id: OrderId) -> Result<Order, Problem> {
    let found = state.orders.find(ctx.tenant, id).await?;
    let (order, issued) = found.ok_or_else(Problem::not_found)?;
    let tickets = issued.iter().map(|ticket| Ticket::new(state, ctx, ticket)).collect();
    Ok(Order::new(&order, tickets))
}

impl Order {
    fn new(order: &orders::Order, tickets: Vec<Ticket>) -> Self {
        let items = order.lines.iter().map(|line| OrderItem {
            ticket_type_id: line.ticket_type.to_string(),
            name: line.type_name.clone(),
            is_add_on: line.is_add_on,
            quantity: line.quantity,
            unit_price_minor: line.unit_price.minor,
            full_price_minor: line.full_price.map(|price| price.minor),
            offer: line.offer.clone(),
        });
        Self {
            id: order.id.to_string(),
            code: order.code.to_string(),
            state: order.state.name(),
            channel: order.channel.name(),
            event_id: order.event.map(|event| event.to_string()),
            cart_id: order.cart.to_string(),
            buyer: Buyer {
                email: order.buyer_email.to_string(),
                name: order.buyer_name.to_string(),
                tax: order.buyer_tax.as_ref().map(Into::into),
            },
            items: items.collect(),
            promo_code: order.promo_code.clone(),
            // A part of the total, which did not overflow when the order was made.
            discount_minor: order.discount().map_or(0, |off| off.minor),
            donation_minor: order.donation.map(|gift| gift.minor),
            gift_card_minor: order.gift_card.map(|part| part.minor),
            total_minor: order.total.minor,
            refunded_minor: order.refunded.minor,
            currency: order.total.currency.code(),
            charges: order.charges.as_ref().map(Charges::new),
            created_at: order.created_at.to_string(),
            paid_at: order.paid_at.map(|at| at.to_string()),
            closed_at: order.closed_at.map(|at| at.to_string()),
            tickets,
        }
    }
}

impl Charges {
    fn new(charges: &pricing::Charges) -> Self {
        let share = charges.total();
        let tax = |tax: &pricing::TaxPart| Tax {
            code: tax.code.to_string(),
            country: tax.country.map(String::from),
            scheme: tax.scheme.name(),
            rate_bp: tax.rate_bp,
            amount_minor: tax.amount,
        };
        Self {
            net_minor: share.net.minor,
            taxes: share.taxes.iter().map(tax).collect(),
            service_fee_minor: share.service_fee.minor,
            service_fee_tax_minor: share.service_fee_tax.minor,
            platform_fee_minor: share.platform_fee.minor,
        }
    }
}

impl Ticket {
    fn new(state: &AppState, ctx: &Ctx, ticket: &tickets::Ticket) -> Self {
        Self {
            id: ticket.id.to_string(),
            code: state.tickets.code(ctx.tenant, ticket.key_id, ticket.id, ticket.event),
            ticket_type_id: ticket.ticket_type.to_string(),
            name: ticket.type_name.clone(),
            is_add_on: ticket.is_add_on,
            holder_name: ticket.holder_name.clone(),
            seat: ticket.seat.as_ref().map(Seat::from),
            state: match ticket.state {
                TicketState::Issued => "issued",
                TicketState::Void => "void",
            },
            issued_at: ticket.issued_at.to_string(),
            admitted_at: ticket.admitted_at.map(|at| at.to_string()),
        }
    }
}
