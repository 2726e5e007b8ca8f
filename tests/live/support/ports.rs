//! Free TCP ports on 127.0.0.1 for a server that is about to start.
//!
//! They are taken from below the range the kernel hands out by itself. A port from inside it could, while a server is stopped and
//! a client keeps trying to reach it, be given to that very client as its own end, which then talks to itself and keeps the
//! server from coming back.

use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;

use ring::rand::{SecureRandom, SystemRandom};

/// Below 32768, where Linux begins to hand out ports, and above the ports of well-known services.
const RANGE: Range<u16> = 20_000..32_000;

/// The ports of one server.
pub(crate) struct Ports {
    pub(crate) starttls: u16,
    pub(crate) direct_tls: u16,
    pub(crate) plain: u16,
    pub(crate) administration: u16,
}

impl Ports {
    /// Ports nobody listens on at this moment. Somebody else may take one before the server does; the server then says so in its
    /// log and has to be given others.
    pub(crate) fn choose() -> Ports {
        // All four are held until the last is found, so that they differ.
        let [starttls, direct_tls, plain, administration] = [(); 4].map(|()| free());
        let number = |listener: &TcpListener| listener.local_addr().expect("its address").port();
        Ports {
            starttls: number(&starttls),
            direct_tls: number(&direct_tls),
            plain: number(&plain),
            administration: number(&administration),
        }
    }
}

/// A listener on a port picked at random, so that test processes running side by side seldom pick the same.
pub(crate) fn free() -> TcpListener {
    const ATTEMPTS: usize = 1000;
    let random = SystemRandom::new();
    for _ in 0..ATTEMPTS {
        let mut bytes = [0; 2];
        random.fill(&mut bytes).expect("random bytes");
        let port = RANGE.start + u16::from_le_bytes(bytes) % (RANGE.end - RANGE.start);
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return listener;
        }
    }
    panic!("no free port on 127.0.0.1 in {RANGE:?}");
}
