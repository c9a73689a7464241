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
    /// Why it failed: `CODE_WRONG`, `LOGIN_THROTTLED` or one of `PASSKEY_*`.
    pub error: Option<Text>,
    /// Instead of a code, where there is a passkey for this host.
    pub passkey: Option<PasskeyForm>,
    /// Another way to get a code, where there is a telephone.
    pub sms: Option<SmsForm>,
    /// Where one asks for help when the device is lost.
    pub lost_action: String,
    /// To begin anew.
    pub login_url: String,
}

/// A form that a passkey fills in. Fields: `token`, `credential`, and `next` where the page has one.
#[derive(Debug, Clone, Serialize)]
pub struct PasskeyForm {
    /// Where the form is posted to.
    pub action: String,
    /// Where the browser gets its challenge.
    pub options_url: String,
}

/// A form that has a code sent. Field: `next` where the page has one.
#[derive(Debug, Clone, Serialize)]
pub struct SmsForm {
    /// Where the form is posted to.
    pub action: String,
    /// Last two digits of the number.
    pub hint: String,
}

/// One's own telephone, where the tenant sends codes.
#[derive(Debug, Clone, Serialize)]
pub struct PhonePanel {
    /// Last two digits of the number that there is, or that waits for its code.
    pub hint: Option<String>,
    /// Since when it counts.
    pub since: Option<Moment>,
    /// Where a number is posted to, and another code is asked for. Field: `number`.
    pub action: String,
    /// Where the code of a new number is posted to. Field: `code`.
    pub confirm_action: String,
    /// Where the telephone is removed.
    pub remove_action: String,
    /// What was typed.
    pub number: String,
}

/// A passkey of one's own.
#[derive(Debug, Clone, Serialize)]
pub struct PasskeyRow {
    /// What its owner calls it.
    pub name: String,
    /// The host at which it is good, where that is another one.
    pub host: Option<String>,
    /// When it was made.
    pub created: Moment,
    /// When it last proved somebody.
    pub used: Option<Moment>,
    /// Where it is removed. Field: `passkey`.
    pub id: String,
}

/// `GET /manage/account/factor`.
#[derive(Debug, Clone, Serialize)]
pub struct FactorView {
    /// Back to the person's own page.
    pub account_url: String,
    /// Since when there is an authenticator.
    pub since: Option<Moment>,
    /// Passkeys, the oldest first.
    pub passkeys: Vec<PasskeyRow>,
    /// Where a new one is made. Field besides those of the form: `name`.
    pub passkey: PasskeyForm,
    /// Where one is removed.
    pub passkey_remove_action: String,
    /// The telephone, where the tenant sends codes.
    pub phone: Option<PhonePanel>,
    /// There is any factor, so that recovery codes make sense.
    pub has_any: bool,
    /// Recovery codes that are left.
    pub codes_left: i64,
    /// Nothing else is open before there is one.
    pub is_overdue: bool,
    /// A secret that waits for its first code.
    pub set_up: Option<FactorSetUp>,
    /// What is wrong: `code`, `passkey`, `number`, `sms_code`.
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

impl PasskeyForm {
    pub(super) fn sample() -> Self {
        Self {
            action: "/manage/login/passkey".to_owned(),
            options_url: "/manage/login/passkey/options".to_owned(),
        }
    }
}

impl SmsForm {
    pub(super) fn sample() -> Self {
        Self {
            action: "/manage/login/second/sms".to_owned(),
            hint: "12".to_owned(),
        }
    }
}

impl PhonePanel {
    fn sample(hint: Option<&str>, since: Option<&str>) -> Self {
        Self {
            hint: hint.map(str::to_owned),
            since: since.map(sample::moment),
            action: "/manage/account/phone".to_owned(),
            confirm_action: "/manage/account/phone/confirmation".to_owned(),
            remove_action: "/manage/account/phone/removal".to_owned(),
            number: String::new(),
        }
    }
}

impl View for SecondStepView {
    const TEMPLATE: &'static str = "console/second_step.html";

    fn samples() -> Vec<Self> {
        let view = |error: Option<Text>| Self {
            action: "/manage/login/second".to_owned(),
            email: "ada@example.org".to_owned(),
            next: Some("/manage/orders".to_owned()),
            passkey: error.is_none().then(PasskeyForm::sample),
            sms: error.is_none().then(SmsForm::sample),
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

impl FactorView {
    /// The page of somebody who has an authenticator since then, or none.
    fn sample(since: Option<&str>, codes_left: i64) -> Self {
        Self {
            account_url: "/manage/account".to_owned(),
            since: since.map(sample::moment),
            passkeys: Vec::new(),
            passkey: PasskeyForm::sample(),
            passkey_remove_action: "/manage/account/passkeys/removal".to_owned(),
            phone: None,
            has_any: codes_left > 0,
            codes_left,
            is_overdue: false,
            set_up: None,
            errors: FieldErrors::none(),
            begin_action: "/manage/account/factor".to_owned(),
            remove_action: "/manage/account/factor/removal".to_owned(),
            codes_action: "/manage/account/factor/codes".to_owned(),
        }
    }

    fn wrong(self, field: &'static str, why: &'static str) -> Self {
        Self {
            errors: FieldErrors::none().with(field, Text::new(why)),
            ..self
        }
    }
}

impl FactorSetUp {
    fn sample() -> Self {
        Self {
            symbol: SafeHtml::svg(crate::qr::svg("otpauth://totp/Sample").expect("it is short")),
            url: "otpauth://totp/Sample?secret=JBSWY3DPEHPK3PXP".to_owned(),
            secret: "JBSW Y3DP EHPK 3PXP".to_owned(),
            action: "/manage/account/factor/confirmation".to_owned(),
        }
    }
}

impl PasskeyRow {
    fn sample(name: &str, host: Option<&str>, used: Option<&str>) -> Self {
        Self {
            name: name.to_owned(),
            host: host.map(str::to_owned),
            created: sample::moment("2026-11-20T07:40:00Z"),
            used: used.map(sample::moment),
            id: "pky_0".to_owned(),
        }
    }
}

impl View for FactorView {
    const TEMPLATE: &'static str = "console/factor.html";

    fn samples() -> Vec<Self> {
        let since = Some("2026-11-20T07:40:00Z");
        let none = || Self::sample(None, 0);
        let set_up = || Self {
            set_up: Some(FactorSetUp::sample()),
            ..none()
        };
        let phone = |hint: Option<&str>, since: Option<&str>| Self {
            phone: Some(PhonePanel::sample(hint, since)),
            ..Self::sample(None, i64::from(since.is_some()))
        };
        vec![
            none(),
            Self {
                is_overdue: true,
                ..none()
            },
            set_up(),
            Self {
                is_overdue: true,
                ..set_up().wrong("code", texts::CODE_WRONG)
            },
            Self::sample(since, 10),
            Self::sample(since, 2),
            Self {
                passkeys: vec![
                    PasskeyRow::sample("Laptop", None, Some("2026-11-28T16:05:00Z")),
                    PasskeyRow::sample("Phone <old>", Some("tickets.example.org"), None),
                ],
                ..Self::sample(None, 10)
            },
            none().wrong("passkey", texts::PASSKEY_GONE),
            phone(None, None).wrong("number", texts::PHONE_NOT_ALLOWED),
            phone(Some("12"), None).wrong("sms_code", texts::CODE_WRONG),
            phone(Some("12"), since),
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
