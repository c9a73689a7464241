//! Prices that buyers name, donations, and price offers of an event.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{FieldErrors, Text, View, sample, storefront::OfferLine},
};

/// `GET /manage/events/{id}/offers`, also shown with errors after one of its forms was sent.
#[derive(Debug, Clone, Serialize)]
pub struct OffersView {
    /// Title of the event.
    pub title: String,
    /// The event in the console.
    pub event_url: String,
    /// Currency of amounts.
    pub currency: String,
    /// Zone of its times.
    pub zone: String,
    /// Where prices that buyers name are posted to.
    pub open_action: String,
    /// The types of ticket.
    pub types: Vec<OpenPriceRow>,
    /// Where the cause of donations is posted to.
    pub donation_action: String,
    /// What stands in its field.
    pub cause: String,
    /// Offers, the first one first, withdrawn ones last.
    pub offers: Vec<OfferRow>,
    /// Where a new offer is posted to.
    pub add_action: String,
    /// The form of a new offer.
    pub form: OfferForm,
    /// What is wrong; fields of a type end in its number.
    pub errors: FieldErrors,
}

/// A type whose price buyers may name.
#[derive(Debug, Clone, Serialize)]
pub struct OpenPriceRow {
    /// Value of the hidden field.
    pub id: String,
    /// Name.
    pub name: String,
    /// Price of the list, which is what is suggested.
    pub price: Money,
    /// Whether buyers name the price.
    pub is_open: bool,
    /// The least, as typed.
    pub least: String,
    /// The most, as typed.
    pub most: String,
    /// How many of it belong to a new offer, as typed.
    pub in_offer: String,
}

/// An offer of the event.
#[derive(Debug, Clone, Serialize)]
pub struct OfferRow {
    /// What buyers read.
    pub line: OfferLine,
    /// `open`, `ended` or `withdrawn`.
    pub state: String,
    /// Where its withdrawal is posted to.
    pub withdraw_action: Option<String>,
}

/// The form of a new offer, as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OfferForm {
    /// Name.
    pub name: String,
    /// `percent`, `amount`, `price`, `size` or `package`.
    pub kind: String,
    /// Share, amount or price.
    pub value: String,
    /// From how many tickets on, or how many are bought.
    pub count: String,
    /// How many of them are paid.
    pub paid: String,
    /// The highest comes first.
    pub priority: String,
    /// Not before.
    pub starts: String,
    /// Not from then on.
    pub ends: String,
}

impl View for OffersView {
    const TEMPLATE: &'static str = "console/offers.html";

    fn samples() -> Vec<Self> {
        let row = |n: u32, name: &str, is_open| OpenPriceRow {
            id: format!("tty_{n}"),
            name: name.to_owned(),
            price: sample::nok(79_000),
            is_open,
            least: if is_open { "200" } else { "" }.to_owned(),
            most: if is_open { "5000" } else { "" }.to_owned(),
            in_offer: String::new(),
        };
        let offer = |state: &str| OfferRow {
            line: OfferLine {
                name: "Four <friends>".to_owned(),
                what: Text::new(texts::OFFER_SIZE_FOR_PAID)
                    .with("size", 4_u32)
                    .with("paid", 3_u32),
                types: vec!["Festival pass".to_owned()],
                span: None,
            },
            state: state.to_owned(),
            withdraw_action: (state == "open").then(|| "/manage/events/evt_0/offers/pof_0/withdrawal".to_owned()),
        };
        let view = |types, offers, errors: FieldErrors| Self {
            title: "Nordlys <Festival> 2027".to_owned(),
            event_url: "/manage/events/evt_0".to_owned(),
            currency: "NOK".to_owned(),
            zone: "Europe/Oslo".to_owned(),
            open_action: "/manage/events/evt_0/open-prices".to_owned(),
            types,
            donation_action: "/manage/events/evt_0/donations".to_owned(),
            cause: "The choir's journey <north>".to_owned(),
            offers,
            add_action: "/manage/events/evt_0/offers".to_owned(),
            form: OfferForm::default(),
            errors,
        };
        vec![
            view(
                vec![row(0, "Festival pass", false), row(1, "Youth <20>", true)],
                vec![offer("open"), offer("ended"), offer("withdrawn")],
                FieldErrors::none(),
            ),
            view(Vec::new(), Vec::new(), FieldErrors::none()),
            view(
                vec![row(0, "Youth", true)],
                Vec::new(),
                FieldErrors::none()
                    .with("least_0", Text::new(texts::FIELD_BOUNDS))
                    .with("name", Text::new(texts::FIELD_REQUIRED))
                    .with("value", Text::new(texts::FIELD_OFFER_RULE)),
            ),
        ]
    }
}
