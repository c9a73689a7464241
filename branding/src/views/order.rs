//! What a buyer holds after paying: the order's page and the printable tickets.

use bilten_kernel::Money;
use serde::Serialize;

use super::{Moment, Text, View, checkout::Summary, sample};
use crate::texts;

/// `GET /orders/{order_token}`.
#[derive(Debug, Clone, Serialize)]
pub struct OrderView {
    /// Short code that people read out.
    pub code: String,
    /// State of the order.
    pub state: OrderState,
    /// What was bought.
    pub summary: Summary,
    /// Buyer's name.
    pub buyer: String,
    /// Where the confirmation goes.
    pub email: String,
    /// When it was placed.
    pub placed: Moment,
    /// The tickets, once there are any.
    pub tickets: Vec<TicketCard>,
    /// The gift card that was bought, once its money came.
    pub gift_card: Option<GiftCardShown>,
    /// Printable page.
    pub print_url: Option<String>,
    /// Calendar file.
    pub calendar_url: Option<String>,
    /// Where sending the mail again is posted to.
    pub resend_action: Option<String>,
    /// What the organizer promises about refunds.
    pub refund_policy: Option<String>,
    /// What it costs to give tickets back, line by line (`RETURN_TERM_*`).
    pub return_terms: Vec<Text>,
    /// What goes back for tickets that were taken back, while others stay.
    pub refunded: Option<Money>,
    /// Where tickets are given back, when the buyer can do so now.
    pub return_url: Option<String>,
    /// Whether that is his right of withdrawal.
    pub is_withdrawal: bool,
}

/// A gift card, to whoever may see its order.
#[derive(Debug, Clone, Serialize)]
pub struct GiftCardShown {
    /// Its code.
    pub code: String,
    /// What is left on it.
    pub left: Money,
    /// Nothing is taken from it from then on.
    pub expires: Option<Moment>,
    /// Nothing is taken from it now.
    pub is_stopped: bool,
    /// The recipient's address, where it goes to somebody else.
    pub sent_to: Option<String>,
    /// When it is sent there, while that is to come.
    pub send_at: Option<Moment>,
}

/// `GET /orders/{order_token}/returns`: which tickets come back, and what that costs.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnView {
    /// Short code that people read out.
    pub code: String,
    /// Title of the event.
    pub title: String,
    /// Where the form is posted to.
    pub action: String,
    /// Back to the order.
    pub order_url: String,
    /// The tickets that can come back.
    pub tickets: Vec<ReturnCard>,
    /// What holds now, in one line: one of `RETURN_TERM_*`.
    pub terms: Text,
    /// Whether this is the buyer's right of withdrawal.
    pub is_withdrawal: bool,
    /// What is wrong.
    pub error: Option<Text>,
}

/// A ticket that can come back.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnCard {
    /// Value of its box.
    pub value: String,
    /// Running number within the order, from 1.
    pub number: u32,
    /// Name of the ticket type.
    pub type_name: String,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Its seat (`SEAT_LABEL`), when it has one.
    pub seat: Option<Text>,
    /// What it cost.
    pub price: Money,
    /// What goes back for it.
    pub refund: Money,
    /// Whether its box is ticked.
    pub is_chosen: bool,
}

/// State of an order as its buyer meets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OrderState {
    /// Paid; the tickets are valid.
    Paid,
    /// The provider has not said yes or no; the page asks again by itself.
    Awaiting,
    /// The buyer must do something at the provider.
    ActionNeeded {
        /// Where.
        url: String,
    },
    /// A payment was begun, but nothing was sent to the provider; sending the form goes on with it.
    PayNow {
        /// Where the form is posted to.
        action: String,
    },
    /// The same, and the provider was out of reach a moment ago.
    Unreachable {
        /// Where the form is posted to.
        action: String,
    },
    /// The payment failed; another attempt is possible while the tickets are kept.
    Failed {
        /// Why: one of `DECLINE_*`.
        reason: Text,
        /// Another attempt.
        retry_url: Option<String>,
    },
    /// The money came but the tickets were gone; it goes back by itself.
    Conflict,
    /// Nobody paid in time.
    Expired {
        /// Back to the event.
        again_url: String,
    },
    /// The last try to pay failed, and the tickets went back on sale.
    Exhausted {
        /// Back to the event.
        again_url: String,
    },
    /// Cancelled.
    Cancelled,
    /// The money went back.
    Refunded {
        /// How much.
        amount: Money,
    },
}

/// A ticket on the order's page.
#[derive(Debug, Clone, Serialize)]
pub struct TicketCard {
    /// Running number within the order, from 1.
    pub number: u32,
    /// Name of the ticket type.
    pub type_name: String,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Who it is for, if named.
    pub holder: Option<String>,
    /// Its seat (`SEAT_LABEL`), when it has one.
    pub seat: Option<Text>,
    /// Address of the QR symbol (SVG).
    pub qr_url: String,
    /// Address of the QR symbol (PNG), for saving.
    pub png_url: Option<String>,
    /// Whether it opens the door.
    pub state: TicketState,
}

