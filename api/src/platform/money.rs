//! `GET /money`: what all tenants sold, what of it was ours, and where somebody must look.
//!
//! Read are sums that each tenant's own job has told (`billing::watch`); nothing looks into a tenant.

use std::collections::HashMap;

use axum::{extract::State, response::Response};
use bilten_billing::watch::{self, MonthSum, Stand, Verdict, Verdicts};
use bilten_branding::{
    texts,
    views::{
        Section, Text, Tone,
        platform::MoneyView,
        report::{BarChart, Tab},
    },
};
use bilten_kernel::{Money, TenantId, ZoneName};
use bilten_tenancy::directory::TenantEntry;
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use serde::Deserialize;

use crate::{
    http::{
        AppState,
        extract::{Params, PlatformCtx},
        problem::Problem,
        registry::{Access, Face, Route},
        shell::Shell,
    },
    report::{self, BarName, Cell, Column, Form, Table},
};

/// Bars at most.
const BARS: usize = 12;
/// Hundredths of a per cent in a whole.
const WHOLE_BP: i128 = 10_000;

pub(super) fn routes() -> Vec<Route> {
    let (face, access) = (Face::Platform, Access::Operator);
    vec![
        Route::get("/money", face, access, |s, c, h, q| show(Form::Page, s, c, h, q)),
        Route::get("/money.csv", face, access, |s, c, h, q| show(Form::Csv, s, c, h, q)),
        Route::get("/money.xlsx", face, access, |s, c, h, q| show(Form::Xlsx, s, c, h, q)),
    ]
}

#[derive(Debug, Default, Deserialize)]
struct Query {
    #[serde(default)]
    period: String,
}

async fn show(
    form: Form,
    State(state): State<AppState>,
    PlatformCtx(ctx): PlatformCtx,
    shell: Shell,
    Params(query): Params<Query>,
) -> Result<Response, Problem> {
    let (period, months) = period(&query.period, ctx.now().to_zoned(TimeZone::UTC).date());
    let mut tx = state.platform.begin().await?;
    let sums = watch::list_months(&mut tx, months).await?;
    let stands = watch::list_stands(&mut tx).await?;
    let verdicts = watch::list_verdicts(&mut tx).await?;
    tx.commit().await?;
    let tenants = state.directory.list().await?;
    let told = Told {
        names: tenants.iter().map(|tenant| (tenant.id, tenant)).collect(),
        sums,
        stands,
        verdicts,
    };
    let tables = vec![told.tenants(), told.volume()?, told.watched(), told.commission()];
    let zone: ZoneName = super::tenants::ZONE.parse().map_err(Problem::internal)?;
    if form != Form::Page {
        return report::file(form, &format!("money-{}-{}", months.0, months.1), &tables, &zone);
    }
    let [all, volume, watched, commission] = [0, 1, 2, 3].map(|at| report::table(&tables[at], &zone));
    let (tone, verdict, off) = told.whole();
    let view = MoneyView {
        lead: Text::new(texts::MONEY_LEAD),
        periods: periods(period),
        tone,
        verdict: Text::new(verdict)
            .with("tenants", i64::try_from(tenants.len()).unwrap_or(i64::MAX))
            .with("off", off),
        charts: told.chart().into_iter().collect(),
        tables: vec![watched, volume, commission, all],
    };
    shell.at(Section::Money).html(&view)
}

const PERIODS: [(&str, &str); 3] = [
    ("month", texts::MONEY_PERIOD_MONTH),
    ("last-month", texts::MONEY_PERIOD_LAST_MONTH),
    ("year", texts::MONEY_PERIOD_YEAR),
];

/// First and last month of a period; the present one unless another is named.
fn period(name: &str, today: Date) -> (&'static str, (Date, Date)) {
    let this = today.first_of_month();
    match name {
        "last-month" => {
            let last = this.saturating_sub(1.month());
            ("last-month", (last, last))
        }
        "year" => ("year", (this.saturating_sub(11.months()), this)),
        _ => ("month", (this, this)),
    }
}

fn periods(current: &str) -> Vec<Tab> {
    let tab = |(name, text): (&str, &str)| Tab {
        text: Text::new(text),
        url: format!("/money?period={name}"),
        is_current: name == current,
    };
    PERIODS.into_iter().map(tab).collect()
}

/// What is known.
struct Told<'a> {
    names: HashMap<TenantId, &'a TenantEntry>,
    sums: Vec<MonthSum>,
    stands: Vec<Stand>,
    verdicts: Verdicts,
}

