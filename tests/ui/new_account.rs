//! Making a new account: what is asked of the engine, what the person sees of the answers, with the mouse and with the keyboard alone.

use std::{sync::Arc, time::Duration};

use iced::keyboard::{Modifiers, key::Named};
use iced_test::{
    core::widget::{Operation, operation},
    selector::Selector,
};
use oriole_core::{
    engine::{
        command::{Command, Password},
        diagnose::{Diagnosis, Outcome, Step},
        event::ConnectionState,
        new_account::{Answered, Asked, Request, Stopped},
    },
    error::{Error, ErrorKind},
    model::{
        form::{Choice, Field, FieldKind, Form, Media, Picture},
        registration::{Offer, Refusal, Shape, Why},
    },
};
use oriole_ui::{
    Wake,
    action::{Action, Actions, Registering, Timer},
    i18n::Language,
    message::{Message, Shortcut},
    screen::{
        form,
        sign_in::{self, Phase, Tab, create::Registration},
    },
    widget::focus,
    world::{Answer, Question},
};

use crate::{
    screen::{Screen, WIDE},
    support::{
        ME, Window, certificate, commands, connection,
        harness::{App, Harness},
        jid,
    },
};

const NONE: Modifiers = Modifiers::empty();

/// A field of this kind.
pub(crate) fn field(name: &str, kind: FieldKind, label: &str) -> Field {
    Field {
        name: name.into(),
        kind,
        label: label.into(),
        description: String::new(),
        required: false,
        media: Vec::new(),
        values: Vec::new(),
    }
}

/// A server that wants to know this.
pub(crate) fn offer(fields: Vec<Field>) -> Offer {
    Offer {
        form: Form {
            fields,
            ..Form::default()
        },
        open: true,
        web: None,
        shape: Shape::Form,
    }
}

/// A riddle: letters in a picture.
pub(crate) fn riddle() -> Field {
    let (width, height) = (160, 60);
    let pixels = (0..width * height).flat_map(|at: u32| {
        let (x, y) = (at % width, at / width);
        let ink = (x / 8 + y / 6).is_multiple_of(3) && (10..50).contains(&y);
        let shade = if ink { 40 } else { 225 };
        [shade, shade, 220, 255]
    });
    Field {
        required: true,
        media: vec![Media::Picture(Picture {
            width,
            height,
            rgba: Arc::from(pixels.collect::<Vec<u8>>()),
        })],
        ..field("ocr", FieldKind::Text, "Enter the text you see")
    }
}

/// At the form for a new account.
pub(crate) fn creating(language: Language) -> Window {
    let (mut window, _) = Window::started(language);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    window.sign_in(sign_in::Message::Tab(Tab::Create));
    window
}

/// What was asked of the server, and the number it goes by.
pub(crate) fn step(actions: &Actions) -> (u64, Registering) {
    let mut steps = actions.iter().filter_map(|action| match action {
        Action::Register(number, step) => Some((*number, (**step).clone())),
        _ => None,
    });
    steps.next().expect("the server is asked something")
}

/// Types an address and a password, and asks; gives the number of the question.
pub(crate) fn asking(window: &mut Window) -> u64 {
    window.sign_in(sign_in::Message::Address("you@chat.local".into()));
    window.sign_in(sign_in::Message::Password(Password::new("secretword")));
    let (number, asked) = step(&window.sign_in(sign_in::Message::Submit));
    let Registering::Ask(Request { settings, .. }) = asked else {
        panic!("{asked:?}");
    };
    assert_eq!(settings.address, jid("you@chat.local"));
    number
}

/// The server wants to know this.
pub(crate) fn offered(number: u64, offer: Offer) -> Message {
    let asked = Asked::Offer(Box::new(offer));
    Message::Registered(number, Registration::Asked(Ok(asked)))
}

fn answered(number: u64, answered: Answered) -> Message {
    Message::Registered(number, Registration::Answered(Ok(answered)))
}

