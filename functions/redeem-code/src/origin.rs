//! Whether a request may come from the page that sent it. Any page can make its reader's browser send a POST; only ours
//! may redeem.

use sealed_qr::BaseUrl;
use service::{gateway::Request, problem::Problem};

/// Refuses a request that a page of another origin has sent. `base` is what links begin with, if it is configured. A
/// browser says so in `Sec-Fetch-Site` (Fetch Metadata), or in `Origin` (RFC 6454) if it is older; programs send neither.
/// A form must say one of them, because only browsers send forms. Where callers prove who they are, no page can do that
/// for them.
pub(crate) fn check(request: &Request, base: Option<&BaseUrl>, is_form: bool) -> Result<(), Problem> {
    let is_ours = match (request.sec_fetch_site.as_deref(), request.origin.as_deref()) {
        _ if request.caller.is_some() => true,
        // "none": the reader's own doing.
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => is_our_origin(origin, request, base),
        (None, None) => !is_form,
    };
    if is_ours { Ok(()) } else { Err(Problem::CrossOrigin) }
}

/// Refuses a request that no page of ours has sent, where a cookie says who the caller is: browsers add cookies by
/// themselves.
pub(crate) fn check_page(request: &Request, base: Option<&BaseUrl>) -> Result<(), Problem> {
    let is_ours = match (request.sec_fetch_site.as_deref(), request.origin.as_deref()) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => is_our_origin(origin, request, base),
        (None, None) => false,
    };
    if is_ours { Ok(()) } else { Err(Problem::CrossOrigin) }
}

fn is_our_origin(origin: &str, request: &Request, base: Option<&BaseUrl>) -> bool {
    let gateway_base = request.gateway_base_url();
    base.or(gateway_base.as_ref()).is_some_and(|base| base.origin() == origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_let_in(site: Option<&str>, origin: Option<&str>, is_form: bool, caller: Option<&str>) -> bool {
        let [sec_fetch_site, origin, caller] = [site, origin, caller].map(|value| value.map(str::to_owned));
        let base = "https://qr.example.org/codes".parse().unwrap();
        check(&Request { sec_fetch_site, origin, caller, ..Request::default() }, Some(&base), is_form).is_ok()
    }

    #[test]
    fn only_our_own_page_redeems_through_a_browser() {
        let ours = Some("https://qr.example.org");
        for is_form in [true, false] {
            assert!(is_let_in(Some("same-origin"), ours, is_form, None));
            assert!(is_let_in(Some("none"), None, is_form, None));
            assert!(is_let_in(None, ours, is_form, None), "a browser without fetch metadata");
            for site in ["cross-site", "same-site", "", "SAME-ORIGIN"] {
                assert!(!is_let_in(Some(site), ours, is_form, None), "{site}");
            }
            for origin in ["https://evil.example", "http://qr.example.org", "https://qr.example.org.evil", "null", ""] {
                assert!(!is_let_in(None, Some(origin), is_form, None), "{origin}");
            }
        }
        assert!(is_let_in(None, None, false, None), "a program");
        assert!(!is_let_in(None, None, true, None), "a form without an origin");
    }

    #[test]
    fn where_cookies_count_a_page_of_ours_must_have_asked() {
        let base = "https://qr.example.org/codes".parse().unwrap();
        let is_let_in = |site: Option<&str>, origin: Option<&str>| {
            let [sec_fetch_site, origin] = [site, origin].map(|value| value.map(str::to_owned));
            let caller = Some("someone".to_owned());
            check_page(&Request { sec_fetch_site, origin, caller, ..Request::default() }, Some(&base)).is_ok()
        };
        let ours = Some("https://qr.example.org");
        assert!(is_let_in(Some("same-origin"), ours) && is_let_in(Some("same-origin"), None) && is_let_in(None, ours));
        for site in [Some("none"), Some("same-site"), Some("cross-site"), Some("")] {
            assert!(!is_let_in(site, ours), "{site:?}");
        }
        for origin in [None, Some("null"), Some("https://evil.example"), Some("https://qr.example.org:8443")] {
            assert!(!is_let_in(None, origin), "{origin:?}");
        }
    }

    #[test]
    fn a_caller_who_is_known_may_come_from_anywhere() {
        assert!(is_let_in(Some("cross-site"), Some("https://gate.example"), false, Some("gate-3")));
    }
}
