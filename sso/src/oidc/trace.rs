//! What arrived in an attempt, for those who set connections up: without secrets, and with people made unreadable.

use serde_json::{Map, Value};

/// Most lines of a trace.
const MAX_LINES: usize = 80;
/// Longest value that is kept.
const MAX_VALUE: usize = 200;
/// Claims whose values help to find a fault and tell nothing about a person.
const OPEN: [&str; 10] = [
    "iss",
    "aud",
    "azp",
    "exp",
    "iat",
    "nbf",
    "auth_time",
    "acr",
    "amr",
    "email_verified",
];

/// Lines of name and value, in the order in which they were found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace(Vec<(String, String)>);

impl Trace {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a line; control characters and what is too long are cut.
    pub fn note(&mut self, name: &str, value: impl AsRef<str>) {
        if self.0.len() < MAX_LINES {
            self.0.push((plain(name, 60), plain(value.as_ref(), MAX_VALUE)));
        }
    }

    /// Notes what a token claims: values of those that tell nothing about a person, masked mail addresses and subjects, and
    /// only the names of all others.
    pub fn note_claims(&mut self, prefix: &str, claims: &Map<String, Value>, (email, groups): (&str, &str)) {
        let mut others = Vec::new();
        for (name, value) in claims {
            let shown = match value {
                Value::String(text) if name == email => mask_email(text),
                Value::String(text) if name == "sub" => mask_subject(text),
                Value::Array(list) if name == groups => format!("{} groups", list.len()),
                Value::String(text) if OPEN.contains(&name.as_str()) => text.clone(),
                value if OPEN.contains(&name.as_str()) => value.to_string(),
                _ => {
                    others.push(name.as_str());
                    continue;
                }
            };
            self.note(&format!("{prefix}.{name}"), shown);
        }
        if !others.is_empty() {
            self.note(&format!("{prefix}.…"), others.join(" "));
        }
    }

    /// The lines.
    pub fn lines(&self) -> &[(String, String)] {
        &self.0
    }

    /// As it is stored.
    pub fn to_json(&self) -> Value {
        let lines = self.0.iter().map(|(name, value)| serde_json::json!([name, value]));
        Value::Array(lines.collect())
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    pub fn from_json(value: &Value) -> Self {
        let text = |line: &Value, at: usize| line.get(at).and_then(Value::as_str).unwrap_or_default().to_owned();
        let lines = value.as_array().into_iter().flatten();
        Self(lines.map(|line| (text(line, 0), text(line, 1))).collect())
    }
}

fn plain(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}

/// Keeps the domain, which is what checks look at.
pub(crate) fn mask_email(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((local, domain)) => {
            let first: String = local.chars().take(1).collect();
            format!("{first}…@{domain}")
        }
        None => "…".to_owned(),
    }
}

fn mask_subject(subject: &str) -> String {
    let first: String = subject.chars().take(4).collect();
    format!("{first}… ({} characters)", subject.chars().count())
}

/// A word of a provider as it may be kept: plain letters, bounded.
pub(super) fn word(text: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.chars().filter(is_plain).take(60).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn people_are_made_unreadable_and_facts_are_kept() {
        let claims = json!({
            "iss": "https://idp.example", "sub": "248289761001", "email": "ada@example.org", "name": "Ada",
            "groups": ["a", "b"], "picture": "https://x", "exp": 7,
        });
        let mut trace = Trace::new();
        trace.note_claims("id_token", claims.as_object().expect("an object"), ("email", "groups"));
        let shown = format!("{:?}", trace.lines());
        assert!(
            !shown.contains("Ada") && !shown.contains("ada@") && !shown.contains("248289761001"),
            "{shown}"
        );
        for part in [
            "https://idp.example",
            "a…@example.org",
            "2482… (12 characters)",
            "2 groups",
            "name picture",
            "\"7\"",
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        assert_eq!(Trace::from_json(&trace.to_json()), trace);
    }

    #[test]
    fn a_trace_is_bounded_and_plain() {
        let mut trace = Trace::new();
        for _ in 0..200 {
            trace.note("a\nb", "x".repeat(1_000));
        }
        assert_eq!((trace.lines().len(), trace.lines()[0].1.len()), (MAX_LINES, MAX_VALUE));
        assert_eq!(trace.lines()[0].0, "ab");
        assert_eq!(word("<script>access_denied\n"), "scriptaccess_denied");
    }
}
