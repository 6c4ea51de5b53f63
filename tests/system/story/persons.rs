//! Acting for another person: a parent for a child until it is of age, a helper who only reads, and people who may not act
//! for themselves.

use hub_core::person::Happening;
use system_tests::world::World;
use system_tests::world::provider::EVERYTHING;
use system_tests::world::roles::for_person;

#[tokio::test]
async fn a_parent_consents_for_a_child_who_lets_it_go_on_when_of_age() {
    World::on_both(async |world| {
        world.has_roles(&[for_person("Anna", "parent", "Emma")]).await;
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let (anna, emma) = (world.citizen("Anna"), world.citizen("Emma"));
        tax.publishes(&emma.person.recipient(), "Study grant of Emma").await;
        tax.publishes(&anna.person.recipient(), "For Anna alone").await;

        let asked = bank.asks(&EVERYTHING).await;
        let callback = anna.agrees_for(&asked, "Mailbox of Emma Roodborstweide").await;
        let grant = bank.redeems(&asked, &callback).await;
        let list = bank.messages(&grant).await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(list["items"][0]["subject"]["en"], "Study grant of Emma");

        let mailbox = anna.opens("Your role: parent").await;
        mailbox.expect(&["Mailbox of Emma Roodborstweide", "Study grant of Emma"]);
        mailbox.expect_not(&["For Anna alone"]);
        let consents = anna.open("/consents").await;
        consents.expect(&["You have authorised Demo Bank to collect the messages of Emma Roodborstweide."]);
        emma.logs_in().await;
        emma.open("/consents")
            .await
            .expect(&["A representative has authorised Demo Bank to collect your messages."]);

        world.tells("Emma", Happening::OfAge).await;

        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
        // her mother is back in her own mailbox, and sees nothing of Emma's
        anna.open("/").await.expect_not(&["Emma"]);
        anna.open("/consents").await.expect_not(&["Demo Bank"]);
        let consents = emma.open("/consents").await;
        consents.expect(&[
            "Paused",
            "The person who gave it no longer represents you.",
            "Demo Bank collects nothing now.",
            "Can go on until",
        ]);
        let question = emma.open(&emma.link(&consents, "/resume")).await;
        question.expect(&[
            "Let Demo Bank go on?",
            "read messages and their attachments",
            "From then on it counts as given by you.",
            "Leave it paused",
        ]);
        let list = emma.submit(&question, &question.form("/resume").with("decision", "keep")).await;
        list.expect(&["Paused"]);
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");

        let done = emma.submit(&question, &question.form("/resume").with("decision", "on")).await;

        done.expect(&["Demo Bank is in use"]);
        bank.messages(&grant).await.expect(200);
        emma.open("/consents").await.expect(&["You have authorised Demo Bank to collect your messages."]);
    })
    .await;
}

#[tokio::test]
async fn a_parent_turns_digital_mail_on_for_a_child_and_for_nobody_else() {
    World::on_both(async |world| {
        world.has_roles(&[for_person("Anna", "parent", "Clara")]).await;
        let (tax, anna) = (world.sender("tax").await, world.citizen("Anna"));
        let clara = world.citizen("Clara");
        anna.logs_in().await;
        let mailbox = anna.opens("Mailbox of Clara").await;
        mailbox.expect(&["Public bodies send new letters for Clara Nachtegaalzang on paper."]);
        let question = anna.open("/activation").await;
        question.expect(&[
            "Receive the letters for Clara Nachtegaalzang digitally?",
            "This is about: the mailbox of Clara Nachtegaalzang",
        ]);
        let on = anna.submit(&question, &question.form("/activation").with("decision", "on")).await;
        on.expect(&["public bodies may send letters for Clara Nachtegaalzang here"]);
        tax.publishes(&clara.person.recipient(), "The first digital letter").await;

        // the role ends while the question of turning it off stands open: it decides nothing about Anna's own mailbox
        let question = anna.open("/activation").await;
        question.expect(&["Turn off digital mail?"]);
        world.has_roles(&[]).await;
        let off = anna.submit(&question, &question.form("/activation").with("decision", "off")).await;
        assert_eq!(off.status, 403, "{}", off.words());
        off.expect(&["We did not carry this out", "Nothing was changed."]);
        tax.publishes(&anna.person.recipient(), "Anna still has digital mail").await;
        tax.publishes(&clara.person.recipient(), "And so has Clara").await;
    })
    .await;
}

