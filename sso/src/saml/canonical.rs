//! Exclusive XML canonicalization without comments (W3C, Exclusive XML Canonicalization 1.0).

use std::{collections::BTreeMap, ops::Range};

use roxmltree::{Node, NodeId};

use crate::Check;

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Writes an element in canonical form.
///
/// `omit` is a child that is left out, which is the enveloped signature; `inclusive` are the prefixes that are written although no
/// name uses them (`#default` for the one without a prefix).
///
/// # Errors
/// [`Check::XmlForm`] when the document holds what the strict reader should have refused.
pub(super) fn canonical(node: Node<'_, '_>, omit: Option<NodeId>, inclusive: &[String]) -> Result<String, Check> {
    let mut writer = Writer {
        out: String::new(),
        omit,
        inclusive,
    };
    writer.element(node, &BTreeMap::new())?;
    Ok(writer.out)
}

/// Prefixes that the output declares, with their namespaces.
type Declared<'a> = BTreeMap<&'a str, &'a str>;

struct Writer<'w> {
    out: String,
    omit: Option<NodeId>,
    inclusive: &'w [String],
}

impl Writer<'_> {
    fn element<'a>(&mut self, node: Node<'a, '_>, above: &Declared<'a>) -> Result<(), Check> {
        let name = qualified(node, node.range().start + 1..node.range().end)?;
        let declared = self.open(node, name, above)?;
        for child in node.children() {
            if Some(child.id()) == self.omit {
                continue;
            }
            if child.is_element() {
                self.element(child, &declared)?;
            } else if child.is_text() {
                escape_text(child.text().unwrap_or_default(), &mut self.out);
            } else {
                return Err(Check::XmlMarkup);
            }
        }
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        Ok(())
    }

    /// Writes the start tag; returns what is declared below it.
    fn open<'a>(&mut self, node: Node<'a, '_>, name: &'a str, above: &Declared<'a>) -> Result<Declared<'a>, Check> {
        let mut attributes = Vec::new();
        for attribute in node.attributes() {
            let name = qualified(node, attribute.range_qname())?;
            attributes.push((
                attribute.namespace().unwrap_or_default(),
                attribute.name(),
                name,
                attribute.value(),
            ));
        }
        let mut used = vec![prefix(name)];
        let named = attributes.iter().filter(|(namespace, ..)| !namespace.is_empty());
        used.extend(named.map(|(_, _, name, _)| prefix(name)));
        for wanted in self.inclusive {
            let wanted = if wanted == "#default" { "" } else { wanted.as_str() };
            used.extend(in_scope(node, wanted).map(|(prefix, _)| prefix));
        }
        used.sort_unstable();
        used.dedup();
        let mut declared = above.clone();
        self.out.push('<');
        self.out.push_str(name);
        for prefix in used.into_iter().filter(|prefix| *prefix != "xml") {
            let uri = match in_scope(node, prefix) {
                Some((_, uri)) => uri,
                None if prefix.is_empty() => "",
                None => return Err(Check::XmlForm),
            };
            if declared.get(prefix).copied().unwrap_or_default() == uri {
                continue;
            }
            declared.insert(prefix, uri);
            self.out.push_str(" xmlns");
            if !prefix.is_empty() {
                self.out.push(':');
                self.out.push_str(prefix);
            }
            self.value(uri);
        }
        attributes.sort_unstable();
        for (namespace, _, name, value) in attributes {
            if namespace == XML && prefix(name) != "xml" {
                return Err(Check::XmlForm);
            }
            self.out.push(' ');
            self.out.push_str(name);
            self.value(value);
        }
        self.out.push('>');
        Ok(declared)
    }

    fn value(&mut self, value: &str) {
        self.out.push_str("=\"");
        escape_value(value, &mut self.out);
        self.out.push('"');
    }
}

/// The name as it stands in the source; the tree has only its namespace.
fn qualified<'a>(node: Node<'a, '_>, range: Range<usize>) -> Result<&'a str, Check> {
    let source = node.document().input_text();
    let rest = source.get(range).ok_or(Check::XmlForm)?;
    let end = rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '='));
    let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    if name.is_empty() { Err(Check::XmlForm) } else { Ok(name) }
}

fn prefix(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

/// What a prefix means here. A default namespace that was taken back is none.
fn in_scope<'a>(node: Node<'a, '_>, prefix: &str) -> Option<(&'a str, &'a str)> {
    let mut all = node.namespaces();
    let found = all.find(|found| found.name().unwrap_or_default() == prefix)?;
    (!found.uri().is_empty()).then(|| (found.name().unwrap_or_default(), found.uri()))
}

