//! `bilten audit verify`: walks the chains of audit entries.
//!
//! It changes nothing, neither rows nor schema. Chains are compared with the signed heads in the database and with those that were kept
//! outside it (docs/adr/0036). What it cannot see are entries of the last second, which have no link yet.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use bilten_kernel::Slug;
use bilten_tenancy::{
    audit::{self, ChainFault},
    directory::TenantEntry,
};

use super::output::say;
use crate::{compose, config::Config, http::AppState, worker::witness};

/// What was found of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose chain it is.
    pub slug: Slug,
    /// Number of links, or what is wrong first.
    pub outcome: Result<i64, ChainFault>,
    /// Heads from outside the database that it was compared with.
    pub kept: usize,
}

pub(super) async fn run(config: Config, slug: Option<Slug>, heads: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let heads = heads.unwrap_or_else(|| config.witness_dir());
    let secrets = compose::secrets(&config)?;
    let database = compose::database(&config, &secrets).await?;
    let state = compose::services(config, &secrets, &database.urls).await?;
    let found = verify(&state, slug.as_ref(), &heads).await;
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

pub(super) async fn tell_key(config: Config, slug: &Slug) -> anyhow::Result<ExitCode> {
    let secrets = compose::secrets(&config)?;
    let database = compose::database(&config, &secrets).await?;
    let state = compose::services(config, &secrets, &database.urls).await?;
    let found = state.directory.find_by_slug(slug).await;
    let key = found.map(|found| found.map(|tenant| state.audit_signer.public_key(tenant.id)));
    state.db.close().await;
    state.platform.close().await;
    drop(state);
    tokio::task::spawn_blocking(move || drop(database)).await?;
    let key = key?.with_context(|| format!("there is no tenant {slug}"))?;
    say(&data_encoding::HEXLOWER.encode(&key));
    Ok(ExitCode::SUCCESS)
}

/// Walks the chain of one tenant or of all, and compares it with the heads that were kept in a folder.
///
/// # Errors
/// There is no such tenant, heads cannot be read, or the database refused.
pub async fn verify(state: &AppState, slug: Option<&Slug>, heads: &Path) -> anyhow::Result<Vec<Verified>> {
    let tenants: Vec<TenantEntry> = match slug {
        None => state.directory.list().await?,
        Some(slug) => {
            let found = state.directory.find_by_slug(slug).await?;
            vec![found.with_context(|| format!("there is no tenant {slug}"))?]
        }
    };
    let mut found = Vec::with_capacity(tenants.len());
    for tenant in tenants {
        let kept = witness::read(heads, tenant.id)
            .with_context(|| format!("the heads of {} in {} cannot be read", tenant.slug, heads.display()))?;
        let key = state.audit_signer.public_key(tenant.id);
        let mut tx = state.db.begin_in(tenant.id).await?;
        let outcome = audit::verify_against(&mut tx, &kept, Some(&key)).await?;
        tx.rollback().await?;
        found.push(Verified {
            slug: tenant.slug,
            outcome,
            kept: kept.len(),
        });
    }
    Ok(found)
}

fn line(one: &Verified) -> String {
    match &one.outcome {
        Ok(links) => format!("ok      {}: {links} links, {} heads kept outside", one.slug, one.kept),
        Err(fault) => format!("FAULT   {}: {fault}", one.slug),
    }
}
