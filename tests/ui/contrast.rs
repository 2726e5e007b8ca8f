//! Text can be read: the contrast of WCAG 2.2, computed from the tokens.

use iced::Color;
use oriole_ui::style::{
    self,
    tokens::{DARK, LIGHT},
};

fn luminance(color: Color) -> f32 {
    let [r, g, b, _] = color.into_linear();
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: Color, b: Color) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn text_can_be_read_in_both_themes() {
    for t in [LIGHT, DARK] {
        for ground in [
            t.window, t.side, t.panel, t.out, t.incoming, t.selected, t.hover,
        ] {
            assert!(contrast(t.text, ground) >= 7.0, "{ground:?}");
            assert!(contrast(t.sub, ground) >= 4.5, "{ground:?}");
            assert!(contrast(t.faint, ground) >= 4.5, "{ground:?}");
        }
        for (text, ground) in [
            (t.on_accent, t.accent),
            (t.on_badge, t.badge),
            (t.accent, t.panel),
            (t.accent, t.side),
            (t.accent, t.accent_soft),
            (t.danger, t.panel),
            (t.danger, t.window),
            (t.sub, t.chip),
        ] {
            assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
        }
    }
}

#[test]
fn the_theme_leads_back_to_its_tokens() {
    let light = style::theme(iced::theme::Mode::Light);
    let dark = style::theme(iced::theme::Mode::Dark);
    assert_eq!(style::tokens(&light), &LIGHT);
    assert_eq!(style::tokens(&dark), &DARK);
}
