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
    /// Where to go afterwards.
    pub next: Option<String>,
    /// Why it failed: `LOGIN_FAILED` or `LOGIN_THROTTLED`.
    pub error: Option<Text>,
}

impl View for LoginView {
    const TEMPLATE: &'static str = "console/login.html";

    fn samples() -> Vec<Self> {
        let view = |error: Option<Text>| Self {
            action: "/manage/login".to_owned(),
            email: "ada@example.org".to_owned(),
            next: Some("/manage/orders".to_owned()),
            error,
        };
        vec![
            view(None),
            view(Some(Text::new(texts::LOGIN_FAILED))),
            view(Some(Text::new(texts::LOGIN_THROTTLED).with("minutes", 5_u32))),
        ]
    }
}
