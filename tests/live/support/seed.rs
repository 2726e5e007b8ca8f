//! Conversations that took place before anybody looked.

use tokio_rustls::rustls::ALL_VERSIONS;

use super::oriole::PASSWORD;
use super::probe::{Door, Probe};
use super::Server;

/// How many messages are sent before the server is asked whether it has them.
const BATCH: usize = 500;

/// Two new accounts that are contacts of each other, where the second wrote so many messages to the first: their numbers. Only
/// archives have them. Gives the names.
pub(crate) fn long_conversation(server: &Server, count: usize) -> [String; 2] {
    let names = ["alice", "bob"].map(|stem| server.unused_name(stem));
    for name in &names {
        server.add_user(name, PASSWORD);
    }
    server.befriend(&names[0], &names[1]);
    let [mut there, mut writer] = names.each_ref().map(|name| {
        let mut probe = Probe::open(server, Door::StartTls, ALL_VERSIONS).expect("a server");
        probe.log_in(name, PASSWORD).expect("an account");
        probe
    });
    // Who is there gets them at once, so that nothing is kept for the next sign-in.
    there.send("<presence/>").expect("a connection");
    there.read_until("<presence").expect("the own presence");
    let to = format!("{}@{}", names[0], server.domain());
    for batch in (0..count).collect::<Vec<_>>().chunks(BATCH) {
        let stanza = |number: &usize| {
            format!(
                "<message to='{to}' type='chat' id='long-{number}'><body>{number}</body></message>"
            )
        };
        let stanzas: String = batch.iter().map(stanza).collect();
        writer.send(&stanzas).expect("a connection");
        let anything = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
        writer.ask("get", anything).expect("an answer");
        // It reads, or the server would throw it out for what waits.
        let last = batch.last().expect("a number");
        there
            .read_until(&format!("<body>{last}</body>"))
            .expect("the messages");
    }
    names
}
