//! Catalogues, carts, fees and taxes by chance.

use bilten_kernel::{TicketTypeId, Timestamp};
use proptest::{collection::vec, option, prelude::*, sample::subsequence};
use uuid::Uuid;

use crate::pricing::{
    Attendance, AutoDiscount, BuyerCtx, Cart, CartLine, Catalogue, Code, CodeKind, Cut, FeeBand, FeeBase, FeeBasis,
    FeeRule, FeeSchedule, GroupKind, GroupRefund, GroupRule, Item, Member, OpenPrice, Override, Payer, PricePoint,
    Quote, Rounding, RuleRef, Scope, TaxRate, TaxTable, Tier, engine::Asked, input::Channel, quote,
};

const TYPES: u128 = 4;

fn type_id(number: u128) -> TicketTypeId {
    Uuid::from_u128(number).into()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn rule(number: u32) -> RuleRef {
    RuleRef::numbered(number, 1)
}

fn price() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(0),
        1_i64..200,
        1_i64..100_000,
        (1_i64..1_000).prop_map(|whole| whole * 100)
    ]
}

fn window() -> impl Strategy<Value = (Option<Timestamp>, Option<Timestamp>)> {
    prop_oneof![
        6 => Just((None, None)),
        1 => (-5_i64..5).prop_map(|second| (Some(at(second)), None)),
        1 => (-5_i64..5).prop_map(|second| (None, Some(at(second)))),
    ]
}

fn scope() -> impl Strategy<Value = Scope> {
    let types: Vec<TicketTypeId> = (0..TYPES).map(type_id).collect();
    (
        option::of(subsequence(types, 1..4)),
        window(),
        option::weighted(0.1, Just(Channel::Api)),
    )
        .prop_map(|(items, (from, to), channel)| Scope {
            items,
            from,
            to,
            channel,
        })
}

fn cut() -> impl Strategy<Value = Cut> {
    prop_oneof![
        (1_i32..=10_000).prop_map(Cut::Percent),
        price().prop_map(Cut::Fixed),
        price().prop_map(Cut::SetPrice),
    ]
}

fn item(number: u128) -> impl Strategy<Value = Item> {
    let tier = (price(), 0_u32..4, window());
    let other = (option::of(0_u32..3), window(), price());
    let tiers = vec(tier, 0..3).prop_map(|tiers| {
        let tier = |((price, room, (from, to)), n)| Tier {
            rule: rule(n),
            price,
            room,
            from,
            to,
        };
        tiers.into_iter().zip(100..).map(tier).collect()
    });
    let overrides = vec(other, 0..2).prop_map(|others| {
        let other = |((zone, (from, to), price), n)| Override {
            rule: rule(n),
            zone,
            from,
            to,
            price,
        };
        others.into_iter().zip(200..).map(other).collect()
    });
    let tax = prop_oneof![Just(None), Just(Some("A")), Just(Some("B")), Just(Some("C"))];
    let open = option::weighted(0.15, (0_i64..500).prop_map(|min| OpenPrice { min, max: 1_000_000 }));
    let floor = prop_oneof![3 => Just(0), 1 => 0_i64..5_000];
    (
        price(),
        tiers,
        overrides,
        option::weighted(0.2, price()),
        tax,
        (floor, open),
    )
        .prop_map(
            move |(price, tiers, overrides, dynamic, tax, (floor, open_price))| Item {
                ticket_type: type_id(number),
                price,
                tiers,
                overrides,
                dynamic: dynamic.map(|price| PricePoint { rule: rule(300), price }),
                tax: tax.map(|code| code.parse().unwrap()),
                floor,
                open_price,
                is_locked: false,
            },
        )
}

