//! Tests of links.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;

/// What of a text is linked, and what it opens.
fn linked(text: &str) -> Vec<(&str, String)> {
    links(text)
        .into_iter()
        .map(|link| (&text[link.range], link.target))
        .collect()
}

/// Sees that exactly this is linked and opens as it is written.
fn finds(text: &str, expected: &[&str]) {
    let found = linked(text);
    let texts: Vec<&str> = found.iter().map(|(text, _)| *text).collect();
    assert_eq!(texts, expected, "in {text:?}");
    for (text, target) in &found {
        assert_eq!(text, target);
    }
}

fn shown(text: &str) -> Option<String> {
    let found = links(text);
    assert_eq!(found.len(), 1, "in {text:?}: {found:?}");
    found.into_iter().next().unwrap().shown_host
}

#[test]
fn web_addresses_are_links() {
    finds(
        "See https://example.org/a?b=c#d now",
        &["https://example.org/a?b=c#d"],
    );
    finds("http://localhost:8080/x", &["http://localhost:8080/x"]);
    finds(
        "a https://a.example http://b.example",
        &["https://a.example", "http://b.example"],
    );
    assert_eq!(
        linked("WWW.Example.org/Path and HTTPS://Example.ORG"),
        [
            (
                "WWW.Example.org/Path",
                "https://www.example.org/Path".to_owned()
            ),
            ("HTTPS://Example.ORG", "https://example.org".to_owned())
        ]
    );
}

#[test]
fn other_schemes_are_text() {
    for text in [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://example.org/x",
        "data:text/html,x",
        "ssh://example.org",
        "example.org/path",
        "mei@example.org",
        "http://",
        "https://.",
        "://example.org",
        "www.",
        "www.x",
        "awww.example.org",
        "12:30",
        "xhttps://example.org",
        "https://exa_mple.org",
    ] {
        finds(text, &[]);
    }
}

#[test]
fn punctuation_belongs_to_the_sentence() {
    finds("https://example.org.", &["https://example.org"]);
    finds(
        "(https://example.org/a_(b)), x",
        &["https://example.org/a_(b)"],
    );
    finds("\"https://example.org/a\"", &["https://example.org/a"]);
    finds("“https://example.org/a”", &["https://example.org/a"]);
    finds("<https://example.org/a>!", &["https://example.org/a"]);
    finds("https://example.org/?!…", &["https://example.org/"]);
    finds("[x](https://example.org/x)", &["https://example.org/x"]);
}

#[test]
fn chinese_ends_a_link() {
    finds("见https://example.org。然后", &["https://example.org"]);
    finds("（https://example.org/a，b）", &["https://example.org/a"]);
    finds("《https://example.org/a》」", &["https://example.org/a"]);
    finds("https://example.org看这里", &["https://example.org"]);
    finds(
        "https://example.org/a看https://example.com/b吧",
        &["https://example.org/a", "https://example.com/b"],
    );
    finds("https://example.org.然后再说", &["https://example.org"]);
    finds(
        "https://example.org/%E4%B8%AD%E6%96%87?q=%E4%B8%AD，",
        &["https://example.org/%E4%B8%AD%E6%96%87?q=%E4%B8%AD"],
    );
    finds(
        "https://zh.example.org/wiki/中国",
        &["https://zh.example.org/wiki/"],
    );
    finds("协议是https://开头的", &[]);
    finds("https://example.org：8080", &["https://example.org"]);
}

#[test]
fn hosts_beyond_ascii_are_shown_as_they_are_asked_for() {
    assert_eq!(
        linked("https://bücher.example/a"),
        [(
            "https://bücher.example/a",
            "https://xn--bcher-kva.example/a".to_owned()
        )]
    );
    assert_eq!(
        shown("https://bücher.example/a").unwrap(),
        "xn--bcher-kva.example"
    );
    // Cyrillic а in the name of a shop.
    assert_eq!(
        shown("https://pаypal.example").unwrap(),
        "xn--pypal-4ve.example"
    );
    assert_eq!(
        shown("看https://例子.测试/x，").unwrap(),
        "xn--fsqu00a.xn--0zwm56d"
    );
    assert_eq!(
        shown("https://www.例子.example看").unwrap(),
        "www.xn--fsqu00a.example"
    );
    assert_eq!(
        shown("www.例子.example").unwrap(),
        "www.xn--fsqu00a.example"
    );
    assert_eq!(shown("https://example.org/é"), None);
    assert_eq!(shown("https://xn--fsqu00a.example"), None);
    finds("https://xn--a.example", &[]);
}

