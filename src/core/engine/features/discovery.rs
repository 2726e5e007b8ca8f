//! Service discovery (XEP-0030) and entity capabilities (XEP-0115): tells truthfully what this program can do, and asks
//! what our server and our account on it can do.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use jid::{BareJid, Jid};
use minidom::Element;
use sha1::{Digest, Sha1};
use xmpp_parsers::{
    caps::compute_disco,
    disco::{DiscoInfoResult, Identity},
};
use xso::exports::rxml::xml_ncname;

use crate::{
    engine::feature::{Context, Feature},
    xmpp::{iq::Answer, ns},
};

/// Names this program, as the node of its capabilities.
pub const NODE: &str = "https://oriole.im";
/// How many features of a server are remembered.
const MOST_FEATURES: usize = 1_000;

/// Tells what we can do, and learns what the server can do.
pub struct Discovery {
    info: DiscoInfoResult,
    /// How many of our questions were not answered yet.
    open: u32,
}

impl Discovery {
    /// Will tell of these namespaces, and of its own.
    #[must_use]
    pub fn new(mut namespaces: Vec<&'static str>) -> Self {
        namespaces.extend([ns::DISCO_INFO, ns::DISCO_ITEMS, ns::CAPS]);
        Self {
            info: info(namespaces),
            open: 0,
        }
    }
}

fn info(mut namespaces: Vec<&'static str>) -> DiscoInfoResult {
    namespaces.sort_unstable();
    namespaces.dedup();
    DiscoInfoResult {
        node: None,
        identities: vec![Identity::new("client", "pc", "en", "Oriole")],
        features: namespaces.into_iter().map(str::to_owned).collect(),
        extensions: Vec::new(),
    }
}

/// The verification string of what we tell (XEP-0115 §5.1): SHA-1 in Base64.
fn verification(info: &DiscoInfoResult) -> String {
    BASE64.encode(Sha1::digest(compute_disco(info)))
}

static CAPABILITIES: LazyLock<Element> = LazyLock::new(|| {
    let namespaces = super::all()
        .iter()
        .flat_map(|feature| feature.namespaces())
        .copied()
        .collect();
    Element::builder("c", ns::CAPS)
        .attr(xml_ncname!("hash").to_owned(), "sha-1")
        .attr(xml_ncname!("node").to_owned(), NODE)
        .attr(
            xml_ncname!("ver").to_owned(),
            verification(&info(namespaces)),
        )
        .build()
});

/// The `<c/>` for our presence (XEP-0115 §4).
#[must_use]
pub fn capabilities() -> Element {
    CAPABILITIES.clone()
}

impl Feature for Discovery {
    fn namespaces(&self) -> &'static [&'static str] {
        &[ns::DISCO_INFO, ns::DISCO_ITEMS, ns::CAPS]
    }

    fn connected(&mut self, context: &mut Context<'_>) {
        context.server.clear();
        self.open = 2;
        let question = || Element::bare("query", ns::DISCO_INFO);
        let domain = BareJid::from_parts(None, context.own.domain());
        context.request("get", Some(Jid::from(domain)), question(), 0);
        let account = Jid::from(context.own_bare());
        context.request("get", Some(account), question(), 1);
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        if stanza.name() != "iq" || stanza.attr("type") != Some("get") {
            return false;
        }
        if let Some(query) = stanza.get_child("query", ns::DISCO_INFO) {
            let ours = format!("{NODE}#{}", verification(&self.info));
            match query.attr("node") {
                None => context.reply(stanza, Some(self.info.clone().into())),
                Some(node) if node == ours => {
                    let info = DiscoInfoResult {
                        node: Some(ours),
                        ..self.info.clone()
                    };
                    context.reply(stanza, Some(info.into()));
                }
                Some(_) => context.refuse(stanza, "cancel", "item-not-found"),
            }
            return true;
        }
        if stanza.has_child("query", ns::DISCO_ITEMS) {
            context.reply(stanza, Some(Element::bare("query", ns::DISCO_ITEMS)));
            return true;
        }
        false
    }

    fn answer(&mut self, context: &mut Context<'_>, _: u32, answer: Answer) {
        if let Answer::Result(Some(query)) = answer {
            let room = MOST_FEATURES.saturating_sub(context.server.len());
            let features = query
                .children()
                .filter(|child| child.is("feature", ns::DISCO_INFO))
                .filter_map(|feature| feature.attr("var"))
                .take(room)
                .map(str::to_owned);
            context.server.extend(features);
        }
        self.open = self.open.saturating_sub(1);
        if self.open == 0 {
            context.discovered();
        }
    }
}
