//! Data forms (XEP-0004) on the wire, with their media (XEP-0221) as far as it came along (XEP-0231): read within bounds, and written
//! back filled in. Nothing is fetched because a form says so.

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use minidom::Element;
use xso::exports::rxml::xml_ncname;

use super::{ns, stanza::cut};
use crate::model::form::{Choice, Field, FieldKind, Form, Media};

/// How many fields of a form are read.
pub const MOST_FIELDS: usize = 100;
/// How many choices of a field are read.
pub const MOST_CHOICES: usize = 200;
/// How many values of a field are read.
const MOST_VALUES: usize = 200;
/// How many things that belong to a field are read.
const MOST_MEDIA: usize = 4;
/// The largest picture that is looked at, in bytes.
pub const PICTURE_BYTES: usize = 256 * 1024;
/// How many pictures are taken out of one stanza.
const MOST_PICTURES: usize = 8;
/// The longest name or label, in characters.
const LONGEST_LABEL: usize = 200;
/// The longest explanation, in characters.
const LONGEST_TEXT: usize = 2_000;
/// The longest value that goes back as it came, in bytes.
const LONGEST_VALUE: usize = 16 * 1024;
/// The longest address of a page, in bytes.
const LONGEST_LINK: usize = 2_000;

/// Pictures that came along, by their content ids.
pub type Enclosed = HashMap<String, Arc<[u8]>>;

/// The pictures (XEP-0231) that this stanza brings, at most three levels down.
#[must_use]
pub fn enclosed(stanza: &Element) -> Enclosed {
    let children = |element: &'_ Element| element.children().cloned().collect::<Vec<_>>();
    let first = children(stanza);
    let second: Vec<Element> = first.iter().flat_map(children).collect();
    let third = second.iter().flat_map(children);
    let data = first.iter().cloned().chain(second.clone()).chain(third);
    data.filter(|element| element.is("data", ns::BOB))
        .filter_map(|data| {
            let text = data.text();
            let short = text.len() <= PICTURE_BYTES * 2;
            let dense: String = text.split_ascii_whitespace().filter(|_| short).collect();
            let bytes = STANDARD.decode(dense).ok()?;
            let fits = !bytes.is_empty() && bytes.len() <= PICTURE_BYTES;
            fits.then_some((data.attr("cid")?.to_owned(), Arc::from(bytes)))
        })
        .take(MOST_PICTURES)
        .collect()
}

/// Reads a form, with the pictures that came along.
#[must_use]
pub fn read(x: &Element, enclosed: &Enclosed) -> Form {
    let text = |name| {
        let all = x.children().filter(|child| child.is(name, ns::DATA_FORMS));
        let all: Vec<String> = all.take(20).map(Element::text).collect();
        paragraphs(&all.join("\n"))
    };
    let fields = x
        .children()
        .filter(|child| child.is("field", ns::DATA_FORMS));
    Form {
        title: cut(text("title").trim(), LONGEST_LABEL),
        instructions: text("instructions"),
        fields: fields
            .take(MOST_FIELDS)
            .filter_map(|element| field(element, enclosed))
            .collect(),
    }
}

fn field(element: &Element, enclosed: &Enclosed) -> Option<Field> {
    let name = element.attr("var").unwrap_or_default();
    let choices = || {
        let options = element
            .children()
            .filter(|child| child.is("option", ns::DATA_FORMS));
        options.take(MOST_CHOICES).filter_map(choice).collect()
    };
    let kind = match element.attr("type") {
        Some("fixed") => FieldKind::Fixed,
        Some("hidden") => FieldKind::Hidden,
        Some("text-private") => FieldKind::Private,
        Some("text-multi") => FieldKind::Lines,
        Some("boolean") => FieldKind::Flag,
        Some("list-single") => FieldKind::One(choices()),
        Some("list-multi") => FieldKind::Many(choices()),
        Some("jid-single") => FieldKind::Address,
        Some("jid-multi") => FieldKind::Addresses,
        // What is not known is a line (XEP-0004 §3.3).
        _ => FieldKind::Text,
    };
    let asked = !matches!(kind, FieldKind::Fixed);
    if name.len() > LONGEST_LABEL * 4 || (asked && name.is_empty()) {
        return None;
    }
    let mut values: Vec<String> = element
        .children()
        .filter(|child| child.is("value", ns::DATA_FORMS))
        .take(MOST_VALUES)
        .map(Element::text)
        .filter(|value| value.len() <= LONGEST_VALUE)
        .collect();
    if matches!(kind, FieldKind::Fixed) {
        values = vec![paragraphs(&values.join("\n"))];
    }
    let media = element
        .children()
        .filter(|child| child.is("media", ns::MEDIA))
        .take(MOST_MEDIA)
        .map(|media| medium(media, enclosed));
    Some(Field {
        name: name.to_owned(),
        kind,
        label: cut(
            element.attr("label").unwrap_or_default().trim(),
            LONGEST_LABEL,
        ),
        description: element
            .get_child("desc", ns::DATA_FORMS)
            .map(|desc| paragraphs(&desc.text()))
            .unwrap_or_default(),
        required: element.has_child("required", ns::DATA_FORMS),
        media: media.collect(),
        values,
    })
}

