//! What was measured: the table, JSON, and a chart.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::figure::{Bound, Figure, number};

/// One run of one server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Microseconds of the median answer, and of the hundredth slowest; none where the tool does not say.
    pub(crate) latency: Option<(u32, u32)>,
    /// Microseconds of CPU for an answer, of the whole server side.
    pub(crate) cpu: Option<f64>,
}

/// What a row compares: a rate that should be high, CPU that should be low.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Answers a second, of the hub in parts of the other's.
    Rate,
    /// CPU of an answer, of the hub in parts of the other's.
    Cpu,
    /// The hundredth slowest answer, of the hub in parts of the other's.
    Tail,
}

/// What the row should reach against one of the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Goal {
    /// Against whom: the place among the row's servers.
    pub(crate) against: usize,
    /// In what.
    pub(crate) measure: Measure,
    /// At least, or for CPU and tails at most.
    pub(crate) wanted: f64,
    /// What is aimed at.
    pub(crate) aim: f64,
}

/// A row: servers that did the same in turns, the hub first.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// What was asked.
    pub(crate) name: String,
    /// The hub's database.
    pub(crate) database: &'static str,
    /// The servers, with a run for each round.
    pub(crate) servers: Vec<(&'static str, Vec<Run>)>,
    /// What the row should reach.
    pub(crate) goals: Vec<Goal>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    /// The day, the machine, how it was asked, how fast its disk was before and after.
    pub(crate) head: Vec<(&'static str, String)>,
    /// The rows.
    pub(crate) rows: Vec<Row>,
    /// The figures.
    pub(crate) figures: Vec<Figure>,
}

/// The least, the middle and the most of some numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    /// The least.
    pub(crate) least: f64,
    /// The median.
    pub(crate) middle: f64,
    /// The most.
    pub(crate) most: f64,
}

impl Spread {
    /// Of these numbers, at least one.
    pub(crate) fn of(mut numbers: Vec<f64>) -> Self {
        numbers.sort_by(f64::total_cmp);
        let at = |n: usize| numbers.get(n).copied().unwrap_or(f64::NAN);
        Self { least: at(0), middle: at(numbers.len() / 2), most: at(numbers.len().saturating_sub(1)) }
    }
}

impl Row {
    /// What a goal compares, round by round.
    pub(crate) fn ratio(&self, goal: &Goal) -> Spread {
        let part = |run: &Run| match goal.measure {
            Measure::Rate => run.rate,
            Measure::Cpu => run.cpu.unwrap_or(f64::NAN),
            Measure::Tail => run.latency.map_or(f64::NAN, |(_, tail)| f64::from(tail)),
        };
        let (hub, other) = (&self.servers[0].1, &self.servers[goal.against].1);
        Spread::of(hub.iter().zip(other).map(|(hub, other)| part(hub) / part(other)).collect())
    }

    /// Whether a goal is reached, by the median of the rounds.
    pub(crate) fn reaches(&self, goal: &Goal) -> bool {
        goal.bound().holds(self.ratio(goal).middle)
    }
}

impl Goal {
    /// What the ratio may be.
    fn bound(&self) -> Bound {
        match self.measure {
            Measure::Rate => Bound::AtLeast(self.wanted),
            Measure::Cpu | Measure::Tail => Bound::AtMost(self.wanted),
        }
    }

    /// Whether a ratio keeps to it, in words.
    pub(crate) fn verdict(&self, ratio: f64) -> String {
        self.bound().verdict(ratio).unwrap_or_default()
    }
}

impl Measure {
    /// What stands before the ratio of it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Rate => "",
            Self::Cpu => "CPU ",
            Self::Tail => "p99 ",
        }
    }
}

