//! Provisioning by a directory.

use serde::Serialize;

use super::{MadeKey, RoleLabel};
use crate::{
    texts,
    views::{FieldErrors, Moment, Text, View, sample},
};

/// A token without its secret.
#[derive(Debug, Clone, Serialize)]
pub struct ScimTokenRow {
    /// Name.
    pub name: String,
    /// When it was made.
    pub made: Moment,
    /// Last use.
    pub used: Option<Moment>,
    /// When it ends.
    pub until: Option<Moment>,
    /// It has ended.
    pub is_over: bool,
    /// Where ending it is posted to.
    pub revoke_action: String,
}

/// Makes a token. Fields: `name`, `until`.
#[derive(Debug, Clone, Serialize)]
pub struct ScimTokenForm {
    /// Where it is posted to.
    pub action: String,
    /// Name as it was typed.
    pub name: String,
    /// Last day as it was typed.
    pub until: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// A group of the directory.
#[derive(Debug, Clone, Serialize)]
pub struct ScimGroupRow {
    /// Name.
    pub name: String,
    /// Members.
    pub members: i64,
    /// What it gives.
    pub roles: Vec<RoleLabel>,
    /// Its page.
    pub url: String,
}

/// A request of the directory.
#[derive(Debug, Clone, Serialize)]
pub struct ScimRequestRow {
    /// When.
    pub at: Moment,
    /// What was asked for.
    pub request: String,
    /// Status of the answer.
    pub status: u16,
    /// It was refused.
    pub is_failed: bool,
    /// Why.
    pub fault: Option<String>,
}

/// `GET /manage/scim`.
#[derive(Debug, Clone, Serialize)]
pub struct ScimView {
    /// Address for the directory.
    pub base_url: String,
    /// Where mail domains are verified, when none is.
    pub domains_url: Option<String>,
    /// The token that was made just now.
    pub made: Option<MadeKey>,
    /// Tokens.
    pub tokens: Vec<ScimTokenRow>,
    /// Makes one; none when two live, or the reader may not.
    pub form: Option<ScimTokenForm>,
    /// The reader holds everything.
    pub is_owner: bool,
    /// Groups.
    pub groups: Vec<ScimGroupRow>,
    /// Requests.
    pub requests: Vec<ScimRequestRow>,
    /// Only those that failed are shown.
    pub is_failed_only: bool,
    /// Shows all requests.
    pub all_url: String,
    /// Shows those that failed.
    pub failed_url: String,
}

/// A role to tick.
#[derive(Debug, Clone, Serialize)]
pub struct ScimRoleTick {
    /// Value of the field `role`.
    pub value: String,
    /// The role.
    pub role: RoleLabel,
    /// It is ticked.
    pub is_ticked: bool,
}

/// `GET /manage/scim/groups/{id}`. Fields: `role` many times, `confirmed`.
#[derive(Debug, Clone, Serialize)]
pub struct ScimGroupView {
    /// Name.
    pub name: String,
    /// Members.
    pub members: i64,
    /// Leads back.
    pub back_url: String,
    /// Where the form is posted to.
    pub action: String,
    /// Roles.
    pub roles: Vec<ScimRoleTick>,
    /// What it would change, once that was asked for.
    pub preview: Vec<Text>,
    /// What was asked for, so that nothing else is saved.
    pub confirmed: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl View for ScimView {
    const TEMPLATE: &'static str = "console/scim.html";

    fn samples() -> Vec<Self> {
        let token = |name: &str, is_over: bool| ScimTokenRow {
            name: name.to_owned(),
            made: sample::moment("2026-11-24T09:12:00Z"),
            used: (!is_over).then(|| sample::moment("2026-11-25T09:12:00Z")),
            until: is_over.then(|| sample::moment("2026-11-26T09:12:00Z")),
            is_over,
            revoke_action: "/manage/scim/tokens/sct_0/revocation".to_owned(),
        };
        let request = |status, fault: Option<&str>| ScimRequestRow {
            at: sample::moment("2026-11-25T09:12:00Z"),
            request: "PATCH /Users/{id}".to_owned(),
            status,
            is_failed: fault.is_some(),
            fault: fault.map(str::to_owned),
        };
        let group = |name: &str, members, roles| ScimGroupRow {
            name: name.to_owned(),
            members,
            roles,
            url: "/manage/scim/groups/scg_0".to_owned(),
        };
        let viewer = RoleLabel {
            key: Some("role-viewer".to_owned()),
            name: String::new(),
        };
        let full = Self {
            base_url: "https://shop.example/scim/v2".to_owned(),
            domains_url: None,
            made: None,
            tokens: vec![token("Entra <1>", false), token("old", true)],
            form: Some(ScimTokenForm {
                action: "/manage/scim/tokens".to_owned(),
                name: String::new(),
                until: String::new(),
                errors: FieldErrors::none(),
            }),
            is_owner: true,
            groups: vec![
                group("Box <office>", 12, vec![viewer]),
                group("Everybody", 1, Vec::new()),
            ],
            requests: vec![request(200, None), request(400, Some("There is no such operator."))],
            is_failed_only: false,
            all_url: "/manage/scim".to_owned(),
            failed_url: "/manage/scim?failed=1".to_owned(),
        };
        let mut wrong = full.clone();
        if let Some(form) = &mut wrong.form {
            form.errors.push("name", Text::new(texts::FIELD_REQUIRED));
            form.errors.push("until", Text::new(texts::FIELD_DATE_INVALID));
        }
        let made = Self {
            made: Some(MadeKey {
                name: "Entra <1>".to_owned(),
                token: "token_sample_0123456789".to_owned(),
            }),
            form: None,
            ..full.clone()
        };
        let none = Self {
            domains_url: Some("/manage/sso".to_owned()),
            tokens: Vec::new(),
            form: None,
            is_owner: false,
            groups: Vec::new(),
            requests: Vec::new(),
            is_failed_only: true,
            ..full.clone()
        };
        vec![full, wrong, made, none]
    }
}

impl View for ScimGroupView {
    const TEMPLATE: &'static str = "console/scim_group.html";

    fn samples() -> Vec<Self> {
        let tick = |key: Option<&str>, name: &str, is_ticked| ScimRoleTick {
            value: "viewer".to_owned(),
            role: RoleLabel {
                key: key.map(str::to_owned),
                name: name.to_owned(),
            },
            is_ticked,
        };
        let plain = Self {
            name: "Box <office>".to_owned(),
            members: 12,
            back_url: "/manage/scim".to_owned(),
            action: "/manage/scim/groups/scg_0".to_owned(),
            roles: vec![tick(Some("role-viewer"), "", true), tick(None, "Stage <door>", false)],
            preview: Vec::new(),
            confirmed: String::new(),
            errors: FieldErrors::none(),
        };
        let asked = Self {
            preview: vec![
                Text::new(texts::SCIM_PREVIEW_GAIN).with("count", 3_i64),
                Text::new(texts::SCIM_PREVIEW_LOSE).with("count", 1_i64),
            ],
            confirmed: "viewer".to_owned(),
            ..plain.clone()
        };
        let wrong = Self {
            errors: FieldErrors::none().with("role", Text::new(texts::FIELD_SCIM_MEMBER)),
            ..plain.clone()
        };
        vec![plain, asked, wrong]
    }
}
