//! Which attributes an answer has (RFC 7644 §3.9), and what every resource of ours says of itself.

use bilten_kernel::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    document::Document,
    fault::Fault,
    schema::{Found, Model, Target},
};

/// Names that one request may list.
const MAX_NAMES: usize = 100;

/// What of a resource is wanted.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    only: Option<Vec<Found>>,
    without: Vec<Found>,
}

impl Shape {
    /// Reads both lists; names that mean nothing are passed over.
    ///
    /// # Errors
    /// Both are given, or a list is too long.
    pub fn read(model: &'static Model, only: &[String], without: &[String]) -> Result<Self, Fault> {
        if !only.is_empty() && !without.is_empty() {
            return Err(Fault::value("attributes and excludedAttributes exclude each other."));
        }
        if only.len().max(without.len()) > MAX_NAMES {
            return Err(Fault::value("There are too many names of attributes."));
        }
        let find = |names: &[String]| {
            names
                .iter()
                .filter_map(|name| model.find(name.trim()))
                .collect::<Vec<_>>()
        };
        Ok(Self {
            only: (!only.is_empty()).then(|| find(only)),
            without: find(without),
        })
    }

    /// Tells whether an attribute that is dear to read is wanted.
    pub fn wants(&self, name: &str) -> bool {
        let is_it = |found: &Found| matches!(found, Found::Attribute(target) if target.extension.is_none() && target.attribute.name == name);
        match &self.only {
            Some(only) => only.iter().any(is_it),
            None => !self
                .without
                .iter()
                .any(|found| is_it(found) && matches!(found, Found::Attribute(target) if target.sub.is_none())),
        }
    }

    /// Tells whether attributes are named at all.
    pub const fn is_named(&self) -> bool {
        self.only.is_some()
    }

    /// Leaves what is wanted. Id and schemas are always told.
    pub fn cut(&self, mut resource: Document) -> Value {
        if let Some(only) = &self.only {
            let mut left = Document::new();
            for name in ["schemas", "id"] {
                left.extend(resource.get(name).map(|value| (name.to_owned(), value.clone())));
            }
            for found in only {
                keep(&mut left, &resource, *found);
            }
            return Value::Object(left);
        }
        for found in &self.without {
            leave_out(&mut resource, *found);
        }
        Value::Object(resource)
    }
}

fn keep(left: &mut Document, resource: &Document, found: Found) {
    match found {
        Found::Extension(id) => left.extend(resource.get(id).map(|value| (id.to_owned(), value.clone()))),
        Found::NotKept => {}
        Found::Attribute(Target {
            extension: None,
            attribute,
            sub,
        }) => {
            if let Some(value) = resource.get(&attribute.name) {
                let part = sub.map_or_else(|| value.clone(), |sub| part_of(value, &sub.name));
                merge(left, &attribute.name, part);
            }
        }
        Found::Attribute(
            target @ Target {
                extension: Some(id), ..
            },
        ) => {
            let Some(Value::Object(inner)) = resource.get(id) else {
                return;
            };
            let mut kept = Document::new();
            keep(
                &mut kept,
                inner,
                Found::Attribute(Target {
                    extension: None,
                    ..target
                }),
            );
            if !kept.is_empty() {
                merge(left, id, Value::Object(kept));
            }
        }
    }
}

