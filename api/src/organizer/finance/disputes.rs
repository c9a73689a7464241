//! `GET /manage/finance/disputes`: payments that buyers contest with their banks.

use axum::{extract::Query, response::Response};
use bilten_billing::{
    disputes as contests,
    finance::{self, DisputeLine},
    ledger::{self, Book, Code},
    provider::DisputeStatus,
};
use bilten_branding::{
    texts,
    views::{Text, Tone},
};
use bilten_core::reports;

use super::{
    page::{self, Report},
    payouts, permit,
    span::Asked,
};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, payments, urls},
    report::{Cell, Column, Form, Table},
};

/// Contests of one page, and of one file.
const PAGE: usize = 50;
const FILE: usize = 5_000;

pub(super) async fn show(form: Form, Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    page::note(&console, &mut tx, form, "disputes").await?;
    let most = if form == Form::Page { PAGE } else { FILE };
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let mut lines = finance::list_disputes(&mut tx, asked.after.parse().ok(), limit).await?;
    let has_more = lines.len() > most;
    lines.truncate(most);
    let names = payouts::names(&mut tx, lines.iter().filter_map(|line| line.event)).await?;
    let orders: Vec<_> = lines.iter().map(|line| line.order).collect();
    let codes = reports::find_order_codes(&mut tx, &orders).await?;
    let held = ledger::balances(&mut tx, Some(Code::DisputeHold)).await?;
    tx.commit().await?;
    let may_open = payments::may_decide(&console);
    let row = |line: &DisputeLine| {
        vec![
            Cell::words(line.id.to_string()),
            Cell::At(line.opened_at),
            state(line.status),
            if line.closed_at.is_none() {
                Cell::At(line.due_by)
            } else {
                Cell::Empty
            },
            payouts::event_cell(line.event, &names),
            Cell::Words(
                codes
                    .get(&line.order)
                    .cloned()
                    .unwrap_or_else(|| line.order.to_string()),
                Some(urls::order(line.order)),
            ),
            Cell::money(line.fee),
            Cell::Money(line.amount, may_open.then(|| urls::finance_dispute(line.id))),
            Cell::words(line.amount.currency.code()),
        ]
    };
    let next = lines.last().filter(|_| has_more);
    let next = next.map(|last| urls::with_query(urls::FINANCE_DISPUTES, &[("after", &last.id.to_string())]));
    let own = held.iter().filter(|balance| balance.account.book != Book::Platform);
    let held = page::sums(own.map(|balance| balance.amount))?;
    let report = Report {
        as_of: Some(console.now()),
        cards: held
            .into_iter()
            .map(|sum| page::card(texts::REPORT_DISPUTES_HELD, sum, None))
            .collect(),
        tables: vec![table(lines.iter().map(row).collect(), next)],
        files: (
            format!("{}.csv", urls::FINANCE_DISPUTES),
            format!("{}.xlsx", urls::FINANCE_DISPUTES),
        ),
        ..Report::new(
            texts::FINANCE_TAB_DISPUTES,
            texts::REPORT_DISPUTES,
            texts::REPORT_DISPUTES_LEAD,
            "disputes",
        )
    };
    report.answer(console, form, &settings.time_zone)
}

fn state(status: DisputeStatus) -> Cell {
    let (text, tone) = words(status);
    Cell::State(Text::new(text), contests::name(status).to_owned(), tone)
}

/// Where a contest stands, in words.
pub(super) const fn words(status: DisputeStatus) -> (&'static str, Tone) {
    match status {
        DisputeStatus::Warning => (texts::DISPUTE_WARNING, Tone::Caution),
        DisputeStatus::NeedsResponse => (texts::DISPUTE_NEEDS_RESPONSE, Tone::Critical),
        DisputeStatus::UnderReview => (texts::DISPUTE_UNDER_REVIEW, Tone::Caution),
        DisputeStatus::Won => (texts::DISPUTE_WON, Tone::Positive),
        DisputeStatus::Lost => (texts::DISPUTE_LOST, Tone::Info),
        DisputeStatus::Prevented => (texts::DISPUTE_PREVENTED, Tone::Positive),
        DisputeStatus::Dropped => (texts::DISPUTE_DROPPED, Tone::Info),
    }
}

fn table(rows: Vec<Vec<Cell>>, next_url: Option<String>) -> Table {
    Table {
        name: "disputes",
        title: texts::REPORT_DISPUTES,
        lead: None,
        empty: texts::REPORT_DISPUTES_NONE,
        columns: vec![
            Column::file("dispute"),
            Column::words("opened_at", texts::REPORT_COL_OPENED),
            Column::words("state", texts::REPORT_COL_STATE),
            Column::words("answer_until", texts::REPORT_COL_DUE),
            Column::words("event", texts::REPORT_COL_EVENT),
            Column::words("order", texts::REPORT_COL_ORDER),
            Column::number("fee", texts::REPORT_COL_FEE),
            Column::number("amount", texts::REPORT_COL_AMOUNT),
            Column::file("currency"),
        ],
        rows,
        foot: Vec::new(),
        next_url,
    }
}
