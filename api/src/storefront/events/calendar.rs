//! Calendar files (RFC 5545). Times are in UTC, so that no zone definition can be wrong.

use std::fmt::Write as _;

use bilten_core::catalog::{Event, EventStatus};
use bilten_kernel::Timestamp;

/// Octets of a line (RFC 5545 §3.1).
const LINE: usize = 75;

/// Writes the file with one event. `host` makes its identity unique and names nobody else.
pub fn write(event: &Event, host: &str, url: &str) -> String {
    let mut file = String::with_capacity(1024);
    let mut line = |name: &str, value: &str| fold(&mut file, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", &format!("-//{host}//events//EN"));
    line("METHOD", "PUBLISH");
    line("BEGIN", "VEVENT");
    line("UID", &format!("{}@{host}", event.id));
    line("DTSTAMP", &instant(event.updated_at));
    line("LAST-MODIFIED", &instant(event.updated_at));
    // The number must grow with each change (§3.8.7.4); seconds do.
    line(
        "SEQUENCE",
        &event.updated_at.duration_since(event.created_at).as_secs().to_string(),
    );
    line("DTSTART", &instant(event.starts_at));
    line("DTEND", &instant(event.ends_at));
    line("SUMMARY", &escape(event.name.as_str()));
    if !event.summary.as_str().is_empty() {
        line("DESCRIPTION", &escape(event.summary.as_str()));
    }
    if let Some(venue) = &event.venue {
        let place = [venue.place.name.to_string(), venue.place.address()].join(", ");
        line("LOCATION", &escape(place.trim_end_matches(", ")));
    }
    line("URL", url);
    line(
        "STATUS",
        if event.status == EventStatus::Cancelled {
            "CANCELLED"
        } else {
            "CONFIRMED"
        },
    );
    line("END", "VEVENT");
    line("END", "VCALENDAR");
    file
}

fn instant(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Escapes a text (§3.3.11).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Breaks a line into pieces of 75 octets, never within a character; the next begins with a blank.
fn fold(file: &mut String, line: &str) {
    let mut rest = line;
    let mut room = LINE;
    while rest.len() > room {
        let mut end = room;
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (head, tail) = rest.split_at(end);
        write!(file, "{head}\r\n ").expect("writing to a string cannot fail");
        rest = tail;
        room = LINE - 1;
    }
    write!(file, "{rest}\r\n").expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut file = String::new();
        fold(&mut file, &format!("SUMMARY:{}", "ø".repeat(100)));
        for line in file.split_terminator("\r\n") {
            assert!(line.len() <= LINE, "{} octets", line.len());
        }
        assert_eq!(
            file.replace("\r\n ", "").trim_end(),
            format!("SUMMARY:{}", "ø".repeat(100))
        );
    }

    #[test]
    fn texts_cannot_add_lines() {
        assert_eq!(escape("a,b;c\\d\r\nEND:VEVENT"), "a\\,b\\;c\\\\d\\nEND:VEVENT");
    }
}
