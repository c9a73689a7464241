//! What is asked of a provider about payees' accounts.

use async_trait::async_trait;
use bilten_kernel::{Ctx, Secret};

use super::{Profile, Standing, WalletStanding};
use crate::provider::{AccountRef, Outcome};

/// Asks for an account.
#[derive(Debug, Clone)]
pub struct CreateAccount {
    /// Makes the call happen once.
    pub key: String,
    /// Our payee, kept by the provider as metadata.
    pub payee: String,
    /// Country of its owner, as two letters. It cannot be changed later.
    pub country: String,
    /// Who answers for it.
    pub profile: Profile,
}

/// Where the owner comes back to from the provider's pages.
#[derive(Debug, Clone)]
pub struct OnboardingReturn {
    /// When he is done or gives up; it proves nothing.
    pub done: String,
    /// When the link was used or is too old: a page that makes another.
    pub again: String,
}

/// Accounts of payees at one provider.
#[async_trait]
pub trait PayeeAccounts: Send + Sync {
    /// Name in our rows.
    fn name(&self) -> &'static str;

    /// Makes an account.
    async fn create(&self, ctx: &Ctx, call: &CreateAccount) -> Outcome<Standing>;

    /// Tells how an account stands now.
    async fn fetch(&self, ctx: &Ctx, account: &AccountRef) -> Outcome<Standing>;

    /// Makes a link, good for one visit, to pages on which the owner tells what the provider wants to know.
    async fn onboarding_link(
        &self,
        ctx: &Ctx,
        account: &AccountRef,
        back: &OnboardingReturn,
    ) -> Outcome<Secret<String>>;

    /// Makes what the provider's script needs to show the same inside a page of ours; good for one visit. What it shows beyond
    /// that follows from who answers for the account.
    async fn onboarding_session(&self, ctx: &Ctx, account: &AccountRef, profile: Profile) -> Outcome<Secret<String>>;

    /// Registers a host on which buyers pay on this account, or looks at it again, and tells which wallets are offered there; a
    /// provider without wallets says so.
    async fn register_host(&self, _ctx: &Ctx, _account: &AccountRef, _host: &str) -> Outcome<WalletStanding> {
        Outcome::Done(WalletStanding::default())
    }
}
