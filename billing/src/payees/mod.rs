//! Who is paid: the tenant's account at a payment provider.
//!
//! ```text
//! creating → onboarding → active ⇄ restricted
//!      any of these → closed
//! ```
//! Invariants:
//! * Only `active` sells: the provider takes cards for the account, and has disabled nothing.
//! * What a row says is what the provider told last; notices are only a reason to ask.
//! * A closed account stays, because what it took is given back from it.
//! * A tenant has one account at a provider that is not closed (unique index `one_open_payee`).
//! * The directory of the platform names each account's tenant before the account is shown to anybody.
//!
//! Not here: the provider's calls (`stripe`, `sandbox`), pages and routes (`api`), who may do this (`tenancy::permissions`).

mod account;
mod close;
mod connect;
mod directory;
mod disabled;
mod follow;
mod gone;
mod onboard;
mod port;
mod rests;
mod store;
mod tier;
mod topic;
mod wallets;
mod way;

use std::{collections::BTreeMap, fmt, sync::Arc};

use bilten_kernel::Ctx;
use bilten_tenancy::{Db, DbError, PlatformDb, TenantTx, audit};
use serde_json::json;

use crate::provider::{AccountRef, Outcome, Why};

pub use account::{PayeeAccount, PayeeId, PayeeKind, PayeeState, Profile, Requirements, Standing};
pub use close::close;
pub use connect::{ConnectPayee, connect};
pub use directory::find_tenant;
pub use disabled::{Disabled, Remedy};
pub use follow::{FOLLOW_JOB, FollowPayee, refresh};
pub(crate) use follow::{concerns_payee, follow};
pub(crate) use gone::has_left;
pub use onboard::{onboarding_link, onboarding_session};
pub use port::{CreateAccount, OnboardingReturn, PayeeAccounts};
pub(crate) use rests::begin as begin_rest;
pub use rests::{Rest, RestError, RestId, RestKind, RestWhy, hold, lift, list_rests};
pub(crate) use store::{Unreckoned, set_tier, take_unreckoned, take_unswept};
pub use tier::{Tier, TierFacts};
pub use topic::Topic;
pub use wallets::{TendWallets, WALLETS_JOB, WalletHost, WalletStanding, WalletState, list_wallet_hosts, tend_wallets};
pub use way::Way;

/// What payees are looked after with. Cheap to clone.
#[derive(Clone)]
pub struct Payees {
    /// Road to the tenants' rows.
    pub db: Db,
    /// Road to the directory of accounts.
    pub platform: PlatformDb,
    accounts: BTreeMap<&'static str, Arc<dyn PayeeAccounts>>,
}

impl Payees {
    /// Looks after accounts at these providers.
    pub fn new(db: Db, platform: PlatformDb, accounts: impl IntoIterator<Item = Arc<dyn PayeeAccounts>>) -> Self {
        Self {
            db,
            platform,
            accounts: accounts.into_iter().map(|at| (at.name(), at)).collect(),
        }
    }

    /// Tells whether accounts can be opened at a provider here.
    pub fn has(&self, provider: &str) -> bool {
        self.accounts.contains_key(provider)
    }

    fn at(&self, provider: &str) -> Result<&dyn PayeeAccounts, PayeeError> {
        let found = self.accounts.get(provider);
        found.map(Arc::as_ref).ok_or(PayeeError::UnknownProvider)
    }
}

impl fmt::Debug for Payees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.accounts.keys()).finish()
    }
}

/// Why something about a payee could not be done.
#[derive(Debug, thiserror::Error)]
pub enum PayeeError {
    /// The tenant has no such payee.
    #[error("there is no such payee")]
    NotFound,
    /// No such provider is set up.
    #[error("there is no such provider")]
    UnknownProvider,
    /// The payee is closed, or its account is not made yet.
    #[error("the payee is not in a state that allows this")]
    WrongState,
    /// The provider cannot be reached, or its answer was lost; trying again is safe.
    #[error("the provider gave no answer")]
    NoAnswer,
    /// The provider refused.
    #[error("the provider refused")]
    Refused,
    /// The database failed.
    #[error("the payee could not be recorded")]
    Db(#[from] DbError),
}

/// What an answer holds, or why it holds nothing.
fn answered<T>(outcome: Outcome<T>) -> Result<T, PayeeError> {
    match outcome {
        Outcome::Done(told) | Outcome::Pending(told) | Outcome::Action(told, _) => Ok(told),
        Outcome::NotSent(Why::NotFound | Why::NoAccess) => Err(PayeeError::NotFound),
        Outcome::Declined(..) | Outcome::NotSent(Why::Refused | Why::KeyReused) => Err(PayeeError::Refused),
        Outcome::NotSent(Why::Unreachable) | Outcome::Unknown => Err(PayeeError::NoAnswer),
    }
}

/// Account that takes a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The provider's name of the account.
    pub account: AccountRef,
}

/// Lists the tenant's payees, the open ones first.
///
/// # Errors
/// The database failed.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<PayeeAccount>, DbError> {
    store::list(tx).await
}

/// Finds a payee.
///
/// # Errors
/// The database failed.
pub async fn find(tx: &mut TenantTx, id: PayeeId) -> Result<Option<PayeeAccount>, DbError> {
    store::find(tx, id).await
}

/// Finds the tenant's payee at a provider that is not closed.
///
/// # Errors
/// The database failed.
pub async fn find_current(tx: &mut TenantTx, provider: &str) -> Result<Option<PayeeAccount>, DbError> {
    store::find_current(tx, provider).await
}

/// An operator vouches for a payee, in the caller's transaction: it is trusted at least that far, whatever is reckoned.
///
/// # Errors
/// The database failed.
pub async fn vouch(ctx: &Ctx, tx: &mut TenantTx, id: PayeeId, tier: Tier) -> Result<(), DbError> {
    store::set_vouched(tx, id, tier).await?;
    let entry = audit::Entry {
        action: "payee.vouched",
        object: id.to_string(),
        details: json!({ "tier": tier.name() }),
    };
    audit::record(tx, ctx, entry).await
}

/// Finds the account that takes the tenant's money at a provider, if it may sell now.
///
/// # Errors
/// The database failed.
pub(crate) async fn find_open(db: &Db, ctx: &Ctx, provider: &str) -> Result<Option<Payee>, DbError> {
    let mut tx = db.begin(ctx).await?;
    let found = store::find_active(&mut tx, provider).await?;
    tx.rollback().await?;
    Ok(found)
}
