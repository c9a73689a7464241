//! Opens an account at a provider.

use bilten_kernel::Ctx;
use bilten_tenancy::audit;
use serde_json::json;

use super::{
    CreateAccount, PayeeAccount, PayeeError, PayeeId, PayeeState, Payees, Profile, answered, directory, follow, store,
};

/// Asks for a payee.
#[derive(Debug, Clone)]
pub struct ConnectPayee<'a> {
    /// Name of the provider.
    pub provider: &'a str,
    /// Country of the owner, as two capital letters.
    pub country: &'a str,
    /// Who answers for it.
    pub profile: Profile,
}

/// Opens an account for the tenant, or takes up an opening where it stopped; one that is open already is returned.
///
/// The row is written before the provider is asked, and the account's key is the row's id: dying in between, or a lost
/// answer, leads to the same account when this is called again.
///
/// # Errors
/// See [`PayeeError`].
pub async fn connect(app: &Payees, ctx: &Ctx, cmd: &ConnectPayee<'_>) -> Result<PayeeAccount, PayeeError> {
    let provider = app.at(cmd.provider)?;
    let payee = find_or_write(app, ctx, cmd).await?;
    if payee.account.is_some() {
        return Ok(payee);
    }
    let call = CreateAccount {
        key: format!("{}/account", payee.id),
        payee: payee.id.to_string(),
        country: payee.country.clone(),
        profile: payee.profile,
    };
    let told = answered(provider.create(ctx, &call).await)?;
    // Before anybody can see the account: notices of it find their tenant from the first one on.
    directory::enter(&app.platform, ctx, provider.name(), &told.account).await?;
    follow::take_in(app, ctx, payee.id, &told).await
}

async fn find_or_write(app: &Payees, ctx: &Ctx, cmd: &ConnectPayee<'_>) -> Result<PayeeAccount, PayeeError> {
    let mut tx = app.db.begin(ctx).await?;
    if let Some(known) = store::find_current(&mut tx, cmd.provider).await? {
        tx.rollback().await?;
        return Ok(known);
    }
    let id: PayeeId = ctx.new_id();
    if store::insert(&mut tx, ctx, id, cmd).await? {
        let entry = audit::Entry {
            action: "payee.opened",
            object: id.to_string(),
            details: json!({ "provider": cmd.provider, "country": cmd.country, "profile": cmd.profile.name(),
                             "state": PayeeState::Creating.name() }),
        };
        audit::record(&mut tx, ctx, entry).await?;
    }
    // Of two who opened at once both go on with the row of the first.
    let payee = store::find_current(&mut tx, cmd.provider).await?;
    tx.commit().await?;
    payee.ok_or(PayeeError::WrongState)
}
