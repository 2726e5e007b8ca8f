//! The exchange against the vectors of RFC 5802 and RFC 7677, and against servers that lie.

#![allow(clippy::unwrap_used)]
use super::super::choice::Gs2;
use super::super::{BindingKind, Mechanism};
use super::*;
use proptest::prelude::*;

fn choice(mechanism: Mechanism) -> Choice {
    Choice::for_tests(mechanism, Gs2::No)
}

struct Vector {
    choice: Choice,
    password: &'static str,
    user: &'static str,
    nonce: &'static str,
    client_first: &'static str,
    server_first: &'static str,
    client_final: &'static str,
    server_final: &'static str,
}

fn check(vector: &Vector) {
    let mut scram = Scram::new(
        &vector.choice,
        vector.user,
        vector.password,
        vector.nonce.to_owned(),
    )
    .unwrap();
    assert_eq!(
        String::from_utf8(scram.initial_response()).unwrap(),
        vector.client_first
    );
    let keys = scram
        .challenge(vector.server_first.as_bytes())
        .unwrap()
        .run();
    assert_eq!(
        String::from_utf8(scram.respond(&keys).unwrap()).unwrap(),
        vector.client_final
    );
    assert!(!scram.is_verified());
    scram.verify(vector.server_final.as_bytes()).unwrap();
    assert!(scram.is_verified());
}

fn rfc5802() -> Vector {
    Vector {
        choice: choice(Mechanism::ScramSha1),
        user: "user",
        password: "pencil",
        nonce: "fyko+d2lbbFgONRv9qkxdawL",
        client_first: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
        server_first: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        client_final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        server_final: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    }
}

#[test]
fn rfc_5802_section_5() {
    check(&rfc5802());
}

#[test]
fn rfc_7677_section_3() {
    check(&Vector {
        choice: choice(Mechanism::ScramSha256),
        nonce: "rOprNGfwEbeRWgbNEkqO",
        client_first: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
        server_first: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        client_final: "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        server_final: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        ..rfc5802()
    });
}

/// Computed with Python's hashlib and hmac, with a name that needs escaping and a binding.
#[test]
fn sha_512_bound_to_the_connection() {
    check(&Vector {
        choice: Choice::for_tests(
            Mechanism::ScramSha512Plus,
            Gs2::Bound(BindingKind::TlsExporter, (0..32).collect()),
        ),
        user: "a=b,c",
        password: "pässword 🔑",
        nonce: "clientnonce0123456789",
        client_first: "p=tls-exporter,,n=a=3Db=2Cc,r=clientnonce0123456789",
        server_first: "r=clientnonce0123456789server,s=c2FsdHNhbHRzYWx0,i=10000,x=ignored",
        client_final: "c=cD10bHMtZXhwb3J0ZXIsLAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f,r=clientnonce0123456789server,p=oS33SpD8SHSFqbLvbiUIhBAc+9vL/1ag3A8h3tC2RWb/zLFpw+gPBX/lU83Q6mM+akasHSOugEq13a+0FQm5ow==",
        server_final: "v=kR8c8rCTkOOE/K4bHQOsOSlxv/Ayhz9iqaIh9kt037Ggk6ebj+ODim/AjxsxtNtGfz1G6YXH7dQzJGyWpPfLRA==",
    });
}

fn fresh() -> Scram {
    Scram::new(
        &choice(Mechanism::ScramSha256),
        "user",
        "pencil",
        "abcdefgh".to_owned(),
    )
    .unwrap()
}

fn answer(message: &str) -> Result<(), SaslError> {
    fresh().challenge(message.as_bytes()).map(|_| ())
}

