//! Keys of visits of platform operators.

texts! {
    FIELD_VISIT_WINDOW = "field-visit-window";
    FIELD_VISIT_REASON = "field-visit-reason";
    FIELD_VISIT_REFERENCE = "field-visit-reference";
    FIELD_VISIT_MINUTES = "field-visit-minutes"; // least, most
    FLASH_VISIT_RULES_SET = "flash-visit-rules-set";
    FLASH_VISIT_APPROVED = "flash-visit-approved";
    FLASH_VISIT_REFUSED = "flash-visit-refused";
    FLASH_VISIT_ENDED = "flash-visit-ended";
    FLASH_VISIT_ASKED = "flash-visit-asked";
    FLASH_VISIT_ADMITTED = "flash-visit-admitted";
    FLASH_REFUSED_VISIT_ANSWERED = "flash-refused-visit-answered";
    FLASH_REFUSED_VISIT_OWNER = "flash-refused-visit-owner";
    FLASH_REFUSED_VISIT_NEVER = "flash-refused-visit-never";
    FLASH_REFUSED_VISIT_OPEN = "flash-refused-visit-open";
    FLASH_REFUSED_VISIT_NOT_GRANTED = "flash-refused-visit-not-granted";
    FLASH_REFUSED_VISIT_ELSEWHERE = "flash-refused-visit-elsewhere";
    FLASH_REFUSED_VISIT_CODE = "flash-refused-visit-code";
    MAIL_VISIT_ASKED = "mail-visit-asked"; // operator, minutes
    MAIL_VISIT_STARTED = "mail-visit-started"; // operator, minutes
    HISTORY_VISIT_ASKED = "history-visit-asked";
    HISTORY_VISIT_BEGUN = "history-visit-begun";
}
