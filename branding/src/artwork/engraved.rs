//! An engraving: a stage arch, a rosette of turned ellipses, drapery of hatched lines.
#![expect(clippy::float_arithmetic, reason = "geometry of pictures")]

use std::fmt::Write as _;

use super::stream::Stream;

/// Paper and inks.
struct Print {
    paper: &'static str,
    inner: &'static str,
    ink: &'static str,
    gold: &'static str,
}

const PRINTS: [Print; 5] = [
    Print {
        paper: "#f5eedd",
        inner: "#efe5cd",
        ink: "#781d33",
        gold: "#b58a3c",
    },
    Print {
        paper: "#5d1226",
        inner: "#4a0d1d",
        ink: "#e8cf9a",
        gold: "#f3e3bd",
    },
    Print {
        paper: "#efe6d2",
        inner: "#781d33",
        ink: "#5b1a2b",
        gold: "#c39a4b",
    },
    Print {
        paper: "#1d1413",
        inner: "#2a1a19",
        ink: "#d8b56d",
        gold: "#a8324a",
    },
    Print {
        paper: "#f3ead6",
        inner: "#e8dcc0",
        ink: "#2c2320",
        gold: "#8f2a40",
    },
];

const CENTRE: f64 = 800.0;

pub(super) fn draw(stream: &mut Stream) -> String {
    let print = stream.pick(&PRINTS);
    let mut out = String::with_capacity(40 * 1024);
    write!(out, "<rect width=\"1600\" height=\"1200\" fill=\"{}\"/>", print.paper)
        .expect("writing to a string cannot fail");
    match stream.below(3) {
        0 => {
            let spring = stream.between(560.0, 640.0);
            drapery(&mut out, stream, print);
            arches(&mut out, stream, print, spring);
            rays(&mut out, stream, print, spring);
            rosette(&mut out, stream, print, spring);
            stage(&mut out, print);
        }
        1 => medallion(&mut out, stream, print),
        _ => scallops(&mut out, stream, print),
    }
    out
}

/// Concentric arches on columns.
fn arches(out: &mut String, stream: &mut Stream, print: &Print, spring: f64) {
    let outer = stream.between(500.0, 545.0);
    let radius = outer + 24.0;
    let Print {
        paper,
        inner,
        ink,
        gold,
    } = print;
    let arch = |r: f64| {
        format!(
            "M{:.1} 1200V{spring:.1}A{r:.1} {r:.1} 0 0 1 {:.1} {spring:.1}V1200",
            CENTRE - r,
            CENTRE + r
        )
    };
    write!(
        out,
        "<path d=\"{}\" fill=\"{paper}\"/><path d=\"{}\" fill=\"{inner}\"/>",
        arch(radius),
        arch(outer - 96.0)
    )
    .expect("writing to a string cannot fail");
    out.push_str("<g fill=\"none\">");
    let rhythm = [0.0, 10.0, 16.0, 44.0, 50.0, 56.0, 62.0, 68.0, 96.0, 104.0];
    for (index, offset) in rhythm.iter().enumerate() {
        let (colour, width) = if index % 4 == 3 { (gold, 5.0) } else { (ink, 1.8) };
        write!(
            out,
            "<path d=\"{}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
            arch(outer - offset)
        )
        .expect("writing to a string cannot fail");
    }
    // Voussoirs: short strokes across the band.
    let count = 40 + 4 * stream.below(5);
    write!(out, "<g stroke=\"{ink}\" stroke-width=\"1.6\">").expect("writing to a string cannot fail");
    for stone in 0..=count {
        let angle = std::f64::consts::PI * f64::from(stone) / f64::from(count);
        let (sin, cos) = angle.sin_cos();
        let (from, to) = (outer - 20.0, outer - 40.0);
        write!(
            out,
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
            CENTRE - from * cos,
            spring - from * sin,
            CENTRE - to * cos,
            spring - to * sin
        )
        .expect("writing to a string cannot fail");
    }
    out.push_str("</g></g>");
}

/// Light from the stage.
fn rays(out: &mut String, stream: &mut Stream, print: &Print, spring: f64) {
    let count = 72 + 12 * stream.below(4);
    write!(out, "<g stroke=\"{}\" stroke-width=\"1.3\" opacity=\".75\">", print.ink)
        .expect("writing to a string cannot fail");
    for ray in 1..count {
        let angle = std::f64::consts::PI * f64::from(ray) / f64::from(count);
        let (sin, cos) = angle.sin_cos();
        let far = if ray % 2 == 0 { 408.0 } else { 352.0 };
        write!(
            out,
            "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
            CENTRE - 215.0 * cos,
            spring - 215.0 * sin,
            CENTRE - far * cos,
            spring - far * sin
        )
        .expect("writing to a string cannot fail");
    }
    out.push_str("</g>");
}

/// Turned ellipses, as on banknotes.
fn rosette(out: &mut String, stream: &mut Stream, print: &Print, spring: f64) {
    let petals = 9 + stream.below(8);
    let lines = petals * 3;
    let flat = stream.between(0.28, 0.55);
    let turn = 180.0 / f64::from(lines);
    write!(
        out,
        "<circle cx=\"{CENTRE}\" cy=\"{spring:.1}\" r=\"206\" fill=\"{}\"/><g fill=\"none\" stroke-width=\"1.4\">",
        print.paper
    )
    .expect("writing to a string cannot fail");
    for line in 0..lines {
        let colour = if line % 3 == 0 { print.gold } else { print.ink };
        write!(
            out,
            "<ellipse cx=\"{CENTRE}\" cy=\"{spring:.1}\" rx=\"196\" ry=\"{:.1}\" stroke=\"{colour}\" transform=\"rotate({:.2} {CENTRE} {spring:.1})\"/>",
            196.0 * flat,
            turn * f64::from(line)
        )
        .expect("writing to a string cannot fail");
    }
    write!(
        out,
        "<circle cx=\"{CENTRE}\" cy=\"{spring:.1}\" r=\"206\" stroke=\"{}\" stroke-width=\"4\"/>\
         <circle cx=\"{CENTRE}\" cy=\"{spring:.1}\" r=\"{:.1}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"3\"/></g>",
        print.gold,
        196.0 * flat * 0.62,
        print.gold,
        print.ink
    )
    .expect("writing to a string cannot fail");
}

