//! Nordlys Festival Group: music under the northern lights.

use super::{
    ContestPlan, EventPlan, Fate, MoneyPlan, MovingPlan, PromoPlan, Start, TaxPlan, TenantPlan, TypePlan, VenuePlan,
};

const PARK: VenuePlan = VenuePlan {
    name: "Nordlys Park",
    street: "Strandvegen 1",
    postcode: "9007",
    city: "Tromsø",
    country: "NO",
};
const WAREHOUSE: VenuePlan = VenuePlan {
    name: "Warehouse 9",
    street: "Havnegata 9",
    postcode: "9008",
    city: "Tromsø",
    country: "NO",
};
const REFUNDS: &str =
    "Full refund until 14 days before the first day. After that, tickets can be given to somebody else.";
/// The same as steps of a policy.
const RETURNS: &[(u32, u32)] = &[(14, 0)];

/// The tenant.
pub const NORDLYS: TenantPlan = TenantPlan {
    slug: "nordlys",
    name: "Nordlys Festival Group",
    imprint: "Nordlys Festival Group · demonstration company · Tromsø",
    locale: "en",
    currency: "NOK",
    zone: "Europe/Oslo",
    organizer: ("Nordlys Festival Group", "nordlys"),
    taxes: TaxPlan {
        rates: &[("MVA25", "NO", 2_500), ("MVA12", "NO", 1_200)],
        vat_id: Some("NO987654321MVA"),
        others: &[("Camping pitch", "MVA12")],
        service_fee: (2_000, 0),
        platform_fee: (1_000, 0),
        passes_on: true,
    },
    money: MoneyPlan {
        promos: &[
            PromoPlan {
                event: FESTIVAL.name,
                code: "NORTH10",
                share_bp: 1_000,
                percent: 12,
            },
            PromoPlan {
                event: SESSIONS.name,
                code: "FRIENDS",
                share_bp: 2_500,
                percent: 14,
            },
        ],
        contests: &[
            ContestPlan {
                event: AURORA.name,
                opened: 40,
                verdict: Some((1, true)),
            },
            ContestPlan {
                event: SESSIONS.name,
                opened: 11,
                verdict: Some((4, false)),
            },
            ContestPlan {
                event: FESTIVAL.name,
                opened: 3,
                verdict: None,
            },
        ],
        is_bounced: true,
    },
    moving: &[MovingPlan {
        event: FESTIVAL.name,
        ticket: "Day pass Thursday",
        floor: 99_000,
        ceiling: 139_000,
        step: 2_000,
        curve: &[(120, 0), (60, 4), (14, 60), (0, 100)],
        notice: "Thursday is our experiment: early and quiet means cheaper.",
    }],
    events: &[FESTIVAL, SESSIONS, WARM_UP, MIDSUMMER, SLEDGE, AURORA],
};

const FESTIVAL: EventPlan = EventPlan {
    name: "Nordlys Festival",
    summary: "Three days of music, light and winter air on the shore of the fjord.",
    description: "\
Three days, four stages, one sky. **Nordlys Festival** fills the park by the fjord with electronic and acoustic music \
from noon until the last lights fade.

## What awaits you

- **Polar Stage** – the big one, by the water, with the light installation above it
- **Lavvo** – acoustic sets around an open fire
- **Ice Room** – forty minutes, sixty people, no amplifier
- **Night Market** – food from eleven kitchens, all of it from the north

## Good to know

Doors open at 14:00 each day. Bring warm clothes and a cup; we bring the rest. Children under 12 come free with an adult. \
The park has step-free paths, a raised platform at the Polar Stage and a quiet tent.

Camping is on the meadow next to the park, with hot showers and a breakfast tent. One pitch takes one tent and up to four people.",
    category: "Festival",
    starts: Start { days: 74, weekday: 4, hour: 14, minute: 0 },
    minutes: 58 * 60,
    doors_before: 0,
    venue: PARK,
    pools: &[("Park", 6_000)],
    types: &[
        TypePlan { shared: &["Park"], capacity: None, ..TypePlan::plain("Festival pass", "All three days, all stages.", 249_000, 0, 46) },
        TypePlan { shared: &["Park"], ..TypePlan::plain("Day pass Thursday", "Thursday only, until two in the morning.", 109_000, 1_500, 9) },
        TypePlan { shared: &["Park"], ..TypePlan::plain("Day pass Friday", "Friday only, until three in the morning.", 119_000, 1_500, 14) },
        TypePlan { shared: &["Park"], ..TypePlan::plain("Day pass Saturday", "Saturday only, with the closing show.", 119_000, 1_500, 18) },
        TypePlan {
            shared: &["Park"],
            max: 4,
            ..TypePlan::plain(
                "VIP pass",
                "All three days, own entrance, heated deck at the Polar Stage, supper each evening.",
                549_000,
                120,
                5,
            )
        },
        TypePlan { max: 2, ..TypePlan::add_on("Camping pitch", "One tent, up to four people, Thursday to Sunday.", 69_000, 400, 12) },
        TypePlan { max: 2, ..TypePlan::add_on("Parking", "One car, Thursday to Sunday, ten minutes on foot.", 45_000, 600, 22) },
        TypePlan::add_on("Programme book", "Eighty pages with all artists, handed out at the gate.", 12_000, 2_500, 18),
    ],
    refund_policy: REFUNDS,
    returns: RETURNS,
    fate: Fate::OnSale { since: 58 },
    orders: 600,
};

