//! What of Stripe's pages is shown inside a page of ours: telling who one is and what has changed, for everybody; money and contests
//! only where the owner answers for them himself. On a managed account payouts and answers to contests are ours, with their books.

use stripe_connect::account_session::{
    AccountConfigParam, CreateAccountSessionComponents, CreateAccountSessionComponentsDisputesList,
    CreateAccountSessionComponentsDisputesListFeatures, PayoutsConfigParam, PayoutsFeaturesParam,
};

use crate::payees::Profile;

pub(super) fn components(profile: Profile) -> CreateAccountSessionComponents {
    let mut shown = CreateAccountSessionComponents::new();
    shown.account_onboarding = Some(AccountConfigParam::new(true));
    shown.account_management = Some(AccountConfigParam::new(true));
    shown.notification_banner = Some(AccountConfigParam::new(true));
    if profile == Profile::SelfManaged {
        shown.payouts = Some(payouts());
        shown.disputes_list = Some(disputes());
    }
    shown
}

/// Payouts can be seen. Whoever wants another schedule has a dashboard of his own for that.
fn payouts() -> PayoutsConfigParam {
    let mut features = PayoutsFeaturesParam::new();
    features.instant_payouts = Some(false);
    features.edit_payout_schedule = Some(false);
    features.standard_payouts = Some(false);
    let mut payouts = PayoutsConfigParam::new(true);
    payouts.features = Some(features);
    payouts
}

/// Contests can be answered there; money is given back with the order, so that tickets and books know of it.
fn disputes() -> CreateAccountSessionComponentsDisputesList {
    let mut features = CreateAccountSessionComponentsDisputesListFeatures::new();
    features.refund_management = Some(false);
    features.capture_payments = Some(false);
    let mut disputes = CreateAccountSessionComponentsDisputesList::new(true);
    disputes.features = Some(features);
    disputes
}
