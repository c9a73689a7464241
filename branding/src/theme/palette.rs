//! From one brand colour to the colours of a page, each pair readable by construction.

use super::colour::Rgb;

const WHITE: Rgb = Rgb::hex(0x00ff_ffff);
const INK: Rgb = Rgb::hex(0x000b_0c0f);

/// Contrast of text on its ground: WCAG 2.2 AA asks for 4.5.
pub const TEXT: f64 = 4.6;
/// Contrast of the edges of controls: WCAG 2.2 AA asks for 3.
pub const EDGE: f64 = 3.1;

/// The neutral colours a theme stands on.
#[derive(Debug, Clone, Copy)]
pub struct Ground {
    /// The page.
    pub surface: Rgb,
    /// Cards and fields.
    pub raised: Rgb,
    /// Wells, stripes, skeletons.
    pub sunken: Rgb,
    /// Text.
    pub text: Rgb,
    /// Text of second rank, before it is adjusted.
    pub muted: Rgb,
    /// Hair lines.
    pub border: Rgb,
}

/// The colours of a page in one scheme.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    /// Neutral colours.
    pub ground: Ground,
    /// Text of second rank.
    pub muted: Rgb,
    /// Edges of fields.
    pub edge: Rgb,
    /// Filled buttons.
    pub accent: Rgb,
    /// Filled buttons under the pointer.
    pub accent_hover: Rgb,
    /// Text on filled buttons.
    pub on_accent: Rgb,
    /// Links and chosen things.
    pub accent_text: Rgb,
    /// Ground of chosen things.
    pub accent_soft: Rgb,
    /// Text, ground of good news.
    pub positive: (Rgb, Rgb),
    /// Text, ground of warnings.
    pub caution: (Rgb, Rgb),
    /// Text, ground of errors.
    pub critical: (Rgb, Rgb),
}

impl Palette {
    /// Derives all colours from a brand colour and a ground.
    pub fn derive(brand: Rgb, ground: Ground) -> Self {
        let grounds = [ground.surface, ground.raised, ground.sunken];
        let (accent, on_accent) = filled(brand);
        let soft = |colour: Rgb| {
            let ground = ground.raised.mix(colour, 0.12);
            let all = [grounds[0], grounds[1], grounds[2], ground];
            (colour.readable_on(&all, TEXT), ground)
        };
        let (accent_text, accent_soft) = soft(brand);
        let away = if on_accent == WHITE { -0.05 } else { 0.05 };
        Self {
            ground,
            muted: ground.muted.readable_on(&grounds, TEXT),
            edge: ground.border.readable_on(&grounds, EDGE),
            accent,
            accent_hover: accent.lighter(away),
            on_accent,
            accent_text,
            accent_soft,
            positive: soft(Rgb::hex(0x0012_8a52)),
            caution: soft(Rgb::hex(0x00b4_6a00)),
            critical: soft(Rgb::hex(0x00d0_2b3a)),
        }
    }

    /// Every pair of text and ground that pages use, with the contrast it needs.
    pub fn pairs(&self) -> Vec<(&'static str, Rgb, Rgb, f64)> {
        let ground = self.ground;
        let mut pairs = vec![
            ("on-accent", self.on_accent, self.accent, 4.5),
            ("on-accent-hover", self.on_accent, self.accent_hover, 4.5),
            ("accent-text-soft", self.accent_text, self.accent_soft, 4.5),
            ("positive-soft", self.positive.0, self.positive.1, 4.5),
            ("caution-soft", self.caution.0, self.caution.1, 4.5),
            ("critical-soft", self.critical.0, self.critical.1, 4.5),
        ];
        for (name, under) in [
            ("surface", ground.surface),
            ("raised", ground.raised),
            ("sunken", ground.sunken),
        ] {
            for text in [
                ground.text,
                self.muted,
                self.accent_text,
                self.positive.0,
                self.caution.0,
                self.critical.0,
            ] {
                pairs.push((name, text, under, 4.5));
            }
            pairs.push((name, self.edge, under, 3.0));
        }
        for under in [self.accent_soft, self.positive.1, self.caution.1, self.critical.1] {
            pairs.push(("text-soft", ground.text, under, 4.5));
        }
        pairs
    }
}

/// Chooses black or white for text on the brand colour; shifts the colour a little where neither suffices.
fn filled(brand: Rgb) -> (Rgb, Rgb) {
    let on = if brand.contrast(WHITE) >= brand.contrast(INK) {
        WHITE
    } else {
        INK
    };
    let step = if on == WHITE { -0.01 } else { 0.01 };
    let mut fill = brand;
    for _ in 0..40 {
        if fill.contrast(on) >= TEXT {
            break;
        }
        fill = fill.lighter(step);
    }
    (fill, on)
}
