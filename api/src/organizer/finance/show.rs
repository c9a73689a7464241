//! `GET /manage/finance`.

use axum::{extract::Query, response::Response};
use bilten_billing::{
    finance::{self, Figure, Statement},
    ledger::{self, Account, Book, Code, Kind},
};
use bilten_branding::{
    texts,
    views::{
        FieldErrors, Percent, Section, Text,
        console::{FigureLine, FinanceView, StatementView, TaxFigure},
    },
};
use bilten_core::{catalog, reports};
use bilten_kernel::{Currency, Money, Timestamp};
use bilten_tenancy::{TenantTx, permissions::Permission};

use super::{
    page::{self, minus},
    permit, proof,
    span::{Asked, Days},
    words,
};
use crate::{
    http::problem::Problem,
    organizer::{
        console::Console,
        figures::{self, StepLabel},
        urls,
    },
};

/// Events to choose from.
const MAX_EVENTS: u32 = 100;

pub(super) async fn show(Query(asked): Query<Asked>, console: Console) -> Result<Response, Problem> {
    let settings = console.state.settings.get(&console).await?;
    let zone = settings.time_zone.zone();
    let (days, errors) = match Days::read(&asked, console.now(), &zone) {
        Ok(days) => (days, FieldErrors::none()),
        Err(wrong) => wrong,
    };
    let is_refused = !errors.is_empty();
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let told = draw_up(&mut tx, &days, (console.now(), &zone)).await?;
    let events = catalog::list_events(&console, &mut tx, &catalog::EventFilter::default(), None, MAX_EVENTS).await?;
    let reach = console.reach(Permission::FinanceReport);
    let funds = proof::card(&mut tx, &settings.time_zone).await?;
    let report = reports::home(&console, &mut tx, (&settings.time_zone, settings.currency), &reach).await?;
    tx.commit().await?;
    let view = FinanceView {
        tabs: page::tabs(Some(texts::FINANCE_TAB_STATEMENT)),
        funds,
        filter: days.filter(urls::FINANCE, &events.events, (console.now(), &zone), errors),
        statements: told.iter().map(|told| statement(&told.statement, &days)).collect(),
        chart: figures::chart(&report.trend, &settings.time_zone, StepLabel::Day),
        is_proven: told.iter().all(Told::ties),
        proof: verdict(&told),
        journal_url: days.url(urls::JOURNAL, &[]),
        csv_url: days.url(urls::JOURNAL_CSV, &[]),
        xlsx_url: days.url(urls::STATEMENT_XLSX, &[]),
    };
    if is_refused {
        return console.html_refused(Section::Finance, &view);
    }
    console.html(Section::Finance, &view)
}

/// A statement, and whether the books say the same of its end.
pub(super) struct Told {
    pub statement: Statement,
    /// What the books say lies with the providers after the span; of one event they say nothing.
    pub booked: Option<Money>,
}

impl Told {
    fn ties(&self) -> bool {
        self.booked.is_none_or(|booked| booked == self.statement.closing)
    }
}

/// Draws up the statements of the tenant's own book, one for each currency.
pub(super) async fn draw_up(
    tx: &mut TenantTx,
    days: &Days,
    (now, zone): (Timestamp, &jiff::tz::TimeZone),
) -> Result<Vec<Told>, Problem> {
    let span = days.span(zone);
    let movements = finance::list_movements(tx, &span).await?;
    let mut told = Vec::new();
    for currency in finance::currencies(&movements) {
        let (mut opening, mut booked) = (Money::zero(currency), None);
        if days.event.is_none() {
            let accounts = with_providers(tx, currency).await?;
            opening = sum(tx, &accounts, (opening, Some(span.from))).await?;
            let until = Some(span.until).filter(|until| *until <= now);
            booked = Some(sum(tx, &accounts, (Money::zero(currency), until)).await?);
        }
        let statement = finance::statement(Book::Tenant, &movements, opening).map_err(Problem::internal)?;
        told.push(Told { statement, booked });
    }
    Ok(told)
}

/// Accounts of money that lies with providers.
async fn with_providers(tx: &mut TenantTx, currency: Currency) -> Result<Vec<Account>, Problem> {
    let balances = ledger::balances(tx, None).await?;
    let accounts = balances.into_iter().map(|balance| balance.account);
    Ok(accounts
        .filter(|account| {
            account.book == Book::Tenant && account.currency == currency && Code::PSP.contains(&account.code)
        })
        .collect())
}

