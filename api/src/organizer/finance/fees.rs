//! `GET /manage/finance/fees`: what the platform and the providers took, and by which version of the plan.

use axum::{extract::Query, response::Response};
use bilten_billing::{
    finance::{self, Figure, Movement},
    ledger::{Book, Code, Kind},
};
use bilten_branding::{texts, views::FieldErrors, views::Text, views::report::FigureCard};
use bilten_core::{
    catalog,
    reports::{self, VersionTaking},
};
use bilten_kernel::{Currency, Money};

use super::{
    page::{self, Report, minus},
    permit,
    show::opens_postings,
    span::{Asked, Days},
};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, urls},
    report::{Cell, Column, Form, Table},
};

/// Events to choose from.
const MAX_EVENTS: u32 = 100;

/// A kind of fee: its name, the account, whether it is of sales or of what came after, and whether it counts below nothing.
struct Fee {
    text: &'static str,
    code: Code,
    of: Of,
    is_income: bool,
}

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Sales,
    /// What went back; commission is settled apart.
    Later,
    Commission,
    Anything,
}

impl Of {
    fn holds(self, kind: Kind) -> bool {
        let is_sale = Figure::Gross.kinds().contains(&kind);
        match self {
            Self::Sales => is_sale,
            Self::Later => !is_sale && kind != Kind::CommissionPaid,
            Self::Commission => kind == Kind::CommissionPaid,
            Self::Anything => true,
        }
    }
}

impl Fee {
    const fn new(text: &'static str, code: Code, of: Of) -> Self {
        let is_income = matches!(code, Code::ServiceFeeDeferred);
        Self {
            text,
            code,
            of,
            is_income,
        }
    }
}

const FEES: [Fee; 7] = [
    Fee::new(texts::REPORT_FEE_TAKEN, Code::PlatformFeeExpense, Of::Sales),
    Fee::new(texts::REPORT_FEE_RETURNED, Code::PlatformFeeExpense, Of::Later),
    Fee::new(texts::REPORT_FEE_COMMISSION, Code::PlatformFeeExpense, Of::Commission),
    Fee::new(texts::REPORT_FEE_PROVIDER, Code::PspFeeExpense, Of::Anything),
    Fee::new(texts::REPORT_FEE_DISPUTE, Code::DisputeFeeExpense, Of::Anything),
    Fee::new(texts::REPORT_FEE_SERVICE, Code::ServiceFeeDeferred, Of::Sales),
    Fee::new(texts::REPORT_FEE_SERVICE_RETURNED, Code::ServiceFeeDeferred, Of::Later),
];

pub(super) async fn show(form: Form, Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = settings.time_zone.zone();
    let (days, errors) = match Days::read(&asked, console.now(), &zone) {
        Ok(days) => (days, FieldErrors::none()),
        Err(wrong) => wrong,
    };
    let span = days.span(&zone);
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    page::note(&console, &mut tx, form, &format!("fees {}/{}", days.first, days.last)).await?;
    let movements = finance::list_movements(&mut tx, &span).await?;
    let versions = reports::list_takings_by_version(&mut tx, days.event, (span.from, span.until)).await?;
    let events = catalog::list_events(&console, &mut tx, &catalog::EventFilter::default(), None, MAX_EVENTS).await?;
    tx.commit().await?;
    let report = Report {
        filter: Some(days.filter(urls::FINANCE_FEES, &events.events, (console.now(), &zone), errors)),
        cards: cards(&movements)?,
        tables: vec![kinds(&movements, &days)?, by_version(&versions)],
        files: (
            days.url(&format!("{}.csv", urls::FINANCE_FEES), &[]),
            days.url(&format!("{}.xlsx", urls::FINANCE_FEES), &[]),
        ),
        ..Report::new(
            texts::FINANCE_TAB_FEES,
            texts::REPORT_FEES,
            texts::REPORT_FEES_LEAD,
            format!("fees-{}-{}", days.first, days.last),
        )
    };
    report.answer(console, form, &settings.time_zone)
}

