//! `bilten migrate`.

use std::process::ExitCode;

use anyhow::ensure;

use super::output::say;
use crate::{compose, config::Config};

pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let secrets = compose::secrets(&config)?;
    let database = compose::database(&config, &secrets).await?;
    ensure!(
        database.urls.admin.is_some(),
        "set DATABASE_URL to a role that may create roles and tables"
    );
    compose::migrate(&database.urls, &secrets).await?;
    say("The database is up to date.");
    Ok(ExitCode::SUCCESS)
}
