//! An order and its states.

use bilten_kernel::{
    CartId, Email, EventId, Locale, Money, MoneyError, OrderId, OrderLineId, PersonName, TicketTypeId, Timestamp,
};

use super::OrderCode;
use crate::{
    pricing::{BuyerTax, Charges},
    promo,
};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderState {
    /// The buyer gave his details; nothing was asked of any provider.
    Quoted,
    /// An attempt to pay is under way.
    AwaitingPayment,
    /// The provider has the money on its way; it may take days.
    AwaitingFunds,
    /// Paid; tickets were issued.
    Paid,
    /// Money came but stock was gone: it goes back, or a person decides.
    PaymentConflict,
    /// Never paid; the stock went back.
    Expired,
    /// Called off, before or after it was paid.
    Cancelled,
    /// All money went back.
    Refunded,
}

impl OrderState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Quoted,
        Self::AwaitingPayment,
        Self::AwaitingFunds,
        Self::Paid,
        Self::PaymentConflict,
        Self::Expired,
        Self::Cancelled,
        Self::Refunded,
    ];

    /// Stable name in the API and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quoted => "quoted",
            Self::AwaitingPayment => "awaiting_payment",
            Self::AwaitingFunds => "awaiting_funds",
            Self::Paid => "paid",
            Self::PaymentConflict => "payment_conflict",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Tells whether an order may go from here to there.
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Quoted => matches!(
                next,
                Self::AwaitingPayment | Self::Paid | Self::Expired | Self::Cancelled
            ),
            Self::AwaitingPayment => matches!(
                next,
                Self::Quoted
                    | Self::AwaitingFunds
                    | Self::Paid
                    | Self::PaymentConflict
                    | Self::Expired
                    | Self::Cancelled
            ),
            Self::AwaitingFunds => {
                matches!(
                    next,
                    Self::Quoted | Self::Paid | Self::PaymentConflict | Self::Expired | Self::Cancelled
                )
            }
            Self::Paid => matches!(next, Self::Cancelled | Self::Refunded),
            Self::PaymentConflict => matches!(next, Self::Paid | Self::Refunded | Self::Cancelled),
            Self::Expired | Self::Cancelled => matches!(next, Self::Paid | Self::PaymentConflict | Self::Refunded),
            Self::Refunded => false,
        }
    }
}

/// Where an order came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The tenant's pages.
    Web,
    /// The JSON API.
    Api,
    /// Staff, at the door.
    Door,
}

impl Channel {
    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Web, Self::Api, Self::Door]
            .into_iter()
            .find(|channel| channel.name() == name)
    }

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Door => "door",
        }
    }
}

/// Tickets of one type in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// Identity.
    pub id: OrderLineId,
    /// Type of ticket.
    pub ticket_type: TicketTypeId,
    /// Name of the type.
    pub type_name: String,
    /// Whether the type is an add-on.
    pub is_add_on: bool,
    /// Number of tickets.
    pub quantity: u32,
    /// All-in price of one.
    pub unit_price: Money,
    /// What one would have cost without promo code and price offers, where these took something off.
    pub full_price: Option<Money>,
    /// Names of the price offers that took something off.
    pub offer: Option<String>,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Identity.
    pub id: OrderId,
    /// Short code for people.
    pub code: OrderCode,
    /// Event whose tickets were bought; an order of a gift card has none, and neither lines nor tickets.
    pub event: Option<EventId>,
    /// Cart it was made from.
    pub cart: CartId,
    /// Where it stands.
    pub state: OrderState,
    /// Where it came from.
    pub channel: Channel,
    /// Where the tickets are sent.
    pub buyer_email: Email,
    /// Who buys.
    pub buyer_name: PersonName,
    /// Language of its pages and mails.
    pub locale: Locale,
    /// What is to be paid.
    pub total: Money,
    /// What of the total is given beside the tickets.
    pub donation: Option<Money>,
    /// What of the total a gift card pays, or shall pay.
    pub gift_card: Option<Money>,
    /// What of the total was decided to go back while the order stays paid.
    pub refunded: Money,
    /// Promo code that it was made with.
    pub promo_code: Option<String>,
    /// When the buyer gave his details.
    pub created_at: Timestamp,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When it expired or was cancelled or refunded.
    pub closed_at: Option<Timestamp>,
    /// How the price is made up; nothing where no plan of taxes and fees stood: then the price is all there is.
    pub charges: Option<Charges>,
    /// What the buyer told of himself for the tax, and how he is taxed; nothing where nobody was asked.
    pub buyer_tax: Option<BuyerTax>,
    /// What was bought.
    pub lines: Vec<OrderLine>,
}

impl Order {
    /// What is to be paid beside a gift card.
    pub fn to_pay(&self) -> Money {
        let card = self.gift_card.map_or(0, |card| card.minor);
        Money::new(self.total.minor - card, self.total.currency)
    }

    /// How the price of the tickets is made up, also where no plan of taxes and fees stood.
    pub fn all_charges(&self) -> Charges {
        self.charges.clone().unwrap_or_else(|| {
            let gross = |line: &OrderLine| line.unit_price.minor.saturating_mul(i64::from(line.quantity));
            let line = |line: &OrderLine| (line.id, line.ticket_type, line.quantity, gross(line));
            Charges::plain(self.total.currency, self.lines.iter().map(line))
        })
    }

    /// Sums up what promo code and price offers took off.
    ///
    /// # Errors
    /// The sum overflows.
    pub fn discount(&self) -> Result<Money, MoneyError> {
        let lines = self.lines.iter();
        promo::taken_off(
            self.total.currency,
            lines.map(|line| (line.quantity, line.unit_price, line.full_price)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refunded_is_the_end_and_paid_never_goes_back_to_unpaid() {
        for next in OrderState::ALL {
            assert!(!OrderState::Refunded.may_become(next));
        }
        for unpaid in [
            OrderState::Quoted,
            OrderState::AwaitingPayment,
            OrderState::AwaitingFunds,
            OrderState::Expired,
        ] {
            assert!(!OrderState::Paid.may_become(unpaid));
        }
    }

    #[test]
    fn names_survive_the_round_trip() {
        for state in OrderState::ALL {
            assert_eq!(OrderState::from_name(state.name()), Some(state));
        }
        assert_eq!(OrderState::from_name("lost"), None);
    }
}
