//! Orders: the list and one of them.

use bilten_kernel::Money;
use serde::Serialize;

use crate::{
    texts,
    views::{
        Choice, FieldErrors, Moment, Text, View,
        checkout::{Line, PromoLine},
        sample,
    },
};

/// `GET /manage/orders?q=&state=&event=&cursor=`.
#[derive(Debug, Clone, Serialize)]
pub struct OrderListView {
    /// Words searched for: code, name or mail address.
    pub q: String,
    /// Name of a state or `""`.
    pub state: String,
    /// Events to choose from.
    pub events: Vec<Choice>,
    /// The orders, newest first.
    pub rows: Vec<OrderRow>,
    /// Address of the next page.
    pub next_url: Option<String>,
    /// Payments that need a look: how many, and where.
    pub waiting: Option<WaitingPayments>,
}

/// Payments that need a look.
#[derive(Debug, Clone, Serialize)]
pub struct WaitingPayments {
    /// How many.
    pub text: Text,
    /// Where they are.
    pub url: String,
}

/// The gift card of an order.
#[derive(Debug, Clone, Serialize)]
pub struct BoughtCardRow {
    /// The last letters of its code; nothing until its money came.
    pub tail: Option<String>,
    /// What is left on it.
    pub left: Option<Money>,
    /// Whether nothing is taken from it now.
    pub is_stopped: bool,
    /// For whom it is.
    pub recipient: String,
    /// What goes, or went, back of its price while the order stays paid.
    pub refunded: Option<Money>,
}

/// An order in a list.
#[derive(Debug, Clone, Serialize)]
pub struct OrderRow {
    /// Address of its page.
    pub url: String,
    /// Short code.
    pub code: String,
    /// Buyer's name.
    pub buyer: String,
    /// Buyer's mail address.
    pub email: String,
    /// Title of the event; an order of a gift card has none.
    pub event: Option<String>,
    /// Number of tickets.
    pub tickets: u32,
    /// Price of everything.
    pub total: Money,
    /// State.
    pub status: OrderStatus,
    /// When it was placed.
    pub placed: Moment,
}

/// State of an order as staff see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Details given, not paid.
    Quoted,
    /// Being paid.
    AwaitingPayment,
    /// Money is announced but not here.
    AwaitingFunds,
    /// Paid.
    Paid,
    /// Paid after the tickets were gone.
    PaymentConflict,
    /// Nobody paid in time.
    Expired,
    /// Cancelled.
    Cancelled,
    /// Money went back.
    Refunded,
}

/// Cash that is to be handed back.
#[derive(Debug, Clone, Serialize)]
pub struct CashDue {
    /// How much.
    pub amount: Money,
    /// Where it is posted to that somebody has handed it out.
    pub action: String,
}

/// `GET /manage/orders/{id}`.
#[derive(Debug, Clone, Serialize)]
pub struct OrderDetailView {
    /// Short code.
    pub code: String,
    /// State.
    pub status: OrderStatus,
    /// Buyer's name.
    pub buyer: String,
    /// Buyer's mail address.
    pub email: String,
    /// Title of the event; an order of a gift card has none.
    pub event: Option<String>,
    /// The event in the console; else the gift cards there.
    pub event_url: String,
    /// The gift card that it bought, or is to buy.
    pub bought_card: Option<BoughtCardRow>,
    /// When it was placed.
    pub placed: Moment,
    /// Whether it was sold at the door.
    pub is_door: bool,
    /// What was bought.
    pub lines: Vec<Line>,
    /// The promo code that it was made with.
    pub promo: Option<PromoLine>,
    /// What was given beside the tickets.
    pub donation: Option<Money>,
    /// What of the total a gift card paid.
    pub gift: Option<Money>,
    /// Price of everything.
    pub total: Money,
    /// The tickets.
    pub tickets: Vec<OrderTicketRow>,
    /// What happened, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The order as its buyer sees it.
    pub public_url: Option<String>,
    /// Where sending the mail again is posted to, if it may be.
    pub resend_action: Option<String>,
    /// Where cancelling is posted to, if it may be.
    pub cancel_action: Option<String>,
    /// The form that takes tickets back, if it may be used.
    pub return_form: Option<ReturnForm>,
    /// Cash that is to be handed back to the buyer.
    pub cash_due: Option<CashDue>,
    /// What was taken back, the oldest first.
    pub returns: Vec<ReturnRow>,
    /// What went back to the buyer, the oldest first.
    pub refunds: Vec<RefundRow>,
    /// Makes a repeated sending harmless.
    pub request_key: String,
}

/// A ticket of an order.
#[derive(Debug, Clone, Serialize)]
pub struct OrderTicketRow {
    /// Name of the ticket type.
    pub type_name: String,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Who it is for.
    pub holder: Option<String>,
    /// Its seat (`SEAT_LABEL`), when it has one.
    pub seat: Option<Text>,
    /// `valid`, `used` or `cancelled`.
    pub state: String,
    /// When it was used.
    pub used: Option<Moment>,
}