#[test]
fn hosts_that_hide_are_shown() {
    assert_eq!(
        shown("https://example.org@evil.example/").unwrap(),
        "evil.example"
    );
    assert_eq!(
        shown("https://example.org:443@evil.example:80/").unwrap(),
        "evil.example"
    );
    assert_eq!(shown("https://example.org/@evil.example"), None);
    let long = format!("https://example.org.{}evil.example/x", "login.".repeat(12));
    let host = shown(&long).unwrap();
    assert!(host.starts_with('…') && host.ends_with(".evil.example"));
    assert_eq!(host.chars().count(), LONG_HOST + 1);
    for text in [
        "https://example.org\\@evil.example/",
        "https://example.org%2eevil.example",
        "https://a@b@evil.example",
        "https://example.org:99999/",
    ] {
        finds(text, &[]);
    }
}

#[test]
fn addresses_for_chat_mail_and_places_are_links() {
    finds("xmpp:mei@example.org", &["xmpp:mei@example.org"]);
    finds(
        "(xmpp:room@muc.example.org?join).",
        &["xmpp:room@muc.example.org?join"],
    );
    finds(
        "xmpp://me@example.org/mei@example.org?message;body=hi",
        &["xmpp://me@example.org/mei@example.org?message;body=hi"],
    );
    finds("加xmpp:mei@example.org，谢谢", &["xmpp:mei@example.org"]);
    finds(
        "mailto:a@example.org,b@example.org?subject=x!",
        &["mailto:a@example.org,b@example.org?subject=x"],
    );
    finds("geo:48.2,16.37,183;u=10", &["geo:48.2,16.37,183;u=10"]);
    finds("geo:-48.2,-16.37.", &["geo:-48.2,-16.37"]);
    finds(
        "mailto:a@example.org?body=https://b.example",
        &["mailto:a@example.org?body=https://b.example"],
    );
    finds(
        "https://a.example/?mailto:a@b.example",
        &["https://a.example/?mailto:a@b.example"],
    );
    for text in [
        "xmpp:",
        "xmpp:hello",
        "xmpp:@example.org",
        "xmpp:a@@b",
        "mailto:",
        "mailto:x",
        "mailto:@example.org",
        "geo:",
        "geo:1",
        "geo:91,0",
        "geo:0,181",
        "geo:a,b",
        "geo:1,2,3,4",
        "geo:inf,nan",
        "axmpp:mei@example.org",
        "mailto:a%00@example.org",
        "mailto:a%zz@example.org",
        "xmpp:%C3@example.org",
    ] {
        finds(text, &[]);
    }
    assert_eq!(
        shown("mailto:a@bücher.example").unwrap(),
        "xn--bcher-kva.example"
    );
    assert_eq!(
        shown("xmpp:a@bücher.example").unwrap(),
        "xn--bcher-kva.example"
    );
}

#[test]
fn links_are_bounded() {
    assert_eq!(links(&"https://a.example ".repeat(5_000)).len(), MOST_LINKS);
    assert!(links(&format!("https://a.example/{}", "a".repeat(3_000))).is_empty());
}

#[test]
fn a_mebibyte_of_anything_is_bearable() {
    for unit in [
        "http://",
        "www.",
        "www.a~",
        "xmpp:",
        ":",
        ".",
        "a.a~www.",
        "https://a.例",
        "((((",
        "https://中",
        "a@",
        "://",
        "mailto:a@b,",
        "%",
        "geo:1,",
        "中",
        "https://x.yz/(",
        "a:b@",
        "\u{301}",
    ] {
        let hostile = unit.repeat((1 << 20) / unit.len());
        assert!(links(&hostile).len() <= MOST_LINKS);
        let cut: String = hostile
            .chars()
            .enumerate()
            .flat_map(|(at, c)| [Some(c), (at % 1_900 == 0).then_some(' ')])
            .flatten()
            .collect();
        assert!(links(&cut).len() <= MOST_LINKS);
    }
}

proptest! {
    #[test]
    fn whatever_is_sent_links_are_whole_and_of_known_schemes(
        text in "((https?://|www\\.|xmpp:|mailto:|geo:|中|例子\\.|example\\.org|@|/|\\?|\\(|\\)|。| |%41|1,2|é|a|:|\\.|\u{202E}){0,20})|\\PC{0,80}"
    ) {
        let mut end = 0;
        for link in links(&text) {
            prop_assert!(link.range.start >= end && link.range.end > link.range.start);
            let written = &text[link.range.clone()];
            let foreign = written.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\u{202E}');
            prop_assert!(!foreign);
            let scheme = link.target.split(':').next().unwrap();
            prop_assert!(["http", "https", "xmpp", "mailto", "geo"].contains(&scheme));
            end = link.range.end;
        }
    }

    #[test]
    fn a_link_is_found_wherever_it_stands(before in "[ (中。“]{0,3}", path in "(/[a-z0-9]{1,5}){0,3}", after in "([,.;!) ，。」）]{1,3}[a-z中]?)?") {
        let link = format!("https://example.org{path}");
        let text = format!("{before}{link}{after}");
        // A letter right after ASCII punctuation goes on with the path.
        prop_assume!(!after.chars().last().is_some_and(|c| c.is_ascii_alphabetic()));
        prop_assert_eq!(linked(&text), vec![(link.as_str(), link.clone())]);
    }
}
