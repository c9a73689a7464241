//! A provider's description of itself (OpenID Connect Discovery 1.0 §3).

use serde::Deserialize;

use super::Failure;
use crate::{
    Check,
    egress::{Egress, Reply},
    jose::Alg,
};

/// What we use of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Metadata {
    /// Issuer.
    pub issuer: String,
    /// Where people log in.
    pub authorization_endpoint: String,
    /// Where codes are turned into tokens.
    pub token_endpoint: String,
    /// Where the keys are.
    pub jwks_uri: String,
    /// Where more about a person is told.
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    /// Algorithms of ID tokens.
    #[serde(default)]
    pub id_token_signing_alg_values_supported: Option<Vec<String>>,
    /// Methods of PKCE.
    #[serde(default)]
    pub code_challenge_methods_supported: Option<Vec<String>>,
    /// How clients prove who they are at the token endpoint.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// Whether answers name the issuer (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
    /// What can be asked for.
    #[serde(default)]
    pub scopes_supported: Option<Vec<String>>,
    /// Whether it ends our sessions when it ends its own.
    #[serde(default)]
    pub backchannel_logout_supported: bool,
}

impl Metadata {
    /// Address of the description of an issuer; a slash at its end is left out (§4).
    pub fn address(issuer: &str) -> String {
        format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
    }

    /// Reads and judges a description.
    ///
    /// # Errors
    /// Names the check that failed.
    pub fn read(reply: &Reply, issuer: &str, egress: &Egress) -> Result<Self, Failure> {
        if !reply.is_json() {
            let found = format!("status {} {}", reply.status, reply.media_type);
            return Err(Failure::with(Check::Discovery, found));
        }
        let read: Result<Self, _> = serde_json::from_slice(&reply.body);
        let found = read.map_err(|error| Failure::with(Check::Discovery, error.to_string()))?;
        // To the letter: another issuer's description must not speak for this one (RFC 8414 §3.3).
        if found.issuer != issuer {
            return Err(Failure::with(Check::DiscoveryIssuer, found.issuer));
        }
        let endpoints = [&found.authorization_endpoint, &found.token_endpoint, &found.jwks_uri];
        for endpoint in endpoints.into_iter().chain(&found.userinfo_endpoint) {
            egress
                .allow(endpoint)
                .map_err(|why| Failure::with(Check::Address, format!("{endpoint}: {why}")))?;
        }
        let methods = found.code_challenge_methods_supported.as_ref();
        if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) {
            return Err(Failure::new(Check::Pkce));
        }
        if !Self::offers(found.id_token_signing_alg_values_supported.as_ref()) {
            return Err(Failure::with(
                Check::Algorithm,
                "the provider offers none that is taken".to_owned(),
            ));
        }
        Ok(found)
    }

    /// Tells whether ID tokens of this algorithm are taken: we know it, and the provider says that it uses it.
    pub fn takes(&self, alg: Alg) -> bool {
        let offered = self.id_token_signing_alg_values_supported.as_ref();
        offered.is_none_or(|offered| offered.iter().any(|name| name == alg.name()))
    }

    /// Tells whether the client's name and secret go into the header; otherwise into the form.
    pub fn takes_basic(&self) -> Option<bool> {
        let Some(methods) = &self.token_endpoint_auth_methods_supported else {
            return Some(true);
        };
        let has = |name: &str| methods.iter().any(|method| method == name);
        match (has("client_secret_basic"), has("client_secret_post")) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }

    fn offers(offered: Option<&Vec<String>>) -> bool {
        offered.is_none_or(|offered| offered.iter().any(|name| Alg::find(name).is_some()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::egress::Reach;

    fn description() -> Value {
        json!({
            "issuer": "https://idp.example.com/a", "authorization_endpoint": "https://idp.example.com/a/auth",
            "token_endpoint": "https://idp.example.com/a/token", "jwks_uri": "https://idp.example.com/a/keys",
        })
    }

    fn judge(value: &Value) -> Option<Check> {
        let egress = Egress::try_new(Reach::Public).expect("the client is built");
        let reply = Reply {
            status: 200,
            media_type: "application/json".to_owned(),
            body: value.to_string().into_bytes(),
        };
        let read = Metadata::read(&reply, "https://idp.example.com/a", &egress);
        read.err().map(|failure| failure.check)
    }

    #[test]
    fn a_description_is_judged_by_name() {
        assert_eq!(judge(&description()), None);
        for (field, value, wanted) in [
            ("issuer", json!("https://idp.example.com/b"), Check::DiscoveryIssuer),
            ("issuer", json!("https://idp.example.com/a/"), Check::DiscoveryIssuer),
            ("issuer", json!("https://IDP.example.com/a"), Check::DiscoveryIssuer),
            (
                "issuer",
                json!("https://login.example.com/{tenantid}/v2.0"),
                Check::DiscoveryIssuer,
            ),
            ("issuer", Value::Null, Check::Discovery),
            ("token_endpoint", json!("https://10.0.0.1/token"), Check::Address),
            ("jwks_uri", json!("http://idp.example.com/keys"), Check::Address),
            ("authorization_endpoint", json!("javascript:alert(1)"), Check::Address),
            ("userinfo_endpoint", json!("https://169.254.169.254/"), Check::Address),
            ("code_challenge_methods_supported", json!(["plain"]), Check::Pkce),
            (
                "id_token_signing_alg_values_supported",
                json!(["HS256", "none"]),
                Check::Algorithm,
            ),
        ] {
            let mut changed = description();
            changed[field] = value;
            assert_eq!(judge(&changed), Some(wanted), "{field}");
        }
    }

    #[test]
    fn the_description_is_looked_for_below_the_issuer() {
        for issuer in ["https://idp.example/a", "https://idp.example/a/"] {
            assert_eq!(
                Metadata::address(issuer),
                "https://idp.example/a/.well-known/openid-configuration"
            );
        }
    }
}
