//! The daily comparison of a tenant's hosts with what its accounts have registered.

use async_trait::async_trait;
use bilten_kernel::Ctx;
use bilten_tenancy::{
    DbError, TenantTx, directory,
    jobs::{self, Job, JobHandler, JobOutcome},
};
use jiff::SignedDuration;
use serde_json::json;

use super::{WalletStanding, is_public, store};
use crate::{
    payees::{self, PayeeAccount, PayeeError, PayeeState, Payees},
    provider::Outcome,
};

/// Kind of the job.
pub const WALLETS_JOB: &str = "billing.wallet_hosts";
/// Time between two looks, and until what does not work is tried again.
const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// Time until what works is looked at again.
const A_WEEK: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Hosts that one look asks about.
const AT_ONCE: i64 = 20;
/// Wait before a look that failed.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Has the tenant's hosts looked at, after the commit; of several on one day one is done.
pub(in crate::payees) async fn request(tx: &mut TenantTx, ctx: &Ctx, after: SignedDuration) -> Result<(), DbError> {
    let run_at = ctx.now() + after;
    let day = run_at.as_second().div_euclid(A_DAY.as_secs()).to_string();
    let job = jobs::NewJob {
        kind: WALLETS_JOB,
        payload: json!({}),
        run_at,
        unique_key: Some(&day),
        is_urgent: false,
    };
    jobs::enqueue(tx, ctx, job).await
}

/// Registers hosts that are not, looks again at those that do not work, and forgets those that are gone; tells how many providers
/// were asked about. Twice at once does no harm.
///
/// # Errors
/// See [`PayeeError`].
pub async fn tend_wallets(app: &Payees, ctx: &Ctx) -> Result<usize, PayeeError> {
    let hosts = hosts(app, ctx).await?;
    let mut tx = app.db.begin(ctx).await?;
    let is_open = |payee: &PayeeAccount| matches!(payee.state, PayeeState::Active | PayeeState::Restricted);
    let mut has_open = false;
    for payee in payees::list(&mut tx).await? {
        if let Some(account) = &payee.account {
            let wanted: &[String] = if is_open(&payee) { &hosts } else { &[] };
            has_open |= is_open(&payee);
            store::want(&mut tx, ctx, (&payee.provider, account), wanted).await?;
        }
    }
    if has_open {
        request(&mut tx, ctx, A_DAY).await?;
    }
    let due = store::list_due(&mut tx, (ctx.now() - A_DAY, ctx.now() - A_WEEK), AT_ONCE).await?;
    tx.commit().await?;
    let mut asked = 0;
    for host in due {
        let told = match app
            .at(&host.provider)?
            .register_host(ctx, &host.account, &host.host)
            .await
        {
            Outcome::Done(told) | Outcome::Pending(told) | Outcome::Action(told, _) => told,
            Outcome::Declined(why, _) => WalletStanding {
                reason: Some(why.as_str().to_owned()),
                ..WalletStanding::default()
            },
            Outcome::NotSent(_) | Outcome::Unknown => continue,
        };
        let mut tx = app.db.begin(ctx).await?;
        store::save(&mut tx, ctx, &host, &told).await?;
        tx.commit().await?;
        asked += 1;
    }
    Ok(asked)
}

/// The tenant's hosts that can be seen from outside.
async fn hosts(app: &Payees, ctx: &Ctx) -> Result<Vec<String>, PayeeError> {
    let detail = directory::find_detail(&app.platform, ctx.tenant).await?;
    let hosts = detail.into_iter().flat_map(|detail| detail.hosts);
    Ok(hosts.map(|(host, _)| host).filter(|host| is_public(host)).collect())
}

/// Does that.
#[derive(Debug, Clone)]
pub struct TendWallets(pub Payees);

#[async_trait]
impl JobHandler for TendWallets {
    fn kind(&self) -> &'static str {
        WALLETS_JOB
    }

    async fn run(&self, ctx: &Ctx, _job: &Job) -> JobOutcome {
        match tend_wallets(&self.0, ctx).await {
            Ok(_) => JobOutcome::Done,
            Err(error) => JobOutcome::Retry(AGAIN_AFTER, error.to_string()),
        }
    }
}