fn fill(window: &mut Window, message: form::Message) -> Actions {
    let message = sign_in::create::Message::Form(message);
    window.sign_in(sign_in::Message::Create(message))
}

#[test]
fn a_server_that_wants_no_more_makes_the_account_at_once() {
    let mut window = creating(Language::English);
    let number = asking(&mut window);
    let (number, step) = step(&window.tell(offered(number, offer(Vec::new()))));
    let Registering::Answer(request, _, password) = step else {
        panic!("{step:?}");
    };
    assert_eq!(request.settings.address, jid("you@chat.local"));
    assert_eq!(password.reveal(), "secretword");
    window.tell(answered(number, Answered::Made(ME)));
    let phase = |window: &Window| window.ui.sign_in().map(|screen| screen.phase().clone());
    assert_eq!(phase(&window), Some(Phase::Connecting));
    window.events([connection(ME, ConnectionState::Online, None)]);
    assert_eq!(phase(&window), None);
}

#[test]
fn an_account_that_was_made_stays_where_signing_in_fails() {
    let (mut window, _) = Window::started(Language::English);
    window.answer(
        Question::Accounts,
        Answer::Accounts(vec![crate::support::account(2, "other@example.org")]),
    );
    window.sidebar(oriole_ui::sidebar::Message::AddAccount);
    window.sign_in(sign_in::Message::Tab(Tab::Create));
    let number = asking(&mut window);
    let (number, _) = step(&window.tell(offered(number, offer(Vec::new()))));
    window.tell(answered(number, Answered::Made(ME)));
    window.events([connection(
        ME,
        ConnectionState::Waiting,
        Some(ErrorKind::Timeout),
    )]);
    let actions = window.tell(Message::Shortcut(Shortcut::Close));
    assert_eq!(crate::support::commands(&actions), []);
    assert!(window.ui.sign_in().is_none());
}

#[test]
fn what_is_filled_in_goes_to_the_server() {
    let mut window = creating(Language::English);
    let number = asking(&mut window);
    let choices = ["a", "b", "c"].map(|value| Choice {
        label: String::new(),
        value: value.into(),
    });
    let actions = window.tell(offered(
        number,
        offer(vec![
            field("FORM_TYPE", FieldKind::Hidden, ""),
            Field {
                required: true,
                ..field("email", FieldKind::Text, "")
            },
            field("about", FieldKind::Lines, "About you"),
            field("agree", FieldKind::Flag, "I agree"),
            field("one", FieldKind::One(choices.to_vec()), "One"),
            field("many", FieldKind::Many(choices.to_vec()), "Many"),
            field("friend", FieldKind::Address, "Friend"),
        ]),
    ));
    assert_eq!(actions, [Action::Focus(form::WANTED)]);
    // Something is missing, so nothing is sent.
    let wanted = [Action::Focus(form::WANTED)];
    assert_eq!(window.sign_in(sign_in::Message::Submit), wanted);
    let text = |text: &str| Password::new(text);
    fill(&mut window, form::Message::Text(1, text("me@example.org")));
    let lines = Arc::new("two\nlines".to_owned());
    use iced::widget::text_editor::{Action as Do, Edit};
    fill(
        &mut window,
        form::Message::Edit(2, Do::Edit(Edit::Paste(lines))),
    );
    fill(&mut window, form::Message::Turn(3, 0));
    fill(&mut window, form::Message::Pick(4, 1));
    for choice in [0, 1, 2, 1] {
        fill(&mut window, form::Message::Turn(5, choice));
    }
    fill(&mut window, form::Message::Text(6, text("no @ddress")));
    assert_eq!(window.sign_in(sign_in::Message::Submit), wanted);
    fill(&mut window, form::Message::Text(6, text("mei@example.org")));
    let (_, step) = step(&window.sign_in(sign_in::Message::Submit));
    let Registering::Answer(_, offer, _) = step else {
        panic!("{step:?}");
    };
    let fields = offer.form.fields.iter();
    let values: Vec<Vec<&str>> = fields
        .map(|field| field.values.iter().map(String::as_str).collect())
        .collect();
    let expected: [&[&str]; 7] = [
        &[],
        &["me@example.org"],
        &["two", "lines"],
        &["1"],
        &["b"],
        &["a", "c"],
        &["mei@example.org"],
    ];
    assert_eq!(values, expected);
}

