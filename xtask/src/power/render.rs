//! The page that shows the figures.

use std::fmt::Write as _;

use sigv4_mistakes::Mistake;

use super::{CASES, Figure, Power, Row, SEEDS};

const INTRODUCTION: &str = "# Power

How many requests it takes until a signer that makes one mistake of the catalogue, and no other, \
answers one wrongly.

- `search`: the generator of `sigv4-conformance search`, which knows where signers break.
- `fuzz`: the target `reference_against_model`, guided by coverage, from an empty corpus. It compares \
byte for byte, so it also sees what is a signer's own choice.
- `plain`: a property test over unbiased texts: any string in path and query, escaped as a URL library \
does it, any header of letters and printable ASCII, any body, any time.
- `official`: the vendor's 76 vectors, one after the other.";

/// The columns, in the order of the table's head.
const COLUMNS: [fn(&Row) -> Option<Figure>; 4] =
    [|row| row.search, |row| row.fuzz, |row| row.unbiased, |row| row.official];

const HEAD: &str = "search | fuzz | plain | official |\n|---|---:|---:|---:|---:|";

/// The page in Markdown.
pub(super) fn markdown(power: &Power) -> String {
    let mut page = format!(
        "{INTRODUCTION}\n\nA figure is the median of {} seeds; `-` stands where most of them had not \
         shown the mistake after {} requests. With a `*` it showed only where the vendor's own signers \
         part, so that no answer is wrong by rule. Made by `cargo xtask power`.\n\n",
        SEEDS.len(),
        thousands(CASES),
    );
    // Writing into a String cannot fail, here and below.
    let _ = writeln!(page, "| | {HEAD}");
    let all = power.rows.len();
    let unmeasured = power.rows.iter().filter(|row| row.fuzz_unmeasured).count();
    let columns = COLUMNS.map(|figure| {
        let mut figures: Vec<Figure> = power.rows.iter().filter_map(figure).collect();
        figures.sort_unstable();
        figures
    });
    line(
        &mut page,
        "mistakes shown",
        columns.each_ref().map(|shown| format!("{} of {all}", shown.len())),
    );
    if unmeasured > 0 {
        let not_run = ["", &format!("{unmeasured} not run"), "", ""].map(str::to_owned);
        line(&mut page, "mistakes newer than the figures", not_run);
    }
    for (name, share) in
        [("half of all", all.div_ceil(2)), ("nine tenths of all", (all * 9).div_ceil(10))]
    {
        let name = format!("{name} within");
        line(&mut page, &name, columns.each_ref().map(|shown| within(shown, share)));
    }
    page.push_str(&unshown(power));
    let _ = writeln!(page, "\n| mistake | {HEAD}");
    for row in &power.rows {
        let mut cells = COLUMNS.map(|figure| cell(figure(row)));
        if row.fuzz_unmeasured {
            "not run".clone_into(&mut cells[1]);
        }
        line(&mut page, &format!("`{}`", row.mistake), cells);
    }
    page
}

fn line(page: &mut String, name: &str, [search, fuzz, plain, official]: [String; 4]) {
    let _ = writeln!(page, "| {name} | {search} | {fuzz} | {plain} | {official} |");
}

/// What the search does not show, with the reason.
fn unshown(power: &Power) -> String {
    let mut text = String::new();
    for row in &power.rows {
        let Some(reason) = &row.unshown else { continue };
        let title = Mistake::from_id(&row.mistake).map_or("", |mistake| &mistake.entry().title[..]);
        let _ = writeln!(text, "| `{}` | {title} | {reason} |", row.mistake);
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\nNot shown by the search:\n\n| mistake | what the signer does | why |\n|---|---|---|\n{text}"
    )
}

/// The highest of the first `count` figures, which are sorted.
fn within(figures: &[Figure], count: usize) -> String {
    figures
        .get(count.saturating_sub(1))
        .map_or_else(|| "-".to_owned(), |figure| thousands(figure.cases))
}

fn cell(figure: Option<Figure>) -> String {
    match figure {
        None => "-".to_owned(),
        Some(Figure { cases, normative: true }) => thousands(cases),
        Some(Figure { cases, normative: false }) => thousands(cases) + " *",
    }
}

/// A number with its digits grouped.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        assert_eq!([1, 999, 1000, 1_234_567].map(thousands), ["1", "999", "1 000", "1 234 567"]);
    }
}
