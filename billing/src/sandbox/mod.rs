//! The built-in test provider, as if it stood outside (docs/adr/0006).
//!
//! It has its own books (`sandbox_payments`, `sandbox_refunds`, `sandbox_disputes`, `sandbox_payouts`), which nothing else reads, its own transactions, its
//! own page and its own webhooks. The checkout knows it only through the port.
//!
//! ```text
//! requires_confirmation → requires_action → challenge → succeeded | failed
//!                                        └→ processing → succeeded
//! any of these but processing → canceled
//! ```
//! A payment by [`Method::Instant`](crate::provider::Method) succeeds when it is confirmed.
//!
//! Not here: the page's look (`branding`), its routes (`api`).

mod accounts;
mod books;
mod courier;
mod disputes;
mod lines;
mod page;
mod payouts;
mod provider;
mod store;
mod till;
mod webhook;

use bilten_core::MasterKey;
use bilten_kernel::{Id, IdKind, Secret, TenantId};
use bilten_tenancy::{
    Db,
    groups::{GroupLimits, Groups},
};

pub use books::{BookState, Choice, Impossible};
pub use courier::{Courier, HttpCourier, Parcel};
pub use disputes::{close_dispute, open_dispute};
pub use page::{PageError, PaymentPage, choose, show};
pub use payouts::return_payout;
pub(crate) use store::total;
use till::Entering;
pub use webhook::{DELIVER_JOB, DeliverWebhook, SIGNATURE_HEADER, WEBHOOK_PATH};

/// Names a payment in the sandbox's books.
pub enum SandboxPaymentKind {}
impl IdKind for SandboxPaymentKind {
    const PREFIX: &'static str = "sbx";
}
/// Identifies a payment in the sandbox's books.
pub type SandboxPaymentId = Id<SandboxPaymentKind>;

/// The sandbox: a provider, a page and a sender of webhooks.
#[derive(Debug, Clone)]
pub struct Sandbox {
    db: Db,
    till: Groups<Entering>,
    master_keys: Vec<MasterKey>,
}

impl Sandbox {
    /// Name in our rows and in the webhook's path.
    pub const NAME: &'static str = "sandbox";

    /// Makes a sandbox. Each tenant's webhook secret is derived from a master key; while a master key is being changed
    /// there are two, the new one first.
    pub fn new(db: Db, master_keys: Vec<MasterKey>) -> Self {
        let till = Groups::new(
            Entering { db: db.clone() },
            GroupLimits::default(),
            db.turnstile().clone(),
        );
        Self { db, till, master_keys }
    }

    /// Secrets that sign and check the tenant's webhooks.
    pub fn webhook_secrets(&self, tenant: TenantId) -> Vec<Secret<Vec<u8>>> {
        let derive = |master: &MasterKey| Secret::new(master.derive("sandbox webhook", tenant).expose().to_vec());
        self.master_keys.iter().map(derive).collect()
    }
}
