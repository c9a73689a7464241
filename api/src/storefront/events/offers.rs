//! Price offers of an event, in words.

use bilten_branding::{
    texts,
    views::{Moment, Percent, Text, storefront::OfferLine},
};
use bilten_core::{
    catalog::{Event, EventDetail},
    offers::{OfferCut, OfferRule, PriceOffer},
};
use bilten_kernel::{Money, TicketTypeId};

/// Says what the offers of an event do.
pub fn lines(detail: &EventDetail) -> Vec<OfferLine> {
    detail.offers.iter().map(|offer| line(offer, detail)).collect()
}

/// Says what an offer does.
pub fn line(offer: &PriceOffer, detail: &EventDetail) -> OfferLine {
    let names = offer.rule.types();
    let types = match &offer.rule {
        OfferRule::Quantity { .. } | OfferRule::SizeForPaid { .. } => {
            names.iter().filter_map(|id| name(detail, *id)).collect()
        }
        // A package names them with their numbers.
        OfferRule::Package { .. } => Vec::new(),
    };
    OfferLine {
        name: offer.name.to_string(),
        what: what(&offer.rule, detail),
        types,
        span: span(offer, &detail.event),
    }
}

fn name(detail: &EventDetail, id: TicketTypeId) -> Option<String> {
    let found = detail.ticket_types.iter().find(|found| found.id == id);
    found.map(|found| found.terms.name.to_string())
}

fn what(rule: &OfferRule, detail: &EventDetail) -> Text {
    let money = |minor| Money::new(minor, detail.event.currency);
    // Buyers read the price that they pay, with everything in it.
    let meant = |id: &TicketTypeId| rule.types().is_empty() || rule.types().contains(id);
    let first = detail.ticket_types.iter().find(|found| meant(&found.id));
    let shown = |list| first.map_or(list, |found| found.pricing.display_price(list));
    let has_plan = first.is_some_and(|found| found.pricing.plan.is_some());
    match rule {
        OfferRule::Quantity { min_quantity, cut, .. } => {
            let text = match cut {
                OfferCut::PercentBp(bp) => Text::new(texts::OFFER_PERCENT).with("percent", Percent::of_bp(*bp)),
                OfferCut::OffMinor(minor) => Text::new(texts::OFFER_AMOUNT).with("amount", money(*minor)),
                OfferCut::PriceMinor(minor) => Text::new(texts::OFFER_PRICE).with("price", shown(money(*minor))),
            };
            text.with("count", *min_quantity)
        }
        OfferRule::SizeForPaid { size, paid, .. } => Text::new(texts::OFFER_SIZE_FOR_PAID)
            .with("size", *size)
            .with("paid", *paid),
        OfferRule::Package {
            members, price_minor, ..
        } => {
            let member = |member: &bilten_core::offers::PackageMember| {
                let name = name(detail, member.ticket_type)?;
                Some(if member.min == member.max {
                    format!("{} × {name}", member.max)
                } else {
                    format!("{}–{} × {name}", member.min, member.max)
                })
            };
            let members: Vec<String> = members.iter().filter_map(member).collect();
            let members = members.join(" + ");
            if has_plan {
                // What fees add depends on how the price is divided; the cart says it.
                return Text::new(texts::OFFER_PACKAGE_LESS).with("members", members);
            }
            Text::new(texts::OFFER_PACKAGE)
                .with("members", members)
                .with("price", money(*price_minor))
        }
    }
}

fn span(offer: &PriceOffer, event: &Event) -> Option<Text> {
    let moment = |at| Moment::new(at, event.time_zone.as_str());
    match (offer.starts_at, offer.ends_at) {
        (None, None) => None,
        (Some(from), None) => Some(Text::new(texts::PROMO_FROM).with("at", moment(from))),
        (None, Some(until)) => Some(Text::new(texts::PROMO_UNTIL).with("at", moment(until))),
        (Some(from), Some(until)) => {
            let text = Text::new(texts::PROMO_SPAN).with("from", moment(from));
            Some(text.with("until", moment(until)))
        }
    }
}
