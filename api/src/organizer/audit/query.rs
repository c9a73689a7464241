//! What is looked for in the record.

use bilten_kernel::{Timestamp, ZoneName};
use bilten_sso::accounts;
use bilten_tenancy::{DbError, TenantTx, audit::AuditFilter};
use jiff::{ToSpan as _, civil::Date};
use serde::Deserialize;

use crate::organizer::urls;

/// Longest word that is looked for.
const MAX_WORD: usize = 80;

/// Fields of the form that looks for entries; all may be empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Query {
    pub who: String,
    pub what: String,
    pub about: String,
    pub from: String,
    pub until: String,
    pub cursor: String,
}

impl Query {
    /// What the store is asked for; days are those of the shop's zone, and what is no day is none. A mail address is that of an
    /// account, and who has none did nothing.
    pub async fn filter(&self, tx: &mut TenantTx, zone: &ZoneName) -> Result<AuditFilter, DbError> {
        let actor = match word(&self.who) {
            Some(who) if who.contains('@') => {
                let account = accounts::find_by_email(tx, &who).await?;
                Some(account.map_or_else(|| "staff:".to_owned(), |found| format!("staff:{}", found.id)))
            }
            who => who,
        };
        Ok(AuditFilter {
            actor,
            action: word(&self.what),
            object: word(&self.about),
            from: day(&self.from).and_then(|day| begin(day, zone)),
            until: day(&self.until).and_then(|day| begin(day.checked_add(1.day()).ok()?, zone)),
        })
    }

    /// Tells whether anything is looked for.
    pub fn is_narrow(&self) -> bool {
        let fields = [&self.who, &self.what, &self.about, &self.from, &self.until];
        fields.iter().any(|field| !field.trim().is_empty())
    }

    /// An address that looks for the same.
    pub fn url(&self, path: &str, cursor: &str) -> String {
        let pairs = [
            ("who", self.who.as_str()),
            ("what", &self.what),
            ("about", &self.about),
            ("from", &self.from),
            ("until", &self.until),
            ("cursor", cursor),
        ];
        urls::with_query(path, &pairs)
    }
}

fn word(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= MAX_WORD).then(|| text.to_owned())
}

fn day(text: &str) -> Option<Date> {
    text.trim().parse().ok()
}

fn begin(day: Date, zone: &ZoneName) -> Option<Timestamp> {
    Some(day.to_zoned(zone.zone()).ok()?.timestamp())
}
