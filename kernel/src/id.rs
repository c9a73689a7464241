//! Typed identifiers: a UUIDv7 inside, `prefix_base32` outside.
//!
//! An id names a thing; it is never a secret. The prefix keeps an order's id from being
//! taken for a ticket's, and the type parameter does the same at compile time.

use std::{cmp::Ordering, fmt, hash::Hash, marker::PhantomData, str::FromStr};

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::LazyLock;
use uuid::Uuid;

/// Lower-case base32 without padding and without easily confused letters (Crockford's alphabet).
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    spec.encoding().expect("the alphabet has 32 distinct symbols")
});

/// Names one kind of thing that has identifiers.
pub trait IdKind: 'static {
    /// Stands before the underscore in the outside form, such as `ord`.
    const PREFIX: &'static str;
}

/// Identifies one thing of kind `K`.
pub struct Id<K: IdKind> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// Says why a text is no identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of this kind")]
pub struct IdError;

impl<K: IdKind> Id<K> {
    /// Wraps a UUID that is known to identify a thing of this kind.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self {
            uuid,
            kind: PhantomData,
        }
    }

    /// Returns the UUID, for binding in SQL.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<K: IdKind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: IdKind> Copy for Id<K> {}
impl<K: IdKind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K: IdKind> Eq for Id<K> {}
impl<K: IdKind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: IdKind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K: IdKind> Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K: IdKind> From<Uuid> for Id<K> {
    fn from(uuid: Uuid) -> Self {
        Self::from_uuid(uuid)
    }
}
impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, BASE32.encode(self.uuid.as_bytes()))
    }
}
impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K: IdKind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let rest = text
            .strip_prefix(K::PREFIX)
            .and_then(|r| r.strip_prefix('_'))
            .ok_or(IdError)?;
        let bytes = BASE32.decode(rest.as_bytes()).map_err(|_| IdError)?;
        Uuid::from_slice(&bytes).map(Self::from_uuid).map_err(|_| IdError)
    }
}
impl<K: IdKind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K: IdKind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! kinds {
    ($($kind:ident, $id:ident, $prefix:literal, $what:literal;)*) => {$(
        #[doc = concat!("Kind of ", $what, ".")]
        pub enum $kind {}
        impl IdKind for $kind {
            const PREFIX: &'static str = $prefix;
        }
        #[doc = concat!("Identifies ", $what, ".")]
        pub type $id = Id<$kind>;
    )*};
}

kinds! {
    TenantKind, TenantId, "ten", "a tenant";
    OrganizerKind, OrganizerId, "org", "an organizer inside a tenant";
    VenueKind, VenueId, "ven", "a venue";
    EventKind, EventId, "evt", "an event";
    TicketTypeKind, TicketTypeId, "tty", "a ticket type";
    PoolKind, PoolId, "pol", "a capacity pool";
    HoldKind, HoldId, "crt", "a hold of stock, which buyers know as their cart";
    OrderKind, OrderId, "ord", "an order";
    OrderLineKind, OrderLineId, "orl", "a line of an order";
    TicketKind, TicketId, "tkt", "a ticket";
    AttemptKind, AttemptId, "pay", "an attempt to pay an order";
    RefundKind, RefundId, "ref", "a refund";
    AccountKind, AccountId, "acc", "an account of a tenant's staff";
    MembershipKind, MembershipId, "mem", "a membership of an account in a role";
    OwnRoleKind, OwnRoleId, "rol", "a role that a tenant has made";
    InvitationKind, InvitationId, "inv", "an invitation to the staff";
    ApiKeyKind, ApiKeyId, "key", "an API key";
    OperatorKind, OperatorId, "opr", "a platform operator";
    JobKind, JobId, "job", "a job";
    OutboxKind, OutboxId, "obx", "an outbox event";
    SeatSectionKind, SeatSectionId, "sec", "a section of a seat plan";
    SeatRowKind, SeatRowId, "row", "a row of seats";
    PromoCodeKind, PromoCodeId, "prm", "a promo code";
    PriceOfferKind, PriceOfferId, "pof", "a price offer of an event";
    GiftCardKind, GiftCardId, "gft", "a gift card";
    ReturnPolicyKind, ReturnPolicyId, "rpo", "a return policy of an event";
    TicketReturnKind, TicketReturnId, "ret", "tickets of an order that were taken back";
    WaitlistEntryKind, WaitlistEntryId, "wle", "an entry of a waiting list";
    SsoConnectionKind, SsoConnectionId, "sso", "a connection to an identity provider";
    ScimTokenKind, ScimTokenId, "sct", "a bearer token of a directory";
    ScimUserKind, ScimUserId, "scu", "somebody whom a directory looks after";
    ScimGroupKind, ScimGroupId, "scg", "a group of a directory";
    SsoAttemptKind, SsoAttemptId, "sat", "an attempt to log in at an identity provider";
    VisitKind, VisitId, "vis", "a visit of a platform operator to a tenant";
    AuditStreamKind, AuditStreamId, "ast", "a stream of the record to somebody outside";
}

/// A cart is the hold of its stock; both words name the same row.
pub type CartId = HoldId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_round_trip_and_refuses_another_kind() {
        let id = OrderId::from_uuid(Uuid::from_u128(0x0190_1234_5678_7abc_8def_0123_4567_89ab));
        let text = id.to_string();
        assert!(text.starts_with("ord_"));
        assert_eq!(text.parse::<OrderId>(), Ok(id));
        assert_eq!(text.parse::<TicketId>(), Err(IdError));
    }

    #[test]
    fn malformed_ids_are_refused() {
        for text in [
            "",
            "ord_",
            "ord",
            "ord_!!!",
            "ord_0",
            "ORD_0123",
            "ord_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        ] {
            assert_eq!(text.parse::<OrderId>(), Err(IdError), "{text}");
        }
    }
}
