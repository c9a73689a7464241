//! What the shop's people must hear of its money at once, as events for whoever writes to them.
//!
//! An event is published in the transaction in which the thing happened. Not here: to whom it is written, and in what words.

use bilten_kernel::{Ctx, Money, OrderId, Timestamp};
use bilten_tenancy::{DbError, TenantTx, outbox};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Kind of the event.
pub const MONEY_NOTICE: &str = "money_notice";

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A buyer's bank asks about a payment.
    Inquiry,
    /// A buyer contests a payment.
    Contest,
    /// A contest was won.
    ContestWon,
    /// A contest was lost.
    ContestLost,
    /// A card scheme warned of a payment, and its money was given back.
    FraudRefunded,
    /// The bank account that is paid out to is another one.
    BankChanged,
    /// The account was taken away from the platform: nothing is sold, and nothing can be given back by us.
    AccountGone,
    /// A refund must be paid by hand, because the account that took the money has left.
    RefundByHand,
}

/// An event's facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Name of what it is about; with `what` it tells this notice from all others.
    pub about: String,
    /// What happened.
    pub what: What,
    /// The order, where it is about one.
    pub order: Option<OrderId>,
    /// How much, in minor units, and the code of its currency.
    pub amount: Option<(i64, String)>,
    /// Until when somebody may answer, or until when money stays.
    pub until: Option<Timestamp>,
}

impl Notice {
    /// One about an account.
    pub const fn of_account(about: String, what: What) -> Self {
        Self {
            about,
            what,
            order: None,
            amount: None,
            until: None,
        }
    }

    /// One about an order.
    pub fn of_order(about: String, what: What, order: OrderId, amount: Money) -> Self {
        Self {
            about,
            what,
            order: Some(order),
            amount: Some((amount.minor, amount.currency.code().to_owned())),
            until: None,
        }
    }
}

/// Publishes it in the caller's transaction.
///
/// # Errors
/// The database refused.
pub(crate) async fn publish(tx: &mut TenantTx, ctx: &Ctx, notice: &Notice) -> Result<(), DbError> {
    outbox::publish(tx, ctx, MONEY_NOTICE, 1, &json!(notice)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_survives_the_round_trip() {
        let amount = Money::new(700, "EUR".parse().unwrap());
        let notice = Notice {
            until: Some(Timestamp::UNIX_EPOCH),
            ..Notice::of_order(
                "dsp_1".to_owned(),
                What::ContestLost,
                uuid::Uuid::from_u128(7).into(),
                amount,
            )
        };
        let told = json!(notice);
        assert_eq!(told["what"], "contest_lost");
        assert_eq!(serde_json::from_value::<Notice>(told).unwrap(), notice);
    }
}
