//! What the pages of the identity provider say, in each language.

use crate::demo::language::Language;

/// The texts of the pages.
pub(super) struct Words {
    /// Title and heading of the login page.
    pub(super) title: &'static str,
    /// That this is no real login.
    pub(super) warning: &'static str,
    /// Before the id of the client.
    pub(super) asked_by: &'static str,
    /// Above the citizens.
    pub(super) who: &'static str,
    /// Above the levels of assurance.
    pub(super) level: &'static str,
    /// The accepted level.
    pub(super) substantial: &'static str,
    /// What it means.
    pub(super) substantial_about: &'static str,
    /// The refused level.
    pub(super) low: &'static str,
    /// What it means.
    pub(super) low_about: &'static str,
    /// The button that logs in.
    pub(super) log_in: &'static str,
    /// The button that goes back.
    pub(super) cancel: &'static str,
    /// Nobody was chosen.
    pub(super) nobody_chosen: &'static str,
    /// The name of the list of languages, for screen readers.
    pub(super) languages: &'static str,
    /// Heading: the request cannot be answered.
    pub(super) refused: &'static str,
    /// What to do then.
    pub(super) refused_text: &'static str,
    /// Heading: the page was open for too long.
    pub(super) too_late: &'static str,
    /// What to do then.
    pub(super) too_late_text: &'static str,
    /// Heading: nobody is logged in.
    pub(super) logged_out: &'static str,
    /// What to do then.
    pub(super) logged_out_text: &'static str,
}

/// The texts in `language`.
pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::Nl => &NL,
        Language::Fr => &FR,
        Language::De => &DE,
        Language::En => &EN,
    }
}

const NL: Words = Words {
    title: "Aanmelden voor de demo",
    warning: "Dit is een demo. Niemand op deze lijst bestaat en er is geen wachtwoord nodig.",
    asked_by: "U meldt zich aan bij",
    who: "Wie bent u?",
    level: "Hoe sterk bewijst u wie u bent?",
    substantial: "Sterk",
    substantial_about: "Zoals met een identiteitskaart of een app. Dit is wat de brievenbus vraagt.",
    low: "Zwak",
    low_about: "Zoals met een gewoon wachtwoord. De brievenbus weigert dit: probeer het gerust.",
    log_in: "Aanmelden",
    cancel: "Annuleren",
    nobody_chosen: "Kies eerst wie u bent.",
    languages: "Taal",
    refused: "Aanmelden lukt niet",
    refused_text: "De toepassing die u hierheen stuurde, vroeg iets wat niet kan. Ga terug en probeer opnieuw.",
    too_late: "Deze pagina is verlopen",
    too_late_text: "Ga terug naar de toepassing waar u vandaan komt en meld u opnieuw aan.",
    logged_out: "U bent afgemeld",
    logged_out_text: "U kunt dit venster sluiten.",
};

const FR: Words = Words {
    title: "Se connecter à la démo",
    warning: "Ceci est une démonstration. Personne sur cette liste n’existe et aucun mot de passe n’est demandé.",
    asked_by: "Vous vous connectez à",
    who: "Qui êtes-vous ?",
    level: "Avec quelle force prouvez-vous votre identité ?",
    substantial: "Forte",
    substantial_about: "Comme avec une carte d’identité ou une application. C’est ce que la boîte aux lettres demande.",
    low: "Faible",
    low_about: "Comme avec un simple mot de passe. La boîte aux lettres le refuse : essayez donc.",
    log_in: "Se connecter",
    cancel: "Annuler",
    nobody_chosen: "Choisissez d’abord qui vous êtes.",
    languages: "Langue",
    refused: "La connexion est impossible",
    refused_text: "L’application d’où vous venez a demandé quelque chose d’impossible. Revenez en arrière et réessayez.",
    too_late: "Cette page a expiré",
    too_late_text: "Retournez à l’application d’où vous venez et connectez-vous à nouveau.",
    logged_out: "Vous êtes déconnecté",
    logged_out_text: "Vous pouvez fermer cette fenêtre.",
};

const DE: Words = Words {
    title: "Anmelden zur Vorführung",
    warning: "Dies ist eine Vorführung. Niemand auf dieser Liste existiert, und ein Passwort ist nicht nötig.",
    asked_by: "Sie melden sich an bei",
    who: "Wer sind Sie?",
    level: "Wie stark weisen Sie sich aus?",
    substantial: "Stark",
    substantial_about: "Wie mit einem Personalausweis oder einer App. Das verlangt das Postfach.",
    low: "Schwach",
    low_about: "Wie mit einem einfachen Passwort. Das Postfach lehnt das ab: Probieren Sie es aus.",
    log_in: "Anmelden",
    cancel: "Abbrechen",
    nobody_chosen: "Wählen Sie zuerst, wer Sie sind.",
    languages: "Sprache",
    refused: "Die Anmeldung ist nicht möglich",
    refused_text: "Die Anwendung, von der Sie kommen, hat etwas Unmögliches verlangt. Gehen Sie zurück und versuchen Sie es erneut.",
    too_late: "Diese Seite ist abgelaufen",
    too_late_text: "Gehen Sie zurück zu der Anwendung, von der Sie kommen, und melden Sie sich erneut an.",
    logged_out: "Sie sind abgemeldet",
    logged_out_text: "Sie können dieses Fenster schließen.",
};

const EN: Words = Words {
    title: "Log in to the demo",
    warning: "This is a demonstration. Nobody on this list exists, and no password is needed.",
    asked_by: "You are logging in to",
    who: "Who are you?",
    level: "How strongly do you prove who you are?",
    substantial: "Strongly",
    substantial_about: "As with an identity card or an app. This is what the mailbox asks for.",
    low: "Weakly",
    low_about: "As with a plain password. The mailbox refuses this: do try it.",
    log_in: "Log in",
    cancel: "Cancel",
    nobody_chosen: "First choose who you are.",
    languages: "Language",
    refused: "Logging in is not possible",
    refused_text: "The application that sent you here asked for something that cannot be. Go back and try again.",
    too_late: "This page has expired",
    too_late_text: "Go back to the application you came from and log in again.",
    logged_out: "You are logged out",
    logged_out_text: "You can close this window.",
};
