//! A bad day: two Orioles on one account and somebody with another client talk, while connections are cut, held up and half
//! open, Orioles are killed, and the server is restarted. In the end everybody has every message once, and both Orioles have them
//! in the same order.
//!
//! What happens is drawn at random from a seed, which a failure tells. `ORIOLE_STORM` in the environment asks for more than the
//! short storm of every day: how many messages, and after a colon the seed, e.g. `10000:7`. More than some 4,000 are too many for
//! ejabberd's archive in Mnesia: once that takes 2 GB, it says so in its log and keeps no more. A failure tells what is missing in
//! the archives, too.

use std::collections::BTreeMap;
use std::env;
use std::thread;

use serde_json::{json, Value};
use tokio_rustls::rustls::ALL_VERSIONS;

use crate::support::oriole::{account, Person, PASSWORD};
use crate::support::peer::Peer;
use crate::support::probe::{Door, Probe};
use crate::support::proxy::{Direction, Proxy};
use crate::support::{Kind, Options, Server};

for_both! {
    nothing_is_lost_doubled_or_out_of_order_in_a_storm
}

/// How many messages the short storm has, and its seed. They fit a page of the archive: where many own messages wait, and come to
/// stand on two pages, the order at the border is not the archive's yet.
const SHORT: (usize, u64) = (48, 1);
/// How many messages are written at least between two moments in which all is well.
const ROUND: usize = 12;
/// How many such moments there are at most.
const ROUNDS: usize = 60;

/// Numbers that look random and are the same for the same seed (SplitMix64).
struct Dice(u64);

impl Dice {
    /// A number below this one.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn way(&mut self) -> Direction {
        match self.below(2) {
            0 => Direction::Up,
            _ => Direction::Down,
        }
    }
}

/// One of Alice's computers, behind a network of its own.
struct Device {
    /// There, but while it is killed.
    person: Option<Person>,
    proxy: Proxy,
    /// What was written on it last.
    last: Value,
}

impl Device {
    fn sign_in(server: &Server, name: &str) -> Device {
        let proxy = Proxy::to(server.starttls_port());
        let mut request = account(server, name);
        request["server"] = json!(format!("127.0.0.1:{}", proxy.port()));
        Device {
            person: Some(Person::sign_in(request)),
            proxy,
            last: Value::Null,
        }
    }

    fn person(&mut self) -> &mut Person {
        self.person.as_mut().expect("somebody")
    }

    fn write(&mut self, to: &str, body: &str) {
        self.last = self.person().write(to, body);
    }

    /// Ends its Oriole without a word, and starts it again.
    fn kill(&mut self) {
        let away = self.person.take().expect("somebody").crash();
        self.person = Some(away.back_offline());
    }

    /// Waits until the server has everything that was written on it.
    fn is_done(&mut self, with: &str) {
        let last = self.last.clone();
        let person = self.person();
        // The word of it may have come before it was killed.
        let queued = |person: &mut Person| {
            let history = person.history(with);
            let of_last = history.iter().find(|message| message["id"] == last);
            of_last.is_some_and(|message| message["state"] == "queued")
        };
        if queued(person) {
            person.message_is(&last, "sent");
        }
        person.oriole.forget();
    }
}

/// What goes wrong.
fn trouble(dice: &mut Dice, devices: &mut [Device; 2]) {
    let way = dice.way();
    let which = usize::try_from(dice.below(2)).expect("one of two");
    let device = &mut devices[which];
    match dice.below(5) {
        0 => device.proxy.cut(),
        1 => device.proxy.hold(way),
        2 => device.proxy.swallow(way),
        3 => {
            device.proxy.swallow(Direction::Up);
            device.proxy.swallow(Direction::Down);
        }
        _ => device.kill(),
    }
}

/// All is well again: what was held up goes on, and what was half open is cut.
fn calm(devices: &mut [Device; 2]) {
    for device in devices {
        device.proxy.let_go();
        if device.proxy.swallows() {
            device.proxy.cut();
        }
    }
}

