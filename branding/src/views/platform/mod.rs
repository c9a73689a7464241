//! The operator's console: tenants and their life cycle, and their money.

mod money;

use serde::Serialize;

pub use money::MoneyView;

use crate::{
    texts,
    views::{Choice, FieldErrors, Moment, Text, View, sample},
};

/// `GET|POST /login` on the platform's host. Fields: `email`, `password`.
#[derive(Debug, Clone, Serialize)]
pub struct PlatformLoginView {
    /// Where the form is posted to.
    pub action: String,
    /// Address as typed.
    pub email: String,
    /// Why it failed: `LOGIN_FAILED` or `LOGIN_THROTTLED`.
    pub error: Option<Text>,
}

/// `GET /` on the platform's host, with the form that provisions a tenant.
#[derive(Debug, Clone, Serialize)]
pub struct TenantListView {
    /// The tenants.
    pub rows: Vec<TenantRow>,
    /// The form.
    pub provision: ProvisionForm,
    /// Address of the next page.
    pub next_url: Option<String>,
}

/// A tenant in the list.
#[derive(Debug, Clone, Serialize)]
pub struct TenantRow {
    /// Address of its page.
    pub url: String,
    /// Name.
    pub name: String,
    /// Short name.
    pub slug: String,
    /// Its first host.
    pub host: String,
    /// Full address of its shop.
    pub shop_url: String,
    /// State.
    pub status: TenantStatus,
    /// When it was provisioned.
    pub created: Moment,
}

/// Life cycle of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantStatus {
    /// Open.
    Active,
    /// Shop closed; door and exports go on.
    Suspended,
}

/// `POST /tenants`. Fields: `name`, `slug`, `owner_email`, `owner_password`, `theme`.
#[derive(Debug, Clone, Serialize)]
pub struct ProvisionForm {
    /// Where it is posted to.
    pub action: String,
    /// Name as typed.
    pub name: String,
    /// Short name as typed.
    pub slug: String,
    /// Mail address of the first owner, as typed.
    pub owner_email: String,
    /// Themes to begin with.
    pub themes: Vec<Choice>,
    /// What is wrong.
    pub errors: FieldErrors,
    /// Domain below which hosts are given.
    pub base_domain: String,
}

/// `GET /tenants/{id}`.
#[derive(Debug, Clone, Serialize)]
pub struct TenantDetailView {
    /// Name.
    pub name: String,
    /// Short name.
    pub slug: String,
    /// Id, for support.
    pub id: String,
    /// State.
    pub status: TenantStatus,
    /// When it was provisioned.
    pub created: Moment,
    /// Hosts.
    pub hosts: Vec<HostRow>,
    /// Full address of its shop.
    pub shop_url: String,
    /// Where suspension is posted to; field `reason`. `None` if suspended already.
    pub suspend_action: Option<String>,
    /// Where resumption is posted to. `None` if active.
    pub resume_action: Option<String>,
    /// What was done to it, newest first.
    pub history: Vec<HistoryRow>,
    /// From where an operator enters it.
    pub enter: EnterPanel,
    /// Back to the list.
    pub list_url: String,
}

/// From where an operator enters a tenant.
#[derive(Debug, Clone, Serialize)]
pub struct EnterPanel {
    /// What the tenant wants: `never`, `ask`, or `window` while one is open.
    pub mode: &'static str,
    /// The form, while the reader has no visit of his own here.
    pub form: Option<EnterForm>,
    /// Visits of the reader that are open.
    pub rows: Vec<EnterRow>,
}

/// Fields `reason`, `reference`, `minutes` and `power`, the last any number of times.
#[derive(Debug, Clone, Serialize)]
pub struct EnterForm {
    /// Where it is posted to.
    pub action: String,
    /// Why, as typed.
    pub reason: String,
    /// Number of a support case, as typed.
    pub reference: String,
    /// How long, as typed.
    pub minutes: String,
    /// What may be asked for beyond looking around, and whether it is chosen.
    pub powers: Vec<(&'static str, bool)>,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// An open visit.
#[derive(Debug, Clone, Serialize)]
pub struct EnterRow {
    /// Why.
    pub reason: String,
    /// `asked`, `approved` or `running`.
    pub state: &'static str,
    /// Where entering is posted to, once he is let in.
    pub begin_action: Option<String>,
    /// Where giving up is posted to.
    pub end_action: String,
}

/// A host of a tenant.
#[derive(Debug, Clone, Serialize)]
pub struct HostRow {
    /// Host name.
    pub host: String,
    /// Whether it is the first choice.
    pub primary: bool,
}

/// A line of a tenant's history.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryRow {
    /// When.
    pub at: Moment,
    /// What: one of `HISTORY_*`.
    pub text: Text,
    /// Who.
    pub actor: String,
    /// Why, as written.
    pub reason: Option<String>,
}

fn sample_enter(is_asked: bool) -> EnterPanel {
    let row = |state: &'static str| EnterRow {
        reason: "Door list does not load".to_owned(),
        state,
        begin_action: (state == "approved").then(|| "/tenants/ten_1/visits/vis_1/begin".to_owned()),
        end_action: "/tenants/ten_1/visits/vis_1/end".to_owned(),
    };
    EnterPanel {
        mode: if is_asked { "ask" } else { "window" },
        form: (!is_asked).then(|| EnterForm {
            action: "/tenants/ten_1/visits".to_owned(),
            reason: "Short".to_owned(),
            reference: String::new(),
            minutes: "30".to_owned(),
            powers: vec![("persons", false), ("events", true), ("orders", false)],
            errors: FieldErrors::none().with("reason", Text::new(texts::FIELD_VISIT_REASON)),
        }),
        rows: if is_asked {
            vec![row("asked"), row("approved"), row("running")]
        } else {
            Vec::new()
        },
    }
}