/// Whether a ticket opens the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TicketState {
    /// It does.
    Valid,
    /// It did.
    Used {
        /// When.
        at: Moment,
    },
    /// It does not any more.
    Cancelled,
}

/// `GET /orders/{order_token}/tickets`: one ticket per sheet.
#[derive(Debug, Clone, Serialize)]
pub struct PrintView {
    /// Code of the order.
    pub code: String,
    /// The event.
    pub summary: Summary,
    /// Lines of the venue's address.
    pub address: Vec<String>,
    /// When the doors open.
    pub doors: Option<Moment>,
    /// The tickets.
    pub tickets: Vec<TicketCard>,
    /// Back to the order.
    pub order_url: String,
}

impl View for OrderView {
    const TEMPLATE: &'static str = "order/order.html";

    fn samples() -> Vec<Self> {
        let decline = Text::new(texts::DECLINE_CARD);
        let amount = sample::summary().total;
        let mut states = vec![sample::order(OrderState::Paid)];
        let without_tickets = [
            OrderState::Awaiting,
            OrderState::ActionNeeded {
                url: "/sandbox/pay_1".to_owned(),
            },
            OrderState::PayNow {
                action: "/checkout/c0ffee/pay".to_owned(),
            },
            OrderState::Unreachable {
                action: "/checkout/c0ffee/pay".to_owned(),
            },
            OrderState::Failed {
                reason: decline,
                retry_url: Some("/checkout/c0ffee/pay".to_owned()),
            },
            OrderState::Conflict,
            OrderState::Expired {
                again_url: "/events/nordlys-2027".to_owned(),
            },
            OrderState::Exhausted {
                again_url: "/events/nordlys-2027".to_owned(),
            },
        ];
        for state in without_tickets {
            let mut view = sample::order(state);
            view.tickets.clear();
            view.print_url = None;
            view.resend_action = None;
            view.refunded = None;
            view.return_url = None;
            states.push(view);
        }
        let mut withdrawal = sample::order(OrderState::Paid);
        withdrawal.is_withdrawal = true;
        states.push(withdrawal);
        for state in [OrderState::Cancelled, OrderState::Refunded { amount }] {
            let mut view = sample::order(state);
            for ticket in &mut view.tickets {
                ticket.state = TicketState::Cancelled;
            }
            view.print_url = None;
            view.resend_action = None;
            states.push(view);
        }
        for (is_sent, is_stopped) in [(false, false), (true, false), (false, true)] {
            let mut view = sample::order(OrderState::Paid);
            view.summary = sample::gift_summary();
            view.tickets.clear();
            (view.print_url, view.calendar_url, view.return_url) = (None, None, None);
            view.return_terms.clear();
            view.refund_policy = None;
            view.refunded = is_stopped.then(|| sample::nok(12_000));
            view.gift_card = Some(GiftCardShown {
                code: "4QH7PM-2KX9ZC-R8TW7K".to_owned(),
                left: sample::nok(if is_stopped { 0 } else { 50_000 }),
                expires: is_sent.then(|| sample::moment("2029-12-24T23:00:00Z")),
                is_stopped,
                sent_to: is_sent.then(|| "ada@\"><b>example.org".to_owned()),
                send_at: is_sent.then(|| sample::moment("2026-12-24T08:00:00Z")),
            });
            states.push(view);
        }
        let mut gift = sample::order(OrderState::Awaiting);
        gift.summary = sample::gift_summary();
        gift.tickets.clear();
        states.push(gift);
        states
    }
}

impl View for ReturnView {
    const TEMPLATE: &'static str = "order/return.html";

    fn samples() -> Vec<Self> {
        let price = sample::summary().total;
        let card = |number: u32| ReturnCard {
            value: format!("tkt_{number}"),
            number,
            type_name: "Festival <pass>".to_owned(),
            is_add_on: number == 3,
            seat: (number == 1).then(|| sample::seat(1)),
            price,
            refund: Money::new(price.minor / 2, price.currency),
            is_chosen: number == 1,
        };
        let terms = sample::return_terms();
        let view = |terms: &Text, is_withdrawal, error| Self {
            code: "N7KQ2".to_owned(),
            title: "Nordlys <Festival> 2027".to_owned(),
            action: "/orders/0rder/returns".to_owned(),
            order_url: "/orders/0rder".to_owned(),
            tickets: (1..=3).map(card).collect(),
            terms: terms.clone(),
            is_withdrawal,
            error,
        };
        vec![
            view(&terms[2], false, None),
            view(&terms[0], true, Some(Text::new(texts::RETURN_CHOOSE))),
        ]
    }
}

impl View for PrintView {
    const TEMPLATE: &'static str = "order/print.html";

    fn samples() -> Vec<Self> {
        let order = sample::order(OrderState::Paid);
        vec![Self {
            code: order.code,
            summary: order.summary,
            address: vec!["Sognsveien 231".to_owned(), "0863 Oslo".to_owned()],
            doors: Some(sample::moment("2027-02-12T16:00:00Z")),
            tickets: order.tickets,
            order_url: "/orders/0rder".to_owned(),
        }]
    }
}
