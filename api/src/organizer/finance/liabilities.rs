//! `GET /manage/finance/liabilities`: what is owed as of an instant: evenings, money to buyers, taxes, fees.

use std::collections::{BTreeMap, HashMap};

use axum::{extract::Query, response::Response};
use bilten_billing::{
    finance,
    ledger::{Balance, Book, Code, Dimension, Slot},
};
use bilten_branding::{
    texts,
    views::{FieldErrors, Percent, Text},
};
use bilten_core::reports::EventName;
use bilten_kernel::{Currency, EventId, Money, Timestamp};
use jiff::ToSpan as _;

use super::{
    page::{self, Report, minus},
    payouts, permit,
    show::opens_postings,
    span::{Asked, Days},
    words,
};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, urls},
    report::{Cell, Column, Form, Table},
};

/// Days that a balance is looked back: no report is about more.
const MEMORY_DAYS: i64 = 3_650;

pub(super) async fn show(form: Form, Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = settings.time_zone.zone();
    let (days, errors) = match Days::read(&asked, console.now(), &zone) {
        Ok(days) => (days, FieldErrors::none()),
        Err(wrong) => wrong,
    };
    // Up to the end of the span, but not into the future.
    let until = days.span(&zone).until;
    let is_present = until > console.now();
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    page::note(&console, &mut tx, form, &format!("liabilities {}", days.last)).await?;
    let balances = finance::list_balances(&mut tx, Slot::floor(until)).await?;
    let own: Vec<&Balance> = balances
        .iter()
        .filter(|balance| balance.account.book != Book::Platform && !balance.amount.is_zero())
        .collect();
    let deferred = deferred(&own)?;
    let names = payouts::names(&mut tx, deferred.keys().map(|(event, _)| *event)).await?;
    tx.commit().await?;
    let report = Report {
        filter: Some(days.filter(urls::FINANCE_LIABILITIES, &[], (console.now(), &zone), errors)),
        as_of: Some(if is_present { console.now() } else { until }),
        tables: vec![to_come(&deferred, &names, &days)?, owed(&own, &days)],
        files: (
            days.url(&format!("{}.csv", urls::FINANCE_LIABILITIES), &[]),
            days.url(&format!("{}.xlsx", urls::FINANCE_LIABILITIES), &[]),
        ),
        ..Report::new(
            texts::FINANCE_TAB_LIABILITIES,
            texts::REPORT_LIABILITIES,
            texts::REPORT_LIABILITIES_LEAD,
            format!("liabilities-{}", days.last),
        )
    };
    report.answer(console, form, &settings.time_zone)
}

/// Everything that was ever posted to accounts of a code: that is what a balance is made of.
fn ever(days: &Days, event: Option<EventId>, text: &str, code: Code) -> String {
    let all = Days {
        first: days.last.saturating_sub(MEMORY_DAYS.days()),
        event,
        ..*days
    };
    opens_postings(&all, text, (&[], &[code]))
}

