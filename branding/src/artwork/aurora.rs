//! Ribbons of light over a winter night: sky, stars, curtains of rays, mountains.
#![expect(clippy::float_arithmetic, reason = "geometry of pictures")]

use std::{f64::consts::TAU, fmt::Write as _};

use super::stream::Stream;

/// Colours of a night: zenith, horizon, light near the ground, light above.
struct Night {
    zenith: &'static str,
    horizon: &'static str,
    low: &'static str,
    high: &'static str,
}

const NIGHTS: [Night; 5] = [
    Night {
        zenith: "#050816",
        horizon: "#123a55",
        low: "#3ce6a6",
        high: "#5b6bff",
    },
    Night {
        zenith: "#070a1f",
        horizon: "#2a2f6b",
        low: "#56f0b0",
        high: "#c05bff",
    },
    Night {
        zenith: "#04101a",
        horizon: "#0d4a55",
        low: "#7dffcf",
        high: "#18a8ff",
    },
    Night {
        zenith: "#0b0718",
        horizon: "#43264f",
        low: "#4fe8b8",
        high: "#ff5fa8",
    },
    Night {
        zenith: "#030a12",
        horizon: "#0a3340",
        low: "#a6ff8f",
        high: "#1fd0c0",
    },
];

/// Sum of two waves, between -1 and 1.
struct Wave {
    slow: (f64, f64),
    fast: (f64, f64),
}

impl Wave {
    fn new(stream: &mut Stream) -> Self {
        Self {
            slow: (stream.between(0.6, 1.3), stream.between(0.0, TAU)),
            fast: (stream.between(2.2, 4.6), stream.between(0.0, TAU)),
        }
    }

    /// Height at `x`, where 0 is the left edge and 1 the right one.
    fn at(&self, x: f64) -> f64 {
        0.7 * (x * TAU * self.slow.0 + self.slow.1).sin() + 0.3 * (x * TAU * self.fast.0 + self.fast.1).sin()
    }
}

pub(super) fn draw(stream: &mut Stream) -> String {
    let night = stream.pick(&NIGHTS);
    let mut out = String::with_capacity(32 * 1024);
    definitions(&mut out, night);
    out.push_str("<rect width=\"1600\" height=\"1200\" fill=\"url(#s)\"/>");
    stars(&mut out, stream);
    out.push_str("<g filter=\"url(#b)\">");
    let ribbons = 3 + stream.below(2);
    for ribbon in 0..ribbons {
        curtain(&mut out, stream, f64::from(ribbon) / f64::from(ribbons));
    }
    out.push_str("</g>");
    out.push_str("<rect y=\"620\" width=\"1600\" height=\"580\" fill=\"url(#h)\"/>");
    for ridge in 0..3 {
        mountains(&mut out, stream, ridge);
    }
    out
}

fn definitions(out: &mut String, night: &Night) {
    let Night {
        zenith,
        horizon,
        low,
        high,
    } = night;
    write!(
        out,
        "<defs><linearGradient id=\"s\" x2=\"0\" y2=\"1\"><stop stop-color=\"{zenith}\"/>\
         <stop offset=\".55\" stop-color=\"{zenith}\"/><stop offset=\"1\" stop-color=\"{horizon}\"/></linearGradient>\
         <linearGradient id=\"r\" x2=\"0\" y2=\"1\"><stop stop-color=\"{high}\" stop-opacity=\"0\"/>\
         <stop offset=\".45\" stop-color=\"{high}\" stop-opacity=\".4\"/><stop offset=\".8\" stop-color=\"{low}\" stop-opacity=\".85\"/>\
         <stop offset=\".95\" stop-color=\"{low}\"/><stop offset=\"1\" stop-color=\"{low}\" stop-opacity=\"0\"/></linearGradient>\
         <linearGradient id=\"h\" x2=\"0\" y2=\"1\"><stop stop-color=\"{low}\" stop-opacity=\"0\"/>\
         <stop offset=\".5\" stop-color=\"{low}\" stop-opacity=\".16\"/><stop offset=\"1\" stop-color=\"{horizon}\" stop-opacity=\".2\"/></linearGradient>\
         <filter id=\"b\" x=\"-5%\" y=\"-5%\" width=\"110%\" height=\"110%\"><feGaussianBlur stdDeviation=\"9 5\"/></filter></defs>"
    )
    .expect("writing to a string cannot fail");
}

fn stars(out: &mut String, stream: &mut Stream) {
    out.push_str("<g fill=\"#fff\">");
    for _ in 0..110 {
        let (x, y) = (stream.below(1600), stream.below(780));
        let radius = 6 + stream.below(14);
        let opacity = 15 + stream.below(70);
        write!(
            out,
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{}.{}\" opacity=\".{opacity}\"/>",
            radius / 10,
            radius % 10
        )
        .expect("writing to a string cannot fail");
    }
    out.push_str("</g>");
}

/// A curtain: rays standing side by side on a wave, brighter where the curtain folds.
fn curtain(out: &mut String, stream: &mut Stream, depth: f64) {
    let (foot, top, glow) = (Wave::new(stream), Wave::new(stream), Wave::new(stream));
    let base = 420.0 + depth * 330.0 + stream.between(-40.0, 40.0);
    let reach = stream.between(330.0, 560.0) * (0.75 + depth * 0.4);
    let strength = 0.45 + depth * 0.5;
    out.push_str("<g fill=\"url(#r)\">");
    let rays = 84;
    for ray in 0..rays {
        let x = f64::from(ray) / f64::from(rays);
        let y = base + foot.at(x) * 120.0;
        let height = reach * (0.72 + 0.28 * top.at(x * 1.7)) + stream.between(-26.0, 26.0);
        let light = strength * (0.5 + 0.5 * glow.at(x * 2.3)).powi(2) + stream.between(0.0, 0.07);
        write!(
            out,
            "<rect x=\"{:.0}\" y=\"{:.0}\" width=\"26\" height=\"{:.0}\" opacity=\"{:.2}\"/>",
            x * 1640.0 - 20.0,
            y - height,
            height,
            light.clamp(0.02, 0.95)
        )
        .expect("writing to a string cannot fail");
    }
    out.push_str("</g>");
}

/// A ridge; nearer ones are darker and lower.
fn mountains(out: &mut String, stream: &mut Stream, ridge: u32) {
    let near = f64::from(ridge);
    let shape = Wave::new(stream);
    let base = 880.0 + near * 95.0;
    let colour = ["#0b1b2b", "#071320", "#030912"]
        .get(usize::try_from(ridge).unwrap_or(2))
        .unwrap_or(&"#030912");
    write!(out, "<path fill=\"{colour}\" d=\"M0 1200").expect("writing to a string cannot fail");
    let points = 36;
    for point in 0..=points {
        let x = f64::from(point) / f64::from(points);
        let jag = stream.between(-1.0, 1.0) * (44.0 - near * 9.0);
        let y = base - shape.at(x) * (110.0 - near * 26.0) + jag;
        write!(out, "L{:.0} {y:.0}", x * 1600.0).expect("writing to a string cannot fail");
    }
    out.push_str("L1600 1200z\"/>");
}
