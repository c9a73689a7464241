//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.6): the provider says that a session or a person is out.

use bilten_kernel::Timestamp;
use jiff::SignedDuration;
use serde_json::{Map, Value};

use super::{Client, Failure, Oidc, Trace, id_token};
use crate::{
    Check,
    jose::{Jws, Kind},
};

/// Event that a logout token tells of.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// Seconds for which a logout token may be valid, and for which it may have been on its way.
const MAX_LIFE_S: i64 = 2 * 60;
/// Longest name of a token or a session.
const MAX_NAME: usize = 255;

/// A logout token that is genuine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutToken {
    /// Names the token; it is obeyed once.
    pub jti: String,
    /// Whose sessions end.
    pub subject: Option<String>,
    /// Which session at the provider ends.
    pub sid: Option<String>,
}

/// How long the name of an obeyed token must be remembered.
pub fn obey_within() -> SignedDuration {
    SignedDuration::from_secs(2 * (MAX_LIFE_S + id_token::SKEW_S))
}

impl Oidc {
    /// Reads a logout token and checks everything but whether it was obeyed before.
    ///
    /// # Errors
    /// Names the check that failed.
    pub async fn read_logout(
        &self,
        client: &Client,
        (token, now): (&str, Timestamp),
        trace: &mut Trace,
    ) -> Result<LogoutToken, Failure> {
        let jws = Jws::read(token, Kind::Logout).map_err(Failure::new)?;
        trace.note("logout_token.alg", jws.alg.name());
        trace.note_claims("logout_token", jws.unverified(), ("email", "groups"));
        let provider = self.provider(client).await?;
        if !provider.metadata.takes(jws.alg) {
            return Err(Failure::new(Check::Algorithm));
        }
        let claims = self.verify(&provider, &jws, now).await?;
        check(claims, client, now).map_err(Failure::new)
    }
}

fn check(claims: &Map<String, Value>, client: &Client, now: Timestamp) -> Result<LogoutToken, Check> {
    id_token::check_issuer(claims, &client.issuer)?;
    id_token::check_audience(claims, &client.client_id)?;
    id_token::check_times(claims, now, MAX_LIFE_S)?;
    let expires = claims.get("exp").and_then(Value::as_i64).unwrap_or_default();
    let issued = claims.get("iat").and_then(Value::as_i64).unwrap_or_default();
    if expires.saturating_sub(issued) > MAX_LIFE_S {
        return Err(Check::Expired);
    }
    let event = claims.get("events").and_then(|events| events.get(EVENT));
    if !event.is_some_and(Value::is_object) {
        return Err(Check::Event);
    }
    // An ID token that is shown as a logout token has a nonce (§2.4).
    if claims.contains_key("nonce") {
        return Err(Check::LogoutSubject);
    }
    let named = |name: &str| id_token::text(claims, name).filter(|text| (1..=MAX_NAME).contains(&text.len()));
    let (subject, sid) = (named("sub"), named("sid"));
    if subject.is_none() && sid.is_none() {
        return Err(Check::LogoutSubject);
    }
    Ok(LogoutToken {
        jti: named("jti").ok_or(Check::Replay)?.to_owned(),
        subject: subject.map(str::to_owned),
        sid: sid.map(str::to_owned),
    })
}
