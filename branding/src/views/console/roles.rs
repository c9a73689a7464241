//! Roles: what each holds, who may do one thing, and the shop's own.

use serde::Serialize;

use super::team::{DutyPair, HeldRole, RoleLabel};
use crate::{
    texts,
    views::{Choice, FieldErrors, Text, View},
};

/// A role.
#[derive(Debug, Clone, Serialize)]
pub struct RoleCard {
    /// The role.
    pub role: RoleLabel,
    /// Key of the message that says what it is for.
    pub text: Option<String>,
    /// How many hold it.
    pub holders: u32,
    /// Keys of what it holds.
    pub holds: Vec<String>,
    /// Leads to its form.
    pub edit_url: Option<String>,
}

/// Somebody who may do the thing.
#[derive(Debug, Clone, Serialize)]
pub struct WhoRow {
    /// Name.
    pub name: String,
    /// Leads to what he may do.
    pub url: String,
    /// What brings it.
    pub because: HeldRole,
}

/// `GET /manage/roles`.
#[derive(Debug, Clone, Serialize)]
pub struct RolesView {
    /// Leads to the team.
    pub back_url: String,
    /// Roles that every shop has.
    pub built_in: Vec<RoleCard>,
    /// The shop's own.
    pub own: Vec<RoleCard>,
    /// Leads to the form of a new one.
    pub new_url: Option<String>,
    /// Where "who can do this" is asked.
    pub who_action: String,
    /// Permissions to ask about; the label is a key.
    pub permissions: Vec<Choice>,
    /// It was asked.
    pub was_asked: bool,
    /// Who can.
    pub who: Vec<WhoRow>,
}

/// A permission to tick.
#[derive(Debug, Clone, Serialize)]
pub struct Tick {
    /// Name; value of the field `permission`.
    pub name: String,
    /// Key of its message.
    pub key: String,
    /// It is ticked.
    pub is_ticked: bool,
    /// The reader holds it himself; what he does not hold he cannot give.
    pub is_open: bool,
    /// It opens persons' data.
    pub is_pii: bool,
}

/// Permissions that belong together.
#[derive(Debug, Clone, Serialize)]
pub struct TickGroup {
    /// Key of the group's name.
    pub key: String,
    /// Its permissions.
    pub ticks: Vec<Tick>,
}

/// What the change would do.
#[derive(Debug, Clone, Serialize)]
pub struct RolePreview {
    /// Who gains what.
    pub gains: Vec<RoleChange>,
    /// Who loses what.
    pub losses: Vec<RoleChange>,
    /// Duties that would come into one hand.
    pub clashes: Vec<DutyPair>,
}

/// How many people gain or lose a permission.
#[derive(Debug, Clone, Serialize)]
pub struct RoleChange {
    /// Key of the permission's message.
    pub key: String,
    /// How many.
    pub people: u32,
}

/// `GET|POST /manage/roles/…`: a role of the shop's own. Fields: `name`, `permission` many times, `step`.
#[derive(Debug, Clone, Serialize)]
pub struct RoleFormView {
    /// Leads back.
    pub back_url: String,
    /// Where it is posted to.
    pub action: String,
    /// It is not there yet.
    pub is_new: bool,
    /// Name as it was typed.
    pub name: String,
    /// What it may hold.
    pub groups: Vec<TickGroup>,
    /// What the change would do, when that was asked.
    pub preview: Option<RolePreview>,
    /// Where removing it is posted to.
    pub delete_action: Option<String>,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl View for RolesView {
    const TEMPLATE: &'static str = "console/roles.html";

    fn samples() -> Vec<Self> {
        let label = |key: Option<&str>, name: &str| RoleLabel {
            key: key.map(str::to_owned),
            name: name.to_owned(),
        };
        let full = Self {
            back_url: "/manage/team".to_owned(),
            built_in: vec![RoleCard {
                role: label(Some("role-door_staff"), ""),
                text: Some("role-text-door_staff".to_owned()),
                holders: 3,
                holds: vec!["permission-event-read".to_owned(), "permission-ticket-scan".to_owned()],
                edit_url: None,
            }],
            own: vec![RoleCard {
                role: label(None, "Front <desk>"),
                text: None,
                holders: 1,
                holds: vec!["permission-order-resend".to_owned()],
                edit_url: Some("/manage/roles/rol_0".to_owned()),
            }],
            new_url: Some("/manage/roles/new".to_owned()),
            who_action: "/manage/roles".to_owned(),
            permissions: vec![Choice::new("order.cancel", "permission-order-cancel", true)],
            was_asked: true,
            who: vec![WhoRow {
                name: "Owner <one>".to_owned(),
                url: "/manage/team/members/acc_0".to_owned(),
                because: HeldRole {
                    role: label(Some("role-owner"), ""),
                    place: None,
                    until: None,
                    is_over: false,
                    given_by: None,
                    by_group: None,
                    since: None,
                    withdraw_action: None,
                },
            }],
        };
        let bare = Self {
            own: Vec::new(),
            new_url: None,
            was_asked: false,
            who: Vec::new(),
            ..full.clone()
        };
        let nobody = Self {
            who: Vec::new(),
            ..full.clone()
        };
        vec![full, bare, nobody]
    }
}

impl View for RoleFormView {
    const TEMPLATE: &'static str = "console/role.html";

    fn samples() -> Vec<Self> {
        let tick = |name: &str, key: &str, is_open, is_pii| Tick {
            name: name.to_owned(),
            key: key.to_owned(),
            is_ticked: is_open,
            is_open,
            is_pii,
        };
        let new = Self {
            back_url: "/manage/roles".to_owned(),
            action: "/manage/roles/new".to_owned(),
            is_new: true,
            name: String::new(),
            groups: vec![TickGroup {
                key: "permissions-group-order".to_owned(),
                ticks: vec![
                    tick("order.cancel", "permission-order-cancel", true, false),
                    tick("order.read_pii", "permission-order-read-pii", true, true),
                    tick("payee.manage", "permission-payee-manage", false, false),
                ],
            }],
            preview: None,
            delete_action: None,
            errors: FieldErrors::none(),
        };
        let mut wrong = new.clone();
        wrong.errors.push("name", Text::new(texts::FIELD_ROLE_NAME_TAKEN));
        wrong.errors.push("permission", Text::new(texts::FIELD_ROLE_EMPTY));
        let previewed = Self {
            is_new: false,
            name: "Front <desk>".to_owned(),
            action: "/manage/roles/rol_0".to_owned(),
            preview: Some(RolePreview {
                gains: vec![RoleChange {
                    key: "permission-order-cancel".to_owned(),
                    people: 3,
                }],
                losses: vec![RoleChange {
                    key: "permission-order-read-pii".to_owned(),
                    people: 1,
                }],
                clashes: vec![DutyPair::sample()],
            }),
            delete_action: Some("/manage/roles/rol_0/removal".to_owned()),
            ..new.clone()
        };
        let same = Self {
            preview: Some(RolePreview {
                gains: Vec::new(),
                losses: Vec::new(),
                clashes: Vec::new(),
            }),
            ..previewed.clone()
        };
        vec![new, wrong, previewed, same]
    }
}
