//! `GET /manage/orders/{id}`.

use std::collections::BTreeMap;

use axum::response::Response;
use bilten_billing::{
    cash, gift_cards,
    refunds::{self, Kept, Origin, Refund},
    risk::{self, Decided, rule::Action},
};
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{
            BoughtCardRow, CashDue, OrderDetailView, OrderStatus, OrderTicketRow, RefundRow, ReturnChoice, ReturnForm,
            ReturnRow, TimelineEntry,
        },
    },
};
use bilten_core::{
    orders::{self, Channel, Order},
    reports::{self, OrderReport, TicketLine, TimelineFact, TimelineStep},
};
use bilten_kernel::{OrderId, OrderKind, ZoneName};
use bilten_tenancy::{
    TenantTx,
    permissions::{Permission, Scope},
};

use super::returns::Typed;
use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{console::Console, figures, people, urls},
    storefront::{checkout, urls as shop_urls},
};

pub(super) async fn show(PathId(id): PathId<OrderKind>, console: Console) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_order(&mut tx, Permission::OrderReadPii, id).await?;
    let view = load(&console, &mut tx, id, &Typed::default()).await?;
    people::note_look(&console, &mut tx, "order.viewed", id.to_string()).await?;
    tx.commit().await?;
    console.flash_arg("email", &view.email).html(Section::Orders, &view)
}

/// Reads all that the page shows; the form that takes tickets back as it was typed.
pub(super) async fn load(
    console: &Console,
    tx: &mut TenantTx,
    id: OrderId,
    typed: &Typed,
) -> Result<OrderDetailView, Problem> {
    let report = reports::find_order(tx, id).await?.ok_or_else(Problem::not_found)?;
    let actors = report.timeline.iter().filter_map(|step| step.actor.as_deref());
    let names = people::names(tx, actors).await?;
    let decisions = risk::decisions_of(tx, report.hold).await?;
    let order = orders::find(tx, id).await?.ok_or_else(Problem::not_found)?;
    let mut view = view(console, (&report, &order), timeline(&report, &names, &decisions));
    if view.cancel_action.is_some() {
        view.return_form = return_form(&report, &order, typed);
        let may_credit = console.session.rights.allows(Permission::OrderCancel, Scope::Tenant);
        if let Some(form) = view
            .return_form
            .as_mut()
            .filter(|_| may_credit && !order.total.is_zero())
        {
            form.can_credit = true;
        }
    }
    if order.event.is_none() {
        view.bought_card = bought_card(tx, &order).await?;
        // Nothing goes back of a card of which nothing is left.
        let is_left = |card: &BoughtCardRow| card.left.is_some_and(|left| !left.is_zero());
        view.cancel_action = view
            .cancel_action
            .filter(|_| view.bought_card.as_ref().is_some_and(is_left));
    }
    let zone = &report.order.time_zone;
    for kept in refunds::list_kept(tx, id).await? {
        view.returns.push(return_row(&kept, zone)?);
    }
    if console.may(Permission::CashTake)
        && let Some(amount) = cash::due(tx, id).await.map_err(Problem::internal)?
    {
        view.cash_due = Some(CashDue {
            amount,
            action: urls::cash_hand_outs(id),
        });
    }
    let refunds = refunds::list_for_order(tx, id).await?;
    view.refunds = refunds.iter().map(|refund| refund_row(refund, zone)).collect();
    Ok(view)
}

fn view(console: &Console, (report, bought): (&OrderReport, &Order), timeline: Vec<TimelineEntry>) -> OrderDetailView {
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
        event_url: order.event.map_or_else(|| urls::GIFT_CARDS.to_owned(), urls::event),
        bought_card: None,
        placed: figures::moment(order.created_at, &order.time_zone),
        is_door: bought.channel == Channel::Door,
        lines: checkout::order_lines(bought),
        promo: checkout::order_promo(bought),
        donation: bought.donation,
        gift: bought.gift_card,
        total: order.total,
        tickets: report.tickets.iter().map(|ticket| ticket_row(report, ticket)).collect(),
        timeline,
        public_url: Some(shop_urls::order(&token)),
        resend_action: (is_paid && console.may(Permission::OrderResend)).then(|| urls::resends(order.id)),
        cancel_action: (is_paid && console.may(Permission::OrderCancel)).then(|| urls::order_cancellation(order.id)),
        return_form: None,
        cash_due: None,
        returns: Vec::new(),
        refunds: Vec::new(),
        request_key: console.random_uuid().simple().to_string(),
    }
}

