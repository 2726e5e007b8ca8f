//! What a server has to agree to first: an account made on it, its password changed there, its end there. Nothing changes here before.

use std::sync::Arc;

use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        event::{ConnectionState, Event},
        handle::{EventStream, Handle, start},
        query::{Accounts, Chats},
        secrets::{SecretName, Secrets},
    },
    error::{Error, ErrorKind},
    model::{
        account::{AccountSettings, AccountUpdate, Security},
        ids::AccountId,
    },
    testing::MemorySecrets,
};
use tempfile::TempDir;

use crate::support::{
    engine::{config, jid},
    line::{Acks, Line},
    patiently,
    proxy::ProxyServer,
    scram::mechanisms,
    script::Server,
    session::{BIND, JULIET, NO_CONTACTS, PASSWORD},
    tls::{ANY_TLS, Identity},
};

const OFFER: &str = "<query xmlns='jabber:iq:register'><username/><password/></query>";
pub(super) const ASKED: &str =
    "<iq type='get' id='*' to='chat.example'><query xmlns='jabber:iq:register'/></iq>";

/// An engine without accounts, and what an account on a server that listens would be.
pub(super) struct Bench {
    pub(super) handle: Handle,
    events: EventStream,
    secrets: Arc<MemorySecrets>,
    pub(super) settings: AccountSettings,
    _folder: TempDir,
}

/// The server of a bench.
pub(super) struct Place {
    server: Server,
    identity: Identity,
}

impl Place {
    /// The next connection, secured.
    pub(super) async fn secured(&self) -> Line {
        let line = self.server.accept().await;
        let (line, _) = line.start_tls(&self.identity, ANY_TLS).await.unwrap();
        line
    }

    /// The next connection, which the client leaves while TLS is agreed on.
    pub(super) async fn distrusted(&self) {
        let line = self.server.accept().await;
        assert!(line.start_tls(&self.identity, ANY_TLS).await.is_none());
    }

    /// The next connection, signed in with this password and bound.
    async fn signed_in(&self, password: &str) -> Line {
        let mut line = self.secured().await;
        line.open(&mechanisms(&["PLAIN"])).await;
        let said = line.auth("PLAIN").await;
        assert_eq!(said, format!("\0juliet\0{password}"));
        line.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
            .await;
        line.reset();
        line.open(BIND).await;
        line.bind().await;
        line
    }

    /// The account's own session, up to being online.
    pub(super) async fn session(&self) -> Line {
        let mut line = self.signed_in(PASSWORD).await;
        line.acks = Acks::Withheld;
        line.sync(NO_CONTACTS).await;
        line
    }
}

