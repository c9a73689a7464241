//! `bilten audit verify`: walks the chains of audit entries.
//!
//! It changes nothing, neither rows nor schema. What it cannot see are entries of the last second, which have no
//! link yet, and links cut off at the end: compare the number of links with the last time (docs/adr/0004).

use std::process::ExitCode;

use anyhow::Context as _;
use bilten_kernel::Slug;
use bilten_tenancy::{
    audit::{self, ChainFault},
    directory::TenantEntry,
};

use super::output::say;
use crate::{compose, config::Config, http::AppState};

/// What was found of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose chain it is.
    pub slug: Slug,
    /// Number of links, or what is wrong first.
    pub outcome: Result<i64, ChainFault>,
}

pub(super) async fn run(config: Config, slug: Option<Slug>) -> anyhow::Result<ExitCode> {
    let secrets = compose::secrets(&config)?;
    let database = compose::database(&config, &secrets).await?;
    let state = compose::services(config, &secrets, &database.urls).await?;
    let found = verify(&state, slug.as_ref()).await;
    state.db.close().await;
    state.platform.close().await;
    drop(state);
    tokio::task::spawn_blocking(move || drop(database)).await?;
    let found = found?;
    for one in &found {
        say(&line(one));
    }
    let is_sound = found.iter().all(|one| one.outcome.is_ok());
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Walks the chain of one tenant or of all.
///
/// # Errors
/// There is no such tenant, or the database refused.
pub async fn verify(state: &AppState, slug: Option<&Slug>) -> anyhow::Result<Vec<Verified>> {
    let tenants: Vec<TenantEntry> = match slug {
        None => state.directory.list().await?,
        Some(slug) => {
            let found = state.directory.find_by_slug(slug).await?;
            vec![found.with_context(|| format!("there is no tenant {slug}"))?]
        }
    };
    let mut found = Vec::with_capacity(tenants.len());
    for tenant in tenants {
        let mut tx = state.db.begin_in(tenant.id).await?;
        let outcome = audit::verify(&mut tx).await?;
        tx.rollback().await?;
        found.push(Verified {
            slug: tenant.slug,
            outcome,
        });
    }
    Ok(found)
}

fn line(one: &Verified) -> String {
    match &one.outcome {
        Ok(links) => format!("ok      {}: {links} links", one.slug),
        Err(fault) => format!("FAULT   {}: {fault}", one.slug),
    }
}
