//! The folder of a run: a table in Markdown, a chart, the figures for programs; and what was compared with what.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use system_tests::environment;

use crate::chart;
use crate::figure::{Figure, number};
use crate::pgbench::program;
use crate::report::{Goal, Report, Row, line, told};

/// Writes `table.md`, `chart.svg` and `result.json`.
pub(crate) fn write(folder: &Path, report: &Report) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("table.md"), markdown(report)).unwrap();
    fs::write(folder.join("chart.svg"), chart::svg(report)).unwrap();
    fs::write(folder.join("result.json"), format!("{:#}\n", report.json())).unwrap();
}

/// The versions of everything that is measured.
pub(crate) fn versions() -> Vec<(&'static str, String)> {
    let postgres = program("postgres");
    let said = |program: &Path, argument: &str| {
        let output = Command::new(program).arg(argument).output();
        let text = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
        String::from_utf8_lossy(&text).lines().next().unwrap_or_default().to_owned()
    };
    let cyrus = environment::cyrus().join("usr/lib/cyrus/cyrus-hardwired-config.txt");
    let cyrus = fs::read_to_string(cyrus).unwrap_or_default();
    let cyrus = cyrus.lines().find_map(|line| line.strip_prefix("PACKAGE_VERSION ")).unwrap_or_default();
    let versions = [
        said(&environment::binary(), "--version"),
        said(Path::new("nginx"), "-v"),
        said(&postgres, "--version"),
        format!("Dovecot {}", said(Path::new("dovecot"), "--version")),
        format!("Cyrus {cyrus}"),
    ];
    vec![("versions", versions.join("; "))]
}

/// The table as a page.
fn markdown(report: &Report) -> String {
    let mut text = String::from("# What was measured\n\n");
    for (name, value) in &report.head {
        writeln!(text, "- {name}: {value}").unwrap();
    }
    text.push_str("\n![The hub in parts of each anchor](chart.svg)\n");
    let mut databases: Vec<&str> = report.rows.iter().map(|row| row.database).collect();
    databases.dedup();
    for database in databases {
        writeln!(text, "\n## On {database}\n\n| row | ratio | least to most | wanted | aim |").unwrap();
        text.push_str("|---|---|---|---|---|\n");
        for row in report.rows.iter().filter(|row| row.database == database) {
            row.goals.iter().for_each(|goal| writeln!(text, "{}", ratio(row, goal)).unwrap());
        }
        text.push_str("\n| figure | value | |\n|---|---|---|\n");
        for figure in report.figures.iter().filter(|figure| figure.database == database) {
            writeln!(text, "{}", single(figure)).unwrap();
        }
        text.push_str("\nEvery server, the median of the rounds with the least and the most:\n\n```text\n");
        for row in report.rows.iter().filter(|row| row.database == database) {
            writeln!(text, "{}", row.name).unwrap();
            for (name, runs) in &row.servers {
                writeln!(text, "  {name:<22}{}", line(runs)).unwrap();
            }
            row.goals.iter().for_each(|goal| writeln!(text, "  {}", told(row, goal)).unwrap());
        }
        text.push_str("```\n");
    }
    text
}

fn ratio(row: &Row, goal: &Goal) -> String {
    let (ratio, against) = (row.ratio(goal), row.servers[goal.against].0);
    format!(
        "| {}{} | {:.2} × {against} | {:.2} to {:.2} | {} | {} |",
        goal.measure.word(),
        row.name,
        ratio.middle,
        ratio.least,
        ratio.most,
        goal.verdict(ratio.middle),
        goal.aim
    )
}

fn single(figure: &Figure) -> String {
    format!("| {} | {} | {} |", figure.name, number(figure.value), figure.verdict())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Bound;
    use crate::report::{Measure, Run};

    #[test]
    fn the_page_tells_what_is_missed() {
        let run = |tail| Run { rate: 30.0, latency: Some((1_000, tail)), cpu: None };
        let goal = |wanted| Goal { against: 1, measure: Measure::Tail, wanted, aim: 1.0 };
        let row = Row {
            name: "a page".into(),
            database: "sqlite",
            servers: vec![("hub", vec![run(6_000)]), ("hub at rest", vec![run(2_000)])],
            goals: vec![goal(3.0), goal(2.0)],
        };
        let figures =
            vec![Figure::told("changes a second", "sqlite", 15_000.0).within(Bound::AtLeast(20_000.0))];
        let page = markdown(&Report { head: vec![("when", "now".into())], rows: vec![row], figures });
        for line in [
            "- when: now",
            "| p99 a page | 3.00 × hub at rest | 3.00 to 3.00 | at most 3: reached | 1 |",
            "| p99 a page | 3.00 × hub at rest | 3.00 to 3.00 | at most 2: MISSED by 50 % | 1 |",
            "| changes a second | 15000 | at least 20000: MISSED by 25 % |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}: {page}");
        }
    }
}
