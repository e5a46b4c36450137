//! Clients that say of themselves that no person is looking: previews of messengers, crawlers, browsers that fetch ahead.

use service::gateway::Request;

/// What such clients call themselves in the header `user-agent`, in lower case.
const WORDS: [&str; 8] =
    ["bot", "crawl", "spider", "preview", "prefetch", "externalhit", "headlesschrome", "whatsapp/"];

/// Whether the client says that it is one. A client that keeps quiet about it is not recognized.
pub(crate) fn is_preview(request: &Request) -> bool {
    let is_fetched_ahead = request.purpose.as_deref().is_some_and(|purpose| !purpose.is_empty());
    let agent = request.user_agent.as_deref().unwrap_or_default().to_ascii_lowercase();
    request.method == "HEAD" || is_fetched_ahead || WORDS.iter().any(|word| agent.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, agent: &str, purpose: Option<&str>) -> bool {
        is_preview(&Request {
            method: method.to_owned(),
            user_agent: Some(agent.to_owned()),
            purpose: purpose.map(str::to_owned),
            ..Request::default()
        })
    }

    #[test]
    fn previews_and_crawlers_are_recognized_by_what_they_say() {
        for agent in [
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "WhatsApp/2.23.20.0",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "TelegramBot (like TwitterBot)",
            "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
            "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
            "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        ] {
            assert!(asked("GET", agent, None), "{agent}");
        }
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1";
        assert!(!asked("GET", phone, None) && !asked("GET", "", None) && !asked("GET", phone, Some("")));
        assert!(asked("GET", phone, Some("prefetch;prerender")), "Sec-Purpose");
        assert!(asked("HEAD", phone, None), "nobody looks at an answer without a body");
    }
}
