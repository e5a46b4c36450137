//! Scans that lead on to pages of other sites, with an assertion of what the code says.

use std::sync::Arc;

use scan::ScannedCode;
use sealed_qr::{Keyring, PageUrl, UnixTime};
use service::{
    app_state::AppState,
    gateway::{self, MediaType, Request, Response},
    problem::Problem,
};

use crate::{
    assertion,
    continue_origins::{CONTINUE_ORIGINS, ContinueOrigins, InvalidContinueOrigins},
    signing_keys::SigningKeys,
    usage::Usage,
};

/// The media type of an assertion (RFC 7519, 10.3.1).
const JWT: &str = "application/jwt";
const HTML: &str = "text/html";
/// What an answer can be. JSON is for callers that accept nothing else, as where scans do not lead on.
const OFFERED: [&str; 4] = ["application/json", "application/problem+json", JWT, HTML];
/// The longest address that we lead on to, assertion included. Gateways and browsers take headers of more, but not much
/// more: API Gateway ends at 10,240 bytes for all of them together.
const MAX_LOCATION_BYTES: usize = 8000;

/// Where scans may lead on to, and the keys that sign what they carry there.
#[derive(Debug, Default)]
pub struct Assertions {
    origins: ContinueOrigins,
    keys: SigningKeys,
}

impl Assertions {
    /// Lets scans lead on to pages of these origins.
    #[must_use]
    pub fn new(origins: ContinueOrigins) -> Self {
        Self { origins, keys: SigningKeys::default() }
    }

    /// Reads the settings. `variable` looks one up by name.
    ///
    /// # Errors
    /// [`InvalidContinueOrigins`] names the variable and the remedy.
    pub fn configured(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidContinueOrigins> {
        variable(CONTINUE_ORIGINS).unwrap_or_default().parse().map(Self::new)
    }

    /// The public keys with which sites check assertions, as a JWK Set; `None` if no scan leads on.
    pub(crate) fn key_set(&self, keyring: Arc<Keyring>) -> Option<String> {
        (!self.origins.is_empty()).then(|| self.keys.of(keyring).key_set().to_owned())
    }

    /// The answer to a request for a code that leads on: people are sent to the page that its model names, and programs
    /// that ask for the assertion get it. `None` if the code leads nowhere, or the caller wants what it says as JSON.
    ///
    /// # Errors
    /// [`Problem::RandomUnavailable`]
    pub(crate) async fn lead_on(
        &self,
        state: &AppState,
        request: &Request,
        code: &ScannedCode,
        usage: &Usage,
    ) -> Result<Option<Response>, Problem> {
        let Some(page) = self.page_after(code) else { return Ok(None) };
        let Some(issuer) = request.base_url(state.public_base_url.as_ref()) else { return Ok(None) };
        let offered = OFFERED.map(|name| MediaType::parse(name).expect("a media type"));
        let wanted = request.preferred(&offered).map(MediaType::to_string).filter(|name| name == JWT || name == HTML);
        let Some(wanted) = wanted else { return Ok(None) };
        let keys = self.keys.of(state.keyring.keyring().await);
        let assertion = assertion::sign(code, usage.state(), &issuer, page.origin(), keys.newest(), UnixTime::now())?;
        if wanted == JWT {
            return Ok(Some(gateway::text(JWT, assertion)));
        }
        // In the fragment, which browsers keep to themselves: it is neither sent to the site nor logged on the way.
        let location = format!("{}#assertion={assertion}", page.as_str());
        if location.len() > MAX_LOCATION_BYTES {
            return Ok(None);
        }
        Ok(Some(gateway::see_other(&location)))
    }

    /// The page that the model of a code names, if its origin is allowed.
    fn page_after(&self, code: &ScannedCode) -> Option<PageUrl<'static>> {
        let page = PageUrl::parse(code.model?.continue_at()?).ok()?;
        self.origins.allow(page).then_some(page)
    }
}
