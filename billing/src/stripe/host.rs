//! Hosts on which Stripe offers wallets (payment method domains), by account.

use bilten_kernel::Ctx;
use serde::Deserialize;
use serde_json::json;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::{
    Stripe,
    answer::List,
    line::{Reply, Sending},
};
use crate::{
    payees::WalletStanding,
    provider::{AccountRef, DeclineCode, Outcome, Retry},
};

#[derive(Deserialize)]
struct Domain {
    id: String,
    #[serde(default)]
    apple_pay: Wallet,
    #[serde(default)]
    google_pay: Wallet,
}

#[derive(Default, Deserialize)]
struct Wallet {
    #[serde(default)]
    status: String,
    #[serde(default)]
    status_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    error_message: Option<String>,
}

impl Stripe {
    /// Registers a host, or has one looked at again that is.
    pub(super) async fn register(&self, ctx: &Ctx, account: &AccountRef, host: &str) -> Outcome<WalletStanding> {
        let query = json!({ "domain_name": host, "limit": 1 });
        let request = RequestBuilder::new(StripeMethod::Get, "/payment_method_domains").query(&query);
        let known = match self.ask(&request, Some(account)).await.read::<List<Domain>, _>() {
            Ok(list) => list.data.into_iter().next(),
            Err(lost) => return lost,
        };
        let create = json!({ "domain_name": host });
        let (request, key) = if let Some(domain) = known {
            // What was looked at before is to be looked at again, so each look has a key of its own.
            let path = format!("/payment_method_domains/{}/validate", domain.id);
            let key = format!("{account}/{host}/{}", ctx.now().as_second());
            (RequestBuilder::new(StripeMethod::Post, path), key)
        } else {
            let request = RequestBuilder::new(StripeMethod::Post, "/payment_method_domains").form(&create);
            (request, format!("{account}/{host}/host"))
        };
        let sending = Sending {
            account: Some(account),
            key: Some(&key),
        };
        match self.line.send(&request, sending).await {
            Reply::Refused(error) => Outcome::Declined(DeclineCode::new(error.code()), Retry::Never),
            reply => match reply.read::<Domain, _>() {
                Ok(domain) => Outcome::Done(domain.standing()),
                Err(lost) => lost,
            },
        }
    }
}

impl Domain {
    fn standing(self) -> WalletStanding {
        let is_active = |wallet: &Wallet| wallet.status == "active";
        let (apple_pay, google_pay) = (is_active(&self.apple_pay), is_active(&self.google_pay));
        let reasons = [self.apple_pay, self.google_pay];
        let mut reasons = reasons
            .into_iter()
            .filter_map(|wallet| wallet.status_details?.error_message);
        WalletStanding {
            apple_pay,
            google_pay,
            reason: reasons.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wallet_is_told_by_itself_with_the_first_reason() {
        let json = r#"{"id":"pmd_1","domain_name":"shop.example.org","enabled":true,"link":{"status":"active"},
                       "apple_pay":{"status":"inactive","status_details":{"error_message":"not reachable"}},
                       "google_pay":{"status":"active"}}"#;
        let told = serde_json::from_str::<Domain>(json).unwrap().standing();
        assert_eq!((told.apple_pay, told.google_pay), (false, true));
        assert_eq!(told.reason.as_deref(), Some("not reachable"));
        let bare = serde_json::from_str::<Domain>(r#"{"id":"pmd_1"}"#).unwrap().standing();
        assert_eq!(bare, WalletStanding::default());
    }
}
