//! The page of a member of staff about himself.

use serde::Serialize;

use super::{PasskeyForm, SmsForm};
use crate::{
    texts,
    views::{FieldErrors, Moment, Text, View, sample},
};

/// `GET /manage/account`; its forms show it again with what is wrong.
#[derive(Debug, Clone, Serialize)]
pub struct AccountView {
    /// Mail address; the log-in name.
    pub email: String,
    /// Name, as it is or as it was typed.
    pub name: String,
    /// What is wrong: `name`, `present`, `password`.
    pub errors: FieldErrors,
    /// Where the name is posted to. Field: `name`.
    pub profile_action: String,
    /// Where a new password is posted to. Fields: `present`, `password`.
    pub password_action: String,
    /// Living sessions, the last used first.
    pub sessions: Vec<SessionRow>,
    /// Where the end of sessions is posted to. Field: `session`, its id or `others`.
    pub end_action: String,
    /// Page of the second factor.
    pub factor_url: String,
    /// There is one.
    pub has_factor: bool,
}

/// A session of the list.
#[derive(Debug, Clone, Serialize)]
pub struct SessionRow {
    /// Names it in forms.
    pub id: String,
    /// Browser and system: one of `DEVICE_*`.
    pub device: Text,
    /// Network of the log-in; empty when unknown.
    pub network: String,
    /// Log-in.
    pub since: Moment,
    /// Last use.
    pub seen: Moment,
    /// It is the one that asks.
    pub is_this: bool,
}

/// `GET|POST /manage/confirmation`: the person proves that it is still he. Fields: `password`, `next`.
#[derive(Debug, Clone, Serialize)]
pub struct ConfirmView {
    /// Where the form is posted to.
    pub action: String,
    /// Mail address of the account, for the browser's keeper of passwords.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
    /// A code of the authenticator is asked for (field `code`), not the password.
    pub asks_code: bool,
    /// Instead of a code, where there is a passkey for this host.
    pub passkey: Option<PasskeyForm>,
    /// Another way to get a code, where there is a telephone.
    pub sms: Option<SmsForm>,
    /// Why it failed: `CONFIRM_WRONG`, `CODE_WRONG`, `LOGIN_THROTTLED` or one of `PASSKEY_*`.
    pub error: Option<Text>,
}

/// `GET|POST /manage/security`: rules for the log-ins of all staff.
#[derive(Debug, Clone, Serialize)]
pub struct SecurityView {
    /// Where the limits of sessions are posted to. Fields: `idle_minutes`, `max_hours`.
    pub limits_action: String,
    /// Minutes without use, as they are or as they were typed.
    pub idle_minutes: String,
    /// Hours in all.
    pub max_hours: String,
    /// Where the rules for second factors are posted to. Fields: `duty`, `grace_days`, `delay_hours`, `sms`.
    pub factors_action: String,
    /// Who must have one.
    pub duties: Vec<DutyChoice>,
    /// Days to get one, as they are or as they were typed.
    pub grace_days: String,
    /// Hours before a lost one is forgotten.
    pub delay_hours: String,
    /// Beginnings of numbers to which codes are sent, as they are or as they were typed; `None` where nobody carries them.
    pub sms: Option<String>,
    /// Staff who lost theirs.
    pub recoveries: Vec<RecoveryRow>,
    /// Where a decision is posted to. Fields: `request`, `verdict` (`approve` or `cancel`).
    pub recoveries_action: String,
    /// What is wrong with the form.
    pub errors: FieldErrors,
}

/// Somebody who may be obliged to have a second factor.
#[derive(Debug, Clone, Serialize)]
pub struct DutyChoice {
    /// Value sent by the form.
    pub value: String,
    /// Who: one of `DUTY_*`.
    pub label: Text,
    /// It holds now.
    pub is_chosen: bool,
}

/// A request of somebody who lost his second factor.
#[derive(Debug, Clone, Serialize)]
pub struct RecoveryRow {
    /// Names it in forms.
    pub id: String,
    /// Who asks.
    pub name: String,
    /// His mail address.
    pub email: String,
    /// When he asked.
    pub asked: Moment,
    /// When it is carried out; `None` while nobody has approved.
    pub due: Option<Moment>,
    /// It is the reader's own, which somebody else must approve.
    pub is_own: bool,
}

