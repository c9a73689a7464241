//! The small picture of a shop in tabs and on home screens: a mark of the brand's art style on its colour.
//!
//! One list of shapes makes both the SVG and the pixels, so that they cannot differ. Coordinates are
//! whole units of a 32 × 32 field; pixels are sampled 4 × 4 in whole numbers.

use std::fmt::Write as _;

use crate::theme::{ArtStyle, Corners, Theme, colour::Rgb};

/// Side of the field on which marks are drawn.
const FIELD: u32 = 32;
/// Samples along one side of a pixel.
const SAMPLES: u32 = 4;
/// Fine units in one unit of the field.
const FINE: i64 = 64;

/// A shape in units of the field.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// Left, top, width, height.
    Box(i64, i64, i64, i64),
    /// Centre and radius.
    Disc(i64, i64, i64),
}

impl Shape {
    fn holds(self, x: i64, y: i64) -> bool {
        match self {
            Self::Box(left, top, width, height) => {
                (left * FINE..(left + width) * FINE).contains(&x) && (top * FINE..(top + height) * FINE).contains(&y)
            }
            Self::Disc(cx, cy, radius) => {
                let (dx, dy, reach) = (x - cx * FINE, y - cy * FINE, radius * FINE);
                dx * dx + dy * dy <= reach * reach
            }
        }
    }
}

/// Whether a shape is painted, or cut out of what was painted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paint {
    Ink,
    Cut,
}

struct Mark {
    ground: Rgb,
    ink: Rgb,
    radius: i64,
    shapes: &'static [(Paint, Shape)],
}

impl Mark {
    fn of(theme: &Theme) -> Self {
        let palette = theme.icon_colours();
        Self {
            ground: palette.0,
            ink: palette.1,
            radius: match theme.corners {
                Corners::Square => 0,
                Corners::Soft => 7,
                Corners::Round => 11,
            },
            shapes: match theme.art {
                ArtStyle::Aurora => &[
                    (Paint::Ink, Shape::Disc(15, 16, 9)),
                    (Paint::Cut, Shape::Disc(19, 13, 8)),
                ],
                ArtStyle::Engraved => &[
                    (Paint::Ink, Shape::Disc(16, 15, 9)),
                    (Paint::Ink, Shape::Box(7, 15, 18, 11)),
                    (Paint::Cut, Shape::Disc(16, 16, 5)),
                    (Paint::Cut, Shape::Box(11, 16, 10, 10)),
                ],
                ArtStyle::Grid => &[
                    (Paint::Ink, Shape::Box(7, 7, 8, 8)),
                    (Paint::Ink, Shape::Box(17, 7, 8, 8)),
                    (Paint::Ink, Shape::Box(7, 17, 8, 8)),
                    (Paint::Ink, Shape::Disc(21, 21, 4)),
                ],
            },
        }
    }

    /// Colour at a point given in fine units; `None` outside of the rounded square.
    fn at(&self, x: i64, y: i64, is_rounded: bool) -> Option<Rgb> {
        if is_rounded && !self.is_inside(x, y) {
            return None;
        }
        let topmost = self.shapes.iter().rev().find(|(_, shape)| shape.holds(x, y));
        Some(match topmost {
            Some((Paint::Ink, _)) => self.ink,
            Some((Paint::Cut, _)) | None => self.ground,
        })
    }

    fn is_inside(&self, x: i64, y: i64) -> bool {
        let end = i64::from(FIELD) * FINE;
        let radius = self.radius * FINE;
        let beyond = |at: i64| (radius - at).max(at - (end - radius)).max(0);
        let (dx, dy) = (beyond(x), beyond(y));
        dx * dx + dy * dy <= radius * radius || dx == 0 || dy == 0
    }
}

/// Draws the picture as SVG.
pub fn svg(theme: &Theme) -> String {
    let mark = Mark::of(theme);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {FIELD} {FIELD}\">\
         <rect width=\"{FIELD}\" height=\"{FIELD}\" rx=\"{}\" fill=\"{}\"/>",
        mark.radius, mark.ground
    );
    for (paint, shape) in mark.shapes {
        let fill = if *paint == Paint::Ink { mark.ink } else { mark.ground };
        let written = match shape {
            Shape::Box(x, y, width, height) => {
                write!(
                    out,
                    "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>"
                )
            }
            Shape::Disc(x, y, radius) => write!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\"/>"),
        };
        written.expect("writing to a string cannot fail");
    }
    out.push_str("</svg>");
    out
}

