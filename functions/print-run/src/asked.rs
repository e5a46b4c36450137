//! What a run asks for: the query string of a request for a batch.

use batch::{
    options::{self, AnswerFormat, BatchOptions},
    order::{Kind, Order, Sealing},
};
use creation::{
    options::SealOptions,
    payload_model::{PayloadModel, PayloadModels},
};
use sealed_qr::{BaseUrl, Terms, UnixTime};
use service::{gateway::Request, problem::Problem, query::Query};

/// What a run asks for.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The model of all payloads.
    pub model: &'static PayloadModel,
    /// The terms of all codes.
    pub terms: Terms,
    /// What the first part is.
    pub answer: AnswerFormat,
    /// What each row becomes.
    pub order: Order<'a>,
}

/// How many rows each part has at least, but the last: enough that calls do not matter, and few enough for one printer.
pub const ROWS_OF_PART: usize = 500;

impl<'a> Asked<'a> {
    /// Reads options, which are written as the query string of `POST /api/qrcode/encrypted-payload/batch`, as of `now`.
    ///
    /// # Errors
    /// [`Problem::InvalidQuery`]
    pub fn read(options: &str, models: &'a PayloadModels, base: BaseUrl, now: UnixTime) -> Result<Self, Problem> {
        let mut query = Query::parse(options);
        let model = SealOptions::take_model(&mut query, models)?;
        // Nobody can say by a header what would be acceptable.
        let BatchOptions { answer, versions, file_name, caption } =
            BatchOptions::take(&mut query, &Request::default())?;
        let SealOptions { draw, link, terms } = SealOptions::take(&mut query, models, model, now)?;
        let names = options::parameters(true).chain([SealOptions::model_parameter(models)]);
        query.finish(names.map(|parameter| parameter.name))?;
        let kind = Kind::Sealed(Sealing { models, model, base, link, terms });
        Ok(Self { model, terms, answer, order: Order { kind, draw, versions, caption, file_name } })
    }

    /// What the part with this number is. Only the first one may begin on a page that has been used.
    #[must_use]
    pub fn answer_of(&self, part: u32) -> AnswerFormat {
        if part == 1 { self.answer } else { self.answer.continued() }
    }

    /// How many rows the part with this number has unless it is the last: as many as fill their pages.
    #[must_use]
    pub fn rows_of(&self, part: u32) -> usize {
        self.answer_of(part).fill(ROWS_OF_PART)
    }
}
