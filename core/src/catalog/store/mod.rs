//! SQL of `organizers`, `venues`, `events`, `ticket_types`, `ticket_type_pools`, `price_tiers` and, but for the
//! counters that the inventory moves, `capacity_pools`.

pub(super) mod events;
pub(super) mod organizers;
pub(super) mod price_tiers;
pub(super) mod ticket_types;

use bilten_tenancy::DbError;

/// Reads a stored value of a type that only this crate writes.
fn stored<T, E: std::error::Error + Send + Sync + 'static>(value: Result<T, E>) -> Result<T, DbError> {
    value.map_err(|error| DbError::Sql(sqlx::Error::Decode(Box::new(error))))
}
