//! `GET /manage/payees`.

use axum::response::Response;
use bilten_billing::{
    payees::{self, Disabled, PayeeAccount, PayeeState, Remedy, Topic, Way},
    stripe,
};
use bilten_branding::{
    texts,
    views::{
        Choice, Section, Text,
        console::{ClosedPayee, ConnectForm, PayeeCard, PayeesView},
    },
};
use bilten_kernel::ZoneName;

use super::{PAGE, permit, provider, url};
use crate::{
    http::problem::Problem,
    organizer::{console::Console, figures},
};

/// Countries in which Stripe takes owners of accounts and holds their money (docs.stripe.com/global).
pub(crate) const COUNTRIES: [&str; 37] = [
    "AT", "AU", "BE", "BG", "CA", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
    "IT", "JP", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "NZ", "PL", "PT", "RO", "SE", "SG", "SI", "SK", "US",
];

pub(super) async fn show(console: Console) -> Result<Response, Problem> {
    let state = console.state.clone();
    let zone = state.settings.get(&console).await?.time_zone.clone();
    let mut tx = console.begin().await?;
    permit(&console, &mut tx).await?;
    let all = payees::list(&mut tx).await?;
    tx.commit().await?;
    let way = state
        .payees
        .way(&console, state.config.takes_sandbox_payments())
        .await?;
    let at = provider(&state);
    let current = all
        .iter()
        .find(|payee| payee.provider == at && payee.state != PayeeState::Closed);
    let view = PayeesView {
        way: Text::new(match way {
            Way::Stripe(_) => texts::PAYEE_WAY_STRIPE,
            Way::Sandbox => texts::PAYEE_WAY_SANDBOX,
            Way::Closed => texts::PAYEE_WAY_CLOSED,
        }),
        is_open: way != Way::Closed,
        is_test: state.config.stripe.as_ref().is_none_or(|stripe| !stripe.is_live()),
        card: current.map(|payee| card(payee, &zone)),
        connect: current.is_none().then(connect),
        closed: all.iter().filter_map(closed).collect(),
    };
    console.html(Section::Payees, &view)
}

fn connect() -> ConnectForm {
    let country = |code: &&str| Choice::new(*code, format!("country-{code}"), *code == "NO");
    ConnectForm {
        action: PAGE.to_owned(),
        countries: COUNTRIES.iter().map(country).collect(),
    }
}

fn card(payee: &PayeeAccount, zone: &ZoneName) -> PayeeCard {
    let is_made = payee.account.is_some();
    PayeeCard {
        state: payee.state.name().to_owned(),
        account: payee.account.as_ref().map(ToString::to_string),
        profile: payee.profile.name().to_owned(),
        country: payee.country.clone(),
        currency: payee.currency.map(|currency| currency.code().to_owned()),
        is_selling: payee.state == PayeeState::Active,
        is_paid_out: payee.payouts_enabled,
        disabled: payee.disabled.map(|reason| Text::new(disabled(reason))),
        remedy: payee.disabled.map(|reason| Text::new(remedy(reason.remedy()))),
        wanted: payee
            .requirements
            .topics()
            .into_iter()
            .map(|topic| Text::new(wanted(topic)))
            .collect(),
        deadline: payee.deadline.map(|at| figures::moment(at, zone)),
        onboarding_url: is_made.then(|| url(payee.id, "onboarding")),
        embedded_url: (is_made && payee.provider == stripe::NAME).then(|| url(payee.id, "embedded")),
        refresh_action: is_made.then(|| url(payee.id, "refreshes")),
        close_action: url(payee.id, "closure"),
    }
}

fn closed(payee: &PayeeAccount) -> Option<ClosedPayee> {
    let is_closed = payee.state == PayeeState::Closed;
    Some(ClosedPayee {
        account: payee.account.as_ref().filter(|_| is_closed)?.to_string(),
        country: payee.country.clone(),
    })
}

const fn disabled(reason: Disabled) -> &'static str {
    match reason {
        Disabled::ActionRequired => texts::PAYEE_DISABLED_ACTION_REQUIRED,
        Disabled::Listed => texts::PAYEE_DISABLED_LISTED,
        Disabled::Paused => texts::PAYEE_DISABLED_PAUSED,
        Disabled::RefusedFraud => texts::PAYEE_DISABLED_REFUSED_FRAUD,
        Disabled::RefusedUnverified => texts::PAYEE_DISABLED_REFUSED_UNVERIFIED,
        Disabled::RefusedListed => texts::PAYEE_DISABLED_REFUSED_LISTED,
        Disabled::RefusedTerms => texts::PAYEE_DISABLED_REFUSED_TERMS,
        Disabled::Refused => texts::PAYEE_DISABLED_REFUSED,
        Disabled::PastDue => texts::PAYEE_DISABLED_PAST_DUE,
        Disabled::BeingChecked => texts::PAYEE_DISABLED_BEING_CHECKED,
        Disabled::UnderReview => texts::PAYEE_DISABLED_UNDER_REVIEW,
        Disabled::Other => texts::PAYEE_DISABLED_OTHER,
    }
}

const fn remedy(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Tell => texts::PAYEE_REMEDY_TELL,
        Remedy::Wait => texts::PAYEE_REMEDY_WAIT,
        Remedy::AskPlatform => texts::PAYEE_REMEDY_ASK_PLATFORM,
        Remedy::StartAnew => texts::PAYEE_REMEDY_START_ANEW,
    }
}

const fn wanted(topic: Topic) -> &'static str {
    match topic {
        Topic::Business => texts::PAYEE_TOPIC_BUSINESS,
        Topic::Person => texts::PAYEE_TOPIC_PERSON,
        Topic::BankAccount => texts::PAYEE_TOPIC_BANK_ACCOUNT,
        Topic::Terms => texts::PAYEE_TOPIC_TERMS,
        Topic::Other => texts::PAYEE_TOPIC_OTHER,
    }
}
