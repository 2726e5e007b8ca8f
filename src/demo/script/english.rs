//! The demo in English, with a little Chinese. Data only.

use oriole_core::model::presence::Show;

use super::{Beat, Move, Person, Script, Voice};

pub(super) static SCRIPT: Script = Script {
    own_status: "This is a demo · 这是演示",
    people: &[
        Person {
            local: "mei",
            name: "Mei Lin",
            group: Some("Friends"),
            device: "phone",
            show: Show::Online,
            status: "On the trail 🌄",
            history: &[
                (2 * 24 * 60 + 95, "Are you coming on Saturday? We meet at the station at nine."),
                (2 * 24 * 60 + 93, "Take water with you, the shop at the pass is closed 🙈"),
                (91, "This is the trail we should take next time: https://example.org/trails/ridge-loop"),
                (62, "The photos came out great! 😍"),
                (61, "Can you send me the originals?"),
            ],
            thanks: "",
            voice: Voice {
                greeting: &["Hi! 👋 Back from the hills at last.", "Hello again 🙂"],
                question: &[
                    "Good question. I would say yes, if the weather holds.",
                    "Let me look at the map first 🗺️",
                    "Ask Tom, he always knows.",
                ],
                thanks: &["Any time! 😊", "You're welcome."],
                other: &[
                    "Ha, that is what I thought too 😄",
                    "Sounds good to me.\nShall I tell the others?",
                    "There is a nice photo of that here: https://example.org/photos/beacon",
                    "好的！ (That is \"all right\" in Chinese.)",
                ],
            },
        },
        Person {
            local: "tom",
            name: "Tom Becker",
            group: Some("Work"),
            device: "desk",
            show: Show::Away,
            status: "Back at two",
            history: &[
                (26 * 60, "For tomorrow:\n1. The budget\n2. Who writes the report\n3. Coffee ☕"),
                (147, "The numbers are at https://example.org/budget?year=next. Have a look before we meet?"),
            ],
            thanks: "",
            voice: Voice {
                greeting: &["Hello. I am at my desk again.", "Hi. What is new?"],
                question: &["I will find out and tell you.", "As far as I know, yes. But ask Han Meimei, she wrote it."],
                thanks: &["No problem.", "👍"],
                other: &[
                    "Understood.",
                    "Could you put that into the report, too? It belongs in the second part, I think, just before the table with the costs.",
                    "Fine with me. See you at the meeting.",
                ],
            },
        },
        Person {
            local: "lilei",
            name: "Li Lei",
            group: Some("Friends"),
            device: "tablet",
            show: Show::Offline,
            status: "",
            history: &[
                (27 * 60, "我到家了。 Home at last, the train was two hours late."),
                (4 * 60 + 12, "See you tomorrow!"),
            ],
            thanks: "",
            voice: Voice {
                greeting: &["你好！ Just switched on.", "Hi hi"],
                question: &["不知道… I really do not know.", "Yes. Or no. What did Mei say?"],
                thanks: &["不客气 🙂"],
                other: &["哈哈哈", "OK!", "Tell me more tomorrow, I have to run 🏃"],
            },
        },
        Person {
            local: "meimei",
            name: "Han Meimei",
            group: Some("Work"),
            device: "desk",
            show: Show::Dnd,
            status: "In a meeting until three",
            history: &[
                (3 * 24 * 60 + 200, "The slides are here: https://example.org/slides/a-very-long-name-for-a-talk-that-nobody-could-ever-remember-by-heart"),
                (3 * 24 * 60 + 50, "Tuesday works for me 👍"),
            ],
            thanks: "",
            voice: Voice {
                greeting: &["Hi! In a meeting, but I can type under the table 🤫"],
                question: &["Can I answer that after the meeting?", "Yes, I think so. It is on page 7."],
                thanks: &["Of course!"],
                other: &["Noted 📝", "One moment, they are asking me something…", "很好！ Very good."],
            },
        },
        Person {
            local: "support.desk",
            name: "support.desk",
            group: Some("Work"),
            device: "web",
            show: Show::Online,
            status: "This is a demo · 这是演示",
            history: &[
                (5, "Welcome to Oriole! Some things to try:\n• Write to Mei Lin, she answers at once.\n• Write to Li Lei, who is offline.\n• Somebody will ask to be your contact.\n• Add any address that ends in @oriole.example."),
                (1, "This is a demo. Nobody here is real: this program plays all your friends, and nothing you write to them leaves this computer. When you close Oriole, everything here is gone.\n\n这是演示：好友都由程序扮演，你写给他们的内容不会离开这台电脑。关闭后，这里的一切都会消失。"),
            ],
            thanks: "",
            voice: Voice {
                greeting: &["Good day! How can I help? (This is a demo: I am a program.)"],
                question: &[
                    "To use Oriole with a real account, close the demo and start Oriole without --demo.",
                    "I only know a few sentences, and this is one of them.",
                ],
                thanks: &["My pleasure. Anything else?"],
                other: &[
                    "I have written that down on a sheet of paper that does not exist.",
                    "Have you tried switching it off and on again?",
                ],
            },
        },
        Person {
            local: "anna",
            name: "Anna Kovář",
            group: None,
            device: "phone",
            show: Show::Online,
            status: "Nice to meet you",
            history: &[],
            thanks: "Thank you for adding me! 🎉 Do you still have the recipe for the plum cake?",
            voice: Voice {
                greeting: &["Hello! 🙋‍♀️"],
                question: &["Hm, let me think about it.", "Certainly!"],
                thanks: &["Rádo se stalo. (You are welcome.)"],
                other: &["How nice 😊", "I will tell my sister about it."],
            },
        },
    ],
    newcomer: Person {
        local: "",
        name: "",
        group: None,
        device: "somewhere",
        show: Show::Online,
        status: "Just made up for this demo",
        history: &[],
        thanks: "Hello! I did not exist until you added me. 🐣",
        voice: Voice {
            greeting: &["Hello! It is good to exist."],
            question: &["I was made up only a moment ago. How should I know?"],
            thanks: &["You are welcome."],
            other: &["I see.", "Go on…", "That is new to me. Everything is."],
        },
    },
    beats: &[
        Beat { after: 6, who: "anna", what: Move::Ask("Hi, it is Anna, we met at Mei's birthday.") },
        Beat { after: 20, who: "tom", what: Move::Appear(Show::Online, "") },
        Beat { after: 24, who: "tom", what: Move::Write("I am back. The meeting is in room 4 🚪 https://example.org/map#room-4") },
        Beat { after: 90, who: "meimei", what: Move::Appear(Show::Online, "") },
        Beat { after: 95, who: "meimei", what: Move::Write("The meeting is over at last! What did I miss?") },
        Beat { after: 150, who: "mei", what: Move::Appear(Show::Away, "Making tea 🍵") },
    ],
};