fn codes() -> impl Strategy<Value = Vec<Code>> {
    let kind = prop_oneof![
        6 => cut().prop_map(CodeKind::PerTicket),
        3 => price().prop_map(CodeKind::PerOrder),
        1 => Just(CodeKind::FreeFee),
    ];
    let code = (
        kind,
        scope(),
        any::<bool>(),
        (option::weighted(0.2, price()), 0_i64..30_000, 0_i32..3),
        option::of(0_u32..3),
    );
    vec(code, 0..5).prop_map(|codes| {
        let code = |((kind, scope, is_voucher, (budget_left, spend, priority), stack_group), n)| Code {
            rule: rule(n),
            is_voucher: is_voucher && n % 2 == 0,
            scope,
            min_spend: if spend > 20_000 { spend } else { 0 },
            kind,
            budget_left,
            priority,
            stack_group,
        };
        codes.into_iter().zip(400..).map(code).collect()
    })
}

fn groups() -> impl Strategy<Value = Vec<GroupRule>> {
    let member = (0..TYPES, 0_u32..3, 0_u32..3).prop_map(|(number, min, more)| Member {
        ticket_type: type_id(number),
        min,
        max: min + more,
    });
    let kind = prop_oneof![
        (1_u32..5)
            .prop_flat_map(|size| (Just(size), 0..=size))
            .prop_map(|(size, paid)| GroupKind::SizeForPaid { size, paid }),
        (vec(member, 1..3), price(), 1_u32..4).prop_map(|(members, price, times)| GroupKind::Package {
            members,
            price,
            times
        }),
    ];
    vec((kind, scope(), 0_i32..3), 0..3).prop_map(|rules| {
        let group = |((kind, scope, priority), n)| GroupRule {
            rule: rule(n),
            priority,
            scope,
            kind,
            refund: GroupRefund::Share,
        };
        rules.into_iter().zip(500..).map(group).collect()
    })
}

fn fee_rule(number: u32) -> impl Strategy<Value = FeeRule> {
    let amounts = (
        0_i64..500,
        0_i32..1_500,
        option::weighted(0.3, 0_i64..300),
        option::weighted(0.3, 300_i64..2_000),
    );
    let payer = prop_oneof![
        Just(Payer::Buyer),
        Just(Payer::Payee),
        (0_i32..=10_000).prop_map(Payer::Split)
    ];
    let basis = prop_oneof![3 => Just(FeeBasis::PerTicket), 1 => Just(FeeBasis::PerOrder)];
    let base = prop_oneof![Just(FeeBase::Gross), Just(FeeBase::Net)];
    (
        vec((1_i64..20_000, amounts), 1..4),
        payer,
        basis,
        base,
        window(),
        prop_oneof![4 => Just(true), 1 => Just(false)],
    )
        .prop_map(move |(bands, payer, basis, base, (from, to), is_paid_only)| {
            let mut lowest = 0;
            let band = |(step, (fixed, rate_bp, min, max))| {
                let band = FeeBand {
                    from: lowest,
                    fixed,
                    rate_bp,
                    min,
                    max,
                };
                lowest += step;
                band
            };
            let bands = bands.into_iter().map(band).collect();
            FeeRule {
                rule: rule(number),
                payer,
                basis,
                base,
                is_paid_only,
                currency: None,
                from,
                to,
                bands,
            }
        })
}

fn schedule() -> impl Strategy<Value = FeeSchedule> {
    (
        vec(fee_rule(600), 0..3),
        vec(fee_rule(601), 0..3),
        vec(fee_rule(602), 0..2),
    )
        .prop_map(|(organizer, platform, commission)| {
            let numbered = |rules: Vec<FeeRule>, from: u32| {
                let number = |(own, n)| FeeRule { rule: rule(n), ..own };
                rules.into_iter().zip(from..).map(number).collect()
            };
            FeeSchedule {
                version: 9,
                organizer: numbered(organizer, 600),
                platform: numbered(platform, 700),
                commission: numbered(commission, 800),
            }
        })
}

