//! The event of an HTTP request.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sealed_qr::{BaseUrl, json::JsonString};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The event of an invocation.
///
/// It is not read by `lambda_http`, because callers could crash that: its conversion to `http::Request` panics at a
/// path, a `Host` or an `X-Forwarded-Proto` that does not make a URL, and refuses header values beyond ASCII.
#[derive(Debug)]
pub enum Event {
    /// An HTTP request in payload format 2.0.
    Http(Box<Request>),
    /// Anything else.
    Other,
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let event = <&RawValue>::deserialize(deserializer)?;
        Ok(serde_json::from_str(event.get())
            .ok()
            .and_then(GatewayEvent::into_request)
            .map_or(Self::Other, |request| Self::Http(Box::new(request))))
    }
}

/// A request, as far as the handlers need it.
#[derive(Clone, Default)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// The path as the gateway passes it on. It begins with the stage unless that is `$default`.
    pub path: String,
    /// The query string, still percent-encoded.
    pub query: String,
    /// The header `accept`.
    pub accept: Option<String>,
    /// The header `accept-language`.
    pub accept_language: Option<String>,
    /// The header `content-type`.
    pub content_type: Option<String>,
    /// The header `idempotency-key`.
    pub idempotency_key: Option<String>,
    /// The header `origin`: where the page is from that sent the request, if one did.
    pub origin: Option<String>,
    /// The header `sec-fetch-site`: how that page is related to this service.
    pub sec_fetch_site: Option<String>,
    /// The header `user-agent`: what the client says it is.
    pub user_agent: Option<String>,
    /// The header `sec-purpose`, or `purpose`: why a browser asks if nobody has asked it to.
    pub purpose: Option<String>,
    /// Whether the caller has asked by https, as the header `x-forwarded-proto` of the gateway says.
    pub is_https: bool,
    /// The cookies, as `name=value`.
    pub cookies: Vec<String>,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// The domain name at which the gateway serves the request. It comes from the gateway, not from the caller.
    pub domain_name: Option<String>,
    /// The stage of the API.
    pub stage: Option<String>,
    /// Who the caller is, if the gateway has checked that: an ARN, or the subject of a token.
    pub caller: Option<String>,
}

impl Request {
    /// The ways to split the path into a prefix that deployments put before it and the path of an endpoint. The prefix
    /// is empty, the path of `base`, to which a custom domain may map the API, or the stage.
    pub(super) fn splits(&self, base: Option<&BaseUrl>) -> impl Iterator<Item = (&str, &str)> {
        let after = |prefix: &str| {
            let rest = self.path.strip_prefix('/')?.strip_prefix(prefix)?;
            rest.starts_with('/').then(|| self.path.split_at(self.path.len() - rest.len()))
        };
        let after_base = base.and_then(|base| after(base.path().strip_prefix('/')?));
        let after_stage = self.stage.as_deref().and_then(after);
        [Some(("", self.path.as_str())), after_base, after_stage].into_iter().flatten()
    }

    /// The value of the first cookie with this name.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.cookies.iter().flat_map(|cookies| cookies.split(';'));
        let mut named = pairs.filter_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='));
        named.next()
    }

    /// The base URL of this service: the one that is configured, or else the one at which the gateway serves the request.
    #[must_use]
    pub fn base_url(&self, configured: Option<&BaseUrl>) -> Option<BaseUrl> {
        configured.cloned().or_else(|| self.gateway_base_url())
    }

    /// The base URL at which the gateway serves the request: `https://`, the domain name and, unless it is `$default`,
    /// the stage; `None` if the gateway did not say.
    #[must_use]
    pub fn gateway_base_url(&self) -> Option<BaseUrl> {
        let domain_name = self.domain_name.as_ref()?;
        let base = match self.stage.as_deref() {
            None | Some("" | "$default") => format!("https://{domain_name}"),
            Some(stage) => format!("https://{domain_name}/{stage}"),
        };
        base.parse().ok()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Path, query and body contain ctexts and payloads.
        f.debug_struct("Request").field("method", &self.method).finish_non_exhaustive()
    }
}

/// An event of an API Gateway HTTP API or a function URL, payload format 2.0, as far as it is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GatewayEvent<'a> {
    raw_path: String,
    /// Null in cargo-lambda's events without a query.
    raw_query_string: Option<String>,
    /// Absent without cookies.
    cookies: Option<Vec<String>>,
    #[serde(default)]
    headers: Headers,
    request_context: RequestContext,
    #[serde(default, borrow)]
    body: Option<JsonString<'a>>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    http: Http,
    domain_name: Option<String>,
    stage: Option<String>,
    authorizer: Option<Authorizer>,
}

/// What an authorizer of the gateway has found out: IAM's or the one for tokens.
#[derive(Deserialize)]
struct Authorizer {
    iam: Option<Iam>,
    jwt: Option<Jwt>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Iam {
    user_arn: Option<String>,
}

#[derive(Deserialize)]
struct Jwt {
    claims: Option<Claims>,
}

#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
}

