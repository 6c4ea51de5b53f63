//! The chart: each ratio as a bar beside what was wanted, as one SVG file.

use std::fmt::Write as _;

use crate::report::Report;

/// The chart of a report.
pub(crate) fn svg(report: &Report) -> String {
    let bars = bars(report);
    let height = HEAD + bars.len() * LINE + 20;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1100 {height}\" font-family=\"sans-serif\" font-size=\"13\">\
         <title>Ratios to each anchor and bound</title><rect width=\"1100\" height=\"{height}\" fill=\"#fff\"/>\
         <text x=\"20\" y=\"24\" font-size=\"16\">The hub in parts of each anchor, figures in parts of their bound; the mark is what is wanted</text>\n"
    );
    for (n, (name, ratio, wanted, reached)) in bars.iter().enumerate() {
        let y = HEAD + n * LINE;
        let (long, mark) = (place(*ratio) - LEFT, place(*wanted));
        let colour = if *reached { "#1b7f4b" } else { "#b3261e" };
        writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><rect x=\"{LEFT}\" y=\"{y}\" width=\"{long:.0}\" height=\"16\" \
             fill=\"{colour}\"/><line x1=\"{mark:.0}\" x2=\"{mark:.0}\" y1=\"{}\" y2=\"{}\" stroke=\"#000\" stroke-width=\"2\"/>\
             <text x=\"{:.0}\" y=\"{}\">{ratio:.2}</text>",
            LEFT - 10.0,
            y + 13,
            escaped(name),
            y.saturating_sub(2),
            y + 18,
            place(*ratio).max(mark) + 8.0,
            y + 13,
        )
        .unwrap();
    }
    svg.push_str("</svg>\n");
    svg
}

/// Name, ratio, what is wanted, and whether it is reached.
fn bars(report: &Report) -> Vec<(String, f64, f64, bool)> {
    let ratios = report.rows.iter().flat_map(|row| {
        row.goals.iter().map(move |goal| {
            let what = goal.measure.word();
            let name = format!("{}{}, {} / {}", what, row.name, row.database, row.servers[goal.against].0);
            (name, row.ratio(goal).middle, goal.wanted, row.reaches(goal))
        })
    });
    let parts = report.figures.iter().filter_map(|figure| {
        let name = format!("{}, {}", figure.name, figure.database);
        Some((name, figure.part()?, 1.0, figure.reached()))
    });
    ratios.chain(parts).collect()
}

/// Where a ratio stands: the scale is the logarithm, from a hundredth to a hundredfold.
fn place(ratio: f64) -> f64 {
    let of_all = (ratio.clamp(0.01, 100.0).log10() + 2.0) / 4.0;
    LEFT + of_all * 440.0
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

const LEFT: f64 = 580.0;
const HEAD: usize = 44;
const LINE: usize = 26;
