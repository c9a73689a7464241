//! SQL of `organizers` and `venues`.

use bilten_kernel::{Ctx, OrganizerId, Slug, Timestamp, VenueId};
use bilten_tenancy::{DbError, TenantTx};
use jiff_sqlx::ToSqlx;

use super::stored;
use crate::catalog::{NewVenue, Organizer};

/// Organizers that a tenant may have; the list is never longer.
const MAX_ORGANIZERS: i64 = 200;

pub async fn insert(tx: &mut TenantTx, organizer: &Organizer, now: Timestamp) -> Result<bool, DbError> {
    let done = sqlx::query!(
        "insert into organizers (tenant_id, id, slug, name, created_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, slug) do nothing",
        tx.tenant().uuid(),
        organizer.id.uuid(),
        organizer.slug.as_str(),
        organizer.name.as_str(),
        now.to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(done.rows_affected() == 1)
}

/// Lists organizers, the first one made first. At most 200 rows, sorted in memory.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Organizer>, DbError> {
    let rows = sqlx::query!(
        "select id, slug, name from organizers order by created_at, id limit $1",
        MAX_ORGANIZERS
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Organizer {
                id: row.id.into(),
                slug: stored(row.slug.parse::<Slug>())?,
                name: crate::catalog::Line::stored(row.name),
            })
        })
        .collect()
}

pub async fn exists(tx: &mut TenantTx, id: OrganizerId) -> Result<bool, DbError> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from organizers where tenant_id = $1 and id = $2) as "found!""#,
        tx.tenant().uuid(),
        id.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}

/// Finds the same place or adds it. Tenants have few venues; the search reads them all.
pub async fn find_or_insert_venue(tx: &mut TenantTx, ctx: &Ctx, place: &NewVenue) -> Result<VenueId, DbError> {
    let found = sqlx::query_scalar!(
        "select id from venues where name = $1 and street = $2 and postcode = $3 and city = $4 and country = $5 limit 1",
        place.name.as_str(),
        place.street.as_str(),
        place.postcode.as_str(),
        place.city.as_str(),
        place.country.as_str(),
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(id) = found {
        return Ok(id.into());
    }
    let id: VenueId = ctx.new_id();
    sqlx::query!(
        "insert into venues (tenant_id, id, name, street, postcode, city, country, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().uuid(),
        id.uuid(),
        place.name.as_str(),
        place.street.as_str(),
        place.postcode.as_str(),
        place.city.as_str(),
        place.country.as_str(),
        ctx.now().to_sqlx() as _,
    )
    .execute(tx.conn())
    .await?;
    tx.note_page_change();
    Ok(id)
}
