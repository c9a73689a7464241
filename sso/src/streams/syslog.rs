//! One sealed entry as a message of syslog (RFC 5424), framed by its length (RFC 5425 §4.3, RFC 6587 §3.4.1).
//!
//! Nothing that people chose can end a message, begin another or draw on a terminal: control characters are written as `#ooo`, the
//! way rsyslog does, and what structured data gives a meaning is escaped (RFC 5424 §6.3.3).

use std::fmt::Write as _;

use bilten_tenancy::audit::Link;
use data_encoding::HEXLOWER;

/// Facility 13 (log audit), severity 5 (notice).
const PRIORITY: u8 = 13 * 8 + 5;
/// Longest message, in bytes: what every receiver must take (RFC 5425 §4.3.1 asks for 2048 and wants 8192).
pub(super) const MAX_MESSAGE: usize = 8192;
/// Longest value of structured data, in letters.
const MAX_VALUE: usize = 256;

/// Writes a link as a framed message. `host` names the tenant's shop.
pub(super) fn write(host: &str, link: &Link) -> Vec<u8> {
    let entry = &link.entry;
    let at = entry.at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ");
    let seq = link.seq.to_string();
    let hash = HEXLOWER.encode(&link.hash);
    let facts = [
        ("seq", seq.as_str()),
        ("hash", &hash),
        ("actor", &entry.actor),
        ("action", &entry.action),
        ("object", &entry.object),
        ("request", &entry.request_id),
    ];
    let facts = facts
        .map(|(name, value)| format!(" {name}=\"{}\"", escape(value)))
        .concat();
    let head = format!(
        "<{PRIORITY}>1 {at} {} audit - {} [audit@32473{facts}] ",
        name(host, 255),
        name(&entry.action, 32)
    );
    // A byte order mark says that the text is UTF-8 (RFC 5424 §6.4).
    let message = format!("{head}\u{feff}{}", plain(&entry.details.to_string()));
    let message = cut(&message, MAX_MESSAGE);
    [format!("{} ", message.len()).as_bytes(), message.as_bytes()].concat()
}

/// A name of the header: printable ASCII without spaces, or nothing (RFC 5424 §6).
fn name(text: &str, longest: usize) -> String {
    let name: String = text.chars().filter(char::is_ascii_graphic).take(longest).collect();
    if name.is_empty() { "-".to_owned() } else { name }
}

fn escape(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for (at, letter) in plain(value).chars().enumerate() {
        if at == MAX_VALUE {
            escaped.push('…');
            break;
        }
        if matches!(letter, '"' | '\\' | ']') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Writes what moves, draws or ends a line as numbers.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() {
            write!(plain, "#{:03o}", u32::from(letter)).expect("writing to memory cannot fail");
        } else if matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            plain.push(' ');
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// The longest beginning of a text that is whole letters, marked when something is missing.
fn cut(text: &str, longest: usize) -> String {
    const MARK: &str = "…";
    if text.len() <= longest {
        return text.to_owned();
    }
    let mut end = longest - MARK.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{MARK}", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use bilten_tenancy::audit::StoredEntry;
    use serde_json::{Value, json};

    use super::*;

    fn link(actor: &str, details: Value) -> Link {
        Link {
            seq: 7,
            hash: [0xab; 32],
            entry: StoredEntry {
                id: uuid::Uuid::from_u128(1),
                at: "2031-05-01T10:00:00.5Z".parse().expect("an instant"),
                actor: actor.to_owned(),
                action: "order.paid".to_owned(),
                object: "ord_0".to_owned(),
                request_id: "req".to_owned(),
                details,
            },
        }
    }

    fn text(actor: &str, details: Value) -> String {
        String::from_utf8(write("nord.example", &link(actor, details))).expect("UTF-8")
    }

    #[test]
    fn a_message_is_what_the_standard_says() {
        let hash = "ab".repeat(32);
        let message = format!(
            "<109>1 2031-05-01T10:00:00.500000Z nord.example audit - order.paid [audit@32473 seq=\"7\" hash=\"{hash}\" \
             actor=\"staff:acc_0\" action=\"order.paid\" object=\"ord_0\" request=\"req\"] \u{feff}{{\"a\":1}}"
        );
        assert_eq!(
            text("staff:acc_0", json!({ "a": 1 })),
            format!("{} {message}", message.len())
        );
    }

    /// CRLF, ANSI, null, C1, quotes, separators that some terminals obey.
    #[test]
    fn nothing_that_people_chose_ends_a_message_or_draws() {
        let evil = "x\r\n<13>1 fake\u{1b}[2J\u{0}\u{9b}31m\" ] \\ \u{202e}abc\u{2028}\u{7f}";
        let written = text(evil, json!({ "note": evil }));
        assert!(written.chars().all(|letter| !letter.is_control()), "{written:?}");
        assert!(!written.contains(['\u{202e}', '\u{2028}']));
        assert!(
            written.contains("#015#012<13>1 fake#033[2J#000#23331m\\\" \\] \\\\"),
            "{written}"
        );
        let (length, message) = written.split_once(' ').expect("a frame");
        assert_eq!(length, message.len().to_string());
    }

    #[test]
    fn a_megabyte_is_cut_at_a_letter() {
        let written = text("buyer", json!({ "note": "å".repeat(1 << 20) }));
        let (length, message) = written.split_once(' ').expect("a frame");
        assert!(message.len() <= MAX_MESSAGE && message.ends_with('…'));
        assert_eq!(length, message.len().to_string());
        let wide = text(&"é".repeat(5_000), json!({}));
        assert!(wide.contains("é…\" action="));
    }
}
