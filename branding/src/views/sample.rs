//! Values the samples share. They exist to look at and to test; nothing in production reads them.

use bilten_kernel::{Currency, Locale, Money};
use jiff::Timestamp;

use super::{
    Brand, ConsoleFrame, Face, FieldErrors, LegalLink, Moment, NavItem, Page, Section, Text,
    checkout::{BuyerForm, ChargeLines, GiftPart, HoldClock, Line, PromoLine, SeatList, Summary},
    order::{OrderState, OrderView, TicketCard, TicketState},
    storefront::{
        Availability, BuyForm, CardState, DonationField, EventCard, EventState, EventView, MovingLine, OfferLine,
        OpenPriceField, PromoField, TicketTypeRow, VenueCard,
    },
};
use crate::{markdown, texts, theme::Theme};

/// A legal text in Markdown.
pub const LEGAL: &str = "## 1. Who we are\n\nWe sell tickets for our own events. These terms apply to each order.\n\n\
## 2. Your ticket\n\nA ticket admits **one person once**. Keep its code to yourself.\n\n\
- Show it on your phone or on paper.\n- The first scan counts.\n\n## 3. Refunds\n\nIf an event is cancelled you get your money back.\n";

const DESCRIPTION: &str = "Three nights under the winter sky, above the tree line, twenty minutes from town. \
Two stages, forty artists, a sauna village by the lake and food from eleven kitchens.\n\n\
### Line-up\n\n- **Friday** – Aurora Ensemble, Kvitøy, Sløyd\n- **Saturday** – Fjellheim, North Passage, DJ Ishavet\n\
- **Sunday** – The Midnight Choir, closing concert at dusk\n\n### Good to know\n\n\
Dress warmly: it is February. Shuttle buses run every ten minutes from the central station and are part of your ticket. \
Children under twelve come in free with an adult.\n";

/// An instant in Oslo.
pub fn moment(at: &str) -> Moment {
    let at: Timestamp = at.parse().expect("sample instants are written correctly");
    Moment::new(at, "Europe/Oslo")
}

/// An amount in Norwegian crowns.
pub fn nok(minor: i64) -> Money {
    let currency: Currency = "NOK".parse().expect("NOK is a currency");
    Money::new(minor, currency)
}

/// The shell of a storefront page in a demo theme.
pub fn page(face: Face, theme: &Theme, name: &str, locale: Locale, path: &str) -> Page {
    let brand = Brand {
        name: name.to_owned(),
        wordmark: name.to_owned(),
        theme_css: Some(theme.href()),
        support_email: Some("hello@example.org".to_owned()),
        imprint: Some(format!("{name} AS · Org.nr. 912 345 678")),
    };
    let page = Page::new(face, brand, locale, path)
        .with_csrf("sample-csrf")
        .with_legal(
            ["terms", "privacy", "accessibility", "imprint"]
                .into_iter()
                .map(|page| LegalLink {
                    page: page.to_owned(),
                    url: format!("/legal/{page}"),
                })
                .collect(),
        );
    match face {
        Face::Console => page.with_console(frame(Section::Home)),
        Face::Platform => page.with_console(platform_frame()),
        Face::Storefront | Face::Plain => page,
    }
}

/// The console's navigation for an owner.
pub fn frame(section: Section) -> ConsoleFrame {
    let item = |section, url: &str| NavItem {
        section,
        url: url.to_owned(),
    };
    ConsoleFrame {
        section,
        items: vec![
            item(Section::Home, "/manage"),
            item(Section::Events, "/manage/events"),
            item(Section::Orders, "/manage/orders"),
            item(Section::Finance, "/manage/finance"),
            item(Section::CheckIn, "/manage/check-in"),
        ],
        settings: vec![item(Section::Taxes, "/manage/taxes")],
        is_in_settings: section == Section::Taxes,
        account: "guest@example.org".to_owned(),
        role: "owner".to_owned(),
        account_url: Some("/manage/account".to_owned()),
        duty: None,
        duty_url: "/manage/account/factor".to_owned(),
        logout_action: "/manage/logout".to_owned(),
        storefront_url: Some("/".to_owned()),
    }
}

