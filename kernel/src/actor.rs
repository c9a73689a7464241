//! Who does something: every change is made by an actor and recorded with it.

use std::fmt;

use crate::{AccountId, ApiKeyId, OperatorId, ScimTokenId, VisitId};

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
    /// A platform operator at the platform's own console; in a tenant he is nobody.
    Operator(OperatorId),
    /// A platform operator who is in the tenant for a while, because somebody of the tenant let him in.
    Visiting(Visit),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Staff(id) => write!(f, "staff:{id}"),
            Self::ApiKey(id, _) => write!(f, "api_key:{id}"),
            Self::Directory(id) => write!(f, "directory:{id}"),
            Self::Buyer => f.write_str("buyer"),
            Self::System => f.write_str("system"),
            Self::Operator(operator) | Self::Visiting(Visit { operator, .. }) => write!(f, "operator:{operator}"),
        }
    }
}

/// A visit of a platform operator to a tenant, while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// The visit, as the tenant finds it in its list.
    pub id: VisitId,
    /// Who is visiting.
    pub operator: OperatorId,
    /// Who of the tenant's staff let him in: by his word, or by the rule that he set.
    pub on_behalf_of: AccountId,
    /// What he may do beyond looking around.
    pub powers: VisitPowers,
}

/// What an operator may ask for beyond looking around without seeing persons; each must be granted by an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VisitPower {
    /// See who bought and who comes.
    Persons,
    /// Change events, their prices and their numbers of tickets.
    Events,
    /// Change orders and send tickets again.
    Orders,
}

impl VisitPower {
    /// All of them, in the order of their bits.
    pub const ALL: [Self; 3] = [Self::Persons, Self::Events, Self::Orders];

    /// Stable name in forms, in the record and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Persons => "persons",
            Self::Events => "events",
            Self::Orders => "orders",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Persons => 1,
            Self::Events => 2,
            Self::Orders => 4,
        }
    }
}

/// Set of such powers; the empty one only looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VisitPowers(u8);

impl VisitPowers {
    /// Tells whether the power is in the set.
    pub const fn contains(self, power: VisitPower) -> bool {
        self.0 & power.bit() != 0
    }

    /// Tells whether it only looks.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Lists what is in the set.
    pub fn iter(self) -> impl Iterator<Item = VisitPower> {
        VisitPower::ALL.into_iter().filter(move |power| self.contains(*power))
    }

    /// Reads names separated by spaces; unknown names give nothing.
    pub fn parse(names: &str) -> Self {
        names
            .split_whitespace()
            .filter_map(|name| VisitPower::ALL.into_iter().find(|power| power.name() == name))
            .collect()
    }

    /// Writes the names separated by spaces.
    pub fn names(self) -> String {
        self.iter().map(VisitPower::name).collect::<Vec<_>>().join(" ")
    }
}

impl FromIterator<VisitPower> for VisitPowers {
    fn from_iter<I: IntoIterator<Item = VisitPower>>(powers: I) -> Self {
        Self(powers.into_iter().fold(0, |bits, power| bits | power.bit()))
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