/// The form that takes tickets back.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnForm {
    /// Where it is posted to.
    pub action: String,
    /// The tickets that admit.
    pub tickets: Vec<ReturnChoice>,
    /// Whether to ask what becomes of add-ons that would stand alone: field `add_ons`, `take` or `leave`.
    pub asks_add_ons: bool,
    /// What is kept of their price, as it was typed.
    pub keep: String,
    /// Why, as it was typed.
    pub reason: String,
    /// Whether it may become a gift card instead of money.
    pub can_credit: bool,
    /// Whether that was wanted.
    pub is_credit: bool,
    /// Currency of what is kept.
    pub currency: String,
    /// What is wrong: fields `ticket`, `add_ons`, `keep`, `reason`.
    pub errors: FieldErrors,
}

/// A ticket that can be taken back.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnChoice {
    /// Value of its box.
    pub value: String,
    /// Name of the ticket type.
    pub type_name: String,
    /// Whether it is an add-on, which admits nobody.
    pub is_add_on: bool,
    /// Its seat (`SEAT_LABEL`), when it has one.
    pub seat: Option<Text>,
    /// What it cost.
    pub price: Money,
    /// Whether its holder has come in.
    pub is_used: bool,
    /// Whether its box is ticked.
    pub is_chosen: bool,
}

/// Tickets that were taken back.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnRow {
    /// When.
    pub at: Moment,
    /// By what right: one of `RETURN_BY_*`.
    pub origin: Text,
    /// Why, in the words of whoever decided it.
    pub reason: String,
    /// Number of tickets.
    pub tickets: u32,
    /// What goes back.
    pub refund: Money,
    /// Whether some of that became a gift card.
    pub is_credit: bool,
    /// What is kept.
    pub kept: Money,
}

/// Money on its way back.
#[derive(Debug, Clone, Serialize)]
pub struct RefundRow {
    /// When it was decided.
    pub at: Moment,
    /// How much.
    pub amount: Money,
    /// `requested`, `submitting`, `pending`, `succeeded` or `failed`.
    pub state: String,
}

/// A line of the timeline.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineEntry {
    /// When.
    pub at: Moment,
    /// What: one of `TIMELINE_*`.
    pub text: Text,
    /// Who, if a person.
    pub actor: Option<String>,
}