fn choice(option: &Element) -> Option<Choice> {
    let value = option.get_child("value", ns::DATA_FORMS)?.text();
    (value.len() <= LONGEST_VALUE).then(|| Choice {
        label: cut(
            option.attr("label").unwrap_or_default().trim(),
            LONGEST_LABEL,
        ),
        value,
    })
}

/// The best of several ways to the same thing: a picture that came along, then a page on the web.
fn medium(media: &Element, enclosed: &Enclosed) -> Media {
    let addresses: Vec<(String, bool)> = media
        .children()
        .filter(|child| child.is("uri", ns::MEDIA))
        .take(MOST_MEDIA)
        .map(|uri| {
            let kind = uri.attr("type").unwrap_or("image/*");
            (uri.text().trim().to_owned(), kind.starts_with("image/"))
        })
        .collect();
    let pictures = addresses.iter().filter(|(_, picture)| *picture);
    let mut pictures = pictures.filter_map(|(uri, _)| enclosed.get(uri.strip_prefix("cid:")?));
    if let Some(bytes) = pictures.next() {
        return Media::Data(Arc::clone(bytes));
    }
    let mut links = addresses.iter().filter_map(|(uri, _)| web(uri));
    links.next().map_or(Media::Unseen, Media::Link)
}

/// An address on the web that a person may open: `https` only.
#[must_use]
pub fn web(address: &str) -> Option<String> {
    let address = address.trim();
    let begins = address
        .get(..8)
        .is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    let odd = |c: char| c.is_whitespace() || c.is_control();
    let fits = address.len() > 8 && address.len() <= LONGEST_LINK && !address.contains(odd);
    (begins && fits).then(|| address.to_owned())
}

/// A text of several lines, cut, without control characters but line breaks.
pub(super) fn paragraphs(text: &str) -> String {
    let lines = text.trim().lines().take(100);
    let lines: Vec<String> = lines.map(|line| cut(line, LONGEST_TEXT)).collect();
    lines.join("\n").chars().take(LONGEST_TEXT).collect()
}

/// The form filled in (XEP-0004 §3.2), as a form to submit. What nobody has to fill in and nobody did is left out.
#[must_use]
pub fn submission(form: &Form) -> Element {
    let fields = form.fields.iter().filter(|field| {
        let empty = field.values.iter().all(String::is_empty);
        let said = !empty || field.required || !field.is_asked();
        field.kind != FieldKind::Fixed && (said || field.kind == FieldKind::Flag)
    });
    let fields = fields.map(|field| match &field.kind {
        FieldKind::Flag => {
            let on = if field.is_on() { "1" } else { "0" };
            answered(&field.name, [on])
        }
        FieldKind::Hidden | FieldKind::Lines | FieldKind::Many(_) | FieldKind::Addresses => {
            answered(&field.name, field.values.iter().map(String::as_str))
        }
        _ => answered(&field.name, [field.value()]),
    });
    Element::builder("x", ns::DATA_FORMS)
        .attr(xml_ncname!("type").to_owned(), "submit")
        .append_all(fields)
        .build()
}

