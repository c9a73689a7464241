//! Prices that move with demand, in words; and the page that says how one moved.

use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use bilten_branding::{
    texts,
    views::{
        Moment, Percent, Text,
        storefront::{MovingLine, PriceStoryView, StoryPoint},
    },
};
use bilten_core::{
    catalog::{Event, TicketType},
    price_policy::{self, Point, PointCause},
};
use bilten_kernel::{Money, TicketTypeId, Timestamp};

use super::get_event;
use crate::{
    http::{
        AppState,
        pages::{ForEverybody, StaysTrue},
        problem::Problem,
    },
    organizer::prices,
    storefront::{shop::Shop, urls},
};

/// Prices that the page shows.
const LISTED: i64 = 200;

/// Says that the price of a type moves, or will, and how far.
pub fn line(event: &Event, kind: &TicketType, now: Timestamp) -> Option<MovingLine> {
    let moving = kind.moving.as_ref()?;
    let (least, most) = kind.moving_display_range()?;
    let text = if now < moving.begins_at {
        let at = Moment::new(moving.begins_at, event.time_zone.as_str());
        Text::new(texts::MOVES_SOON).with("at", at)
    } else {
        Text::new(texts::MOVES_NOW)
    };
    Some(MovingLine {
        text: text.with("least", least).with("most", most),
        least,
        most,
        least_plain: prices::write(least),
        most_plain: prices::write(most),
        notice: moving.notice.to_string(),
        why_url: urls::price_points(&event.slug, kind.id),
    })
}

/// `GET /events/{slug}/prices/{ticket_type}`: the same for everybody.
pub(super) async fn show(
    Path((slug, ticket_type)): Path<(String, String)>,
    shop: Shop,
    everybody: Option<Extension<ForEverybody>>,
    State(state): State<AppState>,
) -> Result<Response, Problem> {
    let ticket_type: TicketTypeId = ticket_type.parse().map_err(|_| Problem::not_found())?;
    let detail = get_event(&state, &shop, &slug).await?;
    let kind = detail.ticket_types.iter().find(|kind| kind.id == ticket_type);
    let kind = kind.ok_or_else(Problem::not_found)?;
    let mut tx = state.shop_db.begin(&shop).await?;
    let points = price_policy::list_points(&mut tx, ticket_type, LISTED).await?;
    tx.commit().await?;
    let event = &detail.event;
    let moving = line(event, kind, shop.now());
    if moving.is_none() && points.is_empty() {
        return Err(Problem::not_found());
    }
    let mut response = shop.html(&PriceStoryView {
        title: event.name.to_string(),
        event_url: urls::event(&event.slug),
        name: kind.terms.name.to_string(),
        price: kind.display_price(shop.now()),
        moving,
        points: points.iter().map(|point| story(event, point)).collect(),
    })?;
    if everybody.is_some() {
        // A move changes the version of the tenant's pages; nothing else but time changes what is said.
        response.extensions_mut().insert(StaysTrue {
            until: detail.next_instant(shop.now()),
            stock: None,
        });
    }
    Ok(response)
}

fn story(event: &Event, point: &Point) -> StoryPoint {
    StoryPoint {
        at: Moment::new(point.at, event.time_zone.as_str()),
        before: Money::new(point.shown_before, event.currency),
        price: Money::new(point.shown_price, event.currency),
        cause: cause(point),
    }
}

/// Says why a price was set.
pub fn cause(point: &Point) -> Text {
    let sold = point
        .sold
        .saturating_mul(10_000)
        .checked_div(point.capacity)
        .unwrap_or(0);
    let with_shares = |key| {
        Text::new(key)
            .with("sold", Percent::of_bp(sold))
            .with("expected", Percent::of_bp(point.expected_bp))
    };
    match point.cause {
        PointCause::Start => Text::new(texts::MOVES_START),
        PointCause::Ahead => with_shares(texts::MOVES_AHEAD),
        PointCause::Behind => with_shares(texts::MOVES_BEHIND),
        PointCause::Bounds => Text::new(texts::MOVES_BOUNDS),
        PointCause::Stopped => Text::new(texts::MOVES_STOPPED),
    }
}
