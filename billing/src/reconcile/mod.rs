//! Takes up what a crash, a lost answer or a lost webhook left open.
//!
//! [`sweep`] runs in every tenant where something is open, at the start and then again and again: attempts that nothing has happened to are
//! asked about (the payment's reference, or its creation sent again unconfirmed), attempts whose time is over are called off,
//! refunds are sent again. [`receive`] stores webhooks once; a job asks the provider what they hint at.
//! All of it goes through `checkout::settle`, so that the order of things never matters.

mod event_cancelled;
mod hint;
mod inbox;
mod notices;
mod store;
mod sweep;
mod vault;

use std::sync::Arc;

use bilten_tenancy::{
    jobs::{Chore, JobHandler},
    outbox::Subscriber,
};

use crate::{
    checkout::Checkout,
    commission::SendCommission,
    gift_cards::EarnOver,
    ledger::RollUpJob,
    payouts::{FindMoney, SendPayout, TendMoney},
    refunds::{RefundEvent, SubmitRefund},
    risk::TidyRisk,
};

pub use event_cancelled::{CALL_OFF_JOB, CallOffPayments, OnEventCancelled};
pub use inbox::{EVENT_JOB, Inbox, ProcessEvent, ReceiveError, receive};
pub use notices::{FindUndelivered, LookForUndelivered, Received, StripeInbox, UNDELIVERED_JOB};
pub(crate) use sweep::request;
pub use sweep::{FindOpenPayments, SWEEP_JOB, SweepPayments, Swept, sweep};
pub use vault::{CannotOpen, Vault};

/// All job handlers of this crate but the sandbox's.
pub fn handlers(app: &Checkout) -> Vec<Arc<dyn JobHandler>> {
    vec![
        Arc::new(ProcessEvent(app.clone())),
        Arc::new(SubmitRefund(app.clone())),
        Arc::new(RefundEvent(app.db.clone())),
        Arc::new(CallOffPayments(app.clone())),
        Arc::new(SweepPayments(app.clone())),
        Arc::new(RollUpJob { db: app.db.clone() }),
        Arc::new(SendPayout(app.clone())),
        Arc::new(SendCommission(app.clone())),
        Arc::new(TendMoney(app.clone())),
    ]
}

/// All chores of this crate.
pub fn chores() -> Vec<Arc<dyn Chore>> {
    vec![
        Arc::new(FindOpenPayments),
        Arc::new(FindUndelivered),
        Arc::new(FindMoney),
        Arc::new(TidyRisk),
        Arc::new(EarnOver),
    ]
}

/// All subscribers of this crate.
pub fn subscribers() -> Vec<Arc<dyn Subscriber>> {
    vec![Arc::new(OnEventCancelled)]
}