/// Code, buyer, state, tickets, total, time.
type Sample = (&'static str, &'static str, OrderStatus, u32, i64, &'static str);

const SAMPLES: [Sample; 8] = [
    (
        "N7KQ2",
        "Sample Guest",
        OrderStatus::Paid,
        3,
        547_000,
        "2026-11-22T17:14:00Z",
    ),
    (
        "P4MXW",
        "Nils Aas",
        OrderStatus::AwaitingPayment,
        1,
        129_000,
        "2026-11-22T17:02:00Z",
    ),
    (
        "T9RJD",
        "Ingrid Bjørnson-Haugen",
        OrderStatus::AwaitingFunds,
        2,
        258_000,
        "2026-11-22T16:40:00Z",
    ),
    (
        "C2HVB",
        "Oluwaseun Adeyemi",
        OrderStatus::PaymentConflict,
        2,
        138_000,
        "2026-11-22T15:12:00Z",
    ),
    ("X8ZGF", "Li", OrderStatus::Refunded, 4, 516_000, "2026-11-21T19:30:00Z"),
    (
        "K3SNY",
        "María José Carreño",
        OrderStatus::Cancelled,
        1,
        69_000,
        "2026-11-21T12:00:00Z",
    ),
    (
        "B6WQT",
        "Mohammed Al-Farsi",
        OrderStatus::Expired,
        2,
        258_000,
        "2026-11-20T08:21:00Z",
    ),
    (
        "D5LPC",
        "Sigrún Jónsdóttir",
        OrderStatus::Quoted,
        1,
        289_000,
        "2026-11-20T07:55:00Z",
    ),
];

/// An order per state.
pub(super) fn sample_rows() -> Vec<OrderRow> {
    SAMPLES
        .into_iter()
        .map(|(code, buyer, status, tickets, total, placed)| OrderRow {
            url: format!("/manage/orders/ord_{code}"),
            code: code.to_owned(),
            buyer: buyer.to_owned(),
            email: format!("{}@example.org", code.to_lowercase()),
            event: (status != OrderStatus::Expired).then(|| "Nordlys Festival 2027".to_owned()),
            tickets,
            total: sample::nok(total),
            status,
            placed: sample::moment(placed),
        })
        .collect()
}

impl View for OrderListView {
    const TEMPLATE: &'static str = "console/orders.html";

    fn samples() -> Vec<Self> {
        let view = |rows, q: &str| Self {
            q: q.to_owned(),
            state: String::new(),
            events: vec![
                Choice::new("evt_0", "Nordlys Festival 2027", false),
                Choice::new("evt_1", "Polar Sessions", false),
            ],
            rows,
            next_url: Some("/manage/orders?cursor=abc".to_owned()),
            waiting: Some(WaitingPayments {
                text: Text::new(texts::TODO_PAYMENTS_WAITING).with("count", 2_u32),
                url: "/manage/payments".to_owned(),
            }),
        };
        let mut nothing = view(Vec::new(), "nobody");
        nothing.next_url = None;
        nothing.waiting = None;
        let mut empty = nothing.clone();
        empty.q.clear();
        vec![view(sample_rows(), ""), nothing, empty]
    }
}

fn sample_ticket(state: &str) -> OrderTicketRow {
    OrderTicketRow {
        type_name: "Festival pass".to_owned(),
        is_add_on: state == "cancelled",
        holder: (state == "valid").then(|| "Sample Guest".to_owned()),
        seat: Some(sample::seat(7)),
        state: state.to_owned(),
        used: (state == "used").then(|| sample::moment("2027-02-12T17:12:00Z")),
    }
}

fn sample_return_form() -> ReturnForm {
    let choice = |number: u32, is_used| ReturnChoice {
        value: format!("tkt_{number}"),
        type_name: "Festival <pass>".to_owned(),
        is_add_on: number == 3,
        seat: (number == 1).then(|| sample::seat(7)),
        price: sample::summary().total,
        is_used,
        is_chosen: number == 2,
    };
    ReturnForm {
        action: "/manage/orders/ord_1/returns".to_owned(),
        tickets: vec![choice(1, false), choice(2, false), choice(3, true)],
        asks_add_ons: true,
        keep: "1,,2".to_owned(),
        reason: "Moved <away>".to_owned(),
        can_credit: true,
        is_credit: false,
        currency: "NOK".to_owned(),
        errors: FieldErrors::none()
            .with("ticket", Text::new(texts::FIELD_REQUIRED))
            .with("add_ons", Text::new(texts::FIELD_ORPHANS).with("count", 2_u32))
            .with("keep", Text::new(texts::FIELD_PRICE_INVALID)),
    }
}

impl View for OrderDetailView {
    const TEMPLATE: &'static str = "console/order.html";

    fn samples() -> Vec<Self> {
        let entry = |at: &str, text, actor: Option<&str>| TimelineEntry {
            at: sample::moment(at),
            text: Text::new(text),
            actor: actor.map(ToOwned::to_owned),
        };
        let summary = sample::summary();
        let view = |status| Self {
            code: "N7KQ2".to_owned(),
            status,
            buyer: "Sample Guest".to_owned(),
            email: "guest@example.org".to_owned(),
            event: Some(summary.title.clone()),
            bought_card: None,
            event_url: "/manage/events/evt_0".to_owned(),
            placed: sample::moment("2026-11-22T17:12:00Z"),
            is_door: status == OrderStatus::Paid,
            lines: summary.lines.clone(),
            promo: summary.promo.clone(),
            donation: summary.donation,
            gift: summary.gift.map(|gift| gift.amount),
            total: summary.total,
            tickets: ["valid", "used", "cancelled"].into_iter().map(sample_ticket).collect(),
            timeline: vec![
                entry("2026-11-22T17:20:00Z", texts::TIMELINE_RESENT, Some("nils@example.org")),
                entry("2026-11-22T17:14:20Z", texts::TIMELINE_MAILED, None),
                entry("2026-11-22T17:14:02Z", texts::TIMELINE_TICKETS_ISSUED, None),
                entry("2026-11-22T17:14:02Z", texts::TIMELINE_PAID, None),
                entry("2026-11-22T17:12:00Z", texts::TIMELINE_PLACED, None),
            ],
            public_url: Some("/orders/0rder".to_owned()),
            resend_action: (status == OrderStatus::Paid).then(|| "/manage/orders/ord_1/resends".to_owned()),
            cancel_action: (status == OrderStatus::Paid).then(|| "/manage/orders/ord_1/cancellation".to_owned()),
            return_form: (status == OrderStatus::Paid).then(sample_return_form),
            cash_due: (status == OrderStatus::Refunded).then(|| CashDue {
                amount: summary.total,
                action: "/manage/orders/ord_1/hand-outs".to_owned(),
            }),
            returns: vec![ReturnRow {
                at: sample::moment("2026-11-24T09:12:00Z"),
                origin: Text::new(texts::RETURN_BY_STAFF),
                reason: "Moved away".to_owned(),
                tickets: 1,
                refund: Money::new(124_000, summary.total.currency),
                is_credit: true,
                kept: Money::new(5_000, summary.total.currency),
            }],
            refunds: ["submitting", "succeeded", "failed"]
                .into_iter()
                .map(|state| RefundRow {
                    at: sample::moment("2026-11-24T09:12:00Z"),
                    amount: Money::new(124_000, summary.total.currency),
                    state: state.to_owned(),
                })
                .collect(),
            request_key: "0194".to_owned(),
        };
        vec![
            view(OrderStatus::Paid),
            view(OrderStatus::PaymentConflict),
            view(OrderStatus::Refunded),
        ]
    }
}
