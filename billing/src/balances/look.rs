//! Looks at every balance of a tenant.

use std::collections::BTreeSet;

use bilten_kernel::{Ctx, Currency, Timestamp};
use bilten_tenancy::{DbError, TenantTx};
use jiff::SignedDuration;

use super::{
    Place,
    explain::{book_fee, explain},
    import::{self, Imported},
    judge::{Found, judge},
    store::{self, Verdict},
};
use crate::{
    attempts,
    checkout::{Checkout, PayError, known_provider},
    ledger::PostError,
    payees,
    provider::Holding,
};

/// Lines that one statement matches, and that one look explains one by one.
const PLAIN: i64 = 2_000;
const ODD: i64 = 500;
/// Steps in which plain lines are matched.
const STEPS: usize = 100;
/// How long after it was over a thing of ours may be without a line.
const GRACE: SignedDuration = SignedDuration::from_hours(1);
/// How long a thing of ours without a line is reason to list all again from long before.
const FRESH: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How long a payout may be on its way.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Looks at every balance that the tenant has with a provider which keeps a statement; tells how many are red. Twice at once does
/// no harm.
///
/// # Errors
/// The database or the books failed.
pub async fn look(app: &Checkout, ctx: &Ctx) -> Result<usize, PayError> {
    let mut red = 0;
    for place in places(app, ctx).await? {
        red += look_at(app, ctx, &place).await?;
    }
    Ok(red)
}

/// Where the tenant's money lies.
pub(crate) async fn places(app: &Checkout, ctx: &Ctx) -> Result<Vec<Place>, DbError> {
    let mut tx = app.db.begin(ctx).await?;
    let payees = payees::list(&mut tx).await?;
    tx.rollback().await?;
    let mut places = Vec::new();
    for provider in app.providers.all() {
        if !provider.caps().needs_account {
            places.push(Place {
                provider: provider.name().to_owned(),
                account: None,
                is_ours: true,
            });
            continue;
        }
        let here = payees.iter().filter(|payee| payee.provider == provider.name());
        places.extend(here.filter_map(|payee| {
            Some(Place {
                provider: payee.provider.clone(),
                account: Some(payee.account.clone()?),
                is_ours: Place::is_ours_by(payee.profile),
            })
        }));
    }
    Ok(places)
}

async fn look_at(app: &Checkout, ctx: &Ctx, place: &Place) -> Result<usize, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let progress = store::find_progress(&mut tx, place, ctx.now() - FRESH).await?;
    tx.rollback().await?;
    let Some(mut imported) = import::import(app, ctx, place, &progress).await? else {
        explain_all(app, ctx, place).await?;
        return Ok(0);
    };
    let provider = known_provider(app, &place.provider)?;
    let mut holdings = provider.holdings(ctx, place.account.as_ref()).await.snapshot();
    if !agree(app, ctx, place, holdings.as_deref()).await? {
        // Something may have moved between the two questions.
        if let Some(more) = import::import(app, ctx, place, &progress).await? {
            imported.fresh += more.fresh;
            imported.currencies.extend(more.currencies);
        }
        holdings = provider.holdings(ctx, place.account.as_ref()).await.snapshot();
    }
    let explained = explain_all(app, ctx, place).await?;
    let Some(holdings) = holdings else { return Ok(0) };
    conclude(app, ctx, place, (imported, explained, &holdings)).await
}

/// Tells whether the sums of the lines are what lies there.
async fn agree(app: &Checkout, ctx: &Ctx, place: &Place, holdings: Option<&[Holding]>) -> Result<bool, PayError> {
    let mut tx = app.db.begin(ctx).await?;
    let sums = store::list_sums(&mut tx, place).await?;
    tx.rollback().await?;
    let told = |currency: &str| told(holdings.unwrap_or_default(), currency).0;
    Ok(sums.iter().all(|(currency, lines)| told(currency) == *lines))
}