#[test]
fn a_refusal_is_told_and_everything_typed_stays() {
    let mut window = creating(Language::English);
    let number = asking(&mut window);
    let email = || field("email", FieldKind::Text, "");
    window.tell(offered(number, offer(vec![email(), riddle()])));
    fill(
        &mut window,
        form::Message::Text(0, Password::new("me@example.org")),
    );
    fill(&mut window, form::Message::Text(1, Password::new("7nHL3")));
    let (number, _) = step(&window.sign_in(sign_in::Message::Submit));
    let mut anew = offer(vec![email(), riddle()]);
    anew.form.fields[0].values = vec!["me@example.org".into()];
    let refusal = |why| Refusal {
        why,
        said: "the server's own words".into(),
    };
    let said = Answered::Refused(refusal(Why::Riddle), Some(Box::new(anew)));
    let actions = window.tell(answered(number, said));
    assert_eq!(actions, [Action::Focus(form::WANTED)]);
    let mut screen = Screen::new(window, iced::Size::new(1200.0, 1000.0));
    let said = "The answer to the picture was not accepted. Look at the picture again: it may be a new one.";
    assert!(screen.find(said).is_some());
    assert!(
        screen
            .find("The server says: the server's own words")
            .is_some()
    );
    // Another name at the same server: the question still stands.
    let window = &mut screen.window;
    fill(window, form::Message::Text(1, Password::new("9aBc")));
    window.sign_in(sign_in::Message::Address("me2@chat.local".into()));
    let (number, again) = step(&window.sign_in(sign_in::Message::Submit));
    assert!(matches!(again, Registering::Answer(..)), "{again:?}");
    window.tell(answered(
        number,
        Answered::Refused(refusal(Why::Taken), None),
    ));
    // Another server has to be asked first; what is typed stays for it.
    window.sign_in(sign_in::Message::Address("me2@other.local".into()));
    let (number, again) = step(&window.sign_in(sign_in::Message::Submit));
    assert!(matches!(again, Registering::Ask(_)), "{again:?}");
    window.tell(offered(number, offer(vec![email()])));
    let (_, again) = step(&window.sign_in(sign_in::Message::Submit));
    let Registering::Answer(_, offer, _) = again else {
        panic!("{again:?}");
    };
    assert_eq!(offer.form.fields[0].value(), "me@example.org");
}

#[test]
fn every_refusal_has_its_words() {
    for why in [
        Why::Taken,
        Why::NotAcceptable,
        Why::Riddle,
        Why::NotAllowed,
        Why::Wait,
        Why::Invitation,
        Why::Other,
    ] {
        for language in Language::ALL {
            let mut window = creating(language);
            let number = asking(&mut window);
            let refusal = Refusal {
                why,
                said: String::new(),
            };
            let said = Registration::Asked(Ok(Asked::Refused(refusal)));
            window.tell(Message::Registered(number, said));
            let mut screen = Screen::new(window, WIDE);
            let raw = screen.texts();
            let raw = raw.iter().find(|(text, _)| text.starts_with("create-"));
            assert_eq!(raw, None, "{why:?}");
        }
    }
}

