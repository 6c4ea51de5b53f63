//! What a screen reader says on the way to a consent, kept in `snapshots` and read before it was kept.
//!
//! `FACTEUR_TEST_SNAPSHOTS=write` writes the files anew; whoever does that reads the difference.

use std::fs;

use system_tests::environment::{repository, writes_snapshots};
use system_tests::world::browser::{Browser, Look, USUAL};
use system_tests::world::provider::EVERYTHING;

use super::with;

#[tokio::test]
async fn the_consent_journey_is_heard_as_it_was_read() {
    for language in ["nl", "fr", "de", "en"] {
        with(Look { language, script: false, ..USUAL }, async |world, browser| {
            let bank = world.provider("bank").await;
            let asked = bank.asks(&EVERYTHING).await;
            browser.tab("Clara").await;
            browser.open(&asked.url).await;
            expect_tree(browser, language, "landing").await;
            browser.click("main form button").await;
            browser.identifies("Clara").await;
            expect_tree(browser, language, "activation").await;
            browser.click("button[value=on]").await;
            expect_tree(browser, language, "consent").await;
            browser.click("button[value=agree]").await;
            browser.open(&asked.url).await;
            expect_tree(browser, language, "outcome").await;
            while world.hub().upkeep().seal_evidence().await.unwrap() > 0 {}
            browser.open("/consents").await;
            expect_tree(browser, language, "consents").await;
            browser.click("button.stop").await;
            expect_tree(browser, language, "ended").await;
        })
        .await;
    }
}

async fn expect_tree(browser: &Browser<'_>, language: &str, page: &str) {
    let tree = lasting(&browser.tree().await);
    let file = repository("tests/system/pages/snapshots").join(format!("{language}-{page}.yaml"));
    if writes_snapshots() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &tree).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(tree, kept, "{} is heard otherwise than it was read", file.display());
}

/// The tree without what is new each time: addresses, numbers, names of months, ids.
fn lasting(tree: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in tree.lines() {
        if line.trim_start().starts_with("- /url:") {
            // what the address stood under has no colon without it
            let link = lines.pop().unwrap_or_default();
            lines.push(link.trim_end_matches(':').to_owned());
            continue;
        }
        let (line, level) =
            line.split_once(" [level=").map_or((line, None), |(line, level)| (line, Some(level)));
        let mut words = without_numbers(line);
        for month in MONTHS {
            words = words.replace(&format!(" {month} "), " month ");
        }
        lines.push(level.map_or(words.clone(), |level| format!("{words} [level={level}")));
    }
    let text = lines.join("\n") + "\n";
    match text.split_once("cns_") {
        Some((before, rest)) => {
            let after = rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric());
            format!("{before}cns_id{after}")
        }
        None => text,
    }
}

/// The text with one zero for each number.
fn without_numbers(text: &str) -> String {
    let mut without = String::new();
    for letter in text.chars() {
        match letter {
            '0'..='9' if without.ends_with('0') => {}
            '0'..='9' => without.push('0'),
            other => without.push(other),
        }
    }
    without
}

const MONTHS: [&str; 44] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
    "January",
    "February",
    "March",
    "May",
    "June",
    "July",
    "October",
    "December",
];

#[test]
fn what_is_new_each_time_is_left_out() {
    let tree = "- heading \"1 maart 2027, 14.05 uur\" [level=2]\n- link \"x\":\n  - /url: /y\n- code: cns_06bzp9r7b1\n";
    assert_eq!(lasting(tree), "- heading \"0 month 0, 0.0 uur\" [level=2]\n- link \"x\"\n- code: cns_id\n");
}
