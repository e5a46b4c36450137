//! The store in a table of Amazon DynamoDB: one item for a code that was redeemed or taken back.
//!
//! Each write is one `UpdateItem` with a condition, which DynamoDB checks and applies as one step. The answer contains the
//! item in either case. A write that is sent twice, by the SDK or by the caller, has its effect once, because its
//! condition does not hold any more.

use std::{collections::HashMap, env, fmt, num::NonZeroU8, sync::OnceLock, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use code_events::Event;
use sealed_qr::{CodeName, UnixTime};
use service::aws::{self, CallLimits, InvalidEnvironment};

use crate::{
    Timestamp, event,
    item::{
        self, AT, CODE, EVENT, Item, KEYS, NotOurs, REDEMPTIONS, REMOVE_AT, REVOCATION, UNDONE_AFTER, UNDONE_AT, USED,
        USES, number, text,
    },
    record::{Record, Redemption, Revocation, Undone},
    store::{CodeStore, OutOfReach, StoredCode, Written},
};

/// What messages call the service.
const SERVICE: &str = "DynamoDB";
/// All attempts together leave time for an answer within the ten seconds of a function's timeout.
pub const LIMITS: CallLimits = CallLimits {
    operation: Duration::from_secs(4),
    attempt: Duration::from_millis(1500),
    connect: Duration::from_millis(700),
    attempts: 3,
    backoff: Duration::from_millis(50),
    // An attempt over a connection that the other side has dropped meanwhile is repeated, and writes may be.
    keeps_connections: true,
};
/// How long a record is kept after its code has expired.
pub const KEPT_AFTER_EXPIRY: Duration = Duration::from_hours(30 * 24);

/// The environment variable with the name of the table.
const CODE_TABLE: &str = "CODE_TABLE";
/// The environment variable with the name of the table that knows until when the other one must have what happened.
const MARK_TABLE: &str = "MARK_TABLE";

/// A table, and the client to reach it, which is made when it is first needed.
pub struct DynamoDb {
    table: String,
    client: OnceLock<Result<Client, InvalidEnvironment>>,
}

impl DynamoDb {
    /// The table that the variable names; `None` if it is unset or empty. `variable` looks up a variable by name.
    #[must_use]
    pub fn configured(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        Self::named_by(CODE_TABLE, variable)
    }

    /// The table with the mark of the other one, if the variable names it.
    #[must_use]
    pub fn of_mark(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        Self::named_by(MARK_TABLE, variable)
    }

    fn named_by(name: &str, variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let table = variable(name).filter(|table| !table.is_empty())?;
        Some(Self { table, client: OnceLock::new() })
    }

    /// Makes the client now, with what the environment of the process says.
    ///
    /// # Errors
    /// [`InvalidEnvironment`]
    pub fn prepare(&self) -> Result<&Client, InvalidEnvironment> {
        let made = self.client.get_or_init(|| {
            let config = aws::sdk_config("DYNAMODB", &LIMITS, |name| env::var(name).ok())?;
            Ok(Client::new(&config))
        });
        made.as_ref().map_err(Clone::clone)
    }

    fn client(&self) -> Result<&Client, OutOfReach> {
        self.prepare().map_err(|error| OutOfReach(error.to_string()))
    }

    /// An update of the item of a code that also notes what is known of the code, and what others are told.
    fn update(
        &self,
        code: StoredCode<'_>,
        event: Option<&Event>,
        set: &str,
        then: &str,
    ) -> Result<UpdateItemFluentBuilder, OutOfReach> {
        let remove_at = code.expires_at.map(remove_at);
        let notes = [
            code.uses.map(|uses| (USES, number(uses))),
            remove_at.map(|seconds| (REMOVE_AT, number(seconds))),
            event.map(|event| (EVENT, text(event.to_json()))),
        ];
        let mut update = self.client()?.update_item().table_name(&self.table).set_key(Some(key(code.name)));
        let mut settings: Vec<_> = (!set.is_empty()).then(|| set.to_owned()).into_iter().collect();
        for (name, value) in notes.into_iter().flatten() {
            settings.push(format!("#{name} = :{name}"));
            update = update.expression_attribute_names(format!("#{name}"), name);
            update = update.expression_attribute_values(format!(":{name}"), value);
        }
        let settings = settings.join(", ");
        let set = if settings.is_empty() { settings } else { format!("SET {settings} ") };
        Ok(update
            .update_expression(format!("{set}{then}").trim_end())
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld))
    }

    async fn write(&self, code: CodeName, update: UpdateItemFluentBuilder) -> Result<Written, OutOfReach> {
        match update.send().await {
            Ok(output) => record(output.attributes.as_ref()).map(Written::Done),
            Err(error) => {
                let refusal = error.as_service_error().and_then(|error| match error {
                    aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(
                        refusal,
                    ) => Some(refusal),
                    _ => None,
                });
                match refusal {
                    None => Err(OutOfReach(remedy(&error))),
                    Some(refusal) if refusal.item.is_some() => record(refusal.item.as_ref()).map(Written::Refused),
                    // There was no item, or what answered is not AWS and does not say.
                    Some(_) => self.read(code).await.map(Written::Refused),
                }
            }
        }
    }
}

impl fmt::Debug for DynamoDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamoDb").field("table", &self.table).finish_non_exhaustive()
    }
}

impl CodeStore for DynamoDb {
    async fn read(&self, code: CodeName) -> Result<Record, OutOfReach> {
        let call = self.client()?.get_item().table_name(&self.table).set_key(Some(key(code))).consistent_read(true);
        let output = call.send().await.map_err(|error| OutOfReach(remedy(&error)))?;
        record(output.item.as_ref())
    }

