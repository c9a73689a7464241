//! The team: who belongs to it, what each may do, and who is invited.

use serde::Serialize;

use crate::{
    texts,
    views::{Choice, FieldErrors, Moment, Text, View, sample},
};

/// A role by its name: a message for those that every shop has, words of the shop's own for the others.
#[derive(Debug, Clone, Serialize)]
pub struct RoleLabel {
    /// Key of the message.
    pub key: Option<String>,
    /// The shop's words.
    pub name: String,
}

/// A role that somebody holds.
#[derive(Debug, Clone, Serialize)]
pub struct HeldRole {
    /// The role.
    pub role: RoleLabel,
    /// Organizer or event for which it is held; none means everywhere.
    pub place: Option<String>,
    /// When it ends.
    pub until: Option<Moment>,
    /// It has ended.
    pub is_over: bool,
    /// Who gave it; none is the installation.
    pub given_by: Option<String>,
    /// The group of the directory that gives it.
    pub by_group: Option<String>,
    /// When.
    pub since: Option<Moment>,
    /// Where taking it is posted to.
    pub withdraw_action: Option<String>,
}

/// Somebody of the team.
#[derive(Debug, Clone, Serialize)]
pub struct MemberRow {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Leads to what he may do.
    pub url: String,
    /// What he holds.
    pub roles: Vec<HeldRole>,
    /// Last request.
    pub last_seen: Option<Moment>,
    /// He is the reader.
    pub is_you: bool,
}

/// An invitation that is open.
#[derive(Debug, Clone, Serialize)]
pub struct InvitationRow {
    /// Whom it is bound to.
    pub email: String,
    /// What it gives.
    pub role: HeldRole,
    /// When it ends itself.
    pub expires: Moment,
    /// Where taking it back is posted to.
    pub revoke_action: Option<String>,
}

/// A role to choose.
#[derive(Debug, Clone, Serialize)]
pub struct RoleChoice {
    /// Value sent by the form.
    pub value: String,
    /// The role.
    pub role: RoleLabel,
    /// It is chosen.
    pub selected: bool,
}

/// Gives a role. Fields: `email` (invitations), `role`, `place`, `until`.
#[derive(Debug, Clone, Serialize)]
pub struct GrantForm {
    /// Where it is posted to.
    pub action: String,
    /// It invites somebody.
    pub is_invitation: bool,
    /// His address as it was typed.
    pub email: String,
    /// Roles that the reader may give.
    pub roles: Vec<RoleChoice>,
    /// Organizers to choose from.
    pub organizers: Vec<Choice>,
    /// Events to choose from.
    pub events: Vec<Choice>,
    /// Day of the end as it was typed.
    pub until: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// `GET /manage/team`.
#[derive(Debug, Clone, Serialize)]
pub struct TeamView {
    /// The team.
    pub members: Vec<MemberRow>,
    /// Invitations that are open.
    pub invitations: Vec<InvitationRow>,
    /// Invites somebody.
    pub form: Option<GrantForm>,
    /// Leads to the roles.
    pub roles_url: String,
    /// Leads to the keys.
    pub keys_url: Option<String>,
}

/// Two duties in one hand.
#[derive(Debug, Clone, Serialize)]
pub struct DutyPair {
    /// Key of the message that names one.
    pub one: String,
    /// Key of the other.
    pub other: String,
}

impl DutyPair {
    pub(super) fn sample() -> Self {
        Self {
            one: "duty-refunding".to_owned(),
            other: "duty-approving".to_owned(),
        }
    }
}

/// A permission and what brings it.
#[derive(Debug, Clone, Serialize)]
pub struct WhyRow {
    /// Key of the permission's message.
    pub key: String,
    /// It opens persons' data.
    pub is_pii: bool,
    /// The roles that bring it.
    pub because: Vec<HeldRole>,
}

/// `GET /manage/team/members/{id}`.
#[derive(Debug, Clone, Serialize)]
pub struct MemberView {
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Last request.
    pub last_seen: Option<Moment>,
    /// He is the reader.
    pub is_you: bool,
    /// Leads back.
    pub back_url: String,
    /// What he holds.
    pub roles: Vec<HeldRole>,
    /// Gives a further role.
    pub form: Option<GrantForm>,
    /// Duties that should not be in one hand and are.
    pub clashes: Vec<DutyPair>,
    /// What he may do, and why.
    pub why: Vec<WhyRow>,
    /// Where removing him is posted to.
    pub remove_action: Option<String>,
}

/// `GET /manage/invitations/{token}`. Fields: `name`, `password`, where an account is wanted.
#[derive(Debug, Clone, Serialize)]
pub struct AcceptView {
    /// Where it is posted to; none for an invitation that opens nothing.
    pub action: Option<String>,
    /// Whom it is bound to.
    pub email: String,
    /// What it gives.
    pub role: Option<HeldRole>,
    /// He has no account yet.
    pub wants_account: bool,
    /// Name as it was typed.
    pub name: String,
    /// What is wrong.
    pub errors: FieldErrors,
    /// Leads to the log-in.
    pub login_url: String,
}

fn held(key: &str, place: Option<&str>, until: Option<&str>) -> HeldRole {
    HeldRole {
        role: RoleLabel {
            key: Some(key.to_owned()),
            name: String::new(),
        },
        place: place.map(str::to_owned),
        until: until.map(sample::moment),
        is_over: false,
        given_by: Some("Owner <one>".to_owned()),
        by_group: None,
        since: Some(sample::moment("2026-11-24T09:12:00Z")),
        withdraw_action: Some("/manage/team/roles/mem_0/withdrawal".to_owned()),
    }
}

fn sample_form(is_invitation: bool) -> GrantForm {
    let choice = |value: &str, key: &str| RoleChoice {
        value: value.to_owned(),
        role: held(key, None, None).role,
        selected: value == "door_staff",
    };
    GrantForm {
        action: "/manage/team/invitations".to_owned(),
        is_invitation,
        email: String::new(),
        roles: vec![choice("admin", "role-admin"), choice("door_staff", "role-door_staff")],
        organizers: vec![Choice::new("org_0", "Nordlys <AS>", false)],
        events: vec![Choice::new("evt_0", "Winter night", true)],
        until: "2027-01-31".to_owned(),
        errors: FieldErrors::none(),
    }
}

impl View for TeamView {
    const TEMPLATE: &'static str = "console/team.html";

