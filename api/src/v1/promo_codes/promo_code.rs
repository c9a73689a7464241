//! A promo code in the API.

use bilten_core::promo::{Discount, Promo};
use serde::Serialize;
use utoipa::ToSchema;

/// Code that takes something off each ticket, so many times.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PromoCode {
    /// Identifies the code.
    #[schema(example = "prm_06h08v3qj1w517evdqmt88z9t4")]
    id: String,
    /// What buyers type.
    #[schema(example = "EARLY")]
    code: String,
    /// Share of the price that it takes off, in hundredths of a per cent; of each ticket rounded to the nearest minor unit,
    /// halves up.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent_bp: Option<i32>,
    /// Amount that it takes off each ticket, in minor units; never more than the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    off_minor: Option<i64>,
    /// What each ticket costs with it, where that is less, in minor units and without fees.
    #[serde(skip_serializing_if = "Option::is_none")]
    price_minor: Option<i64>,
    /// Ticket types that it holds for; missing when it holds for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_type_ids: Option<Vec<String>>,
    /// It takes nothing off before (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_at: Option<String>,
    /// It takes nothing off from then on (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_at: Option<String>,
    /// When it was withdrawn (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_at: Option<String>,
    /// Carts and orders that may have it.
    uses: i64,
    /// Carts that have it now.
    held: i64,
    /// Orders made with it that were not cancelled or refunded.
    used: i64,
    /// Uses that are left.
    left: i64,
}

impl From<Promo> for PromoCode {
    fn from(promo: Promo) -> Self {
        let (percent_bp, off_minor, price_minor) = match promo.discount {
            Discount::Share(bp) => (Some(bp), None, None),
            Discount::Amount(minor) => (None, Some(minor), None),
            Discount::Price(minor) => (None, None, Some(minor)),
        };
        let left = promo.left();
        let types = promo.ticket_types;
        Self {
            id: promo.id.to_string(),
            code: promo.code.to_string(),
            percent_bp,
            off_minor,
            price_minor,
            ticket_type_ids: types.map(|types| types.iter().map(ToString::to_string).collect()),
            starts_at: promo.starts_at.map(|at| at.to_string()),
            ends_at: promo.ends_at.map(|at| at.to_string()),
            withdrawn_at: promo.withdrawn_at.map(|at| at.to_string()),
            uses: promo.uses,
            held: promo.held,
            used: promo.used,
            left,
        }
    }
}
