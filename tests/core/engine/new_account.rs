//! A new account in two steps: what the server wants to know, and the answers of a person who takes their time.

use std::io::Cursor;

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{ImageFormat, RgbaImage};
use oriole_core::{
    engine::{
        command::Password,
        new_account::{Answered, Asked, Invitation, Request, Stopped},
    },
    error::ErrorKind,
    model::{
        form::{FieldKind, Media},
        registration::{Offer, Shape, Why},
    },
};

use super::registering::{ASKED, Bench, Place};
use crate::support::{engine::jid, line::Line, patiently, scram::mechanisms, session::PASSWORD};

const PLAIN: &str = "<query xmlns='jabber:iq:register'><instructions>Be kind.</instructions>\
    <username/><password/><email/></query>";
const ANY: &str = "<iq type='set' id='*' to='chat.example'><rest xmlns='any'/></iq>";

impl Bench {
    fn request(&self) -> Request {
        Request {
            settings: self.settings.clone(),
            proxy_password: None,
            invitation: None,
        }
    }

    async fn ask(&self, request: &Request) -> Result<Asked, Stopped> {
        let asking = self.handle.ask_to_register(request.clone());
        patiently("what the server wants to know", asking).await
    }

    async fn answer(&self, request: &Request, offer: &Offer) -> Result<Answered, Stopped> {
        let password = Password::new(PASSWORD);
        let answering = self
            .handle
            .register(request.clone(), offer.clone(), password);
        patiently("the server's answer", answering).await
    }

    /// Asks a server that offers this.
    async fn offered(&self, place: &Place, offer: &str) -> (Offer, Line) {
        let request = self.request();
        let (asked, line) = tokio::join!(self.ask(&request), place.asked(offer));
        match asked.unwrap() {
            Asked::Offer(offer) => (*offer, line),
            other => panic!("{other:?}"),
        }
    }
}

impl Place {
    /// The next connection, on which this is offered.
    async fn asked(&self, offer: &str) -> Line {
        let mut line = self.secured().await;
        line.open(&mechanisms(&["PLAIN"])).await;
        line.answer(ASKED, offer).await;
        line
    }
}

/// A riddle as ejabberd asks it.
fn riddle(challenge: &str) -> String {
    let mut png = Cursor::new(Vec::new());
    let pixels = RgbaImage::from_pixel(4, 2, image::Rgba([9, 9, 9, 255]));
    pixels.write_to(&mut png, ImageFormat::Png).unwrap();
    let picture = STANDARD.encode(png.into_inner());
    format!(
        "<query xmlns='jabber:iq:register'><instructions>Old clients cannot.</instructions>\
         <x xmlns='jabber:x:data' type='form'><title>Join</title><instructions>Fill in.</instructions>\
         <field type='hidden' var='FORM_TYPE'><value>urn:xmpp:captcha</value></field>\
         <field type='text-single' var='username'><required/></field>\
         <field type='text-private' var='password'><required/></field>\
         <field type='text-single' var='email' label='E-mail'/>\
         <field type='fixed' var='captcha-fallback-text'><value>No picture?</value></field>\
         <field type='text-single' var='captcha-fallback-url'><value>https://chat.example/captcha</value></field>\
         <field type='hidden' var='challenge'><value>{challenge}</value></field>\
         <field var='ocr' label='Enter the text you see'><required/>\
         <media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:{challenge}@bob.xmpp.org</uri></media></field></x>\
         <data xmlns='urn:xmpp:bob' cid='{challenge}@bob.xmpp.org' type='image/png'>{picture}</data></query>"
    )
}

