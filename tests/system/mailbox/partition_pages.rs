//! The page on which an enterprise manages its partitions, the filter of the list and the form that moves a message: plain forms.

use hub_core::mandate::MandateRole::{LegalRepresentative, Reader};
use system_tests::world::World;
use system_tests::world::citizen::Citizen;
use system_tests::world::page::{Form, Page};
use system_tests::world::roles::Role;

use super::partitions::bakery;

/// Presses the button of that value in the form that has these fields set.
async fn acts(citizen: &Citizen<'_>, page: &Page, form: &Form, act: &str, fields: &[(&str, &str)]) -> Page {
    let filled = fields.iter().fold(form.clone(), |form, (name, value)| form.with(name, value));
    assert!(form.buttons.iter().any(|(name, value)| name == "act" && value == act), "{act}: {form:?}");
    citizen.submit(page, &filled.with("act", act)).await
}

/// The form with that button.
#[track_caller]
fn with(page: &Page, act: &str) -> Form {
    let has = |form: &Form| form.buttons.iter().any(|(name, value)| name == "act" && value == act);
    let found = page.forms().into_iter().find(has);
    found.unwrap_or_else(|| panic!("{} has no {act}: {}", page.url, page.words()))
}

#[tokio::test]
async fn a_representative_sorts_the_enterprises_mail_with_plain_forms() {
    World::on_both(async |world| {
        world
            .roles(&[
                Role::for_enterprise("Anna", LegalRepresentative),
                Role::for_enterprise("Clara", Reader),
            ])
            .await;
        let (tax, anna, clara) = (world.sender("tax").await, world.citizen("Anna"), world.citizen("Clara"));
        tax.publishes(&bakery(), "Crane before sorting").await;
        anna.logs_in().await;
        let mailbox = anna.opens("Demo Bakkerij").await;
        let page = anna.open(&anna.link(&mailbox, "/partitions")).await;
        page.expect(&["Sections of the mailbox of Demo Bakkerij", "The general section is always there"]);

        let page = acts(&anna, &page, &with(&page, "add"), "add", &[("name", "Books & co")]).await;
        let refused = acts(&anna, &page, &with(&page, "add"), "add", &[("name", "books & CO")]).await;
        assert_eq!(refused.status, 400);
        refused.expect(&["Not saved", "A section needs a name"]);
        let books =
            with(&page, "rename").fields.iter().find(|(name, _)| name == "partition").unwrap().1.clone();
        let rule = [("kind", "tax-assessment"), ("partition", books.as_str())];
        let page = acts(&anna, &page, &with(&page, "rule"), "rule", &rule).await;
        page.expect(&["Tax assessment", "Goes to"]);
        let empty = acts(&anna, &page, &with(&page, "rule"), "rule", &[("partition", &books)]).await;
        empty.expect(&["Not saved", "A rule asks for something"]);
        tax.publishes(&bakery(), "Crane ledger").await;

        // the list by section, and a message that moves
        let mailbox = anna.open(&anna.link(&page, "/mailboxes/")).await;
        mailbox.expect(&["Crane ledger", "Crane before sorting", "Books & co"]);
        let sorted = anna.open(&anna.link(&mailbox, &format!("partition={books}"))).await;
        sorted.expect(&["Crane ledger"]);
        sorted.expect_not(&["Crane before sorting"]);
        let message = anna.open(&anna.link(&sorted, "/messages/")).await;
        let moved = message.form("/partition").with("partition", "general");
        anna.submit(&message, &moved).await.expect(&["Crane ledger"]);
        anna.open(&sorted.url).await.expect_not(&["Crane ledger"]);
        let nowhere = message.form("/partition").with("partition", "prt_nowhere");
        assert_eq!(anna.submit(&message, &nowhere).await.status, 400);

        // a reader manages nothing, and sees what is left to her
        clara.logs_in().await;
        let of_clara = clara.opens("Demo Bakkerij").await;
        assert!(of_clara.link("/partitions").is_none());
        let here = format!("{}/partitions", of_clara.url);
        assert_eq!(clara.open(&here).await.status, 403);
        let page = anna.open(&page.url).await;
        let person = with(&page, "person");
        let limited = Form {
            fields: person.fields.into_iter().filter(|(name, _)| name != "all" && name != "sees").collect(),
            ..person
        };
        let page = acts(&anna, &page, &limited, "person", &[("sees", &books)]).await;
        assert_eq!(page.status, 200, "{}", page.words());
        let seen = clara.open(&of_clara.url).await;
        seen.expect_not(&["Crane before sorting", "Crane ledger"]);

        let page = acts(&anna, &page, &with(&page, "drop"), "drop", &[]).await;
        page.expect_not(&["Ask rule", "Remove rule"]);
        let page = acts(&anna, &page, &with(&page, "remove"), "remove", &[]).await;
        page.expect_not(&["Books & co"]);
        // whose page it is not
        anna.opens("Your own mailbox").await;
        assert_eq!(anna.open(&page.url).await.url.trim_end_matches('/'), world.public.trim_end_matches('/'));
    })
    .await;
}
