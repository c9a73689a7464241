//! `bilten ledger verify`: proves the books of money.
//!
//! It changes nothing. For each tenant it says how many transactions, accounts, lots and payouts it looked at and how many sums it
//! compared; what differs is named, and the exit code says that something does.

use std::process::ExitCode;

use anyhow::Context as _;
use bilten_billing::proof::{self, Proof};
use bilten_kernel::{Slug, Timestamp};
use bilten_tenancy::directory::TenantEntry;

use super::output::say;
use crate::{compose, config::Config, http::AppState};

/// What was found of one tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose books they are.
    pub slug: Slug,
    /// What was looked at, and what is wrong.
    pub proof: Proof,
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
    for line in found.iter().flat_map(lines) {
        say(&line);
    }
    let is_sound = found.iter().all(|one| one.proof.is_sound());
    Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Proves the books of one tenant or of all.
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
        let mut tx = state.db.begin_snapshot(tenant.id).await?;
        let proof = proof::prove(&mut tx).await?;
        tx.rollback().await?;
        found.push(Verified {
            slug: tenant.slug,
            proof,
        });
    }
    Ok(found)
}

fn lines(one: &Verified) -> Vec<String> {
    let Verified { slug, proof } = one;
    let books = &proof.books;
    let looked = format!(
        "{slug}: {} transactions with {} postings on {} accounts, {} lots, {} payouts, {} lines of providers, {} sums compared",
        books.txns, books.postings, books.accounts, proof.lots, proof.payouts, proof.lines, proof.compared
    );
    if proof.is_sound() {
        return vec![format!("ok      {looked}")];
    }
    let books = books.faults.iter().map(|fault| format!("FAULT   {slug}: {fault}"));
    let off = proof.off.iter().map(|off| format!("FAULT   {slug}: {off}"));
    let (unexplained, oldest) = proof.suspense;
    let oldest = oldest.and_then(|second| Timestamp::from_second(second).ok());
    let age =
        oldest.map(|at| format!("age     {slug}: {unexplained} lines wait for an explanation, the oldest since {at}"));
    books
        .chain(off)
        .chain(age)
        .chain([format!("looked  {looked}")])
        .collect()
}
