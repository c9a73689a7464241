//! Accounts at the payment provider that a tenant is paid through.

pub(super) mod close;
pub(super) mod connect;
pub(super) mod list;
pub(super) mod onboard;
mod payee;
pub(super) mod show;

use bilten_billing::payees::{self, PayeeError, PayeeId};
use bilten_tenancy::{
    TenantTx,
    permissions::{self, Permission, Scope},
};

pub(super) use payee::Payee;

use crate::http::{
    AppState,
    extract::TenantCtx,
    problem::{Code, Problem},
};

/// Whoever works on accounts must be allowed to in the whole tenant.
async fn permit(ctx: &TenantCtx, tx: &mut TenantTx) -> Result<(), Problem> {
    permissions::require(tx, ctx, Permission::PayeeManage, Scope::Tenant).await?;
    Ok(())
}

/// The same in a transaction of its own, before the provider is asked about anything.
async fn permit_first(state: &AppState, ctx: &TenantCtx) -> Result<(), Problem> {
    let mut tx = state.db.begin(ctx).await?;
    permit(ctx, &mut tx).await?;
    Ok(tx.commit().await?)
}

async fn load(state: &AppState, ctx: &TenantCtx, id: PayeeId) -> Result<Payee, Problem> {
    let mut tx = state.db.begin(ctx).await?;
    permit(ctx, &mut tx).await?;
    let found = payees::find(&mut tx, id).await?;
    let rests = payees::list_rests(&mut tx, ctx.ctx.now()).await?;
    let hosts = payees::list_wallet_hosts(&mut tx).await?;
    tx.commit().await?;
    let found = found.ok_or_else(Problem::not_found)?;
    Ok(Payee::new(found, &rests, &hosts))
}

fn refused(error: PayeeError) -> Problem {
    match error {
        PayeeError::NotFound => Problem::not_found(),
        PayeeError::NoAnswer => Problem::new(Code::ProviderUnavailable),
        PayeeError::WrongState => Problem::new(Code::PayeeState),
        PayeeError::Refused | PayeeError::UnknownProvider => Problem::new(Code::PayeeRefused),
        PayeeError::Db(error) => error.into(),
    }
}
