//! A window with a long list of messages, a list of people and a field, for the tests and benches of the widgets.
//!
//! A message is a pure function of its key, so that a page can be read as if from a disk.

use std::{
    borrow::Cow,
    cell::Cell,
    collections::{HashMap, HashSet},
    ops::Range,
    rc::Rc,
};

use iced::{
    Element, Length, Task,
    widget::{column, container, row, space, text, text_input},
};
use oriole_ui::{
    style,
    widget::{
        rich_body::{Link, Span, rich_body},
        virtual_list::{
            Align, Context, Edge, Jump, Place, Position, Target, Visible, virtual_list,
        },
    },
};

use super::harness::App;

const NAMES: [&str; 6] = ["Mei Lin", "王小明", "Tom", "Ольга", "Anna", "Joao"];
const WORDS: [&str; 40] = [
    "the",
    "quick",
    "brown",
    "fox",
    "server",
    "message",
    "archive",
    "I",
    "think",
    "we",
    "should",
    "meet",
    "ok",
    "and",
    "then",
    "maybe",
    "lazy",
    "dog",
    "привет",
    "как",
    "дела",
    "really",
    "no",
    "yes",
    "jumps",
    "over",
    "presence",
    "please",
    "check",
    "again",
    "tomorrow",
    "façade",
    "Größe",
    "naïve",
    "coffee",
    "Montréal",
    "at",
    "noon",
    "see",
    "you",
];
/// How many rows are read at a time.
pub(crate) const PAGE: i64 = 40;
/// How many rows are held at most.
pub(crate) const KEEP: usize = 120;

fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The text of a message.
pub(crate) fn body(key: i64) -> String {
    let seed = mix(key as u64);
    let pick = |salt: u64| mix(seed ^ salt.wrapping_mul(0x1234_5678_9abc_def1));
    let words = match seed % 100 {
        0..45 => 1 + pick(1) % 8,
        45..85 => 6 + pick(1) % 25,
        85..98 => 25 + pick(1) % 60,
        _ => 120 + pick(1) % 200,
    };
    let mut body = format!("#{key}");
    for word in 0..words {
        body.push(if word % 37 == 36 { '\n' } else { ' ' });
        body.push_str(WORDS[(pick(100 + word) % WORDS.len() as u64) as usize]);
    }
    if seed.is_multiple_of(9) {
        body.push_str(&format!(" https://example.org/{key}"));
    }
    body
}

/// How high the picture of a message is once it is there, in px.
pub(crate) fn picture(key: i64) -> Option<f32> {
    let seed = mix(key as u64);
    (seed % 25 == 3).then_some(80.0 + (seed % 160) as f32)
}

/// What a message quotes.
pub(crate) fn quote(key: i64) -> Option<String> {
    (key.rem_euclid(7) == 3).then(|| format!("quoted of {key}"))
}

/// What can happen.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// The draft changed.
    Draft(String),
    /// The list wants rows.
    Edge(Edge),
    /// The list came to rest.
    Visible(Visible<i64>),
    /// The scrollbar went out of what is held.
    Seek(usize),
    /// A link was clicked.
    Link(Link),
    /// The right button.
    Context(Context<i64>),
    /// The selection reaches beyond what is held.
    Copy(Range<Place<i64>>),
    /// A button in a row.
    Deed(i64),
}

/// The window.
pub(crate) struct Sample {
    /// All rows that exist.
    pub(crate) all: Range<i64>,
    /// The rows that are held.
    pub(crate) keys: Vec<i64>,
    /// Whether only some are held.
    pub(crate) windowed: bool,
    /// Whether all rows look alike but for their digits.
    pub(crate) uniform: bool,
    /// Messages whose picture is there.
    pub(crate) loaded: HashSet<i64>,
    /// Messages that say something else.
    pub(crate) edited: HashMap<i64, String>,
    /// Which chat.
    pub(crate) source: u64,
    /// Where to begin.
    pub(crate) position: Option<Position<i64>>,
    /// Where to go.
    pub(crate) jump: Option<Jump<i64>>,
    /// What is being written.
    pub(crate) draft: String,
    /// What happened.
    pub(crate) log: Vec<Message>,
    /// Whether rows begin with a note.
    pub(crate) notes: bool,
    /// How many rows were ever built.
    pub(crate) built: Rc<Cell<usize>>,
}

impl Sample {
    /// So many rows, all of them held.
    pub(crate) fn new(count: i64) -> Self {
        Self {
            all: 0..count,
            keys: (0..count).collect(),
            windowed: false,
            uniform: false,
            loaded: HashSet::new(),
            edited: HashMap::new(),
            source: 1,
            position: None,
            jump: None,
            draft: String::new(),
            log: Vec::new(),
            notes: false,
            built: Rc::default(),
        }
    }

    /// So many rows, the last page of them held.
    pub(crate) fn windowed(count: i64) -> Self {
        Self {
            keys: ((count - PAGE).max(0)..count).collect(),
            windowed: true,
            ..Self::new(count)
        }
    }

    /// What a message says.
    pub(crate) fn body(&self, key: i64) -> String {
        match self.edited.get(&key) {
            Some(body) => body.clone(),
            None if self.uniform => format!("#{key:06} ok"),
            None => body(key),
        }
    }

    /// Asks for a jump.
    pub(crate) fn go(&mut self, to: Target<i64>, align: Align) {
        if let (true, Target::Key(key)) = (self.windowed, to) {
            self.read(key - PAGE..key + PAGE);
        }
        self.jump = Some(Jump {
            serial: self.jump.map_or(0, |jump| jump.serial) + 1,
            to,
            align,
            highlight: false,
        });
    }

