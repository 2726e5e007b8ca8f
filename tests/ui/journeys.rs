//! From the first start to a conversation, as a person goes through it.

use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        event::{ConnectionState, Event},
    },
    error::{Error, ErrorKind},
    model::{
        account::{AccountUpdate, Security},
        contact::ContactRequest,
        ids::AccountId,
        presence::{OwnPresence, Presence, Show},
    },
};
use oriole_ui::{
    Wake,
    action::{Action, Purpose},
    i18n::Language,
    message::{Message, Shortcut},
    screen::{
        main,
        sign_in::{self, Phase},
    },
    sidebar::{self, new_chat},
    world::{Answer, Question, Setting},
};

use crate::support::{
    CHAT, ME, Window, account, certificate, commands, connection, jid, message, purpose, questions,
    summary,
};

/// At the form to sign in, with nothing stored yet.
fn first_start() -> Window {
    let (mut window, asked) = Window::started(Language::English);
    assert_eq!(
        questions(&asked),
        [
            Question::Setting("appearance"),
            Question::Setting("zoom"),
            Question::Setting("language"),
            Question::Setting("notifications"),
            Question::Accounts,
            Question::Chats,
            Question::Requests,
            Question::Setting(Setting::EmojiRecent.key()),
            Question::Setting(Setting::EmojiTone.key()),
        ]
    );
    let actions = window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    assert_eq!(actions, [Action::Focus(sign_in::ADDRESS)]);
    assert!(window.ui.sign_in().is_some());
    window
}

fn type_credentials(window: &mut Window, address: &str, password: &str) {
    window.sign_in(sign_in::Message::Address(address.into()));
    window.sign_in(sign_in::Message::Password(Password::new(password)));
}

/// Submits, and has the engine store the account.
fn submit_and_store(window: &mut Window) -> Vec<Command> {
    let actions = window.sign_in(sign_in::Message::Submit);
    window.tell(Message::Done(purpose(&actions), Ok(Done::Account(ME))));
    commands(&actions)
}

fn phase(window: &Window) -> &Phase {
    window.ui.sign_in().expect("the form is shown").phase()
}

#[test]
fn signing_in_asks_about_the_certificate_and_ends_at_the_chats() {
    let mut window = first_start();
    type_credentials(&mut window, " me@example.org ", "secret");
    let sent = submit_and_store(&mut window);
    let [
        Command::AddAccount {
            settings, password, ..
        },
    ] = &sent[..]
    else {
        panic!("{sent:?}");
    };
    assert_eq!(settings.address, jid("me@example.org"));
    assert_eq!(settings.security, Security::Auto);
    assert_eq!((&settings.server, settings.pin), (&None, None));
    assert_eq!(password.reveal(), "secret");
    assert_eq!(phase(&window), &Phase::Connecting);

    window.events([connection(ME, ConnectionState::Connecting, None)]);
    assert_eq!(phase(&window), &Phase::Connecting);
    let facts = Box::new(certificate());
    window.events([Event::Connection {
        account: ME,
        state: ConnectionState::Offline,
        resumed: false,
        error: Some(ErrorKind::CertificateUntrusted.into()),
        certificate: Some(facts.clone()),
    }]);
    assert_eq!(phase(&window), &Phase::Asking(facts.clone()));

    let actions = window.sign_in(sign_in::Message::Trust);
    let expected = Command::UpdateAccount {
        account: ME,
        update: AccountUpdate {
            pin: Some(Some(facts.sha256)),
            ..AccountUpdate::default()
        },
        password: None,
        proxy_password: None,
    };
    assert_eq!(commands(&actions), [expected]);
    window.tell(Message::Done(purpose(&actions), Ok(Done::Ok)));
    assert_eq!(phase(&window), &Phase::Connecting);

    window.events([
        Event::AccountsChanged(ME),
        connection(ME, ConnectionState::Syncing, None),
    ]);
    assert!(window.ui.sign_in().is_none());
    window.answer(
        Question::Accounts,
        Answer::Accounts(vec![account(1, "me@example.org")]),
    );
    assert_eq!(window.ui.world().accounts().len(), 1);
    assert!(window.ui.sign_in().is_none());
}

