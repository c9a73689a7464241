//! The card that says whether the money is where the books say it is.

use bilten_billing::{
    proof::Check,
    watch::{self, Kept, Verdict},
};
use bilten_branding::{
    texts,
    views::{
        Moment, Text, Tone,
        report::{CheckLine, FundsLine, ProofCard},
    },
};
use bilten_kernel::{Currency, Money, ZoneName};
use bilten_tenancy::TenantTx;

use super::csv;
use crate::http::problem::Problem;

/// Draws up the card from the last look at the tenant's money.
pub(super) async fn card(tx: &mut TenantTx, zone: &ZoneName) -> Result<ProofCard, Problem> {
    let Some(kept) = watch::find(tx).await? else {
        return Ok(ProofCard {
            tone: Tone::Info,
            text: Text::new(texts::PROOF_NEVER),
            at: None,
            funds: Vec::new(),
            checks: Vec::new(),
        });
    };
    let (tone, text) = match kept.verdict {
        Verdict::Sound => (Tone::Positive, texts::PROOF_SOUND),
        Verdict::Suspected => (Tone::Caution, texts::PROOF_SUSPECTED),
        Verdict::Off => (Tone::Critical, texts::PROOF_OFF),
    };
    Ok(ProofCard {
        tone,
        text: Text::new(text),
        at: Some(Moment::new(kept.proven_at, zone.as_str())),
        funds: funds(&kept),
        checks: kept
            .checks
            .iter()
            .map(|check| self::check(check, only(&kept)))
            .collect(),
    })
}

fn funds(kept: &Kept) -> Vec<FundsLine> {
    let lines = kept.funds.iter().map(|funds| {
        let own = Money::new(
            funds.books_say.minor.saturating_sub(funds.platform_part.minor),
            funds.books_say.currency,
        );
        FundsLine {
            provider: funds.provider.clone(),
            provider_says: funds.provider_says,
            books_say: funds.books_say,
            platform_part: funds.platform_part,
            lots_say: funds.lots_say.unwrap_or(own),
            is_same: funds.is_same(),
        }
    });
    lines.collect()
}

/// The currency that all money is in, where it is one.
fn only(kept: &Kept) -> Option<Currency> {
    let mut currencies = kept.funds.iter().map(|funds| funds.books_say.currency);
    let first = currencies.next()?;
    currencies.all(|other| other == first).then_some(first)
}

/// Comparisons that count, and have no currency.
const COUNTS: [&str; 8] = [
    "books",
    "overdrawn",
    "torn",
    "uneven",
    "lines_unexplained",
    "lines_torn",
    "lines_red",
    "lines_missing",
];

/// A comparison. Amounts that were added up over several currencies have no sum that could be written, only a difference.
fn check(check: &Check, only: Option<Currency>) -> CheckLine {
    let text = match check.code.as_str() {
        "refunds" => texts::PROOF_CHECK_REFUNDS,
        "contests" => texts::PROOF_CHECK_CONTESTS,
        "unexplained" => texts::PROOF_CHECK_UNEXPLAINED,
        "in_transit" => texts::PROOF_CHECK_IN_TRANSIT,
        "gift_cards" => texts::PROOF_CHECK_GIFT_CARDS,
        "gift_moves" => texts::PROOF_CHECK_GIFT_MOVES,
        "arrived" => texts::PROOF_CHECK_ARRIVED,
        "lots" => texts::PROOF_CHECK_LOTS,
        "overdrawn" => texts::PROOF_CHECK_OVERDRAWN,
        "torn" => texts::PROOF_CHECK_TORN,
        "uneven" => texts::PROOF_CHECK_UNEVEN,
        "lines_unexplained" => texts::PROOF_CHECK_LINES_UNEXPLAINED,
        "lines_torn" => texts::PROOF_CHECK_LINES_TORN,
        "lines_red" => texts::PROOF_CHECK_LINES_RED,
        "lines_missing" => texts::PROOF_CHECK_LINES_MISSING,
        "lines_payments" => texts::PROOF_CHECK_LINES_PAYMENTS,
        "lines_refunds" => texts::PROOF_CHECK_LINES_REFUNDS,
        "lines_payouts" => texts::PROOF_CHECK_LINES_PAYOUTS,
        "provider" => texts::PROOF_CHECK_PROVIDER,
        "funds" => texts::PROOF_CHECK_FUNDS,
        _ => texts::PROOF_CHECK_BOOKS,
    };
    let named = check.currency.as_deref().and_then(|code| code.parse().ok());
    let of_money = named.or(only).filter(|_| !COUNTS.contains(&check.code.as_str()));
    let write = |minor: i64| match of_money {
        Some(currency) => format!("{} {}", csv::amount(Money::new(minor, currency)), currency.code()),
        None => minor.to_string(),
    };
    let currency = check.currency.clone().unwrap_or_default();
    CheckLine {
        text: Text::new(text).with("currency", currency),
        books: write(check.books),
        is: write(check.is),
        is_same: check.books == check.is,
    }
}
