//! Selling at the door: choose tickets, collect the money.

use serde::Serialize;

use crate::{
    texts,
    views::{FieldErrors, Moment, Text, View, checkout::Line, sample},
};
use bilten_kernel::Money;

/// `GET|POST /manage/events/{id}/door-sale`. Fields: `qty_` and the row's `field`, `request_key`.
#[derive(Debug, Clone, Serialize)]
pub struct DoorSaleView {
    /// Title of the event.
    pub event: String,
    /// Begin.
    pub starts: Moment,
    /// Check-in of the same event, if the person may scan.
    pub check_in_url: Option<String>,
    /// Where the choice is posted to.
    pub action: String,
    /// Makes a repeated sending harmless; field `request_key`.
    pub request_key: String,
    /// What can be sold and admits.
    pub types: Vec<DoorTypeRow>,
    /// What can be sold beside it.
    pub add_ons: Vec<DoorTypeRow>,
    /// What is wrong with the choice as a whole.
    pub error: Option<Text>,
}

/// A ticket type at the door.
#[derive(Debug, Clone, Serialize)]
pub struct DoorTypeRow {
    /// Name of its field.
    pub field: String,
    /// Name of the type.
    pub name: String,
    /// All-in price.
    pub price: Money,
    /// Places that are left.
    pub left: u32,
    /// Most in one sale.
    pub most: u32,
    /// Fewest in one sale.
    pub least: u32,
    /// Number that was typed.
    pub typed: String,
}

/// `GET|POST /manage/door-sales/{cart}`. Fields: `name`, `email`, `let_in`, `total`.
#[derive(Debug, Clone, Serialize)]
pub struct DoorCartView {
    /// Title of the event.
    pub event: String,
    /// What is sold.
    pub lines: Vec<Line>,
    /// What is to be collected.
    pub total: Money,
    /// Until when the places are kept.
    pub until: Moment,
    /// Where the sale is posted to.
    pub action: String,
    /// Where giving up is posted to.
    pub abandon_action: String,
    /// Buyer's name as typed.
    pub name: String,
    /// Buyer's address as typed.
    pub email: String,
    /// Where the tickets go when no address is typed: the clerk's own.
    pub own_email: String,
    /// Whether the person may let people in.
    pub may_let_in: bool,
    /// Whether that is chosen.
    pub let_in: bool,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl View for DoorSaleView {
    const TEMPLATE: &'static str = "console/door_sale.html";

    fn samples() -> Vec<Self> {
        let row = |field: &str, name: &str, minor, left| DoorTypeRow {
            field: field.to_owned(),
            name: name.to_owned(),
            price: sample::nok(minor),
            left,
            most: 10,
            least: 1,
            typed: String::new(),
        };
        let view = |types, error| Self {
            event: "Midnight Choir".to_owned(),
            starts: sample::moment("2026-11-22T18:30:00Z"),
            check_in_url: Some("/manage/events/evt_0/check-in".to_owned()),
            action: "/manage/events/evt_0/door-sale".to_owned(),
            request_key: "0123456789abcdef".to_owned(),
            add_ons: vec![row("qty_tkt_9", "Parking", 15_000, 40)],
            types,
            error,
        };
        let types = || {
            vec![
                row("qty_tkt_0", "Festival pass", 89_000, 212),
                row("qty_tkt_1", "Child under twelve, with somebody grown up", 0, 3),
                row("qty_tkt_2", "Balcony", 45_000, 0),
            ]
        };
        vec![
            view(types(), None),
            view(types(), Some(Text::new(texts::DOOR_SALE_TOO_FEW).with("left", 3_i64))),
            view(Vec::new(), None),
        ]
    }
}

impl View for DoorCartView {
    const TEMPLATE: &'static str = "console/door_cart.html";

    fn samples() -> Vec<Self> {
        let line = |quantity, name: &str, minor| Line {
            name: name.to_owned(),
            quantity,
            unit: sample::nok(minor),
            total: sample::nok(minor * i64::from(quantity)),
            offer: (quantity > 1).then(|| "Friends of the house".to_owned()),
            is_add_on: false,
        };
        let view = |may_let_in, errors| Self {
            event: "Midnight Choir".to_owned(),
            lines: vec![line(2, "Festival pass", 89_000), line(1, "Child under twelve", 0)],
            total: sample::nok(178_000),
            until: sample::moment("2026-11-22T18:45:00Z"),
            action: "/manage/door-sales/crt_0".to_owned(),
            abandon_action: "/manage/door-sales/crt_0/abandonment".to_owned(),
            name: String::new(),
            email: String::new(),
            own_email: "door@nordlys.example".to_owned(),
            may_let_in,
            let_in: true,
            errors,
        };
        let wrong = FieldErrors::none().with("email", Text::new(texts::FIELD_EMAIL_INVALID));
        vec![view(true, FieldErrors::none()), view(false, wrong)]
    }
}