#[test]
fn events_that_come_before_the_answer_count_too() {
    let mut window = first_start();
    type_credentials(&mut window, "me@example.org", "secret");
    let actions = window.sign_in(sign_in::Message::Submit);
    window.events([connection(ME, ConnectionState::Online, None)]);
    window.tell(Message::Done(purpose(&actions), Ok(Done::Account(ME))));
    assert!(window.ui.sign_in().is_none());
}

#[test]
fn a_wrong_password_can_be_corrected() {
    let mut window = first_start();
    type_credentials(&mut window, "me@example.org", "wrong");
    submit_and_store(&mut window);
    window.events([connection(
        ME,
        ConnectionState::Offline,
        Some(ErrorKind::WrongPassword),
    )]);
    let Phase::Editing(Some(error)) = phase(&window) else {
        panic!("{:?}", phase(&window));
    };
    assert_eq!(error.kind, ErrorKind::WrongPassword);

    window.sign_in(sign_in::Message::Password(Password::new("right")));
    let actions = window.sign_in(sign_in::Message::Submit);
    let expected = Command::UpdateAccount {
        account: ME,
        update: AccountUpdate {
            server: Some(None),
            security: Some(Security::Auto),
            pin: None,
            enabled: Some(true),
            ..AccountUpdate::default()
        },
        password: Some(Password::new("right")),
        proxy_password: None,
    };
    assert_eq!(commands(&actions), [expected]);
    // What failed before is forgotten, so the answer does not show it again.
    window.tell(Message::Done(purpose(&actions), Ok(Done::Ok)));
    assert_eq!(phase(&window), &Phase::Connecting);
    window.events([connection(ME, ConnectionState::Online, None)]);
    assert!(window.ui.sign_in().is_none());
}

#[test]
fn another_address_is_another_account() {
    let mut window = first_start();
    type_credentials(&mut window, "me@exmaple.org", "secret");
    submit_and_store(&mut window);
    window.events([connection(
        ME,
        ConnectionState::Waiting,
        Some(ErrorKind::NameNotResolved),
    )]);
    window.sign_in(sign_in::Message::Address("me@example.org".into()));
    let sent = commands(&window.sign_in(sign_in::Message::Submit));
    let (account, on_server) = (ME, false);
    assert_eq!(sent[0], Command::SetAside { account, on_server });
    assert!(
        matches!(&sent[1], Command::AddAccount { settings, .. } if settings.address == jid("me@example.org"))
    );
}

#[test]
fn what_cannot_be_right_is_not_sent() {
    let mut window = first_start();
    for (address, password, server, field) in [
        ("", "secret", "", sign_in::ADDRESS),
        ("me.example.org", "secret", "", sign_in::ADDRESS),
        ("me@example.org/desk", "secret", "", sign_in::ADDRESS),
        ("me@example.org", "", "", sign_in::PASSWORD),
        ("me@example.org", "secret", "host:port", sign_in::SERVER),
    ] {
        type_credentials(&mut window, address, password);
        window.sign_in(sign_in::Message::Server(server.into()));
        let actions = window.sign_in(sign_in::Message::Submit);
        assert_eq!(actions, [Action::Focus(field)], "{address} {server}");
    }
}

#[test]
fn answers_to_earlier_attempts_are_stale() {
    let mut window = first_start();
    type_credentials(&mut window, "me@example.org", "secret");
    let first = purpose(&window.sign_in(sign_in::Message::Submit));
    let refused = Error::from(ErrorKind::Storage);
    window.tell(Message::Done(first.clone(), Err(refused.clone())));
    assert_eq!(phase(&window), &Phase::Editing(Some(refused.clone())));
    window.sign_in(sign_in::Message::Submit);
    window.tell(Message::Done(first, Err(refused)));
    assert_eq!(phase(&window), &Phase::Storing);
}

