//! SQL of the reports; it only reads.

pub mod attendees;
pub mod door;
pub mod events;
pub mod needs;
pub mod orders;
pub mod sales;
pub mod takings;

use bilten_kernel::{Currency, Money};
use bilten_tenancy::DbError;

/// Joins a stored amount and its currency's code.
fn money(minor: i64, currency: &str) -> Result<Money, DbError> {
    Ok(Money::new(minor, stored(currency)?))
}

/// Reads a text that was checked on its way into the database.
fn stored<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(text: &str) -> Result<T, DbError> {
    text.parse()
        .map_err(|error: T::Err| DbError::from(sqlx::Error::Decode(Box::new(error))))
}

/// Currency as a bound parameter.
fn code(currency: Currency) -> String {
    currency.code().to_owned()
}
