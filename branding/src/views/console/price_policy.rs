//! Prices that move with demand: the types of an event, and all about one of them.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{
        FieldErrors, Moment, Percent, Text, View,
        report::{Bar, BarChart},
        sample,
    },
};

/// `GET /manage/events/{id}/prices`.
#[derive(Debug, Clone, Serialize)]
pub struct MovingPricesView {
    /// Title of the event.
    pub title: String,
    /// The event in the console.
    pub event_url: String,
    /// The types of ticket.
    pub types: Vec<MovingTypeRow>,
    /// Where stopping every moving price of the shop is posted to, for who may.
    pub stop_all_action: Option<String>,
}

/// A type of ticket.
#[derive(Debug, Clone, Serialize)]
pub struct MovingTypeRow {
    /// Name.
    pub name: String,
    /// All about it.
    pub url: String,
    /// What a ticket costs now, with everything.
    pub price: Money,
    /// Version that is on.
    pub version: Option<i32>,
    /// Whether it has tiers, or buyers name its price.
    pub is_fixed: bool,
}

/// `GET /manage/events/{id}/prices/{ticket_type}`, also shown with errors after its form was sent.
#[derive(Debug, Clone, Serialize)]
pub struct PricePolicyView {
    /// Title of the event.
    pub title: String,
    /// The types of the event.
    pub list_url: String,
    /// Name of the type.
    pub name: String,
    /// What a ticket costs now, with everything.
    pub price: Money,
    /// Version that is on.
    pub version: Option<i32>,
    /// Whether it has tiers, or buyers name its price.
    pub is_fixed: bool,
    /// Where stopping is posted to, while a version is on.
    pub stop_action: Option<String>,
    /// The page that buyers read, once there is one.
    pub story_url: Option<String>,
    /// Versions, the newest first.
    pub versions: Vec<PolicyVersionRow>,
    /// Where a run is posted to.
    pub try_action: String,
    /// Where switching on is posted to.
    pub start_action: String,
    /// Sales to try a version on.
    pub sources: Vec<SourceChoice>,
    /// The newest run.
    pub run: Option<PolicyRun>,
    /// Prices that were set, the newest first.
    pub points: Vec<PolicyPoint>,
    /// Where a new version is posted to; none when the event is over.
    pub add_action: Option<String>,
    /// Currency of amounts.
    pub currency: String,
    /// Zone of its times.
    pub zone: String,
    /// The form of a new version.
    pub form: PolicyForm,
    /// What is wrong with it.
    pub errors: FieldErrors,
}

/// A version.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyVersionRow {
    /// Its number.
    pub version: i32,
    /// What it says.
    pub said: Text,
    /// Whether it is on.
    pub is_on: bool,
    /// Whether it was tried out.
    pub is_tried: bool,
}

/// A sale to try a version on.
#[derive(Debug, Clone, Serialize)]
pub struct SourceChoice {
    /// Value of the option.
    pub value: String,
    /// Type and event.
    pub name: String,
    /// When the event begins.
    pub starts: Moment,
}

/// What a version would have done.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyRun {
    /// Its version.
    pub version: i32,
    /// Type and event that it was tried on.
    pub source: String,
    /// Tickets of that sale.
    pub tickets: i64,
    /// What they would have brought.
    pub revenue: Money,
    /// What they would have brought at the first price.
    pub fixed: Money,
    /// How often the price would have moved.
    pub moves: i64,
    /// The last prices there would have been.
    pub chart: Option<BarChart>,
    /// The last moves, the newest first.
    pub rows: Vec<PolicyRunRow>,
}

/// A move that there would have been.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyRunRow {
    /// When.
    pub at: Moment,
    /// Price of the list from then on.
    pub price: Money,
    /// Why (`POLICY_RUN_*`).
    pub cause: Text,
}

/// A price that was set.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyPoint {
    /// From when on.
    pub at: Moment,
    /// What buyers saw before.
    pub before: Money,
    /// What they saw from then on.
    pub price: Money,
    /// Why (`MOVES_*`).
    pub cause: Text,
    /// Tickets sold and in carts.
    pub sold: i64,
    /// Places.
    pub capacity: i64,
    /// Version of the policy.
    pub version: i32,
    /// Whether a person did it.
    pub by_person: bool,
}

/// The form of a new version, as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PolicyForm {
    /// It never costs less.
    pub floor: String,
    /// It never costs more.
    pub ceiling: String,
    /// Where it begins.
    pub start: String,
    /// One move.
    pub step: String,
    /// Moves of a day together.
    pub daily: String,
    /// Hours between two moves.
    pub hours: String,
    /// Hours before the event without moves.
    pub freeze: String,
    /// Share that the sale may be off the curve by.
    pub tolerance: String,
    /// Lines of days and shares.
    pub curve: String,
    /// Nothing moves before.
    pub starts: String,
    /// What buyers are told.
    pub notice: String,
}

impl View for MovingPricesView {
    const TEMPLATE: &'static str = "console/moving_prices.html";

