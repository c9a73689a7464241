//! What people and groups are made of (RFC 7643): read from the same text that `/Schemas` answers.
//!
//! Names are found however their letters are written. What we know of and do not keep (addresses, pictures, passwords and their
//! like) is told from what nobody knows: directories send it unasked.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

/// Schema of people.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// Schema of groups.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// Extension of people in a company.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Attributes of RFC 7643 that are taken and not kept.
const NOT_KEPT: [&str; 9] = [
    "password",
    "profileUrl",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509Certificates",
    "schemas",
];

static ALL: LazyLock<Vec<Value>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("schemas.json")).expect("the file beside this one is JSON; a test reads it")
});
static USERS: LazyLock<Model> = LazyLock::new(|| Model::read(USER, Some(ENTERPRISE)));
static GROUPS: LazyLock<Model> = LazyLock::new(|| Model::read(GROUP, None));

/// Type of an attribute's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Type {
    /// Text.
    String,
    /// True or false.
    Boolean,
    /// Whole number.
    Integer,
    /// Point in time.
    DateTime,
    /// Address of something.
    Reference,
    /// Made of other attributes.
    Complex,
}

/// An attribute of a schema.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Name as answers write it.
    pub name: String,
    /// Type of its values.
    #[serde(rename = "type")]
    pub kind: Type,
    /// Whether it has many values.
    #[serde(default)]
    pub multi_valued: bool,
    /// Whether it must be there.
    #[serde(default)]
    pub required: bool,
    /// Whether `A` is not `a`.
    #[serde(default)]
    pub case_exact: bool,
    #[serde(default)]
    mutability: String,
    /// What it is made of.
    #[serde(default)]
    pub sub_attributes: Vec<Self>,
}

impl Attribute {
    /// Tells whether only the server sets it.
    pub fn is_read_only(&self) -> bool {
        self.mutability == "readOnly"
    }

    /// Finds what it is made of by name.
    pub fn sub(&self, name: &str) -> Option<&Self> {
        self.sub_attributes
            .iter()
            .find(|sub| sub.name.eq_ignore_ascii_case(name))
    }

    /// The part that stands for the whole when a value of many is compared.
    pub fn main(&self) -> Option<&Self> {
        self.sub("value")
    }

    fn simple(name: &str, kind: Type, case_exact: bool, mutability: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            multi_valued: false,
            required: false,
            case_exact,
            mutability: mutability.to_owned(),
            sub_attributes: Vec::new(),
        }
    }
}

/// People or groups.
#[derive(Debug)]
pub struct Model {
    /// Schema of the whole.
    pub id: &'static str,
    /// Attributes, the common ones (RFC 7643 §3.1) included.
    pub attributes: Vec<Attribute>,
    /// Schema of the extension, with its attributes.
    pub extension: Option<(&'static str, Vec<Attribute>)>,
}

/// What a name leads to.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    /// An attribute, of the extension or not, perhaps a part of it.
    Attribute(Target),
    /// The whole extension.
    Extension(&'static str),
    /// Something that is taken and not kept.
    NotKept,
}

/// An attribute by its place.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Schema of the extension that it is of.
    pub extension: Option<&'static str>,
    /// The attribute.
    pub attribute: &'static Attribute,
    /// The part of it.
    pub sub: Option<&'static Attribute>,
}

impl Model {
    /// Returns that of people.
    pub fn users() -> &'static Self {
        &USERS
    }

    /// Returns that of groups.
    pub fn groups() -> &'static Self {
        &GROUPS
    }

    fn read(id: &'static str, extension: Option<&'static str>) -> Self {
        let mut attributes = common();
        attributes.extend(of_schema(id));
        Self {
            id,
            attributes,
            extension: extension.map(|id| (id, of_schema(id))),
        }
    }

    /// Finds an attribute by its own name, without schema and parts.
    pub fn attribute(&'static self, name: &str) -> Option<&'static Attribute> {
        find(&self.attributes, name)
    }

    /// Finds what a dotted name means, with or without its schema in front. Directories write a dot behind the schema too.
    pub fn find(&'static self, name: &str) -> Option<Found> {
        if let Some(rest) = after(name, self.id) {
            return in_list(&self.attributes, None, rest);
        }
        if let Some((id, attributes)) = &self.extension {
            if name.eq_ignore_ascii_case(id) {
                return Some(Found::Extension(id));
            }
            if let Some(rest) = after(name, id) {
                return in_list(attributes, Some(id), rest);
            }
        }
        in_list(&self.attributes, None, name)
    }
}

/// What stands behind the schema in front of a name.
fn after<'a>(name: &'a str, schema: &str) -> Option<&'a str> {
    let (head, rest) = name.split_at_checked(schema.len())?;
    head.eq_ignore_ascii_case(schema).then_some(())?;
    rest.strip_prefix([':', '.'])
}

fn in_list(list: &'static [Attribute], extension: Option<&'static str>, name: &str) -> Option<Found> {
    let (first, rest) = name
        .split_once('.')
        .map_or((name, None), |(first, rest)| (first, Some(rest)));
    let Some(attribute) = find(list, first) else {
        let is_known = extension.is_none() && NOT_KEPT.iter().any(|known| known.eq_ignore_ascii_case(first));
        return is_known.then_some(Found::NotKept);
    };
    let sub = match rest {
        None => None,
        Some(part) => Some(attribute.sub(part)?),
    };
    Some(Found::Attribute(Target {
        extension,
        attribute,
        sub,
    }))
}

fn find(list: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    list.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

fn common() -> Vec<Attribute> {
    let mut meta = Attribute::simple("meta", Type::Complex, false, "readOnly");
    for (name, kind) in [
        ("resourceType", Type::String),
        ("created", Type::DateTime),
        ("lastModified", Type::DateTime),
        ("location", Type::Reference),
        ("version", Type::String),
    ] {
        meta.sub_attributes
            .push(Attribute::simple(name, kind, true, "readOnly"));
    }
    vec![
        Attribute::simple("id", Type::String, true, "readOnly"),
        Attribute::simple("externalId", Type::String, true, "readWrite"),
        meta,
    ]
}

fn of_schema(id: &str) -> Vec<Attribute> {
    let found = ALL.iter().find(|schema| schema["id"] == id);
    let attributes = found.map(|schema| schema["attributes"].clone()).unwrap_or_default();
    serde_json::from_value(attributes).expect("the file beside this one describes attributes; a test reads it")
}

/// Returns the schemas as `/Schemas` tells them.
pub fn published() -> &'static [Value] {
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_and_without_their_schema() {
        let found = |name: &str| match Model::users().find(name) {
            Some(Found::Attribute(target)) => {
                let sub = target.sub.map(|sub| format!(".{}", sub.name)).unwrap_or_default();
                format!(
                    "{}{}{sub}",
                    if target.extension.is_some() { "+" } else { "" },
                    target.attribute.name
                )
            }
            Some(Found::Extension(_)) => "+".to_owned(),
            Some(Found::NotKept) => "-".to_owned(),
            None => "?".to_owned(),
        };
        for (name, meant) in [
            ("USERNAME", "userName"),
            ("name.givenname", "name.givenName"),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "userName"),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
                "+department",
            ),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.department",
                "+department",
            ),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
                "+manager.value",
            ),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:user", "+"),
            ("photos", "-"),
            ("department", "?"),
            ("userName.x", "?"),
            ("name.givenName.x", "?"),
            ("", "?"),
        ] {
            assert_eq!(found(name), meant, "{name}");
        }
        assert!(
            Model::groups()
                .attribute("members")
                .is_some_and(|members| members.multi_valued)
        );
    }
}