impl Line {
    /// The next request, which has to match; it is refused with this condition.
    pub(super) async fn refuse(&mut self, pattern: &str, condition: &str) {
        let request = self.expect(pattern).await;
        let id = request.attr("id").unwrap();
        self.send(format!(
            "<iq type='error' id='{id}'><error type='cancel'><{condition} \
             xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        ))
        .await;
    }
}

impl Bench {
    pub(super) async fn new() -> (Self, Place) {
        let server = Server::new().await;
        let identity = Identity::of(&["chat.example"]);
        let folder = TempDir::new().unwrap();
        let secrets = Arc::new(MemorySecrets::default());
        let (handle, events) = start(config(&folder, &secrets)).await.unwrap();
        let settings = AccountSettings {
            server: Some(server.address()),
            security: Security::StartTls,
            pin: Some(identity.fingerprint()),
            ..AccountSettings::new(jid(JULIET))
        };
        let bench = Self {
            handle,
            events,
            secrets,
            settings,
            _folder: folder,
        };
        (bench, Place { server, identity })
    }

    async fn send(&self, command: Command) -> Result<Done, Error> {
        patiently("the answer to a command", self.handle.send(command)).await
    }

    async fn add(&self, register: bool) -> Result<Done, Error> {
        self.send(Command::AddAccount {
            settings: self.settings.clone(),
            password: Password::new(PASSWORD),
            proxy_password: None,
            register,
        })
        .await
    }

    /// Adds the account; gives its id and the session's line, once it is online.
    async fn online(&mut self, place: &Place) -> (AccountId, Line) {
        let (added, line) = tokio::join!(self.add(false), place.session());
        self.until_online().await;
        match added.unwrap() {
            Done::Account(account) => (account, line),
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn accounts(&self) -> usize {
        self.handle.query(Accounts {}).await.unwrap().len()
    }

    fn kept(&self, name: &SecretName) -> Option<String> {
        let password = self.secrets.get(name).unwrap();
        password.map(|password| password.reveal().to_owned())
    }

    pub(super) fn password(&self) -> Option<String> {
        self.kept(&SecretName::account(&jid(JULIET)))
    }

    pub(super) async fn until_online(&mut self) {
        let events = &mut self.events;
        patiently("being online", async {
            while let Some(event) = events.next().await {
                if let Event::Connection { state, .. } = event
                    && state == ConnectionState::Online
                {
                    return;
                }
            }
            panic!("the events ended");
        })
        .await;
    }

    pub(super) async fn end(self) {
        patiently("the end of the engine", self.handle.shut_down()).await;
    }
}

const CHANGE: &str = "<iq type='set' id='*'><query xmlns='jabber:iq:register'>\
    <username>juliet</username><password>lavender</password></query></iq>";
const REMOVE: &str =
    "<iq type='set' id='*'><query xmlns='jabber:iq:register'><remove/></query></iq>";

#[tokio::test]
async fn an_account_is_made_and_then_signed_in_to() {
    let (mut bench, place) = Bench::new().await;
    let serving = async {
        let mut line = place.secured().await;
        line.open(&mechanisms(&["PLAIN"])).await;
        line.answer(ASKED, OFFER).await;
        line.answer(
            "<iq type='set' id='*' to='chat.example'><rest xmlns='any'/></iq>",
            "",
        )
        .await;
        line.expect_footer().await;
        place.session().await
    };
    let (added, mut line) = tokio::join!(bench.add(true), serving);
    assert!(matches!(added, Ok(Done::Account(_))), "{added:?}");
    bench.until_online().await;
    assert_eq!(bench.password().as_deref(), Some(PASSWORD));
    let again = bench.add(true).await;
    assert_eq!(again.unwrap_err().kind, ErrorKind::BadRequest);
    tokio::join!(bench.end(), line.expect_footer());
}

#[tokio::test]
async fn where_the_server_refuses_nothing_is_added() {
    let (bench, place) = Bench::new().await;
    let serving = async {
        let mut line = place.secured().await;
        line.open(&mechanisms(&["PLAIN"])).await;
        line.answer(ASKED, OFFER).await;
        line.refuse(
            "<iq type='set' id='*' to='chat.example'><rest xmlns='any'/></iq>",
            "conflict",
        )
        .await;
        line.expect_footer().await;
    };
    let (added, ()) = tokio::join!(bench.add(true), serving);
    assert_eq!(added.unwrap_err().kind, ErrorKind::AddressTaken);
    assert_eq!((bench.accounts().await, bench.password()), (0, None));
    bench.end().await;
}

#[tokio::test]
async fn the_password_here_is_the_one_the_server_has() {
    let (mut bench, place) = Bench::new().await;
    let (account, mut session) = bench.online(&place).await;
    let change = || Command::ChangePassword {
        account,
        password: Password::new("lavender"),
    };
    let refusing = async {
        let mut line = place.signed_in(PASSWORD).await;
        line.refuse(CHANGE, "not-authorized").await;
        line.expect_footer().await;
    };
    let (changed, ()) = tokio::join!(bench.send(change()), refusing);
    assert_eq!(changed.unwrap_err().kind, ErrorKind::NotAllowed);
    assert_eq!(bench.password().as_deref(), Some(PASSWORD));

    let vanishing = async {
        let mut line = place.signed_in(PASSWORD).await;
        line.expect(CHANGE).await;
        line.lose().await;
    };
    let (changed, ()) = tokio::join!(bench.send(change()), vanishing);
    let error = changed.unwrap_err();
    assert_eq!(error.kind, ErrorKind::ConnectionRefused);
    assert!(error.detail.starts_with("It is not known"), "{error}");
    assert_eq!(bench.password().as_deref(), Some(PASSWORD));

    let agreeing = async {
        let mut line = place.signed_in(PASSWORD).await;
        let request = line.expect(CHANGE).await;
        let before = bench.password();
        let id = request.attr("id").unwrap();
        line.send(format!("<iq type='result' id='{id}'/>")).await;
        line.expect_footer().await;
        // And then it is signed in with.
        session.expect_footer().await;
        (before, place.signed_in("lavender").await)
    };
    let (changed, (before, mut line)) = tokio::join!(bench.send(change()), agreeing);
    assert_eq!(changed, Ok(Done::Ok));
    assert_eq!(before.as_deref(), Some(PASSWORD), "not before it agreed");
    assert_eq!(bench.password().as_deref(), Some("lavender"));
    line.acks = Acks::Withheld;
    line.sync(NO_CONTACTS).await;
    tokio::join!(bench.end(), line.expect_footer());
}

#[tokio::test]
async fn an_account_that_the_server_keeps_is_kept_here() {
    let (mut bench, place) = Bench::new().await;
    let (account, mut session) = bench.online(&place).await;
    let refusing = async {
        session.expect_footer().await;
        let mut line = place.signed_in(PASSWORD).await;
        line.refuse(REMOVE, "forbidden").await;
        line.expect_footer().await;
        place.session().await
    };
    let (deleted, mut session) =
        tokio::join!(bench.send(Command::DeleteAccount(account)), refusing);
    assert_eq!(deleted.unwrap_err().kind, ErrorKind::NotAllowed);
    bench.until_online().await;
    assert_eq!(bench.accounts().await, 1);
    assert_eq!(bench.password().as_deref(), Some(PASSWORD));

    let agreeing = async {
        session.expect_footer().await;
        let mut line = place.signed_in(PASSWORD).await;
        line.answer(REMOVE, "").await;
        line.expect_footer().await;
    };
    let (deleted, ()) = tokio::join!(bench.send(Command::DeleteAccount(account)), agreeing);
    assert_eq!(deleted, Ok(Done::Ok));
    assert_eq!((bench.accounts().await, bench.password()), (0, None));
    let again = bench.send(Command::DeleteAccount(account)).await;
    assert_eq!(again.unwrap_err().kind, ErrorKind::NotFound);
    bench.end().await;
}

#[tokio::test]
async fn the_history_of_an_account_that_is_gone_from_its_server_can_stay() {
    let (mut bench, place) = Bench::new().await;
    let (account, mut session) = bench.online(&place).await;
    let with = jid("romeo@montague.example");
    let Ok(Done::Chat(chat)) = bench.send(Command::OpenChat { account, with }).await else {
        panic!("no chat");
    };
    let text = "half a word".to_owned();
    let draft = bench.send(Command::SetDraft { chat, text }).await;
    assert_eq!(draft, Ok(Done::Ok));

    let agreeing = async {
        session.expect_footer().await;
        let mut line = place.signed_in(PASSWORD).await;
        line.answer(REMOVE, "").await;
        line.expect_footer().await;
    };
    let on_server = true;
    let leave = Command::SetAside { account, on_server };
    let (left, ()) = tokio::join!(bench.send(leave), agreeing);
    assert_eq!(left, Ok(Done::Ok));
    assert_eq!((bench.accounts().await, bench.password()), (0, None));
    let all = Chats { account: None };
    assert_eq!(bench.handle.query(all.clone()).await.unwrap(), []);

    let (again, mut line) = bench.online(&place).await;
    assert_eq!(again, account);
    let chats = bench.handle.query(all).await.unwrap();
    assert_eq!((chats.len(), chats[0].draft.as_str()), (1, "half a word"));

    let on_server = false;
    let leave = Command::SetAside { account, on_server };
    let (left, ()) = tokio::join!(bench.send(leave), line.expect_footer());
    assert_eq!((left, bench.password()), (Ok(Done::Ok), None));
    bench.end().await;
}

#[tokio::test]
async fn a_proxys_password_is_kept_with_the_account_and_for_that_proxy_only() {
    let (mut bench, place) = Bench::new().await;
    let proxy = ProxyServer::new().await;
    let server = bench.settings.server.take();
    bench.settings.server.clone_from(&server);
    bench.settings.proxy = Some(Box::new(proxy.address("socks5://me@")));
    let command = Command::AddAccount {
        settings: bench.settings.clone(),
        password: Password::new(PASSWORD),
        proxy_password: Some(Password::new("sage")),
        register: false,
    };
    let Ok(Done::Account(account)) = bench.send(command).await else {
        panic!("no account");
    };
    let port = server.unwrap().port.unwrap();
    let guest = async {
        let mut guest = proxy.accept().await;
        assert_eq!(guest.methods().await, [0, 2]);
        guest.send([5, 2]).await;
        let said = guest.credentials().await;
        assert_eq!(said, ("me".to_owned(), "sage".to_owned()));
        guest.send([1, 0]).await;
        assert_eq!(guest.wanted().await, format!("address 127.0.0.1 {port}"));
        guest.send([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await;
        tokio::spawn(guest.connect(port));
    };
    let ((), mut line) = tokio::join!(guest, place.session());
    bench.until_online().await;

    // Without a proxy the way is the direct one, and the password of the one before is gone.
    let name = SecretName::proxy(&jid(JULIET));
    assert_eq!(bench.kept(&name).as_deref(), Some("sage"));
    let update = |proxy| Command::UpdateAccount {
        account,
        update: AccountUpdate {
            proxy: Some(proxy),
            ..AccountUpdate::default()
        },
        password: None,
        proxy_password: None,
    };
    let leaving = async {
        line.expect_footer().await;
        place.session().await
    };
    let (updated, mut line) = tokio::join!(bench.send(update(None)), leaving);
    assert_eq!(updated, Ok(Done::Ok));
    assert_eq!(bench.kept(&name), None);
    bench.until_online().await;
    tokio::join!(bench.end(), line.expect_footer());
}
