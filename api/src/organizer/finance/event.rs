//! `GET /manage/finance/events/{id}`: one event's sales by ticket type and price, and the way from sales to what is left.

use axum::{extract::Query, response::Response};
use bilten_billing::{
    finance::{self, Figure, Statement},
    ledger::Book,
};
use bilten_branding::{texts, views::FieldErrors, views::Text, views::report::FigureCard};
use bilten_core::reports::{self, Taking};
use bilten_kernel::{Currency, EventId, EventKind, Money};

use super::{
    page::{self, Report, minus},
    permit,
    show::opens,
    span::{Asked, Days},
};
use crate::{
    http::{ids::PathId, problem::Problem},
    organizer::{console::Console, urls},
    report::{self, BarName, Cell, Column, Form, Table},
};

pub(super) async fn show(
    form: Form,
    PathId(id): PathId<EventKind>,
    Query(asked): Query<Asked>,
    console: Console,
) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = settings.time_zone.zone();
    let (days, errors) = match Days::read(&asked, console.now(), &zone) {
        Ok(days) => (days, FieldErrors::none()),
        Err(wrong) => wrong,
    };
    let days = Days {
        event: Some(id),
        ..days
    };
    let span = days.span(&zone);
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let names = reports::find_event_names(&mut tx, &[id]).await?;
    let named = names.get(&id).ok_or_else(Problem::not_found)?;
    page::note(&console, &mut tx, form, &format!("{id} {}/{}", days.first, days.last)).await?;
    let movements = finance::list_movements(&mut tx, &span).await?;
    let takings = reports::list_takings(&mut tx, id, (span.from, span.until)).await?;
    tx.commit().await?;
    let mut told = Vec::new();
    for currency in finance::currencies(&movements) {
        let statement = finance::statement(Book::Tenant, &movements, Money::zero(currency));
        told.push(statement.map_err(Problem::internal)?);
    }
    let plain = Days { event: None, ..days };
    let base = urls::finance_event(id);
    let report = Report {
        subject: Some(named.name.clone()),
        back: Some((texts::FINANCE_TAB_EVENTS, plain.url(urls::FINANCE_EVENTS, &[]))),
        filter: Some(plain.filter(&base, &[], (console.now(), &zone), errors)),
        warnings: differences(&told, &takings)?,
        cards: cards(&takings)?,
        charts: told.first().and_then(steps).into_iter().collect(),
        tables: std::iter::once(by_type(&takings)?)
            .chain(told.iter().map(|told| way(told, &days)))
            .collect(),
        files: files(id, &plain),
        ..Report::new(
            texts::FINANCE_TAB_EVENTS,
            texts::REPORT_EVENTS,
            texts::REPORT_EVENT_LEAD,
            format!("event-{id}-{}-{}", days.first, days.last),
        )
    };
    report.answer(console, form, &settings.time_zone)
}

fn files(id: EventId, days: &Days) -> (String, String) {
    let base = urls::finance_event(id);
    (
        days.url(&format!("{base}/sales.csv"), &[]),
        days.url(&format!("{base}/sales.xlsx"), &[]),
    )
}

/// Orders and books are told apart, and must say the same of what was sold.
fn differences(told: &[Statement], takings: &[Taking]) -> Result<Vec<Text>, Problem> {
    let mut found = Vec::new();
    let by_orders = page::sums(takings.iter().map(|taking| taking.gross))?;
    for sum in by_orders {
        let booked = told
            .iter()
            .find(|told| told.currency == sum.currency)
            .map_or(Money::zero(sum.currency), |told| told.gross);
        let difference = sum.checked_sub(booked).map_err(Problem::internal)?;
        if !difference.is_zero() {
            found.push(Text::new(texts::REPORT_EVENT_DIFFERS).with("amount", difference));
        }
    }
    Ok(found)
}

fn cards(takings: &[Taking]) -> Result<Vec<FigureCard>, Problem> {
    let mut cards = Vec::new();
    for sum in page::sums(takings.iter().map(|taking| taking.gross))? {
        cards.push(page::card(
            texts::FINANCE_GROSS,
            sum,
            Some(Text::new(texts::REPORT_EVENT_TIES)),
        ));
    }
    for sum in page::sums(takings.iter().map(|taking| taking.discount))? {
        cards.push(page::card(texts::REPORT_DISCOUNTS, sum, None));
    }
    let free = takings.iter().filter(|taking| taking.price.is_zero());
    let free: i64 = free.map(|taking| taking.tickets).sum();
    if free > 0 {
        let count = Text::new(texts::REPORT_COUNT).with("count", free);
        cards.push(page::words_card(texts::REPORT_COMPS, count, None));
    }
    Ok(cards)
}

