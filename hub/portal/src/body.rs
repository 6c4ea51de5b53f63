//! Message bodies: CommonMark in, harmless HTML out.
//!
//! A sender may format text and link to web pages, e-mail addresses and telephone numbers. HTML in the source is
//! shown as text, pictures become their description, headings start below the page's own.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Renders `common_mark`.
pub fn html(common_mark: &str) -> String {
    let events = Parser::new_ext(common_mark, Options::empty()).filter_map(tame);
    let mut rendered = String::with_capacity(common_mark.len() * 5 / 4 + 64);
    html::push_html(&mut rendered, events);
    SANITISER.clean(&rendered).to_string()
}

fn tame(event: Event<'_>) -> Option<Event<'_>> {
    match event {
        Event::Html(source) | Event::InlineHtml(source) => Some(Event::Text(source)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Heading { level, .. }) => Some(Event::Start(Tag::Heading {
            level: lower(level),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(lower(level)))),
        other => Some(other),
    }
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "p",
            "br",
            "hr",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "strong",
            "em",
            "ul",
            "ol",
            "li",
            "blockquote",
            "code",
            "pre",
            "a",
        ]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(HashSet::from(["https", "mailto", "tel"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    builder
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_formatting_survives() {
        let rendered = html(
            "# Title\n\nDear **citizen**,\n\n- pay *30 euro*\n- before [Friday](https://demo.example/pay)\n",
        );

        assert!(rendered.contains("<h2>Title</h2>"), "{rendered}");
        assert!(rendered.contains("<strong>citizen</strong>"), "{rendered}");
        assert!(rendered.contains("<li>pay <em>30 euro</em></li>"), "{rendered}");
        let link = r#"<a href="https://demo.example/pay" rel="noopener noreferrer nofollow">Friday</a>"#;
        assert!(rendered.contains(link), "{rendered}");
    }

    #[test]
    fn html_is_shown_as_text() {
        for source in [
            "a <b>bold</b> claim",
            "<script>alert(1)</script>",
            "<div onclick=x>\nhello\n</div>",
            "<!-- x -->",
        ] {
            let rendered = html(source);
            let tags = ["<b>", "<script", "<div", "<!--"];
            assert!(!tags.iter().any(|tag| rendered.contains(tag)), "{rendered}");
            assert!(rendered.contains("&lt;"), "{rendered}");
        }
    }

    #[test]
    fn links_lead_only_to_the_web_mail_and_telephone() {
        for target in [
            "javascript:alert(1)",
            "data:text/html,x",
            "http://demo.example",
            "/consents",
            "//demo.example",
            "JaVaScRiPt:x",
        ] {
            let rendered = html(&format!("[here]({target})"));
            assert!(!rendered.contains("href"), "{target}: {rendered}");
        }
        assert!(html("[call](tel:+3225550100)").contains("href=\"tel:+3225550100\""));
    }

    #[test]
    fn pictures_become_their_description() {
        let rendered = html("![a map](https://demo.example/pixel.png)");

        assert_eq!(rendered.trim(), "<p>a map</p>");
    }
}
