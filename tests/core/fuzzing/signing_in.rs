//! What a server may say while somebody signs in (RFC 5802, RFC 6120 §6).

use std::sync::LazyLock;

use oriole_core::xmpp::{
    failure::sasl_failure,
    sasl::{Bindings, Choice, Keys, Memory, Scram, choose},
};
use proptest::prelude::*;

use super::often;
use crate::support::wild;

const NONCE: &str = "fyko+d2lbbFgONRv9qkxdawL";
const FIRST: &str = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
/// The vector of RFC 5802 §5.
const LAST: &str = "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=";

fn choice() -> Choice {
    let offered = ["SCRAM-SHA-1".to_owned()];
    choose(
        &offered,
        None,
        &Bindings::default(),
        true,
        &Memory::default(),
        false,
    )
    .unwrap()
}

fn begun() -> Scram {
    Scram::new(&choice(), "user", "pencil", NONCE.to_owned()).unwrap()
}

static KEYS: LazyLock<Keys> = LazyLock::new(|| begun().challenge(FIRST.as_bytes()).unwrap().run());

proptest! {
    #![proptest_config(often(2_000))]

    #[test]
    fn a_challenge_is_taken_with_our_nonce_or_not_at_all(
        message in prop_oneof![wild::bytes(), wild::almost(&[FIRST])],
    ) {
        let mut scram = begun();
        if scram.challenge(&message).is_ok() {
            let text = String::from_utf8(message).unwrap();
            prop_assert!(text.contains(&format!("r={NONCE}")), "{}", text);
            let proof = scram.respond(&KEYS).unwrap();
            prop_assert!(proof.len() < 64 * 1024);
        }
        prop_assert!(!scram.is_verified());
    }

    #[test]
    fn nobody_proves_what_they_do_not_know(
        message in prop_oneof![wild::bytes(), wild::almost(&[LAST])],
    ) {
        let mut scram = begun();
        scram.challenge(FIRST.as_bytes()).unwrap();
        scram.respond(&KEYS).unwrap();
        let proven = scram.verify(&message);
        let proof = message.split(|byte| *byte == b',').next().unwrap_or_default();
        // What follows the proof may spoil it, and nothing makes up for it.
        prop_assert!(proven.is_err() || proof == LAST.as_bytes());
        prop_assert!(proven.is_ok() || message != LAST.as_bytes());
        prop_assert_eq!(scram.is_verified(), proven.is_ok());
        if let Err(error) = proven {
            prop_assert!(error.to_string().chars().count() < 300);
        }
    }

    #[test]
    fn what_was_remembered_is_read_or_refused(text in wild::almost_text(&["SCRAM-SHA-256", "+binding", "PLAIN"])) {
        if let Ok(memory) = text.parse::<Memory>() {
            prop_assert_eq!(memory.to_string().parse::<Memory>().ok(), Some(memory));
        }
    }

    #[test]
    fn a_refusal_has_a_bounded_reason(element in wild::element()) {
        let detail = sasl_failure(&element).error.detail;
        prop_assert!(detail.chars().count() < 600, "{}", detail);
        prop_assert!(!detail.chars().any(char::is_control));
    }
}