impl Told<'_> {
    fn verdict(&self, tenant: TenantId) -> Option<Verdict> {
        self.verdicts.get(&tenant).map(|(verdict, ..)| *verdict)
    }

    /// How bad it stands: worse is higher.
    fn weight(&self, stand: &Stand) -> u8 {
        match self.verdict(stand.tenant) {
            Some(Verdict::Off) => 5,
            Some(Verdict::Suspected) => 4,
            Some(Verdict::Sound) | None if stand.unexplained != 0 => 3,
            Some(Verdict::Sound) | None if stand.failed_payouts > 0 => 2,
            Some(Verdict::Sound) | None if stand.clearing != 0 => 1,
            Some(Verdict::Sound) | None => 0,
        }
    }

    /// How all of them stand: as the worst does, and how many are like it.
    fn whole(&self) -> (Tone, &'static str, i64) {
        let count = |wanted: Verdict| {
            let of = self.verdicts.values().filter(|(verdict, ..)| *verdict == wanted);
            i64::try_from(of.count()).unwrap_or(i64::MAX)
        };
        match (count(Verdict::Off), count(Verdict::Suspected)) {
            (0, 0) => (Tone::Positive, texts::MONEY_SOUND, 0),
            (0, suspected) => (Tone::Caution, texts::MONEY_SUSPECTED, suspected),
            (off, _) => (Tone::Critical, texts::MONEY_OFF, off),
        }
    }

    fn name(&self, tenant: TenantId) -> Cell {
        let url = Some(super::tenants::url(tenant));
        let name = self.names.get(&tenant).map(|entry| entry.name.clone());
        Cell::Words(name.unwrap_or_else(|| tenant.to_string()), url)
    }

    fn proof(&self, tenant: TenantId) -> Cell {
        let (text, name, tone) = match self.verdict(tenant) {
            Some(Verdict::Sound) => (texts::MONEY_PROOF_SOUND, "sound", Tone::Positive),
            Some(Verdict::Suspected) => (texts::MONEY_PROOF_SUSPECTED, "suspected", Tone::Caution),
            Some(Verdict::Off) => (texts::MONEY_PROOF_OFF, "off", Tone::Critical),
            None => (texts::MONEY_PROOF_NEVER, "never", Tone::Info),
        };
        Cell::State(Text::new(text), name.to_owned(), tone)
    }

    /// Sums of all tenants by currency; amounts other than the gross are minor units.
    fn by_currency(&self) -> Result<Vec<MonthSum>, Problem> {
        let mut all: Vec<MonthSum> = Vec::new();
        for sum in &self.sums {
            match all.iter_mut().find(|known| known.gross.currency == sum.gross.currency) {
                Some(known) => {
                    known.gross = known.gross.checked_add(sum.gross).map_err(Problem::internal)?;
                    known.sales += sum.sales;
                    known.back += sum.back;
                    known.fees += sum.fees;
                    known.refunds += sum.refunds;
                    known.disputes += sum.disputes;
                    known.disputed += sum.disputed;
                }
                None => all.push(sum.clone()),
            }
        }
        Ok(all)
    }

    fn volume(&self) -> Result<Table, Problem> {
        let rows = self.by_currency()?;
        let rows = rows.iter().map(|sum| {
            let mut cells = vec![Cell::words(sum.gross.currency.code())];
            cells.extend(figures(sum));
            cells
        });
        let mut columns = vec![Column::words("currency", texts::REPORT_COL_CURRENCY)];
        columns.extend(FIGURES);
        Ok(Table {
            name: "volume",
            title: texts::MONEY_VOLUME,
            lead: Some(texts::MONEY_VOLUME_LEAD),
            empty: texts::MONEY_NONE,
            columns,
            rows: rows.collect(),
            foot: Vec::new(),
            next_url: None,
        })
    }

    /// Every tenant that sold something; those that need a look come first.
    fn tenants(&self) -> Table {
        let stand = |sum: &MonthSum| {
            let mut of = self.stands.iter();
            of.find(|stand| stand.tenant == sum.tenant && stand.held.currency == sum.gross.currency)
        };
        let mut sums: Vec<&MonthSum> = self.sums.iter().collect();
        sums.sort_by_key(|sum| std::cmp::Reverse(stand(sum).map_or(0, |stand| self.weight(stand))));
        let rows = sums.into_iter().map(|sum| {
            let mut cells = vec![
                self.name(sum.tenant),
                Cell::words(sum.tenant.to_string()),
                self.proof(sum.tenant),
                Cell::words(sum.gross.currency.code()),
            ];
            cells.extend(figures(sum));
            let exposed = stand(sum).map_or(0, |stand| stand.exposed);
            cells.push(Cell::money(Money::new(exposed, sum.gross.currency)));
            cells
        });
        let mut columns = vec![
            Column::words("tenant", texts::REPORT_COL_TENANT),
            Column::file("tenant_id"),
            Column::words("proof", texts::REPORT_COL_STATE),
            Column::file("currency"),
        ];
        columns.extend(FIGURES);
        columns.push(Column::file("paid_out_early"));
        Table {
            name: "tenants",
            title: texts::MONEY_TENANTS,
            lead: None,
            empty: texts::MONEY_NONE,
            columns,
            rows: rows.collect(),
            foot: Vec::new(),
            next_url: None,
        }
    }

    /// Whoever needs a look, the worst first.
    fn watched(&self) -> Table {
        let mut stands: Vec<&Stand> = self.stands.iter().filter(|stand| self.weight(stand) > 1).collect();
        stands.sort_by_key(|stand| std::cmp::Reverse(self.weight(stand)));
        let row = |stand: &&Stand| {
            let money = |minor| Cell::money(Money::new(minor, stand.held.currency));
            vec![
                self.name(stand.tenant),
                self.proof(stand.tenant),
                money(stand.unexplained),
                money(stand.clearing),
                money(stand.exposed),
                Cell::Count(stand.failed_payouts),
                Cell::money(stand.held),
                Cell::words(stand.held.currency.code()),
            ]
        };
        Table {
            name: "watch",
            title: texts::MONEY_WATCH,
            lead: Some(texts::MONEY_WATCH_LEAD),
            empty: texts::MONEY_WATCH_NONE,
            columns: vec![
                Column::words("tenant", texts::REPORT_COL_TENANT),
                Column::words("proof", texts::REPORT_COL_STATE),
                Column::number("unexplained", texts::REPORT_COL_UNEXPLAINED),
                Column::number("under_way", texts::REPORT_COL_CLEARING),
                Column::number("paid_out_early", texts::REPORT_COL_EXPOSURE),
                Column::number("failed_payouts", texts::REPORT_COL_FAILED),
                Column::number("at_providers", texts::REPORT_COL_HELD),
                Column::file("currency"),
            ],
            rows: stands.iter().map(row).collect(),
            foot: Vec::new(),
            next_url: None,
        }
    }

    /// What is owed to tenants of the fees.
    fn commission(&self) -> Table {
        let owed = self
            .stands
            .iter()
            .filter(|stand| stand.commission != 0 || stand.open_settlements > 0);
        let row = |stand: &Stand| {
            vec![
                self.name(stand.tenant),
                Cell::Count(stand.open_settlements),
                Cell::money(Money::new(stand.commission, stand.held.currency)),
                Cell::words(stand.held.currency.code()),
            ]
        };
        Table {
            name: "commission",
            title: texts::MONEY_COMMISSION,
            lead: Some(texts::MONEY_COMMISSION_LEAD),
            empty: texts::MONEY_COMMISSION_NONE,
            columns: vec![
                Column::words("tenant", texts::REPORT_COL_TENANT),
                Column::number("not_sent", texts::MONEY_COL_SETTLEMENTS),
                Column::number("owed", texts::MONEY_COL_COMMISSION),
                Column::file("currency"),
            ],
            rows: owed.map(row).collect(),
            foot: Vec::new(),
            next_url: None,
        }
    }

    /// Bars of the currency in which most was sold.
    fn chart(&self) -> Option<BarChart> {
        let currency = self.sums.first()?.gross.currency;
        let of = self.sums.iter().filter(|sum| sum.gross.currency == currency).take(BARS);
        let bars = of
            .map(|sum| {
                let name = self.names.get(&sum.tenant).map(|entry| entry.name.clone());
                (BarName::Words(name.unwrap_or_default()), net(sum))
            })
            .collect();
        report::bars("net", texts::MONEY_COL_NET, bars)
    }
}

