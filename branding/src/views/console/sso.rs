//! Identity providers at which the staff log in.

use serde::Serialize;

use super::{SamlPanel, saml::sample_panel};
use crate::{
    texts,
    views::{Choice, FieldErrors, Moment, Text, View, sample},
};

/// `GET /manage/sso`.
#[derive(Debug, Clone, Serialize)]
pub struct SsoListView {
    /// Connections.
    pub rows: Vec<SsoRow>,
    /// Where a new one begins.
    pub new_url: String,
    /// Mail domains.
    pub domains: Vec<SsoDomainRow>,
    /// The form of a new domain, as typed.
    pub domain: String,
    /// Where it is posted to.
    pub domain_action: String,
    /// Where checking a record is posted to.
    pub check_action: String,
    /// Where removing a domain is posted to.
    pub remove_action: String,
    /// Whether passwords open the console.
    pub policy: SsoPolicyPanel,
    /// What is wrong with a form.
    pub errors: FieldErrors,
}

/// A mail domain.
#[derive(Debug, Clone, Serialize)]
pub struct SsoDomainRow {
    /// The domain.
    pub domain: String,
    /// Name of the record that proves it.
    pub record_name: String,
    /// Text of the record.
    pub record_text: String,
    /// Whether it was proved.
    pub is_verified: bool,
}

/// Whether passwords open the console.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SsoPolicyPanel {
    /// Name of the connection with which everybody logs in.
    pub enforced: Option<String>,
    /// Addresses of owners who may use a password.
    pub kept: Vec<String>,
    /// Connections to choose from; none of them is in use when it is empty.
    pub connections: Vec<Choice>,
    /// First owner, as typed.
    pub first: String,
    /// Second owner, as typed.
    pub second: String,
    /// Where enforcing is posted to.
    pub action: String,
    /// Where its end is posted to.
    pub end_action: String,
}

/// A connection in the list.
#[derive(Debug, Clone, Serialize)]
pub struct SsoRow {
    /// Name.
    pub name: String,
    /// Issuer.
    pub issuer: String,
    /// Where it is in its life.
    pub state: SsoState,
    /// Its page.
    pub url: String,
}

/// Where a connection is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SsoState {
    /// Set up.
    Draft,
    /// A log-in passed.
    Tested,
    /// In use.
    Active,
    /// Not in use any more.
    Disabled,
}

/// The form of a connection, as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SsoForm {
    /// Name of a set-up guide.
    pub guide: String,
    /// Name on the log-in page.
    pub name: String,
    /// Issuer.
    pub issuer: String,
    /// Client id.
    pub client_id: String,
    /// Last day of the secret.
    pub secret_expires_on: String,
    /// Take people in.
    pub jit: bool,
    /// Their role.
    pub default_role: String,
    /// Claim of the mail address.
    pub email_claim: String,
    /// Claim of the name.
    pub name_claim: String,
    /// Claim of the groups.
    pub groups_claim: String,
    /// Roles to choose from.
    pub roles: Vec<Choice>,
    /// Whether the connection has neither issuer nor secret of its own.
    pub is_saml: bool,
}

/// `GET /manage/sso/new`, `POST /manage/sso`.
#[derive(Debug, Clone, Serialize)]
pub struct SsoFormView {
    /// Guides to choose from; a link each.
    pub guides: Vec<GuideLink>,
    /// Where the form is posted to.
    pub action: String,
    /// Id that the connection will have.
    pub id: String,
    /// Where the provider sends browsers back to.
    pub redirect_uri: String,
    /// Where the provider says that sessions are over.
    pub logout_uri: String,
    /// The same with SAML.
    pub saml_url: String,
    /// The form.
    pub form: SsoForm,
    /// What is wrong with it.
    pub errors: FieldErrors,
}

/// A set-up guide.
#[derive(Debug, Clone, Serialize)]
pub struct GuideLink {
    /// Name of the guide.
    pub guide: String,
    /// Its page.
    pub url: String,
    /// Whether it is shown.
    pub current: bool,
}

