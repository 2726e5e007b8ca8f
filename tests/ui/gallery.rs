//! The gallery: every screen and state drawn by the software renderer at a scale of 1, into `target/gallery`, with the names
//! of the design's pictures, and compared with the references in `tests/ui/gallery`. `ORIOLE_BLESS=1` writes those anew.
//!
//! The fonts are pinned ([`crate::support::fonts`]), and so are the people, the words and the clock.

mod accounts;
mod chats;
mod data;
mod first_start;
mod manage;
mod messages;
mod new_account;

use std::{
    fs,
    path::{Path, PathBuf},
};

use oriole_core::model::message::MessageState;
use oriole_ui::i18n::Language;

use crate::{
    screen::{Screen, WIDE},
    support::message,
};

/// How far a channel of a pixel may be from the reference, of 255.
///
/// The same fonts go through the same code everywhere. What is left is rounding: processors add in another order, so the
/// edge of a letter or of a round corner may be a few shades off. A colour of the design that is another one is further off
/// than this on most of what it covers.
const NEAR: u8 = 24;
/// How many pixels may be further off than that. A tick, the smallest sign there is, covers more.
const FEW: usize = 24;
/// How large a reference may be, in bytes.
const MOST_BYTES: u64 = 200_000;

/// Width, height, and three bytes a pixel: nothing of a window shines through.
#[derive(PartialEq)]
struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Picture {
    fn of(screen: &mut Screen) -> Self {
        let (width, height, pixels) = screen.picture();
        let pixels = pixels
            .chunks_exact(4)
            .flat_map(|p| [p[0], p[1], p[2]])
            .collect();
        Self {
            width,
            height,
            pixels,
        }
    }

    fn write(&self, file: &Path) {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let out = std::io::BufWriter::new(fs::File::create(file).unwrap());
        let mut encoder = png::Encoder::new(out, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::Up);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&self.pixels).unwrap();
    }

    fn read(file: &Path) -> Self {
        let opened = fs::File::open(file).unwrap_or_else(|error| {
            panic!("{}: {error}; ORIOLE_BLESS=1 writes it", file.display())
        });
        let mut reader = png::Decoder::new(std::io::BufReader::new(opened))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        Self {
            width: info.width,
            height: info.height,
            pixels,
        }
    }

    fn colors(&self) -> usize {
        let colors: std::collections::HashSet<&[u8]> =
            self.pixels.chunks_exact(3).step_by(7).collect();
        colors.len()
    }

    /// How many pixels are not those of the other.
    fn far_from(&self, other: &Self) -> usize {
        assert_eq!((self.width, self.height), (other.width, other.height));
        let pairs = self
            .pixels
            .chunks_exact(3)
            .zip(other.pixels.chunks_exact(3));
        pairs
            .filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > NEAR))
            .count()
    }
}

/// Draws a screen into the gallery, and compares it with its reference.
fn compare(screen: &mut Screen, name: &str) {
    let picture = Picture::of(screen);
    let drawn = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .join(format!("gallery/{name}.png"));
    picture.write(&drawn);
    let colors = picture.colors();
    assert!(colors > 20, "{name} has {colors} colours");
    let reference =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/ui/gallery/{name}.png"));
    if std::env::var_os("ORIOLE_BLESS").is_some() {
        picture.write(&reference);
    }
    let size = |picture: &Picture| (picture.width, picture.height);
    let blessed = Picture::read(&reference);
    assert_eq!(size(&picture), size(&blessed), "{name}");
    let far = picture.far_from(&blessed);
    assert!(
        far <= FEW,
        "{name}: {far} pixels differ, {FEW} may; see {}",
        drawn.display()
    );
    let bytes = fs::metadata(&reference).unwrap().len();
    assert!(bytes < MOST_BYTES, "{name} has {bytes} bytes");
}

#[test]
fn a_second_tick_makes_a_difference() {
    let with = |state| {
        let mut said = message(1, true, "On their way");
        said.state = state;
        Picture::of(&mut Screen::new(
            data::saying(Language::English, vec![said]),
            WIDE,
        ))
    };
    let sent = with(MessageState::Sent);
    assert_eq!(sent.far_from(&with(MessageState::Sent)), 0);
    let far = sent.far_from(&with(MessageState::Delivered));
    assert!(far > FEW, "{far}");
}

#[test]
fn every_reference_is_drawn() {
    let sources = [
        include_str!("gallery/accounts.rs"),
        include_str!("gallery/chats.rs"),
        include_str!("gallery/first_start.rs"),
        include_str!("gallery/manage.rs"),
        include_str!("gallery/messages.rs"),
        include_str!("gallery/new_account.rs"),
    ];
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ui/gallery");
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "png") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let name = [
                format!("\"{name}\""),
                format!("\"{}{{suffix}}\"", name.trim_end_matches("-zh")),
            ];
            let named = name
                .iter()
                .any(|name| sources.iter().any(|text| text.contains(name)));
            assert!(named, "nothing draws {}", path.display());
        }
    }
}
