//! A token taken apart, and its signature checked.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value};

use super::{Alg, KeySet};
use crate::Check;

/// Longest token that is read, in bytes.
const MAX_TOKEN: usize = 32 * 1024;

/// What a token is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Says who logged in; `typ` is `JWT` or nothing.
    Id,
    /// Ends sessions; `typ` is `logout+jwt`, or what older providers write.
    Logout,
}

/// A token in the compact form, read but not believed.
#[derive(Debug)]
pub struct Jws<'a> {
    /// Algorithm.
    pub alg: Alg,
    /// Name of the key, if it gives one.
    pub kid: Option<String>,
    signed: &'a str,
    signature: Vec<u8>,
    claims: Map<String, Value>,
}

impl<'a> Jws<'a> {
    /// Takes a token apart and looks at its head.
    ///
    /// # Errors
    /// Names the check that failed.
    pub fn read(token: &'a str, kind: Kind) -> Result<Self, Check> {
        if token.len() > MAX_TOKEN {
            return Err(Check::TokenShape);
        }
        let mut parts = token.split('.');
        let (Some(head), Some(body), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Check::TokenShape);
        };
        // Five parts are an encrypted token.
        match parts.count() {
            0 => {}
            2 => return Err(Check::Critical),
            _ => return Err(Check::TokenShape),
        }
        let header = object(head)?;
        let alg = header.get("alg").and_then(Value::as_str).ok_or(Check::Algorithm)?;
        let alg = Alg::find(alg).ok_or(Check::Algorithm)?;
        if ["crit", "zip", "enc", "b64"]
            .iter()
            .any(|name| header.contains_key(*name))
        {
            return Err(Check::Critical);
        }
        check_type(header.get("typ"), kind)?;
        let kid = match header.get("kid") {
            None => None,
            Some(Value::String(kid)) if kid.len() <= 300 => Some(kid.clone()),
            Some(_) => return Err(Check::Key),
        };
        let signed = token
            .get(..head.len() + 1 + body.len())
            .expect("the first two parts and the dot between them begin the token");
        Ok(Self {
            alg,
            kid,
            signed,
            signature: decode(signature)?,
            claims: object(body)?,
        })
    }

    /// Returns what the token claims, without believing it: for traces.
    pub const fn unverified(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// Checks the signature with the provider's keys and gives out the claims.
    ///
    /// # Errors
    /// No key fits, or the signature is wrong.
    pub fn verify(&self, keys: &KeySet) -> Result<&Map<String, Value>, Check> {
        let key = keys.find(self.alg, self.kid.as_deref()).ok_or(Check::Key)?;
        if key.verify(self.alg, self.signed.as_bytes(), &self.signature) {
            Ok(&self.claims)
        } else {
            Err(Check::Signature)
        }
    }
}

/// RFC 7519 §5.1: compared without case, `application/` may be left out.
fn check_type(typ: Option<&Value>, kind: Kind) -> Result<(), Check> {
    let Some(typ) = typ else { return Ok(()) };
    let typ = typ.as_str().ok_or(Check::TokenType)?.to_ascii_lowercase();
    let typ = typ.strip_prefix("application/").unwrap_or(&typ);
    let is_fit = match kind {
        Kind::Id => typ == "jwt",
        Kind::Logout => matches!(typ, "logout+jwt" | "jwt"),
    };
    if is_fit { Ok(()) } else { Err(Check::TokenType) }
}

fn object(part: &str) -> Result<Map<String, Value>, Check> {
    let bytes = decode(part)?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Check::TokenShape),
    }
}

fn decode(part: &str) -> Result<Vec<u8>, Check> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Check::TokenShape)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn token(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        format!("{}.{}.{}", part(header), part(claims), BASE64URL_NOPAD.encode(b"sig"))
    }

    #[test]
    fn heads_that_ask_for_what_we_do_not_take_are_refused_by_name() {
        for (header, wanted) in [
            (json!({ "alg": "none" }), Check::Algorithm),
            (json!({ "alg": "NONE" }), Check::Algorithm),
            (json!({ "alg": "HS256" }), Check::Algorithm),
            (json!({ "alg": "RS1" }), Check::Algorithm),
            (json!({ "alg": ["RS256"] }), Check::Algorithm),
            (json!({}), Check::Algorithm),
            (json!({ "alg": "RS256", "crit": ["exp"] }), Check::Critical),
            (json!({ "alg": "RS256", "zip": "DEF" }), Check::Critical),
            (json!({ "alg": "RS256", "b64": false }), Check::Critical),
            (json!({ "alg": "RS256", "typ": "at+jwt" }), Check::TokenType),
            (json!({ "alg": "RS256", "typ": "logout+jwt" }), Check::TokenType),
            (json!({ "alg": "RS256", "kid": 7 }), Check::Key),
        ] {
            let token = token(&header, &json!({}));
            assert_eq!(Jws::read(&token, Kind::Id).map(|_| ()), Err(wanted), "{header}");
        }
        let fine = token(
            &json!({ "alg": "RS256", "typ": "application/JWT", "jku": "https://evil.example" }),
            &json!({}),
        );
        assert!(Jws::read(&fine, Kind::Id).is_ok());
    }

    #[test]
    fn what_is_not_three_parts_of_json_is_no_token() {
        let whole = token(&json!({ "alg": "RS256" }), &json!({ "sub": "a" }));
        let padded = whole.replacen('.', "=.", 1);
        for text in [
            "",
            "a",
            "a.b",
            "a.b.c",
            "..",
            padded.as_str(),
            "eyJhbGciOiJSUzI1NiJ9.W10.c2ln",
        ] {
            assert_eq!(Jws::read(text, Kind::Id).map(|_| ()), Err(Check::TokenShape), "{text}");
        }
        assert_eq!(
            Jws::read(&format!("{whole}.a.b"), Kind::Id).map(|_| ()),
            Err(Check::Critical)
        );
        assert_eq!(
            Jws::read(&"a".repeat(MAX_TOKEN + 1), Kind::Id).map(|_| ()),
            Err(Check::TokenShape)
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_stumble(text in "\\PC{0,200}") {
            let _ = Jws::read(&text, Kind::Id);
            let _ = Jws::read(&text, Kind::Logout);
        }

        #[test]
        fn nothing_with_dots_in_it_verifies_without_a_key(
            head in "[A-Za-z0-9_-]{0,60}", body in "[A-Za-z0-9_-]{0,60}", tail in "[A-Za-z0-9_-]{0,60}"
        ) {
            let text = format!("{head}.{body}.{tail}");
            if let Ok(read) = Jws::read(&text, Kind::Id) {
                prop_assert_eq!(read.verify(&KeySet::default()).map(|_| ()), Err(Check::Key));
            }
        }
    }
}
