//! Texts from strangers, addresses typed by people, and times.

use oriole_core::model::account::ServerAddress;
use oriole_ui::{
    i18n::{Language, Words},
    plain_text::{body, initials, line},
    time_format::{self, Zone},
    typed::{self, Wrong},
};

use crate::support::{at, jid};

#[test]
fn controls_and_what_turns_the_writing_are_left_out() {
    let hostile = "a\u{202E}b\u{2066}c\u{0}d\u{7}\u{1b}[31me\tf\u{FEFF}";
    // Nothing is left that turns the line, which is kept to itself.
    let kept = "\u{2068}ab\u{2066}cd[31me f\u{2069}\u{2069}";
    assert_eq!(body(hostile, 100, 10).text, kept);
    assert_eq!(
        line("two\nlines\u{202E}  here", 100),
        "\u{2068}two lines here\u{2069}"
    );
}

#[test]
fn every_line_begins_at_the_left() {
    assert_eq!(line("שלום", 10), "\u{2068}שלום\u{2069}");
    assert_eq!(body("a\nمرحبا", 100, 10).text, "a\n\u{2068}مرحبا\u{2069}");
    assert_eq!(initials("שלום עולם"), "ש");
}

#[test]
fn what_makes_emoji_is_kept() {
    let family = "👩\u{200D}👧 🏴\u{E0067}\u{E0062} é";
    assert_eq!(body(family, 100, 10).text, family);
}

#[test]
fn texts_are_cut_and_say_so() {
    let cut = body(&"x".repeat(1 << 20), 20_000, 400);
    assert_eq!((cut.text.len(), cut.more), (20_000, true));
    assert!(!body("short", 20_000, 400).more);
    assert!(!body("ab", 2, 1).more);
    assert_eq!(body(&"\n".repeat(100_000), 20_000, 400).text, "");
    assert_eq!(line("abcdef", 3), "abc…");
    assert_eq!(line("abc", 3), "abc");
    assert_eq!(line(&"\n".repeat(1 << 20), 3), "");
    let towers = format!("a{}", "\u{301}".repeat(10_000));
    assert_eq!(line(&towers, 80).chars().count(), 9);
}

#[test]
fn initials_are_one_or_two_letters() {
    for (name, expected) in [
        ("Mei Lin", "ML"),
        ("you@chat.local", "YO"),
        ("x", "X"),
        ("tom.becker@example.org", "TB"),
        ("李雷", "李"),
        ("李 雷", "李"),
        ("", ""),
        ("…", ""),
        ("ß", "SS"),
    ] {
        assert_eq!(initials(name), expected, "{name}");
    }
}

#[test]
fn addresses_are_read() {
    assert_eq!(
        typed::address(" mei@example.org "),
        Ok(jid("mei@example.org"))
    );
    assert_eq!(
        typed::address("xmpp:mei@example.org"),
        Ok(jid("mei@example.org"))
    );
    assert!(typed::address("mei@[::1]").is_ok());
    assert!(typed::address("mei@localhost").is_ok());
    for (text, wrong) in [
        ("", Wrong::Missing),
        ("  ", Wrong::Missing),
        ("mei", Wrong::NoAt),
        ("@example.org", Wrong::Address),
        ("mei@", Wrong::Address),
        ("mei@a..b", Wrong::Address),
        ("mei@example.org/phone", Wrong::Address),
        ("m ei@example.org", Wrong::Address),
    ] {
        assert_eq!(typed::address(text), Err(wrong), "{text}");
    }
}

#[test]
fn servers_are_read() {
    let server = |host: &str, port| {
        Ok(Some(ServerAddress {
            host: host.into(),
            port,
        }))
    };
    assert_eq!(typed::server(""), Ok(None));
    assert_eq!(
        typed::server("chat.example.org"),
        server("chat.example.org", None)
    );
    assert_eq!(
        typed::server("10.0.0.1:5223"),
        server("10.0.0.1", Some(5223))
    );
    assert_eq!(typed::server("[::1]:5222"), server("::1", Some(5222)));
    assert_eq!(typed::server("[::1]"), server("::1", None));
    assert_eq!(typed::server("::1"), server("::1", None));
    for text in [
        "host:",
        "host:0",
        "host:70000",
        ":5222",
        "[::1",
        "[::1]x",
        "a b",
        "http://x",
    ] {
        assert_eq!(typed::server(text), Err(Wrong::Server), "{text}");
    }
    assert_eq!(typed::port(" 5223 "), Ok(Some(5223)));
    assert_eq!(typed::port(""), Ok(None));
    for text in ["0", "65536", "-1", "５２２２", "5222x"] {
        assert_eq!(typed::port(text), Err(Wrong::Port), "{text}");
    }
}

#[test]
fn times_are_said_as_people_say_them() {
    let zone = Zone::Fixed(chrono::FixedOffset::east_opt(0).unwrap());
    let now = at(35);
    let day = 60 * 24;
    for (language, expected) in [
        (Language::English, ["14:00", "Wed", "4 Nov", "2025-11-07"]),
        (
            Language::Chinese,
            ["14:00", "周三", "11月4日", "2025-11-07"],
        ),
    ] {
        let words = Words::new(language);
        let times = [0, -day, -8 * day, -370 * day];
        let said = times.map(|time| time_format::short(&words, zone, now, at(time)));
        assert_eq!(said, expected);
    }
    let words = Words::new(Language::English);
    assert_eq!(time_format::day(&words, zone, now, at(-day)), "Yesterday");
    assert_eq!(time_format::day(&words, zone, now, at(0)), "Today");
}
