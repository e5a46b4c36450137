//! SVG pictures of symbols (SVG 2): the outline of the dark modules as one path.
//!
//! One outline rather than a rectangle per run of modules, because renderers smooth the edges of each shape by itself:
//! a hairline of the light colour would show where two shapes meet.

use std::fmt::{self, Write as _};

use crate::{style::Style, symbol::Symbol};

/// What a document states its size in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    /// Millimetres, for print.
    #[default]
    Millimetres,
    /// Pixels, for screens.
    Pixels,
}

/// The symbol as an SVG document. `title` is what a screen reader says; it must not contain markup.
#[must_use]
pub fn encode(symbol: &Symbol, style: Style, unit: Unit, title: &'static str) -> String {
    let side = style.side(symbol.modules());
    let width = match unit {
        Unit::Millimetres => format!("{}mm", style.print_width(symbol.modules())),
        Unit::Pixels => side.to_string(),
    };
    let scale = style.scale.pixels();
    let margin = style.margin.modules() * scale;
    let (dark, light) = (style.palette.dark(), style.palette.light());
    // Not by a view box in modules: several programs ignore where it begins, or how it differs from a size in pixels.
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{width}\" viewBox=\"0 0 {side} {side}\" \
         role=\"img\" shape-rendering=\"crispEdges\"><title>{title}</title>\
         <path fill=\"#{light}\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#{dark}\" fill-rule=\"evenodd\" transform=\"translate({margin} {margin}) scale({scale})\" \
         d=\"{}\"/></svg>\n",
        path_data(symbol)
    )
}

/// Path data (SVG 2, 9.3) of the lines between dark and light, in modules, from the top left corner of the symbol. The
/// even-odd rule fills the dark modules.
#[must_use]
pub fn path_data(symbol: &Symbol) -> String {
    let mut edges = Edges::new(symbol);
    let mut path = String::new();
    let mut before = None;
    while let Some(start) = edges.first() {
        match before {
            None => write!(path, "M{} {}", start.x, start.y),
            Some(Point { x, y }) => write!(path, "m{}{}", start.x - x, Signed(start.y - y)),
        }
        .expect("a String takes everything");
        edges.trace(start, &mut path);
        path.push('z');
        before = Some(start);
    }
    path
}

/// A corner of modules, counted from the top left corner of the symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    x: isize,
    y: isize,
}

/// A number that follows another. A minus sign separates the two, a space does otherwise.
struct Signed(isize);

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 { write!(f, "{}", self.0) } else { write!(f, " {}", self.0) }
    }
}

/// The edges between dark and light modules that are not in the path yet. Every corner has an even number of them, so a
/// walk along unused edges always closes.
struct Edges {
    /// Corners per side of the symbol.
    points: usize,
    /// For each corner, whether an edge leaves it to the right.
    right: Vec<bool>,
    /// For each corner, whether an edge leaves it downwards.
    down: Vec<bool>,
    /// No edge to the right is left before this corner.
    from: usize,
}

impl Edges {
    fn new(symbol: &Symbol) -> Self {
        let points = symbol.modules() + 1;
        let is_dark = |x: usize, y: usize| symbol.is_dark(x, y);
        let (mut right, mut down) = (Vec::new(), Vec::new());
        for y in 0..points {
            for x in 0..points {
                let here = is_dark(x, y);
                right.push(here != (y > 0 && is_dark(x, y - 1)));
                down.push(here != (x > 0 && is_dark(x - 1, y)));
            }
        }
        Self { points, right, down, from: 0 }
    }

    /// The first corner, row by row, that an edge leaves to the right.
    fn first(&mut self) -> Option<Point> {
        self.from += self.right[self.from..].iter().position(|&is_edge| is_edge)?;
        Some(Point { x: (self.from % self.points) as isize, y: (self.from / self.points) as isize })
    }

    /// Walks from `start` until it closes and takes the edges on the way. The `z` that follows draws the last line.
    fn trace(&mut self, start: Point, path: &mut String) {
        let mut at = start;
        let mut line = self.walk(&mut at, true);
        for horizontal in [false, true].into_iter().cycle() {
            let (command, length) = line;
            write!(path, "{command}{length}").expect("a String takes everything");
            line = self.walk(&mut at, horizontal);
            if at == start && !horizontal {
                return;
            }
        }
    }

    /// Follows a straight line to where it turns. Returns its command and length.
    fn walk(&mut self, at: &mut Point, horizontal: bool) -> (char, isize) {
        let forward = self.take(*at, horizontal, 1);
        let step = if forward { 1 } else { -1 };
        let mut length = 0;
        if forward || self.take(*at, horizontal, -1) {
            loop {
                length += step;
                if horizontal {
                    at.x += step;
                } else {
                    at.y += step;
                }
                // Where four edges meet, the line turns, too.
                if self.has_turn(*at, horizontal) || !self.take(*at, horizontal, step) {
                    break;
                }
            }
        }
        (if horizontal { 'h' } else { 'v' }, length)
    }

