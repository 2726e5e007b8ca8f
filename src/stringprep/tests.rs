//! The examples of the RFCs, the characters that made this package necessary, and what has to hold for every input.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::borrow::Cow;

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use proptest::prelude::*;

use super::*;

type Prep = fn(&str) -> Result<Cow<'_, str>, Error>;

/// All profiles with their names, for statements that hold for each.
const ALL: [(&str, Prep); 4] = [
    ("nodeprep", nodeprep),
    ("nameprep", nameprep),
    ("resourceprep", resourceprep),
    ("saslprep", saslprep),
];

/// Asserts the prepared form of each of the pairs.
fn becomes(prep: Prep, pairs: &[(&str, &str)]) {
    for (input, output) in pairs {
        assert_eq!(prep(input).as_deref(), Ok(*output), "of {input:?}");
    }
}

/// Asserts that each of the texts is refused for that reason.
fn refuses(prep: Prep, error: Error, texts: &[&str]) {
    for text in texts {
        assert_eq!(prep(text), Err(error), "of {text:?}");
    }
}

/// Every character there is.
fn characters() -> impl Iterator<Item = char> {
    '\0'..=char::MAX
}

#[test]
fn saslprep_examples_of_rfc_4013() {
    // Section 3, numbers 1 to 7.
    becomes(
        saslprep,
        &[
            ("I\u{AD}X", "IX"),
            ("user", "user"),
            ("USER", "USER"),
            ("\u{AA}", "a"),
            ("\u{2168}", "IX"),
        ],
    );
    refuses(saslprep, Error::Prohibited, &["\u{7}"]);
    refuses(saslprep, Error::Direction, &["\u{627}1"]);
}

#[test]
fn saslprep_maps_all_spaces_to_one() {
    for c in characters().filter(|&c| tables::is_other_space(c)) {
        assert_eq!(
            saslprep(&format!("a{c}b")).unwrap(),
            "a b",
            "U+{:04X}",
            u32::from(c)
        );
    }
    becomes(
        saslprep,
        &[
            ("  open sesame ", "  open sesame "),
            ("", ""),
            ("\u{AD}", ""),
        ],
    );
}

#[test]
fn addresses_of_rfc_3920_and_rfc_7622() {
    becomes(
        nodeprep,
        &[
            ("juliet", "juliet"),
            ("Romeo", "romeo"),
            ("foo\\20bar", "foo\\20bar"),
            ("fussball", "fussball"),
            ("fu\u{DF}ball", "fussball"),
            ("\u{3C0}", "\u{3C0}"),
            ("\u{3A3}", "\u{3C3}"),
            ("\u{3C3}", "\u{3C3}"),
            ("\u{3C2}", "\u{3C3}"),
            ("henry\u{2163}", "henryiv"),
            ("\u{265A}", "\u{265A}"),
        ],
    );
    refuses(nodeprep, Error::Prohibited, &["\"juliet\"", "foo bar"]);
    becomes(
        resourceprep,
        &[
            ("balcony", "balcony"),
            ("Balcony", "Balcony"),
            ("foo bar", "foo bar"),
            ("foo@bar", "foo@bar"),
            ("\u{265A}", "\u{265A}"),
            ("foo\u{A0}bar", "foo bar"),
            ("\u{2163}", "IV"),
        ],
    );
    becomes(
        nameprep,
        &[
            ("Example.COM", "example.com"),
            ("B\u{FC}cher.example", "b\u{FC}cher.example"),
        ],
    );
}

#[test]
fn characters_newer_than_unicode_3_2_exist() {
    let names = [
        "😀",
        "👻 ghost",
        "🇩🇪",
        "₿",
        "ẞ",
        "ӏ",
        "🦜",
        "🫠",
        "𞤀",
        "ꙮ",
        "ẜ",
        "\u{1F3F4}",
        "㋿",
        "鿿",
        "𲎯",
    ];
    for name in names {
        assert!(resourceprep(name).is_ok(), "{name}");
        assert!(saslprep(name).is_ok(), "{name}");
        let node = name.replace(' ', ".");
        assert!(nodeprep(&node).is_ok(), "{node}");
        assert!(nameprep(&node).is_ok(), "{node}");
    }
    for name in ["😀", "👻 ghost", "🇩🇪", "₿", "ẞ", "ӏ"] {
        assert!(
            matches!(resourceprep(name), Ok(Cow::Borrowed(same)) if same == name),
            "{name}"
        );
    }
    becomes(
        nodeprep,
        &[
            ("😀", "😀"),
            ("🇩🇪", "🇩🇪"),
            ("₿", "₿"),
            ("ẞ", "ss"),
            ("Ӏ", "ӏ"),
            ("ӏ", "ӏ"),
            ("𞤀", "𞤢"),
        ],
    );
}