fn platform_frame() -> ConsoleFrame {
    let mut frame = frame(Section::Tenants);
    frame.items = vec![
        NavItem {
            section: Section::Tenants,
            url: "/".to_owned(),
        },
        NavItem {
            section: Section::Mail,
            url: "/dev/mail".to_owned(),
        },
    ];
    frame.settings = Vec::new();
    "operator".clone_into(&mut frame.role);
    frame.storefront_url = None;
    frame.account_url = None;
    frame
}

/// Six events, one per state.
pub fn event_cards() -> Vec<EventCard> {
    let on_sale = moment("2026-12-01T09:00:00Z");
    let rows = [
        (
            "Nordlys Festival 2027",
            "2027-02-12T17:00:00Z",
            "Tryvann",
            "Festival",
            Some(129_000),
            CardState::OnSale,
        ),
        (
            "Midnight Choir: Songs for the Dark Months",
            "2026-11-28T18:30:00Z",
            "Tøyen Church",
            "Concert",
            Some(39_000),
            CardState::FewLeft,
        ),
        (
            "Ice & Fire",
            "2027-01-15T19:00:00Z",
            "Sentrum Scene",
            "Concert",
            Some(45_000),
            CardState::SoldOut,
        ),
        (
            "Polar Sessions",
            "2027-03-06T18:00:00Z",
            "Blå",
            "Concert",
            Some(32_000),
            CardState::NotYet { at: on_sale },
        ),
        (
            "Lantern Walk for Families",
            "2026-12-13T15:00:00Z",
            "Sognsvann",
            "Family",
            Some(0),
            CardState::OnSale,
        ),
        (
            "Winter Solstice Rave",
            "2026-12-21T21:00:00Z",
            "Vulkan Arena",
            "Concert",
            None,
            CardState::Cancelled,
        ),
    ];
    rows.into_iter()
        .enumerate()
        .map(|(index, (title, starts, venue, category, price, state))| EventCard {
            url: format!("/events/sample-{index}"),
            title: title.to_owned(),
            summary: Some("Three nights of music, light and frost above the city.".to_owned()),
            starts: moment(starts),
            ends: (index == 0).then(|| moment("2027-02-14T22:00:00Z")),
            venue: venue.to_owned(),
            place: "Oslo".to_owned(),
            category: Some(category.to_owned()),
            from_price: price.map(nok),
            state,
            artwork_url: format!("/media/artwork/sample-{index}.svg"),
        })
        .collect()
}

/// An event on sale with a ticket type in each state.
pub fn event() -> EventView {
    EventView {
        title: "Nordlys Festival 2027".to_owned(),
        summary: Some("Three nights of music, light and frost above the city.".to_owned()),
        category: Some("Festival".to_owned()),
        artwork_url: "/media/artwork/sample-0.svg".to_owned(),
        starts: moment("2027-02-12T17:00:00Z"),
        ends: Some(moment("2027-02-14T22:00:00Z")),
        doors: Some(moment("2027-02-12T16:00:00Z")),
        venue: VenueCard {
            name: "Tryvann Winter Park".to_owned(),
            address: vec!["Tryvannsveien 64".to_owned(), "0791 Oslo".to_owned()],
            place: "Oslo".to_owned(),
        },
        organizer: None,
        availability_url: "/events/nordlys-2027/availability".to_owned(),
        calendar_url: "/events/nordlys-2027/calendar.ics".to_owned(),
        share_url: "http://nordlys.localhost:8080/events/nordlys-2027".to_owned(),
        description: markdown::render(DESCRIPTION),
        from_price: Some(nok(79_000)),
        types: ticket_types(),
        queue_url: None,
        is_seated: true,
        has_add_ons: true,
        offers: vec![OfferLine {
            name: "Four <friends>".to_owned(),
            what: Text::new(texts::OFFER_SIZE_FOR_PAID)
                .with("size", 4_u32)
                .with("paid", 3_u32),
            types: vec!["Festival pass".to_owned()],
            span: None,
        }],
        form: Some(BuyForm {
            keep_together: false,
            action: "/events/nordlys-2027/carts".to_owned(),
            request_key: "0194f3a2".to_owned(),
            zero: nok(0),
            promo: Some(PromoField::default()),
            donation: Some(DonationField {
                cause: "The choir's journey <north>".to_owned(),
                value: String::new(),
                error: None,
            }),
        }),
        unlock: None,
        errors: Vec::new(),
        refund_policy: Some(
            "Refunds until seven days before the event. After that you may pass your ticket on.".to_owned(),
        ),
        return_terms: return_terms(),
        state: EventState::OnSale,
        preview: false,
    }
}

