//! Keeps webhooks instead of delivering them, so that a test delivers them when and how often it likes.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bilten_billing::sandbox::{self, Parcel};

/// Courier that keeps everything.
#[derive(Debug, Clone, Default)]
pub struct Courier(Arc<Mutex<Vec<Parcel>>>);

impl Courier {
    /// Takes all parcels out.
    pub fn take(&self) -> Vec<Parcel> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl sandbox::Courier for Courier {
    async fn deliver(&self, parcel: Parcel) -> Result<u16, String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(parcel);
        Ok(200)
    }
}