#[test]
fn newer_characters_pass_through_jid() {
    for text in [
        "room@chat.example/👻 ghost",
        "room@chat.example/🇩🇪",
        "₿@example.org",
        "ẞ@example.org/ӏ",
    ] {
        let jid = jid::Jid::new(text).expect(text);
        assert_eq!(jid::Jid::new(jid.as_str()), Ok(jid.clone()), "{text}");
    }
    let jid = jid::Jid::new("ẞ@example.org/ẞ").unwrap();
    assert_eq!(jid.as_str(), "ss@example.org/ẞ");
}

#[test]
fn jid_still_tells_a_long_part_from_a_bad_one() {
    assert_eq!(
        jid::NodePart::new(&"a".repeat(1024)).unwrap_err(),
        jid::Error::NodeTooLong
    );
    assert_eq!(
        jid::ResourcePart::new(&"a".repeat(1024)).unwrap_err(),
        jid::Error::ResourceTooLong
    );
    assert_eq!(
        jid::NodePart::new("\u{AD}").unwrap_err(),
        jid::Error::NodeEmpty
    );
    assert!(jid::ResourcePart::new(&"\u{1F600}".repeat(255)).is_ok());
}

#[test]
fn domain_cannot_outgrow_the_positions_jid_keeps() {
    // IDNA takes any number of these selectors for nothing, and 65,536 bytes more would move jid's split between the parts.
    for c in ['\u{E0100}', '\u{AD}', '\u{3164}'] {
        let domain = format!("a{}.example", String::from(c).repeat(70_000 / c.len_utf8()));
        assert!(
            jid::Jid::new(&format!("node@{domain}/resource")).is_err(),
            "U+{:04X}",
            u32::from(c)
        );
    }
    refuses(
        nameprep,
        Error::TooLong,
        &[
            &"a".repeat(1024),
            &"\u{FDFA}".repeat(40),
            &"\u{AD}".repeat(3000),
        ],
    );
    assert!(nameprep(&"a".repeat(1023)).is_ok());
}

#[test]
fn labels_are_never_empty_after_preparation() {
    refuses(
        nameprep,
        Error::Empty,
        &["\u{AD}", "\u{1806}", "\u{200D}\u{200C}"],
    );
    refuses(
        nameprep,
        Error::Empty,
        &["\u{1806}.example", "a.\u{1806}.example", "a.\u{1806}"],
    );
    assert!(jid::Jid::new("node@\u{1806}.example").is_err());
    becomes(
        nameprep,
        &[("", ""), ("a.", "a."), ("a\u{AD}.example", "a.example")],
    );
}

#[test]
fn joiners_and_variation_selectors_are_mapped_to_nothing() {
    let family = "👨\u{200D}👩\u{200D}👧";
    for (name, prep) in ALL {
        assert_eq!(prep(family).as_deref(), Ok("👨👩👧"), "{name}");
        assert_eq!(prep("❤\u{FE0F}").as_deref(), Ok("❤"), "{name}");
    }
    for c in characters().filter(|&c| tables::is_mapped_to_nothing(c) && c != '\u{200B}') {
        for (name, prep) in ALL {
            assert_eq!(
                prep(&format!("a{c}b")).as_deref(),
                Ok("ab"),
                "{name}, U+{:04X}",
                u32::from(c)
            );
        }
    }
}

#[test]
fn tags_are_prohibited_even_in_flags() {
    let england = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}";
    for (name, prep) in ALL {
        assert_eq!(prep(england), Err(Error::Prohibited), "{name}");
    }
}

