//! Who looked into a mailbox: the access log by day and reader, and the same as a file for programs.

mod file;

use axum::extract::Path;
use hub_core::access::citizen::{Own, Usage, UsageAsked, UsageDay, UsageReader, Used, UsedMessage};
use hub_core::error::Error;
use url::form_urlencoded;

use super::mailbox::elsewhere;
use crate::failure::{Answer, Failure};
use crate::form::{Fields, Parameters};
use crate::i18n::Language;
use crate::session::LoggedIn;
use crate::view::{
    Day, Fault, Holder, Look, LookKind, Looks, Only, OwnChoice, Reader, Seen, Sight, UsagePage, Who,
};
use crate::{reply, texts};

pub(crate) use file::find;

/// A page of the access log.
pub(crate) async fn show(
    Path(mailbox): Path<String>,
    session: LoggedIn,
    Parameters(query): Parameters,
) -> Answer {
    if mailbox != session.mailbox.id {
        return elsewhere(&session, &mailbox).await;
    }
    let choice = Choice::of(&query);
    let only = match choice.consent {
        Some(consent) => Some(brand(&session, consent).await?),
        None => None,
    };
    let after = query.one("after");
    let asked = UsageAsked { after, ..choice.asked() };
    let page = match session.citizen.usage(&mailbox, &asked).await {
        Err(Error::Resync) => return reply::see_other(&choice.address(&mailbox, None)),
        other => other?,
    };
    let holder = session.holder();
    let shower = Shower { mailbox: &mailbox, language: session.visitor.language, holder: &holder, choice };
    session.visitor.show(&UsagePage {
        frame: session.visitor.frame(),
        holder: holder.clone(),
        back: format!("/mailboxes/{mailbox}"),
        only: only.map(|brand| Only { brand, all: Choice::default().address(&mailbox, None) }),
        own: choice.own_choice(&mailbox),
        days: page.days.into_iter().map(|day| shower.day(day)).collect(),
        first: after.map(|_| choice.address(&mailbox, None)),
        next: page.next.map(|cursor| choice.address(&mailbox, Some(&cursor))),
        file: choice.file_address(&mailbox),
    })
}

/// The brand of whoever has a consent, past ones too.
async fn brand(session: &LoggedIn, consent: &str) -> Result<String, Failure> {
    let known = session.citizen.consents().await?.into_iter().find(|known| known.id == consent);
    Ok(known.ok_or(Fault::NotFound)?.standing.brand)
}

/// What of the log the address asks for.
#[derive(Clone, Copy, Default)]
struct Choice<'a> {
    consent: Option<&'a str>,
    own: Own,
}

impl<'a> Choice<'a> {
    fn of(query: &'a Fields) -> Self {
        let own = if query.one("own") == Some("shown") { Own::Shown } else { Own::LeftOut };
        Self { consent: query.one("consent"), own }
    }

