//! Who does something: every change is made by an actor and recorded with it.

use std::fmt;

use crate::{AccountId, ApiKeyId, OperatorId, ScimTokenId};

/// The one who acts in a request or job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A member of the tenant's staff with a session.
    Staff(AccountId),
    /// A program with one of the tenant's API keys.
    ApiKey(ApiKeyId, ApiScopes),
    /// The tenant's directory, with one of its bearer tokens.
    Directory(ScimTokenId),
    /// Somebody who buys, known only by the links that he holds.
    Buyer,
    /// The platform itself: jobs, sweepers, webhooks, the demo.
    System,
    /// A platform operator who entered the tenant.
    Operator(OperatorId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::ApiKey(id, _) => write!(f, "api_key:{id}"),
            Self::Directory(id) => write!(f, "directory:{id}"),
            Self::Buyer => f.write_str("buyer"),
            Self::System => f.write_str("system"),
            Self::Operator(id) => write!(f, "operator:{id}"),
        }
    }
}

/// What an API key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiScope {
    /// Read events.
    EventsRead,
    /// Create and publish events.
    EventsWrite,
    /// Read orders.
    OrdersRead,
    /// Make carts and place orders.
    OrdersWrite,
    /// Check tickets in.
    CheckInsWrite,
    /// Sell for cash: what is bought is paid by word.
    CashWrite,
    /// Connect the accounts that the tenant is paid through, and see how they stand.
    PayeesWrite,
    /// Make gift cards, which are as good as money, and stop them.
    GiftCardsWrite,
}

impl ApiScope {
    /// All scopes, in the order of their bits.
    pub const ALL: [Self; 8] = [
        Self::EventsRead,
        Self::EventsWrite,
        Self::OrdersRead,
        Self::OrdersWrite,
        Self::CheckInsWrite,
        Self::CashWrite,
        Self::PayeesWrite,
        Self::GiftCardsWrite,
    ];

    /// Name in the API and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EventsRead => "events:read",
            Self::EventsWrite => "events:write",
            Self::OrdersRead => "orders:read",
            Self::OrdersWrite => "orders:write",
            Self::CheckInsWrite => "check-ins:write",
            Self::CashWrite => "cash:write",
            Self::PayeesWrite => "payees:write",
            Self::GiftCardsWrite => "gift-cards:write",
        }
    }

    const fn bit(self) -> u32 {
        match self {
            Self::EventsRead => 1,
            Self::EventsWrite => 2,
            Self::OrdersRead => 4,
            Self::OrdersWrite => 8,
            Self::CheckInsWrite => 16,
            Self::CashWrite => 32,
            Self::PayeesWrite => 64,
            Self::GiftCardsWrite => 128,
        }
    }
}

/// Set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ApiScopes(u32);

impl ApiScopes {
    /// Every scope there is.
    pub fn all() -> Self {
        ApiScope::ALL.into_iter().collect()
    }

    /// Tells whether the scope is in the set.
    pub const fn contains(self, scope: ApiScope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Reads names separated by spaces; unknown names are passed over, so that a key made by a newer version keeps working.
    pub fn parse(names: &str) -> Self {
        names
            .split_whitespace()
            .filter_map(|name| ApiScope::ALL.into_iter().find(|scope| scope.name() == name))
            .collect()
    }

    /// Writes the names separated by spaces.
    pub fn names(self) -> String {
        let names: Vec<_> = ApiScope::ALL
            .into_iter()
            .filter(|s| self.contains(*s))
            .map(ApiScope::name)
            .collect();
        names.join(" ")
    }
}

impl FromIterator<ApiScope> for ApiScopes {
    fn from_iter<I: IntoIterator<Item = ApiScope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}
