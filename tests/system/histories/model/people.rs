//! Who may act for which mailbox, and what happens in people's lives (TRUST 19).

use super::super::step::{Acting, ENTERPRISE, Fate, Mailbox, Number, Role, Step};
use super::{DAY, Life, Model, TAKE_OVER_WITHIN, Taken, done};

impl Model {
    /// To which mailbox a number leads now.
    pub(in super::super) fn person_of(&self, number: Number) -> Option<Mailbox> {
        let mailbox = self.numbers[number]?;
        Some(self.boxes[mailbox].moved_to.unwrap_or(mailbox))
    }

    /// Whether a person may act at all: nobody who died, may not act for themselves, or goes on under another number.
    pub(in super::super) fn may_act(&self, person: Mailbox) -> bool {
        self.boxes[person].person_state.is_none() && self.boxes[person].moved_to.is_none()
    }

    fn roles_of(&self, person: Mailbox, mailbox: Mailbox) -> impl Iterator<Item = Role> {
        self.roles
            .iter()
            .filter(move |((of, holder, _), (from, until))| {
                *of == mailbox && *holder == person && *from <= self.now && self.now < *until
            })
            .map(|((.., role), _)| *role)
    }

    /// The mailbox of the same person that goes on: an earlier one belongs to whoever has that one.
    fn goes_on(&self, mailbox: Mailbox) -> Mailbox {
        self.boxes[mailbox].moved_to.unwrap_or(mailbox)
    }

    /// Whether a person sees a mailbox in the portal.
    pub(in super::super) fn sees(&self, person: Mailbox, mailbox: Mailbox) -> bool {
        let mailbox = self.goes_on(mailbox);
        person == mailbox || self.roles_of(person, mailbox).next().is_some()
    }

    /// A number whose person sees a mailbox in the portal.
    pub(in super::super) fn viewer(&self, mailbox: Mailbox) -> Option<Number> {
        let sees = |who: &Number| {
            self.person_of(*who).is_some_and(|person| self.may_act(person) && self.sees(person, mailbox))
        };
        (0..self.numbers.len()).find(sees)
    }

    /// Whether a person decides for a mailbox.
    pub(in super::super) fn decides(&self, person: Mailbox, mailbox: Mailbox) -> bool {
        let mailbox = self.goes_on(mailbox);
        person == mailbox || self.roles_of(person, mailbox).any(Role::decides)
    }

    /// Whether what a person gave for a mailbox stands on something: it is their own, or they decide by a role; and they
    /// may act.
    pub(in super::super) fn answers_for(&self, person: Mailbox, mailbox: Mailbox) -> bool {
        self.has_role(person, mailbox) && self.may_act(person)
    }

    /// Whether a mailbox is a person's own, or they decide for it by a role.
    pub(super) fn has_role(&self, person: Mailbox, mailbox: Mailbox) -> bool {
        person == mailbox || self.roles_of(person, mailbox).any(Role::decides)
    }

    /// When the last role ends by which a person decides for a mailbox now.
    pub(in super::super) fn role_ends(&self, person: Mailbox, mailbox: Mailbox) -> Option<i64> {
        let valid = |from: i64, until: i64| from <= self.now && self.now < until;
        let of = |((at, holder, role), (from, until)): (&(Mailbox, Mailbox, Role), &(i64, i64))| {
            let decides = *at == mailbox && *holder == person && role.decides() && valid(*from, *until);
            decides.then_some(*until)
        };
        self.roles.iter().filter_map(of).max()
    }

