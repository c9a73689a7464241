//! Logging in, to the console and to the platform alike.

use serde::Serialize;

use crate::{
    texts,
    views::{Text, View},
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
    /// Why it failed: `LOGIN_FAILED`, `LOGIN_THROTTLED`, or one of `SSO_*`.
    pub error: Option<Text>,
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
            error,
        };
        vec![
            view(None),
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
