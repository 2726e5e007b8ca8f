//! How the list is drawn: its own layer, the rows, the mark of the row jumped to, the scrollbar, the ring of focus.

use iced::{
    Border, Color, Point, Rectangle, Renderer, Size, Theme,
    advanced::{
        Layout, Renderer as _, mouse,
        renderer::{self, Quad},
        widget::Tree,
    },
    border::Radius,
};

use super::{
    VirtualList,
    state::{Drag, State},
    types::Key,
};
use crate::style::tokens::radius;

/// How much of the scrollbar's width stays empty on both sides, in px.
const BAR_GAP: f32 = 2.0;
/// How far from the edges of its row the ring is, in px.
const RING_INSET: f32 = 8.0;

impl<K: Key, Message> VirtualList<'_, K, Message> {
    #[expect(
        clippy::too_many_arguments,
        reason = "what a widget is given to draw with"
    )]
    pub(super) fn draw_list(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        defaults: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        clip: Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State<K>>();
        let style = (self.style)(theme);
        // See the module's documentation. The clip is not anti-aliased, so the fraction is never seen.
        // The source counts as well: a list that was gone for a while begins to count its moves anew.
        let stamp = u64::from(state.stamp).wrapping_add(self.source.wrapping_mul(7)) % 64;
        let layer = Rectangle {
            height: clip.height + stamp as f32 / 1024.0,
            ..clip
        };
        let bounds = layout.bounds();
        renderer.with_layer(layer, |renderer| {
            let flash = state.flash.map(|flash| flash.key);
            let rows = self.live.iter().zip(&self.live_keys);
            for (((row, key), tree), layout) in rows.zip(&tree.children).zip(layout.children()) {
                let area = layout.bounds();
                if !area.intersects(&clip) {
                    continue;
                }
                if flash == Some(*key) {
                    let whole = Rectangle {
                        x: bounds.x,
                        width: bounds.width,
                        ..area
                    };
                    fill(renderer, whole, 0.0, style.highlight);
                }
                let row = row.as_widget();
                row.draw(tree, renderer, theme, defaults, layout, cursor, &clip);
            }
            // In the same layer: one of its own would lie above what is drawn over the list.
            if let Some(thumb) = self.thumb(state, bounds.height) {
                let held = matches!(state.drag, Some(Drag::Bar { .. }));
                let color = if state.over_bar || held {
                    style.bar_hovered
                } else {
                    style.bar
                };
                let start =
                    Point::new(self.bar(bounds).x + BAR_GAP, (bounds.y + thumb.top).round());
                let size = Size::new(self.bar_width() - 2.0 * BAR_GAP, thumb.length.round());
                fill(renderer, Rectangle::new(start, size), 4.0, color);
            }
            if self.controls.is_none()
                && let Some((bounds, radius)) = self.ring(state, layout)
            {
                let ring = Quad {
                    bounds,
                    border: Border {
                        color: style.focus,
                        width: 2.0,
                        radius: Radius::from(radius),
                    },
                    ..Quad::default()
                };
                renderer.fill_quad(ring, Color::TRANSPARENT);
            }
        });
    }
}

impl<K: Key, Message> VirtualList<'_, K, Message> {
    /// Where the ring of focus is, and how round: around the row that has the keyboard, else around the list.
    fn ring(&self, state: &State<K>, layout: Layout<'_>) -> Option<(Rectangle, f32)> {
        if !state.focus.focused || !state.focus.visible {
            return None;
        }
        let bounds = layout.bounds();
        let row = state.at.row.filter(|_| self.stops.is_some());
        let Some(row) = row else {
            return Some((bounds.shrink(1.0), 4.0));
        };
        let place = self.live_keys.iter().position(|key| *key == row)?;
        let row = layout.children().nth(place)?.bounds();
        let inset = RING_INSET.min(row.width / 4.0);
        let ring = Rectangle {
            x: row.x + inset,
            width: (row.width - 2.0 * inset).max(0.0),
            ..row
        };
        Some((ring, radius::ROW))
    }
}

fn fill(renderer: &mut Renderer, bounds: Rectangle, radius: f32, color: Color) {
    let quad = Quad {
        bounds,
        border: Border {
            radius: Radius::from(radius),
            ..Border::default()
        },
        ..Quad::default()
    };
    renderer.fill_quad(quad, color);
}
