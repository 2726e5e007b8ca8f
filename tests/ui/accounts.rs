//! Managing accounts: each is used or not, connected or not, changed, and removed only when that was said twice.

use iced::keyboard::{Modifiers, key::Named};
use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        event::{ConnectionState, Event},
    },
    error::{Error, ErrorKind},
    model::{
        account::{Accent, AccountUpdate, Fingerprint, Security, Tag},
        ids::{AccountId, ChatId},
        presence::{OwnPresence, Show},
        server::{Offer, Offers, Route, ServerFacts, TlsVersion},
    },
};
use oriole_ui::{
    action::Action,
    i18n::Language,
    message::{Message, Shortcut},
    screen::{main, sign_in},
    sidebar::{
        self, Menu, ask,
        manage::{Message as Deed, Page, connection, password, removal},
    },
    world::{Answer, Question},
};

use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{
        CHAT, ME, Window, account, at, commands, connection as connected, jid, purpose, questions,
        summary,
    },
};

const NONE: Modifiers = Modifiers::empty();
const WORK: AccountId = AccountId(2);

/// With two accounts, the first online, and the dialog of the first open.
fn managing(change: impl FnOnce(&mut oriole_core::model::account::Account)) -> Window {
    let mut window = Window::online(Language::English, Vec::new());
    let mut me = account(1, "me@example.org");
    change(&mut me.account);
    let all = vec![me, account(2, "work@example.org")];
    window.answer(Question::Accounts, Answer::Accounts(all));
    window.sidebar(sidebar::Message::Manage(ME));
    window
}

fn page(screen: &Screen) -> Page {
    screen.window.ui.main().manage().unwrap().page()
}

/// A connection that stands, on a server that keeps a history.
fn facts() -> ServerFacts {
    ServerFacts {
        since: at(5),
        resumed: Some(at(20)),
        route: Route {
            place: "xmpp.example.org:5222".into(),
            tls: Some(TlsVersion::Tls13),
            pinned: false,
            mechanism: "SCRAM-SHA-256".into(),
            offers: [Offer::Resumption].into(),
        },
        offers: Some(Offers {
            has: [Offer::Archive].into(),
            ..Offers::default()
        }),
    }
}

fn deed(window: &mut Window, deed: Deed) -> Vec<Command> {
    commands(&window.main(main::Message::Manage(deed)))
}

/// What is changed about the first account, and nothing else is sent.
fn changed(sent: &[Command]) -> AccountUpdate {
    match sent {
        [
            Command::UpdateAccount {
                account: ME,
                update,
                password: None,
                ..
            },
        ] => update.clone(),
        other => panic!("{other:?}"),
    }
}

fn present(show: Show) -> Command {
    Command::SetPresence {
        account: Some(ME),
        presence: OwnPresence {
            show,
            status: String::new(),
        },
    }
}

#[test]
fn every_account_is_listed_with_its_state_and_can_be_managed() {
    let mut window = managing(|_| {});
    window.main(main::Message::Manage(Deed::Close));
    let mut off = account(3, "old@example.net");
    off.account.enabled = false;
    let all = vec![
        account(1, "me@example.org"),
        account(2, "work@example.org"),
        off,
    ];
    window.answer(Question::Accounts, Answer::Accounts(all));
    window.events([
        connected(WORK, ConnectionState::Waiting, Some(ErrorKind::Timeout)),
        connected(AccountId(3), ConnectionState::Offline, None),
    ]);
    window.sidebar(sidebar::Message::OpenMenu(Menu::Account));
    let mut screen = Screen::new(window, WIDE);
    for text in [
        "me@example.org",
        "work@example.org",
        "Waiting to reconnect",
        "old@example.net",
        "Switched off",
    ] {
        assert!(screen.find(text).is_some(), "{text}");
    }
    screen.tell(Message::Main(main::Message::Sidebar(
        sidebar::Message::Manage(WORK),
    )));
    assert_eq!(screen.window.ui.main().menu(), None);
    let managed = screen.window.ui.main().manage().unwrap();
    assert_eq!(managed.account(), WORK);
}

