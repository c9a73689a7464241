//! Writes a theme's style sheet. Layer `tenant` comes last, so that a theme wins over all defaults.
//!
//! The console stands on neutral colours whatever the shop looks like; only its accent is the tenant's.

use std::fmt::Write as _;

use super::{Corners, Ground, Scheme, Theme, Typeface, colour::Rgb, palette::Palette};

const CONSOLE: &str = ":root[data-face=\"console\"]";

pub(super) fn write(theme: &Theme) -> String {
    let light = Palette::derive(theme.brand, theme.ground.light());
    let dark = Palette::derive(theme.brand_dark, theme.ground.dark());
    let mut out = String::with_capacity(4096);
    out.push_str("@layer tenant{");
    match theme.scheme {
        Scheme::Light => rule(&mut out, ":root", &colours(&light, "light")),
        Scheme::Dark => rule(&mut out, ":root", &colours(&dark, "dark")),
        Scheme::Auto => both(&mut out, ":root", &light, &dark),
    }
    rule(&mut out, ":root", &shape(theme));
    let light = Palette::derive(theme.brand, Ground::Neutral.light());
    let dark = Palette::derive(theme.brand_dark, Ground::Neutral.dark());
    both(&mut out, CONSOLE, &light, &dark);
    rule(&mut out, CONSOLE, &console_shape());
    out.push('}');
    out.push('\n');
    out
}

fn both(out: &mut String, selector: &str, light: &Palette, dark: &Palette) {
    rule(out, selector, &colours(light, "light dark"));
    out.push_str("@media (prefers-color-scheme:dark){");
    rule(out, selector, &colours(dark, "light dark"));
    out.push('}');
}

fn rule(out: &mut String, selector: &str, body: &str) {
    out.push_str(selector);
    out.push('{');
    out.push_str(body);
    out.push('}');
}

fn colours(palette: &Palette, scheme: &str) -> String {
    let ground = palette.ground;
    let tokens: [(&str, Rgb); 21] = [
        ("surface", ground.surface),
        ("surface-raised", ground.raised),
        ("surface-sunken", ground.sunken),
        ("text", ground.text),
        ("text-muted", palette.muted),
        ("border", ground.border),
        ("border-strong", palette.edge),
        ("accent", palette.accent),
        ("accent-hover", palette.accent_hover),
        ("on-accent", palette.on_accent),
        ("accent-text", palette.accent_text),
        ("accent-soft", palette.accent_soft),
        ("positive", palette.positive.0),
        ("positive-soft", palette.positive.1),
        ("caution", palette.caution.0),
        ("caution-soft", palette.caution.1),
        ("critical", palette.critical.0),
        ("critical-soft", palette.critical.1),
        ("on-critical", ground.surface),
        ("focus", palette.accent_text),
        ("link", palette.accent_text),
    ];
    let mut body = format!("color-scheme:{scheme};");
    for (name, colour) in tokens {
        write!(body, "--{name}:{colour};").expect("writing to a string cannot fail");
    }
    body
}

fn shape(theme: &Theme) -> String {
    let (display, body, weight, tracking) = match theme.typeface {
        Typeface::System => ("var(--system)", "var(--system)", "680", "-0.022em"),
        Typeface::Grotesque => (
            "\"Bricolage Grotesque Variable\",\"Display Fallback\",var(--system)",
            INTER,
            "720",
            "-0.028em",
        ),
        Typeface::Serif => (
            "\"Fraunces Variable\",\"Serif Fallback\",Georgia,serif",
            INTER,
            "420",
            "-0.018em",
        ),
        Typeface::Technical => (GEIST, GEIST, "640", "-0.035em"),
    };
    let (small, medium, large, control) = match theme.corners {
        Corners::Square => ("0", "0", "0", "0"),
        Corners::Soft => ("6px", "10px", "14px", "8px"),
        Corners::Round => ("10px", "16px", "24px", "999px"),
    };
    format!(
        "--font-display:{display};--font-body:{body};--display-weight:{weight};--display-tracking:{tracking};\
         --radius-s:{small};--radius-m:{medium};--radius-l:{large};--radius-control:{control};"
    )
}

/// The console keeps one shape for all tenants: what people learn at one they know at the next.
fn console_shape() -> String {
    format!(
        "--font-display:{INTER};--font-body:{INTER};--display-weight:650;--display-tracking:-0.018em;\
         --radius-s:5px;--radius-m:8px;--radius-l:12px;--radius-control:8px;"
    )
}

const INTER: &str = "\"Inter Variable\",\"Inter Fallback\",var(--system)";
const GEIST: &str = "\"Geist Variable\",\"Inter Fallback\",var(--system)";