/// `GET /manage/sso/{id}`.
#[derive(Debug, Clone, Serialize)]
pub struct SsoView {
    /// Name.
    pub name: String,
    /// Where it is in its life.
    pub state: SsoState,
    /// All connections.
    pub list_url: String,
    /// Where the provider sends browsers back to.
    pub redirect_uri: String,
    /// Where the provider says that sessions are over.
    pub logout_uri: String,
    /// When a log-in last passed as a test.
    pub tested_at: Option<Moment>,
    /// Where a test begins.
    pub test_url: String,
    /// Where it is taken into use.
    pub activate_action: Option<String>,
    /// Where it is taken out of use.
    pub disable_action: Option<String>,
    /// Where it is deleted.
    pub delete_action: String,
    /// The terms.
    pub form: SsoForm,
    /// What is wrong with them.
    pub errors: FieldErrors,
    /// Where they are posted to.
    pub form_action: String,
    /// Where a new secret is posted to.
    pub secret_action: String,
    /// Which groups give which roles; empty rows are for new ones.
    pub groups: Vec<GroupRow>,
    /// Where they are posted to.
    pub groups_action: String,
    /// What the map means for those who are known.
    pub preview: Vec<Text>,
    /// The provider, when it speaks SAML.
    pub saml: Option<SamlPanel>,
    /// The latest attempts.
    pub attempts: Vec<SsoAttemptRow>,
}

/// A group that gives a role.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GroupRow {
    /// Name of the group.
    pub group: String,
    /// Roles to choose from.
    pub roles: Vec<Choice>,
}

/// An attempt to log in.
#[derive(Debug, Clone, Serialize)]
pub struct SsoAttemptRow {
    /// Names it.
    pub reference: String,
    /// When.
    pub at: Moment,
    /// `log_in`, `test`, `link` or `logout`.
    pub purpose: String,
    /// Name of the check that failed.
    pub failed: Option<String>,
    /// What arrived.
    pub trace: Vec<TraceLine>,
}

/// A line of a trace.
#[derive(Debug, Clone, Serialize)]
pub struct TraceLine {
    /// What.
    pub name: String,
    /// As it arrived, made unreadable where it tells of a person.
    pub value: String,
}

impl View for SsoListView {
    const TEMPLATE: &'static str = "console/sso.html";

    fn samples() -> Vec<Self> {
        let row = |name: &str, state| SsoRow {
            name: name.to_owned(),
            issuer: "https://login.example.com/tenant/v2.0".to_owned(),
            state,
            url: "/manage/sso/sso_0".to_owned(),
        };
        let view = |rows: Vec<SsoRow>| Self {
            domains: if rows.is_empty() { Vec::new() } else { sample_domains() },
            rows,
            new_url: "/manage/sso/new".to_owned(),
            domain: String::new(),
            domain_action: "/manage/sso/domains".to_owned(),
            check_action: "/manage/sso/domains/verification".to_owned(),
            remove_action: "/manage/sso/domains/removal".to_owned(),
            policy: sample_policy(),
            errors: FieldErrors::none(),
        };
        let mut enforced = view(Vec::new());
        enforced.policy.enforced = Some("Example <ID>".to_owned());
        enforced.policy.kept = vec!["ada@example.org".to_owned()];
        let refused = Self {
            domain: "gmail.com".to_owned(),
            errors: FieldErrors::none()
                .with("domain", Text::new(texts::FIELD_SSO_DOMAIN))
                .with("first", Text::new(texts::FIELD_SSO_OWNERS))
                .with("connection", Text::new(texts::FIELD_SSO_CONNECTION)),
            ..view(Vec::new())
        };
        vec![
            view(Vec::new()),
            enforced,
            refused,
            view(vec![
                row("Example <ID>", SsoState::Active),
                row("Draft", SsoState::Draft),
                row("Tested", SsoState::Tested),
                row("Old", SsoState::Disabled),
            ]),
        ]
    }
}

