//! `GET /manage/finance/events`: what each event brought in a span, and what went off it.

use std::collections::HashMap;

use axum::{extract::Query, response::Response};
use bilten_billing::{
    finance::{self, EventMovements, Figure, Statement},
    ledger::Book,
};
use bilten_branding::{texts, views::FieldErrors, views::Text, views::report::BarChart};
use bilten_core::{catalog, reports::EventName};
use bilten_kernel::{Currency, EventId, Money};

use super::{
    page::{self, Report, minus},
    payouts, permit,
    show::opens,
    span::{Asked, Days},
};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, urls},
    report::{self, BarName, Cell, Column, Form, Table},
};

/// Events to choose from.
const MAX_EVENTS: u32 = 100;
/// Bars at most.
const BARS: usize = 12;

pub(super) async fn show(form: Form, Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = settings.time_zone.zone();
    let (days, errors) = match Days::read(&asked, console.now(), &zone) {
        Ok(days) => (days, FieldErrors::none()),
        Err(wrong) => wrong,
    };
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    page::note(&console, &mut tx, form, &format!("events {}/{}", days.first, days.last)).await?;
    let by_event = finance::list_movements_by_event(&mut tx, &days.span(&zone)).await?;
    let names = payouts::names(&mut tx, by_event.keys().flatten().copied()).await?;
    let events = catalog::list_events(&console, &mut tx, &catalog::EventFilter::default(), None, MAX_EVENTS).await?;
    tx.commit().await?;
    let mut lines = results(&by_event)?;
    // The best first.
    lines.sort_by_key(|line| (line.1.currency.code(), -line.1.net.minor));
    let now = (console.now(), &zone);
    let report = Report {
        filter: Some(days.filter(urls::FINANCE_EVENTS, &events.events, now, errors)),
        charts: chart(&lines, &names).into_iter().collect(),
        tables: tables(form, &lines, &names, &days)?,
        files: (
            days.url(&format!("{}.csv", urls::FINANCE_EVENTS), &[]),
            days.url(&format!("{}.xlsx", urls::FINANCE_EVENTS), &[]),
        ),
        ..Report::new(
            texts::FINANCE_TAB_EVENTS,
            texts::REPORT_EVENTS,
            texts::REPORT_EVENTS_LEAD,
            format!("events-{}-{}", days.first, days.last),
        )
    };
    report.answer(console, form, &settings.time_zone)
}

/// What each event brought in each currency; what concerns no event and earned nothing is left out.
fn results(by_event: &EventMovements) -> Result<Vec<(Option<EventId>, Statement)>, Problem> {
    let mut lines = Vec::new();
    for (event, movements) in by_event {
        for currency in finance::currencies(movements) {
            let told = finance::statement(Book::Tenant, movements, Money::zero(currency)).map_err(Problem::internal)?;
            let figures = [
                told.gross,
                told.returned,
                told.kept,
                told.platform_fees,
                told.provider_fees,
                told.dispute_fees,
                told.disputes,
            ];
            if figures.iter().any(|figure| !figure.is_zero()) {
                lines.push((*event, told));
            }
        }
    }
    Ok(lines)
}

fn chart(lines: &[(Option<EventId>, Statement)], names: &HashMap<EventId, EventName>) -> Option<BarChart> {
    let currency = lines.first()?.1.currency;
    let of = lines.iter().filter(|(_, told)| told.currency == currency).take(BARS);
    let bars = of
        .map(|(event, told)| {
            let named = event.and_then(|event| names.get(&event));
            let name = named.map_or_else(
                || BarName::Ours(Text::new(texts::REPORT_NO_EVENT)),
                |named| BarName::Words(named.name.clone()),
            );
            (name, told.net)
        })
        .collect();
    report::bars("net", texts::REPORT_EVENTS_NET, bars)
}

/// One table for each currency on pages, one in all in files.
fn tables(
    form: Form,
    lines: &[(Option<EventId>, Statement)],
    names: &HashMap<EventId, EventName>,
    days: &Days,
) -> Result<Vec<Table>, Problem> {
    let mut currencies: Vec<Currency> = lines.iter().map(|(_, told)| told.currency).collect();
    currencies.dedup();
    let mut tables: Vec<Table> = Vec::new();
    if form != Form::Page {
        // A file names the currency of each row, and has no sums.
        let rows = lines.iter().map(|(event, told)| row((*event, told), names, days));
        return Ok(vec![table(rows.collect(), Vec::new(), "events")]);
    }
    for currency in &currencies {
        let of: Vec<_> = lines.iter().filter(|(_, told)| told.currency == *currency).collect();
        let rows = of
            .iter()
            .map(|(event, told)| row((*event, told), names, days))
            .collect();
        tables.push(table(rows, foot(&of, *currency)?, currency.code()));
    }
    if tables.is_empty() {
        tables.push(table(Vec::new(), Vec::new(), "events"));
    }
    Ok(tables)
}

