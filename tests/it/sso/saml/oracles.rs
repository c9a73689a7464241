//! What programs by others say of the same messages: `xmlsec1` (canonical forms and signatures in C) and `@node-saml/node-saml`.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use bilten_kernel::{Clock as _, SystemClock};
use bilten_sso::{
    oidc::Trace,
    saml::{Answer, Certificate, Expected},
};
use bilten_tests::{
    fakes::{SamlAsked, SamlIdp, SamlTwist},
    report,
};
use data_encoding::BASE64;
use jiff::Timestamp;
use serde_json::json;

use super::{
    lies::{self, plain},
    mutations::Dice,
};

/// Documents that `xmlsec1` signs for us.
const DOCUMENTS: usize = 60;
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion:Assertion";
const RESPONSE: &str = "urn:oasis:names:tc:SAML:2.0:protocol:Response";

struct Place {
    idp: SamlIdp,
    asked: SamlAsked,
    now: Timestamp,
    folder: PathBuf,
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

impl Place {
    /// The real time, because others have no clock of ours.
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("bilten-saml-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let idp = SamlIdp::new(super::IDP);
        fs::write(folder.join("certificate.pem"), idp.pem()).unwrap();
        fs::write(folder.join("key.pem"), idp.private_pem()).unwrap();
        Self {
            idp,
            asked: SamlAsked {
                id: format!("_{}", "A".repeat(43)),
                entity_id: "https://shop.example/saml".to_owned(),
                acs_url: "https://shop.example/acs".to_owned(),
                xml: String::new(),
            },
            now: SystemClock.now(),
            folder,
        }
    }

    fn read(&self, text: &str) -> Result<Answer, String> {
        let certificates = [Certificate::read(&self.idp.certificate()).unwrap()];
        let expected = Expected {
            issuer: &self.idp.entity_id,
            entity_id: &self.asked.entity_id,
            acs_url: &self.asked.acs_url,
            certificates: &certificates,
            authn_context: None,
            now: self.now,
        };
        let read = Answer::read(&BASE64.encode(text.as_bytes()), &expected, &mut Trace::new());
        read.map_err(|failure| failure.to_string())
    }

    fn write(&self, text: &str) -> PathBuf {
        let path = self.folder.join("message.xml");
        fs::write(&path, text).unwrap();
        path
    }

    fn xmlsec_believes(&self, text: &str, element: &str) -> bool {
        let certificate = self.folder.join("certificate.pem");
        let verdict = xmlsec(
            &["--verify", "--pubkey-cert-pem"],
            &certificate,
            (element, &self.write(text)),
        );
        verdict.is_some()
    }
}

/// Runs `xmlsec1`; returns what it writes when it is content.
fn xmlsec(args: &[&str], key: &Path, (element, document): (&str, &Path)) -> Option<String> {
    let done = Command::new("xmlsec1")
        .args(args)
        .arg(key)
        .args(["--id-attr:ID", element])
        .arg(document)
        .output()
        .unwrap();
    done.status.success().then(|| String::from_utf8(done.stdout).unwrap())
}

fn has_xmlsec() -> bool {
    let is_there = Command::new("xmlsec1").arg("--version").output().is_ok();
    if !is_there {
        report("skipped: xmlsec1 is not installed");
    }
    is_there
}

/// Content whose canonical form is not how it is written.
fn odd(dice: &mut Dice) -> String {
    let mut pieces = Vec::new();
    for _ in 0..=dice.below(4) {
        let (a, b, c) = (dice.below(3), dice.below(3), dice.below(3));
        pieces.push(match dice.below(7) {
            0 => format!("<x:a xmlns:x='urn:x{a}' xmlns:unused=\"urn:u{b}\" x:z = '1'  y='&#9;&#10;2'><x:b xmlns:x=\"urn:x{c}\"/></x:a>"),
            1 => format!("<a xmlns='urn:d{a}'><b xmlns='urn:d{b}'><c xmlns=''/></b><d/></a>"),
            2 => "tab\t&#13;line\r\n&amp;&lt;&gt;\"'&#x41;".to_owned(),
            3 => format!("<p xmlns:b='urn:b{a}' xmlns:a='urn:a{b}' b:k='1' a:k='2' k='3' xml:lang='nb'\n/>"),
            4 => format!("<xs:v xmlns:xs='urn:xs' xmlns:xsi='urn:xsi' xsi:type='xs:string{a}'>é{b}</xs:v>"),
            5 => "<q a='&lt;&gt;&quot;&#39;&amp;' b=\"'&#xD;\"></q>".to_owned(),
            _ => format!("<saml:n xmlns:saml='urn:other{a}'><saml:m/></saml:n>"),
        });
    }
    pieces.concat()
}

/// An answer with an empty signature, which `xmlsec1` fills.
fn template(place: &Place, dice: &mut Dice) -> String {
    let prefixes = [
        "",
        "<ec:InclusiveNamespaces xmlns:ec=\"http://www.w3.org/2001/10/xml-exc-c14n#\" PrefixList=\"xs samlp #default\"/>",
    ];
    let (info, transform) = (prefixes[dice.below(2)], prefixes[dice.below(2)]);
    let signature = format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\n<ds:SignedInfo>\
         <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">{info}</ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha{size}\"/><ds:Reference URI=\"#_a1\">\
         <ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>\
         <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\">{transform}</ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512\"/><ds:DigestValue/></ds:Reference>\
         </ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature>",
        size = ["256", "384", "512"][dice.below(3)]
    );
    let statement = format!(
        "<saml:AttributeStatement  ><saml:Attribute Name='odd'><saml:AttributeValue >{}</saml:AttributeValue></saml:Attribute>\
         </saml:AttributeStatement></saml:Assertion>",
        odd(dice)
    );
    let twist = SamlTwist {
        leaves_assertion: true,
        assertion: vec![
            ("</saml:Issuer>", format!("</saml:Issuer>{signature}")),
            ("</saml:Assertion>", statement),
            (" Version=\"2.0\"", " \n Version='2.0'".to_owned()),
        ],
        response: vec![(
            "<samlp:Response ",
            "<samlp:Response xmlns='urn:default' xmlns:xs='urn:xs' ".to_owned(),
        )],
        ..plain()
    };
    place.idp.answer(&place.asked, place.now, &twist)
}

