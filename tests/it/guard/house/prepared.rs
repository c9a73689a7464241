//! The committed answers of the database about our queries: none may be left over from a query
//! that is gone. (A missing one already fails the build.)

use std::fs;

use serde_json::Value;

use super::sources;

#[test]
fn counted_no_prepared_query_is_left_over() {
    let mut asked = String::new();
    for member in ["tenancy", "branding", "sso", "core", "billing", "api", "tests"] {
        for source in sources::below(member, &[".rs"]) {
            asked.push_str(&one_line(&source.text));
        }
    }
    let mut queries = 0;
    let mut left_over = Vec::new();
    for entry in fs::read_dir(sources::root().join(".sqlx"))
        .expect(".sqlx is committed")
        .flatten()
    {
        let text = fs::read_to_string(entry.path()).expect("prepared queries are readable");
        let prepared: Value = serde_json::from_str(&text).expect("prepared queries are JSON");
        queries += 1;
        if !asked.contains(&one_line(prepared["query"].as_str().unwrap_or_default())) {
            left_over.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    assert!(
        left_over.is_empty(),
        "run `make prepare`, or delete from .sqlx:\n{}",
        left_over.join("\n")
    );
    println!("prepared queries: {queries} checked");
}

/// Brings a query of a source and its prepared twin to the same form: line breaks, escapes and
/// indentation differ.
fn one_line(text: &str) -> String {
    let joined = text.replace("\\\n", " ").replace("\\n", " ").replace("\\\"", "\"");
    joined.split_whitespace().collect::<Vec<_>>().join(" ")
}
