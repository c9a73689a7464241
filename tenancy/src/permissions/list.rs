//! The list of permissions: names, places, and what else is known.
//!
//! The order is that of the bits of a set; bits are kept nowhere, so a row may be put anywhere.

use super::permission::{
    Duty::{Access, Approving, Cash, Payouts, Refunding},
    Entry,
    ScopeKind::{Device, Event, Organizer, Tenant},
};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $position:literal, $entry:expr;)*) => {
        /// A thing that somebody may do, named `resource.verb`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission {
            $($(#[$doc])* $name,)*
        }

        const REGISTRY: &[Entry] = &[$($entry.of(Permission::$name)),*];

        impl Permission {
            /// Position in the registry and in a [`super::PermissionSet`].
            pub(super) const fn position(self) -> u8 {
                match self {
                    $(Self::$name => $position,)*
                }
            }
        }
    };
}

/// Returns every permission, in the order of its bits.
pub const fn registry() -> &'static [Entry] {
    REGISTRY
}

const fn tenant(name: &'static str, sight: Permission) -> Entry {
    Entry::new(name, Tenant, sight)
}

const fn event(name: &'static str) -> Entry {
    Entry::new(name, Event, Permission::EventRead)
}

const fn order(name: &'static str) -> Entry {
    Entry::new(name, Event, Permission::OrderRead)
}

