//! Prices that buyers name, gifts, discounts that nobody asks for, and gift cards, in two of the shops. They begin when the past is over, so
//! that it cost what it cost.

use anyhow::Context as _;
use bilten_billing::gift_cards::{self, ShopTerms};
use bilten_core::{
    catalog::{self, EventDetail, NewTicketType},
    offers::{self, NewOffer, OfferCut, OfferRule},
    pricing::OpenPrice,
};
use bilten_kernel::Timestamp;

use super::{ctx, shops::Shop};
use crate::http::AppState;

/// Where buyers name the price of a ticket, and give something beside it.
const CHOIR: (&str, &str) = ("operahuset", "Nyttårskonsert");
const SUPPORTER: &str = "Støttebillett";
/// Where gift cards are sold, and for how much.
const CARDS: [(&str, [i64; 3]); 2] = [
    ("nordlys", [50_000, 100_000, 200_000]),
    ("operahuset", [40_000, 80_000, 150_000]),
];
/// Where four friends pay less.
const FRIENDS: (&str, &str) = ("nordlys", "Nordlys Festival");

/// Adds what is not there yet.
pub async fn ensure(state: &AppState, shops: &[Shop], now: Timestamp) -> anyhow::Result<()> {
    if let Some((shop, event)) = find(shops, CHOIR) {
        let has_it = event
            .ticket_types
            .iter()
            .any(|found| found.terms.name.as_str() == SUPPORTER);
        if !has_it {
            name_the_price(state, shop, event, now).await?;
        }
    }
    if let Some((shop, event)) = find(shops, FRIENDS).filter(|(_, event)| !event.event.has_offers) {
        together(state, shop, event, now).await?;
    }
    for (slug, amounts) in CARDS {
        if let Some(shop) = shops.iter().find(|shop| shop.plan.slug == slug) {
            sell_gift_cards(state, shop, amounts, now).await?;
        }
    }
    Ok(())
}

/// Sells gift cards in a shop that never said whether it does.
async fn sell_gift_cards(state: &AppState, shop: &Shop, amounts: [i64; 3], now: Timestamp) -> anyhow::Result<()> {
    let ctx = ctx(state, shop.tenant, now, 0x1001);
    let mut tx = state.db.begin(&ctx).await?;
    if gift_cards::find_terms(&mut tx).await?.is_none() {
        let terms = ShopTerms {
            is_sold: true,
            suggested: amounts.to_vec(),
            bounds: Some((10_000, 500_000)),
            ..ShopTerms::closed("NOK".parse()?)
        };
        gift_cards::set_terms(&ctx, &mut tx, &terms).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn find<'a>(shops: &'a [Shop], (slug, name): (&str, &str)) -> Option<(&'a Shop, &'a EventDetail)> {
    let shop = shops.iter().find(|shop| shop.plan.slug == slug)?;
    let event = shop.events.iter().find(|detail| detail.event.name.as_str() == name)?;
    Some((shop, event))
}

async fn name_the_price(state: &AppState, shop: &Shop, event: &EventDetail, now: Timestamp) -> anyhow::Result<()> {
    let ctx = ctx(state, shop.tenant, now, 0x0ffe);
    let mut tx = state.db.begin(&ctx).await?;
    let mut new = NewTicketType::new(SUPPORTER.parse()?, 60_000, 60);
    new.terms.description = "Dere bestemmer prisen. / You name the price.".parse()?;
    let id = catalog::add_ticket_type(&ctx, &mut tx, event.event.id, new).await?;
    let bounds = OpenPrice {
        min: 20_000,
        max: 300_000,
    };
    catalog::set_open_price(&ctx, &mut tx, (event.event.id, id), Some(bounds)).await?;
    let cause = "Barnekoret / the children's choir".parse()?;
    catalog::set_donation_cause(&ctx, &mut tx, event.event.id, Some(&cause)).await?;
    tx.commit().await?;
    Ok(())
}

async fn together(state: &AppState, shop: &Shop, event: &EventDetail, now: Timestamp) -> anyhow::Result<()> {
    let days = event
        .ticket_types
        .iter()
        .filter(|found| found.terms.name.as_str().starts_with("Day pass"));
    let ctx = ctx(state, shop.tenant, now, 0x0fff);
    let mut tx = state.db.begin(&ctx).await?;
    let new = NewOffer {
        name: "Four friends".parse()?,
        rule: OfferRule::Quantity {
            min_quantity: 4,
            cut: OfferCut::PercentBp(1_000),
            types: days.map(|found| found.id).collect(),
        },
        priority: 0,
        starts_at: None,
        ends_at: None,
    };
    offers::add_offer(&ctx, &mut tx, event.event.id, new)
        .await
        .context("the offer of the demo")?;
    tx.commit().await?;
    Ok(())
}
