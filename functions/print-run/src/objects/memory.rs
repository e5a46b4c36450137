//! A bucket in memory, with the rules of Amazon S3. It can fail at any one of its calls.

use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard},
};

use super::{Head, MIN_PIECE_BYTES, Objects, OutOfReach, RangeError, Written};

/// A bucket. Its clones are the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryBucket(Arc<Mutex<Bucket>>);

#[derive(Debug, Default)]
struct Bucket {
    objects: BTreeMap<String, Object>,
    uploads: BTreeMap<String, Uploading>,
    /// What the next look does not find.
    hidden: Option<String>,
    /// How many uploads have begun.
    begun: usize,
    /// The call that fails, counted down; none at zero.
    fails_in: usize,
    /// Whether the call that fails has its effect, and only its answer is lost.
    loses_answer: bool,
}

#[derive(Debug)]
struct Object {
    content: Vec<u8>,
    media_type: String,
    options: Option<String>,
}

#[derive(Debug)]
struct Uploading {
    key: String,
    media_type: String,
    pieces: BTreeMap<i32, Vec<u8>>,
}

impl MemoryBucket {
    /// Puts a text into the bucket, as somebody else.
    pub(crate) fn put(&self, key: &str, content: &str, options: Option<&str>) {
        let object = Object::new("binary/octet-stream", content.as_bytes().to_vec());
        let object = Object { options: options.map(str::to_owned), ..object };
        self.lock().objects.insert(key.to_owned(), object);
    }

    pub(crate) fn put_bytes(&self, key: &str, content: Vec<u8>) {
        self.lock().objects.insert(key.to_owned(), Object::new("binary/octet-stream", content));
    }

    /// Lets the next look at an object not find it, as if it were written after that.
    pub(crate) fn hide_once(&self, key: &str) {
        self.lock().hidden = Some(key.to_owned());
    }

    pub(crate) fn etag(&self, key: &str) -> String {
        self.lock().objects[key].etag()
    }

    pub(crate) fn remove(&self, key: &str) {
        self.lock().objects.remove(key);
    }

    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.lock().objects.get(key).map(|object| String::from_utf8(object.content.clone()).unwrap())
    }

    pub(crate) fn media_type(&self, key: &str) -> Option<String> {
        self.lock().objects.get(key).map(|object| object.media_type.clone())
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.lock().objects.keys().cloned().collect()
    }

    /// Lets the call fail that comes after so many others, with or without its effect.
    pub(crate) fn fail_after(&self, calls: usize, loses_answer: bool) {
        let mut bucket = self.lock();
        (bucket.fails_in, bucket.loses_answer) = (calls + 1, loses_answer);
    }

    /// Whether the call that was to fail has not come yet.
    pub(crate) fn is_yet_to_fail(&self) -> bool {
        self.lock().fails_in > 0
    }

    fn lock(&self) -> MutexGuard<'_, Bucket> {
        self.0.lock().unwrap()
    }

    fn call<T>(&self, effect: impl FnOnce(&mut Bucket) -> T) -> Result<T, OutOfReach> {
        let mut bucket = self.lock();
        let fails = bucket.fails_in == 1;
        bucket.fails_in = bucket.fails_in.saturating_sub(1);
        let result = (!fails || bucket.loses_answer).then(|| effect(&mut bucket));
        result.filter(|_| !fails).ok_or_else(|| OutOfReach("broken on purpose".to_owned()))
    }
}

impl Bucket {
    /// An object, unless it is hidden from this look.
    fn look(&mut self, key: &str) -> Option<&Object> {
        if self.hidden.take_if(|hidden| hidden == key).is_some() {
            return None;
        }
        self.objects.get(key)
    }
}

impl Object {
    fn new(media_type: &str, content: Vec<u8>) -> Self {
        Self { content, media_type: media_type.to_owned(), options: None }
    }

    fn etag(&self) -> String {
        // Enough to tell apart what tests put there.
        let sum = |hash: u64, byte: &u8| hash.wrapping_mul(31).wrapping_add(u64::from(*byte));
        format!("{:016x}", self.content.iter().fold(7, sum))
    }
}

impl Objects for MemoryBucket {
    async fn head(&self, key: &str) -> Result<Option<Head>, OutOfReach> {
        self.call(|bucket| {
            bucket.look(key).map(|object| Head {
                etag: object.etag(),
                bytes: object.content.len() as u64,
                options: object.options.clone(),
            })
        })
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, OutOfReach> {
        self.call(|bucket| bucket.look(key).map(|object| object.content.clone()))
    }

    async fn read_range(&self, key: &str, etag: &str, range: Range<u64>) -> Result<Vec<u8>, RangeError> {
        self.call(|bucket| {
            let object = bucket.objects.get(key).filter(|object| object.etag() == etag).ok_or(RangeError::Changed)?;
            // S3 answers with what there is of the range, and 416 if there is nothing.
            let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
            assert!(!range.is_empty() && range.start < object.content.len(), "InvalidRange");
            Ok(object.content[range.start..range.end.min(object.content.len())].to_vec())
        })?
    }

    async fn write(&self, key: &str, media_type: &str, content: Vec<u8>) -> Result<(), OutOfReach> {
        self.call(|bucket| drop(bucket.objects.insert(key.to_owned(), Object::new(media_type, content))))
    }

    async fn write_new(&self, key: &str, media_type: &str, content: Vec<u8>) -> Result<Written, OutOfReach> {
        self.call(|bucket| {
            if bucket.objects.contains_key(key) {
                return Written::Exists;
            }
            bucket.objects.insert(key.to_owned(), Object::new(media_type, content));
            Written::New
        })
    }

    async fn begin_upload(&self, key: &str, media_type: &str) -> Result<String, OutOfReach> {
        self.call(|bucket| {
            bucket.begun += 1;
            let id = format!("upload-{}", bucket.begun);
            let upload =
                Uploading { key: key.to_owned(), media_type: media_type.to_owned(), pieces: BTreeMap::default() };
            bucket.uploads.insert(id.clone(), upload);
            id
        })
    }

    async fn upload_piece(&self, key: &str, id: &str, number: i32, content: Vec<u8>) -> Result<String, OutOfReach> {
        assert!((1..=10_000).contains(&number), "InvalidArgument");
        self.call(|bucket| {
            let upload = bucket.uploads.get_mut(id).filter(|upload| upload.key == key).expect("NoSuchUpload");
            upload.pieces.insert(number, content);
            format!("{id}-{number}")
        })
    }

    async fn complete_upload(&self, key: &str, id: &str, etags: Vec<String>) -> Result<(), OutOfReach> {
        self.call(|bucket| {
            let upload = bucket.uploads.remove(id).filter(|upload| upload.key == key).expect("NoSuchUpload");
            let wanted: Vec<_> = (1..=upload.pieces.len()).map(|number| format!("{id}-{number}")).collect();
            assert_eq!(etags, wanted, "InvalidPart");
            let pieces: Vec<_> = upload.pieces.into_values().collect();
            let (_, but_last) = pieces.split_last().expect("MalformedXML");
            assert!(but_last.iter().all(|piece| piece.len() >= MIN_PIECE_BYTES), "EntityTooSmall");
            bucket.objects.insert(key.to_owned(), Object::new(&upload.media_type, pieces.concat()));
        })
    }
}
