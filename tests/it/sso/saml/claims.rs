//! Lies in the document itself, and in what it claims.

use bilten_tests::fakes::SamlTwist;
use jiff::SignedDuration;

use super::{
    Rig,
    lies::{Case, EVIL, NAME, assertion, response, sent, whole},
};

pub(super) fn documents() -> Vec<Case> {
    vec![
        Case(
            "31 comment in the name",
            "xml_markup",
            sent(NAME, "p-248289761001<!-- x -->.evil"),
        ),
        Case("31 the name changed", "sig_digest", sent(NAME, EVIL)),
        Case(
            "32 CDATA in the name",
            "xml_markup",
            sent(NAME, "<![CDATA[p-248289761001]]>"),
        ),
        Case(
            "32 instruction in the name",
            "xml_markup",
            sent(NAME, "p-248<?x y?>289761001"),
        ),
        Case(
            "33 external entity",
            "xml_dtd",
            whole(|text| format!("<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{text}")),
        ),
        Case(
            "34 entities that multiply",
            "xml_dtd",
            whole(|text| format!("<!DOCTYPE r [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]>{text}")),
        ),
        Case("34 an entity that nobody declared", "xml_form", sent(NAME, "&lol;")),
        Case(
            "35 an empty DTD",
            "xml_dtd",
            whole(|text| format!("<!DOCTYPE r>{text}")),
        ),
    ]
}

pub(super) fn sizes() -> Vec<Case> {
    vec![
        Case(
            "36 UTF-7",
            "xml_encoding",
            whole(|text| format!("<?xml version=\"1.0\" encoding=\"UTF-7\"?>{text}")),
        ),
        Case(
            "36 UTF-16",
            "xml_form",
            whole(|text| text.chars().flat_map(|c| [c, '\0']).collect()),
        ),
        Case(
            "37 ten thousand elements deep",
            "xml_depth",
            whole(|text| {
                text.replacen(
                    "<samlp:Status>",
                    &format!("{}{}<samlp:Status>", "<x>".repeat(10_000), "</x>".repeat(10_000)),
                    1,
                )
            }),
        ),
        Case(
            "37 forty-one deep",
            "xml_depth",
            whole(|text| {
                text.replacen(
                    "<samlp:Status>",
                    &format!("{}{}<samlp:Status>", "<x>".repeat(41), "</x>".repeat(41)),
                    1,
                )
            }),
        ),
        Case(
            "38 too long",
            "xml_size",
            whole(|text| format!("{text}{}", " ".repeat(260 * 1024))),
        ),
        Case("40 no XML", "xml_form", whole(|_| "\u{1}garbage".to_owned())),
    ]
}

pub(super) fn addresses() -> Vec<Case> {
    vec![
        Case(
            "41 wrong audience",
            "aud",
            assertion("<saml:Audience>", "<saml:Audience>x"),
        ),
        Case(
            "42 no audience",
            "aud",
            assertion("<saml:Conditions ", "<saml:Other ").also("</saml:Conditions>", "</saml:Other>"),
        ),
        Case(
            "43 wrong recipient",
            "saml_recipient",
            assertion("Recipient=\"", "Recipient=\"http://evil.example/"),
        ),
        Case(
            "43 no recipient",
            "saml_recipient",
            assertion("Recipient=\"", "recipient=\""),
        ),
        Case(
            "44 wrong destination",
            "saml_destination",
            response("Destination=\"", "Destination=\"http://evil.example/"),
        ),
        Case(
            "44 no destination, signed",
            "saml_destination",
            SamlTwist {
                signs_response: true,
                ..response("Destination=\"", "Dest=\"")
            },
        ),
        Case(
            "45 no InResponseTo",
            "saml_in_response_to",
            assertion(" InResponseTo=\"", " In=\""),
        ),
        Case(
            "46 InResponseTo of another log-in outside",
            "saml_in_response_to",
            response(
                " InResponseTo=\"",
                format!(" InResponseTo=\"_{}\" was=\"", "E".repeat(43)),
            ),
        ),
        Case(
            "45 no InResponseTo outside",
            "saml_in_response_to",
            response(" InResponseTo=\"", " other=\""),
        ),
    ]
}

