//! Routes: which endpoint of a function a request is for.

use sealed_qr::BaseUrl;

use super::{Answer, Request};
use crate::{metrics::Metric, problem::Problem};

/// The endpoints of a function.
pub trait Endpoint: Copy + 'static {
    /// All endpoints.
    const ALL: &'static [Self];

    /// How the endpoint is reached.
    fn route(self) -> Route;
}

/// How an endpoint is reached.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// Method and path, as people and logs name the endpoint. The path may have a parameter: `GET /d/{ctext}`.
    pub name: &'static str,
    /// What a successful request counts as.
    pub metric: Option<fn(&Answer) -> Metric>,
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

    /// Whether the route takes requests with this method. HEAD is GET without the body of the answer (RFC 9110, 9.3.2).
    fn allows(self, method: &str) -> bool {
        method == self.method() || method == "HEAD" && self.method() == "GET"
    }

    /// The methods that the route takes, as in the header `Allow`.
    fn allowed(self) -> &'static str {
        if self.method() == "GET" { "GET, HEAD" } else { self.method() }
    }

    /// What `path` has in place of the parameter, or an empty text if the route has none; `None` if the path is
    /// another. Addresses that people scan or type may come in upper case.
    fn parameter(self, path: &str) -> Option<&str> {
        let own = self.path();
        let ((fixed, after), (start, parameter)) = match own.split_once('{') {
            Some((fixed, rest)) => {
                let (_, after) = rest.split_once('}').unwrap_or_default();
                ((fixed, after), path.split_at_checked(fixed.len())?)
            }
            None => ((own, ""), (path, "")),
        };
        let matches = if self.method() == "GET" { start.eq_ignore_ascii_case(fixed) } else { start == fixed };
        parameter.strip_suffix(after).filter(|_| matches)
    }
}

/// A request's endpoint.
#[derive(Clone, Copy, Debug)]
pub struct Matched<'a, E> {
    /// The endpoint.
    pub endpoint: E,
    /// What the path has in place of the parameter, without slashes at its end; empty if the route has none.
    pub parameter: &'a str,
    /// What the deployment has put before the path of the endpoint: the stage, or the path of a custom domain.
    pub prefix: &'a str,
}

/// Finds the endpoint that a request is for. `base` is what links begin with, if it is configured.
///
/// # Errors
/// [`Problem::NotFound`] and [`Problem::MethodNotAllowed`].
pub(super) fn find<'a, E: Endpoint>(request: &'a Request, base: Option<&BaseUrl>) -> Result<Matched<'a, E>, Problem> {
    let matched = || request.splits(base).flat_map(|(prefix, path)| with_path::<E>(prefix, path));
    // A parameter is one segment, so the path as it is goes first only where what follows is one. A link to an address
    // whose stage or base path is called like an endpoint is found this way.
    let first = matched().find(|matched| !matched.parameter.contains('/')).or_else(|| matched().next());
    let Some(Matched { prefix, .. }) = first else {
        let names: Vec<_> = E::ALL.iter().map(|endpoint| endpoint.route().name).collect();
        return Err(Problem::NotFound { endpoints: names.join(", ") });
    };
    let same_path = || with_path::<E>(prefix, &request.path[prefix.len()..]);
    if let Some(matched) = same_path().find(|matched| matched.endpoint.route().allows(&request.method)) {
        return Ok(matched);
    }
    let allowed: Vec<_> = same_path().map(|matched| matched.endpoint.route().allowed()).collect();
    Err(Problem::MethodNotAllowed { allowed: allowed.join(", ") })
}

/// The endpoints with this path.
fn with_path<'a, E: Endpoint>(prefix: &'a str, path: &'a str) -> impl Iterator<Item = Matched<'a, E>> {
    E::ALL.iter().filter_map(move |&endpoint| {
        let parameter = endpoint.route().parameter(path)?.trim_end_matches('/');
        Some(Matched { endpoint, parameter, prefix })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Door {
        Front,
        Back,
        Room,
        Bed,
    }

    impl Endpoint for Door {
        const ALL: &'static [Self] = &[Self::Front, Self::Back, Self::Room, Self::Bed];

        fn route(self) -> Route {
            let name = match self {
                Self::Front => "GET /door",
                Self::Back => "POST /door",
                Self::Room => "GET /room/{number}",
                Self::Bed => "POST /room/{number}/bed",
            };
            Route { name, metric: None }
        }
    }

    fn found(method: &str, path: &str, base: &str, stage: &str) -> Result<(Door, String), String> {
        let [method, path] = [method, path].map(str::to_owned);
        let request = Request { method, path, stage: Some(stage.to_owned()), ..Request::default() };
        let matched = find::<Door>(&request, Some(&base.parse().unwrap()));
        matched.map(|matched| (matched.endpoint, matched.parameter.to_owned())).map_err(|problem| problem.to_string())
    }

    fn found_at(method: &str, path: &str) -> Result<(Door, String), String> {
        found(method, path, "https://a/hotel", "$default")
    }

    #[test]
    fn method_and_path_decide() {
        assert_eq!(found_at("GET", "/door"), Ok((Door::Front, String::new())));
        assert_eq!(found_at("HEAD", "/door"), Ok((Door::Front, String::new())));
        assert_eq!(found_at("POST", "/hotel/door"), Ok((Door::Back, String::new())));
        assert_eq!(found_at("POST", "/room/3/bed"), Ok((Door::Bed, "3".to_owned())));
        assert_eq!(found_at("GET", "/room/31/415"), Ok((Door::Room, "31/415".to_owned())));
        for (path, parameter) in [("/room/", ""), ("/room/3", "3"), ("/room/3//", "3"), ("/ROOM/3", "3")] {
            assert_eq!(found_at("GET", path), Ok((Door::Room, parameter.to_owned())), "{path}");
        }
    }

    #[test]
    fn a_prefix_that_is_called_like_an_endpoint_does_not_hide_it() {
        let room = Ok((Door::Room, "3".to_owned()));
        for (path, base, stage) in [
            ("/room/3", "https://a/room", "$default"),
            ("/room/room/3", "https://a/room", "$default"),
            ("/room/3", "https://a", "room"),
            ("/room/room/3", "https://a", "room"),
            ("/door/room/3", "https://a/door", "$default"),
            ("/prod/room/3", "https://a/room", "prod"),
        ] {
            assert_eq!(found("GET", path, base, stage), room, "{path} {base} {stage}");
        }
        assert_eq!(found("GET", "/room/door", "https://a/room", "$default").unwrap().1, "door");
        assert_eq!(found("GET", "/door/door", "https://a/door", "$default"), Ok((Door::Front, String::new())));
    }

    #[test]
    fn everything_else_is_told_what_there_is() {
        assert_eq!(found_at("PUT", "/door").unwrap_err(), "Use GET, HEAD, POST.");
        assert_eq!(found_at("get", "/room/1").unwrap_err(), "Use GET, HEAD.");
        for path in ["", "/", "/door/", "/room", "/hotels/door", "/\u{e9}"] {
            assert_eq!(
                found_at("GET", path).unwrap_err(),
                "This function serves GET /door, POST /door, GET /room/{number}, POST /room/{number}/bed.",
                "{path}"
            );
        }
        assert!(found_at("POST", "/Door").unwrap_err().starts_with("Use GET"));
    }
}
