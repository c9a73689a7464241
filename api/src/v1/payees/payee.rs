//! A payee as the API tells it.

use bilten_billing::payees::{Disabled, PayeeAccount, Rest, Topic, WalletHost};
use serde::Serialize;
use utoipa::ToSchema;

/// Account at a payment provider that a tenant is paid through.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct Payee {
    /// Id.
    id: String,
    /// Provider, such as `stripe`.
    provider: String,
    /// The provider's name of the account; missing until it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    /// Who answers for it: `managed` (the platform) or `self_managed` (its owner).
    profile: &'static str,
    /// `creating`, `onboarding`, `active`, `restricted` or `closed`. Only `active` sells.
    state: &'static str,
    /// Country of its owner, as two letters.
    country: String,
    /// Currency in which it is paid out.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    /// It may take payments.
    charges_enabled: bool,
    /// It is paid out.
    payouts_enabled: bool,
    /// Why the provider disabled something.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled: Option<&'static str>,
    /// What the provider wants to know now: `business`, `person`, `bank_account`, `terms`, `other`.
    wanted: Vec<&'static str>,
    /// Until when it wants to know that, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<String>,
    /// How far it is trusted: `unproven`, `known`, `proven` or `trusted`. It says how much may be paid out before an event is over.
    tier: &'static str,
    /// Why nothing is paid out for now; empty most of the time.
    rests: Vec<PayoutRest>,
    /// Hosts on which buyers can pay with the wallets of their telephones, or why they cannot.
    wallet_hosts: Vec<WalletHostOf>,
}

/// A host, and which wallets are offered there.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct WalletHostOf {
    /// The host.
    host: String,
    /// `wanted` (the provider was not asked yet), `active` or `inactive`.
    state: &'static str,
    /// Apple Pay is offered.
    apple_pay: bool,
    /// Google Pay is offered.
    google_pay: bool,
    /// Why something is not, in the provider's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A time in which nothing is paid out.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::v1) struct PayoutRest {
    /// `bank_changed`, `warnings` or `operator`.
    why: &'static str,
    /// Since when, RFC 3339.
    since: String,
    /// When it ends by itself; missing when a person must look.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

impl Payee {
    pub(super) fn new(payee: PayeeAccount, rests: &[Rest], hosts: &[WalletHost]) -> Self {
        let is_here =
            |host: &&WalletHost| host.provider == payee.provider && Some(&host.account) == payee.account.as_ref();
        let hosts = hosts.iter().filter(is_here).map(WalletHostOf::from).collect();
        let of_account =
            |rest: &&Rest| rest.provider == payee.provider && Some(&rest.account) == payee.account.as_ref();
        let rests = rests.iter().filter(of_account).map(PayoutRest::from).collect();
        Self {
            id: payee.id.to_string(),
            account: payee.account.as_ref().map(ToString::to_string),
            profile: payee.profile.name(),
            state: payee.state.name(),
            country: payee.country,
            currency: payee.currency.map(|currency| currency.code().to_owned()),
            charges_enabled: payee.charges_enabled,
            payouts_enabled: payee.payouts_enabled,
            disabled: payee.disabled.map(Disabled::name),
            wanted: payee.requirements.topics().into_iter().map(Topic::name).collect(),
            deadline: payee.deadline.map(|at| at.to_string()),
            tier: payee.tier.name(),
            rests,
            wallet_hosts: hosts,
            provider: payee.provider,
        }
    }
}

impl From<&WalletHost> for WalletHostOf {
    fn from(host: &WalletHost) -> Self {
        Self {
            host: host.host.clone(),
            state: host.state.name(),
            apple_pay: host.told.apple_pay,
            google_pay: host.told.google_pay,
            reason: host.told.reason.clone(),
        }
    }
}

impl From<&Rest> for PayoutRest {
    fn from(rest: &Rest) -> Self {
        Self {
            why: rest.why.name(),
            since: rest.since.to_string(),
            until: rest.until.map(|until| until.to_string()),
        }
    }
}