impl Authorizer {
    fn caller(self) -> Option<String> {
        let subject = || self.jwt?.claims?.sub;
        self.iam.and_then(|iam| iam.user_arn).or_else(subject)
    }
}

#[derive(Deserialize)]
struct Http {
    method: String,
}

impl GatewayEvent<'_> {
    /// `None` if the body claims to be base64 but is not, which no gateway sends.
    fn into_request(self) -> Option<Request> {
        let body = match self.body {
            None => Vec::new(),
            Some(JsonString(text)) if self.is_base64_encoded => STANDARD.decode(text.as_bytes()).ok()?,
            Some(JsonString(text)) => text.into_owned().into_bytes(),
        };
        Some(Request {
            method: self.request_context.http.method,
            path: self.raw_path,
            query: self.raw_query_string.unwrap_or_default(),
            accept: self.headers.accept,
            accept_language: self.headers.accept_language,
            content_type: self.headers.content_type,
            idempotency_key: self.headers.idempotency_key,
            origin: self.headers.origin,
            sec_fetch_site: self.headers.sec_fetch_site,
            user_agent: self.headers.user_agent,
            purpose: self.headers.purpose,
            is_https: self.headers.forwarded_proto.as_deref() == Some("https"),
            cookies: self.cookies.unwrap_or_default(),
            body,
            domain_name: self.request_context.domain_name,
            stage: self.request_context.stage,
            caller: self.request_context.authorizer.and_then(Authorizer::caller),
        })
    }
}

/// The headers that are needed. Gateways write names in lower case; people who invoke by hand may not.
#[derive(Default)]
struct Headers {
    accept: Option<String>,
    accept_language: Option<String>,
    content_type: Option<String>,
    idempotency_key: Option<String>,
    origin: Option<String>,
    sec_fetch_site: Option<String>,
    user_agent: Option<String>,
    purpose: Option<String>,
    forwarded_proto: Option<String>,
}

