//! Values of the database that very many ask for and that change without a notice: read at most once a second,
//! by one of those who ask.
//!
//! A value is *fresh* for a second after its reading began. For one more second it is *old*: it is still given
//! out while one task reads it again. After that it is gone, and whoever asks waits for the one reading that is
//! under way. So what anybody gets is less than [`OLD`] old, and nobody waits while others keep asking.
//! When a reading fails, all who waited for it get its error; they do not try one after the other.

use std::{
    fmt,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use bilten_kernel::Timestamp;
use jiff::SignedDuration;
use moka::sync::Cache;

use crate::DbError;

/// Age below which a value is given out without further ado.
pub const FRESH: SignedDuration = SignedDuration::from_secs(1);
/// Age from which on a value is not given out any more.
pub const OLD: SignedDuration = SignedDuration::from_secs(2);

/// What is in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<T> {
    /// It may be used.
    Fresh(T),
    /// It may be used once more, and has to be read again.
    Old(T),
    /// It has to be read first.
    Nothing,
}

/// One value.
#[derive(Debug)]
struct Watched<T> {
    /// The value, with the instant at which its reading began.
    value: Mutex<Option<(Timestamp, T)>>,
    /// Held by who reads; keeps why the last reading failed.
    reading: Arc<tokio::sync::Mutex<Option<Arc<DbError>>>>,
}

impl<T: Clone> Watched<T> {
    fn new() -> Self {
        Self {
            value: Mutex::new(None),
            reading: Arc::default(),
        }
    }

    fn latest(&self) -> Option<(Timestamp, T)> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn seen(&self, now: Timestamp) -> Seen<T> {
        let Some((at, value)) = self.latest() else {
            return Seen::Nothing;
        };
        // A clock that was set back makes a value as doubtful as one that is too old.
        let age = now.duration_since(at).abs();
        if age < FRESH {
            Seen::Fresh(value)
        } else if age < OLD {
            Seen::Old(value)
        } else {
            Seen::Nothing
        }
    }

    fn set(&self, at: Timestamp, value: T) {
        *self.value.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, value));
    }
}

/// Values by key; the least used are forgotten first.
pub struct WatchedMap<K, T>(Cache<K, Arc<Watched<T>>>);

impl<K, T> Clone for WatchedMap<K, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, T> fmt::Debug for WatchedMap<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchedMap").finish_non_exhaustive()
    }
}

impl<K, T> WatchedMap<K, T>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    /// Makes an empty map of at most so many values.
    pub fn new(capacity: u64) -> Self {
        Self(Cache::new(capacity))
    }

    /// Returns what is in memory.
    pub fn peek(&self, key: &K, now: Timestamp) -> Seen<T> {
        self.0.get(key).map_or(Seen::Nothing, |watched| watched.seen(now))
    }

    /// Returns what was read last, however long ago.
    pub fn latest(&self, key: &K) -> Option<T> {
        self.0.get(key)?.latest().map(|(_, value)| value)
    }

    /// Returns a fresh value; the first who needs one reads it for all.
    ///
    /// # Errors
    /// The reading failed.
    pub async fn get<F>(&self, key: &K, now: Timestamp, read: F) -> Result<T, Arc<DbError>>
    where
        F: AsyncFnOnce() -> Result<T, DbError>,
    {
        let watched = self.0.get_with(key.clone(), || Arc::new(Watched::new()));
        if let Seen::Fresh(value) = watched.seen(now) {
            return Ok(value);
        }
        let (mut failure, was_kept_waiting) = match watched.reading.try_lock() {
            Ok(failure) => (failure, false),
            Err(_) => (watched.reading.lock().await, true),
        };
        if let Seen::Fresh(value) = watched.seen(now) {
            return Ok(value);
        }
        if let (true, Some(error)) = (was_kept_waiting, &*failure) {
            return Err(Arc::clone(error));
        }
        match read().await {
            Ok(value) => {
                watched.set(now, value.clone());
                *failure = None;
                Ok(value)
            }
            Err(error) => {
                let error = Arc::new(error);
                *failure = Some(Arc::clone(&error));
                Err(error)
            }
        }
    }

    /// Reads an old value again beside the request that found it old, unless somebody is at it.
    #[expect(
        clippy::disallowed_methods,
        reason = "the reading serves those who come next and must not end with one request"
    )]
    pub fn refresh<F, R>(&self, key: &K, now: Timestamp, read: F)
    where
        F: FnOnce() -> R + Send + 'static,
        R: Future<Output = Result<T, DbError>> + Send + 'static,
    {
        let Some(watched) = self.0.get(key) else { return };
        let Ok(claim) = Arc::clone(&watched.reading).try_lock_owned() else {
            return;
        };
        // Somebody may have read it between the look and the claim.
        if matches!(watched.seen(now), Seen::Fresh(_)) {
            return;
        }
        tokio::spawn(async move {
            match read().await {
                Ok(value) => watched.set(now, value),
                Err(error) => tracing::warn!(%error, "a value that pages show could not be read again"),
            }
            drop(claim);
        });
    }

    /// Forgets a value. A reading that is under way does not bring it back: it began too early.
    pub fn forget(&self, key: &K) {
        self.0.invalidate(key);
    }
}
