//! Lies of a provider, each with the check that finds it.

use bilten_tests::fakes::{FakeIdp, Twist, idp::Key};
use serde_json::{Value, json};

use super::{CLIENT_ID, CLIENT_SECRET};

/// One lie of the provider, and the check that finds it.
pub(super) struct Lie {
    pub name: &'static str,
    pub twist: Twist,
    pub wanted: &'static str,
}

/// All of them, told at this second.
pub(super) fn all(idp: &FakeIdp, now: i64) -> Vec<Lie> {
    [signatures(), heads(), claims(idp, now), tokens(), descriptions()]
        .into_iter()
        .flatten()
        .collect()
}

fn claim(name: &'static str, claim: &'static str, value: Value, wanted: &'static str) -> Lie {
    let twist = Twist {
        claims: vec![(claim, value)],
        ..Twist::default()
    };
    Lie { name, twist, wanted }
}

fn head(name: &'static str, member: &'static str, value: Value, wanted: &'static str) -> Lie {
    let twist = Twist {
        header: vec![(member, value)],
        ..Twist::default()
    };
    Lie { name, twist, wanted }
}

fn lie(name: &'static str, twist: Twist, wanted: &'static str) -> Lie {
    Lie { name, twist, wanted }
}

fn unsigned(token: &str) -> String {
    let (signed, _) = token.rsplit_once('.').unwrap();
    format!("{signed}.")
}

/// Five parts, as an encrypted token has.
fn encrypted(token: &str) -> String {
    format!("{token}.AA.AA")
}

/// Lies about signatures.
fn signatures() -> Vec<Lie> {
    let hmac = |secret: String| Twist {
        alg: Some("HS256"),
        hmac: Some(secret),
        ..Twist::default()
    };
    let forged = |header| Twist {
        header,
        is_forged: true,
        ..Twist::default()
    };
    let none = Twist {
        alg: Some("none"),
        token: Some(unsigned),
        ..Twist::default()
    };
    let addresses = vec![
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example")),
    ];
    let jwk = Key::ed25519("mine").public();
    vec![
        lie("01 alg none", none, "alg"),
        lie(
            "02 HS256 with the public key",
            hmac(Key::rsa("key-1").public().to_string()),
            "alg",
        ),
        lie("03 alg that the provider does not offer", offering(&["ES256"]), "alg"),
        lie("04 bad RS256", forged(Vec::new()), "signature"),
        lie(
            "06 bad HS256 with the client secret",
            hmac(CLIENT_SECRET.to_owned()),
            "alg",
        ),
        lie("13 jku and x5u", forged(addresses), "signature"),
        lie("14 embedded jwk", forged(vec![("jwk", jwk)]), "signature"),
    ]
}

fn offering(algs: &[&str]) -> Twist {
    Twist {
        metadata: vec![("id_token_signing_alg_values_supported", json!(algs))],
        ..Twist::default()
    }
}

/// Lies about the head, and tokens of another kind.
fn heads() -> Vec<Lie> {
    let five_parts = Twist {
        token: Some(encrypted),
        ..Twist::default()
    };
    vec![
        head("09 unknown kid", "kid", json!("key-9"), "key"),
        head("15 crit", "crit", json!(["exp"]), "crit"),
        head("16 zip", "zip", json!("DEF"), "crit"),
        lie("16b an encrypted token", five_parts, "crit"),
        head("49 an access token as ID token", "typ", json!("at+jwt"), "typ"),
        head("49b a logout token as ID token", "typ", json!("logout+jwt"), "typ"),
        claim("49c a logout token without its type", "events", json!({}), "typ"),
    ]
}