impl Headers {
    /// Where the value of a header is kept, if it is needed.
    fn place(&mut self, name: &str) -> Option<&mut Option<String>> {
        let places = [
            ("accept", &mut self.accept),
            ("accept-language", &mut self.accept_language),
            ("content-type", &mut self.content_type),
            ("idempotency-key", &mut self.idempotency_key),
            ("origin", &mut self.origin),
            ("sec-fetch-site", &mut self.sec_fetch_site),
            ("user-agent", &mut self.user_agent),
            ("purpose", &mut self.purpose),
            ("x-forwarded-proto", &mut self.forwarded_proto),
        ];
        // Browsers now write `Sec-Purpose` where they wrote `Purpose`.
        let name = if name.eq_ignore_ascii_case("sec-purpose") { "purpose" } else { name };
        places.into_iter().find(|(needed, _)| name.eq_ignore_ascii_case(needed)).map(|(_, place)| place)
    }
}

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HeadersVisitor;

        impl<'de> Visitor<'de> for HeadersVisitor {
            type Value = Headers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("headers")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Headers::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
                let mut headers = Headers::default();
                while let Some(JsonString(name)) = members.next_key()? {
                    match headers.place(&name) {
                        Some(place) => *place = Some(members.next_value()?),
                        None => drop(members.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(headers)
            }
        }

        deserializer.deserialize_any(HeadersVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{
        "version": "2.0", "rawPath": "/prod/d/1", "rawQueryString": "a=b",
        "headers": {"Content-Type": "application/json", "host": "evil host", "x-forwarded-proto": "\u0000", "x": "é"},
        "requestContext": {"domainName": "api.example.com", "stage": "prod", "http": {"method": "GET", "path": "/"}},
        "body": "eyJhIjoxfQ==", "isBase64Encoded": true
    }"#;

    fn request(event: &str) -> Request {
        match serde_json::from_str(event).unwrap() {
            Event::Http(request) => *request,
            Event::Other => panic!("not understood"),
        }
    }

    #[test]
    fn a_request_is_read_whatever_its_headers() {
        let request = request(EVENT);
        assert_eq!((request.method.as_str(), request.query.as_str()), ("GET", "a=b"));
        assert_eq!(request.content_type.as_deref(), Some("application/json"));
        assert_eq!(request.body, br#"{"a":1}"#);
        assert_eq!(request.gateway_base_url().unwrap().to_string(), "https://api.example.com/prod");
    }

    #[test]
    fn the_gateway_says_who_the_caller_is() {
        let caller = |authorizer: &str| {
            let context = format!(r#""requestContext": {{"authorizer": {authorizer}, "#);
            request(&EVENT.replacen(r#""requestContext": {"#, &context, 1)).caller
        };
        assert_eq!(
            caller(r#"{"iam": {"userArn": "arn:aws:iam::1:user/a", "userId": "x"}}"#).unwrap(),
            "arn:aws:iam::1:user/a"
        );
        assert_eq!(caller(r#"{"jwt": {"claims": {"sub": "gate-3", "iss": "a"}, "scopes": null}}"#).unwrap(), "gate-3");
        for none in ["null", "{}", r#"{"lambda": {"a": 1}}"#, r#"{"jwt": {"claims": {}}}"#, r#"{"jwt": null}"#] {
            assert_eq!(caller(none), None, "{none}");
        }
    }

    #[test]
    fn the_headers_of_a_redemption_are_read() {
        let headers =
            r#""Idempotency-Key": "k", "origin": "https://a", "Sec-Fetch-Site": "same-origin", "accept": "a/b","#;
        let request = request(&EVENT.replacen(r#""headers": {"#, &format!(r#""headers": {{{headers}"#), 1));
        assert_eq!(request.idempotency_key.as_deref(), Some("k"));
        assert_eq!(request.origin.as_deref(), Some("https://a"));
        assert_eq!(request.sec_fetch_site.as_deref(), Some("same-origin"));
        assert_eq!(request.accept.as_deref(), Some("a/b"));
        assert!(!request.is_https);
    }

    #[test]
    fn the_gateway_says_by_what_it_was_asked() {
        for (scheme, is_https) in [("https", true), ("http", false), ("HTTPS, http", false), ("", false)] {
            let event =
                EVENT.replace(r#""x-forwarded-proto": "\u0000""#, &format!(r#""X-Forwarded-Proto": "{scheme}""#));
            assert_eq!(request(&event).is_https, is_https, "{scheme}");
        }
    }

    #[test]
    fn cookies_are_read() {
        let cookies = |cookies: &str| {
            request(&EVENT.replacen(r#""headers": {"#, &format!(r#""cookies": {cookies}, "headers": {{"#), 1))
        };
        let several = cookies(r#"["a=1", "__Host-b=x=y", "a=2"]"#);
        assert_eq!(
            (several.cookie("a"), several.cookie("__Host-b"), several.cookie("b")),
            (Some("1"), Some("x=y"), None)
        );
        // Nothing says that a gateway splits the header `cookie`.
        assert_eq!(cookies(r#"["a=1; b=2;c="]"#).cookie("c"), Some(""));
        for none in ["null", "[]", r#"["a"]"#, r#"["", ";"]"#] {
            assert_eq!(cookies(none).cookie("a"), None, "{none}");
        }
        assert_eq!(request(EVENT).cookie("a"), None);
    }

    #[test]
    fn stage_and_base_path_are_split_off() {
        let splits = |stage: &str, path: &str, base: &str| {
            let base: BaseUrl = base.parse().unwrap();
            let request = Request { stage: Some(stage.to_owned()), path: path.to_owned(), ..Request::default() };
            let splits = request.splits(Some(&base)).map(|(prefix, rest)| format!("{prefix} {rest}"));
            splits.collect::<Vec<_>>()
        };
        assert_eq!(splits("prod", "/prod/d/1", "https://a"), [" /prod/d/1", "/prod /d/1"]);
        assert_eq!(splits("$default", "/codes/d/1", "https://a/codes"), [" /codes/d/1", "/codes /d/1"]);
        assert_eq!(splits("$default", "/prod/d/1", "https://a"), [" /prod/d/1"]);
        assert_eq!(splits("prod", "/production/d/1", "https://a"), [" /production/d/1"]);
    }

    #[test]
    fn the_gateway_says_what_links_begin_with() {
        let base = |domain_name: &str, stage: Option<&str>| {
            let (domain_name, stage) = (Some(domain_name.to_owned()), stage.map(str::to_owned));
            Request { domain_name, stage, ..Request::default() }.gateway_base_url().map(|base| base.to_string())
        };
        let domain_name = "a1.execute-api.eu-west-1.amazonaws.com";
        assert_eq!(base(domain_name, None).unwrap(), format!("https://{domain_name}"));
        assert_eq!(base(domain_name, Some("$default")).unwrap(), format!("https://{domain_name}"));
        assert_eq!(base(domain_name, Some("prod")).unwrap(), format!("https://{domain_name}/prod"));
        assert_eq!((base("a b", None), base("", None)), (None, None));
        assert_eq!(Request::default().gateway_base_url(), None);
    }

    #[test]
    fn other_events_are_recognized() {
        let rest_api = r#"{"resource": "/", "path": "/", "httpMethod": "GET", "requestContext": {"stage": "prod"}}"#;
        let not_base64 = EVENT.replace("eyJhIjoxfQ==", "%");
        for event in [r#"{"key1": "value1"}"#, "[]", "null", "1", rest_api, &not_base64] {
            assert!(matches!(serde_json::from_str(event).unwrap(), Event::Other), "{event}");
        }
    }

    #[test]
    fn requests_do_not_print() {
        let printed = format!("{:?}", request(EVENT));
        assert!(!printed.contains("a=b") && !printed.contains("/d/1"), "{printed}");
    }
}
