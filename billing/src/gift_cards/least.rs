//! The least that a provider takes in one payment.

use bilten_kernel::{Currency, Money};

/// The least that cards are charged in a currency. Below it the fee would be higher than the payment, and providers refuse
/// (docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). Where none is listed it is the smallest unit.
pub fn least_charge(currency: Currency) -> Money {
    let minor = match currency.code() {
        "USD" | "EUR" | "CHF" | "AUD" | "CAD" | "NZD" | "SGD" | "BRL" | "JPY" => 50,
        "GBP" => 30,
        "NOK" | "SEK" => 300,
        "DKK" => 250,
        "PLN" | "AED" | "MYR" | "RON" => 200,
        "CZK" => 1_500,
        "HUF" => 17_500,
        "HKD" => 400,
        "MXN" | "THB" => 1_000,
        _ => 1,
    };
    Money::new(minor, currency)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_that_is_not_listed_has_its_smallest_unit() {
        for (code, minor) in [("EUR", 50), ("NOK", 300), ("JPY", 50), ("KWD", 1)] {
            assert_eq!(least_charge(code.parse().unwrap()).minor, minor, "{code}");
        }
    }
}
