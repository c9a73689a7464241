//! Streams of the record: where to, how far each has come, and what keeps it.

use serde::Serialize;

use crate::{
    texts,
    views::{Choice, FieldErrors, Moment, Text, View, sample},
};

/// `GET /manage/audit/streams`.
#[derive(Debug, Clone, Serialize)]
pub struct StreamsView {
    /// The streams, the oldest first.
    pub rows: Vec<StreamRow>,
    /// Number of the newest link of the chain.
    pub last: u32,
    /// A secret that was made just now; it is never shown again.
    pub made: Option<MadeSecret>,
    /// The form, while there may be another stream and the reader may make one.
    pub form: Option<StreamForm>,
    /// Back to the record.
    pub back_url: String,
}

/// A secret that was made just now.
#[derive(Debug, Clone, Serialize)]
pub struct MadeSecret {
    /// Name of the stream.
    pub name: String,
    /// The secret.
    pub secret: String,
}

/// A stream.
#[derive(Debug, Clone, Serialize)]
pub struct StreamRow {
    /// Name.
    pub name: String,
    /// `https`, `syslog_tls` or `syslog_tcp`.
    pub kind: &'static str,
    /// Where to.
    pub address: String,
    /// `running`, `paused`, `failed`, or `failing` while it runs and is refused.
    pub state: &'static str,
    /// Number of the last link that was taken.
    pub cursor: u32,
    /// Links that were not taken yet.
    pub behind: u32,
    /// When something was taken the last time.
    pub sent: Option<Moment>,
    /// Why it was refused the last time: one of our own words.
    pub error: Option<String>,
    /// Since when it is refused.
    pub failing_since: Option<Moment>,
    /// When it is tried again.
    pub next: Option<Moment>,
    /// Where each change is posted to; none where the reader may not, or the state has no use for it.
    pub test_action: Option<String>,
    /// Stops it.
    pub pause_action: Option<String>,
    /// Lets it go on; field `after`.
    pub resume_action: Option<String>,
    /// Makes a new secret.
    pub rotate_action: Option<String>,
    /// Drops the secret before.
    pub drop_action: Option<String>,
    /// Removes it.
    pub delete_action: Option<String>,
}

/// Fields `name`, `kind`, `address`, `ca_pem` and `after`.
#[derive(Debug, Clone, Serialize)]
pub struct StreamForm {
    /// Where it is posted to.
    pub action: String,
    /// Name as typed.
    pub name: String,
    /// Kinds.
    pub kinds: Vec<Choice>,
    /// Address as typed.
    pub address: String,
    /// Certificates as typed.
    pub ca_pem: String,
    /// Link behind which it begins, as typed.
    pub after: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl View for StreamsView {
    const TEMPLATE: &'static str = "console/streams.html";

    fn samples() -> Vec<Self> {
        let row = |state: &'static str, kind: &'static str| {
            let action = |what: &str| Some(format!("/manage/audit/streams/ast_0/{what}"));
            let is_running = matches!(state, "running" | "failing");
            StreamRow {
                name: "Security <team>".to_owned(),
                kind,
                address: "https://siem.example.com/services/collector/a/very/long/path/that/wraps".to_owned(),
                state,
                cursor: 4_711,
                behind: if state == "running" { 0 } else { 1_250 },
                sent: Some(sample::moment("2026-11-22T09:12:00Z")),
                error: (state != "running").then(|| "status_503".to_owned()),
                failing_since: (state != "running").then(|| sample::moment("2026-11-22T09:13:00Z")),
                next: (state == "failing").then(|| sample::moment("2026-11-22T09:43:00Z")),
                test_action: is_running.then(|| action("test")).flatten(),
                pause_action: is_running.then(|| action("pause")).flatten(),
                resume_action: (!is_running).then(|| action("resumption")).flatten(),
                rotate_action: (kind == "https").then(|| action("secret")).flatten(),
                drop_action: (kind == "https").then(|| action("former-secret")).flatten(),
                delete_action: action("removal"),
            }
        };
        let form = |errors| StreamForm {
            action: "/manage/audit/streams".to_owned(),
            name: String::new(),
            kinds: ["https", "syslog_tls", "syslog_tcp"]
                .map(|kind| Choice::new(kind, kind, kind == "https"))
                .to_vec(),
            address: "https://10.0.0.1/".to_owned(),
            ca_pem: String::new(),
            after: String::new(),
            errors,
        };
        let view = |rows, made, form| Self {
            rows,
            last: 5_961,
            made,
            form,
            back_url: "/manage/audit".to_owned(),
        };
        let made = MadeSecret {
            name: "Security team".to_owned(),
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned(),
        };
        let wrong = FieldErrors::none()
            .with("name", Text::new(texts::FIELD_REQUIRED))
            .with("address", Text::new(texts::FIELD_STREAM_ADDRESS));
        vec![
            view(
                vec![
                    row("running", "https"),
                    row("failing", "syslog_tls"),
                    row("failed", "https"),
                ],
                Some(made),
                None,
            ),
            view(vec![row("paused", "syslog_tcp")], None, Some(form(wrong))),
            view(Vec::new(), None, Some(form(FieldErrors::none()))),
        ]
    }
}
