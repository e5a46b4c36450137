//! The endpoints of the API: the methods and paths that both functions, the log and the description share.

use crate::link::{COMPACT_PATH_PREFIX, FULL_PATH};

/// An endpoint of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// Seals a payload into a code.
    CreateSealed,
    /// Draws any text as a code.
    CreatePlain,
    /// The page to create codes with.
    Console,
    /// The description of the API.
    Description,
    /// Opens a code by the full link.
    OpenFull,
    /// Opens a code by the compact link.
    OpenCompact,
}

impl Endpoint {
    /// All endpoints.
    pub const ALL: [Self; 6] =
        [Self::CreateSealed, Self::CreatePlain, Self::Console, Self::Description, Self::OpenFull, Self::OpenCompact];

    /// The endpoint with this path, as [`endpoint_path`](super::Request::endpoint_path) tells it.
    #[must_use]
    pub fn at(path: &str) -> Option<Self> {
        if path.starts_with(COMPACT_PATH_PREFIX) {
            return Some(Self::OpenCompact);
        }
        Self::ALL.into_iter().find(|endpoint| endpoint.path() == path)
    }

    /// The path, a ctext in it as `{ctext}`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::CreateSealed => "/api/qrcode/encrypted-payload",
            Self::CreatePlain => "/api/qrcode",
            Self::Console => "/api",
            Self::Description => "/api/openapi.json",
            Self::OpenFull => FULL_PATH,
            Self::OpenCompact => "/d/{ctext}",
        }
    }

    /// The one method.
    #[must_use]
    pub const fn method(self) -> &'static str {
        match self {
            Self::CreateSealed | Self::CreatePlain => "POST",
            Self::Console | Self::Description | Self::OpenFull | Self::OpenCompact => "GET",
        }
    }

    /// Method and path, as people and logs name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateSealed => "POST /api/qrcode/encrypted-payload",
            Self::CreatePlain => "POST /api/qrcode",
            Self::Console => "GET /api",
            Self::Description => "GET /api/openapi.json",
            Self::OpenFull => "GET /api/decrypt/qrcode-details",
            Self::OpenCompact => "GET /d/{ctext}",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_found_by_their_paths() {
        for endpoint in Endpoint::ALL {
            assert_eq!(Endpoint::at(endpoint.path()), Some(endpoint));
            assert_eq!(endpoint.name(), format!("{} {}", endpoint.method(), endpoint.path()));
        }
        assert_eq!(Endpoint::at("/d/31415"), Some(Endpoint::OpenCompact));
        for path in ["", "/", "/api/", "/API", "/d", "/api/qrcode/"] {
            assert_eq!(Endpoint::at(path), None, "{path}");
        }
    }
}
