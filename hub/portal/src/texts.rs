//! What the hub knows, as pages say it: texts by language, holders, actions.

use std::collections::BTreeSet;

use hub_core::access::citizen::{self, KnownSender, MailboxView};
use hub_core::consent::Actions;
use hub_core::number::EnterpriseNumber;
use hub_core::text::Texts;

use crate::i18n::Language;
use crate::view::{Action, Holder};

/// The text in `language`, or in the first other one there is, with the language it is in.
pub(crate) fn text(texts: &Texts, language: Language) -> Option<(&str, Language)> {
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    std::iter::once(language)
        .chain(others)
        .find_map(|language| texts.get(language.tag()).map(|text| (text.as_str(), language)))
}

/// The text in `language`, or in the first other one there is; empty if there is none.
pub(crate) fn words(texts: &Texts, language: Language) -> String {
    text(texts, language).map(|(text, _)| text.to_owned()).unwrap_or_default()
}

/// The name of a sender organization; its number, if it is not registered any more.
pub(crate) fn sender(sender: &KnownSender, language: Language) -> String {
    text(&sender.name, language).map_or_else(|| printed(&sender.number), |(name, _)| name.to_owned())
}

/// Whose mailbox it is.
pub(crate) fn holder(mailbox: &MailboxView) -> Holder {
    match &mailbox.holder {
        citizen::Holder::Own => Holder::Own,
        citizen::Holder::Earlier => Holder::Earlier,
        citizen::Holder::Enterprise { name, number } => {
            Holder::Enterprise { name: name.clone(), number: printed(number) }
        }
        citizen::Holder::Person { name } => Holder::Person { name: name.clone() },
    }
}

/// An enterprise number as people read it: `0123.456.749`.
fn printed(number: &EnterpriseNumber) -> String {
    let digits = number.as_str();
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    [part(0..4), part(4..7), part(7..10)].join(".")
}

/// The actions of a consent, in the order in which people read them.
pub(crate) fn actions(actions: Actions) -> Vec<Action> {
    actions
        .iter()
        .map(|action| match action {
            hub_core::consent::Action::List => Action::List,
            hub_core::consent::Action::ReadContent => Action::ReadContent,
            hub_core::consent::Action::MarkRead => Action::MarkRead,
            hub_core::consent::Action::Synchronise => Action::Synchronise,
            hub_core::consent::Action::CitizenStatus => Action::CitizenStatus,
            hub_core::consent::Action::Archive => Action::Archive,
            hub_core::consent::Action::Reply => Action::Reply,
        })
        .collect()
}

/// The actions that a form names in a field that may be said several times; `None` for a name that is none.
pub(crate) fn named<'a>(names: impl Iterator<Item = &'a str>) -> Option<Actions> {
    let known = |name: &str| hub_core::consent::Action::ALL.into_iter().find(|action| action.name() == name);
    names.map(known).collect()
}

/// The sender organizations that a form names; `None` for a number that is none.
pub(crate) fn numbers<'a>(numbers: impl Iterator<Item = &'a str>) -> Option<BTreeSet<EnterpriseNumber>> {
    numbers.map(|number| EnterpriseNumber::parse(number).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_falls_back_to_another_language_and_says_which() {
        let texts = Texts::from([("fr".to_owned(), "Bonjour".to_owned())]);

        assert_eq!(text(&texts, Language::De), Some(("Bonjour", Language::Fr)));
        assert_eq!(text(&Texts::new(), Language::De), None);
    }

    #[test]
    fn an_enterprise_number_is_printed_in_groups() {
        let number = EnterpriseNumber::with_check(9_999_999).unwrap();
        let shown = printed(&number);

        assert_eq!(shown.replace('.', ""), number.as_str());
        assert_eq!(shown.split('.').map(str::len).collect::<Vec<_>>(), [4, 3, 3]);
    }
}
