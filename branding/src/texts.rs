//! Keys of the messages that handlers use, so that a wrong key does not compile.
//!
//! The words are in `web/locales/<language>/*.ftl`; a test proves that each key exists in every language.

macro_rules! texts {
    ($($name:ident = $key:literal;)*) => {
        $(#[doc = concat!("Message `", $key, "`.")] pub const $name: &str = $key;)*
        /// Every key above.
        pub const ALL: &[&str] = &[$($key),*];
    };
}

pub mod accounts;
pub mod add_ons;
pub mod audit;
pub mod commission;
pub mod disputes;
pub mod moving;
pub mod outlook;
pub mod reports;
pub mod scim;
pub use accounts::*;
pub mod saml;
pub mod sso;
pub mod streams;
pub mod team;
pub mod visits;
pub use add_ons::*;
pub use audit::*;
pub use commission::*;
pub use disputes::*;
pub use moving::*;
pub use outlook::*;
pub use reports::*;
pub use saml::*;
pub use scim::*;
pub use sso::*;
pub use streams::*;
pub use team::*;
pub use visits::*;

texts! {
    // Errors of the ticket selector.
    ERROR_STOCK_GONE = "error-stock-gone";
    ERROR_NOTHING_CHOSEN = "error-nothing-chosen";
    ERROR_ONLY_LEFT = "error-only-left"; // left
    ERROR_LEFT_OF_ASKED = "error-left-of-asked"; // left, asked
    ERROR_MAX_PER_PERSON = "error-max-per-person"; // max, has
    SEAT_LABEL = "seat-label"; // section, row, number
    ERROR_NOT_TOGETHER = "error-not-together"; // largest, wanted
    ERROR_ALL_IN_CARTS = "error-all-in-carts";
    ERROR_SOLD_OUT = "error-sold-out";
    ERROR_PROMO_UNKNOWN = "error-promo-unknown";
    ERROR_PROMO_NOT_YET = "error-promo-not-yet"; // at
    ERROR_PROMO_OVER = "error-promo-over";
    ERROR_PROMO_NOT_FOR_TICKETS = "error-promo-not-for-tickets";
    ERROR_PROMO_USED_UP = "error-promo-used-up";
    ERROR_PROMO_MIN_SPEND = "error-promo-min-spend"; // least
    ERROR_PROMO_TOO_MANY = "error-promo-too-many";
    ERROR_PROMO_PER_PERSON = "error-promo-per-person"; // max, has
    ERROR_PROMO_GUESSED = "error-promo-guessed";
    ERROR_PROMO_ALL_IN_CARTS = "error-promo-all-in-carts";
    ERROR_PRICE_BETWEEN = "error-price-between"; // least, most
    ERROR_PRICE_SET = "error-price-set";
    ERROR_DONATION = "error-donation";
    OFFER_PERCENT = "offer-percent"; // percent, count
    OFFER_AMOUNT = "offer-amount"; // amount, count
    OFFER_PRICE = "offer-price"; // price, count
    OFFER_SIZE_FOR_PAID = "offer-size-for-paid"; // size, paid
    OFFER_PACKAGE = "offer-package"; // members, price
    OFFER_PACKAGE_LESS = "offer-package-less"; // members
    FIELD_OFFER_RULE = "field-offer-rule";
    FIELD_OFFER_TOO_MANY = "field-offer-too-many";
    FIELD_BOUNDS = "field-bounds";
    FIELD_HAS_TIERS = "field-has-tiers";
    FLASH_GIFT_USED = "flash-gift-used";
    FLASH_GIFT_FORGOTTEN = "flash-gift-forgotten";
    FLASH_GIFT_UNKNOWN = "flash-gift-unknown";
    FLASH_GIFT_TOO_MANY = "flash-gift-too-many";
    FLASH_GIFT_OVER = "flash-gift-over";
    FLASH_GIFT_EMPTY = "flash-gift-empty";
    FLASH_GIFT_CURRENCY = "flash-gift-currency";
    FLASH_GIFT_TOO_LITTLE = "flash-gift-too-little";
    FLASH_GIFT_CHANGED = "flash-gift-changed";
    FLASH_GIFT_STOPPED = "flash-gift-stopped";
    FLASH_GIFT_MADE_BEFORE = "flash-gift-made-before";
    FLASH_GIFT_EARNED = "flash-gift-earned";
    FLASH_GIFT_NOTHING_TO_EARN = "flash-gift-nothing-to-earn";
    FLASH_GIFT_TERMS_SAVED = "flash-gift-terms-saved";
    GIFT_SHOP_AMOUNT = "gift-shop-error-amount";
    GIFT_SHOP_CHOOSE = "gift-shop-error-choose";
    GIFT_SHOP_BETWEEN = "gift-shop-error-between"; // least, most
    GIFT_SHOP_DATE = "gift-shop-error-date";
    GIFT_SHOP_RECIPIENT = "gift-shop-error-recipient";
    GIFT_TERMS_AMOUNT = "gift-terms-error-amount";
    GIFT_TERMS_NOTHING = "gift-terms-error-nothing";
    GIFT_TERMS_TOO_MANY = "gift-terms-error-too-many"; // max
    GIFT_TERMS_DAYS = "gift-terms-error-days"; // max
    FLASH_POLICY_ADDED = "flash-policy-added";
    FLASH_POLICY_SIMULATED = "flash-policy-simulated";
    FLASH_POLICY_STARTED = "flash-policy-started";
    FLASH_POLICY_STOPPED = "flash-policy-stopped";
    FLASH_POLICIES_STOPPED = "flash-policies-stopped";
    FLASH_POLICY_NOT_SIMULATED = "flash-policy-not-simulated";
    FLASH_POLICY_SOURCE = "flash-policy-source";
    FLASH_OFFER_ADDED = "flash-offer-added";
    FLASH_OFFER_WITHDRAWN = "flash-offer-withdrawn";
    ERROR_MIN_PER_ORDER = "error-min-per-order"; // min
    ERROR_MAX_PER_ORDER = "error-max-per-order"; // max
    ERROR_SALE_NOT_OPEN = "error-sale-not-open";
    ERROR_SALE_OVER = "error-sale-over";
    ERROR_EVENT_CANCELLED = "error-event-cancelled";
    ERROR_QUANTITY_INVALID = "error-quantity-invalid";
    ERROR_FORM_EXPIRED = "error-form-expired";
    EVENT_CONFIRM_CHOICE = "event-confirm-choice";
    ERROR_QUEUE_SPENT = "error-queue-spent"; // carts
    FLASH_QUEUE_HAS_CART = "flash-queue-has-cart";

    // Taxes and fees.
    TAXES_PLATFORM_FEE = "taxes-platform-fee"; // fixed, percent
    TAXES_PLATFORM_FIXED = "taxes-platform-fixed"; // fixed
    TAXES_PLATFORM_SHARE = "taxes-platform-share"; // percent
    TAXES_PLATFORM_ORDER_FEE = "taxes-platform-order-fee"; // fixed, percent
    TAXES_PLATFORM_ORDER_FIXED = "taxes-platform-order-fixed"; // fixed
    TAXES_PLATFORM_ORDER_SHARE = "taxes-platform-order-share"; // percent
    FIELD_FEE_FROM_TWICE = "field-fee-from-twice";
    FIELD_FEE_BOUNDS = "field-fee-bounds";
    FIELD_TAX_RATE_INVALID = "field-tax-rate-invalid";
    FIELD_TAX_TWICE = "field-tax-twice";
    FIELD_TAX_DEFAULT_INVALID = "field-tax-default-invalid";
    FIELD_VAT_ID_INVALID = "field-vat-id-invalid";
    FIELD_FEE_PERCENT_INVALID = "field-fee-percent-invalid";
    FLASH_TAXES_CONFLICT = "flash-taxes-conflict";
    FLASH_TAX_TOTAL = "flash-tax-total";
    FLASH_VAT_UNAVAILABLE = "flash-vat-unavailable";
    FLASH_CORRECTION_CLOSED = "flash-correction-closed";
    FIELD_VAT_ID_COUNTRY = "field-vat-id-country";
    FIELD_VAT_ID_UNKNOWN = "field-vat-id-unknown";
    FIELD_COUNTRY_INVALID = "field-country-invalid";

    // Fields of forms.
    FIELD_REQUIRED = "field-required";
    FIELD_EMAIL_INVALID = "field-email-invalid";
    FIELD_TOO_LONG = "field-too-long"; // max
    FIELD_HOLDS_NUMBER = "field-holds-number";
    FIELD_NEEDS_SECOND = "field-needs-second"; // limit
    FIELD_PRICE_INVALID = "field-price-invalid";
    FIELD_NUMBER_INVALID = "field-number-invalid";
    FIELD_NUMBER_BETWEEN = "field-number-between"; // min, max
    FIELD_DATE_INVALID = "field-date-invalid";
    FIELD_ENDS_BEFORE_START = "field-ends-before-start";
    FIELD_DOORS_AFTER_START = "field-doors-after-start";
    FIELD_ZONE_INVALID = "field-zone-invalid";
    FIELD_SLUG_INVALID = "field-slug-invalid";
    FIELD_SLUG_TAKEN = "field-slug-taken";
    FIELD_BELOW_SOLD = "field-below-sold"; // sold
    FIELD_CAPACITY_ZERO = "field-capacity-zero";
    FIELD_CHOOSE_METHOD = "field-choose-method";
    FIELD_PASSWORD_SHORT = "field-password-short";

    // The books.
    LEDGER_SALE = "ledger-sale";
    LEDGER_MONEY_WITHOUT_SALE = "ledger-money-without-sale";
    LEDGER_PROVIDER_FEE = "ledger-provider-fee";
    LEDGER_FUNDS_AVAILABLE = "ledger-funds-available";
    LEDGER_REFUND_REQUESTED = "ledger-refund-requested";
    LEDGER_RETURN_KEPT = "ledger-return-kept";
    LEDGER_REFUND_AGAIN = "ledger-refund-again";
    LEDGER_REFUND_SETTLED = "ledger-refund-settled";
    LEDGER_REFUND_FAILED = "ledger-refund-failed";
    LEDGER_DISPUTE_OPENED = "ledger-dispute-opened";
    LEDGER_DISPUTE_WON = "ledger-dispute-won";
    LEDGER_DISPUTE_LOST = "ledger-dispute-lost";
    LEDGER_NEGATIVE_COVERED = "ledger-negative-covered";
    LEDGER_WRITTEN_OFF = "ledger-written-off";
    LEDGER_PAYOUT_SENT = "ledger-payout-sent";
    LEDGER_PAYOUT_PAID = "ledger-payout-paid";
    LEDGER_PAYOUT_FAILED = "ledger-payout-failed";
    LEDGER_EVENT_HELD = "ledger-event-held";
    LEDGER_GIFT_CARD_SOLD = "ledger-gift-card-sold";
    LEDGER_GIFT_CARD_EARNED = "ledger-gift-card-earned";
    LEDGER_OFFLINE_SALE = "ledger-offline-sale";
    LEDGER_OFFLINE_MONEY = "ledger-offline-money";
    LEDGER_SAAS_INVOICE = "ledger-saas-invoice";
    LEDGER_SAAS_EARNED = "ledger-saas-earned";
    LEDGER_CONVERSION = "ledger-conversion";
    LEDGER_UNEXPLAINED = "ledger-unexplained";
    MAIL_MONEY_INQUIRY = "mail-money-inquiry";
    MAIL_MONEY_CONTEST = "mail-money-contest";
    MAIL_MONEY_WON = "mail-money-won";
    MAIL_MONEY_LOST = "mail-money-lost";
    MAIL_MONEY_FRAUD = "mail-money-fraud";
    MAIL_MONEY_BANK = "mail-money-bank";
    DOOR_SUSPENDED = "door-suspended";
    LEDGER_REVERSAL = "ledger-reversal";
    FINANCE_GROSS = "finance-gross";
    FINANCE_TICKETS = "finance-tickets";
    FINANCE_SERVICE_FEES = "finance-service-fees";
    FINANCE_SALES_TAX = "finance-sales-tax";
    FINANCE_RETURNED = "finance-returned";
    FINANCE_KEPT = "finance-kept";
    FINANCE_PLATFORM_FEES = "finance-platform-fees";
    FINANCE_PROVIDER_FEES = "finance-provider-fees";
    FINANCE_DISPUTES = "finance-disputes";
    FINANCE_JOURNAL = "finance-journal";
    FINANCE_SPAN_MONTH = "finance-span-month";
    FINANCE_SPAN_LAST_MONTH = "finance-span-last-month";
    FINANCE_SPAN_YEAR = "finance-span-year";
    FINANCE_PROVEN = "finance-proven";
    FINANCE_NOT_PROVEN = "finance-not-proven"; // faults

    // Giving tickets back.
    RETURN_TERM_WITHDRAWAL = "return-term-withdrawal"; // days
    RETURN_TERM_FREE = "return-term-free"; // until
    RETURN_TERM_SHARE = "return-term-share"; // share, until
    RETURN_TERM_AMOUNT = "return-term-amount"; // amount, until
    RETURN_TERM_BOTH = "return-term-both"; // share, amount, until
    RETURN_TERM_OVER = "return-term-over";
    RETURN_TERM_NEVER = "return-term-never";
    RETURN_TERM_SELF = "return-term-self";
    RETURN_TERM_ASK = "return-term-ask";
    RETURN_NOW_WITHDRAWAL = "return-now-withdrawal"; // until
    RETURN_CHOOSE = "return-choose";
    RETURN_CHANGED = "return-changed";
    RETURN_STEP_ORDER = "return-step-order";
    RETURN_BY_BUYER = "return-by-buyer";
    RETURN_BY_WITHDRAWAL = "return-by-withdrawal";
    RETURN_BY_STAFF = "return-by-staff";
    RETURN_BY_EVENT = "return-by-event";
    FIELD_KEEP_TOO_MUCH = "field-keep-too-much"; // most
    FIELD_CHOOSE_TICKET = "field-choose-ticket";
    MAIL_RETURN_BUYER = "mail-return-buyer";
    MAIL_RETURN_WITHDRAWAL = "mail-return-withdrawal";
    MAIL_RETURN_STAFF = "mail-return-staff";
    MAIL_RETURN_EVENT = "mail-return-event";
    FLASH_RETURNED = "flash-returned";
    FLASH_RETURN_TOO_LATE = "flash-return-too-late";
    FLASH_TICKETS_TAKEN_BACK = "flash-tickets-taken-back";
    FLASH_REFUNDS_BEGUN = "flash-refunds-begun";

    // Waiting lists.
    WAITLIST_CHOOSE_TYPE = "waitlist-choose-type";
    WAITLIST_AVAILABLE = "waitlist-available";
    WAITLIST_FULL = "waitlist-full";
    FLASH_WAITLIST_LEFT = "flash-waitlist-left";
    FLASH_WAITLIST_DECLINED = "flash-waitlist-declined";
    FLASH_WAITLIST_BEING_PAID = "flash-waitlist-being-paid";
    FLASH_WAITLIST_REMOVED = "flash-waitlist-removed";

    // Promo codes in the console.
    PROMO_FROM = "promo-from"; // at
    PROMO_UNTIL = "promo-until"; // at
    PROMO_SPAN = "promo-span"; // from, until
    PROMO_RULE_UNLOCKS = "promo-rule-unlocks";
    PROMO_RULE_NO_LOCK = "promo-rule-no-lock";
    PROMO_RULE_FEE_FREE = "promo-rule-fee-free";
    PROMO_RULE_MIN_SPEND = "promo-rule-min-spend"; // least
    PROMO_RULE_PER_PERSON = "promo-rule-per-person"; // most
    PROMO_RULE_BUDGET = "promo-rule-budget"; // left, budget
    PROMO_RULE_GROUP = "promo-rule-group"; // group
    FLASH_PROMO_ADDED = "flash-promo-added";
    FLASH_PROMO_WITHDRAWN = "flash-promo-withdrawn";
    FIELD_PROMO_CODE_INVALID = "field-promo-code-invalid";
    FIELD_PROMO_CODE_TAKEN = "field-promo-code-taken";
    FIELD_PROMO_TOO_MANY = "field-promo-too-many";
    FIELD_PROMO_TOO_SHORT = "field-promo-too-short";
    FLASH_PROMO_SERIES_ADDED = "flash-promo-series-added";
    FIELD_PROMO_SERIES = "field-promo-series";
    FIELD_PROMO_NOTHING = "field-promo-nothing";
    FIELD_PROMO_PERCENT_INVALID = "field-promo-percent-invalid";

    // Why a checkout ended.
    EXPIRED_TIME = "expired-time";
    EXPIRED_ABANDONED = "expired-abandoned";
    EXPIRED_EVENT_CANCELLED = "expired-event-cancelled";
    EXPIRED_GIFT = "expired-gift";
    EXPIRED_UNKNOWN = "expired-unknown";

    // Why a payment failed.
    DECLINE_CARD = "decline-card";
    DECLINE_CHALLENGE = "decline-challenge";
    DECLINE_TIMEOUT = "decline-timeout";
    DECLINE_CANCELLED = "decline-cancelled";
    DECLINE_FORM = "decline-form";

    // Ways to pay.
    METHOD_SANDBOX = "method-sandbox";
    METHOD_SANDBOX_HINT = "method-sandbox-hint";

    // Messages at the top of a page.
    FLASH_HOLD_EXTENDED = "flash-hold-extended";
    FLASH_MAIL_SENT = "flash-mail-sent"; // email
    FLASH_PAID_ALREADY = "flash-paid-already";
    FLASH_SAVED = "flash-saved";
    FLASH_INVITED = "flash-invited";
    FLASH_INVITATION_REVOKED = "flash-invitation-revoked";
    FLASH_INVITATION_ACCEPTED = "flash-invitation-accepted";
    FLASH_ROLE_GIVEN = "flash-role-given";
    FLASH_ROLE_TAKEN = "flash-role-taken";
    FLASH_MEMBER_REMOVED = "flash-member-removed";
    FLASH_ROLE_SAVED = "flash-role-saved";
    FLASH_ROLE_DELETED = "flash-role-deleted";
    FLASH_KEY_REVOKED = "flash-key-revoked";
    FLASH_REFUSED_OWN = "flash-refused-own";
    FLASH_REFUSED_LAST_OWNER = "flash-refused-last-owner";
    FLASH_REFUSED_NOT_HELD = "flash-refused-not-held";
    FLASH_REFUSED_IN_USE = "flash-refused-in-use";
    FLASH_REFUSED_REPLACED = "flash-refused-replaced";
    FLASH_ROOM_PAUSED = "flash-room-paused";
    FLASH_ROOM_RESUMED = "flash-room-resumed";
    FLASH_PUBLISHED = "flash-published";
    FLASH_EVENT_CANCELLED = "flash-event-cancelled";
    FLASH_ORDER_CANCELLED = "flash-order-cancelled";
    FLASH_LOGGED_OUT = "flash-logged-out";
    FLASH_TENANT_PROVISIONED = "flash-tenant-provisioned"; // name
    FLASH_TENANT_SUSPENDED = "flash-tenant-suspended";
    FLASH_TENANT_RESUMED = "flash-tenant-resumed";
    FLASH_NOT_ALLOWED = "flash-not-allowed";
    FLASH_SSO_CREATED = "flash-sso-created";
    FLASH_SSO_TESTED = "flash-sso-tested";
    FLASH_SSO_TEST_FAILED = "flash-sso-test-failed";
    FLASH_SSO_TIED = "flash-sso-tied";
    FLASH_SSO_NOT_TIED = "flash-sso-not-tied";
    FLASH_SSO_ACTIVE = "flash-sso-active";
    FLASH_SSO_DISABLED = "flash-sso-disabled";
    FLASH_SSO_DELETED = "flash-sso-deleted";
    FLASH_SSO_WRONG_STATE = "flash-sso-wrong-state";
    FLASH_SSO_ENFORCED = "flash-sso-enforced";
    FLASH_SSO_VERIFIED = "flash-sso-verified";
    FLASH_SSO_UNVERIFIED = "flash-sso-unverified";
    FLASH_SSO_NO_DNS = "flash-sso-no-dns";
    FLASH_SSO_DOMAIN_TAKEN = "flash-sso-domain-taken";
    FLASH_SSO_MUST = "flash-sso-must";
    FLASH_SSO_MAY = "flash-sso-may";
    FLASH_SSO_SECRET = "flash-sso-secret";
    FLASH_TOO_LATE = "flash-too-late";
    FLASH_DISPUTE_NOTED = "flash-dispute-noted";
    FLASH_DISPUTE_ANSWERED = "flash-dispute-answered";
    FLASH_DISPUTE_CONCEDED = "flash-dispute-conceded";
    FLASH_DISPUTE_REFUSED = "flash-dispute-refused";
    FLASH_DISPUTE_NO_ANSWER = "flash-dispute-no-answer";
    // Abuse of payments, and second persons.
    ALERT_OPEN_EVENT = "alert-open-event"; // event, declines, tries
    ALERT_OPEN_ALL = "alert-open-all"; // declines, tries
    ALERT_EVENT = "alert-event"; // event, declines, tries
    ALERT_ALL = "alert-all"; // declines, tries
    APPROVAL_REFUND = "approval-refund"; // code
    APPROVAL_PAYOUT = "approval-payout";
    FLASH_APPROVAL_ASKED = "flash-approval-asked";
    FLASH_APPROVAL_WAITS = "flash-approval-waits";
    FLASH_APPROVAL_GIVEN = "flash-approval-given";
    FLASH_APPROVAL_REJECTED = "flash-approval-rejected";
    FLASH_APPROVAL_OWN = "flash-approval-own";
    FLASH_LIMIT_INVALID = "flash-limit-invalid";
    TIMELINE_RISK_REVIEW = "timeline-risk-review"; // times, reasons
    TIMELINE_RISK_BANK = "timeline-risk-bank"; // times, reasons
    TIMELINE_RISK_CHALLENGE = "timeline-risk-challenge"; // times, reasons
    TIMELINE_RISK_BLOCK = "timeline-risk-block"; // times, reasons
    TIMELINE_APPROVAL_ASKED = "timeline-approval-asked";
    TIMELINE_APPROVAL_GIVEN = "timeline-approval-given";
    TIMELINE_APPROVAL_REJECTED = "timeline-approval-rejected";
    FLASH_PAYMENT_FITS = "flash-payment-fits";
    FLASH_PAYMENT_STILL_ODD = "flash-payment-still-odd";
    FLASH_PAYMENT_NO_ANSWER = "flash-payment-no-answer";
    FLASH_PAYMENT_GOES_BACK = "flash-payment-goes-back";
    FLASH_PAYMENT_ENDED = "flash-payment-ended";
    FLASH_PAYMENT_NOT_OURS = "flash-payment-not-ours";

    // Waiting before the sale.
    QUEUE_WAIT_SHORT = "queue-wait-short";
    QUEUE_WAIT_MINUTES = "queue-wait-minutes"; // count
    QUEUE_WAIT_HOURS = "queue-wait-hours"; // count
    QUEUE_WAIT_UNKNOWN = "queue-wait-unknown";
    QUEUE_PASS_LEFT = "queue-pass-left"; // count
    QUEUE_OPENS_DAYS = "queue-opens-days"; // count

    // Logging in.
    LOGIN_FAILED = "login-failed";
    LOGIN_THROTTLED = "login-throttled"; // minutes

    // Pages about errors.
    ERROR_PAGE_SERVER = "error-page-server";
    ERROR_PAGE_SERVER_ADVICE = "error-page-server-advice";
    ERROR_PAGE_REQUEST = "error-page-request";
    ERROR_PAGE_REQUEST_ADVICE = "error-page-request-advice";
    ERROR_PAGE_FORBIDDEN = "error-page-forbidden";
    ERROR_PAGE_FORBIDDEN_ADVICE = "error-page-forbidden-advice";
    ERROR_PAGE_TIMEOUT = "error-page-timeout";
    ERROR_PAGE_TIMEOUT_ADVICE = "error-page-timeout-advice";
    ERROR_PAGE_TOO_LARGE = "error-page-too-large";
    ERROR_PAGE_TOO_LARGE_ADVICE = "error-page-too-large-advice";
    ERROR_PAGE_BUSY = "error-page-busy";
    ERROR_PAGE_BUSY_ADVICE = "error-page-busy-advice";

    // What needs you now.
    TODO_PAYMENTS_WAITING = "todo-payments-waiting"; // count
    TODO_PAYMENT_CONFLICTS = "todo-payment-conflicts"; // count
    TODO_AWAITING_FUNDS = "todo-awaiting-funds"; // count
    TODO_FAILED_JOBS = "todo-failed-jobs"; // count
    TODO_ALMOST_SOLD_OUT = "todo-almost-sold-out"; // event, percent
    TODO_DRAFTS = "todo-drafts"; // count
    TODO_EVENT_TODAY = "todo-event-today"; // event
    TODO_NO_EVENTS = "todo-no-events";

    // What could not be done.
    FAILURE_MAIL = "failure-mail";
    FAILURE_REFUND = "failure-refund";
    FAILURE_PAYMENT = "failure-payment";
    FAILURE_OTHER = "failure-other";
    // Why a payment needs a look.
    PAYMENT_OTHER_AMOUNT = "payment-other-amount";
    PAYMENT_OTHER_CURRENCY = "payment-other-currency";
    PAYMENT_OTHER_PAYMENT = "payment-other-payment";

    // The account that is paid.
    PAYEE_WAY_STRIPE = "payee-way-stripe";
    PAYEE_WAY_SANDBOX = "payee-way-sandbox";
    PAYEE_WAY_CLOSED = "payee-way-closed";
    PAYEE_DISABLED_ACTION_REQUIRED = "payee-disabled-action-required";
    PAYEE_DISABLED_LISTED = "payee-disabled-listed";
    PAYEE_DISABLED_PAUSED = "payee-disabled-paused";
    PAYEE_DISABLED_REFUSED_FRAUD = "payee-disabled-refused-fraud";
    PAYEE_DISABLED_REFUSED_UNVERIFIED = "payee-disabled-refused-unverified";
    PAYEE_DISABLED_REFUSED_LISTED = "payee-disabled-refused-listed";
    PAYEE_DISABLED_REFUSED_TERMS = "payee-disabled-refused-terms";
    PAYEE_DISABLED_REFUSED = "payee-disabled-refused";
    PAYEE_DISABLED_PAST_DUE = "payee-disabled-past-due";
    PAYEE_DISABLED_BEING_CHECKED = "payee-disabled-being-checked";
    PAYEE_DISABLED_UNDER_REVIEW = "payee-disabled-under-review";
    PAYEE_DISABLED_OTHER = "payee-disabled-other";
    PAYEE_REMEDY_TELL = "payee-remedy-tell";
    PAYEE_REMEDY_WAIT = "payee-remedy-wait";
    PAYEE_REMEDY_ASK_PLATFORM = "payee-remedy-ask-platform";
    PAYEE_REMEDY_START_ANEW = "payee-remedy-start-anew";
    PAYEE_TOPIC_BUSINESS = "payee-topic-business";
    PAYEE_TOPIC_PERSON = "payee-topic-person";
    PAYEE_TOPIC_BANK_ACCOUNT = "payee-topic-bank-account";
    PAYEE_TOPIC_TERMS = "payee-topic-terms";
    PAYEE_TOPIC_OTHER = "payee-topic-other";
    FLASH_PAYEE_CONNECTED = "flash-payee-connected";
    FLASH_PAYEE_REFRESHED = "flash-payee-refreshed";
    FLASH_PAYEE_CLOSED = "flash-payee-closed";
    FLASH_PAYEE_NO_ANSWER = "flash-payee-no-answer";
    FLASH_PAYEE_REFUSED = "flash-payee-refused";

    // What happened to an order.
    TIMELINE_PLACED = "timeline-placed";
    TIMELINE_PAYMENT_STARTED = "timeline-payment-started";
    TIMELINE_PAYMENT_FAILED = "timeline-payment-failed";
    TIMELINE_PAID = "timeline-paid";
    TIMELINE_TICKETS_ISSUED = "timeline-tickets-issued";
    TIMELINE_MAILED = "timeline-mailed";
    TIMELINE_RESENT = "timeline-resent";
    TIMELINE_CHECKED_IN = "timeline-checked-in";
    TIMELINE_EXPIRED = "timeline-expired";
    TIMELINE_CANCELLED = "timeline-cancelled";
    TIMELINE_REFUNDED = "timeline-refunded";
    TIMELINE_CONFLICT = "timeline-conflict";

    // What blocks publishing.
    CHECK_TITLE = "check-title";
    CHECK_DATES = "check-dates";
    CHECK_VENUE = "check-venue";
    CHECK_TICKETS = "check-tickets";
    CHECK_CAPACITY = "check-capacity";
    CHECK_DESCRIPTION = "check-description";
    CHECK_REFUND_POLICY = "check-refund-policy";

    // The door.
    DOOR_ADMITTED = "door-admitted";
    DOOR_ALREADY_USED = "door-already-used";
    DOOR_UNKNOWN = "door-unknown";
    DOOR_OTHER_EVENT = "door-other-event";
    DOOR_CANCELLED = "door-cancelled";
    DOOR_TOO_EARLY = "door-too-early";
    DOOR_NOT_READABLE = "door-not-readable";
    DOOR_SALE_TOO_FEW = "door-sale-too-few";
    DOOR_SALE_NOT_OPEN = "door-sale-not-open";
    DOOR_SALE_QUANTITY = "door-sale-quantity";
    DOOR_SALE_NOTHING = "door-sale-nothing";
    DOOR_SALE_MANY = "door-sale-many";
    FLASH_DOOR_SOLD = "flash-door-sold";
    FLASH_DOOR_SOLD_LET_IN = "flash-door-sold-let-in";
    FLASH_CASH_HANDED_OUT = "flash-cash-handed-out";

    // What was done to a tenant.
    HISTORY_PROVISIONED = "history-provisioned";
    HISTORY_SUSPENDED = "history-suspended";
    HISTORY_RESUMED = "history-resumed";
}
