//! The invocation that is being answered, so that log lines written deep within can say which one they are about.

tokio::task_local! {
    static REQUEST_ID: String;
}

/// Does something for the invocation with this id.
pub fn within<T>(request_id: String, work: impl Future<Output = T>) -> impl Future<Output = T> {
    REQUEST_ID.scope(request_id, work)
}

/// The id of the invocation; `None` outside of one.
#[must_use]
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(Clone::clone).ok()
}

#[cfg(test)]
mod tests {
    use tokio::task::yield_now;

    use super::*;

    #[tokio::test]
    async fn work_knows_its_own_invocation() {
        let work = |id: &str| {
            within(id.to_owned(), async {
                let before = request_id();
                yield_now().await;
                (before, request_id())
            })
        };
        let both = async { tokio::join!(work("a"), work("b")) };
        let [a, b] = ["a", "b"].map(|id| Some(id.to_owned()));
        assert_eq!(both.await, ((a.clone(), a), (b.clone(), b)));
        assert_eq!(request_id(), None);
    }
}
