//! Joining the waiting list of an event, and looking at one's own entry.

use bilten_kernel::Money;
use serde::Serialize;

use super::Availability;
use crate::{
    texts,
    views::{FieldErrors, Moment, Text, View, sample},
};

/// The event that a list belongs to.
#[derive(Debug, Clone, Serialize)]
pub struct WaitlistEvent {
    /// Title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// Address of the artwork.
    pub artwork_url: String,
    /// Begin.
    pub starts: Moment,
    /// Name of the venue.
    pub venue: String,
    /// Town.
    pub place: String,
}

/// `GET /events/{slug}/waiting-list`, also shown with errors after the form was sent.
#[derive(Debug, Clone, Serialize)]
pub struct WaitlistFormView {
    /// The event.
    pub event: WaitlistEvent,
    /// Where the form is posted to; none when nothing can be waited for.
    pub action: Option<String>,
    /// What was typed.
    pub form: WaitlistForm,
    /// Types that can be waited for.
    pub types: Vec<WaitlistTypeRow>,
    /// Most places that one order may have.
    pub max: u32,
    /// Errors by field.
    pub errors: FieldErrors,
    /// What is wrong with the whole wish.
    pub error: Option<Text>,
    /// The privacy notice.
    pub privacy_url: String,
}

/// The form as it was typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct WaitlistForm {
    /// Number of places.
    pub party: String,
    /// Fewer places will do too.
    pub takes_fewer: bool,
    /// Mail address.
    pub email: String,
    /// Name.
    pub name: String,
}

/// A ticket type to wait for.
#[derive(Debug, Clone, Serialize)]
pub struct WaitlistTypeRow {
    /// Value of its check box.
    pub value: String,
    /// Name.
    pub name: String,
    /// Total price of one, fees included.
    pub price: Money,
    /// How it stands.
    pub availability: Availability,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// `GET /events/{slug}/waiting-list/joined`: the same for everybody, whether or not the address waited before.
#[derive(Debug, Clone, Serialize)]
pub struct WaitlistJoinedView {
    /// The event.
    pub event: WaitlistEvent,
}

/// `GET /waiting-list/{entry_token}`.
#[derive(Debug, Clone, Serialize)]
pub struct WaitlistEntryView {
    /// The event.
    pub event: WaitlistEvent,
    /// State of the entry: `waiting`, `offered`, `accepted`, `declined`, `lapsed`, `left` or `closed`.
    pub state: String,
    /// Places wanted.
    pub party: u32,
    /// Fewer will do too.
    pub takes_fewer: bool,
    /// Names of the types of which any will do.
    pub types: Vec<String>,
    /// Place in the list, from 1, while it waits.
    pub position: Option<u32>,
    /// Until when an offer stands.
    pub until: Option<Moment>,
    /// Where the offer is bought.
    pub buy_url: Option<String>,
    /// Where leaving or declining is posted to, while it can be.
    pub leave_action: Option<String>,
}

pub(crate) fn sample_event() -> WaitlistEvent {
    WaitlistEvent {
        title: "Nordlys Festival 2027".to_owned(),
        url: "/events/nordlys-2027".to_owned(),
        artwork_url: "/media/artwork/nordlys.svg".to_owned(),
        starts: sample::moment("2027-02-12T17:00:00Z"),
        venue: "Tryvann Winter Park".to_owned(),
        place: "Oslo".to_owned(),
    }
}

impl View for WaitlistFormView {
    const TEMPLATE: &'static str = "storefront/waiting_list.html";

    fn samples() -> Vec<Self> {
        let row = |value: &str, name: &str, price, availability, chosen| WaitlistTypeRow {
            value: value.to_owned(),
            name: name.to_owned(),
            price: sample::nok(price),
            availability,
            chosen,
        };
        let usual = Self {
            event: sample_event(),
            action: Some("/events/nordlys-2027/waiting-list".to_owned()),
            form: WaitlistForm {
                party: "2".to_owned(),
                ..WaitlistForm::default()
            },
            types: vec![
                row("tty_1", "Festival pass", 129_000, Availability::SoldOut, true),
                row("tty_2", "VIP <all in>", 289_000, Availability::AllInCarts, false),
                row("tty_3", "Saturday", 0, Availability::FewLeft { left: 2 }, false),
            ],
            max: 8,
            errors: FieldErrors::none(),
            error: None,
            privacy_url: "/legal/privacy".to_owned(),
        };
        let mut wrong = usual.clone();
        wrong.form = WaitlistForm {
            party: "many".to_owned(),
            takes_fewer: true,
            email: "ada@".to_owned(),
            name: String::new(),
        };
        wrong.errors.push("party", Text::new(texts::FIELD_NUMBER_INVALID));
        wrong.errors.push("type", Text::new(texts::WAITLIST_CHOOSE_TYPE));
        wrong.errors.push("email", Text::new(texts::FIELD_EMAIL_INVALID));
        wrong.errors.push("name", Text::new(texts::FIELD_REQUIRED));
        wrong.error = Some(Text::new(texts::WAITLIST_AVAILABLE));
        let closed = Self {
            action: None,
            types: Vec::new(),
            ..usual.clone()
        };
        vec![usual, wrong, closed]
    }
}

impl View for WaitlistJoinedView {
    const TEMPLATE: &'static str = "storefront/waiting_list_joined.html";

    fn samples() -> Vec<Self> {
        vec![Self { event: sample_event() }]
    }
}

impl View for WaitlistEntryView {
    const TEMPLATE: &'static str = "storefront/waiting_list_entry.html";

    fn samples() -> Vec<Self> {
        let states = ["waiting", "offered", "accepted", "declined", "lapsed", "left", "closed"];
        let view = |state: &str| {
            let (waits, is_offered) = (state == "waiting", state == "offered");
            Self {
                event: sample_event(),
                state: state.to_owned(),
                party: 2,
                takes_fewer: waits,
                types: vec!["Festival pass".to_owned(), "VIP <all in>".to_owned()],
                position: waits.then_some(7),
                until: is_offered.then(|| sample::moment("2026-12-01T14:30:00Z")),
                buy_url: is_offered.then(|| "/checkout/cart".to_owned()),
                leave_action: (waits || is_offered).then(|| "/waiting-list/entry/departure".to_owned()),
            }
        };
        states.into_iter().map(view).collect()
    }
}
