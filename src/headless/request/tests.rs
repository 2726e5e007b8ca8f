//! Every verb, and everything that can be wrong with a request.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use oriole_core::model::{
    account::{Proxy, Security, ServerAddress},
    presence::Show,
};
use serde_json::json;

use super::*;

const ACCOUNT: AccountId = AccountId(3);

fn request(mut request: Value) -> Result<Request, Error> {
    request["id"] = json!("x");
    let (id, result) = read(request.to_string().as_bytes());
    assert_eq!(id, json!("x"));
    result
}

/// The command for account 3.
fn command(mut fields: Value) -> Command {
    fields["account"] = json!("3");
    match request(fields).unwrap_or_else(|error| panic!("{error}")) {
        Request::Of(AccountRef::Id(ACCOUNT), Action::Do(command)) => command(ACCOUNT),
        Request::AddAccount(command) => command,
        _ => panic!("not a command"),
    }
}

/// The error of a request about account 3.
fn refused(mut fields: Value) -> (ErrorKind, String) {
    if fields.get("account").is_none() {
        fields["account"] = json!("3");
    }
    let Err(error) = request(fields.clone()) else {
        panic!("taken: {fields}");
    };
    (error.kind, error.detail)
}

fn bad_request(fields: Value) -> String {
    let (kind, detail) = refused(fields);
    assert_eq!(kind, ErrorKind::BadRequest, "{detail}");
    detail
}

fn address(text: &str) -> BareJid {
    text.parse().unwrap()
}

#[test]
fn what_is_not_a_request_is_refused_without_an_id() {
    for line in [
        "{",
        "nonsense",
        "7",
        "null",
        "[]",
        "{}",
        r#""x""#,
        r#"{"do":"quit"}"#,
        r#"{"id":1}{"#,
        "\u{0}",
        r#"{"id":1,"do":"quit"} x"#,
    ] {
        let (id, result) = read(line.as_bytes());
        assert_eq!(id, Value::Null, "{line}");
        let Err(error) = result else {
            panic!("taken: {line}");
        };
        assert_eq!(error.kind, ErrorKind::BadRequest, "{line}");
    }
    for line in [b"\xff\xfe".as_slice(), b"{\"id\":1,\"do\":\"qu\xc3\"}"] {
        assert!(read(line).1.is_err());
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(deep.as_bytes()).1.is_err());
}

