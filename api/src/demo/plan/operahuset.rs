//! Operahuset: evenings in a hall, in Norwegian and English.

use bilten_core::seating::SeatKind;

use super::{EventPlan, Fate, MoneyPlan, SeatsPlan, Start, TaxPlan, TenantPlan, TypePlan, VenuePlan};

const HALL: VenuePlan = VenuePlan {
    name: "Store sal",
    street: "Operaplassen 1",
    postcode: "0150",
    city: "Oslo",
    country: "NO",
};
const STALLS: &str = "Parkett";
const GALLERY: &str = "Galleri";
const REFUNDS: &str = "Billetter kan returneres inntil 48 timer før forestillingen. / Tickets can be returned up to 48 hours before the performance.";
/// The same as steps of a policy.
const RETURNS: &[(u32, u32)] = &[(2, 0)];

/// Ordinary seats.
const fn sits(section: &'static str, rows: &'static [&'static str]) -> SeatsPlan {
    SeatsPlan {
        section,
        kind: SeatKind::Seat,
        rows,
    }
}

/// The tenant.
pub const OPERAHUSET: TenantPlan = TenantPlan {
    slug: "operahuset",
    name: "Operahuset",
    imprint: "Operahuset · demonstrasjonsforetak · Oslo",
    locale: "nb",
    currency: "NOK",
    zone: "Europe/Oslo",
    organizer: ("Operahuset", "operahuset"),
    // Admission to the performing arts is not taxed in Norway.
    taxes: TaxPlan {
        rates: &[],
        vat_id: None,
        others: &[],
        service_fee: (0, 0),
        platform_fee: (500, 200),
        passes_on: false,
    },
    money: MoneyPlan::CALM,
    moving: &[],
    events: &[TRAVIATA, SWAN_LAKE, NEW_YEAR, TOSCA],
};

const TRAVIATA: EventPlan = EventPlan {
    name: "La traviata",
    summary: "Giuseppe Verdis opera om kjærlighet, rykte og en vinter i Paris.",
    description: "\
Paris, en vinter. Violetta gir opp alt for kjærligheten, og så gir hun opp kjærligheten også. Vår oppsetning flytter \
salongen til en foajé som ligner denne.

**Varighet:** 2 timer og 50 minutter, én pause. **Språk:** italiensk, tekstet på norsk og engelsk.

---

*In English:* Paris in winter. Violetta gives up everything for love, and then love as well. Sung in Italian with \
Norwegian and English surtitles; 2 hours 50 minutes with one interval. The foyer opens 90 minutes before, the doors to \
the hall 30 minutes before. Late-comers are let in at the interval.",
    category: "Opera",
    starts: Start {
        days: 16,
        weekday: 5,
        hour: 19,
        minute: 0,
    },
    minutes: 170,
    doors_before: 30,
    venue: HALL,
    pools: &[],
    types: &[
        TypePlan {
            seats: Some(sits(STALLS, &["ssssssssssss.ssssssssssss"; 18])),
            ..TypePlan::plain(
                "Parkett",
                "Rad 1–18, midt i salen. / Stalls, rows 1–18.",
                89_000,
                420,
                34,
            )
        },
        TypePlan {
            seats: Some(sits("Balkong", &["ssssssssss.ssssssssss.ssssssssss"; 10])),
            ..TypePlan::plain(
                "Balkong",
                "Første balkong, god akustikk. / First balcony.",
                64_000,
                300,
                28,
            )
        },
        TypePlan {
            seats: Some(sits(GALLERY, &["ssssssssssssssssssssssssssssss"; 9])),
            ..TypePlan::plain(
                "Galleri",
                "Øverst, med litt begrenset sikt. / Upper gallery, partly limited view.",
                32_000,
                180,
                20,
            )
        },
        TypePlan {
            seats: Some(sits(GALLERY, &[])),
            ..TypePlan::plain(
                "Student og under 30",
                "Galleriet, legitimasjon vises ved døren. / Upper gallery, under 30, with identification.",
                19_500,
                90,
                16,
            )
        },
        TypePlan {
            max: 2,
            seats: Some(SeatsPlan {
                section: STALLS,
                kind: SeatKind::Wheelchair,
                rows: &["w.w.w.w.w.w.w.w"],
            }),
            ..TypePlan::plain(
                "Rullestolplass",
                "Med plass til følge ved siden av. / Wheelchair place with a companion's seat beside it.",
                32_000,
                8,
                1,
            )
        },
    ],
    refund_policy: REFUNDS,
    returns: RETURNS,
    fate: Fate::OnSale { since: 60 },
    orders: 400,
};

const SWAN_LAKE: EventPlan = EventPlan {
    name: "Svanesjøen",
    summary: "Tsjajkovskijs ballett med fullt orkester. Swan Lake with full orchestra.",
    description: "\
En prins, en innsjø, og en svane som er et menneske fram til daggry. Nasjonens mest elskede ballett, danset av hele \
kompaniet til levende orkester.

**Varighet:** 2 timer og 20 minutter, to pauser. **Passer for:** fra 6 år.

---

*In English:* A prince, a lake, and a swan who is human until dawn. The whole company, live orchestra, 2 hours 20 minutes \
with two intervals. From six years.",
    category: "Ballett",
    starts: Start { days: 27, weekday: 6, hour: 18, minute: 0 },
    minutes: 140,
    doors_before: 45,
    venue: HALL,
    pools: &[],
    types: &[
        TypePlan::plain("Parkett", "Rad 1–18. / Stalls, rows 1–18.", 79_000, 420, 30),
        TypePlan::plain("Balkong", "Første balkong. / First balcony.", 56_000, 300, 26),
        TypePlan::plain("Galleri", "Øverst, litt begrenset sikt. / Upper gallery.", 28_000, 180, 14),
        TypePlan::plain("Barn", "Til og med 15 år, alle plasser. / Children up to 15.", 15_000, 150, 30),
    ],
    refund_policy: REFUNDS,
    returns: RETURNS,
    fate: Fate::OnSale { since: 50 },
    orders: 250,
};

const NEW_YEAR: EventPlan = EventPlan {
    name: "Nyttårskonsert",
    summary: "Operaorkesteret ønsker velkommen til et nytt år. New Year's concert.",
    description: "\
Valser, overturer og noen overraskelser. Etter konserten serveres det i foajeen.

---

*In English:* Waltzes, overtures and a few surprises, followed by a glass in the foyer.",
    category: "Konsert",
    starts: Start {
        days: 41,
        weekday: 6,
        hour: 17,
        minute: 0,
    },
    minutes: 120,
    doors_before: 45,
    venue: HALL,
    pools: &[("Salen", 600)],
    types: &[
        TypePlan {
            shared: &["Salen"],
            capacity: None,
            ..TypePlan::plain(
                "Ordinær",
                "Fritt plassvalg i salen. / Free choice of seat.",
                52_000,
                0,
                5,
            )
        },
        TypePlan {
            shared: &["Salen"],
            ..TypePlan::plain("Honnør", "Fra 67 år. / From 67 years.", 42_000, 200, 2)
        },
        TypePlan {
            shared: &["Salen"],
            ..TypePlan::plain("Barn", "Til og med 15 år. / Up to 15 years.", 15_000, 120, 1)
        },
    ],
    refund_policy: REFUNDS,
    returns: RETURNS,
    fate: Fate::OnSale { since: 30 },
    orders: 150,
};

const TOSCA: EventPlan = EventPlan {
    name: "Tosca",
    summary: "Puccinis thriller, vårens premiere. Utkast.",
    description: "\
Én dag i Roma, tre mennesker, ingen utvei. Vårens premiere.

---

*In English:* One day in Rome, three people, no way out. The premiere of the spring.",
    category: "Opera",
    starts: Start {
        days: 130,
        weekday: 6,
        hour: 19,
        minute: 0,
    },
    minutes: 150,
    doors_before: 60,
    venue: HALL,
    pools: &[],
    types: &[
        TypePlan::plain("Parkett", "Rad 1–18. / Stalls.", 89_000, 420, 1),
        TypePlan::plain("Balkong", "Første balkong. / First balcony.", 64_000, 300, 1),
    ],
    refund_policy: REFUNDS,
    returns: RETURNS,
    fate: Fate::Draft,
    orders: 0,
};