type Line = (fn(&Statement) -> Money, &'static str, Option<Figure>);

/// The figures of a row, and what opens each.
const LINES: [Line; 9] = [
    (|t| t.gross, texts::FINANCE_GROSS, Some(Figure::Gross)),
    (|t| minus(t.returned), texts::FINANCE_RETURNED, Some(Figure::Returned)),
    (|t| t.kept, texts::FINANCE_KEPT, Some(Figure::Kept)),
    (|t| minus(t.fees), texts::REPORT_FEES, Some(Figure::Fees)),
    (
        |t| minus(t.platform_fees),
        texts::FINANCE_PLATFORM_FEES,
        Some(Figure::PlatformFees),
    ),
    (
        |t| minus(t.provider_fees),
        texts::FINANCE_PROVIDER_FEES,
        Some(Figure::ProviderFees),
    ),
    (
        |t| minus(t.dispute_fees),
        texts::REPORT_FEE_DISPUTE,
        Some(Figure::DisputeFees),
    ),
    (|t| minus(t.disputes), texts::FINANCE_DISPUTES, Some(Figure::Disputes)),
    (|t| t.net, texts::FINANCE_JOURNAL, None),
];

fn row((event, told): (Option<EventId>, &Statement), names: &HashMap<EventId, EventName>, days: &Days) -> Vec<Cell> {
    let days = Days { event, ..*days };
    let mut named = payouts::event_cell(event, names);
    if let (Cell::Words(_, url), Some(event)) = (&mut named, event) {
        let plain = Days { event: None, ..days };
        *url = Some(plain.url(&urls::finance_event(event), &[]));
    }
    let mut cells = vec![
        named,
        Cell::words(event.map(|event| event.to_string()).unwrap_or_default()),
        Cell::Count(told.sales),
    ];
    cells.extend(LINES.iter().map(|(amount, text, figure)| {
        // Without an event, the transactions of all would open; behind nothing there is nothing.
        let amount = amount(told);
        let url = event.filter(|_| !amount.is_zero()).map(|_| match figure {
            Some(figure) => opens(&days, text, *figure),
            None => days.url(urls::JOURNAL, &[]),
        });
        Cell::Money(amount, url)
    }));
    cells.push(Cell::words(told.currency.code()));
    cells
}

fn foot(of: &[&(Option<EventId>, Statement)], currency: Currency) -> Result<Vec<Cell>, Problem> {
    let mut cells = vec![
        Cell::Label(Text::new(texts::REPORT_SUM), String::new()),
        Cell::Empty,
        Cell::Count(of.iter().map(|(_, told)| told.sales).sum()),
    ];
    for (amount, ..) in LINES {
        let mut sum = Money::zero(currency);
        for (_, told) in of {
            sum = sum.checked_add(amount(told)).map_err(Problem::internal)?;
        }
        cells.push(Cell::money(sum));
    }
    cells.push(Cell::Empty);
    Ok(cells)
}

fn table(rows: Vec<Vec<Cell>>, foot: Vec<Cell>, name: &'static str) -> Table {
    Table {
        name,
        title: texts::REPORT_EVENTS,
        lead: None,
        empty: texts::FINANCE_NOTHING,
        columns: vec![
            Column::words("event", texts::REPORT_COL_EVENT),
            Column::file("event_id"),
            Column::number("sales_count", texts::REPORT_COL_ORDERS),
            Column::number("sales", texts::REPORT_COL_GROSS),
            Column::number("given_back", texts::REPORT_COL_RETURNED),
            Column::optional("kept", texts::REPORT_COL_KEPT),
            Column::optional("fees", texts::REPORT_FEES),
            Column::file("platform_fees"),
            Column::file("provider_fees"),
            Column::file("dispute_fees"),
            Column::optional("disputes", texts::REPORT_COL_DISPUTES),
            Column::number("left", texts::REPORT_COL_NET),
            Column::file("currency"),
        ],
        rows,
        foot,
        next_url: None,
    }
}
