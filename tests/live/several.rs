//! Several accounts in one Oriole at once: what belongs to one never gets to another. And what a real server says it can do, and a history
//! that stays while its account is away.

use serde_json::{json, Value};
use tempfile::TempDir;

use crate::support::oriole::{account, Oriole, Person, PASSWORD};
use crate::support::{shared, Kind};

for_both! {
    two_accounts_that_know_the_same_person_are_kept_apart
    what_the_server_can_do_is_said
    a_history_that_was_kept_is_there_again_once
}

/// One Oriole with several accounts.
struct Several {
    oriole: Oriole,
    profile: TempDir,
    /// Their addresses and ids, in the order in which they were added.
    accounts: Vec<(String, Value)>,
}

impl Several {
    /// Signs in to all of these, and waits until all are there at the same time.
    fn sign_in(requests: Vec<Value>) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut oriole = Oriole::start(profile.path());
        let mut accounts = Vec::new();
        for request in requests {
            let address = request["address"].as_str().unwrap().to_owned();
            let id = oriole.ask(request)["account"].clone();
            accounts.push((address, id));
        }
        let mut several = Self {
            oriole,
            profile,
            accounts,
        };
        several.are_there();
        several
    }

    fn are_there(&mut self) {
        for (address, id) in &self.accounts {
            let online = json!({"account": id, "state": "online"});
            self.oriole.event("connection", online);
            self.oriole.wait_for("own presence", |line| {
                line["event"] == "presence"
                    && line["account"] == *id
                    && line["address"] == *address
                    && line["show"] != "offline"
            });
        }
    }

    fn restart(&mut self) {
        self.oriole.quit();
        self.oriole = Oriole::start(self.profile.path());
        self.are_there();
    }

    fn id(&self, place: usize) -> Value {
        self.accounts[place].1.clone()
    }

    fn ask(&mut self, place: usize, verb: &str, mut fields: Value) -> Value {
        fields["do"] = json!(verb);
        fields["account"] = self.id(place);
        self.oriole.ask(fields)
    }

    fn write(&mut self, place: usize, to: &str, body: &str) -> Value {
        self.ask(place, "chat.send", json!({"to": to, "body": body}))["id"].clone()
    }

    /// Waits for what somebody wrote; it has to be for this account.
    fn gets(&mut self, place: usize, from: &str, body: &str) {
        let fields = json!({"from": from, "body": body});
        let message = self.oriole.event("message", fields);
        assert_eq!(message["account"], self.id(place), "{message}");
        assert_eq!(message["outgoing"], false, "{message}");
    }

    /// What was said with somebody from this account, oldest first.
    fn said(&mut self, place: usize, with: &str) -> Vec<String> {
        let history = self.ask(place, "chat.history", json!({"with": with}));
        let id = self.id(place);
        let messages = history["messages"].as_array().unwrap().iter();
        let bodies = messages.map(|message| {
            assert_eq!(message["account"], id, "{message}");
            message["body"].as_str().unwrap().to_owned()
        });
        bodies.collect()
    }

    /// With whom this account has chats.
    fn chats(&mut self, place: usize) -> Vec<String> {
        let list = self.ask(place, "chat.list", json!({}));
        let chats = list["chats"].as_array().unwrap().iter();
        let mut with: Vec<String> = chats
            .map(|chat| chat["chat"].as_str().unwrap().to_owned())
            .collect();
        with.sort();
        with
    }
}

#[test]
fn accounts_on_two_servers_are_online_at_once_and_nothing_crosses() {
    let servers = [shared(Kind::Prosody), shared(Kind::Ejabberd)];
    let names = servers.map(Person::befriended);
    let mine = [0, 1].map(|at| account(servers[at], &names[at][0]));
    let mut me = Several::sign_in(mine.to_vec());
    let mut friends = [0, 1].map(|at| Person::sign_in(account(servers[at], &names[at][1])));
    let addresses = friends.each_ref().map(|friend| friend.address.clone());
    for at in [0, 1] {
        let (friend, own) = (&mut friends[at], me.accounts[at].0.clone());
        friend.sees(&own, "online");
        friend.write(&own, &format!("to the account on {at}"));
        me.gets(at, &addresses[at], &format!("to the account on {at}"));
        me.write(at, &addresses[at], &format!("from {at}"));
        assert_eq!(friends[at].oriole.incoming(1), [format!("from {at}")]);
    }
    // Each is as available as it says, and the other as it was.
    let away = json!({"show": "away", "status": "on the second server"});
    me.ask(1, "presence.set", away);
    let seen = friends[1].sees(&me.accounts[1].0.clone(), "away");
    assert_eq!(seen["status"], "on the second server");
    let list = friends[0].ask("contacts", json!({}));
    assert_eq!(list["contacts"][0]["show"], "online", "{list}");

    // Both know the same address. From the other server nobody gets there, which only concerns that account's chat.
    let shared_friend = addresses[0].clone();
    let lost = me.write(1, &shared_friend, "lost on the way");
    let failed = json!({"id": lost, "state": "failed", "account": me.id(1)});
    me.oriole.event("message-state", failed);
    let own = me.accounts[0].0.clone();
    friends[0].write(&own, "still for the first");
    me.gets(0, &shared_friend, "still for the first");

    let first = ["to the account on 0", "from 0", "still for the first"];
    for _ in 0..2 {
        assert_eq!(me.said(0, &shared_friend), first);
        assert_eq!(me.said(1, &shared_friend), ["lost on the way"]);
        assert_eq!(me.said(1, &addresses[1]), ["to the account on 1", "from 1"]);
        assert_eq!(me.said(0, &addresses[1]), [""; 0]);
        assert_eq!(me.chats(0), std::slice::from_ref(&shared_friend));
        let mut both = addresses.to_vec();
        both.sort();
        assert_eq!(me.chats(1), both);
        me.restart();
    }
}

