//! A group of the directory, as it is kept and as it is answered; and what a request says about its members.

use bilten_kernel::{ScimGroupId, ScimUserId, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    document::Document,
    fault::Fault,
    patch::{Operation, Path, Verb},
    schema::GROUP,
    shape::Meta,
};

/// Characters of a name at most.
const MAX_NAME: usize = 256;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub id: ScimGroupId,
    pub display_name: String,
    pub external_id: Option<String>,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Group {
    pub(super) fn meta<'a>(&self, base: &'a str) -> Meta<'a> {
        Meta {
            kind: "Group",
            id: self.id.to_string(),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            base,
        }
    }

    /// The attributes that are changed like those of people; members are apart.
    pub(super) fn document(&self) -> Document {
        let mut document = Document::new();
        document.insert("displayName".to_owned(), Value::String(self.display_name.clone()));
        let external_id = self.external_id.clone().map(Value::String);
        document.extend(external_id.map(|id| ("externalId".to_owned(), id)));
        document
    }

    /// The whole resource, with the members that were read.
    pub(super) fn resource(&self, members: Option<&[ScimUserId]>, base: &str) -> Document {
        let mut resource = self.document();
        resource.insert("schemas".to_owned(), json!([GROUP]));
        if let Some(members) = members.filter(|members| !members.is_empty()) {
            let members: Vec<Value> = members
                .iter()
                .map(|id| json!({ "value": id, "$ref": format!("{base}/Users/{id}"), "type": "User" }))
                .collect();
            resource.insert("members".to_owned(), Value::Array(members));
        }
        self.meta(base).put(&mut resource);
        resource
    }
}

/// Reads the name of a group.
pub(super) fn name(document: &Document) -> Result<String, Fault> {
    let name = super::document::text(document, "displayName").ok_or_else(|| Fault::value("displayName is missing."))?;
    if name.chars().count() > MAX_NAME {
        return Err(Fault::value("displayName is too long."));
    }
    Ok(name.to_owned())
}

/// What happens to the members of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Add(Vec<Uuid>),
    /// Whoever is named and no member is passed over.
    Remove(Vec<Uuid>),
    Set(Vec<Uuid>),
}

impl Change {
    /// Reads an operation about members; `None` when it is about something else.
    ///
    /// Everybody is removed only by a path that is `members` and nothing else, without a value; anything that is not understood
    /// changes nothing.
    pub(super) fn of(operation: &Operation) -> Result<Option<Self>, Fault> {
        let Path::Attribute(step) = &operation.path else {
            return Ok(None);
        };
        if step.attribute.name != "members" {
            return Ok(None);
        }
        if step.sub.is_some() {
            return Err(Fault::path("A member is added or removed as a whole."));
        }
        let value = operation.value.as_ref().filter(|value| !value.is_null());
        let change = match (operation.verb, &step.filter, value) {
            (Verb::Remove, Some(filter), _) => {
                let values = filter.values();
                let values = values.ok_or_else(|| Fault::filter("Members are chosen by value eq \"id\"."))?;
                Self::Remove(values.into_iter().filter_map(known).collect())
            }
            (Verb::Remove, None, None) => Self::Set(Vec::new()),
            (Verb::Remove, None, Some(value)) => Self::Remove(listed(value)?.into_iter().filter_map(known).collect()),
            (Verb::Add | Verb::Replace, Some(_), _) => {
                return Err(Fault::no_target("Members are added by their list, not by a filter."));
            }
            (Verb::Add, None, value) => Self::Add(ids(value.unwrap_or(&Value::Null))?),
            (Verb::Replace, None, Some(value)) => Self::Set(ids(value)?),
            (Verb::Replace, None, None) => return Err(Fault::value("The members are missing.")),
        };
        Ok(Some(change))
    }
}