const SESSIONS: EventPlan = EventPlan {
    name: "Polar Night Sessions",
    summary: "An evening of slow music for the time without sun.",
    description: "\
When the sun stays away we play slowly. Four ensembles, one after the other, in a warehouse full of candles.

Seats are free to choose. The bar serves until midnight; the last bus leaves at 00:40.",
    category: "Concert",
    starts: Start {
        days: -19,
        weekday: 6,
        hour: 19,
        minute: 0,
    },
    minutes: 270,
    doors_before: 60,
    venue: WAREHOUSE,
    pools: &[],
    types: &[
        TypePlan::plain("Standard", "Free choice of seat.", 42_000, 260, 70),
        TypePlan::plain(
            "Student",
            "With a valid student card, shown at the door.",
            29_000,
            80,
            22,
        ),
        TypePlan {
            max: 2,
            ..TypePlan::plain("Companion", "For somebody who accompanies a wheelchair user.", 0, 12, 3)
        },
    ],
    refund_policy: "No refund after the evening has begun.",
    returns: &[],
    fate: Fate::TookPlace { since: 57 },
    orders: 150,
};

const WARM_UP: EventPlan = EventPlan {
    name: "Warm-up: Harbour Stage",
    summary: "One night in the warehouse, before the festival wakes up.",
    description: "\
A small night with three acts of the coming festival. Nobody will tell you which.

It was sold out in two days last year. If it says *sold out*, come back now and then: carts that nobody pays for come back by themselves.",
    category: "Club",
    starts: Start { days: 33, weekday: 5, hour: 21, minute: 0 },
    minutes: 300,
    doors_before: 60,
    venue: WAREHOUSE,
    pools: &[],
    types: &[TypePlan { max: 4, ..TypePlan::plain("Entrance", "Standing. From 18 years.", 35_000, 140, 1) }],
    refund_policy: "No refund; tickets can be given to somebody else.",
    returns: &[],
    fate: Fate::OnSale { since: 24 },
    orders: 110,
};

const MIDSUMMER: EventPlan = EventPlan {
    name: "Midsummer on the Fjord",
    summary: "A day on the water when the night stays light. Tickets open soon.",
    description: "\
Five old fishing boats, five bands, one slow loop through the fjord from eight in the evening until the sun has not gone down.

The fare includes fish soup, a blanket and a place at the rail. Boats sail in light rain; in strong wind we move to the warehouse.",
    category: "Festival",
    starts: Start { days: 208, weekday: 6, hour: 20, minute: 0 },
    minutes: 360,
    doors_before: 60,
    venue: VenuePlan { name: "Inner harbour, quay 4", street: "Kaigata 4", postcode: "9008", city: "Tromsø", country: "NO" },
    pools: &[("Boats", 420)],
    types: &[
        TypePlan { opens: Some(3), shared: &["Boats"], capacity: None, ..TypePlan::plain("On deck", "A place at the rail.", 89_000, 0, 1) },
        TypePlan { opens: Some(3), shared: &["Boats"], max: 2, ..TypePlan::plain("In the wheelhouse", "Next to the skipper, one hour in turn.", 159_000, 20, 1) },
    ],
    refund_policy: REFUNDS,
    returns: RETURNS,
    fate: Fate::OnSale { since: 6 },
    orders: 0,
};

const SLEDGE: EventPlan = EventPlan {
    name: "Sledge Run Open Air",
    summary: "Music at the foot of the slope. Cancelled for lack of snow.",
    description: "\
We wanted a slope, sledges and a stage at the foot of it. The slope is green, so we called it off.

Everybody who had a ticket has the money back.",
    category: "Festival",
    starts: Start {
        days: 19,
        weekday: 7,
        hour: 12,
        minute: 0,
    },
    minutes: 360,
    doors_before: 60,
    venue: VenuePlan {
        name: "Charlottenlund slope",
        street: "Bakkeveien 40",
        postcode: "9010",
        city: "Tromsø",
        country: "NO",
    },
    pools: &[],
    types: &[
        TypePlan::plain("Adult", "From 16 years, with a sledge to borrow.", 32_000, 900, 6),
        TypePlan::plain("Child", "6 to 15 years, with a sledge to borrow.", 16_000, 500, 4),
    ],
    refund_policy: REFUNDS,
    returns: RETURNS,
    fate: Fate::Cancelled { since: 40, ago: 9 },
    orders: 14,
};

const AURORA: EventPlan = EventPlan {
    name: "Aurora Listening Room",
    summary: "Six records, played whole, in the dark.",
    description: "\
A room, a pair of very large loudspeakers, six records from the first groove to the last. No talking while the needle is down.

Cushions on the floor, chairs on the balcony. Tea is included.",
    category: "Concert",
    starts: Start {
        days: -40,
        weekday: 5,
        hour: 20,
        minute: 0,
    },
    minutes: 240,
    doors_before: 45,
    venue: WAREHOUSE,
    pools: &[],
    types: &[
        TypePlan::plain("Floor", "A cushion on the floor.", 36_000, 110, 60),
        TypePlan::plain("Balcony", "A chair on the balcony.", 48_000, 40, 28),
        TypePlan {
            max: 2,
            ..TypePlan::plain("Companion", "For somebody who accompanies a wheelchair user.", 0, 8, 3)
        },
    ],
    refund_policy: "No refund after the evening has begun.",
    returns: &[],
    fate: Fate::TookPlace { since: 60 },
    orders: 64,
};
