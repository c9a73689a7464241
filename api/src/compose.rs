//! Builds the services of a process from its settings.
//!
//! Order: secrets → database (ours or a given one) → migrations → pools in the serving roles.
//! The pools refuse a role that row security does not bind.

use std::sync::Arc;

use anyhow::Context as _;
use bilten_billing::{
    cash::Cash,
    checkout::Checkout,
    gift_cards::GiftCards,
    payees::{PayeeAccounts, Payees},
    provider::{Provider, Providers},
    reconcile::{Inbox, StripeInbox, Vault},
    risk::Risk,
    sandbox::Sandbox,
    stripe::Stripe,
    vat::VatChecks,
};
use bilten_branding::{
    Renderer,
    mail::{DevMailbox, Mailer, SmtpMailer},
    sms::{Texter, Twilio},
};
use bilten_core::{
    MasterKey,
    catalog::StockWatch,
    check_in::Door,
    inventory::Engine,
    links::LinkSigner,
    orders::OrderReader,
    tickets::TicketSigner,
    waiting_room::{Rooms, RoomsParts},
};
use bilten_kernel::{Clock, Entropy, Secret, SystemClock, SystemEntropy};
use bilten_sso::{
    api_keys::ApiKeyFinder,
    domains::Dns,
    egress::Egress,
    oidc::Oidc,
    passwords::Passwords,
    seal::{Seal, TenantKeys},
    streams::{Streamer, StreamerParts},
};
use bilten_tenancy::{
    Db, DbConfig, PlatformDb,
    audit::HeadSigner,
    directory::Directory,
    groups::GroupLimits,
    migrate::{self, RolePasswords},
    page_versions::PageVersions,
    settings::SettingsCache,
};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{
    config::{
        Config,
        secrets::{self, Secrets},
    },
    http::{AppState, Services, SsoServices, packed::PackedFiles, pages::Pages, rate::RateLimits, visitors::Visitors},
    postgres,
    storefront::{events::Shelf, queue::QueueDesk},
    worker::WorkerHealth,
};

/// Connections for staff, programs, the door and stock; for visitors' pages; for jobs and payments; for what pages in
/// memory depend on.
const APP_CONNECTIONS: u32 = 16;
const SHOP_CONNECTIONS: u32 = 12;
const WORK_CONNECTIONS: u32 = 8;
const WATCH_CONNECTIONS: u32 = 2;
const PLATFORM_CONNECTIONS: u32 = 6;

/// Addresses of the database, one for each role.
#[derive(Debug, Clone)]
pub struct DatabaseUrls {
    /// Role that migrates; `None` when only the serving roles were given.
    pub admin: Option<Secret<String>>,
    /// `bilten_app`.
    pub app: Secret<String>,
    /// `bilten_platform`.
    pub platform: Secret<String>,
}

/// A database that is ready, with the server if it is ours.
pub struct Database {
    /// Its addresses.
    pub urls: DatabaseUrls,
    /// The private server; dropped last, after the pools are closed.
    pub server: Option<postgres::Private>,
}

/// Reads or makes the secrets; a master key from the environment wins.
///
/// # Errors
/// The data folder cannot be used.
pub fn secrets(config: &Config) -> anyhow::Result<Secrets> {
    let mut secrets = secrets::load_or_create(&config.data_dir, &SystemEntropy)?;
    if let Some(key) = &config.master_key {
        secrets.master_key = key.clone();
    }
    Ok(secrets)
}

/// Finds the database, starting a private one when none was named.
///
/// # Errors
/// The server cannot be found or started.
pub async fn database(config: &Config, secrets: &Secrets) -> anyhow::Result<Database> {
    let given = &config.database;
    if let (Some(app), Some(platform)) = (&given.app_url, &given.platform_url) {
        let urls = DatabaseUrls {
            admin: given.admin_url.clone(),
            app: app.clone(),
            platform: platform.clone(),
        };
        return Ok(Database { urls, server: None });
    }
    if let Some(admin) = &given.admin_url {
        return Ok(Database {
            urls: derive(admin, secrets)?,
            server: None,
        });
    }
    let dir = config.data_dir.clone();
    let start = move || postgres::Private::start(&dir, postgres::Options::default());
    let server = tokio::task::spawn_blocking(start)
        .await?
        .context("the private PostgreSQL did not start")?;
    Ok(Database {
        urls: derive(&server.admin_url, secrets)?,
        server: Some(server),
    })
}

