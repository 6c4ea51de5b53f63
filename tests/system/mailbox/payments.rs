//! Payment data: checked digit by digit, on an account of the sender's own, and shown as people write it.

use serde_json::{Value, json};
use system_tests::world::World;
use system_tests::world::people::Person;
use system_tests::world::provider::EVERYTHING;

use super::first;

fn payment() -> Value {
    json!({"amount": "1234.50", "currency": "EUR", "dueDate": "2027-01-31", "iban": "BE68539007547034",
        "reference": "+++090/9337/55493+++"})
}

#[tokio::test]
async fn a_payment_reaches_the_reader_as_the_sender_wrote_it() {
    World::on_both(async |world| {
        let tax = world.sender("tax").await;
        let (bank, anna) = (world.provider("bank").await, world.citizen("Anna"));
        let mut letter =
            tax.letter(&Person::named("Anna").recipient(), "Sepia marmot bill").body("Te betalen");
        letter.metadata["payment"] = payment();
        tax.delivers(&letter).await;
        let grant = anna.grants(&bank, &EVERYTHING).await;

        assert_eq!(bank.messages(&grant).await.expect(200)["items"][0]["hasPayment"], true);
        let message = bank.get(&grant, &first(&bank, &grant).await).await.expect(200);
        assert_eq!(message["payment"], payment());

        anna.logs_in().await;
        let mailbox = anna.open("/").await.form("/mailboxes/").action;
        let page = anna.link(&anna.open(&mailbox).await, "/messages/msg_");
        for (language, amount, date) in [
            ("nl", "€\u{a0}1.234,50", "31 januari 2027"),
            ("fr", "1\u{202f}234,50\u{a0}€", "31 janvier 2027"),
            ("de", "1.234,50\u{a0}€", "31. Januar 2027"),
            ("en", "€1,234.50", "31 January 2027"),
        ] {
            let shown = anna.open(&format!("{page}?lang={language}")).await;
            for text in [amount, date, "BE68 5390 0754 7034", "+++090/9337/55493+++"] {
                let text = text.replace('+', "&#43;");
                let plain = shown.html.replace('+', "&#43;");
                assert!(plain.contains(&text), "{language}: {text}: {}", shown.text_of("main"));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_wrong_digit_or_a_strange_account_is_refused_by_its_name() {
    World::on_both(async |world| {
        let (tax, family) = (world.sender("tax").await, world.sender("family").await);
        let to = Person::named("Anna").recipient();
        let before = world.traces().await;
        for (member, value, kind) in [
            ("amount", json!("0.00"), "invalidInput"),
            ("amount", json!("12.5"), "invalidInput"),
            ("amount", json!(12.5), "schemaViolation"),
            ("currency", json!("eur"), "invalidInput"),
            ("dueDate", json!("2027-02-30"), "invalidInput"),
            ("iban", json!("BE68539007547035"), "invalidStructure"),
            ("iban", json!("BE68 5390 0754 7034"), "invalidStructure"),
            ("iban", json!("BE71096123456769"), "ibanNotRegistered"),
            ("reference", json!("+++090/9337/55494+++"), "invalidStructure"),
            ("reference", json!(null), "schemaViolation"),
        ] {
            let mut letter = tax.letter(&to, "Taupe gecko bill").body("Te betalen");
            letter.metadata["payment"] = payment();
            letter.metadata["payment"][member] = value.clone();
            let refused = tax.publish(&letter).await;
            refused.expect_issue(kind, &format!("payment.{member}"));
        }
        // an account of one organization is not one of another
        let mut letter = family.letter(&to, "Taupe gecko bill").pdf("brief.pdf", 2_000);
        letter.metadata["payment"] = payment();
        family.publish(&letter).await.expect_issue("ibanNotRegistered", "payment.iban");
        world.expect_traces(&before, "nothing of a refused letter is kept").await;

        let over = format!(
            "environment = \"demo\"\n[[payment_account]]\norganization = \"{}\"\niban = \"BE68539007547034\"\n\
             valid_from = \"2020-01-01T00:00:00Z\"\nvalid_until = \"2021-01-01T00:00:00Z\"\n",
            tax.organization
        );
        world.apply(&over).await;
        let mut letter = tax.letter(&to, "Taupe gecko bill").body("Te betalen");
        letter.metadata["payment"] = payment();
        tax.publish(&letter).await.expect_issue("ibanNotRegistered", "payment.iban");
        let wrong = over.replace("7034", "7035").replace("2021", "2031");
        assert!(world.try_apply(&wrong).await.is_err());
    })
    .await;
}
