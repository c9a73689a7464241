//! Connected accounts: v1 accounts with controller properties (docs.stripe.com/connect/accounts-v2 has no typed requests
//! yet; the port would not notice the change).

use std::collections::HashMap;

use async_trait::async_trait;
use bilten_kernel::{Ctx, Secret, Timestamp};
use serde::Deserialize;
use stripe_client_core::StripeRequest;
use stripe_connect::{
    account::{
        CreateAccount as CreateRequest, CreateAccountCapabilities, CreateAccountCapabilitiesCardPayments,
        CreateAccountCapabilitiesTransfers, CreateAccountController, CreateAccountControllerFees,
        CreateAccountControllerFeesPayer, CreateAccountControllerLosses, CreateAccountControllerLossesPayments,
        CreateAccountControllerRequirementCollection, CreateAccountControllerStripeDashboard,
        CreateAccountControllerStripeDashboardType, CreateAccountSettings, CreateAccountSettingsPayouts,
        CreateAccountSettingsPayoutsSchedule, CreateAccountSettingsPayoutsScheduleInterval, RetrieveAccount,
    },
    account_link::{
        CreateAccountLink, CreateAccountLinkCollectionOptions, CreateAccountLinkCollectionOptionsFields,
        CreateAccountLinkType,
    },
    account_session::CreateAccountSession,
};

use super::{
    NAME, Stripe,
    line::{Reply, Sending},
    session,
};
use crate::{
    payees::{
        CreateAccount, Disabled, OnboardingReturn, PayeeAccounts, Profile, Requirements, Standing, WalletStanding,
    },
    provider::{AccountRef, Outcome, Why},
};

/// Metadata that says whose account it is.
const TENANT: &str = "tenant";
const PAYEE: &str = "payee";

#[async_trait]
impl PayeeAccounts for Stripe {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn create(&self, ctx: &Ctx, call: &CreateAccount) -> Outcome<Standing> {
        let metadata = HashMap::from([
            (TENANT.to_owned(), ctx.tenant.to_string()),
            (PAYEE.to_owned(), call.payee.clone()),
        ]);
        let mut request = CreateRequest::new()
            .controller(controller(call.profile))
            .country(call.country.clone())
            .capabilities(capabilities())
            .metadata(metadata);
        if call.profile == Profile::Managed {
            request = request.settings(paid_out_by_us());
        }
        let sending = Sending {
            account: None,
            key: Some(&call.key),
        };
        read(self.line.send(&request.build(), sending).await)
    }

    async fn fetch(&self, _ctx: &Ctx, account: &AccountRef) -> Outcome<Standing> {
        let request = RetrieveAccount::new(account.as_str()).build();
        read(self.ask(&request, None).await)
    }

    async fn onboarding_link(
        &self,
        ctx: &Ctx,
        account: &AccountRef,
        back: &OnboardingReturn,
    ) -> Outcome<Secret<String>> {
        let mut fields = CreateAccountLinkCollectionOptions::new();
        fields.fields = Some(CreateAccountLinkCollectionOptionsFields::EventuallyDue);
        let request = CreateAccountLink::new(account.as_str(), CreateAccountLinkType::AccountOnboarding)
            .refresh_url(back.again.clone())
            .return_url(back.done.clone())
            .collection_options(fields)
            .build();
        let reply = self.line.send(&request, once(&visit(ctx))).await;
        read_one::<Link>(reply, |link| link.url)
    }

    async fn register_host(&self, ctx: &Ctx, account: &AccountRef, host: &str) -> Outcome<WalletStanding> {
        self.register(ctx, account, host).await
    }

    async fn onboarding_session(&self, ctx: &Ctx, account: &AccountRef, profile: Profile) -> Outcome<Secret<String>> {
        let request = CreateAccountSession::new(account.as_str(), session::components(profile)).build();
        let reply = self.line.send(&request, once(&visit(ctx))).await;
        read_one::<Session>(reply, |session| session.client_secret)
    }
}

/// Each visit gets a link of its own, so each has a key of its own: a link that was shown once is worth nothing again.
fn visit(ctx: &Ctx) -> String {
    format!("visit/{}", ctx.random_uuid().simple())
}

const fn once(key: &str) -> Sending<'_> {
    Sending {
        account: None,
        key: Some(key),
    }
}

