//! A proxy on a real TCP port of this machine: notes what it is asked for, and then answers as the test says.

use std::net::{Ipv4Addr, Ipv6Addr};

use oriole_core::model::account::Proxy;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use super::patiently;

/// A proxy that listens.
pub(crate) struct ProxyServer {
    listener: TcpListener,
}

/// One connection to it.
pub(crate) struct Guest {
    io: TcpStream,
}

impl ProxyServer {
    pub(crate) async fn new() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        }
    }

    /// Its address, with `scheme://` or `scheme://user@` before.
    pub(crate) fn address(&self, before: &str) -> Proxy {
        let port = self.listener.local_addr().unwrap().port();
        format!("{before}127.0.0.1:{port}").parse().unwrap()
    }

    /// The next connection.
    pub(crate) async fn accept(&self) -> Guest {
        let accepted = patiently("a connection to the proxy", self.listener.accept()).await;
        Guest {
            io: accepted.unwrap().0,
        }
    }
}

impl Guest {
    /// Sends these bytes.
    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.io.write_all(bytes.as_ref()).await;
    }

    async fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        let reading = self.io.read_exact(&mut bytes);
        patiently("bytes for the proxy", reading).await.unwrap();
        bytes
    }

    async fn text(&mut self) -> String {
        let length = usize::from(self.bytes(1).await[0]);
        String::from_utf8(self.bytes(length).await).unwrap()
    }

    /// The ways to say who they are that a guest of a SOCKS5 proxy offers.
    pub(crate) async fn methods(&mut self) -> Vec<u8> {
        assert_eq!(self.bytes(1).await, [5]);
        let count = usize::from(self.bytes(1).await[0]);
        self.bytes(count).await
    }

    /// The name and the password that they say.
    pub(crate) async fn credentials(&mut self) -> (String, String) {
        assert_eq!(self.bytes(1).await, [1]);
        (self.text().await, self.text().await)
    }

    /// Where they want to be connected to, with the kind of address before it.
    pub(crate) async fn wanted(&mut self) -> String {
        assert_eq!(self.bytes(3).await, [5, 1, 0]);
        let host = match self.bytes(1).await[0] {
            1 => {
                let octets: [u8; 4] = self.bytes(4).await.try_into().unwrap();
                format!("address {}", Ipv4Addr::from(octets))
            }
            3 => format!("name {}", self.text().await),
            4 => {
                let octets: [u8; 16] = self.bytes(16).await.try_into().unwrap();
                format!("address {}", Ipv6Addr::from(octets))
            }
            other => panic!("kind {other}"),
        };
        let port = self.bytes(2).await;
        format!("{host} {}", u16::from_be_bytes([port[0], port[1]]))
    }

    /// Lets a guest of a SOCKS5 proxy in without a name; gives where they want to go.
    pub(crate) async fn let_in(&mut self) -> String {
        assert_eq!(self.methods().await, [0]);
        self.send([5, 0]).await;
        self.wanted().await
    }

    /// The head of a request over HTTP, line by line.
    pub(crate) async fn head(&mut self) -> Vec<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.extend(self.bytes(1).await);
        }
        let head = String::from_utf8(head).unwrap();
        head.trim_end().split("\r\n").map(str::to_owned).collect()
    }

    /// Goes between the guest and what listens on this port of this machine, until one of them leaves.
    pub(crate) async fn connect(mut self, port: u16) {
        let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let _ = copy_bidirectional(&mut self.io, &mut server).await;
    }

    /// All that the guest sends until they go.
    pub(crate) async fn rest(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let reading = self.io.read_to_end(&mut bytes);
        let _ = patiently("the guest to go", reading).await;
        bytes
    }
}
