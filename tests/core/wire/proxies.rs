//! Proxies: what they are told, that nothing else is asked or connected to, and what they may answer.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use oriole_core::{
    error::ErrorKind,
    model::account::{Proxy, Security},
    xmpp::dns::{DnsError, Resolve, SrvAnswer},
};

use crate::support::{
    connecting::Client,
    proxy::{Guest, ProxyServer},
    scram::mechanisms,
    script::Server,
    tls::{ANY_TLS, Identity},
};

/// A name service that notes what it is asked for; every name is this machine.
#[derive(Default)]
struct Noted(Mutex<Vec<String>>);

impl Resolve for Noted {
    fn srv<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<SrvAnswer, DnsError>> {
        self.0.lock().unwrap().push(name.to_owned());
        async { Ok(SrvAnswer::default()) }.boxed()
    }

    fn addresses<'a>(&'a self, host: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>> {
        self.0.lock().unwrap().push(host.to_owned());
        async { Ok(vec![[127, 0, 0, 1].into()]) }.boxed()
    }
}

/// A client behind this proxy, its server left to be found, and what it asks the name service for.
async fn behind(proxy: Proxy, security: Security) -> (Client, Arc<Noted>) {
    let server = Server::new().await;
    let mut client = Client::of(&server, security);
    let names = Arc::<Noted>::default();
    client.settings.server = None;
    client.settings.proxy = Some(Box::new(proxy));
    client.network.resolver = Arc::clone(&names) as _;
    (client, names)
}

/// What a client says of a SOCKS5 proxy with this script, over StartTLS; the name service is asked for nothing.
async fn told<F>(
    before: &str,
    password: Option<&'static str>,
    script: impl FnOnce(Guest) -> F,
) -> String
where
    F: Future<Output = ()>,
{
    let proxy = ProxyServer::new().await;
    let (mut client, names) = behind(proxy.address(before), Security::StartTls).await;
    client.proxy_password = password;
    let playing = async { script(proxy.accept().await).await };
    let (failure, ()) = tokio::join!(client.failure(), playing);
    assert_eq!(failure.error.kind, ErrorKind::ProxyFailed, "{failure}");
    assert_eq!(*names.0.lock().unwrap(), [""; 0]);
    assert!(!failure.to_string().contains("secret"), "{failure}");
    failure.error.detail
}

#[tokio::test]
async fn the_name_goes_to_the_proxy_and_nobody_else() {
    let identity = Identity::of(&["chat.example"]);
    for before in ["socks5://", "http://"] {
        let proxy = ProxyServer::new().await;
        let (client, names) = behind(proxy.address(before), Security::Auto).await;
        let client = client.pinned(identity.fingerprint());
        let server = Server::new().await;
        let asked = async {
            let mut asked = Vec::new();
            // Port 5223 does not work, so 5222 is tried, and there StartTLS.
            for works in [false, true] {
                let mut guest = proxy.accept().await;
                if before == "http://" {
                    asked.push(guest.head().await.join(", "));
                    guest
                        .send(if works {
                            "HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n"
                        } else {
                            "HTTP/1.0 502 Bad Gateway\r\n\r\nsorry"
                        })
                        .await;
                } else {
                    asked.push(guest.let_in().await);
                    guest
                        .send([5, if works { 0 } else { 5 }, 0, 1, 0, 0, 0, 0, 0, 0])
                        .await;
                }
                if works {
                    tokio::spawn(guest.connect(server.port()));
                }
            }
            let line = server.accept().await;
            let (mut line, secret) = line.start_tls(&identity, ANY_TLS).await.unwrap();
            assert_eq!(secret.name.as_deref(), Some("chat.example"));
            line.open(&mechanisms(&["PLAIN"])).await;
            asked
        };
        let (connected, asked) = tokio::join!(client.connect(), asked);
        connected.map(drop).unwrap();
        if before == "http://" {
            let request =
                |port| format!("CONNECT chat.example:{port} HTTP/1.1, Host: chat.example:{port}");
            assert_eq!(asked, [request(5223), request(5222)]);
        } else {
            assert_eq!(asked, ["name chat.example 5223", "name chat.example 5222"]);
        }
        assert_eq!(
            *names.0.lock().unwrap(),
            [""; 0],
            "nobody is asked for names"
        );
    }
}

