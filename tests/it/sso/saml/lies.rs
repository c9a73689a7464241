//! The lies: what is twisted about an honest answer, and which check finds it.

use bilten_tests::fakes::{SamlTwist, saml::RSA_SHA256};

use super::{Rig, claims};

/// A lie: its number and name in the list, the check that finds it, and how it is told.
pub(super) struct Case(pub &'static str, pub &'static str, pub SamlTwist);

pub(super) const EVIL: &str = "p-evil";
pub(super) const NAME: &str = "p-248289761001";
const TRANSFORM: &str =
    "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>";
const EXCLUSIVE_METHOD: &str = "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">";
const OWN_KEY: &str = "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>";
const PREFIXED: &str = "xmlns:ds=\"http://www.w3.org/2000/09/xmldsig";
const SECOND_REFERENCE: &str = "<ds:Reference URI=\"#_r1\"><ds:DigestMethod Algorithm=\"x\"></ds:DigestMethod>\
    <ds:DigestValue></ds:DigestValue></ds:Reference></ds:SignedInfo>";

fn with_transform(name: &str) -> String {
    format!("{TRANSFORM}<ds:Transform Algorithm=\"{name}\"></ds:Transform>")
}

pub(super) fn plain() -> SamlTwist {
    SamlTwist::default()
}

/// Both signed, so that each of the two could be believed by mistake.
fn both() -> SamlTwist {
    SamlTwist {
        signs_response: true,
        ..plain()
    }
}

pub(super) fn assertion(from: &'static str, to: impl Into<String>) -> SamlTwist {
    SamlTwist {
        assertion: vec![(from, to.into())],
        ..plain()
    }
}

pub(super) fn info(from: &'static str, to: impl Into<String>) -> SamlTwist {
    SamlTwist {
        info: vec![(from, to.into())],
        ..plain()
    }
}

pub(super) fn response(from: &'static str, to: impl Into<String>) -> SamlTwist {
    SamlTwist {
        response: vec![(from, to.into())],
        ..plain()
    }
}

pub(super) fn sent(from: &'static str, to: impl Into<String>) -> SamlTwist {
    SamlTwist {
        sent: vec![(from, to.into())],
        ..plain()
    }
}

pub(super) fn whole(make: fn(&str) -> String) -> SamlTwist {
    SamlTwist {
        whole: Some(make),
        ..plain()
    }
}

pub(super) fn whole_of_both(make: fn(&str) -> String) -> SamlTwist {
    SamlTwist {
        whole: Some(make),
        ..both()
    }
}

/// Cuts the element that begins with `open` out of a text; returns it and the rest.
fn cut(text: &str, open: &str, close: &str) -> (String, String) {
    let from = text.find(open).unwrap();
    let to = text[from..].find(close).unwrap() + from + close.len();
    (text[from..to].to_owned(), format!("{}{}", &text[..from], &text[to..]))
}

fn the_assertion(text: &str) -> String {
    cut(text, "<saml:Assertion", "</saml:Assertion>").0
}

fn signature(text: &str) -> String {
    cut(text, "<ds:Signature", "</ds:Signature>").0
}

/// The assertion of somebody else, without a signature.
fn evil(text: &str) -> String {
    let unsigned = cut(&the_assertion(text), "<ds:Signature", "</ds:Signature>").1;
    unsigned.replace(NAME, EVIL).replace("_a1", "_evil")
}

/// The signed response, around which another one can be put.
fn evil_response(text: &str) -> String {
    let unsigned = cut(text, "<ds:Signature", "</ds:Signature>").1;
    let inner = the_assertion(&unsigned);
    unsigned.replace(&inner, &evil(&unsigned)).replace("_r1", "_evil2")
}

fn before_end(text: &str, end: &str, more: &str) -> String {
    let at = text.rfind(end).unwrap();
    format!("{}{more}{}", &text[..at], &text[at..])
}

fn after_issuer(text: &str, more: &str) -> String {
    text.replacen("</saml:Issuer>", &format!("</saml:Issuer>{more}"), 1)
}

fn with_object(signature: &str, inside: &str) -> String {
    before_end(
        signature,
        "</ds:Signature>",
        &format!("<ds:Object>{inside}</ds:Object>"),
    )
}

