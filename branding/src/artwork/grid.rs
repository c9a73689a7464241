//! A typographic grid: large and small shapes on squares, black and white, one colour.
#![expect(clippy::format_collect, reason = "a handful of shapes; clear is better than fast")]

use std::fmt::Write as _;

use super::stream::Stream;
use crate::theme::Theme;

const UNIT: u32 = 200;
const COLUMNS: u32 = 8;
const ROWS: u32 = 6;

/// Paper, ink, grey.
const INKS: [(&str, &str, &str); 3] = [
    ("#0a0a0a", "#f5f5f5", "#2b2b2b"),
    ("#f4f4f2", "#0a0a0a", "#dcdcd8"),
    ("#161616", "#ededed", "#3a3a3a"),
];

pub(super) fn draw(stream: &mut Stream, theme: &Theme) -> String {
    let (paper, ink, grey) = *stream.pick(&INKS);
    let accent = theme.brand.to_string();
    let mut out = String::with_capacity(12 * 1024);
    write!(out, "<rect width=\"1600\" height=\"1200\" fill=\"{paper}\"/>").expect("writing to a string cannot fail");
    let mut taken = [[false; 8]; 6];
    // One shape leads, two follow, the rest is rhythm; only few of them are coloured.
    place(&mut out, stream, &mut taken, 4, &[&accent]);
    place(&mut out, stream, &mut taken, 2, &[ink]);
    place(&mut out, stream, &mut taken, 2, &[ink, &accent]);
    place(&mut out, stream, &mut taken, 2, &[grey]);
    for row in 0..ROWS {
        for column in 0..COLUMNS {
            if is_free(&taken, column, row, 1) {
                let colour = match stream.below(10) {
                    0 => accent.as_str(),
                    1..=4 => ink,
                    5..=7 => grey,
                    _ => continue,
                };
                shape(&mut out, stream, (column * UNIT, row * UNIT), UNIT, colour);
            }
        }
    }
    lines(&mut out, ink);
    out
}

/// Puts a shape of `size` × `size` squares where there is room.
fn place(out: &mut String, stream: &mut Stream, taken: &mut [[bool; 8]; 6], size: u32, colours: &[&str]) {
    for _ in 0..12 {
        let column = stream.below(COLUMNS - size + 1);
        let row = stream.below(ROWS - size + 1);
        if is_free(taken, column, row, size) {
            for line in taken.iter_mut().skip(index(row)).take(index(size)) {
                for cell in line.iter_mut().skip(index(column)).take(index(size)) {
                    *cell = true;
                }
            }
            let colour = *stream.pick(colours);
            shape(out, stream, (column * UNIT, row * UNIT), size * UNIT, colour);
            return;
        }
    }
}

fn is_free(taken: &[[bool; 8]; 6], column: u32, row: u32, size: u32) -> bool {
    let lines = taken.iter().skip(index(row)).take(index(size));
    lines
        .flat_map(|line| line.iter().skip(index(column)).take(index(size)))
        .all(|cell| !cell)
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// One shape in a square of side `s` at `(x, y)`.
fn shape(out: &mut String, stream: &mut Stream, (x, y): (u32, u32), s: u32, colour: &str) {
    let turn = 90 * stream.below(4);
    let half = s / 2;
    let body = match stream.below(9) {
        0 => format!("<path d=\"M0 0A{s} {s} 0 0 1 {s} {s}H0z\"/>"),
        1 => format!("<circle cx=\"{half}\" cy=\"{half}\" r=\"{half}\"/>"),
        2 => format!("<path d=\"M0 {half}A{half} {half} 0 0 1 {s} {half}z\"/>"),
        3 => (0..5)
            .map(|bar| format!("<rect y=\"{}\" width=\"{s}\" height=\"{}\"/>", bar * s / 5, s / 10))
            .collect(),
        4 => format!("<path d=\"M0 0H{s}L0 {s}z\"/>"),
        5 => ring(s),
        6 => (0..16)
            .map(|dot| {
                format!(
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
                    (dot % 4) * s / 4 + s / 8,
                    (dot / 4) * s / 4 + s / 8,
                    s / 22
                )
            })
            .collect(),
        7 => format!("<path d=\"M0 0H{half}V{half}H{s}V{s}H0z\"/>"),
        _ => format!(
            "<path d=\"M0 {half}A{half} {half} 0 0 1 {half} 0V{half}zM{half} {half}H{s}A{half} {half} 0 0 1 {half} {s}z\"/>"
        ),
    };
    write!(
        out,
        "<g fill=\"{colour}\" transform=\"translate({x} {y}) rotate({turn} {half} {half})\">{body}</g>"
    )
    .expect("writing to a string cannot fail");
}

/// A quarter of three rings.
fn ring(s: u32) -> String {
    let band = s / 6;
    (0..3)
        .map(|index| {
            let (outer, inner) = (s - index * 2 * band, s - index * 2 * band - band);
            format!("<path d=\"M0 0V0M0 {outer}A{outer} {outer} 0 0 0 {outer} 0H{inner}A{inner} {inner} 0 0 1 0 {inner}z\"/>")
        })
        .collect()
}

/// Hair lines of the grid.
fn lines(out: &mut String, ink: &str) {
    write!(out, "<g stroke=\"{ink}\" stroke-opacity=\".14\">").expect("writing to a string cannot fail");
    for column in 1..COLUMNS {
        write!(out, "<path d=\"M{0} 0V1200\"/>", column * UNIT).expect("writing to a string cannot fail");
    }
    for row in 1..ROWS {
        write!(out, "<path d=\"M0 {0}H1600\"/>", row * UNIT).expect("writing to a string cannot fail");
    }
    out.push_str("</g>");
}
