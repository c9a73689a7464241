//! Brings lines in, a page at a time; each page with its sum in one transaction.

use std::collections::BTreeSet;

use bilten_kernel::{Ctx, Currency, Timestamp};
use jiff::SignedDuration;

use super::{
    Place,
    store::{self, Progress},
};
use crate::{
    checkout::{Checkout, PayError, known_provider},
    provider::AskLines,
};

/// How far before the last look lines are asked for again: they may be told late.
const AGAIN: SignedDuration = SignedDuration::from_hours(2);
/// The same while something of ours has no line: it may have moved long after it began.
const FAR_AGAIN: SignedDuration = SignedDuration::from_hours(24 * 40);
/// Pages that one look takes; the next one goes on.
const PAGES: usize = 500;

/// What was brought in.
#[derive(Debug, Default)]
pub(super) struct Imported {
    /// Lines that are new.
    pub fresh: usize,
    /// Currencies that were seen.
    pub currencies: BTreeSet<&'static str>,
}

/// Brings in what moved since the last time; none when the provider gave no answer, keeps no statement, or has more to tell than
/// one look takes: then the next one goes on.
pub(super) async fn import(
    app: &Checkout,
    ctx: &Ctx,
    place: &Place,
    progress: &Progress,
) -> Result<Option<Imported>, PayError> {
    let provider = known_provider(app, &place.provider)?;
    let mut imported = Imported::default();
    let back = if progress.has_fresh_gap { FAR_AGAIN } else { AGAIN };
    let since = progress.listed_until.map(|until| until - back);
    let began = progress.resume.as_ref().map_or(ctx.now(), |(_, began)| *began);
    let mut after = progress.resume.as_ref().map(|(after, _)| after.clone());
    for _ in 0..PAGES {
        let ask = AskLines {
            account: place.account.as_ref(),
            since,
            after: after.as_deref(),
        };
        let Some(page) = provider.balance_lines(ctx, &ask).await.snapshot() else {
            return Ok(None);
        };
        let currencies = page.lines.iter().map(|line| line.amount.currency);
        imported.currencies.extend(currencies.map(Currency::code));
        if !page.lines.is_empty() {
            let mut tx = app.db.begin(ctx).await?;
            imported.fresh += store::insert_lines(&mut tx, ctx, place, &page.lines).await?;
            tx.commit().await?;
        }
        after = page.next;
        if after.is_none() {
            if progress.resume.is_none() {
                return Ok(Some(imported));
            }
            // What came since this list began is listed by the next look.
            note(app, ctx, place, (None, began)).await?;
            return Ok(None);
        }
    }
    tracing::warn!(provider = %place.provider, account = place.account(), "a balance has more lines than one look takes");
    note(app, ctx, place, (after, began)).await?;
    Ok(None)
}

/// Writes down where the next look goes on.
async fn note(
    app: &Checkout,
    ctx: &Ctx,
    place: &Place,
    (after, began): (Option<String>, Timestamp),
) -> Result<(), PayError> {
    let mut tx = app.db.begin(ctx).await?;
    store::set_resume(&mut tx, place, (after.as_deref(), began)).await?;
    tx.commit().await?;
    Ok(())
}