#[test]
fn an_account_is_switched_off_and_on() {
    let mut window = managing(|_| {});
    let switch = |enabled| AccountUpdate {
        enabled: Some(enabled),
        ..AccountUpdate::default()
    };
    let sent = deed(&mut window, Deed::Enable(false));
    assert_eq!(changed(&sent), switch(false));
    let mut window = managing(|account| account.enabled = false);
    window.events([connected(ME, ConnectionState::Offline, None)]);
    let mut screen = Screen::new(window, WIDE);
    assert!(screen.find("Switched off").is_some());
    assert!(screen.find("Connect now").is_none());
    let sent = commands(&screen.click("Use this account"));
    assert_eq!(changed(&sent), switch(true));
}

#[test]
fn each_account_connects_and_disconnects_by_itself() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    let sent = commands(&screen.click("Disconnect"));
    assert_eq!(sent, [present(Show::Offline)]);
    let mut window = managing(|account| account.presence.show = Show::Offline);
    window.events([connected(ME, ConnectionState::Offline, None)]);
    let mut screen = Screen::new(window, WIDE);
    let sent = commands(&screen.click("Connect now"));
    assert_eq!(sent, [present(Show::Online)]);
}

#[test]
fn removing_keeps_the_chats_unless_the_person_chooses_otherwise() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    assert_eq!(screen.click("Remove…"), []);
    assert!(
        screen
            .find("Remove me@example.org from this computer?")
            .is_some()
    );
    assert_eq!(screen.key(Named::Escape, NONE), []);
    assert_eq!(page(&screen), Page::Overview);
    // By keys alone, a second Enter keeps the account.
    screen.tell(Message::Main(main::Message::Manage(Deed::Open(
        Page::Removal,
    ))));
    assert_eq!(screen.key(Named::Enter, NONE), []);
    assert_eq!(page(&screen), Page::Overview);
    screen.click("Remove…");
    let sent = commands(&screen.click("Remove"));
    let on_server = false;
    assert_eq!(
        sent,
        [Command::SetAside {
            account: ME,
            on_server
        }]
    );
    assert!(screen.window.ui.main().manage().is_none());

    let mut screen = Screen::new(managing(|_| {}), WIDE);
    screen.click("Remove…");
    screen.click("Erase everything");
    let sent = commands(&screen.click("Remove and erase"));
    assert_eq!(sent, [Command::RemoveAccount(ME)]);
    assert!(screen.window.ui.main().manage().is_none());
}

#[test]
fn an_account_goes_from_its_server_only_after_a_second_question() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    deed(&mut screen.window, Deed::Removal(removal::Message::Sure));
    screen.click("Remove…");
    assert_eq!(
        deed(&mut screen.window, Deed::Removal(removal::Message::Sure)),
        []
    );
    screen.click("Also delete the account on its server");
    assert_eq!(screen.click("Remove…"), []);
    let title = "Delete me@example.org on its server?";
    assert!(screen.find(title).is_some());
    assert!(screen.find("Its chats stay on this computer.").is_some());
    // Enter and Escape go back to the first question, not further.
    screen.key(Named::Tab, NONE);
    screen.key(Named::Tab, NONE);
    assert!(screen.is_at("first"));
    assert_eq!(screen.key(Named::Enter, NONE), []);
    assert!(screen.find(title).is_none());
    screen.click("Remove…");
    assert_eq!(screen.key(Named::Escape, NONE), []);
    assert!(screen.find(title).is_none());
    assert_eq!(page(&screen), Page::Removal);
    screen.click("Erase everything");
    screen.click("Remove…");
    let actions = screen.click("Delete on the server and remove");
    assert_eq!(commands(&actions), [Command::DeleteAccount(ME)]);
    assert!(screen.find("The server is being asked…").is_some());
    // Twice is not more.
    let again = deed(&mut screen.window, Deed::Removal(removal::Message::Sure));
    assert_eq!(again, []);
    let refused = Error::new(ErrorKind::NotAllowed, "forbidden");
    screen.tell(Message::Done(purpose(&actions), Err(refused)));
    assert!(screen.find("This is not allowed.").is_some());
    let actions = screen.click("Delete on the server and remove");
    screen.tell(Message::Done(purpose(&actions), Ok(Done::Ok)));
    let left = vec![account(2, "work@example.org")];
    screen
        .window
        .answer(Question::Accounts, Answer::Accounts(left));
    assert!(screen.window.ui.main().manage().is_none());
    assert_eq!(screen.window.ui.main().notices(), []);
}

