//! Carts and orders become screens of the checkout.

use bilten_billing::{checkout::PayStatus, provider::DeclineCode, sandbox::Sandbox};
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Moment, Percent, Text,
        checkout::{
            BuyerForm, ChargeLines, CompanyPart, DetailsView, ExpiredView, GiftField, GiftPart, HoldClock, Line,
            PayMethod, PayView, PromoLine, SeatList, Summary, TaxLine,
        },
    },
};
use bilten_core::{
    catalog::{Event, EventDetail},
    inventory::{HOLD_MAX_AGE, HOLD_TTL, Hold},
    orders::{Order, OrderLine},
    pricing::{BuyerTax, Charges, Scheme, TaxPart},
};
use bilten_kernel::{Money, MoneyError};

use super::{
    basket::{Basket, Goods},
    road::Road,
    tax::{self, Asks},
};
use crate::{
    seats,
    storefront::{events::view::venue, return_terms, shop::Shop, urls},
};

/// Fills the first screen.
pub fn details(shop: &Shop, basket: &Basket, form: BuyerForm, errors: FieldErrors) -> DetailsView {
    DetailsView {
        tax: Asks::of(basket).fields(shop, &form, &errors),
        summary: match (&basket.goods, &basket.order) {
            (Goods::Tickets(tickets), order) => told_summary(&tickets.1, &tickets.0, order.as_ref()),
            (Goods::GiftCard, order) => gift_summary(
                order
                    .as_ref()
                    .map_or(Money::zero(shop.settings.currency), |order| order.total),
            ),
        },
        hold: clock(shop, basket, "details"),
        action: urls::details(&basket.token),
        form,
        errors,
        email_hint: None,
        privacy_url: urls::legal("privacy"),
    }
}

/// Fills the second screen.
pub fn pay(shop: &Shop, basket: &Basket, order: &Order, (road, status): (Road, &PayStatus)) -> PayView {
    let sandbox = || PayMethod {
        id: Sandbox::NAME.to_owned(),
        label: Text::new(texts::METHOD_SANDBOX),
        hint: Text::new(texts::METHOD_SANDBOX_HINT),
        icon: "card".to_owned(),
        selected: true,
    };
    let (methods, stripe, least) = match road {
        Road::Free => (Vec::new(), None, None),
        Road::Sandbox => (vec![sandbox()], None, None),
        Road::Stripe(form) => (Vec::new(), Some(*form), None),
        Road::TooLittle(least) => (Vec::new(), None, Some(least)),
    };
    let event = basket.event();
    PayView {
        is_free: order.to_pay().is_zero(),
        to_pay: order.to_pay(),
        gift: (!order.total.is_zero() && order.event.is_some()).then(|| GiftField {
            action: urls::gift_card(&basket.token),
            tail: basket.gift.as_ref().map(|own| own.tail.clone()),
        }),
        summary: match &basket.goods {
            Goods::Tickets(tickets) => Summary {
                seats: seat_list(&tickets.0),
                ..summary(&tickets.1.event, order)
            },
            Goods::GiftCard => gift_summary(order.total),
        },
        hold: clock(shop, basket, "pay"),
        action: urls::pay(&basket.token),
        request_key: shop.random_uuid().simple().to_string(),
        buyer: buyer(order),
        edit_url: match basket.goods {
            Goods::Tickets(_) => urls::details(&basket.token),
            Goods::GiftCard => urls::GIFT_CARDS.to_owned(),
        },
        methods,
        stripe,
        least,
        decline: match status {
            PayStatus::Declined(code) => Some(decline(code)),
            PayStatus::Unavailable => Some(Text::new(texts::DECLINE_TIMEOUT)),
            PayStatus::Open
            | PayStatus::Paid
            | PayStatus::Redirect(_)
            | PayStatus::Confirming
            | PayStatus::AwaitingFunds
            | PayStatus::Unsent
            | PayStatus::Conflict
            | PayStatus::Exhausted
            | PayStatus::Closed => None,
        },
        work: None,
        terms_url: urls::legal("terms"),
        refund_policy: event
            .map(|event| event.event.refund_policy.to_string())
            .filter(|text| !text.is_empty()),
        return_terms: event.map_or_else(Vec::new, |event| {
            return_terms::lines(&event.event, event.return_policy.as_ref())
        }),
    }
}

/// Fills what is shown instead of a screen when the cart has ended.
pub fn expired(shop: &Shop, basket: &Basket, reason: Text) -> ExpiredView {
    ExpiredView {
        reason,
        title: Some(title(shop, basket)),
        again_url: basket.start_url(),
    }
}

