//! `bilten tenant …`.

use std::process::ExitCode;

use anyhow::Context as _;
use bilten_core::price_policy::{self, PriceAfter};
use bilten_kernel::{Actor, Ctx, RequestId, Slug, TenantId};
use bilten_tenancy::{directory::TenantStatus, lifecycle};
use data_encoding::BASE32_NOPAD;
use serde_json::json;

use super::{TenantCommand, commission, fees, output::say, payees};
use crate::{
    compose,
    config::Config,
    http::AppState,
    provision::{self, NewOwner, NewShop},
};

pub(super) async fn run(config: Config, command: TenantCommand) -> anyhow::Result<ExitCode> {
    let secrets = compose::secrets(&config)?;
    let database = compose::database(&config, &secrets).await?;
    compose::migrate(&database.urls, &secrets).await?;
    let state = compose::services(config, &secrets, &database.urls).await?;
    let outcome = act(&state, command).await;
    state.db.close().await;
    state.platform.close().await;
    drop(state);
    tokio::task::spawn_blocking(move || drop(database)).await?;
    outcome.map(|()| ExitCode::SUCCESS)
}

async fn act(state: &AppState, command: TenantCommand) -> anyhow::Result<()> {
    let ctx = ctx(state);
    match command {
        TenantCommand::Provision {
            slug,
            name,
            owner_email,
            currency,
            time_zone,
            locale,
        } => {
            let password = BASE32_NOPAD.encode(&ctx.random::<15>()).to_lowercase();
            let shop = NewShop {
                name: name.parse()?,
                locale: locale.parse()?,
                currency: currency.parse()?,
                zone: time_zone.parse()?,
                theme: json!({}),
                legal: json!({}),
                owner: NewOwner {
                    email: owner_email.parse()?,
                    name: "Owner".parse()?,
                    password: password.parse()?,
                },
                slug: slug.clone(),
            };
            provision::provision(state, &ctx, shop).await?;
            let http = &state.config.http;
            say(&format!("Shop:     {}/", http.origin(&http.tenant_host(&slug))));
            say(&format!("Console:  {}/manage", http.origin(&http.tenant_host(&slug))));
            say(&format!("Log in:   {owner_email} / {password}"));
        }
        TenantCommand::Fees { slug, wish } => {
            let ctx = in_tenant(state, find(state, &slug).await?);
            fees::run(state, &ctx, wish).await?;
        }
        TenantCommand::Commission(wish) => commission::run(state, wish).await?,
        TenantCommand::Suspend { slug, reason } => {
            lifecycle::suspend(&state.platform, &ctx, find(state, &slug).await?, &reason).await?;
            say(&format!("{slug} is closed; the door and exports go on."));
        }
        TenantCommand::Resume { slug } => {
            lifecycle::resume(&state.platform, &ctx, find(state, &slug).await?).await?;
            say(&format!("{slug} is open."));
        }
        TenantCommand::StopPrices { slug, to_start } => stop_prices(state, &slug, to_start).await?,
        TenantCommand::AddHost { slug, host } => {
            lifecycle::add_host(&state.platform, &ctx, find(state, &slug).await?, &host).await?;
            say(&format!("{slug} answers at {host} as well."));
        }
        TenantCommand::Payees(command) => payees::run(state, command).await?,
        TenantCommand::List => list(state).await?,
    }
    Ok(())
}

async fn stop_prices(state: &AppState, slug: &Slug, to_start: bool) -> anyhow::Result<()> {
    let after = if to_start { PriceAfter::Start } else { PriceAfter::Keep };
    let ctx = in_tenant(state, find(state, slug).await?);
    let mut tx = state.db.begin(&ctx).await?;
    let stopped = price_policy::stop_all(&ctx, &mut tx, after).await?;
    tx.commit().await?;
    say(&format!("{stopped} prices of {slug} were stopped."));
    Ok(())
}

async fn list(state: &AppState) -> anyhow::Result<()> {
    for tenant in state.directory.list().await? {
        let status = match tenant.status {
            TenantStatus::Active => "active",
            TenantStatus::Suspended => "suspended",
        };
        say(&format!(
            "{}\t{}\t{status}\t{}\t{}",
            tenant.id, tenant.slug, tenant.primary_host, tenant.name
        ));
    }
    Ok(())
}

pub(super) async fn find(state: &AppState, slug: &Slug) -> anyhow::Result<TenantId> {
    let found = state.directory.find_by_slug(slug).await?;
    found
        .map(|tenant| tenant.id)
        .with_context(|| format!("there is no tenant {slug}"))
}

/// Whoever may run the program on the server acts as the platform itself.
fn ctx(state: &AppState) -> Ctx {
    in_tenant(state, TenantId::from_uuid(uuid::Uuid::nil()))
}

pub(super) fn in_tenant(state: &AppState, tenant: TenantId) -> Ctx {
    let request = RequestId::parse("command-line").expect("letters and a hyphen fit a request id");
    Ctx::new(tenant, Actor::System, request, state.clock.now(), state.entropy.clone())
}
