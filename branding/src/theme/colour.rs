//! Colours: sRGB for the screen, OKLCH for changing lightness without changing the hue, WCAG for contrast.
//!
//! Sources: <https://bottosson.github.io/posts/oklab/>, <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
#![expect(
    clippy::float_arithmetic,
    reason = "colour science is arithmetic of reals; no money is near"
)]
#![expect(
    clippy::many_single_char_names,
    reason = "the letters are those of the formulas' source"
)]

use std::fmt;

/// A colour of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

/// Lightness 0–1, chroma, hue in radians.
#[derive(Debug, Clone, Copy)]
struct Oklch {
    l: f64,
    c: f64,
    h: f64,
}

impl Rgb {
    /// Makes a colour from `0xRRGGBB`.
    pub const fn hex(value: u32) -> Self {
        let [_, r, g, b] = value.to_be_bytes();
        Self { r, g, b }
    }

    /// Reads `#rgb` or `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?;
        match digits.len() {
            6 => Some(Self::hex(value)),
            3 => {
                let nibble = |shift: u32| ((value >> shift) & 0xf) * 0x11;
                Some(Self::hex((nibble(8) << 16) | (nibble(4) << 8) | nibble(0)))
            }
            _ => None,
        }
    }

    /// Relative luminance of WCAG, 0 to 1.
    pub fn luminance(self) -> f64 {
        0.2126 * linear(self.r) + 0.7152 * linear(self.g) + 0.0722 * linear(self.b)
    }

    /// Contrast ratio of WCAG, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Moves towards `other`; `share` 0 is `self`, 1 is `other`.
    #[must_use]
    pub fn mix(self, other: Self, share: f64) -> Self {
        let channel = |a: u8, b: u8| byte((f64::from(a) + (f64::from(b) - f64::from(a)) * share) / 255.0);
        Self {
            r: channel(self.r, other.r),
            g: channel(self.g, other.g),
            b: channel(self.b, other.b),
        }
    }

    /// Changes the lightness (OKLCH) by `delta` and keeps hue and, where the screen can, chroma.
    #[must_use]
    pub fn lighter(self, delta: f64) -> Self {
        let colour = self.oklch();
        Self::from_oklch(Oklch {
            l: (colour.l + delta).clamp(0.0, 1.0),
            ..colour
        })
    }

    /// Finds the nearest lightness at which the colour reaches `ratio` against all of `grounds`.
    ///
    /// Goes the way that leads away from the grounds; ends at black or white, which always suffice for the grounds in use.
    #[must_use]
    pub fn readable_on(self, grounds: &[Self], ratio: f64) -> Self {
        let mean =
            grounds.iter().map(|g| g.luminance()).sum::<f64>() / f64::from(u32::try_from(grounds.len()).unwrap_or(1));
        let step = if mean < 0.18 { 0.01 } else { -0.01 };
        let mut colour = self;
        for _ in 0..=100 {
            if grounds.iter().all(|ground| colour.contrast(*ground) >= ratio) {
                return colour;
            }
            colour = colour.lighter(step);
        }
        if step > 0.0 {
            Self::hex(0x00ff_ffff)
        } else {
            Self::hex(0)
        }
    }

    fn oklch(self) -> Oklch {
        let (r, g, b) = (linear(self.r), linear(self.g), linear(self.b));
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        let a = 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s;
        let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s;
        Oklch {
            l: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            c: a.hypot(b),
            h: b.atan2(a),
        }
    }

    /// Reduces the chroma until the screen can show the colour.
    fn from_oklch(colour: Oklch) -> Self {
        let mut chroma = colour.c;
        for _ in 0..24 {
            let channels = srgb(colour.l, chroma, colour.h);
            if channels.iter().all(|c| (-0.001..=1.001).contains(c)) {
                break;
            }
            chroma *= 0.9;
        }
        let [r, g, b] = srgb(colour.l, chroma, colour.h);
        Self {
            r: byte(r),
            g: byte(g),
            b: byte(b),
        }
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

fn srgb(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
    let (a, b) = (chroma * hue.cos(), chroma * hue.sin());
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let channels = [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ];
    channels.map(|value| {
        if value <= 0.003_130_8 {
            value * 12.92
        } else {
            1.055 * value.powf(1.0 / 2.4) - 0.055
        }
    })
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0–255 first"
)]
fn byte(value: f64) -> u8 {
    (value.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_guideline() {
        let (black, white) = (Rgb::hex(0), Rgb::hex(0x00ff_ffff));
        assert!((black.contrast(white) - 21.0).abs() < 0.001);
        assert!((Rgb::hex(0x0076_7676).contrast(white) - 4.54).abs() < 0.01);
    }

    #[test]
    fn lightness_changes_keep_the_colour_on_the_screen() {
        for value in [
            0x00ff_0000,
            0x0000_ff00,
            0x0000_00ff,
            0x00ff_ff00,
            0x0012_3456,
            0x00ff_ffff,
            0,
        ] {
            let colour = Rgb::hex(value);
            let there_and_back = colour.lighter(0.0);
            assert!(colour.contrast(there_and_back) < 1.02, "{colour} {there_and_back}");
            assert!(colour.lighter(1.0).luminance() > 0.9);
        }
    }

    #[test]
    fn colours_are_read_in_both_lengths() {
        assert_eq!(Rgb::parse("#0af"), Some(Rgb::hex(0x0000_aaff)));
        assert_eq!(Rgb::parse(" #00AAFF "), Some(Rgb::hex(0x0000_aaff)));
        for wrong in ["", "#", "red", "#12", "#1234567", "#ggg", "#+ff", "url(x)"] {
            assert_eq!(Rgb::parse(wrong), None, "{wrong}");
        }
    }
}
