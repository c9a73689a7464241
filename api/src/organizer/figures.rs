//! Figures of reports as pages show them.

use bilten_branding::views::{
    Moment,
    console::{EventRow, EventStatus, OrderRow, OrderStatus, SalesChart, SalesPoint},
};
use bilten_core::{
    catalog::{self, Event},
    orders::OrderState,
    reports::{Comparison, EventSummary, OrderLine},
};
use bilten_kernel::{Timestamp, ZoneName};

use super::urls;
use crate::storefront::urls as shop_urls;

/// Returns a count; none is negative or beyond four thousand million.
pub fn count(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

/// Returns the share of a part in whole per cent, 0 to 100.
pub fn percent(part: i64, whole: i64) -> u32 {
    let share = part.saturating_mul(100).checked_div(whole).unwrap_or(0);
    count(share.min(100))
}

/// Joins an instant and the zone that people read it in.
pub fn moment(at: Timestamp, zone: &ZoneName) -> Moment {
    Moment::new(at, zone.as_str())
}

/// State of an event at an instant.
pub fn event_status(event: &Event, now: Timestamp) -> EventStatus {
    match event.status_at(now) {
        catalog::EventStatus::Draft => EventStatus::Draft,
        catalog::EventStatus::Published => EventStatus::Published,
        catalog::EventStatus::Ended => EventStatus::Ended,
        catalog::EventStatus::Cancelled => EventStatus::Cancelled,
    }
}

/// State of an order, by its stored name.
pub fn order_status(name: &str) -> OrderStatus {
    match OrderState::from_name(name) {
        Some(OrderState::Quoted) | None => OrderStatus::Quoted,
        Some(OrderState::AwaitingPayment) => OrderStatus::AwaitingPayment,
        Some(OrderState::AwaitingFunds) => OrderStatus::AwaitingFunds,
        Some(OrderState::Paid) => OrderStatus::Paid,
        Some(OrderState::PaymentConflict) => OrderStatus::PaymentConflict,
        Some(OrderState::Expired) => OrderStatus::Expired,
        Some(OrderState::Cancelled) => OrderStatus::Cancelled,
        Some(OrderState::Refunded) => OrderStatus::Refunded,
    }
}

/// Name of an event's venue, or nothing.
pub fn venue_name(event: &Event) -> String {
    event
        .venue
        .as_ref()
        .map(|venue| venue.place.name.to_string())
        .unwrap_or_default()
}

/// An event in a list.
pub fn event_row(summary: &EventSummary, now: Timestamp) -> EventRow {
    let event = &summary.detail.event;
    EventRow {
        url: urls::event(event.id),
        title: event.name.to_string(),
        starts: moment(event.starts_at, &event.time_zone),
        venue: venue_name(event),
        status: event_status(event, now),
        sold: count(summary.sold),
        capacity: count(summary.capacity),
        percent: percent(summary.sold, summary.capacity),
        revenue: Some(summary.gross),
        artwork_url: shop_urls::artwork(event),
    }
}

/// An order in a list.
pub fn order_row(line: &OrderLine) -> OrderRow {
    OrderRow {
        url: urls::order(line.id),
        code: line.code.clone(),
        buyer: line.buyer_name.clone(),
        email: line.buyer_email.clone(),
        event: line.event_name.clone(),
        tickets: count(line.tickets),
        total: line.total,
        status: order_status(&line.state),
        placed: moment(line.created_at, &line.time_zone),
    }
}

/// How the steps of a chart are named.
#[derive(Debug, Clone, Copy)]
pub enum StepLabel {
    /// `14`, the hour.
    Hour,
    /// `21/11`, the day.
    Day,
}

/// Sales over a span, with labels in the zone that they were counted in.
pub fn chart(comparison: &Comparison, zone: &ZoneName, label: StepLabel) -> SalesChart {
    let format = match label {
        StepLabel::Hour => "%H",
        StepLabel::Day => "%-d.%-m.",
    };
    let zone = zone.zone();
    let points = comparison.steps.iter().map(|step| SalesPoint {
        label: step.starts_at.to_zoned(zone.clone()).strftime(format).to_string(),
        now: step.gross,
        before: step.before,
    });
    SalesChart {
        total: comparison.total,
        before: comparison.before,
        change_percent: comparison.change_percent(),
        tickets: count(comparison.tickets),
        orders: count(comparison.orders),
        points: points.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stay_between_nought_and_a_hundred() {
        for (part, whole, expected) in [(0, 0, 0), (1, 3, 33), (3, 3, 100), (5, 3, 100), (-1, 3, 0)] {
            assert_eq!(percent(part, whole), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn every_state_of_an_order_has_a_face() {
        let faces: std::collections::HashSet<_> = OrderState::ALL
            .iter()
            .map(|state| format!("{:?}", order_status(state.name())))
            .collect();
        assert_eq!(faces.len(), OrderState::ALL.len());
    }
}
