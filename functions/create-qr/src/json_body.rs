//! The JSON body of a request.

use service::{gateway::Request, problem::Problem};

/// The greatest length of a body in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 16 * 1024;

/// The body of a request that declares JSON and is not too long.
pub(crate) fn read(request: &Request) -> Result<&[u8], Problem> {
    let media_type = request.content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(Problem::UnsupportedMediaType);
    }
    match request.body.len() {
        bytes if bytes > MAX_BODY_BYTES => Err(Problem::BodyTooLarge { bytes, limit: MAX_BODY_BYTES }),
        // Some programs write a byte order mark before JSON, which readers may ignore (RFC 8259, 8.1).
        _ => Ok(request.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&request.body)),
    }
}