impl View for SsoFormView {
    const TEMPLATE: &'static str = "console/sso_new.html";

    fn samples() -> Vec<Self> {
        let view = |guide: &str, errors| Self {
            guides: GUIDES
                .iter()
                .map(|name| GuideLink {
                    guide: (*name).to_owned(),
                    url: format!("/manage/sso/new?guide={name}"),
                    current: *name == guide,
                })
                .collect(),
            action: "/manage/sso".to_owned(),
            id: "sso_0".to_owned(),
            redirect_uri: "https://shop.example/manage/login/sso/sso_0/callback".to_owned(),
            logout_uri: "https://shop.example/sso/sso_0/back-channel-logout".to_owned(),
            saml_url: "/manage/sso/new/saml".to_owned(),
            form: sample_form(guide),
            errors,
        };
        let mut all: Vec<Self> = GUIDES.iter().map(|guide| view(guide, FieldErrors::none())).collect();
        all.push(view("generic", sample_errors()));
        all
    }
}

impl View for SsoView {
    const TEMPLATE: &'static str = "console/sso_show.html";

    fn samples() -> Vec<Self> {
        let view = |state, errors, attempts| Self {
            name: "Example <ID>".to_owned(),
            state,
            list_url: "/manage/sso".to_owned(),
            redirect_uri: "https://shop.example/manage/login/sso/sso_0/callback".to_owned(),
            logout_uri: "https://shop.example/sso/sso_0/back-channel-logout".to_owned(),
            tested_at: (state != SsoState::Draft).then(|| sample::moment("2026-11-01T23:00:00Z")),
            test_url: "/manage/sso/sso_0/test".to_owned(),
            activate_action: (state == SsoState::Tested).then(|| "/manage/sso/sso_0/activation".to_owned()),
            disable_action: (state == SsoState::Active).then(|| "/manage/sso/sso_0/deactivation".to_owned()),
            delete_action: "/manage/sso/sso_0/deletion".to_owned(),
            form: sample_form("okta"),
            errors,
            form_action: "/manage/sso/sso_0".to_owned(),
            secret_action: "/manage/sso/sso_0/secret".to_owned(),
            groups: vec![
                GroupRow {
                    group: "Staff <all>".to_owned(),
                    roles: sample_roles("event_manager"),
                },
                GroupRow::default(),
            ],
            groups_action: "/manage/sso/sso_0/groups".to_owned(),
            preview: if state == SsoState::Disabled {
                vec![
                    Text::new(texts::SSO_PREVIEW_GAIN).with("count", 1_u32),
                    Text::new(texts::SSO_PREVIEW_LOSE).with("count", 3_u32),
                ]
            } else {
                Vec::new()
            },
            saml: None,
            attempts,
        };
        vec![
            view(SsoState::Draft, FieldErrors::none(), Vec::new()),
            view(SsoState::Tested, sample_errors(), sample_attempts()),
            view(SsoState::Active, FieldErrors::none(), sample_attempts()),
            view(SsoState::Disabled, FieldErrors::none(), Vec::new()),
            with_saml(view(SsoState::Active, FieldErrors::none(), sample_attempts())),
            with_saml(view(
                SsoState::Draft,
                sample_errors().with("metadata", Text::new(texts::FIELD_SAML_METADATA)),
                Vec::new(),
            )),
        ]
    }
}

fn with_saml(view: SsoView) -> SsoView {
    SsoView {
        form: SsoForm {
            is_saml: true,
            ..view.form
        },
        saml: Some(sample_panel()),
        ..view
    }
}

fn sample_domains() -> Vec<SsoDomainRow> {
    [("shop.example", true), ("b<r>.example", false)]
        .into_iter()
        .map(|(domain, is_verified)| SsoDomainRow {
            domain: domain.to_owned(),
            record_name: format!("_sso-verification.{domain}"),
            record_text: "sso-domain-verification=abc".to_owned(),
            is_verified,
        })
        .collect()
}