#[test]
fn an_account_is_removed_with_the_keyboard_alone() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    deed(&mut screen.window, Deed::Open(Page::Removal));
    screen.events(&[]);
    assert!(screen.is_at("first"));
    // From "Cancel" on: the two ways, the box, and then what cannot be undone.
    screen.key(Named::Tab, NONE);
    screen.key(Named::ArrowDown, NONE);
    screen.key(Named::Tab, NONE);
    screen.key(Named::Tab, NONE);
    screen.key(Named::Tab, NONE);
    let sent = commands(&screen.key(Named::Enter, NONE));
    assert_eq!(sent, [Command::RemoveAccount(ME)]);
}

#[test]
fn the_dialog_goes_with_its_account() {
    let mut window = managing(|_| {});
    window.events([Event::AccountsChanged(ME)]);
    let left = vec![account(2, "work@example.org")];
    window.answer(Question::Accounts, Answer::Accounts(left));
    assert!(window.ui.main().manage().is_none());
}

#[test]
fn an_accepted_certificate_is_shown_and_can_be_forgotten() {
    let window = managing(|account| account.settings.pin = Some(Fingerprint([0x5C; 32])));
    let mut screen = Screen::new(window, WIDE);
    let full = [["5c5c"; 8].join(" ").as_str(); 2].join("\n");
    assert!(screen.find(&full).is_some());
    let sent = commands(&screen.click("Let this computer verify it again"));
    let forgotten = AccountUpdate {
        pin: Some(None),
        ..AccountUpdate::default()
    };
    assert_eq!(changed(&sent), forgotten);
}

/// Types into the first field of the page that is open, which has the focus, and goes on through the rest.
fn type_through(screen: &mut Screen, texts: &[&str]) {
    for text in texts {
        screen.type_text(text);
        screen.key(Named::Tab, NONE);
    }
}

#[test]
fn the_server_and_a_proxy_are_set_with_the_keyboard_alone() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    deed(&mut screen.window, Deed::Open(Page::Connection));
    screen.events(&[]);
    type_through(&mut screen, &["192.0.2.15", "5223"]);
    // Security: two further down the list is direct TLS.
    screen.key(Named::ArrowDown, NONE);
    screen.key(Named::ArrowDown, NONE);
    screen.key(Named::Tab, NONE);
    assert!(screen.find("Proxy's address").is_none());
    screen.key(Named::ArrowDown, NONE);
    assert!(screen.find("Proxy's address").is_some());
    let note = "With a proxy, nothing else is contacted for this account, and no names are looked up on this computer. Tor listens on 127.0.0.1, port 9050.";
    assert!(screen.find(note).is_some());
    // What is missing is said, and the cursor is put there.
    assert_eq!(commands(&screen.click("Save")), []);
    assert!(
        screen
            .find("Enter the proxy's name or number, as in 127.0.0.1.")
            .is_some()
    );
    assert!(screen.is_at(connection::PROXY));
    type_through(&mut screen, &["127.0.0.1", "9050"]);
    // Past the kind of the proxy.
    screen.key(Named::Tab, NONE);
    type_through(&mut screen, &["me", "secret"]);
    let actions = screen.click("Save");
    let [
        Command::UpdateAccount {
            account: ME,
            update,
            password: None,
            proxy_password,
        },
    ] = &commands(&actions)[..]
    else {
        panic!("{actions:?}");
    };
    let expected = AccountUpdate {
        server: Some(Some("192.0.2.15:5223".parse().unwrap())),
        security: Some(Security::DirectTls),
        proxy: Some(Some(Box::new(
            "socks5://me@127.0.0.1:9050".parse().unwrap(),
        ))),
        ..AccountUpdate::default()
    };
    assert_eq!(update, &expected);
    assert_eq!(proxy_password, &Some(Password::new("secret")));
    screen.tell(Message::Done(purpose(&actions), Ok(Done::Ok)));
    assert_eq!(page(&screen), Page::Overview);
}

