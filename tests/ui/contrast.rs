//! Text can be read: the contrast of WCAG 2.2, computed from the tokens, for every pair that is drawn.

use iced::{
    Background, Color, Theme,
    theme::Mode,
    widget::{button, checkbox, pick_list, text_editor, text_input},
};
use oriole_core::model::account::Accent;
use oriole_ui::{
    sidebar::person::accent_color,
    style::{
        self, Look, Tokens, controls, people, surfaces,
        tokens::{BRAND, ON_BRAND, ON_BRAND_SUB, ON_PERSON},
    },
};

/// The share of the accent that lies over text selected in a message.
const SELECTED: f32 = 0.25;
/// The share of amber that lies over a message jumped to.
const JUMPED: f32 = 0.2;

fn luminance(color: Color) -> f32 {
    let [r, g, b, _] = color.into_linear();
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: Color, b: Color) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// What is seen where this lies over that.
fn over(above: Color, below: Color) -> Color {
    let mix = |a: f32, b: f32| a * above.a + b * (1.0 - above.a);
    let rgb = [
        mix(above.r, below.r),
        mix(above.g, below.g),
        mix(above.b, below.b),
    ];
    Color::from_rgb(rgb[0], rgb[1], rgb[2])
}

/// The colour of this, on that.
fn seen(background: Option<Background>, below: Color) -> Color {
    match background {
        Some(Background::Color(color)) => over(color, below),
        Some(Background::Gradient(_)) => panic!("a gradient"),
        None => below,
    }
}

/// Everything that text lies on.
fn grounds(t: &Tokens) -> [Color; 8] {
    [
        t.window, t.side, t.panel, t.out, t.incoming, t.selected, t.hover, t.chip,
    ]
}

fn each(check: impl Fn(Look, &Tokens)) {
    for look in Look::ALL {
        check(look, look.tokens());
    }
}

#[test]
fn what_is_read_stands_out_seven_times() {
    each(|look, t| {
        for ground in grounds(t) {
            let found = contrast(t.text, ground);
            assert!(found >= 7.0, "{look:?}: {ground:?} {found}");
        }
    });
}