    /// Somebody logs in and acts for a mailbox.
    pub(super) fn log_in(&self, by: Acting) -> Result<Mailbox, &'static str> {
        let person = self.person_of(by.who).ok_or(super::NOTHING)?;
        if !self.may_act(person) {
            return Err("forbidden");
        }
        if self.sees(person, by.mailbox) { Ok(person) } else { Err("notFound:mailbox") }
    }

    /// Somebody logs in who decides for a mailbox.
    pub(super) fn decider(&self, by: Acting) -> Result<Mailbox, &'static str> {
        let person = self.log_in(by)?;
        if self.decides(person, by.mailbox) { Ok(person) } else { Err("forbidden") }
    }

    /// The source's newest state is loaded: an entry is added, changed or gone.
    pub(super) fn mandate(&mut self, step: &Step) -> Taken {
        let source = self.edited(step);
        let mut roles = std::collections::BTreeMap::new();
        for ((who, mailbox, role), (from, until)) in &source {
            let holder = self.person_of(*who).ok_or(super::NOTHING)?;
            let mailbox = if role.of_enterprise() { ENTERPRISE } else { self.goes_on(*mailbox) };
            if holder == mailbox {
                // nobody acts for themselves: the entry is left out
                continue;
            }
            let of_age = self.boxes[mailbox].of_age.filter(|_| *role == Role::Parent);
            let until = of_age.map_or(*until, |at| at.min(*until));
            roles.insert((mailbox, holder, *role), (*from, until));
        }
        self.source = source;
        self.roles = roles;
        self.settle();
        done()
    }

    /// What the source says after a step that changes it.
    pub(in super::super) fn edited(
        &self,
        step: &Step,
    ) -> std::collections::BTreeMap<(Number, Mailbox, Role), (i64, i64)> {
        let mut source = self.source.clone();
        if let Step::Mandate { by, role, span } = step {
            let key = (by.who, by.mailbox, *role);
            match span {
                Some((from, until)) => source.insert(key, (self.now + from, self.now + until)),
                None => source.remove(&key),
            };
        }
        source
    }

    /// What was given through a role that is over stands still; what stands still for that reason goes on if the role is
    /// back within 30 days.
    pub(super) fn settle(&mut self) {
        for n in 0..self.consents.len() {
            let consent = &self.consents[n];
            let by_role = consent.giver != consent.mailbox && self.now < consent.until;
            if !by_role {
                continue;
            }
            let role = self.roles_of(consent.giver, consent.mailbox).any(Role::decides);
            let answers =
                self.answers_for(consent.giver, consent.mailbox) && self.boxes[consent.mailbox].open;
            match consent.life {
                Life::Lives if !role => self.suspend(n, "roleEnded"),
                Life::Still { why: "roleEnded", since } if answers && self.now - since < TAKE_OVER_WITHIN => {
                    self.resume(n);
                }
                _ => {}
            }
        }
    }

    /// The operator's source tells what happened to a person.
    pub(super) fn tell(&mut self, who: Number, fate: &Fate) -> Taken {
        let person = self.person_of(who).ok_or(super::NOTHING)?;
        match fate {
            Fate::Replaced(new) => match self.person_of(*new) {
                Some(other) => self.merge(person, other),
                None => self.numbers[*new] = Some(person),
            },
            Fate::Merged(into) => {
                let into = self.person_of(*into).ok_or(super::NOTHING)?;
                self.merge(person, into);
            }
            Fate::Deceased => {
                self.boxes[person].person_state = Some("deceased");
                self.boxes[person].open = false;
                self.end_sessions(person);
                self.suspend_all(person, "deceased", true);
            }
            // a death is graver
            Fate::Incapable if self.boxes[person].person_state == Some("deceased") => {}
            Fate::Incapable => {
                self.boxes[person].person_state = Some("incapable");
                self.end_sessions(person);
                self.suspend_all(person, "incapable", false);
            }
            Fate::Capable => self.may_act_again(person, "incapable"),
            Fate::NotDeceased => self.may_act_again(person, "deceased"),
            Fate::OfAge => self.come_of_age(person),
        }
        done()
    }

    fn may_act_again(&mut self, person: Mailbox, after: &str) {
        if self.boxes[person].person_state == Some(after) {
            self.boxes[person].person_state = None;
            self.boxes[person].open = true;
        }
    }

    fn come_of_age(&mut self, person: Mailbox) {
        let now = self.now;
        self.boxes[person].of_age.get_or_insert(now);
        for ((mailbox, _, role), (_, until)) in &mut self.roles {
            if *mailbox == person && *role == Role::Parent {
                *until = now.min(*until);
            }
        }
        self.settle();
    }

    /// Two numbers are one person: one mailbox closes in favour of the other, and the consents of both stand still.
    fn merge(&mut self, from: Mailbox, into: Mailbox) {
        if from == into {
            return;
        }
        self.suspend_all(from, "merged", true);
        self.suspend_all(into, "merged", true);
        self.carry(from, into);
        // digital mail goes on, unless the person stopped it under the other number
        self.boxes[into].active |= self.boxes[from].active && !self.boxes[into].withdrew;
        self.boxes[from].open = false;
        for (n, one) in self.boxes.iter_mut().enumerate() {
            if n == from || one.moved_to == Some(from) {
                one.moved_to = Some(into);
            }
        }
        self.end_sessions(from);
    }

    /// What is known of a person, what they do for others and others for them, is so under the other number too.
    fn carry(&mut self, from: Mailbox, into: Mailbox) {
        let weight = |state: Option<&str>| state.map_or(0, |state| if state == "deceased" { 2 } else { 1 });
        let state = self.boxes[from].person_state;
        if weight(state) > weight(self.boxes[into].person_state) {
            self.boxes[into].person_state = state;
            self.boxes[into].open &= state != Some("deceased");
            self.end_sessions(into);
        }
        let known = [self.boxes[from].of_age, self.boxes[into].of_age];
        self.boxes[into].of_age = known.into_iter().flatten().min();
        for held in [true, false] {
            for ((mailbox, holder, role), span) in self.roles.clone() {
                let to = if held { (mailbox, into, role) } else { (into, holder, role) };
                let concerned = if held { holder == from } else { mailbox == from };
                if concerned && to.0 != to.1 && !self.roles.contains_key(&to) {
                    self.roles.remove(&(mailbox, holder, role));
                    self.roles.insert(to, span);
                }
            }
        }
    }

    /// Lets stand still what a person gave anywhere; if it concerns the mailbox, also what others gave for it.
    fn suspend_all(&mut self, person: Mailbox, why: &'static str, whole: bool) {
        for n in 0..self.consents.len() {
            let consent = &self.consents[n];
            if consent.giver == person || (whole && consent.mailbox == person) {
                self.suspend(n, why);
            }
        }
    }

    fn end_sessions(&mut self, person: Mailbox) {
        for request in self.apps.iter_mut().filter_map(|app| app.request.as_mut()) {
            request.session_ended |= request.person == person;
        }
    }

    /// What the end of a consent can be at most: 12 months from the agreement, and no longer than was asked.
    pub(super) fn is_plausible_end(&self, until: i64, days: Option<i64>) -> bool {
        match days {
            None => until == self.now + 15 * 60,
            // the end of a day in Brussels, which is up to two hours ahead
            Some(days) => {
                self.now < until
                    && until - self.now <= days * DAY + 2 * 3600
                    && until - self.now >= (days - 1) * DAY - 3 * 3600
            }
        }
    }
}