fn two_accounts_that_know_the_same_person_are_kept_apart(kind: Kind) {
    let server = shared(kind);
    let names = ["home", "work", "carol"].map(|stem| server.unused_name(stem));
    for name in &names {
        server.add_user(name, PASSWORD);
    }
    let [home, work, carol] = &names;
    server.befriend(home, carol);
    server.befriend(work, carol);
    let mut me = Several::sign_in(vec![account(server, home), account(server, work)]);
    let mut carol = Person::sign_in(account(server, carol));
    let with = carol.address.clone();
    for at in [0, 1] {
        let own = me.accounts[at].0.clone();
        carol.sees(&own, "online");
        carol.write(&own, &format!("carol to {at}"));
        me.gets(at, &with, &format!("carol to {at}"));
        me.write(at, &with, &format!("{at} to carol"));
        assert_eq!(carol.oriole.incoming(1), [format!("{at} to carol")]);
    }
    // What is read in one is not in the other.
    let unread =
        |me: &mut Several, at| me.ask(at, "chat.list", json!({}))["chats"][0]["unread"].clone();
    assert_eq!(unread(&mut me, 0), unread(&mut me, 1));
    for _ in 0..2 {
        assert_eq!(me.said(0, &with), ["carol to 0", "0 to carol"]);
        assert_eq!(me.said(1, &with), ["carol to 1", "1 to carol"]);
        me.restart();
    }
    // One goes for good, and takes nothing of the other with it.
    me.ask(0, "account.remove", json!({}));
    assert_eq!(me.said(1, &with), ["carol to 1", "1 to carol"]);
    let own = me.accounts[1].0.clone();
    carol.write(&own, "still there?");
    me.gets(1, &with, "still there?");
}

fn what_the_server_can_do_is_said(kind: Kind) {
    let mut person = Person::new(shared(kind), "alice");
    let said = person.oriole.event("server", json!({"complete": false}));
    let has = |said: &Value, offer: &str| {
        let offers = said["offers"].as_array().unwrap();
        offers.iter().any(|known| known == offer)
    };
    for offer in ["archive", "carbons", "blocking", "profile", "registration"] {
        assert!(has(&said, offer), "{kind:?} {offer}: {said}");
    }
    person.ask("account.server", json!({"explore": true}));
    let all = person.oriole.event("server", json!({"complete": true}));
    assert!(has(&all, "group-chats"), "{kind:?}: {all}");
    let known = person.ask("account.server", json!({}));
    assert!(has(&known, "resumption"), "{kind:?}: {known}");
    assert_eq!(known["tls"], "TLS 1.3", "{known}");
    assert_eq!(known["pinned"], true, "{known}");
    let mechanism = known["mechanism"].as_str().unwrap();
    assert!(mechanism.starts_with("SCRAM-SHA-"), "{known}");
    person.ask("account.disable", json!({}));
    person.oriole.connected("offline");
    assert_eq!(person.ask("account.server", json!({})), json!({}));
}

fn a_history_that_was_kept_is_there_again_once(kind: Kind) {
    let server = shared(kind);
    let [alice, bob] = Person::befriended(server);
    let (mut alice_is, mut bob_is) = Person::both_sign_in(server, &[alice.clone(), bob]);
    bob_is.write(&alice_is.address, "one");
    assert_eq!(alice_is.oriole.incoming(1), ["one"]);
    alice_is.write(&bob_is.address, "two");
    assert_eq!(bob_is.oriole.incoming(1), ["two"]);
    alice_is.ask("account.remove", json!({"keep_history": true}));
    let accounts = alice_is.oriole.ask(json!({"do": "account.list"}));
    assert_eq!(accounts, json!({"accounts": []}));
    let chats = alice_is.oriole.ask(json!({"do": "chat.list"}));
    assert_eq!(chats, json!({"chats": []}));
    let secrets = std::fs::read_to_string(alice_is.profile().join("secrets.json")).unwrap();
    assert!(!secrets.contains(&alice), "{secrets}");
    let kept = alice_is.oriole.ask(json!({"do": "account.kept"}));
    assert_eq!(kept, json!({"kept": [alice_is.address]}));
    bob_is.write(&alice_is.address, "three");

    alice_is.oriole.ask(account(server, &alice));
    alice_is.is_there();
    assert_eq!(alice_is.oriole.incoming(1), ["three"]);
    alice_is.oriole.event("catch-up", json!({"done": true}));
    let history = alice_is.history(&bob_is.address);
    let bodies: Vec<_> = history.iter().map(|message| &message["body"]).collect();
    assert_eq!(bodies, ["one", "two", "three"]);

    // Erased, it is not on this machine any more; the server's archive has it still.
    alice_is.ask("account.remove", json!({"keep_history": true}));
    let address = alice_is.address.clone();
    alice_is
        .oriole
        .ask(json!({"do": "account.erase", "address": address}));
    for file in ["oriole.db", "oriole.db-wal"] {
        let bytes = std::fs::read(alice_is.profile().join(file)).unwrap_or_default();
        let name = alice.as_bytes();
        let found = bytes.windows(name.len()).any(|window| window == name);
        assert!(!found, "{file} knows {alice}");
    }
}
