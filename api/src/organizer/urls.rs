//! Addresses of the console; nothing else writes one.

use bilten_billing::{disputes::DisputeId, payouts::PayoutId};
use bilten_branding::views::console::WizardStep;
use bilten_kernel::{
    AccountId, ApiKeyId, AuditStreamId, CartId, EventId, GiftCardId, InvitationId, MembershipId, OrderId, OwnRoleId,
    PriceOfferId, PromoCodeId, ScimGroupId, ScimTokenId, SsoConnectionId, TicketTypeId, VisitId, WaitlistEntryId,
};
use url::form_urlencoded;

/// The record of what happened.
pub const AUDIT: &str = "/manage/audit";
/// What was looked for in it, as a file.
pub const AUDIT_CSV: &str = "/manage/audit.csv";
/// The same, an entry a line.
pub const AUDIT_LINES: &str = "/manage/audit-entries.jsonl";
/// The whole chain, as a file that proves itself.
pub const AUDIT_CHAIN: &str = "/manage/audit.jsonl";
/// Streams of the record.
pub const STREAMS: &str = "/manage/audit/streams";
/// Visits of platform operators.
pub const VISITS: &str = "/manage/platform-access";
/// Where an operator comes in.
pub const VISIT_DOOR: &str = "/manage/visit";
/// First page.
pub const HOME: &str = "/manage";
/// All events.
pub const EVENTS: &str = "/manage/events";
/// First step of a new event.
pub const NEW_EVENT: &str = "/manage/events/new";
/// All orders.
pub const ORDERS: &str = "/manage/orders";
/// What could not be done.
pub const FAILURES: &str = "/manage/failures";
/// Payments that need a look.
pub const PAYMENTS: &str = "/manage/payments";
/// Taxes and fees.
pub const TAXES: &str = "/manage/taxes";
/// Choice of an event at the door.
pub const CHECK_IN: &str = "/manage/check-in";

/// A stream of the record.
pub fn stream(id: AuditStreamId) -> String {
    format!("{STREAMS}/{id}")
}

/// A visit of a platform operator.
pub fn visit(id: VisitId) -> String {
    format!("{VISITS}/{id}")
}

/// An event.
pub fn event(id: EventId) -> String {
    format!("{EVENTS}/{id}")
}

/// A step of an event's set-up.
pub fn setup(id: EventId, step: WizardStep) -> String {
    let step = match step {
        WizardStep::Basics => "basics",
        WizardStep::Tickets => "tickets",
        WizardStep::Look => "look",
        WizardStep::Publish => "publish",
    };
    format!("{EVENTS}/{id}/setup/{step}")
}

/// An event's page as buyers will see it.
pub fn preview(id: EventId) -> String {
    format!("{EVENTS}/{id}/preview")
}

/// An event's waiting room.
pub fn waiting_room(id: EventId) -> String {
    format!("{EVENTS}/{id}/waiting-room")
}

/// The counters of an event's waiting room.
pub fn waiting_room_figures(id: EventId) -> String {
    format!("{EVENTS}/{id}/waiting-room/figures")
}

/// Where a pause of an event's waiting room is posted to.
pub fn waiting_room_pause(id: EventId) -> String {
    format!("{EVENTS}/{id}/waiting-room/pause")
}

/// Where publishing is posted to.
pub fn publication(id: EventId) -> String {
    format!("{EVENTS}/{id}/publication")
}

/// Where calling off is posted to.
pub fn cancellation(id: EventId) -> String {
    format!("{EVENTS}/{id}/cancellation")
}

/// Where the taxes of an event's tickets are posted to.
pub fn event_taxes(id: EventId) -> String {
    format!("{EVENTS}/{id}/taxes")
}

/// Who comes to an event.
pub fn attendees(id: EventId) -> String {
    format!("{EVENTS}/{id}/attendees")
}

/// Who comes to an event, as a file.
pub fn attendees_csv(id: EventId) -> String {
    format!("{EVENTS}/{id}/attendees.csv")
}

/// Who waits for an event's places.
pub fn waiting_list(id: EventId) -> String {
    format!("{EVENTS}/{id}/waiting-list")
}

/// Where taking somebody off the list is posted to.
pub fn waitlist_removal(id: EventId, entry: WaitlistEntryId) -> String {
    format!("{EVENTS}/{id}/waiting-list/{entry}/removal")
}

/// Where a new promo code is posted to.
pub fn promo_codes(id: EventId) -> String {
    format!("{EVENTS}/{id}/promo-codes")
}

/// The codes of a series, as a file.
pub fn promo_series(id: EventId, first: PromoCodeId) -> String {
    format!("{EVENTS}/{id}/promo-codes/{first}/codes.csv")
}

/// Where withdrawing a promo code is posted to.
pub fn promo_withdrawal(id: EventId, code: PromoCodeId) -> String {
    format!("{EVENTS}/{id}/promo-codes/{code}/withdrawal")
}

