//! Contrast holds for every brand colour.

use super::{Ground, Theme, colour::Rgb, palette::Palette};

const GROUNDS: [Ground; 4] = [Ground::Neutral, Ground::Night, Ground::Ivory, Ground::Mono];

/// A cube of 10³ brand colours on each ground, by day and by night.
#[test]
fn every_brand_colour_gives_readable_pages() {
    let steps: Vec<u8> = (0..=240).step_by(30).chain([255]).collect();
    for r in &steps {
        for g in &steps {
            for b in &steps {
                let brand = Rgb { r: *r, g: *g, b: *b };
                for ground in GROUNDS {
                    for colours in [ground.light(), ground.dark()] {
                        for (what, text, under, ratio) in Palette::derive(brand, colours).pairs() {
                            let contrast = text.contrast(under);
                            assert!(
                                contrast >= ratio,
                                "{brand} {ground:?} {what}: {text} on {under} is {contrast:.2}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn wrong_settings_never_break_a_shop() {
    for settings in [
        serde_json::json!(null),
        serde_json::json!([]),
        serde_json::json!({"preset": 7, "brand": "red;}body{display:none", "scheme": "sepia"}),
        serde_json::json!({"preset": "nobody", "corners": {}, "typeface": "</style>"}),
    ] {
        assert_eq!(Theme::from_settings(&settings), Theme::default(), "{settings}");
    }
}

#[test]
fn settings_change_a_preset() {
    let theme =
        Theme::from_settings(&serde_json::json!({"preset": "operahuset", "brand": "#004488", "corners": "round"}));
    assert_eq!(theme.brand, Rgb::hex(0x0000_4488));
    assert_eq!(theme.brand_dark, theme.brand);
    assert_eq!(theme.ground, Ground::Ivory);
    assert_ne!(theme.href(), Theme::preset("operahuset").unwrap().href());
}

#[test]
fn sheets_hold_custom_properties_only() {
    for preset in Theme::PRESETS {
        let css = Theme::preset(preset).unwrap().css();
        assert!(css.starts_with("@layer tenant{") && css.len() < 4096, "{css}");
        assert!(!css.contains("url("));
        assert!(Theme::is_sheet(
            Theme::preset(preset).unwrap().href().trim_start_matches("/assets/")
        ));
    }
}