#[test]
fn a_certificate_in_doubt_is_shown_and_can_be_trusted() {
    let mut window = creating(Language::English);
    let number = asking(&mut window);
    let stopped = Stopped {
        error: ErrorKind::CertificateUntrusted.into(),
        certificate: Some(Box::new(certificate())),
    };
    let said = Registration::Asked(Err(stopped));
    window.tell(Message::Registered(number, said));
    assert!(matches!(
        window.ui.sign_in().unwrap().phase(),
        Phase::Asking(_)
    ));
    let (_, again) = step(&window.sign_in(sign_in::Message::Trust));
    let Registering::Ask(request) = again else {
        panic!("{again:?}");
    };
    assert_eq!(request.settings.pin, Some(certificate().sha256));
}

#[test]
fn asking_can_be_stopped_and_what_comes_then_is_stale() {
    let mut window = creating(Language::English);
    let number = asking(&mut window);
    let (_, left) = step(&window.tell(Message::Shortcut(Shortcut::Close)));
    assert_eq!(left, Registering::Leave);
    assert_eq!(window.tell(offered(number, offer(Vec::new()))), []);
    let stopped = Stopped {
        error: Error::from(ErrorKind::Timeout),
        certificate: None,
    };
    let number = asking(&mut window);
    let said = Registration::Asked(Err(stopped));
    window.tell(Message::Registered(number, said));
    let phase = window.ui.sign_in().unwrap().phase();
    assert!(matches!(phase, Phase::Editing(Some(error)) if error.kind == ErrorKind::Timeout));
    // The other form is there with what was typed; leaving it forgets what the server asked.
    let actions = window.sign_in(sign_in::Message::Tab(Tab::SignIn));
    assert_eq!(step(&actions).1, Registering::Leave);
    assert!(!window.ui.sign_in().unwrap().creates());
}

#[test]
fn what_can_only_be_done_elsewhere_is_a_page_to_open() {
    let mut window = creating(Language::English);
    let number = asking(&mut window);
    window.tell(offered(
        number,
        Offer {
            open: false,
            web: Some("https://chat.local/join".into()),
            ..offer(Vec::new())
        },
    ));
    let mut screen = Screen::new(window, WIDE);
    assert!(
        screen
            .find("chat.local does not make accounts from here.")
            .is_some()
    );
    let actions = screen.click("Open https://chat.local/join");
    assert_eq!(
        actions,
        [Action::OpenLink("https://chat.local/join".into())]
    );
}

#[test]
fn with_the_mouse() {
    let (mut window, _) = Window::started(Language::English);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    let mut screen = Screen::new(window, WIDE);
    screen.click("Create account");
    screen.click("you@example.org");
    screen.type_text("you@chat.local");
    screen
        .window
        .sign_in(sign_in::Message::Password(Password::new("secretword")));
    screen.click("Show password");
    assert!(screen.find("secretword").is_some(), "the password is shown");
    let places = screen.texts();
    let (_, last) = places
        .iter()
        .rfind(|(text, _)| text == "Create account")
        .unwrap();
    let (number, _) = step(&screen.click_at(last.center()));
    screen.tell(offered(
        number,
        offer(vec![field("agree", FieldKind::Flag, "I agree")]),
    ));
    screen.click("I agree");
    let places = screen.texts();
    let (_, last) = places
        .iter()
        .rfind(|(text, _)| text == "Create account")
        .unwrap();
    let (_, step) = step(&screen.click_at(last.center()));
    let Registering::Answer(_, offer, _) = step else {
        panic!("{step:?}");
    };
    assert_eq!(offer.form.fields[0].values, ["1"]);
}

