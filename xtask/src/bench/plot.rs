//! Cost over size as SVG: both axes are logarithmic, so that linear growth is a straight line,
//! parallel to the limit.

use std::fmt::Write;

use super::table::{Growth, Point, Summary};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;

/// Colours that colour-blind people can distinguish (Okabe and Ito).
const COLOURS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// A line of a plot.
struct Line<'s> {
    name: String,
    points: Vec<(f64, f64)>,
    style: &'s str,
}

/// The name and text of a file for each part of a request that can grow.
pub(super) fn draw(summary: &Summary) -> Vec<(String, String)> {
    let titles = [
        ("body", "body, with a ready key and with one derived per request"),
        ("path", "path"),
        ("parameters", "parameters of the query"),
        ("header", "headers"),
    ];
    titles
        .iter()
        .map(|(part, title)| {
            let shapes = summary.growth.iter().filter(|growth| growth.name.starts_with(part));
            (format!("{part}.svg"), plot(title, &lines(&shapes.collect::<Vec<_>>())))
        })
        .collect()
}

/// The lines of a plot. The limit is that of the first shape, the plain one.
fn lines<'s>(shapes: &[&Growth]) -> Vec<Line<'s>> {
    let line = |name: &str, shape: &Growth, value: fn(&Point) -> f64, style| Line {
        name: name.to_owned(),
        points: shape.points.iter().map(|p| (f64::from(p.bytes), value(p))).collect(),
        style,
    };
    let mut lines = Vec::new();
    if let Some(plain) = shapes.first() {
        lines.push(line("limit", plain, |point| point.limit, "stroke-dasharray=\"6 4\""));
        if plain.name == "body" {
            lines.push(line("body, derived", plain, |point| point.derived, ""));
        }
    }
    lines.extend(shapes.iter().map(|shape| line(&shape.name, shape, |point| point.cached, "")));
    lines
}

fn plot(title: &str, lines: &[Line<'_>]) -> String {
    let points = || lines.iter().flat_map(|line| &line.points);
    let x = Axis::over(points().map(|point| point.0), LEFT, WIDTH - RIGHT);
    let y = Axis::over(points().map(|point| point.1), HEIGHT - BOTTOM, TOP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"22\" font-size=\"15\">Signing: {title}</text>\n"
    );
    for decade in x.decades() {
        let (at, label) = (x.place(decade), label(decade, ["B", "kB", "MB"]));
        _ = writeln!(
            svg,
            "<path d=\"M{at:.1} {TOP}V{:.1}\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"{:.1}\" \
             text-anchor=\"middle\">{label}</text>",
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM + 18.0
        );
    }
    for decade in y.decades() {
        let (at, label) = (y.place(decade), label(decade, ["ns", "µs", "ms"]));
        _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {at:.1}H{:.1}\" stroke=\"#ddd\"/><text x=\"{:.1}\" y=\"{:.1}\" \
             text-anchor=\"end\">{label}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0
        );
    }
    for (index, line) in lines.iter().enumerate() {
        // The limit is black; the measured lines have colours.
        let colour = index.checked_sub(1).map_or("#000", |at| COLOURS[at % COLOURS.len()]);
        let path: Vec<String> = line
            .points
            .iter()
            .map(|point| format!("{:.1} {:.1}", x.place(point.0), y.place(point.1)))
            .collect();
        let row = TOP + 16.0 * f64::from(u32::try_from(index).unwrap_or_default());
        _ = writeln!(
            svg,
            "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" {}/>\
             <text x=\"{:.1}\" y=\"{row:.1}\" fill=\"{colour}\">{}</text>",
            path.join("L"),
            line.style,
            WIDTH - RIGHT + 12.0,
            line.name
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// A logarithmic scale.
struct Axis {
    first: f64,
    last: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value.log10()), high.max(value.log10()))
        });
        // A small margin, so that no line runs along the edge.
        Self { first: low - 0.1, last: high + 0.1, from, to }
    }

    fn place(&self, value: f64) -> f64 {
        let share = (value.log10() - self.first) / (self.last - self.first);
        self.from + share * (self.to - self.from)
    }

    /// The powers of ten on it.
    fn decades(&self) -> impl Iterator<Item = f64> {
        let last = self.last;
        std::iter::successors(Some(self.first.ceil()), |exponent| Some(exponent + 1.0))
            .take_while(move |exponent| *exponent <= last)
            .map(|exponent| 10_f64.powf(exponent))
    }
}

/// A power of ten with one of three units, each a thousand times the one before.
fn label(value: f64, units: [&str; 3]) -> String {
    match value {
        ..1e3 => format!("{value:.0} {}", units[0]),
        ..1e6 => format!("{:.0} {}", value / 1e3, units[1]),
        _ => format!("{:.0} {}", value / 1e6, units[2]),
    }
}