    /// New messages come.
    pub(crate) fn append(&mut self, count: i64) {
        let joined = self.keys.last().is_none_or(|key| key + 1 == self.all.end);
        if joined {
            self.keys.extend(self.all.end..self.all.end + count);
        }
        self.all.end += count;
    }

    /// Older messages turn up.
    pub(crate) fn prepend(&mut self, count: i64) {
        self.all.start -= count;
        let older = self.all.start..self.all.start + count;
        self.keys.splice(0..0, older);
    }

    /// A message is gone.
    pub(crate) fn remove(&mut self, key: i64) {
        self.keys.retain(|other| *other != key);
    }

    fn read(&mut self, range: Range<i64>) {
        self.keys = (range.start.max(self.all.start)..range.end.min(self.all.end)).collect();
    }

    fn page(&mut self, edge: Edge) {
        let first = self.keys.first().copied().unwrap_or(self.all.end);
        let last = self.keys.last().copied().unwrap_or(first);
        match edge {
            Edge::Start => {
                let older = (first - PAGE).max(self.all.start)..first;
                self.keys.splice(0..0, older);
                self.keys.truncate(KEEP);
            }
            Edge::End => {
                self.keys
                    .extend(last + 1..(last + 1 + PAGE).min(self.all.end));
                let extra = self.keys.len().saturating_sub(KEEP);
                self.keys.drain(..extra);
            }
        }
    }

    fn bubble(&self, key: i64) -> Element<'_, Message> {
        self.built.set(self.built.get() + 1);
        let theme = style::theme(iced::theme::Mode::Light);
        let tokens = style::tokens(&theme);
        let seed = mix(key as u64);
        let mine = !self.uniform && seed.is_multiple_of(4);
        let name = NAMES[(seed % 6) as usize];
        let line = |words: String, size: f32, height: f32| {
            text(words)
                .size(size)
                .line_height(iced::Pixels(height))
                .font(style::BOLD)
        };
        let selectable = |spans| rich_body(spans).font(style::REGULAR).on_link(Message::Link);
        let mut inside = column![].spacing(2);
        if !mine && !self.uniform {
            inside = inside.push(line(name.into(), 12.0, 16.0));
        }
        let mut part = 0;
        if let Some(quote) = quote(key).filter(|_| !self.uniform) {
            inside = inside.push(selectable(vec![Span::new(quote).color(tokens.sub)]).part(part));
            part += 1;
        }
        let body = self.body(key);
        let spans = match body.find("https://") {
            Some(start) => {
                let (before, link) = body.split_at(start);
                vec![
                    Span::new(before.to_owned()),
                    Span::new(link.to_owned())
                        .color(tokens.accent)
                        .link(Link::from(link)),
                ]
            }
            None => vec![Span::new(body)],
        };
        inside = inside.push(selectable(spans).part(part));
        if let Some(height) = picture(key).filter(|_| !self.uniform) {
            let height = if self.loaded.contains(&key) {
                height
            } else {
                24.0
            };
            let picture = container(space()).width(220).height(height);
            inside = inside.push(picture.style(style::surfaces::chip));
        }
        if self.notes {
            let note = iced::widget::button(text("Again").size(12));
            inside = inside.push(note.on_press(Message::Deed(key)));
        }
        inside = inside.push(
            line(
                format!("{:02}:{:02}", key.rem_euclid(24), key.rem_euclid(60)),
                11.0,
                14.0,
            )
            .style(style::surfaces::faint),
        );
        let look = if mine {
            style::surfaces::bubble_out
        } else {
            style::surfaces::bubble_in
        };
        let bubble = container(container(inside).padding([6, 10]).style(look)).max_width(640);
        let line = if mine {
            row![space().width(Length::Fill), bubble]
        } else {
            row![bubble]
        };
        container(line).padding([3, 12]).width(Length::Fill).into()
    }
}

impl App for Sample {
    type Message = Message;

    fn update(&mut self, message: Message) -> Task<Message> {
        match &message {
            Message::Draft(draft) => self.draft.clone_from(draft),
            Message::Edge(edge) => self.page(*edge),
            Message::Seek(index) => {
                let key = self.all.start + *index as i64;
                self.go(Target::Key(key), Align::Top);
            }
            _ => {}
        }
        self.log.push(message);
        Task::none()
    }

    fn view(&self) -> Element<'_, Message> {
        let people = column((0..20).map(|person| {
            let lines = column![
                text(format!("Contact {person}")).size(14),
                text("last message").size(12)
            ];
            container(lines).padding(6).into()
        }));
        let (before, after) = match (self.keys.first(), self.keys.last()) {
            (Some(first), Some(last)) if self.windowed => (
                (first - self.all.start) as usize,
                (self.all.end - 1 - last) as usize,
            ),
            _ => (0, 0),
        };
        let list = virtual_list(self.source, &self.keys, |index| {
            self.bubble(self.keys[index])
        })
        .id("list")
        .outside(before, after)
        .texts(|index| {
            let key = self.keys[index];
            let quote = quote(key).filter(|_| !self.uniform);
            let texts = quote.into_iter().chain([self.body(key)]);
            texts.map(Cow::Owned).collect()
        })
        .copy_prefix(|index| format!("{}: ", self.keys[index]))
        .position(self.position)
        .jump(self.jump)
        .on_edge(Message::Edge)
        .on_visible(Message::Visible)
        .on_seek(Message::Seek)
        .on_context(Message::Context)
        .on_copy(Message::Copy);
        let field = text_input("Write a message", &self.draft)
            .id("field")
            .on_input(Message::Draft)
            .padding(10);
        row![
            container(people)
                .width(240)
                .height(Length::Fill)
                .clip(true)
                .style(style::surfaces::side),
            column![list, container(field).padding(8)]
        ]
        .into()
    }
}
