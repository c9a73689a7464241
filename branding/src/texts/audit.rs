//! Keys of the record of what happened: what can happen, in words.

texts! {
    ACT_ORDER_TICKETS_REINSTATED = "act-order-tickets-reinstated";
    ACT_ACCOUNT_DISABLED = "act-account-disabled";
    ACT_ACCOUNT_PASSWORD_CHANGED = "act-account-password-changed";
    ACT_ACCOUNT_PASSWORD_RESET = "act-account-password-reset";
    ACT_ACCOUNT_RENAMED = "act-account-renamed";
    ACT_ACCOUNT_FACTOR_ADDED = "act-account-factor-added";
    ACT_ACCOUNT_PASSKEY_ADDED = "act-account-passkey-added";
    ACT_ACCOUNT_PASSKEY_COPIED = "act-account-passkey-copied";
    ACT_ACCOUNT_PASSKEY_REMOVED = "act-account-passkey-removed";
    ACT_ACCOUNT_PHONE_ADDED = "act-account-phone-added";
    ACT_ACCOUNT_PHONE_REMOVED = "act-account-phone-removed";
    ACT_ACCOUNT_FACTOR_REMOVED = "act-account-factor-removed";
    ACT_ACCOUNT_RECOVERY_CODE_USED = "act-account-recovery-code-used";
    ACT_ACCOUNT_RECOVERY_CODES_RENEWED = "act-account-recovery-codes-renewed";
    ACT_ACCOUNT_RECOVERY_ASKED = "act-account-recovery-asked";
    ACT_ACCOUNT_RECOVERY_APPROVED = "act-account-recovery-approved";
    ACT_ACCOUNT_RECOVERY_CANCELLED = "act-account-recovery-cancelled";
    ACT_ACCOUNT_RECOVERY_DONE = "act-account-recovery-done";
    ACT_ACCOUNT_BROKE_GLASS = "act-account-broke-glass";
    ACT_ACCOUNT_TIED = "act-account-tied";
    ACT_SECURITY_FACTOR_RULES_SET = "act-security-factor-rules-set";
    ACT_SECURITY_SESSION_LIMITS_SET = "act-security-session-limits-set";
    ACT_API_KEY_CREATED = "act-api-key-created";
    ACT_API_KEY_ROTATED = "act-api-key-rotated";
    ACT_API_KEY_REVOKED = "act-api-key-revoked";
    ACT_INVITATION_SENT = "act-invitation-sent";
    ACT_INVITATION_ACCEPTED = "act-invitation-accepted";
    ACT_INVITATION_REVOKED = "act-invitation-revoked";
    ACT_MEMBER_REMOVED = "act-member-removed";
    ACT_MEMBERSHIP_ASSIGNED = "act-membership-assigned";
    ACT_MEMBERSHIP_WITHDRAWN = "act-membership-withdrawn";
    ACT_ROLE_SAVED = "act-role-saved";
    ACT_ROLE_DELETED = "act-role-deleted";
    ACT_SSO_CONNECTION_CREATED = "act-sso-connection-created";
    ACT_SSO_CONNECTION_CHANGED = "act-sso-connection-changed";
    ACT_SSO_CONNECTION_SECRET_CHANGED = "act-sso-connection-secret-changed";
    ACT_SSO_CONNECTION_TESTED = "act-sso-connection-tested";
    ACT_SSO_CONNECTION_ACTIVATED = "act-sso-connection-activated";
    ACT_SSO_CONNECTION_DISABLED = "act-sso-connection-disabled";
    ACT_SSO_CONNECTION_DELETED = "act-sso-connection-deleted";
    ACT_SSO_CONNECTION_GROUPS_MAPPED = "act-sso-connection-groups-mapped";
    ACT_SSO_CONNECTION_LOGGED_OUT = "act-sso-connection-logged-out";
    ACT_SSO_DOMAIN_ADDED = "act-sso-domain-added";
    ACT_SSO_DOMAIN_VERIFIED = "act-sso-domain-verified";
    ACT_SSO_DOMAIN_REMOVED = "act-sso-domain-removed";
    ACT_SSO_POLICY_ENFORCED = "act-sso-policy-enforced";
    ACT_SSO_POLICY_ENDED = "act-sso-policy-ended";
    ACT_BALANCE_LINE_SET_ASIDE = "act-balance-line-set-aside";
    ACT_ACCOUNT_CREATED = "act-account-created";
    ACT_ACCOUNT_LOGGED_IN = "act-account-logged-in";
    ACT_ATTENDEES_EXPORTED = "act-attendees-exported";
    ACT_ATTENDEES_VIEWED = "act-attendees-viewed";
    ACT_AUDIT_EXPORTED = "act-audit-exported";
    ACT_CASH_HANDED_OUT = "act-cash-handed-out";
    ACT_COMMISSION_SETTLED = "act-commission-settled";
    ACT_COMMISSION_MOVED = "act-commission-moved";
    ACT_COMMISSION_TERMS_CHANGED = "act-commission-terms-changed";
    ACT_DISPUTE_EXPORTED = "act-dispute-exported";
    ACT_DISPUTE_MOVED = "act-dispute-moved";
    ACT_EVENT_CANCELLED = "act-event-cancelled";
    ACT_EVENT_CREATED = "act-event-created";
    ACT_EVENT_UPDATED = "act-event-updated";
    ACT_EVENT_PUBLISHED = "act-event-published";
    ACT_EVENT_ENDED = "act-event-ended";
    ACT_EVENT_REFUNDS_REQUESTED = "act-event-refunds-requested";
    ACT_EVENT_RETURN_POLICY_SET = "act-event-return-policy-set";
    ACT_EVENT_SEAT_PLAN_SET = "act-event-seat-plan-set";
    ACT_EVENT_PERSON_LIMIT_SET = "act-event-person-limit-set";
    ACT_EVENT_DONATION_CAUSE_SET = "act-event-donation-cause-set";
    ACT_FINANCE_EXPORTED = "act-finance-exported";
    ACT_FRAUD_WARNING_ANSWERED = "act-fraud-warning-answered";
    ACT_GIFT_CARD_ISSUED = "act-gift-card-issued";
    ACT_GIFT_CARD_STOPPED = "act-gift-card-stopped";
    ACT_GIFT_CARD_EARNED = "act-gift-card-earned";
    ACT_GIFT_CARD_TAKEN_BACK = "act-gift-card-taken-back";
    ACT_GIFT_CARDS_TERMS_SET = "act-gift-cards-terms-set";
    ACT_HOST_ADDED = "act-host-added";
    ACT_LEDGER_CLOSED = "act-ledger-closed";
    ACT_MONEY_TERMS_CHANGED = "act-money-terms-changed";
    ACT_MONEY_LIMIT_CHANGED = "act-money-limit-changed";
    ACT_MONEY_APPROVAL_REQUESTED = "act-money-approval-requested";
    ACT_MONEY_APPROVAL_APPROVED = "act-money-approval-approved";
    ACT_MONEY_APPROVAL_REJECTED = "act-money-approval-rejected";
    ACT_ORDER_VIEWED = "act-order-viewed";
    ACT_ORDER_QUOTED = "act-order-quoted";
    ACT_ORDER_BUYER_CHANGED = "act-order-buyer-changed";
    ACT_ORDER_TAXED_ANEW = "act-order-taxed-anew";
    ACT_ORDER_PLACED = "act-order-placed";
    ACT_ORDER_PAID = "act-order-paid";
    ACT_ORDER_MAILED = "act-order-mailed";
    ACT_ORDER_RESENT = "act-order-resent";
    ACT_ORDER_EXPIRED = "act-order-expired";
    ACT_ORDER_CANCELLED = "act-order-cancelled";
    ACT_ORDER_REFUNDED = "act-order-refunded";
    ACT_ORDER_PAYMENT_CONFLICT = "act-order-payment-conflict";
    ACT_ORDER_TICKETS_RETURNED = "act-order-tickets-returned";
    ACT_ORGANIZER_CREATED = "act-organizer-created";
    ACT_PAYEE_OPENED = "act-payee-opened";
    ACT_PAYEE_CHANGED = "act-payee-changed";
    ACT_PAYEE_CLOSED = "act-payee-closed";
    ACT_PAYEE_VOUCHED = "act-payee-vouched";
    ACT_PAYEE_TIER_CHANGED = "act-payee-tier-changed";
    ACT_PAYMENT_STARTED = "act-payment-started";
    ACT_PAYMENT_ENDED = "act-payment-ended";
    ACT_PAYMENT_QUARANTINED = "act-payment-quarantined";
    ACT_PAYMENT_RULE_CHANGED = "act-payment-rule-changed";
    ACT_PAYOUT_MADE = "act-payout-made";
    ACT_PAYOUT_MOVED = "act-payout-moved";
    ACT_PAYOUT_REST_BEGAN = "act-payout-rest-began";
    ACT_PAYOUT_REST_LIFTED = "act-payout-rest-lifted";
    ACT_POOL_ADDED = "act-pool-added";
    ACT_POOL_UPDATED = "act-pool-updated";
    ACT_PRICE_OFFER_ADDED = "act-price-offer-added";
    ACT_PRICE_OFFER_WITHDRAWN = "act-price-offer-withdrawn";
    ACT_PRICE_POLICY_ADDED = "act-price-policy-added";
    ACT_PRICE_POLICY_SIMULATED = "act-price-policy-simulated";
    ACT_PRICE_POLICY_STARTED = "act-price-policy-started";
    ACT_PRICE_POLICY_STOPPED = "act-price-policy-stopped";
    ACT_PRICE_POLICY_ALL_STOPPED = "act-price-policy-all-stopped";
    ACT_PRICING_PLAN_CHANGED = "act-pricing-plan-changed";
    ACT_PROMO_CODE_ADDED = "act-promo-code-added";
    ACT_PROMO_CODE_WITHDRAWN = "act-promo-code-withdrawn";
    ACT_PROMO_SERIES_ADDED = "act-promo-series-added";
    ACT_PROMO_SERIES_WITHDRAWN = "act-promo-series-withdrawn";
    ACT_PROMO_SERIES_EXPORTED = "act-promo-series-exported";
    ACT_REFUND_REQUESTED = "act-refund-requested";
    ACT_REFUND_ENDED = "act-refund-ended";
    ACT_REFUND_CAME_BACK = "act-refund-came-back";
    ACT_REFUND_IMPORTED = "act-refund-imported";
    ACT_TENANT_PROVISIONED = "act-tenant-provisioned";
    ACT_TENANT_SUSPENDED = "act-tenant-suspended";
    ACT_TENANT_RESUMED = "act-tenant-resumed";
    ACT_TICKET_REDEEMED = "act-ticket-redeemed";
    ACT_TICKET_ADMITTED = "act-ticket-admitted";
    ACT_TICKETS_ISSUED = "act-tickets-issued";
    ACT_TICKET_TYPE_ADDED = "act-ticket-type-added";
    ACT_TICKET_TYPE_UPDATED = "act-ticket-type-updated";
    ACT_TICKET_TYPE_REMOVED = "act-ticket-type-removed";
    ACT_TICKET_TYPE_OPEN_PRICE_SET = "act-ticket-type-open-price-set";
    ACT_TICKET_TYPE_PRICE_MOVED = "act-ticket-type-price-moved";
    ACT_TICKET_TYPE_TAXES_SET = "act-ticket-type-taxes-set";
    ACT_TICKET_TYPE_TIERS_SET = "act-ticket-type-tiers-set";
    ACT_WAITING_ROOM_CONFIGURED = "act-waiting-room-configured";
    ACT_WAITING_ROOM_DRAWN = "act-waiting-room-drawn";
    ACT_WAITLIST_JOINED = "act-waitlist-joined";
    ACT_WAITLIST_OFFERED = "act-waitlist-offered";
    ACT_WAITLIST_MAILED = "act-waitlist-mailed";
    ACT_ACCOUNT_ENABLED = "act-account-enabled";
    ACT_DIRECTORY_USER_CREATED = "act-directory-user-created";
    ACT_DIRECTORY_USER_CHANGED = "act-directory-user-changed";
    ACT_DIRECTORY_USER_DEACTIVATED = "act-directory-user-deactivated";
    ACT_DIRECTORY_USER_ACTIVATED = "act-directory-user-activated";
    ACT_DIRECTORY_USER_DELETED = "act-directory-user-deleted";
    ACT_DIRECTORY_GROUP_CREATED = "act-directory-group-created";
    ACT_DIRECTORY_GROUP_CHANGED = "act-directory-group-changed";
    ACT_DIRECTORY_GROUP_DELETED = "act-directory-group-deleted";
    ACT_DIRECTORY_GROUP_MAPPED = "act-directory-group-mapped";
    ACT_SCIM_TOKEN_CREATED = "act-scim-token-created";
    ACT_SCIM_TOKEN_REVOKED = "act-scim-token-revoked";
    ACT_VISIT_RULES_SET = "act-visit-rules-set";
    ACT_VISIT_ASKED = "act-visit-asked";
    ACT_VISIT_APPROVED = "act-visit-approved";
    ACT_VISIT_REFUSED = "act-visit-refused";
    ACT_VISIT_STARTED = "act-visit-started";
    ACT_VISIT_ENDED = "act-visit-ended";
    ACT_VISIT_LAPSED = "act-visit-lapsed";
    ACT_VISIT_PAGE_OPENED = "act-visit-page-opened";
    ACT_VISIT_PAGE_REFUSED = "act-visit-page-refused";
    ACT_AUDIT_STREAM_CREATED = "act-audit-stream-created";
    ACT_AUDIT_STREAM_CHANGED = "act-audit-stream-changed";
    ACT_AUDIT_STREAM_SECRET_ROTATED = "act-audit-stream-secret-rotated";
    ACT_AUDIT_STREAM_PAUSED = "act-audit-stream-paused";
    ACT_AUDIT_STREAM_RESUMED = "act-audit-stream-resumed";
    ACT_AUDIT_STREAM_DELETED = "act-audit-stream-deleted";
    ACT_AUDIT_STREAM_TESTED = "act-audit-stream-tested";
}

/// Finds the words for an action such as `order.paid`; none for actions that have none.
pub fn action(action: &str) -> Option<&'static str> {
    let is_it = |key: &&&str| {
        let name = key.strip_prefix("act-").unwrap_or_default();
        name.len() == action.len()
            && name
                .bytes()
                .zip(action.bytes())
                .all(|(key, action)| key == action || (key == b'-' && matches!(action, b'.' | b'_')))
    };
    ALL.iter().find(is_it).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_find_their_words_and_others_none() {
        assert_eq!(action("order.paid"), Some(ACT_ORDER_PAID));
        assert_eq!(action("gift_card.taken_back"), Some(ACT_GIFT_CARD_TAKEN_BACK));
        for other in ["order-paid.", "order", "", "order.paid.twice"] {
            assert_eq!(action(other), None, "{other}");
        }
    }
}
