//! Tests of every face, on a spread database.
//!
//! They run in a process of their own, this one's binary again, whose PostgreSQL databases are spread. Each test there fails if the
//! hub asked several shards for something that is not listed; here is looked whether the list says what is true.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::process::Stdio;

use system_tests::environment::{figure, full};
use system_tests::spread::{LIST, ONE, SEVERAL, SHARDS};
use tokio::process::Command;

#[tokio::test]
async fn one_shard_answers_each_statement_that_is_not_listed() {
    let listed = LIST.statement.iter().map(|one| one.heard_in.as_str());
    let mut tests: BTreeSet<String> = TOUR.iter().copied().chain(listed).map(str::to_owned).collect();
    if full("all groups on a spread database instead of a tour") {
        tests.extend(tests_of(GROUPS).await);
    }
    let said = suite(&tests).await;

    let one: BTreeSet<&str> = said.lines().filter_map(|line| line.strip_prefix(ONE)).collect();
    let several: BTreeSet<&str> = said.lines().filter_map(|line| line.strip_prefix(SEVERAL)).collect();
    let mut used: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (table, says) in several.iter().filter_map(|line| line.trim().split_once(' ')) {
        used.entry(says).or_default().insert(table.to_owned());
    }
    let wrong: Vec<_> = LIST
        .statement
        .iter()
        .filter(|listed| used.get(listed.says.as_str()) != Some(&listed.tables))
        .map(|listed| {
            format!("{}: {:?} instead of {:?}", listed.says, used.get(listed.says.as_str()), listed.tables)
        })
        .collect();
    assert!(wrong.is_empty(), "what is listed is not what several shards answer:\n{}", wrong.join("\n"));
    let (tests, one, listed) = (tests.len(), one.len(), LIST.statement.len());
    assert!(one > 100, "one shard answered {one} statements");
    figure(&format!(
        "{tests} tests on {SHARDS} shards: one shard answered {one} statements on mailbox tables, several the {listed} that are listed"
    ));
}

#[test]
fn every_listed_statement_has_a_reason() {
    for listed in &LIST.statement {
        assert!(LIST.reason.contains_key(&listed.reason), "{}: {}", listed.says, listed.reason);
    }
    for reason in LIST.reason.keys() {
        assert!(LIST.statement.iter().any(|listed| listed.reason == *reason), "{reason}");
    }
}

/// The names of the tests in these groups.
async fn tests_of(groups: &[&str]) -> Vec<String> {
    let all = this_binary(&["--list", "--format", "terse"]).await;
    let names = all.lines().filter_map(|line| line.strip_suffix(": test"));
    let within = |name: &&str| groups.iter().any(|group| name.starts_with(group));
    let hurries = |name: &&str| HURRYING.iter().any(|test| name.starts_with(test));
    names.filter(within).filter(|name| !hurries(name)).map(str::to_owned).collect()
}

/// Runs tests of this binary on spread databases, several at once since most wait; gives what they printed.
async fn suite(tests: &BTreeSet<String>) -> String {
    let arguments =
        tests.iter().map(String::as_str).chain(["--exact", "--show-output", "--test-threads", "6"]);
    this_binary(&arguments.collect::<Vec<_>>()).await
}

async fn this_binary(arguments: &[&str]) -> String {
    let run = Command::new(env::current_exe().unwrap())
        .env("FACTEUR_TEST_SPREAD", "1")
        .env_remove("FACTEUR_TEST_FULL")
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert!(run.status.success(), "{said}\n{}", String::from_utf8_lossy(&run.stderr));
    said
}

/// Tests of every face: senders, providers, citizens, software of the e-Box, jobs, campaigns, feeds, consents.
const TOUR: &[&str] = &[
    "authorization::grants::merging_adds_and_replacing_puts_in_place_and_both_end_earlier_tokens",
    "authorization::life::a_consent_that_ran_out_is_ended_with_its_tokens_and_told",
    "campaigns::running::a_message_of_a_campaign_is_read_marked_and_withdrawn_like_any_other",
    "campaigns::running::a_subject_that_is_too_long_for_the_list_is_shared_too",
    "campaigns::running::every_recipient_gets_the_letter_once_and_an_outcome",
    "evidence::messages::a_citizen_downloads_what_is_proven_about_a_message",
    "federation::posting::what_another_keeps_is_shown_as_kept_there_in_the_portal_the_api_and_the_events",
    "feed::synchronising::many_mailboxes_are_kept_up_with_by_one_token_and_no_request_for_those_that_rest",
    "mailbox::archive::the_archive_is_a_choice_of_its_own_and_the_same_in_the_portal",
    "mailbox::finding::words_are_found_without_case_and_accents_in_the_language_of_the_reader",
    "mailbox::replies::a_citizen_answers_in_the_portal_and_replies_expire",
    "memo::reading::a_message_with_every_field_is_memo_and_holds_what_was_sent",
    "notices::corrections::a_correction_and_what_it_corrects_are_linked_both_ways",
    "notices::following::a_message_that_nobody_opens_is_told_of_after_the_days_that_its_sender_named",
    "operators::removal::a_removed_provider_is_refused_at_once_and_its_consents_end",
    "push::tokens::a_change_comes_as_a_signed_token_with_the_ids_of_the_feed_and_nothing_else",
    "registry::publishing::a_message_is_linked_to_further_recipients_and_each_has_a_status_of_their_own",
    "registry::reading::own_software_reads_its_enterprise_and_rule_9_pads_its_number",
    "story::main_job::a_bank_app_fetches_official_mail_with_consent_and_loses_it_on_revocation",
    "story::main_job::a_citizen_reads_in_the_portal_and_the_sender_sees_that_a_person_did",
    "usage::log::every_disclosure_to_a_provider_appears_once_with_its_consent",
];

/// Tests that ask as much as a hub can answer: one that tells all its plans answers less.
const HURRYING: &[&str] =
    &["feed::exactly_once::", "notices::exactly_once::", "revocation::load::", "usage::limits::"];

/// The groups whose hubs run in the tests' process.
const GROUPS: &[&str] = &[
    "authorization::",
    "campaigns::",
    "certification::",
    "evidence::",
    "federation::",
    "feed::",
    "mailbox::",
    "memo::",
    "notices::",
    "operators::",
    "push::",
    "registry::",
    "revocation::",
    "roles::",
    "sender::",
    "story::",
    "usage::",
];