    fn samples() -> Vec<Self> {
        let member = |name: &str, roles: Vec<HeldRole>, is_you: bool| MemberRow {
            name: name.to_owned(),
            email: "role@nordlys.example.com".to_owned(),
            url: "/manage/team/members/acc_0".to_owned(),
            roles,
            last_seen: is_you.then(|| sample::moment("2026-11-24T09:12:00Z")),
            is_you,
        };
        let mut over = held("role-auditor", None, Some("2026-11-01T00:00:00Z"));
        over.is_over = true;
        let full = Self {
            members: vec![
                member("Owner <one>", vec![held("role-owner", None, None)], true),
                member(
                    "Door staff",
                    vec![
                        held("role-door_staff", Some("Winter night"), Some("2027-01-31T00:00:00Z")),
                        over,
                    ],
                    false,
                ),
            ],
            invitations: vec![InvitationRow {
                email: "new@example.org".to_owned(),
                role: held("role-finance", None, None),
                expires: sample::moment("2026-12-01T09:12:00Z"),
                revoke_action: Some("/manage/team/invitations/inv_0/revocation".to_owned()),
            }],
            form: Some(sample_form(true)),
            roles_url: "/manage/roles".to_owned(),
            keys_url: Some("/manage/api-keys".to_owned()),
        };
        let mut wrong = full.clone();
        if let Some(form) = &mut wrong.form {
            form.errors.push("email", Text::new(texts::FIELD_EMAIL_INVALID));
            form.errors.push(
                "role",
                Text::new(texts::FIELD_ROLE_NOT_HELD).with("permission", "payee.manage"),
            );
            form.errors.push("until", Text::new(texts::FIELD_ROLE_END));
            form.errors.push("place", Text::new(texts::FIELD_ROLE_PLACE));
        }
        let mut bare = full.clone();
        bare.invitations.clear();
        bare.form = None;
        bare.keys_url = None;
        vec![full, wrong, bare]
    }
}

impl View for MemberView {
    const TEMPLATE: &'static str = "console/member.html";

    fn samples() -> Vec<Self> {
        let full = Self {
            name: "Event <manager>".to_owned(),
            email: "events@nordlys.example.com".to_owned(),
            last_seen: Some(sample::moment("2026-11-24T09:12:00Z")),
            is_you: false,
            back_url: "/manage/team".to_owned(),
            roles: vec![held("role-event_manager", None, None)],
            form: Some(sample_form(false)),
            clashes: vec![DutyPair::sample()],
            why: vec![
                WhyRow {
                    key: "permission-event-read".to_owned(),
                    is_pii: false,
                    because: vec![held("role-event_manager", None, None)],
                },
                WhyRow {
                    key: "permission-order-read-pii".to_owned(),
                    is_pii: true,
                    because: vec![held("role-event_manager", Some("Winter night"), None)],
                },
            ],
            remove_action: Some("/manage/team/members/acc_0/removal".to_owned()),
        };
        let own = Self {
            is_you: true,
            form: None,
            remove_action: None,
            clashes: Vec::new(),
            last_seen: None,
            ..full.clone()
        };
        vec![full, own]
    }
}

impl View for AcceptView {
    const TEMPLATE: &'static str = "console/accept.html";

    fn samples() -> Vec<Self> {
        let new = Self {
            action: Some("/manage/invitations/t0ken".to_owned()),
            email: "new@example.org".to_owned(),
            role: Some(held("role-finance", None, Some("2027-01-31T00:00:00Z"))),
            wants_account: true,
            name: String::new(),
            errors: FieldErrors::none(),
            login_url: "/manage/login".to_owned(),
        };
        let mut wrong = new.clone();
        wrong.errors.push("name", Text::new(texts::FIELD_REQUIRED));
        wrong.errors.push("password", Text::new(texts::FIELD_PASSWORD_SHORT));
        let known = Self {
            wants_account: false,
            ..new.clone()
        };
        let dead = Self {
            action: None,
            role: None,
            email: String::new(),
            ..new.clone()
        };
        vec![new, wrong, known, dead]
    }
}