#[test]
fn what_did_not_change_is_not_sent_and_what_is_refused_is_said() {
    let settings = |account: &mut oriole_core::model::account::Account| {
        account.settings.proxy = Some(Box::new("http://proxy.example:3128".parse().unwrap()));
    };
    let mut screen = Screen::new(managing(settings), WIDE);
    screen.click("Connection…");
    assert_eq!(commands(&screen.click("Save")), []);
    assert_eq!(page(&screen), Page::Overview);
    screen.click("Connection…");
    let none = connection::Message::Proxy(None);
    deed(&mut screen.window, Deed::Connection(none));
    let actions = screen.click("Save");
    let without = AccountUpdate {
        proxy: Some(None),
        ..AccountUpdate::default()
    };
    assert_eq!(changed(&commands(&actions)), without);
    let refused = Error::new(ErrorKind::NotAllowed, "Without encryption …");
    screen.tell(Message::Done(purpose(&actions), Err(refused)));
    assert!(screen.find("Without encryption …").is_some());
    assert_eq!(screen.key(Named::Escape, NONE), []);
    assert_eq!(page(&screen), Page::Overview);
}

#[test]
fn the_password_is_changed_on_the_server_with_the_keyboard_alone() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    deed(&mut screen.window, Deed::Open(Page::Password));
    screen.events(&[]);
    // Nothing is sent before the same was typed twice.
    assert_eq!(commands(&screen.key(Named::Enter, NONE)), []);
    assert!(screen.find("Enter the password.").is_some());
    screen.type_text("sage");
    assert_eq!(commands(&screen.key(Named::Enter, NONE)), []);
    assert!(screen.is_at(password::AGAIN));
    assert!(screen.find("These are not the same.").is_some());
    screen.type_text("sage");
    let actions = screen.key(Named::Enter, NONE);
    let change = |text| Command::ChangePassword {
        account: ME,
        password: Password::new(text),
    };
    assert_eq!(commands(&actions), [change("sage")]);
    assert!(screen.find("The server is being asked…").is_some());
    let refused = Error::new(ErrorKind::NotAllowed, "too short");
    screen.tell(Message::Done(purpose(&actions), Err(refused)));
    assert!(screen.find("too short").is_some());
    // What can be seen is typed once.
    screen.click("Show password");
    assert!(screen.find("The same again").is_none());
    let actions = screen.click("Change it");
    assert_eq!(commands(&actions), [change("sage")]);
    screen.tell(Message::Done(purpose(&actions), Ok(Done::Ok)));
    let done =
        "The password was changed, on the server and here. Your other devices need the new one.";
    assert!(screen.find(done).is_some());
    assert_eq!(screen.click("Back"), []);
    assert_eq!(page(&screen), Page::Overview);
}

#[test]
fn an_answer_that_nobody_waits_for_any_more_is_told_where_it_failed() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    screen.click("Password…");
    for message in [password::Message::New, password::Message::Again] {
        deed(
            &mut screen.window,
            Deed::Password(message(Password::new("sage"))),
        );
    }
    let actions = screen.click("Change it");
    screen.key(Named::Escape, NONE);
    let late = Error::new(ErrorKind::Timeout, "");
    screen.tell(Message::Done(purpose(&actions), Err(late)));
    assert_eq!(screen.window.ui.main().notices().len(), 1);
    assert_eq!(page(&screen), Page::Overview);
}

