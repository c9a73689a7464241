//! Addresses of the storefront; nothing else writes one.

use bilten_core::catalog::Event;
use bilten_kernel::{Slug, TicketTypeId};
use url::form_urlencoded;

/// The shop's front.
pub const HOME: &str = "/";
/// Where gift cards are sold.
pub const GIFT_CARDS: &str = "/gift-cards";
/// The development mailbox.
pub const DEV_MAIL: &str = "/dev/mail";

/// An event's page.
pub fn event(slug: &Slug) -> String {
    format!("/events/{slug}")
}

/// Where the selection of tickets is posted to.
pub fn carts(slug: &Slug) -> String {
    format!("/events/{slug}/carts")
}

/// Where one joins an event's waiting list; with a type chosen already.
pub fn waiting_list_for(slug: &Slug, ticket_type: TicketTypeId) -> String {
    format!("{}?type={ticket_type}", waiting_list(slug))
}

/// Where one joins an event's waiting list.
pub fn waiting_list(slug: &Slug) -> String {
    format!("/events/{slug}/waiting-list")
}

/// What is shown to who has joined.
pub fn waiting_list_joined(slug: &Slug) -> String {
    format!("/events/{slug}/waiting-list/joined")
}

/// An entry of a waiting list.
pub fn waitlist_entry(entry: &str) -> String {
    format!("/waiting-list/{entry}")
}

/// Where leaving a waiting list, or declining an offer, is posted to.
pub fn waitlist_departure(entry: &str) -> String {
    format!("/waiting-list/{entry}/departure")
}

/// The part of an event's page that tells what is left.
pub fn availability(slug: &Slug) -> String {
    format!("/events/{slug}/availability")
}

/// How the price of a ticket type has moved, and why.
pub fn price_points(slug: &Slug, ticket_type: TicketTypeId) -> String {
    format!("/events/{slug}/prices/{ticket_type}")
}

/// The waiting room before an event's sale.
pub fn queue(slug: &Slug) -> String {
    format!("/events/{slug}/queue")
}

/// Where a waiting page asks how far it is.
pub fn queue_status(slug: &Slug) -> String {
    format!("/events/{slug}/queue/status")
}

/// Where the work is set that joining costs.
pub fn queue_challenge(slug: &Slug) -> String {
    format!("/events/{slug}/queue/challenge")
}

/// Where a pass, or more time, is asked for.
pub fn queue_pass(slug: &Slug) -> String {
    format!("/events/{slug}/queue/pass")
}

/// What is public about the draw.
pub fn queue_draw(slug: &Slug) -> String {
    format!("/events/{slug}/queue/draw")
}

/// An event's calendar file.
pub fn calendar(slug: &Slug) -> String {
    format!("/events/{slug}/calendar.ics")
}

/// An event's picture; the name is the seed it is drawn from, so that it needs no look-up.
pub fn artwork(event: &Event) -> String {
    if event.artwork.as_str().is_empty() {
        artwork_of(event.slug.as_str())
    } else {
        artwork_of(event.artwork.as_str())
    }
}

/// The picture of a seed.
pub fn artwork_of(seed: &str) -> String {
    let seed: String = form_urlencoded::byte_serialize(seed.as_bytes()).collect();
    // In a path a blank is %20, not a plus.
    format!("/media/artwork/{}.svg", seed.replace('+', "%20"))
}

/// First screen of the checkout.
pub fn details(cart: &str) -> String {
    format!("/checkout/{cart}")
}

/// First screen of the checkout, asking whether another mail address was meant.
pub fn check_address(cart: &str) -> String {
    format!("/checkout/{cart}?check=address")
}

/// The same where the next try costs work first.
pub fn pay_after_work(cart: &str) -> String {
    format!("{}?check=work", pay(cart))
}

/// Second screen of the checkout.
pub fn pay(cart: &str) -> String {
    format!("/checkout/{cart}/pay")
}

/// Where more time is asked for; comes back to the named screen.
pub fn extend(cart: &str, from: &str) -> String {
    format!("/checkout/{cart}/extend?from={from}")
}

/// Where a cart is given up.
pub fn abandon(cart: &str) -> String {
    format!("/checkout/{cart}/abandon")
}

/// Where a buyer comes back to from a provider's page.
pub fn back_from_provider(cart: &str) -> String {
    format!("/checkout/{cart}/return")
}

/// An order's page.
pub fn order(order: &str) -> String {
    format!("/orders/{order}")
}

/// Printable tickets.
pub fn tickets(order: &str) -> String {
    format!("/orders/{order}/tickets")
}

/// A ticket's symbol; `kind` is `svg` or `png`.
pub fn symbol(order: &str, number: usize, kind: &str) -> String {
    format!("/orders/{order}/tickets/{number}.{kind}")
}

/// Where tickets of an order are given back.
pub fn returns(token: &str) -> String {
    format!("{}/returns", order(token))
}

/// Where sending the tickets again is asked for.
pub fn resends(order: &str) -> String {
    format!("/orders/{order}/resends")
}

/// A legal page.
pub fn legal(page: &str) -> String {
    format!("/legal/{page}")
}

/// A mail of the development mailbox.
pub fn dev_mail(name: &str) -> String {
    format!("{DEV_MAIL}/{name}")
}

/// The shop's front with other query parameters.
pub fn home_with(pairs: &[(&str, &str)]) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()))
        .finish();
    format!("{HOME}?{query}")
}

/// Where a gift card is posted to.
pub fn gift_card(cart: &str) -> String {
    format!("/checkout/{cart}/gift-card")
}