#[test]
fn with_the_keyboard_alone() {
    let (mut window, _) = Window::started(Language::English);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    let mut screen = Screen::new(window, WIDE);
    let focus = iced_test::core::widget::operation::focusable::focus::<()>;
    screen.operate(&mut focus(iced::widget::Id::new(sign_in::ADDRESS)));
    screen.key(Named::Tab, Modifiers::SHIFT);
    screen.key(Named::Space, NONE);
    assert!(screen.is_at(sign_in::ADDRESS));
    screen.type_text("you@chat.local");
    screen.key(Named::Tab, NONE);
    screen.type_text("secretword");
    let (number, _) = step(&screen.key(Named::Enter, NONE));
    let choices = ["a", "b"].map(|value| Choice {
        label: value.to_uppercase(),
        value: value.into(),
    });
    screen.tell(offered(
        number,
        offer(vec![
            riddle(),
            field("one", FieldKind::One(choices.to_vec()), "One"),
            field("agree", FieldKind::Flag, "I agree"),
        ]),
    ));
    assert!(screen.is_at(form::WANTED));
    screen.type_text("7nHL3");
    screen.key(Named::Tab, NONE);
    screen.key(Named::ArrowDown, NONE);
    screen.key(Named::ArrowDown, NONE);
    screen.key(Named::Tab, NONE);
    screen.key(Named::Space, NONE);
    screen.key(Named::Tab, NONE);
    let (_, step) = step(&screen.key(Named::Enter, NONE));
    let Registering::Answer(_, offer, _) = step else {
        panic!("{step:?}");
    };
    let values = offer.form.fields.iter().map(Field::value);
    assert_eq!(values.collect::<Vec<_>>(), ["7nHL3", "b", "1"]);
}

/// What is looked for after the pause, and the number it goes by.
pub(crate) fn looked_for(window: &mut Window, typed: &Actions) -> Option<(u64, Actions)> {
    let number = typed.iter().find_map(|action| match action {
        Action::Later(_, Timer::LookUp(number)) => Some(*number),
        _ => None,
    })?;
    Some((number, window.tell(Message::Timer(Timer::LookUp(number)))))
}

pub(crate) fn type_address(window: &mut Window, address: &str) -> Actions {
    window.sign_in(sign_in::Message::Address(address.into()))
}

/// What was found of the server, up to the step that failed.
pub(crate) fn found(failed: Option<(Step, ErrorKind)>) -> Diagnosis {
    let failed = failed.map(|(step, kind)| (step, kind.into()));
    let mut found = crate::support::diagnosis(failed);
    for report in &mut found.steps {
        if report.step > Step::Secure {
            report.outcome = Outcome::Skipped;
        }
    }
    found
}

#[test]
fn a_server_is_looked_up_after_a_pause() {
    let (mut window, _) = Window::started(Language::English);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    // While something is still typed, nothing is looked for.
    let early = type_address(&mut window, "me@chat.loca");
    let typed = type_address(&mut window, "me@chat.local");
    assert_eq!(looked_for(&mut window, &early).unwrap().1, []);
    let (number, asked) = looked_for(&mut window, &typed).unwrap();
    let [Action::LookUp(same, Some(request))] = &asked[..] else {
        panic!("{asked:?}");
    };
    assert_eq!((*same, request.password.is_some()), (number, false));
    assert_eq!(
        request.settings.address,
        jid("chat.local"),
        "no name is needed"
    );
    let mut screen = Screen::new(window, WIDE);
    assert!(screen.find("Looking for chat.local…").is_some());
    screen.tell(Message::LookedUp(number, found(None)));
    let well = "Found chat.local · StartTLS on port 5222";
    assert!(screen.find(well).is_some());
    // Another name at the same server changes nothing about that.
    let window = &mut screen.window;
    assert_eq!(type_address(window, "you@chat.local"), []);
    // Another server does, and what is found of the first then is stale.
    let typed = type_address(window, "you@other.local");
    assert!(looked_for(window, &typed).is_some());
    let stopped = type_address(window, "you@third.local");
    assert!(matches!(stopped[0], Action::LookUp(_, None)), "{stopped:?}");
    screen.tell(Message::LookedUp(number, found(None)));
    assert!(screen.find(well).is_none());
}