#[test]
fn a_password_that_was_changed_elsewhere_is_entered_in_the_form() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    screen.click("Password…");
    screen.click("It was changed elsewhere: enter it here again");
    let window = &mut screen.window;
    assert!(window.ui.main().manage().is_none());
    window.events([connected(ME, ConnectionState::Online, None)]);
    assert!(window.ui.sign_in().is_some());
    window.sign_in(sign_in::Message::Password(Password::new("new")));
    let actions = window.sign_in(sign_in::Message::Submit);
    let [Command::UpdateAccount { password, .. }] = &commands(&actions)[..] else {
        panic!("{actions:?}");
    };
    assert_eq!(password, &Some(Password::new("new")));
    window.tell(Message::Done(purpose(&actions), Ok(Done::Ok)));
    assert!(window.ui.sign_in().is_some());
    window.events([connected(ME, ConnectionState::Syncing, None)]);
    assert!(window.ui.sign_in().is_none());
}

#[test]
fn an_account_that_failed_is_tried_again_although_nothing_changed() {
    let mut window = managing(|_| {});
    let refused = Some(ErrorKind::WrongPassword);
    window.events([connected(ME, ConnectionState::Offline, refused)]);
    window.main(main::Message::Manage(Deed::Change));
    let sent = commands(&window.sign_in(sign_in::Message::Submit));
    assert_eq!(sent, [Command::ConnectNow(ME)]);
}

#[test]
fn what_is_changed_about_a_signed_out_account_is_kept_and_it_stays_so() {
    let mut window = managing(|account| account.presence.show = Show::Offline);
    window.events([connected(ME, ConnectionState::Offline, None)]);
    window.main(main::Message::Manage(Deed::Change));
    window.sign_in(sign_in::Message::Server("192.0.2.15".into()));
    let actions = window.sign_in(sign_in::Message::Submit);
    window.tell(Message::Done(purpose(&actions), Ok(Done::Ok)));
    assert!(window.ui.sign_in().is_none());
}

#[test]
fn facts_of_the_connection_follow_it() {
    let (mut window, server) = (managing(|_| {}), Question::Server(ME));
    window.main(main::Message::Manage(Deed::Close));
    window.answer(server.clone(), Answer::Server(None));
    let asked = window.sidebar(sidebar::Message::Manage(ME));
    assert_eq!(questions(&asked), std::slice::from_ref(&server));
    let facts = Answer::Server(Some(Box::new(facts())));
    window.answer(server.clone(), facts.clone());
    let mut screen = Screen::new(window, WIDE);
    for text in [
        "xmpp.example.org:5222",
        "TLS 1.3 · SCRAM-SHA-256",
        "Today 14:05, went on at 14:20",
        "Verified by this computer",
    ] {
        assert!(screen.find(text).is_some(), "{text}");
    }
    // Of nobody else's connection.
    let asked = screen
        .window
        .events([connected(WORK, ConnectionState::Online, None)]);
    assert!(!questions(&asked).contains(&Question::Server(WORK)));
    let lost = connected(ME, ConnectionState::Waiting, Some(ErrorKind::Timeout));
    let asked = screen.window.events([lost]);
    assert_eq!(questions(&asked), std::slice::from_ref(&server));
    screen.events(&[]);
    assert!(screen.find("TLS 1.3 · SCRAM-SHA-256").is_none());
    screen.window.answer(server.clone(), Answer::Server(None));
    let offers = Event::Offers {
        account: ME,
        offers: Box::default(),
    };
    screen
        .window
        .events([connected(ME, ConnectionState::Online, None), offers]);
    screen.window.answer(server, facts);
    screen.events(&[]);
    assert!(screen.find("xmpp.example.org:5222").is_some());
}

