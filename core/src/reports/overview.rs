//! One event: what sold, what lies in carts, how it went day by day.

use bilten_kernel::{Ctx, EventId, Money, TicketTypeId};
use bilten_tenancy::{DbError, TenantTx};

use super::{
    Comparison, Counts, OrderFilter, OrderLine, Reach, event_list,
    order_list::list_orders,
    sales::{self, Of},
    span,
    store::{door, sales as sales_store},
};
use crate::catalog::{self, EventDetail, TicketType};

/// Days that the event's chart shows; as many before them are compared.
const CHART_DAYS: i32 = 28;
/// Latest orders that the event's page shows.
const LATEST_ORDERS: u32 = 8;

/// What the page of one event shows.
#[derive(Debug, Clone)]
pub struct EventReport {
    /// The event with its ticket types.
    pub detail: EventDetail,
    /// Sales per ticket type, in their order.
    pub types: Vec<TypeSales>,
    /// Tickets sold that admit.
    pub sold: i64,
    /// Tickets in carts that admit.
    pub held: i64,
    /// Tickets that can exist and admit.
    pub capacity: i64,
    /// What was paid, also for add-ons.
    pub gross: Money,
    /// People inside and expected.
    pub counts: Counts,
    /// Sales per day.
    pub chart: Comparison,
    /// Latest orders.
    pub orders: Vec<OrderLine>,
}

/// Sales of one ticket type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeSales {
    /// The type.
    pub ticket_type: TicketTypeId,
    /// Its name.
    pub name: String,
    /// Price of one.
    pub price: Money,
    /// Hidden from buyers.
    pub is_hidden: bool,
    /// Whether only a promo code makes it buyable.
    pub is_locked: bool,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Tickets sold.
    pub sold: i64,
    /// Tickets in carts that live.
    pub held: i64,
    /// Tickets that can exist.
    pub capacity: i64,
    /// What was paid for them.
    pub gross: Money,
}

/// Finds an event with its figures.
///
/// # Errors
/// The database refused.
pub async fn event_report(ctx: &Ctx, tx: &mut TenantTx, id: EventId) -> Result<Option<EventReport>, DbError> {
    let Some(detail) = catalog::find_event(ctx, tx, id).await? else {
        return Ok(None);
    };
    let event = &detail.event;
    let totals = sales_store::totals_by_type(tx, id, ctx.now()).await?;
    let (days, before) = span::days_and_before(ctx.now(), &event.time_zone.zone(), CHART_DAYS);
    let of = Of {
        event: Some(id),
        reach: &Reach::All,
        currency: event.currency,
    };
    let chart = sales::compare(tx, of, ctx.now(), (&days, &before)).await?;
    let filter = OrderFilter {
        event: Some(id),
        ..OrderFilter::default()
    };
    let orders = list_orders(tx, &filter, &Reach::All, None, LATEST_ORDERS).await?.rows;
    let types: Vec<TypeSales> = detail.ticket_types.iter().map(|t| type_sales(t, &totals)).collect();
    let sum = |figure: fn(&TypeSales) -> i64| types.iter().map(figure).fold(0, i64::saturating_add);
    let admitting = |figure: fn(&TypeSales) -> i64| {
        let admits = types.iter().filter(|t| !t.is_add_on);
        admits.map(figure).fold(0, i64::saturating_add)
    };
    Ok(Some(EventReport {
        sold: admitting(|t| t.sold),
        held: admitting(|t| t.held),
        gross: Money::new(sum(|t| t.gross.minor), event.currency),
        capacity: event_list::capacity_of(&detail.ticket_types),
        counts: door::counts(tx, id).await?,
        types,
        chart,
        orders,
        detail,
    }))
}

fn type_sales(ticket_type: &TicketType, totals: &[sales_store::TypeTotals]) -> TypeSales {
    let found = totals.iter().find(|totals| totals.ticket_type == ticket_type.id);
    TypeSales {
        ticket_type: ticket_type.id,
        name: ticket_type.terms.name.to_string(),
        price: ticket_type.display_price_of_rest(),
        is_hidden: ticket_type.terms.is_hidden,
        is_locked: ticket_type.terms.is_locked,
        is_add_on: ticket_type.terms.kind.is_add_on(),
        sold: found.map_or(0, |totals| totals.sold),
        held: found.map_or(0, |totals| totals.held),
        capacity: ticket_type.capacity(),
        gross: Money::new(found.map_or(0, |totals| totals.gross_minor), ticket_type.price.currency),
    }
}