fn nothing_is_lost_doubled_or_out_of_order_in_a_storm(kind: Kind) {
    let (count, seed) = match env::var("ORIOLE_STORM") {
        Ok(wanted) => {
            let (count, seed) = wanted.split_once(':').unwrap_or((&wanted, "1"));
            let number = "ORIOLE_STORM is not a number, or two with a colon";
            (count.parse().expect(number), seed.parse().expect(number))
        }
        Err(_) => SHORT,
    };
    let mut dice = Dice(seed);
    let storm = format!("in the storm of {count} messages with the seed {seed}");

    let mut server = Server::start(kind, Options::default());
    let names = ["alice", "bob"].map(|stem| server.unused_name(stem));
    for name in &names {
        server.add_user(name, PASSWORD);
    }
    server.befriend(&names[0], &names[1]);
    let mut bob = Peer::sign_in(&server, &names[1]);
    let with = bob.address.clone();
    let mut devices = [(); 2].map(|()| Device::sign_in(&server, &names[0]));
    let alice = devices[0].person().address.clone();

    let mut written: Vec<String> = Vec::new();
    let mut write = |dice: &mut Dice, devices: &mut [Device; 2], bob: &mut Peer| {
        let who = dice.below(3);
        let name = ["one", "other", "bob"][who as usize];
        let body = format!("{name} {} 🐦", written.len());
        match devices.get_mut(who as usize) {
            Some(device) => device.write(&with, &body),
            None => bob.begin_to_write(&alice, &body),
        }
        written.push(body.clone());
        (who == 2).then_some(body)
    };
    let mut left: usize = count;
    while left > 0 {
        let mut bobs_last = None;
        let restarts = dice.below(8) == 0;
        thread::scope(|scope| {
            let server = &mut server;
            if restarts {
                scope.spawn(move || server.restart());
            }
            for _ in 0..ROUND.max(count / ROUNDS).min(left) {
                if dice.below(4) == 0 {
                    trouble(&mut dice, &mut devices);
                }
                bobs_last = write(&mut dice, &mut devices, &mut bob).or(bobs_last.take());
                left -= 1;
            }
        });
        calm(&mut devices);
        for device in &mut devices {
            device.is_done(&bob.address);
        }
        if let Some(last) = bobs_last {
            bob.has_written(&last);
        }
    }

    // Whoever comes back reads everything that was said since the last time.
    for device in &mut devices {
        let person = device.person();
        person.sign_in_again();
        person.oriole.event("catch-up", json!({"done": true}));
    }
    let [one, other] = devices.map(|mut device| {
        let history = device.person().history(&bob.address);
        let seen = history.iter().map(|message| {
            assert_ne!(message["state"], "queued", "{message}");
            let text = |name: &str| message[name].as_str().expect("a text").to_owned();
            text("body")
        });
        seen.collect::<Vec<_>>()
    });
    drop(bob);
    let [alices, bobs] = names.map(|name| archived(&server, &name));
    let complaints: Vec<String> = [
        ("Alice's archive", &alices),
        ("Bob's archive", &bobs),
        ("the one Oriole", &one),
        ("the other Oriole", &other),
    ]
    .into_iter()
    .filter_map(|(place, seen)| complaint(place, &written, seen))
    .collect();
    assert!(complaints.is_empty(), "{storm}: {complaints:#?}");
    assert_eq!(one, other, "{storm}");
}

/// What the server has in somebody's archive, asked by nobody's code but this test's.
fn archived(server: &Server, name: &str) -> Vec<String> {
    const PAGE: usize = 50;
    let between = |text: &str, start: &str, end: &str| {
        let (_, rest) = text.split_once(start)?;
        Some(rest.split_once(end)?.0.to_owned())
    };
    let mut probe = Probe::open(server, Door::StartTls, ALL_VERSIONS).expect("a server");
    probe.log_in(name, PASSWORD).expect("an account");
    let (mut bodies, mut after) = (Vec::new(), String::new());
    loop {
        let query = format!(
            "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'>\
             <max>{PAGE}</max>{after}</set></query>"
        );
        let page = probe.ask("set", &query).expect("an archive");
        let results = page.split("<result ").skip(1);
        let before = bodies.len();
        bodies.extend(results.filter_map(|result| between(result, "<body>", "</body>")));
        let Some(last) = between(&page, "<last>", "</last>") else {
            return bodies;
        };
        assert!(
            bodies.len() > before || page.contains("complete="),
            "{page}"
        );
        after = format!("<after>{last}</after>");
    }
}

/// What is wrong where not every message is there once.
fn complaint(place: &str, written: &[String], seen: &[String]) -> Option<String> {
    let mut times: BTreeMap<&String, usize> = written.iter().map(|body| (body, 0)).collect();
    for body in seen {
        *times.entry(body).or_default() += 1;
    }
    let with = |wrong: fn(usize) -> bool| {
        let bodies = times.iter().filter(move |(_, times)| wrong(**times));
        bodies.map(|(body, _)| *body).collect::<Vec<_>>()
    };
    let (missing, doubled) = (with(|times| times == 0), with(|times| times > 1));
    let is_right = missing.is_empty() && doubled.is_empty();
    (!is_right).then(|| format!("{place}: missing {missing:?}, more than once {doubled:?}"))
}