fn kinds(movements: &[Movement], days: &Days) -> Result<Table, Problem> {
    let mut rows = Vec::new();
    for currency in finance::currencies(movements) {
        for fee in &FEES {
            let Some((sum, times, kinds)) = add_up(movements, currency, fee)? else {
                continue;
            };
            let opens = opens_postings(days, fee.text, (&kinds, &[fee.code]));
            rows.push(vec![
                Cell::Label(
                    Text::new(fee.text),
                    fee.text.trim_start_matches("report-fee-").to_owned(),
                ),
                Cell::Count(times),
                Cell::Money(if fee.is_income { minus(sum) } else { sum }, Some(opens)),
                Cell::words(currency.code()),
            ]);
        }
    }
    Ok(Table {
        name: "fees",
        title: texts::REPORT_FEES_KINDS,
        lead: None,
        empty: texts::REPORT_FEES_NONE,
        columns: vec![
            Column::words("fee", texts::REPORT_COL_WHAT),
            Column::number("times", texts::REPORT_COL_HOW_OFTEN),
            Column::number("amount", texts::REPORT_COL_AMOUNT),
            Column::file("currency"),
        ],
        rows,
        foot: Vec::new(),
        next_url: None,
    })
}

/// What was posted to an account of a merchant of record, how often, and by what; nothing when nothing was.
fn add_up(movements: &[Movement], currency: Currency, fee: &Fee) -> Result<Option<(Money, i64, Vec<Kind>)>, Problem> {
    let own = movements.iter().filter(|m| {
        m.account.book != Book::Platform
            && m.currency() == currency
            && m.account.code == fee.code
            && m.kind != Kind::EventHeld
            && fee.of.holds(m.kind)
    });
    let (mut sum, mut times, mut kinds) = (Money::zero(currency), 0, Vec::new());
    for movement in own {
        sum = sum.checked_add(movement.amount).map_err(Problem::internal)?;
        times += movement.postings;
        if !kinds.contains(&movement.kind) {
            kinds.push(movement.kind);
        }
    }
    Ok((times > 0).then_some((sum, times, kinds)))
}

/// What is left of each fee after what was given back: the same as in the statement.
fn cards(movements: &[Movement]) -> Result<Vec<FigureCard>, Problem> {
    let figures = [
        (texts::FINANCE_PLATFORM_FEES, Figure::PlatformFees),
        (texts::FINANCE_PROVIDER_FEES, Figure::ProviderFees),
        (texts::REPORT_FEE_DISPUTE, Figure::DisputeFees),
    ];
    let mut cards = Vec::new();
    for currency in finance::currencies(movements) {
        for (text, figure) in figures {
            let sum = figure
                .sum((Book::Tenant, currency), movements)
                .map_err(Problem::internal)?;
            if !sum.is_zero() || figure == Figure::PlatformFees {
                cards.push(page::card(text, sum, None));
            }
        }
    }
    Ok(cards)
}

fn by_version(versions: &[VersionTaking]) -> Table {
    let row = |taking: &VersionTaking| {
        let label = match taking.version {
            Some(version) => Cell::Label(
                Text::new(texts::REPORT_FEE_VERSION).with("version", version.to_string()),
                version.to_string(),
            ),
            None => Cell::Label(Text::new(texts::REPORT_FEE_NO_VERSION), String::new()),
        };
        vec![
            label,
            Cell::Count(taking.orders),
            Cell::money(taking.gross),
            Cell::money(taking.service_fee),
            Cell::money(taking.platform_fee),
            Cell::money(taking.commission),
            Cell::words(taking.currency.code()),
        ]
    };
    Table {
        name: "versions",
        title: texts::REPORT_FEES_VERSIONS,
        lead: Some(texts::REPORT_FEES_VERSIONS_LEAD),
        empty: texts::REPORT_FEES_NONE,
        columns: vec![
            Column::words("version", texts::REPORT_COL_VERSION),
            Column::number("orders", texts::REPORT_COL_ORDERS),
            Column::number("sales", texts::REPORT_COL_GROSS),
            Column::number("service_fees_with_tax", texts::REPORT_COL_SERVICE_WITH_TAX),
            Column::number("platform_fees", texts::MONEY_COL_FEES),
            Column::number("commission", texts::REPORT_COL_COMMISSION),
            Column::file("currency"),
        ],
        rows: versions.iter().map(row).collect(),
        foot: Vec::new(),
        next_url: None,
    }
}
