//! `bilten tenant payees …`: how far a shop's accounts are trusted, and what is not paid out for now.

use anyhow::{Context as _, bail};
use bilten_billing::payees::{self, PayeeAccount, PayeeId, RestId, Tier};
use bilten_kernel::Slug;
use bilten_tenancy::TenantTx;
use clap::Subcommand;

use super::{output::say, tenant};
use crate::http::AppState;

#[derive(Debug, Subcommand)]
pub(super) enum PayeesCommand {
    /// List a shop's accounts, how far each is trusted, and what rests.
    List {
        /// Name in addresses.
        slug: Slug,
    },
    /// Vouch for an account: it is trusted at least that far, whatever is reckoned.
    Trust {
        /// Name in addresses.
        slug: Slug,
        /// Which account, by its id.
        payee: String,
        /// How far: unproven, known, proven, trusted.
        tier: String,
    },
    /// Pay nothing out of an account until the rest is lifted.
    Rest {
        /// Name in addresses.
        slug: Slug,
        /// Which account, by its id.
        payee: String,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
    /// End a rest early.
    Lift {
        /// Name in addresses.
        slug: Slug,
        /// Which rest, by its id.
        rest: String,
        /// Why, for the record.
        #[arg(long)]
        reason: String,
    },
}

pub(super) async fn run(state: &AppState, command: PayeesCommand) -> anyhow::Result<()> {
    let slug = match &command {
        PayeesCommand::List { slug }
        | PayeesCommand::Trust { slug, .. }
        | PayeesCommand::Rest { slug, .. }
        | PayeesCommand::Lift { slug, .. } => slug,
    };
    let ctx = tenant::in_tenant(state, tenant::find(state, slug).await?);
    let mut tx = state.db.begin(&ctx).await?;
    match &command {
        PayeesCommand::List { .. } => {}
        PayeesCommand::Trust { payee, tier, .. } => {
            let tier = Tier::from_name(tier).with_context(|| format!("{tier} is none of the tiers"))?;
            let payee = find(&mut tx, payee).await?;
            payees::vouch(&ctx, &mut tx, payee.id, tier).await?;
        }
        PayeesCommand::Rest { payee, reason, .. } => {
            let payee = find(&mut tx, payee).await?;
            let account = payee.account.as_ref().context("the account is not made yet")?;
            payees::hold(&ctx, &mut tx, (&payee.provider, account), reason).await?;
        }
        PayeesCommand::Lift { rest, reason, .. } => {
            let Ok(id) = rest.parse::<RestId>() else {
                bail!("{rest} names no rest");
            };
            payees::lift(&ctx, &mut tx, id, reason).await?;
        }
    }
    for payee in payees::list(&mut tx).await? {
        let account = payee.account.as_ref().map_or("-", |account| account.as_str());
        let state = payee.state.name();
        say(&format!(
            "{}\t{}\t{account}\t{state}\t{}",
            payee.id,
            payee.provider,
            payee.tier.name()
        ));
    }
    for rest in payees::list_rests(&mut tx, ctx.now()).await? {
        let until = rest
            .until
            .map_or_else(|| "it is lifted".to_owned(), |until| until.to_string());
        say(&format!(
            "{}\t{}\trests until {until}\t{}",
            rest.id,
            rest.account,
            rest.why.name()
        ));
    }
    tx.commit().await?;
    Ok(())
}

async fn find(tx: &mut TenantTx, id: &str) -> anyhow::Result<PayeeAccount> {
    let parsed: PayeeId = id.parse().ok().with_context(|| format!("{id} names no account"))?;
    let found = payees::find(tx, parsed).await?;
    found.with_context(|| format!("there is no account {id}"))
}
