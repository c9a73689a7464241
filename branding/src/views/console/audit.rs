//! The record of what happened.

use serde::Serialize;

use crate::{
    texts,
    views::{Moment, Text, View, sample},
};

/// `GET /manage/audit`.
#[derive(Debug, Clone, Serialize)]
pub struct AuditListView {
    /// What is looked for.
    pub form: AuditFilterForm,
    /// Whether anything is looked for.
    pub is_narrow: bool,
    /// The entries, newest first.
    pub rows: Vec<AuditRowView>,
    /// Address of the next page.
    pub next_url: Option<String>,
    /// The same entries as a file, for those who may take them out.
    pub csv_url: Option<String>,
    /// The same, an entry a line.
    pub lines_url: Option<String>,
    /// Where the record is streamed to.
    pub streams_url: Option<String>,
    /// The whole chain as a file that proves itself.
    pub chain_url: Option<String>,
    /// The last signed head.
    pub seal: Option<AuditSeal>,
}

/// Fields `who`, `what`, `about`, `from` and `until` of the form.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditFilterForm {
    /// Mail address of somebody, or a kind of actor.
    pub who: String,
    /// An action, or the noun of many.
    pub what: String,
    /// Id of a thing.
    pub about: String,
    /// First day, `2026-12-31`.
    pub from: String,
    /// Last day.
    pub until: String,
}

/// An entry.
#[derive(Debug, Clone, Serialize)]
pub struct AuditRowView {
    /// When.
    pub at: Moment,
    /// Name of who did it, for people with an account.
    pub name: Option<String>,
    /// Kind of who did it: `staff`, `api_key`, `buyer`, `system` or `operator`.
    pub actor_kind: String,
    /// Who, as it is recorded.
    pub actor: String,
    /// What, in words, where there are some.
    pub label: Option<Text>,
    /// What, as it is recorded.
    pub action: String,
    /// About what.
    pub object: String,
    /// Its page.
    pub object_url: Option<String>,
    /// Request or job that did it.
    pub request: String,
    /// Facts that explain it.
    pub details: Vec<AuditDetail>,
    /// Its number in the chain; none while it waits for its seal.
    pub seq: Option<u32>,
}

/// A fact.
#[derive(Debug, Clone, Serialize)]
pub struct AuditDetail {
    /// Name.
    pub name: String,
    /// Value, as it is recorded.
    pub value: String,
}

/// The last signed head.
#[derive(Debug, Clone, Serialize)]
pub struct AuditSeal {
    /// Number of its link.
    pub seq: u32,
    /// When it was signed.
    pub at: Moment,
    /// The head itself, to be kept elsewhere.
    pub line: String,
}

impl View for AuditListView {
    const TEMPLATE: &'static str = "console/audit.html";

    fn samples() -> Vec<Self> {
        let row = |name: Option<&str>, kind: &str, label: Option<&'static str>, action: &str, seq| AuditRowView {
            at: sample::moment("2026-11-22T09:12:00Z"),
            name: name.map(str::to_owned),
            actor_kind: kind.to_owned(),
            actor: format!("{kind}:0"),
            label: label.map(Text::new),
            action: action.to_owned(),
            object: "ord_06h08v3qj1w517evdqmt88z9t4".to_owned(),
            object_url: name.map(|_| "/manage/orders/ord_0".to_owned()),
            request: "req_0".to_owned(),
            details: vec![AuditDetail {
                name: "total_minor".to_owned(),
                value: "25000".to_owned(),
            }],
            seq,
        };
        let full = Self {
            form: AuditFilterForm {
                what: "order".to_owned(),
                from: "2026-11-01".to_owned(),
                ..AuditFilterForm::default()
            },
            is_narrow: true,
            rows: vec![
                row(
                    Some("Event manager"),
                    "staff",
                    Some(texts::ACT_ORDER_RESENT),
                    "order.resent",
                    None,
                ),
                row(None, "api_key", None, "thing.of_tomorrow", Some(12)),
                row(None, "system", Some(texts::ACT_ORDER_PAID), "order.paid", Some(11)),
            ],
            next_url: Some("/manage/audit?cursor=0".to_owned()),
            csv_url: Some("/manage/audit.csv".to_owned()),
            lines_url: Some("/manage/audit-entries.jsonl".to_owned()),
            streams_url: Some("/manage/audit/streams".to_owned()),
            chain_url: Some("/manage/audit.jsonl".to_owned()),
            seal: Some(AuditSeal {
                seq: 11,
                at: sample::moment("2026-11-22T09:00:00Z"),
                line: "{}".to_owned(),
            }),
        };
        let bare = Self {
            form: AuditFilterForm::default(),
            is_narrow: false,
            rows: Vec::new(),
            next_url: None,
            csv_url: None,
            lines_url: None,
            streams_url: None,
            chain_url: None,
            seal: None,
        };
        vec![full, bare]
    }
}
