//! Mail addresses that are almost those of a well-known provider: `ada@gmial.com`.
//!
//! A buyer without tickets in his mailbox is a buyer lost, so the screen asks once. It never insists: a
//! domain that exists in its own right is left alone, and what was typed may be kept.

/// Providers that people have their mail at, here and in the neighbourhood.
const KNOWN: [&str; 20] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.no",
    "outlook.com",
    "live.com",
    "live.no",
    "icloud.com",
    "yahoo.com",
    "yahoo.no",
    "msn.com",
    "online.no",
    "getmail.no",
    "lyse.net",
    "altibox.no",
    "protonmail.com",
    "proton.me",
    "fastmail.com",
    "gmx.net",
    "telia.com",
];

/// Names of providers that exist although they look like a slip.
const REAL: [&str; 12] = [
    "mail",
    "email",
    "ymail",
    "gmx",
    "aol",
    "me",
    "mac",
    "one",
    "line",
    "life",
    "hotmale",
    "rocketmail",
];

/// Endings that are slips of `.com`; some exist, but hardly anybody has mail there.
const SLIPS: [&str; 9] = ["con", "cmo", "cm", "om", "ocm", "comm", "vom", "xom", "coom"];

/// Letters of a provider's name from which on two slips are forgiven.
const LONG: usize = 7;

/// Returns the address that was probably meant, when it is another one.
pub fn suggest(email: &str) -> Option<String> {
    let (person, domain) = email.trim().rsplit_once('@')?;
    let domain = domain.to_lowercase();
    if person.is_empty() || KNOWN.contains(&domain.as_str()) {
        return None;
    }
    let (name, ending) = domain.rsplit_once('.')?;
    let meant = if SLIPS.contains(&ending) { "com" } else { ending };
    let known = |name: &str| format!("{name}.{meant}");
    let found = if meant != ending && KNOWN.contains(&known(name).as_str()) {
        known(name)
    } else {
        nearest(name, meant)?
    };
    Some(format!("{person}@{found}"))
}

/// The provider with the same ending whose name is one slip away, or two if it is long.
fn nearest(name: &str, ending: &str) -> Option<String> {
    if REAL.contains(&name) || KNOWN.iter().any(|known| known.split('.').next() == Some(name)) {
        return None;
    }
    let slips = |known: &str| {
        let (known, its_ending) = known.rsplit_once('.')?;
        let forgiven = if known.len() >= LONG { 2 } else { 1 };
        let slips = distance(name, known);
        (its_ending == ending && slips <= forgiven).then_some(slips)
    };
    let near = KNOWN.iter().filter_map(|known| Some((slips(known)?, *known)));
    near.min_by_key(|(slips, _)| *slips).map(|(_, known)| known.to_owned())
}

/// Letters changed, left out, added, or swapped with their neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_real_domains_left_alone() {
        for (typed, meant) in [
            ("ada@gmial.com", Some("ada@gmail.com")),
            ("ada@gmai.com", Some("ada@gmail.com")),
            ("ada@gnail.com", Some("ada@gmail.com")),
            ("Ada@GMAIL.con", Some("Ada@gmail.com")),
            ("ada@gmail.cmo", Some("ada@gmail.com")),
            ("ada@gmial.con", Some("ada@gmail.com")),
            ("ada@hotmial.com", Some("ada@hotmail.com")),
            ("ada@homtail.no", Some("ada@hotmail.no")),
            ("ada@outlok.com", Some("ada@outlook.com")),
            ("ada@iclod.com", Some("ada@icloud.com")),
            ("ada@onlin.no", Some("ada@online.no")),
            ("ada@gmail.com", None),
            ("ada@mail.com", None),
            ("ada@email.com", None),
            ("ada@ymail.com", None),
            ("ada@hotmail.se", None),
            ("ada@live.dk", None),
            ("ada@example.org", None),
            ("ada@ntnu.no", None),
            ("ada@company.com", None),
            ("gmial.com", None),
            ("@gmial.com", None),
            ("", None),
        ] {
            assert_eq!(suggest(typed).as_deref(), meant, "{typed}");
        }
    }

    #[test]
    fn a_suggestion_is_never_corrected_again() {
        for known in KNOWN {
            assert_eq!(suggest(&format!("a@{known}")), None, "{known}");
        }
    }

    #[test]
    fn a_swap_is_one_slip() {
        for (a, b, slips) in [
            ("gmail", "gmail", 0),
            ("gmial", "gmail", 1),
            ("gml", "gmail", 2),
            ("", "abc", 3),
        ] {
            assert_eq!(distance(a, b), slips, "{a} {b}");
        }
    }
}
