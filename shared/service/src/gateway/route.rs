//! Routes: which endpoint of a function a request is for.

use sealed_qr::BaseUrl;

use super::Request;
use crate::{metrics::Metric, problem::Problem};

/// The endpoints of a function.
pub trait Endpoint: Copy + 'static {
    /// All endpoints.
    const ALL: &'static [Self];

    /// How the endpoint is reached.
    fn route(self) -> Route;
}

/// How an endpoint is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Method and path, as people and logs name the endpoint. The path may end in a parameter: `GET /d/{ctext}`.
    pub name: &'static str,
    /// What a successful request counts as.
    pub metric: Option<Metric>,
}

impl Route {
    /// The method.
    #[must_use]
    pub fn method(self) -> &'static str {
        self.name.split_once(' ').map_or("", |(method, _)| method)
    }

    /// The path, with a parameter as `{name}`.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.name.split_once(' ').map_or("", |(_, path)| path)
    }

    /// What `path` has in place of the parameter, or an empty text if the route has none; `None` if the path is another.
    fn parameter(self, path: &str) -> Option<&str> {
        match self.path().split_once('{') {
            Some((prefix, _)) => path.strip_prefix(prefix),
            None => (path == self.path()).then_some(""),
        }
    }
}

/// A request's endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Matched<'a, E> {
    /// The endpoint.
    pub endpoint: E,
    /// What the path has in place of the parameter; empty if the route has none.
    pub parameter: &'a str,
}

/// Finds the endpoint that a request is for. `base` is what links begin with, if it is configured.
///
/// # Errors
/// [`Problem::NotFound`] and [`Problem::MethodNotAllowed`].
pub(super) fn find<'a, E: Endpoint>(request: &'a Request, base: Option<&BaseUrl>) -> Result<Matched<'a, E>, Problem> {
    let (_, path) = request.split_path(base);
    let matches = |endpoint: E| endpoint.route().parameter(path).map(|parameter| Matched { endpoint, parameter });
    let mut same_path = E::ALL.iter().copied().filter_map(matches).peekable();
    if same_path.peek().is_none() {
        let names: Vec<_> = E::ALL.iter().map(|endpoint| endpoint.route().name).collect();
        return Err(Problem::NotFound { endpoints: names.join(", ") });
    }
    let mut allowed = Vec::new();
    for matched in same_path {
        let method = matched.endpoint.route().method();
        if method == request.method {
            return Ok(matched);
        }
        allowed.push(method);
    }
    Err(Problem::MethodNotAllowed { allowed: allowed.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Door {
        Front,
        Back,
        Room,
    }

    impl Endpoint for Door {
        const ALL: &'static [Self] = &[Self::Front, Self::Back, Self::Room];

        fn route(self) -> Route {
            let name = match self {
                Self::Front => "GET /door",
                Self::Back => "POST /door",
                Self::Room => "GET /room/{number}",
            };
            Route { name, metric: None }
        }
    }

    fn found(method: &str, path: &str) -> Result<(Door, String), String> {
        let request = Request { method: method.to_owned(), path: path.to_owned(), ..Request::default() };
        let matched = find::<Door>(&request, Some(&"https://a/hotel".parse().unwrap()));
        matched.map(|matched| (matched.endpoint, matched.parameter.to_owned())).map_err(|problem| problem.to_string())
    }

    #[test]
    fn method_and_path_decide() {
        assert_eq!(found("GET", "/door"), Ok((Door::Front, String::new())));
        assert_eq!(found("POST", "/hotel/door"), Ok((Door::Back, String::new())));
        assert_eq!(found("GET", "/room/31/415"), Ok((Door::Room, "31/415".to_owned())));
        assert_eq!(found("GET", "/room/"), Ok((Door::Room, String::new())));
    }

    #[test]
    fn everything_else_is_told_what_there_is() {
        assert_eq!(found("PUT", "/door").unwrap_err(), "Use GET, POST.");
        assert_eq!(found("get", "/room/1").unwrap_err(), "Use GET.");
        for path in ["", "/", "/door/", "/Door", "/room", "/hotels/door"] {
            assert_eq!(
                found("GET", path).unwrap_err(),
                "This function serves GET /door, POST /door, GET /room/{number}.",
                "{path}"
            );
        }
    }
}
