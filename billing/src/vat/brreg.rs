//! Norway's register of businesses (Enhetsregisteret), which says who is registered for value added tax.

use async_trait::async_trait;
use bilten_core::pricing::VatId;
use serde::Deserialize;

use super::{
    Answer, Register, VatIdCheck,
    line::{Line, Reply, fault, text},
};

/// Enhetsregisteret.
#[derive(Debug, Clone)]
pub struct Brreg(pub Line);

#[async_trait]
impl VatIdCheck for Brreg {
    fn register(&self) -> Register {
        Register::Brreg
    }

    fn covers(&self, id: &VatId) -> bool {
        id.prefix() == "NO"
    }

    async fn check(&self, id: &VatId, _requester: Option<&VatId>) -> Answer {
        let organisation = id.number().trim_end_matches("MVA");
        let url = self.0.url(&format!("/enhetsregisteret/api/enheter/{organisation}"));
        match self
            .0
            .send(|client| client.get(&url).header("accept", "application/json"))
            .await
        {
            Ok(reply) => read(&reply),
            Err(why) => Answer::Unavailable(why),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    navn: Option<String>,
    #[serde(rename = "registrertIMvaregisteret")]
    is_registered: Option<bool>,
    slettedato: Option<String>,
}

fn read(reply: &Reply) -> Answer {
    match reply.status {
        // Nobody has the number, or nobody has it any more.
        400 | 404 | 410 => return Answer::Invalid,
        200 => {}
        other => return Answer::Unavailable(format!("status_{other}")),
    }
    match serde_json::from_slice::<Told>(&reply.body) {
        Ok(told) if told.slettedato.is_some() => Answer::Invalid,
        Ok(Told {
            is_registered: Some(true),
            navn,
            ..
        }) => Answer::Valid {
            name: text(navn.as_deref(), 300),
            consultation: None,
        },
        Ok(Told {
            is_registered: Some(false),
            ..
        }) => Answer::Invalid,
        Ok(_) | Err(_) => Answer::Unavailable(fault("")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let told = |status, body: &str| {
            read(&Reply {
                status,
                body: body.as_bytes().to_vec(),
            })
        };
        let known = r#"{"organisasjonsnummer":"987654321","navn":"ADA AS","registrertIMvaregisteret":true}"#;
        assert!(matches!(told(200, known), Answer::Valid { name: Some(name), .. } if name == "ADA AS"));
        assert_eq!(told(200, r#"{"registrertIMvaregisteret":false}"#), Answer::Invalid);
        let gone = r#"{"slettedato":"2031-01-01","registrertIMvaregisteret":true}"#;
        assert_eq!(
            (told(200, gone), told(404, ""), told(410, "")),
            (Answer::Invalid, Answer::Invalid, Answer::Invalid)
        );
        assert_eq!(told(503, "{}"), Answer::Unavailable("status_503".to_owned()));
        assert_eq!(told(200, "[]"), Answer::Unavailable("unreadable".to_owned()));
        assert_eq!(told(200, "{}"), Answer::Unavailable("unreadable".to_owned()));
    }
}
