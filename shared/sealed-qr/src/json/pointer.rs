//! JSON Pointers (RFC 6901).

use std::fmt;

use serde::Serialize;

/// A JSON Pointer.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pointer(String);

impl Pointer {
    /// Reads a pointer whose tokens are already escaped.
    #[must_use]
    pub fn from_escaped(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The pointer itself, or one to what contains its value, whichever has at most `length` bytes.
    #[must_use]
    pub fn shortened(&self, length: usize) -> Self {
        if self.0.len() <= length {
            return self.clone();
        }
        // The slash after a token that just fits is one byte further.
        let end = self.0.floor_char_boundary(length + 1);
        Self(self.0[..end].rfind('/').map_or("", |end| &self.0[..end]).to_owned())
    }

    /// The pointer to a member or an element of the value that this one points to.
    #[must_use]
    pub fn join(&self, token: &str) -> Self {
        Self(format!("{}/{}", self.0, token.replace('~', "~0").replace('/', "~1")))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A place in a JSON text while it is being read: a list of tokens, on the stack, that ends in the outermost value.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    Root,
    Member(&'a Place<'a>, &'a str),
    Element(&'a Place<'a>, usize),
}

impl Place<'_> {
    pub(super) fn pointer(&self) -> Pointer {
        match self {
            Self::Root => Pointer::default(),
            Self::Member(parent, name) => parent.pointer().join(name),
            Self::Element(parent, index) => parent.pointer().join(&index.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_pointers_are_shortened_to_what_contains_the_value() {
        let pointer = Pointer::from_escaped("/a/é~1/c");
        for (length, expected) in
            [(9, "/a/é~1/c"), (8, "/a/é~1"), (7, "/a/é~1"), (6, "/a"), (2, "/a"), (1, ""), (0, "")]
        {
            assert_eq!(pointer.shortened(length).to_string(), expected, "{length}");
        }
    }

    #[test]
    fn tokens_are_escaped_once() {
        let pointer = Pointer::default().join("a/b").join("~1").join("");
        assert_eq!(pointer.to_string(), "/a~1b/~01/");
        assert_eq!(Pointer::from_escaped("/a~1b/~01/"), pointer);
    }

    #[test]
    fn a_place_points_from_the_outermost_value_inwards() {
        let member = Place::Member(&Place::Root, "a");
        assert_eq!(Place::Element(&member, 7).pointer().to_string(), "/a/7");
        assert_eq!(Place::Root.pointer(), Pointer::default());
    }
}