/// Lies about claims.
fn claims(idp: &FakeIdp, now: i64) -> Vec<Lie> {
    let issuer = &idp.issuer;
    vec![
        claim("17 iss missing", "iss", Value::Null, "iss"),
        claim("18 iss of another", "iss", json!("https://other.example"), "iss"),
        claim("19 iss with a slash", "iss", json!(format!("{issuer}/")), "iss"),
        claim("19b iss in capitals", "iss", json!(issuer.to_uppercase()), "iss"),
        claim("22 aud missing", "aud", Value::Null, "aud"),
        claim("23 aud of another", "aud", json!("another"), "aud"),
        claim(
            "24 aud of several without azp",
            "aud",
            json!([CLIENT_ID, "another"]),
            "azp",
        ),
        claim("25 azp of another", "azp", json!("another"), "azp"),
        claim("26 exp past", "exp", json!(now - 61), "exp"),
        claim("26b exp missing", "exp", Value::Null, "exp"),
        claim("27 iat absent", "iat", Value::Null, "iat"),
        claim("27b iat in the future", "iat", json!(now + 600), "iat"),
        claim("28 nbf in the future", "nbf", json!(now + 600), "nbf"),
        claim("29 nonce missing", "nonce", Value::Null, "nonce"),
        claim("30 nonce wrong", "nonce", json!("n"), "nonce"),
        claim("41 sub missing", "sub", Value::Null, "sub"),
        claim("42 sub too long", "sub", json!("s".repeat(256)), "sub"),
        claim("48 at_hash wrong", "at_hash", json!("AAAA"), "at_hash"),
    ]
}

/// Lies of the token endpoint and the user info.
fn tokens() -> Vec<Lie> {
    let userinfo = |status, media_type, body| Twist {
        userinfo: Some((status, media_type, body)),
        ..Twist::default()
    };
    let answer = |status, media_type, body: &str| Twist {
        token_answer: Some((status, media_type, body.to_owned())),
        ..Twist::default()
    };
    let without = Twist {
        tokens: vec![("id_token", Value::Null)],
        ..Twist::default()
    };
    let json = "application/json";
    vec![
        lie(
            "43 userinfo of another",
            userinfo(200, json, json!({ "sub": "x" })),
            "userinfo",
        ),
        lie(
            "44 userinfo of another type",
            userinfo(200, "text/html", json!({})),
            "userinfo",
        ),
        lie(
            "35b a code that is refused",
            answer(400, json, "{\"error\":\"invalid_grant\"}"),
            "token_endpoint",
        ),
        lie(
            "35c the secret is refused",
            answer(401, json, "{\"error\":\"invalid_client\"}"),
            "client_secret",
        ),
        lie(
            "44b a page in place of tokens",
            answer(200, "text/html", "<h1>hello</h1>"),
            "token_endpoint",
        ),
        lie("01b no ID token", without, "token_shape"),
    ]
}

/// Lies of the provider about itself.
fn descriptions() -> Vec<Lie> {
    let metadata = |name, value| Twist {
        metadata: vec![(name, value)],
        ..Twist::default()
    };
    let keys = |body: String| Twist {
        jwks: Some(body),
        ..Twist::default()
    };
    let leads_on = Twist {
        discovery: Some((302, String::new())),
        ..Twist::default()
    };
    let template = json!("https://login.example/{tenantid}/v2.0");
    let plain = json!(["plain"]);
    let file = json!("file:///etc/passwd");
    vec![
        lie(
            "20 discovery of another issuer",
            metadata("issuer", json!("https://x.example")),
            "discovery_issuer",
        ),
        lie("21 templated issuer", metadata("issuer", template), "discovery_issuer"),
        lie(
            "37 only PKCE plain",
            metadata("code_challenge_methods_supported", plain),
            "pkce",
        ),
        lie(
            "52 an endpoint with another scheme",
            metadata("token_endpoint", file),
            "address",
        ),
        lie("52b discovery that redirects", leads_on, "discovery"),
        lie("53 endless keys", keys("x".repeat(300_000)), "address"),
        lie("53b no keys", keys("{\"keys\":[]}".to_owned()), "key"),
    ]
}
