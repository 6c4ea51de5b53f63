//! What `run` plays when it is given words: a case, a requirement, a section, a clause.

use super::clause;
use crate::engine::Case;
use crate::requirement::Register;

/// Chooses the cases that any of `words` names; all of them if there are no words.
///
/// A word is an id of a case or of a requirement, a section of the plan, or a clause such as `rfc9207`.
pub fn select<S>(cases: &[Case<S>], register: &Register, words: &[String]) -> Result<Vec<Case<S>>, Unknown> {
    if let Some(word) = words.iter().find(|word| !cases.iter().any(|case| is_named(case, register, word))) {
        return Err(Unknown(word.clone()));
    }
    let chosen =
        |case: &&Case<S>| words.is_empty() || words.iter().any(|word| is_named(case, register, word));
    Ok(cases.iter().filter(chosen).copied().collect())
}

fn is_named<S>(case: &Case<S>, register: &Register, word: &str) -> bool {
    let same = |id: &str| id.eq_ignore_ascii_case(word);
    let clause = |id: &str| register.requirement(id).is_some_and(|found| clause::names(word, &found.clause));
    same(case.id)
        || same(case.section)
        || case.requirements.iter().any(|id| same(id))
        || case.requirements.iter().any(|id| clause(id))
}

/// A word that names nothing in the plan.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("nothing in the plan is called `{0}`: `facteur-conformance list` shows cases, sections and clauses")]
pub struct Unknown(pub String);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::samples::{case, register};

    fn chosen(words: &[&str]) -> Result<Vec<&'static str>, Unknown> {
        let cases = [
            case("C6", "callback", &["C6"]),
            case("N18", "callback", &["N18", "C6"]),
            case("N34", "token", &["N34"]),
        ];
        let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
        select(&cases, &register(), &words).map(|cases| cases.iter().map(|case| case.id).collect())
    }

    #[test]
    fn no_words_choose_all() {
        assert_eq!(chosen(&[]).unwrap(), ["C6", "N18", "N34"]);
    }

    #[test]
    fn a_requirement_chooses_its_cases_and_a_section_and_a_clause_theirs() {
        assert_eq!(chosen(&["c6"]).unwrap(), ["C6", "N18"]);
        assert_eq!(chosen(&["N18"]).unwrap(), ["N18"]);
        assert_eq!(chosen(&["token"]).unwrap(), ["N34"]);
        assert_eq!(chosen(&["rfc9207"]).unwrap(), ["C6", "N18"]);
        assert_eq!(chosen(&["N34", "C6"]).unwrap(), ["C6", "N18", "N34"]);
    }

    #[test]
    fn a_word_that_names_nothing_is_refused_even_beside_one_that_does() {
        assert_eq!(chosen(&["C6", "N99"]), Err(Unknown("N99".to_owned())));
    }
}