fn wrappings() -> Vec<Case> {
    vec![
        Case(
            "01 XSW1",
            "saml_shape",
            whole_of_both(|text| after_issuer(&evil_response(text), &with_object(&signature(text), text))),
        ),
        Case(
            "02 XSW2",
            "sig_place",
            whole_of_both(|text| {
                let original = cut(text, "<ds:Signature", "</ds:Signature>").1;
                after_issuer(&evil_response(text), &format!("{original}{}", signature(text)))
            }),
        ),
        Case(
            "03 XSW3",
            "saml_shape",
            whole(|text| text.replace("<saml:Assertion", &format!("{}<saml:Assertion", evil(text)))),
        ),
        Case(
            "04 XSW4",
            "saml_shape",
            whole(|text| {
                let original = the_assertion(text);
                text.replace(&original, &before_end(&evil(text), "</saml:Assertion>", &original))
            }),
        ),
    ]
}

fn deeper_wrappings() -> Vec<Case> {
    vec![
        Case(
            "05 XSW5",
            "saml_shape",
            whole(|text| {
                let (own, original) = cut(&the_assertion(text), "<ds:Signature", "</ds:Signature>");
                let evil = after_issuer(&evil(text), &own);
                before_end(
                    &text.replace(&the_assertion(text), &evil),
                    "</samlp:Response>",
                    &original,
                )
            }),
        ),
        Case(
            "06 XSW6",
            "saml_shape",
            whole(|text| {
                let (own, original) = cut(&the_assertion(text), "<ds:Signature", "</ds:Signature>");
                let evil = after_issuer(&evil(text), &with_object(&own, &original));
                text.replace(&the_assertion(text), &evil)
            }),
        ),
        Case(
            "07 XSW7",
            "saml_shape",
            whole(|text| {
                let original = the_assertion(text);
                let extensions = format!("<samlp:Extensions>{original}</samlp:Extensions>");
                text.replace(&original, &format!("{extensions}{}", evil(text)))
            }),
        ),
        Case(
            "08 XSW8",
            "saml_shape",
            whole(|text| {
                let original = cut(&the_assertion(text), "<ds:Signature", "</ds:Signature>").1;
                let own = signature(text);
                let evil = after_issuer(&evil(text), &with_object(&own, &original));
                text.replace(&the_assertion(text), &evil)
            }),
        ),
    ]
}

fn signatures() -> Vec<Case> {
    let none = SamlTwist {
        leaves_assertion: true,
        ..plain()
    };
    vec![
        Case("09 no signature", "sig_missing", none),
        Case(
            "10 empty signature value",
            "signature",
            whole(|text| {
                let (value, _) = cut(text, "<ds:SignatureValue>", "</ds:SignatureValue>");
                text.replace(&value, "<ds:SignatureValue></ds:SignatureValue>")
            }),
        ),
        Case(
            "11 signature over another element",
            "sig_reference",
            info("#_a1", "#_r1"),
        ),
        Case(
            "12 two signatures",
            "sig_place",
            whole(|text| text.replacen("<ds:Signature ", &format!("{}<ds:Signature ", signature(text)), 1)),
        ),
        Case("13 empty reference", "sig_reference", info("#_a1", "")),
        Case("14 one id twice", "saml_id", response("_r1", "_a1")),
        Case("15 XPointer", "sig_reference", info("#_a1", "#xpointer(id('_a1'))")),
        Case(
            "16 several references",
            "sig_reference",
            info("</ds:SignedInfo>", SECOND_REFERENCE),
        ),
        Case(
            "17 signature in Object",
            "sig_place",
            whole(|text| {
                let own = signature(text);
                let outer = with_object(&own, &own);
                text.replace(&own, &outer)
            }),
        ),
        Case(
            "17 signature in Extensions",
            "saml_shape",
            sent("<samlp:Status>", "<samlp:Extensions></samlp:Extensions><samlp:Status>"),
        ),
        Case(
            "17 signature in Advice",
            "saml_shape",
            assertion("</saml:Assertion>", "<saml:Advice></saml:Advice></saml:Assertion>"),
        ),
        Case(
            "17 signature away from its place",
            "sig_place",
            whole(|text| {
                let (own, rest) = cut(text, "<ds:Signature", "</ds:Signature>");
                rest.replace("</saml:Assertion>", &format!("{own}</saml:Assertion>"))
            }),
        ),
    ]
}

