//! Every component in every state, with a tenant's own tokens.

use serde::Serialize;

use crate::views::{
    FieldErrors, Text, View,
    console::{HomeView, OrderRow, OrderStatus, SalesChart},
    sample,
    storefront::{BuyForm, EventCard, TicketTypeRow},
};

/// `GET /styleguide`, where a developer works.
#[derive(Debug, Clone, Serialize)]
pub struct StyleguideView {
    /// A card per state of an event.
    pub cards: Vec<EventCard>,
    /// A row per state of a ticket type, one of them refused.
    pub types: Vec<TicketTypeRow>,
    /// Makes the rows show their steppers; nothing is sent.
    pub form: Option<BuyForm>,
    /// What a form looks like when it was refused.
    pub errors: FieldErrors,
    /// A chart.
    pub chart: SalesChart,
    /// A row per state of an order.
    pub orders: Vec<OrderRow>,
}

impl View for StyleguideView {
    const TEMPLATE: &'static str = "dev/styleguide.html";

    fn samples() -> Vec<Self> {
        let event = sample::event();
        let mut types = event.types;
        if let Some(row) = types.last_mut() {
            row.chosen = 3;
            row.error = Some(Text::new(crate::texts::ERROR_ONLY_LEFT).with("left", 2_u32));
        }
        let home = HomeView::samples().into_iter().next().expect("each view has a sample");
        let states = [
            OrderStatus::Quoted,
            OrderStatus::AwaitingPayment,
            OrderStatus::AwaitingFunds,
            OrderStatus::Paid,
            OrderStatus::PaymentConflict,
            OrderStatus::Expired,
            OrderStatus::Cancelled,
            OrderStatus::Refunded,
        ];
        vec![Self {
            cards: sample::event_cards(),
            types,
            form: event.form,
            errors: FieldErrors::none().with("email", Text::new(crate::texts::FIELD_EMAIL_INVALID)),
            chart: home.sales,
            orders: home
                .orders
                .into_iter()
                .cycle()
                .zip(states)
                .map(|(row, status)| OrderRow { status, ..row })
                .collect(),
        }]
    }
}
