//! The program's name and version (XEP-0092). Tells nothing of the operating system.

use minidom::Element;
use xmpp_parsers::version::VersionResult;

use crate::{
    engine::feature::{Context, Feature},
    xmpp::ns,
};

/// Tells the program's name and version.
pub struct Version;

impl Feature for Version {
    fn namespaces(&self) -> &'static [&'static str] {
        &[ns::VERSION]
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        let is_question = stanza.name() == "iq"
            && stanza.attr("type") == Some("get")
            && stanza.has_child("query", ns::VERSION);
        if is_question {
            let version = VersionResult {
                name: "Oriole".to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                os: None,
            };
            context.reply(stanza, Some(version.into()));
        }
        is_question
    }
}