fn ticket_types() -> Vec<TicketTypeRow> {
    let later = moment("2026-12-01T09:00:00Z");
    let rows: [(&str, Option<&str>, i64, Availability); 6] = [
        (
            "Festival pass",
            Some("All three days, both stages, shuttle bus."),
            129_000,
            Availability::Available,
        ),
        (
            "VIP",
            Some("Heated lounge, own entrance, dinner on Saturday, a blanket to keep."),
            289_000,
            Availability::FewLeft { left: 7 },
        ),
        ("Saturday", None, 69_000, Availability::AllInCarts),
        ("Early bird", Some("For those who plan."), 99_000, Availability::SoldOut),
        (
            "Lavvo camping",
            Some("A place for two in a heated tent."),
            55_000,
            Availability::NotYet { at: later },
        ),
        ("Youth, under 20", None, 79_000, Availability::Available),
    ];
    rows.into_iter()
        .enumerate()
        .map(|(index, (name, description, price, availability))| TicketTypeRow {
            field: format!("qty_tty_{index}"),
            name: name.to_owned(),
            description: description.map(ToOwned::to_owned),
            price: nok(price),
            min: 1,
            max: 8,
            chosen: 0,
            availability,
            sale_ends: (index == 1).then(|| moment("2027-02-01T22:59:00Z")),
            error: None,
            waitlist_url: None,
            is_add_on: index == 4,
            per_admission: 2,
            moving: (index == 1).then(|| MovingLine {
                text: Text::new(texts::MOVES_NOW)
                    .with("least", nok(45_000))
                    .with("most", nok(99_000)),
                least: nok(45_000),
                most: nok(99_000),
                least_plain: "450".to_owned(),
                most_plain: "990".to_owned(),
                notice: "It began <slowly>.".to_owned(),
                why_url: "/events/nordlys-2027/prices/tty_1".to_owned(),
            }),
            plain_price: "790".to_owned(),
            open_price: (index == 5).then(|| OpenPriceField {
                field: format!("price_tty_{index}"),
                value: "790".to_owned(),
                least: nok(20_000),
                most: nok(500_000),
            }),
        })
        .collect()
}

/// A cart of three tickets.
/// Where somebody sits.
pub fn seat(number: u32) -> Text {
    Text::new(texts::SEAT_LABEL)
        .with("section", "Stalls")
        .with("row", "3")
        .with("number", number.to_string())
}

/// What is bought.
pub fn summary() -> Summary {
    Summary {
        seats: Some(SeatList {
            seats: vec![seat(1), seat(2)],
            are_together: true,
        }),
        is_price_kept: true,
        title: "Nordlys Festival 2027".to_owned(),
        event_url: "/events/nordlys-2027".to_owned(),
        artwork_url: "/media/artwork/sample-0.svg".to_owned(),
        starts: Some(moment("2027-02-12T17:00:00Z")),
        is_gift: false,
        venue: "Tryvann Winter Park".to_owned(),
        place: "Oslo".to_owned(),
        promo: Some(PromoLine {
            code: "EARLY + Four friends".to_owned(),
            is_offer: true,
            off: nok(54_700),
        }),
        lines: vec![
            Line {
                name: "Festival pass".to_owned(),
                quantity: 2,
                unit: nok(129_000),
                total: nok(258_000),
                offer: Some("Four <friends>".to_owned()),
                is_add_on: false,
            },
            Line {
                name: "VIP".to_owned(),
                quantity: 1,
                unit: nok(289_000),
                total: nok(289_000),
                offer: None,
                is_add_on: true,
            },
        ],
        donation: Some(nok(5_000)),
        total: nok(497_300),
        gift: Some(GiftPart {
            amount: nok(30_000),
            rest: nok(467_300),
        }),
        charges: Some(ChargeLines::sample()),
        company: None,
    }
}