fn controller(profile: Profile) -> CreateAccountController {
    use CreateAccountControllerLossesPayments as Losses;
    let (payer, losses, dashboard) = match profile {
        Profile::Managed => (
            CreateAccountControllerFeesPayer::Application,
            Losses::Application,
            CreateAccountControllerStripeDashboardType::Express,
        ),
        Profile::SelfManaged => (
            CreateAccountControllerFeesPayer::Account,
            Losses::Stripe,
            CreateAccountControllerStripeDashboardType::Full,
        ),
    };
    CreateAccountController {
        fees: Some(CreateAccountControllerFees { payer: Some(payer) }),
        losses: Some(CreateAccountControllerLosses { payments: Some(losses) }),
        requirement_collection: Some(CreateAccountControllerRequirementCollection::Stripe),
        stripe_dashboard: Some(CreateAccountControllerStripeDashboard { type_: Some(dashboard) }),
    }
}

/// Cards, and the transfers that Stripe wants along with them.
fn capabilities() -> CreateAccountCapabilities {
    let mut wanted = CreateAccountCapabilities::new();
    wanted.card_payments = Some(CreateAccountCapabilitiesCardPayments { requested: Some(true) });
    wanted.transfers = Some(CreateAccountCapabilitiesTransfers { requested: Some(true) });
    wanted
}

/// Nothing is paid out before we say so.
fn paid_out_by_us() -> CreateAccountSettings {
    let mut schedule = CreateAccountSettingsPayoutsSchedule::new();
    schedule.interval = Some(CreateAccountSettingsPayoutsScheduleInterval::Manual);
    let mut payouts = CreateAccountSettingsPayouts::new();
    payouts.schedule = Some(schedule);
    let mut settings = CreateAccountSettings::new();
    settings.payouts = Some(payouts);
    settings
}

#[derive(Deserialize)]
struct Link {
    url: String,
}

#[derive(Deserialize)]
struct Session {
    client_secret: String,
}

#[derive(Deserialize)]
struct Account {
    id: String,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    default_currency: Option<String>,
    #[serde(default)]
    charges_enabled: bool,
    #[serde(default)]
    payouts_enabled: bool,
    #[serde(default)]
    capabilities: Option<Capabilities>,
    #[serde(default)]
    requirements: Option<Wanted>,
    #[serde(default)]
    external_accounts: Option<Banks>,
}

#[derive(Deserialize)]
struct Banks {
    #[serde(default)]
    data: Vec<Bank>,
}

#[derive(Deserialize)]
struct Bank {
    #[serde(default)]
    fingerprint: Option<String>,
}

impl Banks {
    /// The fingerprints of all of them, in an order of their own.
    fn print(self) -> Option<String> {
        let mut prints: Vec<String> = self.data.into_iter().filter_map(|bank| bank.fingerprint).collect();
        prints.sort_unstable();
        (!prints.is_empty()).then(|| prints.join(" "))
    }
}

#[derive(Deserialize)]
struct Capabilities {
    #[serde(default)]
    card_payments: Option<String>,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    current_deadline: Option<i64>,
    #[serde(default)]
    disabled_reason: Option<String>,
    #[serde(default)]
    currently_due: Option<Vec<String>>,
    #[serde(default)]
    eventually_due: Option<Vec<String>>,
    #[serde(default)]
    past_due: Option<Vec<String>>,
    #[serde(default)]
    pending_verification: Option<Vec<String>>,
}

fn read(reply: Reply) -> Outcome<Standing> {
    match reply {
        Reply::Body(body) => {
            let told = serde_json::from_slice::<Account>(&body).ok().and_then(standing);
            told.map_or(Outcome::Unknown, Outcome::Done)
        }
        // Stripe says the same of an account that is not there and of one that left the platform.
        Reply::Refused(_) => Outcome::NotSent(Why::NotFound),
        Reply::NotSent(why) => Outcome::NotSent(why),
        Reply::Unknown => Outcome::Unknown,
    }
}

fn read_one<T: for<'de> Deserialize<'de>>(reply: Reply, part: impl Fn(T) -> String) -> Outcome<Secret<String>> {
    match reply {
        Reply::Body(body) => {
            serde_json::from_slice::<T>(&body).map_or(Outcome::Unknown, |told| Outcome::Done(Secret::new(part(told))))
        }
        Reply::Refused(_) => Outcome::NotSent(Why::Refused),
        Reply::NotSent(why) => Outcome::NotSent(why),
        Reply::Unknown => Outcome::Unknown,
    }
}