/// What it is that is bought, in a word: the event, or the shop whose gift card it is.
pub fn title(shop: &Shop, basket: &Basket) -> String {
    let event = basket.event().map(|event| event.event.name.to_string());
    event.unwrap_or_else(|| shop.settings.name.clone())
}

/// The buyer's details as the order keeps them.
pub fn buyer(order: &Order) -> BuyerForm {
    let mut form = BuyerForm {
        email: order.buyer_email.to_string(),
        name: order.buyer_name.to_string(),
        ..BuyerForm::default()
    };
    tax::fill(&mut form, order);
    form
}

/// What is in the cart, at the prices of whoever told who he is.
fn told_summary(event: &EventDetail, cart: &Hold, order: Option<&Order>) -> Summary {
    match order.filter(|order| order.buyer_tax.is_some()) {
        Some(order) => Summary {
            seats: seat_list(cart),
            ..summary(&event.event, order)
        },
        None => cart_summary(event, cart),
    }
}

/// The company that buys, where one does.
fn company(told: &BuyerTax) -> Option<CompanyPart> {
    Some(CompanyPart {
        name: told.company.as_ref()?.to_string(),
        vat_id: told.vat_id.as_ref().map(ToString::to_string),
    })
}

/// Why a payment failed, in words.
pub fn decline(code: &DeclineCode) -> Text {
    Text::new(match code.as_str() {
        "challenge_failed"
        | "challenge_refused"
        | "authentication_failed"
        | "authentication_required"
        | "payment_intent_authentication_failure" => texts::DECLINE_CHALLENGE,
        "form_expired" => texts::DECLINE_FORM,
        "timeout" | "timed_out" | "issuer_not_available" | "processing_error" => texts::DECLINE_TIMEOUT,
        "canceled" | "cancelled" => texts::DECLINE_CANCELLED,
        // Whatever else the bank said: who tries stolen cards learns nothing from it.
        _ => texts::DECLINE_CARD,
    })
}

/// What is bought, for checkout, order page and mails.
pub fn summary(event: &Event, order: &Order) -> Summary {
    Summary {
        charges: order.charges.as_ref().map(charge_lines),
        company: order.buyer_tax.as_ref().and_then(company),
        donation: order.donation,
        gift: order.gift_card.map(|amount| GiftPart {
            amount,
            rest: order.to_pay(),
        }),
        ..frame(event, (order_lines(order), order_promo(order)), order.total)
    }
}

/// What was bought, line by line, before anything was taken off.
pub fn order_lines(order: &Order) -> Vec<Line> {
    let line = |line: &OrderLine| {
        let unit = line.full_price.unwrap_or(line.unit_price);
        Line {
            is_add_on: line.is_add_on,
            ..shown_line((&line.type_name, line.offer.as_deref()), line.quantity, unit)
        }
    };
    add_ons_last(order.lines.iter().map(line).collect())
}

/// What was taken off an order.
pub fn order_promo(order: &Order) -> Option<PromoLine> {
    let offers = order.lines.iter().filter_map(|line| line.offer.as_deref());
    promo(order.promo_code.as_deref(), offers, order.discount())
}

/// What is in a cart, for checkout and mails.
pub fn cart_summary(event: &EventDetail, cart: &Hold) -> Summary {
    let name = |id| {
        let found = event.ticket_types.iter().find(|t| t.id == id);
        found.map_or((String::new(), false), |t| {
            (t.terms.name.to_string(), t.terms.kind.is_add_on())
        })
    };
    let lines = cart.lines.iter();
    let lines = lines
        .map(|l| {
            let unit = l.full_price.unwrap_or(l.unit_price);
            let (name, is_add_on) = name(l.ticket_type);
            Line {
                is_add_on,
                ..shown_line((&name, l.offer.as_deref()), l.quantity, unit)
            }
        })
        .collect();
    let total = cart.total().unwrap_or(Money::zero(cart.currency));
    let offers = cart.lines.iter().filter_map(|line| line.offer.as_deref());
    let promo = promo(cart.promo_code(), offers, cart.discount());
    Summary {
        seats: seat_list(cart),
        is_price_kept: cart.lines.iter().any(|line| {
            let kind = event.ticket_types.iter().find(|kind| kind.id == line.ticket_type);
            kind.is_some_and(|kind| kind.moving.is_some())
        }),
        donation: cart.donation,
        ..frame(&event.event, (add_ons_last(lines), promo), total)
    }
}

