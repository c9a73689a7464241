//! The answer to a request to log in (Core §3.3, Profiles §4.1.4), held against everything that was asked for.

use bilten_kernel::Timestamp;
use roxmltree::{Document, Node};

use super::{
    ASSERTION, Certificate, DSIG, MAX_AGE_S, PERSISTENT, PROTOCOL, SKEW_S, signature, state_of, text,
    xml::{self, attribute, content, elements, is, only},
};
use crate::{
    Check,
    oidc::{Failure, Trace},
};

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
/// Longest name of a person.
const MAX_NAME_ID: usize = 255;
/// Most attributes, and most values of one.
const MAX_VALUES: usize = 200;

/// What an answer is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Name of the provider.
    pub issuer: &'a str,
    /// Our name there.
    pub entity_id: &'a str,
    /// Where the answer must have been sent.
    pub acs_url: &'a str,
    /// Whose signatures count.
    pub certificates: &'a [Certificate],
    /// The way of logging in that was insisted on.
    pub authn_context: Option<&'a str>,
    /// When.
    pub now: Timestamp,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// State of the log-in that this answers.
    pub state: String,
    /// The person's name for good, at this provider.
    pub name_id: String,
    /// The provider's session.
    pub session_index: Option<String>,
    /// When the provider's session is over.
    pub until: Option<Timestamp>,
    /// Attributes with their values, in order.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl Answer {
    /// Reads an answer as it was posted, and holds it against what was expected.
    ///
    /// # Errors
    /// Names the check that failed.
    pub fn read(posted: &str, expected: &Expected<'_>, trace: &mut Trace) -> Result<Self, Failure> {
        if posted.len() > xml::MAX_BYTES * 2 {
            return Err(Failure::new(Check::XmlSize));
        }
        let bytes = text::base64(posted).ok_or_else(|| Failure::new(Check::SamlBase64))?;
        let sent = xml::text(&bytes)?;
        let document = xml::parse(sent)?;
        note(&document, trace);
        let proved = prove(&document, expected.certificates)?;
        trace.note("signed", proved.signed());
        let state = match &proved.response {
            Some(response) => check_response(xml::parse(response)?.root_element(), expected, true)?,
            None => check_response(document.root_element(), expected, false)?,
        };
        let document = xml::parse(&proved.assertion)?;
        let root = document.root_element();
        let assertion = if is(root, PROTOCOL, "Response") {
            only(root, ASSERTION, "Assertion").ok_or(Check::SamlShape)?
        } else {
            root
        };
        let answer = read_assertion(assertion, expected)?;
        if answer.state != state {
            return Err(Failure::new(Check::SamlInResponseTo));
        }
        Ok(answer)
    }

    /// All values of an attribute.
    pub fn values(&self, name: &str) -> &[String] {
        let found = self.attributes.iter().find(|(found, _)| found == name);
        found.map_or(&[], |(_, values)| values)
    }
}

/// State of the log-in that an answer says it is for; believed for nothing but where the failure is told.
pub fn claimed_state(posted: &str) -> Option<String> {
    let bytes = text::base64(posted)?;
    let document = xml::parse(xml::text(&bytes).ok()?).ok()?;
    let claimed = attribute(document.root_element(), "InResponseTo").and_then(state_of);
    claimed.map(str::to_owned)
}

/// Canonical texts that a pinned key has signed.
struct Proved {
    response: Option<String>,
    /// The assertion by itself when it was signed, the signed response otherwise.
    assertion: String,
    is_assertion_signed: bool,
}

impl Proved {
    const fn signed(&self) -> &'static str {
        match (&self.response, self.is_assertion_signed) {
            (Some(_), true) => "response and assertion",
            (Some(_), false) => "response",
            (None, _) => "assertion",
        }
    }
}

/// Verifies every signature that is there; at least one must be, and each must be right.
fn prove(document: &Document<'_>, keys: &[Certificate]) -> Result<Proved, Check> {
    let root = document.root_element();
    if !is(root, PROTOCOL, "Response") {
        return Err(Check::SamlShape);
    }
    check_ids(document)?;
    let outer = signature::find(root)?;
    let assertion = the_assertion(document)?;
    let inner = signature::find(assertion)?;
    check_signatures(document, usize::from(outer.is_some()) + usize::from(inner.is_some()))?;
    let response = outer.map(|found| signature::verify(root, found, keys)).transpose()?;
    let own = inner
        .map(|found| signature::verify(assertion, found, keys))
        .transpose()?;
    let is_assertion_signed = own.is_some();
    let believed = own.or_else(|| response.clone()).ok_or(Check::SigMissing)?;
    Ok(Proved {
        response,
        assertion: believed,
        is_assertion_signed,
    })
}