/// Reads a list of members; each must look like one of ours.
pub(super) fn ids(value: &Value) -> Result<Vec<Uuid>, Fault> {
    let unknown = || Fault::value("A member is not known here.");
    let ids: Option<Vec<Uuid>> = listed(value)?.into_iter().map(known).collect();
    let mut ids = ids.ok_or_else(unknown)?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn known(text: &str) -> Option<Uuid> {
    text.trim().parse::<ScimUserId>().ok().map(ScimUserId::uuid)
}

fn listed(value: &Value) -> Result<Vec<&str>, Fault> {
    let items = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().map(one).collect()
}

fn one(item: &Value) -> Result<&str, Fault> {
    let part = |name: &str| {
        let members = item.as_object()?;
        let found = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.as_str())
    };
    if part("type").is_some_and(|kind| kind.eq_ignore_ascii_case("group")) {
        return Err(Fault::value(
            "Groups within groups are not taken; provision the people themselves.",
        ));
    }
    let text = item.as_str().or_else(|| part("value"));
    text.ok_or_else(|| Fault::value("A member is an object with a value."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scim::{patch::read, schema::Model};

    fn change(operation: &Value) -> Result<Option<Change>, Option<&'static str>> {
        let operations = read(Model::groups(), &json!({ "Operations": [operation] })).map_err(|fault| fault.kind)?;
        let Some(operation) = operations.first() else {
            return Ok(None);
        };
        Change::of(operation).map_err(|fault| fault.kind)
    }

    #[test]
    fn only_the_plain_path_without_a_value_empties_a_group() {
        let id = ScimUserId::from_uuid(Uuid::from_u128(7));
        let (gone, uuid) = (id.to_string(), id.uuid());
        let remove = |path: &str, value: Value| json!({ "op": "Remove", "path": path, "value": value });
        for (operation, expected) in [
            (remove("members", Value::Null), Ok(Some(Change::Set(vec![])))),
            (
                remove("members", json!([{ "value": gone }])),
                Ok(Some(Change::Remove(vec![uuid]))),
            ),
            (remove("members", json!([])), Ok(Some(Change::Remove(vec![])))),
            (
                remove("members", json!([{ "value": "someone" }])),
                Ok(Some(Change::Remove(vec![]))),
            ),
            (remove("members", json!([{ "valu": "x" }])), Err(Some("invalidValue"))),
            (remove("members", json!(7)), Err(Some("invalidValue"))),
            (
                remove(&format!("members[value eq \"{gone}\"]"), Value::Null),
                Ok(Some(Change::Remove(vec![uuid]))),
            ),
            (
                remove("members[value eq \"someone\"]", Value::Null),
                Ok(Some(Change::Remove(vec![]))),
            ),
            (
                remove("members[value sw \"s\"]", Value::Null),
                Err(Some("invalidFilter")),
            ),
            (
                remove("members[valu eq \"x\"]", Value::Null),
                Err(Some("invalidFilter")),
            ),
            (remove("members[value eq \"x\"", Value::Null), Err(Some("invalidPath"))),
            (remove("members.value", Value::Null), Err(Some("invalidPath"))),
            (remove("member", Value::Null), Err(Some("invalidPath"))),
            (json!({ "op": "replace", "path": "members" }), Err(Some("invalidValue"))),
            (
                json!({ "op": "replace", "path": "members", "value": [] }),
                Ok(Some(Change::Set(vec![]))),
            ),
            (
                json!({ "op": "Add", "value": { "members": [{ "value": gone }] } }),
                Ok(Some(Change::Add(vec![uuid]))),
            ),
            (
                json!({ "op": "add", "path": "members", "value": [{ "value": "x" }] }),
                Err(Some("invalidValue")),
            ),
            (
                json!({ "op": "add", "path": "members", "value": [{ "value": gone, "type": "Group" }] }),
                Err(Some("invalidValue")),
            ),
            (
                json!({ "op": "replace", "path": "displayName", "value": "x" }),
                Ok(None),
            ),
        ] {
            assert_eq!(change(&operation), expected, "{operation}");
        }
    }
}
