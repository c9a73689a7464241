//! `GET /manage/finance/payouts`: what went to the bank, what comes next, what is held and why.

use std::collections::HashMap;

use axum::{extract::Query, response::Response};
use bilten_billing::{
    commission as commission_of,
    finance::{self, CalendarLine, PayoutLine, Release, SetOff},
    ledger::{self, Balance, Book, Code},
    payouts::PayoutState,
};
use bilten_branding::{
    texts,
    views::{Text, Tone, report::FigureCard},
};
use bilten_core::reports::{self, EventName};
use bilten_kernel::{EventId, Money};
use bilten_tenancy::TenantTx;
use jiff::civil::Date;

use super::{
    commission,
    page::{self, Report},
    permit, proof,
    span::Asked,
};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, urls},
    report::{self, BarName, Cell, Column, Form, Table},
};

/// Payouts of one page, and of one file.
const PAGE: usize = 30;
const FILE: usize = 5_000;
/// Lines that the calendar has at most.
const CALENDAR: i64 = 400;
/// Bars that it has at most.
const BARS: usize = 12;

pub(super) async fn show(form: Form, Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = &settings.time_zone;
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    page::note(&console, &mut tx, form, "payouts").await?;
    let most = if form == Form::Page { PAGE } else { FILE };
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let mut payouts = finance::list_payouts(&mut tx, asked.after.parse().ok(), limit).await?;
    let calendar = finance::list_calendar(&mut tx, (console.now(), zone.as_str()), CALENDAR).await?;
    let set_off = finance::list_set_off(&mut tx).await?;
    let names = names(&mut tx, calendar.iter().filter_map(|line| line.event)).await?;
    let balances = ledger::balances(&mut tx, None).await?;
    let settlements = commission_of::list(&mut tx, None, commission::LISTED).await?;
    let proof = proof::card(&mut tx, zone).await?;
    tx.commit().await?;
    let has_more = payouts.len() > most;
    payouts.truncate(most);
    let next = payouts.last().filter(|_| has_more);
    let next = next.map(|last| urls::with_query(urls::FINANCE_PAYOUTS, &[("after", &last.id.to_string())]));
    let report = Report {
        as_of: Some(console.now()),
        cards: cards((&calendar, &set_off), &balances)?,
        charts: chart(&calendar),
        tables: vec![
            Table {
                next_url: next,
                ..list(&payouts)
            },
            held(form, (&calendar, &set_off), &names)?,
        ]
        .into_iter()
        .chain((!settlements.is_empty()).then(|| commission::table(&settlements)))
        .collect(),
        files: (
            format!("{}.csv", urls::FINANCE_PAYOUTS),
            format!("{}.xlsx", urls::FINANCE_PAYOUTS),
        ),
        proof: Some(proof),
        ..Report::new(
            texts::FINANCE_TAB_PAYOUTS,
            texts::REPORT_PAYOUTS,
            texts::REPORT_PAYOUTS_LEAD,
            "payouts",
        )
    };
    report.answer(console, form, zone)
}

/// Names of the events that lines are about.
pub(super) async fn names(
    tx: &mut TenantTx,
    events: impl Iterator<Item = EventId>,
) -> Result<HashMap<EventId, EventName>, Problem> {
    let mut ids: Vec<EventId> = events.collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(reports::find_event_names(tx, &ids).await?)
}

/// The event of a line, with its page of money.
pub(super) fn event_cell(event: Option<EventId>, names: &HashMap<EventId, EventName>) -> Cell {
    match event.and_then(|event| Some((event, names.get(&event)?))) {
        Some((event, named)) => Cell::Words(named.name.clone(), Some(urls::finance_event(event))),
        None => Cell::Label(Text::new(texts::REPORT_NO_EVENT), String::new()),
    }
}

/// What people call the state of a payout, and how it is meant.
pub(super) const fn state(state: PayoutState) -> (&'static str, Tone) {
    match state {
        PayoutState::Reserved => (texts::PAYOUT_STATE_RESERVED, Tone::Info),
        PayoutState::Submitting => (texts::PAYOUT_STATE_SUBMITTING, Tone::Info),
        PayoutState::InTransit => (texts::PAYOUT_STATE_IN_TRANSIT, Tone::Caution),
        PayoutState::Paid => (texts::PAYOUT_STATE_PAID, Tone::Positive),
        PayoutState::Failed => (texts::PAYOUT_STATE_FAILED, Tone::Critical),
    }
}