/// Tickets and service fees that are not earned yet, by event and currency.
type Deferred = BTreeMap<(EventId, &'static str), (Money, Money)>;

fn deferred(own: &[&Balance]) -> Result<Deferred, Problem> {
    let mut sums = Deferred::new();
    for balance in own {
        let Dimension::Event(event) = balance.account.dimension else {
            continue;
        };
        let currency: Currency = balance.amount.currency;
        let nothing = Money::zero(currency);
        let (tickets, fees) = sums.entry((event, currency.code())).or_insert((nothing, nothing));
        let sum = if balance.account.code == Code::TicketDeferred {
            tickets
        } else {
            fees
        };
        *sum = sum.checked_sub(balance.amount).map_err(Problem::internal)?;
    }
    Ok(sums)
}

fn to_come(deferred: &Deferred, names: &HashMap<EventId, EventName>, days: &Days) -> Result<Table, Problem> {
    let opens = |event: Option<EventId>, text: &str, code: Code| Some(ever(days, event, text, code));
    let begin = |event: EventId| names.get(&event).map(|named| named.starts_at);
    let mut lines: Vec<(EventId, Money, Money)> = deferred
        .iter()
        .map(|((event, _), (tickets, fees))| (*event, *tickets, *fees))
        .collect();
    lines.sort_by_key(|(event, ..)| (begin(*event), *event));
    let at = |at: Option<Timestamp>| at.map_or(Cell::Empty, Cell::At);
    let row = |(event, tickets, fees): &(EventId, Money, Money)| {
        let sum = tickets.checked_add(*fees).map_err(Problem::internal)?;
        Ok(vec![
            at(begin(*event)),
            payouts::event_cell(Some(*event), names),
            Cell::Money(
                *tickets,
                opens(Some(*event), texts::FINANCE_TICKETS, Code::TicketDeferred),
            ),
            Cell::Money(
                *fees,
                opens(Some(*event), texts::FINANCE_SERVICE_FEES, Code::ServiceFeeDeferred),
            ),
            Cell::money(sum),
            Cell::words(tickets.currency.code()),
        ])
    };
    let rows = lines.iter().map(row).collect::<Result<_, Problem>>()?;
    let all = lines.iter().flat_map(|(_, tickets, fees)| [*tickets, *fees]);
    let foot = match page::sums(all)?.as_slice() {
        [sum] => vec![
            Cell::Label(Text::new(texts::REPORT_SUM), String::new()),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::money(*sum),
            Cell::Empty,
        ],
        _ => Vec::new(),
    };
    Ok(Table {
        name: "deferred",
        title: texts::REPORT_DEFERRED,
        lead: Some(texts::REPORT_DEFERRED_LEAD),
        empty: texts::REPORT_DEFERRED_NONE,
        columns: vec![
            Column::words("starts_at", texts::REPORT_COL_DATE),
            Column::words("event", texts::REPORT_COL_EVENT),
            Column::number("tickets", texts::FINANCE_TICKETS),
            Column::number("service_fees", texts::FINANCE_SERVICE_FEES),
            Column::number("amount", texts::REPORT_COL_AMOUNT),
            Column::file("currency"),
        ],
        rows,
        foot,
        next_url: None,
    })
}

/// Everything else that is owed, and what banks hold until they have decided.
fn owed(own: &[&Balance], days: &Days) -> Table {
    let rows = own.iter().filter_map(|balance| {
        let text = match balance.account.code {
            Code::RefundClearing => Text::new(texts::OWED_REFUNDS),
            Code::CustomerRefundDue => Text::new(texts::OWED_REFUND_DUE),
            Code::TaxPayable => tax(&balance.account.dimension)?,
            Code::GiftCardLiability => Text::new(texts::OWED_GIFT_CARDS),
            Code::CustomerCredit => Text::new(texts::OWED_CREDIT),
            Code::CustomerOverpayment => Text::new(texts::OWED_OVERPAID),
            Code::PlatformFeePayable => Text::new(texts::OWED_PLATFORM_FEES),
            Code::DueToPlatform => Text::new(texts::OWED_PLATFORM),
            Code::DisputeHold => Text::new(texts::OWED_DISPUTES),
            Code::Suspense => Text::new(texts::OWED_SUSPENSE),
            _ => return None,
        };
        // What banks hold is claimed back, not owed.
        let amount = if balance.account.code == Code::DisputeHold {
            balance.amount
        } else {
            minus(balance.amount)
        };
        let account = words::account(&balance.account);
        let opens = ever(days, None, &text.key, balance.account.code);
        Some(vec![
            Cell::Label(text, balance.account.code.name().to_owned()),
            Cell::words(format!("{} {account}", balance.account.code.number())),
            Cell::Money(amount, Some(opens)),
            Cell::words(amount.currency.code()),
        ])
    });
    Table {
        name: "owed",
        title: texts::REPORT_OWED,
        lead: None,
        empty: texts::REPORT_OWED_NONE,
        columns: vec![
            Column::words("what", texts::REPORT_COL_WHAT),
            Column::words("account", texts::REPORT_COL_ACCOUNT),
            Column::number("amount", texts::REPORT_COL_AMOUNT),
            Column::file("currency"),
        ],
        rows: rows.collect(),
        foot: Vec::new(),
        next_url: None,
    }
}

fn tax(dimension: &Dimension) -> Option<Text> {
    let Dimension::Tax { code, rate_bp } = dimension else {
        return None;
    };
    Some(
        Text::new(texts::OWED_TAX)
            .with("code", code.clone())
            .with("rate", Percent::of_bp(*rate_bp)),
    )
}
