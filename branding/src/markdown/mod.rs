//! Markdown written by organizers becomes HTML that cannot harm a reader.
//!
//! Raw HTML in the source is dropped by the reader already; what is left goes through an allow list, so that
//! neither scripts nor styles nor pictures from elsewhere get through. Headings begin at level 3, because the
//! page has its own title and sections.

use std::collections::HashSet;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::views::SafeHtml;

/// Longest source that is read, in bytes; the rest is left out.
pub const MAX_SOURCE: usize = 64 * 1024;

/// Renders Markdown as sanitised HTML.
pub fn render(source: &str) -> SafeHtml {
    let source = truncated(source);
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let events = Parser::new_ext(source, options).map(lowered);
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

/// Moves headings two levels down and turns raw HTML into text.
fn lowered(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Heading { level, .. }) => Event::Start(Tag::Heading {
            level: deeper(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(deeper(level))),
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(CowStr::from(text.into_string())),
        other => other,
    }
}

fn deeper(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn sanitised(raw: &str) -> String {
    let tags = [
        "p",
        "br",
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
        let html = render("# One\n\n## Two\n\n### Three");
        assert_eq!(html.as_str(), "<h3>One</h3>\n<h3>Two</h3>\n<h4>Three</h4>\n");
    }

    #[test]
    fn long_sources_are_cut_at_a_character() {
        let source = "ø".repeat(MAX_SOURCE);
        assert!(render(&source).as_str().len() <= MAX_SOURCE + 16);
    }
}
