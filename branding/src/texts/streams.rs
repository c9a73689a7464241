//! Keys of streams of the record.

texts! {
    FIELD_STREAM_ADDRESS = "field-stream-address";
    FIELD_STREAM_CERTIFICATES = "field-stream-certificates";
    FIELD_STREAM_PLACE = "field-stream-place";
    FLASH_STREAM_MADE = "flash-stream-made";
    FLASH_STREAM_CHANGED = "flash-stream-changed";
    FLASH_STREAM_TESTED = "flash-stream-tested";
    FLASH_REFUSED_STREAM_MANY = "flash-refused-stream-many";
    FLASH_REFUSED_STREAM_STATE = "flash-refused-stream-state";
    MAIL_STREAM_FAILED = "mail-stream-failed"; // name
}
