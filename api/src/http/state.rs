//! What every handler can reach.

use std::{ops::Deref, sync::Arc};

use bilten_billing::{
    checkout::Checkout,
    gift_cards::GiftCards,
    payees::Payees,
    reconcile::{Inbox, StripeInbox},
    sandbox::Sandbox,
    vat::VatChecks,
};
use bilten_branding::{
    Renderer,
    mail::{DevMailbox, Mailer},
    sms::Texter,
};
use bilten_core::{
    MasterKey, catalog::StockWatch, check_in::Door, inventory::Engine, links::LinkSigner, orders::OrderReader,
    tickets::TicketSigner, waiting_room::Rooms,
};
use bilten_kernel::{Clock, Entropy};
use bilten_sso::{
    api_keys::ApiKeyFinder, domains::Dns, egress::Egress, oidc::Oidc, passwords::Passwords, seal::Seal,
    streams::Streamer,
};
use bilten_tenancy::{
    Db, PlatformDb, audit::HeadSigner, directory::Directory, page_versions::PageVersions, settings::SettingsCache,
};
use tokio_util::sync::CancellationToken;

use super::{packed::PackedFiles, pages::Pages, rate::RateLimits, visitors::Visitors};
use crate::{
    config::Config,
    storefront::{events::Shelf, queue::QueueDesk},
    worker::WorkerHealth,
};

/// Services of the process; cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Services>);

/// What the composition root has built.
pub struct Services {
    /// Settings of the process.
    pub config: Config,
    /// Transactions inside tenants, for staff and programs.
    pub db: Db,
    /// The same for pages of visitors; they cannot take the connections of the others.
    pub shop_db: Db,
    /// The same for jobs and steps of payments, which must go on when everybody comes at once.
    pub work_db: Db,
    /// The same for what pages in memory depend on; two connections that nobody else takes.
    pub watch_db: Db,
    /// Transactions on the directory.
    pub platform: PlatformDb,
    /// Which tenant answers at which host.
    pub directory: Directory,
    /// How tenants present themselves.
    pub settings: SettingsCache,
    /// How often what public pages show was changed.
    pub page_versions: PageVersions,
    /// Public pages in memory.
    pub pages: Pages,
    /// Style sheets, scripts and pictures in memory.
    pub files: PackedFiles,
    /// Events in memory, for public pages.
    pub shelf: Shelf,
    /// What is left of events, for public pages.
    pub stock: StockWatch,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Root of all derived keys.
    pub master_key: MasterKey,
    /// Makes holds of stock.
    pub engine: Engine,
    /// Checks tickets in.
    pub door: Door,
    /// Reads orders with their tickets.
    pub orders: OrderReader,
    /// The queues before sales.
    pub rooms: Rooms,
    /// Pages of those queues, and counters of arrivals.
    pub queue: QueueDesk,
    /// Takes payment, follows it up, gives it back.
    pub checkout: Checkout,
    /// Makes gift cards and finds them by their codes.
    pub gift_cards: GiftCards,
    /// Asks tax registers about the numbers of companies.
    pub vat_checks: VatChecks,
    /// Receives the notices of providers.
    pub inbox: Inbox,
    /// Receives Stripe's notices for all tenants, where Stripe is set up.
    pub stripe_inbox: Option<StripeInbox>,
    /// Looks after the accounts that are paid.
    pub payees: Payees,
    /// The built-in provider's own side: page and webhooks.
    pub sandbox: Sandbox,
    /// Signs links to carts and orders, and cursors.
    pub links: LinkSigner,
    /// Signs how far chains of the record have come.
    pub audit_signer: HeadSigner,
    /// Signs tickets.
    pub tickets: TicketSigner,
    /// Writes pages.
    pub renderer: Renderer,
    /// Sends mails, or keeps them for looking at.
    pub mailer: Arc<dyn Mailer>,
    /// Sends short messages, where somebody carries them.
    pub texter: Option<Arc<dyn Texter>>,
    /// Where mails are kept when there is no mail server.
    pub mailbox: Option<DevMailbox>,
    /// Finds the keys of programs.
    pub api_keys: ApiKeyFinder,
    /// Limits of API keys.
    pub rate: RateLimits,
    /// Limits of those who have no key and no session.
    pub visitors: Visitors,
    /// How the worker of this process fares.
    pub worker_health: WorkerHealth,
    /// Hashing of passwords, a few at a time.
    pub passwords: Passwords,
    /// Log-in at identity providers.
    pub sso: SsoServices,
    /// Sends the record to customers' own systems.
    pub streams: Streamer,
    /// Cancelled when the process is to stop.
    pub stop: CancellationToken,
}

/// What log-in at identity providers needs.
pub struct SsoServices {
    /// Speaks with them.
    pub oidc: Oidc,
    /// Seals our secrets there.
    pub seal: Seal,
    /// Looks for the records that prove mail domains.
    pub dns: Dns,
    /// The way out to addresses that customers name.
    pub egress: Egress,
    /// Seals the secrets of streams.
    pub stream_seal: Seal,
}

impl AppState {
    /// Shares the services.
    pub fn new(services: Services) -> Self {
        Self(Arc::new(services))
    }
}

impl Deref for AppState {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}
