//! What operators know of tenants' money: sums by month, how it stands, and the verdict.

use std::collections::{BTreeMap, HashMap};

use bilten_kernel::{Ctx, Currency, Money, TenantId, Timestamp};
use bilten_tenancy::{DbError, PlatformTx, TenantTx};
use jiff::{SignedDuration, ToSpan as _, civil::Date, tz::TimeZone};

use super::{store, verdict::Verdict};
use crate::{
    commission,
    finance::{self, Movement, Span},
    ledger::{self, Book, Code, Kind},
};

/// Months that are told when there was no look yet.
const FIRST_MONTHS: i32 = 13;
/// Days that a payout which came back is spoken of.
const FAILED_DAYS: i64 = 30;

/// Sums of a tenant in one currency and month. Amounts other than the gross are minor units of its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthSum {
    /// Whose.
    pub tenant: TenantId,
    /// First day of the month (UTC).
    pub month: Date,
    /// What buyers paid for.
    pub gross: Money,
    /// Sales.
    pub sales: i64,
    /// What went back to buyers.
    pub back: i64,
    /// Fees of the platform, less those given back.
    pub fees: i64,
    /// Refunds.
    pub refunds: i64,
    /// Contests that were opened.
    pub disputes: i64,
    /// What they were about.
    pub disputed: i64,
}

/// How a tenant's money stands in one currency. Amounts other than the first are minor units of its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// Whose.
    pub tenant: TenantId,
    /// With providers, in all books.
    pub held: Money,
    /// What is under way: refunds, contests, payouts.
    pub clearing: i64,
    /// What nobody explained.
    pub unexplained: i64,
    /// Paid out for events that are not over.
    pub exposed: i64,
    /// Payouts that came back lately.
    pub failed_payouts: i64,
    /// What the platform owes the tenant of its fees.
    pub commission: i64,
    /// Settlements of it that no provider has taken yet.
    pub open_settlements: i64,
}

/// Verdict of each tenant, since when, and when it was last looked at.
pub type Verdicts = HashMap<TenantId, (Verdict, Timestamp, Timestamp)>;

/// Lists how the money of all tenants stands.
///
/// # Errors
/// The database refused.
pub async fn list_stands(tx: &mut PlatformTx) -> Result<Vec<Stand>, DbError> {
    store::list_stands(tx).await
}

/// Lists the verdicts of all tenants that were looked at.
///
/// # Errors
/// The database refused.
pub async fn list_verdicts(tx: &mut PlatformTx) -> Result<Verdicts, DbError> {
    store::list_verdicts(tx).await
}

/// Lists what each tenant sold in the months between two first days, both included; whoever sold most comes first.
///
/// # Errors
/// The database refused.
pub async fn list_months(tx: &mut PlatformTx, months: (Date, Date)) -> Result<Vec<MonthSum>, DbError> {
    store::list_months(tx, months).await
}

/// Tells from the books how the tenant's money stands.
pub(super) async fn stands(tx: &mut TenantTx, ctx: &Ctx) -> Result<Vec<Stand>, DbError> {
    let mut stands: BTreeMap<&'static str, Stand> = BTreeMap::new();
    for balance in ledger::balances(tx, None).await? {
        let (code, minor) = (balance.account.code, balance.amount.minor);
        let stand = stands
            .entry(balance.amount.currency.code())
            .or_insert_with(|| empty_stand(ctx.tenant, balance.amount.currency));
        if Code::PSP.contains(&code) {
            stand.held.minor += minor;
        } else if code == Code::Suspense {
            stand.unexplained += minor;
        } else if matches!(code, Code::RefundClearing | Code::DisputeHold | Code::PayoutInTransit) {
            stand.clearing += minor.abs();
        } else if code == Code::PartnerCommissionPayable {
            stand.commission -= minor;
        }
    }
    for (currency, count) in commission::count_open(tx).await? {
        if let Some(stand) = stands.get_mut(currency.as_str()) {
            stand.open_settlements = count;
        }
    }
    for exposed in finance::sum_exposed(tx, ctx.now()).await? {
        if let Some(stand) = stands.get_mut(exposed.currency.code()) {
            stand.exposed = exposed.minor;
        }
    }
    let since = ctx.now() - SignedDuration::from_hours(24 * FAILED_DAYS);
    for (currency, count) in finance::count_failed(tx, since).await? {
        if let Some(stand) = stands.get_mut(currency.as_str()) {
            stand.failed_payouts = count;
        }
    }
    Ok(stands.into_values().collect())
}

const fn empty_stand(tenant: TenantId, currency: Currency) -> Stand {
    Stand {
        tenant,
        held: Money::zero(currency),
        clearing: 0,
        unexplained: 0,
        exposed: 0,
        failed_payouts: 0,
        commission: 0,
        open_settlements: 0,
    }
}

/// Tells from the books what the tenant sold this month and last month; of the whole year at the first look.
pub(super) async fn months(tx: &mut TenantTx, ctx: &Ctx, is_first: bool) -> Result<Vec<MonthSum>, DbError> {
    let this = ctx.now().to_zoned(TimeZone::UTC).date().first_of_month();
    let mut sums = Vec::new();
    for ago in 0..if is_first { FIRST_MONTHS } else { 2 } {
        let month = this.saturating_sub(ago.months());
        let span = Span {
            from: begin(month),
            until: begin(month.saturating_add(1.month())),
            event: None,
        };
        let movements = finance::list_movements(tx, &span).await?;
        for currency in finance::currencies(&movements) {
            sums.push(month_sum(ctx.tenant, (month, currency), &movements)?);
        }
    }
    Ok(sums)
}

fn begin(date: Date) -> Timestamp {
    let at = date.to_zoned(TimeZone::UTC);
    at.map_or(Timestamp::UNIX_EPOCH, |at| at.timestamp())
}

fn month_sum(
    tenant: TenantId,
    (month, currency): (Date, Currency),
    movements: &[Movement],
) -> Result<MonthSum, DbError> {
    let told = finance::statement(Book::Tenant, movements, Money::zero(currency))
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let own = || {
        movements
            .iter()
            .filter(|m| m.account.book == Book::Tenant && m.currency() == currency)
    };
    let count = |kind: Kind, code: Code| -> i64 {
        own()
            .filter(|m| m.kind == kind && m.account.code == code)
            .map(|m| m.postings)
            .sum()
    };
    let disputed = own().filter(|m| m.kind == Kind::DisputeOpened && m.account.code == Code::DisputeHold);
    Ok(MonthSum {
        tenant,
        month,
        gross: told.gross,
        sales: told.sales,
        back: told.returned.minor - told.kept.minor,
        fees: told.platform_fees.minor,
        refunds: count(Kind::RefundRequested, Code::RefundClearing),
        disputes: count(Kind::DisputeOpened, Code::DisputeHold),
        disputed: disputed.map(|m| m.amount.minor).sum(),
    })
}
