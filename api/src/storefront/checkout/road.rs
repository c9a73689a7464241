//! How an order is paid in this shop: on its account at Stripe, with the built-in provider, or not at all.

use bilten_billing::{
    checkout::PayError,
    gift_cards::least_charge,
    payees::Way,
    provider::{ConfirmationToken, Method},
    sandbox::Sandbox,
    stripe,
};
use bilten_branding::views::checkout::StripeForm;
use bilten_kernel::Money;

use super::pay::Form;
use crate::{
    http::{AppState, headers, problem::Problem},
    storefront::{shop::Shop, urls},
};

/// How an order is paid.
pub enum Road {
    /// It costs nothing.
    Free,
    /// With the built-in provider.
    Sandbox,
    /// With Stripe's form on our page.
    Stripe(Box<StripeForm>),
    /// Not at all: cards are charged so much at least.
    TooLittle(Money),
}

/// What the buyer chose, ready for the checkout.
pub struct Chosen {
    /// Name of the provider.
    pub provider: &'static str,
    /// How it is paid there.
    pub method: Method,
    /// What the provider's form left.
    pub token: Option<ConfirmationToken>,
}

impl Road {
    /// Finds how a sum is paid.
    ///
    /// # Errors
    /// The shop takes no payments, or the database refused.
    pub async fn find(state: &AppState, shop: &Shop, cart: &str, total: Money) -> Result<Self, Problem> {
        if total.is_zero() {
            return Ok(Self::Free);
        }
        let way = state.payees.way(shop, state.config.takes_sandbox_payments()).await?;
        match (way, &state.config.stripe) {
            (Way::Sandbox, _) => Ok(Self::Sandbox),
            (Way::Stripe(account), Some(settings)) => {
                let least = least_charge(total.currency);
                if total.minor < least.minor {
                    return Ok(Self::TooLittle(least));
                }
                let amount = stripe::to_stripe(total).ok_or(PayError::PayeeClosed)?;
                Ok(Self::Stripe(Box::new(StripeForm {
                    nonce: shop.random_uuid().simple().to_string(),
                    script_url: headers::STRIPE_SCRIPT.to_owned(),
                    publishable_key: settings.publishable_key.clone(),
                    account: account.to_string(),
                    amount,
                    currency: total.currency.code().to_ascii_lowercase(),
                    return_url: shop.absolute(&urls::back_from_provider(cart)),
                    support_email: shop.settings.support_email.to_string(),
                })))
            }
            (Way::Closed, Some(_)) => Err(PayError::PayeeClosed.into()),
            (Way::Closed | Way::Stripe(_), None) => Err(PayError::MethodUnavailable.into()),
        }
    }

    /// Reads what the buyer chose; none when the provider's form left nothing, which takes a script.
    ///
    /// # Errors
    /// There is no such way to pay.
    pub fn choose(&self, form: &Form) -> Result<Option<Chosen>, Problem> {
        let hosted = |provider| Chosen {
            provider,
            method: Method::Hosted,
            token: None,
        };
        match self {
            Self::Free => Ok(Some(hosted(Sandbox::NAME))),
            Self::Sandbox if form.method.is_empty() => Ok(Some(hosted(Sandbox::NAME))),
            Self::Sandbox if form.method == Sandbox::NAME => Ok(Some(hosted(Sandbox::NAME))),
            Self::Sandbox => Err(PayError::MethodUnavailable.into()),
            Self::TooLittle(least) => Err(PayError::BelowLeast { least: *least }.into()),
            Self::Stripe(_) => Ok(ConfirmationToken::parse(&form.confirmation_token)
                .ok()
                .map(|token| Chosen {
                    provider: stripe::NAME,
                    method: Method::Embedded,
                    token: Some(token),
                })),
        }
    }
}
