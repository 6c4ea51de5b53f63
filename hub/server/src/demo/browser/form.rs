//! Forms on a page, as a person fills them in.

use url::form_urlencoded;

use super::markup::{Tag, tags};

/// A form with what is in it.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    action: String,
    id: Option<String>,
    /// What is sent whatever is pressed: hidden fields, and options that are chosen.
    fields: Vec<(String, String)>,
    /// What could be chosen or pressed.
    choices: Vec<(String, String)>,
}

impl Form {
    /// Where it goes, as the page has it.
    pub(crate) fn action(&self) -> &str {
        &self.action
    }

    /// Chooses an option, or presses a button, by name and value.
    ///
    /// `None` if the form offers no such thing: a person cannot press what is not there.
    pub(crate) fn choose(mut self, name: &str, value: &str) -> Option<Self> {
        let offered = self.choices.iter().any(|(field, offer)| field == name && offer == value);
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        offered.then_some(self)
    }

    /// Writes into a field; `None` if the form has none of that name.
    pub(crate) fn fill(mut self, name: &str, text: &str) -> Option<Self> {
        let field = self.fields.iter_mut().find(|(field, _)| field == name)?;
        text.clone_into(&mut field.1);
        Some(self)
    }

    /// Chooses the first option of this name, where one must be chosen and none is.
    pub(crate) fn choose_first(self, name: &str) -> Self {
        let offer = self.choices.iter().find(|(field, _)| field == name).cloned();
        match offer {
            Some((_, value)) if !self.has(name) => self.clone().choose(name, &value).unwrap_or(self),
            _ => self,
        }
    }

    /// Bytes of what is sent.
    pub(crate) fn size(&self) -> usize {
        self.body().len()
    }

    /// What is sent.
    pub(super) fn body(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }

    fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(field, _)| field == name)
    }

    fn take(&mut self, tag: &Tag<'_>) {
        let Some(name) = tag.value("name") else { return };
        let value = tag.value("value");
        let kind =
            if tag.name == "button" { "submit".to_owned() } else { tag.value("type").unwrap_or_default() };
        match kind.as_str() {
            "submit" => self.choices.push((name, value.unwrap_or_default())),
            "radio" | "checkbox" => {
                let pair = (name, value.unwrap_or_else(|| "on".to_owned()));
                if tag.value("checked").is_some() {
                    self.fields.push(pair.clone());
                }
                self.choices.push(pair);
            }
            _ => self.fields.push((name, value.unwrap_or_default())),
        }
    }
}

/// The forms of a document; a field may stand outside its form and name it.
pub(super) fn forms(html: &str) -> Vec<Form> {
    let (mut forms, mut within): (Vec<Form>, Option<usize>) = (Vec::new(), None);
    for tag in tags(html) {
        match tag.name.as_str() {
            "form" => {
                within = Some(forms.len());
                forms.push(Form {
                    action: tag.value("action").unwrap_or_default(),
                    id: tag.value("id"),
                    fields: Vec::new(),
                    choices: Vec::new(),
                });
            }
            "/form" => within = None,
            "input" | "button" | "textarea" => {
                let owner = match tag.value("form") {
                    Some(id) => forms.iter().position(|form| form.id.as_deref() == Some(id.as_str())),
                    None => within,
                };
                if let Some(form) = owner.and_then(|n| forms.get_mut(n)) {
                    form.take(&tag);
                }
            }
            _ => {}
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"
        <form method="post" action="/logout"><input type="hidden" name="csrf" value="1"><button>x</button></form>
        <form id="decision" method="post" action="/authorize/consent"><input type="hidden" name="csrf" value="a&#38;b"></form>
        <input type="radio" name="mailbox" value="mbx_1" form="decision"><input type="checkbox" name="without" value="markRead" form="decision">
        <button name="decision" value="agree" form="decision">Agree</button>"#;

    #[test]
    fn fields_outside_their_form_belong_to_it() {
        let form = forms(PAGE).remove(1);
        assert_eq!(form.action(), "/authorize/consent");
        let filled = form.choose_first("mailbox").choose("decision", "agree").unwrap();
        assert_eq!(filled.body(), "csrf=a%26b&mailbox=mbx_1&decision=agree");
    }

    #[test]
    fn what_is_not_offered_cannot_be_pressed() {
        assert!(forms(PAGE).remove(1).choose("decision", "maybe").is_none());
    }
}
