//! Somebody whom the directory looks after, as it is kept and as it is answered.

use bilten_kernel::{AccountId, Email, PersonName, ScimGroupId, ScimUserId, Timestamp};
use serde_json::{Value, json};

use super::{
    document::{self, Document},
    fault::Fault,
    schema::{ENTERPRISE, USER},
    shape::Meta,
    text::fold,
};

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct User {
    pub id: ScimUserId,
    pub account: AccountId,
    pub name_norm: String,
    pub is_active: bool,
    pub document: Document,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl User {
    pub(super) fn external_id(&self) -> Option<&str> {
        document::text(&self.document, "externalId")
    }

    pub(super) fn meta<'a>(&self, base: &'a str) -> Meta<'a> {
        Meta {
            kind: "User",
            id: self.id.to_string(),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            base,
        }
    }

    /// The whole resource, with the groups that are known.
    pub(super) fn resource(&self, groups: &[(ScimGroupId, String)], base: &str) -> Document {
        let mut resource = self.document.clone();
        let mut schemas = vec![USER];
        if resource.contains_key(ENTERPRISE) {
            schemas.push(ENTERPRISE);
        }
        resource.insert("schemas".to_owned(), json!(schemas));
        if !groups.is_empty() {
            let groups: Vec<Value> = groups
                .iter()
                .map(|(id, name)| {
                    json!({ "value": id, "$ref": format!("{base}/Groups/{id}"), "display": name, "type": "direct" })
                })
                .collect();
            resource.insert("groups".to_owned(), Value::Array(groups));
        }
        self.meta(base).put(&mut resource);
        resource
    }
}

/// Who somebody is, by his document.
pub(super) struct Who {
    pub name_norm: String,
    pub email: Email,
    pub name: PersonName,
}

impl Who {
    /// Finds name and address. The address is the primary one, else that of work, else the first; without any it is the user
    /// name, if that is one.
    pub(super) fn of(document: &Document) -> Result<Self, Fault> {
        let user_name = document::text(document, "userName").ok_or_else(|| Fault::value("userName is missing."))?;
        let address = address(document).unwrap_or(user_name);
        let email: Email = address
            .parse()
            .map_err(|_| Fault::value("There is no usable mail address: neither in emails nor in userName."))?;
        let name = name(document, &email);
        Ok(Self {
            name_norm: fold(user_name),
            email,
            name,
        })
    }
}

fn address(document: &Document) -> Option<&str> {
    let emails = document.get("emails").and_then(Value::as_array)?;
    let with_value = || emails.iter().filter(|email| email.get("value").is_some());
    let primary = with_value().find(|email| email.get("primary") == Some(&Value::Bool(true)));
    let of_work = || {
        with_value().find(|email| {
            email
                .get("type")
                .and_then(Value::as_str)
                .is_some_and(|kind| fold(kind) == "work")
        })
    };
    let chosen = primary.or_else(of_work).or_else(|| with_value().next())?;
    chosen.get("value").and_then(Value::as_str)
}

/// The first of the names that can be one; else the part of the address before the `@`.
fn name(document: &Document, email: &Email) -> PersonName {
    let part = |name: &str| {
        let parts = document.get("name").and_then(Value::as_object)?;
        document::text(parts, name).map(str::trim).map(str::to_owned)
    };
    let both: Vec<String> = [part("givenName"), part("familyName")].into_iter().flatten().collect();
    let display = document::text(document, "displayName").map(str::to_owned);
    let local = email.as_str().split('@').next().map(str::to_owned);
    let told = [display, part("formatted"), Some(both.join(" ")), local];
    let mut usable = told.into_iter().flatten().filter_map(|name| name.parse().ok());
    usable
        .next()
        .unwrap_or_else(|| "Staff".parse().expect("five letters are a name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_and_name_are_found_where_directories_put_them() {
        let who = |value: Value| {
            let Value::Object(document) = value else {
                unreachable!("an object")
            };
            Who::of(&document).ok().map(|who| format!("{} {}", who.email, who.name))
        };
        let emails = |list: Value| json!({ "userName": "ada", "emails": list });
        for (value, expected) in [
            (
                json!({ "userName": "ada@a.example", "displayName": "Ada L" }),
                Some("ada@a.example Ada L"),
            ),
            (
                json!({ "userName": "ada@a.example", "name": { "givenName": "Ada", "familyName": "L" } }),
                Some("ada@a.example Ada L"),
            ),
            (json!({ "userName": "ada@a.example" }), Some("ada@a.example ada")),
            (
                emails(json!([{ "value": "a@a.example" }, { "value": "b@a.example", "type": "Work" }])),
                Some("b@a.example b"),
            ),
            (
                emails(json!([{ "value": "a@a.example" }, { "value": "b@a.example", "primary": true }])),
                Some("b@a.example b"),
            ),
            (
                emails(json!([{ "type": "work" }, { "value": "c@a.example" }])),
                Some("c@a.example c"),
            ),
            (json!({ "userName": "ada" }), None),
            (json!({ "displayName": "Ada" }), None),
        ] {
            assert_eq!(who(value.clone()).as_deref(), expected, "{value}");
        }
    }
}
