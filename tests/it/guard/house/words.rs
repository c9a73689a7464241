//! Length of files, words that promise instead of deliver, links that lead nowhere, and our own
//! name where only the tenant's may stand.

use std::path::Path;

use super::sources::{self, Source};

/// Lines a file may have.
const MAX_LINES: usize = 500;

/// Text that people wrote and people read.
const WRITTEN: [&str; 11] = [
    ".rs", ".sql", ".ts", ".mjs", ".js", ".css", ".html", ".ftl", ".sh", ".toml", ".md",
];

/// Words of unfinished work.
const UNFINISHED: [&str; 9] = [
    "todo!",
    "unimplemented!",
    "TODO",
    "FIXME",
    "XXX",
    "lorem ipsum",
    "coming soon",
    "not implemented yet",
    "changeme",
];

/// What is shown, sent or served to a tenant's buyers and staff.
const TENANT_FACES: [&str; 14] = [
    "web/templates",
    "web/email",
    "web/pdf",
    "web/locales",
    "web/styles",
    "web/scripts",
    "web/static",
    "web/src",
    "branding/src",
    "core/src",
    "billing/src",
    "api/src/storefront",
    "api/src/organizer",
    "api/src/v1",
];

/// Parts of those folders that only the platform's own host shows.
const PLATFORM_FACES: [&str; 3] = ["platform", "styleguide", "operator"];

#[test]
fn counted_files_are_short() {
    let mut files = 0;
    let mut faults = Vec::new();
    for source in sources::below(".", &WRITTEN) {
        files += 1;
        let lines = source.text.lines().count();
        if lines > MAX_LINES {
            faults.push(format!("{}: {lines} lines", source.path));
        }
    }
    assert!(
        faults.is_empty(),
        "more than {MAX_LINES} lines; split by what belongs together:\n{}",
        faults.join("\n")
    );
    println!("file length: {files} files checked");
}

#[test]
fn nothing_is_left_for_later() {
    let mut faults = Vec::new();
    for source in sources::below(".", &WRITTEN)
        .into_iter()
        .filter(|source| !speaks_of_rules(source))
    {
        for (number, line) in source.text.lines().enumerate() {
            for word in UNFINISHED {
                if names(line, word) {
                    faults.push(format!("{}:{}: {word}", source.path, number + 1));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "finish it, or say in an issue what is missing:\n{}",
        faults.join("\n")
    );
}

#[test]
fn counted_a_tenant_never_reads_the_name_of_the_platform() {
    let mut files = 0;
    let mut faults = Vec::new();
    for folder in TENANT_FACES {
        for source in sources::below(
            folder,
            &[".html", ".txt", ".ftl", ".css", ".ts", ".js", ".svg", ".json", ".rs"],
        ) {
            if PLATFORM_FACES.iter().any(|face| source.path.contains(face)) {
                continue;
            }
            files += 1;
            faults.extend(places_of_our_name(&source));
        }
    }
    assert!(
        faults.is_empty(),
        "only the tenant's brand may show:\n{}",
        faults.join("\n")
    );
    println!("brand: {files} files checked");
}

#[test]
fn counted_links_in_documents_lead_somewhere() {
    let mut links = 0;
    let mut faults = Vec::new();
    for document in sources::below(".", &[".md"]) {
        let folder = sources::root()
            .join(&document.path)
            .parent()
            .expect("a file lies in a folder")
            .to_path_buf();
        for target in document
            .text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
                continue;
            }
            links += 1;
            if !folder.join(path).exists() {
                faults.push(format!("{}: {target}", document.path));
            }
        }
    }
    assert!(faults.is_empty(), "no such file:\n{}", faults.join("\n"));
    println!("documents: {links} links checked");
}

#[test]
fn every_decision_is_listed() {
    let list = sources::below("docs/adr", &["README.md"]);
    let list = &list.first().expect("docs/adr has a README").text;
    let records = sources::below("docs/adr", &[".md"]);
    let names = records
        .iter()
        .filter_map(|record| record.path.strip_prefix("docs/adr/"));
    let missing: Vec<_> = names
        .filter(|name| *name != "README.md" && !list.contains(&format!("({name})")))
        .collect();
    assert!(missing.is_empty(), "docs/adr/README.md does not list {missing:?}");
}

/// Files that must name the forbidden words to forbid them.
fn speaks_of_rules(source: &Source) -> bool {
    source.path == "tests/it/guard/house/words.rs" || source.path == "Cargo.toml"
}

fn names(line: &str, word: &str) -> bool {
    let edge = |c: char| !c.is_alphanumeric() && c != '_';
    line.match_indices(word).any(|(at, _)| {
        line[..at].chars().next_back().is_none_or(edge) && line[at + word.len()..].chars().next().is_none_or(edge)
    })
}

/// In Rust only string literals are shown; everywhere else every word counts. Lower-case `bilten`
/// in Rust is the name of our crates, settings and schema.
fn places_of_our_name(source: &Source) -> Vec<String> {
    if Path::new(&source.path).extension().is_some_and(|ending| ending == "rs") {
        let literals = sources::literals(&source.text).into_iter();
        let shown = literals.filter(|literal| literal.text.contains("Bilten"));
        return shown
            .map(|literal| format!("{}:{}", source.path, literal.line))
            .collect();
    }
    let lines = source.text.lines().enumerate();
    let shown = lines.filter(|(_, line)| line.to_lowercase().contains("bilten"));
    shown
        .map(|(number, _)| format!("{}:{}", source.path, number + 1))
        .collect()
}