/// The answer to a riddle.
fn solved(challenge: &str, text: &str) -> String {
    format!(
        "<iq type='set' id='*' to='chat.example'><query xmlns='jabber:iq:register'>\
         <x xmlns='jabber:x:data' type='submit'>\
         <field var='FORM_TYPE'><value>urn:xmpp:captcha</value></field>\
         <field var='username'><value>juliet</value></field><field var='password'><value>rosemary</value></field>\
         <field var='email'><value>j@example.org</value></field>\
         <field var='captcha-fallback-text'><value>No picture?</value></field>\
         <field var='captcha-fallback-url'><value>https://chat.example/captcha</value></field>\
         <field var='challenge'><value>{challenge}</value></field>\
         <field var='ocr'><value>{text}</value></field></x></query></iq>"
    )
}

#[tokio::test]
async fn what_is_asked_is_answered_on_the_same_stream() {
    let (mut bench, place) = Bench::new().await;
    let (mut offer, mut line) = bench.offered(&place, PLAIN).await;
    assert_eq!((offer.open, offer.shape), (true, Shape::Plain));
    assert_eq!(offer.form.instructions, "Be kind.");
    let names: Vec<&str> = offer.form.fields.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["email"]);
    offer.form.field_mut("email").unwrap().values = vec!["j@example.org".into()];
    let request = bench.request();
    let serving = async {
        line.answer(
            "<iq type='set' id='*' to='chat.example'><query xmlns='jabber:iq:register'>\
             <username>juliet</username><password>rosemary</password><email>j@example.org</email></query></iq>",
            "",
        )
        .await;
        line.expect_footer().await;
        place.session().await
    };
    let (made, mut session) = tokio::join!(bench.answer(&request, &offer), serving);
    assert!(matches!(made, Ok(Answered::Made(_))), "{made:?}");
    bench.until_online().await;
    assert_eq!(
        (bench.accounts().await, bench.password().as_deref()),
        (1, Some(PASSWORD))
    );
    // It is here now, so nobody is asked again.
    let again = bench.ask(&request).await.unwrap_err();
    assert_eq!(again.error.kind, ErrorKind::BadRequest);
    tokio::join!(bench.end(), session.expect_footer());
}

#[tokio::test]
async fn a_refusal_says_why_and_another_answer_may_do() {
    let (bench, place) = Bench::new().await;
    let (offer, mut line) = bench.offered(&place, PLAIN).await;
    let request = bench.request();
    for (condition, why) in [
        ("conflict", Why::Taken),
        ("not-acceptable", Why::NotAcceptable),
        ("not-allowed", Why::NotAllowed),
        ("forbidden", Why::NotAllowed),
        ("resource-constraint", Why::Wait),
        ("policy-violation", Why::Wait),
        ("internal-server-error", Why::Other),
    ] {
        let refusing = line.refuse(ANY, condition);
        let (answered, ()) = tokio::join!(bench.answer(&request, &offer), refusing);
        let Ok(Answered::Refused(refusal, None)) = answered else {
            panic!("{condition}: {answered:?}");
        };
        assert_eq!(refusal.why, why, "{condition}");
    }
    assert_eq!((bench.accounts().await, bench.password()), (0, None));
    tokio::join!(bench.handle.leave_registration(), line.expect_footer());
    bench.end().await;
}

