//! Which addresses are those of pages for everybody.

use super::super::registry;

/// Bytes of the longest path of such a page; what strangers make up is longer than that sooner or later.
const MAX_PATH: usize = 200;

/// Paths of the shared routes, segment by segment.
#[derive(Debug)]
pub(super) struct Patterns(Vec<Pattern>);

#[derive(Debug)]
struct Pattern {
    /// `None` stands for a parameter.
    segments: Vec<Option<&'static str>>,
    /// Query parameters that make it a page of its own, which is not kept.
    matters: &'static [&'static str],
}

impl Patterns {
    pub(super) fn of_registry() -> Self {
        let infos = registry::all().into_iter().map(|route| route.info);
        Self(
            infos
                .filter_map(|info| Some(Pattern::new(info.path, info.shared?)))
                .collect(),
        )
    }

    /// Tells whether the page at this address is the same for everybody. A query whose names mean nothing to the
    /// page, such as the marks that newsletters add, makes no difference.
    pub(super) fn is_shared(&self, path: &str, query: Option<&str>) -> bool {
        // Every name of ours is plain: escapes would only give one page many keys.
        if path.len() > MAX_PATH || path.contains('%') {
            return false;
        }
        let pattern = self.0.iter().find(|pattern| pattern.fits(path));
        pattern.is_some_and(|pattern| query.is_none_or(|query| !pattern.is_changed_by(query)))
    }
}

impl Pattern {
    fn new(path: &'static str, matters: &'static [&'static str]) -> Self {
        let segments = path.split('/').skip(1);
        Self {
            segments: segments.map(|s| (!s.starts_with('{')).then_some(s)).collect(),
            matters,
        }
    }

    fn fits(&self, path: &str) -> bool {
        let mut segments = path.split('/').skip(1);
        let fits = self.segments.iter().all(|wanted| match (wanted, segments.next()) {
            (Some(wanted), Some(segment)) => *wanted == segment,
            (None, Some(segment)) => !segment.is_empty(),
            (_, None) => false,
        });
        fits && segments.next().is_none()
    }

    fn is_changed_by(&self, query: &str) -> bool {
        let mut names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
        // An escaped name may be any name.
        names.any(|name| self.matters.contains(&name) || (!self.matters.is_empty() && name.contains(['%', '+'])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_shared_unless_its_query_means_something_to_it() {
        let home = Pattern::new("/", &["q", "cursor"]);
        let event = Pattern::new("/events/{slug}", &[]);
        let fragment = Pattern::new("/events/{slug}/availability", &[]);
        let patterns = Patterns(vec![home, event, fragment]);
        for (path, query, expected) in [
            ("/", None, true),
            ("/", Some("utm_source=mail"), true),
            ("/", Some("utm_source=mail&q=jazz"), false),
            ("/", Some("%71=jazz"), false),
            ("/events/jazz", None, true),
            ("/events/jazz", Some("q=1&fbclid=%20"), true),
            ("/events/jazz/availability", Some(""), true),
            ("/events/ja%7az", None, false),
            ("/events/", None, false),
            ("/events", None, false),
            ("/events/jazz/carts", None, false),
            ("/events/jazz/availability/x", None, false),
            ("//", None, false),
        ] {
            assert_eq!(patterns.is_shared(path, query), expected, "{path} {query:?}");
        }
        assert!(!patterns.is_shared(&format!("/events/{}", "a".repeat(MAX_PATH)), None));
    }
}
