//! The rules for finding a server, against a name service made of a few lines.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;
use std::sync::Mutex;

use futures::future::FutureExt;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

const DEADLINE: Duration = Duration::from_secs(5);
const START: &str = "_xmpp-client._tcp.example.org";
const DIRECT: &str = "_xmpps-client._tcp.example.org";

/// A name service that knows what it was told, fails or keeps silent on demand, and writes down what it was asked.
#[derive(Default)]
struct Names {
    srv: HashMap<String, Vec<SrvRecord>>,
    failing: Vec<String>,
    silent: Vec<String>,
    hosts: HashMap<String, Vec<IpAddr>>,
    asked: Mutex<Vec<String>>,
}

impl Names {
    fn srv(mut self, name: &str, priority: u16, weight: u16, target: &str, port: u16) -> Self {
        self.srv
            .entry(name.to_owned())
            .or_default()
            .push(SrvRecord {
                priority,
                weight,
                port,
                target: target.to_owned(),
            });
        self
    }

    fn failing(mut self, name: &str) -> Self {
        self.failing.push(name.to_owned());
        self
    }

    fn silent(mut self, name: &str) -> Self {
        self.silent.push(name.to_owned());
        self
    }

    fn host(mut self, name: &str, addresses: &[&str]) -> Self {
        let addresses = addresses.iter().map(|address| address.parse().unwrap());
        self.hosts.insert(name.to_owned(), addresses.collect());
        self
    }

    fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort();
        asked
    }
}

impl Resolve for Names {
    fn srv<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SrvAnswer, DnsError>> {
        self.asked.lock().unwrap().push(name.to_owned());
        if self.silent.iter().any(|silent| silent == name) {
            return futures::future::pending().boxed();
        }
        let answer = if self.failing.iter().any(|failing| failing == name) {
            Err(DnsError::Failed {
                detail: "SERVFAIL".to_owned(),
            })
        } else {
            let records = self.srv.get(name).cloned().unwrap_or_default();
            Ok(SrvAnswer { records })
        };
        futures::future::ready(answer).boxed()
    }

    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>> {
        self.asked.lock().unwrap().push(host.to_owned());
        if self.silent.iter().any(|silent| silent == host) {
            return futures::future::pending().boxed();
        }
        let found = self.hosts.get(host).cloned();
        let answer = found.ok_or(DnsError::NotFound {
            name: host.to_owned(),
        });
        futures::future::ready(answer).boxed()
    }
}

async fn find(
    names: &Names,
    domain: &str,
    security: Security,
    server: Option<&str>,
    seed: u64,
) -> Result<Candidates, DnsError> {
    let server = server.map(|server| server.parse::<ServerAddress>().unwrap());
    let mut rng = StdRng::seed_from_u64(seed);
    candidates(names, domain, security, server.as_ref(), &mut rng, DEADLINE).await
}

fn written(candidates: &Candidates) -> Vec<String> {
    let mode = |tls| match tls {
        TlsMode::Start => "start",
        TlsMode::Direct => "direct",
        TlsMode::None => "none",
    };
    let list = candidates.list.iter();
    list.map(|candidate| {
        format!(
            "{} {} {}",
            candidate.host,
            candidate.port,
            mode(candidate.tls)
        )
    })
    .collect()
}

/// The list for example.org, which must come without a note.
async fn list(names: &Names, security: Security, server: Option<&str>) -> Vec<String> {
    let found = find(names, "example.org", security, server, 1)
        .await
        .unwrap();
    assert_eq!(found.note, None);
    written(&found)
}

#[tokio::test]
async fn both_services_are_one_list_by_priority() {
    let names = Names::default()
        .srv(START, 10, 5, "a.example.org.", 5222)
        .srv(START, 30, 5, "c.example.org", 5222)
        .srv(DIRECT, 20, 5, "b.example.org.", 443)
        .srv(DIRECT, 5, 5, "Bücher.example.org.", 5223);
    assert_eq!(
        list(&names, Security::Auto, None).await,
        [
            "xn--bcher-kva.example.org 5223 direct",
            "a.example.org 5222 start",
            "b.example.org 443 direct",
            "c.example.org 5222 start"
        ]
    );
    assert_eq!(names.asked(), [START, DIRECT]);
}