#[test]
fn what_the_server_can_do_is_said_and_what_is_missing_is_explained() {
    let mut window = managing(|_| {});
    let server = Question::Server(ME);
    let answer = |facts| Answer::Server(Some(Box::new(facts)));
    window.answer(server.clone(), answer(facts()));
    let mut screen = Screen::new(window, WIDE);
    let sent = commands(&screen.click("What the server can do…"));
    assert_eq!(sent, [Command::ExploreServer(ME)]);
    let there = "Messages are kept on the server too, so a new device gets them, and so do you after having been away.";
    let missing = "Each message comes to one of your devices only.";
    let limit = "Files of up to 100 MB are put on the server for those you send them to.";
    for text in [
        there,
        missing,
        "The server is being asked.",
        "not known yet",
    ] {
        assert!(screen.find(text).is_some(), "{text}");
    }
    assert!(screen.find(limit).is_none());
    let mut known = facts();
    known.offers = known.offers.map(|mut offers| {
        offers.has.insert(Offer::Upload);
        offers.upload_limit = Some(100_000_000);
        offers.complete = true;
        offers
    });
    screen.window.answer(server, answer(known));
    screen.events(&[]);
    assert!(screen.find(limit).is_some());
    assert!(screen.find("The server is being asked.").is_none());
    screen.click("Back");
    assert_eq!(page(&screen), Page::Overview);
    let lost = connected(ME, ConnectionState::Waiting, Some(ErrorKind::Timeout));
    screen.window.events([lost]);
    let sent = deed(&mut screen.window, Deed::Open(Page::Offers));
    assert_eq!(sent, [], "nobody is there to be asked");
    screen.events(&[]);
    assert!(screen.find("Connect this account to find out.").is_some());
}

#[test]
fn an_account_gets_a_name_a_colour_and_another_place() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    deed(&mut screen.window, Deed::Open(Page::Tag));
    screen.events(&[]);
    screen.type_text("Home");
    // Past no colour and green to teal.
    for _ in 0..3 {
        screen.key(Named::Tab, NONE);
    }
    screen.key(Named::Enter, NONE);
    assert!(screen.find("Account 1 of 2").is_some());
    assert!(screen.find("Move up").is_none());
    let sent = commands(&screen.click("Move down"));
    let up = false;
    assert_eq!(sent, [Command::MoveAccount { account: ME, up }]);
    let sent = commands(&screen.click("Save"));
    let tag = Tag {
        label: "Home".into(),
        accent: Some(Accent::Teal),
    };
    let expected = AccountUpdate {
        tag: Some(tag),
        ..AccountUpdate::default()
    };
    assert_eq!(changed(&sent), expected);
    assert_eq!(page(&screen), Page::Overview);
}

#[test]
fn chats_are_marked_with_their_account_where_there_is_more_than_one() {
    let mei = summary(CHAT, "mei@example.org", None, 0);
    let mut other = summary(ChatId(11), "tom@example.org", None, 0);
    other.account = WORK;
    let mut window = Window::online(Language::English, vec![mei, other]);
    let mut tagged = account(2, "me@work.example");
    let both = vec![account(1, "me@example.org"), tagged.clone()];
    window.answer(Question::Accounts, Answer::Accounts(both));
    let chats = vec![summary(CHAT, "mei@example.org", None, 0), {
        let mut other = summary(ChatId(11), "tom@example.org", None, 0);
        other.account = WORK;
        other
    }];
    window.answer(Question::Chats, Answer::Chats(chats));
    let mut screen = Screen::new(window, WIDE);
    assert!(screen.find("work.example").is_some());
    tagged.account.tag.label = "Work".into();
    let both = vec![account(1, "me@example.org"), tagged];
    screen
        .window
        .answer(Question::Accounts, Answer::Accounts(both));
    screen.events(&[]);
    assert!(screen.find("Work").is_some());
    assert!(screen.find("work.example").is_none());
    let one = vec![account(1, "me@example.org")];
    screen
        .window
        .answer(Question::Accounts, Answer::Accounts(one));
    screen.events(&[]);
    assert!(screen.find("Work").is_none());
}