/// What is on the accounts before an instant, or now.
async fn sum(
    tx: &mut TenantTx,
    accounts: &[Account],
    (nothing, before): (Money, Option<Timestamp>),
) -> Result<Money, Problem> {
    let mut sum = nothing;
    for account in accounts {
        let balance = match before {
            Some(before) => ledger::balance_as_of(tx, account, ledger::Slot::floor(before)).await?,
            None => ledger::balance(tx, account).await?,
        };
        sum = sum.checked_add(balance).map_err(Problem::internal)?;
    }
    Ok(sum)
}

fn verdict(told: &[Told]) -> Text {
    let off = told.iter().filter(|told| !told.ties()).count();
    if off == 0 {
        Text::new(texts::FINANCE_PROVEN)
    } else {
        Text::new(texts::FINANCE_NOT_PROVEN).with("faults", i64::try_from(off).unwrap_or(i64::MAX))
    }
}

/// What was earned, and what came off it.
fn earned(told: &Statement, days: &Days) -> Vec<FigureLine> {
    let line = |(text, amount, figure, is_part): (&str, Money, Figure, bool)| FigureLine {
        text: Text::new(text),
        amount,
        url: opens(days, text, figure),
        is_part,
    };
    let lines = [
        (texts::FINANCE_GROSS, told.gross, Figure::Gross, false),
        (texts::FINANCE_TICKETS, told.tickets, Figure::Tickets, true),
        (
            texts::FINANCE_SERVICE_FEES,
            told.service_fees,
            Figure::ServiceFees,
            true,
        ),
        (texts::FINANCE_SALES_TAX, told.sales_tax, Figure::SalesTax, true),
        (texts::FINANCE_RETURNED, minus(told.returned), Figure::Returned, false),
        (texts::FINANCE_KEPT, told.kept, Figure::Kept, false),
        (
            texts::FINANCE_PLATFORM_FEES,
            minus(told.platform_fees),
            Figure::PlatformFees,
            false,
        ),
        (
            texts::FINANCE_PROVIDER_FEES,
            minus(told.provider_fees),
            Figure::ProviderFees,
            false,
        ),
        (
            texts::REPORT_FEE_DISPUTE,
            minus(told.dispute_fees),
            Figure::DisputeFees,
            false,
        ),
        (texts::FINANCE_DISPUTES, minus(told.disputes), Figure::Disputes, false),
    ];
    // What there is none of is left out, but for the sales themselves.
    let shown = lines
        .into_iter()
        .filter(|(_, amount, figure, _)| *figure == Figure::Gross || !amount.is_zero());
    shown.map(line).collect()
}

fn statement(told: &Statement, days: &Days) -> StatementView {
    StatementView {
        currency: told.currency.code().to_owned(),
        earned: earned(told, days),
        net: told.net,
        taxes: told
            .taxes
            .iter()
            .filter(|tax| !tax.amount.is_zero())
            .map(|tax| TaxFigure {
                code: tax.code.clone(),
                rate: Percent::of_bp(tax.rate_bp),
                amount: tax.amount,
            })
            .collect(),
        opening: told.opening,
        moved: told
            .moved
            .iter()
            .map(|moved| FigureLine {
                text: words::kind(moved.kind),
                amount: moved.amount,
                url: opens_postings(days, &words::kind(moved.kind).key, (&[moved.kind], &Code::PSP)),
                is_part: false,
            })
            .collect(),
        closing: told.closing,
    }
}

/// Where the transactions behind a figure are.
pub(super) fn opens(days: &Days, text: &str, figure: Figure) -> String {
    opens_postings(days, text, (figure.kinds(), figure.codes()))
}

/// Where the transactions of some kinds on some accounts are.
pub(super) fn opens_postings(days: &Days, text: &str, (kinds, codes): (&[Kind], &[Code])) -> String {
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let codes: Vec<String> = codes.iter().map(|code| code.number().to_string()).collect();
    let (kinds, codes) = (kinds.join(","), codes.join(","));
    days.url(urls::JOURNAL, &[("figure", text), ("kind", &kinds), ("code", &codes)])
}