/// There is one assertion in the whole document, and it stands right below the response.
fn the_assertion<'a, 'i>(document: &'a Document<'i>) -> Result<Node<'a, 'i>, Check> {
    let root = document.root_element();
    let all = || document.descendants().filter(Node::is_element);
    if all().any(|node| {
        matches!(
            node.tag_name().name(),
            "EncryptedAssertion" | "EncryptedID" | "EncryptedAttribute"
        )
    }) {
        return Err(Check::SamlEncrypted);
    }
    if all().any(|node| matches!(node.tag_name().name(), "Advice" | "Extensions")) {
        return Err(Check::SamlShape);
    }
    if all().filter(|node| node.tag_name().name() == "Response").count() != 1 {
        return Err(Check::SamlShape);
    }
    let mut assertions = all().filter(|node| node.tag_name().name() == "Assertion");
    match (assertions.next(), assertions.next()) {
        (Some(one), None) if is(one, ASSERTION, "Assertion") && one.parent() == Some(root) => Ok(one),
        (None, _) if !succeeded(root) => Err(Check::SamlStatus),
        _ => Err(Check::SamlShape),
    }
}

/// No signature stands anywhere else, whatever its namespace, and none carries objects.
fn check_signatures(document: &Document<'_>, found: usize) -> Result<(), Check> {
    let all = document.descendants().filter(Node::is_element);
    let (mut signatures, mut strays) = (0, 0);
    for node in all {
        match node.tag_name().name() {
            "Signature" => signatures += 1,
            "Object" | "Manifest" | "SignatureProperties" => strays += 1,
            "SignedInfo" | "Reference" | "SignatureValue" if node.tag_name().namespace() != Some(DSIG) => strays += 1,
            _ => {}
        }
    }
    if signatures == found && strays == 0 {
        Ok(())
    } else {
        Err(Check::SigPlace)
    }
}

/// Ids are called `ID`, except in signatures, and none occurs twice.
fn check_ids(document: &Document<'_>) -> Result<(), Check> {
    let mut seen = std::collections::HashSet::new();
    for node in document.descendants().filter(Node::is_element) {
        for found in node
            .attributes()
            .filter(|found| found.name().eq_ignore_ascii_case("id"))
        {
            let is_in_signature = node.tag_name().namespace() == Some(DSIG);
            let is_named = found.namespace().is_none() && found.name() == if is_in_signature { "Id" } else { "ID" };
            if !is_named || found.value().is_empty() || !seen.insert(found.value().to_owned()) {
                return Err(Check::SamlId);
            }
        }
    }
    Ok(())
}

fn succeeded(response: Node<'_, '_>) -> bool {
    let code = only(response, PROTOCOL, "Status").and_then(|status| only(status, PROTOCOL, "StatusCode"));
    code.and_then(|code| attribute(code, "Value")) == Some(SUCCESS)
}

/// What the response itself says; returns the state of the log-in that it answers. Where it is not signed this only finds mistakes: what counts stands in the assertion too.
fn check_response(response: Node<'_, '_>, expected: &Expected<'_>, is_signed: bool) -> Result<String, Failure> {
    if attribute(response, "Version") != Some("2.0") {
        return Err(Failure::new(Check::SamlVersion));
    }
    if !succeeded(response) {
        return Err(Failure::new(Check::SamlStatus));
    }
    match attribute(response, "Destination") {
        Some(to) if to == expected.acs_url => {}
        None if !is_signed => {}
        found => {
            return Err(Failure::with(
                Check::SamlDestination,
                found.unwrap_or("none").to_owned(),
            ));
        }
    }
    if let Some(issuer) = only(response, ASSERTION, "Issuer") {
        check_issuer(issuer, expected)?;
    }
    let state = attribute(response, "InResponseTo").and_then(state_of);
    Ok(state.ok_or(Check::SamlInResponseTo)?.to_owned())
}

fn check_issuer(issuer: Node<'_, '_>, expected: &Expected<'_>) -> Result<(), Failure> {
    let found = content(issuer).unwrap_or_default();
    let is_entity = attribute(issuer, "Format").is_none_or(|format| format == ENTITY);
    if found == expected.issuer && is_entity {
        Ok(())
    } else {
        Err(Failure::with(Check::Issuer, found))
    }
}

