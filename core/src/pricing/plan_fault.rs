//! What is wrong with a plan of taxes and fees.

use super::TaxCode;

/// Why a plan makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanFault {
    /// A rate is out of bounds, or there are too many.
    #[error("a tax rate makes no sense")]
    Rate,
    /// A code stands twice for a country and a first day.
    #[error("a tax code stands twice for a country and a first day")]
    CodeTwice(TaxCode),
    /// The default names no rate.
    #[error("the default tax is none of the rates")]
    Default,
    /// A fee is out of bounds.
    #[error("a fee makes no sense")]
    Fee,
    /// What buyers are shown could differ from what they pay.
    #[error("this way of rounding moves prices")]
    Rounding,
}