#[test]
fn each_account_says_for_itself_how_available_it_is() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    screen.key(Named::Escape, NONE);
    let menu = Message::Main(main::Message::Sidebar(sidebar::Message::OpenMenu(
        Menu::Account,
    )));
    screen.tell(menu);
    assert_eq!(screen.click("work@example.org"), []);
    assert_eq!(screen.window.ui.main().menu(), Some(Menu::Presence(WORK)));
    let say = |show, status: &str| Command::SetPresence {
        account: Some(WORK),
        presence: OwnPresence {
            show,
            status: status.into(),
        },
    };
    let sent = commands(&screen.click("Do not disturb"));
    assert_eq!(sent, [say(Show::Dnd, "")]);
    assert_eq!(screen.window.ui.main().menu(), None);

    // With the keyboard alone: past the four to what is said in words.
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    screen.key(Named::Escape, NONE);
    screen
        .window
        .sidebar(sidebar::Message::OpenMenu(Menu::Presence(WORK)));
    screen.events(&[]);
    for _ in 0..4 {
        screen.key(Named::Tab, NONE);
    }
    screen.type_text("In a meeting");
    let sent = commands(&screen.key(Named::Enter, NONE));
    assert_eq!(sent, [say(Show::Online, "In a meeting")]);
}

#[test]
fn what_is_said_for_all_leaves_each_its_words() {
    let mut window = managing(|account| account.presence.status = "Hiking".into());
    window.main(main::Message::Manage(Deed::Close));
    let sent = commands(&window.sidebar(sidebar::Message::Presence(Show::Away)));
    let say = |account, status: &str| Command::SetPresence {
        account: Some(account),
        presence: OwnPresence {
            show: Show::Away,
            status: status.into(),
        },
    };
    assert_eq!(sent, [say(ME, "Hiking"), say(WORK, "")]);
}

#[test]
fn the_connection_is_checked_from_the_dialog() {
    let mut screen = Screen::new(managing(|_| {}), NARROW);
    let actions = screen.click("Check the connection…");
    let checks = |action: &Action| matches!(action, Action::Diagnose { account, .. } if *account == Some(ME));
    assert!(actions.iter().any(checks), "{actions:?}");
}

#[test]
fn the_keyboard_reaches_everything_and_nothing_else() {
    let mut screen = Screen::new(managing(|_| {}), WIDE);
    let mut places = Vec::new();
    for _ in 0..8 {
        let focused = screen.focused();
        assert_eq!(focused.len(), 1, "one thing has the focus");
        places.push(focused[0].0);
        screen.key(Named::Tab, NONE);
    }
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 8, "a box to tick and seven buttons");
    screen.tell(Message::Shortcut(Shortcut::NewChat));
    assert!(screen.window.ui.main().dialog().is_none());
    screen.key(Named::Escape, NONE);
    assert!(screen.window.ui.main().manage().is_none());
}

/// That an account needs its password, with what the keyring says.
fn needed(account: AccountId, detail: &str) -> Event {
    Event::Connection {
        account,
        state: ConnectionState::Offline,
        resumed: false,
        error: Some(Error::new(ErrorKind::PasswordNeeded, detail)),
        certificate: None,
    }
}

fn given(account: AccountId, password: &str) -> Command {
    Command::UpdateAccount {
        account,
        update: AccountUpdate::default(),
        password: Some(Password::new(password)),
        proxy_password: None,
    }
}

const NO_KEYRING: &str = "no such bus";
const IN_FILE: &str = "Keep it in a file on this computer";

