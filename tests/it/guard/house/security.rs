//! `docs/security.md` is true: each test and each file that it names is there, and it counts
//! its own rows rightly.

use std::collections::{BTreeMap, BTreeSet};

use bilten_tests::report;

use super::sources;

/// What a row may say of itself, in the order of the summary's columns.
const STATES: [&str; 5] = ["met", "met by design", "partly", "not met", "n/a"];

/// A requirement of the standard, as a row of a chapter's table.
struct Row {
    number: String,
    level: String,
    state: String,
    proof: String,
}

impl Row {
    fn chapter(&self) -> &str {
        self.number.split('.').next().unwrap_or_default()
    }
}

/// What there is to be named.
struct Known {
    rust: String,
    specs: String,
}

impl Known {
    fn read() -> Self {
        let join = |folder: &str, ending: &str| {
            sources::below(folder, &[ending])
                .into_iter()
                .map(|source| source.text)
                .collect::<Vec<_>>()
                .join("\n")
        };
        Self {
            rust: join(".", ".rs"),
            specs: join("tests/browser/specs", ".ts"),
        }
    }
}

#[test]
fn counted_the_map_of_security_names_what_is_there() {
    let known = Known::read();
    let rows = rows(&map());
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for row in &rows {
        if !seen.insert(row.number.as_str()) {
            faults.push(format!("{} is there twice", row.number));
        }
        if !STATES.contains(&row.state.as_str()) {
            faults.push(format!("{}: no such state: {}", row.number, row.state));
        }
        if !["1", "2"].contains(&row.level.as_str()) {
            faults.push(format!("{}: no such level: {}", row.number, row.level));
        }
        faults.extend(faults_of_proof(row, &known));
    }
    assert!(faults.is_empty(), "docs/security.md:\n{}", faults.join("\n"));
    let of = |state: &str| rows.iter().filter(|row| row.state == state).count();
    report(&format!(
        "security: {} rows; met {}, met by design {}, partly {}, not met {}, n/a {}",
        rows.len(),
        of("met"),
        of("met by design"),
        of("partly"),
        of("not met"),
        of("n/a")
    ));
}

#[test]
fn the_summary_of_the_map_of_security_is_counted_rightly() {
    let map = map();
    let mut counted: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for row in rows(&map) {
        let counts = counted
            .entry((row.chapter().to_owned(), row.level.clone()))
            .or_insert_with(|| vec![0; STATES.len() + 1]);
        counts[0] += 1;
        if let Some(column) = STATES.iter().position(|state| *state == row.state) {
            counts[column + 1] += 1;
        }
    }
    let said = summary(&map);
    assert!(!said.is_empty(), "docs/security.md has no summary");
    assert_eq!(
        said, counted,
        "the summary of docs/security.md (left) and its tables (right)"
    );
}

fn map() -> String {
    let found = sources::below("docs", &["security.md"]);
    let map = found.into_iter().find(|source| source.path == "docs/security.md");
    map.expect("docs/security.md is there").text
}

/// The cells of a table's line.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

/// `V` and so many numbers with full stops between them.
fn is_number(text: &str, parts: usize) -> bool {
    text.strip_prefix('V').is_some_and(|rest| {
        let mut count = 0;
        for part in rest.split('.') {
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return false;
            }
            count += 1;
        }
        count == parts
    })
}

fn rows(map: &str) -> Vec<Row> {
    let mut found = Vec::new();
    for cells in map.lines().filter_map(cells) {
        let number = cells.first().copied().unwrap_or_default();
        if !is_number(number, 3) {
            continue;
        }
        assert_eq!(cells.len(), 5, "docs/security.md: {number} has not five cells");
        found.push(Row {
            number: number.to_owned(),
            level: cells[1].to_owned(),
            state: cells[3].to_owned(),
            proof: cells[4].to_owned(),
        });
    }
    found
}

/// Chapter and level, with the number of rows and of each state.
fn summary(map: &str) -> BTreeMap<(String, String), Vec<usize>> {
    let mut found = BTreeMap::new();
    for cells in map.lines().filter_map(cells) {
        let chapter = cells.first().copied().unwrap_or_default();
        if !is_number(chapter, 1) {
            continue;
        }
        assert_eq!(
            cells.len(),
            STATES.len() + 3,
            "docs/security.md: the summary of {chapter}"
        );
        let counts = cells[2..]
            .iter()
            .map(|count| count.parse::<usize>().expect("the summary has whole numbers"))
            .collect();
        let twice = found.insert((chapter.to_owned(), cells[1].to_owned()), counts);
        assert!(twice.is_none(), "docs/security.md: {chapter} is summed up twice");
    }
    found
}

/// Names that are not there, and rows that are met by nothing.
fn faults_of_proof(row: &Row, known: &Known) -> Vec<String> {
    let mut faults = Vec::new();
    let mut tests = 0;
    let mut files = 0;
    for name in between(&row.proof, '`') {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        if name.contains('/') || matches!(ending, Some("toml" | "md")) {
            files += 1;
            if !sources::root().join(name).exists() {
                faults.push(format!("{}: no such file: {name}", row.number));
            }
        } else if is_function(name) {
            tests += 1;
            if !known.rust.contains(&format!("fn {name}(")) {
                faults.push(format!("{}: no such test: {name}", row.number));
            }
        }
    }
    for title in between(&row.proof, '"') {
        tests += 1;
        if !known.specs.contains(&format!("test(\"{title}\"")) {
            faults.push(format!("{}: no such test in a browser: {title}", row.number));
        }
    }
    if row.state == "met" && tests == 0 {
        faults.push(format!("{}: met, but no test is named", row.number));
    }
    if row.state == "met by design" && files == 0 {
        faults.push(format!("{}: met by design, but no file is named", row.number));
    }
    if row.proof.is_empty() {
        faults.push(format!("{}: no proof and no reason", row.number));
    }
    faults
}

/// What stands between pairs of a mark.
fn between(text: &str, mark: char) -> Vec<&str> {
    text.split(mark).skip(1).step_by(2).collect()
}

fn is_function(name: &str) -> bool {
    name.contains('_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[test]
fn numbers_and_names_are_told_from_other_words() {
    assert!(is_number("V1.2.10", 3) && is_number("V17", 1));
    assert!(!is_number("V1.2", 3) && !is_number("V1..2", 3) && !is_number("chapter", 1));
    assert!(is_function("a_test_of_ours") && !is_function("max-age") && !is_function("__Host-"));
    assert_eq!(between("a `b` c `d`", '`'), ["b", "d"]);
    assert_eq!(cells("| a | b |"), Some(vec!["a", "b"]));
}
