//! Answers as an operator reads them: short tables, or the JSON as it came.

use serde_json::Value;

use super::client::Reply;

/// How answers are printed.
pub(super) struct Out {
    json: bool,
}

impl Out {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    pub(super) fn me(&self, me: &Value) {
        self.show(me, |me| {
            let roles: Vec<&str> = array(&me["roles"]).iter().filter_map(Value::as_str).collect();
            println!(
                "{}, by the certificate of {}: {}",
                text(me, "person"),
                text(me, "clientId"),
                roles.join(", ")
            );
        });
    }

    pub(super) fn providers(&self, list: &Value) {
        let row = |provider: &Value| {
            vec![
                text(provider, "providerId"),
                state(provider),
                text(provider, "since"),
                text(provider, "legalName"),
            ]
        };
        self.table(list, ["PROVIDER", "STATE", "SINCE", "LEGAL NAME"], row);
    }

    pub(super) fn provider(&self, provider: &Value) {
        self.show(provider, |provider| {
            println!("{}  {}", text(provider, "providerId"), text(provider, "legalName"));
            println!("state        {} since {}", state(provider), text(provider, "since"));
            for application in array(&provider["applications"]) {
                println!("application  {}", one_line(application));
            }
        });
    }

    pub(super) fn application(&self, application: &Value) {
        self.show(application, |application| {
            println!("{}  {}", text(application, "clientId"), text(application, "brand"));
            println!("provider     {}", text(application, "providerId"));
            println!("standing     {}", one_line(application));
            for uri in array(&application["redirectUris"]) {
                println!("redirect     {}", uri.as_str().unwrap_or_default());
            }
            for (name, member) in [("purpose", "purpose"), ("copies", "retention")] {
                for (language, words) in application[member].as_object().into_iter().flatten() {
                    println!("{name:<12} {language}: {}", words.as_str().unwrap_or_default());
                }
            }
        });
    }

    pub(super) fn certificates(&self, list: &Value) {
        let row = |certificate: &Value| {
            let until = match text(certificate, "validUntil") {
                until if until.is_empty() => "-".to_owned(),
                until => until,
            };
            let pin = text(certificate, "thumbprint").get(..16).unwrap_or("any").to_owned();
            let name = format!("{} {}", text(certificate, "nameKind"), text(certificate, "name"));
            let from = text(certificate, "validFrom");
            vec![text(certificate, "certificateId"), text(certificate, "state"), from, until, pin, name]
        };
        self.table(list, ["CERTIFICATE", "STATE", "FROM", "UNTIL", "PINNED TO", "NAME"], row);
    }

    pub(super) fn proposals(&self, list: &Value) {
        let row = |proposal: &Value| {
            let by = text(proposal, "proposedBy");
            vec![
                text(proposal, "proposalId"),
                text(proposal, "state"),
                text(proposal, "until"),
                by,
                change(proposal),
            ]
        };
        self.table(list, ["PROPOSAL", "STATE", "UNTIL", "BY", "WHAT"], row);
    }

    pub(super) fn proposal(&self, proposal: &Value) {
        self.show(proposal, |proposal| {
            println!("{}  {}", text(proposal, "proposalId"), change(proposal));
            println!("proposed     by {} at {}", text(proposal, "proposedBy"), text(proposal, "proposedAt"));
            match text(proposal, "decidedBy") {
                by if by.is_empty() => {
                    println!("{:<12} until {}", text(proposal, "state"), text(proposal, "until"));
                }
                by => println!("{:<12} by {by} at {}", text(proposal, "state"), text(proposal, "decidedAt")),
            }
        });
    }

    pub(super) fn test_mailboxes(&self, list: &Value) {
        self.table(list, ["MAILBOX", "KIND"], |mailbox| {
            vec![text(mailbox, "mailboxId"), text(mailbox, "kind")]
        });
    }

    pub(super) fn pilot(&self, list: &Value) {
        self.table(list, ["CITIZEN", "SINCE"], |citizen| {
            vec![text(citizen, "citizenId"), text(citizen, "since")]
        });
    }

    pub(super) fn stream(&self, stream: &Value) {
        self.show(stream, |stream| {
            let method = text(stream, "method");
            let method = if method.is_empty() { "not told yet".to_owned() } else { method };
            println!("{}  {method} {}", text(stream, "clientId"), text(stream, "address"));
            println!("state        {}, breaker {}", text(stream, "state"), text(stream, "breaker"));
            println!("failures     {} {}", stream["failures"], text(stream, "trouble"));
            println!("dead letters {}", stream["deadLetters"]);
            for (name, member) in [
                ("to verify", "addressToVerify"),
                ("verified", "verifiedAt"),
                ("waiting", "waitingSince"),
                ("resync", "resynchronisedAt"),
            ] {
                let said = text(stream, member);
                if !said.is_empty() {
                    println!("{name:<12} {said}");
                }
            }
        });
    }

