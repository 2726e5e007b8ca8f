#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use chrono::TimeZone;

use super::*;

const YOU: &str = "you@oriole.example";

fn friends(language: Language) -> Friends {
    let noon = Utc.with_ymd_and_hms(2025, 6, 6, 12, 0, 0).unwrap();
    let own = own_address().unwrap();
    let mut friends = Friends::new(own.clone(), language, Arc::new(move || noon));
    friends.arrive(own.with_resource_str("here").unwrap());
    friends
}

fn xml(text: &str) -> Element {
    let (name, rest) = text.split_once(['>', ' ', '/']).unwrap();
    let rest = text.get(text.len() - rest.len() - 1..).unwrap();
    format!("{name} xmlns='jabber:client'{rest}")
        .parse()
        .unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn take(friends: &mut Friends, text: &str) -> Out {
    friends.take(&xml(text))
}

/// A friend as they are after the first sign-in, with everything that begins by itself left out.
fn awake(language: Language) -> Friends {
    let mut friends = friends(language);
    take(&mut friends, "<presence/>");
    friends
}

fn query(friends: &mut Friends, kind: &str, payload: &str) -> Out {
    take(friends, &format!("<iq type='{kind}' id='1'>{payload}</iq>"))
}

fn address(text: &str) -> BareJid {
    BareJid::new(text).unwrap()
}

/// Does everything that was to be done later, in order, and gives what was sent.
fn play(friends: &mut Friends, out: Out) -> Vec<Element> {
    let mut sent = out.now;
    let mut plans = out.later;
    while !plans.is_empty() {
        plans.sort_by_key(|(after, _)| *after);
        let (after, act) = plans.remove(0);
        let out = friends.act(act);
        sent.extend(out.now);
        plans.extend(out.later.into_iter().map(|(more, act)| (after + more, act)));
    }
    sent
}

/// What messages say, and the states of writing, in short.
fn words(sent: &[Element]) -> Vec<String> {
    let messages = sent.iter().filter(|stanza| stanza.name() == "message");
    messages
        .map(|message| match child_text(message, "body", ns::CLIENT) {
            Some(body) => body,
            None => message.children().next().unwrap().name().to_owned(),
        })
        .collect()
}

fn kinds(sent: &[Element]) -> Vec<(&str, Option<&str>)> {
    sent.iter()
        .map(|stanza| (stanza.name(), stanza.attr("type")))
        .collect()
}

fn condition(out: &Out) -> (Option<&str>, String) {
    let [answer] = &out.now[..] else {
        panic!("{out:?}");
    };
    let error = oriole_core::xmpp::stanza::StanzaError::of(answer);
    (answer.attr("type"), error.condition)
}

#[test]
fn the_contact_list_has_names_and_groups_in_the_language() {
    for (language, name, group) in [
        (Language::English, "Mei Lin", "Friends"),
        (Language::Chinese, "林梅", "朋友"),
    ] {
        let mut friends = friends(language);
        let out = query(&mut friends, "get", "<query xmlns='jabber:iq:roster'/>");
        let list = out.now[0].children().next().unwrap();
        let mei = list
            .children()
            .find(|item| item.attr("jid") == Some("mei@oriole.example"))
            .unwrap();
        assert_eq!(mei.attr("name"), Some(name));
        assert_eq!(mei.attr("subscription"), Some("both"));
        assert_eq!(mei.children().next().unwrap().text(), group);
        // Who will ask only later.
        assert!(list
            .children()
            .all(|item| item.attr("jid") != Some("anna@oriole.example")));
    }
}

#[test]
fn what_was_written_before_comes_once_in_order_and_with_its_time() {
    let mut friends = friends(Language::English);
    assert!(!friends.is_awake());
    let first = take(&mut friends, "<presence/>");
    assert!(friends.is_awake());
    let stamps: Vec<&str> = first
        .now
        .iter()
        .filter_map(|stanza| stanza.get_child("delay", ns::DELAY)?.attr("stamp"))
        .collect();
    let written: usize = (friends.script.people.iter())
        .map(|person| person.history.len())
        .sum();
    assert_eq!(stamps.len(), written);
    assert!(stamps.is_sorted());
    assert_eq!(stamps.last(), Some(&"2025-06-06T11:59:00Z"));
    assert_eq!(first.later.len(), friends.script.beats.len());

    let own = own_address().unwrap();
    for away in ["<presence type='unavailable'/>", ""] {
        if away.is_empty() {
            friends.leave();
        } else {
            take(&mut friends, away);
        }
        assert!(!friends.is_awake());
        friends.arrive(own.with_resource_str("there").unwrap());
        let again = take(&mut friends, "<presence/>");
        assert!(again.later.is_empty());
        assert!(again.now.iter().all(|stanza| stanza.name() == "presence"));
        assert!(again.now.len() > 4, "who is there is told again");
    }
    // Another presence in the same session says nothing new, except to us.
    let changed = take(&mut friends, "<presence><show>away</show></presence>");
    assert_eq!(changed.now.len(), 1);
    assert_eq!(
        changed.now[0].attr("from"),
        Some("you@oriole.example/there")
    );
}

#[test]
fn presence_comes_in_every_form() {
    let mut friends = friends(Language::English);
    let sent = take(&mut friends, "<presence/>").now;
    let of = |who: &str| {
        sent.iter()
            .find(|stanza| {
                stanza.name() == "presence"
                    && stanza.attr("from").unwrap().starts_with(&format!("{who}@"))
            })
            .map(|stanza| child_text(stanza, "show", ns::CLIENT))
    };
    assert_eq!(of("mei"), Some(None));
    assert_eq!(of("tom"), Some(Some("away".to_owned())));
    assert_eq!(of("meimei"), Some(Some("dnd".to_owned())));
    assert_eq!(of("lilei"), None);
}

#[test]
fn an_answer_is_typed_and_fits() {
    let mut friends = awake(Language::English);
    let mut say = |body: &str| {
        let to = "<message type='chat' to='mei@oriole.example' id='7'>";
        let out = take(&mut friends, &format!("{to}<body>{body}</body></message>"));
        assert!(out.now.is_empty());
        let times: Vec<Duration> = out.later.iter().map(|(after, _)| *after).collect();
        assert!(times.is_sorted() && times[0] >= READING);
        words(&play(&mut friends, out))
    };
    assert_eq!(
        say("Hello"),
        ["composing", "Hi! 👋 Back from the hills at last."]
    );
    assert_eq!(
        say("Why?"),
        ["composing", "Let me look at the map first 🗺️"]
    );
    let third = say("Because.");
    assert_eq!(
        third[..3],
        ["composing", "paused", "composing"],
        "a long one has a pause: {third:?}"
    );
    assert!(third[3].contains("https://example.org/"));
    assert_eq!(say("Thanks"), ["composing", "You're welcome."]);
}

#[test]
fn who_is_offline_comes_back_to_answer() {
    let mut friends = awake(Language::Chinese);
    let out = take(
        &mut friends,
        "<message to='lilei@oriole.example'><body>你好</body></message>",
    );
    let sent = play(&mut friends, out);
    assert_eq!(
        kinds(&sent),
        [
            ("presence", None),
            ("message", Some("chat")),
            ("message", Some("chat"))
        ]
    );
    assert_eq!(words(&sent), ["composing", "你好！我刚上线。"]);
}

#[test]
fn messages_to_nobody_come_back() {
    let mut friends = awake(Language::English);
    for (to, expected) in [
        ("nobody@oriole.example", "service-unavailable"),
        ("somebody@example.net", "remote-server-not-found"),
        ("oriole.example", "service-unavailable"),
    ] {
        let sent = format!("<message to='{to}' id='9' type='chat'><body>x</body></message>");
        let out = take(&mut friends, &sent);
        assert_eq!(condition(&out), (Some("error"), expected.to_owned()));
        assert_eq!(out.now[0].attr("id"), Some("9"));
        assert_eq!(out.now[0].attr("from"), Some(to));
        assert!(out.later.is_empty());
    }
    let error = "<message to='nobody@oriole.example' type='error'><body>x</body></message>";
    assert!(take(&mut friends, error).now.is_empty(), "no ping-pong");
    let room = "<message to='mei@oriole.example' type='groupchat'><body>x</body></message>";
    assert_eq!(
        condition(&take(&mut friends, room)).1,
        "service-unavailable"
    );
}

#[test]
fn a_note_to_oneself_arrives() {
    let mut friends = awake(Language::English);
    let out = take(
        &mut friends,
        &format!("<message to='{YOU}' id='3'><body>milk</body></message>"),
    );
    assert_eq!(words(&out.now), ["milk"]);
    assert_eq!(out.now[0].attr("from"), Some("you@oriole.example/here"));
}

#[test]
fn who_asks_asks_until_answered_and_thanks() {
    let mut friends = awake(Language::English);
    let anna = address("anna@oriole.example");
    let asked = friends.act(Act::Ask(anna.clone(), "Hi"));
    assert_eq!(kinds(&asked.now), [("presence", Some("subscribe"))]);
    assert_eq!(
        child_text(&asked.now[0], "nick", ns::NICK).unwrap(),
        "Anna Kovář"
    );
    assert!(
        friends.act(Act::Ask(anna.clone(), "Hi")).now.is_empty(),
        "once is enough"
    );
    take(&mut friends, "<presence type='unavailable'/>");
    let again = take(&mut friends, "<presence/>").now;
    assert!(kinds(&again).contains(&("presence", Some("subscribe"))));

    let let_in = take(
        &mut friends,
        "<presence type='subscribed' to='anna@oriole.example'/>",
    );
    assert_eq!(kinds(&let_in.now), [("iq", Some("set"))]);
    assert_eq!(friends.roster[&anna].subscription, Subscription::From);
    assert_eq!(friends.roster[&anna].name.as_deref(), Some("Anna Kovář"));
    let out = take(
        &mut friends,
        "<presence type='subscribe' to='anna@oriole.example'/>",
    );
    assert!(friends.roster[&anna].ask);
    let sent = play(&mut friends, out);
    assert_eq!(friends.roster[&anna].subscription, Subscription::Both);
    assert!(kinds(&sent).contains(&("presence", None)), "she is there");
    assert!(words(&sent).last().unwrap().starts_with("Thank you"));
}

#[test]
fn who_is_declined_asks_no_more() {
    let mut friends = awake(Language::English);
    let anna = address("anna@oriole.example");
    friends.act(Act::Ask(anna, "Hi"));
    take(
        &mut friends,
        "<presence type='unsubscribed' to='anna@oriole.example'/>",
    );
    take(&mut friends, "<presence type='unavailable'/>");
    let again = take(&mut friends, "<presence/>").now;
    assert!(!kinds(&again).contains(&("presence", Some("subscribe"))));
    // And whoever did not ask cannot be let in.
    let out = take(
        &mut friends,
        "<presence type='subscribed' to='anna@oriole.example'/>",
    );
    assert!(out.now.is_empty());
}

#[test]
fn everybody_here_can_be_added_and_nobody_elsewhere() {
    let mut friends = awake(Language::English);
    let new = address("new@oriole.example");
    let out = query(
        &mut friends,
        "set",
        "<query xmlns='jabber:iq:roster'><item jid='new@oriole.example' name='New'><group>B</group><group>A</group></item></query>",
    );
    assert_eq!(
        kinds(&out.now),
        [("iq", Some("set")), ("iq", Some("result"))]
    );
    assert_eq!(friends.roster[&new].groups, ["A", "B"]);
    let out = take(
        &mut friends,
        "<presence type='subscribe' to='new@oriole.example'/>",
    );
    let sent = play(&mut friends, out);
    assert_eq!(friends.roster[&new].subscription, Subscription::To);
    assert!(kinds(&sent).contains(&("presence", Some("subscribed"))));
    assert!(
        kinds(&sent).contains(&("presence", Some("subscribe"))),
        "and asks back"
    );
    take(
        &mut friends,
        "<presence type='subscribed' to='new@oriole.example'/>",
    );
    assert_eq!(friends.roster[&new].subscription, Subscription::Both);

    for nobody in ["x@example.net", "oriole.example", YOU] {
        let out = take(
            &mut friends,
            &format!("<presence type='subscribe' to='{nobody}'/>"),
        );
        assert_eq!(condition(&out).1, "remote-server-not-found", "{nobody}");
    }
}

#[test]
fn who_is_removed_is_gone_and_can_be_added_again() {
    let mut friends = awake(Language::English);
    let remove = "<query xmlns='jabber:iq:roster'><item jid='mei@oriole.example' subscription='remove'/></query>";
    let out = query(&mut friends, "set", remove);
    assert_eq!(
        kinds(&out.now),
        [
            ("iq", Some("set")),
            ("presence", Some("unavailable")),
            ("iq", Some("result"))
        ]
    );
    let out = query(&mut friends, "set", remove);
    assert_eq!(condition(&out).1, "item-not-found");
    let out = take(
        &mut friends,
        "<presence type='subscribe' to='mei@oriole.example'/>",
    );
    let sent = play(&mut friends, out);
    assert!(kinds(&sent).contains(&("presence", None)));
    let mei = &friends.roster[&address("mei@oriole.example")];
    assert_eq!(mei.name.as_deref(), Some("Mei Lin"));
}

#[test]
fn who_is_not_to_be_seen_any_more_is_not() {
    let mut friends = awake(Language::English);
    let mei = address("mei@oriole.example");
    let out = take(
        &mut friends,
        "<presence type='unsubscribe' to='mei@oriole.example'/>",
    );
    assert_eq!(
        kinds(&out.now),
        [("iq", Some("set")), ("presence", Some("unavailable"))]
    );
    let out = friends.act(Act::Appear(mei.clone(), Show::Away, ""));
    assert!(out.now.is_empty());
    take(
        &mut friends,
        "<presence type='unsubscribed' to='mei@oriole.example'/>",
    );
    assert_eq!(friends.roster[&mei].subscription, Subscription::None);
}

#[test]
fn the_blocked_are_silent_until_they_are_freed() {
    let mut friends = awake(Language::English);
    let mei = address("mei@oriole.example");
    let named = "<item jid='mei@oriole.example'/>";
    let block = format!("<block xmlns='urn:xmpp:blocking'>{named}</block>");
    let out = query(&mut friends, "set", &block);
    assert_eq!(
        kinds(&out.now),
        [
            ("iq", Some("set")),
            ("presence", Some("unavailable")),
            ("iq", Some("result"))
        ]
    );
    assert!(friends.act(Act::Say(mei.clone(), "x")).now.is_empty());
    let out = query(
        &mut friends,
        "get",
        "<blocklist xmlns='urn:xmpp:blocking'/>",
    );
    assert!(String::from(&out.now[0]).contains("mei@oriole.example"));
    let out = query(&mut friends, "set", "<unblock xmlns='urn:xmpp:blocking'/>");
    assert_eq!(
        kinds(&out.now),
        [
            ("iq", Some("set")),
            ("presence", None),
            ("iq", Some("result"))
        ]
    );
    assert_eq!(friends.act(Act::Say(mei, "x")).now.len(), 1);
}

#[test]
fn what_is_not_known_is_refused_and_what_makes_no_sense_too() {
    let mut friends = awake(Language::English);
    for (request, expected) in [
        ("<iq type='get' id='1'><query xmlns='x'/></iq>", "service-unavailable"),
        ("<iq type='get' id='1'/>", "service-unavailable"),
        ("<iq type='set' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", "service-unavailable"),
        ("<iq type='get' id='1' to='mei@oriole.example/phone'><ping xmlns='urn:xmpp:ping'/></iq>", "service-unavailable"),
        ("<iq type='get' id='1' to='oriole.example'><query xmlns='jabber:iq:roster'/></iq>", "service-unavailable"),
        ("<iq type='get' id='1' to='@@'><ping xmlns='urn:xmpp:ping'/></iq>", "jid-malformed"),
        ("<iq type='set' id='1'><query xmlns='jabber:iq:roster'/></iq>", "bad-request"),
        ("<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='@@'/></query></iq>", "bad-request"),
        ("<iq type='set' id='1'><block xmlns='urn:xmpp:blocking'/></iq>", "bad-request"),
        ("<iq type='get' id='1'><block xmlns='urn:xmpp:blocking'/></iq>", "bad-request"),
    ] {
        let out = take(&mut friends, request);
        assert_eq!(condition(&out), (Some("error"), expected.to_owned()), "{request}");
        assert!(out.later.is_empty());
    }
    for silent in [
        "<iq type='result' id='1'/>",
        "<iq type='error' id='1'/>",
        "<iq/>",
        "<message><body>x</body></message>",
        "<message to='mei@oriole.example'/>",
        "<message to='@@'><body>x</body></message>",
        "<presence to='mei@oriole.example'/>",
        "<presence type='probe'/>",
        "<presence type='unsubscribe' to='@@'/>",
        "<other/>",
    ] {
        let out = take(&mut friends, silent);
        assert!(out.now.is_empty() && out.later.is_empty(), "{silent}");
    }
}

#[test]
fn server_and_account_say_what_they_are() {
    let mut friends = awake(Language::English);
    for (to, identity) in [("oriole.example", "server"), (YOU, "account")] {
        let out = take(
            &mut friends,
            &format!("<iq type='get' id='1' to='{to}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"),
        );
        assert_eq!(out.now[0].attr("from"), Some(to));
        let said = String::from(&out.now[0]);
        assert!(
            said.contains(&format!("category=\"{identity}\""))
                || said.contains(&format!("category='{identity}'")),
            "{said}"
        );
    }
    let out = query(&mut friends, "get", "<ping xmlns='urn:xmpp:ping'/>");
    assert_eq!(kinds(&out.now), [("iq", Some("result"))]);
    assert_eq!(out.now[0].attr("from"), None);
}

#[test]
fn nothing_grows_without_bounds() {
    let mut friends = awake(Language::English);
    for number in 0..MOST_CONTACTS * 3 {
        take(
            &mut friends,
            &format!("<presence type='subscribe' to='x{number}@oriole.example'/>"),
        );
        query(
            &mut friends,
            "set",
            &format!(
                "<query xmlns='jabber:iq:roster'><item jid='y{number}@oriole.example'/></query>"
            ),
        );
        query(
            &mut friends,
            "set",
            &format!(
                "<block xmlns='urn:xmpp:blocking'><item jid='z{number}@oriole.example'/></block>"
            ),
        );
        // Those who are removed again take no room.
        query(
            &mut friends,
            "set",
            &format!("<query xmlns='jabber:iq:roster'><item jid='y{number}@oriole.example' subscription='remove'/></query>"),
        );
    }
    assert_eq!(friends.roster.len(), MOST_CONTACTS);
    assert_eq!(friends.blocked.len(), MOST_CONTACTS);
    assert!(friends.friends.len() <= MOST_CONTACTS + friends.script.people.len());
}
