//! What an ID token must say (OpenID Connect Core 1.0 §3.1.3.7). Pure.

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use bilten_kernel::Timestamp;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use crate::{Check, jose::Alg};

/// Seconds by which clocks may differ.
pub(super) const SKEW_S: i64 = 60;
/// Seconds that a token may be old when it comes back from the token endpoint.
const MAX_AGE_S: i64 = 15 * 60;
/// Longest subject (§2).
pub(super) const MAX_SUBJECT: usize = 255;

/// What the token is compared with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub access_token: Option<&'a str>,
    pub alg: Alg,
    pub now: Timestamp,
}

/// Checks the claims of a token whose signature is right; returns the subject.
pub(super) fn check<'c>(claims: &'c Map<String, Value>, expected: &Expected<'_>) -> Result<&'c str, Check> {
    // A logout token that is shown as an ID token (Back-Channel Logout 1.0 §2.4).
    if claims.contains_key("events") {
        return Err(Check::TokenType);
    }
    check_issuer(claims, expected.issuer)?;
    check_audience(claims, expected.client_id)?;
    check_times(claims, expected.now, MAX_AGE_S)?;
    if text(claims, "nonce") != Some(expected.nonce) {
        return Err(Check::Nonce);
    }
    check_access_token(claims, expected)?;
    subject(claims).ok_or(Check::Subject)
}

pub(super) fn check_issuer(claims: &Map<String, Value>, issuer: &str) -> Result<(), Check> {
    if text(claims, "iss") == Some(issuer) {
        Ok(())
    } else {
        Err(Check::Issuer)
    }
}

/// We must be named; with others beside us, we must be the one it was made for.
pub(super) fn check_audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), Check> {
    let names: Vec<&str> = match claims.get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => {
            let names: Option<Vec<_>> = many.iter().map(Value::as_str).collect();
            names.ok_or(Check::Audience)?
        }
        _ => return Err(Check::Audience),
    };
    if !names.contains(&client_id) {
        return Err(Check::Audience);
    }
    match claims.get("azp") {
        None if names.len() == 1 => Ok(()),
        Some(Value::String(party)) if party == client_id => Ok(()),
        _ => Err(Check::AuthorizedParty),
    }
}

pub(super) fn check_times(claims: &Map<String, Value>, now: Timestamp, max_age_s: i64) -> Result<(), Check> {
    let now = now.as_second();
    let at = |name: &str| claims.get(name).and_then(Value::as_i64);
    let expires = at("exp").ok_or(Check::Expired)?;
    if expires <= now.saturating_sub(SKEW_S) {
        return Err(Check::Expired);
    }
    let issued = at("iat").ok_or(Check::IssuedAt)?;
    let is_fresh = issued <= now.saturating_add(SKEW_S) && issued >= now.saturating_sub(max_age_s + SKEW_S);
    if !is_fresh {
        return Err(Check::IssuedAt);
    }
    match claims.get("nbf") {
        None => Ok(()),
        Some(_) if at("nbf").is_some_and(|from| from <= now.saturating_add(SKEW_S)) => Ok(()),
        Some(_) => Err(Check::NotBefore),
    }
}

pub(super) fn subject(claims: &Map<String, Value>) -> Option<&str> {
    text(claims, "sub").filter(|subject| (1..=MAX_SUBJECT).contains(&subject.len()))
}

pub(super) fn text<'c>(claims: &'c Map<String, Value>, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}

/// The left half of the access token's hash (§3.1.3.6); optional in the code flow, but right where it is.
fn check_access_token(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Check> {
    let Some(found) = claims.get("at_hash") else {
        return Ok(());
    };
    let algorithm = match expected.alg {
        Alg::Rs256 | Alg::Ps256 | Alg::Es256 => &SHA256,
        Alg::Es384 => &SHA384,
        Alg::EdDsa => &SHA512,
    };
    let token = expected.access_token.ok_or(Check::AccessTokenHash)?;
    let hash = digest(algorithm, token.as_bytes());
    let half = hash.as_ref().get(..hash.as_ref().len() / 2).unwrap_or_default();
    if found.as_str() == Some(BASE64URL_NOPAD.encode(half).as_str()) {
        Ok(())
    } else {
        Err(Check::AccessTokenHash)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_900_000_000;

    fn expected() -> Expected<'static> {
        Expected {
            issuer: "https://idp.example",
            client_id: "us",
            nonce: "n",
            access_token: Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            alg: Alg::Rs256,
            now: Timestamp::from_second(NOW).expect("an instant"),
        }
    }

    fn good() -> Value {
        json!({ "iss": "https://idp.example", "aud": "us", "sub": "s", "nonce": "n", "exp": NOW + 300, "iat": NOW })
    }

    fn judge(claims: &Value) -> Option<Check> {
        check(claims.as_object().expect("an object"), &expected()).err()
    }

    #[test]
    fn a_good_token_passes_and_each_wrong_claim_is_named() {
        assert_eq!(judge(&good()), None);
        for (name, value, wanted) in [
            ("iss", Value::Null, Check::Issuer),
            ("iss", json!("https://other.example"), Check::Issuer),
            ("iss", json!("https://idp.example/"), Check::Issuer),
            ("iss", json!("https://IDP.example"), Check::Issuer),
            ("aud", Value::Null, Check::Audience),
            ("aud", json!("them"), Check::Audience),
            ("aud", json!([]), Check::Audience),
            ("aud", json!(["us", 7]), Check::Audience),
            ("aud", json!(["us", "them"]), Check::AuthorizedParty),
            ("azp", json!("them"), Check::AuthorizedParty),
            ("azp", json!(7), Check::AuthorizedParty),
            ("exp", Value::Null, Check::Expired),
            ("exp", json!("soon"), Check::Expired),
            ("exp", json!(NOW - SKEW_S), Check::Expired),
            ("iat", Value::Null, Check::IssuedAt),
            ("iat", json!(NOW + SKEW_S + 1), Check::IssuedAt),
            ("iat", json!(NOW - MAX_AGE_S - SKEW_S - 1), Check::IssuedAt),
            ("nbf", json!(NOW + SKEW_S + 1), Check::NotBefore),
            ("nbf", json!("x"), Check::NotBefore),
            ("nonce", Value::Null, Check::Nonce),
            ("nonce", json!("m"), Check::Nonce),
            ("sub", Value::Null, Check::Subject),
            ("sub", json!(""), Check::Subject),
            ("sub", json!(42), Check::Subject),
            ("sub", json!("s".repeat(256)), Check::Subject),
            ("at_hash", json!("wrong"), Check::AccessTokenHash),
            ("events", json!({}), Check::TokenType),
        ] {
            let mut claims = good();
            claims[name] = value.clone();
            assert_eq!(judge(&claims), Some(wanted), "{name} = {value}");
        }
    }

    #[test]
    fn what_differs_within_bounds_passes() {
        for (name, value) in [
            ("aud", json!(["us"])),
            ("azp", json!("us")),
            ("exp", json!(NOW - SKEW_S + 1)),
            ("iat", json!(NOW + SKEW_S)),
            ("nbf", json!(NOW + SKEW_S)),
            ("sub", json!("s".repeat(255))),
            // The example of the specification, appendix A.4.
            ("at_hash", json!("77QmUPtjPfzWtF2AnpK9RQ")),
        ] {
            let mut claims = good();
            claims[name] = value.clone();
            assert_eq!(judge(&claims), None, "{name} = {value}");
        }
        let mut both = good();
        both["aud"] = json!(["them", "us"]);
        both["azp"] = json!("us");
        assert_eq!(judge(&both), None);
    }
}