#[test]
fn broken_json_with_a_password_is_not_repeated() {
    let (_, result) = read(br#"{"id":1,"do":"account.add","password":"hunter2" x"#);
    assert!(!result.err().unwrap().to_string().contains("hunter2"));
    let (_, result) =
        read(br#"{"id":1,"do":"account.add","address":"a@b","password":["hunter2"]}"#);
    assert!(!result.err().unwrap().to_string().contains("hunter2"));
}

#[test]
fn any_value_is_an_id() {
    for id in [
        json!(7),
        json!("a"),
        json!(null),
        json!([1, {"a": 2}]),
        json!(-1.5),
    ] {
        let line = json!({"id": id, "do": "quit"}).to_string();
        let (read_id, result) = read(line.as_bytes());
        assert_eq!(read_id, id);
        assert!(matches!(result, Ok(Request::Quit)));
    }
}

#[test]
fn verbs_must_be_known() {
    assert!(bad_request(json!({})).contains("`do` is missing"));
    assert!(bad_request(json!({"do": 7})).contains("`do` must be a string"));
    for verb in [
        "",
        "Quit",
        "chat.retract",
        "contact.",
        "contact.merge",
        "contacts.add",
        "room.join",
    ] {
        let detail = bad_request(json!({ "do": verb, "address": "a@b" }));
        assert!(
            detail.contains(&format!("Unknown verb `{verb}`")),
            "{detail}"
        );
    }
    let detail = bad_request(json!({ "do": "x".repeat(100_000) }));
    assert!(detail.len() < 200);
}

#[test]
fn an_account_is_named_by_its_id_or_its_address() {
    let account = |value: Value| match request(json!({"do": "contacts", "account": value})) {
        Ok(Request::Of(account, Action::Contacts)) => Ok(account),
        Ok(_) => panic!("another request"),
        Err(error) => Err(error.kind),
    };
    assert_eq!(account(json!("3")), Ok(AccountRef::Id(ACCOUNT)));
    let romeo = AccountRef::Address(address("romeo@example.org"));
    assert_eq!(account(json!("romeo@example.org")), Ok(romeo));
    assert_eq!(account(json!("nobody")), Err(ErrorKind::NotFound));
    assert_eq!(account(json!("")), Err(ErrorKind::NotFound));
    assert_eq!(account(json!(3)), Err(ErrorKind::BadRequest));
    assert_eq!(account(json!(null)), Err(ErrorKind::BadRequest));
    for verb in [
        "account.remove",
        "account.enable",
        "account.disable",
        "contacts",
    ] {
        let detail = bad_request(json!({"do": verb, "account": null}));
        assert!(detail.contains("`account` is missing"), "{verb}: {detail}");
    }
}

fn proxy(text: &str) -> Box<Proxy> {
    Box::new(text.parse().unwrap())
}

#[test]
fn accounts_are_added() {
    let plain =
        command(json!({"do": "account.add", "address": "a@b", "password": "p", "register": false}));
    let settings = AccountSettings::new(address("a@b"));
    let expected = |settings, proxy_password, register| Command::AddAccount {
        settings,
        password: Password::new("p"),
        proxy_password,
        register,
    };
    assert_eq!(plain, expected(settings, None, false));

    let pin = "ab".repeat(32);
    let all = command(json!({
        "do": "account.add", "address": "a@b", "password": "p", "server": "localhost:5555", "security": "plain", "pin": pin,
        "proxy": "socks5://me:s%20t@[::1]:1080", "register": true,
    }));
    let settings = AccountSettings {
        address: address("a@b"),
        server: Some(ServerAddress {
            host: "localhost".to_owned(),
            port: Some(5555),
        }),
        security: Security::Plain,
        pin: Some(pin.parse().unwrap()),
        proxy: Some(proxy("socks5://me@[::1]:1080")),
    };
    assert_eq!(all, expected(settings, Some(Password::new("s t")), true));
}

#[test]
fn accounts_are_added_only_with_what_is_needed() {
    let add = |field: &str, value: Value| {
        let mut fields = json!({"do": "account.add", "address": "a@b", "password": "p"});
        fields[field] = value;
        refused(fields)
    };
    for (field, value, expected) in [
        ("address", json!(null), "`address` is missing"),
        ("address", json!("@"), "not an address"),
        ("address", json!("a@b/c"), "not an address"),
        ("address", json!("server"), "name@server"),
        ("password", json!(null), "`password` is missing"),
        ("password", json!(""), "`password` is empty"),
        ("password", json!(7), "`password` must be a string"),
        ("security", json!("tls"), "`security` must be"),
        ("server", json!(""), "`server` must be"),
        ("pin", json!("abc"), "`pin` must be"),
        ("register", json!("yes"), "`register` must be"),
        ("proxy", json!("host:1080"), "`proxy` is not a proxy"),
        ("proxy", json!("socks5://host"), "needs a port"),
        ("proxy", json!("ftp://me:p@host:1"), "begins with"),
        ("proxy", json!(1080), "`proxy` must be a string"),
    ] {
        let (kind, detail) = add(field, value);
        assert_eq!(kind, ErrorKind::BadRequest, "{field}");
        assert!(detail.contains(expected), "{field}: {detail}");
    }
}

#[test]
fn servers_are_hosts_with_or_without_ports() {
    let server = |text: &str| {
        let fields = json!({"do": "diagnose", "address": "a@b", "server": text});
        match request(fields) {
            Ok(Request::Diagnose(diagnose)) => {
                let server = diagnose.settings.server.unwrap();
                Some((server.host, server.port))
            }
            Ok(_) => panic!("another request"),
            Err(error) => {
                assert_eq!(error.kind, ErrorKind::BadRequest);
                None
            }
        }
    };
    let found = |host: &str, port| Some((host.to_owned(), port));
    assert_eq!(server("xmpp.example.org"), found("xmpp.example.org", None));
    assert_eq!(server("host:5222"), found("host", Some(5222)));
    assert_eq!(server("127.0.0.1:1"), found("127.0.0.1", Some(1)));
    assert_eq!(server("::1"), found("::1", None));
    assert_eq!(server("[::1]"), found("::1", None));
    assert_eq!(server("[::1]:5222"), found("::1", Some(5222)));
    for wrong in [
        "",
        ":",
        "host:",
        ":5222",
        "host:0",
        "host:65536",
        "host:+1",
        "host:a",
        "a:b:c",
        "[::1",
        "[::1]5222",
        "[host]:1",
        "a b",
        "http://host",
        "a@b",
    ] {
        assert_eq!(server(wrong), None, "{wrong}");
    }
}

#[test]
fn accounts_are_changed() {
    let update = |fields: Value| match command(fields) {
        Command::UpdateAccount {
            account: ACCOUNT,
            update,
            password,
            proxy_password: None,
        } => (update, password),
        other => panic!("{other:?}"),
    };
    let (changed, password) =
        update(json!({"do": "account.update", "password": "p", "security": "starttls"}));
    let expected = AccountUpdate {
        security: Some(Security::StartTls),
        ..AccountUpdate::default()
    };
    assert_eq!((changed, password), (expected, Some(Password::new("p"))));

    let (changed, password) = update(json!({"do": "account.update", "server": null, "pin": null}));
    let expected = AccountUpdate {
        server: Some(None),
        pin: Some(None),
        ..AccountUpdate::default()
    };
    assert_eq!((changed, password), (expected, None));

    for (verb, enabled) in [("account.enable", true), ("account.disable", false)] {
        let expected = AccountUpdate {
            enabled: Some(enabled),
            ..AccountUpdate::default()
        };
        assert_eq!(update(json!({ "do": verb })), (expected, None));
    }
    assert!(bad_request(json!({"do": "account.update"})).contains("Nothing"));
    for (proxy, expected, expected_password) in [
        (json!("http://host:3128"), Some("http://host:3128"), None),
        (
            json!("http://me:secret@host:3128"),
            Some("http://me@host:3128"),
            Some(Password::new("secret")),
        ),
        (json!(null), None, None),
    ] {
        let Command::UpdateAccount {
            update,
            password: None,
            proxy_password,
            ..
        } = command(json!({"do": "account.update", "proxy": proxy}))
        else {
            panic!("another command");
        };
        let proxy = expected.map(self::proxy);
        let expected = AccountUpdate {
            proxy: Some(proxy),
            ..AccountUpdate::default()
        };
        assert_eq!((update, proxy_password), (expected, expected_password));
    }
}

#[test]
fn accounts_are_removed_here_or_on_the_server_too() {
    let (here, everywhere) = (
        Command::RemoveAccount(ACCOUNT),
        Command::DeleteAccount(ACCOUNT),
    );
    for (on_server, expected) in [
        (json!(null), here.clone()),
        (json!(false), here),
        (json!(true), everywhere),
    ] {
        let fields = json!({"do": "account.remove", "on_server": on_server});
        assert_eq!(command(fields), expected);
    }
    bad_request(json!({"do": "account.remove", "on_server": "yes"}));
    let changed = command(json!({"do": "account.password", "password": "new"}));
    let expected = Command::ChangePassword {
        account: ACCOUNT,
        password: Password::new("new"),
    };
    assert_eq!(changed, expected);
    bad_request(json!({"do": "account.password"}));
}

#[test]
fn diagnoses_are_asked_for() {
    let pin = "0123456789abcdef".repeat(4);
    let fields = json!({
        "do": "diagnose", "address": "a@b", "security": "direct-tls", "password": "p", "pin": pin,
        "proxy": "http://me:q@h:1",
    });
    let Ok(Request::Diagnose(diagnose)) = request(fields) else {
        panic!("another request");
    };
    let mut expected = Diagnose::new(address("a@b"));
    expected.settings.security = Security::DirectTls;
    expected.settings.pin = Some(pin.parse().unwrap());
    expected.password = Some(Password::new("p"));
    expected.settings.proxy = Some(proxy("http://me@h:1"));
    expected.proxy_password = Some(Password::new("q"));
    assert_eq!(*diagnose, expected);
    assert!(bad_request(json!({"do": "diagnose"})).contains("`address` is missing"));
}

#[test]
fn contacts_are_kept() {
    let (account, address) = (ACCOUNT, address("juliet@b"));
    let with = |verb: &str, more: Value| {
        let mut fields = json!({"do": format!("contact.{verb}"), "address": "juliet@b"});
        fields
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        command(fields)
    };
    let to = address.clone();
    let added = Command::AddContact {
        account,
        address: to,
        name: None,
        groups: Vec::new(),
    };
    assert_eq!(with("add", json!({})), added);
    let (to, name) = (address.clone(), Some("Juliet".to_owned()));
    let groups = vec!["Friends".to_owned(), "Verona".to_owned()];
    let added = Command::AddContact {
        account,
        address: to,
        name: name.clone(),
        groups: groups.clone(),
    };
    assert_eq!(
        with(
            "add",
            json!({"name": "Juliet", "groups": ["Friends", "Verona"]})
        ),
        added
    );
    let to = address.clone();
    let renamed = Command::RenameContact {
        account,
        address: to,
        name,
        groups: Some(groups),
    };
    assert_eq!(
        with(
            "rename",
            json!({"name": "Juliet", "groups": ["Friends", "Verona"]})
        ),
        renamed
    );
    let to = address.clone();
    let renamed = Command::RenameContact {
        account,
        address: to,
        name: None,
        groups: None,
    };
    assert_eq!(with("rename", json!({"name": null})), renamed);
    let to = address.clone();
    assert_eq!(
        with("accept", json!({})),
        Command::AcceptContact {
            account,
            address: to
        }
    );
    let to = address.clone();
    assert_eq!(
        with("decline", json!({})),
        Command::DeclineContact {
            account,
            address: to
        }
    );
    let to = address.clone();
    assert_eq!(
        with("remove", json!({})),
        Command::RemoveContact {
            account,
            address: to
        }
    );
    for (verb, blocked) in [("block", true), ("unblock", false)] {
        let address = address.clone();
        assert_eq!(
            with(verb, json!({})),
            Command::SetBlocked {
                account,
                address,
                blocked
            }
        );
    }
}

#[test]
fn contacts_need_an_address_and_proper_fields() {
    for verb in [
        "add", "accept", "decline", "rename", "remove", "block", "unblock",
    ] {
        let detail = bad_request(json!({"do": format!("contact.{verb}"), "name": "x"}));
        assert!(detail.contains("`address` is missing"), "{verb}: {detail}");
    }
    let detail = bad_request(json!({"do": "contact.rename", "address": "a@b"}));
    assert!(detail.contains("`name` is missing"), "{detail}");
    for groups in [json!("x"), json!([1]), json!({})] {
        let detail = bad_request(json!({"do": "contact.add", "address": "a@b", "groups": groups}));
        assert!(detail.contains("`groups` must be"), "{detail}");
    }
}

#[test]
fn presence_is_set() {
    let set = command(json!({"do": "presence.set", "show": "dnd", "status": "忙"}));
    let presence = OwnPresence {
        show: Show::Dnd,
        status: "忙".to_owned(),
    };
    assert_eq!(
        set,
        Command::SetPresence {
            account: Some(ACCOUNT),
            presence
        }
    );
    assert!(bad_request(json!({"do": "presence.set"})).contains("`show` is missing"));
    assert!(bad_request(json!({"do": "presence.set", "show": "chat"})).contains("`show` must be"));
}

#[test]
fn messages_are_sent() {
    let sent = command(json!({"do": "chat.send", "to": "juliet@b", "body": "你好 🌹\n"}));
    let (to, body) = (address("juliet@b"), "你好 🌹\n".to_owned());
    assert_eq!(
        sent,
        Command::SendMessage {
            account: ACCOUNT,
            to,
            body
        }
    );
    let send = |field: &str, value: Value| {
        let mut fields = json!({"do": "chat.send", "to": "juliet@b", "body": "x"});
        fields[field] = value;
        bad_request(fields)
    };
    assert!(send("to", json!(null)).contains("`to` is missing"));
    assert!(send("to", json!("a b@")).contains("`to` is not an address"));
    assert!(send("body", json!(null)).contains("`body` is missing"));
    assert!(send("body", json!("")).contains("`body` is empty"));
    assert!(send("reply_to", json!("5")).contains("not in this version"));
    assert!(send("attachment", json!({})).contains("not in this version"));
}

#[test]
fn waiting_messages_are_cancelled_and_changed() {
    let cancel = json!({"do": "chat.cancel", "with": "Juliet@example.org", "message": "12"});
    let (with, message) = (address("juliet@example.org"), MessageId(12));
    assert_eq!(
        command(cancel.clone()),
        Command::CancelMessage {
            account: ACCOUNT,
            with: with.clone(),
            message,
        }
    );
    let edit =
        json!({"do": "chat.edit", "with": "juliet@example.org", "message": "12", "body": "你好"});
    assert_eq!(
        command(edit.clone()),
        Command::EditMessage {
            account: ACCOUNT,
            with,
            message,
            body: "你好".to_owned(),
        }
    );
    for (request, field) in [
        (&cancel, "with"),
        (&cancel, "message"),
        (&edit, "with"),
        (&edit, "message"),
        (&edit, "body"),
    ] {
        let mut request = request.clone();
        request.as_object_mut().unwrap().remove(field);
        assert!(bad_request(request).contains(field));
    }
    let mut unknown = cancel;
    unknown["message"] = json!("x");
    assert_eq!(refused(unknown).0, ErrorKind::NotFound);
}

#[test]
fn history_is_asked_for_in_bounds() {
    let history = |more: Value| {
        let mut fields = json!({"do": "chat.history", "account": "3", "with": "juliet@b"});
        fields
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        match request(fields) {
            Ok(Request::Of(AccountRef::Id(ACCOUNT), Action::History(history))) => {
                assert_eq!(history.with, address("juliet@b"));
                Ok((history.limit, history.before))
            }
            Ok(_) => panic!("another request"),
            Err(error) => Err(error.kind),
        }
    };
    assert_eq!(history(json!({})), Ok((50, None)));
    assert_eq!(history(json!({"limit": 0})), Ok((0, None)));
    assert_eq!(
        history(json!({"limit": 100_000, "before": "12"})),
        Ok((100_000, Some(MessageId(12))))
    );
    for limit in [
        json!(100_001),
        json!(-1),
        json!(1.5),
        json!("5"),
        json!(u64::MAX),
    ] {
        assert_eq!(
            history(json!({ "limit": limit })),
            Err(ErrorKind::BadRequest)
        );
    }
    assert_eq!(history(json!({"before": "x"})), Err(ErrorKind::NotFound));
    assert_eq!(history(json!({"before": 12})), Err(ErrorKind::BadRequest));
    assert_eq!(history(json!({"with": null})), Err(ErrorKind::BadRequest));
}

#[test]
fn chats_and_accounts_are_listed() {
    assert!(matches!(
        request(json!({"do": "account.list"})),
        Ok(Request::Accounts)
    ));
    assert!(matches!(
        request(json!({"do": "chat.list"})),
        Ok(Request::Chats(None))
    ));
    let one = request(json!({"do": "chat.list", "account": "3"}));
    assert!(matches!(
        one,
        Ok(Request::Chats(Some(AccountRef::Id(ACCOUNT))))
    ));
}