#[test]
fn what_stands_beside_it_stands_out_four_and_a_half_times() {
    each(|look, t| {
        let mut pairs = Vec::new();
        for ground in grounds(t) {
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
            (t.accent, t.selected),
            (t.accent, t.hover),
            (t.danger, t.panel),
            (t.danger, t.side),
            (t.danger, t.window),
            (t.danger, t.selected),
            (t.danger, t.hover),
            (t.amber, t.window),
            (t.amber, t.panel),
            (t.ok, t.window),
            (t.ok, t.side),
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
fn what_is_pressed_can_be_read_in_every_state() {
    use button::Status::{Active, Disabled, Hovered, Pressed};
    type Style = fn(&Theme, button::Status) -> button::Style;
    each(|look, t| {
        let theme = look.theme();
        let bubbles = [t.incoming, t.out];
        let panes = [t.side, t.panel, t.window];
        let everywhere = [panes.as_slice(), bubbles.as_slice()].concat();
        let styles: [(&str, Style, &[Color]); 10] = [
            ("primary", controls::primary, &everywhere),
            ("secondary", controls::secondary, &everywhere),
            ("link", controls::link, &everywhere),
            ("floating", controls::floating, &everywhere),
            ("sign", controls::sign, &panes),
            ("menu line", controls::menu_line, &panes),
            ("row", |a, b| controls::row(false)(a, b), &panes),
            ("chosen row", |a, b| controls::row(true)(a, b), &panes),
            ("tab", |a, b| controls::tab(false)(a, b), &panes),
            ("chosen tab", |a, b| controls::tab(true)(a, b), &panes),
        ];
        for (name, style, grounds) in styles {
            for status in [Active, Hovered, Pressed, Disabled] {
                // A sign that does nothing now may be quiet.
                if name == "sign" && status == Disabled {
                    continue;
                }
                for ground in grounds {
                    let drawn = style(&theme, status);
                    let found = contrast(drawn.text_color, seen(drawn.background, *ground));
                    assert!(found >= 4.5, "{look:?}: {name} {status:?} {found}");
                }
            }
        }
    });
}

#[test]
fn what_is_written_and_chosen_can_be_read() {
    each(|look, t| {
        let theme = look.theme();
        let mut texts = Vec::new();
        let mut edges = Vec::new();
        for status in [
            text_input::Status::Active,
            text_input::Status::Hovered,
            text_input::Status::Focused { is_hovered: false },
            text_input::Status::Disabled,
        ] {
            let field = controls::field(&theme, status);
            let ground = seen(Some(field.background), t.window);
            texts.extend([(field.value, ground), (field.placeholder, ground)]);
            if status != text_input::Status::Disabled {
                texts.push((field.value, over(field.selection, ground)));
            }
            if matches!(status, text_input::Status::Focused { .. }) {
                edges.extend([(field.border.color, ground), (field.border.color, t.window)]);
            }
        }
        let focused = text_editor::Status::Focused { is_hovered: false };
        let composer = controls::composer(&theme, focused);
        let ground = seen(Some(composer.background), t.panel);
        texts.extend([(composer.value, ground), (composer.placeholder, ground)]);
        texts.push((composer.value, over(composer.selection, ground)));
        edges.push((composer.border.color, t.panel));
        let pick = controls::pick(&theme, pick_list::Status::Active);
        texts.push((pick.text_color, seen(Some(pick.background), t.panel)));
        let menu = controls::menu(&theme);
        texts.push((menu.text_color, seen(Some(menu.background), t.panel)));
        let chosen = seen(Some(menu.selected_background), t.panel);
        texts.push((menu.selected_text_color, chosen));
        for is_checked in [false, true] {
            let check = controls::check(&theme, checkbox::Status::Active { is_checked });
            let ground = seen(Some(check.background), t.panel);
            edges.push((check.border.color, t.panel));
            if is_checked {
                edges.push((check.icon_color, ground));
            }
        }
        for (text, ground) in texts {
            let found = contrast(text, ground);
            assert!(found >= 4.5, "{look:?}: {text:?} on {ground:?} {found}");
        }
        for (edge, ground) in edges {
            let found = contrast(edge, ground);
            assert!(found >= 3.0, "{look:?}: {edge:?} on {ground:?} {found}");
        }
    });
}

#[test]
fn what_is_selected_or_jumped_to_can_be_read() {
    each(|look, t| {
        for ground in [t.incoming, t.out, t.panel] {
            let selected = over(t.accent.scale_alpha(SELECTED), ground);
            let jumped = over(t.amber.scale_alpha(JUMPED), ground);
            for (text, least) in [(t.text, 4.5), (t.accent, 3.0)] {
                for ground in [selected, jumped] {
                    let found = contrast(text, ground);
                    assert!(found >= least, "{look:?}: {text:?} on {ground:?} {found}");
                }
            }
        }
    });
}

#[test]
fn shapes_and_rings_stand_out_three_times() {
    each(|look, t| {
        let mut pairs = Vec::new();
        for ground in grounds(t) {
            pairs.extend([("focus", t.focus, ground), ("icon", t.sub, ground)]);
        }
        for ground in [t.side, t.selected, t.hover] {
            pairs.push(("unread", t.badge, ground));
        }
        let theme = look.theme();
        let failed = surfaces::bubble_failed(&theme).border.color;
        let alert = surfaces::alert(&theme).border.color;
        for ground in [t.out, t.window] {
            pairs.push(("read", t.accent, ground));
        }
        pairs.extend([("failed", failed, t.window), ("alert", alert, t.window)]);
        for (name, color, ground) in pairs {
            let found = contrast(color, ground);
            assert!(found >= 3.0, "{look:?}: {name} on {ground:?} {found}");
        }
    });
}

#[test]
fn high_contrast_draws_every_edge() {
    let t = Look::HighContrast.tokens();
    let theme = Look::HighContrast.theme();
    for edge in [
        surfaces::bubble_in(&theme),
        surfaces::bubble_out(&theme),
        surfaces::bubble_failed(&theme),
        surfaces::card(&theme),
        surfaces::dialog(&theme),
        surfaces::menu(&theme),
    ] {
        assert!(edge.border.width >= 1.0);
        assert!(contrast(edge.border.color, t.window) >= 4.5, "{edge:?}");
    }
    assert!(contrast(over(t.amber_line, t.window), t.window) >= 4.5);
}

/// Presence is told by shape and in words; the colours are those of the design, and whoever needs more has high contrast.
#[test]
fn marks_of_presence_are_seen() {
    each(|look, t| {
        let least = match look {
            Look::HighContrast => 4.5,
            Look::Light | Look::Dark => 1.75,
        };
        for mark in [t.online, t.away, t.dnd, t.off] {
            for ground in [t.side, t.selected, t.hover, t.panel] {
                let found = contrast(mark, ground);
                assert!(found >= least, "{look:?}: {mark:?} on {ground:?} {found}");
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

#[test]
fn the_colours_that_tell_accounts_apart_are_seen_on_everything() {
    for look in Look::ALL {
        let (theme, t) = (look.theme(), look.tokens());
        for accent in Accent::ALL {
            let color = accent_color(&theme, accent);
            for ground in [t.side, t.panel, t.selected, t.hover] {
                let found = contrast(color, ground);
                assert!(found >= 3.0, "{look:?}: {accent:?} on {ground:?} {found}");
            }
        }
    }
}
