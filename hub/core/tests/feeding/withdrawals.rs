//! Withdrawing: what is destroyed, what stays, and who is told.

use hub_core::access::citizen::{CitizenAccess, Shelf};
use hub_core::access::provider::{AskedPage, Begin};
use hub_core::access::sender::{Fate, Withdrawn};
use hub_core::error::{Conflict, Error};
use hub_core::mailbox::Number;
use hub_core::message::BusinessDatum;
use hub_core::message::question::{Question, Search};
use hub_core::number::Ssin;
use hub_core::text::Texts;

use crate::Follower;
use crate::common::{World, for_each_database};
use crate::notices::Desk;
use crate::parties::{BANK, grants, letter, log_in, pdf, publish, version_and_unread, write_to};

/// Everything that a consent may allow, replies too.
pub(crate) const WITH_REPLIES: [&str; 6] =
    ["list", "readContent", "markRead", "synchronise", "citizenStatus", "reply"];

/// Why.
pub(crate) fn reason() -> Texts {
    Texts::from([("nl".to_owned(), "Voor iemand anders".to_owned())])
}

/// Withdraws a letter of the tax administration.
pub(crate) async fn withdraw(world: &World, id: &str) -> Result<Withdrawn, Error> {
    world.sender("demo-tax", "publish").await.withdraw(id, &reason()).await
}

/// Expects that it was refused for that.
pub(crate) fn refused(result: &Result<Withdrawn, Error>, why: Conflict) {
    assert!(matches!(result, Err(Error::Conflict(found)) if *found == why), "{why:?}");
}

/// Somebody in the portal, and the mailbox that they act for.
pub(crate) async fn portal(world: &World, person: &Ssin) -> (CitizenAccess, String) {
    let session = log_in(world, person, None).await;
    let citizen = world.hub.citizen(&session).await.unwrap();
    let mailbox = citizen.mailbox().await.unwrap().id;
    (citizen, mailbox)
}

#[tokio::test]
async fn a_withdrawal_destroys_the_content_and_leaves_who_when_and_why() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let (mut desk, mut bank) = (Desk::new(world).await, Follower::new(world, BANK).await);
        let files = [&pdf(40_000), &pdf(100)];
        let mut draft = letter(&Number::Ssin(anna.clone()), "Zeldzame woorden", &files);
        draft.business_data = vec![BusinessDatum { key: "YEAR".into(), values: vec!["kweepeer".into()] }];
        draft.reply_allowed = true;
        let id = publish(world, &draft, &files).await;
        assert_eq!((version_and_unread(world).await.1, world.objects().len()), (1, 1));
        let (message, file) = {
            let open = held.open(world).await;
            let message = held.list(world).await.remove(0).id;
            let shown = open.message(held.mailbox(), &message).await.unwrap();
            (message, shown.attachments[0].id.clone())
        };
        let (before, _) = version_and_unread(world).await;
        desk.news().await;
        bank.news().await;

        let withdrawn = withdraw(world, &id).await.unwrap();

        // gone
        assert_eq!(world.count("SELECT COUNT(*) FROM part").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM publication WHERE sealed_header IS NOT NULL").await, 0);
        while world.hub.upkeep().work_outbox().await.unwrap() > 0 {}
        world.expect_objects(0).await;
        for column in [
            "SELECT COUNT(*) FROM publication WHERE header LIKE '%kweepeer%' OR header LIKE '%Zeldzame%'",
            "SELECT COUNT(*) FROM message WHERE subject LIKE '%Zeldzame%'",
            "SELECT COUNT(*) FROM message_text WHERE folded LIKE '%kweepeer%' OR folded LIKE '%zeldzame%'",
        ] {
            assert_eq!(world.count(column).await, 0, "{column}");
        }
        // left
        let (version, unread) = version_and_unread(world).await;
        assert_eq!((version, unread), (before + 1, 0));
        let open = held.open(world).await;
        let page = open.messages(held.mailbox(), AskedPage::default()).await.unwrap();
        assert_eq!((page.total, page.items.len()), (Some(1), 1));
        let listed = page.items[0].sequel.withdrawn.clone().unwrap();
        assert_eq!((listed.at, listed.reason), (withdrawn.at, reason()));
        assert_eq!(page.items[0].headline.subject["nl"], "Aanslagbiljet", "the name of its type");
        let shown = open.message(held.mailbox(), &message).await.unwrap();
        assert!(shown.body.is_none() && shown.attachments.is_empty() && shown.business_data.is_empty());
        assert!(matches!(open.file(held.mailbox(), &message, &file).await, Err(Error::NotFound(_))));
        let late = open.report_opened(held.mailbox(), &message).await.unwrap_err();
        assert!(matches!(late, Error::Conflict(Conflict::Withdrawn)), "{late:?}");
        let answer = open.begin_reply(held.mailbox(), &message, "k").await.err().unwrap();
        assert!(matches!(answer, Error::Conflict(Conflict::NotAnswerable)), "{answer:?}");
        // told
        assert_eq!(desk.hears().await, ["messageWithdrawn"]);
        assert_eq!(bank.hears().await, ["messageWithdrawn"]);
        let (stated,): (i64,) =
            world.row("SELECT COUNT(*) FROM audit_write WHERE action = 'withdraw' AND role = 'sender'").await;
        assert_eq!(stated, 1);
    })
    .await;
}