#[test]
fn a_lying_server_is_found_out() {
    let vector = rfc5802();
    let responded = || {
        let mut scram = Scram::new(
            &vector.choice,
            vector.user,
            vector.password,
            vector.nonce.to_owned(),
        )
        .unwrap();
        let keys = scram
            .challenge(vector.server_first.as_bytes())
            .unwrap()
            .run();
        scram.respond(&keys).unwrap();
        scram
    };
    for lie in [
        "",
        "v=",
        "v=AAAA",
        "v=smF9pqV8S7suAoZWja4dJRkFsKQ=",
        "v=rmF9pqV8S7suAoZWja4dJRkFsK",
        "x=1",
        "v",
    ] {
        let mut scram = responded();
        assert_eq!(
            scram.verify(lie.as_bytes()),
            Err(SaslError::BadServerSignature),
            "{lie}"
        );
        assert!(!scram.is_verified());
    }
    assert_eq!(
        responded().verify(&[0xff, 0xfe]),
        Err(SaslError::BadServerSignature)
    );
    assert_eq!(
        responded().verify(&vec![b'v'; LONGEST_MESSAGE + 1]),
        Err(SaslError::BadServerSignature)
    );
    assert_eq!(
        responded().verify(b"e=invalid-proof"),
        Err(SaslError::Refused {
            reason: "invalid-proof".to_owned()
        })
    );
    assert_eq!(
        responded().verify("e=<b>\u{1b}[2J".as_bytes()),
        Err(SaslError::Refused {
            reason: "other-error".to_owned()
        })
    );
    assert_eq!(
        responded().verify(b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=,extra=1"),
        Ok(())
    );
}

#[test]
fn a_wrong_password_makes_another_proof_and_finds_no_server_signature() {
    let vector = rfc5802();
    let mut scram = Scram::new(
        &vector.choice,
        vector.user,
        "pencils",
        vector.nonce.to_owned(),
    )
    .unwrap();
    let keys = scram
        .challenge(vector.server_first.as_bytes())
        .unwrap()
        .run();
    assert_ne!(
        scram.respond(&keys).unwrap(),
        vector.client_final.as_bytes()
    );
    assert_eq!(
        scram.verify(vector.server_final.as_bytes()),
        Err(SaslError::BadServerSignature)
    );
}

#[test]
fn steps_out_of_order_are_refused() {
    let vector = rfc5802();
    let mut scram = Scram::new(
        &vector.choice,
        vector.user,
        vector.password,
        vector.nonce.to_owned(),
    )
    .unwrap();
    assert_eq!(
        scram.verify(vector.server_final.as_bytes()),
        Err(SaslError::BadServerSignature)
    );
    assert_eq!(scram.verify(b""), Err(SaslError::BadServerSignature));
    let keys = scram
        .challenge(vector.server_first.as_bytes())
        .unwrap()
        .run();
    assert!(matches!(
        scram.challenge(vector.server_first.as_bytes()),
        Err(SaslError::Malformed(_))
    ));
    assert!(matches!(
        fresh().respond(&keys),
        Err(SaslError::Malformed(_))
    ));
    scram.respond(&keys).unwrap();
    assert!(matches!(scram.respond(&keys), Err(SaslError::Malformed(_))));
    scram.verify(vector.server_final.as_bytes()).unwrap();
    assert_eq!(scram.verify(b""), Ok(()));
    assert_eq!(scram.verify(b"v=AAAA"), Err(SaslError::BadServerSignature));
    let mut other_hash = fresh();
    other_hash.challenge(b"r=abcdefghX,s=QSXC,i=4096").unwrap();
    assert!(matches!(
        other_hash.respond(&keys),
        Err(SaslError::Malformed(_))
    ));
}

#[test]
fn the_nonce_must_extend_ours() {
    assert_eq!(answer("r=abcdefghX,s=QSXC,i=4096"), Ok(()));
    for nonce in ["abcdefgh", "abcdefg", "Xabcdefgh", "", "ABCDEFGHx"] {
        let message = format!("r={nonce},s=QSXC,i=4096");
        assert_eq!(
            answer(&message),
            Err(SaslError::Malformed(
                "the server's nonce does not extend ours"
            )),
            "{nonce}"
        );
    }
}

#[test]
fn the_number_of_rounds_is_bounded() {
    let rounds = |text: &str| answer(&format!("r=abcdefghX,s=QSXC,i={text}"));
    assert_eq!(rounds("4096"), Ok(()));
    assert_eq!(rounds("1000000"), Ok(()));
    assert_eq!(rounds("4095"), Err(SaslError::WeakIterations(4095)));
    assert_eq!(rounds("1"), Err(SaslError::WeakIterations(1)));
    assert_eq!(
        rounds("1000001"),
        Err(SaslError::TooManyIterations(1_000_001))
    );
    assert_eq!(
        rounds("99999999999999999999"),
        Err(SaslError::TooManyIterations(u32::MAX))
    );
    for nonsense in ["", "0", "04096", "+4096", "-1", "4096 ", "x"] {
        assert!(
            matches!(rounds(nonsense), Err(SaslError::Malformed(_))),
            "{nonsense:?}"
        );
    }
}

#[test]
fn a_challenge_that_is_none_is_refused() {
    let long_salt = BASE64.encode(vec![0; LONGEST_SALT + 1]);
    for message in [
        String::new(),
        "s=QSXC,r=abcdefghX,i=4096".to_owned(),
        "r=abcdefghX,s=,i=4096".to_owned(),
        "r=abcdefghX,s=!,i=4096".to_owned(),
        "r=abcdefghX,s=QSXC".to_owned(),
        "r=abcdefgh\u{e4},s=QSXC,i=4096".to_owned(),
        "m=ext,r=abcdefghX,s=QSXC,i=4096".to_owned(),
        format!("r=abcdefghX,s={long_salt},i=4096"),
        format!(
            "r=abcdefghX,s=QSXC,i=4096,x={}",
            "y".repeat(LONGEST_MESSAGE)
        ),
    ] {
        assert!(
            matches!(answer(&message), Err(SaslError::Malformed(_))),
            "{message:.60}"
        );
    }
    assert!(matches!(
        fresh().challenge(&[0xff]),
        Err(SaslError::Malformed(_))
    ));
    assert_eq!(
        answer("e=unknown-user"),
        Err(SaslError::Refused {
            reason: "unknown-user".to_owned()
        })
    );
}

#[test]
fn credentials_are_prepared() {
    let first = |user: &str| {
        let scram = Scram::new(&choice(Mechanism::ScramSha1), user, "x", "n".to_owned()).unwrap();
        String::from_utf8(scram.initial_response()).unwrap()
    };
    assert_eq!(first("a,b=c"), "n,,n=a=2Cb=3Dc,r=n");
    for (user, password) in [("", "x"), ("u", ""), ("u", "a\0b"), ("u\0", "x")] {
        let result = Scram::new(
            &choice(Mechanism::ScramSha1),
            user,
            password,
            "n".to_owned(),
        );
        assert_eq!(
            result.err(),
            Some(SaslError::BadCredentialsEncoding),
            "{user:?} {password:?}"
        );
    }
    // BEL is forbidden by SASLprep; such a password is used as it was typed.
    assert_eq!(prepared_password("a\u{7}b").unwrap().as_slice(), b"a\x07b");
    assert!(Scram::new(&choice(Mechanism::Plain), "u", "x", "n".to_owned()).is_err());
    assert!(Scram::new(&choice(Mechanism::ScramSha1), "u", "x", "a,b".to_owned()).is_err());
}

#[test]
fn debug_output_has_no_secret() {
    let mut scram = Scram::new(
        &choice(Mechanism::ScramSha1),
        "user",
        "hunter2hunter2",
        "n".to_owned(),
    )
    .unwrap();
    let derivation = scram.challenge(b"r=nX,s=QSXC,i=4096").unwrap();
    let text = format!("{scram:?} {derivation:?} {:?}", derivation.run());
    let bytes = format!("{:?}", b"hunter2hunter2")
        .trim_matches(['[', ']'])
        .to_owned();
    assert!(
        !text.contains("hunter2") && !text.contains(&bytes) && !text.contains("client:"),
        "{text}"
    );
}

proptest! {
    #[test]
    fn no_challenge_makes_it_panic(message in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = fresh().challenge(&message);
    }

    #[test]
    fn no_nearly_right_challenge_makes_it_panic(
        nonce in "(abcdefgh)?[ -~]{0,12}", salt in "[A-Za-z0-9+/=]{0,12}", rounds in "[0-9]{0,22}", rest in "(,[a-z]=[ -~]{0,5}){0,3}",
    ) {
        let _ = fresh().challenge(format!("r={nonce},s={salt},i={rounds}{rest}").as_bytes());
    }
}

#[test]
fn no_final_message_but_the_right_one_is_believed() {
    let challenge = b"r=abcdefghX,s=QSXC,i=4096";
    let keys = fresh().challenge(challenge).unwrap().run();
    proptest!(|(message in prop::collection::vec(any::<u8>(), 0..80))| {
        let mut scram = fresh();
        scram.challenge(challenge).unwrap();
        scram.respond(&keys).unwrap();
        prop_assert!(scram.verify(&message).is_err());
    });
}
