//! The JSON body of a request.

use service::{
    gateway::Request,
    problem::{self, Problem},
};

/// The greatest length of a body in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 16 * 1024;

/// The body of a request that declares JSON and is not too long.
pub(crate) fn read(request: &Request) -> Result<&[u8], Problem> {
    let media_type = request.content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::UnsupportedMediaType { accepted: problem::JSON });
    }
    match request.body.len() {
        bytes if bytes > MAX_BODY_BYTES => Err(Problem::BodyTooLarge { bytes, limit: MAX_BODY_BYTES }),
        // Some programs write a byte order mark before JSON, which readers may ignore (RFC 8259, 8.1).
        _ => Ok(request.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&request.body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_is_read() {
        let read_as = |content_type: Option<&str>| {
            let content_type = content_type.map(str::to_owned);
            read(&Request { content_type, body: b"{}".to_vec(), ..Request::default() }).map(<[u8]>::to_vec)
        };
        for json in [
            "application/json",
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8",
            "Application/JSON",
            " application/json ",
        ] {
            assert_eq!(read_as(Some(json)).unwrap(), b"{}", "{json}");
        }
        for other in [
            None,
            Some(""),
            Some("text/plain"),
            Some("application/x-www-form-urlencoded"),
            Some("application/jsonp"),
            Some("application/octet-stream"),
            Some("text/json/application"),
            Some("multipart/form-data; boundary=application/json"),
        ] {
            assert!(matches!(read_as(other), Err(Problem::UnsupportedMediaType { .. })), "{other:?}");
        }
    }
}
