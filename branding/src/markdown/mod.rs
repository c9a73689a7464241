//! Markdown written by organizers becomes HTML that cannot harm a reader.
//!
//! Raw HTML in the source is dropped by the reader already; what is left goes through an allow list, so that
//! neither scripts nor styles nor pictures from elsewhere get through. Headings fit below those of the page.

use std::collections::HashSet;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::views::SafeHtml;

/// Longest source that is read, in bytes; the rest is left out.
pub const MAX_SOURCE: usize = 64 * 1024;

/// Renders Markdown as sanitised HTML; headings begin at level 3, below a section of the page.
pub fn render(source: &str) -> SafeHtml {
    render_below(source, 2)
}

/// Renders Markdown that is the main content of its page; headings begin at level 2.
pub fn render_document(source: &str) -> SafeHtml {
    render_below(source, 1)
}

fn render_below(source: &str, above: usize) -> SafeHtml {
    let source = truncated(source);
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let mut outline = Outline {
        above,
        open: Vec::new(),
    };
    let events = Parser::new_ext(source, options).map(|event| outline.lowered(event));
    let mut raw = String::with_capacity(source.len() + source.len() / 4);
    html::push_html(&mut raw, events);
    SafeHtml::trusted(sanitised(&raw))
}

fn truncated(source: &str) -> &str {
    let mut end = source.len().min(MAX_SOURCE);
    while !source.is_char_boundary(end) {
        end -= 1;
    }
    &source[..end]
}

/// Turns raw HTML into text, and headings into an outline that never skips a level.
struct Outline {
    /// Level of the page's own heading above.
    above: usize,
    /// Levels, as written, of the headings that the current one stands below.
    open: Vec<HeadingLevel>,
}

impl Outline {
    fn lowered<'a>(&mut self, event: Event<'a>) -> Event<'a> {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.open.retain(|above| *above < level);
                self.open.push(level);
                Event::Start(Tag::Heading {
                    level: self.level(),
                    id: None,
                    classes: Vec::new(),
                    attrs: Vec::new(),
                })
            }
            Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(self.level())),
            Event::Html(text) | Event::InlineHtml(text) => Event::Text(CowStr::from(text.into_string())),
            other => other,
        }
    }

    fn level(&self) -> HeadingLevel {
        ORDER
            .get(self.above + self.open.len() - 1)
            .copied()
            .unwrap_or(HeadingLevel::H6)
    }
}

const ORDER: [HeadingLevel; 6] = [
    HeadingLevel::H1,
    HeadingLevel::H2,
    HeadingLevel::H3,
    HeadingLevel::H4,
    HeadingLevel::H5,
    HeadingLevel::H6,
];

fn sanitised(raw: &str) -> String {
    let tags = [
        "p",
        "br",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "del",
        "blockquote",
        "a",
        "hr",
        "code",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    ammonia::Builder::default()
        .tags(HashSet::from(tags))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener nofollow ugc"))
        .clean(raw)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_runs_gets_through() {
        for source in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](data:text/html;base64,AAAA)",
            "<a href='https://a.example' onclick='x()'>y</a>",
            "<style>*{display:none}</style>",
            "![x](https://tracker.example/p.gif)",
            "<svg/onload=alert(1)>",
        ] {
            let html = render(source);
            let html = html.as_str();
            for forbidden in [
                "<script",
                "<img",
                "<style",
                "<svg",
                "href=\"javascript",
                "href=\"data:",
                "<a onclick",
            ] {
                assert!(!html.contains(forbidden), "{source} → {html}");
            }
        }
    }

    #[test]
    fn headings_begin_below_those_of_the_page() {
        for (source, expected) in [
            (
                "# One\n\n## Two\n\n### Three",
                "<h3>One</h3>\n<h4>Two</h4>\n<h5>Three</h5>\n",
            ),
            ("## A\n\n## B", "<h3>A</h3>\n<h3>B</h3>\n"),
            ("### A\n\n### B\n\n# C", "<h3>A</h3>\n<h3>B</h3>\n<h3>C</h3>\n"),
        ] {
            assert_eq!(render(source).as_str(), expected);
        }
        assert_eq!(render_document("## A\n\n### B").as_str(), "<h2>A</h2>\n<h3>B</h3>\n");
    }

    #[test]
    fn long_sources_are_cut_at_a_character() {
        let source = "ø".repeat(MAX_SOURCE);
        assert!(render(&source).as_str().len() <= MAX_SOURCE + 16);
    }
}