#[tokio::test]
async fn direct_tls_goes_through_a_proxy() {
    let identity = Identity::of(&["chat.example"]);
    let proxy = ProxyServer::new().await;
    let (client, _) = behind(proxy.address("socks5://"), Security::Auto).await;
    let client = client.pinned(identity.fingerprint());
    let server = Server::new().await;
    let serving = async {
        let mut guest = proxy.accept().await;
        assert_eq!(guest.let_in().await, "name chat.example 5223");
        // The address at the other end may be of any kind.
        guest.send([5, 0, 0, 3, 2, b'h', b'i', 0, 1]).await;
        tokio::spawn(guest.connect(server.port()));
        let line = server.accept().await;
        let (mut line, secret) = line.secure(&identity, ANY_TLS).await.unwrap();
        assert_eq!(secret.alpn.as_deref(), Some(b"xmpp-client".as_slice()));
        line.open(&mechanisms(&["PLAIN"])).await;
    };
    let (connected, ()) = tokio::join!(client.connect(), serving);
    connected.map(drop).unwrap();
}

#[tokio::test]
async fn a_server_set_by_hand_is_the_one_that_is_asked_for() {
    for (server, security, expected) in [
        ("10.0.0.1:443", Security::DirectTls, "address 10.0.0.1 443"),
        (
            "[2001:db8::1]:5",
            Security::StartTls,
            "address 2001:db8::1 5",
        ),
        (
            "bücher.example:7",
            Security::StartTls,
            "name xn--bcher-kva.example 7",
        ),
        ("xmpp.example", Security::StartTls, "name xmpp.example 5222"),
        (
            "xmpp.example",
            Security::DirectTls,
            "name xmpp.example 5223",
        ),
    ] {
        let proxy = ProxyServer::new().await;
        let (mut client, names) = behind(proxy.address("socks5://"), security).await;
        client.settings.server = Some(server.parse().unwrap());
        let asked = async {
            let mut guest = proxy.accept().await;
            let asked = guest.let_in().await;
            guest.send([5, 4, 0, 1, 0, 0, 0, 0, 0, 0]).await;
            asked
        };
        let (kind, asked) = tokio::join!(client.failure_kind(), asked);
        assert_eq!((kind, asked.as_str()), (ErrorKind::ProxyFailed, expected));
        assert_eq!(*names.0.lock().unwrap(), [""; 0]);
    }
}

#[tokio::test]
async fn only_the_proxys_own_name_is_looked_up() {
    let proxy = ProxyServer::new().await;
    for (host, lookups) in [
        ("localhost", &[][..]),
        ("proxy.example", &["proxy.example"]),
    ] {
        let address = Proxy {
            host: host.to_owned(),
            ..proxy.address("socks5://")
        };
        let (client, names) = behind(address, Security::StartTls).await;
        let serving = async {
            let mut guest = proxy.accept().await;
            assert_eq!(guest.let_in().await, "name chat.example 5222");
        };
        let (kind, ()) = tokio::join!(client.failure_kind(), serving);
        assert_eq!(kind, ErrorKind::ProxyFailed);
        assert_eq!(*names.0.lock().unwrap(), lookups);
    }
}

