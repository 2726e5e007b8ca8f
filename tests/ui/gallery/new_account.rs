//! Making a new account: empty, with a riddle to be solved, and refused.

use iced::{keyboard::Modifiers, keyboard::key::Named};
use oriole_core::{
    engine::{
        command::Password,
        diagnose::Step,
        new_account::{Answered, Asked},
    },
    error::ErrorKind,
    model::{
        form::{Choice, Field, FieldKind, Form},
        registration::{Offer, Refusal, Why},
    },
};
use oriole_ui::{
    i18n::Language,
    message::Message,
    screen::{
        form,
        sign_in::{self, create::Registration},
    },
    world::{Answer, Question},
};

use super::{compare, data::LANGUAGES};
use crate::{
    new_account::{
        asking, creating, field, found, looked_for, offer, offered, riddle, step, type_address,
    },
    screen::{NARROW, Screen, WIDE},
    support::Window,
};

#[test]
fn a_new_account() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(creating(language), WIDE);
        for _ in 0..3 {
            screen.key(Named::Tab, Modifiers::empty());
        }
        compare(&mut screen, &format!("04-create{suffix}"));
    }
}

#[test]
fn a_server_looked_up() {
    for (language, suffix) in LANGUAGES {
        let (mut window, _) = Window::started(language);
        window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
        let typed = type_address(&mut window, "you@chat.local");
        let (number, _) = looked_for(&mut window, &typed).unwrap();
        window.tell(Message::LookedUp(number, found(None)));
        window.sign_in(sign_in::Message::Password(Password::new("secretword")));
        compare(
            &mut Screen::new(window, WIDE),
            &format!("04-welcome-found{suffix}"),
        );
        let mut window = creating(language);
        let typed = type_address(&mut window, "you@conversatoins.im");
        let (number, _) = looked_for(&mut window, &typed).unwrap();
        let failed = Some((Step::Resolve, ErrorKind::NameNotResolved));
        window.tell(Message::LookedUp(number, found(failed)));
        compare(
            &mut Screen::new(window, WIDE),
            &format!("04-create-meant{suffix}"),
        );
    }
}

#[test]
fn invited() {
    for (language, suffix) in LANGUAGES {
        let mut window = creating(language);
        type_address(
            &mut window,
            "xmpp:mei@chat.local?roster;preauth=t0ken;ibr=y",
        );
        compare(
            &mut Screen::new(window, WIDE),
            &format!("04-create-invited{suffix}"),
        );
    }
}

/// With a form that has a riddle in it.
fn with_riddle(language: Language) -> Window {
    let (words, email) = match language {
        Language::English => ("Prove that you are a person.", "E-mail"),
        Language::Chinese => ("请证明你不是程序。", "电子邮件"),
    };
    let mut window = creating(language);
    let number = asking(&mut window);
    window.tell(offered(
        number,
        Offer {
            form: Form {
                instructions: words.into(),
                fields: vec![field("email", FieldKind::Text, email), riddle()],
                ..Form::default()
            },
            ..offer(Vec::new())
        },
    ));
    window
}

#[test]
fn a_riddle_in_a_form() {
    for (language, suffix) in LANGUAGES {
        let window = with_riddle(language);
        let mut screen = Screen::new(window, WIDE);
        compare(&mut screen, &format!("04-create-riddle{suffix}"));
    }
    let mut screen = Screen::new(with_riddle(Language::English), NARROW);
    compare(&mut screen, "04-create-riddle-narrow");
}

#[test]
fn every_kind_of_field() {
    let choices = ["Blue", "Green"].map(|label| Choice {
        label: label.into(),
        value: label.into(),
    });
    let mut window = creating(Language::English);
    let number = asking(&mut window);
    let mut fixed = field("", FieldKind::Fixed, "");
    fixed.values = vec!["Some things that are good to know.".into()];
    window.tell(offered(
        number,
        offer(vec![
            fixed,
            Field {
                description: "As on your passport.".into(),
                ..field("name", FieldKind::Text, "")
            },
            field("one", FieldKind::One(choices.to_vec()), "Favourite colour"),
            field("many", FieldKind::Many(choices.to_vec()), "Other colours"),
            field("about", FieldKind::Lines, "About you"),
            field("agree", FieldKind::Flag, "I agree to the rules"),
        ]),
    ));
    let size = iced::Size::new(1200.0, 1200.0);
    compare(&mut Screen::new(window, size), "04-create-fields");
}

#[test]
fn no_account() {
    for (language, suffix) in LANGUAGES {
        let mut window = with_riddle(language);
        let typed = form::Message::Text(1, Password::new("7nHL3"));
        let typed = sign_in::create::Message::Form(typed);
        window.sign_in(sign_in::Message::Create(typed));
        let (number, _) = step(&window.sign_in(sign_in::Message::Submit));
        let refusal = Refusal {
            why: Why::Taken,
            said: "The requested username already exists.".into(),
        };
        let said = Registration::Answered(Ok(Answered::Refused(refusal, None)));
        window.tell(Message::Registered(number, said));
        let mut screen = Screen::new(window, iced::Size::new(1200.0, 1000.0));
        compare(&mut screen, &format!("04-create-refused{suffix}"));
    }
    let mut window = creating(Language::English);
    let number = asking(&mut window);
    let refusal = Refusal {
        why: Why::Wait,
        said: String::new(),
    };
    let said = Registration::Asked(Ok(Asked::Refused(refusal)));
    window.tell(Message::Registered(number, said));
    compare(&mut Screen::new(window, WIDE), "04-create-wait");
}
