//! Text can be read: the contrast of WCAG 2.2, computed from the tokens, for every pair that is drawn.

use iced::{Color, theme::Mode};
use oriole_ui::style::{
    self, Look, Tokens, people,
    tokens::{BRAND, ON_BRAND, ON_BRAND_SUB, ON_PERSON},
};

fn luminance(color: Color) -> f32 {
    let [r, g, b, _] = color.into_linear();
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: Color, b: Color) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn each(check: impl Fn(Look, &Tokens)) {
    for look in Look::ALL {
        check(look, look.tokens());
    }
}

#[test]
fn what_is_read_stands_out_seven_times() {
    each(|look, t| {
        for ground in [
            t.window, t.side, t.panel, t.out, t.incoming, t.selected, t.hover, t.chip,
        ] {
            let found = contrast(t.text, ground);
            assert!(found >= 7.0, "{look:?}: {ground:?} {found}");
        }
    });
}

#[test]
fn what_stands_beside_it_stands_out_four_and_a_half_times() {
    each(|look, t| {
        let mut pairs = Vec::new();
        for ground in [
            t.window, t.side, t.panel, t.out, t.incoming, t.selected, t.hover, t.chip,
        ] {
            pairs.extend([(t.sub, ground), (t.faint, ground)]);
        }
        pairs.extend([
            (t.on_accent, t.accent),
            (t.on_badge, t.badge),
            (t.accent, t.panel),
            (t.accent, t.side),
            (t.accent, t.window),
            (t.accent, t.out),
            (t.accent, t.incoming),
            (t.accent, t.accent_soft),
            (t.danger, t.panel),
            (t.danger, t.side),
            (t.danger, t.window),
            (t.danger, t.selected),
            (t.danger, t.hover),
            (t.amber, t.window),
            (t.ok, t.window),
            (t.ok, t.panel),
        ]);
        for (text, ground) in pairs {
            let found = contrast(text, ground);
            assert!(found >= 4.5, "{look:?}: {text:?} on {ground:?} {found}");
        }
    });
}

#[test]
fn high_contrast_is_higher() {
    let t = Look::HighContrast.tokens();
    for ground in [t.window, t.side, t.panel, t.out, t.incoming, t.selected] {
        assert!(contrast(t.text, ground) >= 10.0, "{ground:?}");
        assert!(contrast(t.sub, ground) >= 7.0, "{ground:?}");
        assert!(contrast(t.danger, ground) >= 4.5, "{ground:?}");
        assert!(contrast(t.line, t.window) >= 4.5);
    }
}

#[test]
fn shapes_and_rings_stand_out_three_times() {
    each(|look, t| {
        for ground in [t.window, t.side, t.panel] {
            for (name, color) in [("focus", t.focus), ("icon", t.sub)] {
                let found = contrast(color, ground);
                assert!(found >= 3.0, "{look:?}: {name} on {ground:?} {found}");
            }
        }
    });
}

#[test]
fn initials_can_be_read_on_every_colour() {
    each(|look, t| {
        for hue in 0..360 {
            let ground = people::color(f64::from(hue), f64::from(t.person));
            let found = contrast(ON_PERSON, ground);
            let least = if look == Look::HighContrast { 7.0 } else { 4.5 };
            assert!(found >= least, "{look:?}: {hue}° {found}");
        }
    });
}

#[test]
fn the_welcome_can_be_read_everywhere() {
    for ground in [BRAND.0, BRAND.1] {
        for text in [ON_BRAND, ON_BRAND_SUB] {
            let found = contrast(text, ground);
            assert!(found >= 4.5, "{ground:?} {found}");
        }
    }
}

#[test]
fn the_theme_leads_back_to_its_tokens() {
    each(|look, tokens| assert_eq!(style::tokens(&look.theme()), tokens));
    for (mode, look) in [
        (Mode::None, Look::Light),
        (Mode::Light, Look::Light),
        (Mode::Dark, Look::Dark),
    ] {
        assert_eq!(style::theme(mode), look.theme());
    }
}
