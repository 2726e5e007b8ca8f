//! Our clock (XEP-0202), for those who may see our presence.

use chrono::Local;
use minidom::Element;
use xmpp_parsers::time::TimeResult;

use crate::{
    engine::feature::{Context, Feature},
    xmpp::ns,
};

/// Tells what time it is here.
pub struct Time;

impl Feature for Time {
    fn namespaces(&self) -> &'static [&'static str] {
        &[ns::TIME]
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        let is_question = stanza.name() == "iq"
            && stanza.attr("type") == Some("get")
            && stanza.has_child("time", ns::TIME);
        if is_question {
            let here = context.now.with_timezone(&Local).fixed_offset();
            let time = TimeResult {
                tz_offset: *here.offset(),
                utc: context.now,
            };
            context.reply(stanza, Some(time.into()));
        }
        is_question
    }
}
