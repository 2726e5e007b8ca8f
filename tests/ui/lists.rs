//! The chats and the contacts: only what is seen is built, what is read stays in place, and the keys reach every row.

use iced::{
    Point,
    keyboard::{Modifiers, key::Named},
};
use oriole_core::{
    engine::{command::Command, event::Event, query::ContactStatus},
    model::{
        chat::ChatSummary,
        contact::ContactRequest,
        ids::ChatId,
        presence::{Presence, Show},
    },
};
use oriole_ui::{
    i18n::Language,
    message::Message,
    sidebar::{self, Place, Tab},
    widget::virtual_list::Position,
    world::{Answer, Question},
};

use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{CHAT, ME, Window, commands, contact, jid, message, questions, summary},
};

const NONE: Modifiers = Modifiers::empty();
/// In the list.
const LIST: Point = Point::new(140.0, 400.0);
/// How high a row may be at least, in px.
const ROW: f32 = 40.0;

fn chat(at: i64, minutes: i64) -> ChatSummary {
    let last = message(minutes, false, "hello");
    let mut chat = summary(ChatId(CHAT.0 + at), "mei@example.org", Some(&last), 0);
    chat.name = Some(format!("Friend {at:03}"));
    chat
}

fn with_chats(count: i64) -> Screen {
    let chats = (0..count).map(|at| chat(at, -at)).collect();
    Screen::new(Window::online(Language::English, chats), WIDE)
}

fn friends(count: usize) -> Vec<ContactStatus> {
    let friend = |at| {
        let (address, name) = (format!("f{at}@example.org"), format!("Friend {at:04}"));
        contact(&address, &name, Show::Online)
    };
    (0..count).map(friend).collect()
}

fn with_contacts(count: usize) -> Screen {
    let mut window = Window::online(Language::English, Vec::new());
    window.events([Event::ContactsReset(ME)]);
    window.answer(Question::Contacts(ME), Answer::Contacts(friends(count)));
    window.sidebar(sidebar::Message::Tab(Tab::Contacts));
    Screen::new(window, WIDE)
}

/// The friends on the screen, and how far down they stand.
fn seen(screen: &mut Screen) -> Vec<(String, f32)> {
    let texts = screen.texts().into_iter();
    texts
        .filter(|(text, bounds)| text.starts_with("Friend") && bounds.x < 290.0)
        .filter(|(_, bounds)| bounds.y > 60.0 && bounds.y < 700.0)
        .map(|(text, bounds)| (text, bounds.y))
        .collect()
}

fn built(screen: &mut Screen) -> usize {
    let texts = screen.texts().into_iter();
    texts.filter(|(text, _)| text.starts_with("Friend")).count()
}

/// A message comes in this chat, so many minutes after the others.
fn comes(screen: &mut Screen, at: i64, minutes: i64) {
    let id = ChatId(CHAT.0 + at);
    let event = Event::ChatChanged {
        account: ME,
        chat: id,
    };
    screen.tell(Message::Engine(vec![event]));
    let line = Answer::Chat(Some(chat(at, minutes)));
    screen.tell(Message::Answered(Question::Chat(id), Ok(line)));
}

#[test]
fn however_many_there_are_only_those_near_the_screen_are_built() {
    let most = (WIDE.height / ROW) as usize + 10;
    for count in [500, 5_000] {
        let mut screen = with_contacts(count);
        let few = built(&mut screen);
        assert!((8..most).contains(&few), "{few} of {count}");
        for _ in 0..20 {
            screen.wheel(LIST, -180.0);
            assert!(built(&mut screen) < most);
        }
        assert_ne!(seen(&mut screen)[0].0, "Friend 0000");
    }
    let mut screen = with_chats(500);
    let few = built(&mut screen);
    comes(&mut screen, 400, 5);
    assert_eq!(built(&mut screen), few);
    assert!((8..most).contains(&few), "{few}");
}

#[test]
fn at_the_top_what_is_new_is_seen() {
    let mut screen = with_chats(100);
    comes(&mut screen, 70, 5);
    assert_eq!(seen(&mut screen)[0].0, "Friend 070");
    assert_eq!(seen(&mut screen)[1].0, "Friend 000");
}