#[tokio::test]
async fn looking_at_what_is_left_opens_nothing_and_withdrawing_again_changes_nothing() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let mut desk = Desk::new(world).await;
        let id = write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        let first = withdraw(world, &id).await.unwrap();
        let (citizen, mailbox) = portal(world, &anna).await;
        let listed = citizen.messages(&mailbox, Shelf::Mailbox, None).await.unwrap().items.remove(0);
        let shown = citizen.message(&mailbox, &listed.id).await.unwrap();
        assert_eq!(shown.sequel.withdrawn.unwrap().reason, reason());
        assert!(shown.body.is_none());

        world.clock.advance(std::time::Duration::from_secs(60));
        let sender = world.sender("demo-tax", "publish").await;
        let other = Texts::from([("fr".to_owned(), "Autre raison".to_owned())]);
        assert_eq!(sender.withdraw(&id, &other).await.unwrap(), first);
        assert_eq!(desk.hears().await, ["messageAvailable", "messageWithdrawn"]);
        let Fate::Available { opened_at, withdrawn_at, expired_at, .. } =
            world.sender("demo-tax", "status").await.status(&id).await.unwrap().fate
        else {
            panic!("it was delivered")
        };
        assert_eq!((opened_at, withdrawn_at, expired_at), (None, Some(first.at), None));

        assert!(desk.hears_after(200).await.is_empty(), "what was withdrawn does not expire for its sender");
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM sequel").await, 0);
        assert_eq!(withdraw(world, &id).await.unwrap(), first, "also when it is gone");
    })
    .await;
}

