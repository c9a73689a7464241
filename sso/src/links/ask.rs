//! Somebody wants a link by mail.

use std::net::IpAddr;

use bilten_kernel::{Ctx, HostName, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, NewJob},
};
use serde_json::json;

use super::{LIFE, LINK_JOB, LinkId, Purpose, store};
use crate::login::{
    self,
    throttle::{self, Subject},
};

/// Who wants a link, and what for.
#[derive(Debug)]
pub struct Ask {
    /// Mail address as it was typed; it need not be one.
    pub email: String,
    /// What the link is for.
    pub purpose: Purpose,
    /// Host that was asked.
    pub host: HostName,
    /// Network address of the client, if known.
    pub network: Option<IpAddr>,
}

/// Why no link is made.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Too many were asked for, for this address or from this network.
    #[error("too many links were asked for")]
    TooMany {
        /// When the next one may be asked for.
        until: Timestamp,
    },
    /// The database refused.
    #[error("could not make the link")]
    Db(#[from] DbError),
}

/// Makes a link if the address has an account, and enqueues its mail. The caller learns nothing of either.
///
/// # Errors
/// See [`AskError`].
pub async fn ask(tx: &mut TenantTx, ctx: &Ctx, ask: &Ask) -> Result<(), AskError> {
    let email_norm = login::normalize(&ask.email);
    let subjects = Subject::of_link(&email_norm, ask.network);
    let tallies = login::lock_tallies(tx, &subjects, ctx.now()).await?;
    let counted = throttle::count_all(tallies, ctx.now()).map_err(|until| AskError::TooMany { until })?;
    login::save_tallies(tx, counted).await?;
    let id: LinkId = ctx.new_id();
    store::insert_for(tx, ctx, (id, ask), &email_norm).await?;
    // The job is written for an unknown address too: it finds no link, and nobody can tell the two apart.
    let job = NewJob {
        kind: LINK_JOB,
        payload: json!({ "link": id }),
        run_at: ctx.now(),
        unique_key: None,
        is_urgent: false,
    };
    Ok(jobs::enqueue(tx, ctx, job).await?)
}

/// When a link made now is over.
pub(super) fn end_of(now: Timestamp) -> Timestamp {
    now.checked_add(LIFE).unwrap_or(Timestamp::MAX)
}
