//! What a server offers at the start of a stream (RFC 6120 §4.3.2), read leniently.

use std::collections::BTreeSet;

use minidom::Element;

use super::ns;
use crate::model::server::Offer;

/// How many names of one sort are read; more are left aside.
const MOST_NAMES: usize = 64;

/// What a server offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Features {
    /// StartTLS (RFC 6120 §5).
    pub start_tls: bool,
    /// The names of SASL mechanisms (RFC 6120 §6).
    pub mechanisms: Vec<String>,
    /// The types of channel binding (XEP-0440); none where the server says nothing of them.
    pub bindings: Option<Vec<String>>,
    /// That a session is to be established before anything else (RFC 3921 §3).
    pub session_required: bool,
    /// Stream management (XEP-0198).
    pub management: bool,
    /// Telling whether somebody looks (XEP-0352).
    pub client_state: bool,
    /// Versions of the contact list (RFC 6121 §2.6).
    pub roster_versions: bool,
}

impl Features {
    /// What of it a person may want to know.
    #[must_use]
    pub fn offers(&self) -> BTreeSet<Offer> {
        let offered = [
            (self.management, Offer::Resumption),
            (self.client_state, Offer::Quiet),
            (self.roster_versions, Offer::RosterVersions),
        ];
        let offered = offered.into_iter().filter(|(there, _)| *there);
        offered.map(|(_, offer)| offer).collect()
    }

    /// Reads `<stream:features/>`.
    #[must_use]
    pub fn read(element: &Element) -> Self {
        let has = |name: &str, namespace: &str| element.has_child(name, namespace);
        Self {
            start_tls: has("starttls", ns::TLS),
            mechanisms: element
                .get_child("mechanisms", ns::SASL)
                .into_iter()
                .flat_map(Element::children)
                .filter(|child| child.is("mechanism", ns::SASL))
                .map(|child| child.text().trim().to_owned())
                .take(MOST_NAMES)
                .collect(),
            bindings: element
                .get_child("sasl-channel-binding", ns::SASL_CB)
                .map(|bindings| {
                    bindings
                        .children()
                        .filter_map(|child| child.attr("type").map(str::to_owned))
                        .take(MOST_NAMES)
                        .collect()
                }),
            session_required: element
                .get_child("session", ns::SESSION)
                .is_some_and(|session| !session.has_child("optional", ns::SESSION)),
            client_state: has("csi", ns::CSI),
            management: has("sm", ns::SM),
            roster_versions: has("ver", ns::ROSTER_VERSIONING),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn everything_offered_is_seen_and_the_unknown_left_aside() {
        let element: Element = "<features xmlns='http://etherx.jabber.org/streams'>
            <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>
            <compression xmlns='http://jabber.org/features/compress'><method>zlib</method></compression>
            <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism><mechanism> PLAIN </mechanism><odd/></mechanisms>
            <sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/></sasl-channel-binding>
            <session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>
            <sm xmlns='urn:xmpp:sm:3'/><csi xmlns='urn:xmpp:csi:0'/><ver xmlns='urn:xmpp:features:rosterver'/>
            </features>".parse().unwrap();
        assert_eq!(
            Features::read(&element),
            Features {
                start_tls: true,
                mechanisms: vec!["SCRAM-SHA-1".into(), "PLAIN".into()],
                bindings: Some(vec!["tls-exporter".into()]),
                session_required: true,
                management: true,
                client_state: true,
                roster_versions: true,
            }
        );
        let bare = Element::bare("features", ns::STREAM);
        assert_eq!(Features::read(&bare), Features::default());
    }

    #[test]
    fn an_optional_session_is_not_required() {
        let element: Element = "<features xmlns='http://etherx.jabber.org/streams'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session></features>".parse().unwrap();
        assert!(!Features::read(&element).session_required);
    }
}
