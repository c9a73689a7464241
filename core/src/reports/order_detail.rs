//! Everything that the page of one order shows.

use bilten_kernel::{HoldId, Money, OrderId, OrderLineId, OrganizerId, TicketId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};

use super::{OrderLine, store::orders};
use crate::seating::Seat;

/// Lines of the timeline at most.
const MAX_TIMELINE: i64 = 50;

/// One order with what was bought and what happened.
#[derive(Debug, Clone)]
pub struct OrderReport {
    /// What the list shows of it.
    pub order: OrderLine,
    /// Who holds its event, if it has one; rights may be limited to that organizer.
    pub organizer: Option<OrganizerId>,
    /// Name of its event in addresses.
    pub event_slug: Option<String>,
    /// The hold that it was made from.
    pub hold: HoldId,
    /// What was bought.
    pub lines: Vec<BoughtLine>,
    /// Promo code that it was made with.
    pub promo_code: Option<String>,
    /// Its tickets, in the order of their numbers.
    pub tickets: Vec<TicketLine>,
    /// What happened, newest first.
    pub timeline: Vec<TimelineStep>,
}

/// Tickets of one type at one price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoughtLine {
    /// Name of the type.
    pub type_name: String,
    /// Number of tickets.
    pub quantity: i32,
    /// Price of one.
    pub unit_price: Money,
    /// What one would have cost without the promo code.
    pub full_price: Money,
}

/// A ticket of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketLine {
    /// The ticket.
    pub id: TicketId,
    /// Line of the order that it belongs to.
    pub line: OrderLineId,
    /// Name of its type.
    pub type_name: String,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Its seat, when the type takes seats.
    pub seat: Option<Seat>,
    /// Who it is for.
    pub holder_name: String,
    /// Whether it is valid no more.
    pub is_void: bool,
    /// When its holder came in.
    pub admitted_at: Option<Timestamp>,
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineStep {
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: TimelineFact,
    /// Who, when it was a member of the staff: his id as the audit log keeps it.
    pub actor: Option<String>,
}

/// Kinds of things that happen to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineFact {
    /// The buyer gave his details.
    Placed,
    /// The money came.
    Paid,
    /// Tickets were made.
    TicketsIssued,
    /// It ended without tickets, or they were taken back.
    Closed {
        /// State that it ended in, as stored.
        state: String,
    },
    /// Another entry of the audit log.
    Audited {
        /// Its action, such as `order.resent`.
        action: String,
    },
}

/// Finds an order with what its page shows.
///
/// # Errors
/// The database refused.
pub async fn find_order(tx: &mut TenantTx, id: OrderId) -> Result<Option<OrderReport>, DbError> {
    let Some(found) = orders::find(tx, id).await? else {
        return Ok(None);
    };
    let currency = found.line.total.currency;
    let lines = orders::list_lines(tx, id).await?;
    let tickets = orders::list_tickets(tx, id).await?;
    let audited = audit::list_of(tx, &id.to_string(), MAX_TIMELINE).await?;
    Ok(Some(OrderReport {
        timeline: timeline(&found, !tickets.is_empty(), audited),
        organizer: found.organizer.map(OrganizerId::from_uuid),
        event_slug: found.event_slug,
        hold: found.hold.into(),
        promo_code: found.promo_code,
        lines: lines
            .into_iter()
            .map(|(type_name, quantity, price, full_price)| BoughtLine {
                type_name,
                quantity,
                unit_price: Money::new(price, currency),
                full_price: Money::new(full_price, currency),
            })
            .collect(),
        tickets,
        order: found.line,
    }))
}

/// Joins the order's own times with the audit log, the latest first.
fn timeline(found: &orders::Found, has_tickets: bool, audited: Vec<audit::Recorded>) -> Vec<TimelineStep> {
    let step = |at, fact| TimelineStep { at, fact, actor: None };
    let mut steps = vec![step(found.line.created_at, TimelineFact::Placed)];
    steps.extend(found.paid_at.map(|at| step(at, TimelineFact::Paid)));
    steps.extend(
        found
            .paid_at
            .filter(|_| has_tickets)
            .map(|at| step(at, TimelineFact::TicketsIssued)),
    );
    let state = found.line.state.clone();
    steps.extend(found.closed_at.map(|at| step(at, TimelineFact::Closed { state })));
    // What the times above tell already is not told twice.
    let told = [
        "order.quoted",
        "order.placed",
        "order.paid",
        "order.expired",
        "order.cancelled",
        "order.refunded",
        "tickets.issued",
    ];
    for entry in audited
        .into_iter()
        .filter(|entry| !told.contains(&entry.action.as_str()))
    {
        steps.push(TimelineStep {
            at: entry.at,
            fact: TimelineFact::Audited { action: entry.action },
            actor: Some(entry.actor).filter(|actor| actor.starts_with("staff:")),
        });
    }
    steps.reverse();
    steps.sort_by_key(|step| std::cmp::Reverse(step.at));
    steps
}