/// Prices that buyers name, donations and price offers of an event; where a new offer is posted to.
pub fn offers(id: EventId) -> String {
    format!("{EVENTS}/{id}/offers")
}

/// Where withdrawing an offer is posted to.
pub fn offer_withdrawal(id: EventId, offer: PriceOfferId) -> String {
    format!("{EVENTS}/{id}/offers/{offer}/withdrawal")
}

/// Prices of an event that move with demand.
pub fn moving_prices(id: EventId) -> String {
    format!("{EVENTS}/{id}/prices")
}

/// Where stopping every moving price of the shop is posted to.
pub const STOP_PRICES: &str = "/manage/prices/stop";

/// How the price of a ticket type moves; where a new version is posted to.
pub fn price_policy(id: EventId, ticket_type: TicketTypeId) -> String {
    format!("{EVENTS}/{id}/prices/{ticket_type}")
}

/// Where trying a version out, switching one on, and stopping are posted to: `simulations`, `starts`, `stops`.
pub fn price_policy_deed(id: EventId, ticket_type: TicketTypeId, deed: &str) -> String {
    format!("{EVENTS}/{id}/prices/{ticket_type}/{deed}")
}

/// Where prices that buyers name are posted to.
pub fn open_prices(id: EventId) -> String {
    format!("{EVENTS}/{id}/open-prices")
}

/// Where the cause of donations is posted to.
pub fn donations(id: EventId) -> String {
    format!("{EVENTS}/{id}/donations")
}

/// An event's door.
pub fn check_in(id: EventId) -> String {
    format!("{EVENTS}/{id}/check-in")
}

/// Selling at an event's door.
pub fn door_sale(id: EventId) -> String {
    format!("{EVENTS}/{id}/door-sale")
}

/// A sale at the door whose money is to be collected.
pub fn door_cart(id: CartId) -> String {
    format!("/manage/door-sales/{id}")
}

/// Where giving its places back is posted to.
pub fn door_cart_abandonment(id: CartId) -> String {
    format!("/manage/door-sales/{id}/abandonment")
}

/// Where handing cash back for an order is posted to.
pub fn cash_hand_outs(id: OrderId) -> String {
    format!("{ORDERS}/{id}/hand-outs")
}

/// Where an order is taken off the list of taxes to be corrected.
pub fn tax_correction(id: OrderId) -> String {
    format!("{TAXES}/corrections/{id}")
}

/// An order.
pub fn order(id: OrderId) -> String {
    format!("{ORDERS}/{id}")
}

/// Where sending the tickets again is posted to.
pub fn resends(id: OrderId) -> String {
    format!("{ORDERS}/{id}/resends")
}

/// Where cancelling an order is posted to.
pub fn order_cancellation(id: OrderId) -> String {
    format!("{ORDERS}/{id}/cancellation")
}

/// An address with a query; empty values are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let filled = pairs.iter().filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(filled)
        .finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// What it costs to give tickets of an event back.
pub fn return_policy(id: EventId) -> String {
    format!("{EVENTS}/{id}/return-policy")
}

/// Where giving all buyers of an event their money back is posted to.
pub fn event_refunds(id: EventId) -> String {
    format!("{EVENTS}/{id}/refunds")
}

/// Where taking tickets of an order back is posted to.
pub fn order_returns(id: OrderId) -> String {
    format!("{ORDERS}/{id}/returns")
}

/// Gift cards.
pub const GIFT_CARDS: &str = "/manage/gift-cards";

/// Where the terms of gift cards that the shop sells are posted to.
pub const GIFT_CARD_TERMS: &str = "/manage/gift-cards/terms";

/// Where taking what is left on a gift card as earned is posted to.
pub fn gift_card_earnings(id: GiftCardId) -> String {
    format!("{GIFT_CARDS}/{id}/earnings")
}

/// Where stopping a gift card is posted to.
pub fn gift_card_stop(id: GiftCardId) -> String {
    format!("{GIFT_CARDS}/{id}/stop")
}

/// What the books say.
pub const FINANCE: &str = "/manage/finance";
/// The transactions behind a figure.
pub const JOURNAL: &str = "/manage/finance/journal";
/// The same as a file.
pub const JOURNAL_CSV: &str = "/manage/finance/journal.csv";
/// The statement as a workbook.
pub const STATEMENT_XLSX: &str = "/manage/finance/statement.xlsx";
/// Payouts, and what is held.
pub const FINANCE_PAYOUTS: &str = "/manage/finance/payouts";
/// Contested payments.
pub const FINANCE_DISPUTES: &str = "/manage/finance/disputes";
/// A contested payment.
pub fn finance_dispute(id: DisputeId) -> String {
    format!("{FINANCE_DISPUTES}/{id}")
}
/// What each event brought.
pub const FINANCE_EVENTS: &str = "/manage/finance/events";
/// Fees.
pub const FINANCE_FEES: &str = "/manage/finance/fees";
/// Taxes by country.
pub const FINANCE_TAXES: &str = "/manage/finance/taxes";
/// What is owed.
pub const FINANCE_LIABILITIES: &str = "/manage/finance/liabilities";