#[test]
fn case_and_compatibility_are_one_in_nodes() {
    becomes(
        nodeprep,
        &[
            // Turkish: the dotted capital keeps its dot as a mark of its own, the dotless small letter stays.
            ("İstanbul", "i\u{307}stanbul"),
            ("Istanbul", "istanbul"),
            ("ısparta", "ısparta"),
            // Greek: the final sigma is a sigma, the iota subscript a letter.
            ("ΣΊΣΥΦΟΣ", "σίσυφοσ"),
            ("Σίσυφος", "σίσυφοσ"),
            ("ᾼ", "αι"),
            // German, ligatures, letters that only normalisation brings up.
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("oﬃce", "office"),
            ("ℌ", "h"),
            ("㎒", "mhz"),
            ("ϒ", "υ"),
            ("Ａｌｉｃｅ", "alice"),
            // Decomposed and composed.
            ("e\u{301}", "é"),
            ("E\u{301}", "é"),
            // Marks in either order.
            ("q\u{307}\u{323}", "q\u{323}\u{307}"),
            ("q\u{323}\u{307}", "q\u{323}\u{307}"),
            ("ᏸ", "Ᏸ"),
        ],
    );
    becomes(
        resourceprep,
        &[
            ("Straße", "Straße"),
            ("Σίσυφος", "Σίσυφος"),
            ("e\u{301}", "é"),
            ("ﬃ", "ffi"),
        ],
    );
}

#[test]
fn what_separates_addresses_is_refused_in_nodes_however_it_is_written() {
    refuses(
        nodeprep,
        Error::Prohibited,
        &["a b", "\"", "a&", "'", "a/b", "a:b", "<", ">", "a@b"],
    );
    refuses(
        nodeprep,
        Error::Prohibited,
        &[
            "a\u{FF20}b",
            "a\u{FF0F}b",
            "\u{2100}",
            "a\u{A0}b",
            "a\u{3000}b",
            "a\u{A8}b",
            "\u{FE64}",
        ],
    );
}

#[test]
fn prohibited_everywhere() {
    let samples = [
        '\u{80}',
        '\u{6DD}',
        '\u{70F}',
        '\u{180E}',
        '\u{2028}',
        '\u{2061}',
        '\u{1D173}',
        '\u{E000}',
        '\u{F0000}',
        '\u{10FFFD}',
        '\u{FDD0}',
        '\u{FFFE}',
        '\u{1FFFF}',
        '\u{10FFFF}',
        '\u{FFF9}',
        '\u{FFFD}',
        '\u{2FF0}',
        '\u{200E}',
        '\u{202E}',
        '\u{206F}',
        '\u{E0001}',
        '\u{E0041}',
        '\u{61C}',
        '\u{2066}',
        '\u{2069}',
    ];
    for c in samples {
        for (name, prep) in ALL {
            assert_eq!(
                prep(&format!("a{c}b")),
                Err(Error::Prohibited),
                "{name}, U+{:04X}",
                u32::from(c)
            );
        }
    }
    for control in ["\0", "a\tb", "a\nb", "\u{1B}[31m", "\u{7F}"] {
        assert_eq!(nodeprep(control), Err(Error::Prohibited));
        assert_eq!(resourceprep(control), Err(Error::Prohibited));
        assert_eq!(saslprep(control), Err(Error::Prohibited));
    }
    refuses(resourceprep, Error::Prohibited, &["\u{1680}"]);
}

#[test]
fn invisible_characters_do_not_make_a_second_name() {
    for c in [
        '\u{E0100}',
        '\u{180F}',
        '\u{3164}',
        '\u{115F}',
        '\u{FFA0}',
        '\u{2064}',
        '\u{1BCA0}',
    ] {
        let name = format!("alice{c}");
        assert_eq!(
            nodeprep(&name),
            Err(Error::Prohibited),
            "U+{:04X}",
            u32::from(c)
        );
        assert_eq!(
            nameprep(&name),
            Err(Error::Prohibited),
            "U+{:04X}",
            u32::from(c)
        );
    }
    // Japanese family names are written with them, and a nickname has to come out as the group chat knows it.
    assert_eq!(
        resourceprep("葛\u{E0100}城").as_deref(),
        Ok("葛\u{E0100}城")
    );
}

#[test]
fn directions() {
    for (name, prep) in ALL {
        for text in ["שלום", "مرحبا", "مر1حبا", "ш1", "1"] {
            assert!(prep(text).is_ok(), "{name} of {text}");
        }
        for text in ["שa", "aש", "שaל", "1ש", "ש1", "ש😀", "ا\u{64B}"] {
            assert_eq!(prep(text), Err(Error::Direction), "{name} of {text}");
        }
    }
    becomes(resourceprep, &[("של ום", "של ום")]);
}

#[test]
fn what_is_in_its_final_form_is_borrowed() {
    for (name, prep) in ALL {
        for text in ["", "juliet", "a-b_c.d", "ünïcode", "黄鹂", "😀"] {
            assert!(
                matches!(prep(text), Ok(Cow::Borrowed(same)) if same == text),
                "{name} of {text}"
            );
        }
    }
    assert!(matches!(nodeprep("Juliet"), Ok(Cow::Owned(_))));
    assert!(matches!(resourceprep("Juliet"), Ok(Cow::Borrowed(_))));
}