permissions! {
    /// See the organisation's settings.
    OrgRead = 0, tenant("org.read", Permission::OrgRead).reserved();
    /// Change the organisation's settings: limits and security among them.
    OrgUpdate = 1, tenant("org.update", Permission::OrgRead).step_up();
    /// Close the organisation.
    OrgDelete = 2, tenant("org.delete", Permission::OrgRead).step_up().reserved();
    /// Hand the organisation to somebody else.
    OrgTransfer = 3, tenant("org.transfer", Permission::OrgRead).step_up().reserved();
    /// See what the platform charges.
    BillingRead = 4, tenant("billing.read", Permission::BillingRead).reserved();
    /// Change how the platform is paid.
    BillingManage = 5, tenant("billing.manage", Permission::BillingRead).step_up().reserved();
    /// See the shop's host names.
    DomainRead = 6, tenant("domain.read", Permission::DomainRead).reserved();
    /// Connect and remove host names.
    DomainManage = 7, tenant("domain.manage", Permission::DomainRead).step_up().reserved();
    /// See the shop's look.
    ThemeRead = 8, tenant("theme.read", Permission::ThemeRead).reserved();
    /// Change a draft of the shop's look.
    ThemeEdit = 9, tenant("theme.edit", Permission::ThemeRead).reserved();
    /// Show a new look to buyers.
    ThemePublish = 10, tenant("theme.publish", Permission::ThemeRead).reserved();
    /// Change the shop's words.
    TextEdit = 11, tenant("text.edit", Permission::ThemeRead).reserved();
    /// Change terms and legal notices.
    LegalEdit = 12, tenant("legal.edit", Permission::ThemeRead).reserved();
    /// See who belongs to the staff, and what they may do.
    MemberRead = 13, tenant("member.read", Permission::MemberRead);
    /// Invite people to the staff, with roles that the inviter holds himself.
    MemberInvite = 14, tenant("member.invite", Permission::MemberRead).step_up().duty(Access);
    /// Remove people from the staff.
    MemberRemove = 15, tenant("member.remove", Permission::MemberRead).step_up();
    /// Give and take roles, and make roles of the tenant's own.
    RoleManage = 16, tenant("role.manage", Permission::MemberRead).step_up().duty(Access);
    /// Connect the staff's identity providers.
    SsoManage = 17, tenant("sso.manage", Permission::SsoManage).step_up().duty(Access);
    /// Let a directory make and remove the staff's accounts.
    ScimManage = 18, tenant("scim.manage", Permission::ScimManage).step_up().duty(Access);
    /// Make and revoke keys of programs.
    ApiKeyManage = 19, tenant("api_key.manage", Permission::ApiKeyManage).step_up();
    /// Say which programs are told of what happens.
    WebhookManage = 20, tenant("webhook.manage", Permission::WebhookManage).step_up().reserved();
    /// Read the audit log.
    AuditRead = 21, tenant("audit.read", Permission::AuditRead);
    /// Take the audit log out as a file.
    AuditExport = 22, tenant("audit.export", Permission::AuditRead).step_up();
    /// See events that are not on sale, and the setting of those that are.
    EventRead = 23, event("event.read");
    /// Make events.
    EventCreate = 24, Entry::new("event.create", Organizer, Permission::EventRead);
    /// Change events: what they are, when, and how they are sold.
    EventUpdate = 25, event("event.update");
    /// Put events on sale.
    EventPublish = 26, event("event.publish");
    /// Call events off.
    EventCancel = 27, event("event.cancel");
    /// Remove drafts for good.
    EventDelete = 28, event("event.delete").reserved();
    /// Change seat plans.
    SeatmapEdit = 29, event("seatmap.edit");
    /// Change prices, offers, and what moves prices.
    PriceEdit = 30, event("price.edit");
    /// Change how many tickets there are.
    QuotaEdit = 31, event("quota.edit");
    /// Make and withdraw promo codes.
    CodeManage = 32, event("code.manage");
    /// See orders without the buyer's person.
    OrderRead = 33, order("order.read");
    /// See who bought: names and mail addresses.
    OrderReadPii = 34, order("order.read_pii").pii();
    /// Place orders for buyers, as programs do.
    OrderSell = 35, order("order.sell");
    /// Change orders.
    OrderEdit = 36, order("order.edit");
    /// Cancel orders and give money back.
    OrderCancel = 37, order("order.cancel").step_up().duty(Refunding);
    /// Agree to what somebody else wants to give back.
    OrderRefundApprove = 38, order("order.refund_approve").step_up().duty(Approving);
    /// Send the buyer his tickets again.
    OrderResend = 39, order("order.resend");
    /// Take orders out as a file.
    OrderExport = 40, order("order.export").pii().step_up().reserved();
    /// See who comes to an event.
    AttendeeRead = 41, event("attendee.read").pii();
    /// Take the list of attendees out as a file.
    AttendeeExport = 42, event("attendee.export").pii().step_up();
    /// See what was and will be paid out.
    PayoutRead = 43, tenant("payout.read", Permission::PayoutRead);
    /// Open and close the account that takes the buyers' money.
    PayeeManage = 44, tenant("payee.manage", Permission::PayeeManage).step_up().duty(Payouts);
    /// See the money: journal, fees, what is owed.
    FinanceReport = 45, tenant("finance.report", Permission::FinanceReport);
    /// Set taxes and fees.
    TaxManage = 46, tenant("tax.manage", Permission::TaxManage).step_up();
    /// Check tickets in.
    TicketScan = 47, Entry::new("ticket.scan", Device, Permission::EventRead);
    /// Let somebody in whose ticket was refused.
    TicketOverride = 48, Entry::new("ticket.override", Device, Permission::EventRead).reserved();
    /// Print tickets again.
    TicketReprint = 49, event("ticket.reprint").reserved();
    /// Sell for cash at the door, and hand cash back.
    CashTake = 50, event("cash.take").duty(Cash);
    /// Look after the devices at the doors.
    DeviceManage = 51, tenant("device.manage", Permission::DeviceManage).reserved();
    /// Keep guest lists.
    GuestlistManage = 52, event("guestlist.manage").pii().reserved();
    /// Write campaigns.
    CampaignDraft = 53, tenant("campaign.draft", Permission::CampaignDraft).reserved();
    /// Send campaigns.
    CampaignSend = 54, tenant("campaign.send", Permission::CampaignDraft).step_up().reserved();
    /// Take addresses of buyers out for campaigns.
    AudienceExport = 55, tenant("audience.export", Permission::AudienceExport).pii().step_up().reserved();
    /// See sales figures.
    ReportRead = 56, event("report.read");
    /// Ask for a person's data to be told or forgotten.
    PrivacyRequest = 57, tenant("privacy.request", Permission::PrivacyRequest).pii().reserved();
    /// Forget a person's data.
    PrivacyErase = 58, tenant("privacy.erase", Permission::PrivacyRequest).pii().step_up().reserved();
    /// Connect other services.
    IntegrationManage = 59, tenant("integration.manage", Permission::IntegrationManage).step_up().reserved();
}
