//! The code flow: where the browser is sent, and what becomes of the code that it brings back.

use bilten_kernel::{Secret, Timestamp};
use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

use super::{Client, Failure, Metadata, Oidc, Provider, Trace, id_token, trace::word};
use crate::{
    Check,
    jose::{Jws, Kind},
};

/// Most groups of a person that are read, and the longest name of one.
const MAX_GROUPS: usize = 500;
const MAX_GROUP: usize = 200;
/// Longest code that is taken to the token endpoint.
const MAX_CODE: usize = 4_096;

/// What is secret about one log-in; made of the browser's secret (`sign_in::Browser`).
#[derive(Debug, Clone)]
pub struct Proofs {
    /// Comes back in the browser.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Proves at the token endpoint that the code is ours (RFC 7636).
    pub verifier: Secret<String>,
}

/// Somebody whom the provider vouches for.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Who vouches.
    pub issuer: String,
    /// Names the person there, for ever.
    pub subject: String,
    /// Mail address; only a claim.
    pub email: Option<String>,
    /// Whether the provider says that it has verified the address.
    pub is_email_verified: bool,
    /// Name.
    pub name: Option<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Session at the provider, which may end it later.
    pub sid: Option<String>,
    /// When the provider's session is over, if it says so; ours ends with it.
    pub until: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Tokens {
    access_token: Option<String>,
    id_token: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Writes the address at which the person logs in.
///
/// # Errors
/// The provider's endpoint is no address.
pub fn authorization_url(
    metadata: &Metadata,
    client: &Client,
    redirect_uri: &str,
    proofs: &Proofs,
) -> Result<Url, Failure> {
    let mut url = Url::parse(&metadata.authorization_endpoint).map_err(|_| Failure::new(Check::Address))?;
    let has_groups = metadata
        .scopes_supported
        .as_ref()
        .is_some_and(|all| all.iter().any(|s| s == "groups"));
    let challenge = crate::token::TokenHash::of(proofs.verifier.expose());
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &client.client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair(
            "scope",
            if has_groups {
                "openid email profile groups"
            } else {
                "openid email profile"
            },
        )
        .append_pair("state", &proofs.state)
        .append_pair("nonce", &proofs.nonce)
        .append_pair(
            "code_challenge",
            &data_encoding::BASE64URL_NOPAD.encode(challenge.as_bytes()),
        )
        .append_pair("code_challenge_method", "S256");
    Ok(url)
}

/// What came back with the browser.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// The code.
    pub code: &'a str,
    /// Where it came back to.
    pub redirect_uri: &'a str,
    /// When.
    pub now: Timestamp,
}

impl Oidc {
    /// Turns a code into somebody, or names the check that failed.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn redeem(
        &self,
        client: &Client,
        (answer, proofs): (Answer<'_>, &Proofs),
        trace: &mut Trace,
    ) -> Result<Verified, Failure> {
        let provider = self.provider(client).await?;
        let tokens = self.exchange(&provider, client, (answer, proofs), trace).await?;
        let token = tokens
            .id_token
            .as_deref()
            .ok_or_else(|| Failure::new(Check::TokenShape))?;
        let jws = Jws::read(token, Kind::Id).map_err(Failure::new)?;
        trace.note("id_token.alg", jws.alg.name());
        trace.note("id_token.kid", jws.kid.as_deref().unwrap_or("none"));
        trace.note_claims(
            "id_token",
            jws.unverified(),
            (&client.claims.email, &client.claims.groups),
        );
        if !provider.metadata.takes(jws.alg) {
            return Err(Failure::with(Check::Algorithm, jws.alg.name().to_owned()));
        }
        let claims = self.verify(&provider, &jws, answer.now).await?;
        let expected = id_token::Expected {
            issuer: &client.issuer,
            client_id: &client.client_id,
            nonce: &proofs.nonce,
            access_token: tokens.access_token.as_deref(),
            alg: jws.alg,
            now: answer.now,
        };
        let subject = id_token::check(claims, &expected).map_err(Failure::new)?;
        let mut told = claims.clone();
        self.ask_more(&provider, client, (&tokens, &mut told), trace).await?;
        Ok(person(client, subject, &told))
    }

