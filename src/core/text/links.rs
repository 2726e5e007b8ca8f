//! Links in plain text: where they are, what they open, and whom they really lead to.
//!
//! Only `http`, `https`, `xmpp` (RFC 5122), `mailto` (RFC 6068) and `geo` (RFC 5870) are links, and `www.` means
//! `https`. Everything else that looks like one (`file:`, `javascript:`, programs registered with the system) stays
//! text. Addresses without a scheme stay text too: whether `mei@example.org` is for mail or for chat cannot be seen.
//!
//! A text is first cut into pieces at everything that no link contains, so that Chinese right after a link ends it
//! and the work stays bounded; links are then looked for within each piece.

use std::{borrow::Cow, ops::Range, str::FromStr};

use jid::Jid;
use linkify::{LinkFinder, LinkKind};

use super::{normalize::is_mark, runs::is_cjk};

/// The most links of one text; the rest stays text.
pub const MOST_LINKS: usize = 500;
/// Links are looked for in so many bytes at the beginning. More is never shown at once.
const MOST_BYTES: usize = 100_000;
/// The most places of one piece where a link without `//` is looked for, and the most addresses of one such link.
const MOST_TRIES: usize = 8;
/// The most bytes of one link. What is longer is no link that anybody reads.
const LONGEST: usize = 2_048;
/// Hosts longer than this are shown by their end, in characters: it is the end that says whose they are.
const LONG_HOST: usize = 60;
/// The longest label of a host, in characters (RFC 1035, 2.3.4).
const LONGEST_LABEL: usize = 63;

/// A link in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// The address that is opened: with its scheme, hosts in ASCII (IDNA).
    pub target: String,
    /// The host that it leads to, where the text may make believe that it is another: it has a part before an `@`,
    /// letters beyond ASCII, or is so long that its end is easily missed. To be shown beside the link.
    pub shown_host: Option<String>,
}

/// All links of a text in order, not overlapping, at most [`MOST_LINKS`].
#[must_use]
pub fn links(text: &str) -> Vec<Link> {
    let mut web = LinkFinder::new();
    web.kinds(&[LinkKind::Url]);
    let mut bare = LinkFinder::new();
    bare.kinds(&[LinkKind::Url]).url_must_have_scheme(false);
    let mut end = text.len().min(MOST_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or_default();
    let mut found = Vec::new();
    for piece in Pieces::new(text) {
        let Some(content) = text.get(piece.clone()) else {
            continue;
        };
        let mut here = Vec::new();
        let finder = if contains_www(content) { &bare } else { &web };
        for link in finder.links(&plain(content)) {
            here.extend(web_link(content, link.start()..link.end()));
        }
        other_links(content, &mut here);
        here.sort_by_key(|link| link.range.start);
        let mut end = 0;
        for mut link in here {
            if link.range.start >= end {
                end = link.range.end;
                link.range = piece.start + link.range.start..piece.start + link.range.end;
                found.push(link);
            }
        }
        if found.len() >= MOST_LINKS {
            found.truncate(MOST_LINKS);
            break;
        }
    }
    found
}

/// The piece with letters beyond ASCII replaced by as many bytes of ASCII, because the finder knows no top-level domain
/// beyond ASCII. What kind of letters they are has been looked at when the piece was cut.
fn plain(piece: &str) -> Cow<'_, str> {
    if piece.is_ascii() {
        return Cow::Borrowed(piece);
    }
    let ascii = |c: char| if c.is_ascii() { c } else { 'x' };
    let bytes = piece
        .chars()
        .flat_map(|c| std::iter::repeat_n(ascii(c), c.len_utf8()));
    Cow::Owned(bytes.collect())
}

fn contains_www(text: &str) -> bool {
    text.as_bytes()
        .windows(4)
        .any(|window| window.eq_ignore_ascii_case(b"www."))
}

/// The parts of a text in which links may be: no white space, no signs beyond ASCII, Chinese only in hosts, and
/// somewhere a colon or `www.`.
struct Pieces<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Pieces<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The piece that begins here, which may be empty.
    fn piece(&self) -> Range<usize> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut host = Host::Outside;
        for (at, c) in rest.char_indices() {
            if c.is_ascii() {
                if c.is_ascii_whitespace()
                    || c.is_ascii_control()
                    || matches!(c, '<' | '>' | '"' | '`' | '|')
                {
                    return self.at..self.at + at;
                }
                host = host.ascii(rest, at, c);
            } else if is_cjk(c) {
                if !c.is_alphabetic() || fullwidth(c) {
                    return self.at..self.at + at;
                }
                match host.cjk(rest, at) {
                    Some(next) => host = next,
                    None => return self.at..self.at + at,
                }
            } else if !c.is_alphanumeric() && !is_mark(c) {
                return self.at..self.at + at;
            }
        }
        self.at..self.text.len()
    }
}

