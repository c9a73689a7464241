//! Enveloped signatures (W3C, XML Signature 1.1; SAML Core §5), in the one form that SAML prescribes.

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use roxmltree::Node;

use super::{
    DSIG, EXCLUSIVE,
    canonical::canonical,
    certificate::{Certificate, Method},
    text,
    xml::{self, attribute, content, elements, is, only},
};
use crate::Check;

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// Most prefixes that a signature keeps although no name uses them.
const MAX_PREFIXES: usize = 16;

/// What a signature says of itself, read from the canonical bytes that it signs.
struct Info {
    method: Method,
    digest: Vec<u8>,
    digest_method: &'static digest::Algorithm,
    prefixes: Vec<String>,
}

/// Finds the signature that stands where SAML puts it: a child of the element, right after its issuer.
///
/// # Errors
/// [`Check::SigPlace`] when there are several, or it stands elsewhere.
pub(super) fn find<'a, 'i>(element: Node<'a, 'i>) -> Result<Option<Node<'a, 'i>>, Check> {
    let mut found = None;
    for (at, child) in elements(element).enumerate() {
        if child.tag_name().name() == "Signature" {
            if found.is_some() || at > 1 || !is(child, DSIG, "Signature") {
                return Err(Check::SigPlace);
            }
            found = Some(child);
        }
    }
    Ok(found)
}

/// Verifies the signature of an element with the pinned keys; returns the canonical text that was signed.
///
/// # Errors
/// Names the check that failed.
pub(super) fn verify(element: Node<'_, '_>, signature: Node<'_, '_>, keys: &[Certificate]) -> Result<String, Check> {
    let parts: Vec<Node<'_, '_>> = elements(signature).collect();
    let (signed_info, value) = match parts.as_slice() {
        [info, value] => (*info, *value),
        [info, value, key] if is(*key, DSIG, "KeyInfo") => (*info, *value),
        _ => return Err(Check::SigPlace),
    };
    if !is(signed_info, DSIG, "SignedInfo") || !is(value, DSIG, "SignatureValue") {
        return Err(Check::SigPlace);
    }
    let method = only(signed_info, DSIG, "CanonicalizationMethod").ok_or(Check::SigMethod)?;
    let own_prefixes = prefixes(method, Check::SigMethod)?;
    let signed = canonical(signed_info, None, &own_prefixes)?;
    let id = attribute(element, "ID").ok_or(Check::SigReference)?;
    let info = read(&signed, id)?;
    let value = content(value)
        .and_then(|value| text::base64(&value))
        .ok_or(Check::Signature)?;
    if keys.is_empty() {
        return Err(Check::Key);
    }
    if !keys
        .iter()
        .any(|key| key.verifies(info.method, signed.as_bytes(), &value))
    {
        return Err(Check::Signature);
    }
    let bytes = canonical(element, Some(signature.id()), &info.prefixes)?;
    if digest::digest(info.digest_method, bytes.as_bytes()).as_ref() != info.digest {
        return Err(Check::SigDigest);
    }
    Ok(bytes)
}

/// Reads the canonical form, so that what is obeyed is what was signed.
fn read(signed: &str, id: &str) -> Result<Info, Check> {
    let document = xml::parse(signed)?;
    let parts: Vec<Node<'_, '_>> = elements(document.root_element()).collect();
    let [canonicalization, method, references @ ..] = parts.as_slice() else {
        return Err(Check::SigReference);
    };
    let is_exclusive = is(*canonicalization, DSIG, "CanonicalizationMethod")
        && attribute(*canonicalization, "Algorithm") == Some(EXCLUSIVE);
    if !is_exclusive || !is(*method, DSIG, "SignatureMethod") || elements(*method).next().is_some() {
        return Err(Check::SigMethod);
    }
    let method = attribute(*method, "Algorithm")
        .and_then(Method::find)
        .ok_or(Check::SigMethod)?;
    let [reference] = references else {
        return Err(Check::SigReference);
    };
    let is_own = is(*reference, DSIG, "Reference")
        && attribute(*reference, "URI").and_then(|uri| uri.strip_prefix('#')) == Some(id)
        && attribute(*reference, "Type").is_none();
    if !is_own {
        return Err(Check::SigReference);
    }
    let parts: Vec<Node<'_, '_>> = elements(*reference).collect();
    let [transforms, digest_method, digest] = parts.as_slice() else {
        return Err(Check::SigReference);
    };
    if !is(*transforms, DSIG, "Transforms")
        || !is(*digest_method, DSIG, "DigestMethod")
        || !is(*digest, DSIG, "DigestValue")
    {
        return Err(Check::SigReference);
    }
    let prefixes = read_transforms(*transforms)?;
    let digest = content(*digest)
        .and_then(|digest| text::base64(&digest))
        .ok_or(Check::SigDigest)?;
    let digest_method = attribute(*digest_method, "Algorithm")
        .and_then(find_digest)
        .ok_or(Check::SigMethod)?;
    Ok(Info {
        method,
        digest,
        digest_method,
        prefixes,
    })
}

/// Exactly two: without the signature, in exclusive canonical form. Returns the prefixes of the latter.
fn read_transforms(transforms: Node<'_, '_>) -> Result<Vec<String>, Check> {
    let all: Vec<Node<'_, '_>> = elements(transforms).collect();
    let [enveloped, exclusive] = all.as_slice() else {
        return Err(Check::SigTransform);
    };
    let is_named = |node: Node<'_, '_>, name| is(node, DSIG, "Transform") && attribute(node, "Algorithm") == Some(name);
    let is_right =
        is_named(*enveloped, ENVELOPED) && elements(*enveloped).next().is_none() && is_named(*exclusive, EXCLUSIVE);
    if !is_right {
        return Err(Check::SigTransform);
    }
    prefixes(*exclusive, Check::SigTransform)
}

/// The parameter of exclusive canonicalization; there is no other.
fn prefixes(method: Node<'_, '_>, fault: Check) -> Result<Vec<String>, Check> {
    let mut children = elements(method);
    let Some(child) = children.next() else {
        return Ok(Vec::new());
    };
    if children.next().is_some() || !is(child, EXCLUSIVE, "InclusiveNamespaces") {
        return Err(fault);
    }
    let list = attribute(child, "PrefixList").ok_or(fault)?;
    let list: Vec<String> = list.split_ascii_whitespace().map(str::to_owned).collect();
    if list.len() > MAX_PREFIXES {
        Err(fault)
    } else {
        Ok(list)
    }
}

fn find_digest(name: &str) -> Option<&'static digest::Algorithm> {
    match name {
        "http://www.w3.org/2001/04/xmlenc#sha256" => Some(&SHA256),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => Some(&SHA384),
        "http://www.w3.org/2001/04/xmlenc#sha512" => Some(&SHA512),
        _ => None,
    }
}
