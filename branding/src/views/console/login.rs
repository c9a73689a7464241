//! Logging in, to the console and to the platform alike.

use serde::Serialize;

use super::PasskeyForm;
use crate::{
    texts,
    views::{FieldErrors, Text, View},
};

/// `GET|POST /manage/login`. Fields: `email`, `password`, `next`.
#[derive(Debug, Clone, Serialize)]
pub struct LoginView {
    /// Where the form is posted to.
    pub action: String,
    /// Address as it was typed.
    pub email: String,
    /// Identity providers at which one may log in instead.
    pub providers: Vec<LoginProvider>,
    /// Where to go afterwards.
    pub next: Option<String>,
    /// Instead of a password.
    pub passkey: PasskeyForm,
    /// Help for who cannot log in.
    pub help_url: String,
    /// Why it failed: `LOGIN_FAILED`, `LOGIN_THROTTLED`, or one of `PASSKEY_*` and `SSO_*`.
    pub error: Option<Text>,
}

/// `GET /manage/login/help`, `POST /manage/login/links`. Fields: `email`, `purpose` (`log_in`, `reset`).
#[derive(Debug, Clone, Serialize)]
pub struct LoginHelpView {
    /// Where the form is posted to.
    pub action: String,
    /// Address as it was typed.
    pub email: String,
    /// Why nothing was sent: `LOGIN_THROTTLED`.
    pub error: Option<Text>,
    /// A link was sent, if the address is one of ours.
    pub is_sent: bool,
    /// Minutes that a link is good for.
    pub minutes: u32,
    /// Back to the log-in.
    pub login_url: String,
}

/// `GET|POST /manage/login/link`. Field: `token`.
#[derive(Debug, Clone, Serialize)]
pub struct LoginLinkView {
    /// Where the form is posted to.
    pub action: String,
    /// Secret of the link.
    pub token: String,
    /// Whose it is; `None` when it is no good any more.
    pub email: Option<String>,
    /// Where another one is asked for.
    pub help_url: String,
}

/// `GET|POST /manage/login/password`. Fields: `token`, `password`.
#[derive(Debug, Clone, Serialize)]
pub struct NewPasswordView {
    /// Where the form is posted to.
    pub action: String,
    /// Secret of the link.
    pub token: String,
    /// Whose it is; `None` when it is no good any more.
    pub email: Option<String>,
    /// What is wrong: `password`.
    pub errors: FieldErrors,
    /// Where another one is asked for.
    pub help_url: String,
}

/// An identity provider at which one may log in.
#[derive(Debug, Clone, Serialize)]
pub struct LoginProvider {
    /// Its name.
    pub name: String,
    /// Where that begins.
    pub url: String,
}

impl View for LoginView {
    const TEMPLATE: &'static str = "console/login.html";

    fn samples() -> Vec<Self> {
        let view = |error: Option<Text>| Self {
            action: "/manage/login".to_owned(),
            email: "ada@example.org".to_owned(),
            providers: vec![LoginProvider {
                name: "Example <ID>".to_owned(),
                url: "/manage/login/sso/sso_0?next=%2Fmanage%2Forders".to_owned(),
            }],
            next: Some("/manage/orders".to_owned()),
            passkey: PasskeyForm::sample(),
            help_url: "/manage/login/help".to_owned(),
            error,
        };
        vec![
            view(None),
            view(Some(Text::new(texts::PASSKEY_REFUSED))),
            view(Some(Text::new(texts::LOGIN_FAILED))),
            view(Some(Text::new(texts::LOGIN_THROTTLED).with("minutes", 5_u32))),
            Self {
                providers: Vec::new(),
                ..view(None)
            },
            view(Some(
                Text::new(texts::SSO_NO_ACCESS)
                    .with("name", "Example ID")
                    .with("reference", "sat_0"),
            )),
        ]
    }
}

impl View for LoginHelpView {
    const TEMPLATE: &'static str = "console/login_help.html";

    fn samples() -> Vec<Self> {
        let view = |error: Option<Text>, is_sent| Self {
            action: "/manage/login/links".to_owned(),
            email: "ada@example.org".to_owned(),
            error,
            is_sent,
            minutes: 20,
            login_url: "/manage/login".to_owned(),
        };
        vec![
            view(None, false),
            view(None, true),
            view(Some(Text::new(texts::LOGIN_THROTTLED).with("minutes", 5_u32)), false),
        ]
    }
}

impl View for LoginLinkView {
    const TEMPLATE: &'static str = "console/login_link.html";

    fn samples() -> Vec<Self> {
        let view = |email: Option<&str>| Self {
            action: "/manage/login/link".to_owned(),
            token: "c0ffee".to_owned(),
            email: email.map(str::to_owned),
            help_url: "/manage/login/help".to_owned(),
        };
        vec![view(Some("ada@example.org")), view(None)]
    }
}

impl View for NewPasswordView {
    const TEMPLATE: &'static str = "console/new_password.html";

    fn samples() -> Vec<Self> {
        let view = |email: Option<&str>, errors| Self {
            action: "/manage/login/password".to_owned(),
            token: "c0ffee".to_owned(),
            email: email.map(str::to_owned),
            errors,
            help_url: "/manage/login/help".to_owned(),
        };
        let guessed = Text::new(texts::FIELD_PASSWORD_GUESSABLE);
        vec![
            view(Some("ada@example.org"), FieldErrors::none()),
            view(Some("ada@example.org"), FieldErrors::none().with("password", guessed)),
            view(None, FieldErrors::none()),
        ]
    }
}
