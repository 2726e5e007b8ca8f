//! Accounts through a proxy, and accounts that are made, changed and deleted on the server.

use serde_json::{json, Value};

use crate::sign_in::{as_diagnosis, step};
use crate::support::guide::{Guide, KEY};
use crate::support::oriole::{account, Oriole, Person, PASSWORD};
use crate::support::{shared, Kind, Options, Server};

for_both! {
    everything_goes_through_the_proxy
    a_proxy_that_lets_nobody_in_is_told
    an_account_is_made_and_deleted_on_the_server
    a_name_that_somebody_has_is_not_made_again
    the_password_is_changed_on_the_server_and_here
}

/// The request to add an account whose server is only found beyond this proxy.
fn beyond(server: &Server, name: &str, proxy: String) -> Value {
    let mut request = account(server, name);
    let fields = request.as_object_mut().unwrap();
    fields.remove("server");
    fields.remove("security");
    request["proxy"] = json!(proxy);
    request
}

fn everything_goes_through_the_proxy(kind: Kind) {
    let server = shared(kind);
    for (scheme, security, port) in [
        ("socks5", "auto", 5223),
        ("socks5", "starttls", 5222),
        ("http", "auto", 5223),
    ] {
        let name = server.unused_name("alice");
        server.add_user(&name, PASSWORD);
        let guide = Guide::to(server);
        let mut request = beyond(server, &name, guide.address(scheme, KEY));
        request["security"] = json!(security);
        let mut person = Person::sign_in(request.clone());
        let place = format!("{}:{port}", server.domain());
        assert_eq!(guide.asked(), [place.as_str()]);
        let accounts = person.oriole.ask(json!({"do": "account.list"}));
        let listed = accounts["accounts"][0]["proxy"].as_str().unwrap();
        assert!(listed.starts_with(&format!("{scheme}://guest@127.0.0.1:")));

        let diagnosis = person.oriole.ask(as_diagnosis(request));
        assert_eq!(step(&diagnosis, "ready")["outcome"], "ok", "{diagnosis}");
        let resolved = step(&diagnosis, "resolve")["detail"].as_str().unwrap();
        assert!(resolved.contains("left to the proxy"), "{diagnosis}");
        assert_eq!(guide.asked(), [place.as_str(), place.as_str()]);

        // Both the proxy and its password are there again after a restart; the password is not in the database.
        let mut person = person.leave().back();
        assert_eq!(guide.asked().len(), 3);
        for file in ["oriole.db", "oriole.db-wal"] {
            let bytes = std::fs::read(person.profile().join(file)).unwrap_or_default();
            let found = bytes.windows(4).any(|window| window == b"p@ss");
            assert!(!found, "{file}");
        }
        // Without the proxy, the server is nowhere to be found.
        person.ask("account.update", json!({"proxy": null}));
        let waiting = person.oriole.connected("waiting");
        assert_eq!(waiting["error"]["kind"], "name-not-resolved", "{waiting}");
        person.ask(
            "account.update",
            json!({"proxy": guide.address("http", KEY)}),
        );
        person.oriole.connected("online");
    }
}

fn a_proxy_that_lets_nobody_in_is_told(kind: Kind) {
    let server = shared(kind);
    let name = server.unused_name("alice");
    server.add_user(&name, PASSWORD);
    let guide = Guide::to(server);
    for scheme in ["socks5", "http"] {
        let request = beyond(server, &name, guide.address(scheme, "another"));
        let profile = tempfile::tempdir().unwrap();
        let mut oriole = Oriole::start(profile.path());
        oriole.ask(request.clone());
        // Only another password helps, so it is not asked again and again.
        let told = oriole.connected("offline");
        assert_eq!(told["error"]["kind"], "proxy-failed", "{told}");
        let message = told["error"]["message"].as_str().unwrap();
        assert!(message.contains("did not accept"), "{told}");
        assert!(!message.contains("another"), "{told}");
        let diagnosis = oriole.ask(as_diagnosis(request));
        let connect = step(&diagnosis, "connect");
        assert_eq!(connect["error"]["kind"], "proxy-failed", "{diagnosis}");
        let update = json!({
            "do": "account.update",
            "account": format!("{name}@{}", server.domain()),
            "proxy": guide.address(scheme, KEY),
        });
        oriole.ask(update);
        oriole.connected("online");
    }
}