    fn samples() -> Vec<Self> {
        let row = |name: &str, version, is_fixed| MovingTypeRow {
            name: name.to_owned(),
            url: "/manage/events/evt_0/prices/tty_0".to_owned(),
            price: sample::nok(52_000),
            version,
            is_fixed,
        };
        let view = |types, may| Self {
            title: "Nordlys <Festival> 2027".to_owned(),
            event_url: "/manage/events/evt_0".to_owned(),
            types,
            stop_all_action: Some("/manage/prices/stop".to_owned()).filter(|_| may),
        };
        vec![
            view(
                vec![
                    row("Day <pass>", Some(2), false),
                    row("Festival pass", None, false),
                    row("Early", None, true),
                ],
                true,
            ),
            view(Vec::new(), false),
        ]
    }
}

fn sample_run(moves: i64) -> PolicyRun {
    let bar = |length| Bar {
        text: None,
        label: "12 Nov 09:00".to_owned(),
        month: None,
        amount: sample::nok(length * 100),
        start: 0,
        length,
        is_below: false,
    };
    PolicyRun {
        version: 2,
        source: "Day <pass> · Nordlys 2026".to_owned(),
        tickets: 412,
        revenue: sample::nok(21_840_000),
        fixed: sample::nok(20_600_000),
        moves,
        chart: (moves > 0).then(|| BarChart {
            id: "run".to_owned(),
            title: Text::new(texts::POLICY_CHART),
            bars: vec![bar(500), bar(520), bar(500)],
        }),
        rows: (0..moves)
            .map(|_| PolicyRunRow {
                at: sample::moment("2026-11-12T08:00:00Z"),
                price: sample::nok(52_000),
                cause: Text::new(texts::POLICY_RUN_AHEAD),
            })
            .collect(),
    }
}

fn sample_version(version: i32, is_on: bool, is_tried: bool) -> PolicyVersionRow {
    let said = Text::new(texts::POLICIES_SAID)
        .with("floor", sample::nok(45_000))
        .with("ceiling", sample::nok(69_000))
        .with("start", sample::nok(50_000))
        .with("step", sample::nok(1_000))
        .with("hours", 6_i64)
        .with("daily", sample::nok(3_000))
        .with("at", sample::moment("2026-11-10T08:00:00Z"));
    PolicyVersionRow {
        version,
        said,
        is_on,
        is_tried,
    }
}

fn sample_point(cause: Text, by_person: bool) -> PolicyPoint {
    PolicyPoint {
        at: sample::moment("2026-11-20T08:00:00Z"),
        before: sample::nok(50_000),
        price: sample::nok(52_000),
        cause,
        sold: 120,
        capacity: 400,
        version: 2,
        by_person,
    }
}

impl View for PricePolicyView {
    const TEMPLATE: &'static str = "console/price_policy.html";

    fn samples() -> Vec<Self> {
        let empty = Self {
            title: "Nordlys <Festival> 2027".to_owned(),
            list_url: "/manage/events/evt_0/prices".to_owned(),
            name: "Day <pass>".to_owned(),
            price: sample::nok(52_000),
            version: None,
            is_fixed: false,
            stop_action: None,
            story_url: None,
            versions: Vec::new(),
            try_action: "/manage/events/evt_0/prices/tty_0/simulations".to_owned(),
            start_action: "/manage/events/evt_0/prices/tty_0/starts".to_owned(),
            sources: vec![SourceChoice {
                value: "tty_0".to_owned(),
                name: "Day <pass> · Nordlys 2026".to_owned(),
                starts: sample::moment("2026-02-12T17:00:00Z"),
            }],
            run: None,
            points: Vec::new(),
            add_action: Some("/manage/events/evt_0/prices/tty_0".to_owned()),
            currency: "NOK".to_owned(),
            zone: "Europe/Oslo".to_owned(),
            form: PolicyForm::default(),
            errors: FieldErrors::none(),
        };
        let on = Self {
            version: Some(2),
            stop_action: Some("/manage/events/evt_0/prices/tty_0/stops".to_owned()),
            story_url: Some("/events/nordlys-2027/prices/tty_0".to_owned()),
            versions: vec![
                sample_version(3, false, false),
                sample_version(2, true, true),
                sample_version(1, false, true),
            ],
            run: Some(sample_run(3)),
            points: vec![
                sample_point(Text::new(texts::MOVES_STOPPED), true),
                sample_point(
                    Text::new(texts::MOVES_AHEAD)
                        .with("sold", Percent::of_bp(3_000))
                        .with("expected", Percent::of_bp(2_000)),
                    false,
                ),
            ],
            ..empty.clone()
        };
        let still = Self {
            run: Some(PolicyRun {
                tickets: 0,
                ..sample_run(0)
            }),
            versions: vec![sample_version(1, false, true)],
            errors: FieldErrors::none()
                .with("curve", Text::new(texts::FIELD_POLICY_CURVE))
                .with("start", Text::new(texts::FIELD_POLICY_BOUNDS)),
            ..empty.clone()
        };
        let fixed = Self {
            is_fixed: true,
            add_action: None,
            ..empty.clone()
        };
        vec![on, empty, still, fixed]
    }
}
