//! Draws the shares of the limits as bars (SVG 1.1), in whole numbers.

use std::fmt::Write as _;

use crate::report::{Mark, Row, percent};

/// Lengths in units of the picture.
const LABELS: u64 = 260;
const FULL: u64 = 380;
const WIDTH: u64 = 860;
const STEP: u64 = 34;
const BAR: u64 = 20;
const TOP: u64 = 56;

/// A bar for each row that has a limit: its length is the share of the limit.
pub fn draw(rows: &[&Row]) -> String {
    let height = TOP + STEP * u64::try_from(rows.len()).unwrap_or(0) + 20;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         font-family=\"system-ui, sans-serif\" font-size=\"14\">\n\
         <title>Share of the limit of the same machine that each path reaches with 256 clients</title>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n\
         <text x=\"12\" y=\"26\" font-size=\"16\" font-weight=\"600\" fill=\"#1a1a1a\">Share of the machine's limit, 256 clients at once</text>\n"
    );
    for (number, row) in rows.iter().enumerate() {
        let top = TOP + STEP * u64::try_from(number).unwrap_or(0);
        bar(&mut svg, row, top);
    }
    let bottom = height - 14;
    for (share, said) in [(0, "0"), (500, "50 %"), (1_000, "100 %: the limit")] {
        let x = LABELS + FULL * share / 1_000;
        put(
            &mut svg,
            &format!(
                "<line x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{bottom}\" stroke=\"#1a1a1a\" stroke-opacity=\"0.35\"/>\
                 <text x=\"{x}\" y=\"{}\" font-size=\"12\" text-anchor=\"middle\" fill=\"#444444\">{said}</text>",
                TOP - 6,
                TOP - 10
            ),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn bar(svg: &mut String, row: &Row, top: u64) {
    let share = row.share().unwrap_or(0);
    let length = FULL * share.min(1_000) / 1_000;
    let colour = match row.mark {
        Mark::Pass => "#1b7f4b",
        Mark::Floor => "#b26a00",
        Mark::Fail => "#b3261e",
        Mark::None | Mark::NotBuilt => "#4a6583",
    };
    let middle = top + BAR - 5;
    let said = format!(
        "{}, {} of {}/s {}",
        percent(share),
        row.per_second,
        row.limit.map_or(0, |(_, n)| n),
        row.mark.word()
    );
    put(
        svg,
        &format!(
            "<text x=\"{}\" y=\"{middle}\" text-anchor=\"end\" fill=\"#1a1a1a\">{}</text>\
             <rect x=\"{LABELS}\" y=\"{top}\" width=\"{FULL}\" height=\"{BAR}\" fill=\"#eceff3\"/>\
             <rect x=\"{LABELS}\" y=\"{top}\" width=\"{length}\" height=\"{BAR}\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"{middle}\" fill=\"#1a1a1a\">{}</text>",
            LABELS - 10,
            escape(&row.path),
            LABELS + FULL + 8,
            escape(said.trim_end())
        ),
    );
}

fn put(svg: &mut String, element: &str) {
    writeln!(svg, "{element}").expect("a string takes text");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::measure::Samples;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        let mut samples = Samples::default();
        (0..50).for_each(|_| samples.note(Duration::from_millis(1)));
        samples.set_elapsed(Duration::from_secs(1));
        let row = Row::new("part", "a < b", 256, samples).beside("limit", 100);
        let svg = draw(&[&row]);
        assert!(svg.contains("width=\"190\"") && svg.contains("a &lt; b") && svg.contains("50 %, 50 of 100/s"));
    }
}
