//! The fonts of everything that is drawn without a screen: the bundled ones and those of `tests/fonts`, and nothing of the
//! machine, so that pictures are the same everywhere.

use std::sync::{Arc, Once};

use iced_test::renderer::graphics::text::{
    cosmic_text::{
        self,
        fontdb::{self, Source},
    },
    font_system,
};
use oriole_ui::style;

/// The region of Chinese characters, and what languages without a font of their own fall back to.
const LOCALE: &str = "zh-CN";

/// The toolkit's own signs: ticks of boxes, arrows of lists.
const SIGNS: &str = "Iced-Icons";

/// The families there are, by name.
pub(crate) const FAMILIES: [&str; 6] = [
    "DejaVu Sans",
    SIGNS,
    "Inter",
    "Noto Sans CJK SC",
    "Oriole Emoji",
    "lucide",
];

const OF_TESTS: [&[u8]; 3] = [
    include_bytes!("../../fonts/NotoSansCJKsc-Regular.otf"),
    include_bytes!("../../fonts/NotoSansCJKsc-Bold.otf"),
    include_bytes!("../../fonts/DejaVuSans-rtl.ttf"),
];

/// Throws the fonts of the machine out of the toolkit, once for the process. Comes before the first text is drawn.
pub(crate) fn pin() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let mut system = font_system().write().expect("the fonts");
        let mut faces = system.raw().db().clone();
        keep_signs(&mut faces);
        for face in OF_TESTS {
            faces.load_font_source(Source::Binary(Arc::new(face)));
        }
        faces.set_sans_serif_family(style::FAMILY);
        faces.set_serif_family(style::FAMILY);
        faces.set_monospace_family(style::FAMILY);
        faces.set_cursive_family(style::FAMILY);
        faces.set_fantasy_family(style::FAMILY);
        *system.raw() = cosmic_text::FontSystem::new_with_locale_and_db(LOCALE.to_owned(), faces);
        // Through the toolkit, which then knows that they are loaded and that text measured before is out of date.
        for face in style::fonts() {
            system.load_font(face);
        }
    });
}

/// Leaves only the toolkit's own signs: not the files of the machine, and not the face the toolkit brings for tests.
fn keep_signs(faces: &mut fontdb::Database) {
    let others: Vec<fontdb::ID> = faces
        .faces()
        .filter(|face| {
            let compiled_in = matches!(face.source, Source::Binary(_));
            !compiled_in || face.families.iter().all(|(name, _)| name != SIGNS)
        })
        .map(|face| face.id)
        .collect();
    for id in others {
        faces.remove_face(id);
    }
}