/// Brings the schema up to date. Does nothing when only the serving roles were given.
///
/// # Errors
/// A migration failed.
pub async fn migrate(urls: &DatabaseUrls, secrets: &Secrets) -> anyhow::Result<()> {
    let Some(admin) = &urls.admin else { return Ok(()) };
    let passwords = RolePasswords {
        app: secrets.app_password.clone(),
        platform: secrets.platform_password.clone(),
    };
    migrate::run(admin, Some(&passwords))
        .await
        .context("the database could not be brought up to date")
}

/// Connects in the serving roles and builds every service.
///
/// # Errors
/// The database is out of reach, or a role may do more than a server should.
pub async fn services(config: Config, secrets: &Secrets, urls: &DatabaseUrls) -> anyhow::Result<AppState> {
    let app = |max_connections| DbConfig {
        url: urls.app.clone(),
        max_connections,
        statement_timeout: config.database.statement_timeout,
    };
    let refused = "cannot serve with the role bilten_app";
    let db = Db::connect(&app(APP_CONNECTIONS)).await.context(refused)?;
    let shop = db.connect_beside(&app(SHOP_CONNECTIONS)).await.context(refused)?;
    let work = db.connect_beside(&app(WORK_CONNECTIONS)).await.context(refused)?;
    let watch = db.connect_beside(&app(WATCH_CONNECTIONS)).await.context(refused)?;
    let platform = DbConfig {
        url: urls.platform.clone(),
        max_connections: PLATFORM_CONNECTIONS,
        statement_timeout: config.database.statement_timeout,
    };
    let platform = PlatformDb::connect(&platform)
        .await
        .context("cannot serve with the role bilten_platform")?;
    let parts = Parts {
        master_key: MasterKey::new(*secrets.master_key.expose()),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        config,
        platform,
        db,
    };
    assemble_on(parts, Pools { shop, work, watch }, |provider| provider)
}

/// Pools beside that of [`Parts`], so that a crowd in one place does not starve the others.
pub struct Pools {
    /// For visitors' pages.
    pub shop: Db,
    /// For jobs and steps of payments.
    pub work: Db,
    /// For the versions and the stock that pages in memory depend on.
    pub watch: Db,
}

/// What the services are built from; tests bring their own clock, randomness and pools.
pub struct Parts {
    /// Settings of the process.
    pub config: Config,
    /// Pool in the role `bilten_app`.
    pub db: Db,
    /// Pool in the role `bilten_platform`.
    pub platform: PlatformDb,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Root of all derived keys.
    pub master_key: MasterKey,
}

/// Builds every service on one pool; touches neither network nor database.
///
/// # Errors
/// A template does not parse, or the mail server's address cannot be used.
pub fn assemble(parts: Parts) -> anyhow::Result<AppState> {
    assemble_with(parts, |provider| provider)
}

/// Builds every service, with something between us and the payment provider, such as a bad line.
///
/// # Errors
/// As [`assemble`].
pub fn assemble_with(
    parts: Parts,
    line: impl FnOnce(Arc<dyn Provider>) -> Arc<dyn Provider>,
) -> anyhow::Result<AppState> {
    let pools = Pools {
        shop: parts.db.clone(),
        work: parts.db.clone(),
        watch: parts.db.clone(),
    };
    assemble_on(parts, pools, line)
}