#[tokio::test]
async fn a_wrong_answer_to_a_riddle_brings_another_riddle() {
    let (mut bench, place) = Bench::new().await;
    let (mut offer, mut line) = bench.offered(&place, &riddle("one")).await;
    let ocr = offer.form.field("ocr").unwrap();
    assert!(ocr.required && ocr.is_riddle());
    let [Media::Picture(picture)] = &ocr.media[..] else {
        panic!("{ocr:?}");
    };
    assert_eq!((picture.width, picture.height), (4, 2));
    // Whoever sees the picture needs no other way to it.
    let seen = offer.form.fields.iter().filter(|field| field.is_seen());
    assert_eq!(
        seen.map(|f| f.name.as_str()).collect::<Vec<_>>(),
        ["email", "ocr"]
    );

    let fill = |offer: &mut Offer, text: &str| {
        offer.form.field_mut("ocr").unwrap().values = vec![text.into()];
    };
    offer.form.field_mut("email").unwrap().values = vec!["j@example.org".into()];
    fill(&mut offer, "wrong");
    let request = bench.request();
    let refusing = async {
        line.refuse(&solved("one", "wrong"), "not-allowed").await;
        line.answer(ASKED, &riddle("two")).await;
    };
    let (answered, ()) = tokio::join!(bench.answer(&request, &offer), refusing);
    let Ok(Answered::Refused(refusal, Some(mut anew))) = answered else {
        panic!("{answered:?}");
    };
    assert_eq!(refusal.why, Why::Riddle);
    let values = |offer: &Offer, name: &str| offer.form.field(name).unwrap().value().to_owned();
    assert_eq!(
        values(&anew, "email"),
        "j@example.org",
        "what was typed stays"
    );
    assert_eq!(
        (values(&anew, "ocr"), values(&anew, "challenge")),
        (String::new(), "two".into())
    );

    fill(&mut anew, "right");
    let serving = async {
        line.answer(&solved("two", "right"), "").await;
        line.expect_footer().await;
        place.session().await
    };
    let (made, mut session) = tokio::join!(bench.answer(&request, &anew), serving);
    assert!(matches!(made, Ok(Answered::Made(_))), "{made:?}");
    bench.until_online().await;
    tokio::join!(bench.end(), session.expect_footer());
}

#[tokio::test]
async fn a_stream_that_ended_meanwhile_is_opened_again() {
    let (mut bench, place) = Bench::new().await;
    let (offer, line) = bench.offered(&place, PLAIN).await;
    line.close_soon().await;
    let request = bench.request();
    let serving = async {
        let mut line = place.asked(PLAIN).await;
        line.answer(ANY, "").await;
        line.expect_footer().await;
        place.session().await
    };
    let (made, mut session) = tokio::join!(bench.answer(&request, &offer), serving);
    assert!(matches!(made, Ok(Answered::Made(_))), "{made:?}");
    bench.until_online().await;
    tokio::join!(bench.end(), session.expect_footer());
}

#[tokio::test]
async fn other_questions_are_asked_again_with_what_was_typed() {
    let (bench, place) = Bench::new().await;
    let request = bench.request();
    for (first, second) in [
        (riddle("one"), riddle("two")),
        (
            PLAIN.to_owned(),
            PLAIN.replace("<email/>", "<email/><phone/>"),
        ),
    ] {
        let (mut offer, line) = bench.offered(&place, &first).await;
        line.close_soon().await;
        offer.form.field_mut("email").unwrap().values = vec!["j@example.org".into()];
        let (answered, mut line) =
            tokio::join!(bench.answer(&request, &offer), place.asked(&second));
        let Ok(Answered::Anew(anew)) = answered else {
            panic!("{answered:?}");
        };
        assert_eq!(anew.form.field("email").unwrap().value(), "j@example.org");
        tokio::join!(bench.handle.leave_registration(), line.expect_footer());
    }
    bench.end().await;
}

#[tokio::test]
async fn an_answer_that_does_not_come_leaves_a_doubt() {
    let (bench, place) = Bench::new().await;
    let (offer, mut line) = bench.offered(&place, PLAIN).await;
    let request = bench.request();
    let vanishing = async {
        line.expect(ANY).await;
        line.lose().await;
    };
    let (answered, ()) = tokio::join!(bench.answer(&request, &offer), vanishing);
    let stopped = answered.unwrap_err();
    assert_eq!(stopped.error.kind, ErrorKind::ConnectionRefused);
    assert!(stopped.error.detail.starts_with("It is not known"));
    bench.end().await;
}

