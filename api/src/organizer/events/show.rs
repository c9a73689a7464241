//! `GET /manage/events/{id}`: sales, tickets, orders of one event.

use axum::response::Response;
use bilten_branding::views::{
    Section,
    console::{EventOverviewView, EventStatus, TypeSales, WizardStep},
};
use bilten_core::{
    orders, promo,
    reports::{self, EventReport},
};
use bilten_kernel::EventId;
use bilten_tenancy::{
    TenantTx,
    permissions::{Permission, Scope},
};

use super::outlook;
use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{
        console::Console,
        figures::{self, StepLabel, count, percent},
        promo_codes::{self, Typed},
        urls,
    },
    storefront::urls as shop_urls,
};

pub(super) async fn show(PathId(id): PathId<bilten_kernel::EventKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    let view = overview(&console, &mut tx, id, Typed::default()).await?;
    tx.commit().await?;
    console.html(Section::Events, &view)
}

/// Fills the page, with the form of a new promo code as it was typed.
pub(in crate::organizer) async fn overview(
    console: &Console,
    tx: &mut TenantTx,
    id: EventId,
    typed: Typed,
) -> Result<EventOverviewView, Problem> {
    console.permit_event(tx, Permission::ReportRead, id).await?;
    let report = reports::event_report(console, tx, id).await?;
    let report = report.ok_or_else(Problem::not_found)?;
    let promos = promo::list_promos(tx, id, None, promo::MAX_PAGE).await?;
    let series = promo::list_series(tx, id).await?;
    let scope = Scope::Event(report.detail.event.organizer, id);
    let may = |permission| console.may_on(permission, scope);
    let mut view = view(console, may, &report);
    let is_open = matches!(view.status, EventStatus::Draft | EventStatus::Published);
    if is_open || !promos.rows.is_empty() || !series.is_empty() {
        view.promos = Some(promo_codes::panel(
            console,
            &report.detail,
            (&promos, &series),
            (typed, is_open),
        ));
    }
    if view.status == EventStatus::Draft && may(Permission::PayeeManage) {
        view.outlook = outlook::panel(console, tx, &report.detail).await?;
    }
    if view.status == EventStatus::Cancelled && may(Permission::OrderCancel) {
        let paid = orders::count_paid(tx, id).await?;
        view.unrefunded = count(paid);
        view.refund_action = (paid > 0).then(|| urls::event_refunds(id));
    }
    Ok(view)
}

fn view(console: &Console, may: impl Fn(Permission) -> bool, report: &EventReport) -> EventOverviewView {
    let event = &report.detail.event;
    let id = event.id;
    let status = figures::event_status(event, console.now());
    let is_open = matches!(status, EventStatus::Draft | EventStatus::Published);
    let may_see_orders = may(Permission::OrderReadPii);
    EventOverviewView {
        title: event.name.to_string(),
        status,
        starts: figures::moment(event.starts_at, &event.time_zone),
        venue: figures::venue_name(event),
        public_url: event.is_public().then(|| shop_urls::event(&event.slug)),
        edit_url: (is_open && may(Permission::EventUpdate)).then(|| urls::setup(id, WizardStep::Basics)),
        return_policy_url: (is_open && may(Permission::EventUpdate)).then(|| urls::return_policy(id)),
        offers_url: (is_open && may(Permission::PriceEdit)).then(|| urls::offers(id)),
        outlook: None,
        moving_prices_url: (is_open && may(Permission::PriceEdit)).then(|| urls::moving_prices(id)),
        refund_action: None,
        unrefunded: 0,
        waiting_room_url: (is_open && may(Permission::EventUpdate)).then(|| urls::waiting_room(id)),
        attendees_url: urls::attendees(id),
        waiting_list_url: (status != EventStatus::Draft && may(Permission::AttendeeRead))
            .then(|| urls::waiting_list(id)),
        check_in_url: urls::check_in(id),
        orders_url: urls::with_query(urls::ORDERS, &[("event", &id.to_string())]),
        publish_action: (status == EventStatus::Draft && may(Permission::EventPublish)).then(|| urls::publication(id)),
        cancel_action: (is_open && may(Permission::EventCancel)).then(|| urls::cancellation(id)),
        revenue: report.gross,
        sold: count(report.sold),
        held: count(report.held),
        capacity: count(report.capacity),
        percent: percent(report.sold, report.capacity),
        admitted: count(report.counts.admitted),
        chart: (status != EventStatus::Draft).then(|| figures::chart(&report.chart, &event.time_zone, StepLabel::Day)),
        types: rows(report, false),
        add_ons: rows(report, true),
        promos: None,
        orders: report
            .orders
            .iter()
            .filter(|_| may_see_orders)
            .map(figures::order_row)
            .collect(),
    }
}

/// The types that admit, or the add-ons.
fn rows(report: &EventReport, are_add_ons: bool) -> Vec<TypeSales> {
    let wanted = report.types.iter().filter(|sales| sales.is_add_on == are_add_ons);
    wanted.map(type_sales).collect()
}

fn type_sales(sales: &reports::TypeSales) -> TypeSales {
    TypeSales {
        name: sales.name.clone(),
        price: sales.price,
        sold: count(sales.sold),
        held: count(sales.held),
        capacity: count(sales.capacity),
        sold_percent: percent(sales.sold, sales.capacity),
        held_percent: percent(sales.held, sales.capacity),
        revenue: sales.gross,
        hidden: sales.is_hidden,
        locked: sales.is_locked,
    }
}