impl Report {
    /// The table for people.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.head {
            writeln!(text, "{name}: {value}").unwrap();
        }
        for row in &self.rows {
            writeln!(text, "\n{} ({})", row.name, row.database).unwrap();
            for (name, runs) in &row.servers {
                writeln!(text, "  {name:<22}{}", line(runs)).unwrap();
            }
            for goal in &row.goals {
                writeln!(text, "  {}", told(row, goal)).unwrap();
            }
        }
        text.push('\n');
        for figure in &self.figures {
            let verdict = figure.verdict();
            let verdict = if verdict.is_empty() { verdict } else { format!("  ({verdict})") };
            writeln!(text, "{} ({}): {}{verdict}", figure.name, figure.database, number(figure.value))
                .unwrap();
        }
        text
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> Value {
        let head: serde_json::Map<String, Value> =
            self.head.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        let run = |run: &Run| {
            json!({"perSecond": run.rate, "p50Micros": run.latency.map(|of| of.0),
            "p99Micros": run.latency.map(|of| of.1), "cpuMicros": run.cpu})
        };
        let row =
            |row: &Row| {
                let servers: Vec<Value> = row.servers.iter().map(|(name, runs)| {
                json!({"name": name, "rounds": runs.iter().map(run).collect::<Vec<_>>()})
            }).collect();
                let goals: Vec<Value> = row.goals.iter().map(|goal| goal_of(row, goal)).collect();
                json!({"name": row.name, "database": row.database, "servers": servers, "ratios": goals})
            };
        let figures: Vec<Value> = self.figures.iter().map(Figure::json).collect();
        json!({"head": head, "rows": self.rows.iter().map(row).collect::<Vec<_>>(), "figures": figures})
    }
}

/// A server's runs in one line.
pub(crate) fn line(runs: &[Run]) -> String {
    let rate = Spread::of(runs.iter().map(|run| run.rate).collect());
    let mut text = format!("{:>8.0}/s ({:.0} to {:.0})", rate.middle, rate.least, rate.most);
    let latencies: Vec<(u32, u32)> = runs.iter().filter_map(|run| run.latency).collect();
    if !latencies.is_empty() {
        let of = |pick: fn(&(u32, u32)) -> u32| {
            Spread::of(latencies.iter().map(|one| f64::from(pick(one)) / 1_000.0).collect()).middle
        };
        write!(text, "  p50 {:.2} ms  p99 {:.2} ms", of(|one| one.0), of(|one| one.1)).unwrap();
    }
    let cpu: Vec<f64> = runs.iter().filter_map(|run| run.cpu).collect();
    if !cpu.is_empty() {
        let cpu = Spread::of(cpu);
        write!(text, "  CPU {:.1} µs ({:.1} to {:.1})", cpu.middle, cpu.least, cpu.most).unwrap();
    }
    text
}

/// A goal and whether it is reached, in one line.
pub(crate) fn told(row: &Row, goal: &Goal) -> String {
    let (ratio, against) = (row.ratio(goal), row.servers[goal.against].0);
    format!(
        "{}{:.2} × {against} ({:.2} to {:.2}); {}; aim {}",
        goal.measure.word(),
        ratio.middle,
        ratio.least,
        ratio.most,
        goal.verdict(ratio.middle),
        goal.aim
    )
}

fn goal_of(row: &Row, goal: &Goal) -> Value {
    let ratio = row.ratio(goal);
    let measure = match goal.measure {
        Measure::Rate => "rate",
        Measure::Cpu => "cpu",
        Measure::Tail => "p99",
    };
    json!({"against": row.servers[goal.against].0, "measure": measure, "least": ratio.least, "median": ratio.middle,
        "most": ratio.most, "wanted": goal.wanted, "aim": goal.aim, "reached": row.reaches(goal)})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(rates: &[f64]) -> Vec<Run> {
        rates.iter().map(|rate| Run { rate: *rate, latency: None, cpu: Some(1_000_000.0 / rate) }).collect()
    }

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        let goal = Goal { against: 1, measure: Measure::Rate, wanted: 0.5, aim: 1.0 };
        let row = Row {
            name: "list".into(),
            database: "sqlite",
            servers: vec![("hub", runs(&[50.0, 10.0, 30.0])), ("nginx", runs(&[100.0, 40.0, 50.0]))],
            goals: vec![goal],
        };
        assert_eq!(row.ratio(&goal), Spread { least: 0.25, middle: 0.5, most: 0.6 });
        assert!(row.reaches(&goal));
        assert!(!row.reaches(&Goal { wanted: 0.51, ..goal }));
        let cpu = Goal { measure: Measure::Cpu, wanted: 2.0, ..goal };
        assert!(row.reaches(&cpu) && !row.reaches(&Goal { wanted: 1.9, ..cpu }));
    }
}