fn fullwidth(c: char) -> bool {
    matches!(c, '\u{FF00}'..='\u{FFEF}')
}

impl Iterator for Pieces<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while self.at < self.text.len() {
            let piece = self.piece();
            self.at = piece.end;
            if piece.is_empty() {
                // What ended the piece before this one.
                let skipped = self.text.get(self.at..)?.chars().next()?;
                self.at += skipped.len_utf8();
                continue;
            }
            let content = self.text.get(piece.clone())?;
            if piece.len() <= LONGEST && (content.contains(':') || contains_www(content)) {
                return Some(piece);
            }
        }
        None
    }
}

/// Where in a host the scanner is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    /// Not in a host.
    Outside,
    /// At the beginning of a label, and whether an earlier label was Chinese.
    Label { cjk: bool },
    /// In a label that began in ASCII: Chinese after it is the text around the link.
    Ascii,
    /// In a Chinese label.
    Cjk,
}

impl Host {
    fn ascii(self, rest: &str, at: usize, c: char) -> Self {
        match c {
            '/' if rest.get(..at).is_some_and(|before| before.ends_with(":/")) => {
                Self::Label { cjk: false }
            }
            '.' if self == Self::Outside => {
                let www = at
                    .checked_sub(3)
                    .and_then(|start| rest.get(start..at))
                    .is_some_and(|label| label.eq_ignore_ascii_case("www"));
                if www {
                    Self::Label { cjk: false }
                } else {
                    self
                }
            }
            '.' => Self::Label {
                cjk: matches!(self, Self::Cjk | Self::Label { cjk: true }),
            },
            '/' | '?' | '#' => Self::Outside,
            '@' if self != Self::Outside => Self::Label { cjk: false },
            _ if matches!(self, Self::Label { .. }) => Self::Ascii,
            _ => self,
        }
    }

    /// None where the Chinese character does not belong to the host.
    fn cjk(self, rest: &str, at: usize) -> Option<Self> {
        match self {
            Self::Cjk | Self::Label { cjk: true } => Some(Self::Cjk),
            Self::Label { cjk: false } => {
                let before = rest.get(..at).unwrap_or_default();
                // `https://例子…` is a host; after `example.` Chinese is one only where a further label follows.
                let first = before.ends_with('/') || before.ends_with('@');
                let label = rest.get(at..).unwrap_or_default();
                let after = label
                    .chars()
                    .take(LONGEST_LABEL + 2)
                    .skip_while(|c| is_cjk(*c) && c.is_alphabetic());
                let mut after = after.take(2);
                let further =
                    after.next() == Some('.') && after.next().is_some_and(char::is_alphanumeric);
                (first || further).then_some(Self::Cjk)
            }
            Self::Outside | Self::Ascii => None,
        }
    }
}

/// A link to a web page, from what was found at `range`.
fn web_link(piece: &str, range: Range<usize>) -> Option<Link> {
    let written = piece.get(range.clone())?;
    let (scheme, rest) = match written.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None if starts_with_ignoring_case(written, "www.") => ("https".to_owned(), written),
        None => return None,
    };
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    // A host that goes on with what browsers read in ways of their own is not the host that it seems to be.
    let after = piece.get(range.end..)?.chars().next();
    if path.is_empty() && matches!(after, Some('\\' | '%' | '@' | '_')) {
        return None;
    }
    let (user, place) = match authority.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, authority),
    };
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (place, None),
    };
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return None;
    }
    let ascii = ascii_host(host)?;
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let login = user.map(|user| format!("{user}@")).unwrap_or_default();
    Some(Link {
        shown_host: deceptive(host, &ascii, user.is_some()),
        target: format!("{scheme}://{login}{ascii}{port}{path}"),
        range,
    })
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// A host as it is asked for in the name service; none where it cannot be one.
fn ascii_host(host: &str) -> Option<String> {
    // A name of one label beyond ASCII is a scheme with text after it.
    if host.is_empty() || !host.is_ascii() && !host.contains('.') {
        return None;
    }
    let ascii = idna::domain_to_ascii(host).ok()?;
    let fits = ascii.len() <= 253 && ascii.split('.').all(|label| label.len() <= LONGEST_LABEL);
    (fits && !ascii.is_empty()).then_some(ascii)
}

/// The host to be shown beside the link, where the text may deceive.
fn deceptive(written: &str, ascii: &str, user: bool) -> Option<String> {
    if ascii.len() > LONG_HOST {
        let end = ascii.get(ascii.len() - LONG_HOST..)?;
        return Some(format!("…{end}"));
    }
    (user || !written.is_ascii()).then(|| ascii.to_owned())
}

