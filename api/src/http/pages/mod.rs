//! Public pages in memory: the same bytes for everybody, made once, answered before anything else is done.
//!
//! A route whose page is the same for all visitors says so in the registry
//! ([`Route::shared`](super::registry::Route::shared)). Its page is kept by tenant, language and path, in the three
//! encodings in which it goes out, with all its headers ([`entry`]). [`front`] stands before the whole
//! application: what is in memory and still true is answered there.
//!
//! Invariants:
//! - *Nothing personal.* A page for everybody is made for a request of our own that has neither cookies nor query
//!   ([`front`]); a page that sets a cookie is not kept. Who has a message waiting for him (`flash`) passes by.
//! - *Never older than two seconds.* A page is given out only while the tenant's page version is the one it was
//!   made at ([`bilten_tenancy::page_versions`]), while it says the truth about the stock
//!   ([`bilten_core::catalog::StockWatch`]), and before the next instant at which time alone changes it. The node
//!   that made a change gives out the new page at once.
//! - *Made once.* However many ask for a page that is not there, one makes it.
//! - *Bounded*, in bytes; keys lead with the tenant.
//!
//! Not here: what a page shows, and pages with a search in them, which are made for each request.

mod asked;
mod entry;
mod front;
mod pattern;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bilten_core::catalog::EventStock;
use bilten_kernel::{EventId, Locale, TenantId, Timestamp};
use jiff::SignedDuration;
use metrics::Counter;
use moka::sync::Cache;

pub use self::front::Front;
use self::{entry::Entry, pattern::Patterns};

/// Bytes of all pages in memory.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Pages that may be in the making, or were lately.
const MAX_IN_THE_MAKING: u64 = 10_000;
/// Time after which nobody waits for the making of a page any more.
const FORGET_MAKING: Duration = Duration::from_mins(1);
/// Age at which a page is made again whatever happens: what was changed behind the program's back shows by then.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(1);

/// What one page is kept under. No language means that the visitor asked for none that we have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    tenant: TenantId,
    locale: Option<Locale>,
    path: Box<str>,
}

/// Mark on a request for a page that everybody gets, with the version of the tenant's pages that it is made at.
#[derive(Debug, Clone, Copy)]
pub struct ForEverybody {
    /// Read before anything that the page shows.
    pub version: u64,
}

/// Mark on the answer to a request [`ForEverybody`]: how long the page stays true. Without it the page is not kept.
#[derive(Clone, Default)]
pub struct StaysTrue {
    /// Instant from which on it is not.
    pub until: Option<Timestamp>,
    /// What it says about the stock of an event.
    pub stock: Option<SaysOfStock>,
}

/// What a page says about the stock of an event.
#[derive(Clone)]
pub struct SaysOfStock {
    /// The event.
    pub event: EventId,
    /// Tells whether the page would say the same of other counters, at any instant before it ends anyway.
    pub is_same: Arc<dyn Fn(&EventStock) -> bool + Send + Sync>,
}

/// Pages in memory.
pub struct Pages {
    entries: Cache<Key, Arc<Entry>>,
    making: Cache<Key, Arc<Making>>,
    patterns: Patterns,
    /// Answers from memory, and pages made.
    answered: Counter,
    made: Counter,
}

/// Lets one request make a page while the others wait for it.
#[derive(Default)]
struct Making {
    turn: tokio::sync::Mutex<()>,
    /// Number of times that no page for everybody came out, such as 404: then each must ask for himself.
    in_vain: AtomicU64,
}

impl Making {
    fn in_vain(&self) -> u64 {
        self.in_vain.load(Ordering::Acquire)
    }
}

impl Pages {
    /// Makes an empty memory for the routes that are shared.
    pub fn new() -> Self {
        Self::with_capacity(MAX_BYTES)
    }

    /// Makes an empty memory of at most so many bytes.
    pub fn with_capacity(bytes: u64) -> Self {
        Self {
            entries: Cache::builder()
                .max_capacity(bytes)
                .weigher(|key: &Key, entry: &Arc<Entry>| entry.weight(key.path.len()))
                .build(),
            making: Cache::builder()
                .max_capacity(MAX_IN_THE_MAKING)
                .time_to_idle(FORGET_MAKING)
                .build(),
            patterns: Patterns::of_registry(),
            answered: metrics::counter!("pages_answered_total"),
            made: metrics::counter!("pages_made_total"),
        }
    }

    /// Returns how many bytes the pages in memory take.
    pub fn bytes(&self) -> u64 {
        self.entries.run_pending_tasks();
        self.entries.weighted_size()
    }

    fn making(&self, key: &Key) -> Arc<Making> {
        self.making.get_with_by_ref(key, Arc::default)
    }
}

impl Default for Pages {
    fn default() -> Self {
        Self::new()
    }
}
