//! `GET /manage/finance/taxes`: taxes by country, rule and rate, with what they are of; those of the one-stop shop by themselves.

use axum::{extract::Query, response::Response};
use bilten_billing::{
    finance::{self, Declared},
    ledger::Code,
};
use bilten_branding::{
    texts,
    views::{FieldErrors, Text},
};
use bilten_core::{catalog, pricing::Scheme};
use bilten_kernel::Money;
use bilten_tenancy::permissions::Permission;

use super::{
    page::{self, Report},
    permit,
    show::opens_postings,
    span::{Asked, Days},
};
use crate::{
    http::{
        problem::Problem,
        registry::{Access, Face, Route},
    },
    organizer::{console::Console, urls},
    report::{
        Cell, Column,
        Form::{self, Csv, Page, Xlsx},
        Table,
    },
};

/// Events to choose from.
const MAX_EVENTS: u32 = 100;

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Organizer, Access::Staff(Permission::FinanceReport));
    vec![
        Route::get(urls::FINANCE_TAXES, face, access, |q, c| show(Page, q, c)),
        Route::get("/manage/finance/taxes.csv", face, access, |q, c| show(Csv, q, c)),
        Route::get("/manage/finance/taxes.xlsx", face, access, |q, c| show(Xlsx, q, c)),
    ]
}

async fn show(form: Form, Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = settings.time_zone.zone();
    let (days, errors) = match Days::read(&asked, console.now(), &zone) {
        Ok(days) => (days, FieldErrors::none()),
        Err(wrong) => wrong,
    };
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    page::note(&console, &mut tx, form, &format!("taxes {}/{}", days.first, days.last)).await?;
    let declared = finance::list_taxes(&mut tx, &days.span(&zone)).await?;
    let events = catalog::list_events(&console, &mut tx, &catalog::EventFilter::default(), None, MAX_EVENTS).await?;
    tx.commit().await?;
    let report = Report {
        filter: Some(days.filter(urls::FINANCE_TAXES, &events.events, (console.now(), &zone), errors)),
        tables: vec![by_country(&declared, &days)?, one_stop_shop(&declared)?],
        files: (
            days.url(&format!("{}.csv", urls::FINANCE_TAXES), &[]),
            days.url(&format!("{}.xlsx", urls::FINANCE_TAXES), &[]),
        ),
        ..Report::new(
            texts::FINANCE_TAB_TAXES,
            texts::REPORT_TAXES,
            texts::REPORT_TAXES_LEAD,
            format!("taxes-{}-{}", days.first, days.last),
        )
    };
    report.answer(console, form, &settings.time_zone)
}

fn by_country(declared: &[Declared], days: &Days) -> Result<Table, Problem> {
    let row = |row: &Declared| {
        let opens = opens_postings(days, texts::REPORT_COL_TAX, (&[], &[Code::TaxPayable, Code::TaxBase]));
        vec![
            country(row),
            scheme(row.scheme),
            Cell::words(row.code.clone()),
            Cell::Share(i64::from(row.rate_bp)),
            Cell::money(row.base),
            Cell::Money(row.tax, Some(opens)),
            Cell::words(row.tax.currency.code()),
        ]
    };
    let taxes = page::sums(declared.iter().map(|row| row.tax))?;
    let foot = match taxes.as_slice() {
        [sum] => {
            let mut foot = vec![Cell::Label(Text::new(texts::REPORT_SUM), String::new())];
            foot.extend((0..4).map(|_| Cell::Empty));
            foot.extend([Cell::money(*sum), Cell::Empty]);
            foot
        }
        _ => Vec::new(),
    };
    Ok(Table {
        name: "taxes",
        title: texts::REPORT_TAXES_BY_COUNTRY,
        lead: None,
        empty: texts::REPORT_TAXES_NONE,
        columns: vec![
            Column::words("country", texts::REPORT_COL_COUNTRY),
            Column::words("scheme", texts::REPORT_COL_SCHEME),
            Column::words("code", texts::REPORT_COL_TAX_CODE),
            Column::number("rate_percent", texts::REPORT_COL_TAX_RATE),
            Column::number("base", texts::REPORT_COL_BASE),
            Column::number("tax", texts::REPORT_COL_TAX),
            Column::file("currency"),
        ],
        rows: declared.iter().map(row).collect(),
        foot,
        next_url: None,
    })
}

/// What private buyers of other member states owe, by country and rate, as one-stop shops ask for it.
fn one_stop_shop(declared: &[Declared]) -> Result<Table, Problem> {
    let is_owed_there =
        |row: &&Declared| row.scheme == Scheme::Destination && row.country.is_some_and(|country| country.is_in_union());
    let mut sums: Vec<Declared> = Vec::new();
    for row in declared.iter().filter(is_owed_there) {
        let is_alike = |sum: &&mut Declared| {
            (sum.country, sum.rate_bp, sum.tax.currency) == (row.country, row.rate_bp, row.tax.currency)
        };
        match sums.iter_mut().find(is_alike) {
            Some(sum) => {
                let add = |a: Money, b| a.checked_add(b).map_err(Problem::internal);
                (sum.base, sum.tax) = (add(sum.base, row.base)?, add(sum.tax, row.tax)?);
            }
            None => sums.push(row.clone()),
        }
    }
    let row = |row: &Declared| {
        vec![
            country(row),
            Cell::Share(i64::from(row.rate_bp)),
            Cell::money(row.base),
            Cell::money(row.tax),
            Cell::words(row.tax.currency.code()),
        ]
    };
    Ok(Table {
        name: "one_stop_shop",
        title: texts::REPORT_TAXES_OSS,
        lead: Some(texts::REPORT_TAXES_OSS_LEAD),
        empty: texts::REPORT_TAXES_OSS_NONE,
        columns: vec![
            Column::words("country", texts::REPORT_COL_COUNTRY),
            Column::number("rate_percent", texts::REPORT_COL_TAX_RATE),
            Column::number("base", texts::REPORT_COL_BASE),
            Column::number("tax", texts::REPORT_COL_TAX),
            Column::file("currency"),
        ],
        rows: sums.iter().map(row).collect(),
        foot: Vec::new(),
        next_url: None,
    })
}

fn country(row: &Declared) -> Cell {
    match row.country {
        Some(country) => Cell::Label(
            Text::new(&format!("country-{}", country.as_str())),
            country.as_str().to_owned(),
        ),
        None => Cell::Empty,
    }
}

fn scheme(scheme: Scheme) -> Cell {
    let text = match scheme {
        Scheme::Standard => texts::REPORT_SCHEME_STANDARD,
        Scheme::Destination => texts::REPORT_SCHEME_DESTINATION,
        Scheme::ReverseCharge => texts::REPORT_SCHEME_REVERSE,
    };
    Cell::Label(Text::new(text), scheme.name().to_owned())
}
