//! The nine built-in roles by all routes of the console and of the API, as a file that reviewers read.
//!
//! A change of a role, a route or a scope shows as a change of `matrix.txt`. To write it anew:
//! `BILTEN_WRITE_MATRIX=1 cargo nextest run --workspace -E 'test(guard::matrix)'`.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use bilten_api::http::registry::{self, Access, Face};
use bilten_kernel::ApiScope;
use bilten_tenancy::permissions::{self, Permission, PermissionSet, Role, of_scopes};
use bilten_tests::report;

const REGENERATE: &str = "BILTEN_WRITE_MATRIX=1 cargo nextest run --workspace -E 'test(guard::matrix)'";

/// What the gate lets in: `1` for a role that passes it somewhere in the tenant.
fn line(what: &str, needs: &str, opens: impl Fn(PermissionSet) -> bool) -> String {
    let marks: Vec<&str> = Role::ALL
        .iter()
        .map(|role| if opens(role.permissions()) { "1" } else { "." })
        .collect();
    format!("{:<74} {needs:<22} {}\n", what, marks.join("  "))
}

fn head(title: &str) -> String {
    format!("\n# {title}\n# columns: {}\n", Role::ALL.map(Role::name).join(" "))
}

fn of_routes(face: Face, title: &str) -> String {
    let mut text = head(title);
    let routes = registry::all().into_iter().map(|route| route.info);
    let mut lines: Vec<_> = routes
        .filter(|info| info.face == face)
        .map(|info| {
            let what = format!("{:<6} {}", info.method, info.path);
            match info.access {
                Access::Staff(permission) => line(&what, permission.name(), |held| held.contains(permission)),
                Access::ApiScope(scope) => {
                    let wanted = of_scopes([scope].into_iter().collect());
                    line(&what, scope.name(), |held| held.includes(wanted))
                }
                Access::Session => line(&what, "(any session)", |_| true),
                Access::Public | Access::Signed | Access::Directory | Access::Operator | Access::Ops => {
                    format!("{what:<74} (public)\n")
                }
            }
        })
        .collect();
    lines.sort();
    text.extend(lines);
    text
}

fn of_permissions() -> String {
    let mut text = head("Permissions; * opens persons' data, ! wants a fresh log-in, - is reserved");
    for entry in permissions::registry() {
        let mut marks = String::new();
        for (is_so, mark) in [(entry.is_pii, '*'), (entry.needs_step_up, '!'), (!entry.is_used, '-')] {
            if is_so {
                marks.push(mark);
            }
        }
        let what = format!("{} {marks}", entry.name);
        let scope = format!("{:?}", entry.scope).to_lowercase();
        text.push_str(&line(&what, &scope, |held| held.contains(entry.permission)));
    }
    text
}

#[test]
fn counted_the_matrix_of_roles_and_routes_is_the_one_that_was_reviewed() {
    let mut text = String::from("# Who may do what. Made by tests/it/guard/matrix.rs; to write it anew:\n");
    writeln!(text, "# {REGENERATE}").unwrap();
    text.push_str(&of_permissions());
    text.push_str(&of_routes(
        Face::Organizer,
        "Routes of the console: who passes the gate",
    ));
    text.push_str(&of_routes(Face::V1, "Routes of the API: whose keys may have the scope"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/guard/matrix.txt");
    if std::env::var_os("BILTEN_WRITE_MATRIX").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    let changed: Vec<&str> = diff(&reviewed, &text);
    assert!(
        changed.is_empty(),
        "who may do what has changed:\n{}\nif that is meant: {REGENERATE}",
        changed.join("\n")
    );
    report(&format!(
        "matrix: {} roles, {} permissions, {} lines",
        Role::ALL.len(),
        permissions::registry().len(),
        text.lines().count()
    ));
}

fn diff<'a>(old: &'a str, new: &'a str) -> Vec<&'a str> {
    let (before, after): (BTreeSet<&str>, BTreeSet<&str>) = (old.lines().collect(), new.lines().collect());
    before.symmetric_difference(&after).copied().collect()
}

/// Permissions whose pages other parts of the program bring.
const AWAITED: [Permission; 3] = [Permission::OrgUpdate, Permission::SsoManage, Permission::ScimManage];

/// A permission that something asks for is not reserved, and the other way round: by our own sources.
#[test]
fn whatever_is_asked_for_is_offered_and_nothing_else() {
    let mut asked = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src");
    read_all(&root, &mut |text| {
        for part in text.split("Permission::").skip(1) {
            let name: String = part.chars().take_while(char::is_ascii_alphanumeric).collect();
            asked.insert(name);
        }
    });
    for scope in ApiScope::ALL {
        asked.extend(
            of_scopes([scope].into_iter().collect())
                .iter()
                .map(|p| format!("{p:?}")),
        );
    }
    for entry in permissions::registry() {
        let name = format!("{:?}", entry.permission);
        let is_asked = asked.contains(&name) || AWAITED.contains(&entry.permission);
        assert_eq!(is_asked, entry.is_used, "{}: used, or reserved?", entry.name);
    }
}

/// People read of every permission, role and scope what it is for, in every language.
#[test]
fn whatever_is_handed_out_has_a_name_in_every_language() {
    for language in ["en", "nb"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../web/locales")
            .join(language);
        let mut known = BTreeSet::new();
        for entry in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            known.extend(
                text.lines()
                    .filter_map(|line| Some(line.split_once(" = ")?.0.to_owned())),
            );
        }
        let of_permissions = permissions::registry().iter().map(permissions::Entry::text_key);
        let of_roles = Role::ALL
            .into_iter()
            .flat_map(|role| [format!("role-{role}"), format!("role-text-{role}")]);
        let of_scopes = ApiScope::ALL.map(|scope| format!("scope-{}", scope.name().replace(':', "-")));
        for key in of_permissions.chain(of_roles).chain(of_scopes) {
            assert!(known.contains(&key), "{language}: {key}");
        }
    }
}

fn read_all(folder: &Path, each: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, each);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            each(&fs::read_to_string(&path).unwrap());
        }
    }
}
