//! Pings (XEP-0199): answers those who may see our presence and our server; others never get here.

use minidom::Element;

use crate::{
    engine::feature::{Context, Feature},
    xmpp::ns,
};

/// Answers pings.
pub struct Ping;

impl Feature for Ping {
    fn namespaces(&self) -> &'static [&'static str] {
        &[ns::PING]
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        let is_ping = stanza.name() == "iq"
            && stanza.attr("type") == Some("get")
            && stanza.has_child("ping", ns::PING);
        if is_ping {
            context.reply(stanza, None);
        }
        is_ping
    }
}
