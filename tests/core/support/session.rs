//! The server's side of a session: binding, stream management, and what a client asks first.

use super::line::Line;

/// The account of all scripted tests.
pub(crate) const JULIET: &str = "juliet@chat.example";
pub(crate) const PASSWORD: &str = "rosemary";
/// With whom it talks.
pub(crate) const ROMEO: &str = "romeo@montague.example";

/// Offers binding.
pub(crate) const BIND: &str = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";
/// Offers stream management.
pub(crate) const SM: &str = "<sm xmlns='urn:xmpp:sm:3'/>";
/// Offers versions of the contact list.
pub(crate) const VERSIONS: &str = "<ver xmlns='urn:xmpp:features:rosterver'/>";

/// What the client asks for first.
pub(crate) const ROSTER_REQUEST: &str =
    "<iq type='get' id='*'><query xmlns='jabber:iq:roster'/></iq>";
/// Our presence when nothing special was set.
pub(crate) const PRESENCE: &str = "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' \
    node='*' ver='*'/></presence>";

/// A contact list in which Romeo and we see each other.
pub(crate) const ROMEO_IS_A_CONTACT: &str = "<query xmlns='jabber:iq:roster'>\
    <item jid='romeo@montague.example' subscription='both' name='Romeo'/></query>";
pub(crate) const NO_CONTACTS: &str = "<query xmlns='jabber:iq:roster'/>";

impl Line {
    /// The client binds a resource; gives its address.
    pub(crate) async fn bind(&mut self) -> String {
        let request = self
            .expect(
                "<iq type='set' id='*'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
                 <resource>*</resource></bind></iq>",
            )
            .await;
        let bind = request.children().next().unwrap();
        let resource = bind.children().next().unwrap().text();
        let own = format!("{JULIET}/{resource}");
        let id = request.attr("id").unwrap();
        self.send(format!(
            "<iq type='result' id='{id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
             <jid>{own}</jid></bind></iq>"
        ))
        .await;
        own
    }