/// The gift card that an order bought.
async fn bought_card(tx: &mut TenantTx, order: &Order) -> Result<Option<BoughtCardRow>, Problem> {
    let Some(sale) = gift_cards::find_sale(tx, order.id).await? else {
        return Ok(None);
    };
    let card = match sale.card {
        Some(id) => gift_cards::find(tx, id).await?,
        None => None,
    };
    Ok(Some(BoughtCardRow {
        tail: card.map(|card| card.tail),
        left: sale.left,
        is_stopped: sale.is_stopped,
        recipient: sale.present.name,
        refunded: Some(order.refunded).filter(|back| !back.is_zero()),
    }))
}

/// The form that takes single tickets back; nothing when none is left.
fn return_form(report: &OrderReport, order: &Order, typed: &Typed) -> Option<ReturnForm> {
    let price = |ticket: &TicketLine| {
        let line = order.lines.iter().find(|line| line.id == ticket.line)?;
        Some(line.unit_price)
    };
    let valid = report.tickets.iter().filter(|ticket| !ticket.is_void);
    let tickets: Vec<ReturnChoice> = valid
        .filter_map(|ticket| {
            Some(ReturnChoice {
                value: ticket.id.to_string(),
                type_name: ticket.type_name.clone(),
                is_add_on: ticket.is_add_on,
                seat: ticket.seat.as_ref().map(crate::seats::label),
                price: price(ticket)?,
                is_used: ticket.admitted_at.is_some(),
                is_chosen: typed.tickets.contains(&ticket.id),
            })
        })
        .collect();
    (!tickets.is_empty()).then(|| ReturnForm {
        action: urls::order_returns(report.order.id),
        tickets,
        asks_add_ons: typed.asks_add_ons,
        keep: typed.keep.clone(),
        reason: typed.reason.clone(),
        can_credit: false,
        is_credit: typed.as_credit,
        currency: order.total.currency.code().to_owned(),
        errors: typed.errors.clone(),
    })
}

fn return_row(kept: &Kept, zone: &ZoneName) -> Result<ReturnRow, Problem> {
    let origin = match kept.origin {
        Origin::Buyer => texts::RETURN_BY_BUYER,
        Origin::Withdrawal => texts::RETURN_BY_WITHDRAWAL,
        Origin::Staff => texts::RETURN_BY_STAFF,
        Origin::Event => texts::RETURN_BY_EVENT,
    };
    Ok(ReturnRow {
        at: figures::moment(kept.at, zone),
        origin: Text::new(origin),
        reason: kept.reason.clone(),
        tickets: kept.tickets,
        refund: kept.refund().map_err(Problem::internal)?,
        is_credit: !kept.credited.is_zero(),
        kept: kept.kept,
    })
}

pub(in crate::organizer) fn refund_row(refund: &Refund, zone: &ZoneName) -> RefundRow {
    RefundRow {
        at: figures::moment(refund.created_at, zone),
        amount: refund.amount,
        state: refund.state.name().to_owned(),
    }
}

pub(in crate::organizer) fn ticket_row(report: &OrderReport, ticket: &TicketLine) -> OrderTicketRow {
    let state = match (ticket.is_void, ticket.admitted_at) {
        (true, _) => "cancelled",
        (false, Some(_)) => "used",
        (false, None) => "valid",
    };
    OrderTicketRow {
        type_name: ticket.type_name.clone(),
        is_add_on: ticket.is_add_on,
        holder: Some(ticket.holder_name.clone()).filter(|name| !name.is_empty()),
        seat: ticket.seat.as_ref().map(crate::seats::label),
        state: state.to_owned(),
        used: ticket
            .admitted_at
            .map(|at| figures::moment(at, &report.order.time_zone)),
    }
}

/// Joins the steps of the order with what was decided about its payments, the latest first.
pub(in crate::organizer) fn timeline(
    report: &OrderReport,
    names: &BTreeMap<String, String>,
    decisions: &[Decided],
) -> Vec<TimelineEntry> {
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