#[tokio::test]
async fn what_was_opened_is_registered_is_over_or_is_anothers_is_not_withdrawn() {
    for_each_database(async |world| {
        let (anna, bart) = (world.citizen(1, true).await, world.citizen(2, true).await);
        let (to_anna, to_bart) = (Number::Ssin(anna.clone()), Number::Ssin(bart.clone()));
        let opened = write_to(world, &to_anna, "Aanslag").await;
        crate::notices::opens(world, &anna).await;
        refused(&withdraw(world, &opened).await, Conflict::Opened);

        let mut registered = letter(&to_bart, "Aanslag", &[]);
        registered.registered_mail = true;
        let registered = publish(world, &registered, &[]).await;
        refused(&withdraw(world, &registered).await, Conflict::RegisteredMail);

        let stranger = world.sender("demo-family", "publish").await.withdraw(&opened, &reason()).await;
        assert!(matches!(stranger, Err(Error::NotFound(_))));
        let plain = write_to(world, &to_bart, "Aanslag").await;
        for text in ["", "two\nlines", &"x".repeat(401)] {
            let odd = Texts::from([("nl".to_owned(), text.to_owned())]);
            let sender = world.sender("demo-tax", "publish").await;
            assert!(matches!(sender.withdraw(&plain, &odd).await, Err(Error::Invalid(_))), "{text}");
            assert!(matches!(sender.withdraw(&plain, &Texts::new()).await, Err(Error::Invalid(_))));
        }
        // over by time, whether or not expiry has removed it
        world.clock.advance(std::time::Duration::from_secs(200 * 86_400));
        refused(&withdraw(world, &plain).await, Conflict::AlreadyOver);
        while world.hub.upkeep().expire().await.unwrap() > 0 {}
        refused(&withdraw(world, &plain).await, Conflict::AlreadyOver);
        assert_eq!(world.count("SELECT COUNT(*) FROM sent WHERE withdrawn_at IS NOT NULL").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_publication_brings_nothing_back() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let draft = letter(&Number::Ssin(anna.clone()), "Aanslag", &[]);
        let sender = world.sender("demo-tax", "publish").await;
        let first = sender.begin("same").await.unwrap().publish(&draft).await.unwrap().published;
        let (again, withdrawn) = tokio::join!(
            async { sender.begin("same").await.unwrap().publish(&draft).await },
            withdraw(world, &first.message_id)
        );
        withdrawn.unwrap();
        assert_eq!(again.unwrap().published, first);
        let after = sender.begin("same").await.unwrap().publish(&draft).await.unwrap();
        assert!(after.replayed && after.published == first);
        assert_eq!(world.count("SELECT COUNT(*) FROM part").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM message").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_was_behind_meets_the_withdrawal_in_its_place() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let _held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let mut bank = Follower::new(world, BANK).await;
        bank.news().await;
        let id = write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        withdraw(world, &id).await.unwrap();
        let later = write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await;
        assert_ne!(later, id);
        assert_eq!(bank.hears().await, ["messageAvailable", "messageWithdrawn", "messageAvailable"]);
        assert!(bank.page(Begin::Latest, 1).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_stub_stays_read_is_not_announced_and_takes_a_registration_to_come_about() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let (gone, other) = (
            write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await,
            write_to(world, &Number::Ssin(anna.clone()), "Aanslag").await,
        );
        withdraw(world, &gone).await.unwrap();
        let stub = held.list(world).await.remove(1).id;
        let open = held.open(world).await;
        let marked = open.mark(held.mailbox(), &stub, crate::parties::set_read(false)).await.unwrap();
        assert!(marked.headline.read, "there is nothing to read again");
        assert_eq!(version_and_unread(world).await.1, 1);

        let mut bank = Follower::new(world, BANK).await;
        bank.news().await;
        world.clock.advance(std::time::Duration::from_secs(178 * 86_400));
        while world.hub.upkeep().announce_expiry().await.unwrap() > 0 {}
        let queued = "SELECT COUNT(*) FROM change_queue WHERE kind = 'messageExpiryNear'";
        assert_eq!(world.count(queued).await, 1, "of the other one");

        let ended = format!(
            "environment = \"demo\"\n[[trio]]\norganization = \"0001001078\"\napplication = \"demo-tax\"\n\
             message_type = \"tax-assessment\"\nvalid_from = \"2020-01-01T00:00:00Z\"\nvalid_until = \"{}\"\n\
             [[trio]]\norganization = \"0001001078\"\napplication = \"demo-tax\"\nmessage_type = \"family-benefits\"\n",
            world.hub.now().rfc3339()
        );
        world.apply(&ended).await;
        match withdraw(world, &other).await {
            Err(Error::Invalid(issues)) => assert_eq!(issues[0].kind, "trioNotRegistered"),
            other => panic!("{other:?}"),
        }
        withdraw(world, &gone).await.unwrap();
    })
    .await;
}

/// Lets a campaign share the only publication, as if it had been published to many; without words of its own to search.
async fn share(world: &World) {
    let campaign = world.hub.random().trace_id();
    let mut tx = world.db.write().await.unwrap();
    for sql in [
        "INSERT INTO publication (home, id, organization, application, message_type, header, sealed_header, at, expires_at)
         SELECT $1, $1, organization, application, message_type, header, sealed_header, at, expires_at FROM publication",
        "UPDATE part SET home = $1, publication_id = $1",
        "DELETE FROM publication WHERE home <> $1",
        "UPDATE message SET campaign_id = $1",
    ] {
        tx.execute(sql, (campaign,)).await.unwrap();
    }
    tx.execute("DELETE FROM message_text", ()).await.unwrap();
    // a subject that is too long for the list is read from the publication
    tx.execute("UPDATE message SET subject = ''", ()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_a_campaign_shares_is_neither_shown_nor_found_where_it_was_withdrawn() {
    for_each_database(async |world| {
        let anna = world.citizen(1, true).await;
        let held = grants(world, &anna, BANK, &WITH_REPLIES).await;
        let mut draft = letter(&Number::Ssin(anna.clone()), "Zeldzame mispels", &[]);
        draft.business_data = vec![BusinessDatum { key: "YEAR".into(), values: vec!["kweepeer".into()] }];
        let id = publish(world, &draft, &[]).await;
        share(world).await;
        let found = async |word: &str| {
            let search = Search::new(word, "nl").unwrap();
            let question = Question { search: Some(search), ..Question::default() };
            let asked = AskedPage { question, ..AskedPage::default() };
            held.open(world).await.messages(held.mailbox(), asked).await.unwrap().items.len()
        };
        assert_eq!((found("mispels").await, found("kweepeer").await), (1, 1));

        withdraw(world, &id).await.unwrap();

        assert_eq!(world.count("SELECT COUNT(*) FROM part").await, 1, "others have it still");
        let listed = held.list(world).await.remove(0);
        assert_eq!(listed.headline.subject["nl"], "Aanslagbiljet");
        let shown = held.open(world).await.message(held.mailbox(), &listed.id).await.unwrap();
        assert!(shown.body.is_none() && shown.business_data.is_empty() && shown.payment.is_none());
        assert_eq!((found("mispels").await, found("kweepeer").await), (0, 0));
        assert_eq!(world.count("SELECT COUNT(*) FROM message WHERE subject = ''").await, 0);
    })
    .await;
}
