//! Service discovery (XEP-0030) and entity capabilities (XEP-0115): tells truthfully what this program can do, and asks
//! what our server and our account on it can do. The server's other machines are asked only when somebody wants to know.

use std::{collections::HashSet, sync::LazyLock};

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
    engine::{
        command::{Command, Done},
        event::Event,
        feature::{Context, Feature},
    },
    error::Error,
    model::server::{Offer, Offers},
    xmpp::{iq::Answer, ns},
};

/// Names this program, as the node of its capabilities.
pub const NODE: &str = "https://oriole.im";
/// How many features of a server are remembered.
const MOST_FEATURES: usize = 1_000;
/// How many other machines of a server are asked.
const MOST_MACHINES: usize = 32;

/// The numbers of our questions: what the server can do, what our account on it can do, which other machines there are, and
/// what each of those can do.
const SERVER: u32 = 0;
const ACCOUNT: u32 = 1;
const ITEMS: u32 = 2;
const MACHINE: u32 = 3;

/// Tells what we can do, and learns what the server can do.
pub struct Discovery {
    info: DiscoInfoResult,
    /// How many of our questions were not answered yet.
    open: u32,
    /// What the server and the account said they can do.
    offers: Offers,
    /// What the server's other machines said, and how many of our questions to them were not answered yet.
    elsewhere: Offers,
    exploring: u32,
}

impl Discovery {
    /// Will tell of these namespaces, and of its own.
    #[must_use]
    pub fn new(mut namespaces: Vec<&'static str>) -> Self {
        namespaces.extend([ns::DISCO_INFO, ns::DISCO_ITEMS, ns::CAPS]);
        Self {
            info: info(namespaces),
            open: 0,
            offers: Offers::default(),
            elsewhere: Offers::default(),
            exploring: 0,
        }
    }

    /// Asks the server for its other machines.
    fn explore(&mut self, context: &mut Context<'_>) {
        if self.exploring == 0 {
            self.exploring = 1;
            self.elsewhere = Offers::default();
            let question = Element::bare("query", ns::DISCO_ITEMS);
            context.request("get", Some(server(context)), question, ITEMS);
        }
    }

    /// Asks these machines what they can do.
    fn ask(&mut self, context: &mut Context<'_>, items: &Element) {
        let own = server(context);
        let mut known = HashSet::from([own]);
        let machines: Vec<Jid> = items
            .children()
            .filter(|child| child.is("item", ns::DISCO_ITEMS) && child.attr("node").is_none())
            .filter_map(|item| Jid::new(item.attr("jid")?).ok())
            .filter(|jid| jid.node().is_none() && jid.resource().is_none())
            .filter(|jid| known.insert(jid.clone()))
            .take(MOST_MACHINES)
            .collect();
        for machine in machines {
            self.exploring += 1;
            let question = Element::bare("query", ns::DISCO_INFO);
            context.request("get", Some(machine), question, MACHINE);
        }
    }

    /// All that is known.
    fn tell(&self, context: &mut Context<'_>) {
        let mut offers = self.offers.clone();
        offers.has.extend(&self.elsewhere.has);
        offers.upload_limit = offers.upload_limit.or(self.elsewhere.upload_limit);
        offers.complete = self.elsewhere.complete;
        context.emit(Event::Offers {
            account: context.account,
            offers: Box::new(offers),
        });
    }

    fn explored(&mut self, context: &mut Context<'_>) {
        self.exploring = self.exploring.saturating_sub(1);
        if self.exploring == 0 {
            self.elsewhere.complete = true;
            self.tell(context);
        }
    }
}

fn server(context: &Context<'_>) -> Jid {
    Jid::from(BareJid::from_parts(None, context.own.domain()))
}

/// The values of the attribute of all children of this name, a bounded number of them.
fn features(query: &Element) -> impl Iterator<Item = &str> {
    query
        .children()
        .filter(|child| child.is("feature", ns::DISCO_INFO))
        .filter_map(|feature| feature.attr("var"))
        .take(MOST_FEATURES)
}

/// What somebody's answer means for a person.
fn read(query: &Element, offers: &mut Offers) {
    for feature in features(query) {
        offers.has.extend(match feature {
            ns::MAM => Some(Offer::Archive),
            ns::CARBONS => Some(Offer::Carbons),
            ns::BLOCKING => Some(Offer::Blocking),
            ns::REGISTER => Some(Offer::Registration),
            ns::HTTP_UPLOAD => Some(Offer::Upload),
            // The old name of XEP-0160 §3, and the one that servers use.
            "msgoffline" => Some(Offer::Offline),
            _ => None,
        });
    }
    for identity in query
        .children()
        .filter(|child| child.is("identity", ns::DISCO_INFO))
        .take(MOST_FEATURES)
    {
        offers
            .has
            .extend(match (identity.attr("category"), identity.attr("type")) {
                (Some("pubsub"), Some("pep")) => Some(Offer::Profile),
                (Some("conference"), Some("text")) => Some(Offer::GroupChats),
                (Some("proxy"), Some("bytestreams")) => Some(Offer::Relay),
                _ => None,
            });
    }
    if offers.has.contains(&Offer::Upload) {
        offers.upload_limit = offers.upload_limit.or(upload_limit(query));
    }
}

/// How large a file may be (XEP-0363 §4), in bytes.
fn upload_limit(query: &Element) -> Option<u64> {
    let mut forms = query
        .children()
        .filter(|child| child.is("x", ns::DATA_FORMS));
    forms.find_map(|form| {
        let mut fields = form
            .children()
            .filter(|child| child.is("field", ns::DATA_FORMS));
        let limit = fields.find(|field| field.attr("var") == Some("max-file-size"))?;
        let value = limit.get_child("value", ns::DATA_FORMS)?;
        value.text().trim().parse().ok()
    })
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
        self.offers = Offers::default();
        self.elsewhere = Offers::default();
        self.exploring = 0;
        let question = || Element::bare("query", ns::DISCO_INFO);
        context.request("get", Some(server(context)), question(), SERVER);
        let account = Jid::from(context.own_bare());
        context.request("get", Some(account), question(), ACCOUNT);
    }

    fn command(
        &mut self,
        context: &mut Context<'_>,
        command: &Command,
    ) -> Option<Result<Done, Error>> {
        if !matches!(command, Command::ExploreServer(_)) {
            return None;
        }
        self.explore(context);
        Some(Ok(Done::Ok))
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

    fn answer(&mut self, context: &mut Context<'_>, number: u32, answer: Answer) {
        let query = match answer {
            Answer::Result(query) => query,
            _ => None,
        };
        match number {
            ITEMS => {
                if let Some(items) = &query {
                    self.ask(context, items);
                }
                self.explored(context);
            }
            MACHINE => {
                if let Some(query) = &query {
                    read(query, &mut self.elsewhere);
                }
                self.explored(context);
            }
            _ => {
                if let Some(query) = &query {
                    let room = MOST_FEATURES.saturating_sub(context.server.len());
                    let features = features(query).take(room).map(str::to_owned);
                    context.server.extend(features);
                    read(query, &mut self.offers);
                }
                self.open = self.open.saturating_sub(1);
                if self.open == 0 {
                    self.tell(context);
                    context.discovered();
                }
            }
        }
    }
}