fn read_assertion(assertion: Node<'_, '_>, expected: &Expected<'_>) -> Result<Answer, Failure> {
    if attribute(assertion, "Version") != Some("2.0") {
        return Err(Failure::new(Check::SamlVersion));
    }
    let issuer = only(assertion, ASSERTION, "Issuer").ok_or(Check::Issuer)?;
    check_issuer(issuer, expected)?;
    check_issued(assertion, expected.now)?;
    let subject = only(assertion, ASSERTION, "Subject").ok_or(Check::SamlShape)?;
    let state = check_confirmation(subject, expected)?;
    check_conditions(assertion, expected)?;
    let name_id = name_id(subject, expected)?;
    let (session_index, until) = check_authn(assertion, expected)?;
    Ok(Answer {
        state,
        name_id,
        session_index,
        until,
        attributes: attributes(assertion)?,
    })
}

fn check_issued(node: Node<'_, '_>, now: Timestamp) -> Result<(), Failure> {
    let found = attribute(node, "IssueInstant").unwrap_or_default();
    let at = text::instant(found).map(Timestamp::as_second);
    let now = now.as_second();
    let is_fresh = at.is_some_and(|at| at <= now + SKEW_S && at >= now - MAX_AGE_S - SKEW_S);
    if is_fresh {
        Ok(())
    } else {
        Err(Failure::with(Check::IssuedAt, found.to_owned()))
    }
}

/// Each bound that is there holds, give or take what clocks may differ. `NotOnOrAfter` is the first instant that is too late.
fn check_times(node: Node<'_, '_>, now: Timestamp) -> Result<(), Failure> {
    let now = now.as_second();
    if let Some(from) = attribute(node, "NotBefore") {
        let is_over = text::instant(from).is_some_and(|from| from.as_second() <= now + SKEW_S);
        if !is_over {
            return Err(Failure::with(Check::NotBefore, from.to_owned()));
        }
    }
    if let Some(until) = attribute(node, "NotOnOrAfter") {
        let is_ahead = text::instant(until).is_some_and(|until| until.as_second() > now - SKEW_S);
        if !is_ahead {
            return Err(Failure::with(Check::Expired, until.to_owned()));
        }
    }
    Ok(())
}

/// Exactly one bearer confirmation, for our address, in time, and for a request of ours; returns that request's state.
fn check_confirmation(subject: Node<'_, '_>, expected: &Expected<'_>) -> Result<String, Failure> {
    let confirmation = only(subject, ASSERTION, "SubjectConfirmation").ok_or(Check::SamlConfirmation)?;
    if attribute(confirmation, "Method") != Some(BEARER) {
        return Err(Failure::new(Check::SamlConfirmation));
    }
    let data = only(confirmation, ASSERTION, "SubjectConfirmationData").ok_or(Check::SamlConfirmation)?;
    match attribute(data, "Recipient") {
        Some(to) if to == expected.acs_url => {}
        found => return Err(Failure::with(Check::SamlRecipient, found.unwrap_or("none").to_owned())),
    }
    // Profiles §4.1.4.2: it ends, and it does not begin.
    if attribute(data, "NotOnOrAfter").is_none() {
        return Err(Failure::new(Check::Expired));
    }
    check_times(data, expected.now)?;
    let state = attribute(data, "InResponseTo").and_then(state_of);
    Ok(state.ok_or(Check::SamlInResponseTo)?.to_owned())
}

fn check_conditions(assertion: Node<'_, '_>, expected: &Expected<'_>) -> Result<(), Failure> {
    let conditions = only(assertion, ASSERTION, "Conditions").ok_or(Check::Audience)?;
    check_times(conditions, expected.now)?;
    let mut restrictions = 0;
    for condition in elements(conditions) {
        if is(condition, ASSERTION, "AudienceRestriction") {
            restrictions += 1;
            let mut names = elements(condition)
                .filter(|node| is(*node, ASSERTION, "Audience"))
                .filter_map(content);
            if !names.any(|name| name == expected.entity_id) {
                let found = elements(condition).filter_map(content).collect::<Vec<_>>().join(" ");
                return Err(Failure::with(Check::Audience, found));
            }
        } else if !is(condition, ASSERTION, "OneTimeUse") && !is(condition, ASSERTION, "ProxyRestriction") {
            // What is not understood is not met (Core §2.5.1.1).
            return Err(Failure::new(Check::SamlShape));
        }
    }
    if restrictions == 0 {
        Err(Failure::new(Check::Audience))
    } else {
        Ok(())
    }
}