    fn has_turn(&self, at: Point, horizontal: bool) -> bool {
        [1, -1]
            .into_iter()
            .any(|step| self.edge(at, !horizontal, step).is_some_and(|index| self.lines(!horizontal)[index]))
    }

    /// Takes the edge that leaves a corner in a direction, if it is still there.
    fn take(&mut self, at: Point, horizontal: bool, step: isize) -> bool {
        let Some(index) = self.edge(at, horizontal, step) else { return false };
        let lines = if horizontal { &mut self.right } else { &mut self.down };
        std::mem::take(&mut lines[index])
    }

    fn lines(&self, horizontal: bool) -> &[bool] {
        if horizontal { &self.right } else { &self.down }
    }

    /// The index of the edge that leaves a corner in a direction: an edge is kept with its left or upper end.
    fn edge(&self, at: Point, horizontal: bool, step: isize) -> Option<usize> {
        let back = step.min(0);
        let (x, y) = if horizontal { (at.x + back, at.y) } else { (at.x, at.y + back) };
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        (x < self.points && y < self.points).then_some(y * self.points + x)
    }
}

#[cfg(test)]
#[expect(clippy::cast_sign_loss, reason = "coordinates in a symbol are not negative")]
mod tests {
    use super::*;
    use crate::{
        ecc::Ecc,
        style::{Margin, Scale},
    };

    /// The modules inside the lines by the even-odd rule (SVG 2, 13.4.2), that is, those with an odd number of vertical
    /// lines to their left.
    fn fill(path: &str, modules: usize) -> Vec<Vec<bool>> {
        let mut rows = vec![vec![false; modules]; modules];
        let mut start = (0, 0);
        let mut vertical = |x: isize, from: isize, to: isize| {
            for y in from.min(to)..from.max(to) {
                rows[y as usize][x as usize..].iter_mut().for_each(|cell| *cell = !*cell);
            }
        };
        for subpath in path.split_terminator('z') {
            let (moved, lines) = subpath[1..].split_at(subpath.find(['h', 'v']).unwrap() - 1);
            let moved = moved.replace('-', " -");
            let moved: Vec<isize> = moved.split_whitespace().map(|number| number.parse().unwrap()).collect();
            start = if subpath.starts_with('M') { (0, 0) } else { start };
            start = (start.0 + moved[0], start.1 + moved[1]);
            let mut at = start;
            for line in lines.replace('h', " h").replace('v', " v").split_whitespace() {
                let length: isize = line[1..].parse().unwrap();
                if line.starts_with('h') {
                    at.0 += length;
                } else {
                    vertical(at.0, at.1, at.1 + length);
                    at.1 += length;
                }
            }
            assert_eq!(at.0, start.0, "the line that z draws is vertical");
            vertical(at.0, at.1, start.1);
        }
        rows
    }

    #[test]
    fn the_outline_holds_exactly_the_dark_modules() {
        for bytes in [1, 20, 100, 300, 900, 2300] {
            let text: String = (0..bytes).map(|n: u32| char::from(b'a' + (n * n % 23) as u8)).collect();
            let symbol = Symbol::encode(&text, Ecc::M).unwrap();
            let modules = symbol.modules();
            let filled = fill(&path_data(&symbol), modules);
            let drawn = |y: usize| (0..modules).map(|x| symbol.is_dark(x, y)).collect::<Vec<_>>();
            assert_eq!(filled, (0..modules).map(drawn).collect::<Vec<_>>(), "{modules} modules");
        }
    }

    #[test]
    fn a_document() {
        let symbol = Symbol::encode("1", Ecc::L).unwrap();
        let style = Style { scale: Scale::MIN, margin: Margin::MIN, ..Style::default() };
        let svg = encode(&symbol, style, Unit::Pixels, "QR code");
        assert!(svg.starts_with(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"21\" height=\"21\" viewBox=\"0 0 21 21\" role=\"img\" \
             shape-rendering=\"crispEdges\"><title>QR code</title><path fill=\"#ffffff\" d=\"M0 0h21v21h-21z\"/>\
             <path fill=\"#000000\" fill-rule=\"evenodd\" transform=\"translate(0 0) scale(1)\" d=\"M0 0h7v7h-7z"
        ));
        let svg = encode(&symbol, Style::default(), Unit::Pixels, "");
        assert!(svg.contains("width=\"232\" height=\"232\" viewBox=\"0 0 232 232\""), "{svg}");
        let svg = encode(&symbol, Style::default(), Unit::Millimetres, "");
        assert!(svg.contains("width=\"9.57mm\" height=\"9.57mm\" viewBox=\"0 0 232 232\""), "{svg}");
        assert!(svg.contains("transform=\"translate(32 32) scale(8)\""), "{svg}");
    }
}
