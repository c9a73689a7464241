//! People: the names behind entries of the record, and who looked at buyers' persons.

use std::collections::BTreeMap;

use bilten_kernel::{AccountId, Ctx};
use bilten_sso::accounts;
use bilten_tenancy::{
    DbError, TenantTx,
    audit::{self, Entry},
};

/// People that one page names at most.
const MAX_PEOPLE: usize = 20;

/// Finds the names of actors such as `staff:acc_…`; programs and the system have none.
pub(super) async fn names(
    tx: &mut TenantTx,
    actors: impl Iterator<Item = &str>,
) -> Result<BTreeMap<String, String>, DbError> {
    let mut names = BTreeMap::new();
    for actor in actors.take(MAX_PEOPLE) {
        let account: Option<AccountId> = actor.strip_prefix("staff:").and_then(|id| id.parse().ok());
        let Some(account) = account.filter(|_| !names.contains_key(actor)) else {
            continue;
        };
        if let Some(found) = accounts::find(tx, account).await? {
            names.insert(actor.to_owned(), found.name);
        }
    }
    Ok(names)
}

/// Writes down that somebody looked at persons: what was looked at, not what was seen.
pub(super) async fn note_look(
    ctx: &Ctx,
    tx: &mut TenantTx,
    action: &'static str,
    object: String,
) -> Result<(), DbError> {
    let details = serde_json::json!({});
    let entry = Entry {
        action,
        object,
        details,
    };
    audit::record(tx, ctx, entry).await
}
