//! Small parts of messages: instants, base64, escapes.

use bilten_kernel::Timestamp;
use data_encoding::BASE64;

/// Reads base64 as messages write it, with line breaks.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(&bytes).ok()
}

/// Reads an instant. SAML wants UTC (Core §1.3.3).
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let is_form = text.len() <= 40 && text.ends_with('Z') && text.contains('T');
    is_form.then(|| text.parse().ok()).flatten()
}

/// Writes an instant to the second.
pub(super) fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Escapes text for element content and for values in double quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_of_utc_and_base64_is_strict() {
        let at = instant("2026-12-01T10:00:00.5Z").expect("an instant");
        assert_eq!(written(at), "2026-12-01T10:00:00Z");
        for bad in [
            "2026-12-01T10:00:00+01:00",
            "2026-12-01T10:00:00",
            "2026-12-01",
            "Z",
            "",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
        assert_eq!(base64(" Y Q =\n=").as_deref(), Some(&b"a"[..]));
        for bad in ["YQ", "YR==", "Y*==", "Y"] {
            assert_eq!(base64(bad), None, "{bad}");
        }
        assert_eq!(escaped("a<b>&\"\n"), "a&lt;b&gt;&amp;&quot;");
    }
}