    async fn exchange(
        &self,
        provider: &Provider,
        client: &Client,
        (answer, proofs): (Answer<'_>, &Proofs),
        trace: &mut Trace,
    ) -> Result<Tokens, Failure> {
        if answer.code.is_empty() || answer.code.len() > MAX_CODE {
            return Err(Failure::new(Check::Code));
        }
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", answer.code),
            ("redirect_uri", answer.redirect_uri),
            ("code_verifier", proofs.verifier.expose().as_str()),
        ];
        let is_basic = provider.metadata.takes_basic();
        let is_basic = is_basic.ok_or_else(|| Failure::with(Check::ClientSecret, "no common way".to_owned()))?;
        let basic = is_basic.then(|| basic(client));
        if basic.is_none() {
            fields.push(("client_id", &client.client_id));
            fields.push(("client_secret", client.secret.expose()));
        }
        let address = &provider.metadata.token_endpoint;
        let reply = self.egress.post_form(address, basic.as_ref(), &fields).await;
        let reply = reply.map_err(|why| Failure::with(Check::TokenEndpoint, why.to_string()))?;
        trace.note("token_endpoint.status", reply.status.to_string());
        if !reply.is_json() {
            let refusal: Option<Refusal> = serde_json::from_slice(&reply.body).ok();
            let error = refusal.map(|refusal| word(&refusal.error)).unwrap_or_default();
            trace.note("token_endpoint.error", &error);
            let is_secret = error == "invalid_client" || reply.status == 401;
            let check = if is_secret {
                Check::ClientSecret
            } else {
                Check::TokenEndpoint
            };
            return Err(Failure::with(check, error));
        }
        serde_json::from_slice(&reply.body).map_err(|_| Failure::new(Check::TokenShape))
    }

    /// Many providers tell of addresses and groups only when they are asked again.
    async fn ask_more(
        &self,
        provider: &Provider,
        client: &Client,
        (tokens, told): (&Tokens, &mut Map<String, Value>),
        trace: &mut Trace,
    ) -> Result<(), Failure> {
        let names = [&client.claims.email, &client.claims.groups, &client.claims.name];
        let is_complete = names.into_iter().all(|name| told.contains_key(name));
        let (Some(address), Some(token), false) =
            (&provider.metadata.userinfo_endpoint, &tokens.access_token, is_complete)
        else {
            return Ok(());
        };
        let reply = self.egress.get(address, Some(&Secret::new(token.clone()))).await;
        let reply = reply.map_err(|why| Failure::with(Check::UserInfo, why.to_string()))?;
        let found = reply
            .is_json()
            .then(|| serde_json::from_slice(&reply.body).ok())
            .flatten();
        let Some(Value::Object(mut found)) = found else {
            return Err(Failure::with(
                Check::UserInfo,
                format!("{} {}", reply.status, reply.media_type),
            ));
        };
        trace.note_claims("userinfo", &found, (&client.claims.email, &client.claims.groups));
        // §5.3.4: it speaks of the same person or is not used at all.
        if found.get("sub").is_none() || found.get("sub") != told.get("sub") {
            return Err(Failure::new(Check::UserInfo));
        }
        // Address and its verification come from one place.
        if told.contains_key(&client.claims.email) {
            found.remove("email_verified");
        } else {
            told.remove("email_verified");
        }
        for (name, value) in found {
            told.entry(name).or_insert(value);
        }
        Ok(())
    }
}

/// RFC 6749 §2.3.1: name and secret are encoded as in a form before they are joined.
fn basic(client: &Client) -> Secret<String> {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let joined = format!("{}:{}", encode(&client.client_id), encode(client.secret.expose()));
    Secret::new(format!("Basic {}", BASE64.encode(joined.as_bytes())))
}

