//! The citizen takes the consent back, and the app's next request is refused.

use reference_provider::Event;

use super::walk::Move;
use super::{Cast, Told};
use crate::demo::language::Language;
use crate::demo::print::duration;

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

        let took = self.stage.setting.clock.now().since(revoked_at);
        let step = self.story.sends("demo", "looks at the time between the revocation and the refusal");
        let answer_text =
            format!("{status} after {}, log-in page and refresh of the app included", duration(took));
        if status == 401 {
            self.story.came_back(&step, &answer_text);
        } else {
            self.story.went_wrong(&step, &answer_text, "401");
        }
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
        let step = self.story.sends("anna", "reads what she has authorised");
        match paragraphs.iter().find(|text| text.starts_with(begins)) {
            Some(sentence) => self.story.came_back(&step, &format!("“{sentence}”")),
            None => self.story.went_wrong(&step, "no such sentence", &format!("“{begins} …”")),
        }
    }
}
