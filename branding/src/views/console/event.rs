//! One event: sales per ticket type, stock, latest orders.

use bilten_kernel::Money;
use serde::Serialize;

use super::{EventStatus, OrderRow, PayoutOutlook, PromoPanel, SalesChart, home, orders, payout_outlook, promo};
use crate::views::{Moment, View, sample};

/// `GET /manage/events/{id}`.
#[derive(Debug, Clone, Serialize)]
pub struct EventOverviewView {
    /// Title.
    pub title: String,
    /// Its state.
    pub status: EventStatus,
    /// Begin.
    pub starts: Moment,
    /// Name of the venue.
    pub venue: String,
    /// The page as buyers see it, once published.
    pub public_url: Option<String>,
    /// Where it is edited.
    pub edit_url: Option<String>,
    /// Its waiting room, if it may be set up.
    pub waiting_room_url: Option<String>,
    /// What it costs to give tickets back, if it may be changed.
    pub return_policy_url: Option<String>,
    /// Where giving all buyers their money back is posted to, for an event that was called off with orders still paid.
    pub refund_action: Option<String>,
    /// Orders that are still paid then.
    pub unrefunded: u32,
    /// List of attendees.
    pub attendees_url: String,
    /// Who waits for places, once the event is published and if one may see it.
    pub waiting_list_url: Option<String>,
    /// Check-in of this event.
    pub check_in_url: String,
    /// Orders of this event.
    pub orders_url: String,
    /// Where publishing is posted to, if it may be.
    pub publish_action: Option<String>,
    /// Where cancelling is posted to, if it may be.
    pub cancel_action: Option<String>,
    /// Paid so far.
    pub revenue: Money,
    /// Tickets sold that admit.
    pub sold: u32,
    /// Tickets in carts now that admit.
    pub held: u32,
    /// Tickets there are that admit.
    pub capacity: u32,
    /// Share sold in per cent.
    pub percent: u32,
    /// People already inside.
    pub admitted: u32,
    /// Sales per day over the past weeks.
    pub chart: Option<SalesChart>,
    /// Sales per ticket type that admits.
    pub types: Vec<TypeSales>,
    /// Sales per add-on.
    pub add_ons: Vec<TypeSales>,
    /// Its promo codes, unless it was cancelled without any.
    pub promos: Option<PromoPanel>,
    /// Prices that buyers name, donations and price offers.
    pub offers_url: Option<String>,
    /// When the money would be paid out, for a draft.
    pub outlook: Option<PayoutOutlook>,
    /// Prices that move with demand.
    pub moving_prices_url: Option<String>,
    /// Latest orders.
    pub orders: Vec<OrderRow>,
}

/// Sales of one ticket type.
#[derive(Debug, Clone, Serialize)]
pub struct TypeSales {
    /// Name.
    pub name: String,
    /// Price of one.
    pub price: Money,
    /// Sold.
    pub sold: u32,
    /// In carts now.
    pub held: u32,
    /// How many there are.
    pub capacity: u32,
    /// Share sold in per cent, 0 to 100.
    pub sold_percent: u32,
    /// Share in carts in per cent, 0 to 100.
    pub held_percent: u32,
    /// Paid for it.
    pub revenue: Money,
    /// Whether the type is hidden from buyers.
    pub hidden: bool,
    /// Whether only a promo code makes it buyable.
    pub locked: bool,
}

impl View for EventOverviewView {
    const TEMPLATE: &'static str = "console/event.html";

    fn samples() -> Vec<Self> {
        let view = |status| Self {
            title: "Nordlys Festival 2027".to_owned(),
            status,
            starts: sample::moment("2027-02-12T17:00:00Z"),
            venue: "Tryvann Winter Park".to_owned(),
            public_url: (status == EventStatus::Published).then(|| "/events/nordlys-2027".to_owned()),
            edit_url: Some("/manage/events/evt_0/setup/basics".to_owned()),
            waiting_room_url: Some("/manage/events/evt_0/waiting-room".to_owned()),
            return_policy_url: Some("/manage/events/evt_0/return-policy".to_owned()),
            refund_action: (status == EventStatus::Cancelled).then(|| "/manage/events/evt_0/refunds".to_owned()),
            unrefunded: 1_204,
            attendees_url: "/manage/events/evt_0/attendees".to_owned(),
            waiting_list_url: (status == EventStatus::Published)
                .then(|| "/manage/events/evt_0/waiting-list".to_owned()),
            check_in_url: "/manage/events/evt_0/check-in".to_owned(),
            orders_url: "/manage/orders?event=evt_0".to_owned(),
            publish_action: (status == EventStatus::Draft).then(|| "/manage/events/evt_0/publication".to_owned()),
            cancel_action: (status == EventStatus::Published).then(|| "/manage/events/evt_0/cancellation".to_owned()),
            revenue: sample::nok(41_648_100),
            sold: 3_412,
            held: 53,
            capacity: 5_000,
            percent: 68,
            admitted: 0,
            chart: (status == EventStatus::Published).then(home::sample_chart),
            types: sample_types(),
            add_ons: sample_add_ons(),
            offers_url: (status != EventStatus::Cancelled).then(|| "/manage/events/evt_0/offers".to_owned()),
            outlook: (status == EventStatus::Draft).then(payout_outlook::sample_outlook),
            moving_prices_url: (status != EventStatus::Cancelled).then(|| "/manage/events/evt_0/prices".to_owned()),
            promos: (status != EventStatus::Cancelled).then(|| promo::sample_panel(status == EventStatus::Draft)),
            orders: if status == EventStatus::Draft {
                Vec::new()
            } else {
                orders::sample_rows()
            },
        };
        vec![
            view(EventStatus::Published),
            view(EventStatus::Draft),
            view(EventStatus::Ended),
            view(EventStatus::Cancelled),
        ]
    }
}

fn sample_types() -> Vec<TypeSales> {
    let types: [(&str, i64, u32, u32, u32, u32, u32); 4] = [
        ("Festival pass", 129_000, 2_310, 41, 3_000, 77, 1),
        ("VIP", 289_000, 193, 0, 200, 96, 0),
        ("Saturday", 69_000, 909, 12, 1_500, 60, 1),
        ("Crew", 0, 0, 0, 300, 0, 0),
    ];
    let sales = |(name, price, sold, held, capacity, sold_percent, held_percent): (&str, _, _, _, _, _, _)| TypeSales {
        name: name.to_owned(),
        price: sample::nok(price),
        sold,
        held,
        capacity,
        sold_percent,
        held_percent,
        revenue: sample::nok(price * i64::from(sold)),
        hidden: price == 0,
        locked: false,
    };
    types.into_iter().map(sales).collect()
}

fn sample_add_ons() -> Vec<TypeSales> {
    vec![TypeSales {
        name: "Parking <near>".to_owned(),
        price: sample::nok(15_000),
        sold: 120,
        held: 2,
        capacity: 200,
        sold_percent: 60,
        held_percent: 1,
        revenue: sample::nok(1_800_000),
        hidden: false,
        locked: false,
    }]
}