#[tokio::test]
async fn what_cannot_be_answered_here_leads_to_the_web() {
    let (bench, place) = Bench::new().await;
    for (link, web) in [
        (
            "https://chat.example/join",
            Some("https://chat.example/join"),
        ),
        ("http://chat.example/join", None),
        ("javascript:alert(1)", None),
    ] {
        let offer = format!(
            "<query xmlns='jabber:iq:register'><instructions>On the web.</instructions>\
             <x xmlns='jabber:x:oob'><url>{link}</url></x></query>"
        );
        let (offer, mut line) = bench.offered(&place, &offer).await;
        assert_eq!((offer.open, offer.web.as_deref()), (false, web));
        assert!(offer.is_seen());
        tokio::join!(bench.handle.leave_registration(), line.expect_footer());
    }
    // Pictures of other kinds, broken ones, and those that are elsewhere are not seen.
    let offer = riddle("one").replace("image/png'>iVBOR", "image/png'>iVBOX");
    let (offer, _line) = bench.offered(&place, &offer).await;
    assert_eq!(offer.form.field("ocr").unwrap().media, [Media::Unseen]);
    let offer = riddle("one").replace("<data", "<other");
    let offer = offer.replace("</data>", "</other>");
    let (offer, _line) = bench.offered(&place, &offer).await;
    let fallback = offer.form.field("captcha-fallback-url").unwrap();
    assert_eq!(fallback.kind, FieldKind::Fixed);
    assert_eq!(
        fallback.media,
        [Media::Link("https://chat.example/captcha".into())]
    );
    bench.handle.leave_registration().await;
    bench.end().await;
}

#[tokio::test]
async fn an_invitation_is_shown_before_anything_is_asked() {
    const SHOWN: &str = "<iq type='set' id='*' to='chat.example'>\
        <preauth xmlns='urn:xmpp:pars:0' token='t0ken'/></iq>";
    let (mut bench, place) = Bench::new().await;
    let request = Request {
        invitation: Some(Invitation {
            token: Password::new("t0ken"),
            inviter: Some(jid("romeo@chat.example")),
        }),
        ..bench.request()
    };
    assert!(!format!("{request:?}").contains("t0ken"));
    let refusing = async {
        let mut line = place.secured().await;
        line.open(&mechanisms(&["PLAIN"])).await;
        line.refuse(SHOWN, "forbidden").await;
        line.expect_footer().await;
    };
    let (asked, ()) = tokio::join!(bench.ask(&request), refusing);
    let Ok(Asked::Refused(refusal)) = asked else {
        panic!("{asked:?}");
    };
    assert_eq!(refusal.why, Why::Invitation);
    let taking = async {
        let mut line = place.secured().await;
        line.open(&mechanisms(&["PLAIN"])).await;
        line.answer(SHOWN, "").await;
        line.answer(ASKED, PLAIN).await;
        line
    };
    let (asked, mut line) = tokio::join!(bench.ask(&request), taking);
    let Ok(Asked::Offer(offer)) = asked else {
        panic!("{asked:?}");
    };
    // Who invited becomes a contact, and need not be asked.
    let serving = async {
        line.answer(ANY, "").await;
        line.expect_footer().await;
        let mut session = place.session().await;
        session
            .answer(
                "<iq type='set' id='*'><query xmlns='jabber:iq:roster'>\
                 <item jid='romeo@chat.example'/></query></iq>",
                "",
            )
            .await;
        session
            .expect(
                "<presence type='subscribe' to='romeo@chat.example'>\
                 <preauth xmlns='urn:xmpp:pars:0' token='t0ken'/></presence>",
            )
            .await;
        session
    };
    let (made, mut session) = tokio::join!(bench.answer(&request, &offer), serving);
    assert!(matches!(made, Ok(Answered::Made(_))), "{made:?}");
    bench.until_online().await;
    tokio::join!(bench.end(), session.expect_footer());
}

#[tokio::test]
async fn a_certificate_in_doubt_is_told_before_anything_is_said() {
    let (mut bench, place) = Bench::new().await;
    bench.settings.pin = None;
    let request = bench.request();
    let serving = async {
        place.distrusted().await;
    };
    let (asked, ()) = tokio::join!(bench.ask(&request), serving);
    let stopped = asked.unwrap_err();
    assert_eq!(stopped.error.kind, ErrorKind::CertificateUntrusted);
    assert!(stopped.certificate.is_some());
    bench.end().await;
}