/// Links of the schemes without `//`.
fn other_links(piece: &str, found: &mut Vec<Link>) {
    let (mut tries, mut end) = (0, 0);
    for (colon, _) in piece.match_indices(':') {
        let Some(before) = piece.get(end..colon) else {
            continue;
        };
        let scheme = ["xmpp", "mailto", "geo"].into_iter().find(|scheme| {
            let start = before.len().checked_sub(scheme.len());
            start.is_some_and(|start| {
                before
                    .get(start..)
                    .is_some_and(|end| end.eq_ignore_ascii_case(scheme))
                    && !before
                        .get(..start)
                        .and_then(|head| head.chars().next_back())
                        .is_some_and(|c| c.is_alphanumeric() || matches!(c, '+' | '-' | '.' | '_'))
            })
        });
        let Some((scheme, rest)) = scheme.zip(piece.get(colon + 1..)) else {
            continue;
        };
        tries += 1;
        if tries > MOST_TRIES {
            return;
        }
        let rest = trimmed(rest);
        let start = colon - scheme.len();
        let target = match scheme {
            "xmpp" => xmpp(rest),
            "mailto" => mailto(rest),
            _ => geo(rest).then(|| (format!("geo:{rest}"), None)),
        };
        if let Some((target, shown_host)) = target {
            end = colon + 1 + rest.len();
            found.push(Link {
                range: start..end,
                target,
                shown_host,
            });
        }
    }
}

/// Without the punctuation and the closing brackets that belong to the sentence around it.
fn trimmed(text: &str) -> &str {
    let count = |sign: char| text.matches(sign).count();
    let surplus = |open, close| count(close).saturating_sub(count(open));
    let (mut round, mut square, mut curly) =
        (surplus('(', ')'), surplus('[', ']'), surplus('{', '}'));
    text.trim_end_matches(|c| {
        let bracket = match c {
            '?' | '!' | '.' | ',' | ':' | ';' | '*' | '\'' | '_' | '~' => return true,
            ')' => &mut round,
            ']' => &mut square,
            '}' => &mut curly,
            _ => return false,
        };
        let extra = *bracket > 0;
        *bracket = bracket.saturating_sub(1);
        extra
    })
}

/// RFC 5122: `[//account/]address[?query]`.
fn xmpp(rest: &str) -> Option<(String, Option<String>)> {
    let path = rest.split(['?', '#']).next()?;
    let address = match path.strip_prefix("//") {
        Some(path) => path.split_once('/')?.1,
        None => path,
    };
    let jid = Jid::from_str(&decoded(address)?).ok()?;
    let domain = jid.domain().as_str();
    // A word after the colon is not yet an address.
    if jid.node().is_none() && !domain.contains('.') {
        return None;
    }
    let shown = deceptive(domain, &ascii_host(domain)?, false);
    Some((format!("xmpp:{rest}"), shown))
}

/// RFC 6068: addresses, separated by commas, and fields after a question mark.
fn mailto(rest: &str) -> Option<(String, Option<String>)> {
    let addresses = decoded(rest.split('?').next()?)?;
    if addresses.split(',').count() > MOST_TRIES {
        return None;
    }
    let mut shown = None;
    for address in addresses.split(',') {
        let (user, domain) = address.rsplit_once('@')?;
        if user.is_empty() {
            return None;
        }
        let ascii = ascii_host(domain)?;
        shown = shown.or_else(|| deceptive(domain, &ascii, user.contains('@')));
    }
    Some((format!("mailto:{rest}"), shown))
}

/// RFC 5870: latitude, longitude and perhaps height, then parameters.
fn geo(rest: &str) -> bool {
    let coordinates = rest.split([';', '?']).next().unwrap_or_default();
    let numbers: Option<Vec<f64>> = coordinates.splitn(4, ',').map(number).collect();
    match numbers.as_deref() {
        Some([latitude, longitude] | [latitude, longitude, _]) => {
            latitude.abs() <= 90.0 && longitude.abs() <= 180.0
        }
        _ => false,
    }
}

fn number(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    if plain && text.len() <= 24 {
        text.parse().ok()
    } else {
        None
    }
}

/// With `%41` and the like resolved (RFC 3986, 2.1); none where that is not text.
fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let high = char::from(bytes.next()?).to_digit(16)?;
        let low = char::from(bytes.next()?).to_digit(16)?;
        out.push(u8::try_from(high * 16 + low).ok()?);
    }
    let text = String::from_utf8(out).ok()?;
    (!text.chars().any(char::is_control)).then_some(text)
}

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;