fn part_of(value: &Value, name: &str) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(|item| part_of(item, name)).collect()),
        Value::Object(members) => {
            let part = members.get(name).map(|value| (name.to_owned(), value.clone()));
            Value::Object(part.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// Two parts of one attribute become one value.
fn merge(left: &mut Document, name: &str, value: Value) {
    match (left.get_mut(name), value) {
        (Some(Value::Object(held)), Value::Object(more)) => held.extend(more),
        (Some(Value::Array(held)), Value::Array(more)) => {
            for (held, more) in held.iter_mut().zip(more) {
                if let (Value::Object(held), Value::Object(more)) = (held, more) {
                    held.extend(more);
                }
            }
        }
        (_, value) => {
            left.insert(name.to_owned(), value);
        }
    }
}

fn leave_out(resource: &mut Document, found: Found) {
    match found {
        Found::Extension(id) => {
            resource.remove(id);
        }
        Found::NotKept => {}
        Found::Attribute(Target {
            extension: None,
            attribute,
            sub,
        }) => match sub {
            None if attribute.name == "id" => {}
            None => {
                resource.remove(&attribute.name);
            }
            Some(sub) => match resource.get_mut(&attribute.name) {
                Some(Value::Object(members)) => {
                    members.remove(&sub.name);
                }
                Some(Value::Array(items)) => {
                    for item in items.iter_mut().filter_map(Value::as_object_mut) {
                        item.remove(&sub.name);
                    }
                }
                _ => {}
            },
        },
        Found::Attribute(
            target @ Target {
                extension: Some(id), ..
            },
        ) => {
            if let Some(Value::Object(inner)) = resource.get_mut(id) {
                leave_out(
                    inner,
                    Found::Attribute(Target {
                        extension: None,
                        ..target
                    }),
                );
            }
        }
    }
}

/// What every resource says of itself.
pub(super) struct Meta<'a> {
    pub kind: &'static str,
    pub id: String,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub base: &'a str,
}

impl Meta<'_> {
    pub(super) fn location(&self) -> String {
        format!("{}/{}s/{}", self.base, self.kind, self.id)
    }

    /// Adds id and `meta`.
    pub(super) fn put(&self, resource: &mut Map<String, Value>) {
        resource.insert("id".to_owned(), Value::String(self.id.clone()));
        resource.insert(
            "meta".to_owned(),
            json!({
                "resourceType": self.kind,
                "created": self.created_at.to_string(),
                "lastModified": self.updated_at.to_string(),
                "location": self.location(),
                "version": etag(self.version),
            }),
        );
    }
}

/// Entity tag of a version.
pub fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// Tells whether a header `If-Match` or `If-None-Match` names this version.
pub fn names_version(header: &str, version: i64) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    header.trim() == "*" || header.split(',').any(|tag| bare(tag) == version.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(only: &[&str], without: &[&str]) -> Value {
        let resource = json!({
            "schemas": ["u"], "id": "1", "userName": "a", "name": { "givenName": "A", "familyName": "B" },
            "emails": [{ "value": "x", "type": "work" }],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "D", "division": "E" },
        });
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let shape = Shape::read(Model::users(), &names(only), &names(without)).unwrap();
        let Value::Object(resource) = resource else {
            return Value::Null;
        };
        shape.cut(resource)
    }

    #[test]
    fn answers_have_what_was_asked_for() {
        assert_eq!(
            cut(&["USERNAME", "name.familyName", "emails.value", "shoeSize"], &[]),
            json!({ "schemas": ["u"], "id": "1", "userName": "a", "name": { "familyName": "B" }, "emails": [{ "value": "x" }] })
        );
        let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        let extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        assert_eq!(cut(&[department], &[])[extension], json!({ "department": "D" }));
        let less = cut(&[], &["id", "emails", "name.givenName", department]);
        assert_eq!(less["id"], "1");
        assert_eq!(less["name"], json!({ "familyName": "B" }));
        assert_eq!(less[extension], json!({ "division": "E" }));
        assert!(less.get("emails").is_none());
        assert!(Shape::read(Model::users(), &["id".into()], &["id".into()]).is_err());
    }

    #[test]
    fn versions_are_named_weakly_strongly_or_all() {
        for (header, is_named) in [
            ("W/\"7\"", true),
            ("\"7\"", true),
            ("*", true),
            ("W/\"6\", W/\"7\"", true),
            ("W/\"8\"", false),
            ("", false),
        ] {
            assert_eq!(names_version(header, 7), is_named, "{header}");
        }
    }
}
