//! Keys of the page of a contested payment.

texts! {
    DISPUTE_LEFT_DAYS = "dispute-left-days"; // days, hours
    DISPUTE_LEFT_HOURS = "dispute-left-hours"; // hours, minutes
    DISPUTE_NEXT_SENDS = "dispute-next-sends";
    DISPUTE_NEXT_SENT = "dispute-next-sent"; // at
    DISPUTE_NEXT_CONCEDED = "dispute-next-conceded"; // at
    DISPUTE_NEXT_DECIDING = "dispute-next-deciding";
    DISPUTE_NEXT_LATE = "dispute-next-late";
    DISPUTE_NEXT_OVER = "dispute-next-over";
    DISPUTE_WHY_FRAUDULENT = "dispute-why-fraudulent";
    DISPUTE_WHY_UNRECOGNIZED = "dispute-why-unrecognized";
    DISPUTE_WHY_NOT_RECEIVED = "dispute-why-not-received";
    DISPUTE_WHY_UNACCEPTABLE = "dispute-why-unacceptable";
    DISPUTE_WHY_DUPLICATE = "dispute-why-duplicate";
    DISPUTE_WHY_CREDIT = "dispute-why-credit";
    DISPUTE_WHY_CANCELED = "dispute-why-canceled";
    DISPUTE_WHY_BANK = "dispute-why-bank";
    DISPUTE_WHY_GENERAL = "dispute-why-general";
    DISPUTE_BANK_ASKED = "dispute-bank-asked";
    DISPUTE_BANK_NOT_ASKED = "dispute-bank-not-asked";
    DISPUTE_NETWORK = "dispute-network"; // mark
    DISPUTE_BROWSER = "dispute-browser"; // mark
    DISPUTE_PAYER_UNKNOWN = "dispute-payer-unknown";
    DISPUTE_HISTORY_SENT = "dispute-history-sent";
    DISPUTE_HISTORY_FEW = "dispute-history-few";
    DISPUTE_SCAN_ADMITTED = "dispute-scan-admitted";
    DISPUTE_SCAN_REFUSED = "dispute-scan-refused";
    DISPUTE_SEEN_NETWORK = "dispute-seen-network";
    DISPUTE_SEEN_BROWSER = "dispute-seen-browser";
    DISPUTE_SEEN_BOTH = "dispute-seen-both";
    DISPUTE_DID_MOVED = "dispute-did-moved";
    DISPUTE_DID_NOTED = "dispute-did-noted";
    DISPUTE_DID_ANSWERED = "dispute-did-answered";
    DISPUTE_DID_CONCEDED = "dispute-did-conceded";
    DISPUTE_DID_OPENED = "dispute-did-opened";
}
