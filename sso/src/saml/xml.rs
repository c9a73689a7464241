//! Reads XML strictly: the subset in which an honest message is written, within limits that keep every later step cheap.

use std::collections::HashMap;

use roxmltree::{Document, Node, NodeId, ParsingOptions};

use crate::Check;

/// Most bytes of a message.
pub(super) const MAX_BYTES: usize = 256 * 1024;
/// Deepest element.
const MAX_DEPTH: usize = 40;
/// Most nodes.
const MAX_NODES: u32 = 10_000;
/// Most attributes of an element, and most namespaces that are in scope there.
const MAX_ATTRIBUTES: usize = 64;

/// Reads bytes as text: UTF-8, and not too much of it.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Check> {
    if bytes.len() > MAX_BYTES {
        return Err(Check::XmlSize);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Check::XmlEncoding)?;
    let declaration = text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let declaration = declaration
        .map(|(inside, _)| inside.to_ascii_lowercase())
        .unwrap_or_default();
    if declaration.contains("encoding") && !declaration.contains("\"utf-8\"") && !declaration.contains("'utf-8'") {
        return Err(Check::XmlEncoding);
    }
    Ok(text)
}

/// Parses a message. Comments, processing instructions, CDATA and DTDs are refused by their first two characters: in XML these can
/// stand for nothing else.
pub(super) fn parse(text: &str) -> Result<Document<'_>, Check> {
    if text.len() > MAX_BYTES {
        return Err(Check::XmlSize);
    }
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        return Err(Check::XmlDtd);
    }
    let body = match text.strip_prefix("<?xml ") {
        Some(rest) => rest,
        None => text,
    };
    if body.contains("<!") || body.contains("<?") {
        return Err(Check::XmlMarkup);
    }
    parse_loosely(text)
}

/// Parses a description, in which comments do no harm because nothing is signed for us.
pub(super) fn parse_loosely(text: &str) -> Result<Document<'_>, Check> {
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::DtdDetected => Check::XmlDtd,
        roxmltree::Error::NodesLimitReached => Check::XmlDepth,
        _ => Check::XmlForm,
    })?;
    // Parents come before their children. The parser itself does not nest with the document.
    let mut depths: HashMap<NodeId, usize> = HashMap::new();
    for element in document.descendants().filter(Node::is_element) {
        let above = element.parent().and_then(|parent| depths.get(&parent.id()).copied());
        let depth = above.unwrap_or_default() + 1;
        depths.insert(element.id(), depth);
        if depth > MAX_DEPTH {
            return Err(Check::XmlDepth);
        }
        if element.attributes().len() > MAX_ATTRIBUTES || element.namespaces().len() > MAX_ATTRIBUTES {
            return Err(Check::XmlDepth);
        }
        // Libraries disagree about relative names of namespaces, down to canonical forms that are empty.
        if element.namespaces().any(|found| !is_absolute(found.uri())) {
            return Err(Check::XmlForm);
        }
    }
    Ok(document)
}

/// An undeclared default namespace is the empty name.
fn is_absolute(uri: &str) -> bool {
    uri.is_empty() || uri.contains(':')
}

/// Tells whether an element has this name.
pub(super) fn is(node: Node<'_, '_>, namespace: &str, name: &str) -> bool {
    node.is_element() && node.tag_name().namespace() == Some(namespace) && node.tag_name().name() == name
}

/// Children that are elements.
pub(super) fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

/// The only child of this name; none when there are several.
pub(super) fn only<'a, 'i>(node: Node<'a, 'i>, namespace: &str, name: &str) -> Option<Node<'a, 'i>> {
    let mut found = elements(node).filter(|child| is(*child, namespace, name));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// All of an element's text; none when it has elements in it.
pub(super) fn content(node: Node<'_, '_>) -> Option<String> {
    let mut all = String::new();
    for child in node.children() {
        if child.is_element() {
            return None;
        }
        all.push_str(child.text().unwrap_or_default());
    }
    Some(all)
}

/// An attribute without a namespace.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let mut all = node.attributes();
    all.find(|found| found.namespace().is_none() && found.name() == name)
        .map(|found| found.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Option<Check> {
        super::text(text.as_bytes()).and_then(parse).err()
    }

    #[test]
    fn only_plain_documents_are_read() {
        for good in [
            "<a/>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a b=\"c\">d</a>",
            "<?xml version='1.0' encoding='utf-8'?>\n<a/>\n",
            "<a xmlns=\"urn:x\"><b xmlns=\"\"/></a>",
        ] {
            assert_eq!(judge(good), None, "{good}");
        }
        for (bad, wanted) in [
            ("<!DOCTYPE a><a/>", Check::XmlDtd),
            ("<a><!ENTITY x></a>", Check::XmlDtd),
            ("<a><!-- c --></a>", Check::XmlMarkup),
            ("<a><![CDATA[x]]></a>", Check::XmlMarkup),
            ("<a><?p x?></a>", Check::XmlMarkup),
            ("<?p x?><a/>", Check::XmlMarkup),
            ("<a>&x;</a>", Check::XmlForm),
            ("<a b='1' b='2'/>", Check::XmlForm),
            ("<x:a/>", Check::XmlForm),
            ("<a xmlns:x=\"1\"/>", Check::XmlForm),
            ("<a>", Check::XmlForm),
            ("", Check::XmlForm),
            ("<a/><b/>", Check::XmlForm),
            ("<?xml version=\"1.0\" encoding=\"UTF-7\"?><a/>", Check::XmlEncoding),
            ("<a>\u{1}</a>", Check::XmlForm),
        ] {
            assert_eq!(judge(bad), Some(wanted), "{bad}");
        }
        assert_eq!(text(&[0xff, 0xfe, b'<', 0]), Err(Check::XmlEncoding));
        assert_eq!(text(&vec![b' '; MAX_BYTES + 1]), Err(Check::XmlSize));
        let deep = format!("{}{}", "<a>".repeat(MAX_DEPTH + 1), "</a>".repeat(MAX_DEPTH + 1));
        assert_eq!(judge(&deep), Some(Check::XmlDepth));
        assert_eq!(
            judge(&format!("<a>{}</a>", "<b/>".repeat(10_000))),
            Some(Check::XmlDepth)
        );
        let many = (0..65).map(|n| format!(" a{n}=''")).collect::<Vec<_>>().concat();
        assert_eq!(judge(&format!("<a{many}/>")), Some(Check::XmlDepth));
    }
}