#[tokio::test]
async fn a_helper_reads_and_decides_nothing() {
    World::on_both(async |world| {
        world.has_roles(&[for_person("Fien", "helper", "Emma")]).await;
        let (tax, bank) = (world.sender("tax").await, world.provider("bank").await);
        let (fien, emma) = (world.citizen("Fien"), world.citizen("Emma"));
        tax.publishes(&emma.person.recipient(), "A letter that Fien explains").await;
        let grant = emma.grants(&bank, &EVERYTHING).await;
        fien.logs_in().await;
        fien.opens("Your role: helper").await.expect(&["A letter that Fien explains"]);

        let consents = fien.open("/consents").await;
        consents.expect(&[
            "Emma Roodborstweide has authorised Demo Bank to collect the messages of Emma Roodborstweide.",
            "You can only read here. Whoever decides for Emma Roodborstweide can stop a permission",
        ]);
        let posts: Vec<_> = consents.forms().into_iter().map(|form| form.action).collect();
        assert_eq!(posts, ["/logout"]);
        for page in ["/activation", "/software"] {
            assert_eq!(fien.open(page).await.status, 403, "{page}");
        }
        bank.messages(&grant).await.expect(200);
        // what she asks for, nobody gets: she has only her own mailbox to give
        let asked = bank.asks(&EVERYTHING).await;
        let screen = fien.comes_from(&asked).await;
        screen.expect(&["You decide about your own mailbox"]);
        screen.expect_not(&["Emma"]);

        // Emma sees who helped her
        world.loads_journal().await;
        let mailbox = emma.open("/").await.form("/mailboxes/").action;
        emma.open(&format!("{mailbox}/usage")).await.expect(&["Fien Boomkruiperpad"]);
    })
    .await;
}

#[tokio::test]
async fn whoever_may_not_act_cannot_log_in_and_is_not_told_why() {
    World::on_both(async |world| {
        let (bank, bert) = (world.provider("bank").await, world.citizen("Bert"));
        let grant = bert.grants(&bank, &EVERYTHING).await;
        world.has_roles(&[for_person("Anna", "guardian", "Bert")]).await;
        world.tells("Bert", Happening::Incapable).await;
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");

        let page = bert.logs_in().await;
        assert_eq!(page.status, 403, "{}", page.words());
        page.expect(&[
            "You cannot log in here at this moment",
            "Perhaps somebody else may act for you here.",
        ]);
        page.expect_not(&["incapable", "guardian", "Anna", "Try again"]);
        let (sessions,): (i64,) = world.row("SELECT COUNT(*) FROM session").await;
        assert_eq!(sessions, 0);

        // the guardian decides what becomes of what he gave
        let anna = world.citizen("Anna");
        anna.logs_in().await;
        anna.opens("Your role: guardian").await;
        let consents = anna.open("/consents").await;
        consents.expect(&["Paused", "The person who gave it cannot act at the moment."]);
        let stopped = anna.submit(&consents, &consents.form("/revoke")).await;
        stopped.expect(&[
            "Demo Bank has been stopped",
            "can no longer collect the messages of Bert Zilverberkdreef",
        ]);
        bank.messages(&grant).await.expect_problem(401, "invalidAccessToken");
    })
    .await;
}

#[tokio::test]
async fn two_numbers_of_one_person_leave_one_mailbox_and_permissions_to_look_at_again() {
    World::on_both(async |world| {
        let (tax, bank, post) =
            (world.sender("tax").await, world.provider("bank").await, world.provider("post").await);
        let (bert, fien) = (world.citizen("Bert"), world.citizen("Fien"));
        tax.publishes(&bert.person.recipient(), "Under the earlier number").await;
        let (earlier, own) = (bert.grants(&bank, &EVERYTHING).await, fien.grants(&post, &EVERYTHING).await);

        world.tells("Bert", Happening::Merged(fien.person.number())).await;

        bank.messages(&earlier).await.expect_problem(401, "invalidAccessToken");
        post.messages(&own).await.expect_problem(401, "invalidAccessToken");
        fien.logs_in().await;
        let consents = fien.open("/consents").await;
        consents.expect(&["Two numbers of yours were joined into one.", "Demo Post collects nothing now."]);
        let question = fien.open(&fien.link(&consents, "/resume")).await;
        fien.submit(&question, &question.form("/resume").with("decision", "on")).await;
        post.messages(&own).await.expect(200);

        // what was there under the earlier number stays readable, and can only be stopped
        let mailbox = fien.opens("Your mailbox under an earlier number").await;
        mailbox.expect(&["This mailbox belongs to an earlier number of yours.", "Under the earlier number"]);
        let consents = fien.open("/consents").await;
        consents.expect(&["Permissions for your mailbox under an earlier number", "Two numbers of yours"]);
        consents.expect_not(&["Can go on until", "You give a permission from the app itself."]);
        assert!(consents.link("/resume").is_none(), "{}", consents.html);
        assert_eq!(fien.open("/activation").await.status, 403);
        let stopped = fien.submit(&consents, &consents.form("/revoke")).await;
        stopped.expect(&["Demo Bank has been stopped"]);
        fien.open("/consents").await.expect(&["You stopped it."]);
    })
    .await;
}
