//! The people of the consultation sample: the manager registers the system that tells of partitions and allows it to, the user
//! registers the one that reads. Then the loader has all it needs, in a file.

use anyhow::Context as _;
use hub_core::peer::Role;
use serde_json::json;

use super::consent::{form, identify, offered};
use super::walk::{Citizen, Move};
use super::{Told, broken};
use crate::demo::browser::{Form, Page};
use crate::demo::print::Story;
use crate::demo::sample::{FILE, SENDER, SERVICE, SOFTWARE};
use crate::demo::stage::Stage;

/// The manager and the user of the sample, by their subject.
pub(super) const PEOPLE: [&str; 2] = ["elise", "greta"];

/// Makes everything ready that takes people; gives nothing but the file.
pub(super) async fn ready(story: &mut Story, stage: &Stage, people: [Citizen; 2]) -> Told<()> {
    let [mut manager, mut user] = people;
    story.chapter("The people of the consultation sample register their systems");
    let mailbox = enter(&mut manager, story, stage).await?;
    let service = register(&mut manager, story, stage, SERVICE).await?;
    let address = format!("{}/partitions", mailbox.url);
    let page = manager.walk(story, Move::Open(&address)).await?;
    let added = pressed(&page, |form| form.fill("name", "Demo archief")?.choose("act", "add"));
    let added = offered(story, added, "a form for a first partition")?;
    let page = manager.walk(story, Move::Submit(&page, &added)).await?;
    let tells = offered(story, pressed(&page, |form| form.choose("act", "tells")), "a system that may tell")?;
    manager.walk(story, Move::Submit(&page, &tells)).await?;

    enter(&mut user, story, stage).await?;
    let software = register(&mut user, story, stage, SOFTWARE).await?;
    let step = story.sends("demo", "writes down who comes with which certificate");
    match write(stage, (&service, &software)) {
        Ok(path) => story.came_back(&step, &path),
        Err(error) => return broken(story, &step, &error, "a file"),
    }
    Ok(())
}

/// Logs in and opens the enterprise's mailbox.
async fn enter(citizen: &mut Citizen, story: &mut Story, stage: &Stage) -> Told<Page> {
    let login = citizen.walk(story, Move::Open(&format!("{}/login", stage.public()))).await?;
    let overview = identify(citizen, story, login).await?;
    let cards = overview.html.split("<li class=\"card\">").skip(1);
    let place = cards.into_iter().position(|card| card.contains("Demo Consultation Works"));
    let mailboxes = overview.forms().into_iter().filter(|form| form.action().starts_with("/mailboxes/"));
    let chosen = place.and_then(|place| mailboxes.into_iter().nth(place));
    let open = offered(story, chosen, "the mailbox of Demo Consultation Works")?;
    citizen.walk(story, Move::Submit(&overview, &open)).await
}

/// Registers a system by its certificate; gives the client id that it got.
async fn register(citizen: &mut Citizen, story: &mut Story, stage: &Stage, name: &str) -> Told<String> {
    let page = citizen.walk(story, Move::Open(&format!("{}/software", stage.public()))).await?;
    let papers = stage.setting.papers(Role::OwnSoftware, name);
    let text = papers.ok().and_then(|papers| std::fs::read_to_string(&papers.certificate).ok());
    let filled = form(story, &page, "/software")?.fill("name", name);
    let filled = filled.and_then(|form| form.fill("certificate", &text?));
    let filled = offered(story, filled, "a form for a certificate")?;
    let done = citizen.walk(story, Move::Submit(&page, &filled)).await?;
    let id = done.texts_of("code").into_iter().find(|code| code.starts_with("own-"));
    offered(story, id, "the client id of the system")
}

/// The first form of a page that can be filled in so.
fn pressed(page: &Page, fill: impl Fn(Form) -> Option<Form>) -> Option<Form> {
    page.forms().into_iter().find_map(fill)
}

/// Writes the file that the loader takes; gives its path.
fn write(stage: &Stage, (service, software): (&str, &str)) -> anyhow::Result<String> {
    let party = |role: Role, name: &str, client_id: &str| {
        let papers = stage.setting.papers(role, name)?;
        anyhow::Ok(json!({"clientId": client_id, "certificate": papers.certificate, "key": papers.key}))
    };
    let mut teller = party(Role::OwnSoftware, SERVICE, service)?;
    if let Some(teller) = teller.as_object_mut() {
        teller.insert("scope".to_owned(), "routing".into());
    }
    let setting = json!({
        "base": format!("{}/messageRegistry/v2", stage.mtls()),
        "tokenEndpoint": format!("{}/token", stage.mtls()),
        "authority": stage.setting.authority(),
        "parties": {
            "sender": party(Role::Sender, SENDER, SENDER)?,
            "service": teller,
            "software": party(Role::OwnSoftware, SOFTWARE, software)?,
        },
    });
    let path = stage.setting.folder.path().join(FILE);
    std::fs::write(&path, format!("{setting:#}")).context("the loader's file")?;
    Ok(path.display().to_string())
}
