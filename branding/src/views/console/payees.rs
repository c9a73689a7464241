//! The account that is paid: connecting it, and what its provider still wants.

use serde::Serialize;

use crate::{
    texts,
    views::{Choice, Moment, Text, View, sample},
};

/// `GET /manage/payees`.
#[derive(Debug, Clone, Serialize)]
pub struct PayeesView {
    /// How buyers pay now: one of `PAYEE_WAY_*`.
    pub way: Text,
    /// Whether they can pay at all.
    pub is_open: bool,
    /// Payments move no real money.
    pub is_test: bool,
    /// The account, if one is connected.
    pub card: Option<PayeeCard>,
    /// What connects one, if none is.
    pub connect: Option<ConnectForm>,
    /// Accounts of before; what they took is given back from them.
    pub closed: Vec<ClosedPayee>,
}

/// An account.
#[derive(Debug, Clone, Serialize)]
pub struct PayeeCard {
    /// Where it stands: `creating`, `onboarding`, `active` or `restricted`.
    pub state: String,
    /// The provider's name of it.
    pub account: Option<String>,
    /// Who answers for it: `managed` or `self_managed`.
    pub profile: String,
    /// Country of its owner, as two letters.
    pub country: String,
    /// Currency in which it is paid out.
    pub currency: Option<String>,
    /// It takes payments.
    pub is_selling: bool,
    /// It is paid out.
    pub is_paid_out: bool,
    /// Why the provider disabled something: one of `PAYEE_DISABLED_*`.
    pub disabled: Option<Text>,
    /// What can be done about it: one of `PAYEE_REMEDY_*`.
    pub remedy: Option<Text>,
    /// What the provider wants to know: some of `PAYEE_TOPIC_*`.
    pub wanted: Vec<Text>,
    /// When it must be told.
    pub deadline: Option<Moment>,
    /// Leads to the provider's pages.
    pub onboarding_url: Option<String>,
    /// Leads to the page that shows them inside ours, where the provider has such.
    pub embedded_url: Option<String>,
    /// Where asking the provider again is posted to.
    pub refresh_action: Option<String>,
    /// Where closing is posted to.
    pub close_action: String,
}

/// Connects an account. Fields: `country`, `profile`.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectForm {
    /// Where it is posted to.
    pub action: String,
    /// Countries whose owners the provider takes; the label is a key, `country-` and the code.
    pub countries: Vec<Choice>,
}

/// An account of before.
#[derive(Debug, Clone, Serialize)]
pub struct ClosedPayee {
    /// The provider's name of it.
    pub account: String,
    /// Country of its owner.
    pub country: String,
}

impl View for PayeesView {
    const TEMPLATE: &'static str = "console/payees.html";

    fn samples() -> Vec<Self> {
        let card = |state: &str| PayeeCard {
            state: state.to_owned(),
            account: Some("acct_1Nv0FGQ9RKHgCVdK".to_owned()),
            profile: "managed".to_owned(),
            country: "NO".to_owned(),
            currency: Some("NOK".to_owned()),
            is_selling: state == "active",
            is_paid_out: state == "active",
            disabled: None,
            remedy: None,
            wanted: Vec::new(),
            deadline: None,
            onboarding_url: Some("/manage/payees/pye_0/onboarding".to_owned()),
            embedded_url: (state != "creating").then(|| "/manage/payees/pye_0/embedded".to_owned()),
            refresh_action: Some("/manage/payees/pye_0/refreshes".to_owned()),
            close_action: "/manage/payees/pye_0/closure".to_owned(),
        };
        let view = |way, card: Option<PayeeCard>| Self {
            way: Text::new(way),
            is_open: way != texts::PAYEE_WAY_CLOSED,
            is_test: true,
            connect: card.is_none().then(|| ConnectForm {
                action: "/manage/payees".to_owned(),
                countries: vec![
                    Choice::new("NO", "country-NO", true),
                    Choice::new("DE", "country-DE", false),
                ],
            }),
            card,
            closed: Vec::new(),
        };
        let mut onboarding = card("onboarding");
        onboarding.wanted = vec![
            Text::new(texts::PAYEE_TOPIC_BUSINESS),
            Text::new(texts::PAYEE_TOPIC_BANK_ACCOUNT),
        ];
        let mut restricted = card("restricted");
        restricted.disabled = Some(Text::new(texts::PAYEE_DISABLED_PAST_DUE));
        restricted.remedy = Some(Text::new(texts::PAYEE_REMEDY_TELL));
        restricted.wanted = vec![Text::new(texts::PAYEE_TOPIC_PERSON)];
        let mut due = card("active");
        due.wanted = vec![Text::new(texts::PAYEE_TOPIC_PERSON)];
        due.deadline = Some(sample::moment("2026-12-14T23:59:00Z"));
        let mut creating = card("creating");
        creating.account = None;
        creating.onboarding_url = None;
        creating.refresh_action = None;
        let mut closed = view(texts::PAYEE_WAY_STRIPE, Some(card("active")));
        closed.closed = vec![ClosedPayee {
            account: "acct_old\"><b>".to_owned(),
            country: "SE".to_owned(),
        }];
        vec![
            view(texts::PAYEE_WAY_STRIPE, Some(card("active"))),
            view(texts::PAYEE_WAY_SANDBOX, None),
            view(texts::PAYEE_WAY_SANDBOX, Some(onboarding)),
            view(texts::PAYEE_WAY_CLOSED, Some(restricted)),
            view(texts::PAYEE_WAY_STRIPE, Some(due)),
            view(texts::PAYEE_WAY_CLOSED, Some(creating)),
            closed,
        ]
    }
}

/// `GET /manage/payees/{id}/embedded`.
#[derive(Debug, Clone, Serialize)]
pub struct EmbeddedView {
    /// Leads to the account.
    pub back_url: String,
    /// Leads to the provider's own pages.
    pub hosted_url: String,
    /// Where it goes on when the owner is done.
    pub done_url: String,
    /// Where the script asks for a session.
    pub session_action: String,
    /// Key that the browser shows the provider.
    pub publishable_key: String,
    /// The provider's script.
    pub script_url: String,
    /// The owner has not told everything yet.
    pub is_onboarding: bool,
    /// He answers for payouts and contests himself.
    pub is_self_managed: bool,
    /// Lets the two scripts of this answer run.
    pub nonce: String,
}

impl View for EmbeddedView {
    const TEMPLATE: &'static str = "console/payee_embedded.html";

    fn samples() -> Vec<Self> {
        let onboarding = Self {
            back_url: "/manage/payees".to_owned(),
            hosted_url: "/manage/payees/pye_0/onboarding".to_owned(),
            done_url: "/manage/payees/pye_0/return".to_owned(),
            session_action: "/manage/payees/pye_0/onboarding-session".to_owned(),
            publishable_key: "pk_test_1".to_owned(),
            script_url: "https://connect-js.stripe.com/v1.0/connect.js".to_owned(),
            is_onboarding: true,
            is_self_managed: false,
            nonce: "c0ffee".to_owned(),
        };
        let own = Self {
            is_onboarding: false,
            is_self_managed: true,
            ..onboarding.clone()
        };
        vec![onboarding, own]
    }
}
