//! Who waits for an event's places.

use serde::Serialize;

use crate::views::{Moment, View, sample};

/// `GET /manage/events/{id}/waiting-list?all=&cursor=`.
#[derive(Debug, Clone, Serialize)]
pub struct WaitingListView {
    /// Title of the event.
    pub event: String,
    /// Its page in the console.
    pub event_url: String,
    /// Entries that wait.
    pub waiting: u32,
    /// Places that those want.
    pub places: u32,
    /// Entries with an offer now.
    pub offered: u32,
    /// Entries whose offer was bought.
    pub accepted: u32,
    /// Who waits for what; somebody who would take any of several types counts for each.
    pub types: Vec<WaitingTypeRow>,
    /// Whether entries that have ended are listed too.
    pub all: bool,
    /// The list with or without them.
    pub toggle_url: String,
    /// The entries, in the order of joining.
    pub rows: Vec<WaitingRow>,
    /// Address of the next page.
    pub next_url: Option<String>,
}

/// A type that is waited for.
#[derive(Debug, Clone, Serialize)]
pub struct WaitingTypeRow {
    /// Name.
    pub name: String,
    /// Entries that wait for it.
    pub entries: u32,
    /// Places that they want.
    pub places: u32,
}

/// An entry.
#[derive(Debug, Clone, Serialize)]
pub struct WaitingRow {
    /// Place in the list, from 1, while it waits.
    pub position: Option<u32>,
    /// Who waits.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Places wanted.
    pub party: u32,
    /// Fewer will do too.
    pub takes_fewer: bool,
    /// Names of the types of which any will do.
    pub types: Vec<String>,
    /// State: `waiting`, `offered`, `accepted`, `declined`, `lapsed`, `left` or `closed`.
    pub state: String,
    /// When it was made.
    pub joined: Moment,
    /// Until when an offer stands or stood.
    pub until: Option<Moment>,
    /// Where removing is posted to, if it may be.
    pub remove_action: Option<String>,
}

impl View for WaitingListView {
    const TEMPLATE: &'static str = "console/waiting_list.html";

    fn samples() -> Vec<Self> {
        let states = [
            "offered", "waiting", "waiting", "accepted", "lapsed", "declined", "left", "closed",
        ];
        let rows = states.into_iter().zip(0_u32..).map(|(state, number)| WaitingRow {
            position: (state == "waiting").then_some(number),
            name: if number == 2 {
                "Sample <Guest>"
            } else {
                "Ingrid Bjørnson-Haugen"
            }
            .to_owned(),
            email: format!("guest{number}@example.org"),
            party: number + 1,
            takes_fewer: number == 2,
            types: vec!["Festival pass".to_owned(), "VIP".to_owned()],
            state: state.to_owned(),
            joined: sample::moment("2026-11-20T09:12:00Z"),
            until: (state == "offered").then(|| sample::moment("2026-12-01T14:30:00Z")),
            remove_action: matches!(state, "waiting" | "offered")
                .then(|| format!("/manage/events/evt_0/waiting-list/wle_{number}/removal")),
        });
        let full = Self {
            event: "Nordlys Festival 2027".to_owned(),
            event_url: "/manage/events/evt_0".to_owned(),
            waiting: 23,
            places: 52,
            offered: 1,
            accepted: 4,
            types: vec![
                WaitingTypeRow {
                    name: "Festival pass".to_owned(),
                    entries: 21,
                    places: 48,
                },
                WaitingTypeRow {
                    name: "VIP".to_owned(),
                    entries: 9,
                    places: 17,
                },
            ],
            all: true,
            toggle_url: "/manage/events/evt_0/waiting-list".to_owned(),
            rows: rows.collect(),
            next_url: Some("/manage/events/evt_0/waiting-list?cursor=x".to_owned()),
        };
        let empty = Self {
            waiting: 0,
            places: 0,
            offered: 0,
            accepted: 0,
            types: Vec::new(),
            all: false,
            rows: Vec::new(),
            next_url: None,
            ..full.clone()
        };
        vec![full, empty]
    }
}