impl View for AccountView {
    const TEMPLATE: &'static str = "console/account.html";

    fn samples() -> Vec<Self> {
        let session = |id: &str, device: Text, network: &str| SessionRow {
            id: id.repeat(64),
            device,
            network: network.to_owned(),
            since: sample::moment("2026-11-20T07:40:00Z"),
            seen: sample::moment("2026-11-22T09:12:00Z"),
            is_this: id == "a",
        };
        let known = Text::new(texts::DEVICE_ON)
            .with("browser", "Firefox")
            .with("system", "macOS");
        let view = |errors, sessions| Self {
            email: "ada@example.org".to_owned(),
            name: "Ada <Lovelace>".to_owned(),
            errors,
            profile_action: "/manage/account/profile".to_owned(),
            password_action: "/manage/account/password".to_owned(),
            sessions,
            end_action: "/manage/account/endings".to_owned(),
            factor_url: "/manage/account/factor".to_owned(),
            has_factor: true,
        };
        let errors = FieldErrors::none()
            .with("name", Text::new(texts::FIELD_REQUIRED))
            .with("present", Text::new(texts::CONFIRM_WRONG))
            .with("password", Text::new(texts::FIELD_PASSWORD_GUESSABLE));
        vec![
            view(
                FieldErrors::none(),
                vec![
                    session("a", known.clone(), "192.0.2.0/24"),
                    session("b", Text::new(texts::DEVICE_UNKNOWN), "2001:db8:1::/48"),
                    session("c", Text::new(texts::DEVICE_NAME).with("name", "iPhone"), ""),
                ],
            ),
            view(errors, vec![session("a", known, "192.0.2.0/24")]),
        ]
    }
}

impl View for ConfirmView {
    const TEMPLATE: &'static str = "console/confirm.html";

    fn samples() -> Vec<Self> {
        let view = |asks_code, error| Self {
            action: "/manage/confirmation".to_owned(),
            asks_code,
            passkey: asks_code.then(PasskeyForm::sample),
            sms: asks_code.then(SmsForm::sample),
            email: "ada@example.org".to_owned(),
            next: "/manage/payees".to_owned(),
            error,
        };
        vec![
            view(false, None),
            view(false, Some(Text::new(texts::CONFIRM_WRONG))),
            view(true, None),
            view(true, Some(Text::new(texts::LOGIN_THROTTLED).with("minutes", 5_u32))),
        ]
    }
}

impl View for SecurityView {
    const TEMPLATE: &'static str = "console/security.html";

    fn samples() -> Vec<Self> {
        let view = |errors| Self {
            limits_action: "/manage/security/sessions".to_owned(),
            idle_minutes: "720".to_owned(),
            max_hours: "168".to_owned(),
            factors_action: "/manage/security/factors".to_owned(),
            duties: [
                texts::DUTY_NOBODY,
                texts::DUTY_DECIDERS,
                texts::DUTY_TRUSTED,
                texts::DUTY_EVERYBODY,
            ]
            .into_iter()
            .map(|label| DutyChoice {
                value: label.to_owned(),
                label: Text::new(label),
                is_chosen: label == texts::DUTY_TRUSTED,
            })
            .collect(),
            grace_days: "7".to_owned(),
            delay_hours: "24".to_owned(),
            sms: Some("+47 +46".to_owned()),
            recoveries: [None, Some("2026-11-23T09:12:00Z")]
                .into_iter()
                .map(|due| RecoveryRow {
                    id: "rcv_0".to_owned(),
                    name: "Ada <Lovelace>".to_owned(),
                    email: "ada@example.org".to_owned(),
                    asked: sample::moment("2026-11-22T09:12:00Z"),
                    due: due.map(sample::moment),
                    is_own: due.is_some(),
                })
                .collect(),
            recoveries_action: "/manage/security/recoveries".to_owned(),
            errors,
        };
        let between = Text::new(texts::FIELD_NUMBER_BETWEEN)
            .with("min", 5_u32)
            .with("max", 10_080_u32);
        vec![
            view(FieldErrors::none()),
            view(FieldErrors::none().with("idle_minutes", between)),
            view(FieldErrors::none().with("max_hours", Text::new(texts::FIELD_IDLE_BEYOND_AGE))),
        ]
    }
}
