//! Orders and tickets become pages.

use bilten_billing::checkout::PayStatus;
use bilten_branding::views::{
    Moment,
    order::{OrderState as Shown, OrderView, PrintView, TicketCard, TicketState as ShownTicket},
};
use bilten_core::{
    orders::{Order, OrderState},
    return_policy::Terms,
    tickets::{Ticket, TicketState},
};
use bilten_kernel::Timestamp;

use super::Bought;
use crate::{
    seats,
    storefront::{
        checkout::{decline, summary},
        events::view::venue,
        return_terms, urls,
    },
};

/// Fills the order's page; `cart` is the token for another attempt to pay.
pub fn order(bought: &Bought, status: &PayStatus, cart: &str, now: Timestamp) -> OrderView {
    let (order, event) = (&bought.order, &bought.event.event);
    let state = state(order, &urls::event(&event.slug), (status, cart));
    let is_paid = state == Shown::Paid;
    OrderView {
        code: order.code.to_string(),
        summary: summary(event, order),
        buyer: order.buyer_name.to_string(),
        email: order.buyer_email.to_string(),
        placed: Moment::new(order.created_at, event.time_zone.as_str()),
        tickets: cards(bought),
        print_url: is_paid.then(|| urls::tickets(&bought.token)),
        calendar_url: is_paid.then(|| urls::calendar(&event.slug)),
        resend_action: is_paid.then(|| urls::resends(&bought.token)),
        refund_policy: Some(event.refund_policy.to_string()).filter(|text| !text.is_empty()),
        return_terms: if is_paid {
            return_terms::lines(event, bought.policy.as_ref())
        } else {
            Vec::new()
        },
        refunded: Some(order.refunded).filter(|refunded| is_paid && !refunded.is_zero()),
        return_url: bought
            .may_return(now)
            .then(|| urls::returns(&bought.token))
            .filter(|_| is_paid),
        gift_card: None,
        is_withdrawal: matches!(bought.terms(now), Some(Terms::Withdrawal { .. })),
        state,
    }
}

/// Fills the printable page.
pub fn print(bought: &Bought) -> PrintView {
    let (order, event) = (&bought.order, &bought.event.event);
    PrintView {
        code: order.code.to_string(),
        summary: summary(event, order),
        address: venue(event).address,
        doors: event.doors_at.map(|at| Moment::new(at, event.time_zone.as_str())),
        tickets: cards(bought),
        order_url: urls::order(&bought.token),
    }
}

/// How an order stands; `again_url` is where it can be bought anew.
pub fn state(order: &Order, again_url: &str, (status, cart): (&PayStatus, &str)) -> Shown {
    let again_url = || again_url.to_owned();
    let retry_url = || Some(urls::pay(cart));
    match (order.state, status) {
        (_, PayStatus::Exhausted) => Shown::Exhausted { again_url: again_url() },
        (OrderState::Expired, _) => Shown::Expired { again_url: again_url() },
        (OrderState::Cancelled, _) => Shown::Cancelled,
        (OrderState::Refunded, _) => Shown::Refunded { amount: order.total },
        (OrderState::PaymentConflict, _) | (_, PayStatus::Conflict) => Shown::Conflict,
        (_, PayStatus::Paid) => Shown::Paid,
        (_, PayStatus::Redirect(url)) => Shown::ActionNeeded { url: url.clone() },
        (_, PayStatus::Declined(code)) => Shown::Failed {
            reason: decline(code),
            retry_url: retry_url(),
        },
        (_, PayStatus::Unsent) => Shown::PayNow {
            action: urls::pay(cart),
        },
        (_, PayStatus::Unavailable) => Shown::Unreachable {
            action: urls::pay(cart),
        },
        (_, PayStatus::Open) => Shown::ActionNeeded { url: urls::pay(cart) },
        (_, PayStatus::Closed) => Shown::Expired { again_url: again_url() },
        (_, PayStatus::Confirming | PayStatus::AwaitingFunds) => Shown::Awaiting,
    }
}

fn cards(bought: &Bought) -> Vec<TicketCard> {
    let zone = bought.event.event.time_zone.as_str();
    let state = |ticket: &Ticket| match (ticket.state, ticket.admitted_at) {
        (TicketState::Void, _) => ShownTicket::Cancelled,
        (TicketState::Issued, Some(at)) => ShownTicket::Used {
            at: Moment::new(at, zone),
        },
        (TicketState::Issued, None) => ShownTicket::Valid,
    };
    let card = |(index, ticket): (usize, &Ticket)| TicketCard {
        number: u32::try_from(index + 1).unwrap_or(u32::MAX),
        type_name: ticket.type_name.clone(),
        is_add_on: ticket.is_add_on,
        holder: Some(ticket.holder_name.clone()).filter(|name| !name.is_empty()),
        seat: ticket.seat.as_ref().map(seats::label),
        qr_url: urls::symbol(&bought.token, index + 1, "svg"),
        png_url: Some(urls::symbol(&bought.token, index + 1, "png")),
        state: state(ticket),
    };
    bought.tickets.iter().enumerate().map(card).collect()
}
