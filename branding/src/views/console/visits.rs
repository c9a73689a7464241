//! Visits of platform operators: the tenant's rules, who is in, who asks, who was.

use serde::Serialize;

use crate::{
    texts,
    views::{FieldErrors, Moment, Text, View, sample},
};

/// `GET /manage/platform-access`.
#[derive(Debug, Clone, Serialize)]
pub struct VisitsView {
    /// Who is in, who asks, who may come: the newest first.
    pub open: Vec<VisitCard>,
    /// What is over, the newest first.
    pub past: Vec<VisitCard>,
    /// The rules.
    pub rules: VisitRulesForm,
}

/// A visit.
#[derive(Debug, Clone, Serialize)]
pub struct VisitCard {
    /// Name of the operator.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// Number of a support case.
    pub reference: Option<String>,
    /// `asked`, `approved`, `running`, `refused`, `ended` or `lapsed`.
    pub state: &'static str,
    /// How it ended: `time`, `operator`, `log_out` or `tenant`.
    pub ended_how: Option<&'static str>,
    /// Length that was asked for, in minutes.
    pub minutes: i16,
    /// What the operator may do beyond looking around: `persons`, `events`, `orders`.
    pub powers: Vec<&'static str>,
    /// When it was asked for.
    pub asked: Moment,
    /// When it began.
    pub started: Option<Moment>,
    /// When it will be over, or was.
    pub ends: Option<Moment>,
    /// Who let the operator in; by a window when `is_by_window`.
    pub decided_by: Option<String>,
    /// Whether a window let him in.
    pub is_by_window: bool,
    /// What was done.
    pub url: String,
    /// Where letting in is posted to, for those who may.
    pub approve_action: Option<String>,
    /// Where refusing is posted to.
    pub refuse_action: Option<String>,
    /// Where ending is posted to.
    pub end_action: Option<String>,
    /// Whether only an owner may let him in, and the reader is none.
    pub wants_owner: bool,
}

/// Fields `mode`, `from` and `until`.
#[derive(Debug, Clone, Serialize)]
pub struct VisitRulesForm {
    /// Where it is posted to.
    pub action: String,
    /// `never`, `ask` or `window`.
    pub mode: String,
    /// Begin of the window, `2026-12-31T18:00` in the shop's zone.
    pub from: String,
    /// End of the window.
    pub until: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// `GET /manage/platform-access/{id}`.
#[derive(Debug, Clone, Serialize)]
pub struct VisitView {
    /// The visit.
    pub card: VisitCard,
    /// What was done, the newest first.
    pub deeds: Vec<VisitDeed>,
    /// Back to the list.
    pub list_url: String,
}

/// Something that an operator did on a visit.
#[derive(Debug, Clone, Serialize)]
pub struct VisitDeed {
    /// When.
    pub at: Moment,
    /// In words, where there are some.
    pub label: Option<Text>,
    /// As it is recorded.
    pub action: String,
    /// About what: a page, or an id.
    pub object: String,
}

/// `GET /manage/visit`: an operator is about to enter.
#[derive(Debug, Clone, Serialize)]
pub struct VisitDoorView {
    /// Where it is posted to.
    pub action: String,
    /// What opens the door; without it there is nothing to open.
    pub code: Option<String>,
}

fn card(state: &'static str) -> VisitCard {
    let is_open = matches!(state, "asked" | "approved" | "running");
    let has_begun = matches!(state, "running" | "ended");
    VisitCard {
        operator: "Support <Operator>".to_owned(),
        reason: "Door list of Friday's concert does not load on one phone".to_owned(),
        reference: has_begun.then(|| "CASE-4711".to_owned()),
        state,
        ended_how: (state == "ended").then_some("tenant"),
        minutes: 30,
        powers: if state == "asked" {
            vec!["persons", "events", "orders"]
        } else {
            Vec::new()
        },
        asked: sample::moment("2026-11-22T09:00:00Z"),
        started: has_begun.then(|| sample::moment("2026-11-22T09:12:00Z")),
        ends: has_begun.then(|| sample::moment("2026-11-22T09:42:00Z")),
        decided_by: has_begun.then(|| "Owner".to_owned()),
        is_by_window: state == "running",
        url: "/manage/platform-access/vis_0".to_owned(),
        approve_action: (state == "asked").then(|| "/manage/platform-access/vis_0/approval".to_owned()),
        refuse_action: (state == "asked").then(|| "/manage/platform-access/vis_0/refusal".to_owned()),
        end_action: is_open.then(|| "/manage/platform-access/vis_0/end".to_owned()),
        wants_owner: false,
    }
}

impl View for VisitsView {
    const TEMPLATE: &'static str = "console/visits.html";

    fn samples() -> Vec<Self> {
        let rules = |mode: &str, errors| VisitRulesForm {
            action: "/manage/platform-access".to_owned(),
            mode: mode.to_owned(),
            from: "2026-11-22T10:00".to_owned(),
            until: "2026-11-23T10:00".to_owned(),
            errors,
        };
        let of_admin = VisitCard {
            approve_action: None,
            wants_owner: true,
            ..card("asked")
        };
        vec![
            Self {
                open: ["running", "asked", "approved"]
                    .map(card)
                    .into_iter()
                    .chain([of_admin])
                    .collect(),
                past: ["ended", "refused", "lapsed"].map(card).to_vec(),
                rules: rules("ask", FieldErrors::none()),
            },
            Self {
                open: Vec::new(),
                past: Vec::new(),
                rules: rules(
                    "window",
                    FieldErrors::none().with("until", Text::new(texts::FIELD_VISIT_WINDOW)),
                ),
            },
        ]
    }
}

impl View for VisitView {
    const TEMPLATE: &'static str = "console/visit.html";

    fn samples() -> Vec<Self> {
        let deed = |label: Option<&str>, action: &str, object: &str| VisitDeed {
            at: sample::moment("2026-11-22T09:20:00Z"),
            label: label.map(Text::new),
            action: action.to_owned(),
            object: object.to_owned(),
        };
        vec![
            Self {
                card: card("running"),
                deeds: vec![
                    deed(
                        Some(texts::ACT_VISIT_PAGE_REFUSED),
                        "visit.page_refused",
                        "GET /manage/team",
                    ),
                    deed(None, "thing.of_tomorrow", "evt_0"),
                    deed(
                        Some(texts::ACT_VISIT_PAGE_OPENED),
                        "visit.page_opened",
                        "GET /manage/events",
                    ),
                ],
                list_url: "/manage/platform-access".to_owned(),
            },
            Self {
                card: card("asked"),
                deeds: Vec::new(),
                list_url: "/manage/platform-access".to_owned(),
            },
        ]
    }
}

impl View for VisitDoorView {
    const TEMPLATE: &'static str = "console/visit_door.html";

    fn samples() -> Vec<Self> {
        let view = |code: Option<&str>| Self {
            action: "/manage/visit".to_owned(),
            code: code.map(str::to_owned),
        };
        vec![view(Some("0")), view(None)]
    }
}