#[test]
fn giving_up_on_a_further_account_takes_it_back() {
    let mut window = Window::online(Language::English, Vec::new());
    window.sidebar(sidebar::Message::AddAccount);
    type_credentials(&mut window, "other@example.org", "secret");
    let actions = window.sign_in(sign_in::Message::Submit);
    let other = AccountId(2);
    window.tell(Message::Done(purpose(&actions), Ok(Done::Account(other))));
    window.events([connection(
        other,
        ConnectionState::Offline,
        Some(ErrorKind::WrongPassword),
    )]);
    let actions = window.tell(Message::Shortcut(Shortcut::Close));
    // Chats that were kept from an earlier time stay kept.
    let (account, on_server) = (other, false);
    assert_eq!(
        commands(&actions),
        [Command::SetAside { account, on_server }]
    );
    assert!(window.ui.sign_in().is_none());
}

#[test]
fn an_account_that_cannot_sign_in_is_repaired_not_removed() {
    let mut window = Window::online(Language::English, Vec::new());
    window.events([connection(
        ME,
        ConnectionState::Offline,
        Some(ErrorKind::WrongPassword),
    )]);
    window.sidebar(sidebar::Message::Repair(ME));
    assert!(
        matches!(phase(&window), Phase::Editing(Some(error)) if error.kind == ErrorKind::WrongPassword)
    );
    assert_eq!(window.sign_in(sign_in::Message::Leave), []);
    assert!(window.ui.sign_in().is_none());
}

#[test]
fn passwords_are_not_in_debug_output() {
    let message = Message::SignIn(sign_in::Message::Password(Password::new("hunter2")));
    assert!(!format!("{message:?}").contains("hunter2"));
}

#[test]
fn the_chat_list_is_patched_and_sorted() {
    let (old, new) = (message(1, false, "old"), message(2, false, "new"));
    let other = oriole_core::model::ids::ChatId(11);
    let mut window = Window::online(
        Language::English,
        vec![
            summary(CHAT, "mei@example.org", Some(&old), 0),
            summary(other, "tom@example.org", Some(&new), 0),
        ],
    );
    let order = |window: &Window| -> Vec<i64> {
        window
            .ui
            .world()
            .chats()
            .iter()
            .map(|chat| chat.id.0)
            .collect()
    };
    assert_eq!(order(&window), [11, 10]);
    let actions = window.events([Event::ChatChanged {
        account: ME,
        chat: CHAT,
    }]);
    assert_eq!(questions(&actions), [Question::Chat(CHAT)]);
    // It changes again while it is being asked: one more question, after the answer.
    let actions = window.events([Event::ChatChanged {
        account: ME,
        chat: CHAT,
    }]);
    assert_eq!(actions, []);
    let newest = message(3, false, "newest");
    let answer = Answer::Chat(Some(summary(CHAT, "mei@example.org", Some(&newest), 1)));
    let actions = window.answer(Question::Chat(CHAT), answer.clone());
    assert_eq!(questions(&actions), [Question::Chat(CHAT)]);
    assert_eq!(order(&window), [10, 11]);
    assert_eq!(window.answer(Question::Chat(CHAT), answer), []);
}

#[test]
fn many_changed_chats_are_one_question() {
    let mut window = Window::online(Language::English, Vec::new());
    let events = (0..500).map(|chat| Event::ChatChanged {
        account: ME,
        chat: oriole_core::model::ids::ChatId(chat),
    });
    let actions = window.events(events);
    assert_eq!(questions(&actions), [Question::Chats]);
}

#[test]
fn presence_is_known_only_while_we_are_online() {
    let mut window = Window::online(Language::English, Vec::new());
    let mei = jid("mei@example.org");
    assert_eq!(window.ui.world().presence(ME, &mei).show, Show::Online);
    window.events([Event::Presence {
        account: ME,
        address: mei.clone(),
        presence: Presence {
            show: Show::Away,
            status: "tea".into(),
        },
    }]);
    assert_eq!(window.ui.world().presence(ME, &mei).show, Show::Away);
    window.events([connection(
        ME,
        ConnectionState::Waiting,
        Some(ErrorKind::Timeout),
    )]);
    assert_eq!(window.ui.world().presence(ME, &mei).show, Show::Offline);
    let actions = window.events([connection(ME, ConnectionState::Online, None)]);
    assert_eq!(questions(&actions), [Question::Contacts(ME)]);
}

