//! The European Commission's register, by its interface for programs (`check-vat-number`).

use async_trait::async_trait;
use bilten_core::pricing::VatId;
use serde::Deserialize;
use serde_json::json;

use super::{
    Answer, Register, VatIdCheck,
    line::{Line, fault, text},
};

/// Prefixes of the member states, and of Northern Ireland.
const PREFIXES: [&str; 28] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
];

/// VIES.
#[derive(Debug, Clone)]
pub struct Vies(pub Line);

#[async_trait]
impl VatIdCheck for Vies {
    fn register(&self) -> Register {
        Register::Vies
    }

    fn covers(&self, id: &VatId) -> bool {
        PREFIXES.contains(&id.prefix())
    }

    async fn check(&self, id: &VatId, requester: Option<&VatId>) -> Answer {
        let mut question = json!({ "countryCode": id.prefix(), "vatNumber": id.number() });
        // Only a number of the union is given a proof.
        if let (Some(own), Some(fields)) = (requester.filter(|own| self.covers(own)), question.as_object_mut()) {
            fields.insert("requesterMemberStateCode".to_owned(), json!(own.prefix()));
            fields.insert("requesterNumber".to_owned(), json!(own.number()));
        }
        let url = self.0.url("/check-vat-number");
        match self.0.send(|client| client.post(&url).json(&question)).await {
            Ok(reply) => read(&reply.body),
            Err(why) => Answer::Unavailable(why),
        }
    }
}

/// What VIES says; it says more, which nobody needs here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    valid: Option<bool>,
    request_identifier: Option<String>,
    name: Option<String>,
    user_error: Option<String>,
    #[serde(default)]
    error_wrappers: Vec<Wrapped>,
}

#[derive(Deserialize)]
struct Wrapped {
    error: String,
}

fn read(body: &[u8]) -> Answer {
    let Ok(told) = serde_json::from_slice::<Told>(body) else {
        return Answer::Unavailable(fault(""));
    };
    let wrapped = told.error_wrappers.first().map(|wrapped| wrapped.error.as_str());
    let error = wrapped.or(told.user_error.as_deref()).unwrap_or_default();
    match (error, told.valid) {
        ("" | "VALID", Some(true)) => Answer::Valid {
            name: text(told.name.as_deref(), 300),
            consultation: text(told.request_identifier.as_deref(), 60),
        },
        ("" | "INVALID", Some(false)) | ("INVALID_INPUT", _) => Answer::Invalid,
        (error, _) => Answer::Unavailable(fault(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let valid = |name: Option<&str>, consultation: Option<&str>| Answer::Valid {
            name: name.map(str::to_owned),
            consultation: consultation.map(str::to_owned),
        };
        let down = |why: &str| Answer::Unavailable(why.to_owned());
        for (body, answer) in [
            (
                r#"{"countryCode":"DE","vatNumber":"1","valid":true,"requestIdentifier":"WAPI1","name":"---"}"#,
                valid(None, Some("WAPI1")),
            ),
            (
                r#"{"valid":true,"name":"Ada GmbH","requestIdentifier":""}"#,
                valid(Some("Ada GmbH"), None),
            ),
            (r#"{"valid":false}"#, Answer::Invalid),
            (r#"{"valid":false,"userError":"INVALID"}"#, Answer::Invalid),
            (
                r#"{"actionSucceed":false,"errorWrappers":[{"error":"INVALID_INPUT"}]}"#,
                Answer::Invalid,
            ),
            (
                r#"{"valid":false,"userError":"MS_UNAVAILABLE"}"#,
                down("MS_UNAVAILABLE"),
            ),
            (
                r#"{"actionSucceed":false,"errorWrappers":[{"error":"MS_MAX_CONCURRENT_REQ","message":"x"}]}"#,
                down("MS_MAX_CONCURRENT_REQ"),
            ),
            (
                r#"{"actionSucceed":false,"errorWrappers":[{"error":"INVALID_REQUESTER_INFO"}]}"#,
                down("INVALID_REQUESTER_INFO"),
            ),
            (r#"{"valid":true,"userError":"TIMEOUT"}"#, down("TIMEOUT")),
            ("{}", down("unreadable")),
            ("<html>", down("unreadable")),
        ] {
            assert_eq!(read(body.as_bytes()), answer, "{body}");
        }
    }
}
