//! The command line: one binary, every role.

pub mod audit;
mod audit_file;
mod commission;
mod doctor;
mod fees;
pub mod ledger;
mod migrate;
mod output;
mod payees;
mod serve;
mod tenant;

use std::{path::PathBuf, process::ExitCode};

use bilten_kernel::{HostName, Slug};
use clap::{Parser, Subcommand};

use crate::{config::Config, telemetry};

/// Multi-tenant ticketing.
#[derive(Debug, Parser)]
#[command(name = "bilten", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve all hosts and do the jobs; starts a private PostgreSQL unless DATABASE_URL is set.
    Serve {
        /// Make the demo tenants first, unless they are there.
        #[arg(long)]
        demo: bool,
        /// Leave the jobs to other processes.
        #[arg(long)]
        without_worker: bool,
    },
    /// Only do the jobs.
    Worker,
    /// Bring the database up to date and stop.
    Migrate,
    /// Make the demo tenants and stop.
    Demo,
    /// Look for what would keep this installation from working.
    Doctor,
    /// Work on tenants.
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// Look into the record of changes.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look into the books of money.
    #[command(subcommand)]
    Ledger(LedgerCommand),
}

#[derive(Debug, Subcommand)]
enum LedgerCommand {
    /// Prove the books of every tenant, or of one: that they balance, and agree with payouts, contests and the provider.
    Verify {
        /// Name in addresses; all tenants without it.
        #[arg(long)]
        tenant: Option<Slug>,
    },
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Walk the chain of every tenant, or of one, and name the first link that was tampered with.
    Verify {
        /// Name in addresses; all tenants without it.
        slug: Option<Slug>,
        /// Folder with the signed heads that were kept; the one of the settings without it.
        #[arg(long)]
        heads: Option<PathBuf>,
    },
    /// Check a chain that was taken out as a file, without any database.
    VerifyFile {
        /// The file, `audit-….jsonl`.
        file: PathBuf,
        /// File with signed heads that were kept apart from it, one a line.
        #[arg(long)]
        heads: Option<PathBuf>,
        /// Key that signs the tenant's heads, 64 hexadecimal digits, as `audit key` tells it.
        #[arg(long)]
        key: Option<String>,
    },
    /// Tell the key that signs a tenant's heads.
    Key {
        /// Name in addresses.
        slug: Slug,
    },
}

#[derive(Debug, Subcommand)]
enum TenantCommand {
    /// Make a tenant; prints its host and the first owner's password.
    Provision {
        /// Name in addresses; the sub-domain.
        slug: Slug,
        /// Name for people.
        #[arg(long)]
        name: String,
        /// Mail address of the first owner.
        #[arg(long)]
        owner_email: String,
        /// Currency of new events (ISO 4217).
        #[arg(long, default_value = "NOK")]
        currency: String,
        /// Time zone of new events (IANA).
        #[arg(long, default_value = "Europe/Oslo")]
        time_zone: String,
        /// Language unless the reader asks for another.
        #[arg(long, default_value = "en")]
        locale: String,
    },
    /// Tell what the platform takes of each paid ticket of a shop, or set it.
    Fees {
        /// Name in addresses.
        slug: Slug,
        #[command(flatten)]
        wish: fees::Wish,
    },
    /// Tell what a shop keeps of the platform's fees and when it is settled, or set it.
    Commission(commission::Wish),
    /// Close the shop; the door and exports go on.
    Suspend {
        /// Name in addresses.
        slug: Slug,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
    /// Open the shop again.
    Resume {
        /// Name in addresses.
        slug: Slug,
    },
    /// Stop every price of a shop that moves with demand, at once.
    StopPrices {
        /// Name in addresses.
        slug: Slug,
        /// Go back to the price that each began with, instead of keeping what it costs now.
        #[arg(long)]
        to_start: bool,
    },
    /// Serve the tenant at a host of its own as well.
    AddHost {
        /// Name in addresses.
        slug: Slug,
        /// The host, without port.
        host: HostName,
    },
    /// Work on the accounts that a shop is paid through.
    #[command(subcommand)]
    Payees(payees::PayeesCommand),
    /// List all tenants.
    List,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    // Two providers are linked; whoever needs TLS first must find a choice.
    if rustls::crypto::aws_lc_rs::default_provider().install_default().is_err() {
        output::complain("another TLS provider was installed first");
    }
    let outcome = Config::from_env()
        .map_err(anyhow::Error::from)
        .and_then(|config| run(cli.command, config));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            output::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command, config: Config) -> anyhow::Result<ExitCode> {
    let telemetry = telemetry::install(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve { demo, without_worker } => serve::serve(config, demo, !without_worker).await,
            Command::Worker => serve::work(config).await,
            Command::Migrate => migrate::run(config).await,
            Command::Demo => serve::demo(config).await,
            Command::Doctor => doctor::run(config).await,
            Command::Tenant(command) => tenant::run(config, command).await,
            Command::Audit(AuditCommand::Verify { slug, heads }) => audit::run(config, slug, heads).await,
            Command::Audit(AuditCommand::VerifyFile { file, heads, key }) => {
                audit_file::run(&file, heads.as_deref(), key.as_deref())
            }
            Command::Audit(AuditCommand::Key { slug }) => audit::tell_key(config, &slug).await,
            Command::Ledger(LedgerCommand::Verify { tenant }) => ledger::run(config, tenant).await,
        }
    });
    // Blocking tasks that hang must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    telemetry.finish();
    outcome
}