    fn asked(self) -> UsageAsked<'a> {
        UsageAsked { consent: self.consent, own: self.own, ..UsageAsked::default() }
    }

    fn own_choice(self, mailbox: &str) -> OwnChoice {
        let with = |own| Self { own, ..self }.address(mailbox, None);
        match self.own {
            Own::LeftOut => OwnChoice::LeftOut { show: with(Own::Shown) },
            Own::Shown => OwnChoice::Shown { leave_out: with(Own::LeftOut) },
        }
    }

    fn address(self, mailbox: &str, after: Option<&str>) -> String {
        self.at(&address(mailbox), after)
    }

    fn file_address(self, mailbox: &str) -> String {
        self.at(&format!("/mailboxes/{mailbox}/findUsage"), None)
    }

    fn at(self, path: &str, after: Option<&str>) -> String {
        let own = (self.own == Own::Shown).then_some("shown");
        let pairs = [("consent", self.consent), ("own", own), ("after", after)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in pairs {
            query.extend_pairs(value.map(|value| (name, value)));
        }
        match query.finish().as_str() {
            "" => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

/// The access log's page of a mailbox.
pub(crate) fn address(mailbox: &str) -> String {
    format!("/mailboxes/{mailbox}/usage")
}

/// The access log's page of what was done through one consent.
pub(crate) fn address_of(mailbox: &str, consent: &str) -> String {
    Choice { consent: Some(consent), own: Own::LeftOut }.address(mailbox, None)
}

/// A reader, and the consent through which they read.
type Through = (UsageReader, Option<String>);

/// How the log becomes a page.
#[derive(Clone, Copy)]
struct Shower<'a> {
    mailbox: &'a str,
    language: Language,
    holder: &'a Holder,
    choice: Choice<'a>,
}

impl Shower<'_> {
    /// A day: its entries by reader and consent, whoever looked last first.
    fn day(self, day: UsageDay) -> Day {
        let mut groups: Vec<(Through, Vec<Usage>)> = Vec::new();
        for usage in day.entries {
            let key = (usage.reader.clone(), usage.consent.clone());
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, entries)) => entries.push(usage),
                None => groups.push((key, vec![usage])),
            }
        }
        let readers = groups.into_iter().map(|((reader, consent), entries)| Reader {
            who: who(reader, self.holder),
            only: consent
                .filter(|_| self.choice.consent.is_none())
                .map(|consent| address_of(self.mailbox, &consent)),
            looks: self.looks(entries),
        });
        Day { at: day.at, readers: readers.collect() }
    }

    fn looks(self, entries: Vec<Usage>) -> Vec<Looks> {
        let mut all: Vec<Looks> = Vec::new();
        for usage in entries {
            let (kind, times) = (kind(&usage.used), times(&usage.used));
            let look = Look { at: usage.at, sight: self.sight(usage.used) };
            match all.iter_mut().find(|looks| looks.kind == kind) {
                Some(looks) => {
                    looks.count += times;
                    looks.looks.push(look);
                }
                None => all.push(Looks { kind, count: times, looks: vec![look] }),
            }
        }
        all.sort_by_key(|looks| looks.kind);
        all
    }

    fn sight(self, used: Used) -> Sight {
        match used {
            Used::Nothing { times } => Sight::Times(times),
            Used::Summary | Used::Changes | Used::List | Used::Proofs | Used::Rights => Sight::Mailbox,
            Used::Message(message) => Sight::Message(self.seen(message)),
            Used::File { message, name } => Sight::File(self.seen(message), name),
        }
    }

    fn seen(self, message: UsedMessage) -> Seen {
        let page = format!("/mailboxes/{}/messages/{}", self.mailbox, message.id);
        Seen { still: message.subject.map(|subject| (texts::words(&subject, self.language), page)) }
    }
}

fn who(reader: UsageReader, holder: &Holder) -> Who {
    match (reader, holder) {
        (UsageReader::Holder, Holder::Person { name }) => Who::Holder { name: name.clone() },
        // Under an earlier number it was the person too.
        (UsageReader::You | UsageReader::Holder, _) => Who::You,
        (UsageReader::App { brand, legal_name }, _) => Who::App { brand, legal_name },
        (UsageReader::Representative { id, name }, _) => Who::Representative { id, name },
        (UsageReader::OwnSoftware { name }, _) => Who::OwnSoftware { name },
        (UsageReader::Operator, _) => Who::Operator,
    }
}

fn kind(used: &Used) -> LookKind {
    match used {
        Used::Nothing { .. } => LookKind::Nothing,
        Used::Summary => LookKind::Checked,
        Used::Changes => LookKind::Told,
        Used::List => LookKind::List,
        Used::Proofs => LookKind::Proofs,
        Used::Rights => LookKind::Rights,
        Used::Message(_) | Used::File { .. } => LookKind::Opened,
    }
}

fn times(used: &Used) -> u64 {
    match used {
        Used::Nothing { times } => *times,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_chosen_and_nothing_else() {
        let chosen = Choice { consent: Some("cns_1"), own: Own::Shown };

        assert_eq!(Choice::default().address("mbx_1", None), "/mailboxes/mbx_1/usage");
        assert_eq!(
            chosen.address("mbx_1", Some("a&b")),
            "/mailboxes/mbx_1/usage?consent=cns_1&own=shown&after=a%26b"
        );
        assert_eq!(chosen.file_address("mbx_1"), "/mailboxes/mbx_1/findUsage?consent=cns_1&own=shown");
    }
}
