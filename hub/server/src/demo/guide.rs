//! What somebody can do with a demo that stays: addresses, test citizens, commands to paste.

use anyhow::Context as _;
use hub_core::peer::Role;

use super::connect::Papers;
use super::language::Language;
use super::print::Story;
use super::sample::FILE;
use super::stage::Stage;
use super::story::Region;

/// Prints it all; the token of `region` makes the mailbox commands complete.
pub(crate) fn print(story: &mut Story, stage: &Stage, region: Option<&Region>) -> anyhow::Result<()> {
    addresses(story, stage);
    citizens(story, stage);
    commands(story, stage, region)?;
    operators(story, stage)?;
    if stage.setting.sample.is_some() {
        sample(story, stage);
    }
    story.line("");
    story.line("The hub stays up until Ctrl-C. What the bank’s app does is told here.");
    Ok(())
}

fn addresses(story: &mut Story, stage: &Stage) {
    story.chapter("Look around");
    let identity = stage.setting.identity_origin();
    for (address, what) in [
        (stage.public(), "the citizens’ pages"),
        (&stage.setting.bank_origin(), "the bank’s app: connect, read, disconnect"),
        (&identity, "the identity provider"),
        (stage.mtls(), "the APIs, by client certificate"),
        (&format!("{}/metrics", stage.operations()), "metrics"),
        (&format!("{}/doc/mailbox/v1/openapi.yaml", stage.public()), "the mailbox API, described"),
        (&format!("{}/doc/sender/v1/openapi.yaml", stage.public()), "the sender API, described"),
    ] {
        story.line(&format!("   {address:<58} {what}"));
    }
    let authority = stage.setting.authority();
    story.says(
        "Browsers warn, because they do not know the development CA; go on, or import it for the time:",
    );
    story.line(&format!("   {}", authority.display()));
    story.says(&format!("log: {}", stage.setting.folder.log().display()));
}

fn citizens(story: &mut Story, stage: &Stage) {
    story.chapter("Test citizens, without password");
    for citizen in &stage.people.citizen {
        story.line(&format!("   {:<24} {}  {}", citizen.name, citizen.ssin, citizen.about.of(Language::En)));
    }
}

fn commands(story: &mut Story, stage: &Stage, region: Option<&Region>) -> anyhow::Result<()> {
    story.chapter("Commands to paste");
    let api = stage.mtls();
    let tax = curl(stage, stage.setting.papers(Role::Sender, "demo-tax")?);
    story.says("a token for the tax administration’s application, kept in TOKEN:");
    story.line(&format!(
        "TOKEN=$({tax} {api}/token -d grant_type=client_credentials -d client_id=demo-tax \
         | sed -E 's/.*\"access_token\":\"([^\"]+)\".*/\\1/')"
    ));
    story.says("who of these can be reached digitally:");
    story.line(&format!(
        "{tax} {api}/sender/v1/recipients/query -H \"Authorization: Bearer $TOKEN\" \
         -H 'Content-Type: application/json' -d '{}'",
        question(stage)
    ));
    story.says("what is allowed to strangers, which is nothing:");
    story.line(&format!("{} {api}/mailbox/v1/mailboxes", curl_without(stage)));
    if let Some(region) = region {
        let portal = curl(stage, stage.setting.papers(Role::Provider, "demo-region")?);
        let bearer = format!("-H 'Authorization: Bearer {}'", region.token);
        story.says(
            "Bram’s mailbox, as the regional portal reads it with his consent (the token lasts ten minutes):",
        );
        story.line(&format!("{portal} {api}/mailbox/v1/mailboxes {bearer}"));
        story.line(&format!(
            "{portal} '{api}/mailbox/v1/mailboxes/{}/messages?pageSize=3' {bearer}",
            region.mailbox
        ));
    }
    Ok(())
}

/// What operators do, each with a file that names the certificate.
fn operators(story: &mut Story, stage: &Stage) -> anyhow::Result<()> {
    story.chapter("Operate it, as two persons");
    let facteur = quoted(&std::env::current_exe().context("the path of this program")?);
    let operator = |client_id: &str| {
        format!("{facteur} operator --operator-config {}", quoted(&stage.setting.operator(client_id)))
    };
    let (ann, ben) = (operator("demo-operator"), operator("demo-second-operator"));
    story.says("the register; every command has --help and --json:");
    story.line(&format!("{ann} providers list"));
    story.says("freeze the bank: its app is refused at once, and nothing is lost:");
    story.line(&format!("{ann} providers move demo-bank suspended"));
    story.says("to resume it takes two: this prints a proposal, which the other person approves:");
    story.line(&format!("{ann} providers move demo-bank active"));
    story.line(&format!("{ben} proposals list"));
    story.line(&format!("{ben} proposals approve prp_…"));
    story.says("why a hub does or does not take a certificate, in words:");
    let bank = stage.setting.papers(Role::Provider, "demo-bank")?;
    story.line(&format!(
        "{facteur} connect-test {} --authority {} --certificate {} --key {} --client-id demo-bank",
        stage.mtls(),
        quoted(stage.setting.authority()),
        quoted(&bank.certificate),
        quoted(&bank.key)
    ));
    Ok(())
}

/// How the sample is loaded and played.
fn sample(story: &mut Story, stage: &Stage) {
    story.chapter("The consultation sample, from the root of the source");
    let file = quoted(&stage.setting.folder.path().join(FILE));
    story
        .says("everything is ready; Node 20.18 and `npm ci` in tests/clients are needed. It is loaded once:");
    story.line(&format!("node tests/clients/consultation.mjs load {file}"));
    story.says("and played as often as wanted; --all adds the scenario that deletes a partition:");
    story.line(&format!("node tests/clients/consultation.mjs play {file}"));
}

/// `RecipientsQuery` of the sender API, about the first and the last test citizen.
fn question(stage: &Stage) -> String {
    let people = &stage.people.citizen;
    let recipients: Vec<_> = people
        .first()
        .into_iter()
        .chain(people.last())
        .map(|citizen| serde_json::json!({ "ssin": citizen.ssin }))
        .collect();
    serde_json::json!({
        "senderOrganization": "0001001078",
        "messageType": "tax-assessment",
        "recipients": recipients,
    })
    .to_string()
}

fn curl(stage: &Stage, papers: &Papers) -> String {
    format!("{} --cert {} --key {}", curl_without(stage), quoted(&papers.certificate), quoted(&papers.key))
}

fn curl_without(stage: &Stage) -> String {
    format!(
        "curl -sS --cacert {} --resolve api.localhost:{}:127.0.0.1",
        quoted(stage.setting.authority()),
        stage.setting.ports.mtls
    )
}

/// A path as one word of a shell.
fn quoted(path: &std::path::Path) -> String {
    let text = path.display().to_string();
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
