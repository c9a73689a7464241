//! How a tenant presents itself: name, languages, currency, zone, theme, legal pages, mail sender.
//!
//! Read on every page, so kept in memory for a few seconds per tenant, and no longer than the version of its pages
//! ([`crate::page_versions`]) that this node knows. Rights and money are never decided by it.

mod store;

use std::{sync::Arc, time::Duration};

use bilten_kernel::{Ctx, Currency, Email, Locale, TenantId, ZoneName};
use moka::future::Cache;
use serde_json::Value;

use crate::{Db, DbError, TenantTx};

/// Memory that all settings together may take, in bytes, roughly: a tenant may bring long legal pages.
const CACHED_BYTES: u64 = 16 * 1024 * 1024;
/// What settings take without their texts.
const BARE_BYTES: u32 = 512;
/// What a value of JSON takes beside its text.
const NODE_BYTES: u32 = 64;
/// How long a change may stay unseen on other nodes.
const TTL: Duration = Duration::from_secs(5);

/// Settings of one tenant.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Name for people.
    pub name: String,
    /// Language of pages unless the reader asks for another.
    pub default_locale: Locale,
    /// Currency of new events.
    pub currency: Currency,
    /// Zone of new events.
    pub time_zone: ZoneName,
    /// Sender of mails.
    pub mail_from: Email,
    /// Where buyers get help.
    pub support_email: Email,
    /// Theme tokens; their meaning is known to `branding`.
    pub theme: Value,
    /// Legal pages: Markdown by page and locale, `{page: {locale: text}}`.
    pub legal: Value,
}

/// Settings in memory, by tenant.
#[derive(Debug, Clone)]
pub struct SettingsCache {
    db: Db,
    cache: Cache<(TenantId, u64), Arc<Settings>>,
}

impl SettingsCache {
    /// Makes an empty cache.
    pub fn new(db: Db) -> Self {
        let cache = Cache::builder()
            .max_capacity(CACHED_BYTES)
            .weigher(|_, settings: &Arc<Settings>| weight(settings))
            .time_to_live(TTL)
            .build();
        Self { db, cache }
    }

    /// Returns the settings of a tenant, at most five seconds old.
    ///
    /// # Errors
    /// They are not in memory and the database refused.
    pub async fn get(&self, ctx: &Ctx) -> Result<Arc<Settings>, Arc<DbError>> {
        let key = (ctx.tenant, self.db.page_versions().latest(ctx.tenant));
        self.cache
            .try_get_with(key, async {
                let mut tx = self.db.begin(ctx).await?;
                read(&mut tx).await.map(Arc::new)
            })
            .await
    }
}

/// Reads the settings of the transaction's tenant.
///
/// # Errors
/// The database refused; every tenant that is ready has its row.
pub async fn read(tx: &mut TenantTx) -> Result<Settings, DbError> {
    store::read(tx).await
}

/// Bytes that settings take, roughly.
fn weight(settings: &Settings) -> u32 {
    BARE_BYTES
        .saturating_add(size(&settings.theme))
        .saturating_add(size(&settings.legal))
}

/// Bytes of a JSON value with its texts and nodes, roughly.
fn size(value: &Value) -> u32 {
    let bytes = |text: &str| u32::try_from(text.len()).unwrap_or(u32::MAX);
    let inside = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => bytes(text),
        Value::Array(items) => items.iter().map(size).fold(0, u32::saturating_add),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| bytes(name).saturating_add(size(field)))
            .fold(0, u32::saturating_add),
    };
    inside.saturating_add(NODE_BYTES)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_legal_pages_weigh_what_they_are() {
        let page = "x".repeat(40_000);
        let legal = json!({ "terms": { "en": page, "nb": page } });
        assert!((80_000..81_000).contains(&size(&legal)), "{}", size(&legal));
        assert!(size(&json!({})) < 100);
    }
}
