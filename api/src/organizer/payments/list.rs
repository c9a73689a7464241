//! `GET /manage/payments`.

use axum::response::Response;
use std::collections::BTreeMap;

use bilten_billing::{
    quarantine::{self, Waiting},
    risk::{
        self, Tripped,
        approvals::{self, Approval, Movement},
        breaker::Level,
    },
};
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{ApprovalRow, LimitForm, PaymentRow, PaymentsView},
    },
};
use bilten_core::{catalog, orders::Order};
use bilten_kernel::{Currency, Money, ZoneName};
use bilten_tenancy::{
    TenantTx,
    permissions::{Permission, Scope},
};

use super::{action, permit, why};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures, people, prices, urls},
};

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    permit(&console).await?;
    let settings = console.state.settings.get(&console).await?;
    let zone = &settings.time_zone;
    let mut tx = console.begin().await?;
    let waiting = quarantine::list(&mut tx).await?;
    let view = PaymentsView {
        orders_url: urls::ORDERS.to_owned(),
        rows: waiting.iter().map(|waiting| row(waiting, zone)).collect(),
        alerts: alerts(&console, &mut tx).await?,
        approvals: approval_rows(&console, &mut tx, zone).await?,
        limit: limit_form(&console, &mut tx, settings.currency).await?,
    };
    tx.commit().await?;
    console.html(Section::Orders, &view)
}

/// What banks refuse far more than usual, in words.
async fn alerts(console: &Console, tx: &mut TenantTx) -> Result<Vec<Text>, Problem> {
    let mut told = Vec::new();
    for (level, tripped) in risk::alerts(console, tx).await? {
        let name = match tripped.event {
            Some(event) => {
                let found = catalog::find_event(console, tx, event).await?;
                Some(found.map(|found| found.event.name.to_string()).unwrap_or_default())
            }
            None => None,
        };
        told.push(alert(level, &tripped, name));
    }
    Ok(told)
}

fn alert(level: Level, tripped: &Tripped, event: Option<String>) -> Text {
    let key = match (level, &event) {
        (Level::Open, Some(_)) => texts::ALERT_OPEN_EVENT,
        (Level::Open, None) => texts::ALERT_OPEN_ALL,
        (Level::Alert | Level::Quiet, Some(_)) => texts::ALERT_EVENT,
        (Level::Alert | Level::Quiet, None) => texts::ALERT_ALL,
    };
    let text = Text::new(key)
        .with("declines", number(tripped.sample.declines))
        .with("tries", number(tripped.sample.tries));
    match event {
        Some(event) => text.with("event", event),
        None => text,
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

async fn approval_rows(console: &Console, tx: &mut TenantTx, zone: &ZoneName) -> Result<Vec<ApprovalRow>, Problem> {
    let waiting = approvals::list_waiting(console, tx).await?;
    let actors = waiting.iter().map(|(approval, _)| approval.requested_by.as_str());
    let names = people::names(tx, actors).await?;
    let me = console.actor.to_string();
    let row = |(approval, order): &(Approval, Option<Order>)| ApprovalRow {
        id: approval.id.to_string(),
        what: what(approval, order.as_ref()),
        order_url: order.as_ref().map(|order| urls::order(order.id)),
        amount: approval.amount,
        asked_by: asked_by(approval, &names),
        asked: figures::moment(approval.requested_at, zone),
        expires: figures::moment(approval.expires_at, zone),
        action: (approval.requested_by != me && console.may(Permission::OrderRefundApprove))
            .then(|| format!("/manage/approvals/{}/decisions", approval.id)),
    };
    Ok(waiting.iter().map(row).collect())
}

fn what(approval: &Approval, order: Option<&Order>) -> Text {
    match approval.kind {
        Movement::Refund => {
            let code = order.map(|order| order.code.to_string()).unwrap_or_default();
            Text::new(texts::APPROVAL_REFUND).with("code", code)
        }
        Movement::Payout => Text::new(texts::APPROVAL_PAYOUT),
    }
}

/// Name of who asked; programs have none but the one of their key.
fn asked_by(approval: &Approval, names: &BTreeMap<String, String>) -> String {
    let found = names.get(&approval.requested_by);
    found.unwrap_or(&approval.requested_by).clone()
}

async fn limit_form(console: &Console, tx: &mut TenantTx, currency: Currency) -> Result<Option<LimitForm>, Problem> {
    if !console.session.rights.allows(Permission::PayeeManage, Scope::Tenant) {
        return Ok(None);
    }
    let limit: Option<Money> = approvals::find_limit(tx, Movement::Refund, currency).await?;
    Ok(Some(LimitForm {
        action: "/manage/payments/limit".to_owned(),
        amount: limit.map(prices::write).unwrap_or_default(),
        currency: currency.code().to_owned(),
    }))
}

fn row(waiting: &Waiting, zone: &ZoneName) -> PaymentRow {
    let Waiting { attempt, order, .. } = waiting;
    PaymentRow {
        code: order.code.to_string(),
        order_url: urls::order(order.id),
        buyer: order.buyer_name.to_string(),
        amount: attempt.amount,
        why: Text::new(why(waiting.why)),
        started: figures::moment(attempt.created_at, zone),
        look_action: action(attempt.id, "looks"),
        refund_action: action(attempt.id, "refunds"),
    }
}
