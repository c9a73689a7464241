//! Whether operators may visit a tenant at all.

use bilten_kernel::{AccountId, Actor, Ctx, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use jiff::SignedDuration;
use serde_json::json;

use super::{Ended, close, store};

/// Longest window.
pub const MAX_WINDOW: SignedDuration = SignedDuration::from_hours(24 * 31);

/// When operators may visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Not at all.
    Never,
    /// When somebody of the tenant approves it.
    #[default]
    Ask,
    /// To look around in a window without being asked for; otherwise as with `Ask`.
    Window {
        /// Its begin.
        from: Timestamp,
        /// Its end.
        until: Timestamp,
    },
}

/// What a tenant has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// When operators may visit.
    pub mode: Mode,
    /// Who decided it; nobody did where nothing was changed.
    pub set_by: Option<AccountId>,
}

impl Rules {
    /// Returns who let operators look around at this instant without being asked.
    pub(super) fn admits(&self, now: Timestamp) -> Option<AccountId> {
        match self.mode {
            Mode::Window { from, until } if from <= now && now < until => self.set_by,
            Mode::Never | Mode::Ask | Mode::Window { .. } => None,
        }
    }
}

/// Why the rules were not changed.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The window ends before it begins, is over, or is longer than a month.
    #[error("the window is no window")]
    Window,
    /// Only people of the tenant's staff set them.
    #[error("only staff set the rules of visits")]
    NotStaff,
    /// The database refused.
    #[error("could not change the rules of visits")]
    Db(#[from] DbError),
}

/// Reads the rules; a tenant that never changed them wants to be asked.
///
/// # Errors
/// The database refused.
pub async fn find_rules(tx: &mut TenantTx) -> Result<Rules, DbError> {
    Ok(store::find_rules(tx).await?.unwrap_or_default())
}

/// Changes the rules. Where operators may not come any more, nobody stays and nothing that was granted is worth anything.
///
/// # Errors
/// See [`RulesError`].
pub async fn set_rules(tx: &mut TenantTx, ctx: &Ctx, mode: Mode) -> Result<(), RulesError> {
    let Actor::Staff(account) = ctx.actor else {
        return Err(RulesError::NotStaff);
    };
    if let Mode::Window { from, until } = mode {
        let is_fit = from < until && ctx.now() < until && until.duration_since(from) <= MAX_WINDOW;
        if !is_fit {
            return Err(RulesError::Window);
        }
    }
    store::upsert_rules(tx, mode, account, ctx.now()).await?;
    let (name, window) = match mode {
        Mode::Never => ("never", None),
        Mode::Ask => ("ask", None),
        Mode::Window { from, until } => ("window", Some((from, until))),
    };
    let entry = audit::Entry {
        action: "visit_rules.set",
        object: ctx.tenant.to_string(),
        details: json!({ "mode": name, "from": window.map(|(from, _)| from), "until": window.map(|(_, until)| until) }),
    };
    audit::record(tx, ctx, entry).await?;
    if mode == Mode::Never {
        for visit in store::list_open(tx).await? {
            close::close(tx, ctx, &visit, Ended::Tenant).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_admits_from_its_begin_to_before_its_end() {
        let at = |second| Timestamp::from_second(second).expect("an instant");
        let owner = AccountId::from_uuid(uuid::Uuid::from_u128(1));
        let rules = |mode| Rules {
            mode,
            set_by: Some(owner),
        };
        let window = rules(Mode::Window {
            from: at(100),
            until: at(200),
        });
        for (now, admits) in [(99, false), (100, true), (199, true), (200, false)] {
            assert_eq!(window.admits(at(now)).is_some(), admits, "{now}");
        }
        for mode in [Mode::Never, Mode::Ask] {
            assert_eq!(rules(mode).admits(at(150)), None);
        }
        assert_eq!(Rules::default().mode, Mode::Ask);
    }
}