fn registering(server: &Server, name: &str) -> Value {
    let mut request = account(server, name);
    request["register"] = json!(true);
    request
}

fn an_account_is_made_and_deleted_on_the_server(kind: Kind) {
    let server = shared(kind);
    let name = server.unused_name("alice");
    let mut person = Person::sign_in(registering(server, &name));
    person.ask("account.remove", json!({"on_server": true}));
    let accounts = person.oriole.ask(json!({"do": "account.list"}));
    assert_eq!(accounts, json!({"accounts": []}));
    let secrets = std::fs::read_to_string(person.profile().join("secrets.json")).unwrap();
    assert!(!secrets.contains(&name), "{secrets}");
    // The last that was said of it is that it went, and nothing of being thrown out.
    for event in person.oriole.take_events("connection") {
        assert!(event.get("error").is_none(), "{event}");
    }
    // It is gone from the server too, so the name is free again.
    let diagnosis = person.oriole.ask(as_diagnosis(account(server, &name)));
    let sign_in = step(&diagnosis, "sign-in");
    assert_eq!(sign_in["error"]["kind"], "wrong-password", "{diagnosis}");
    Person::sign_in(registering(server, &name));
}

fn a_name_that_somebody_has_is_not_made_again(kind: Kind) {
    let server = shared(kind);
    let name = server.unused_name("alice");
    server.add_user(&name, PASSWORD);
    let profile = tempfile::tempdir().unwrap();
    let mut oriole = Oriole::start(profile.path());
    let refused = oriole.try_ask(registering(server, &name)).unwrap_err();
    assert_eq!(refused["kind"], "address-taken", "{refused}");
    let mut request = registering(server, "new");
    request["pin"] = json!("ab".repeat(32));
    let refused = oriole.try_ask(request).unwrap_err();
    assert_eq!(refused["kind"], "certificate-untrusted", "{refused}");
    let accounts = oriole.ask(json!({"do": "account.list"}));
    assert_eq!(accounts, json!({"accounts": []}));
}

fn the_password_is_changed_on_the_server_and_here(kind: Kind) {
    let server = shared(kind);
    let (mut person, mut other) = (Person::new(server, "alice"), Person::new(server, "bob"));
    let new = "ñew ✓ <&>\"'";
    person.ask("account.password", json!({"password": new}));
    // It signs in anew by itself.
    person.is_there();
    person.write(&other.address, "hello");
    assert_eq!(other.oriole.incoming(1), ["hello"]);
    for event in person.oriole.take_events("connection") {
        assert_ne!(event["error"]["kind"], "wrong-password");
    }
    let mut person = person.leave().back();
    let name = person.address.split('@').next().unwrap();
    let mut request = as_diagnosis(account(server, name));
    let diagnosis = person.oriole.ask(request.clone());
    let sign_in = step(&diagnosis, "sign-in");
    assert_eq!(sign_in["error"]["kind"], "wrong-password", "{diagnosis}");
    request["password"] = json!(new);
    let diagnosis = person.oriole.ask(request);
    assert_eq!(step(&diagnosis, "ready")["outcome"], "ok", "{diagnosis}");
}

#[test]
fn a_server_that_makes_no_accounts_says_so() {
    for kind in [Kind::Prosody, Kind::Ejabberd] {
        let options = Options {
            registration: false,
            ..Options::default()
        };
        let server = Server::start(kind, options);
        let profile = tempfile::tempdir().unwrap();
        let mut oriole = Oriole::start(profile.path());
        let refused = oriole.try_ask(registering(&server, "alice")).unwrap_err();
        assert_eq!(
            refused["kind"], "registration-refused",
            "{kind:?} {refused}"
        );
    }
}
