//! Second factors: at the log-in, and on the person's own pages.

use serde::Serialize;

use crate::{
    texts,
    views::{FieldErrors, Moment, SafeHtml, Text, View, sample},
};

/// `GET|POST /manage/login/second`. Fields: `code`, `next`.
#[derive(Debug, Clone, Serialize)]
pub struct SecondStepView {
    /// Where the form is posted to.
    pub action: String,
    /// Who has done the first step.
    pub email: String,
    /// Where to go afterwards.
    pub next: Option<String>,
    /// Why it failed: `CODE_WRONG` or `LOGIN_THROTTLED`.
    pub error: Option<Text>,
    /// Where one asks for help when the device is lost.
    pub lost_action: String,
    /// To begin anew.
    pub login_url: String,
}

/// `GET /manage/account/factor`.
#[derive(Debug, Clone, Serialize)]
pub struct FactorView {
    /// Back to the person's own page.
    pub account_url: String,
    /// Since when there is an authenticator.
    pub since: Option<Moment>,
    /// Recovery codes that are left.
    pub codes_left: i64,
    /// Nothing else is open before there is one.
    pub is_overdue: bool,
    /// A secret that waits for its first code.
    pub set_up: Option<FactorSetUp>,
    /// What is wrong: `code`.
    pub errors: FieldErrors,
    /// Where a new secret is asked for.
    pub begin_action: String,
    /// Where the authenticator is removed.
    pub remove_action: String,
    /// Where new recovery codes are asked for.
    pub codes_action: String,
}

/// A secret, for the app.
#[derive(Debug, Clone, Serialize)]
pub struct FactorSetUp {
    /// The secret as a QR symbol.
    pub symbol: SafeHtml,
    /// The same as an address, for an app on this device.
    pub url: String,
    /// The same for typing.
    pub secret: String,
    /// Where the first code is posted to. Field: `code`.
    pub action: String,
}

/// Recovery codes, this once.
#[derive(Debug, Clone, Serialize)]
pub struct RecoveryCodesView {
    /// The codes.
    pub codes: Vec<String>,
    /// Where they come back from as a file. Field: `codes`.
    pub download_action: String,
    /// Where to go on.
    pub done_url: String,
}

impl View for SecondStepView {
    const TEMPLATE: &'static str = "console/second_step.html";

    fn samples() -> Vec<Self> {
        let view = |error| Self {
            action: "/manage/login/second".to_owned(),
            email: "ada@example.org".to_owned(),
            next: Some("/manage/orders".to_owned()),
            error,
            lost_action: "/manage/login/second/lost".to_owned(),
            login_url: "/manage/login".to_owned(),
        };
        vec![
            view(None),
            view(Some(Text::new(texts::CODE_WRONG))),
            view(Some(Text::new(texts::LOGIN_THROTTLED).with("minutes", 5_u32))),
        ]
    }
}

impl View for FactorView {
    const TEMPLATE: &'static str = "console/factor.html";

    fn samples() -> Vec<Self> {
        let view = |since: Option<&str>, codes_left, is_overdue, begun: bool, errors| Self {
            account_url: "/manage/account".to_owned(),
            since: since.map(sample::moment),
            codes_left,
            is_overdue,
            set_up: begun.then(|| FactorSetUp {
                symbol: SafeHtml::svg(crate::qr::svg("otpauth://totp/Sample").expect("it is short")),
                url: "otpauth://totp/Sample?secret=JBSWY3DPEHPK3PXP".to_owned(),
                secret: "JBSW Y3DP EHPK 3PXP".to_owned(),
                action: "/manage/account/factor/confirmation".to_owned(),
            }),
            errors,
            begin_action: "/manage/account/factor".to_owned(),
            remove_action: "/manage/account/factor/removal".to_owned(),
            codes_action: "/manage/account/factor/codes".to_owned(),
        };
        let wrong = FieldErrors::none().with("code", Text::new(texts::CODE_WRONG));
        vec![
            view(None, 0, false, false, FieldErrors::none()),
            view(None, 0, true, false, FieldErrors::none()),
            view(None, 0, false, true, FieldErrors::none()),
            view(None, 0, true, true, wrong),
            view(Some("2026-11-20T07:40:00Z"), 10, false, false, FieldErrors::none()),
            view(Some("2026-11-20T07:40:00Z"), 2, false, false, FieldErrors::none()),
        ]
    }
}

impl View for RecoveryCodesView {
    const TEMPLATE: &'static str = "console/recovery_codes.html";

    fn samples() -> Vec<Self> {
        vec![Self {
            codes: (2..7).map(|n| format!("ABCD{n}-FGHJ{n}")).collect(),
            download_action: "/manage/account/factor/codes.txt".to_owned(),
            done_url: "/manage/account/factor".to_owned(),
        }]
    }
}
