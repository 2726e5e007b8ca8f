//! Comparing an element that came with what was expected, with `*` for what does not matter.
//!
//! A pattern is XML in `jabber:client`. An attribute or a text that is `*` matches any (an attribute has to be there);
//! `<rest xmlns='any'/>` matches all further children. All else has to be the same: no more and no fewer attributes, the
//! same children in the same order.

use minidom::Element;

/// The namespace of patterns that stand for anything.
const ANY: &str = "any";

/// Reads a pattern, or any element in `jabber:client`.
pub(crate) fn parse(xml: &str) -> Element {
    let wrapped = format!("<w xmlns='jabber:client'>{xml}</w>");
    let whole: Element = wrapped
        .parse()
        .unwrap_or_else(|error| panic!("not XML ({error}): {xml}"));
    whole.children().next().unwrap().clone()
}

/// What differs, if anything does.
pub(crate) fn difference(pattern: &Element, found: &Element) -> Option<String> {
    if pattern.name() != found.name() || pattern.ns() != found.ns() {
        return Some(format!(
            "the element is a {{{}}}{}",
            found.ns(),
            found.name()
        ));
    }
    let here = found.name();
    for ((_, name), value) in pattern.attrs() {
        match found.attr(name) {
            None => return Some(format!("{here} has no {name}")),
            Some(found) if value != "*" && found != value => {
                return Some(format!("{here} has {name}='{found}'"));
            }
            Some(_) => {}
        }
    }
    for ((_, name), value) in found.attrs() {
        if pattern.attr(name).is_none() {
            return Some(format!("{here} has {name}='{value}' too"));
        }
    }
    let text = pattern.text();
    let open = pattern.children().any(|child| child.ns() == ANY);
    if text.trim() != "*" && !open && text.trim() != found.text().trim() {
        return Some(format!("{here} says '{}'", found.text()));
    }
    let mut children = found.children();
    for expected in pattern.children() {
        if expected.is("rest", ANY) {
            return None;
        }
        let Some(child) = children.next() else {
            return Some(format!("{here} has no {}", expected.name()));
        };
        if let Some(difference) = difference(expected, child) {
            return Some(format!("{here}: {difference}"));
        }
    }
    children
        .next()
        .map(|child| format!("{here} has a {} too", child.name()))
}

#[test]
fn patterns_match_what_they_say_and_nothing_else() {
    let found = parse("<iq type='get' id='7'><query xmlns='x' node='n'>a</query></iq>");
    for same in [
        "<iq type='get' id='*'><query xmlns='x' node='n'>a</query></iq>",
        "<iq type='get' id='7'><query xmlns='x' node='*'>*</query></iq>",
        "<iq type='*' id='7'><rest xmlns='any'/></iq>",
    ] {
        assert_eq!(difference(&parse(same), &found), None, "{same}");
    }
    for other in [
        "<iq type='set' id='*'><query xmlns='x' node='n'>a</query></iq>",
        "<iq type='get'><query xmlns='x' node='n'>a</query></iq>",
        "<iq type='get' id='7' to='*'><query xmlns='x' node='n'>a</query></iq>",
        "<iq type='get' id='7'><query xmlns='y' node='n'>a</query></iq>",
        "<iq type='get' id='7'><query xmlns='x' node='n'/></iq>",
        "<iq type='get' id='7'><query xmlns='x' node='n'>a</query><b/></iq>",
        "<iq type='get' id='7'/>",
    ] {
        assert!(difference(&parse(other), &found).is_some(), "{other}");
    }
}
