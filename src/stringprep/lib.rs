//! Preparation of XMPP addresses and passwords: nodeprep, nameprep, resourceprep and SASLprep.
//!
//! Two spellings of one address have to compare equal, so every part of an address is brought into one form before it is stored,
//! compared or sent. The crate of this name on crates.io refuses every character that came after Unicode 3.2 (2002), as RFC 3454
//! demands of stored strings; a person with an emoji in the nickname would then not exist. This package takes its place through
//! `[patch.crates-io]`, offers the same four functions, and leaves that one check out. All else follows RFC 3454, RFC 3491,
//! RFC 3920 (appendices A and B) and RFC 4013 over the Unicode of today, because this is what servers do and an address must come
//! out as it does there; where RFC 3454 has no answer for newer characters, RFC 7622 (PRECIS) gave the direction:
//!
//! * invisible characters that RFC 3454 does not know are refused in nodes and domains, and kept in resources;
//! * direction marks that RFC 3454 does not know are refused like those it does.
//!
//! Each result is stable: preparing it again changes nothing. The cost grows with the length of the input and no faster (but for
//! the sorting of combining marks), and the parts of an address have a length beyond which they are refused unread.
//!
//! The errors say what was wrong in kind and never repeat any of the input, since that may be a password.

mod tables;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;

/// The most bytes a part of an address may have (RFC 3920, section 3.1).
const MAX_PART: usize = 1023;

/// The most bytes of a part that are looked at. Preparation can shorten a text: three Hangul letters of three bytes become one
/// syllable of three. Nothing that fills more than four times the permitted room is worth the work.
const MAX_UNPREPARED: usize = 4 * MAX_PART;

/// How often mapping and normalisation are done until nothing changes. Each character of today settles in two rounds, and a third
/// sees that it did; one more is for what future versions may bring.
const MAX_ROUNDS: usize = 4;

/// Why a string was refused. Never contains any of the string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// It contains a character that is not allowed in its place (RFC 3454, section 5).
    Prohibited,
    /// It mixes directions of writing in a way that could be read as something else (RFC 3454, section 6).
    Direction,
    /// It is longer than a part of an address may be.
    TooLong,
    /// It, or a label of it, consists of nothing but characters that are removed.
    Empty,
    /// Its prepared form would change again if prepared again.
    Unstable,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Error::Prohibited => "contains a character that is not allowed here",
            Error::Direction => "mixes writing from left to right with writing from right to left",
            Error::TooLong => "is too long",
            Error::Empty => "contains nothing that can be seen",
            Error::Unstable => "has no settled form",
        })
    }
}

impl std::error::Error for Error {}

/// What sets one profile of stringprep apart from another. B.1, NFKC, tables C.2.2 to C.9 and section 6 are common to all four.
struct Profile {
    /// Upper and lower case are one (table B.2).
    fold_case: bool,
    /// Other spaces become the ASCII one (RFC 4013, section 2.1).
    map_spaces: bool,
    /// The longest input, in bytes.
    max_input: usize,
    /// What is prohibited beside the tables common to all profiles.
    prohibited: fn(char) -> bool,
}

const NODEPREP: Profile = Profile {
    fold_case: true,
    map_spaces: false,
    max_input: MAX_UNPREPARED,
    prohibited: |c| {
        tables::is_ascii_space(c)
            || tables::is_other_space(c)
            || tables::is_ascii_control(c)
            || tables::is_reserved_in_node(c)
            || tables::is_invisible(c)
    },
};

const NAMEPREP: Profile = Profile {
    fold_case: true,
    map_spaces: false,
    max_input: MAX_UNPREPARED,
    prohibited: |c| tables::is_other_space(c) || tables::is_invisible(c),
};

const RESOURCEPREP: Profile = Profile {
    fold_case: false,
    map_spaces: false,
    max_input: MAX_UNPREPARED,
    prohibited: |c| tables::is_other_space(c) || tables::is_ascii_control(c),
};

const SASLPREP: Profile = Profile {
    fold_case: false,
    map_spaces: true,
    max_input: usize::MAX,
    prohibited: |c| tables::is_other_space(c) || tables::is_ascii_control(c),
};

/// Prepares the part of an address before the `@` (RFC 3920, appendix A): case and compatibility variants become one.
///
/// Borrows the input when that is in its final form already. Whether the result is empty or longer than 1,023 bytes is for the
/// caller to check, as in `jid`.
///
/// # Errors
/// [`Error::Prohibited`] for spaces, controls, `"&'/:<>@` and what is invisible, [`Error::Direction`], and [`Error::TooLong`] above
/// 4,092 bytes of input.
pub fn nodeprep(node: &str) -> Result<Cow<'_, str>, Error> {
    prepare(&NODEPREP, node)
}