fn told(holdings: &[Holding], currency: &str) -> (i64, i64) {
    let found = holdings
        .iter()
        .find(|holding| holding.whole.currency.code() == currency);
    found.map_or((0, 0), |holding| (holding.whole.minor, holding.available.minor))
}

/// Explains what is new, and what nobody could explain before; tells how many lines.
async fn explain_all(app: &Checkout, ctx: &Ctx, place: &Place) -> Result<usize, PayError> {
    let mut explained = 0;
    for _ in 0..STEPS {
        let mut tx = app.db.begin(ctx).await?;
        let matched = match_plain(&mut tx, ctx, place).await.map_err(DbError::from)?;
        tx.commit().await?;
        explained += matched;
        if matched == 0 {
            break;
        }
    }
    let mut tx = app.db.begin(ctx).await?;
    let odd = store::list_odd(&mut tx, place, ODD).await?;
    tx.rollback().await?;
    for line in odd {
        let mut tx = app.db.begin(ctx).await?;
        let Some(known) = store::lock_line(&mut tx, place, &line).await? else {
            continue;
        };
        if explain(&mut tx, ctx, place, &known).await.map_err(DbError::from)? {
            tx.commit().await?;
            explained += 1;
        } else {
            tx.rollback().await?;
        }
    }
    Ok(explained)
}

/// Matches the lines that are just what we expect, and books the provider's fees in them.
async fn match_plain(tx: &mut TenantTx, ctx: &Ctx, place: &Place) -> Result<usize, PostError> {
    let mut matched = store::match_refunds(tx, ctx, place, PLAIN).await?;
    let payments = store::match_payments(tx, ctx, place, PLAIN).await?;
    matched += payments.len();
    for (line, attempt) in payments.iter().filter(|(line, _)| !line.fee.is_zero()) {
        let attempt = attempts::store::find(tx, *attempt).await?;
        book_fee(tx, ctx, place, line, (line.fee, attempt.as_ref())).await?;
    }
    Ok(matched)
}

/// Writes down how the balance stands in each currency; tells how many are red.
async fn conclude(
    app: &Checkout,
    ctx: &Ctx,
    place: &Place,
    (imported, explained, holdings): (Imported, usize, &[Holding]),
) -> Result<usize, PayError> {
    let until: Timestamp = ctx.now() - GRACE;
    let mut tx = app.db.begin(ctx).await?;
    let checked = store::note_gaps(&mut tx, ctx, place, until).await?;
    store::close_gaps(&mut tx, ctx, place).await?;
    let held = holdings.iter().map(|holding| holding.whole.currency);
    let mut currencies: BTreeSet<&str> = held.map(Currency::code).collect();
    currencies.extend(imported.currencies);
    let sums = store::list_sums(&mut tx, place).await?;
    currencies.extend(sums.iter().map(|(currency, _)| currency.as_str()));
    let missing = store::list_gap_currencies(&mut tx, place).await?;
    currencies.extend(missing.iter().map(String::as_str));
    let compared = i64::try_from(explained + checked).unwrap_or(i64::MAX);
    let mut red = 0;
    for currency in currencies {
        let (whole, available) = told(holdings, currency);
        let lines = sums.iter().find(|(of, _)| of == currency).map_or(0, |(_, sum)| *sum);
        let counts = store::count_faults(&mut tx, place, currency, ctx.now() - ON_ITS_WAY).await?;
        let found = Found {
            lines,
            told: whole,
            ..counts
        };
        let faults = judge(&found);
        if !faults.is_empty() {
            red += 1;
            tracing::error!(provider = %place.provider, account = place.account(), currency, ?found,
                            "a balance is not what the books say: nothing is paid out of it");
        }
        let verdict = Verdict {
            currency,
            told: whole,
            available,
            compared,
            faults: &faults,
            checked_until: until,
        };
        store::save_look(&mut tx, ctx, place, &verdict).await?;
    }
    tx.commit().await?;
    Ok(red)
}
