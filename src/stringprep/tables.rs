//! The classes of characters that the profiles speak of.
//!
//! RFC 3454 froze its tables at Unicode 3.2. What it lists by hand is listed here by hand, under the RFC's own names; what it
//! derived from the Unicode Character Database (directions, case folding) is asked of today's database instead. Table A.1, the
//! characters unassigned in Unicode 3.2, is left out on purpose: it is the reason this package exists.
//!
//! Only questions about a single character belong here; what a profile does with the answers is in `lib.rs`.

use icu_properties::props::{BidiClass, DefaultIgnorableCodePoint};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Table B.1: characters that are commonly mapped to nothing, among them the joiner of emoji sequences and the variation
/// selectors.
pub(crate) fn is_mapped_to_nothing(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{1806}' | '\u{180B}'..='\u{180D}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
    )
}

/// Table C.1.1: the ASCII space.
pub(crate) fn is_ascii_space(c: char) -> bool {
    c == ' '
}

/// Table C.1.2: spaces other than the ASCII one.
pub(crate) fn is_other_space(c: char) -> bool {
    matches!(
        c,
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200B}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// Table C.2.1: the control characters of ASCII.
pub(crate) fn is_ascii_control(c: char) -> bool {
    c.is_ascii_control()
}

/// Tables C.2.2 to C.9: what no profile lets through. Other controls, private use, non-characters, what is unfit for plain text or
/// for a canonical form, what changes how the text around it is shown, and tags. (C.5, surrogates, cannot occur in a `char`.)
pub(crate) fn is_prohibited_everywhere(c: char) -> bool {
    is_other_control(c)
        || is_private_use(c)
        || is_noncharacter(c)
        || matches!(c, '\u{FFF9}'..='\u{FFFD}') // C.6
        || matches!(c, '\u{2FF0}'..='\u{2FFB}') // C.7
        || changes_display(c)
        || matches!(c, '\u{E0001}' | '\u{E0020}'..='\u{E007F}') // C.9
}

/// Table C.2.2: control characters outside ASCII.
fn is_other_control(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9F}'
            | '\u{6DD}'
            | '\u{70F}'
            | '\u{180E}'
            | '\u{200C}'
            | '\u{200D}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2063}'
            | '\u{206A}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFC}'
            | '\u{1D173}'..='\u{1D17A}'
    )
}

/// Table C.3: private use.
fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

/// Table C.4: code points that never will be characters.
fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{FDD0}'..='\u{FDEF}') || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Table C.8: characters that change how others are shown, with the direction marks Unicode has gained since (U+061C, U+2066 to
/// U+2069), which would otherwise do what the old ones were forbidden for.
fn changes_display(c: char) -> bool {
    matches!(
        c,
        '\u{340}' | '\u{341}' | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{206A}'..='\u{206F}'
    )
}

/// What a nodepart may not contain because it has a meaning in an address or in XML (RFC 3920, appendix A.5).
pub(crate) fn is_reserved_in_node(c: char) -> bool {
    matches!(c, '"' | '&' | '\'' | '/' | ':' | '<' | '>' | '@')
}

/// Characters that are shown as nothing at all and that table B.1 does not remove: Hangul fillers and what came after Unicode 3.2,
/// such as the variation selectors of plane 14. RFC 7622 (section 3.3, through RFC 8264, section 9.13) forbids them in names.
pub(crate) fn is_invisible(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) && !is_mapped_to_nothing(c)
}

/// Table D.1: characters written from right to left.
pub(crate) fn is_right_to_left(c: char) -> bool {
    let class = CodePointMapData::<BidiClass>::new().get(c);
    class == BidiClass::RightToLeft || class == BidiClass::ArabicLetter
}

/// Table D.2: characters written from left to right.
pub(crate) fn is_left_to_right(c: char) -> bool {
    CodePointMapData::<BidiClass>::new().get(c) == BidiClass::LeftToRight
}
