//! The texts of the pages for developers: CommonMark of our own, which needs no taming.

use pulldown_cmark::{Options, Parser, html};

/// Renders a text; relative links lead to other pages of this origin.
pub(super) fn html(common_mark: &str) -> String {
    let mut rendered = String::with_capacity(common_mark.len() * 5 / 4);
    html::push_html(&mut rendered, Parser::new_ext(common_mark, Options::ENABLE_TABLES));
    // what scrolls sideways is reached by keyboard
    rendered.replace("<pre>", "<pre tabindex=\"0\">")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_one_heading_and_leads_only_to_pages_that_exist() {
        let known: Vec<String> = specs::DOCS.iter().map(|(name, ..)| format!("/docs/{name}")).collect();
        let others = ["/docs/problems", "/docs/mailbox/v1", "/docs/sender/v1"];
        let standing = "/.well-known/oauth-authorization-server";
        for (name, _, text) in specs::DOCS {
            let page = html(text);
            assert_eq!(page.matches("<h1>").count(), 1, "{name}");
            for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let leads =
                    known.iter().any(|page| page == link) || others.contains(&link) || link == standing;
                assert!(leads, "{name} leads to {link}");
            }
        }
    }
}
