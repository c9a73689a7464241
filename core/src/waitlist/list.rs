//! What is shown of a list: one entry to who made it, all of them to the organizer.

use std::{fmt, str::FromStr};

use bilten_kernel::{Ctx, Email, EventId, HoldId, ParseError, TicketTypeId, Timestamp, WaitlistEntryId};
use bilten_tenancy::{DbError, TenantTx};
use data_encoding::BASE64URL_NOPAD;
use uuid::Uuid;

use super::{Entry, store};

/// Entries on one page at most.
const MAX_PAGE: u32 = 100;

/// An entry with what is known around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDetail {
    /// The entry.
    pub entry: Entry,
    /// Names of the types of which any will do, in the event's order.
    pub types: Vec<String>,
    /// Place among those who wait, from 1; `None` when it does not wait.
    pub position: Option<i64>,
}

/// An entry in the organizer's list.
pub type EntryLine = EntryDetail;

/// Which entries are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EntryFilter {
    /// Those who wait or have an offer.
    #[default]
    Open,
    /// All, also those that have ended.
    All,
}

/// One page of entries, in the order of joining.
#[derive(Debug, Clone)]
pub struct ListPage {
    /// The entries.
    pub rows: Vec<EntryLine>,
    /// Where the next page begins, when there is one.
    pub next: Option<WaitlistCursor>,
}

/// How many wait, and for what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListCounts {
    /// Entries that wait.
    pub waiting: i64,
    /// Places that those want.
    pub places: i64,
    /// Entries that have an offer now.
    pub offered: i64,
    /// Entries whose offer was bought.
    pub accepted: i64,
    /// By type: entries that wait for it, and the places that they want. Who would take any of several counts for each.
    pub types: Vec<(TicketTypeId, i64, i64)>,
}

/// Position behind an entry; opaque outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitlistCursor {
    /// When the last entry of the page was made.
    pub joined_at: Timestamp,
    /// The last entry of the page.
    pub id: WaitlistEntryId,
}

const NOT_OURS: ParseError = ParseError::new("cursor", "was not made here");

impl fmt::Display for WaitlistCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.joined_at.as_microsecond().to_be_bytes());
        bytes[8..].copy_from_slice(self.id.uuid().as_bytes());
        f.write_str(&BASE64URL_NOPAD.encode(&bytes))
    }
}

impl FromStr for WaitlistCursor {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NOT_OURS)?;
        let (at, id) = bytes.split_first_chunk::<8>().ok_or(NOT_OURS)?;
        let joined_at = Timestamp::from_microsecond(i64::from_be_bytes(*at)).map_err(|_| NOT_OURS)?;
        let id = Uuid::from_slice(id).map_err(|_| NOT_OURS)?;
        Ok(Self {
            joined_at,
            id: id.into(),
        })
    }
}

/// Finds an entry.
///
/// # Errors
/// The database refused.
pub async fn find(ctx: &Ctx, tx: &mut TenantTx, id: WaitlistEntryId) -> Result<Option<EntryDetail>, DbError> {
    store::find_detail(tx, id, ctx.now()).await
}

/// Finds the entry that a hold was offered to.
///
/// # Errors
/// The database refused.
pub async fn find_by_hold(ctx: &Ctx, tx: &mut TenantTx, hold: HoldId) -> Result<Option<Entry>, DbError> {
    let Some(id) = store::find_by_hold(tx, hold).await? else {
        return Ok(None);
    };
    Ok(find(ctx, tx, id).await?.map(|detail| detail.entry))
}

/// Tells whether an address waits for the event, or has an offer.
///
/// # Errors
/// The database refused.
pub async fn is_on_list(tx: &mut TenantTx, event: EventId, email: &Email) -> Result<bool, DbError> {
    store::is_open(tx, event, email).await
}

/// Lists up to `limit` (1 to 100) entries of an event behind the cursor.
///
/// # Errors
/// The database refused.
pub async fn list(
    ctx: &Ctx,
    tx: &mut TenantTx,
    event: EventId,
    (filter, after): (EntryFilter, Option<WaitlistCursor>),
    limit: u32,
) -> Result<ListPage, DbError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let only_open = filter == EntryFilter::Open;
    // One more than wanted tells whether another page follows.
    let mut rows = store::list_details(tx, event, (only_open, after), (ctx.now(), i64::from(limit) + 1)).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| has_more).map(|row| WaitlistCursor {
        joined_at: row.entry.joined_at,
        id: row.entry.id,
    });
    Ok(ListPage { rows, next })
}

/// Counts who waits for what.
///
/// # Errors
/// The database refused.
pub async fn counts(ctx: &Ctx, tx: &mut TenantTx, event: EventId) -> Result<ListCounts, DbError> {
    store::count_states(tx, event, ctx.now()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_round_trip_and_junk_is_refused() {
        let cursor = WaitlistCursor {
            joined_at: "2027-01-10T18:00:00.5Z".parse().unwrap(),
            id: Uuid::from_u128(9).into(),
        };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for junk in ["", "AAAA", "…", &cursor.to_string()[1..]] {
            assert!(junk.parse::<WaitlistCursor>().is_err(), "{junk}");
        }
    }
}