fn list(payouts: &[PayoutLine]) -> Table {
    let row = |payout: &PayoutLine| {
        let (text, tone) = state(payout.state);
        vec![
            Cell::words(payout.id.to_string()),
            Cell::At(payout.made_at),
            Cell::Money(payout.amount, Some(urls::finance_payout(payout.id))),
            Cell::State(Text::new(text), payout.state.name().to_owned(), tone),
            Cell::Count(payout.orders),
            Cell::At(payout.heard_at),
            Cell::words(payout.trace.clone().unwrap_or_default()),
            commission::payout_failure(payout.failure.as_deref()),
            Cell::words(payout.amount.currency.code()),
        ]
    };
    Table {
        name: "payouts",
        title: texts::REPORT_PAYOUTS,
        lead: None,
        empty: texts::REPORT_PAYOUTS_NONE,
        columns: vec![
            Column::file("payout"),
            Column::words("made_at", texts::REPORT_COL_WHEN),
            Column::number("amount", texts::REPORT_COL_AMOUNT),
            Column::words("state", texts::REPORT_COL_STATE),
            Column::number("orders", texts::REPORT_COL_ORDERS),
            Column::file("last_news_at"),
            Column::words("bank_trace", texts::REPORT_COL_TRACE),
            Column::words("failure", texts::REPORT_COL_NOTE),
            Column::file("currency"),
        ],
        rows: payouts.iter().map(row).collect(),
        foot: Vec::new(),
        next_url: None,
    }
}

const fn why(line: &CalendarLine, is_cancelled: bool) -> (&'static str, &'static str) {
    match line.why {
        Release::Deadline => (texts::RELEASE_DEADLINE, "deadline"),
        Release::Event | Release::Reserve | Release::Pending if is_cancelled => (texts::RELEASE_STOPPED, "stopped"),
        Release::Event => (texts::RELEASE_EVENT, "event"),
        Release::Reserve => (texts::RELEASE_RESERVE, "reserve"),
        Release::Pending => (texts::RELEASE_PENDING, "pending"),
    }
}

/// Lines of a page: those of an event that go in one month for one reason are one, with their last day.
fn by_month(calendar: &[CalendarLine]) -> Vec<(CalendarLine, Date)> {
    let mut lines: Vec<(CalendarLine, Date)> = Vec::new();
    for line in calendar {
        let key = |line: &CalendarLine| {
            (
                line.on.first_of_month(),
                line.event,
                line.why,
                line.amount.currency.code(),
            )
        };
        match lines.iter_mut().find(|(known, _)| key(known) == key(line)) {
            Some((known, last)) => {
                known.amount.minor = known.amount.minor.saturating_add(line.amount.minor);
                known.orders += line.orders;
                *last = line.on;
            }
            None => lines.push((line.clone(), line.on)),
        }
    }
    lines
}

/// What is held, by the day on which it goes; each day in files, each month on pages.
fn held(
    form: Form,
    (calendar, set_off): (&[CalendarLine], &[SetOff]),
    names: &HashMap<EventId, EventName>,
) -> Result<Table, Problem> {
    let lines = if form == Form::Page {
        by_month(calendar)
    } else {
        calendar.iter().map(|line| (line.clone(), line.on)).collect()
    };
    let row = |(line, last): &(CalendarLine, Date)| {
        let named = line.event.and_then(|event| names.get(&event));
        let (text, name) = why(line, named.is_some_and(|named| named.is_cancelled));
        vec![
            Cell::Days(line.on, *last),
            Cell::money(line.amount),
            event_cell(line.event, names),
            Cell::Label(Text::new(text), name.to_owned()),
            Cell::Count(line.orders),
            Cell::words(line.amount.currency.code()),
        ]
    };
    let debt = |debt: &SetOff| {
        vec![
            Cell::Empty,
            Cell::money(debt.amount),
            Cell::Empty,
            Cell::Label(Text::new(texts::RELEASE_SET_OFF), "set_off".to_owned()),
            Cell::Count(debt.orders),
            Cell::words(debt.amount.currency.code()),
        ]
    };
    let sums = left(calendar, set_off)?;
    // Amounts of several currencies have no sum.
    let foot = match sums.as_slice() {
        [sum] => vec![
            Cell::Label(Text::new(texts::REPORT_SUM), String::new()),
            Cell::money(*sum),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ],
        _ => Vec::new(),
    };
    Ok(Table {
        name: "held",
        title: texts::REPORT_CALENDAR,
        lead: Some(texts::REPORT_CALENDAR_LEAD),
        empty: texts::REPORT_CALENDAR_NONE,
        columns: vec![
            Column::words("date", texts::REPORT_COL_DATE),
            Column::number("amount", texts::REPORT_COL_AMOUNT),
            Column::words("event", texts::REPORT_COL_EVENT),
            Column::words("reason", texts::REPORT_COL_WHY),
            Column::number("orders", texts::REPORT_COL_ORDERS),
            Column::file("currency"),
        ],
        rows: lines.iter().map(row).chain(set_off.iter().map(debt)).collect(),
        foot,
        next_url: None,
    })
}

