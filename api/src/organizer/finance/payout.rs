//! `GET /manage/finance/payouts/{id}`: one payout, explained order by order.

use axum::{extract::Query, response::Response};
use bilten_billing::{
    finance::{self, PayoutLine, PayoutPart},
    payouts::{PayoutId, PayoutKind},
};
use bilten_branding::{
    texts,
    views::{Moment, Text, report::FigureCard},
};
use bilten_core::reports;
use bilten_kernel::ZoneName;

use super::{
    page::{self, Report},
    payouts, permit,
    span::Asked,
};
use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{console::Console, urls},
    report::{Cell, Column, Form, Table},
};

/// Orders of one page; a payout has 5,000 at most.
const PAGE: usize = 100;
const FILE: usize = 5_000;

pub(super) async fn show(
    form: Form,
    PathId(id): PathId<PayoutKind>,
    Query(asked): Query<Asked>,
    console: Console,
) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let payout = finance::find_payout(&mut tx, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    page::note(&console, &mut tx, form, &id.to_string()).await?;
    let most = if form == Form::Page { PAGE } else { FILE };
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let mut parts = finance::list_payout_parts(&mut tx, id, asked.after.parse().ok(), limit).await?;
    let has_more = parts.len() > most;
    parts.truncate(most);
    let names = payouts::names(&mut tx, parts.iter().filter_map(|part| part.event)).await?;
    let orders: Vec<_> = parts.iter().map(|part| part.order).collect();
    let codes = reports::find_order_codes(&mut tx, &orders).await?;
    tx.commit().await?;
    let row = |part: &PayoutPart| {
        vec![
            match codes.get(&part.order) {
                Some(code) => Cell::Words(code.clone(), Some(urls::order(part.order))),
                // What is in a payout and of no order is commission.
                None => Cell::Label(Text::new(texts::COMMISSION_TITLE), String::new()),
            },
            Cell::words(part.order.to_string()),
            payouts::event_cell(part.event, &names),
            Cell::money(part.amount),
            Cell::words(part.amount.currency.code()),
        ]
    };
    let next = parts.last().filter(|_| has_more);
    let next = next.map(|last| urls::with_query(&urls::finance_payout(id), &[("after", &last.order.to_string())]));
    let rows = parts.iter().map(row).collect();
    let report = Report {
        back: Some((texts::FINANCE_TAB_PAYOUTS, urls::FINANCE_PAYOUTS.to_owned())),
        cards: cards(&payout, &settings.time_zone),
        tables: vec![Table {
            next_url: next,
            ..orders_of(&payout, rows)
        }],
        files: files(id),
        ..Report::new(
            texts::FINANCE_TAB_PAYOUTS,
            texts::REPORT_PAYOUT,
            texts::REPORT_PAYOUT_LEAD,
            format!("payout-{id}"),
        )
    };
    report.answer(console, form, &settings.time_zone)
}

fn files(id: PayoutId) -> (String, String) {
    let base = urls::finance_payout(id);
    (format!("{base}/orders.csv"), format!("{base}/orders.xlsx"))
}

/// How much, how it stands, how many orders.
fn cards(payout: &PayoutLine, zone: &ZoneName) -> Vec<FigureCard> {
    let trace = payout.trace.as_ref();
    let trace = trace.map(|trace| Text::new(texts::REPORT_TRACE).with("trace", trace.clone()));
    let (state, _) = payouts::state(payout.state);
    let orders = Text::new(texts::REPORT_ORDERS).with("count", payout.orders);
    vec![
        FigureCard {
            on: Some(Moment::new(payout.made_at, zone.as_str())),
            ..page::card(texts::REPORT_COL_AMOUNT, payout.amount, None)
        },
        page::words_card(texts::REPORT_COL_STATE, Text::new(state), trace),
        page::words_card(texts::REPORT_PAYOUT_PARTS, orders, None),
    ]
}

/// Its parts; the last page says that together they are the payout.
fn orders_of(payout: &PayoutLine, rows: Vec<Vec<Cell>>) -> Table {
    Table {
        name: "orders",
        title: texts::REPORT_PAYOUT_PARTS,
        lead: None,
        empty: texts::REPORT_PAYOUTS_NONE,
        columns: vec![
            Column::words("code", texts::REPORT_COL_ORDER),
            Column::file("order"),
            Column::words("event", texts::REPORT_COL_EVENT),
            Column::number("amount", texts::REPORT_COL_AMOUNT),
            Column::file("currency"),
        ],
        rows,
        foot: vec![
            Cell::Label(Text::new(texts::REPORT_SUM), String::new()),
            Cell::Empty,
            Cell::Empty,
            Cell::money(payout.amount),
            Cell::Empty,
        ],
        next_url: None,
    }
}
