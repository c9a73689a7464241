//! `GET /manage/payments`.

use axum::response::Response;
use bilten_billing::quarantine::{self, Waiting};
use bilten_branding::views::{
    Section, Text,
    console::{PaymentRow, PaymentsView},
};
use bilten_kernel::ZoneName;

use super::{action, permit, why};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures, urls},
};

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    permit(&console).await?;
    let zone = console.state.settings.get(&console).await?.time_zone.clone();
    let mut tx = console.begin().await?;
    let waiting = quarantine::list(&mut tx).await?;
    tx.commit().await?;
    let view = PaymentsView {
        orders_url: urls::ORDERS.to_owned(),
        rows: waiting.iter().map(|waiting| row(waiting, &zone)).collect(),
    };
    console.html(Section::Orders, &view)
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
