//! What the hub shows, and the first thing in which it differs from the model: every token with every certificate of its
//! application, every mailbox that opens, every letter of it, and the consents as citizens see them.

use hub_core::access::MachineProof;
use hub_core::access::provider::{AskedPage, OpenMailbox, ProviderAccess};
use hub_core::mailbox::Kind;

use super::super::model::{Life, Model, Opened, TAKE_OVER_WITHIN};
use super::super::step::{Acting, ENTERPRISE, MAILBOXES, Mailbox};
use super::super::tally::Tally;
use super::errors::{oauth, word};
use super::play::names;
use super::{Cast, Stage};

/// Nothing, or what differs.
pub(in super::super) type Seen = Result<(), String>;

/// The newest tokens of each kind that are presented after every step.
const PRESENTED: usize = 10;

impl Stage {
    /// Presents the tokens and compares. Unless `all` is wanted, those that are over for good and were presented since
    /// are left out, and refresh tokens come with one certificate only.
    pub(in super::super) async fn compare_readings(
        &self,
        cast: &Cast,
        model: &Model,
        all: bool,
        tally: &mut Tally,
    ) -> Seen {
        for refresh in [false, true] {
            let of_kind =
                |n: &usize| model.tokens[*n].refresh == refresh && (all || !cast.secrets.over.contains(n));
            for n in (0..model.tokens.len()).rev().filter(of_kind).take(PRESENTED) {
                for cert in 0..2 {
                    match refresh {
                        false => self.compare_access(cast, model, (n, cert), tally).await?,
                        true if all || cert == (n + model.consents.len()) % 2 => {
                            self.compare_refresh(cast, model, (n, cert), tally).await?;
                        }
                        true => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// An access token opens what the model says.
    async fn compare_access(
        &self,
        cast: &Cast,
        model: &Model,
        (n, cert): (usize, usize),
        tally: &mut Tally,
    ) -> Seen {
        let app = model.tokens[n].app;
        let (identity, audience) = (cast.certificate(app, cert), self.hub.audiences().mailbox.clone());
        let token = Some(cast.secrets.tokens[n].as_str());
        let admitted =
            self.hub.provider(&MachineProof { identity: &identity, token, audience: &audience }).await;
        let wanted = model.presented(n, cert);
        match (admitted, wanted) {
            (Err(error), Err(wanted)) => {
                tally.verdict(wanted);
                same(&format!("token {n} with certificate {cert}"), wanted, &word(error))
            }
            (Ok(access), Ok(opened)) => {
                tally.verdict("opened");
                self.compare_mailboxes(cast, model, (&access, &opened), (n, app), tally).await
            }
            (admitted, wanted) => {
                let admitted = admitted.map(|_| "opens").map_err(word);
                Err(format!(
                    "token {n} with certificate {cert}: the model says {wanted:?}, the hub {admitted:?}"
                ))
            }
        }
    }

    async fn compare_mailboxes(
        &self,
        cast: &Cast,
        model: &Model,
        (access, opened): (&ProviderAccess, &[Opened]),
        (n, app): (usize, usize),
        tally: &mut Tally,
    ) -> Seen {
        let shown = access.mailboxes(None, None).await.map_err(word)?.items;
        if shown.len() != opened.len() {
            return Err(format!("token {n} opens {} mailboxes, {} by the model", shown.len(), opened.len()));
        }
        for one in opened {
            let place = format!("token {n}, mailbox {}", one.mailbox);
            let id = self.mailbox_of(cast, app, one.mailbox);
            let found =
                shown.iter().find(|shown| shown.id == id).ok_or_else(|| format!("{place} is missing"))?;
            same(&place, &self.wanted(cast, model, one, app), &summary(found))?;
            self.compare_list(cast, model, (access, one, &id), (&place, app), tally).await?;
            self.compare_letters(cast, model, (access, one, &id), (&place, app), tally).await?;
        }
        // a mailbox that this token does not open does not exist for it
        let other = (0..MAILBOXES).find(|mailbox| opened.iter().all(|one| one.mailbox != *mailbox));
        if let Some(other) = other {
            let refused = access.messages(&self.mailbox_of(cast, app, other), AskedPage::default()).await;
            let refused = refused.map(|_| "listed".to_owned()).unwrap_or_else(word);
            same(&format!("token {n}, foreign mailbox {other}"), "notFound:mailbox", &refused)?;
            tally.verdict("foreign mailbox");
        }
        Ok(())
    }

    fn wanted(&self, cast: &Cast, model: &Model, one: &Opened, app: usize) -> String {
        let consent = &model.consents[one.consent];
        let counted = model.counted(one);
        let kind = if one.mailbox == ENTERPRISE { Kind::Enterprise } else { Kind::Citizen };
        let number = (one.mailbox == ENTERPRISE).then(|| cast.enterprise.clone());
        let id = self.consent_of(cast, app, one.consent);
        format!(
            "{kind:?} {number:?} {id} {:?} until {} {counted}/{counted} withheld {}",
            one.actions,
            consent.until,
            !consent.withheld.is_empty()
        )
    }

    async fn compare_list(
        &self,
        cast: &Cast,
        model: &Model,
        (access, one, id): (&ProviderAccess, &Opened, &str),
        (place, app): (&str, usize),
        tally: &mut Tally,
    ) -> Seen {
        let listed = access.messages(id, AskedPage::default()).await;
        let listed = listed.map(|page| {
            let ids: Vec<_> = page.items.into_iter().map(|item| item.id).collect();
            format!("{} of {}", ids.join(" "), page.total.unwrap_or(-1))
        });
        let wanted = if one.actions.contains("list") {
            tally.verdict("listed");
            let letters = model.boxes[one.mailbox].letters.iter().enumerate().rev();
            let seen = letters.filter(|(_, letter)| model.shows(one.consent, letter));
            let ids: Vec<_> = seen.map(|(n, _)| self.letter_of(cast, app, (one.mailbox, n))).collect();
            format!("{} of {}", ids.join(" "), model.counted(one))
        } else {
            tally.verdict("list not permitted");
            "forbidden".to_owned()
        };
        same(&format!("{place}, list"), &wanted, &listed.unwrap_or_else(word))
    }

    async fn compare_letters(
        &self,
        cast: &Cast,
        model: &Model,
        (access, one, id): (&ProviderAccess, &Opened, &str),
        (place, app): (&str, usize),
        tally: &mut Tally,
    ) -> Seen {
        for (n, letter) in model.boxes[one.mailbox].letters.iter().enumerate() {
            let message = self.letter_of(cast, app, (one.mailbox, n));
            let read = access.message(id, &message).await;
            let read = read.map(|shown| if shown.body.is_some() { "read" } else { "empty" }.to_owned());
            let (verdict, wanted) = match one.actions.contains("readContent") {
                false => ("content not permitted", "forbidden"),
                true if model.shows(one.consent, letter) => ("read", "read"),
                true if letter.expires_at <= model.now => ("expired letter", "notFound:message"),
                true => ("withheld letter", "notFound:message"),
            };
            tally.verdict(verdict);
            same(&format!("{place}, letter {n}"), wanted, &read.unwrap_or_else(word))?;
        }
        Ok(())
    }

    /// A refresh token fetches, or does not, as the model says; it is asked for something that nobody gets.
    async fn compare_refresh(
        &self,
        cast: &Cast,
        model: &Model,
        (n, cert): (usize, usize),
        tally: &mut Tally,
    ) -> Seen {
        let app = model.tokens[n].app;
        let wanted = model.refreshes(n, cert).err().unwrap_or("oauth:invalid_authorization_details");
        let answered = match self.client(cast, (app, cert)).await {
            Ok(client) => {
                let refused = client.refresh(&cast.secrets.tokens[n], Some("[]")).await;
                refused.map(|_| "fetched".to_owned()).unwrap_or_else(oauth)
            }
            Err(word) => word,
        };
        tally.verdict(if wanted == "oauth:invalid_authorization_details" {
            "refresh token good"
        } else {
            "refresh token refused"
        });
        same(&format!("refresh token {n} with certificate {cert}"), wanted, &answered)
    }

    /// The consents of a mailbox, as somebody who acts for it sees them.
    pub(in super::super) async fn compare_consents(
        &self,
        cast: &Cast,
        model: &Model,
        mailbox: Mailbox,
        tally: &mut Tally,
    ) -> Seen {
        let Some(who) = model.viewer(mailbox) else { return Ok(()) };
        let person = model.person_of(who).unwrap_or(who);
        let citizen = self.acting(cast, Acting { who, mailbox }, person).await?;
        let mut shown: Vec<String> = Vec::new();
        for view in citizen.consents().await.map_err(word)? {
            let standing = &view.standing;
            if standing.last == "rejected" {
                continue;
            }
            let still = view.suspended.map(|still| (still.since.seconds(), still.until.seconds()));
            shown.push(format!(
                "{:?} live {} still {still:?} {:?} {:?} {:?} until {} without {}",
                standing.id.0.into_bytes(),
                view.live,
                standing.last,
                standing.reason.as_deref(),
                names(standing.actions),
                standing.until.seconds(),
                standing.withheld,
            ));
        }
        let of = |n: &usize| model.consents[*n].mailbox == mailbox;
        let mut wanted: Vec<String> =
            (0..model.consents.len()).filter(of).map(|n| self.standing(cast, model, n)).collect();
        shown.sort();
        wanted.sort();
        tally.verdict("consents of a mailbox");
        same(&format!("the consents of mailbox {mailbox}"), &wanted.join("\n    "), &shown.join("\n    "))
    }

    fn standing(&self, cast: &Cast, model: &Model, n: usize) -> String {
        let consent = &model.consents[n];
        let still = match consent.life {
            Life::Still { since, .. } => Some((since, consent.until.min(since + TAKE_OVER_WITHIN))),
            _ => None,
        };
        format!(
            "{:?} live {} still {:?} {:?} {:?} {:?} until {} without {}",
            cast.secrets.consents[n],
            consent.lives(model.now),
            still.filter(|(_, until)| model.now < *until),
            consent.last.0,
            consent.last.1,
            consent.actions,
            consent.until,
            consent.withheld.len(),
        )
    }
}

fn summary(shown: &OpenMailbox) -> String {
    let number = shown.enterprise_number.map(|number| number.as_str().to_owned());
    format!(
        "{:?} {number:?} {} {:?} until {} {}/{} withheld {}",
        shown.kind,
        shown.consent,
        names(shown.actions),
        shown.until.seconds(),
        shown.total,
        shown.unread,
        shown.withheld
    )
}

fn same(place: &str, wanted: &str, shown: &str) -> Seen {
    if wanted == shown {
        return Ok(());
    }
    Err(format!("{place}:\n  by the model: {wanted}\n  by the hub:   {shown}"))
}
