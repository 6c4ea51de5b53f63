//! Routing rules: which partition a new message goes into. In order of priority, the first one that fits says it.

use super::RULES;
use crate::db::record;
use crate::error::{Error, Issue};
use crate::number::EnterpriseNumber;

record! {
    /// A rule; a criterion that is not said fits every message, and at least one is said.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Rule {
        /// The message type's id.
        pub message_type: Option<String>,
        /// The sender application's client id.
        pub application: Option<String>,
        /// The sender organization's number.
        pub organization: Option<String>,
        /// The number of the partition.
        pub partition: i64,
    }
}

/// Refuses rules that cannot be: too many, without a criterion, into a partition that is not there, or one that an earlier
/// rule with the same criteria leaves nothing.
///
/// # Errors
/// [`Error::Invalid`], every rule that is wrong by its place.
pub fn checked_rules(rules: &[Rule], there: impl Fn(i64) -> bool) -> Result<(), Error> {
    if rules.len() > RULES {
        return Err(Error::invalid("outOfRange", "rules", format!("at most {RULES} rules")));
    }
    let mut issues = Vec::new();
    for (n, rule) in rules.iter().enumerate() {
        let place = format!("rules[{n}]");
        if let Some((kind, detail)) = rule.defect() {
            issues.push(Issue::new(kind, place.clone(), detail));
        }
        if !there(rule.partition) {
            issues.push(Issue::new("referencedResourceNotFound", place.clone(), "no such partition"));
        }
        if rules.iter().take(n).any(|earlier| earlier.asks_the_same(rule)) {
            issues.push(Issue::new("invalidInput", place, "an earlier rule has the same criteria"));
        }
    }
    if issues.is_empty() { Ok(()) } else { Err(Error::Invalid(issues)) }
}

impl Rule {
    fn defect(&self) -> Option<(&'static str, &'static str)> {
        let odd =
            |id: &&String| !(1..=MOST).contains(&id.chars().count()) || id.chars().any(char::is_control);
        if self.message_type.is_none() && self.application.is_none() && self.organization.is_none() {
            return Some(("requiredInput", "a message type, an application or an organization is expected"));
        }
        if self.message_type.iter().chain(&self.application).any(|id| odd(&id)) {
            return Some(("invalidStructure", "not an id of a message type or an application"));
        }
        let wrong = |number: &String| EnterpriseNumber::parse(number).is_err();
        self.organization
            .as_ref()
            .filter(|number| wrong(number))
            .map(|_| ("invalidStructure", "not an enterprise number"))
    }

    fn asks_the_same(&self, other: &Self) -> bool {
        self.message_type == other.message_type
            && self.application == other.application
            && self.organization == other.organization
    }
}

/// Characters of an id.
const MOST: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(message_type: Option<&str>, organization: Option<&str>, partition: i64) -> Rule {
        Rule {
            message_type: message_type.map(str::to_owned),
            application: None,
            organization: organization.map(str::to_owned),
            partition,
        }
    }

    #[test]
    fn every_rule_that_is_wrong_is_named() {
        let good =
            [rule(Some("vat"), None, 1), rule(None, Some("0406798006"), 0), rule(Some("tax"), None, 1)];
        assert!(checked_rules(&good, |number| number < 2).is_ok());
        let wrong = [
            good[0].clone(),
            rule(None, None, 1),
            rule(Some(""), None, 1),
            rule(None, Some("0406798007"), 1),
            rule(Some("x"), None, 2),
            rule(Some("vat"), None, 0),
        ];
        let Err(Error::Invalid(issues)) = checked_rules(&wrong, |number| number < 2) else { panic!() };
        let named: Vec<&str> = issues.iter().map(|issue| issue.name.as_str()).collect();
        assert_eq!(named, ["rules[1]", "rules[2]", "rules[3]", "rules[4]", "rules[5]"]);
        let many: Vec<Rule> = (0..=RULES).map(|n| rule(Some(&n.to_string()), None, 0)).collect();
        assert!(checked_rules(&many, |_| true).is_err());
    }
}