fn person(client: &Client, subject: &str, told: &Map<String, Value>) -> Verified {
    let text = |name: &str| id_token::text(told, name).map(|text| text.trim().to_owned());
    let groups: Vec<String> = match told.get(&client.claims.groups) {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let is_short = |group: &String| (1..=MAX_GROUP).contains(&group.chars().count());
    Verified {
        issuer: client.issuer.clone(),
        subject: subject.to_owned(),
        email: text(&client.claims.email),
        is_email_verified: is_verified(client, told),
        name: text(&client.claims.name),
        groups: groups.into_iter().filter(is_short).take(MAX_GROUPS).collect(),
        sid: text("sid").filter(|sid| (1..=id_token::MAX_SUBJECT).contains(&sid.len())),
        until: None,
    }
}

/// `email_verified` speaks of the claim `email` alone; `xms_edov` is Entra's word for an address of a domain that its owner
/// has proved. Some providers write the truth as a text.
fn is_verified(client: &Client, told: &Map<String, Value>) -> bool {
    let is_true = |name: &str| match told.get(name) {
        Some(Value::Bool(is)) => *is,
        Some(Value::String(text)) => text == "true",
        _ => false,
    };
    let is_same = told.get("email").is_some() && told.get("email") == told.get(&client.claims.email);
    is_same && (is_true("email_verified") || is_true("xms_edov"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oidc::ClaimNames;

    fn client() -> Client {
        Client {
            tenant: bilten_kernel::TenantId::from_uuid(uuid::Uuid::nil()),
            connection: bilten_kernel::SsoConnectionId::from_uuid(uuid::Uuid::nil()),
            revision: 1,
            issuer: "https://idp.example".to_owned(),
            client_id: "a b".to_owned(),
            secret: Secret::new("p:w+d".to_owned()),
            claims: ClaimNames::default(),
        }
    }

    #[test]
    fn name_and_secret_are_encoded_before_they_are_joined() {
        let header = basic(&client());
        let joined = BASE64
            .decode(header.expose().trim_start_matches("Basic ").as_bytes())
            .expect("base64");
        assert_eq!(String::from_utf8_lossy(&joined), "a+b:p%3Aw%2Bd");
    }

    #[test]
    fn an_address_is_verified_only_when_the_provider_says_so() {
        for (value, is) in [
            (json!(true), true),
            (json!("true"), true),
            (json!(false), false),
            (json!("false"), false),
            (json!(1), false),
            (Value::Null, false),
        ] {
            let told = json!({ "email": " ada@example.org ", "email_verified": value, "groups": ["a", 7, "", "b"] });
            let found = person(&client(), "s", told.as_object().expect("an object"));
            assert_eq!(found.is_email_verified, is, "{value}");
            assert_eq!(found.email.as_deref(), Some("ada@example.org"));
            assert_eq!(found.groups, ["a", "b"]);
        }
    }

    #[test]
    fn the_browser_is_sent_away_with_a_challenge_and_without_the_proof() {
        let metadata: Metadata = serde_json::from_value(json!({
            "issuer": "https://idp.example", "authorization_endpoint": "https://idp.example/auth?x=1",
            "token_endpoint": "https://idp.example/t", "jwks_uri": "https://idp.example/k", "scopes_supported": ["groups"],
        }))
        .expect("a description");
        let proofs = Proofs {
            state: "st".to_owned(),
            nonce: "no".to_owned(),
            // RFC 7636 appendix B.
            verifier: Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned()),
        };
        let url = authorization_url(&metadata, &client(), "https://shop.example/cb", &proofs).expect("an address");
        let url = url.as_str();
        assert!(url.contains("code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"));
        assert!(url.starts_with("https://idp.example/auth?x=1&response_type=code") && url.contains("groups"));
        assert!(!url.contains("dBjft"));
    }
}