/// Curtains at both sides: lines whose spacing swells, so that they read as folds.
fn drapery(out: &mut String, stream: &mut Stream, print: &Print) {
    let folds = stream.between(5.0, 8.0);
    let sway = stream.between(14.0, 34.0);
    write!(out, "<g fill=\"none\" stroke=\"{}\" stroke-width=\"1.7\">", print.ink)
        .expect("writing to a string cannot fail");
    let lines = 78;
    for line in 0..lines {
        let t = f64::from(line) / f64::from(lines);
        let x = 330.0 * (t + 0.36 * (t * folds * std::f64::consts::TAU).sin() / folds);
        let bend = sway * (t * 3.0).sin();
        write!(
            out,
            "<path d=\"M{x:.1} 0C{:.1} 400 {:.1} 800 {x:.1} 1200M{:.1} 0C{:.1} 400 {:.1} 800 {:.1} 1200\"/>",
            x + bend,
            x - bend,
            1600.0 - x,
            1600.0 - x - bend,
            1600.0 - x + bend,
            1600.0 - x
        )
        .expect("writing to a string cannot fail");
    }
    out.push_str("</g>");
}

/// One great turned rose that fills the sheet.
fn medallion(out: &mut String, stream: &mut Stream, print: &Print) {
    let spring = stream.between(560.0, 640.0);
    write!(
        out,
        "<circle cx=\"{CENTRE}\" cy=\"{spring:.1}\" r=\"560\" fill=\"{}\"/><g fill=\"none\" stroke-width=\"1.5\">",
        print.inner
    )
    .expect("writing to a string cannot fail");
    let bands = [(545.0, 0.34), (420.0, 0.46), (262.0, 0.3)];
    for (index, (radius, flat)) in bands.into_iter().enumerate() {
        let lines = 24 + 4 * stream.below(7);
        let flat = flat + stream.between(-0.06, 0.12);
        for line in 0..lines {
            let colour = if (line + u32::from(index == 1)) % 4 == 0 {
                print.gold
            } else {
                print.ink
            };
            write!(
                out,
                "<ellipse cx=\"{CENTRE}\" cy=\"{spring:.1}\" rx=\"{radius}\" ry=\"{:.1}\" stroke=\"{colour}\" transform=\"rotate({:.2} {CENTRE} {spring:.1})\"/>",
                radius * flat,
                180.0 * f64::from(line) / f64::from(lines)
            )
            .expect("writing to a string cannot fail");
        }
        write!(
            out,
            "<circle cx=\"{CENTRE}\" cy=\"{spring:.1}\" r=\"{radius}\" stroke=\"{}\" stroke-width=\"5\"/>",
            print.gold
        )
        .expect("writing to a string cannot fail");
    }
    for ring in 0..14 {
        write!(
            out,
            "<circle cx=\"{CENTRE}\" cy=\"{spring:.1}\" r=\"{}\" stroke=\"{}\"/>",
            580 + ring * ring * 4,
            print.ink
        )
        .expect("writing to a string cannot fail");
    }
    out.push_str("</g>");
}

/// Rows of fans, each hatched by arcs: a curtain seen from the stalls.
fn scallops(out: &mut String, stream: &mut Stream, print: &Print) {
    let radius = 100.0 * f64::from(1 + stream.below(2)) + 60.0;
    let arcs = 7 + stream.below(5);
    let rows = 18;
    for row in 0..rows {
        let y = f64::from(row) * radius / 2.0;
        let shift = if row % 2 == 0 { 0.0 } else { radius };
        let mut x = -radius + shift;
        while x < 1600.0 + radius {
            let fill = match stream.below(9) {
                0 => print.gold,
                1 | 2 => print.ink,
                3 | 4 => print.inner,
                _ => print.paper,
            };
            let line = if fill == print.ink { print.paper } else { print.ink };
            write!(out, "<g fill=\"none\" stroke=\"{line}\" stroke-width=\"1.6\"><circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius:.0}\" fill=\"{fill}\"/>")
                .expect("writing to a string cannot fail");
            for arc in 1..arcs {
                let inner = radius * f64::from(arc) / f64::from(arcs);
                write!(out, "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{inner:.0}\"/>")
                    .expect("writing to a string cannot fail");
            }
            out.push_str("</g>");
            x += 2.0 * radius;
        }
    }
}

/// Boards of the stage, closer together towards the back.
fn stage(out: &mut String, print: &Print) {
    write!(out, "<g stroke=\"{}\" stroke-width=\"1.8\">", print.ink).expect("writing to a string cannot fail");
    for board in 0..15 {
        let t = f64::from(board) / 14.0;
        let y = 900.0 + 300.0 * t * t;
        write!(out, "<path d=\"M400 {y:.1}H1200\"/>").expect("writing to a string cannot fail");
    }
    for line in -8..=8 {
        let x = f64::from(line);
        write!(
            out,
            "<path d=\"M{:.1} 900L{:.1} 1200\"/>",
            CENTRE + x * 28.0,
            CENTRE + x * 50.0
        )
        .expect("writing to a string cannot fail");
    }
    out.push_str("</g>");
}