    async fn add_redemption(&self, code: StoredCode<'_>, redemption: &Redemption) -> Result<Written, OutOfReach> {
        let set = format!("{REDEMPTIONS} = list_append(if_not_exists({REDEMPTIONS}, :none), :redemption)");
        let condition = format!(
            "attribute_not_exists({REVOCATION}) AND (attribute_not_exists({USED}) OR {USED} < :limit) AND \
             (attribute_not_exists({REDEMPTIONS}) OR size({REDEMPTIONS}) < :most) AND (attribute_not_exists(#{KEYS}) OR \
             NOT contains(#{KEYS}, :key))"
        );
        let event = event::redeemed(code, redemption);
        let update = self
            .update(code, event.as_ref(), &set, &format!("ADD {USED} :one, #{KEYS} :keys"))?
            .condition_expression(condition)
            .expression_attribute_names(format!("#{KEYS}"), KEYS)
            .expression_attribute_values(":none", AttributeValue::L(Vec::new()))
            .expression_attribute_values(":redemption", AttributeValue::L(vec![item::of_redemption(redemption)]))
            .expression_attribute_values(":limit", number(code.uses.map_or(0, NonZeroU8::get)))
            .expression_attribute_values(":most", number(Record::MAX_REDEMPTIONS))
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":key", text(redemption.key.as_str()))
            .expression_attribute_values(":keys", AttributeValue::Ss(vec![redemption.key.as_str().to_owned()]));
        self.write(code.name, update).await
    }

    async fn mark_undone(&self, code: StoredCode<'_>, position: usize, undone: Undone) -> Result<Written, OutOfReach> {
        let place = format!("{REDEMPTIONS}[{position}]");
        let set = format!("{place}.{UNDONE_AT} = :at, {place}.{UNDONE_AFTER} = :after");
        let condition = format!(
            "size({REDEMPTIONS}) = :after AND attribute_exists({place}) AND attribute_not_exists({place}.{UNDONE_AT})"
        );
        let event = event::undone(code, position + 1, undone.at);
        let update = self
            .update(code, event.as_ref(), &set, &format!("ADD {USED} :less"))?
            .condition_expression(condition)
            .expression_attribute_values(":at", number(undone.at.0))
            .expression_attribute_values(":after", number(undone.after))
            .expression_attribute_values(":less", number(-1));
        self.write(code.name, update).await
    }

    async fn revoke(&self, code: StoredCode<'_>, revocation: &Revocation) -> Result<Written, OutOfReach> {
        let event = event::revoked(code, revocation);
        let update = self
            .update(code, event.as_ref(), &format!("{REVOCATION} = :revocation"), "")?
            .condition_expression(format!("attribute_not_exists({REVOCATION})"))
            .expression_attribute_values(":revocation", item::of_revocation(revocation));
        self.write(code.name, update).await
    }

    async fn mark(&self) -> Result<Option<Timestamp>, OutOfReach> {
        let call = self.client()?.get_item().table_name(&self.table).set_key(Some(mark_key())).consistent_read(true);
        let output = call.send().await.map_err(|error| OutOfReach(remedy(&error)))?;
        output.item.as_ref().map(item::mark).transpose().map_err(|NotOurs| not_ours())
    }

    async fn raise_mark(&self, at: Timestamp) -> Result<(), OutOfReach> {
        let call = self
            .client()?
            .update_item()
            .table_name(&self.table)
            .set_key(Some(mark_key()))
            .update_expression(format!("SET #{AT} = :at"))
            .condition_expression(format!("attribute_not_exists(#{AT}) OR #{AT} < :at"))
            .expression_attribute_names(format!("#{AT}"), AT)
            .expression_attribute_values(":at", number(at.0));
        match call.send().await {
            Ok(_) => Ok(()),
            // It is higher already.
            Err(error) if error.code() == Some("ConditionalCheckFailedException") => Ok(()),
            Err(error) => Err(OutOfReach(remedy(&error))),
        }
    }

    async fn restore(&self, code: StoredCode<'_>, at: Timestamp) -> Result<Written, OutOfReach> {
        let event = event::restored(code, at);
        let update = self
            .update(code, event.as_ref(), "", &format!("REMOVE {REVOCATION}"))?
            .condition_expression(format!("attribute_exists({REVOCATION})"));
        self.write(code.name, update).await
    }
}

fn key(code: CodeName) -> Item {
    HashMap::from([(CODE.to_owned(), text(code.as_characters()))])
}

/// The key of the item that is not a code. No code has this name, because names have sixteen characters.
fn mark_key() -> Item {
    HashMap::from([(CODE.to_owned(), text("mark"))])
}

fn remove_at(UnixTime(expires_at): UnixTime) -> u64 {
    u64::from(expires_at) + KEPT_AFTER_EXPIRY.as_secs()
}

fn record(item: Option<&Item>) -> Result<Record, OutOfReach> {
    let record = item.map_or_else(|| Some(Record::default()), item::record);
    record.ok_or_else(not_ours)
}

fn not_ours() -> OutOfReach {
    OutOfReach("the item is not as this service writes it; find out who else writes to the table".to_owned())
}

/// What is wrong with a call and what the operator should do about it.
fn remedy<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    aws::remedy(SERVICE, error, |code| match code {
        "ResourceNotFoundException" => {
            Some("the table does not exist in this account and region; create it, or correct CODE_TABLE")
        }
        "AccessDeniedException" => {
            Some("access to the table is denied; grant the function's role the rights that template.yaml gives it")
        }
        "ProvisionedThroughputExceededException" | "RequestLimitExceeded" => {
            Some("the table's throughput is exceeded; find out what makes the calls, or request a higher quota")
        }
        _ => None,
    })
}