/// Draws the picture as PNG of `side` pixels; without rounded corners, where the device rounds them itself.
///
/// # Errors
/// The encoder refused.
pub fn png(theme: &Theme, side: u32, is_rounded: bool) -> Result<Vec<u8>, png::EncodingError> {
    let mark = Mark::of(theme);
    let pixels: Vec<u8> = (0..side)
        .flat_map(|y| (0..side).map(move |x| (x, y)))
        .flat_map(|(x, y)| pixel(&mark, (x, y), side, is_rounded))
        .collect();
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, side, side);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(out)
}

/// Wraps a picture of 32 pixels in the container that browsers ask for by name.
///
/// # Errors
/// The encoder refused.
pub fn ico(theme: &Theme) -> Result<Vec<u8>, png::EncodingError> {
    let picture = png(theme, FIELD, true)?;
    let length = u32::try_from(picture.len()).unwrap_or(u32::MAX);
    // Header: reserved, kind 1 (icon), one picture; then width, height, colours, reserved, planes, depth, length, offset.
    let mut out = vec![0, 0, 1, 0, 1, 0, 32, 32, 0, 0, 1, 0, 32, 0];
    out.extend(length.to_le_bytes());
    out.extend(22_u32.to_le_bytes());
    out.extend(picture);
    Ok(out)
}

fn pixel(mark: &Mark, (x, y): (u32, u32), side: u32, is_rounded: bool) -> [u8; 4] {
    let place = |pixel: u32, sample: u32| {
        let odd = i64::from((pixel * SAMPLES + sample) * 2 + 1);
        odd * i64::from(FIELD) * FINE / i64::from(side * SAMPLES * 2)
    };
    let (mut sums, mut count) = ([0_u32; 3], 0_u32);
    for sample in 0..SAMPLES * SAMPLES {
        let (sx, sy) = (sample % SAMPLES, sample / SAMPLES);
        if let Some(colour) = mark.at(place(x, sx), place(y, sy), is_rounded) {
            for (sum, channel) in sums.iter_mut().zip([colour.r, colour.g, colour.b]) {
                *sum += u32::from(channel);
            }
            count += 1;
        }
    }
    let channel = |sum: u32| u8::try_from(sum.checked_div(count).unwrap_or(0)).unwrap_or(u8::MAX);
    let alpha = u8::try_from(count * 255 / (SAMPLES * SAMPLES)).unwrap_or(u8::MAX);
    [channel(sums[0]), channel(sums[1]), channel(sums[2]), alpha]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_brand_has_a_picture_of_its_own_in_all_forms() {
        let themes: Vec<Theme> = Theme::PRESETS.iter().filter_map(|name| Theme::preset(name)).collect();
        let pictures: std::collections::BTreeSet<_> = themes.iter().map(svg).collect();
        assert_eq!(pictures.len(), themes.len());
        for theme in &themes {
            let ico = ico(theme).unwrap();
            assert_eq!(&ico[..6], [0, 0, 1, 0, 1, 0]);
            assert_eq!(&ico[22..26], b"\x89PNG");
            let length = u32::from_le_bytes([ico[14], ico[15], ico[16], ico[17]]);
            assert_eq!(usize::try_from(length).unwrap() + 22, ico.len());
        }
    }

    #[test]
    fn corners_are_clear_and_the_mark_stands_on_the_brand_colour() {
        let theme = Theme::preset("nordlys").unwrap();
        let mark = Mark::of(&theme);
        assert_eq!(pixel(&mark, (0, 0), 32, true)[3], 0);
        assert_eq!(pixel(&mark, (0, 0), 32, false)[3], 255);
        let top = pixel(&mark, (16, 1), 32, true);
        assert_eq!(top, [mark.ground.r, mark.ground.g, mark.ground.b, 255]);
        let moon = pixel(&mark, (9, 19), 32, true);
        assert_eq!(moon, [mark.ink.r, mark.ink.g, mark.ink.b, 255]);
    }
}