/// Figures of a sum of months.
const FIGURES: [Column; 7] = [
    Column::number("sales_count", texts::REPORT_COL_ORDERS),
    Column::number("sales", texts::REPORT_COL_GROSS),
    Column::number("net_of_refunds", texts::MONEY_COL_NET),
    Column::number("platform_fees", texts::MONEY_COL_FEES),
    Column::number("take_rate_percent", texts::REPORT_COL_RATE),
    Column::number("refund_rate_percent", texts::REPORT_COL_REFUND_RATE),
    Column::number("dispute_rate_percent", texts::REPORT_COL_DISPUTE_RATE),
];

fn figures(sum: &MonthSum) -> [Cell; 7] {
    [
        Cell::Count(sum.sales),
        Cell::money(sum.gross),
        Cell::money(net(sum)),
        Cell::money(Money::new(sum.fees, sum.gross.currency)),
        rate(sum.fees, net(sum).minor),
        rate(sum.back, sum.gross.minor),
        rate(sum.disputes, sum.sales),
    ]
}

const fn net(sum: &MonthSum) -> Money {
    Money::new(sum.gross.minor - sum.back, sum.gross.currency)
}

/// A share in per cent to two places, rounded down; nothing of nothing.
fn rate(part: i64, whole: i64) -> Cell {
    if whole <= 0 {
        return Cell::Empty;
    }
    let bp = i128::from(part) * WHOLE_BP / i128::from(whole);
    Cell::Share(i64::try_from(bp).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_whole_months() {
        let today = "2026-03-31".parse().unwrap();
        let months = |name| {
            let (named, (first, last)) = period(name, today);
            (named, first.to_string(), last.to_string())
        };
        assert_eq!(months(""), ("month", "2026-03-01".into(), "2026-03-01".into()));
        assert_eq!(
            months("last-month"),
            ("last-month", "2026-02-01".into(), "2026-02-01".into())
        );
        assert_eq!(months("year"), ("year", "2025-04-01".into(), "2026-03-01".into()));
        assert_eq!(months("<b>").0, "month");
    }
}
