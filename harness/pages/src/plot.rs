//! The geometry of plots, which the templates draw as SVG.

use serde::Serialize;

/// A heat map: how many of each row's things each column has.
#[derive(Debug, Serialize)]
pub(crate) struct Heat {
    width: usize,
    height: usize,
    columns: Vec<(usize, &'static str)>,
    rows: Vec<HeatRow>,
}

#[derive(Debug, Serialize)]
struct HeatRow {
    name: String,
    all: usize,
    y: usize,
    cells: Vec<HeatCell>,
}

#[derive(Debug, Serialize)]
struct HeatCell {
    x: usize,
    /// How dense the colour is, by the share.
    opacity: String,
    count: usize,
}

const NAME: usize = 180;
const CELL: usize = 74;
const LINE: usize = 18;
const HEAD: usize = 24;
/// The opacity of all of a row, in hundredths: text on it has to be readable in both themes.
const DENSEST: usize = 45;

impl Heat {
    /// `rows` are a name, how many things there are, and how many each column has.
    pub(crate) fn of(columns: &[&'static str], rows: &[(String, usize, Vec<usize>)]) -> Self {
        let x = |column: usize| NAME + column * CELL;
        let row = |(number, (name, all, counts)): (usize, &(String, usize, Vec<usize>))| HeatRow {
            name: name.clone(),
            all: *all,
            y: HEAD + number * LINE,
            cells: counts
                .iter()
                .enumerate()
                .map(|(column, count)| {
                    let percent = count * 100 / (*all).max(1);
                    let opacity = format!("0.{:02}", percent * DENSEST / 100);
                    HeatCell { x: x(column), opacity, count: *count }
                })
                .collect(),
        };
        Self {
            width: x(columns.len()),
            height: HEAD + rows.len() * LINE,
            columns: columns.iter().enumerate().map(|(at, name)| (x(at), *name)).collect(),
            rows: rows.iter().enumerate().map(row).collect(),
        }
    }
}

/// Shares of all things by how much was needed, on a logarithmic axis.
#[derive(Debug, Serialize)]
pub(crate) struct Curves {
    width: u32,
    height: u32,
    left: u32,
    bottom: u32,
    right: u32,
    top: u32,
    lines: Vec<Curve>,
    /// Place and text.
    xs: Vec<(String, String)>,
    ys: Vec<(String, String)>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Curve {
    name: &'static str,
    number: usize,
    shown: usize,
    count: usize,
    half: String,
    points: String,
}

const WIDTH: u32 = 720;
const HEIGHT: u32 = 340;
const LEFT: u32 = 46;
const BOTTOM: u32 = 300;
const RIGHT: u32 = 700;
const TOP: u32 = 14;
/// The last number on the axis, as a power of ten.
const DECADES: f64 = 4.31;

fn x(cases: u64) -> f64 {
    // Figures are below 2^53, and the place is rounded to a tenth.
    #[expect(clippy::cast_precision_loss)]
    let decades = (cases.max(1) as f64).log10();
    f64::from(LEFT) + f64::from(RIGHT - LEFT) * (decades / DECADES).min(1.0)
}

fn y(shown: usize, count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss)]
    let share = shown as f64 / count.max(1) as f64;
    f64::from(BOTTOM) - f64::from(BOTTOM - TOP) * share
}

impl Curve {
    /// The steps of a curve: `figures` are what each thing needed that was shown, of `count`.
    pub(crate) fn of(
        name: &'static str,
        number: usize,
        mut figures: Vec<u64>,
        count: usize,
    ) -> Self {
        figures.sort_unstable();
        let half =
            figures.get(count.div_ceil(2).saturating_sub(1)).map_or("-".to_owned(), u64::to_string);
        let mut points = vec![format!("{LEFT},{BOTTOM}")];
        let mut last = y(0, count);
        for (index, cases) in figures.iter().enumerate() {
            if figures.get(index + 1) == Some(cases) {
                continue;
            }
            let (place, height) = (x(*cases), y(index + 1, count));
            points.extend([format!("{place:.1},{last:.1}"), format!("{place:.1},{height:.1}")]);
            last = height;
        }
        points.push(format!("{RIGHT},{last:.1}"));
        Self { name, number, shown: figures.len(), count, half, points: points.join(" ") }
    }
}

impl Curves {
    pub(crate) fn of(lines: Vec<Curve>) -> Self {
        let xs = [1, 10, 100, 1000, 10_000].map(|at| (format!("{:.1}", x(at)), at.to_string()));
        let ys = [0, 25, 50, 75, 100].map(|at| (format!("{:.1}", y(at, 100)), format!("{at} %")));
        Self {
            width: WIDTH,
            height: HEIGHT,
            left: LEFT,
            bottom: BOTTOM,
            right: RIGHT,
            top: TOP,
            lines,
            xs: xs.to_vec(),
            ys: ys.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_rises_to_the_share_that_was_shown() {
        let curve = Curve::of("search", 0, vec![100, 1, 1], 4);
        assert_eq!(curve.points, "46,300 46.0,300.0 46.0,157.0 349.5,157.0 349.5,85.5 700,85.5");
        assert_eq!((curve.shown, curve.count, &*curve.half), (3, 4, "1"));
    }

    #[test]
    fn a_cell_is_as_dense_as_its_share() {
        let heat = Heat::of(&["a", "b"], &[("row".to_owned(), 2, vec![2, 0])]);
        let cells: Vec<_> = heat.rows[0].cells.iter().map(|cell| &*cell.opacity).collect();
        assert_eq!(cells, ["0.45", "0.00"]);
    }
}
