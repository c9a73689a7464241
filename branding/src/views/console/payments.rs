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
        [rows, Vec::new()]
            .into_iter()
            .map(|rows| Self {
                orders_url: "/manage/orders".to_owned(),
                rows,
            })
            .collect()
    }
}