fn standing(account: Account) -> Option<Standing> {
    let cards = account.capabilities.and_then(|all| all.card_payments);
    let wanted = account.requirements;
    let deadline = wanted.as_ref().and_then(|wanted| wanted.current_deadline);
    let disabled = wanted.as_ref().and_then(|wanted| wanted.disabled_reason.as_deref());
    Some(Standing {
        account: AccountRef::parse(&account.id).ok()?,
        country: account.country,
        currency: account
            .default_currency
            .and_then(|code| code.to_ascii_uppercase().parse().ok()),
        charges_enabled: account.charges_enabled,
        payouts_enabled: account.payouts_enabled,
        can_take_cards: cards.as_deref() == Some("active"),
        disabled: disabled.map(read_reason),
        deadline: deadline.and_then(|second| Timestamp::from_second(second).ok()),
        bank: account.external_accounts.and_then(Banks::print),
        requirements: wanted.map_or_else(Requirements::default, |wanted| Requirements {
            currently_due: wanted.currently_due.unwrap_or_default(),
            eventually_due: wanted.eventually_due.unwrap_or_default(),
            past_due: wanted.past_due.unwrap_or_default(),
            pending_verification: wanted.pending_verification.unwrap_or_default(),
        }),
    })
}

fn read_reason(reason: &str) -> Disabled {
    match reason {
        "action_required.requested_capabilities" => Disabled::ActionRequired,
        "listed" => Disabled::Listed,
        "platform_paused" => Disabled::Paused,
        "rejected.fraud" | "rejected.platform_fraud" => Disabled::RefusedFraud,
        "rejected.incomplete_verification" => Disabled::RefusedUnverified,
        "rejected.listed" => Disabled::RefusedListed,
        "rejected.terms_of_service" | "rejected.platform_terms_of_service" => Disabled::RefusedTerms,
        "rejected.other" | "rejected.platform_other" => Disabled::Refused,
        "requirements.past_due" => Disabled::PastDue,
        "requirements.pending_verification" => Disabled::BeingChecked,
        "under_review" => Disabled::UnderReview,
        _ => Disabled::Other,
    }
}

#[cfg(test)]
mod tests {
    use stripe_shared::AccountRequirementsDisabledReason as Reason;

    use super::*;

    #[test]
    fn every_reason_that_stripe_lists_has_words_of_ours() {
        let listed = [
            Reason::ActionRequiredRequestedCapabilities,
            Reason::Listed,
            Reason::PlatformPaused,
            Reason::RejectedFraud,
            Reason::RejectedIncompleteVerification,
            Reason::RejectedListed,
            Reason::RejectedOther,
            Reason::RejectedPlatformFraud,
            Reason::RejectedPlatformOther,
            Reason::RejectedPlatformTermsOfService,
            Reason::RejectedTermsOfService,
            Reason::RequirementsPastDue,
            Reason::RequirementsPendingVerification,
            Reason::UnderReview,
        ];
        for reason in listed {
            assert_ne!(read_reason(reason.as_str()), Disabled::Other, "{}", reason.as_str());
        }
        assert_eq!(read_reason(Reason::Other.as_str()), Disabled::Other);
    }

    #[test]
    fn an_account_is_read_from_few_fields() {
        let told: Account = serde_json::from_str(r#"{"id":"acct_1","brand_new":{},"requirements":null}"#).unwrap();
        let told = standing(told).unwrap();
        assert!(!told.may_sell());
        let json = r#"{"id":"acct_1","country":"NO","default_currency":"nok","charges_enabled":true,
                       "external_accounts":{"data":[{"fingerprint":"b"},{"fingerprint":"a"},{"last4":"1234"}]},"payouts_enabled":true,
                       "capabilities":{"card_payments":"active","link_payments":"pending"},
                       "requirements":{"currently_due":["x"],"past_due":null,"disabled_reason":null,"current_deadline":1935000000}}"#;
        let told = standing(serde_json::from_str(json).unwrap()).unwrap();
        assert!(told.may_sell());
        assert_eq!(told.bank.as_deref(), Some("a b"));
        assert_eq!(told.requirements.currently_due, ["x"]);
        assert!(told.deadline.is_some());
    }
}
