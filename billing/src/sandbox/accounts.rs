//! Accounts of payees at the sandbox: there is nothing to tell, and they may sell at once.

use async_trait::async_trait;
use bilten_kernel::{Ctx, Secret};

use super::Sandbox;
use crate::{
    payees::{CreateAccount, OnboardingReturn, PayeeAccounts, Profile, Requirements, Standing},
    provider::{AccountRef, Outcome, Why},
};

#[async_trait]
impl PayeeAccounts for Sandbox {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    async fn create(&self, _ctx: &Ctx, call: &CreateAccount) -> Outcome<Standing> {
        AccountRef::parse(&format!("sandbox_{}", call.payee)).map_or(Outcome::NotSent(Why::Refused), sells)
    }

    async fn fetch(&self, _ctx: &Ctx, account: &AccountRef) -> Outcome<Standing> {
        if account.as_str().starts_with("sandbox_") {
            sells(account.clone())
        } else {
            Outcome::NotSent(Why::NotFound)
        }
    }

    async fn onboarding_link(&self, _ctx: &Ctx, _: &AccountRef, back: &OnboardingReturn) -> Outcome<Secret<String>> {
        Outcome::Done(Secret::new(back.done.clone()))
    }

    async fn onboarding_session(&self, _ctx: &Ctx, account: &AccountRef, _: Profile) -> Outcome<Secret<String>> {
        Outcome::Done(Secret::new(format!("{account}_session")))
    }
}

fn sells(account: AccountRef) -> Outcome<Standing> {
    Outcome::Done(Standing {
        account,
        country: None,
        currency: None,
        charges_enabled: true,
        payouts_enabled: true,
        can_take_cards: true,
        disabled: None,
        requirements: Requirements::default(),
        deadline: None,
        bank: None,
    })
}