/// Builds every service as [`assemble_with`] does, with pools of their own for visitors and for work.
///
/// # Errors
/// As [`assemble`].
pub fn assemble_on(
    parts: Parts,
    pools: Pools,
    line: impl FnOnce(Arc<dyn Provider>) -> Arc<dyn Provider>,
) -> anyhow::Result<AppState> {
    let Parts {
        config,
        db,
        platform,
        clock,
        entropy,
        master_key,
    } = parts;
    let (mailer, mailbox) = post(&config)?;
    let sso = identity_providers(&config, &master_key)?;
    let directory = Directory::new(platform.clone());
    let tickets = TicketSigner::new(master_key.clone());
    let sandbox = Sandbox::new(pools.work.clone(), vec![master_key.clone()]);
    let takers = takers(&config, (&sandbox, Cash::new(pools.work.clone())), line)?;
    let engine = Engine::new(db.clone(), clock.clone(), GroupLimits::default());
    let rooms = Rooms::new(RoomsParts {
        db: pools.shop.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        master_key: master_key.clone(),
        engine: engine.clone(),
    });
    let checkout = Checkout::new(pools.work.clone(), takers.providers, Risk::new(master_key.clone()));
    let inbox = inbox(&checkout, &master_key);
    let registers = config.vat.registers().context("a tax register cannot be reached")?;
    Ok(AppState::new(Services {
        gift_cards: GiftCards::new(master_key.clone()),
        vat_checks: VatChecks::new(pools.work.clone(), registers),
        stripe_inbox: takers.stripe.map(|stripe| StripeInbox::new(&inbox, stripe, &platform)),
        payees: Payees::new(pools.work.clone(), platform.clone(), takers.payees),
        inbox,
        checkout,
        sandbox,
        directory: directory.clone(),
        settings: SettingsCache::new(db.clone()),
        page_versions: PageVersions::new(pools.watch.clone()),
        pages: Pages::new(),
        files: PackedFiles::new(),
        shelf: Shelf::new(),
        stock: StockWatch::new(pools.watch.clone()),
        engine,
        rooms,
        queue: QueueDesk::new(),
        links: LinkSigner::new(master_key.clone()),
        door: Door::new(db.clone(), tickets.clone(), GroupLimits::default()),
        orders: OrderReader::new(db.clone(), GroupLimits::default()),
        audit_signer: audit_signer(&master_key),
        tickets,
        renderer: Renderer::load().context("the templates cannot be read")?,
        api_keys: ApiKeyFinder::new(db.clone(), GroupLimits::default()),
        rate: RateLimits::new(config.rate),
        visitors: Visitors::new(config.edge),
        worker_health: WorkerHealth::default(),
        shop_db: pools.shop,
        watch_db: pools.watch,
        passwords: Passwords::new(),
        streams: streamer(&sso, (&pools.work, &directory), (&clock, &entropy)),
        sso,
        work_db: pools.work,
        stop: CancellationToken::new(),
        texter: texter(&config, mailbox.as_ref())?,
        mailer,
        mailbox,
        master_key,
        clock,
        entropy,
        platform,
        config,
        db,
    }))
}

/// What receives the notices of payment providers.
fn inbox(checkout: &Checkout, master_key: &MasterKey) -> Inbox {
    Inbox {
        checkout: checkout.clone(),
        vault: Vault::new(master_key.clone()),
    }
}

/// What sends the record to customers' own systems.
fn streamer(
    sso: &SsoServices,
    (db, directory): (&Db, &Directory),
    (clock, entropy): (&Arc<dyn Clock>, &Arc<dyn Entropy>),
) -> Streamer {
    Streamer::new(StreamerParts {
        db: db.clone(),
        directory: directory.clone(),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        egress: sso.egress.clone(),
        seal: sso.stream_seal.clone(),
    })
}

/// What speaks with identity providers, and keeps our secrets there.
fn identity_providers(config: &Config, master_key: &MasterKey) -> anyhow::Result<SsoServices> {
    let egress = Egress::try_new(config.idp_reach()).context("identity providers cannot be reached")?;
    Ok(SsoServices {
        oidc: Oidc::new(egress.clone()),
        egress,
        stream_seal: Seal::new(Arc::new(DerivedKeys(master_key.clone())), "audit stream secrets"),
        dns: Dns::try_new(config.sso.dns_server)
            .context("BILTEN_DNS_SERVER or the system's resolver cannot be used")?,
        seal: Seal::new(Arc::new(DerivedKeys(master_key.clone())), "sso client secrets"),
    })
}

/// Keys for the secrets that the crate of accounts keeps; it does not know the root key.
#[derive(Debug)]
struct DerivedKeys(MasterKey);

impl TenantKeys for DerivedKeys {
    fn key(&self, purpose: &str, tenant: bilten_kernel::TenantId) -> Secret<[u8; 32]> {
        self.0.derive(purpose, tenant)
    }
}

/// Signs heads of the record with a key of each tenant, which no table holds.
pub fn audit_signer(master_key: &MasterKey) -> HeadSigner {
    let master_key = master_key.clone();
    HeadSigner::new(move |tenant| master_key.derive("audit-head:1", tenant))
}

