//! How often a code has been redeemed, and what that means for what is shown.

use std::time::Duration;

use code_store::{Redemption, RedemptionKey, Timestamp};
use scan::ScannedCode;
use sealed_qr::Reveal;
use serde::Serialize;
use service::gateway::Response;

use crate::lookup::Knowledge;

/// How long after a redemption its receipt shows what it was for.
const RECEIPT_LASTS: Duration = Duration::from_mins(10);

/// What is shown of the use of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    /// The code does not count. It says whether it could be checked that it is not taken back.
    Uncounted { is_checked: bool },
    /// The code counts, but it is not known how often it was redeemed.
    Unknown { limit: u8, reveal: Reveal },
    /// The code counts.
    Known {
        limit: u8,
        used: usize,
        last: Option<Redemption>,
        /// The use that the caller has just made, from 1.
        receipt: Option<usize>,
        reveal: Reveal,
    },
}

/// How often a code that counts may be redeemed, how often it was, and when last in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct UseState {
    uses: u8,
    used: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    redeemed_at: Option<u64>,
}

impl Usage {
    /// The use of a code. `receipt` is the key of the redemption that the caller says to have made.
    pub(crate) fn of(code: &ScannedCode, knowledge: &Knowledge, receipt: Option<&str>) -> Self {
        let Some(uses) = code.terms.uses else {
            return Self::Uncounted { is_checked: *knowledge != Knowledge::Unknown };
        };
        let (limit, reveal) = (uses.limit.get(), uses.reveal);
        let Knowledge::Known(record) = knowledge else { return Self::Unknown { limit, reveal } };
        let receipt = receipt.and_then(|key| record.position(&key.parse::<RedemptionKey>().ok()?));
        let receipt = receipt.filter(|position| {
            let redemption = &record.redemptions[*position];
            redemption.undone.is_none() && Timestamp::now().since(redemption.at) < RECEIPT_LASTS
        });
        Self::Known {
            limit,
            used: record.used(),
            last: record.last_redemption().cloned(),
            receipt: receipt.map(|position| record.use_at(position)),
            reveal,
        }
    }

    /// Whether the caller gets to see the payload.
    pub(crate) fn reveals_payload(&self) -> bool {
        match self {
            Self::Uncounted { .. } => true,
            Self::Unknown { reveal, .. } => *reveal == Reveal::Always,
            Self::Known { reveal, receipt, .. } => *reveal == Reveal::Always || receipt.is_some(),
        }
    }

    /// Whether a scan may lead on to another site: everyone may see the payload, and what has happened to the code is
    /// known. Whoever has just redeemed it here sees that here.
    pub(crate) fn leads_on(&self) -> bool {
        match self {
            Self::Uncounted { is_checked } => *is_checked,
            Self::Unknown { .. } => false,
            Self::Known { reveal, receipt, .. } => *reveal == Reveal::Always && receipt.is_none(),
        }
    }

    /// What is asserted of the use of a code that counts.
    pub(crate) fn state(&self) -> Option<UseState> {
        match self {
            Self::Known { limit, used, last, .. } => Some(UseState {
                uses: *limit,
                used: *used,
                redeemed_at: last.as_ref().map(|last| last.at.unix_seconds()),
            }),
            Self::Uncounted { .. } | Self::Unknown { .. } => None,
        }
    }

    /// The same answer with headers that say how often the code was redeemed, as far as that is known.
    pub(crate) fn noted_in(&self, response: Response) -> Response {
        let mut notes: Vec<(&'static str, String)> = Vec::new();
        match self {
            Self::Uncounted { is_checked: true } => {}
            Self::Uncounted { is_checked: false } => notes.push(("code-checked", "false".to_owned())),
            Self::Unknown { limit, .. } => {
                notes.extend([("code-uses", limit.to_string()), ("code-checked", "false".to_owned())]);
            }
            Self::Known { limit, used, last, .. } => {
                notes.extend([("code-uses", limit.to_string()), ("code-used", used.to_string())]);
                notes.extend(last.as_ref().map(|last| ("code-redeemed-at", last.at.to_string())));
            }
        }
        service::gateway::with_headers(response, &notes)
    }
}
