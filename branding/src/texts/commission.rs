//! Keys of the tenant's share of the platform's fees.

texts! {
    LEDGER_COMMISSION_PAID = "ledger-commission-paid";
    COMMISSION_TITLE = "commission-title";
    COMMISSION_LEAD = "commission-lead";
    COMMISSION_NONE = "commission-none";
    COMMISSION_OWED = "commission-owed";
    COMMISSION_SENDING = "commission-sending";
    COMMISSION_SENT = "commission-sent";
    COMMISSION_REVERSED = "commission-reversed";
    COMMISSION_COL_TRIES = "commission-col-tries";
    COMMISSION_COL_WHY = "commission-col-why";
    COMMISSION_WHY_FUNDS = "commission-why-funds";
    COMMISSION_WHY_ACCOUNT = "commission-why-account";
    COMMISSION_WHY_ANSWER = "commission-why-answer";
    COMMISSION_WHY_OTHER = "commission-why-other";
    MONEY_COMMISSION = "money-commission";
    MONEY_COMMISSION_LEAD = "money-commission-lead";
    MONEY_COMMISSION_NONE = "money-commission-none";
    MONEY_COL_COMMISSION = "money-col-commission";
    MONEY_COL_SETTLEMENTS = "money-col-settlements";
    MAIL_MONEY_GONE = "mail-money-gone";
    MAIL_MONEY_BY_HAND = "mail-money-by-hand";
    PAYOUT_WHY_CLOSED = "payout-why-closed";
    PAYOUT_WHY_FUNDS = "payout-why-funds";
    PAYOUT_WHY_DETAILS = "payout-why-details";
    PAYOUT_WHY_CANCELED = "payout-why-canceled";
    PAYOUT_WHY_BANK = "payout-why-bank";
}
