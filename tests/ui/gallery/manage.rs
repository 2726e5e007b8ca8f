//! The dialog of an account, page by page, and how several accounts are told apart.

use iced::theme::Mode;
use oriole_core::{
    engine::{
        command::Password,
        event::{ConnectionState, Event},
    },
    error::{Error, ErrorKind},
    model::{
        account::{Accent, ProxyKind, Security, ServerAddress, Tag},
        ids::{AccountId, ChatId},
        presence::Show,
        server::{Offer, Offers, Route, ServerFacts, TlsVersion},
    },
};
use oriole_ui::{
    i18n::Language,
    message::Message,
    screen::main,
    sidebar::{
        self, Menu,
        manage::{Message as Deed, Page, connection, password, removal, tag},
    },
    world::{Answer, Question},
};

use super::{
    accounts::pinned,
    compare,
    data::{ADDRESSES, LANGUAGES, talking, words},
};
use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{CHAT, ME, Window, account, at, connection as connected, jid, message, summary},
};

const ENGLISH: Language = Language::English;
const WORK: AccountId = AccountId(2);

/// A connection to an ordinary server, whose other machines were asked too.
fn facts() -> ServerFacts {
    let has = [
        Offer::Archive,
        Offer::Carbons,
        Offer::Upload,
        Offer::GroupChats,
        Offer::Profile,
        Offer::Blocking,
        Offer::Offline,
        Offer::Registration,
    ];
    ServerFacts {
        since: at(-372),
        resumed: Some(at(12)),
        route: Route {
            place: "xmpp.chat.local:5223".into(),
            tls: Some(TlsVersion::Tls13),
            pinned: false,
            mechanism: "SCRAM-SHA-256".into(),
            offers: [Offer::Resumption, Offer::Quiet].into(),
        },
        offers: Some(Offers {
            has: has.into(),
            upload_limit: Some(100_000_000),
            complete: true,
        }),
    }
}

fn managed(mut window: Window) -> Window {
    window.sidebar(sidebar::Message::Manage(ME));
    let known = Answer::Server(Some(Box::new(facts())));
    window.answer(Question::Server(ME), known);
    window
}

fn deed(deed: Deed) -> Message {
    Message::Main(main::Message::Manage(deed))
}

fn on(page: Page, language: Language) -> Screen {
    let mut screen = Screen::new(managed(talking(language)), WIDE);
    screen.tell(deed(Deed::Open(page)));
    screen
}

#[test]
fn one_account() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(managed(talking(language)), WIDE);
        compare(&mut screen, &format!("10-account{suffix}"));
    }
    let mut screen = Screen::new(managed(pinned(ENGLISH)), WIDE);
    screen.window.tell(Message::Theme(Mode::Dark));
    compare(&mut screen, "10-account-dark");
    let mut screen = Screen::new(managed(pinned(ENGLISH)), NARROW);
    compare(&mut screen, "10-account-narrow");
    let mut window = talking(ENGLISH);
    let mut me = account(1, "you@chat.local");
    me.account.enabled = false;
    me.account.presence.show = Show::Offline;
    me.account.settings.security = Security::DirectTls;
    me.account.settings.server = Some(ServerAddress {
        host: "192.0.2.15".into(),
        port: Some(5223),
    });
    let all = vec![me, account(2, "work@example.org")];
    window.answer(Question::Accounts, Answer::Accounts(all));
    window.events([connected(ME, ConnectionState::Offline, None)]);
    compare(&mut Screen::new(managed(window), WIDE), "10-account-off");
}

#[test]
fn getting_rid_of_an_account() {
    for (language, suffix) in LANGUAGES {
        let mut screen = on(Page::Removal, language);
        compare(&mut screen, &format!("10-account-remove{suffix}"));
    }
    let mut screen = on(Page::Removal, ENGLISH);
    for step in [removal::Message::OnServer(true), removal::Message::Remove] {
        screen.tell(deed(Deed::Removal(step)));
    }
    compare(&mut screen, "10-account-delete");
}

#[test]
fn the_way_to_the_server() {
    for (language, suffix) in LANGUAGES {
        let mut screen = on(Page::Connection, language);
        let socks = connection::Message::Proxy(Some(ProxyKind::Socks5));
        screen.tell(deed(Deed::Connection(socks)));
        compare(&mut screen, &format!("10-account-connection{suffix}"));
    }
    let mut screen = Screen::new(managed(talking(ENGLISH)), NARROW);
    screen.tell(deed(Deed::Open(Page::Connection)));
    compare(&mut screen, "10-account-connection-narrow");
}

