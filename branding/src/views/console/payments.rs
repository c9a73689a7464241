//! Payments that need a look.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{Moment, Text, View, sample},
};

/// `GET /manage/payments`.
#[derive(Debug, Clone, Serialize)]
pub struct PaymentsView {
    /// Where all orders are.
    pub orders_url: String,
    /// The payments, the oldest first; none is good news.
    pub rows: Vec<PaymentRow>,
    /// Of what banks refuse far more than usual.
    pub alerts: Vec<Text>,
    /// Money that waits for a second person.
    pub approvals: Vec<ApprovalRow>,
    /// Above which amount one is needed, for whoever may say so.
    pub limit: Option<LimitForm>,
}

/// Money that somebody wants to move and a second person decides about.
#[derive(Debug, Clone, Serialize)]
pub struct ApprovalRow {
    /// Tells it from the others on the page.
    pub id: String,
    /// What is to happen: `APPROVAL_REFUND` or `APPROVAL_PAYOUT`.
    pub what: Text,
    /// Page of the order.
    pub order_url: Option<String>,
    /// How much.
    pub amount: Money,
    /// Name of who asked.
    pub asked_by: String,
    /// When.
    pub asked: Moment,
    /// Until when it can be decided.
    pub expires: Moment,
    /// Where a decision is posted to, field `verdict`; nothing for who asked himself.
    pub action: Option<String>,
}

/// Above which amount a second person is needed.
#[derive(Debug, Clone, Serialize)]
pub struct LimitForm {
    /// Where the form is posted to.
    pub action: String,
    /// The amount as it is typed; nothing when nobody else is needed.
    pub amount: String,
    /// Code of its currency.
    pub currency: String,
}

/// A payment that does not match what was asked for.
#[derive(Debug, Clone, Serialize)]
pub struct PaymentRow {
    /// Code of the order.
    pub code: String,
    /// Page of the order.
    pub order_url: String,
    /// Buyer's name.
    pub buyer: String,
    /// What was asked for.
    pub amount: Money,
    /// What does not match: one of `PAYMENT_*`.
    pub why: Text,
    /// When it began.
    pub started: Moment,
    /// Where another look is posted to.
    pub look_action: String,
    /// Where giving the money back is posted to.
    pub refund_action: String,
}

impl View for PaymentsView {
    const TEMPLATE: &'static str = "console/payments.html";

    fn samples() -> Vec<Self> {
        let row = |code: &str, buyer: &str, why| PaymentRow {
            code: code.to_owned(),
            order_url: "/manage/orders/ord_0".to_owned(),
            buyer: buyer.to_owned(),
            amount: sample::nok(149_000),
            why: Text::new(why),
            started: sample::moment("2026-11-22T17:14:00Z"),
            look_action: "/manage/payments/pay_0/looks".to_owned(),
            refund_action: "/manage/payments/pay_0/refunds".to_owned(),
        };
        let rows = vec![
            row("N7KQ2", "Ada Lovelace", texts::PAYMENT_OTHER_AMOUNT),
            row("X3MPA", "Ingrid Bjørnson-Haugen", texts::PAYMENT_OTHER_CURRENCY),
            row("C9RTE", "Ada Lovelace", texts::PAYMENT_OTHER_PAYMENT),
        ];
        let approval = |action: Option<&str>| ApprovalRow {
            id: "apv_0".to_owned(),
            what: Text::new(texts::APPROVAL_REFUND).with("code", "N7KQ2"),
            order_url: Some("/manage/orders/ord_0".to_owned()),
            amount: sample::nok(1_490_000),
            asked_by: "Ada Lovelace".to_owned(),
            asked: sample::moment("2026-11-22T17:14:00Z"),
            expires: sample::moment("2026-11-29T17:14:00Z"),
            action: action.map(ToOwned::to_owned),
        };
        let alert = Text::new(texts::ALERT_OPEN_EVENT)
            .with("event", "Nordlys Festival 2027")
            .with("declines", 31_u32)
            .with("tries", 44_u32);
        let busy = Self {
            orders_url: "/manage/orders".to_owned(),
            rows,
            alerts: vec![alert],
            approvals: vec![approval(Some("/manage/approvals/apv_0/decisions")), approval(None)],
            limit: Some(LimitForm {
                action: "/manage/payments/limit".to_owned(),
                amount: "5000".to_owned(),
                currency: "NOK".to_owned(),
            }),
        };
        let calm = Self {
            orders_url: "/manage/orders".to_owned(),
            rows: Vec::new(),
            alerts: Vec::new(),
            approvals: Vec::new(),
            limit: None,
        };
        vec![busy, calm]
    }
}
