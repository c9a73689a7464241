//! Who comes to an event.

use serde::Serialize;

use crate::views::{Moment, Text, View, sample};

/// `GET /manage/events/{id}/attendees?q=&cursor=`.
#[derive(Debug, Clone, Serialize)]
pub struct AttendeesView {
    /// Title of the event.
    pub event: String,
    /// Its page in the console.
    pub event_url: String,
    /// Words searched for.
    pub q: String,
    /// How many valid tickets there are.
    pub total: u32,
    /// The attendees.
    pub rows: Vec<AttendeeRow>,
    /// All of them as a file.
    pub csv_url: String,
    /// Address of the next page.
    pub next_url: Option<String>,
}

/// An attendee.
#[derive(Debug, Clone, Serialize)]
pub struct AttendeeRow {
    /// Who the ticket is for; the buyer if nobody else is named.
    pub name: String,
    /// Buyer's mail address.
    pub email: String,
    /// Name of the ticket type.
    pub type_name: String,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Its seat (`SEAT_LABEL`), when it has one.
    pub seat: Option<Text>,
    /// Code of the order.
    pub order: String,
    /// The order in the console.
    pub order_url: String,
    /// When the person came in.
    pub admitted: Option<Moment>,
}

impl View for AttendeesView {
    const TEMPLATE: &'static str = "console/attendees.html";

    fn samples() -> Vec<Self> {
        let names = [
            "Sample Guest",
            "Ingrid Bjørnson-Haugen",
            "Li",
            "Oluwaseun Adeyemi",
            "Sigrún Jónsdóttir",
        ];
        let rows = names.into_iter().enumerate().map(|(index, name)| AttendeeRow {
            name: name.to_owned(),
            email: format!("guest{index}@example.org"),
            type_name: if index == 2 { "VIP" } else { "Festival pass" }.to_owned(),
            is_add_on: index == 2,
            seat: (index < 2).then(|| sample::seat(7)),
            order: format!("N7KQ{index}"),
            order_url: format!("/manage/orders/ord_{index}"),
            admitted: (index % 2 == 0).then(|| sample::moment("2027-02-12T16:20:00Z")),
        });
        let view = |rows: Vec<AttendeeRow>, q: &str| Self {
            event: "Nordlys Festival 2027".to_owned(),
            event_url: "/manage/events/evt_0".to_owned(),
            q: q.to_owned(),
            total: if rows.is_empty() { 0 } else { 3_412 },
            rows,
            csv_url: "/manage/events/evt_0/attendees.csv".to_owned(),
            next_url: None,
        };
        vec![view(rows.collect(), ""), view(Vec::new(), "zz"), view(Vec::new(), "")]
    }
}