#[test]
fn what_keeps_a_server_from_being_found_is_told() {
    for (step, kind, said) in [
        (
            Step::Resolve,
            ErrorKind::NameNotResolved,
            "No server named chat.local was found.",
        ),
        (
            Step::Connect,
            ErrorKind::ConnectionRefused,
            "chat.local does not answer.",
        ),
        (
            Step::Secure,
            ErrorKind::CertificateUntrusted,
            "chat.local answers, but its certificate cannot be verified.",
        ),
        (
            Step::Secure,
            ErrorKind::NoEncryption,
            "The connection to chat.local cannot be secured.",
        ),
    ] {
        let mut window = creating(Language::English);
        let typed = type_address(&mut window, "me@chat.local");
        let (number, _) = looked_for(&mut window, &typed).unwrap();
        window.tell(Message::LookedUp(number, found(Some((step, kind)))));
        let mut screen = Screen::new(window, WIDE);
        assert!(screen.find(said).is_some(), "{said}");
    }
}

#[test]
fn what_is_not_complete_is_not_looked_up() {
    let mut window = creating(Language::English);
    for typed in ["me", "me@", "me@chat", "me@chat..local", ""] {
        let actions = type_address(&mut window, typed);
        if let Some((_, asked)) = looked_for(&mut window, &actions) {
            assert_eq!(asked, [], "{typed}");
        }
    }
    // A stored account's server is known.
    let mut window = Window::online(Language::English, Vec::new());
    window.sidebar(oriole_ui::sidebar::Message::Repair(ME));
    let typed = window.sign_in(sign_in::Message::Server("chat.local".into()));
    if let Some((_, asked)) = looked_for(&mut window, &typed) {
        assert_eq!(asked, []);
    }
}

#[test]
fn what_may_have_been_meant_is_one_press_away() {
    let mut window = Window::online(Language::English, Vec::new());
    window.sidebar(oriole_ui::sidebar::Message::AddAccount);
    let typed = type_address(&mut window, "you@exmaple.org");
    let (number, _) = looked_for(&mut window, &typed).unwrap();
    let failed = found(Some((Step::Resolve, ErrorKind::NameNotResolved)));
    window.tell(Message::LookedUp(number, failed));
    // Another name does not change what may be meant.
    type_address(&mut window, "me@exmaple.org");
    let mut screen = Screen::new(window, WIDE);
    assert!(screen.find("Did you mean me@example.org?").is_some());
    type_address(&mut screen.window, "you@exmaple.org");
    let actions = screen.click("Did you mean you@example.org?");
    assert!(
        actions.contains(&Action::Focus(sign_in::PASSWORD)),
        "{actions:?}"
    );
    assert!(screen.find("you@example.org").is_some());
    assert!(screen.find("Did you mean you@example.org?").is_none());
    let window = &mut screen.window;
    let (number, _) = looked_for(window, &actions).unwrap();
    screen.tell(Message::LookedUp(number, found(None)));
    // What answers is most likely right.
    let typed = type_address(&mut screen.window, "you@exampl.org");
    let (number, _) = looked_for(&mut screen.window, &typed).unwrap();
    assert!(screen.find("Did you mean you@example.org?").is_some());
    screen.tell(Message::LookedUp(number, found(None)));
    assert!(screen.find("Did you mean you@example.org?").is_none());
}

