//! `oriole --demo --headless`: a double of the world for scripts.

use std::path::Path;

use serde_json::{json, Value};

use crate::program::Program;

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

/// Everything that comes, up to a line that this is true of.
fn until(program: &mut Program, is_it: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut lines = Vec::new();
    loop {
        lines.push(program.read());
        if lines.last().is_some_and(&is_it) {
            return lines;
        }
    }
}

#[test]
fn a_script_meets_friends_and_leaves_no_trace() {
    let (home, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut program = Program::demo("en", home.path(), temporary.path());
    let lines = until(&mut program, |line| {
        line["body"]
            .as_str()
            .is_some_and(|body| body.starts_with("This is a demo"))
    });
    let mut contacts: Vec<&str> = lines
        .iter()
        .filter(|line| line["event"] == "contact")
        .map(|line| line["name"].as_str().unwrap())
        .collect();
    contacts.sort_unstable();
    contacts.dedup();
    assert_eq!(
        contacts,
        [
            "Han Meimei",
            "Li Lei",
            "Mei Lin",
            "Tom Becker",
            "support.desk"
        ]
    );
    assert!(lines
        .iter()
        .filter(|line| line["event"] == "message")
        .all(|line| line["origin"] == "offline" && line["stranger"] == false));
    assert_eq!(entries(temporary.path()), 1, "the profile");

    program.write(&json!({"id": 1, "do": "account.list"}).to_string());
    let lines = until(&mut program, |line| line["re"] == 1);
    let account = lines.last().unwrap()["ok"]["accounts"][0].clone();
    assert_eq!(account["address"], "you@oriole.example");
    assert_eq!(account["security"], "plain");
    assert!(account["server"]
        .as_str()
        .unwrap()
        .starts_with("127.0.0.1:"));

    let send = json!({"id": 2, "do": "chat.send", "account": account["account"], "to": "mei@oriole.example", "body": "Hello"});
    program.write(&send.to_string());
    until(&mut program, |line| {
        line["body"]
            .as_str()
            .is_some_and(|body| body.starts_with("Hi! 👋"))
    });

    // However an address is typed, it is the same chat; and a message of another chat is not in this one.
    let send = json!({"id": 3, "do": "chat.send", "account": account["account"], "to": "MEI@oriole\u{3002}example.", "body": "Again"});
    program.write(&send.to_string());
    let lines = until(&mut program, |line| line["body"] == "Again");
    let message = lines.last().unwrap();
    assert_eq!(message["chat"], "mei@oriole.example");
    for (id, with, error) in [
        (4, "mei@oriole.example", json!(null)),
        (5, "li@oriole.example", json!("not-found")),
    ] {
        let history = json!({"id": id, "do": "chat.history", "account": account["account"], "with": with, "before": message["id"]});
        program.write(&history.to_string());
        let lines = until(&mut program, |line| line["re"] == id);
        assert_eq!(lines.last().unwrap()["error"]["kind"], error);
    }

    program.close_input();
    assert!(program.end().0);
    assert_eq!(entries(temporary.path()), 0);
    assert_eq!(
        entries(home.path()),
        0,
        "the person's own profile is none of its business"
    );
}

#[test]
fn two_demos_do_not_meet_and_one_can_be_in_chinese() {
    let (home, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut english = Program::demo("en", home.path(), temporary.path());
    let mut chinese = Program::demo("zh-CN", home.path(), temporary.path());
    let named = |name: &'static str| move |line: &Value| line["name"] == name;
    until(&mut english, named("Mei Lin"));
    until(&mut chinese, named("林梅"));
    assert_eq!(entries(temporary.path()), 2);
    drop((english, chinese));
}

#[cfg(unix)]
#[test]
fn a_demo_that_is_told_to_end_cleans_up() {
    let (home, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for signal in ["TERM", "INT"] {
        let mut program = Program::demo("en", home.path(), temporary.path());
        program.ready();
        program.signal(signal);
        assert!(program.end().0, "{signal}");
        assert_eq!(entries(temporary.path()), 0, "{signal}");
    }
}
