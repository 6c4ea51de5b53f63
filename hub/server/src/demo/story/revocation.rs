//! The citizen takes the consent back, and the app's next request is refused.

use reference_provider::Event;

use super::walk::Move;
use super::{Cast, Told};
use crate::demo::language::Language;
use crate::demo::print::{Outcome, duration};

impl Cast<'_> {
    /// One click at the hub; then the app is asked for the letters again.
    pub(super) async fn revocation(&mut self) -> Told<()> {
        self.story.chapter("Anna takes her consent back");
        let consents = format!("{}/consents", self.stage.public());
        let page = self.anna.walk(&mut self.story, Move::Open(&consents)).await?;
        self.sentence(&page.texts_of("p"));
        let stop = self.form(&page, "/revoke")?;
        let answer = self.anna.step(&mut self.story, Move::Submit(&page, &stop)).await?;
        let revoked_at = self.stage.setting.clock.now();

        self.story.chapter("The app’s next request is refused");
        let mail = format!("{}/mail", self.stage.setting.bank_origin());
        self.anna.refused(&mut self.story, &mail, 403).await?;
        let refused = |event: &Event| match event {
            Event::Refused { status, .. } => Some(*status),
            _ => None,
        };
        let status = self.bank.until(&mut self.story, "a refusal", refused).await?;

        let took = duration(self.stage.setting.clock.now().since(revoked_at));
        let said = format!("{status}, {took} after the hub answered the revocation");
        let outcome = Outcome::of(said, |_| status == 401, "401");
        self.story.finds("demo", "looks when the app was refused", &outcome);
        self.anna.walk_on(&mut self.story, answer).await.map(drop)
    }

    /// The sentence that says what is authorised stands on the page.
    fn sentence(&mut self, paragraphs: &[String]) {
        let begins = match self.language {
            Language::Nl => "U hebt Demo Bank toegestaan om",
            Language::Fr => "Vous avez autorisé Demo Bank à récupérer",
            Language::De => "Sie haben Demo Bank erlaubt,",
            Language::En => "You have authorised Demo Bank to collect",
        };
        let sentence = paragraphs.iter().find(|text| text.starts_with(begins));
        let outcome = Outcome::of(
            sentence.map_or_else(|| "no such sentence".to_owned(), |text| format!("“{text}”")),
            |_| sentence.is_some(),
            &format!("“{begins} …”"),
        );
        self.story.finds("anna", "reads what she has authorised", &outcome);
    }
}
