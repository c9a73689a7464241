//! An event's page with the ticket selector.

use bilten_kernel::Money;
use serde::Serialize;

use super::MovingLine;
use crate::views::{Moment, SafeHtml, Text, View, sample};

/// `GET /events/{slug}`, also shown with errors after `POST /events/{slug}/carts`, and as the organizer's preview.
#[derive(Debug, Clone, Serialize)]
pub struct EventView {
    /// Title.
    pub title: String,
    /// One sentence under the title.
    pub summary: Option<String>,
    /// Category, as the tenant words it.
    pub category: Option<String>,
    /// Address of the artwork.
    pub artwork_url: String,
    /// Begin.
    pub starts: Moment,
    /// End.
    pub ends: Option<Moment>,
    /// When the doors open.
    pub doors: Option<Moment>,
    /// Where it is.
    pub venue: VenueCard,
    /// Who organizes it, if not the shop itself.
    pub organizer: Option<String>,
    /// Address of the part that tells what is left.
    pub availability_url: String,
    /// Address of the calendar file.
    pub calendar_url: String,
    /// Full address of this page, for sharing.
    pub share_url: String,
    /// Description.
    pub description: SafeHtml,
    /// Lowest total price of what can be had, for the bar on phones.
    pub from_price: Option<Money>,
    /// What is on sale, in the organizer's order.
    pub types: Vec<TicketTypeRow>,
    /// Whether any of it comes with a seat.
    pub is_seated: bool,
    /// Whether some of it is bought beside tickets.
    pub has_add_ons: bool,
    /// Price offers that hold, or will.
    pub offers: Vec<OfferLine>,
    /// The waiting room that buyers must pass now.
    pub queue_url: Option<String>,
    /// The form, unless nothing can be bought now.
    pub form: Option<BuyForm>,
    /// Where a code is typed that unlocks tickets, if there are any.
    pub unlock: Option<UnlockForm>,
    /// Errors that belong to no single ticket type.
    pub errors: Vec<Text>,
    /// What the organizer promises about refunds.
    pub refund_policy: Option<String>,
    /// What it costs to give tickets back, line by line (`RETURN_TERM_*`).
    pub return_terms: Vec<Text>,
    /// State of the event.
    pub state: EventState,
    /// Whether this is a draft shown to its organizer.
    pub preview: bool,
}

/// Where the event is.
#[derive(Debug, Clone, Serialize)]
pub struct VenueCard {
    /// Name of the venue.
    pub name: String,
    /// Lines of the address as they are written there.
    pub address: Vec<String>,
    /// Town.
    pub place: String,
}

/// Where and how the selection is sent.
#[derive(Debug, Clone, Serialize)]
pub struct BuyForm {
    /// Address the form is posted to.
    pub action: String,
    /// Makes a repeated sending harmless; empty on the page that everybody gets, where a script draws it.
    pub request_key: String,
    /// Currency of the total.
    pub zero: Money,
    /// Whether the box is ticked that asks for seats next to each other or none; field `keep_together`.
    pub keep_together: bool,
    /// Where a promo code is typed, if the event has any.
    pub promo: Option<PromoField>,
    /// Where something can be given beside the tickets, if the event asks for it; field `donation`.
    pub donation: Option<DonationField>,
}

/// Form that shows tickets which only a code makes buyable. Field `code`.
#[derive(Debug, Clone, Serialize)]
pub struct UnlockForm {
    /// Address that it is sent to.
    pub action: String,
    /// What was typed.
    pub value: String,
    /// Whether the code unlocked tickets, which are shown then.
    pub is_opened: bool,
    /// Why the code was refused.
    pub error: Option<Text>,
}

/// Field for what is given beside the tickets.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DonationField {
    /// What for.
    pub cause: String,
    /// What was typed.
    pub value: String,
    /// Why it was refused.
    pub error: Option<Text>,
}

/// A price offer, in words.
#[derive(Debug, Clone, Serialize)]
pub struct OfferLine {
    /// Its name.
    pub name: String,
    /// What it does (`OFFER_*`).
    pub what: Text,
    /// Types of ticket that it is for, by name; all when none is named.
    pub types: Vec<String>,
    /// When it holds (`PROMO_FROM`, `PROMO_UNTIL`, `PROMO_SPAN`).
    pub span: Option<Text>,
}

/// Where the buyer names the price of a ticket.
#[derive(Debug, Clone, Serialize)]
pub struct OpenPriceField {
    /// Name of its field in the form: `price_<id>`.
    pub field: String,
    /// What was typed, or is suggested.
    pub value: String,
    /// The least.
    pub least: Money,
    /// The most.
    pub most: Money,
}