fn taxes() -> impl Strategy<Value = TaxTable> {
    let rates = (
        1_i32..=2_700,
        0_i32..=2_700,
        1_i32..=1_500,
        prop::sample::select(Rounding::ALL.to_vec()),
    );
    rates.prop_map(|(a, b, c, rounding)| {
        let rate = |code: &str, country: &str, rate_bp, is_inclusive| TaxRate {
            code: code.parse().unwrap(),
            country: country.parse().unwrap(),
            rate_bp,
            is_inclusive,
            from: None,
        };
        let rates = ["NO", "DE"].into_iter().zip([0, 100]).flat_map(|(country, more)| {
            [
                rate("A", country, a + more, true),
                rate("B", country, b + more, true),
                rate("C", country, c + more, false),
            ]
        });
        TaxTable {
            rates: rates.collect(),
            rounding,
        }
    })
}

/// Everything that a quote is made from.
#[derive(Debug, Clone)]
pub struct Case {
    pub catalogue: Catalogue,
    pub cart: Cart,
    pub asked: Asked,
    pub schedule: FeeSchedule,
    pub taxes: TaxTable,
}

impl Case {
    pub fn quote(&self) -> Quote {
        quote(&self.catalogue, &self.cart, self.asked, &self.schedule, &self.taxes).unwrap()
    }
}

fn catalogue() -> impl Strategy<Value = Catalogue> {
    let automatic = vec((cut(), scope(), 1_u32..5, 0_i32..3), 0..3).prop_map(|rules| {
        let discount = |((cut, scope, min_quantity, priority), n)| AutoDiscount {
            rule: rule(n),
            priority,
            scope,
            min_quantity,
            cut,
        };
        rules.into_iter().zip(900..).map(discount).collect::<Vec<_>>()
    });
    let currency = prop_oneof![Just("JPY"), Just("NOK"), Just("KWD")];
    let items = (item(0), item(1), item(2), item(3)).prop_map(|(a, b, c, d)| vec![a, b, c, d]);
    (items, automatic, codes(), groups(), currency, any::<bool>()).prop_map(
        |(items, automatic, codes, groups, currency, is_virtual)| Catalogue {
            version: 3,
            currency: currency.parse().unwrap(),
            country: "NO".parse().unwrap(),
            attendance: if is_virtual {
                Attendance::Virtual
            } else {
                Attendance::Physical
            },
            items,
            automatic,
            codes,
            groups,
        },
    )
}

fn cart(catalogue: &Catalogue, lines: Vec<(u128, u32, Option<u32>, i64)>) -> Cart {
    let line = |(number, quantity, zone, named): (u128, u32, Option<u32>, i64)| {
        let ticket_type = type_id(number);
        let mut items = catalogue.items.iter();
        let is_open = items.any(|item| item.ticket_type == ticket_type && item.open_price.is_some());
        CartLine {
            ticket_type,
            quantity,
            zone,
            named: is_open.then_some(named),
        }
    };
    Cart {
        lines: lines.into_iter().map(line).collect(),
        codes: catalogue.codes.iter().map(|code| code.rule.id).collect(),
        prior_total: None,
    }
}

/// Everything by chance.
pub fn case() -> impl Strategy<Value = Case> {
    let line = (0..TYPES, 1_u32..6, option::weighted(0.3, 0_u32..3), 0_i64..3_000);
    let buyer = (
        option::of(prop_oneof![Just("NO"), Just("DE")]),
        any::<bool>(),
        any::<bool>(),
    );
    (catalogue(), vec(line, 1..5), buyer, schedule(), taxes()).prop_map(
        |(catalogue, lines, (country, is_business, has_valid_vat_id), schedule, taxes)| {
            let buyer = BuyerCtx {
                country: country.map(|c| c.parse().unwrap()),
                is_business,
                has_valid_vat_id,
            };
            Case {
                cart: cart(&catalogue, lines),
                catalogue,
                asked: Asked {
                    buyer,
                    channel: Channel::Web,
                    now: at(0),
                },
                schedule,
                taxes,
            }
        },
    )
}
