//! What every letter says around its text, in each language.

use crate::demo::language::Language;

/// What every letter says around its text.
pub(super) struct Phrases {
    /// Label of the date.
    pub(super) date: &'static str,
    /// Label of the reference.
    pub(super) reference: &'static str,
    /// How it begins.
    pub(super) salutation: &'static str,
    /// How it ends.
    pub(super) closing: &'static str,
    /// Where the whole letter is.
    pub(super) attached: &'static str,
    /// Under the letterhead: this body does not exist.
    pub(super) slogan: &'static str,
    /// At the foot of every page.
    pub(super) foot: &'static str,
}

/// The phrases in `language`.
pub(super) fn phrases(language: Language) -> Phrases {
    match language {
        Language::Nl => Phrases {
            date: "Datum",
            reference: "Referentie",
            salutation: "Geachte mevrouw, geachte heer,",
            closing: "Met vriendelijke groet,",
            attached: "De volledige brief vindt u in de bijlage.",
            slogan: "Deze instelling bestaat niet: zij hoort bij een demonstratie.",
            foot: "Demonstratiebrief zonder juridische waarde",
        },
        Language::Fr => Phrases {
            date: "Date",
            reference: "Référence",
            salutation: "Madame, Monsieur,",
            closing: "Veuillez agréer nos salutations distinguées.",
            attached: "Vous trouverez la lettre complète en annexe.",
            slogan: "Cet organisme n’existe pas : il fait partie d’une démonstration.",
            foot: "Lettre de démonstration sans valeur juridique",
        },
        Language::De => Phrases {
            date: "Datum",
            reference: "Referenz",
            salutation: "Sehr geehrte Damen und Herren,",
            closing: "Mit freundlichen Grüßen",
            attached: "Das vollständige Schreiben finden Sie im Anhang.",
            slogan: "Diese Behörde gibt es nicht: Sie gehört zu einer Vorführung.",
            foot: "Vorführungsschreiben ohne rechtliche Wirkung",
        },
        Language::En => Phrases {
            date: "Date",
            reference: "Reference",
            salutation: "Dear Sir or Madam,",
            closing: "Yours faithfully,",
            attached: "You will find the whole letter in the attachment.",
            slogan: "This body does not exist: it is part of a demonstration.",
            foot: "Demonstration letter without legal value",
        },
    }
}