fn sample_policy() -> SsoPolicyPanel {
    SsoPolicyPanel {
        enforced: None,
        kept: Vec::new(),
        connections: vec![Choice::new("sso_0", "Example <ID>", false)],
        first: "ada@example.org".to_owned(),
        second: String::new(),
        action: "/manage/sso/enforcement".to_owned(),
        end_action: "/manage/sso/enforcement/end".to_owned(),
    }
}

pub(super) const GUIDES: [&str; 6] = ["entra", "okta", "google", "ping", "keycloak", "generic"];

pub(super) fn sample_form(guide: &str) -> SsoForm {
    SsoForm {
        guide: guide.to_owned(),
        name: "Example <ID>".to_owned(),
        issuer: "https://login.example.com".to_owned(),
        client_id: "0oa1".to_owned(),
        secret_expires_on: "2027-03-01".to_owned(),
        jit: true,
        default_role: String::new(),
        email_claim: "email".to_owned(),
        name_claim: "name".to_owned(),
        groups_claim: "groups".to_owned(),
        roles: sample_roles(""),
        is_saml: false,
    }
}

fn sample_roles(chosen: &str) -> Vec<Choice> {
    ["event_manager", "door_staff"]
        .into_iter()
        .map(|role| Choice::new(role, format!("role-{role}"), role == chosen))
        .collect()
}

pub(super) fn sample_errors() -> FieldErrors {
    FieldErrors::none()
        .with("name", Text::new(texts::FIELD_REQUIRED))
        .with("issuer", Text::new(texts::FIELD_SSO_ISSUER))
        .with("client_id", Text::new(texts::FIELD_REQUIRED))
        .with("secret", Text::new(texts::FIELD_REQUIRED))
        .with("secret_expires_on", Text::new(texts::FIELD_DATE_INVALID))
        .with("default_role", Text::new(texts::FIELD_SSO_ROLE))
        .with("email_claim", Text::new(texts::FIELD_SSO_CLAIM))
        .with("name_claim", Text::new(texts::FIELD_SSO_CLAIM))
        .with("groups_claim", Text::new(texts::FIELD_SSO_CLAIM))
        .with("groups", Text::new(texts::FIELD_SSO_GROUPS))
}

fn sample_attempts() -> Vec<SsoAttemptRow> {
    let row = |failed: Option<&str>, purpose: &str| SsoAttemptRow {
        reference: "sat_0".to_owned(),
        at: sample::moment("2026-11-01T23:00:00Z"),
        purpose: purpose.to_owned(),
        failed: failed.map(str::to_owned),
        trace: vec![
            TraceLine {
                name: "id_token.alg".to_owned(),
                value: "RS256".to_owned(),
            },
            TraceLine {
                name: "id_token.iss".to_owned(),
                value: "https://<other>.example".to_owned(),
            },
        ],
    };
    let checks = [
        "address",
        "discovery",
        "discovery_issuer",
        "pkce",
        "state",
        "browser",
        "session",
        "response_iss",
        "provider_error",
        "code",
        "token_endpoint",
        "client_secret",
        "token_shape",
        "alg",
        "typ",
        "crit",
        "key",
        "signature",
        "iss",
        "aud",
        "azp",
        "exp",
        "iat",
        "nbf",
        "nonce",
        "sub",
        "at_hash",
        "userinfo",
        "event",
        "logout_sub",
        "replay",
        "not_tied",
        "tied_elsewhere",
        "unknown",
        "email_unverified",
        "domain",
        "person",
        "no_role",
        "disabled",
        "connection_state",
    ];
    let failed = checks.into_iter().map(|check| row(Some(check), "log_in"));
    ["test", "link", "logout"]
        .into_iter()
        .map(|purpose| row(None, purpose))
        .chain(failed)
        .collect()
}
