//! The test provider's hosted page. It stands for somebody else's page: neutral, no brand of the tenant.

use bilten_kernel::Money;
use serde::Serialize;

use super::{View, sample};

/// `GET|POST /sandbox/{payment_ref}`; the chosen outcome is posted as `outcome`.
#[derive(Debug, Clone, Serialize)]
pub struct SandboxView {
    /// Whom the money goes to.
    pub merchant: String,
    /// Amount to pay.
    pub amount: Money,
    /// The provider's reference.
    pub reference: String,
    /// Where the choice is posted to.
    pub action: String,
    /// Which step it is.
    pub step: SandboxStep,
    /// Back to the shop without paying.
    pub cancel_url: String,
}

/// Step of the hosted page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SandboxStep {
    /// Choose: `pay`, `challenge`, `decline`, `later` or `timeout`.
    Choose,
    /// The bank asks whether it is really you: `confirm` or `refuse`.
    Challenge,
    /// Already settled; nothing to choose.
    Settled,
}

impl View for SandboxView {
    const TEMPLATE: &'static str = "sandbox/pay.html";

    fn samples() -> Vec<Self> {
        [SandboxStep::Choose, SandboxStep::Challenge, SandboxStep::Settled]
            .into_iter()
            .map(|step| Self {
                merchant: "Nordlys Festival Group".to_owned(),
                amount: sample::summary().total,
                reference: "sbx_7QK2M".to_owned(),
                action: "/sandbox/sbx_7QK2M".to_owned(),
                step,
                cancel_url: "/checkout/c0ffee/return".to_owned(),
            })
            .collect()
    }
}
