//! The walls inside the window's package, as far as `use` lines and paths show them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// All Rust files below a folder.
pub(crate) fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The code of a file, without comments and white space.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    lines.flat_map(str::split_whitespace).collect()
}

fn no_traces(folders: &[&str], forbidden: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for folder in folders {
        for path in sources(&root.join(folder)) {
            let code = code(&path);
            for word in forbidden {
                assert!(
                    !code.contains(word),
                    "{} knows {word}",
                    path.strip_prefix(root).unwrap().display()
                );
            }
            checked += 1;
        }
    }
    assert!(checked >= folders.len());
}

#[test]
fn widgets_and_style_know_nothing_of_the_messenger() {
    no_traces(
        &["widget", "style"],
        &[
            "oriole_core",
            "crate::screen",
            "crate::chat",
            "crate::sidebar",
            "crate::world",
            "crate::backend",
            "crate::i18n",
            "tokio",
            "std::fs",
        ],
    );
}

#[test]
fn screens_never_touch_the_engine() {
    no_traces(
        &["screen", "chat", "sidebar"],
        &[
            "engine::handle",
            "Handle,",
            "EventStream",
            "engine::secrets",
            "oriole_core::store",
            "oriole_core::xmpp",
            "crate::backend",
            "crate::app",
            "tokio",
            "std::fs",
            "Task<",
            "Utc::now",
        ],
    );
}

#[test]
fn only_the_backend_knows_the_handle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let knowing: Vec<String> = sources(root)
        .iter()
        .filter(|path| code(path).contains("handle::{"))
        .map(|path| path.strip_prefix(root).unwrap().display().to_string())
        .collect();
    assert_eq!(knowing, ["backend.rs", "lib.rs"]);
}

#[test]
fn screens_are_reachable_by_people_s_words_only() {
    for language in oriole_ui::i18n::Language::ALL {
        let words = language.source().to_lowercase();
        for word in ["roster", "muc", "jid", "stanza", "花名册"] {
            assert!(!words.contains(word), "{word}");
        }
    }
}
