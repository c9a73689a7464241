//! Lines of new holds as columns, the way one statement takes them.

use bilten_kernel::PoolId;
use uuid::Uuid;

use super::NewHold;

/// Columns of `hold_lines`, a value for each line in the order of holds and lines; and two of `holds`, a value for each.
pub(super) struct LineColumns {
    pub limits: Vec<bool>,
    pub donations: Vec<Option<i64>>,
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
        Self {
            limits: fresh.iter().map(|new| new.hold.limits_persons).collect(),
            donations: fresh.iter().map(gift).collect(),
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
        }
    }
}
