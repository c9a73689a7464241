//! What a person is told by mail about his own account, so that he learns of what he did not do himself.
//!
//! The job that mails it is enqueued in the transaction of the change; `api` writes the mail.

use bilten_kernel::{AccountId, Ctx, Locale, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, NewJob},
};
use serde::{Deserialize, Serialize};

/// Kind of the job that mails a [`Notice`].
pub const NOTICE_JOB: &str = "mail.account_notice";

/// What happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Somebody logged in with a browser that was not known.
    NewDevice,
    /// The password was changed.
    PasswordChanged,
    /// A second factor is asked for from now on.
    FactorAdded,
    /// None is asked for any more.
    FactorRemoved,
    /// Somebody asks to be let in without the factor that he lost.
    RecoveryAsked,
    /// An owner approved it.
    RecoveryApproved,
    /// It was called off.
    RecoveryCancelled,
    /// It was carried out.
    RecoveryDone,
}

/// Payload of a [`NOTICE_JOB`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Notice {
    /// Whom it is told, and about whom.
    pub account: AccountId,
    /// What happened.
    pub what: What,
    /// When.
    pub at: Timestamp,
    /// Session in which it happened, by the name that opens nothing; its row says from where.
    pub session: Option<String>,
    /// Whom it is about, where that is not the reader.
    #[serde(default)]
    pub about: Option<AccountId>,
    /// Language in which the person asked.
    pub locale: Locale,
}

/// Tells somebody what happened to his account.
pub(crate) async fn tell(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (account, what): (AccountId, What),
    session: Option<String>,
) -> Result<(), DbError> {
    let notice = Notice {
        account,
        what,
        at: ctx.now(),
        session,
        about: None,
        locale: ctx.locale,
    };
    enqueue(tx, ctx, &notice).await
}

/// Tells somebody what happened to the account of somebody else, or to his own.
pub(crate) async fn tell_about(
    tx: &mut TenantTx,
    ctx: &Ctx,
    (reader, what): (AccountId, What),
    about: AccountId,
) -> Result<(), DbError> {
    let notice = Notice {
        account: reader,
        what,
        at: ctx.now(),
        session: None,
        about: Some(about),
        locale: ctx.locale,
    };
    enqueue(tx, ctx, &notice).await
}

async fn enqueue(tx: &mut TenantTx, ctx: &Ctx, notice: &Notice) -> Result<(), DbError> {
    let job = NewJob {
        kind: NOTICE_JOB,
        payload: serde_json::to_value(notice).expect("a notice is plain data"),
        run_at: ctx.now(),
        unique_key: None,
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}
