//! Keys of programs.

use serde::Serialize;

use crate::{
    texts,
    views::{FieldErrors, Moment, Text, View, sample},
};

/// A key that was made just now; its secret is never shown again.
#[derive(Debug, Clone, Serialize)]
pub struct MadeKey {
    /// Name.
    pub name: String,
    /// The key itself.
    pub token: String,
}

/// A scope to tick.
#[derive(Debug, Clone, Serialize)]
pub struct ScopeTick {
    /// Name; value of the field `scope`.
    pub name: String,
    /// Key of its message.
    pub key: String,
    /// It is ticked.
    pub is_ticked: bool,
    /// The reader holds all of it.
    pub is_open: bool,
}

/// Makes a key. Fields: `name`, `scope` many times, `until`, `networks`.
#[derive(Debug, Clone, Serialize)]
pub struct KeyForm {
    /// Where it is posted to.
    pub action: String,
    /// Name as it was typed.
    pub name: String,
    /// Scopes.
    pub scopes: Vec<ScopeTick>,
    /// Day of the end as it was typed.
    pub until: String,
    /// Networks as they were typed.
    pub networks: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// A key without its secret.
#[derive(Debug, Clone, Serialize)]
pub struct KeyRow {
    /// Name.
    pub name: String,
    /// Names of its scopes.
    pub scopes: Vec<String>,
    /// Who made it; none is the installation.
    pub made_by: Option<String>,
    /// When.
    pub made: Moment,
    /// Last use.
    pub used: Option<Moment>,
    /// When it ends.
    pub until: Option<Moment>,
    /// It has ended.
    pub is_over: bool,
    /// A key in its place is there.
    pub is_replaced: bool,
    /// Networks from which it is taken; empty means anywhere.
    pub networks: String,
    /// Where making a key in its place is posted to.
    pub rotate_action: Option<String>,
    /// Where revoking is posted to.
    pub revoke_action: String,
}

/// `GET /manage/api-keys`.
#[derive(Debug, Clone, Serialize)]
pub struct ApiKeysView {
    /// Leads to the team.
    pub back_url: Option<String>,
    /// Leads to the description of the API.
    pub docs_url: String,
    /// The key that was made just now.
    pub made: Option<MadeKey>,
    /// Makes one.
    pub form: KeyForm,
    /// Keys that are not revoked.
    pub keys: Vec<KeyRow>,
}

impl View for ApiKeysView {
    const TEMPLATE: &'static str = "console/api_keys.html";

    fn samples() -> Vec<Self> {
        let tick = |name: &str, key: &str, is_open| ScopeTick {
            name: name.to_owned(),
            key: key.to_owned(),
            is_ticked: false,
            is_open,
        };
        let key = KeyRow {
            name: "Web <site>".to_owned(),
            scopes: vec!["events:read".to_owned(), "orders:read".to_owned()],
            made_by: Some("Owner".to_owned()),
            made: sample::moment("2026-11-24T09:12:00Z"),
            used: Some(sample::moment("2026-11-25T09:12:00Z")),
            until: Some(sample::moment("2027-11-24T09:12:00Z")),
            is_over: false,
            is_replaced: false,
            networks: "192.0.2.0/24".to_owned(),
            rotate_action: Some("/manage/api-keys/key_0/rotation".to_owned()),
            revoke_action: "/manage/api-keys/key_0/revocation".to_owned(),
        };
        let old = KeyRow {
            is_replaced: true,
            used: None,
            made_by: None,
            networks: String::new(),
            rotate_action: None,
            ..key.clone()
        };
        let full = Self {
            back_url: Some("/manage/team".to_owned()),
            docs_url: "/api/v1/docs".to_owned(),
            made: None,
            form: KeyForm {
                action: "/manage/api-keys".to_owned(),
                name: String::new(),
                scopes: vec![
                    tick("events:read", "scope-events-read", true),
                    tick("payees:write", "scope-payees-write", false),
                ],
                until: String::new(),
                networks: String::new(),
                errors: FieldErrors::none(),
            },
            keys: vec![key, old],
        };
        let mut wrong = full.clone();
        wrong.form.errors.push("name", Text::new(texts::FIELD_REQUIRED));
        wrong.form.errors.push("scope", Text::new(texts::FIELD_KEY_SCOPES));
        wrong.form.errors.push("until", Text::new(texts::FIELD_DATE_INVALID));
        wrong.form.errors.push("networks", Text::new(texts::FIELD_KEY_NETWORKS));
        let made = Self {
            made: Some(MadeKey {
                name: "Web <site>".to_owned(),
                token: "key_sample_0123456789".to_owned(),
            }),
            ..full.clone()
        };
        let none = Self {
            keys: Vec::new(),
            back_url: None,
            ..full.clone()
        };
        vec![full, wrong, made, none]
    }
}
