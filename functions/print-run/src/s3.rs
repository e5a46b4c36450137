//! The bucket in Amazon S3.

use std::{fmt, ops::Range, time::Duration};

use aws_sdk_s3::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    operation::{get_object::GetObjectError, head_object::HeadObjectError},
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};
use service::aws::{self, CallLimits, InvalidEnvironment};
use thiserror::Error;

use crate::objects::{Head, Objects, OutOfReach, RangeError, Written};

/// What messages call the service.
const SERVICE: &str = "S3";
/// Nobody waits for an answer; the step is tried again if these attempts do not do.
const LIMITS: CallLimits = CallLimits {
    operation: Duration::from_mins(1),
    attempt: Duration::from_secs(20),
    connect: Duration::from_secs(2),
    attempts: 3,
    backoff: Duration::from_millis(200),
    // An attempt over a connection that the other side has dropped meanwhile is repeated, and every call may be.
    keeps_connections: true,
};
/// The environment variable with the name of the bucket.
const PRINT_RUN_BUCKET: &str = "PRINT_RUN_BUCKET";
/// The metadata of rows that say what is to be made of them: the header `x-amz-meta-options`.
const OPTIONS: &str = "options";

/// A bucket, and the client to reach it.
pub struct S3 {
    client: Client,
    bucket: String,
}

impl S3 {
    /// The bucket that the environment names. `variable` looks up a variable by name.
    ///
    /// # Errors
    /// [`InvalidBucketSettings`]
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidBucketSettings> {
        let bucket = variable(PRINT_RUN_BUCKET).filter(|name| !name.is_empty());
        let bucket = bucket.ok_or(InvalidBucketSettings::NoBucket)?;
        let config = aws::sdk_config("S3", &LIMITS, variable)?;
        Ok(Self { client: Client::new(&config), bucket })
    }
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3").field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

/// Why there is no bucket.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidBucketSettings {
    /// The variable is not set.
    #[error("{PRINT_RUN_BUCKET} is not set: set it to the name of the bucket for print runs")]
    NoBucket,
    /// What Lambda sets in the environment is incomplete.
    #[error(transparent)]
    Aws(#[from] InvalidEnvironment),
}

impl Objects for S3 {
    async fn head(&self, key: &str) -> Result<Option<Head>, OutOfReach> {
        let answer = match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(answer) => answer,
            // A HEAD has no body that could name the error.
            Err(error) if error.as_service_error().is_some_and(HeadObjectError::is_not_found) => return Ok(None),
            Err(error) => return Err(out_of_reach(&error)),
        };
        let etag = answer.e_tag.as_deref().map(unquoted).unwrap_or_default();
        let bytes = answer.content_length.and_then(|length| u64::try_from(length).ok()).unwrap_or_default();
        let options = answer.metadata.and_then(|mut metadata| metadata.remove(OPTIONS));
        Ok(Some(Head { etag, bytes, options }))
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, OutOfReach> {
        match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(answer) => content(answer.body).await.map(Some),
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => Ok(None),
            Err(error) => Err(out_of_reach(&error)),
        }
    }

    async fn read_range(&self, key: &str, etag: &str, range: Range<u64>) -> Result<Vec<u8>, RangeError> {
        let call = self.client.get_object().bucket(&self.bucket).key(key).if_match(format!("\"{etag}\""));
        let bytes = format!("bytes={}-{}", range.start, range.end.saturating_sub(1));
        match call.range(bytes).send().await {
            Ok(answer) => Ok(content(answer.body).await?),
            Err(error) if matches!(error.code(), Some("PreconditionFailed" | "NoSuchKey")) => Err(RangeError::Changed),
            Err(error) => Err(out_of_reach(&error).into()),
        }
    }

    async fn write(&self, key: &str, media_type: &str, content: Vec<u8>) -> Result<(), OutOfReach> {
        let call = self.client.put_object().bucket(&self.bucket).key(key).content_type(media_type);
        call.body(ByteStream::from(content)).send().await.map(drop).map_err(|error| out_of_reach(&error))
    }

    async fn write_new(&self, key: &str, media_type: &str, content: Vec<u8>) -> Result<Written, OutOfReach> {
        let call = self.client.put_object().bucket(&self.bucket).key(key).content_type(media_type).if_none_match("*");
        match call.body(ByteStream::from(content)).send().await {
            Ok(_) => Ok(Written::New),
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(Written::Exists),
            Err(error) => Err(out_of_reach(&error)),
        }
    }

    async fn begin_upload(&self, key: &str, media_type: &str) -> Result<String, OutOfReach> {
        let call = self.client.create_multipart_upload().bucket(&self.bucket).key(key).content_type(media_type);
        let answer = call.send().await.map_err(|error| out_of_reach(&error))?;
        answer.upload_id.ok_or_else(|| OutOfReach("S3 does not name the upload that it has begun".to_owned()))
    }

    async fn upload_piece(&self, key: &str, id: &str, number: i32, content: Vec<u8>) -> Result<String, OutOfReach> {
        let call = self.client.upload_part().bucket(&self.bucket).key(key).upload_id(id).part_number(number);
        let answer = call.body(ByteStream::from(content)).send().await.map_err(|error| out_of_reach(&error))?;
        answer.e_tag.ok_or_else(|| OutOfReach("S3 does not say what it has taken of an upload".to_owned()))
    }

    async fn complete_upload(&self, key: &str, id: &str, etags: Vec<String>) -> Result<(), OutOfReach> {
        let parts =
            (1..).zip(etags).map(|(number, etag)| CompletedPart::builder().part_number(number).e_tag(etag).build());
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build();
        let call = self.client.complete_multipart_upload().bucket(&self.bucket).key(key).upload_id(id);
        call.multipart_upload(parts).send().await.map(drop).map_err(|error| out_of_reach(&error))
    }
}

async fn content(body: ByteStream) -> Result<Vec<u8>, OutOfReach> {
    let content = body.collect().await;
    Ok(content.map_err(|_| OutOfReach("an answer of S3 broke off; try again".to_owned()))?.to_vec())
}

/// An etag without the quotation marks that headers have around it, as events name it.
fn unquoted(etag: &str) -> String {
    etag.trim_matches('"').to_owned()
}

fn out_of_reach<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> OutOfReach {
    let remedy = aws::remedy(SERVICE, error, |code| match code {
        "AccessDenied" => {
            Some("access to the bucket is denied; grant the function's role the rights that template.yaml gives it")
        }
        "NoSuchBucket" => Some("the bucket does not exist; correct PRINT_RUN_BUCKET"),
        "ConditionalRequestConflict" => Some("S3 was writing the same object for another; try again"),
        "SlowDown" => Some("S3 asks for fewer requests at a time; try again later"),
        _ => None,
    });
    OutOfReach(remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_must_be_named() {
        let aws = [("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "hush")];
        let s3 = |bucket: &str| {
            let find = |name: &str| aws.iter().find(|(variable, _)| *variable == name).map(|(_, value)| *value);
            S3::from_environment(|name| {
                if name == PRINT_RUN_BUCKET { Some(bucket) } else { find(name) }.map(str::to_owned)
            })
        };
        assert_eq!(s3("").unwrap_err(), InvalidBucketSettings::NoBucket);
        let printed = format!("{:?}", s3("runs").unwrap());
        assert!(printed.contains("runs") && !printed.contains("hush"), "{printed}");
    }
}
