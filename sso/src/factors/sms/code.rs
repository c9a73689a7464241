//! Sends codes, and takes them back.

use bilten_kernel::{AccountId, Ctx, Id, IdKind, PhoneNumber, Timestamp};
use bilten_tenancy::{
    DbError, TenantTx,
    jobs::{self, NewJob},
};
use jiff::SignedDuration;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::{Ask, Prefixes, Purpose, SendError, store};
use crate::factors::FactorKey;

/// Kind of the job that sends a code.
pub const SMS_JOB: &str = "sms.code";

/// A code is good for so long.
pub const LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Between two codes of one account.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// Over which the budgets count.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// Codes of one account in the window.
const PER_ACCOUNT: i64 = 5;
/// Codes of one tenant in the window.
const PER_TENANT: i64 = 100;

/// Kind of a code's id.
pub enum CodeKind {}

impl IdKind for CodeKind {
    const PREFIX: &'static str = "smc";
}

/// Identifies a code.
pub type CodeId = Id<CodeKind>;

/// What goes to the telephone.
#[derive(Debug)]
pub struct Letter {
    /// To whom.
    pub to: PhoneNumber,
    /// Six digits.
    pub digits: String,
    /// Host that was asked.
    pub host: String,
    /// Language in which the person asked.
    pub locale: String,
}

/// Enqueues a code for the telephone of an account.
///
/// # Errors
/// See [`SendError`].
pub async fn send(
    tx: &mut TenantTx,
    ctx: &Ctx,
    key: &FactorKey,
    (account, ask): (AccountId, &Ask),
) -> Result<(), SendError> {
    let prefixes = store::find_prefixes(tx).await?;
    let kept = store::find_sealed(tx, account).await?;
    // A code to a new number shows that it is the person's; every other goes to one that was shown.
    let kept = kept.filter(|kept| kept.is_confirmed != (ask.purpose == Purpose::Phone));
    let number = kept.and_then(|kept| open(key, account, &kept.sealed));
    let is_allowed = |number: &PhoneNumber| Prefixes::from_row(prefixes.as_deref()).allow(number);
    if !number.as_ref().is_some_and(is_allowed) {
        return Err(SendError::Impossible);
    }
    spend(tx, ctx, account).await?;
    let id: CodeId = ctx.new_id();
    let until = ctx.now().checked_add(LIFE).unwrap_or(Timestamp::MAX);
    store::insert_code(tx, ctx, (id, account), (ask, until)).await?;
    let job = NewJob {
        kind: SMS_JOB,
        payload: json!({ "code": id.to_string() }),
        run_at: ctx.now(),
        unique_key: None,
        is_urgent: true,
    };
    Ok(jobs::enqueue(tx, ctx, job).await?)
}

/// Finds what to send; `None` when the code is spent, too old or its telephone gone.
///
/// # Errors
/// The database refused.
pub async fn find_letter(tx: &mut TenantTx, ctx: &Ctx, key: &FactorKey, id: CodeId) -> Result<Option<Letter>, DbError> {
    let Some(code) = store::find_code(tx, id, ctx.now()).await? else {
        return Ok(None);
    };
    let number = open(key, code.account, &code.sealed);
    Ok(number.map(|to| Letter {
        to,
        digits: digits(key, code.account, id),
        host: code.host,
        locale: code.locale,
    }))
}

/// Takes the latest code of an account that was sent for this; tells whether it was good. Each is good once.
pub(in crate::factors) async fn check(
    tx: &mut TenantTx,
    ctx: &Ctx,
    key: &FactorKey,
    (account, purpose, typed): (AccountId, Purpose, &str),
) -> Result<bool, DbError> {
    let Some(id) = store::find_latest(tx, account, purpose, ctx.now()).await? else {
        return Ok(false);
    };
    let is_right = bool::from(digits(key, account, id).as_bytes().ct_eq(typed.as_bytes()));
    if !is_right {
        return Ok(false);
    }
    store::update_used(tx, id, ctx.now()).await
}

/// Refuses when the budget is used up. Two at once may both pass: the pause is a courtesy, the window a bound of cost.
async fn spend(tx: &mut TenantTx, ctx: &Ctx, account: AccountId) -> Result<(), SendError> {
    let now = ctx.now();
    let since = now.checked_sub(WINDOW).unwrap_or(Timestamp::MIN);
    let spent = store::count_codes(tx, account, since).await?;
    let later = |at: Timestamp, span| at.checked_add(span).unwrap_or(Timestamp::MAX);
    if let Some(last) = spent.last
        && later(last, PAUSE) > now
    {
        return Err(SendError::TooMany {
            until: later(last, PAUSE),
        });
    }
    if spent.of_account >= PER_ACCOUNT || spent.of_tenant >= PER_TENANT {
        if spent.of_tenant >= PER_TENANT {
            tracing::warn!(tenant = %ctx.tenant, "the budget of short messages is used up");
        }
        return Err(SendError::TooMany {
            until: later(now, WINDOW),
        });
    }
    Ok(())
}

pub(super) fn open(key: &FactorKey, account: AccountId, sealed: &[u8]) -> Option<PhoneNumber> {
    let text = String::from_utf8(key.open(account, sealed)?).ok()?;
    text.parse().ok()
}

/// Derives the digits of a code (the truncation of RFC 4226 §5.3).
fn digits(key: &FactorKey, account: AccountId, id: CodeId) -> String {
    let mac = key.hash(account, &id.to_string());
    let offset = usize::from(mac[31] & 0x0f);
    let word = mac[offset..]
        .first_chunk::<4>()
        .map_or(0, |bytes| u32::from_be_bytes(*bytes));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

#[cfg(test)]
mod tests {
    use bilten_kernel::Secret;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn digits_are_six_and_of_one_code_alone() {
        let key = |n| FactorKey {
            seal: Secret::new([n; 32]),
            hash: Secret::new([n; 32]),
        };
        let account = |n| AccountId::from_uuid(Uuid::from_u128(n));
        let code = |n| CodeId::from_uuid(Uuid::from_u128(n));
        let seen: std::collections::BTreeSet<String> = (0..500).map(|n| digits(&key(1), account(1), code(n))).collect();
        assert!(
            seen.len() > 490 && seen.iter().all(|digits| digits.len() == 6),
            "{}",
            seen.len()
        );
        let one = digits(&key(1), account(1), code(7));
        assert_eq!(one, digits(&key(1), account(1), code(7)));
        assert_ne!(one, digits(&key(2), account(1), code(7)));
        assert_ne!(one, digits(&key(1), account(2), code(7)));
    }
}