#[test]
fn below_the_top_nothing_moves_when_lines_change_their_order() {
    let mut screen = with_chats(100);
    for _ in 0..5 {
        screen.wheel(LIST, -170.0);
    }
    let before = seen(&mut screen);
    // From below to the top, and from above to the top.
    for (chat, minutes) in [(90, 5), (2, 6)] {
        comes(&mut screen, chat, minutes);
        assert_eq!(seen(&mut screen), before, "{chat}");
    }
    // The uppermost one that is seen goes to the top: those below it stay.
    let first = before.iter().position(|(_, y)| *y > 80.0).unwrap();
    for gone in [first, first + 1] {
        let number: i64 = before[gone]
            .0
            .trim_start_matches("Friend ")
            .parse()
            .unwrap();
        comes(&mut screen, number, 10 + number);
        let after = seen(&mut screen);
        assert!(!after.contains(&before[gone]));
        for row in &before[gone + 1..] {
            assert!(after.contains(row), "{row:?} of {after:?}");
        }
    }
}

#[test]
fn the_end_is_the_end_and_the_top_the_top() {
    let mut screen = with_chats(30);
    screen.wheel(LIST, -100_000.0);
    let last = seen(&mut screen);
    assert_eq!(last.last().unwrap().0, "Friend 029");
    screen.wheel(LIST, 100_000.0);
    assert_eq!(seen(&mut screen)[0].0, "Friend 000");
    // Fewer than fit stand at the top.
    let mut screen = with_chats(2);
    let rows = seen(&mut screen);
    assert!(rows.len() == 2 && rows[0].1 < 110.0, "{rows:?}");
    screen.wheel(LIST, -100.0);
    assert_eq!(seen(&mut screen), rows);
}

#[test]
fn the_keys_reach_every_contact_and_enter_opens_the_one_with_the_focus() {
    let mut screen = with_contacts(5_000);
    screen.click("Friend 0003");
    let opened = |screen: &mut Screen| match &commands(&screen.key(Named::Enter, NONE))[..] {
        [Command::OpenChat { with, .. }] => with.to_string(),
        other => panic!("{other:?}"),
    };
    screen.key(Named::ArrowDown, NONE);
    assert_eq!(opened(&mut screen), "f4@example.org");
    screen.key(Named::End, NONE);
    assert_eq!(opened(&mut screen), "f4999@example.org");
    assert!(screen.find("Friend 4999").is_some_and(|at| at.y < 720.0));
    for _ in 0..25 {
        screen.key(Named::ArrowUp, NONE);
    }
    let place = screen.find("Friend 4974").expect("it is in sight");
    assert!(place.y > 60.0, "{place:?}");
    screen.key(Named::PageUp, NONE);
    assert_eq!(opened(&mut screen), "f4964@example.org");
    // Scrolled away by the wheel, the focus stays where it is, and the next key brings it back into sight.
    screen.wheel(LIST, 100_000.0);
    assert!(screen.find("Friend 4964").is_none());
    assert_eq!(screen.focused().len(), 1);
    screen.key(Named::ArrowDown, NONE);
    assert!(screen.find("Friend 4965").is_some());
    assert_eq!(opened(&mut screen), "f4965@example.org");
    screen.key(Named::Home, NONE);
    assert_eq!(opened(&mut screen), "f0@example.org");
}

#[test]
fn the_focus_stays_with_its_row_and_leaves_one_that_is_gone() {
    let mut screen = with_contacts(40);
    screen.click("Friend 0005");
    screen.key(Named::ArrowDown, NONE);
    let rename = |status: &mut ContactStatus| {
        status.contact.item.name = Some("Aaron".into());
    };
    let mut contacts = friends(40);
    rename(&mut contacts[6]);
    let set = |screen: &mut Screen, contacts: Vec<ContactStatus>| {
        screen.tell(Message::Engine(vec![Event::ContactsReset(ME)]));
        let answer = Answer::Contacts(contacts);
        screen.tell(Message::Answered(Question::Contacts(ME), Ok(answer)));
    };
    set(&mut screen, contacts.clone());
    assert_eq!(screen.focused().len(), 1);
    let sent = commands(&screen.key(Named::Enter, NONE));
    assert!(
        matches!(&sent[..], [Command::OpenChat { with, .. }] if *with == jid("f6@example.org"))
    );
    contacts.remove(6);
    set(&mut screen, contacts);
    let sent = commands(&screen.key(Named::Enter, NONE));
    assert!(
        matches!(&sent[..], [Command::OpenChat { with, .. }] if *with == jid("f0@example.org")),
        "{sent:?}"
    );
    set(&mut screen, Vec::new());
    assert_eq!(screen.focused(), [], "there is nothing that could have it");
    set(&mut screen, friends(2));
    screen.key(Named::Tab, NONE);
    assert_eq!(screen.focused().len(), 1);
}

