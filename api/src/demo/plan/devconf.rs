//! DevConf: a conference with price tiers and workshops, and two smaller dates.

use super::{EventPlan, Fate, MoneyPlan, Start, TaxPlan, TenantPlan, TypePlan, VenuePlan};

const REFUNDS: &str =
    "Full refund until 30 days before, half until 7 days before. A colleague may come instead at any time.";
/// The same as steps of a policy.
const RETURNS: &[(u32, u32)] = &[(30, 0), (7, 50)];

/// The tenant.
pub const DEVCONF: TenantPlan = TenantPlan {
    slug: "devconf",
    name: "DevConf",
    imprint: "DevConf · demonstration association · Berlin",
    locale: "en",
    currency: "EUR",
    zone: "Europe/Berlin",
    organizer: ("DevConf", "devconf"),
    taxes: TaxPlan {
        rates: &[("UST19", "DE", 1_900)],
        vat_id: Some("DE123456789"),
        others: &[],
        service_fee: (0, 0),
        platform_fee: (0, 0),
        passes_on: false,
    },
    money: MoneyPlan::CALM,
    moving: &[],
    events: &[CONFERENCE, WORKSHOP_DAY, MEETUP],
};

const CONFERENCE: EventPlan = EventPlan {
    name: "DevConf",
    summary: "Two days about software that lasts: databases, languages, operations.",
    description: "\
Two days, three tracks, forty talks, no sponsors on stage. **DevConf** is for people who run what they write.

## Tracks

1. **Databases** – consistency, storage, and what happens at three in the morning
2. **Languages** – types, compilers, and the cost of abstraction
3. **Operations** – releases, incidents, and small teams

## Tickets

| Tier | Price | Until |
|---|---|---|
| Early bird | €290 | sold by date |
| Regular | €390 | four weeks before |
| Late | €490 | the door |

Workshops are on the day before and need a conference ticket. Every ticket includes lunch, coffee and the recordings. \
For an invoice to your company, give its name with the buyer's.",
    category: "Conference",
    starts: Start {
        days: 62,
        weekday: 3,
        hour: 9,
        minute: 0,
    },
    minutes: 33 * 60,
    doors_before: 60,
    venue: VenuePlan {
        name: "Alte Halle",
        street: "Werkstraße 12",
        postcode: "10999",
        city: "Berlin",
        country: "DE",
    },
    pools: &[("Hall", 700)],
    types: &[
        TypePlan {
            closes: Some(-25),
            shared: &["Hall"],
            ..TypePlan::plain("Early bird", "Both days. The first price tier.", 29_000, 250, 40)
        },
        TypePlan {
            shared: &["Hall"],
            closes: Some(34),
            ..TypePlan::plain("Regular", "Both days.", 39_000, 450, 40)
        },
        TypePlan {
            shared: &["Hall"],
            opens: Some(35),
            ..TypePlan::plain("Late", "Both days. The last price tier.", 49_000, 200, 1)
        },
        TypePlan {
            shared: &["Hall"],
            max: 1,
            ..TypePlan::plain("Student", "Both days, with a student card.", 9_000, 60, 8)
        },
        TypePlan {
            max: 2,
            ..TypePlan::plain(
                "Workshop: query planners",
                "The day before, 09:00–17:00. Bring a laptop.",
                18_000,
                24,
                6,
            )
        },
        TypePlan {
            max: 2,
            ..TypePlan::plain(
                "Workshop: incident drills",
                "The day before, 09:00–17:00. Bring a colleague.",
                18_000,
                24,
                6,
            )
        },
    ],
    refund_policy: REFUNDS,
    returns: RETURNS,
    fate: Fate::OnSale { since: 59 },
    orders: 310,
};

const WORKSHOP_DAY: EventPlan = EventPlan {
    name: "Rust in Production Day",
    summary: "Six hours, one service, twenty-four seats.",
    description: "\
We take one small service from an empty folder to something one can be called about at night: errors, time-outs, metrics, \
back pressure, releases.

You need a laptop and a few months of Rust. Lunch is included. The room has step-free access.",
    category: "Workshop",
    starts: Start { days: 12, weekday: 4, hour: 9, minute: 30 },
    minutes: 420,
    doors_before: 30,
    venue: VenuePlan { name: "Hofgebäude, room 3", street: "Werkstraße 14", postcode: "10999", city: "Berlin", country: "DE" },
    pools: &[],
    types: &[TypePlan { max: 3, ..TypePlan::plain("Seat", "One seat with lunch.", 24_000, 24, 1) }],
    refund_policy: REFUNDS,
    returns: RETURNS,
    fate: Fate::OnSale { since: 21 },
    orders: 12,
};

const MEETUP: EventPlan = EventPlan {
    name: "DevConf Meetup: Databases",
    summary: "Two talks and a long break. Free, with registration.",
    description: "\
Two talks of twenty minutes and a break that is longer than both. Entrance is free; please register, so that we know how \
much soup to cook.",
    category: "Meetup",
    starts: Start {
        days: 5,
        weekday: 2,
        hour: 18,
        minute: 30,
    },
    minutes: 150,
    doors_before: 30,
    venue: VenuePlan {
        name: "Alte Halle, foyer",
        street: "Werkstraße 12",
        postcode: "10999",
        city: "Berlin",
        country: "DE",
    },
    pools: &[],
    types: &[TypePlan {
        max: 2,
        ..TypePlan::plain("Registration", "Free.", 0, 120, 1)
    }],
    refund_policy: "Free of charge.",
    returns: &[],
    fate: Fate::OnSale { since: 28 },
    orders: 60,
};
