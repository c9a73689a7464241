//! A tenant's look: a few settings become a small style sheet of custom properties.
//!
//! Settings are JSON in the tenant's row (`tenant_settings.theme`); what is missing or wrong falls back to the
//! neutral theme, so that a shop never breaks by its settings. No free CSS gets in: values are
//! parsed into types and written out again.

pub mod colour;
mod css;
mod grounds;
pub mod palette;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use self::colour::Rgb;
use crate::views::mail::MailColours;

/// Light, dark, or what the reader's system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// What the reader's system says.
    #[default]
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Family of neutral colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// Grey with a trace of blue.
    #[default]
    Neutral,
    /// Deep blue at night, frost by day.
    Night,
    /// Ivory, and a dim foyer.
    Ivory,
    /// Black and white.
    Mono,
}

/// Typefaces; all are served by ourselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typeface {
    /// What the reader's system has.
    #[default]
    System,
    /// Characterful headlines, plain text.
    Grotesque,
    /// Serif headlines, plain text.
    Serif,
    /// Technical sans throughout.
    Technical,
}

/// Shape of corners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corners {
    /// Right angles.
    Square,
    /// Slightly rounded.
    #[default]
    Soft,
    /// Round, buttons like pills.
    Round,
}

/// Style of generated artwork.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArtStyle {
    /// Ribbons of light over a night.
    #[default]
    Aurora,
    /// Engraved arches.
    Engraved,
    /// A typographic grid.
    Grid,
}

/// The settings as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ThemeSettings {
    /// A preset to begin with; the other settings change it.
    pub preset: Option<String>,
    /// Brand colour, `#rrggbb`.
    pub brand: Option<String>,
    /// Brand colour in dark surroundings, if it shall differ.
    pub brand_dark: Option<String>,
    /// Light or dark.
    pub scheme: Option<Scheme>,
    /// Neutral colours.
    pub ground: Option<Ground>,
    /// Typefaces.
    pub typeface: Option<Typeface>,
    /// Corners.
    pub corners: Option<Corners>,
    /// Style of artwork.
    pub art: Option<ArtStyle>,
}

/// A tenant's look, complete and valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Brand colour.
    pub brand: Rgb,
    /// Brand colour in dark surroundings.
    pub brand_dark: Rgb,
    /// Light or dark.
    pub scheme: Scheme,
    /// Neutral colours.
    pub ground: Ground,
    /// Typefaces.
    pub typeface: Typeface,
    /// Corners.
    pub corners: Corners,
    /// Style of artwork.
    pub art: ArtStyle,
}

impl Default for Theme {
    fn default() -> Self {
        Self {
            brand: Rgb::hex(0x0033_41c8),
            brand_dark: Rgb::hex(0x008c_97ff),
            scheme: Scheme::Auto,
            ground: Ground::Neutral,
            typeface: Typeface::System,
            corners: Corners::Soft,
            art: ArtStyle::Aurora,
        }
    }
}

impl Theme {
    /// Names of the presets.
    pub const PRESETS: [&'static str; 3] = ["nordlys", "operahuset", "devconf"];

    /// Returns a preset.
    pub fn preset(name: &str) -> Option<Self> {
        let neutral = Self::default();
        Some(match name {
            "nordlys" => Self {
                brand: Rgb::hex(0x003c_e6a6),
                brand_dark: Rgb::hex(0x003c_e6a6),
                scheme: Scheme::Dark,
                ground: Ground::Night,
                typeface: Typeface::Grotesque,
                corners: Corners::Round,
                art: ArtStyle::Aurora,
            },
            "operahuset" => Self {
                brand: Rgb::hex(0x0078_1d33),
                brand_dark: Rgb::hex(0x00e0_8d9a),
                scheme: Scheme::Auto,
                ground: Ground::Ivory,
                typeface: Typeface::Serif,
                corners: Corners::Square,
                art: ArtStyle::Engraved,
            },
            "devconf" => Self {
                brand: Rgb::hex(0x00ff_5a1f),
                brand_dark: Rgb::hex(0x00ff_6a33),
                ground: Ground::Mono,
                typeface: Typeface::Technical,
                corners: Corners::Soft,
                art: ArtStyle::Grid,
                ..neutral
            },
            "neutral" => neutral,
            _ => return None,
        })
    }

    /// Reads the settings of a tenant; what is missing or wrong is left as in the preset or the neutral theme.
    pub fn from_settings(settings: &serde_json::Value) -> Self {
        let part = |name: &str| settings.get(name).cloned().unwrap_or_default();
        let mut theme = part("preset").as_str().and_then(Self::preset).unwrap_or_default();
        let colour = |name: &str| part(name).as_str().and_then(Rgb::parse);
        if let Some(brand) = colour("brand") {
            theme.brand = brand;
            theme.brand_dark = brand;
        }
        if let Some(brand) = colour("brand_dark") {
            theme.brand_dark = brand;
        }
        set(&mut theme.scheme, part("scheme"));
        set(&mut theme.ground, part("ground"));
        set(&mut theme.typeface, part("typeface"));
        set(&mut theme.corners, part("corners"));
        set(&mut theme.art, part("art"));
        theme
    }

    /// Returns the style sheet.
    pub fn css(&self) -> String {
        css::write(self)
    }

    /// Returns the address of the style sheet: `/assets/theme-<hash of the content>.css`, served for ever.
    ///
    /// The handler of `/assets/{name}` answers a name for which [`Theme::is_sheet`] holds with the tenant's [`Theme::css`].
    pub fn href(&self) -> String {
        let digest = Sha256::digest(self.css().as_bytes());
        format!("/assets/theme-{}.css", data_encoding::HEXLOWER.encode(&digest[..8]))
    }

    /// Returns ground and ink of the shop's small picture.
    pub(crate) fn icon_colours(&self) -> (Rgb, Rgb) {
        let palette = palette::Palette::derive(self.brand, self.ground.light());
        (palette.accent, palette.on_accent)
    }

    /// Returns the colours for mails: light, because mail readers change dark ones as they like.
    pub fn mail_colours(&self) -> MailColours {
        let palette = palette::Palette::derive(self.brand, self.ground.light());
        MailColours {
            accent: palette.accent.to_string(),
            on_accent: palette.on_accent.to_string(),
            surface: palette.ground.surface.to_string(),
            text: palette.ground.text.to_string(),
            muted: palette.muted.to_string(),
            border: palette.ground.border.to_string(),
        }
    }

    /// Says whether the name of an asset is that of a theme's style sheet.
    pub fn is_sheet(name: &str) -> bool {
        name.starts_with("theme-") && name.rsplit_once('.').is_some_and(|(_, ending)| ending == "css")
    }
}

fn set<T: for<'de> Deserialize<'de>>(target: &mut T, value: serde_json::Value) {
    if let Ok(value) = serde_json::from_value(value) {
        *target = value;
    }
}

#[cfg(test)]
mod tests;
