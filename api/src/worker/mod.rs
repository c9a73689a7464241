//! What runs beside the requests: jobs of all tenants, and the upkeep of this process.

mod supervisor;
pub mod witness;

use std::{sync::Arc, time::Duration};

use bilten_billing::{
    payees::{FollowPayee, TendWallets},
    reconcile::{self, LookForUndelivered},
    sandbox::{DeliverWebhook, HttpCourier},
    vat::Recheck,
    watch::{FindUnproven, WatchMoney},
};
use bilten_core::catalog::EndEventJob;
use bilten_core::inventory::{SweepHolds, SweepHoldsJob};
use bilten_core::price_policy::{FindMoving, MovePriceJob};
use bilten_core::waiting_room::TidyPasses;
use bilten_core::waitlist::{MatchJob, TendWaitlists};
use bilten_sso::operators;
use bilten_tenancy::{
    DbError,
    audit::SignHeads,
    jobs::{Chore, JobHandler, Worker, WorkerParts},
    outbox::Subscriber,
};
pub use supervisor::WorkerHealth;
use tokio_util::task::TaskTracker;
use witness::KeepHeads;

use crate::{
    http::AppState,
    subscribers::{
        CodeTexter, GiftCardMailer, InvitationMailer, LinkMailer, MailInvitations, MailMoney, MailReturns,
        MailTicketsWhenPaid, MailWaitlist, MoneyMailer, NoticeMailer, OrderMail, ReturnMailer, SsoMailer, SsoNotice,
        StreamMailer, VisitMailer, WaitlistMail,
    },
};

/// Time between upkeeps of counters.
const UPKEEP: Duration = Duration::from_mins(1);

/// Wait before a worker that panicked starts again.
const RESTART_PAUSE: Duration = Duration::from_secs(1);

/// Builds the worker with everybody who does jobs or hears events.
pub fn build(state: &AppState) -> Worker {
    Worker::new(WorkerParts {
        db: state.work_db.clone(),
        directory: state.directory.clone(),
        clock: state.clock.clone(),
        entropy: state.entropy.clone(),
        handlers: handlers(state),
        chores: chores(state),
        subscribers: subscribers(state),
    })
}

/// Lists who does which jobs.
pub fn handlers(state: &AppState) -> Vec<Arc<dyn JobHandler>> {
    let mut handlers = reconcile::handlers(&state.checkout);
    handlers.push(Arc::new(EndEventJob {
        db: state.work_db.clone(),
    }));
    handlers.push(Arc::new(SweepHoldsJob {
        db: state.work_db.clone(),
    }));
    handlers.push(Arc::new(MovePriceJob {
        db: state.work_db.clone(),
    }));
    handlers.push(Arc::new(OrderMail::confirmation(state.clone())));
    handlers.push(Arc::new(GiftCardMailer(state.clone())));
    handlers.push(Arc::new(OrderMail::resend(state.clone())));
    handlers.push(Arc::new(ReturnMailer::new(state.clone())));
    handlers.push(Arc::new(MoneyMailer::new(state.clone())));
    handlers.push(Arc::new(LinkMailer(state.clone())));
    handlers.push(Arc::new(CodeTexter(state.clone())));
    handlers.push(Arc::new(NoticeMailer(state.clone())));
    for notice in [SsoNotice::Alarm, SsoNotice::Secret] {
        handlers.push(Arc::new(SsoMailer::new(state.clone(), notice)));
    }
    handlers.push(Arc::new(InvitationMailer::new(state.clone())));
    handlers.push(Arc::new(VisitMailer(state.clone())));
    handlers.push(Arc::new(StreamMailer(state.clone())));
    handlers.push(Arc::new(bilten_sso::streams::SendStream(state.streams.clone())));
    handlers.push(Arc::new(MatchJob {
        db: state.work_db.clone(),
        directory: state.directory.clone(),
    }));
    for what in [MailWaitlist::Joined, MailWaitlist::Offered, MailWaitlist::Lapsed] {
        handlers.push(Arc::new(WaitlistMail::new(state.clone(), what)));
    }
    handlers.push(Arc::new(FollowPayee(state.payees.clone())));
    handlers.push(Arc::new(TendWallets(state.payees.clone())));
    handlers.push(Arc::new(Recheck(state.vat_checks.clone())));
    handlers.push(Arc::new(KeepHeads(state.config.witness_dir())));
    handlers.push(Arc::new(WatchMoney {
        db: state.work_db.clone(),
        platform: state.platform.clone(),
    }));
    if let Some(inbox) = &state.stripe_inbox {
        handlers.push(Arc::new(LookForUndelivered(inbox.clone())));
    }
    match HttpCourier::try_new(format!("http://{}", state.config.http.listen)) {
        Ok(courier) => handlers.push(Arc::new(DeliverWebhook::new(state.sandbox.clone(), Arc::new(courier)))),
        Err(error) => tracing::error!(%error, "webhooks of the sandbox cannot be delivered"),
    }
    handlers
}

