//! Keys of when the money of an event would be paid out.

texts! {
    OUTLOOK_BASIS = "outlook-basis"; // from
    OUTLOOK_WARNING = "outlook-warning"; // share, days
    OUTLOOK_LIMIT = "outlook-limit"; // limit
    OUTLOOK_DEADLINE = "outlook-deadline";
    OUTLOOK_RELEASE = "outlook-release";
    OUTLOOK_RESERVE = "outlook-reserve";
}