#[tokio::test]
async fn weights_divide_the_connections_across_both_services() {
    let names = Names::default()
        .srv(START, 1, 60, "heavy.example.org", 5222)
        .srv(DIRECT, 1, 30, "middle.example.org", 5223)
        .srv(START, 1, 10, "light.example.org", 5222)
        .srv(START, 1, 0, "never.example.org", 5222);
    let mut first = HashMap::new();
    for seed in 0..1000 {
        let found = find(&names, "example.org", Security::Auto, None, seed)
            .await
            .unwrap();
        assert_eq!(found.list.len(), 4);
        *first
            .entry(found.list.first().unwrap().host.clone())
            .or_insert(0) += 1;
    }
    let share = |host: &str| first.get(host).copied().unwrap_or(0);
    assert!(
        (520..680).contains(&share("heavy.example.org")),
        "{first:?}"
    );
    assert!(
        (230..370).contains(&share("middle.example.org")),
        "{first:?}"
    );
    assert!((50..160).contains(&share("light.example.org")), "{first:?}");
    assert!(share("never.example.org") < 40, "{first:?}");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_order() {
    let names = (0..8).fold(Names::default(), |names, n| {
        names.srv(START, 1, 7, &format!("h{n}.example.org"), 5222)
    });
    let once = find(&names, "example.org", Security::Auto, None, 7)
        .await
        .unwrap();
    assert_eq!(
        once,
        find(&names, "example.org", Security::Auto, None, 7)
            .await
            .unwrap()
    );
    assert_ne!(
        once,
        find(&names, "example.org", Security::Auto, None, 8)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn without_records_the_domain_itself() {
    let names = Names::default();
    assert_eq!(
        list(&names, Security::Auto, None).await,
        ["example.org 5222 start", "example.org 5223 direct"]
    );
    assert_eq!(
        list(&names, Security::StartTls, None).await,
        ["example.org 5222 start"]
    );
    assert_eq!(
        list(&names, Security::DirectTls, None).await,
        ["example.org 5223 direct"]
    );
}

#[tokio::test]
async fn with_records_the_domain_itself_is_not_tried() {
    let names = Names::default().srv(START, 1, 1, "a.example.org", 5222);
    assert_eq!(
        list(&names, Security::Auto, None).await,
        ["a.example.org 5222 start"]
    );
    let names = Names::default().srv(DIRECT, 1, 1, "a.example.org", 443);
    assert_eq!(
        list(&names, Security::Auto, None).await,
        ["a.example.org 443 direct"]
    );
}

#[tokio::test]
async fn the_security_setting_asks_only_for_its_own_service() {
    let names = Names::default()
        .srv(START, 1, 1, "a.example.org", 5222)
        .srv(DIRECT, 1, 1, "b.example.org", 5223);
    assert_eq!(
        list(&names, Security::StartTls, None).await,
        ["a.example.org 5222 start"]
    );
    assert_eq!(names.asked(), [START]);
    assert_eq!(
        list(&names, Security::DirectTls, None).await,
        ["b.example.org 5223 direct"]
    );
    assert_eq!(names.asked(), [START, DIRECT]);
}

#[tokio::test]
async fn a_dot_means_not_here() {
    let refused = Err(DnsError::ServiceNotOffered {
        domain: "example.org".to_owned(),
    });
    let both = Names::default()
        .srv(START, 0, 0, ".", 0)
        .srv(DIRECT, 0, 0, ".", 0);
    for security in [Security::Auto, Security::StartTls, Security::DirectTls] {
        assert_eq!(find(&both, "example.org", security, None, 1).await, refused);
    }
    // A domain without any chat service, from before there was a second kind of record.
    let old = Names::default().srv(START, 0, 0, ".", 0);
    assert_eq!(
        find(&old, "example.org", Security::Auto, None, 1).await,
        refused
    );
    // No direct TLS, said of a server without other records.
    let no_direct = Names::default().srv(DIRECT, 0, 0, ".", 0);
    assert_eq!(
        list(&no_direct, Security::Auto, None).await,
        ["example.org 5222 start"]
    );
    // No StartTLS, but direct TLS.
    let only_direct =
        Names::default()
            .srv(START, 0, 0, ".", 0)
            .srv(DIRECT, 0, 0, "d.example.org", 443);
    assert_eq!(
        list(&only_direct, Security::Auto, None).await,
        ["d.example.org 443 direct"]
    );
    // Beside a real record it means nothing.
    let muddled = Names::default()
        .srv(START, 0, 0, ".", 0)
        .srv(START, 1, 0, "s.example.org", 5222);
    assert_eq!(
        list(&muddled, Security::Auto, None).await,
        ["s.example.org 5222 start"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_broken_resolver_keeps_nobody_out() {
    let fallback = ["example.org 5222 start", "example.org 5223 direct"];
    for names in [
        Names::default().failing(START).failing(DIRECT),
        Names::default().silent(START).silent(DIRECT),
        Names::default().failing(START),
        Names::default().silent(DIRECT),
    ] {
        let found = find(&names, "example.org", Security::Auto, None, 1)
            .await
            .unwrap();
        assert_eq!(written(&found), fallback);
        assert!(found.note.is_some());
    }
    let half = Names::default()
        .failing(DIRECT)
        .srv(START, 1, 1, "a.example.org", 5222);
    let found = find(&half, "example.org", Security::Auto, None, 1)
        .await
        .unwrap();
    assert_eq!(written(&found), ["a.example.org 5222 start"]);
    assert!(found.note.unwrap().to_string().contains("SERVFAIL"));
    let refused = Names::default().failing(DIRECT).srv(START, 0, 0, ".", 0);
    let found = find(&refused, "example.org", Security::Auto, None, 1)
        .await
        .unwrap();
    assert_eq!(written(&found), ["example.org 5223 direct"]);
}

#[tokio::test]
async fn hostile_records_are_bounded_and_cleaned() {
    let many = (0..200).fold(Names::default(), |names, n| {
        names.srv(START, n, 1, &format!("h{n}.example.org"), 5222)
    });
    let found = list(&many, Security::Auto, None).await;
    assert_eq!(found.len(), 16);
    assert_eq!(found.first().unwrap(), "h0.example.org 5222 start");
    let doubled = Names::default()
        .srv(START, 1, 1, "a.example.org", 5222)
        .srv(START, 2, 1, "A.example.org.", 5222);
    assert_eq!(
        list(&doubled, Security::Auto, None).await,
        ["a.example.org 5222 start"]
    );
    let useless = Names::default()
        .srv(START, 1, 1, "a.example.org", 0)
        .srv(START, 1, 1, "a b", 1)
        .srv(START, 1, 1, "x\\000y.example.org", 1);
    let found = find(&useless, "example.org", Security::StartTls, None, 1)
        .await
        .unwrap();
    assert_eq!(written(&found), ["example.org 5222 start"]);
    assert!(found.note.is_some());
}

#[tokio::test]
async fn a_server_typed_by_hand_replaces_the_question() {
    let names = Names::default().srv(START, 1, 1, "wrong.example.org", 1);
    for (security, server, expected) in [
        (
            Security::Auto,
            "h.example",
            &["h.example 5222 start", "h.example 5223 direct"][..],
        ),
        (
            Security::Auto,
            "h.example:9000",
            &["h.example 9000 start", "h.example 9000 direct"],
        ),
        (
            Security::Auto,
            "h.example:5223",
            &["h.example 5223 direct", "h.example 5223 start"],
        ),
        (
            Security::Auto,
            "h.example:443",
            &["h.example 443 direct", "h.example 443 start"],
        ),
        (
            Security::StartTls,
            "h.example:443",
            &["h.example 443 start"],
        ),
        (Security::DirectTls, "h.example", &["h.example 5223 direct"]),
        (
            Security::StartTls,
            "[2001:db8::1]:5222",
            &["2001:db8::1 5222 start"],
        ),
        (
            Security::StartTls,
            "BÜCHER.example",
            &["xn--bcher-kva.example 5222 start"],
        ),
    ] {
        assert_eq!(
            list(&names, security, Some(server)).await,
            expected,
            "{server}"
        );
    }
    assert!(names.asked().is_empty());
}

#[tokio::test]
async fn without_encryption_only_this_computer() {
    let names = Names::default();
    for (domain, server, expected) in [
        (
            "example.org",
            Some("127.0.0.1:15222"),
            "127.0.0.1 15222 none",
        ),
        ("example.org", Some("127.9.9.9"), "127.9.9.9 5222 none"),
        ("example.org", Some("[::1]:1"), "::1 1 none"),
        ("example.org", Some("LOCALHOST:1"), "localhost 1 none"),
        ("localhost", None, "localhost 5222 none"),
    ] {
        let found = find(&names, domain, Security::Plain, server, 1)
            .await
            .unwrap();
        assert_eq!(written(&found), [expected]);
    }
    for (domain, server) in [
        ("example.org", None),
        ("example.org", Some("10.0.0.1")),
        ("localhost", Some("example.org")),
        ("localhost.example.org", None),
        ("127.0.0.1.example.org", None),
    ] {
        assert_eq!(
            find(&names, domain, Security::Plain, server, 1).await,
            Err(DnsError::NotLoopback),
            "{domain} {server:?}"
        );
    }
    assert!(names.asked().is_empty());
}

#[tokio::test]
async fn addresses_and_this_computer_are_not_asked_for_in_the_dns() {
    let names = Names::default();
    for (domain, host) in [
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("localhost", "localhost"),
        ("chat.localhost", "chat.localhost"),
        ("abc.onion", "abc.onion"),
    ] {
        let found = find(&names, domain, Security::Auto, None, 1).await.unwrap();
        assert_eq!(
            written(&found),
            [format!("{host} 5222 start"), format!("{host} 5223 direct")]
        );
    }
    assert!(names.asked().is_empty());
}

#[tokio::test]
async fn international_domains_are_asked_for_in_ascii() {
    let names = Names::default().srv(
        "_xmpp-client._tcp.xn--bcher-kva.example",
        1,
        1,
        "a.example",
        5222,
    );
    let found = find(&names, "Bücher.Example.", Security::StartTls, None, 1)
        .await
        .unwrap();
    assert_eq!(written(&found), ["a.example 5222 start"]);
}

#[tokio::test]
async fn what_is_no_domain_is_refused() {
    let long_label = format!("{}.example", "a".repeat(64));
    let long_name = vec!["abcdefgh"; 40].join(".");
    for domain in [
        "",
        ".",
        "a..b",
        "a b",
        "a/b",
        "me@a",
        "a\0",
        &long_label,
        &long_name,
    ] {
        assert_eq!(
            find(&Names::default(), domain, Security::Auto, None, 1).await,
            Err(DnsError::BadName),
            "{domain:?}"
        );
    }
    // So long that the service's name no longer fits in front: that question cannot be asked, the domain can.
    let nearly = format!("{}.org", vec!["abcdefghi"; 24].join("."));
    let found = find(&Names::default(), &nearly, Security::Auto, None, 1)
        .await
        .unwrap();
    assert_eq!(found.list.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn addresses_of_a_candidate() {
    let many: Vec<String> = (0..40).map(|n| format!("10.0.0.{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let names = Names::default()
        .host("a.example", &["10.0.0.1", "10.0.0.1", "2001:db8::1"])
        .host("many.example", &many)
        .host(
            "localhost",
            &["10.0.0.1", "127.0.0.1", "::1", "::ffff:127.0.0.1"],
        )
        .host("trick", &["10.0.0.1"])
        .silent("silent.example");
    let at = |host: &str, tls| Candidate {
        host: host.to_owned(),
        port: 5222,
        tls,
    };
    let sockets = |list: &[&str]| {
        Ok(list
            .iter()
            .map(|socket| socket.parse().unwrap())
            .collect::<Vec<SocketAddr>>())
    };
    let found = |candidate| {
        let names = &names;
        async move { addresses(names, &candidate, DEADLINE).await }
    };
    assert_eq!(
        found(at("a.example", TlsMode::Start)).await,
        sockets(&["10.0.0.1:5222", "[2001:db8::1]:5222"])
    );
    assert_eq!(
        found(at("192.0.2.7", TlsMode::Direct)).await,
        sockets(&["192.0.2.7:5222"])
    );
    assert_eq!(
        found(at("many.example", TlsMode::Start))
            .await
            .unwrap()
            .len(),
        16
    );
    assert_eq!(
        found(at("localhost", TlsMode::None)).await,
        sockets(&["127.0.0.1:5222", "[::1]:5222", "[::ffff:127.0.0.1]:5222"])
    );
    assert_eq!(
        found(at("trick", TlsMode::None)).await,
        Err(DnsError::NotLoopback)
    );
    assert_eq!(
        found(at("silent.example", TlsMode::Start)).await,
        Err(DnsError::Timeout)
    );
    assert_eq!(
        found(at("none.example", TlsMode::Start)).await,
        Err(DnsError::NotFound {
            name: "none.example".to_owned()
        })
    );
}

#[tokio::test]
async fn the_system_s_resolver_knows_this_computer() {
    let found = SystemResolver.addresses("localhost").await.unwrap();
    assert!(found.iter().all(IpAddr::is_loopback), "{found:?}");
}

/// The driver runs all of this inside a task that may move between threads.
#[test]
fn the_futures_may_move_between_threads() {
    fn movable<T: Send>(_: &T) {}
    let names = Names::default();
    let mut rng = StdRng::seed_from_u64(1);
    movable(&candidates(
        &names,
        "a.example",
        Security::Auto,
        None,
        &mut rng,
        DEADLINE,
    ));
    let candidate = Candidate {
        host: "a.example".to_owned(),
        port: 1,
        tls: TlsMode::Start,
    };
    movable(&addresses(&names, &candidate, DEADLINE));
    movable(&connect_happy(Vec::new(), DEADLINE));
}
