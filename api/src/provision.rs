//! Makes a tenant with all that it needs to begin: roles, a first owner, an organizer, keys.
//!
//! Used by the command line, the operators' console and the demo.

use async_trait::async_trait;
use bilten_core::{
    catalog::{self, Line, NewOrganizer},
    tickets::{self, TicketSigner},
};
use bilten_kernel::{Ctx, Currency, Email, Locale, PersonName, Slug, TenantId, ZoneName};
use bilten_sso::{
    accounts::{self, CreateError, NewAccount},
    passwords::{NewPassword, PasswordHash},
};
use bilten_tenancy::{
    DbError, TenantTx,
    lifecycle::{self, NewTenant, ProvisionError, Seed},
    permissions::{self, Role},
};
use serde_json::Value;

use crate::http::AppState;

/// Number of a tenant's first signing key.
const FIRST_KEY: u8 = 1;

/// What somebody who opens a shop says.
#[derive(Debug, Clone)]
pub struct NewShop {
    /// Name in addresses; its sub-domain.
    pub slug: Slug,
    /// Name for people.
    pub name: Line<1, 120>,
    /// Language of its pages unless the reader asks for another.
    pub locale: Locale,
    /// Currency of new events.
    pub currency: Currency,
    /// Zone of new events.
    pub zone: ZoneName,
    /// Theme tokens.
    pub theme: Value,
    /// Legal pages.
    pub legal: Value,
    /// First owner.
    pub owner: NewOwner,
}

/// First member of the staff.
#[derive(Debug, Clone)]
pub struct NewOwner {
    /// Mail address; also where buyers get help, until it is changed.
    pub email: Email,
    /// Name of the person.
    pub name: PersonName,
    /// Password.
    pub password: NewPassword,
}

/// Provisions the tenant at its sub-domain. Running it again finishes what a crash left half-way.
///
/// # Errors
/// Slug or host are taken, or the database refused.
pub async fn provision(state: &AppState, ctx: &Ctx, shop: NewShop) -> Result<TenantId, ProvisionError> {
    let host = state.config.http.tenant_host(&shop.slug);
    let password_hash = state.passwords.hash(&shop.owner.password, ctx.random()).await;
    let new = NewTenant {
        slug: shop.slug.clone(),
        name: shop.name.as_str().to_owned(),
        mail_from: mail_from(&host.to_string(), &shop.owner.email),
        host,
        locale: shop.locale,
        currency: shop.currency,
        zone: shop.zone,
        support_email: shop.owner.email.clone(),
        theme: shop.theme,
        legal: shop.legal,
    };
    let beginning = Beginning {
        signer: state.tickets.clone(),
        slug: shop.slug,
        name: shop.name,
        owner: shop.owner,
        password_hash,
    };
    lifecycle::provision(&state.platform, &state.db, ctx, &new, &[&beginning]).await
}

/// Tickets come from the tenant's own host; a host without a dot (never in production) has no mail.
fn mail_from(host: &str, fall_back: &Email) -> Email {
    format!("tickets@{host}").parse().unwrap_or_else(|_| fall_back.clone())
}

/// Rows that belong to the crates above tenancy.
struct Beginning {
    slug: Slug,
    name: Line<1, 120>,
    owner: NewOwner,
    password_hash: PasswordHash,
    signer: TicketSigner,
}

#[async_trait]
impl Seed for Beginning {
    async fn seed(&self, ctx: &Ctx, tx: &mut TenantTx) -> Result<(), DbError> {
        tickets::create_signing_key(ctx, tx, &self.signer, FIRST_KEY).await?;
        if catalog::list_organizers(tx).await?.is_empty() {
            let new = NewOrganizer {
                slug: self.slug.clone(),
                name: self.name.clone(),
            };
            match catalog::create_organizer(ctx, tx, new).await {
                Ok(_) | Err(catalog::OrganizerError::SlugTaken) => {}
                Err(catalog::OrganizerError::Db(error)) => return Err(error),
            }
        }
        let account = NewAccount {
            email: self.owner.email.clone(),
            name: self.owner.name.clone(),
            password_hash: self.password_hash.clone(),
        };
        match accounts::create(tx, ctx, &account).await {
            Ok(account) => permissions::assign(tx, ctx, account, Role::Owner, None).await.map(drop),
            // A run before this one got here.
            Err(CreateError::EmailTaken) => Ok(()),
            Err(CreateError::Db(error)) => Err(error),
        }
    }
}