/// Seconds for which confirmation and conditions last.
fn lasting(confirmation: i64, conditions: i64) -> SamlTwist {
    SamlTwist {
        lasts: Some((confirmation, conditions)),
        ..SamlTwist::default()
    }
}

pub(super) fn instants(rig: &Rig) -> Vec<Case> {
    let at = |seconds: i64| (rig.app.now() + SignedDuration::from_secs(seconds)).to_string();
    vec![
        Case("50 expired", "exp", lasting(300, -61)),
        Case("50 confirmation expired", "exp", lasting(-61, 300)),
        Case(
            "50 confirmation without end",
            "exp",
            assertion(" NotOnOrAfter=\"", " Not=\""),
        ),
        Case(
            "51 not yet valid",
            "nbf",
            assertion(
                "<saml:Conditions NotBefore=\"",
                format!("<saml:Conditions NotBefore=\"{}\" NotC=\"", at(120)),
            ),
        ),
        Case(
            "52 one second beyond the skew",
            "nbf",
            assertion(
                "<saml:Conditions NotBefore=\"",
                format!("<saml:Conditions NotBefore=\"{}\" NotC=\"", at(62)),
            ),
        ),
        Case(
            "52 issued long ago",
            "iat",
            assertion(" IssueInstant=\"", format!(" IssueInstant=\"{}\" IssueZ=\"", at(-400))),
        ),
        Case(
            "52 issued tomorrow",
            "iat",
            assertion(" IssueInstant=\"", format!(" IssueInstant=\"{}\" IssueZ=\"", at(90))),
        ),
    ]
}

pub(super) fn people(rig: &Rig) -> Vec<Case> {
    let at = |seconds: i64| (rig.app.now() + SignedDuration::from_secs(seconds)).to_string();
    vec![
        Case(
            "53 no bearer",
            "saml_confirmation",
            assertion("cm:bearer", "cm:holder-of-key"),
        ),
        Case(
            "53 no confirmation",
            "saml_confirmation",
            assertion("<saml:SubjectConfirmation ", "<saml:Other ")
                .also("</saml:SubjectConfirmation>", "</saml:Other>"),
        ),
        Case(
            "54 no success",
            "saml_status",
            response("status:Success", "status:Responder"),
        ),
        Case(
            "55 wrong issuer inside",
            "iss",
            assertion(super::IDP, "https://other.example"),
        ),
        Case(
            "55 wrong issuer outside",
            "iss",
            response(super::IDP, "https://other.example"),
        ),
        Case(
            "64 the session is over",
            "exp",
            assertion(
                "><saml:AuthnContext>",
                format!(" SessionNotOnOrAfter=\"{}\"><saml:AuthnContext>", at(-1)),
            ),
        ),
    ]
}

pub(super) fn names() -> Vec<Case> {
    vec![
        Case(
            "60 61 encrypted",
            "saml_encrypted",
            sent(
                "<samlp:Status>",
                "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"></saml:EncryptedAssertion><samlp:Status>",
            ),
        ),
        Case(
            "63 transient name",
            "saml_name_id",
            assertion("nameid-format:persistent", "nameid-format:transient"),
        ),
        Case(
            "63 a mail address as name",
            "saml_name_id",
            assertion("2.0:nameid-format:persistent", "1.1:nameid-format:emailAddress"),
        ),
        Case("63 no name", "saml_name_id", assertion(NAME, "")),
        Case(
            "version 1.1",
            "saml_version",
            assertion("Version=\"2.0\"", "Version=\"1.1\""),
        ),
        Case(
            "a condition that nobody knows",
            "saml_shape",
            assertion(
                "</saml:Conditions>",
                "<saml:Condition></saml:Condition></saml:Conditions>",
            ),
        ),
    ]
}

trait Also {
    fn also(self, from: &'static str, to: &str) -> Self;
}

impl Also for SamlTwist {
    fn also(mut self, from: &'static str, to: &str) -> Self {
        self.assertion.push((from, to.to_owned()));
        self
    }
}
