//! The walls between the layers of oriole-core, read from the paths that each file names: who may use whom.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A layer: its folder, and what it may name of the rest of this package.
struct Layer {
    folder: &'static str,
    may_use: &'static [&'static str],
}

const LAYERS: [Layer; 6] = [
    // The vocabulary of errors belongs to no layer; a message keeps why it failed.
    Layer {
        folder: "model",
        may_use: &["error"],
    },
    Layer {
        folder: "text",
        may_use: &[],
    },
    Layer {
        folder: "xmpp",
        may_use: &["model", "error"],
    },
    Layer {
        folder: "media",
        may_use: &["model", "error"],
    },
    Layer {
        folder: "store",
        may_use: &["model", "error"],
    },
    Layer {
        folder: "engine",
        may_use: &["model", "text", "xmpp", "store", "media", "error"],
    },
];

/// What belongs to the screen and the operating system, and to no layer of this package.
const OUTSIDE: [&str; 13] = [
    "iced",
    "winit",
    "wgpu",
    "cosmic_text",
    "rfd",
    "notify_rust",
    "tray_icon",
    "ksni",
    "arboard",
    "keyring",
    "keyring_core",
    "directories",
    "oriole_ui",
];

/// Crates, and parts of the standard library, that do things: not for plain data.
const DOING_CRATES: [&str; 3] = ["tokio", "rusqlite", "futures"];
const DOING_STD: [&str; 5] = ["fs", "io", "process", "thread", "os"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file, without comments and without spaces, so that paths stand as they are compared.
fn code(text: &str) -> String {
    text.lines()
        .map(|line| line.split("//").next().unwrap())
        .flat_map(|line| line.split_whitespace().chain(["\n"]))
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" :: ", "::")
}

/// The parts that a text names by `crate::…` or `std::…`, however they are grouped.
fn parts(code: &str, of: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (position, path) in code.match_indices(of) {
        let rest = code[position + path.len()..].trim_start();
        let word = |text: &str| -> String {
            text.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        };
        match rest.strip_prefix('{') {
            None => found.push(word(rest)),
            Some(group) => {
                let mut depth = 0;
                let mut start = true;
                for (at, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        c if start && depth == 0 && c.is_alphanumeric() => {
                            found.push(word(&group[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

/// Whether a text names this crate.
fn names(code: &str, what: &str) -> bool {
    code.match_indices(what).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + what.len()..].trim_start();
        let is_start = before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':');
        is_start && after.starts_with("::")
    })
}

#[test]
fn no_file_reaches_through_a_wall() {
    let mut broken = Vec::new();
    for layer in &LAYERS {
        let files = files(&source().join(layer.folder));
        assert!(!files.is_empty(), "{} has moved", layer.folder);
        for file in files {
            let code = code(&fs::read_to_string(&file).unwrap());
            let name = file.strip_prefix(source()).unwrap().display().to_string();
            for part in parts(&code, "crate::") {
                let within = part == layer.folder || layer.may_use.contains(&part.as_str());
                if !within {
                    broken.push(format!("{name}: {} may not use {part}", layer.folder));
                }
            }
            for outside in OUTSIDE {
                if names(&code, outside) {
                    broken.push(format!("{name}: {} may not use {outside}", layer.folder));
                }
            }
            if matches!(layer.folder, "model" | "text") {
                for what in DOING_CRATES {
                    if names(&code, what) {
                        broken.push(format!("{name}: {} may not use {what}", layer.folder));
                    }
                }
                for part in parts(&code, "std::") {
                    if DOING_STD.contains(&part.as_str()) {
                        broken.push(format!("{name}: {} may not use std::{part}", layer.folder));
                    }
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn paths_are_found_however_they_are_written() {
    let text = "use crate::{\n error::{Error, ErrorKind}, // crate::comment\n model::{a::B, c}, xmpp };\n\
        fn f() { crate::store::Store::open(); crate :: engine::x; }";
    assert_eq!(
        parts(&code(text), "crate::"),
        ["error", "model", "xmpp", "store", "engine"]
    );
    assert_eq!(
        parts("use std::{fmt, fs}; std::thread::spawn", "std::"),
        ["fmt", "fs", "thread"]
    );
    let code = code("use tokio::time; let x = my_rusqlite::time; a::iced::b");
    assert!(names(&code, "tokio"));
    assert!(!names(&code, "time") && !names(&code, "iced") && !names(&code, "rusqlite"));
}