/// Field for a promo code.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PromoField {
    /// What was typed, or stood in the link; the field is open then.
    pub value: String,
    /// Why the code was refused.
    pub error: Option<Text>,
}

/// State of an event as a buyer meets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventState {
    /// Something can be bought, or could be when others give tickets back.
    OnSale,
    /// The sale begins later.
    NotYet {
        /// When it begins.
        at: Moment,
    },
    /// Everything is sold.
    SoldOut,
    /// The sale has ended or the event has taken place.
    Over,
    /// The event was cancelled.
    Cancelled,
}

/// A ticket type in the selector.
#[derive(Debug, Clone, Serialize)]
pub struct TicketTypeRow {
    /// Name of its field in the form: `qty_<id>`.
    pub field: String,
    /// Name.
    pub name: String,
    /// What it includes.
    pub description: Option<String>,
    /// Total price of one, fees included; the least where buyers name it.
    pub price: Money,
    /// Where the buyer names the price.
    pub open_price: Option<OpenPriceField>,
    /// Where the price moves with demand, or will.
    pub moving: Option<MovingLine>,
    /// The price as programs read it: `520.50`.
    pub plain_price: String,
    /// Smallest quantity in one order (0 is always possible).
    pub min: u32,
    /// Largest quantity in one order.
    pub max: u32,
    /// Quantity chosen already.
    pub chosen: u32,
    /// Whether it can be had.
    pub availability: Availability,
    /// When its sale ends.
    pub sale_ends: Option<Moment>,
    /// Why the chosen quantity was refused.
    pub error: Option<Text>,
    /// Where one can wait for it, when there is none to be had.
    pub waitlist_url: Option<String>,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Most of an add-on for each ticket that admits.
    pub per_admission: u32,
}

/// Whether a ticket type can be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Availability {
    /// Yes.
    Available,
    /// Yes, but only so many.
    FewLeft {
        /// How many are left.
        left: u32,
    },
    /// All remaining ones are in other people's carts; some usually come back.
    AllInCarts,
    /// No more.
    SoldOut,
    /// Its sale begins later.
    NotYet {
        /// When it begins.
        at: Moment,
    },
    /// Its sale has ended.
    Over,
}

/// `GET /events/{slug}/availability`: the part of the event's page that tells what is left.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct TicketBoxView(pub EventView);

impl View for TicketBoxView {
    const TEMPLATE: &'static str = "parts/ticket_box.html";

    fn samples() -> Vec<Self> {
        EventView::samples().into_iter().map(Self).collect()
    }
}

impl View for EventView {
    const TEMPLATE: &'static str = "storefront/event.html";

    fn samples() -> Vec<Self> {
        let usual = sample::event();
        let mut chosen = sample::event();
        if let Some(row) = chosen.types.first_mut() {
            row.chosen = 2;
        }
        chosen.errors = vec![Text::new(crate::texts::ERROR_STOCK_GONE)];
        if let Some(row) = chosen.types.get_mut(1) {
            row.chosen = 3;
            row.error = Some(Text::new(crate::texts::ERROR_ONLY_LEFT).with("left", 2_u32));
        }
        let mut promo = sample::event();
        if let Some(form) = &mut promo.form {
            form.promo = Some(PromoField {
                value: "EARLY\"><b>".to_owned(),
                error: Some(Text::new(crate::texts::ERROR_PROMO_USED_UP)),
            });
        }
        let unlock = |is_opened, error: Option<&str>| {
            let mut view = sample::event();
            view.unlock = Some(UnlockForm {
                action: "/events/sample".to_owned(),
                value: "MEMBERS\"><b>".to_owned(),
                is_opened,
                error: error.map(Text::new),
            });
            view
        };
        let closed = |state: EventState, availability: &Availability| {
            let mut view = sample::event();
            view.state = state;
            view.form = None;
            for row in &mut view.types {
                row.availability = availability.clone();
                row.waitlist_url = (*availability == Availability::SoldOut)
                    .then(|| "/events/nordlys-2027/waiting-list?type=tty_1".to_owned());
            }
            view
        };
        let soon = sample::moment("2026-12-01T09:00:00Z");
        let not_yet = EventState::NotYet { at: soon.clone() };
        let mut preview = sample::event();
        preview.preview = true;
        preview.form = None;
        let mut queued = sample::event();
        queued.queue_url = Some("/events/sample/queue".to_owned());
        vec![
            usual,
            queued,
            unlock(true, None),
            unlock(false, Some(crate::texts::ERROR_PROMO_GUESSED)),
            chosen,
            promo,
            closed(not_yet, &Availability::NotYet { at: soon }),
            closed(EventState::SoldOut, &Availability::SoldOut),
            closed(EventState::Over, &Availability::Over),
            closed(EventState::Cancelled, &Availability::Over),
            preview,
        ]
    }
}
