//! What somebody may have meant who typed a server's name wrong: a well-known one, or one that is in use here, that is nearly the same.
//!
//! Only ever an offer: what was typed may well be right. The list says what people mistype, and recommends nobody.

/// Public servers whose names people type often.
const WELL_KNOWN: [&str; 44] = [
    "conversations.im",
    "jabber.org",
    "disroot.org",
    "jabber.de",
    "jabber.ru",
    "jabber.at",
    "jabber.ccc.de",
    "jabber.cz",
    "jabber.fr",
    "jabbim.cz",
    "xmpp.jp",
    "xmpp.is",
    "xmpp.earth",
    "xmpp.social",
    "5222.de",
    "404.city",
    "anoxinon.me",
    "blabber.im",
    "chapril.org",
    "chatterboxtown.us",
    "creep.im",
    "dismail.de",
    "draugr.de",
    "exploit.im",
    "hookipa.net",
    "hot-chilli.net",
    "jabberfr.org",
    "lightwitch.org",
    "macaw.me",
    "magicbroccoli.de",
    "mailbox.org",
    "monocles.de",
    "movim.eu",
    "nixnet.services",
    "pimux.de",
    "riseup.net",
    "sure.im",
    "swissjabber.ch",
    "systemli.org",
    "tchncs.de",
    "thesecure.biz",
    "tigase.im",
    "trashserver.net",
    "yax.im",
];

/// The longest name that is looked at, in characters.
const LONGEST: usize = 80;
/// Up to this length a name may differ in one place only.
const SHORT: usize = 8;

/// The address that may have been meant by this one, given the servers in use here; none where it is as good as any.
#[must_use]
pub fn address<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let (name, server) = typed.trim().rsplit_once('@')?;
    let meant = domain(server, known)?;
    (!name.is_empty()).then(|| format!("{name}@{meant}"))
}

/// The server that may have been meant by this name: one in use here before one that is well known, the nearest first.
#[must_use]
pub fn domain<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let typed = typed.trim().to_lowercase();
    if typed.chars().count() > LONGEST || !typed.contains('.') {
        return None;
    }
    let known: Vec<String> = known.into_iter().map(str::to_lowercase).collect();
    let candidates = || {
        let ours = known.iter().map(String::as_str);
        ours.chain(WELL_KNOWN)
    };
    if candidates().any(|candidate| candidate == typed) {
        return None;
    }
    let near = candidates().filter_map(|candidate| {
        let distance = distance(&typed, candidate)?;
        Some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// How far one name is from another, where that is near: in how many places letters are wrong, missing, too many or swapped; another
/// ending counts as two.
fn distance(typed: &str, meant: &str) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (typed.chars().collect(), meant.chars().collect());
    let most = if b.len() <= SHORT { 1 } else { 2 };
    let places = if a.len().abs_diff(b.len()) <= most {
        Some(places(&a, &b)).filter(|places| *places <= most)
    } else {
        None
    };
    let other_ending = match (typed.rsplit_once('.'), meant.rsplit_once('.')) {
        (Some((a, _)), Some((b, _))) => a == b,
        _ => false,
    };
    places.or(other_ending.then_some(2))
}

/// The distance of Damerau and Levenshtein, where no place is changed twice.
fn places(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
    for (i, x) in a.iter().enumerate() {
        let mut now = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let changed = at(&last, j) + usize::from(x != y);
            let mut best = changed.min(at(&last, j + 1) + 1).min(at(&now, j) + 1);
            let swapped = i.checked_sub(1).zip(j.checked_sub(1));
            if let Some((i, j)) = swapped
                && a.get(i) == Some(y)
                && b.get(j) == Some(x)
            {
                best = best.min(at(&before, j) + 1);
            }
            now.push(best);
        }
        before = std::mem::replace(&mut last, now);
    }
    at(&last, b.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_nearly_a_known_name_is_offered() {
        for (typed, meant) in [
            ("conversation.im", "conversations.im"),
            ("conversatoins.im", "conversations.im"),
            ("conversations.in", "conversations.im"),
            ("Conversations.com", "conversations.im"),
            ("jabber.ogr", "jabber.org"),
            ("disroot.com", "disroot.org"),
            ("trashserver.ent", "trashserver.net"),
            ("exmaple.org", "example.org"),
        ] {
            let found = domain(typed, ["example.org"]);
            assert_eq!(found.as_deref(), Some(meant), "{typed}");
        }
    }

    #[test]
    fn what_is_known_or_far_from_all_is_left_alone() {
        for typed in [
            "jabber.org",
            "example.org",
            "my.server.example",
            "localhost",
            "",
            "5223.com",
            "a.b",
            "@",
        ] {
            assert_eq!(domain(typed, ["example.org"]), None, "{typed}");
        }
        let long = format!("{}.org", "x".repeat(1 << 16));
        assert_eq!(domain(&long, []), None);
    }

    #[test]
    fn the_servers_in_use_here_come_first() {
        assert_eq!(domain("jabbre.org", ["jabber.org"]).unwrap(), "jabber.org");
        assert_eq!(
            domain("chat.exampel", ["chat.example"]).unwrap(),
            "chat.example"
        );
        assert_eq!(domain("dismial.de", ["dismall.de"]).unwrap(), "dismail.de");
    }

    #[test]
    fn the_name_before_stays() {
        let meant = address(" mei@jabber.ogr ", []);
        assert_eq!(meant.as_deref(), Some("mei@jabber.org"));
        for typed in ["mei", "@jabber.ogr", "mei@jabber.org", "mei@"] {
            assert_eq!(address(typed, []), None, "{typed}");
        }
    }

    #[test]
    fn distances_are_counted_in_places() {
        let count = |a: &str, b: &str| {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            places(&chars(a), &chars(b))
        };
        assert_eq!(count("", ""), 0);
        assert_eq!(count("ab", "ba"), 1);
        assert_eq!(count("abc", ""), 3);
        assert_eq!(count("kitten", "sitting"), 3);
        assert_eq!(count("黄鹂", "鹂黄"), 1);
    }
}