#[test]
fn another_password() {
    let mut screen = on(Page::Password, ENGLISH);
    for step in [
        password::Message::New(Password::new("two orioles")),
        password::Message::Again(Password::new("two eagles")),
        password::Message::Change,
    ] {
        screen.tell(deed(Deed::Password(step)));
    }
    compare(&mut screen, "10-account-password");
}

#[test]
fn what_the_server_can_do() {
    for (language, suffix) in LANGUAGES {
        let mut screen = on(Page::Offers, language);
        compare(&mut screen, &format!("10-account-server{suffix}"));
    }
}

#[test]
fn a_name_and_a_colour() {
    let mut screen = on(Page::Tag, ENGLISH);
    for step in [
        tag::Message::Label("Home".into()),
        tag::Message::Accent(Some(Accent::Blue)),
    ] {
        screen.tell(deed(Deed::Tag(step)));
    }
    compare(&mut screen, "10-account-name");
}

/// With a chat of each of two accounts, both with a name and a colour.
fn told_apart(language: Language) -> Window {
    let mut window = talking(language);
    let talk = words(language);
    let labels = match language {
        Language::English => ["Home", "Work"],
        Language::Chinese => ["家", "工作"],
    };
    let colors = [Accent::Blue, Accent::Orange];
    let mut all = vec![account(1, "you@chat.local"), account(2, "work@example.org")];
    for ((status, label), color) in all.iter_mut().zip(labels).zip(colors) {
        status.account.tag = Tag {
            label: label.into(),
            accent: Some(color),
        };
    }
    all[1].account.presence.show = Show::Dnd;
    let chats = [(0, 32, ME), (1, -55, WORK), (2, -132, WORK)];
    let chats = chats.map(|(place, minute, account)| {
        let last = message(minute, false, talk.names[place]);
        let id = ChatId(CHAT.0 + place as i64);
        let mut chat = summary(id, ADDRESSES[place], Some(&last), place as u32);
        chat.name = Some(talk.names[place].to_owned());
        chat.account = account;
        chat
    });
    window.answer(Question::Accounts, Answer::Accounts(all));
    window.answer(Question::Chats, Answer::Chats(chats.to_vec()));
    window
}

#[test]
fn several_accounts() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(told_apart(language), WIDE);
        screen
            .window
            .sidebar(sidebar::Message::OpenMenu(Menu::Account));
        compare(&mut screen, &format!("10-accounts{suffix}"));
    }
    let mut screen = Screen::new(told_apart(ENGLISH), WIDE);
    let menu = sidebar::Message::OpenMenu(Menu::Presence(WORK));
    screen.window.sidebar(menu);
    screen
        .window
        .sidebar(sidebar::Message::Status("In a meeting".into()));
    compare(&mut screen, "10-account-presence");
    screen.window.tell(Message::Theme(Mode::Dark));
    compare(&mut screen, "10-account-presence-dark");
}

#[test]
fn a_password_that_is_not_known() {
    for (language, suffix) in LANGUAGES {
        let mut window = talking(language);
        window.events([Event::Connection {
            account: WORK,
            state: ConnectionState::Offline,
            resumed: false,
            error: Some(Error::new(ErrorKind::PasswordNeeded, "no keyring")),
            certificate: None,
        }]);
        compare(
            &mut Screen::new(window, WIDE),
            &format!("04-password{suffix}"),
        );
    }
}

#[test]
fn chats_of_removed_accounts() {
    for (language, suffix) in LANGUAGES {
        let mut window = told_apart(language);
        window.sidebar(sidebar::Message::OpenMenu(Menu::Account));
        let old = jid("you@old.example");
        window.answer(Question::Kept, Answer::Kept(vec![old.clone()]));
        let mut screen = Screen::new(window, WIDE);
        screen.tell(in_sidebar(sidebar::Message::OpenMenu(Menu::Kept)));
        screen.tell(in_sidebar(sidebar::Message::Erase(old)));
        compare(&mut screen, &format!("10-kept-erase{suffix}"));
    }
}

fn in_sidebar(message: sidebar::Message) -> Message {
    Message::Main(main::Message::Sidebar(message))
}
