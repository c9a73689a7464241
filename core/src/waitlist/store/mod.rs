//! SQL of `waitlist_entries` and `waitlist_entry_types`.

mod ends;
mod queue;
mod sight;

use bilten_kernel::{Ctx, Email, EventId, TicketTypeId, Timestamp, WaitlistEntryId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

pub(super) use ends::{close_over, decline, forget, leave, settle};
pub(super) use queue::{
    Place, Wanted, count_waiting, find_waiting_for, has_any, has_waiting, is_open, list_claims, list_servable,
    mark_offered, note_passed, read_page,
};
pub(super) use sight::{count_states, find_by_hold, find_detail, list_details};

use super::{JoinWaitlist, Party};

fn unreadable(what: &'static str) -> DbError {
    DbError::from(sqlx::Error::Decode(what.into()))
}

fn party(size: i32, least: i32) -> Result<Party, DbError> {
    Party::at_least(count(size), count(least)).ok_or_else(|| unreadable("a party that the table's checks refuse"))
}

fn count(n: i32) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

/// Writes an entry; returns whether its address was not on the list yet.
pub(in crate::waitlist) async fn insert(
    tx: &mut TenantTx,
    ctx: &Ctx,
    id: WaitlistEntryId,
    wish: &JoinWaitlist,
) -> Result<bool, DbError> {
    let places = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    let inserted = sqlx::query!(
        "insert into waitlist_entries (tenant_id, id, event_id, state, email, email_norm, name, locale, party_size, min_party,
                                       joined_at, told_at)
         values ($1, $2, $3, 'waiting', $4, $5, $6, $7, $8, $9, $10, $10)
         on conflict (tenant_id, event_id, email_norm) where state in ('waiting', 'offered') do nothing",
        tx.tenant().uuid(),
        id.uuid(),
        wish.event.uuid(),
        wish.email.as_str(),
        wish.email.normalized(),
        wish.name.as_str(),
        ctx.locale.tag(),
        places(wish.party.size()),
        places(wish.party.least()),
        ctx.now().to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(in crate::waitlist) async fn insert_types(
    tx: &mut TenantTx,
    entry: WaitlistEntryId,
    types: &[TicketTypeId],
) -> Result<(), DbError> {
    let types: Vec<Uuid> = types.iter().map(|id| id.uuid()).collect();
    sqlx::query!(
        "insert into waitlist_entry_types (tenant_id, entry_id, ticket_type_id) select $1, $2, t.id from unnest($3::uuid[]) as t(id)",
        tx.tenant().uuid(),
        entry.uuid(),
        &types
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes that an address that waits is sent its mail again, unless it was not long ago; returns its entry.
pub(in crate::waitlist) async fn note_told(
    tx: &mut TenantTx,
    event: EventId,
    email: &Email,
    (before, now): (Timestamp, Timestamp),
) -> Result<Option<WaitlistEntryId>, DbError> {
    let entry = sqlx::query_scalar!(
        "update waitlist_entries set told_at = $4
         where event_id = $1 and email_norm = $2 and state = 'waiting' and told_at <= $3 returning id",
        event.uuid(),
        email.normalized(),
        before.to_sqlx() as _,
        now.to_sqlx() as _,
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(entry.map(WaitlistEntryId::from_uuid))
}
