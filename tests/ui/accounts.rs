//! Managing accounts: each is used or not, connected or not, changed, and removed only when that was said twice.

use iced::keyboard::{Modifiers, key::Named};
use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        event::{ConnectionState, Event},
    },
    error::ErrorKind,
    model::{
        account::{AccountUpdate, Fingerprint},
        ids::AccountId,
        presence::{OwnPresence, Show},
    },
};
use oriole_ui::{
    action::Action,
    i18n::Language,
    message::{Message, Shortcut},
    screen::{main, sign_in},
    sidebar::{self, Menu, manage::Message as Deed},
    world::{Answer, Question},
};

use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{ME, Window, account, commands, connection, purpose},
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
        connection(WORK, ConnectionState::Waiting, Some(ErrorKind::Timeout)),
        connection(AccountId(3), ConnectionState::Offline, None),
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
    window.events([connection(ME, ConnectionState::Offline, None)]);
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
    window.events([connection(ME, ConnectionState::Offline, None)]);
    let mut screen = Screen::new(window, WIDE);
    let sent = commands(&screen.click("Connect now"));
    assert_eq!(sent, [present(Show::Online)]);
}

#[test]
fn removing_is_said_twice_and_says_what_is_erased() {
    let mut window = managing(|_| {});
    assert_eq!(deed(&mut window, Deed::RemoveNow), []);
    let mut screen = Screen::new(window, WIDE);
    assert_eq!(screen.click("Remove…"), []);
    for text in [
        "Remove me@example.org from this computer?",
        "Its chats, its contacts and its password are erased from this computer. They cannot be brought back.",
    ] {
        assert!(screen.find(text).is_some(), "{text}");
    }
    assert_eq!(screen.key(Named::Escape, NONE), []);
    assert!(!screen.window.ui.main().manage().unwrap().removing());
    // By keys alone, a second Enter keeps it.
    let deed = Message::Main(main::Message::Manage(Deed::Remove));
    screen.tell(deed);
    assert_eq!(screen.key(Named::Enter, NONE), []);
    assert!(!screen.window.ui.main().manage().unwrap().removing());
    screen.click("Remove…");
    let sent = commands(&screen.click("Remove and erase"));
    assert_eq!(sent, [Command::RemoveAccount(ME)]);
    assert!(screen.window.ui.main().manage().is_none());
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

#[test]
fn an_account_that_is_online_is_changed_without_being_thrown_out_of_the_form() {
    let mut window = managing(|_| {});
    window.main(main::Message::Manage(Deed::Change));
    assert!(window.ui.main().manage().is_none());
    window.events([connection(ME, ConnectionState::Online, None)]);
    assert!(window.ui.sign_in().is_some());
    // Nothing changed: nothing is sent, and there is nothing to wait for.
    assert_eq!(window.sign_in(sign_in::Message::Submit), []);
    assert!(window.ui.sign_in().is_none());

    window.sidebar(sidebar::Message::Manage(ME));
    window.main(main::Message::Manage(Deed::Change));
    window.sign_in(sign_in::Message::Password(Password::new("new")));
    let actions = window.sign_in(sign_in::Message::Submit);
    let [Command::UpdateAccount { password, .. }] = &commands(&actions)[..] else {
        panic!("{actions:?}");
    };
    assert_eq!(password, &Some(Password::new("new")));
    window.tell(Message::Done(purpose(&actions), Ok(Done::Ok)));
    assert!(window.ui.sign_in().is_some());
    window.events([connection(ME, ConnectionState::Syncing, None)]);
    assert!(window.ui.sign_in().is_none());
}

#[test]
fn an_account_that_failed_is_tried_again_although_nothing_changed() {
    let mut window = managing(|_| {});
    let refused = Some(ErrorKind::WrongPassword);
    window.events([connection(ME, ConnectionState::Offline, refused)]);
    window.main(main::Message::Manage(Deed::Change));
    let sent = commands(&window.sign_in(sign_in::Message::Submit));
    assert_eq!(sent, [Command::ConnectNow(ME)]);
}

#[test]
fn what_is_changed_about_a_signed_out_account_is_kept_and_it_stays_so() {
    let mut window = managing(|account| account.presence.show = Show::Offline);
    window.events([connection(ME, ConnectionState::Offline, None)]);
    window.main(main::Message::Manage(Deed::Change));
    window.sign_in(sign_in::Message::Server("192.0.2.15".into()));
    let actions = window.sign_in(sign_in::Message::Submit);
    window.tell(Message::Done(purpose(&actions), Ok(Done::Ok)));
    assert!(window.ui.sign_in().is_none());
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
    for _ in 0..6 {
        let focused = screen.focused();
        assert_eq!(focused.len(), 1, "one thing has the focus");
        places.push(focused[0].0);
        screen.key(Named::Tab, NONE);
    }
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 6, "a box to tick and five buttons");
    screen.tell(Message::Shortcut(Shortcut::NewChat));
    assert!(screen.window.ui.main().dialog().is_none());
    screen.key(Named::Escape, NONE);
    assert!(screen.window.ui.main().manage().is_none());
}
