//! Lines of new holds as columns, the way one statement takes them.

use bilten_kernel::PoolId;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{NewHold, taxed_on};

/// Columns of `hold_lines`, a value for each line in the order of holds and lines; and some of `holds`, a value for each.
pub(super) struct LineColumns {
    pub limits: Vec<bool>,
    pub donations: Vec<Option<i64>>,
    pub plans: Vec<Option<i32>>,
    pub days: Vec<Option<jiff_sqlx::Date>>,
    pub ends: Vec<Option<jiff_sqlx::Timestamp>>,
    pub holds: Vec<Uuid>,
    pub parts: Vec<i16>,
    pub types: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub prices: Vec<i64>,
    pub full_prices: Vec<Option<i64>>,
    pub tiers: Vec<Option<Uuid>>,
    pub promos: Vec<Option<Uuid>>,
    pub list_prices: Vec<Option<i64>>,
    pub taxes: Vec<Option<String>>,
    pub offers: Vec<Option<String>>,
    /// Arrays as text: an array of arrays cannot be taken apart line by line.
    pub code_pools: Vec<Option<String>>,
    pub code_places: Vec<Option<String>>,
    pub fee_free: Vec<bool>,
}

impl LineColumns {
    pub(super) fn of(fresh: &[NewHold]) -> Self {
        let lines = || {
            fresh
                .iter()
                .flat_map(|new| new.hold.lines.iter().map(|line| (new.hold.id, line)))
        };
        let parts = fresh.iter().flat_map(|new| (0_i16..).take(new.hold.lines.len()));
        let quantity = |quantity| i32::try_from(quantity).unwrap_or(i32::MAX);
        let gift = |new: &NewHold| new.hold.donation.map(|gift| gift.minor);
        let counted = || fresh.iter().flat_map(|new| new.hold.counted_by_lines());
        Self {
            limits: fresh.iter().map(|new| new.hold.limits_persons).collect(),
            donations: fresh.iter().map(gift).collect(),
            plans: fresh.iter().map(|new| new.hold.plan).collect(),
            days: fresh.iter().map(|new| taxed_on(&new.hold)).collect(),
            ends: fresh.iter().map(|new| new.latest_end.map(ToSqlx::to_sqlx)).collect(),
            holds: lines().map(|(hold, _)| hold.uuid()).collect(),
            parts: parts.collect(),
            types: lines().map(|(_, line)| line.ticket_type.uuid()).collect(),
            quantities: lines().map(|(_, line)| quantity(line.quantity)).collect(),
            prices: lines().map(|(_, line)| line.unit_price.minor).collect(),
            full_prices: lines()
                .map(|(_, line)| line.full_price.map(|price| price.minor))
                .collect(),
            tiers: lines().map(|(_, line)| line.tier.map(PoolId::uuid)).collect(),
            list_prices: lines()
                .map(|(_, line)| line.list.map(|list| list.price.minor))
                .collect(),
            taxes: lines()
                .map(|(_, line)| line.list.and_then(|list| list.tax).map(String::from))
                .collect(),
            offers: lines().map(|(_, line)| line.offer.clone()).collect(),
            promos: fresh.iter().flat_map(|new| new.hold.promo_of_lines()).collect(),
            code_pools: counted()
                .map(|pools| Some(array(pools?.iter().map(|(pool, _)| pool.uuid()))))
                .collect(),
            code_places: counted()
                .map(|pools| Some(array(pools?.iter().map(|(_, places)| *places))))
                .collect(),
            fee_free: lines()
                .map(|(_, line)| line.list.is_some_and(|list| list.is_fee_free))
                .collect(),
        }
    }
}

/// An array as PostgreSQL reads it from text.
fn array(values: impl Iterator<Item = impl std::fmt::Display>) -> String {
    let values: Vec<String> = values.map(|value| value.to_string()).collect();
    format!("{{{}}}", values.join(","))
}
