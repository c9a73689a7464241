//! Which balances may be paid out now, and how much of them the provider would send.

use std::collections::{BTreeMap, HashMap};

use bilten_kernel::{Ctx, Currency, Timestamp};
use bilten_tenancy::{DbError, TenantTx};

use super::{PayoutRow, store};
use crate::{
    balances,
    payees::{self, Profile, Tier},
};

/// Why a balance is not paid out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closed {
    /// It is not what the books say.
    Red,
    /// Nothing is paid out of it for now.
    Resting,
    /// The provider does not pay it out.
    Disabled,
    /// Its owner has a schedule of his own with the provider.
    OwnSchedule,
    /// We do not know the account any more.
    Unknown,
}

/// What is known of a payee's account.
#[derive(Debug, Clone, Copy)]
struct Known {
    is_managed: bool,
    is_paid_out: bool,
    tier: Tier,
}

/// What stands between lots and payouts.
#[derive(Debug, Default)]
pub(super) struct Gate {
    red: Vec<(String, String)>,
    resting: Vec<(String, String)>,
    accounts: BTreeMap<(String, String), Known>,
    told: HashMap<(String, String, String), (i64, Timestamp)>,
}

impl Gate {
    /// Reads how balances stand.
    pub async fn read(tx: &mut TenantTx, now: Timestamp) -> Result<Self, DbError> {
        let mut gate = Self::default();
        for look in balances::list_looks(tx).await? {
            let place = (look.provider, look.account);
            if look.red_since.is_some() {
                gate.red.push(place.clone());
            }
            gate.told.insert(
                (place.0, place.1, look.currency),
                (look.available_minor, look.looked_at),
            );
        }
        for payee in payees::list(tx).await? {
            let known = Known {
                is_managed: payee.profile == Profile::Managed,
                is_paid_out: payee.payouts_enabled,
                tier: payee.tier,
            };
            if let Some(account) = payee.account {
                gate.accounts.insert((payee.provider, account.to_string()), known);
            }
        }
        let rests = payees::list_rests(tx, now).await?;
        gate.resting = rests
            .into_iter()
            .map(|rest| (rest.provider, rest.account.to_string()))
            .collect();
        Ok(gate)
    }

    /// Tells why a balance is closed; none when it is open. The platform's own part of accounts is paid out by the provider.
    pub fn closed(&self, provider: &str, account: Option<&str>) -> Option<Closed> {
        let place = (provider.to_owned(), account.unwrap_or_default().to_owned());
        if self.red.contains(&place) {
            return Some(Closed::Red);
        }
        account?;
        if self.resting.contains(&place) {
            return Some(Closed::Resting);
        }
        match self.accounts.get(&place) {
            Some(Known { is_managed: false, .. }) => Some(Closed::OwnSchedule),
            Some(Known { is_paid_out: false, .. }) => Some(Closed::Disabled),
            Some(_) => None,
            None => Some(Closed::Unknown),
        }
    }

    /// How much may be paid out of an account before its event is over, in minor units; none where nothing limits it.
    pub fn limit(&self, provider: &str, account: Option<&str>, currency: Currency) -> Option<i64> {
        let place = (provider.to_owned(), account?.to_owned());
        let tier = self.accounts.get(&place)?.tier;
        tier.limit(currency).map(|limit| limit.minor)
    }

    /// How much of `booked` the provider would send, as far as it told: money that just went back is missing there first.
    pub async fn most(
        &self,
        tx: &mut TenantTx,
        (provider, account, currency): (&str, Option<&str>, Currency),
        booked: i64,
    ) -> Result<i64, DbError> {
        let account = account.unwrap_or_default();
        let key = (provider.to_owned(), account.to_owned(), currency.code().to_owned());
        let Some((told, looked_at)) = self.told.get(&key) else {
            return Ok(booked);
        };
        let unsent = store::sum_unsent(tx, (provider, account), currency, *looked_at).await?;
        Ok(booked.min(told - unsent))
    }
}

/// Tells whether nothing leaves a payout's account for now.
pub(super) async fn rests(tx: &mut TenantTx, ctx: &Ctx, payout: &PayoutRow) -> Result<bool, DbError> {
    let Some(account) = &payout.account else {
        return Ok(false);
    };
    let rests = payees::list_rests(tx, ctx.now()).await?;
    Ok(rests
        .iter()
        .any(|rest| rest.provider == payout.provider && rest.account == *account))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_green_balance_that_we_look_after_is_paid_out() {
        let place = |account: &str| ("stripe".to_owned(), account.to_owned());
        let good = Known {
            is_managed: true,
            is_paid_out: true,
            tier: Tier::Unproven,
        };
        let (own, disabled) = (
            Known {
                is_managed: false,
                ..good
            },
            Known {
                is_paid_out: false,
                ..good
            },
        );
        let trusted = Known {
            tier: Tier::Trusted,
            ..good
        };
        let gate = Gate {
            red: vec![place("acct_red"), ("sandbox".to_owned(), String::new())],
            resting: vec![place("acct_rests")],
            accounts: [
                (place("acct_red"), good),
                (place("acct_rests"), good),
                (place("acct_1"), good),
                (place("acct_2"), trusted),
                (place("acct_own"), own),
                (place("acct_off"), disabled),
            ]
            .into(),
            told: HashMap::new(),
        };
        for (account, closed) in [
            ("acct_1", None),
            ("acct_2", None),
            ("acct_red", Some(Closed::Red)),
            ("acct_rests", Some(Closed::Resting)),
            ("acct_own", Some(Closed::OwnSchedule)),
            ("acct_off", Some(Closed::Disabled)),
            ("acct_gone", Some(Closed::Unknown)),
        ] {
            assert_eq!(gate.closed("stripe", Some(account)), closed, "{account}");
        }
        assert_eq!(gate.closed("sandbox", None), Some(Closed::Red));
        assert_eq!(Gate::default().closed("sandbox", None), None);
        let euro = "EUR".parse().unwrap();
        assert_eq!(gate.limit("stripe", Some("acct_1"), euro), Some(200_000));
        assert_eq!(gate.limit("stripe", Some("acct_2"), euro), None);
        assert_eq!(gate.limit("sandbox", None, euro), None);
    }
}