/// A payout, order by order.
pub fn finance_payout(id: PayoutId) -> String {
    format!("{FINANCE_PAYOUTS}/{id}")
}

/// What an event brought.
pub fn finance_event(id: EventId) -> String {
    format!("{FINANCE_EVENTS}/{id}")
}

/// Team.
pub const TEAM: &str = "/manage/team";
/// Roles.
pub const ROLES: &str = "/manage/roles";
/// Keys of programs.
pub const API_KEYS: &str = "/manage/api-keys";

/// A member of the team.
pub fn member(id: AccountId) -> String {
    format!("{TEAM}/members/{id}")
}

/// What is done to a role that somebody holds.
pub fn membership(id: MembershipId, noun: &str) -> String {
    format!("{TEAM}/roles/{id}/{noun}")
}

/// What is done to an invitation.
pub fn invitation(id: InvitationId, noun: &str) -> String {
    format!("{TEAM}/invitations/{id}/{noun}")
}

/// The page that accepts an invitation.
pub fn accept(token: &str) -> String {
    format!("/manage/invitations/{token}")
}

/// A role of the tenant's own.
pub fn own_role(id: OwnRoleId) -> String {
    format!("{ROLES}/{id}")
}

/// What is done to a key.
pub fn api_key(id: ApiKeyId, noun: &str) -> String {
    format!("{API_KEYS}/{id}/{noun}")
}

/// Log-in of staff.
pub const LOGIN: &str = "/manage/login";
/// Connections to identity providers.
pub const SSO: &str = "/manage/sso";
/// A new connection.
pub const NEW_SSO: &str = "/manage/sso/new";

/// Mail domains of the staff.
pub const SSO_DOMAINS: &str = "/manage/sso/domains";
/// Where checking a domain's record is posted to.
pub const SSO_DOMAIN_CHECK: &str = "/manage/sso/domains/verification";
/// Where removing a domain is posted to.
pub const SSO_DOMAIN_REMOVAL: &str = "/manage/sso/domains/removal";
/// Where it is said that everybody logs in at the provider.
pub const SSO_ENFORCEMENT: &str = "/manage/sso/enforcement";
/// Where that ends.
pub const SSO_ENFORCEMENT_END: &str = "/manage/sso/enforcement/end";

/// A connection to an identity provider.
pub fn sso(id: SsoConnectionId) -> String {
    format!("{SSO}/{id}")
}

/// A step of a connection, such as `activation`.
pub fn sso_step(id: SsoConnectionId, step: &str) -> String {
    format!("{SSO}/{id}/{step}")
}

/// Where log-in with a connection begins.
pub fn sso_log_in(id: SsoConnectionId) -> String {
    format!("{LOGIN}/sso/{id}")
}

/// Where the identity provider sends browsers back to.
pub fn sso_callback(id: SsoConnectionId) -> String {
    format!("{LOGIN}/sso/{id}/callback")
}

/// Where somebody who is logged in ties his account to the connection.
pub fn sso_tie(id: SsoConnectionId) -> String {
    format!("{LOGIN}/sso/{id}/tie")
}

/// Where the identity provider says that sessions are over.
pub fn sso_logout(id: SsoConnectionId) -> String {
    format!("/sso/{id}/back-channel-logout")
}

/// Provisioning by a directory.
pub const SCIM: &str = "/manage/scim";

/// Tokens of directories.
pub const SCIM_TOKENS: &str = "/manage/scim/tokens";

/// Something that is done with a token of a directory.
pub fn scim_token(id: ScimTokenId, step: &str) -> String {
    format!("{SCIM_TOKENS}/{id}/{step}")
}

/// A group of a directory.
pub fn scim_group(id: ScimGroupId) -> String {
    format!("{SCIM}/groups/{id}")
}

/// Where SAML providers have browsers post their answers.
pub fn saml_acs(id: SsoConnectionId) -> String {
    format!("/sso/{id}/saml/acs")
}

/// Where SAML providers say that sessions are over.
pub fn saml_slo(id: SsoConnectionId) -> String {
    format!("/sso/{id}/saml/slo")
}

/// Our description, for a SAML provider; our entity id as well.
pub fn saml_metadata(id: SsoConnectionId) -> String {
    format!("/sso/{id}/saml/metadata")
}

/// Where the browser comes for the answer of a SAML provider.
pub fn saml_answer(id: SsoConnectionId) -> String {
    format!("{LOGIN}/sso/{id}/saml")
}

/// A new SAML connection; what is filled in is posted here as well.
pub const NEW_SAML: &str = "/manage/sso/new/saml";
