//! Every word exists in every language, and is used.

use std::{collections::BTreeSet, fs, path::Path};

use fluent_syntax::{ast, parser};
use oriole_core::error::ErrorKind;
use oriole_ui::i18n::{Language, Words};

use crate::layers::sources;

fn keys(language: Language) -> BTreeSet<String> {
    let resource = parser::parse(language.source()).expect("the words can be read");
    let entries = resource.body.iter().filter_map(|entry| match entry {
        ast::Entry::Message(message) => Some(message.id.name.to_owned()),
        ast::Entry::Junk { content } => panic!("not understood: {content}"),
        _ => None,
    });
    let list: Vec<String> = entries.collect();
    let set: BTreeSet<String> = list.iter().cloned().collect();
    assert_eq!(set.len(), list.len(), "a word is defined twice");
    set
}

/// The keys in the code: what follows `.get(` and `.with(` of the words.
fn used() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = BTreeSet::new();
    for path in sources(root) {
        let dense: String = fs::read_to_string(&path)
            .unwrap()
            .split_whitespace()
            .collect();
        for call in ["words.get(\"", "words.with(\""] {
            for rest in dense.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                used.insert(key.to_owned());
            }
        }
    }
    used
}

#[test]
fn both_languages_have_the_same_words() {
    assert_eq!(keys(Language::English), keys(Language::Chinese));
}

#[test]
fn every_word_in_the_code_exists_and_every_word_is_in_the_code() {
    let mut used = used();
    assert!(used.len() > 80, "{}", used.len());
    let errors = ErrorKind::ALL.iter().map(|kind| format!("error-{kind}"));
    used.extend(errors);
    assert_eq!(used, keys(Language::English));
}

#[test]
fn every_error_has_its_sentence() {
    for language in Language::ALL {
        let words = Words::new(language);
        for kind in ErrorKind::ALL {
            let sentence = words.error(*kind);
            assert!(!sentence.starts_with("error-"), "{kind}");
            if language == Language::English {
                assert_eq!(sentence, kind.sentence());
            } else {
                assert_ne!(sentence, kind.sentence());
            }
        }
    }
}

#[test]
fn values_are_put_in_without_marks() {
    let words = Words::new(Language::Chinese);
    assert_eq!(
        words.with("write-to", &[("name", "Mei".into())]),
        "给 Mei 发消息"
    );
}

#[test]
fn the_language_follows_the_system() {
    for (tag, language) in [
        ("zh-CN", Language::Chinese),
        ("zh_TW.UTF-8", Language::Chinese),
        ("zh", Language::Chinese),
        ("en-GB", Language::English),
        ("zho", Language::English),
        ("C", Language::English),
        ("", Language::English),
    ] {
        assert_eq!(Language::of_tag(tag), language, "{tag}");
    }
}
