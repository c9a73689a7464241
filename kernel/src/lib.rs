//! The words that every other crate uses: identifiers, money, time, actors and parsed values.
//!
//! Nothing here performs I/O; a value that exists is a value that is valid.

mod actor;
mod clock;
mod ctx;
mod entropy;
mod id;
mod locale;
mod money;
mod parsed;
mod phone;
mod scrub;
mod secret;

pub use actor::{Actor, ApiScope, ApiScopes, Visit, VisitPower, VisitPowers};
pub use clock::{Clock, ManualClock, SystemClock};
pub use ctx::{Ctx, RequestId};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy, random_array};
pub use id::{
    AccountId, AccountKind, ApiKeyId, ApiKeyKind, AttemptId, AttemptKind, AuditStreamId, AuditStreamKind, CartId,
    EventId, EventKind, GiftCardId, GiftCardKind, HoldId, HoldKind, Id, IdError, IdKind, InvitationId, InvitationKind,
    JobId, MembershipId, MembershipKind, OperatorId, OrderId, OrderKind, OrderLineId, OrderLineKind, OrganizerId,
    OutboxId, OutboxKind, OwnRoleId, OwnRoleKind, PoolId, PriceOfferId, PriceOfferKind, PromoCodeId, PromoCodeKind,
    RefundId, ReturnPolicyId, ReturnPolicyKind, ScimGroupId, ScimGroupKind, ScimTokenId, ScimTokenKind, ScimUserId,
    ScimUserKind, SeatRowId, SeatRowKind, SeatSectionId, SeatSectionKind, SsoAttemptId, SsoAttemptKind,
    SsoConnectionId, SsoConnectionKind, TenantId, TenantKind, TicketId, TicketReturnId, TicketReturnKind, TicketTypeId,
    VenueId, VisitId, VisitKind, WaitlistEntryId, WaitlistEntryKind,
};
pub use jiff::Timestamp;
pub use locale::Locale;
pub use money::{Currency, Money, MoneyError};
pub use parsed::{Email, HostName, ParseError, PersonName, Slug, ZoneName};
pub use phone::PhoneNumber;
pub use scrub::{holds_number, scrub};
pub use secret::Secret;