#[tokio::test]
async fn without_encryption_no_proxy_is_asked_for_anything() {
    let proxy = ProxyServer::new().await;
    let (mut client, names) = behind(proxy.address("http://"), Security::Plain).await;
    client.settings.server = Some("127.0.0.1:5222".parse().unwrap());
    assert_eq!(client.failure_kind().await, ErrorKind::NotAllowed);
    assert_eq!(*names.0.lock().unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_told_and_nothing_else_is_tried() {
    let proxy = ProxyServer::new().await;
    let (client, names) = behind(proxy.address("socks5://"), Security::Auto).await;
    drop(proxy);
    let failure = client.failure().await;
    assert_eq!(failure.error.kind, ErrorKind::ProxyFailed);
    assert!(
        failure.error.detail.contains("cannot be reached"),
        "{failure}"
    );
    assert_eq!(*names.0.lock().unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_name_and_a_password_are_said_where_they_are_wanted() {
    for (answer, expected) in [
        ([1, 0], "nothing answers there"),
        ([1, 1], "did not accept"),
    ] {
        let detail = told("socks5://m%C3%A9@", Some("secret"), async |mut guest| {
            assert_eq!(guest.methods().await, [0, 2]);
            guest.send([5, 2]).await;
            let said = guest.credentials().await;
            assert_eq!(said, ("mé".to_owned(), "secret".to_owned()));
            guest.send(answer).await;
            if answer == [1, 0] {
                assert_eq!(guest.wanted().await, "name chat.example 5222");
                guest.send([5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await;
            }
            assert_eq!(guest.rest().await, b"");
        });
        let detail = detail.await;
        assert!(detail.contains(expected), "{detail}");
    }
    let detail = told("http://me@", Some("secret"), async |mut guest| {
        let head = guest.head().await;
        assert_eq!(head[2], "Proxy-Authorization: Basic bWU6c2VjcmV0");
        guest
            .send("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            .await;
        assert_eq!(guest.rest().await, b"");
    });
    assert!(detail.await.contains("did not accept"));
}

#[tokio::test]
async fn a_proxy_that_wants_a_name_gets_none_where_there_is_none() {
    for chosen in [[5, 0xff], [5, 2]] {
        let detail = told("socks5://", None, async |mut guest| {
            assert_eq!(guest.methods().await, [0]);
            guest.send(chosen).await;
            assert_eq!(guest.rest().await, b"");
        });
        let detail = detail.await;
        let expected = if chosen[1] == 2 {
            "not a SOCKS5 proxy"
        } else {
            "wants a user"
        };
        assert!(detail.contains(expected), "{detail}");
    }
    let detail = told("http://", None, async |mut guest| {
        assert_eq!(guest.head().await.len(), 2);
        guest.send("HTTP/1.1 407 No\r\n\r\n").await;
        assert_eq!(guest.rest().await, b"");
    });
    assert!(detail.await.contains("wants a user"));
}

#[tokio::test]
async fn a_refusal_is_told_in_plain_words() {
    for (reply, expected) in [
        (1, "it did not work"),
        (2, "its rules"),
        (3, "network"),
        (4, "found or reached"),
        (6, "in time"),
        (255, "it did not work"),
    ] {
        let detail = told("socks5://", None, async |mut guest| {
            guest.let_in().await;
            guest.send([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]).await;
        });
        let detail = detail.await;
        assert!(detail.contains("chat.example:5222"), "{detail}");
        assert!(detail.contains(expected), "{detail}");
    }
    for (answer, expected) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "its rules"),
        ("HTTP/1.1 503 Try \x07later\n\n", "503 Try  later"),
        ("HTTP/1.0 404\r\n\r\n", "404"),
    ] {
        let detail = told("http://", None, async |mut guest| {
            guest.head().await;
            guest.send(answer).await;
        });
        let detail = detail.await;
        assert!(detail.contains(expected), "{detail}");
    }
}

#[tokio::test]
async fn garbage_is_not_a_proxy() {
    for garbage in [
        b"\0\0\0\0\0\0\0\0".as_slice(),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x04\0\0\0",
        b"\x05\x07",
        b"\x05\0\x04\0\0\x01",
        b"\x05\0\x05\0\0\x09\0\0\0\0\0\0",
    ] {
        let detail = told("socks5://", None, async |mut guest| {
            guest.send(garbage).await;
            guest.rest().await;
        });
        assert!(detail.await.contains("not a SOCKS5 proxy"), "{garbage:?}");
    }
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(100_000));
    for garbage in [
        "\x05\0",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/2 200\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 OK\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        &endless,
    ] {
        let detail = told("http://", None, async |mut guest| {
            guest.send(garbage).await;
            guest.rest().await;
        });
        assert!(detail.await.contains("not an HTTP proxy"), "{garbage}");
    }
}

#[tokio::test]
async fn a_proxy_that_hangs_up_is_told() {
    for (before, first) in [
        ("socks5://", b"".as_slice()),
        ("socks5://", b"\x05"),
        ("socks5://", b"\x05\0\x05\0\0\x03\xff"),
        ("http://", b""),
        ("http://", b"HTTP/1.1 200 OK\r\n"),
    ] {
        let detail = told(before, None, async |mut guest| {
            guest.send(first).await;
        });
        assert!(detail.await.contains("closed the connection"), "{first:?}");
    }
}

#[tokio::test]
async fn a_proxy_that_is_silent_is_given_up() {
    for (before, first) in [
        ("socks5://", b"".as_slice()),
        ("socks5://", b"\x05\0"),
        ("http://", b"HTTP/1.1 2"),
    ] {
        let proxy = ProxyServer::new().await;
        let (mut client, _) = behind(proxy.address(before), Security::Auto).await;
        client.network.deadlines.answer = Duration::from_millis(50);
        client.network.deadlines.secure = Duration::from_millis(50);
        let serving = async {
            let mut guest = proxy.accept().await;
            guest.send(first).await;
            guest.rest().await;
        };
        let (failure, ()) = tokio::join!(client.failure(), serving);
        assert_eq!(failure.error.kind, ErrorKind::ProxyFailed);
        assert!(failure.error.detail.contains("in time"), "{failure}");
    }
}