/// A hold with almost twelve minutes to go.
pub fn hold(can_extend: bool) -> HoldClock {
    HoldClock {
        expires_at: moment("2026-11-22T18:00:00Z").at,
        seconds_left: if can_extend { 707 } else { 58 },
        until: None,
        extend_action: can_extend.then(|| "/checkout/c0ffee/extend".to_owned()),
        abandon_action: "/checkout/c0ffee/abandon".to_owned(),
    }
}

/// A buyer.
pub fn buyer() -> BuyerForm {
    BuyerForm {
        email: "ada@gmial.com".to_owned(),
        name: "Sample Guest".to_owned(),
        ..BuyerForm::default()
    }
}

/// A company that buys, and everything that may be wrong with what it told.
pub fn company() -> (BuyerForm, FieldErrors) {
    let form = BuyerForm {
        country: "DE".to_owned(),
        company: "Muster GmbH".to_owned(),
        vat_id: "DE123".to_owned(),
        ..buyer()
    };
    let errors = FieldErrors::none()
        .with("country", Text::new(texts::FIELD_COUNTRY_INVALID))
        .with("company", Text::new(texts::FIELD_REQUIRED))
        .with("vat_id", Text::new(texts::FIELD_VAT_ID_UNKNOWN));
    (form, errors)
}

/// An order of three tickets in the given state.
pub fn order(state: OrderState) -> OrderView {
    let tickets = (1..=3_u32)
        .map(|number| TicketCard {
            number,
            type_name: if number < 3 { "Festival pass" } else { "VIP" }.to_owned(),
            is_add_on: number == 3,
            holder: (number == 1).then(|| "Sample Guest".to_owned()),
            seat: (number < 3).then(|| seat(number)),
            qr_url: format!("/orders/0rder/tickets/{number}.svg"),
            png_url: Some(format!("/orders/0rder/tickets/{number}.png")),
            state: if number == 2 {
                TicketState::Used {
                    at: moment("2027-02-12T17:12:00Z"),
                }
            } else {
                TicketState::Valid
            },
        })
        .collect();
    OrderView {
        code: "N7KQ2".to_owned(),
        state,
        summary: summary(),
        buyer: "Sample Guest".to_owned(),
        email: "ada@gmail.com".to_owned(),
        placed: moment("2026-11-22T17:48:00Z"),
        tickets,
        gift_card: None,
        print_url: Some("/orders/0rder/tickets".to_owned()),
        calendar_url: Some("/events/nordlys-2027/calendar.ics".to_owned()),
        resend_action: Some("/orders/0rder/resends".to_owned()),
        refund_policy: Some("Refunds until seven days before the event.".to_owned()),
        return_terms: return_terms(),
        refunded: Some(nok(129_000)),
        return_url: Some("/orders/0rder/returns".to_owned()),
        is_withdrawal: false,
    }
}

/// What a policy says about giving tickets back, line by line.
pub fn return_terms() -> Vec<Text> {
    let until = |at| moment(at);
    vec![
        Text::new(texts::RETURN_TERM_WITHDRAWAL).with("days", 14_u32),
        Text::new(texts::RETURN_TERM_FREE).with("until", until("2027-01-13T17:00:00Z")),
        Text::new(texts::RETURN_TERM_BOTH)
            .with("share", "25")
            .with("amount", nok(5_000))
            .with("until", until("2027-02-05T17:00:00Z")),
        Text::new(texts::RETURN_TERM_OVER),
        Text::new(texts::RETURN_TERM_SELF),
    ]
}

/// A gift card that is bought.
pub fn gift_summary() -> Summary {
    Summary {
        title: String::new(),
        event_url: "/gift-cards".to_owned(),
        artwork_url: "/media/artwork/gift-card.svg".to_owned(),
        starts: None,
        is_gift: true,
        venue: String::new(),
        place: String::new(),
        lines: Vec::new(),
        promo: None,
        donation: None,
        total: nok(50_000),
        gift: None,
        seats: None,
        is_price_kept: false,
        charges: None,
        company: None,
    }
}