    pub(super) fn outcome(&self, outcome: &Value) {
        self.show(outcome, |outcome| {
            let status = outcome["status"].as_u64().map(|status| format!(", status {status}"));
            println!(
                "{}{}, {} ms: {}",
                text(outcome, "outcome"),
                status.unwrap_or_default(),
                outcome["milliseconds"],
                text(outcome, "explanation")
            );
        });
    }

    pub(super) fn dead_letters(&self, list: &Value) {
        let row = |letter: &Value| {
            vec![
                text(letter, "deadLetterId"),
                text(letter, "kind"),
                text(letter, "reason"),
                letter["tries"].to_string(),
                text(letter, "refusedAt"),
                text(letter, "mailboxId"),
            ]
        };
        self.table(list, ["DEAD LETTER", "KIND", "REASON", "TRIES", "REFUSED", "MAILBOX"], row);
    }

    pub(super) fn acts(&self, page: &Value) {
        let row = |act: &Value| {
            vec![text(act, "at"), text(act, "person"), text(act, "action"), text(act, "object")]
        };
        self.table(page, ["AT", "PERSON", "ACTION", "OF"], row);
        let next = text(page, "next");
        if !self.json && !next.is_empty() {
            println!("more: --after {next}");
        }
    }

    /// What is done, by `done`; or the proposal, with the command that another operator needs.
    pub(super) fn reply(&self, reply: &Reply, done: impl Fn(&Self, &Value)) {
        match reply {
            Reply::Done(value) => done(self, value),
            Reply::Proposed(proposal) => {
                self.proposal(proposal);
                if !self.json {
                    let id = text(proposal, "proposalId");
                    println!("it takes another operator: facteur operator proposals approve {id}");
                }
            }
        }
    }

    /// One line for what has no answer of its own.
    pub(super) fn done(&self, what: &str) {
        if self.json {
            println!("{{}}");
        } else {
            println!("{what}");
        }
    }

    pub(super) fn show(&self, value: &Value, plain: impl Fn(&Value)) {
        if self.json { println!("{value:#}") } else { plain(value) }
    }

    pub(super) fn table<const N: usize>(
        &self,
        list: &Value,
        head: [&str; N],
        row: impl Fn(&Value) -> Vec<String>,
    ) {
        self.show(list, |list| {
            let head = head.iter().map(ToString::to_string).collect();
            let rows: Vec<Vec<String>> =
                std::iter::once(head).chain(array(&list["items"]).iter().map(&row)).collect();
            print!("{}", aligned(&rows));
            if rows.len() == 1 {
                println!("(none)");
            }
        });
    }
}

/// Rows under each other, as wide as their widest cell.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |n: usize| rows.iter().filter_map(|row| row.get(n)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|n| width(n).unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn state(provider: &Value) -> String {
    match text(provider, "suspendedFrom") {
        from if from.is_empty() => text(provider, "state"),
        from => format!("{} (was {from})", text(provider, "state")),
    }
}

fn one_line(application: &Value) -> String {
    let pilot = if application["pilot"] == true { ", in pilot" } else { "" };
    format!("{} reaches {}{pilot}", text(application, "clientId"), text(application, "reach"))
}

fn change(proposal: &Value) -> String {
    let change = &proposal["change"];
    let subject = text(change, "subject");
    match change["kind"].as_str() {
        Some("moveProvider") => format!("make the provider {subject} {}", text(change, "state")),
        Some("registerCertificate") => {
            let certificate = &change["certificate"];
            let pin = text(certificate, "thumbprint");
            let pinned = if pin.is_empty() { String::new() } else { format!(", pinned to {pin}") };
            let issuer = text(certificate, "anchor");
            format!("register {} of {issuer} for {subject}{pinned}", text(certificate, "name"))
        }
        Some("openApplication") => format!("open {subject} to everybody"),
        _ => subject,
    }
}

pub(super) fn text(value: &Value, member: &str) -> String {
    value[member].as_str().unwrap_or_default().to_owned()
}

pub(super) fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["A", "B"], ["long", "x"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "A     B\nlong  x\n");
    }
}