fn transforms() -> Vec<Case> {
    vec![
        Case(
            "18 XPath transform",
            "sig_transform",
            info(
                TRANSFORM,
                with_transform("http://www.w3.org/TR/1999/REC-xpath-19991116"),
            ),
        ),
        Case(
            "19 XSLT transform",
            "sig_transform",
            info(TRANSFORM, with_transform("http://www.w3.org/TR/1999/REC-xslt-19991116")),
        ),
        Case(
            "20 unknown transform",
            "sig_transform",
            info("xmldsig#enveloped-signature", "xmldsig#none"),
        ),
        Case("20 no transform", "sig_transform", info(TRANSFORM, "")),
        Case(
            "21 canonical form with comments",
            "sig_method",
            info(
                "xml-exc-c14n#\"></ds:CanonicalizationMethod>",
                "xml-exc-c14n#WithComments\"></ds:CanonicalizationMethod>",
            ),
        ),
        Case(
            "21 inclusive canonical form",
            "sig_method",
            info(
                EXCLUSIVE_METHOD,
                "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\">",
            ),
        ),
    ]
}

fn namespaces() -> Vec<Case> {
    vec![
        Case(
            "22 void canonical form",
            "xml_form",
            sent("<samlp:Response ", "<samlp:Response xmlns:ns=\"1\" "),
        ),
        Case(
            "23 signature of another namespace",
            "sig_place",
            sent(PREFIXED, PREFIXED.replace("09", "10")),
        ),
        Case(
            "23 assertion of another namespace",
            "saml_shape",
            assertion(
                "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"",
                "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:1.0:assertion\"",
            ),
        ),
        Case(
            "23 the prefix is bound anew below",
            "sig_digest",
            sent("<saml:Subject>", "<saml:Subject xmlns:saml=\"urn:other:namespace\">"),
        ),
        Case(
            "24 a second id as Id",
            "saml_id",
            sent("<saml:Assertion ", "<saml:Assertion Id=\"_evil\" "),
        ),
        Case(
            "24 a second id as xml:id",
            "saml_id",
            sent("<saml:Assertion ", "<saml:Assertion xml:id=\"_evil\" "),
        ),
        Case(
            "24 a second id in a namespace",
            "saml_id",
            sent("<saml:Assertion ", "<saml:Assertion xmlns:e=\"urn:e\" e:ID=\"_evil\" "),
        ),
    ]
}

fn methods() -> Vec<Case> {
    let forged = SamlTwist {
        is_forged: true,
        ..plain()
    };
    let forged_with_key = SamlTwist {
        sent: vec![("</ds:SignatureValue>", format!("</ds:SignatureValue>{OWN_KEY}"))],
        ..forged.clone()
    };
    vec![
        Case(
            "25 HMAC",
            "sig_method",
            info(RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        ),
        Case(
            "25 HMAC with SHA-256",
            "sig_method",
            info(RSA_SHA256, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"),
        ),
        Case(
            "26 SHA-1",
            "sig_method",
            info(RSA_SHA256, "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ),
        Case(
            "26 MD5",
            "sig_method",
            info(RSA_SHA256, "http://www.w3.org/2001/04/xmldsig-more#rsa-md5"),
        ),
        Case(
            "26 digest with SHA-1",
            "sig_method",
            info(
                "http://www.w3.org/2001/04/xmlenc#sha256",
                "http://www.w3.org/2000/09/xmldsig#sha1",
            ),
        ),
        Case("27 key in the message", "signature", forged_with_key),
        Case("27 a forged signature", "signature", forged),
        Case(
            "27 another method than the key's",
            "signature",
            info(RSA_SHA256, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"),
        ),
    ]
}

/// Lies that are the same whenever they are told.
pub(super) fn fixed() -> Vec<Case> {
    let all = [
        wrappings,
        deeper_wrappings,
        signatures,
        transforms,
        namespaces,
        methods,
        claims::documents,
        claims::sizes,
        claims::addresses,
        claims::names,
    ];
    all.into_iter().flat_map(|make| make()).collect()
}

/// Lies that speak of instants, made when they are told.
pub(super) fn timed(rig: &Rig) -> Vec<Case> {
    claims::instants(rig).into_iter().chain(claims::people(rig)).collect()
}
