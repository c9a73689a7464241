//! Where a shop's tickets are taxed, by who buys: examples and laws of [`Plan`].

use bilten_kernel::{Currency, Money, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::{input::Channel, *};

fn nok(minor: i64, tax: &str) -> ListPrice {
    ListPrice {
        price: Money::new(minor, "NOK".parse().unwrap()),
        tax: tax.parse().ok(),
        day: None,
        is_fee_free: false,
    }
}

/// A shop of Norway that also declares in Germany and in Switzerland; `V` is its tax of everything.
fn abroad() -> Plan {
    let rate = |country: &str, rate_bp, is_inclusive| TaxRate {
        code: "V".parse().unwrap(),
        country: country.parse().unwrap(),
        rate_bp,
        is_inclusive,
        from: None,
    };
    Plan {
        taxes: TaxTable {
            rates: vec![rate("NO", 2_500, true), rate("DE", 1_900, true), rate("CH", 810, false)],
            rounding: Rounding::SumByNetKeepGross,
        },
        default_tax: "V".parse().ok(),
        ..Plan::default()
    }
}

fn buyer(country: &str, is_business: bool, has_valid_vat_id: bool) -> BuyerCtx {
    BuyerCtx {
        country: country.parse().ok(),
        is_business,
        has_valid_vat_id,
    }
}

fn taxed(attendance: Attendance, buyer: BuyerCtx, (minor, quantity): (i64, u32)) -> LineCharges {
    let line = PricedLine {
        line: Uuid::nil().into(),
        ticket_type: Uuid::nil().into(),
        quantity,
        list: nok(minor, "V"),
        attendance,
    };
    let charges = abroad()
        .charges_for(&buyer, 1, "NOK".parse().unwrap(), &[line])
        .unwrap();
    charges.lines.into_iter().next().unwrap()
}

#[test]
fn what_is_watched_is_taxed_by_who_buys() {
    use Attendance::{Physical, Virtual};
    for (attendance, buyer, (gross, tax, country, scheme)) in [
        (
            Physical,
            buyer("DE", true, true),
            (12_500, 2_500, "NO", Scheme::Standard),
        ),
        (
            Virtual,
            buyer("NO", true, true),
            (12_500, 2_500, "NO", Scheme::Standard),
        ),
        (
            Virtual,
            buyer("DE", false, false),
            (12_500, 1_996, "DE", Scheme::Destination),
        ),
        (
            Virtual,
            buyer("DE", true, false),
            (12_500, 1_996, "DE", Scheme::Destination),
        ),
        (
            Virtual,
            buyer("DE", true, true),
            (10_000, 0, "DE", Scheme::ReverseCharge),
        ),
        (
            Virtual,
            buyer("CH", false, false),
            (13_513, 1_013, "CH", Scheme::Destination),
        ),
        (
            Virtual,
            buyer("FR", false, false),
            (12_500, 2_500, "NO", Scheme::Standard),
        ),
        (
            Virtual,
            buyer("FR", true, true),
            (10_000, 0, "FR", Scheme::ReverseCharge),
        ),
        (Virtual, BuyerCtx::default(), (12_500, 2_500, "NO", Scheme::Standard)),
    ] {
        let line = taxed(attendance, buyer, (12_500, 1));
        let part = line.taxes[0];
        assert_eq!(
            (line.gross, part.amount, part.country.unwrap().as_str(), part.scheme),
            (gross, tax, country, scheme),
            "{attendance:?} {buyer:?}"
        );
    }
}

#[test]
fn a_rate_holds_for_events_from_its_day_on_whenever_they_are_bought() {
    let mut plan = abroad();
    let from = |country: &str, rate_bp, from: &str| TaxRate {
        code: "V".parse().unwrap(),
        country: country.parse().unwrap(),
        rate_bp,
        is_inclusive: true,
        from: from.parse().ok(),
    };
    plan.taxes.rates.extend([
        from("NO", 1_500, "2031-01-01"),
        from("NO", 1_200, "2031-07-01"),
        from("DE", 700, "2031-07-01"),
    ]);
    assert_eq!(plan.check(), Ok(()));
    let rate = |plan: &Plan, country: &str, day: &str| {
        let list = ListPrice {
            day: day.parse().ok(),
            ..nok(10_000, "V")
        };
        let line = PricedLine {
            line: Uuid::nil().into(),
            ticket_type: Uuid::nil().into(),
            quantity: 1,
            list,
            attendance: Attendance::Virtual,
        };
        let charges = plan
            .charges_for(&buyer(country, false, false), 1, "NOK".parse().unwrap(), &[line])
            .unwrap();
        assert_eq!(
            charges.lines[0].gross,
            plan.display_price(list).minor,
            "what is inclusive stays"
        );
        charges.lines[0].taxes[0].rate_bp
    };
    for (country, day, bp) in [
        ("NO", "2030-12-31", 2_500),
        ("NO", "2031-01-01", 1_500),
        ("NO", "2031-06-30", 1_500),
        ("NO", "2031-07-01", 1_200),
        ("DE", "2031-06-30", 1_900),
        ("DE", "2031-07-01", 700),
    ] {
        assert_eq!(rate(&plan, country, day), bp, "{country} {day}");
    }
    // The order of the table says only which country is home.
    plan.taxes.rates[1..].reverse();
    assert_eq!(rate(&plan, "NO", "2031-07-01"), 1_200);
    let twice = plan.taxes.rates[1];
    plan.taxes.rates.push(twice);
    assert_eq!(plan.check(), Err(PlanFault::CodeTwice("V".parse().unwrap())));
}

/// What the engine makes of one type of ticket at one price.
fn engine(attendance: Attendance, buyer: BuyerCtx, (minor, quantity): (i64, u32), currency: Currency) -> Quote {
    let item = Item {
        ticket_type: Uuid::nil().into(),
        price: minor,
        tiers: Vec::new(),
        overrides: Vec::new(),
        dynamic: None,
        tax: "V".parse().ok(),
        floor: 0,
        open_price: None,
        is_locked: false,
    };
    let catalogue = Catalogue {
        version: 1,
        currency,
        country: "NO".parse().unwrap(),
        attendance,
        items: vec![item],
        automatic: Vec::new(),
        codes: Vec::new(),
        groups: Vec::new(),
    };
    let cart = Cart {
        lines: vec![CartLine {
            ticket_type: Uuid::nil().into(),
            quantity,
            zone: None,
            named: None,
        }],
        ..Cart::default()
    };
    let asked = Asked {
        buyer,
        channel: Channel::Web,
        now: Timestamp::UNIX_EPOCH,
    };
    quote(&catalogue, &cart, asked, &FeeSchedule::default(), &abroad().taxes).unwrap()
}

proptest! {
    /// A plan taxes a buyer as the engine does, which agrees with the slow reference; in currencies without decimals, and with three.
    #[test]
    fn plan_and_engine_agree_who_is_taxed_where(
        minor in 0_i64..1_000_000, quantity in 1_u32..9, is_virtual: bool, is_business: bool, is_valid: bool,
        country in prop_oneof![Just("NO"), Just("DE"), Just("CH")],
        currency in prop_oneof![Just("JPY"), Just("NOK"), Just("KWD")],
    ) {
        let buyer = buyer(country, is_business, is_valid);
        let attendance = if is_virtual { Attendance::Virtual } else { Attendance::Physical };
        let currency: Currency = currency.parse().unwrap();
        let line = PricedLine {
            line: Uuid::nil().into(),
            ticket_type: Uuid::nil().into(),
            quantity,
            list: ListPrice {
                price: Money::new(minor, currency),
                ..nok(minor, "V")
            },
            attendance,
        };
        let kept = abroad().charges_for(&buyer, 1, currency, &[line]).unwrap();
        let quote = engine(attendance, buyer, (minor, quantity), currency);
        prop_assert_eq!(kept.total().gross, Money::new(quote.total, currency));
        prop_assert_eq!(kept.total().net.minor, quote.lines.iter().map(|line| line.net).sum::<i64>());
        let taxes: Vec<TaxPart> = quote.lines.iter().flat_map(|line| line.taxes.clone()).collect();
        prop_assert_eq!(kept.total().taxes, taxes);
        prop_assert_eq!(kept.scheme() == Scheme::ReverseCharge, quote.legal.is_reverse_charge);
    }

    /// No number for value added tax takes the tax off a ticket; and tickets of a line always cost the same.
    #[test]
    fn a_ticket_is_never_reverse_charged(
        minor in 0_i64..1_000_000, quantity in 1_u32..9, is_virtual: bool, is_business: bool, is_valid: bool,
        country in prop_oneof![Just("NO"), Just("DE"), Just("CH"), Just("FR")],
    ) {
        let buyer = buyer(country, is_business, is_valid);
        let attendance = if is_virtual { Attendance::Virtual } else { Attendance::Physical };
        let line = taxed(attendance, buyer, (minor, quantity));
        prop_assert_eq!(line.gross % i64::from(quantity), 0);
        let part = line.taxes[0];
        if attendance == Attendance::Physical {
            prop_assert_eq!((part.scheme, part.rate_bp), (Scheme::Standard, 2_500));
            prop_assert_eq!(line.gross, minor * i64::from(quantity));
            prop_assert!(minor < 100 || part.amount > 0);
        }
        if part.scheme == Scheme::ReverseCharge {
            prop_assert!(is_virtual && is_business && is_valid && country != "NO");
            prop_assert_eq!(part.amount, 0);
        }
    }
}
