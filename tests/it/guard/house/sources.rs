//! Finds our own files and takes the string literals out of Rust sources.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that hold what others wrote or what programs made.
const NOT_OURS: [&str; 10] = [
    ".git",
    ".sqlx",
    ".bilten",
    "target",
    "node_modules",
    "dist",
    "out",
    "snapshots",
    "vendor",
    "proptest-regressions",
];

/// A text file of ours, with its path from the root of the repository.
pub struct Source {
    pub path: String,
    pub text: String,
}

/// A string literal of a Rust file, as written between its quotes.
pub struct Literal {
    pub line: usize,
    pub text: String,
}

/// Root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests crate lies in the repository")
        .to_path_buf()
}

/// Reads all our files below a folder whose names end in one of the given endings, in order.
pub fn below(folder: &str, endings: &[&str]) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    collect(&root, &root.join(folder), endings, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(root: &Path, folder: &Path, endings: &[&str], found: &mut Vec<Source>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                collect(root, &path, endings, found);
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            let text = fs::read_to_string(&path).expect("our sources are readable UTF-8");
            let path = path
                .strip_prefix(root)
                .expect("the walk began at the root")
                .to_string_lossy()
                .into_owned();
            found.push(Source { path, text });
        }
    }
}

/// Takes the string literals out of Rust source. Comments, characters and life times are skipped.
pub fn literals(source: &str) -> Vec<Literal> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |end| end + 2);
        } else if let Some((start, end, next)) = raw_string(rest).filter(|_| !inside_word(bytes, at)) {
            found.push(Literal {
                line: line_of(source, at),
                text: rest[start..end].to_owned(),
            });
            at += next;
        } else if rest.starts_with('"') {
            let end = closing_quote(rest);
            found.push(Literal {
                line: line_of(source, at),
                text: rest[1..end].to_owned(),
            });
            at += end + 1;
        } else if rest.starts_with('\'') {
            at += character(rest);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

/// Recognises `r"…"` and `r#"…"#`; gives start and end of the text, and where to go on.
fn raw_string(rest: &str) -> Option<(usize, usize, usize)> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    after[hashes..].strip_prefix('"')?;
    let start = rest.len() - after.len() + hashes + 1;
    let closing = format!("\"{}", "#".repeat(hashes));
    let end = start + rest[start..].find(&closing)?;
    Some((start, end, end + closing.len()))
}

fn inside_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn closing_quote(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    rest.len() - 1
}

/// Length of a character literal; 1 for the tick of a life time.
fn character(rest: &str) -> usize {
    if rest.as_bytes().get(1) == Some(&b'\\') {
        return rest[3..].find('\'').map_or(1, |end| end + 4);
    }
    let width = rest[1..].chars().next().map_or(0, char::len_utf8);
    if rest[1 + width..].starts_with('\'') {
        width + 2
    } else {
        1
    }
}

fn line_of(source: &str, at: usize) -> usize {
    source[..at].matches('\n').count() + 1
}

#[test]
fn literals_are_told_from_comments_and_characters() {
    let source = r##"
        // "not this"
        /* "nor this" */
        fn f<'a>(x: &'a str) -> char { call("one \" two"); '"' }
        const Q: &str = r#"select "x" from y"#; let c = '\''; let d = "end";
    "##;
    let texts: Vec<_> = literals(source).into_iter().map(|literal| literal.text).collect();
    assert_eq!(texts, [r#"one \" two"#, r#"select "x" from y"#, "end"]);
}