fn sample_form(errors: FieldErrors) -> ProvisionForm {
    ProvisionForm {
        action: "/tenants".to_owned(),
        name: String::new(),
        slug: String::new(),
        owner_email: String::new(),
        themes: ["nordlys", "operahuset", "devconf"]
            .into_iter()
            .map(|t| Choice::new(t, t, t == "devconf"))
            .collect(),
        errors,
        base_domain: "localhost".to_owned(),
    }
}

impl View for PlatformLoginView {
    const TEMPLATE: &'static str = "platform/login.html";

    fn samples() -> Vec<Self> {
        [None, Some(Text::new(texts::LOGIN_FAILED))]
            .into_iter()
            .map(|error| Self {
                action: "/login".to_owned(),
                email: String::new(),
                error,
            })
            .collect()
    }
}

impl View for TenantListView {
    const TEMPLATE: &'static str = "platform/tenants.html";

    fn samples() -> Vec<Self> {
        let names = [
            ("Nordlys Festival Group", "nordlys"),
            ("Operahuset", "operahuset"),
            ("DevConf", "devconf"),
        ];
        let rows: Vec<TenantRow> = names
            .into_iter()
            .map(|(name, slug)| TenantRow {
                url: format!("/tenants/ten_{slug}"),
                name: name.to_owned(),
                slug: slug.to_owned(),
                host: format!("{slug}.localhost"),
                shop_url: format!("http://{slug}.localhost:8080/"),
                status: if slug == "devconf" {
                    TenantStatus::Suspended
                } else {
                    TenantStatus::Active
                },
                created: sample::moment("2026-09-20T10:00:00Z"),
            })
            .collect();
        let wrong = FieldErrors::none().with("slug", Text::new(texts::FIELD_SLUG_TAKEN));
        vec![
            Self {
                rows,
                provision: sample_form(FieldErrors::none()),
                next_url: None,
            },
            Self {
                rows: Vec::new(),
                provision: sample_form(wrong),
                next_url: None,
            },
        ]
    }
}

impl View for TenantDetailView {
    const TEMPLATE: &'static str = "platform/tenant.html";

    fn samples() -> Vec<Self> {
        [TenantStatus::Active, TenantStatus::Suspended]
            .into_iter()
            .map(|status| Self {
                name: "Nordlys Festival Group".to_owned(),
                slug: "nordlys".to_owned(),
                id: "ten_06a1b2c3".to_owned(),
                status,
                created: sample::moment("2026-09-20T10:00:00Z"),
                hosts: vec![HostRow {
                    host: "nordlys.localhost".to_owned(),
                    primary: true,
                }],
                shop_url: "http://nordlys.localhost:8080/".to_owned(),
                suspend_action: (status == TenantStatus::Active).then(|| "/tenants/ten_1/suspension".to_owned()),
                resume_action: (status == TenantStatus::Suspended).then(|| "/tenants/ten_1/resumption".to_owned()),
                history: vec![
                    HistoryRow {
                        at: sample::moment("2026-11-20T10:00:00Z"),
                        text: Text::new(texts::HISTORY_SUSPENDED),
                        actor: "operator@example.org".to_owned(),
                        reason: Some("Unpaid invoice".to_owned()),
                    },
                    HistoryRow {
                        at: sample::moment("2026-09-20T10:00:00Z"),
                        text: Text::new(texts::HISTORY_PROVISIONED),
                        actor: "operator@example.org".to_owned(),
                        reason: None,
                    },
                ],
                enter: sample_enter(status == TenantStatus::Active),
                list_url: "/".to_owned(),
            })
            .collect()
    }
}
