//! `GET /manage/orders/{id}`.

use std::collections::BTreeMap;

use axum::response::Response;
use bilten_billing::risk::{self, Decided, rule::Action};
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        checkout::{Line, PromoLine},
        console::{OrderDetailView, OrderStatus, OrderTicketRow, TimelineEntry},
    },
};
use bilten_core::reports::{self, BoughtLine, OrderReport, TicketLine, TimelineFact, TimelineStep};
use bilten_kernel::{Money, MoneyError, OrderKind};
use bilten_tenancy::permissions::Permission;

use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{
        console::Console,
        figures::{self, count},
        people, urls,
    },
    storefront::urls as shop_urls,
};

pub(super) async fn show(PathId(id): PathId<OrderKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_order(&mut tx, Permission::OrderReadPii, id).await?;
    let report = reports::find_order(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    let actors = report.timeline.iter().filter_map(|step| step.actor.as_deref());
    let names = people::names(&mut tx, actors).await?;
    let decisions = risk::decisions_of(&mut tx, report.hold).await?;
    tx.commit().await?;
    let view = view(&console, &report, timeline(&report, &names, &decisions));
    console.flash_arg("email", &view.email).html(Section::Orders, &view)
}

fn view(console: &Console, report: &OrderReport, timeline: Vec<TimelineEntry>) -> OrderDetailView {
    let order = &report.order;
    let status = figures::order_status(&order.state);
    let is_paid = status == OrderStatus::Paid;
    let token = console.state.links.order(console.tenant.ctx.tenant, order.id);
    OrderDetailView {
        code: order.code.clone(),
        status,
        buyer: order.buyer_name.clone(),
        email: order.buyer_email.clone(),
        event: order.event_name.clone(),
        event_url: urls::event(order.event),
        placed: figures::moment(order.created_at, &order.time_zone),
        lines: report.lines.iter().map(line).collect(),
        promo: promo(report),
        total: order.total,
        tickets: report.tickets.iter().map(|ticket| ticket_row(report, ticket)).collect(),
        timeline,
        public_url: Some(shop_urls::order(&token)),
        resend_action: (is_paid && console.may(Permission::OrderResend)).then(|| urls::resends(order.id)),
        cancel_action: (is_paid && console.may(Permission::OrderCancel)).then(|| urls::order_cancellation(order.id)),
        request_key: console.random_uuid().simple().to_string(),
    }
}

fn line(bought: &BoughtLine) -> Line {
    let (quantity, price) = (count(i64::from(bought.quantity)), bought.full_price);
    Line {
        name: bought.type_name.clone(),
        quantity,
        unit: price,
        total: price.checked_mul(quantity).unwrap_or(price),
    }
}

/// What the promo code took off: the difference between the lines and the total.
fn promo(report: &OrderReport) -> Option<PromoLine> {
    let total = report.order.total;
    let add = |sum: Money, bought: &BoughtLine| {
        sum.checked_add(bought.full_price.checked_mul(count(i64::from(bought.quantity)))?)
    };
    let full: Result<Money, MoneyError> = report.lines.iter().try_fold(Money::zero(total.currency), add);
    let code = report.promo_code.clone()?;
    let off = full.ok()?.checked_sub(total).ok()?;
    Some(PromoLine { code, off })
}

fn ticket_row(report: &OrderReport, ticket: &TicketLine) -> OrderTicketRow {
    let state = match (ticket.is_void, ticket.admitted_at) {
        (true, _) => "cancelled",
        (false, Some(_)) => "used",
        (false, None) => "valid",
    };
    OrderTicketRow {
        type_name: ticket.type_name.clone(),
        holder: Some(ticket.holder_name.clone()).filter(|name| !name.is_empty()),
        seat: ticket.seat.as_ref().map(crate::seats::label),
        state: state.to_owned(),
        used: ticket
            .admitted_at
            .map(|at| figures::moment(at, &report.order.time_zone)),
    }
}

/// Joins the steps of the order with what was decided about its payments, the latest first.
fn timeline(report: &OrderReport, names: &BTreeMap<String, String>, decisions: &[Decided]) -> Vec<TimelineEntry> {
    let steps = report
        .timeline
        .iter()
        .filter_map(|step| Some((step.at, timeline_entry(report, step, names)?)));
    let decided = decisions.iter().filter(|decided| !decided.is_shadow);
    let decided = decided.map(|decided| (decided.first_at, decision_entry(report, decided)));
    let mut entries: Vec<_> = steps.chain(decided).collect();
    entries.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Says why a payment did not simply go on.
fn decision_entry(report: &OrderReport, decided: &Decided) -> TimelineEntry {
    let key = match decided.action {
        Action::Review => texts::TIMELINE_RISK_REVIEW,
        Action::ThreeDSecure => texts::TIMELINE_RISK_BANK,
        Action::Challenge => texts::TIMELINE_RISK_CHALLENGE,
        Action::Block => texts::TIMELINE_RISK_BLOCK,
    };
    TimelineEntry {
        at: figures::moment(decided.first_at, &report.order.time_zone),
        text: Text::new(key)
            .with("times", decided.times)
            .with("reasons", decided.reasons.join(", ")),
        actor: None,
    }
}

/// Says a step in words; what has none is left out.
fn timeline_entry(
    report: &OrderReport,
    step: &TimelineStep,
    names: &BTreeMap<String, String>,
) -> Option<TimelineEntry> {
    let key = match &step.fact {
        TimelineFact::Placed => texts::TIMELINE_PLACED,
        TimelineFact::Paid => texts::TIMELINE_PAID,
        TimelineFact::TicketsIssued => texts::TIMELINE_TICKETS_ISSUED,
        TimelineFact::Closed { state } => match figures::order_status(state) {
            OrderStatus::Expired => texts::TIMELINE_EXPIRED,
            OrderStatus::Refunded => texts::TIMELINE_REFUNDED,
            OrderStatus::PaymentConflict => texts::TIMELINE_CONFLICT,
            OrderStatus::Quoted
            | OrderStatus::AwaitingPayment
            | OrderStatus::AwaitingFunds
            | OrderStatus::Paid
            | OrderStatus::Cancelled => texts::TIMELINE_CANCELLED,
        },
        TimelineFact::Audited { action } => match action.as_str() {
            "order.resent" => texts::TIMELINE_RESENT,
            "order.mailed" => texts::TIMELINE_MAILED,
            "order.payment_conflict" => texts::TIMELINE_CONFLICT,
            "money_approval.requested" => texts::TIMELINE_APPROVAL_ASKED,
            "money_approval.approved" => texts::TIMELINE_APPROVAL_GIVEN,
            "money_approval.rejected" => texts::TIMELINE_APPROVAL_REJECTED,
            _ => return None,
        },
    };
    Some(TimelineEntry {
        at: figures::moment(step.at, &report.order.time_zone),
        text: Text::new(key),
        actor: step.actor.as_ref().and_then(|actor| names.get(actor).cloned()),
    })
}