    /// The client enables stream management; the session can be resumed under this name.
    pub(crate) async fn enable(&mut self, name: &str) {
        self.expect("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
            .await;
        self.send(format!(
            "<enabled xmlns='urn:xmpp:sm:3' id='{name}' resume='true'/>"
        ))
        .await;
    }

    /// The client asks for the contact list and the rest, and then is there.
    pub(crate) async fn sync(&mut self, roster: &str) {
        self.answer(ROSTER_REQUEST, roster).await;
        self.answer_the_rest().await;
        self.expect(PRESENCE).await;
    }

    /// The same on a server that keeps an archive.
    pub(crate) async fn sync_with_archive(&mut self, roster: &str) {
        self.answer(ROSTER_REQUEST, roster).await;
        self.answer_the_rest_with("<feature var='urn:xmpp:mam:2'/>")
            .await;
        self.expect(PRESENCE).await;
    }

    /// The same on a server that takes its time with the contact list.
    pub(crate) async fn sync_late(&mut self, roster: &str, features: &str) {
        let request = self.expect(ROSTER_REQUEST).await;
        self.answer_the_rest_with(features).await;
        let id = request.attr("id").unwrap();
        self.send(format!("<iq type='result' id='{id}'>{roster}</iq>"))
            .await;
        self.expect(PRESENCE).await;
    }

    /// What the client asks besides the contact list.
    pub(crate) async fn answer_the_rest(&mut self) {
        self.answer_the_rest_with("").await;
    }

    /// The same, where the account can do this.
    async fn answer_the_rest_with(&mut self, features: &str) {
        self.answer(
            "<iq type='get' id='*'><blocklist xmlns='urn:xmpp:blocking'/></iq>",
            "<blocklist xmlns='urn:xmpp:blocking'/>",
        )
        .await;
        for to in ["chat.example", JULIET] {
            self.answer(
                &format!(
                    "<iq type='get' id='*' to='{to}'>\
                     <query xmlns='http://jabber.org/protocol/disco#info'/></iq>"
                ),
                &format!("<query xmlns='http://jabber.org/protocol/disco#info'>{features}</query>"),
            )
            .await;
        }
    }

    /// A whole new session with stream management, up to being online; gives the address.
    pub(crate) async fn begin(&mut self, name: &str, roster: &str) -> String {
        self.sign_in("SCRAM-SHA-256", PASSWORD).await;
        self.open(&format!("{BIND}{SM}")).await;
        let own = self.bind().await;
        self.enable(name).await;
        self.sync(roster).await;
        own
    }

    /// The same on a server that keeps an archive.
    pub(crate) async fn begin_with_archive(&mut self, name: &str, roster: &str) -> String {
        self.sign_in("SCRAM-SHA-256", PASSWORD).await;
        self.open(&format!("{BIND}{SM}")).await;
        let own = self.bind().await;
        self.enable(name).await;
        self.sync_with_archive(roster).await;
        own
    }

    /// The same on a server that can do this.
    pub(crate) async fn begin_with(
        &mut self,
        name: &str,
        roster: &str,
        features: &[&str],
    ) -> String {
        self.sign_in("SCRAM-SHA-256", PASSWORD).await;
        self.open(&format!("{BIND}{SM}")).await;
        let own = self.bind().await;
        self.enable(name).await;
        self.sync_with(roster, features).await;
        own
    }

    /// The client asks for the contact list and the rest of a server that can do this, and then is there.
    pub(crate) async fn sync_with(&mut self, roster: &str, features: &[&str]) {
        self.answer(ROSTER_REQUEST, roster).await;
        let features = features
            .iter()
            .map(|feature| format!("<feature var='{feature}'/>"));
        self.answer_the_rest_with(&features.collect::<String>())
            .await;
        self.expect(PRESENCE).await;
    }

    /// The session from before is gone, which the server says without a count; a new one is begun.
    pub(crate) async fn begin_anew_with_archive(&mut self, name: &str, roster: &str) -> String {
        let own = self.begin_anew(name).await;
        self.sync_with_archive(roster).await;
        own
    }

    /// The same, up to where the client asks for its contact list.
    pub(crate) async fn begin_anew(&mut self, name: &str) -> String {
        self.sign_in("SCRAM-SHA-256", PASSWORD).await;
        self.open(&format!("{BIND}{SM}")).await;
        self.expect("<resume xmlns='urn:xmpp:sm:3' previd='*' h='*'/>")
            .await;
        self.send(
            "<failed xmlns='urn:xmpp:sm:3'>\
             <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
        )
        .await;
        let own = self.bind().await;
        self.enable(name).await;
        own
    }

    /// A whole new session without stream management.
    pub(crate) async fn begin_unmanaged(&mut self, roster: &str) -> String {
        self.sign_in("SCRAM-SHA-256", PASSWORD).await;
        self.open(BIND).await;
        let own = self.bind().await;
        self.acks = super::line::Acks::Withheld;
        self.sync(roster).await;
        own
    }

    /// The client wants to go on with a session, having handled this many stanzas; the server has this many of its.
    pub(crate) async fn resume(&mut self, name: &str, h: u32, ours: u32) {
        self.sign_in("SCRAM-SHA-256", PASSWORD).await;
        self.open(&format!("{BIND}{SM}")).await;
        self.expect_resume(name, h).await;
        self.stanzas = ours;
        self.send(format!(
            "<resumed xmlns='urn:xmpp:sm:3' previd='{name}' h='{ours}'/>"
        ))
        .await;
    }

    pub(crate) async fn expect_resume(&mut self, name: &str, h: u32) {
        self.expect(&format!(
            "<resume xmlns='urn:xmpp:sm:3' previd='{name}' h='{h}'/>"
        ))
        .await;
    }

    /// The server asks how many stanzas were handled, and this is the answer.
    pub(crate) async fn expect_handled(&mut self, h: u32) {
        self.send("<r xmlns='urn:xmpp:sm:3'/>").await;
        self.expect(&format!("<a xmlns='urn:xmpp:sm:3' h='{h}'/>"))
            .await;
    }

    /// A message of ours to Romeo with this text; gives its id.
    pub(crate) async fn expect_message(&mut self, body: &str) -> String {
        let message = self
            .expect(&format!(
                "<message type='chat' id='*' to='{ROMEO}'><body>{body}</body>\
                 <origin-id xmlns='urn:xmpp:sid:0' id='*'/></message>"
            ))
            .await;
        message.attr("id").unwrap().to_owned()
    }
}

/// A message of Romeo's; its id is long enough to tell copies by.
pub(crate) fn from_romeo(id: &str, body: &str) -> String {
    format!(
        "<message type='chat' from='{ROMEO}/garden' to='{JULIET}' id='{id}-of-romeo'><body>{body}</body></message>"
    )
}
