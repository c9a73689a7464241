//! The demo's identity provider: one shop's staff can log in with it, when it runs (`BILTEN_DEMO_IDP=1 make run`).

use bilten_kernel::{Secret, SsoConnectionId, TenantId, Timestamp};
use bilten_sso::{
    connections::{self, ConnectionState, CreateError, Draft, Terms},
    domains::{self, Domain},
};

use super::ctx;
use crate::http::AppState;

/// Where `scripts/run.sh` serves it.
const ISSUER: &str = "http://127.0.0.1:18990";
/// The same in every demo, because the provider must know the address that holds it.
const CONNECTION: u128 = 0x0193_0000_0000_7000_8000_0000_0000_0001;
/// The shop.
pub(super) const SHOP: &str = "operahuset";
/// Everybody may know it: the provider lets anybody in and listens to this machine alone.
const SECRET: &str = "demo-demo-demo-demo-demo-demo-demo";

/// Makes what is missing of the connection, in the shop that has it.
pub async fn ensure(state: &AppState, now: Timestamp) -> anyhow::Result<()> {
    if !state.config.sso.has_demo_provider {
        return Ok(());
    }
    let Some(shop) = state.directory.find_by_slug(&SHOP.parse()?).await? else {
        return Ok(());
    };
    connect(state, shop.id, now).await?;
    own_domain(state, shop.id, now).await
}

async fn connect(state: &AppState, tenant: TenantId, now: Timestamp) -> anyhow::Result<()> {
    let ctx = ctx(state, tenant, now, 4_711);
    let id = SsoConnectionId::from_uuid(uuid::Uuid::from_u128(CONNECTION));
    let draft = Draft {
        guide: "generic".to_owned(),
        name: "SSO".to_owned(),
        issuer: ISSUER.to_owned(),
        client_id: "demo".to_owned(),
        jit: true,
        default_role: "event_manager".to_owned(),
        ..Draft::default()
    };
    let terms = Terms::read(&draft, state.sso.oidc.egress());
    let terms = terms.map_err(|faults| anyhow::anyhow!("the demo's provider cannot be used: {faults:?}"))?;
    let secret = Secret::new(SECRET.to_owned());
    let mut tx = state.db.begin(&ctx).await?;
    match connections::create(&mut tx, &ctx, &state.sso.seal, (id, &terms, &secret)).await {
        Ok(()) | Err(CreateError::Exists) => {}
        Err(error) => return Err(error.into()),
    }
    if let Some(found) = connections::find(&mut tx, id).await?
        && found.state == ConnectionState::Draft
    {
        // Nobody has logged in yet; it is known to work because it is served with us.
        connections::mark_tested(&mut tx, &ctx, &found).await?;
        connections::activate(&mut tx, &ctx, id).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Domains below `example.com` cannot be proved by a record.
pub(super) async fn own_domain(state: &AppState, tenant: TenantId, now: Timestamp) -> anyhow::Result<()> {
    let ctx = ctx(state, tenant, now, 4_712);
    let domain: Domain = format!("{SHOP}.example.com").parse()?;
    let mut directory = state.platform.begin().await?;
    domains::claim(&mut directory, &ctx, &domain).await?;
    directory.commit().await?;
    let mut tx = state.db.begin(&ctx).await?;
    domains::add(&mut tx, &ctx, &domain).await?;
    domains::mark_verified(&mut tx, &ctx, &domain).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The script that starts the provider names the address to come back to.
    #[test]
    fn the_script_knows_the_connection() {
        let script = include_str!("../../../scripts/run.sh");
        let id = SsoConnectionId::from_uuid(uuid::Uuid::from_u128(CONNECTION));
        assert!(script.contains(&id.to_string()), "{id}");
        assert!(script.contains(SECRET) && script.contains(SHOP) && script.contains("18990"));
    }
}
