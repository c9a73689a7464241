//! Reasons for which banks say no, in our words (docs.stripe.com/declines/codes).

use super::answer::ApiError;
use crate::provider::{DeclineCode, Retry};

/// Reads why a card was declined. What the bank suspects is not told to anybody: who tries stolen cards learns nothing.
pub(super) fn read(error: &ApiError) -> (DeclineCode, Retry) {
    let code = match error.decline_code() {
        "fraudulent" | "lost_card" | "merchant_blacklist" | "pickup_card" | "restricted_card"
        | "security_violation" | "stolen_card" => "card_declined",
        other => other,
    };
    (DeclineCode::new(code), retry(error))
}

fn retry(error: &ApiError) -> Retry {
    match error.advice_code() {
        Some("try_again_later") => return Retry::Later,
        Some("do_not_try_again") => return Retry::OtherMethod,
        Some(_) | None => {}
    }
    match error.decline_code() {
        "authentication_required"
        | "payment_intent_authentication_failure"
        | "incorrect_cvc"
        | "incorrect_number"
        | "incorrect_zip"
        | "invalid_cvc"
        | "invalid_expiry_month"
        | "invalid_expiry_year"
        | "invalid_number" => Retry::SameMethod,
        "approve_with_id" | "issuer_not_available" | "processing_error" | "reenter_transaction" | "try_again_later" => {
            Retry::Later
        }
        _ => Retry::OtherMethod,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_help_depends_on_the_reason_and_a_suspicion_is_never_told() {
        for (json, code, retry) in [
            (
                r#"{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds"}"#,
                "insufficient_funds",
                Retry::OtherMethod,
            ),
            (
                r#"{"type":"card_error","code":"card_declined","decline_code":"stolen_card"}"#,
                "card_declined",
                Retry::OtherMethod,
            ),
            (
                r#"{"type":"card_error","code":"incorrect_cvc"}"#,
                "incorrect_cvc",
                Retry::SameMethod,
            ),
            (
                r#"{"type":"card_error","code":"card_declined","decline_code":"generic_decline","advice_code":"try_again_later"}"#,
                "generic_decline",
                Retry::Later,
            ),
            (
                r#"{"type":"card_error","code":"processing_error"}"#,
                "processing_error",
                Retry::Later,
            ),
        ] {
            let error = ApiError::read(402, format!(r#"{{"error":{json}}}"#).as_bytes()).unwrap();
            let read = read(&error);
            assert_eq!((read.0.as_str(), read.1), (code, retry), "{json}");
        }
    }
}
