//! The shop's front: what is on, and how to find it.

use bilten_kernel::Money;
use serde::Serialize;

use crate::views::{Choice, Moment, View, sample};

/// `GET /`.
#[derive(Debug, Clone, Serialize)]
pub struct HomeView {
    /// The next big event, shown large; left out while searching.
    pub hero: Option<EventCard>,
    /// Search and filters as they were sent.
    pub search: SearchForm,
    /// The events found, soonest first, without the hero.
    pub events: Vec<EventCard>,
    /// Whether a search or filter narrows the list.
    pub filtered: bool,
    /// Address of the next page of the list.
    pub next_url: Option<String>,
    /// Where gift cards are bought, if the shop sells any.
    pub gift_url: Option<String>,
}

/// Search field and filters.
#[derive(Debug, Clone, Serialize)]
pub struct SearchForm {
    /// Words searched for.
    pub q: String,
    /// Categories in use; the value `""` means all and is added by the template.
    pub categories: Vec<Choice>,
    /// Towns in which something takes place; as with categories.
    pub places: Vec<Choice>,
    /// Months in which something starts.
    pub months: Vec<MonthChoice>,
    /// `""`, `week`, `weekend`, `month`, or the value of a month.
    pub when: String,
}

/// A month to choose.
#[derive(Debug, Clone, Serialize)]
pub struct MonthChoice {
    /// Value, such as `2027-02`.
    pub value: String,
    /// A day in it.
    pub at: Moment,
    /// Whether it is chosen now.
    pub selected: bool,
}

/// An event in a list.
#[derive(Debug, Clone, Serialize)]
pub struct EventCard {
    /// Address of its page.
    pub url: String,
    /// Title.
    pub title: String,
    /// One sentence.
    pub summary: Option<String>,
    /// Begin.
    pub starts: Moment,
    /// End, if known.
    pub ends: Option<Moment>,
    /// Name of the venue.
    pub venue: String,
    /// Town.
    pub place: String,
    /// Category, as the tenant words it.
    pub category: Option<String>,
    /// Lowest total price; zero shows as free, `None` shows nothing.
    pub from_price: Option<Money>,
    /// What a buyer can do.
    pub state: CardState,
    /// Address of the artwork.
    pub artwork_url: String,
}

/// What a buyer can do with an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CardState {
    /// Tickets are sold.
    OnSale,
    /// Tickets are sold, few are left.
    FewLeft,
    /// None are left.
    SoldOut,
    /// The sale begins later.
    NotYet {
        /// When it begins.
        at: Moment,
    },
    /// The event or its sale is over.
    Over,
    /// The event was cancelled.
    Cancelled,
}

impl View for HomeView {
    const TEMPLATE: &'static str = "storefront/home.html";

    fn samples() -> Vec<Self> {
        let cards = sample::event_cards();
        let search = |q: &str, chosen: &str| SearchForm {
            q: q.to_owned(),
            categories: ["Festival", "Concert", "Family"]
                .into_iter()
                .map(|c| Choice::new(c.to_lowercase(), c, c.eq_ignore_ascii_case(chosen)))
                .collect(),
            places: ["Oslo", "Bergen"]
                .into_iter()
                .map(|place| Choice::new(place, place, false))
                .collect(),
            months: ["2026-12-01T12:00:00Z", "2027-02-01T12:00:00Z"]
                .into_iter()
                .map(|at| MonthChoice {
                    value: at.chars().take(7).collect(),
                    at: sample::moment(at),
                    selected: false,
                })
                .collect(),
            when: String::new(),
        };
        vec![
            Self {
                hero: cards.first().cloned(),
                search: search("", ""),
                events: cards.iter().skip(1).cloned().collect(),
                filtered: false,
                next_url: Some("/?cursor=abc".to_owned()),
                gift_url: Some("/gift-cards".to_owned()),
            },
            Self {
                hero: None,
                search: search("aurora", "concert"),
                events: cards.iter().take(2).cloned().collect(),
                filtered: true,
                next_url: None,
                gift_url: None,
            },
            Self {
                hero: None,
                search: search("<script>alert(1)</script>", ""),
                events: Vec::new(),
                filtered: true,
                next_url: None,
                gift_url: None,
            },
            Self {
                hero: None,
                search: search("", ""),
                events: Vec::new(),
                filtered: false,
                next_url: None,
                gift_url: None,
            },
        ]
    }
}
