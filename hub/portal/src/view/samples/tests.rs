//! What holds for every page, and for the consent screen above all.

use std::fs;

use super::consents::{consents, register, still};
use super::data::{consent_page, representative, screen, screen_again, screen_with_choice};
use super::pages::pages;
use crate::assets::{self, Asset};
use crate::i18n::{Language, Text};
use crate::view::*;

#[test]
fn every_page_renders_in_every_language_without_script_or_inline_style() {
    for language in Language::ALL {
        for (name, html) in pages(language) {
            for forbidden in ["<script", "style=", "<style", " onclick", "javascript:", "{{", "{ $"] {
                assert!(!html.contains(forbidden), "{language}/{name} contains {forbidden}");
            }
            assert_eq!(html.matches("<h1").count(), 1, "{language}/{name}");
            assert!(html.contains(&format!("<html lang=\"{language}\">")), "{language}/{name}");
        }
    }
}

#[test]
fn every_form_that_changes_something_carries_the_session_s_value() {
    for (name, html) in pages(Language::Nl) {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            let public = name == "landing";
            assert!(public || form.contains("name=\"csrf\" value=\"csrf-of-the-session\""), "{name}: {form}");
            assert!(form.contains("method=\"post\""), "{name}");
        }
    }
}

#[test]
fn what_comes_from_outside_is_escaped_everywhere() {
    let evil = "<img src=x onerror=alert(1)>";
    let mut screen = screen_with_choice(Language::Nl);
    screen.brand = evil.into();
    screen.legal_name = evil.into();
    screen.purpose = evil.into();
    screen.person = evil.into();
    let holder = Holder::Enterprise { name: evil.into(), number: evil.into() };
    screen.choices.push(Choice { mailbox: evil.into(), holder: holder.clone(), chosen: false });
    screen.senders.push(Tick { what: (evil.into(), evil.into()), chosen: false });
    let mut frame = representative(Language::Nl, "/consents");
    frame.person =
        frame.person.map(|person| Person { name: evil.into(), acting_for: Some(evil.into()), ..person });
    let mut consents = consents(frame.clone(), holder, &Giver::Other(evil.into()));
    for given in &mut consents.live {
        (given.brand, given.legal_name) = (evil.into(), evil.into());
        given.withheld = vec![evil.into()];
    }
    consents.software = consents.live.clone();
    consents.still =
        vec![StillConsent { given: consents.live[0].clone(), ..still("roleEnded", Giver::You, true) }];
    for given in &mut consents.software {
        given.software = Some(evil.into());
    }
    let mut form = register(frame, Some(SoftwareRefusal::Registered));
    (form.enterprise, form.name) = (evil.into(), evil.into());

    let pages = [
        consent_page(Language::Nl, &screen).render().unwrap(),
        consents.render().unwrap(),
        form.render().unwrap(),
    ];
    for html in pages {
        assert!(!html.contains("<img src=x"), "{html}");
        assert!(html.matches("&#60;img src=x").count() > 5, "{html}");
    }
}

#[test]
fn the_consent_screen_says_all_in_the_order_of_the_rule() {
    for language in Language::ALL {
        let (screen, t) = (screen(language), Text::new(language));
        let heading = |key: &str| format!("<h2>{}</h2>", t.say(key).arg("brand", "Demo Bank"));
        let order = [
            "consent-who-title",
            "consent-may-title",
            "consent-not-title",
            "consent-closed-title",
            "consent-until-title",
            "consent-stop-title",
            "consent-copies-title",
            "consent-decide-title",
        ];

        let html = screen.render(language).unwrap();
        let places: Vec<_> = order.iter().map(|key| html.find(&heading(key)).unwrap()).collect();

        assert!(places.is_sorted(), "{language}");
        assert_eq!(html.matches("<h2>").count(), order.len());
    }
}

#[test]
fn agree_and_refuse_have_equal_weight_and_nothing_is_ticked() {
    let html = screen_with_choice(Language::En).render(Language::En).unwrap();
    let buttons: Vec<_> = html.match_indices("<button class=\"button choice\" name=\"decision\"").collect();

    assert_eq!((buttons.len(), html.matches("<button").count()), (2, 2));
    assert!(!html.contains("checked") && !html.contains("autofocus"), "{html}");
}

#[test]
fn the_screen_holds_nothing_of_the_session_and_gives_the_same_bytes_again() {
    let screen = screen(Language::De);
    let (first, again) = (screen.render(Language::De).unwrap(), screen.render(Language::De).unwrap());

    assert_eq!(first, again);
    assert!(!first.contains("csrf") && !first.contains("request_uri"));
    assert!(consent_page(Language::De, &screen).render().unwrap().contains(&first));
}

#[test]
fn another_text_has_another_version() {
    let shown = Language::ALL.map(|language| {
        [screen(language), screen_with_choice(language), screen_again(language)]
            .map(|screen| screen.render(language).unwrap())
            .concat()
    });

    // Change both together: the version is kept with every decision made on this text.
    assert_eq!(
        (TEXT_VERSION, assets::fingerprint(shown.concat().as_bytes())),
        ("consent-6", 3_748_537_812_312_709_318)
    );
}

/// Writes all pages to a folder to look at.
#[test]
fn pages_to_look_at() {
    let root = std::env::temp_dir().join("facteur-pages");
    for language in Language::ALL {
        let folder = root.join(language.tag());
        fs::create_dir_all(&folder).unwrap();
        for asset in Asset::ALL {
            fs::write(folder.join(assets::path(asset).rsplit('/').next().unwrap()), asset.bytes()).unwrap();
        }
        for (name, html) in pages(language) {
            fs::write(folder.join(format!("{name}.html")), html.replace("\"/assets/", "\"")).unwrap();
        }
    }
    println!("{}", root.display());
}
