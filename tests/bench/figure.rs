//! Single numbers: told, or held against a bound; and the word that says whether a bound is reached.

use serde_json::{Value, json};

/// What a number may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    /// Not less than this.
    AtLeast(f64),
    /// Not more than this.
    AtMost(f64),
    /// It is only told.
    Told,
}

/// A number that only has to be told, or held against a limit.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// What it is, with its unit.
    pub(crate) name: String,
    /// The hub's database.
    pub(crate) database: &'static str,
    /// The number.
    pub(crate) value: f64,
    /// What it may be.
    pub(crate) bound: Bound,
    /// What is aimed at.
    pub(crate) aim: Option<f64>,
    /// Whether the whole run fails with it.
    pub(crate) binds: bool,
}

impl Bound {
    /// Whether a number keeps to it.
    pub(crate) fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
            Self::Told => true,
        }
    }

    /// `at least 8: reached`, `at most 4: MISSED by 12 %`; nothing where nothing is asked.
    pub(crate) fn verdict(self, value: f64) -> Option<String> {
        let (words, wanted) = match self {
            Self::AtLeast(least) => ("at least", least),
            Self::AtMost(most) => ("at most", most),
            Self::Told => return None,
        };
        let by = match wanted {
            0.0 => String::new(),
            _ => format!(" by {:.0} %", ((value / wanted - 1.0).abs() * 100.0).max(1.0)),
        };
        let reached = if self.holds(value) { "reached".to_owned() } else { format!("MISSED{by}") };
        Some(format!("{words} {}: {reached}", number(wanted)))
    }
}

impl Figure {
    /// A number that is only told.
    pub(crate) fn told(name: impl Into<String>, database: &'static str, value: f64) -> Self {
        Self { name: name.into(), database, value, bound: Bound::Told, aim: None, binds: false }
    }

    /// The same, held against this.
    pub(crate) fn within(self, bound: Bound) -> Self {
        Self { bound, ..self }
    }

    /// The same, with what is aimed at.
    pub(crate) fn aiming(self, aim: f64) -> Self {
        Self { aim: Some(aim), ..self }
    }

    /// The same, as a rule: a run that breaks it fails.
    pub(crate) fn binding(self) -> Self {
        Self { binds: true, ..self }
    }

    /// What part of its bound it is, where there is one to be a part of.
    pub(crate) fn part(&self) -> Option<f64> {
        match self.bound {
            Bound::AtLeast(bound) | Bound::AtMost(bound) if bound > 0.0 => Some(self.value / bound),
            _ => None,
        }
    }

    /// Whether it keeps to its bound.
    pub(crate) fn reached(&self) -> bool {
        self.bound.holds(self.value)
    }

    /// Its verdict and aim, in words.
    pub(crate) fn verdict(&self) -> String {
        let aim = self.aim.map(|aim| format!("; aim {}", number(aim))).unwrap_or_default();
        self.bound.verdict(self.value).map(|verdict| verdict + &aim).unwrap_or_default()
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let (least, most) = match self.bound {
            Bound::AtLeast(least) => (Some(least), None),
            Bound::AtMost(most) => (None, Some(most)),
            Bound::Told => (None, None),
        };
        json!({"name": self.name, "database": self.database, "value": self.value, "atLeast": least, "atMost": most,
            "aim": self.aim, "reached": self.reached()})
    }
}

/// A number with as many places as it needs.
pub(crate) fn number(value: f64) -> String {
    if value.abs() >= 100.0 || value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value:.2}").trim_end_matches('0').to_owned()
    }
}

/// How many of something, short: `10 M`, `200,000`, `62`.
pub(crate) fn amount(count: usize) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..1_000_000 => format!("{},{:03}", count / 1_000, count % 1_000),
        _ => format!("{} M", number(count as f64 / 1_000_000.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missed_is_told_with_how_much_is_missing() {
        assert_eq!(Bound::AtLeast(0.4).verdict(0.3).unwrap(), "at least 0.4: MISSED by 25 %");
        assert_eq!(Bound::AtMost(200.0).verdict(250.0).unwrap(), "at most 200: MISSED by 25 %");
        assert_eq!(Bound::AtMost(0.0).verdict(3.0).unwrap(), "at most 0: MISSED");
        assert_eq!(Bound::AtLeast(8.0).verdict(8.0).unwrap(), "at least 8: reached");
        // a miss that rounding would hide
        assert_eq!(Bound::AtLeast(1000.0).verdict(999.0).unwrap(), "at least 1000: MISSED by 1 %");
        assert_eq!(Bound::Told.verdict(1.0), None);
    }

    #[test]
    fn amounts_are_short() {
        assert_eq!([62, 10_000, 1_500_000, 10_000_000].map(amount), ["62", "10,000", "1.5 M", "10 M"]);
    }
}
