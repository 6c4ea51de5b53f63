//! A page as a browser without script reads it: links, and forms with their fields.

use std::collections::BTreeMap;

/// A page and where it stands.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its address.
    pub url: String,
    /// Its status.
    pub status: u16,
    /// Its source.
    pub html: String,
}

/// A form as it would be sent.
#[derive(Clone, Debug)]
pub struct Form {
    /// Where it goes, as written.
    pub action: String,
    /// Hidden fields, and checked ones.
    pub fields: Vec<(String, String)>,
    /// Name and value of each button.
    pub buttons: Vec<(String, String)>,
}

/// A start tag.
struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
}

impl Page {
    /// The text of the first element of that name, without tags.
    pub fn text_of(&self, element: &str) -> String {
        let Some(start) = self.html.find(&format!("<{element}")) else { return String::new() };
        let rest = &self.html[start..];
        let end = rest.find(&format!("</{element}>")).unwrap_or(rest.len());
        let mut text = String::new();
        for piece in rest[..end].split('<').skip(1) {
            text.push_str(piece.split_once('>').map_or("", |(_, text)| text));
        }
        unescaped(text.trim())
    }

    /// The page's text, without tags and with single spaces.
    pub fn words(&self) -> String {
        self.text_of("main").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The page must say all of this.
    #[track_caller]
    pub fn expect(&self, sentences: &[&str]) {
        let words = self.words();
        for sentence in sentences {
            assert!(words.contains(sentence), "{} does not say {sentence:?}: {words}", self.url);
        }
    }

    /// The page must say none of this.
    #[track_caller]
    pub fn expect_not(&self, sentences: &[&str]) {
        let words = self.words();
        for sentence in sentences {
            assert!(!words.contains(sentence), "{} says {sentence:?}: {words}", self.url);
        }
    }

    /// Where the links lead, as written.
    pub fn links(&self) -> Vec<String> {
        let anchors = self.tags().into_iter().filter(|tag| tag.name == "a");
        anchors.filter_map(|mut tag| tag.attributes.remove("href")).collect()
    }

    /// Where the first link leads whose address contains `part`.
    pub fn link(&self, part: &str) -> Option<String> {
        self.links().into_iter().find(|href| href.contains(part))
    }

    /// The form whose action contains `part`.
    #[track_caller]
    pub fn form(&self, part: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.action.contains(part));
        found.unwrap_or_else(|| {
            panic!("{} ({}) has no form {part}: {}", self.url, self.status, self.text_of("main"))
        })
    }

    /// Every form; fields may stand outside of it and name it.
    pub fn forms(&self) -> Vec<Form> {
        let mut forms: Vec<(String, Form)> = Vec::new();
        let mut inside = None;
        let mut loose: Vec<(String, Tag)> = Vec::new();
        for tag in self.tags() {
            match tag.name.as_str() {
                "form" => {
                    let action = tag.attributes.get("action").cloned().unwrap_or_default();
                    let id = tag.attributes.get("id").cloned().unwrap_or_default();
                    forms.push((id, Form { action, fields: Vec::new(), buttons: Vec::new() }));
                    inside = Some(forms.len() - 1);
                }
                "/form" => inside = None,
                "input" | "button" => match (tag.attributes.get("form").cloned(), inside) {
                    (Some(owner), _) => loose.push((owner, tag)),
                    (None, Some(n)) => forms[n].1.take(&tag),
                    (None, None) => {}
                },
                _ => {}
            }
        }
        for (owner, tag) in &loose {
            if let Some((_, form)) = forms.iter_mut().find(|(id, _)| id == owner) {
                form.take(tag);
            }
        }
        forms.into_iter().map(|(_, form)| form).collect()
    }

    fn tags(&self) -> Vec<Tag> {
        self.html.split('<').skip(1).filter_map(Tag::read).collect()
    }
}

impl Form {
    fn take(&mut self, tag: &Tag) {
        let attribute = |name: &str| tag.attributes.get(name).cloned().unwrap_or_default();
        let field = (attribute("name"), attribute("value"));
        let choice = matches!(attribute("type").as_str(), "checkbox" | "radio");
        if tag.name == "button" {
            self.buttons.push(field);
        } else if !field.0.is_empty() && (!choice || tag.attributes.contains_key("checked")) {
            self.fields.push(field);
        }
    }

    /// The same with this field, in place of any other of its name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Tag {
    fn read(text: &str) -> Option<Self> {
        let (inside, _) = text.split_once('>')?;
        let name: String = inside.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
        let mut attributes = BTreeMap::new();
        let mut rest = inside.get(name.len()..)?.trim_start();
        while !rest.is_empty() {
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            let (value, after) = match after.strip_prefix("=\"").and_then(|quoted| quoted.split_once('"')) {
                Some((value, after)) => (value, after),
                None => ("", after.trim_start_matches('=')),
            };
            attributes.insert(key.to_owned(), unescaped(value));
            rest = after.trim_start();
            if key.is_empty() {
                break;
            }
        }
        Some(Self { name, attributes })
    }
}

/// Text without the entities that our templates write.
fn unescaped(text: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#38;", "&"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#x2F;", "/"),
        ("&amp;", "&"),
    ];
    entities.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_with_fields_that_stand_elsewhere() {
        let html = "<form id=\"f\" method=\"post\" action=\"/go?a=1&amp;b=2\"><input type=\"hidden\" name=\"x\" value=\"1\">\
                    </form><p><input type=\"checkbox\" name=\"no\" value=\"2\" form=\"f\">\
                    <button name=\"d\" value=\"yes\" form=\"f\">Go</button><a class=\"b\" href=\"/next\">n</a>";
        let page = Page { url: String::new(), status: 200, html: html.into() };
        let form = page.form("/go");
        assert_eq!(form.action, "/go?a=1&b=2");
        assert_eq!(form.fields, [("x".to_owned(), "1".to_owned())]);
        assert_eq!(form.buttons, [("d".to_owned(), "yes".to_owned())]);
        assert_eq!(page.link("next").as_deref(), Some("/next"));
        assert_eq!(page.text_of("button"), "Go");
    }
}