/// What admits comes first, what is bought beside it after.
fn add_ons_last(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| line.is_add_on);
    lines
}

/// Taxes and fees in the price of an order.
pub fn charge_lines(charges: &Charges) -> ChargeLines {
    let share = charges.total();
    let tax = |tax: &TaxPart| TaxLine {
        percent: Percent::of_bp(tax.rate_bp),
        country: tax
            .country
            .filter(|_| tax.scheme == Scheme::Destination)
            .map(|country| format!("country-{}", country.as_str())),
        amount: Money::new(tax.amount, charges.currency),
    };
    ChargeLines {
        net: share.net,
        // What is free has no tax worth a line.
        taxes: share.taxes.iter().filter(|tax| tax.amount != 0).map(tax).collect(),
        service_fee: Some(share.service_fee).filter(|fee| !fee.is_zero()),
        vat_id: charges.seller_vat_id.as_ref().map(ToString::to_string),
        is_reverse_charge: charges.scheme() == Scheme::ReverseCharge,
    }
}

/// What offers and a promo code took off. It is a part of the sum of the full prices, which fits.
fn promo<'a>(
    code: Option<&'a str>,
    offers: impl Iterator<Item = &'a str>,
    off: Result<Money, MoneyError>,
) -> Option<PromoLine> {
    let mut names: Vec<&str> = Vec::new();
    for name in offers.chain(code) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let is_offer = names.len() > usize::from(code.is_some());
    // A code may take nothing off, and unlock tickets instead.
    let off = off.ok().filter(|off| off.minor > 0)?;
    (!names.is_empty()).then_some(())?;
    Some(PromoLine {
        code: names.join(" + "),
        is_offer,
        off,
    })
}

fn seat_list(cart: &Hold) -> Option<SeatList> {
    let held = &cart.seats;
    (!held.seats.is_empty()).then(|| SeatList {
        seats: held.seats.iter().map(|held| seats::label(&held.seat)).collect(),
        are_together: held.is_together,
    })
}

fn shown_line((name, offer): (&str, Option<&str>), quantity: u32, unit: Money) -> Line {
    // The order was refused when its sum overflowed, and a line is a part of the sum.
    let total = unit.checked_mul(quantity).unwrap_or(unit);
    Line {
        name: name.to_owned(),
        quantity,
        unit,
        total,
        offer: offer.map(str::to_owned),
        is_add_on: false,
    }
}

fn frame(event: &Event, (lines, promo): (Vec<Line>, Option<PromoLine>), total: Money) -> Summary {
    let venue = venue(event);
    Summary {
        title: event.name.to_string(),
        event_url: urls::event(&event.slug),
        artwork_url: urls::artwork(event),
        starts: Some(Moment::new(event.starts_at, event.time_zone.as_str())),
        is_gift: false,
        venue: venue.name,
        place: venue.place,
        lines,
        promo,
        donation: None,
        total,
        gift: None,
        seats: None,
        is_price_kept: false,
        charges: None,
        company: None,
    }
}

/// What a gift card costs, for checkout and order page.
pub fn gift_summary(total: Money) -> Summary {
    Summary {
        title: String::new(),
        event_url: urls::GIFT_CARDS.to_owned(),
        artwork_url: urls::artwork_of("gift-card"),
        starts: None,
        is_gift: true,
        venue: String::new(),
        place: String::new(),
        lines: Vec::new(),
        promo: None,
        donation: None,
        total,
        gift: None,
        seats: None,
        is_price_kept: false,
        charges: None,
        company: None,
    }
}

fn clock(shop: &Shop, basket: &Basket, screen: &str) -> HoldClock {
    let cart = &basket.slot;
    let left = cart.expires_at.duration_since(shop.now());
    // Places offered to somebody on a waiting list are kept for hours.
    let gains_time = !cart.is_extended && left <= HOLD_TTL;
    let zone = basket
        .event()
        .map_or(&shop.settings.time_zone, |event| &event.event.time_zone);
    HoldClock {
        expires_at: cart.expires_at,
        seconds_left: u32::try_from(left.as_secs().max(0)).unwrap_or(u32::MAX),
        until: (left > HOLD_MAX_AGE).then(|| Moment::new(cart.expires_at, zone.as_str())),
        extend_action: gains_time.then(|| urls::extend(&basket.token, screen)),
        abandon_action: urls::abandon(&basket.token),
    }
}