/// Prepares a domain (RFC 3491). Dots, hyphens and the lengths of labels are the business of IDNA, which `jid` asks first.
///
/// Borrows the input when that is in its final form already.
///
/// # Errors
/// [`Error::Prohibited`], [`Error::Direction`], [`Error::Empty`] when all of a label was removed, and [`Error::TooLong`] above 1,023 bytes
/// of output: `jid` does not check this one and keeps positions in 16 bits.
pub fn nameprep(domain: &str) -> Result<Cow<'_, str>, Error> {
    let prepared = prepare(&NAMEPREP, domain)?;
    if prepared.len() > MAX_PART {
        return Err(Error::TooLong);
    }
    if empty_labels(&prepared) > empty_labels(domain) {
        return Err(Error::Empty);
    }
    Ok(prepared)
}

/// Prepares the part of an address behind the `/`, so also a nickname in a group chat (RFC 3920, appendix B). Case and spaces stay.
///
/// Borrows the input when that is in its final form already. Whether the result is empty or longer than 1,023 bytes is for the
/// caller to check, as in `jid`.
///
/// # Errors
/// [`Error::Prohibited`] for controls and spaces that do not become the ASCII one, [`Error::Direction`], and [`Error::TooLong`] above
/// 4,092 bytes of input.
pub fn resourceprep(resource: &str) -> Result<Cow<'_, str>, Error> {
    prepare(&RESOURCEPREP, resource)
}

/// Prepares a user name or a password for SASL (RFC 4013). Of any length; the result may be empty.
///
/// Borrows the input when that is in its final form already. A copy it has to make is not wiped from memory.
///
/// # Errors
/// [`Error::Prohibited`] for controls and the like, and [`Error::Direction`].
pub fn saslprep(text: &str) -> Result<Cow<'_, str>, Error> {
    prepare(&SASLPREP, text)
}

/// RFC 3454, section 3: map, normalise, prohibit, check the directions.
fn prepare<'a>(profile: &Profile, input: &'a str) -> Result<Cow<'a, str>, Error> {
    if input.len() > profile.max_input {
        return Err(Error::TooLong);
    }
    let prepared = if input.is_ascii() {
        fold_ascii(profile, input)
    } else {
        settle(profile, input)?
    };
    if prepared
        .chars()
        .any(|c| tables::is_prohibited_everywhere(c) || (profile.prohibited)(c))
    {
        return Err(Error::Prohibited);
    }
    if !prepared.is_ascii() {
        check_directions(&prepared)?;
    }
    Ok(prepared)
}

/// How many of the parts between the dots are empty.
fn empty_labels(domain: &str) -> usize {
    domain.split('.').filter(|label| label.is_empty()).count()
}

/// All that mapping and normalisation can change in ASCII is the case.
fn fold_ascii<'a>(profile: &Profile, input: &'a str) -> Cow<'a, str> {
    if profile.fold_case && input.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(input.to_ascii_lowercase())
    } else {
        Cow::Borrowed(input)
    }
}

/// Maps and normalises until nothing changes any more. A second round is needed where normalisation brings up a capital letter
/// (`ℌ` becomes `H`) or the folding of case takes letters apart; RFC 3454 wrote the known cases into table B.2 instead.
fn settle<'a>(profile: &Profile, input: &'a str) -> Result<Cow<'a, str>, Error> {
    let mut text = match round(profile, input) {
        Cow::Borrowed(_) => return Ok(Cow::Borrowed(input)),
        Cow::Owned(text) => text,
    };
    for _ in 1..MAX_ROUNDS {
        text = match round(profile, &text) {
            Cow::Borrowed(_) => return Ok(Cow::Owned(text)),
            Cow::Owned(next) => next,
        };
    }
    Err(Error::Unstable)
}

/// One round of mapping and normalisation. Borrowed exactly if it changed nothing.
fn round<'a>(profile: &Profile, input: &'a str) -> Cow<'a, str> {
    let mapped: String = input.chars().filter_map(|c| map(profile, c)).collect();
    let folded = if profile.fold_case {
        CaseMapper::new().fold_string(&mapped)
    } else {
        Cow::Borrowed(mapped.as_str())
    };
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(&folded);
    if normal == input {
        Cow::Borrowed(input)
    } else {
        Cow::Owned(normal.into_owned())
    }
}

/// The mapping of a single character. U+200B is in both tables; the space comes first, as in RFC 4013.
fn map(profile: &Profile, c: char) -> Option<char> {
    if profile.map_spaces && tables::is_other_space(c) {
        Some(' ')
    } else if tables::is_mapped_to_nothing(c) {
        None
    } else {
        Some(c)
    }
}

/// RFC 3454, section 6: where there is a character written from right to left, there is none written from left to right, and the
/// first and the last are from right to left too.
fn check_directions(text: &str) -> Result<(), Error> {
    if !text.chars().any(tables::is_right_to_left) {
        return Ok(());
    }
    let framed = text.chars().next().is_some_and(tables::is_right_to_left)
        && text
            .chars()
            .next_back()
            .is_some_and(tables::is_right_to_left);
    if framed && !text.chars().any(tables::is_left_to_right) {
        Ok(())
    } else {
        Err(Error::Direction)
    }
}