/// What is left for the payee of everything that is held, by currency.
fn left(calendar: &[CalendarLine], set_off: &[SetOff]) -> Result<Vec<Money>, Problem> {
    let held = calendar.iter().map(|line| line.amount);
    page::sums(held.chain(set_off.iter().map(|debt| debt.amount)))
}

/// Bars of the first currency by month of release.
fn chart(calendar: &[CalendarLine]) -> Vec<bilten_branding::views::report::BarChart> {
    let Some(currency) = calendar.first().map(|line| line.amount.currency) else {
        return Vec::new();
    };
    let mut months: Vec<(Date, Money)> = Vec::new();
    for line in calendar.iter().filter(|line| line.amount.currency == currency) {
        let month = line.on.first_of_month();
        match months.last_mut().filter(|(last, _)| *last == month) {
            Some((_, sum)) => sum.minor = sum.minor.saturating_add(line.amount.minor),
            None => months.push((month, line.amount)),
        }
    }
    months.truncate(BARS);
    let bars = months
        .into_iter()
        .map(|(month, sum)| (BarName::Month(month), sum))
        .collect();
    report::bars("calendar-bars", texts::REPORT_CALENDAR_MONTHS, bars)
        .into_iter()
        .collect()
}

/// What comes next, what is held, what is on its way, what arrived; of each currency.
fn cards((calendar, set_off): (&[CalendarLine], &[SetOff]), balances: &[Balance]) -> Result<Vec<FigureCard>, Problem> {
    let own = |code: Code| {
        balances
            .iter()
            .filter(move |b| b.account.book != Book::Platform && b.account.code == code)
            .map(|b| b.amount)
    };
    let mut cards = Vec::new();
    match calendar.first() {
        Some(next) => {
            let day = calendar
                .iter()
                .filter(|line| line.on == next.on && line.amount.currency == next.amount.currency);
            let sum: i64 = day.map(|line| line.amount.minor).fold(0, i64::saturating_add);
            let sum = Money::new(sum, next.amount.currency);
            cards.push(FigureCard {
                on: Some(report::day(next.on)),
                ..page::card(texts::REPORT_NEXT_PAYOUT, sum, None)
            });
        }
        None => cards.push(page::words_card(
            texts::REPORT_NEXT_PAYOUT,
            Text::new(texts::REPORT_NOTHING_NEXT),
            None,
        )),
    }
    for held in left(calendar, set_off)? {
        cards.push(page::card(texts::REPORT_HELD, held, None));
    }
    for moving in page::sums(own(Code::PayoutInTransit))? {
        cards.push(page::card(texts::REPORT_IN_TRANSIT, moving, None));
    }
    for arrived in page::sums(own(Code::Bank))? {
        cards.push(page::card(texts::REPORT_PAID_OUT, arrived, None));
    }
    Ok(cards)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_a_month_are_one_line_of_a_page_and_nothing_is_lost() {
        let line = |on: &str, why, minor| CalendarLine {
            on: on.parse().unwrap(),
            event: None,
            why,
            amount: Money::new(minor, "NOK".parse().unwrap()),
            orders: 1,
        };
        let calendar = [
            line("2026-12-30", Release::Deadline, 1),
            line("2026-12-31", Release::Deadline, 20),
            line("2026-12-31", Release::Reserve, 300),
            line("2027-01-01", Release::Deadline, 4_000),
        ];
        let lines = by_month(&calendar);
        let told: Vec<_> = lines
            .iter()
            .map(|(line, last)| (line.on.to_string(), last.to_string(), line.amount.minor, line.orders))
            .collect();
        let day = |first: &str, last: &str, minor, orders| (first.to_owned(), last.to_owned(), minor, orders);
        assert_eq!(
            told,
            [
                day("2026-12-30", "2026-12-31", 21, 2),
                day("2026-12-31", "2026-12-31", 300, 1),
                day("2027-01-01", "2027-01-01", 4_000, 1),
            ]
        );
    }
}