/// Lists what each tenant gets from time to time.
fn chores(state: &AppState) -> Vec<Arc<dyn Chore>> {
    let mut chores = reconcile::chores();
    chores.push(Arc::new(FindUnproven));
    chores.push(Arc::new(SweepHolds));
    chores.push(Arc::new(FindMoving));
    chores.push(Arc::new(TendWaitlists));
    chores.push(Arc::new(TidyPasses));
    chores.push(Arc::new(bilten_sso::TidyLogins));
    chores.push(Arc::new(bilten_sso::visits::CloseVisits));
    chores.push(Arc::new(bilten_sso::streams::FindDueStreams));
    chores.push(Arc::new(bilten_sso::connections::WatchSecrets));
    chores.push(Arc::new(SignHeads(state.audit_signer.clone())));
    chores
}

/// Lists who hears which outbox events.
fn subscribers(_state: &AppState) -> Vec<Arc<dyn Subscriber>> {
    let mut subscribers = reconcile::subscribers();
    subscribers.push(Arc::new(MailTicketsWhenPaid));
    subscribers.push(Arc::new(MailReturns));
    subscribers.push(Arc::new(MailMoney));
    subscribers.push(Arc::new(MailInvitations));
    subscribers.push(Arc::new(MailWaitlist::Joined));
    subscribers.push(Arc::new(MailWaitlist::Offered));
    subscribers.push(Arc::new(MailWaitlist::Lapsed));
    subscribers
}

/// Starts the worker, again when it panics; it ends with the process's stop token.
pub fn start(state: &AppState, tasks: &TaskTracker) {
    let state = state.clone();
    tasks.spawn(async move {
        let work = || async { build(&state).run(state.stop.clone()).await };
        supervisor::supervise(&state.worker_health, &state.stop, RESTART_PAUSE, work).await;
    });
}

/// Deletes what no longer counts of the operators' log-ins, which belong to no tenant; returns how many rows went.
///
/// # Errors
/// The database refused.
pub async fn tidy_platform(state: &AppState) -> Result<u64, DbError> {
    let mut tx = state.platform.begin().await?;
    let gone = operators::sweep(&mut tx, state.clock.now()).await?;
    tx.commit().await?;
    Ok(gone)
}

/// Starts what every process needs: a true directory, counters and tallies that do not grow.
pub fn start_upkeep(state: &AppState, tasks: &TaskTracker) {
    tasks.spawn(state.directory.clone().follow_changes(state.stop.clone()));
    tasks.spawn(state.rooms.clone().keep_fresh(state.stop.clone()));
    let state = state.clone();
    tasks.spawn(async move {
        let figures = crate::http::metrics::install();
        let mut tick = tokio::time::interval(UPKEEP);
        loop {
            tokio::select! {
                () = state.stop.cancelled() => return,
                _ = tick.tick() => {
                    state.rate.forget_idle();
                    figures.run_upkeep();
                    if let Err(error) = tidy_platform(&state).await {
                        tracing::warn!(%error, "old log-ins of operators could not be deleted");
                    }
                }
            }
        }
    });
}