#[test]
fn without_a_keyring_each_password_is_asked_for_with_the_keyboard_alone() {
    let mut window = managing(|_| {});
    window.main(main::Message::Manage(Deed::Close));
    window.events([needed(ME, NO_KEYRING), needed(WORK, NO_KEYRING)]);
    let mut screen = Screen::new(window, WIDE);
    assert!(screen.find("Password for me@example.org").is_some());
    assert!(screen.is_at(ask::PASSWORD));
    assert_eq!(screen.key(Named::Enter, NONE).len(), 1, "the cursor stays");
    assert!(screen.find("Enter the password.").is_some());
    screen.type_text("rosemary");
    let sent = commands(&screen.key(Named::Enter, NONE));
    // Not in a file unless that was said.
    assert_eq!(sent, [given(ME, "rosemary")]);
    assert!(screen.find("Password for work@example.org").is_some());
    screen.type_text("sage");
    screen.key(Named::Tab, NONE);
    screen.key(Named::Space, NONE);
    let sent = commands(&screen.click("Sign in"));
    assert_eq!(sent, [given(WORK, "sage"), Command::KeepInFile(WORK)]);
    assert!(screen.window.ui.main().ask().is_none());
}

#[test]
fn a_password_that_only_the_keyring_has_not_is_asked_for_without_the_choice() {
    let mut window = managing(|_| {});
    // Who does something else is not interrupted.
    window.events([needed(ME, "")]);
    assert!(window.ui.main().ask().is_none());
    window.main(main::Message::Manage(Deed::Close));
    window.events([needed(ME, "")]);
    let mut screen = Screen::new(window, WIDE);
    assert!(screen.find("It is not known on this computer.").is_some());
    assert!(screen.find(IN_FILE).is_none());
    // Left open, it is not asked again by itself, but there is a way back.
    assert_eq!(commands(&screen.key(Named::Escape, NONE)), []);
    screen
        .window
        .events([connected(WORK, ConnectionState::Online, None)]);
    assert!(screen.window.ui.main().ask().is_none());
    screen.events(&[]);
    screen.click("Enter the password…");
    assert!(screen.window.ui.main().ask().is_some());
    // Where it signs in after all, there is nothing to ask.
    screen
        .window
        .events([connected(ME, ConnectionState::Connecting, None)]);
    assert!(screen.window.ui.main().ask().is_none());
    screen.window.events([needed(ME, "")]);
    assert!(
        screen.window.ui.main().ask().is_some(),
        "it was tried again"
    );
}

#[test]
fn kept_chats_are_erased_when_that_was_said_twice() {
    let mut window = managing(|_| {});
    window.main(main::Message::Manage(Deed::Close));
    let asked = window.sidebar(sidebar::Message::OpenMenu(Menu::Account));
    assert_eq!(questions(&asked), [Question::Kept]);
    let mut screen = Screen::new(window, WIDE);
    let line = "Chats of removed accounts…";
    assert!(screen.find(line).is_none());
    let old = jid("old@example.net");
    screen
        .window
        .answer(Question::Kept, Answer::Kept(vec![old.clone()]));
    screen.events(&[]);
    screen.click(line);
    let now = Message::Main(main::Message::Sidebar(sidebar::Message::EraseNow(
        old.clone(),
    )));
    assert_eq!(screen.tell(now), []);
    // With the keyboard alone: the first thing is to go back.
    let kept = Message::Main(main::Message::Sidebar(sidebar::Message::OpenMenu(
        Menu::Kept,
    )));
    screen.key(Named::Escape, NONE);
    screen.tell(kept);
    assert_eq!(screen.key(Named::Enter, NONE), []);
    assert_eq!(screen.window.ui.main().erasing(), Some(&old));
    assert_eq!(screen.key(Named::Enter, NONE), []);
    assert_eq!(screen.window.ui.main().erasing(), None);
    screen.key(Named::Enter, NONE);
    screen.key(Named::Tab, NONE);
    let actions = screen.key(Named::Enter, NONE);
    assert_eq!(commands(&actions), [Command::EraseHistory(old)]);
    assert!(screen.window.ui.world().kept().is_empty());
}
