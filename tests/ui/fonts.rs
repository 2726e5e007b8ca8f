//! What is drawn here is drawn with fonts of this repository alone.

use std::collections::BTreeSet;

use iced_test::renderer::graphics::text::{
    cosmic_text::{Attrs, Buffer, Family, Metrics, Shaping, Weight, fontdb::Source},
    font_system,
};
use oriole_ui::style;

use crate::support::fonts::{FAMILIES, pin};

/// The families that draw this text, in the face of nearly everything; empty where no face has a letter of it.
fn families(text: &str, weight: Weight) -> BTreeSet<String> {
    pin();
    let mut system = font_system().write().unwrap();
    let system = system.raw();
    let mut buffer = Buffer::new(system, Metrics::new(14.0, 20.0));
    let attributes = Attrs::new()
        .family(Family::Name(style::FAMILY))
        .weight(weight);
    buffer.set_text(system, text, &attributes, Shaping::Advanced, None);
    buffer.shape_until_scroll(system, false);
    let glyphs: Vec<_> = buffer
        .layout_runs()
        .flat_map(|run| run.glyphs.to_vec())
        .filter(|glyph| glyph.glyph_id != 0)
        .collect();
    glyphs
        .iter()
        .map(|glyph| {
            let face = system.db().face(glyph.font_id).unwrap();
            face.families[0].0.clone()
        })
        .collect()
}

#[test]
fn no_face_of_the_machine_is_left() {
    pin();
    let mut system = font_system().write().unwrap();
    let system = system.raw();
    let mut names = BTreeSet::new();
    for face in system.db().faces() {
        assert!(
            matches!(face.source, Source::Binary(_)),
            "{}",
            face.post_script_name
        );
        names.insert(face.families[0].0.as_str());
    }
    assert_eq!(names, FAMILIES.into());
    assert_eq!(system.locale(), "zh-CN");
}

#[test]
fn each_script_has_its_face_and_others_none() {
    for weight in [Weight::NORMAL, Weight::BOLD] {
        assert_eq!(families("Oriole", weight), ["Inter".to_owned()].into());
        assert_eq!(
            families("你好，世界", weight),
            ["Noto Sans CJK SC".to_owned()].into()
        );
    }
    let dejavu: BTreeSet<String> = ["DejaVu Sans".to_owned()].into();
    assert_eq!(families("שלום", Weight::NORMAL), dejavu);
    assert_eq!(families("مرحبا", Weight::NORMAL), dejavu);
    // Thai is in none of them: whatever drew it would be of the machine.
    assert_eq!(families("สวัสดี", Weight::NORMAL), BTreeSet::new());
}

#[test]
fn the_chinese_words_of_the_program_are_in_the_fonts_of_tests() {
    let words = include_str!("../../resources/locales/zh-CN/main.ftl");
    let chinese: BTreeSet<char> = words
        .chars()
        .filter(|c| ('\u{2E80}'..='\u{9FFF}').contains(c) || ('\u{FF00}'..='\u{FFEF}').contains(c))
        .collect();
    assert!(chinese.len() > 200);
    for weight in [Weight::NORMAL, Weight::BOLD] {
        let missing: String = chinese
            .iter()
            .filter(|c| families(&c.to_string(), weight).is_empty())
            .collect();
        assert!(missing.is_empty(), "tests/fonts/make.sh adds {missing}");
    }
}
