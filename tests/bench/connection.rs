//! How long it takes to be there again: reading what a server's archive has, and connecting anew, with the old session and
//! without. Against real servers on this machine, so what is measured is Oriole and the server together; the processor's time is
//! Oriole's alone.
//!
//!     cargo bench -p oriole --bench connection
//!
//! `MESSAGES` in the environment: how many the archive has (10,000).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

#[cfg(target_os = "linux")]
#[path = "../live/support/mod.rs"]
#[allow(dead_code, reason = "most of it is for tests")]
mod support;

#[cfg(target_os = "linux")]
fn main() {
    // Asked to list or to run tests, as `cargo test --benches` does: there are none.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    for kind in [support::Kind::Prosody, support::Kind::Ejabberd] {
        measure::all(kind);
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("The servers are Debian's packages: there is nothing to measure on this system.");
}

#[cfg(target_os = "linux")]
mod measure {
    use std::env;
    use std::fs;
    use std::time::{Duration, Instant};

    use serde_json::json;

    use crate::support::oriole::{account, Oriole, Person};
    use crate::support::proxy::Proxy;
    use crate::support::seed::long_conversation;
    use crate::support::{Kind, Options, Server};

    /// How often connecting is measured.
    const TIMES: usize = 9;

    /// Everything, with this server.
    pub(crate) fn all(kind: Kind) {
        let count: u32 =
            env::var("MESSAGES").map_or(10_000, |count| count.parse().expect("a number"));
        let server = Server::start(kind, Options::default());
        let names = long_conversation(&server, count as usize);
        let proxy = Proxy::to(server.starttls_port());
        let mut request = account(&server, &names[0]);
        request["server"] = json!(format!("127.0.0.1:{}", proxy.port()));

        let mut person = Person::sign_in(request);
        let (began, cpu) = (Instant::now(), processor_time(&person.oriole));
        let end = person.oriole.event("catch-up", json!({"done": true}));
        let took = began.elapsed().as_secs_f64();
        let cpu = (processor_time(&person.oriole) - cpu).as_secs_f64();
        assert_eq!(end["stored"], count, "{end}");
        let (count, per) = (f64::from(count), 10_000.0);
        println!(
            "{kind:?}: {count} messages read from the archive in {took:.2} s: {:.0} a second, {:.2} CPU s for 10,000",
            count / took,
            cpu * per / count
        );

        let mut resumed = Vec::new();
        for _ in 0..TIMES {
            proxy.cut();
            person.oriole.connected("connecting");
            let began = Instant::now();
            let online = person.oriole.connected("online");
            assert_eq!(online["resumed"], true, "{online}");
            resumed.push(began.elapsed());
        }
        let mut cold = Vec::new();
        for _ in 0..TIMES {
            person.oriole.quit();
            let began = Instant::now();
            person.oriole = Oriole::start(person.profile());
            person.oriole.connected("online");
            cold.push(began.elapsed());
        }
        println!(
            "{kind:?}: online again, from the first byte, with the old session {} ms, after a start of the program {} ms (medians of {TIMES})",
            median(resumed).as_millis(),
            median(cold).as_millis()
        );
    }

    fn median(mut times: Vec<Duration>) -> Duration {
        times.sort_unstable();
        times[times.len() / 2]
    }

    /// How long a process has kept processors busy.
    fn processor_time(oriole: &Oriole) -> Duration {
        // Of the kernel's clock for this, on every machine that Linux runs on today.
        const TICKS_A_SECOND: f64 = 100.0;
        let stat =
            fs::read_to_string(format!("/proc/{}/stat", oriole.process_id())).expect("a process");
        let (_, fields) = stat.rsplit_once(") ").expect("its name");
        let ticks: f64 = fields
            .split(' ')
            .skip(11)
            .take(2)
            .map(|field| field.parse::<f64>().expect("a number"))
            .sum();
        Duration::from_secs_f64(ticks / TICKS_A_SECOND)
    }
}
