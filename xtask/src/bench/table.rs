//! The figures as tables.

use std::fmt::Write;

use serde::Deserialize;

/// What the summary prints.
#[derive(Debug, Deserialize)]
pub(super) struct Summary {
    /// Nanoseconds of one compression.
    compression: f64,
    groups: Vec<Group>,
    pub(super) growth: Vec<Growth>,
}

#[derive(Debug, Deserialize)]
struct Group {
    name: String,
    rows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    name: String,
    /// How many compressions are necessary.
    compressions: u32,
    /// Nanoseconds per call: in the fastest batch, and in the median one.
    best: f64,
    median: f64,
}

/// The cost of one shape of request over its size.
#[derive(Debug, Deserialize)]
pub(super) struct Growth {
    pub(super) name: String,
    pub(super) points: Vec<Point>,
}

/// Nanoseconds at one size.
#[derive(Debug, Deserialize)]
pub(super) struct Point {
    pub(super) bytes: u32,
    pub(super) cached: f64,
    pub(super) derived: f64,
    /// Verifying what was signed.
    #[serde(default)]
    verified: Option<f64>,
    pub(super) limit: f64,
}

impl Summary {
    pub(super) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    fn limit(&self, row: &Row) -> f64 {
        self.compression * f64::from(row.compressions)
    }

    fn best(&self, group: &str, row: &str) -> Option<f64> {
        let group = self.groups.iter().find(|other| other.name == group)?;
        group.rows.iter().find(|other| other.name == row).map(|row| row.best)
    }
}

/// Every row with its ratio to the limit, and its ratio to the reference (the first row).
pub(super) fn overview(summary: &Summary) -> String {
    let mut out = format!(
        "one compression {:.1} ns; times of the fastest batch; limit = compressions x that\n",
        summary.compression
    );
    for group in &summary.groups {
        let first = group.rows.first().map_or(f64::NAN, |row| row.best);
        _ = writeln!(out, "\n{:28}{HEADINGS}", group.name);
        for row in &group.rows {
            let limit = summary.limit(row);
            _ = writeln!(
                out,
                "  {:26}{limit:>10.0}{:>10.0}{:>10.0}{:>11.2}{:>11.2}",
                row.name,
                row.best,
                row.median,
                row.best / limit,
                row.best / first
            );
        }
    }
    _ = writeln!(
        out,
        "\n{:28}{:>10}{:>10}{:>10}{:>11}{:>10}",
        "growth", "bytes", "best", "ns/byte", "/ limit", "verified"
    );
    for growth in &summary.growth {
        for point in &growth.points {
            _ = writeln!(
                out,
                "  {:26}{:>10}{:>10.0}{:>10.2}{:>11.2}{:>10.2}",
                growth.name,
                point.bytes,
                point.cached,
                point.cached / f64::from(point.bytes),
                point.cached / point.limit,
                point.verified.map_or(f64::NAN, |time| time / f64::from(point.bytes))
            );
        }
    }
    out
}

const HEADINGS: &str = "     limit      best    median    / limit    / first";

/// A Markdown table: this checkout's time divided by that of `base`, for the rows that both have.
pub(super) fn comparison(base: &Summary, now: &Summary, name: &str) -> String {
    let mut out = format!("| | {name}, ns | now, ns | ratio |\n| --- | ---: | ---: | ---: |\n");
    for group in &now.groups {
        for row in &group.rows {
            if let Some(before) = base.best(&group.name, &row.name) {
                let ratio = row.best / before;
                let title = format!("{}, {}", group.name, row.name);
                _ = writeln!(out, "| {title} | {before:.0} | {:.0} | {ratio:.2} |", row.best);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(best: f64) -> Summary {
        let text = format!(
            r#"{{"compression": 35.0, "groups": [{{"name": "sign/get5", "rows": [
                {{"name": "reference, cached", "compressions": 10, "best": {best}, "median": 600}},
                {{"name": "peer", "compressions": 28, "best": 4900, "median": 5000}}]}}],
                "growth": [{{"name": "body", "points":
                [{{"bytes": 1000, "cached": 900, "derived": 1500, "verified": 1100,
                "limit": 600}}]}}]}}"#
        );
        Summary::parse(&text).unwrap()
    }

    #[test]
    fn the_overview_shows_ratios_to_the_limit_and_to_the_first() {
        insta::assert_snapshot!(overview(&summary(525.0)), @r"
        one compression 35.0 ns; times of the fastest batch; limit = compressions x that

        sign/get5                        limit      best    median    / limit    / first
          reference, cached                350       525       600       1.50       1.00
          peer                             980      4900      5000       5.00       9.33

        growth                           bytes      best   ns/byte    / limit  verified
          body                            1000       900      0.90       1.50      1.10
        ");
    }

    #[test]
    fn a_comparison_is_a_markdown_table_of_ratios() {
        insta::assert_snapshot!(comparison(&summary(700.0), &summary(525.0), "HEAD~1"), @r"
        | | HEAD~1, ns | now, ns | ratio |
        | --- | ---: | ---: | ---: |
        | sign/get5, reference, cached | 700 | 525 | 0.75 |
        | sign/get5, peer | 4900 | 4900 | 1.00 |
        ");
    }
}
