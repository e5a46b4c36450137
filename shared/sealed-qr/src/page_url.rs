//! The address of a web page that scans may lead on to.

use thiserror::Error;

/// The URL of an `https` page, in the spelling that all browsers keep as it is.
///
/// So its origin can be compared as text, and something can be appended as its fragment. Whatever programs could read
/// differently is refused: user information, upper-case or non-ASCII hosts, hosts that are IP addresses, the port 443,
/// backslashes, and anything that a URL has to escape (RFC 3986).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageUrl<'a> {
    text: &'a str,
    origin_bytes: usize,
}

impl<'a> PageUrl<'a> {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`InvalidPageUrl`] says which form is expected.
    pub fn parse(text: &'a str) -> Result<Self, InvalidPageUrl> {
        let after_scheme = text.strip_prefix("https://").ok_or(InvalidPageUrl)?;
        let (authority, rest) = after_scheme.split_at(after_scheme.find(['/', '?']).unwrap_or(after_scheme.len()));
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        if !is_domain(host) || !port.is_none_or(is_port) || !is_path_and_query(rest) {
            return Err(InvalidPageUrl);
        }
        Ok(Self { text, origin_bytes: text.len() - rest.len() })
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// Scheme, host and port: the origin, as browsers write it (RFC 6454, 6.2).
    #[must_use]
    pub fn origin(&self) -> &'a str {
        &self.text[..self.origin_bytes]
    }
}

/// Whether a host is a domain name in lower case. A last label that begins with a digit could make it an IP address.
fn is_domain(host: &str) -> bool {
    let is_label = |label: &str| {
        let is_inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(is_inside)
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.split('.').all(is_label) && last.starts_with(|first: char| first.is_ascii_lowercase())
}

/// Whether a port is one that browsers keep in an origin.
fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok_and(|number| !matches!(number, 0 | 443) && number.to_string() == port)
}

/// Whether these are the characters of a path and a query (RFC 3986, 3.3 and 3.4).
fn is_path_and_query(text: &str) -> bool {
    let is_escape = |escape: &[u8]| escape.first_chunk::<2>().is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    text.bytes().enumerate().all(|(at, byte)| match byte {
        b'%' => is_escape(&text.as_bytes()[at + 1..]),
        _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte),
    })
}

/// The text is not the URL of a page to lead on to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "not of the form https://host/path or https://host:port/path, with a domain name in lower case as the host, and \
     without user information, the port 443, a fragment, and characters that a URL has to escape"
)]
pub struct InvalidPageUrl;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_what_comes_before_path_and_query() {
        for (text, origin) in [
            ("https://shop.example.org", "https://shop.example.org"),
            ("https://shop.example.org/", "https://shop.example.org"),
            ("https://shop.example.org/scan?a=b%2F&c=@//x:1", "https://shop.example.org"),
            ("https://shop.example.org?next=https://a.test", "https://shop.example.org"),
            ("https://shop.example.org:8443/scan", "https://shop.example.org:8443"),
            ("https://shop.example.org:1", "https://shop.example.org:1"),
            ("https://shop.example.org:65535", "https://shop.example.org:65535"),
            ("https://xn--bcher-kva.example/~a", "https://xn--bcher-kva.example"),
            ("https://1.a-2.localhost", "https://1.a-2.localhost"),
            ("https://localhost/%e2%80%8B!$&'()*+,;=:@-._~", "https://localhost"),
        ] {
            let url = PageUrl::parse(text).unwrap();
            assert_eq!((url.as_str(), url.origin()), (text, origin));
        }
    }

    #[test]
    fn whatever_programs_could_read_differently_is_refused() {
        for text in [
            "",
            "https://",
            "https:///scan",
            "https:/shop.example.org",
            "https:shop.example.org",
            "//shop.example.org",
            "shop.example.org",
            "http://shop.example.org",
            "HTTPS://shop.example.org",
            " https://shop.example.org",
            "javascript://shop.example.org/%0aalert(1)",
            "https://Shop.example.org",
            "https://shop.example.org.",
            "https://.example.org",
            "https://shop..example.org",
            "https://-shop.example.org",
            "https://shop-.example.org",
            "https://shop_1.example.org",
            "https://büch.example",
            "https://shop.example.org\\@a.test",
            "https://shop.example.org\\.a.test",
            "https://shop.example.org@a.test",
            "https://a@shop.example.org",
            "https://a:b@shop.example.org",
            "https://*.example.org",
            "https://192.0.2.1",
            "https://1",
            "https://shop.0x7f",
            "https://[2001:db8::1]",
            "https://shop.example.org:",
            "https://shop.example.org:0",
            "https://shop.example.org:443",
            "https://shop.example.org:08443",
            "https://shop.example.org:+8443",
            "https://shop.example.org:65536",
            "https://shop.example.org:8443:1",
            "https://shop.example.org#",
            "https://shop.example.org/scan#a",
            "https://shop.example.org/a b",
            "https://shop.example.org/\t",
            "https://shop.example.org/\r\nset-cookie: a=b",
            "https://shop.example.org/\0",
            "https://shop.example.org/a\\b",
            "https://shop.example.org/<a>",
            "https://shop.example.org/{a}",
            "https://shop.example.org/a|b",
            "https://shop.example.org/a\"b",
            "https://shop.example.org/[a]",
            "https://shop.example.org/a^b",
            "https://shop.example.org/a`b",
            "https://shop.example.org/é",
            "https://shop.example.org/%",
            "https://shop.example.org/%2",
            "https://shop.example.org/%2g",
            "https://shop.example.org/%g2",
        ] {
            assert_eq!(PageUrl::parse(text), Err(InvalidPageUrl), "{text:?}");
        }
    }
}
