//! A proxy as people have them: SOCKS5 with a password, or HTTP CONNECT with one. It finds every name on this machine, and notes
//! what it was asked for.
//!
//! Written from the RFCs and sharing nothing with the program.

use std::io::{copy, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::{ports, Server};

/// The name and the password that let people in.
pub(crate) const USER: &str = "guest";
pub(crate) const KEY: &str = "p@ss:w/ord";
/// What has to be said over HTTP for both of them.
const BASIC: &str = "Proxy-Authorization: Basic Z3Vlc3Q6cEBzczp3L29yZA==";

/// Listens until the process ends.
pub(crate) struct Guide {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Guide {
    /// A proxy beyond which this server is found on the usual ports.
    pub(crate) fn to(server: &Server) -> Guide {
        let listener = ports::free();
        let port = listener.local_addr().expect("its address").port();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let noted = Arc::clone(&asked);
        let ways = (server.starttls_port(), server.direct_tls_port());
        thread::spawn(move || accept(&listener, ways, &noted));
        Guide { port, asked }
    }

    /// Its address, for this scheme, with this password.
    pub(crate) fn address(&self, scheme: &str, password: &str) -> String {
        let password = password
            .replace('@', "%40")
            .replace(':', "%3A")
            .replace('/', "%2F");
        format!("{scheme}://{USER}:{password}@127.0.0.1:{}", self.port)
    }

    /// Where it was to lead to, so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("the notes").clone()
    }
}

fn accept(listener: &TcpListener, ways: (u16, u16), asked: &Arc<Mutex<Vec<String>>>) {
    for client in listener.incoming().map_while(Result::ok) {
        let asked = Arc::clone(asked);
        thread::spawn(move || lead(client, ways, &asked));
    }
}

/// Leads one guest, who may leave at any time.
fn lead(mut client: TcpStream, ways: (u16, u16), asked: &Mutex<Vec<String>>) -> Option<()> {
    let mut first = [0];
    client.peek(&mut first).ok()?;
    let socks = first == [5];
    let place = if socks {
        socks_place(&mut client)?
    } else {
        http_place(&mut client)?
    };
    asked.lock().expect("the notes").push(place.clone());
    let port = match place.rsplit(':').next()? {
        "5222" => ways.0,
        "5223" => ways.1,
        _ => return None,
    };
    let server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    if socks {
        client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).ok()?;
    } else {
        client.write_all(b"HTTP/1.1 200 Go on\r\n\r\n").ok()?;
    }
    let (client_too, server_too) = (client.try_clone().ok()?, server.try_clone().ok()?);
    thread::spawn(move || pass(client_too, server_too));
    pass(server, client);
    Some(())
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let _ = copy(&mut from, &mut to);
    for end in [from, to] {
        let _ = end.shutdown(Shutdown::Both);
    }
}

fn bytes(client: &mut TcpStream, count: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; count];
    client.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// A byte for the length, and then a text.
fn text(client: &mut TcpStream) -> Option<String> {
    let length = bytes(client, 1)?[0];
    String::from_utf8(bytes(client, usize::from(length))?).ok()
}

fn socks_place(client: &mut TcpStream) -> Option<String> {
    let count = bytes(client, 2)?[1];
    let methods = bytes(client, usize::from(count))?;
    if !methods.contains(&2) {
        client.write_all(&[5, 0xff]).ok()?;
        return None;
    }
    client.write_all(&[5, 2]).ok()?;
    bytes(client, 1)?;
    let said = (text(client)?, text(client)?);
    if said != (USER.to_owned(), KEY.to_owned()) {
        client.write_all(&[1, 1]).ok()?;
        return None;
    }
    client.write_all(&[1, 0]).ok()?;
    let host = match bytes(client, 4)?[3] {
        3 => text(client)?,
        kind => format!("an address of kind {kind}"),
    };
    let port = bytes(client, 2)?;
    Some(format!("{host}:{}", u16::from_be_bytes([port[0], port[1]])))
}

fn http_place(client: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(bytes(client, 1)?);
    }
    let head = String::from_utf8(head).ok()?;
    if !head.lines().any(|line| line == BASIC) {
        client
            .write_all(b"HTTP/1.1 407 Who are you?\r\n\r\n")
            .ok()?;
        return None;
    }
    head.strip_prefix("CONNECT ")?
        .split(' ')
        .next()
        .map(str::to_owned)
}