/// The request that follows an invitation, for this name.
fn invited(window: &mut Window, name: &str) -> Request {
    type_address(window, name);
    window.sign_in(sign_in::Message::Password(Password::new("secretword")));
    match step(&window.sign_in(sign_in::Message::Submit)).1 {
        Registering::Ask(request) => request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_link_that_invites_fills_in_the_form_and_does_nothing_else() {
    for (link, inviter, address) in [
        (
            "xmpp:chat.local?register;preauth=t0ken",
            None,
            "@chat.local",
        ),
        (
            "xmpp:mei@chat.local?roster;preauth=t0ken;ibr=y",
            Some("mei@chat.local"),
            "@chat.local",
        ),
    ] {
        let (mut window, _) = Window::started(Language::English);
        // It may come before anything is known.
        window.tell(Message::Wake(Wake::Link(link.into())));
        let actions = window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
        assert!(commands(&actions).is_empty());
        assert!(
            actions.contains(&Action::FocusFront(sign_in::ADDRESS)),
            "{actions:?}"
        );
        assert!(window.ui.sign_in().unwrap().creates());
        let mut screen = Screen::new(window, WIDE);
        let said = match inviter {
            Some(_) => "You have been invited by mei@chat.local. They will be your first contact.",
            None => "You have been invited to this server.",
        };
        assert!(screen.find(said).is_some());
        assert!(screen.find(address).is_some());
        let request = invited(&mut screen.window, "you@chat.local");
        let invitation = request.invitation.unwrap();
        assert_eq!(invitation.token.reveal(), "t0ken");
        assert_eq!(invitation.inviter, inviter.map(jid));
    }
}

#[test]
fn a_link_that_was_pasted_is_an_invitation_too() {
    let (mut window, _) = Window::started(Language::English);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    let actions = type_address(&mut window, " xmpp:you@chat.local?register;preauth=t0ken\n");
    assert!(
        actions.contains(&Action::Focus(sign_in::PASSWORD)),
        "{actions:?}"
    );
    let request = invited(&mut window, "you@chat.local");
    assert!(request.invitation.is_some());
    // To another server it does not go.
    window.tell(Message::Shortcut(Shortcut::Close));
    let request = invited(&mut window, "you@other.local");
    assert_eq!(request.invitation, None);
}

#[test]
fn whoever_has_an_account_adds_the_one_who_invites() {
    let mut window = Window::online(Language::English, Vec::new());
    let link = "xmpp:tom@example.org?roster;preauth=t0ken;ibr=y";
    let actions = window.tell(Message::Wake(Wake::Link(link.into())));
    assert_eq!(commands(&actions), []);
    assert!(window.ui.main().dialog().unwrap().adds_contact());
    let start = oriole_ui::sidebar::new_chat::Message::Start;
    let actions = window.main(oriole_ui::screen::main::Message::NewChat(start));
    let expected = Command::AcceptInvitation {
        account: ME,
        address: jid("tom@example.org"),
        token: Password::new("t0ken"),
    };
    assert_eq!(commands(&actions)[0], expected);
    // A link to a new account leads to the form for one.
    let link = "xmpp:chat.local?register;preauth=t0ken";
    window.tell(Message::Wake(Wake::Link(link.into())));
    assert!(window.ui.sign_in().unwrap().creates());
}

/// The whole window, with what it puts the cursor into.
struct Whole(Window);

impl App for Whole {
    type Message = Message;

    fn update(&mut self, message: Message) -> iced::Task<Message> {
        let actions = self.0.tell(message);
        let tasks = actions.iter().map(|action| match action {
            Action::Focus(field) => focus::reach(field),
            _ => iced::Task::none(),
        });
        iced::Task::batch(tasks.collect::<Vec<_>>())
    }

    fn view(&self) -> iced::Element<'_, Message> {
        self.0.ui.view()
    }
}

#[test]
fn what_the_server_wants_is_scrolled_into_sight() {
    let mut window = creating(Language::English);
    let size = iced::Size::new(700.0, 480.0);
    window.tell(Message::Resized(size));
    let number = asking(&mut window);
    let mut harness = Harness::new(Whole(window), size);
    harness.tell(offered(number, offer(vec![riddle()])));
    // The cursor of the field blinks for ever.
    for _ in 0..3 {
        harness.wait(Duration::from_millis(100));
    }
    let label = harness.find("Enter the text you see").unwrap().bounds;
    assert!(label.y > size.height, "it is below at first: {label:?}");
    let mut find = Selector::find("Enter the text you see");
    harness.operate(&mut operation::black_box(&mut find));
    let operation::Outcome::Some(Some(found)) = find.finish() else {
        panic!("it is not there");
    };
    assert!(found.visible_bounds().is_some());
}