#[test]
fn counted_what_xmlsec_signs_in_odd_forms_is_understood_and_what_it_refuses_is_refused() {
    if !has_xmlsec() {
        return;
    }
    let place = Place::new("xmlsec");
    let mut dice = Dice(4_711);
    let key = place.folder.join("key.pem");
    for _ in 0..DOCUMENTS {
        let text = template(&place, &mut dice);
        let signed = xmlsec(&["--sign", "--privkey-pem"], &key, (ASSERTION, &place.write(&text)));
        let signed = signed.unwrap_or_else(|| panic!("xmlsec1 signs {text}"));
        let read = place.read(&signed);
        assert!(read.is_ok(), "{read:?}: {signed}");
    }
    let mut stricter = 0;
    let both = SamlTwist {
        signs_response: true,
        ..plain()
    };
    let honest = [plain(), both];
    for twist in &honest {
        let text = place.idp.answer(&place.asked, place.now, twist);
        let element = if twist.signs_response { RESPONSE } else { ASSERTION };
        assert!(place.xmlsec_believes(&text, element) && place.read(&text).is_ok());
    }
    let lies = lies::fixed();
    for lie in &lies {
        let text = place.idp.answer(&place.asked, place.now, &lie.2);
        assert!(place.read(&text).is_err(), "{}", lie.0);
        stricter += usize::from(place.xmlsec_believes(&text, ASSERTION));
    }
    report(&format!(
        "xmlsec1: {DOCUMENTS} odd documents that it signed are verified; of {} lies it believes the signature of {stricter}, we none",
        lies.len()
    ));
}

#[test]
fn counted_what_node_saml_refuses_we_refuse() {
    let place = Place::new("node");
    let lies = lies::fixed();
    let both = SamlTwist {
        signs_response: true,
        ..plain()
    };
    let honest = [plain(), both];
    let twists = honest.iter().chain(lies.iter().map(|lie| &lie.2));
    let texts: Vec<String> = twists
        .map(|twist| place.idp.answer(&place.asked, place.now, twist))
        .collect();
    let question = json!({
        "certificate": place.idp.certificate(), "entity_id": place.asked.entity_id, "acs_url": place.asked.acs_url,
        "issuer": place.idp.entity_id,
        "answers": texts.iter().map(|text| BASE64.encode(text.as_bytes())).collect::<Vec<_>>(),
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/saml-judge.sh");
    let mut child = Command::new("bash")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let written = child.stdin.take().unwrap().write_all(question.to_string().as_bytes());
    let done = child.wait_with_output().unwrap();
    if done.status.code() == Some(77) {
        report(&format!("skipped: {}", String::from_utf8_lossy(&done.stdout).trim()));
        return;
    }
    written.unwrap();
    let verdicts: Vec<Option<String>> = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(verdicts.len(), texts.len());
    let mut laxer = Vec::new();
    for (at, (text, verdict)) in texts.iter().zip(&verdicts).enumerate() {
        let ours = place.read(text);
        assert_eq!(ours.is_ok(), at < 2, "{ours:?}");
        assert!(
            at >= 2 || verdict.as_deref() == Some("p-248289761001"),
            "node-saml believes what is honest: {verdict:?}"
        );
        if let (true, Some(_)) = (at >= 2, verdict) {
            laxer.push(lies[at - 2].0);
        }
    }
    report(&format!(
        "node-saml 5.1.0: agrees on two honest answers; of {} lies it believes {laxer:?}, we none",
        lies.len()
    ));
}