#[test]
fn every_character_settles() {
    // Preparing once more changes nothing, and no character needs more rounds than are allowed.
    let category = CodePointMapData::<GeneralCategory>::new();
    for c in characters().filter(|&c| category.get(c) != GeneralCategory::Unassigned) {
        for (name, prep) in ALL {
            match prep(c.encode_utf8(&mut [0; 4])) {
                Ok(once) => assert_eq!(
                    prep(&once).as_deref(),
                    Ok(once.as_ref()),
                    "{name}, U+{:04X}",
                    u32::from(c)
                ),
                Err(error) => assert_ne!(error, Error::Unstable, "{name}, U+{:04X}", u32::from(c)),
            }
        }
    }
}

#[test]
fn hostile_length_is_refused_or_done_with_at_once() {
    for prep in [nodeprep as Prep, nameprep, resourceprep] {
        refuses(
            prep,
            Error::TooLong,
            &[&"a".repeat(1 << 20), &"\u{301}".repeat(1 << 20)],
        );
    }
    // Nothing bounds a password; a megabyte of marks to sort must still be a matter of sorting.
    let marks = format!("a{}", "\u{301}\u{323}".repeat(1 << 18));
    assert_eq!(saslprep(&marks).unwrap().chars().count(), 1 << 19);
    // The character that grows most: one becomes eighteen.
    let grown = saslprep(&"\u{FDFA}".repeat(1 << 14)).map(|text| text.chars().count());
    assert_eq!(grown, Ok(18 << 14));
}

#[test]
fn errors_tell_nothing_of_the_input() {
    let error = saslprep("hunter2\u{7}").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

/// Strings of the kinds that have made trouble: ASCII, letters with case, marks, joiners, compatibility forms, emoji, any.
fn hostile() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => proptest::char::range(' ', '~'),
        2 => proptest::char::range('\u{A0}', '\u{24F}'),
        2 => proptest::char::range('\u{300}', '\u{3FF}'),
        1 => proptest::char::range('\u{5D0}', '\u{6FF}'),
        2 => proptest::char::range('\u{1F00}', '\u{1FFF}'),
        2 => proptest::char::range('\u{2000}', '\u{2190}'),
        1 => proptest::char::range('\u{3130}', '\u{33FF}'),
        1 => proptest::char::range('\u{FB00}', '\u{FFFF}'),
        1 => proptest::char::range('\u{1F300}', '\u{1FAFF}'),
        1 => any::<char>(),
    ];
    proptest::collection::vec(character, 0..24).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn preparing_twice_is_preparing_once(text in hostile()) {
        for (name, prep) in ALL {
            if let Ok(once) = prep(&text) {
                let twice = prep(&once);
                prop_assert_eq!(twice.as_deref(), Ok(once.as_ref()), "{}", name);
            }
            prop_assert_ne!(prep(&text), Err(Error::Unstable), "{}", name);
        }
    }

    #[test]
    fn borrowed_means_unchanged(text in hostile()) {
        for (name, prep) in ALL {
            match prep(&text) {
                Ok(Cow::Borrowed(same)) => prop_assert_eq!(same, text.as_str(), "{}", name),
                Ok(Cow::Owned(other)) => prop_assert_ne!(&other, &text, "{}", name),
                Err(_) => {}
            }
        }
    }

    #[test]
    fn case_makes_no_second_node(text in hostile()) {
        if let (Ok(plain), Ok(lower)) = (nodeprep(&text), nodeprep(&text.to_lowercase())) {
            prop_assert_eq!(plain, lower);
        }
    }

    #[test]
    fn nothing_that_separates_survives_in_a_node(text in hostile()) {
        if let Ok(node) = nodeprep(&text) {
            prop_assert!(!node.contains(['"', '&', '\'', '/', ':', '<', '>', '@', ' ', '\n']));
        }
    }

    #[test]
    fn jid_never_panics_on_an_address(text in hostile(), node in hostile(), resource in hostile()) {
        for address in [text.clone(), format!("{node}@{text}/{resource}"), format!("{node}@example.org/{resource}")] {
            if let Ok(jid) = jid::Jid::new(&address) {
                let rebuilt = jid::Jid::from_parts(jid.node(), jid.domain(), jid.resource());
                if !address.contains("./") && !address.ends_with('.') {
                    prop_assert_eq!(rebuilt, jid);
                }
            }
        }
    }
}