fn name_id(subject: Node<'_, '_>, expected: &Expected<'_>) -> Result<String, Failure> {
    let node = only(subject, ASSERTION, "NameID").ok_or(Check::SamlNameId)?;
    let format = attribute(node, "Format").unwrap_or("none");
    if format != PERSISTENT {
        return Err(Failure::with(Check::SamlNameId, format.to_owned()));
    }
    let is_ours = attribute(node, "NameQualifier").is_none_or(|name| name == expected.issuer)
        && attribute(node, "SPNameQualifier").is_none_or(|name| name == expected.entity_id);
    let name = content(node).filter(|name| (1..=MAX_NAME_ID).contains(&name.len()) && is_ours);
    let name = name.filter(|name| name.trim() == name && !name.chars().any(char::is_control));
    name.ok_or_else(|| Failure::new(Check::SamlNameId))
}

/// The one statement that somebody logged in; returns session and end.
fn check_authn(
    assertion: Node<'_, '_>,
    expected: &Expected<'_>,
) -> Result<(Option<String>, Option<Timestamp>), Failure> {
    let statement = only(assertion, ASSERTION, "AuthnStatement").ok_or(Check::SamlAuthn)?;
    let at = attribute(statement, "AuthnInstant").and_then(text::instant);
    if at.is_none_or(|at| at.as_second() > expected.now.as_second() + SKEW_S) {
        return Err(Failure::new(Check::SamlAuthn));
    }
    let context = only(statement, ASSERTION, "AuthnContext");
    let class = context
        .and_then(|context| only(context, ASSERTION, "AuthnContextClassRef"))
        .and_then(content);
    if let Some(wanted) = expected.authn_context
        && class.as_deref() != Some(wanted)
    {
        return Err(Failure::with(
            Check::SamlAuthn,
            class.unwrap_or_else(|| "none".to_owned()),
        ));
    }
    let until = match attribute(statement, "SessionNotOnOrAfter") {
        None => None,
        Some(found) => match text::instant(found) {
            Some(until) if until > expected.now => Some(until),
            _ => return Err(Failure::with(Check::Expired, found.to_owned())),
        },
    };
    let index = attribute(statement, "SessionIndex").map(str::to_owned);
    Ok((index.filter(|index| index.len() <= MAX_NAME_ID), until))
}

/// One attribute has one place: of two with the same name nobody knows which is meant.
fn attributes(assertion: Node<'_, '_>) -> Result<Vec<(String, Vec<String>)>, Failure> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for statement in elements(assertion).filter(|node| is(*node, ASSERTION, "AttributeStatement")) {
        for node in elements(statement).filter(|node| is(*node, ASSERTION, "Attribute")) {
            let name = attribute(node, "Name").ok_or(Check::SamlShape)?;
            let values = elements(node).filter(|value| is(*value, ASSERTION, "AttributeValue"));
            let values: Vec<String> = values.filter_map(content).take(MAX_VALUES + 1).collect();
            let is_twice = found.iter().any(|(other, _)| other == name);
            if is_twice || values.len() > MAX_VALUES || found.len() >= MAX_VALUES {
                return Err(Failure::new(Check::SamlShape));
            }
            found.push((name.to_owned(), values));
        }
    }
    Ok(found)
}

/// Notes what arrived, before it is believed: what helps to find a mistake and tells nothing about a person.
fn note(document: &Document<'_>, trace: &mut Trace) {
    let root = document.root_element();
    trace.note("message", root.tag_name().name());
    for (name, value) in [
        ("destination", attribute(root, "Destination")),
        ("version", attribute(root, "Version")),
    ] {
        if let Some(value) = value {
            trace.note(name, value);
        }
    }
    let of = |name: &str| {
        document
            .descendants()
            .find(|node| node.is_element() && node.tag_name().name() == name)
    };
    let texts = [
        ("issuer", "Issuer"),
        ("audience", "Audience"),
        ("authn_context", "AuthnContextClassRef"),
    ];
    for (line, name) in texts {
        if let Some(found) = of(name).and_then(content) {
            trace.note(line, found);
        }
    }
    let values = [
        ("status", "StatusCode", "Value"),
        ("recipient", "SubjectConfirmationData", "Recipient"),
        ("not_on_or_after", "SubjectConfirmationData", "NotOnOrAfter"),
        ("name_id.format", "NameID", "Format"),
        ("signature", "SignatureMethod", "Algorithm"),
    ];
    for (line, name, value) in values {
        if let Some(found) = of(name).and_then(|node| attribute(node, value)) {
            trace.note(line, found);
        }
    }
    let names: Vec<&str> = document
        .descendants()
        .filter(|node| node.is_element() && node.tag_name().name() == "Attribute")
        .filter_map(|node| attribute(node, "Name"))
        .collect();
    trace.note("attributes", names.join(" "));
}