/// A field with these values.
fn answered<'a>(name: &str, values: impl IntoIterator<Item = &'a str>) -> Element {
    let values = values
        .into_iter()
        .map(|value| Element::builder("value", ns::DATA_FORMS).append(value));
    Element::builder("field", ns::DATA_FORMS)
        .attr(xml_ncname!("var").to_owned(), name)
        .append_all(values)
        .build()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    fn parse(xml: &str) -> Element {
        xml.parse().unwrap()
    }

    const ALL: &str = "<x xmlns='jabber:x:data' type='form'><title>T</title>\
        <instructions>One</instructions><instructions>Two</instructions>\
        <field type='hidden' var='FORM_TYPE'><value>f</value></field>\
        <field type='fixed'><value>Read</value><value>this</value></field>\
        <field type='text-single' var='a' label=' Name '><required/><value>x</value><desc>Why</desc></field>\
        <field type='text-private' var='b'/><field type='text-multi' var='c'><value>1</value><value>2</value></field>\
        <field type='boolean' var='d'><value>true</value></field>\
        <field type='list-single' var='e'><option label='L'><value>v</value></option><option/></field>\
        <field type='list-multi' var='f'><option><value>v</value></option></field>\
        <field type='jid-single' var='g'/><field type='jid-multi' var='h'/><field var='i'/><field type='new' var='j'/>\
        <field type='text-single'/></x>";

    #[test]
    fn every_kind_of_field_is_read_and_written() {
        let mut form = read(&parse(ALL), &Enclosed::new());
        assert_eq!(
            (form.title.as_str(), form.instructions.as_str()),
            ("T", "One\nTwo")
        );
        let kinds: Vec<&FieldKind> = form.fields.iter().map(|field| &field.kind).collect();
        let choice = |label: &str| {
            vec![Choice {
                label: label.into(),
                value: "v".into(),
            }]
        };
        let (one, many) = (FieldKind::One(choice("L")), FieldKind::Many(choice("")));
        let expected = [
            &FieldKind::Hidden,
            &FieldKind::Fixed,
            &FieldKind::Text,
            &FieldKind::Private,
            &FieldKind::Lines,
            &FieldKind::Flag,
            &one,
            &many,
            &FieldKind::Address,
            &FieldKind::Addresses,
            &FieldKind::Text,
            &FieldKind::Text,
        ];
        assert_eq!(kinds, expected, "a field without a name asks for nothing");
        let name = form.field("a").unwrap();
        assert_eq!(
            (name.label.as_str(), name.description.as_str()),
            ("Name", "Why")
        );
        assert!(name.required && form.field("d").unwrap().is_on());
        assert_eq!(form.fields[1].value(), "Read\nthis");
        form.field_mut("h").unwrap().values = vec!["x@y".into(), "z@y".into()];
        let written = parse(
            "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>f</value></field>\
             <field var='a'><value>x</value></field><field var='c'><value>1</value><value>2</value></field>\
             <field var='d'><value>1</value></field>\
             <field var='h'><value>x@y</value><value>z@y</value></field></x>",
        );
        assert_eq!(submission(&form), written);
    }

    #[test]
    fn a_picture_is_what_came_along() {
        let stanza = parse(
            "<iq xmlns='jabber:client'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>\
             <field var='ocr'><media xmlns='urn:xmpp:media-element'>\
             <uri type='audio/ogg'>cid:b@bob.xmpp.org</uri><uri type='image/png'>https://example.org/p</uri>\
             <uri type='image/png'>cid:a@bob.xmpp.org</uri></media>\
             <media xmlns='urn:xmpp:media-element'><uri type='video/mp4'>https://example.org/v</uri></media>\
             <media xmlns='urn:xmpp:media-element'><uri>http://example.org/v</uri><uri>cid:none</uri></media></field></x>\
             <data xmlns='urn:xmpp:bob' cid='a@bob.xmpp.org' type='image/png'>AQ\n ID</data></query>\
             <data xmlns='urn:xmpp:bob' cid='b@bob.xmpp.org'>BAUG</data></iq>",
        );
        let enclosed = enclosed(&stanza);
        assert_eq!(enclosed.len(), 2);
        let query = stanza.children().next().unwrap();
        let form = read(query.children().next().unwrap(), &enclosed);
        let media = &form.fields[0].media;
        let expected = [
            Media::Data(Arc::from([1, 2, 3])),
            Media::Link("https://example.org/v".into()),
            Media::Unseen,
        ];
        assert_eq!(media[..], expected);
        assert!(form.fields[0].is_riddle());
    }

    #[test]
    fn everything_is_bounded() {
        let option = "<option label='l'><value>v</value></option>".repeat(1_000);
        let values = "<value>v</value>".repeat(1_000);
        let (long, label) = ("x".repeat(100_000), "x".repeat(1_000));
        let field = format!(
            "<field type='list-multi' var='v' label='{label}'><desc>{long}</desc>{option}{values}</field>"
        );
        let fields = "<field var='w'/>".repeat(1_000);
        let form = format!(
            "<x xmlns='jabber:x:data'><instructions>{long}</instructions>{field}{fields}</x>"
        );
        let form = read(&parse(&form), &Enclosed::new());
        assert_eq!(
            (form.fields.len(), form.instructions.len()),
            (MOST_FIELDS, LONGEST_TEXT)
        );
        let first = &form.fields[0];
        assert!(matches!(&first.kind, FieldKind::Many(all) if all.len() == MOST_CHOICES));
        assert_eq!(
            (first.values.len(), first.label.len()),
            (MOST_VALUES, LONGEST_LABEL)
        );
        let large = STANDARD.encode(vec![0; PICTURE_BYTES + 1]);
        let data = |text: &str| {
            let data = format!("<data xmlns='urn:xmpp:bob' cid='a'>{text}</data>");
            enclosed(&parse(&format!("<iq xmlns='jabber:client'>{data}</iq>"))).len()
        };
        assert_eq!(
            (data(&large), data("AQID"), data("?"), data("")),
            (0, 1, 0, 0)
        );
    }

    #[test]
    fn only_pages_that_nobody_reads_along_are_opened() {
        assert!(web(" https://example.org/join?x=1 ").is_some());
        for address in [
            "http://example.org",
            "javascript:alert(1)",
            "https://",
            "https://a b",
            "file:///etc/passwd",
            "",
            "hßßßßßßtps",
        ] {
            assert_eq!(web(address), None, "{address}");
        }
    }
}