fn escape_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
}

fn escape_value(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::saml::xml;

    fn of(text: &str, path: &[&str], inclusive: &[&str]) -> String {
        let document = xml::parse(text).expect("a document");
        let mut node = document.root_element();
        for name in path {
            node = xml::elements(node)
                .find(|child| child.tag_name().name() == *name)
                .expect("a child");
        }
        let inclusive: Vec<String> = inclusive.iter().map(|&prefix| prefix.to_owned()).collect();
        canonical(node, None, &inclusive).expect("a canonical form")
    }

    #[test]
    fn names_attributes_and_namespaces_take_their_canonical_order() {
        for (text, path, inclusive, wanted) in [
            (
                "<a  b = '1'   a='2' ></a >",
                &[][..],
                &[][..],
                "<a a=\"2\" b=\"1\"></a>",
            ),
            ("<a/>", &[], &[], "<a></a>"),
            (
                "<?xml version='1.0'?>\n<a>\r\n&#13;&lt;&gt;&amp;\"'</a>\n",
                &[],
                &[],
                "<a>\n&#xD;&lt;&gt;&amp;\"'</a>",
            ),
            (
                "<a b='&#9;&#10;&#13;&lt;>&quot;&amp;\n'/>",
                &[],
                &[],
                "<a b=\"&#x9;&#xA;&#xD;&lt;>&quot;&amp; \"></a>",
            ),
            // What no name uses is left out, and what is used is declared where it is first used.
            (
                "<p:a xmlns:p='urn:p' xmlns:q='urn:q' xmlns:r='urn:r'><q:b r:c='1'/></p:a>",
                &[],
                &[],
                "<p:a xmlns:p=\"urn:p\"><q:b xmlns:q=\"urn:q\" xmlns:r=\"urn:r\" r:c=\"1\"></q:b></p:a>",
            ),
            (
                "<p:a xmlns:p='urn:p' xmlns:q='urn:q'><q:b/></p:a>",
                &["b"],
                &[],
                "<q:b xmlns:q=\"urn:q\"></q:b>",
            ),
            (
                "<p:a xmlns:p='urn:p' xmlns:q='urn:q'><p:b/></p:a>",
                &["b"],
                &["q", "none"],
                "<p:b xmlns:p=\"urn:p\" xmlns:q=\"urn:q\"></p:b>",
            ),
            // A default namespace comes and goes.
            (
                "<a xmlns='urn:a'><b xmlns=''><c/></b><d/></a>",
                &[],
                &[],
                "<a xmlns=\"urn:a\"><b xmlns=\"\"><c></c></b><d></d></a>",
            ),
            ("<a xmlns='urn:a'><b xmlns=''/></a>", &["b"], &[], "<b></b>"),
            // The same prefix means something else further down.
            (
                "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'><p:c xmlns:p='urn:1'/></p:b></p:a>",
                &[],
                &[],
                "<p:a xmlns:p=\"urn:1\"><p:b xmlns:p=\"urn:2\"><p:c xmlns:p=\"urn:1\"></p:c></p:b></p:a>",
            ),
            // Attributes go by namespace, then by name; those without come first.
            (
                "<a xmlns:x='urn:z' xmlns:y='urn:b' x:a='1' y:b='2' c='3' xml:lang='nb'/>",
                &[],
                &[],
                "<a xmlns:x=\"urn:z\" xmlns:y=\"urn:b\" c=\"3\" xml:lang=\"nb\" y:b=\"2\" x:a=\"1\"></a>",
            ),
            (
                "<a xmlns='urn:a' xmlns:p='urn:p'><p:b/></a>",
                &["b"],
                &["#default"],
                "<p:b xmlns=\"urn:a\" xmlns:p=\"urn:p\"></p:b>",
            ),
        ] {
            assert_eq!(of(text, path, inclusive), wanted, "{text}");
        }
    }

    #[test]
    fn a_child_can_be_left_out_and_the_form_is_its_own_canonical_form() {
        let document = xml::parse("<a>1<b/>2<b/></a>").expect("a document");
        let first = document.root_element().first_element_child().expect("a child");
        let written = canonical(document.root_element(), Some(first.id()), &[]).expect("a form");
        assert_eq!(written, "<a>12<b></b></a>");
        assert_eq!(of(&written, &[], &[]), written);
    }
}