#[test]
fn headings_are_passed_over_and_both_answers_to_a_request_are_reached() {
    let mut screen = with_contacts(3);
    let request = |name: &str| ContactRequest {
        account: ME,
        address: jid(&format!("{name}@example.org")),
        name: None,
        text: String::new(),
    };
    let event = Event::ContactRequested(request("ann"));
    let asked = screen.tell(Message::Engine(vec![event]));
    assert_eq!(questions(&asked), [Question::Requests]);
    let requests = Answer::Requests(vec![request("ann"), request("bob")]);
    screen.tell(Message::Answered(Question::Requests, Ok(requests)));
    screen.click("Friend 0000");
    let did = |screen: &mut Screen, key: Named| {
        screen.key(key, NONE);
        commands(&screen.key(Named::Enter, NONE))
    };
    let sent = did(&mut screen, Named::ArrowUp);
    assert!(
        matches!(&sent[..], [Command::DeclineContact { address, .. }] if *address == jid("bob@example.org")),
        "{sent:?}"
    );
    let sent = did(&mut screen, Named::ArrowUp);
    assert!(
        matches!(&sent[..], [Command::AcceptContact { address, .. }] if *address == jid("bob@example.org")),
        "{sent:?}"
    );
    let sent = did(&mut screen, Named::Home);
    assert!(
        matches!(&sent[..], [Command::AcceptContact { address, .. }] if *address == jid("ann@example.org")),
        "{sent:?}"
    );
    screen.key(Named::ArrowDown, NONE);
    screen.key(Named::ArrowDown, NONE);
    let sent = did(&mut screen, Named::ArrowDown);
    assert!(
        matches!(&sent[..], [Command::DeclineContact { address, .. }] if *address == jid("bob@example.org")),
        "{sent:?}"
    );
    let sent = did(&mut screen, Named::ArrowDown);
    assert!(matches!(&sent[..], [Command::OpenChat { .. }]), "{sent:?}");
}

#[test]
fn tab_leaves_the_list_and_comes_back_to_it_as_one_stop() {
    let mut screen = with_contacts(50);
    screen.click("Friend 0002");
    let list = screen.focused();
    screen.key(Named::Tab, NONE);
    assert_ne!(screen.focused(), list);
    screen.key(Named::Tab, Modifiers::SHIFT);
    assert_eq!(screen.focused(), list);
    let sent = commands(&screen.key(Named::Enter, NONE));
    assert!(
        matches!(&sent[..], [Command::OpenChat { with, .. }] if *with == jid("f2@example.org"))
    );
}

#[test]
fn where_one_was_in_the_list_is_kept() {
    let chats = (0..100).map(|at| chat(at, -at)).collect();
    let mut window = Window::online(Language::English, chats);
    let place = Position::At {
        key: ChatId(CHAT.0 + 50),
        offset: 20.0,
    };
    window.sidebar(sidebar::Message::Seen(Place::Chats(place)));
    let mut screen = Screen::new(window, NARROW);
    assert!(screen.find("Friend 050").is_some_and(|at| at.y < 130.0));
    screen.click("Friend 052");
    assert!(screen.window.ui.main().conversation().is_some());
    screen.key(Named::Escape, NONE);
    assert!(screen.find("Friend 050").is_some_and(|at| at.y < 130.0));
}

#[test]
fn a_presence_that_comes_while_contacts_are_asked_for_is_not_lost() {
    let mut window = Window::online(Language::English, Vec::new());
    let asked = window.events([Event::ContactsReset(ME)]);
    assert_eq!(questions(&asked), [Question::Contacts(ME)]);
    let away = Presence {
        show: Show::Away,
        status: String::new(),
    };
    let asked = window.events([Event::Presence {
        account: ME,
        address: jid("f1@example.org"),
        presence: away.clone(),
    }]);
    assert_eq!(questions(&asked), []);
    // The answer was read before.
    let asked = window.answer(Question::Contacts(ME), Answer::Contacts(friends(3)));
    assert_eq!(questions(&asked), [], "all of them are not asked for again");
    let show = |window: &Window, address: &str| window.ui.world().presence(ME, &jid(address)).show;
    assert_eq!(show(&window, "f1@example.org"), Show::Away);
    assert_eq!(show(&window, "f2@example.org"), Show::Online);
    // The next answer is newer than that.
    window.events([Event::ContactsReset(ME)]);
    window.answer(Question::Contacts(ME), Answer::Contacts(friends(3)));
    assert_eq!(show(&window, "f1@example.org"), Show::Online);
}
