//! The tenant's share of the fees that the platform takes.
//!
//! Fee and commission leave a payment together, because a payment has one such part and it lands on the platform. The tenant's
//! share is booked with the sale (`partner_commission_payable`), and paid later by a transfer from the platform's balance to the
//! tenant's own account:
//! ```text
//! owed → submitting → sent → reversed
//! ```
//! Invariants:
//! * Only what cannot be returned any more is settled: of events that are over for so many days. What went back to buyers with the
//!   platform's fee takes its part of the commission with it.
//! * A settlement is written down, with its events, before the provider is called. Its id names the transfer's group and its key.
//! * A provider does not try a transfer again: we do, for ever, a day apart in the end.
//! * What is sent is booked once, and undone once when the provider reverses it; then the next settlement pays it again.
//! * Money of the sandbox is settled in the sandbox, and that of a provider with the provider.
//!
//! Not here: the rules by which a commission is taken (`core::pricing`), and how it is sold (`ledger`).

mod due;
mod send;
mod settle;
mod store;

use bilten_kernel::{Ctx, Id, IdKind, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, audit};
use serde_json::json;

use crate::provider::AccountRef;

pub use send::{SEND_JOB, SendCommission, send};
pub(crate) use send::{find_at_provider, request_open};
pub use settle::settle;
pub(crate) use store::{count_open, list_accounts};
pub use store::{find_terms, list};

/// Kind of a settlement.
pub enum SettlementKind {}
impl IdKind for SettlementKind {
    const PREFIX: &'static str = "cms";
}
/// Identifies a settlement.
pub type SettlementId = Id<SettlementKind>;

/// How often commission is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// Seven days after the last time.
    Week,
    /// Thirty days after the last time.
    Month,
}

impl Every {
    const ALL: [Self; 2] = [Self::Week, Self::Month];

    /// Name in the database and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|every| every.name() == name)
    }

    const fn days(self) -> i64 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
        }
    }
}

/// On what terms commission is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How often.
    pub every: Every,
    /// Days after the end of an event from which on its fees cannot be returned any more.
    pub after_days: u16,
}

/// Where a settlement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettlementState {
    /// Decided.
    Owed,
    /// Sent, or about to be.
    Submitting,
    /// On the tenant's account.
    Sent,
    /// The provider took it back.
    Reversed,
}

impl SettlementState {
    const ALL: [Self; 4] = [Self::Owed, Self::Submitting, Self::Sent, Self::Reversed];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owed => "owed",
            Self::Submitting => "submitting",
            Self::Sent => "sent",
            Self::Reversed => "reversed",
        }
    }

    /// Reads the name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Commission that one transfer pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Identity; also the group of the transfer.
    pub id: SettlementId,
    /// Provider whose money it is.
    pub provider: String,
    /// The tenant's account there.
    pub account: Option<AccountRef>,
    /// What is sent.
    pub amount: Money,
    /// What of the commission had gone back to buyers.
    pub given: Money,
    /// Where it stands.
    pub state: SettlementState,
    /// The provider's name of the transfer.
    pub reference: Option<String>,
    /// The provider's name of its reversal.
    pub reversal: Option<String>,
    /// Why the last try was refused.
    pub failure: Option<String>,
    /// How often it was tried.
    pub tries: u32,
    /// When it was decided.
    pub created_at: Timestamp,
}

impl Settlement {
    /// The name under which its money is known among orders' money.
    pub fn as_order(&self) -> OrderId {
        OrderId::from_uuid(self.id.uuid())
    }
}

/// Sets the terms, in the caller's transaction.
///
/// # Errors
/// The database refused.
pub async fn set_terms(ctx: &Ctx, tx: &mut TenantTx, terms: Terms) -> Result<(), DbError> {
    store::save_terms(tx, ctx, terms).await?;
    let entry = audit::Entry {
        action: "commission.terms_changed",
        object: "commission".to_owned(),
        details: json!({ "every": terms.every.name(), "after_days": terms.after_days }),
    };
    audit::record(tx, ctx, entry).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_round_trip() {
        for every in Every::ALL {
            assert_eq!(Every::from_name(every.name()), Some(every));
        }
        for state in SettlementState::ALL {
            assert_eq!(SettlementState::from_name(state.name()), Some(state));
        }
    }
}