/// Who carries letters, and the box that keeps them where nobody does.
fn post(config: &Config) -> anyhow::Result<(Arc<dyn Mailer>, Option<DevMailbox>)> {
    if let Some(url) = &config.smtp_url {
        let mailer = SmtpMailer::from_url(url.expose()).context("BILTEN_SMTP_URL cannot be used")?;
        return Ok((Arc::new(mailer), None));
    }
    let mailbox = DevMailbox::new(&config.data_dir);
    Ok((Arc::new(mailbox.clone()), Some(mailbox)))
}

/// Who carries short messages: a carrier, or the box that keeps the mails too. A server with a mail server and no carrier
/// sends none.
fn texter(config: &Config, mailbox: Option<&DevMailbox>) -> anyhow::Result<Option<Arc<dyn Texter>>> {
    if let Some(carrier) = &config.sms {
        let twilio = Twilio::try_new(carrier.clone()).context("BILTEN_SMS_URL cannot be used")?;
        return Ok(Some(Arc::new(twilio)));
    }
    Ok(mailbox.map(|mailbox| {
        let texter: Arc<dyn Texter> = Arc::new(mailbox.clone());
        texter
    }))
}

/// Who takes payments, and at whom accounts are opened.
struct Takers {
    providers: Providers,
    payees: Vec<Arc<dyn PayeeAccounts>>,
    stripe: Option<Stripe>,
}

/// The built-in provider and the cash box always, Stripe where it is set up; which of them serves a tenant is asked with each
/// payment.
fn takers(
    config: &Config,
    (sandbox, cash): (&Sandbox, Cash),
    line: impl FnOnce(Arc<dyn Provider>) -> Arc<dyn Provider>,
) -> anyhow::Result<Takers> {
    let mut providers = vec![line(Arc::new(sandbox.clone())), Arc::new(cash)];
    let mut payees: Vec<Arc<dyn PayeeAccounts>> = vec![Arc::new(sandbox.clone())];
    let stripe = match &config.stripe {
        Some(settings) => Some(Stripe::try_new(settings.provider()).context("Stripe cannot be reached")?),
        None => None,
    };
    if let Some(stripe) = &stripe {
        providers.push(Arc::new(stripe.clone()));
        payees.push(Arc::new(stripe.clone()));
    }
    Ok(Takers {
        providers: Providers::new(providers),
        payees,
        stripe,
    })
}

/// The same server and database, for the serving roles with their generated passwords.
fn derive(admin: &Secret<String>, secrets: &Secrets) -> anyhow::Result<DatabaseUrls> {
    let role = |name: &str, password: &Secret<String>| {
        let mut url = Url::parse(admin.expose()).context("DATABASE_URL cannot be read")?;
        let set = url
            .set_username(name)
            .and_then(|()| url.set_password(Some(password.expose())));
        set.map_err(|()| anyhow::anyhow!("DATABASE_URL names no host"))?;
        // The administrator's own settings, such as a role to take, are not for the serving roles.
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| key != "options")
            .map(|(k, v)| (k.into_owned(), v.into_owned()))
            .collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        anyhow::Ok(Secret::new(url.into()))
    };
    Ok(DatabaseUrls {
        admin: Some(admin.clone()),
        app: role("bilten_app", &secrets.app_password)?,
        platform: role("bilten_platform", &secrets.platform_password)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serving_roles_keep_server_and_database_but_not_the_administrators_settings() {
        let secrets = Secrets {
            app_password: Secret::new("aa".into()),
            platform_password: Secret::new("bb".into()),
            master_key: Secret::new([0; 32]),
        };
        let admin = Secret::new("postgres://root:pw@db:5433/tickets?sslmode=require&options=-c%20role%3Dx".to_owned());
        let urls = derive(&admin, &secrets).unwrap();
        assert_eq!(
            urls.app.expose(),
            "postgres://bilten_app:aa@db:5433/tickets?sslmode=require"
        );
        let private = Secret::new("postgres://postgres@localhost/bilten?host=%2Fa+b%2Frun".to_owned());
        let urls = derive(&private, &secrets).unwrap();
        assert_eq!(
            urls.platform.expose(),
            "postgres://bilten_platform:bb@localhost/bilten?host=%2Fa+b%2Frun"
        );
    }
}