fn by_type(takings: &[Taking]) -> Result<Table, Problem> {
    let row = |taking: &Taking| {
        vec![
            if taking.is_add_on {
                let text = Text::new(texts::ADD_ON_NAMED).with("name", taking.ticket_type.clone());
                Cell::Label(text, format!("{} (add-on)", taking.ticket_type))
            } else {
                Cell::words(taking.ticket_type.clone())
            },
            Cell::money(taking.price),
            Cell::Count(taking.tickets),
            Cell::money(taking.discount),
            Cell::money(taking.gross),
            Cell::words(taking.gross.currency.code()),
        ]
    };
    let sums = page::sums(takings.iter().map(|taking| taking.gross))?;
    let discounts = page::sums(takings.iter().map(|taking| taking.discount))?;
    let foot = match (sums.as_slice(), discounts.as_slice()) {
        ([gross], [discount]) => vec![
            Cell::Label(Text::new(texts::REPORT_SUM), String::new()),
            Cell::Empty,
            Cell::Count(takings.iter().map(|taking| taking.tickets).sum()),
            Cell::money(*discount),
            Cell::money(*gross),
            Cell::Empty,
        ],
        _ => Vec::new(),
    };
    Ok(Table {
        name: "sales",
        title: texts::REPORT_EVENT_TYPES,
        lead: None,
        empty: texts::FINANCE_NOTHING,
        columns: vec![
            Column::words("ticket_type", texts::REPORT_COL_TYPE),
            Column::number("price", texts::REPORT_COL_PRICE),
            Column::number("tickets", texts::REPORT_COL_TICKETS),
            Column::optional("discount", texts::REPORT_COL_DISCOUNT),
            Column::number("sales", texts::REPORT_COL_GROSS),
            Column::file("currency"),
        ],
        rows: takings.iter().map(row).collect(),
        foot,
        next_url: None,
    })
}

type Step = (&'static str, Money, Option<Figure>);

/// The way from sales to what is left, step by step.
fn way_of(told: &Statement) -> [Step; 10] {
    [
        (texts::FINANCE_TICKETS, told.tickets, Some(Figure::Tickets)),
        (
            texts::FINANCE_SERVICE_FEES,
            told.service_fees,
            Some(Figure::ServiceFees),
        ),
        (texts::FINANCE_SALES_TAX, told.sales_tax, Some(Figure::SalesTax)),
        (texts::FINANCE_RETURNED, minus(told.returned), Some(Figure::Returned)),
        (texts::FINANCE_KEPT, told.kept, Some(Figure::Kept)),
        (
            texts::FINANCE_PLATFORM_FEES,
            minus(told.platform_fees),
            Some(Figure::PlatformFees),
        ),
        (
            texts::REPORT_FEE_PROVIDER,
            minus(told.provider_fees),
            Some(Figure::ProviderFees),
        ),
        (
            texts::REPORT_FEE_DISPUTE,
            minus(told.dispute_fees),
            Some(Figure::DisputeFees),
        ),
        (texts::FINANCE_DISPUTES, minus(told.disputes), Some(Figure::Disputes)),
        (texts::REPORT_COL_NET, told.net, None),
    ]
}

fn steps(told: &Statement) -> Option<bilten_branding::views::report::BarChart> {
    let shown = way_of(told).into_iter().filter(|(_, amount, _)| !amount.is_zero());
    let bars = shown
        .map(|(text, amount, _)| (BarName::Ours(Text::new(text)), amount))
        .collect();
    report::bars("way-bars", texts::REPORT_EVENT_STEPS, bars)
}

fn way(told: &Statement, days: &Days) -> Table {
    let currency: Currency = told.currency;
    let row = |(text, amount, figure): &Step| {
        let url = match figure {
            Some(figure) => opens(days, text, *figure),
            None => days.url(urls::JOURNAL, &[]),
        };
        vec![
            Cell::Label(Text::new(text), (*text).trim_start_matches("finance-").to_owned()),
            Cell::Money(*amount, Some(url)),
            Cell::words(currency.code()),
        ]
    };
    let [first @ .., last] = way_of(told);
    let shown = first.iter().filter(|(_, amount, _)| !amount.is_zero());
    Table {
        name: "way",
        title: texts::REPORT_EVENT_STEPS,
        lead: None,
        empty: texts::FINANCE_NOTHING,
        columns: vec![
            Column::words("what", texts::REPORT_COL_WHAT),
            Column::number("amount", texts::REPORT_COL_AMOUNT),
            Column::file("currency"),
        ],
        rows: shown.map(row).collect(),
        foot: row(&last),
        next_url: None,
    }
}
