//! Tickets that were taken back: what they had cost and what was kept.

use bilten_core::orders::{Order, Returnable};
use bilten_kernel::{Money, MoneyError, ReturnPolicyId, TicketReturnId, Timestamp};

/// Who wanted tickets to be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The buyer, by the policy.
    Buyer,
    /// The buyer, within the days of withdrawal.
    Withdrawal,
    /// Staff.
    Staff,
    /// The event was called off.
    Event,
}

impl Origin {
    pub(super) const ALL: [Self; 4] = [Self::Buyer, Self::Withdrawal, Self::Staff, Self::Event];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Buyer => "buyer",
            Self::Withdrawal => "withdrawal",
            Self::Staff => "staff",
            Self::Event => "event",
        }
    }
}

/// Tickets that were taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Names the return.
    pub id: TicketReturnId,
    /// Who wanted it.
    pub origin: Origin,
    /// Why.
    pub reason: String,
    /// Number of tickets.
    pub tickets: u32,
    /// What they had cost.
    pub gross: Money,
    /// What was kept of it.
    pub kept: Money,
    /// What had been given beside the tickets and goes back with the last of them.
    pub donation: Money,
    /// What of all that went back as a new gift card instead of as money.
    pub credited: Money,
    /// When it was decided.
    pub at: Timestamp,
}

impl Kept {
    /// What goes back.
    ///
    /// # Errors
    /// The sum overflows.
    pub fn refund(&self) -> Result<Money, MoneyError> {
        self.gross.checked_sub(self.kept)?.checked_add(self.donation)
    }
}

/// Return that is about to be written.
pub(super) struct NewReturn<'a> {
    pub id: TicketReturnId,
    pub order: &'a Order,
    pub origin: Origin,
    pub policy: Option<ReturnPolicyId>,
    pub reason: &'a str,
    pub items: &'a [(Returnable, Money)],
    pub gross: Money,
    pub kept: Money,
    pub donation: Money,
    pub credited: Money,
}