#[test]
fn connecting_now_also_ends_being_signed_out() {
    let mut window = Window::online(Language::English, Vec::new());
    let actions = window.sidebar(sidebar::Message::Connect(ME));
    assert_eq!(commands(&actions), [Command::ConnectNow(ME)]);
    let mut away = account(1, "me@example.org");
    away.account.presence.show = Show::Offline;
    window.answer(Question::Accounts, Answer::Accounts(vec![away]));
    let actions = window.sidebar(sidebar::Message::Connect(ME));
    let expected = Command::SetPresence {
        account: Some(ME),
        presence: OwnPresence::default(),
    };
    assert_eq!(commands(&actions), [expected]);
}

#[test]
fn contact_requests_are_answered() {
    let mut window = Window::online(Language::English, Vec::new());
    let request = ContactRequest {
        account: ME,
        address: jid("tom@example.org"),
        name: Some("Tom".into()),
        text: String::new(),
    };
    let actions = window.events([Event::ContactRequested(request.clone())]);
    assert_eq!(questions(&actions), [Question::Requests]);
    window.answer(Question::Requests, Answer::Requests(vec![request.clone()]));
    let asking = window.ui.world().people().requests();
    assert_eq!(asking.len(), 1);
    assert_eq!(asking[0].1, request);
    let (account, address) = (ME, request.address);
    let actions = window.sidebar(sidebar::Message::Accept(account, address.clone()));
    assert_eq!(
        commands(&actions),
        [Command::AcceptContact {
            account,
            address: address.clone()
        }]
    );
    let actions = window.sidebar(sidebar::Message::Decline(account, address.clone()));
    assert_eq!(
        commands(&actions),
        [Command::DeclineContact { account, address }]
    );
}

#[test]
fn a_new_chat_is_opened_as_soon_as_it_is_there() {
    let mut window = Window::online(Language::English, Vec::new());
    // The dialog takes the focus by itself.
    assert_eq!(window.tell(Message::Shortcut(Shortcut::NewChat)), []);
    assert!(window.ui.main().dialog().is_some());
    let dialog = |message| main::Message::NewChat(message);
    window.main(dialog(new_chat::Message::Address("tom".into())));
    let refused = window.main(dialog(new_chat::Message::Start));
    assert_eq!(refused, [Action::Focus(new_chat::ADDRESS)]);
    window.main(dialog(new_chat::Message::Address(
        "xmpp:tom@example.org".into(),
    )));
    window.main(dialog(new_chat::Message::AddContact(true)));
    let sent = commands(&window.main(dialog(new_chat::Message::Start)));
    let tom = jid("tom@example.org");
    assert_eq!(
        sent,
        [
            Command::AddContact {
                account: ME,
                address: tom.clone(),
                name: None,
                groups: Vec::new()
            },
            Command::OpenChat {
                account: ME,
                with: tom
            },
        ]
    );
    assert!(window.ui.main().dialog().is_none());
    let actions = window.tell(Message::Done(Purpose::OpenChat, Ok(Done::Chat(CHAT))));
    assert_eq!(questions(&actions), [Question::Chat(CHAT)]);
    assert!(window.ui.main().conversation().is_none());
    let line = summary(CHAT, "tom@example.org", None, 0);
    window.answer(Question::Chat(CHAT), Answer::Chat(Some(line)));
    assert_eq!(window.ui.main().conversation().unwrap().chat(), CHAT);
}

#[test]
fn escape_closes_the_topmost_thing() {
    let mut window = Window::online(Language::English, Vec::new());
    window.events([Event::Failed {
        account: ME,
        address: Some(jid("mei@example.org")),
        error: ErrorKind::RemoteError.into(),
    }]);
    window.tell(Message::Shortcut(Shortcut::NewChat));
    assert_eq!(window.ui.main().notices().len(), 1);
    window.tell(Message::Shortcut(Shortcut::Close));
    assert!(window.ui.main().dialog().is_none());
    assert_eq!(window.ui.main().notices().len(), 1);
    window.tell(Message::Shortcut(Shortcut::Close));
    assert_eq!(window.ui.main().notices().len(), 0);
}

