//! How the price of a ticket type has moved, and why, for everybody to read.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{Moment, Percent, Text, View, sample},
};

/// What buyers are told of a price that moves with demand.
#[derive(Debug, Clone, Serialize)]
pub struct MovingLine {
    /// That it moves, or will, and how far (`MOVES_NOW`, `MOVES_SOON`).
    pub text: Text,
    /// The least that a ticket may come to.
    pub least: Money,
    /// The most that a ticket may come to.
    pub most: Money,
    /// The least as programs read it: `450.00`.
    pub least_plain: String,
    /// The most as programs read it.
    pub most_plain: String,
    /// What the shop says of it.
    pub notice: String,
    /// The page that says how it moved.
    pub why_url: String,
}

/// `GET /events/{slug}/prices/{ticket_type}`.
#[derive(Debug, Clone, Serialize)]
pub struct PriceStoryView {
    /// Title of the event.
    pub title: String,
    /// Its page.
    pub event_url: String,
    /// Name of the ticket type.
    pub name: String,
    /// What a ticket costs now, with everything.
    pub price: Money,
    /// That it moves; nothing where it stands still now.
    pub moving: Option<MovingLine>,
    /// Prices, the newest first.
    pub points: Vec<StoryPoint>,
}

/// A price that was set.
#[derive(Debug, Clone, Serialize)]
pub struct StoryPoint {
    /// From when on.
    pub at: Moment,
    /// What a ticket cost before, with everything.
    pub before: Money,
    /// What it cost from then on, with everything.
    pub price: Money,
    /// Why (`MOVES_*`).
    pub cause: Text,
}

impl View for PriceStoryView {
    const TEMPLATE: &'static str = "storefront/price_story.html";

    fn samples() -> Vec<Self> {
        let point = |at, before, price, cause| StoryPoint {
            at: sample::moment(at),
            before: sample::nok(before),
            price: sample::nok(price),
            cause,
        };
        let shares = |key| {
            Text::new(key)
                .with("sold", Percent::of_bp(4_150))
                .with("expected", Percent::of_bp(3_000))
        };
        let moving = MovingLine {
            text: Text::new(texts::MOVES_NOW)
                .with("least", sample::nok(45_000))
                .with("most", sample::nok(69_000)),
            least: sample::nok(45_000),
            most: sample::nok(69_000),
            least_plain: "450".to_owned(),
            most_plain: "690".to_owned(),
            notice: "We announce it <three days> before.".to_owned(),
            why_url: "/events/nordlys-2027/prices/tty_1".to_owned(),
        };
        let view = |moving, points| Self {
            title: "Nordlys <Festival> 2027".to_owned(),
            event_url: "/events/nordlys-2027".to_owned(),
            name: "Day <pass>".to_owned(),
            price: sample::nok(52_000),
            moving,
            points,
        };
        vec![
            view(
                Some(moving.clone()),
                vec![
                    point("2026-11-20T09:00:00Z", 50_000, 52_000, shares(texts::MOVES_AHEAD)),
                    point("2026-11-18T09:00:00Z", 52_000, 50_000, shares(texts::MOVES_BEHIND)),
                    point("2026-11-15T09:00:00Z", 50_000, 52_000, Text::new(texts::MOVES_BOUNDS)),
                    point("2026-11-10T09:00:00Z", 50_000, 50_000, Text::new(texts::MOVES_START)),
                ],
            ),
            view(Some(moving), Vec::new()),
            view(
                None,
                vec![point(
                    "2026-11-20T09:00:00Z",
                    52_000,
                    50_000,
                    Text::new(texts::MOVES_STOPPED),
                )],
            ),
        ]
    }
}