#[test]
fn errors_are_told_at_most_a_few_at_a_time_and_dismissed() {
    let mut window = Window::online(Language::English, Vec::new());
    for number in 0..10 {
        window.events([Event::Failed {
            account: ME,
            address: None,
            error: Error::new(ErrorKind::NotAllowed, format!("{number}")),
        }]);
    }
    assert_eq!(window.ui.main().notices().len(), 3);
    window.main(main::Message::Dismiss(0));
    window.main(main::Message::Dismiss(7));
    assert_eq!(window.ui.main().notices().len(), 2);
}

#[test]
fn an_engine_that_does_not_start_is_told() {
    let (mut window, _) = Window::started(Language::English);
    window.tell(Message::Started(Err(ErrorKind::DatabaseNewer.into())));
    assert_eq!(window.tell(Message::Quit), [Action::Exit]);
    assert_eq!(window.tell(Message::CloseRequested), [Action::Exit]);
}

#[test]
fn a_database_that_cannot_be_read_at_the_start_is_told_and_the_engine_shut_down() {
    let (mut window, _) = Window::started(Language::English);
    let broken = Err(ErrorKind::Storage.into());
    window.tell(Message::Answered(Question::Accounts, broken));
    assert!(window.ui.sign_in().is_none());
    assert!(window.ui.main().notices().is_empty());
    assert_eq!(
        window.tell(Message::Quit),
        [Action::CloseWindow, Action::ShutDown(Vec::new())]
    );
}

#[test]
fn closing_the_window_shuts_the_engine_down_first() {
    let line = summary(CHAT, "mei@example.org", None, 0);
    let mut window = Window::online(Language::English, vec![line]);
    window.open(CHAT, Vec::new(), false);
    window.type_text("half a thou");
    let draft = Command::SetDraft {
        chat: CHAT,
        text: "half a thou".into(),
    };
    assert_eq!(
        window.tell(Message::CloseRequested),
        [Action::CloseWindow, Action::ShutDown(vec![draft])]
    );
    assert_eq!(window.tell(Message::CloseRequested), []);
    assert_eq!(window.events([Event::AccountsChanged(ME)]), []);
    assert_eq!(window.tell(Message::ShutDown), [Action::Exit]);
}

#[test]
fn another_start_shows_the_window() {
    let (mut window, _) = Window::started(Language::English);
    assert_eq!(window.tell(Message::Wake(Wake::Show)), [Action::ShowWindow]);
}

#[test]
fn the_chats_of_a_removed_account_go_with_it() {
    let line = summary(CHAT, "mei@example.org", None, 0);
    let mut window = Window::online(Language::English, vec![line]);
    window.open(CHAT, Vec::new(), false);
    window.events([Event::AccountsChanged(ME)]);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    assert!(window.ui.main().conversation().is_none());
    assert!(window.ui.world().chats().is_empty());
    assert!(window.ui.sign_in().is_some());
}

#[test]
fn a_port_alone_is_that_of_the_machine_named_in_the_address() {
    for (server, port, expected) in [
        ("", "", None),
        ("", "5223", Some(("example.org", Some(5223)))),
        ("192.0.2.15", "", Some(("192.0.2.15", None))),
        ("192.0.2.15", "5222", Some(("192.0.2.15", Some(5222)))),
        ("host:5224", "", Some(("host", Some(5224)))),
    ] {
        let mut window = first_start();
        type_credentials(&mut window, "me@example.org", "secret");
        window.sign_in(sign_in::Message::Server(server.into()));
        window.sign_in(sign_in::Message::Port(port.into()));
        let sent = commands(&window.sign_in(sign_in::Message::Submit));
        let [Command::AddAccount { settings, .. }] = &sent[..] else {
            panic!("{sent:?}");
        };
        let found = settings.server.as_ref();
        let found = found.map(|server| (server.host.as_str(), server.port));
        assert_eq!(found, expected, "{server} {port}");
    }
    let mut window = first_start();
    type_credentials(&mut window, "me@example.org", "secret");
    window.sign_in(sign_in::Message::Port("70000".into()));
    let actions = window.sign_in(sign_in::Message::Submit);
    assert_eq!(actions, [Action::Focus(sign_in::PORT)]);
}
