//! What a browser that was logged in here before brings along, so that a log-in from a new one is told.
//!
//! The cookie is sealed by `api` for one tenant; without its seal it is nothing.

use bilten_kernel::AccountId;
use uuid::Uuid;

/// Accounts that one browser is remembered for; beyond that the longest unused one is forgotten.
const MAX_ACCOUNTS: usize = 5;

/// A browser that somebody has logged in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    id: [u8; 16],
    /// Who has logged in, the last one first.
    accounts: Vec<AccountId>,
}

impl Device {
    /// Names a browser that brought nothing.
    pub const fn new(id: [u8; 16]) -> Self {
        Self {
            id,
            accounts: Vec::new(),
        }
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (accounts, left) = rest.as_chunks::<16>();
        if !left.is_empty() || accounts.len() > MAX_ACCOUNTS {
            return None;
        }
        let accounts = accounts
            .iter()
            .map(|bytes| AccountId::from_uuid(Uuid::from_bytes(*bytes)));
        Some(Self {
            id: *id,
            accounts: accounts.collect(),
        })
    }

    /// Writes it for the cookie.
    pub fn to_bytes(&self) -> Vec<u8> {
        let accounts = self.accounts.iter().flat_map(|account| *account.uuid().as_bytes());
        self.id.into_iter().chain(accounts).collect()
    }

    /// Names the browser, for tallies of its own.
    pub(crate) const fn id(&self) -> &[u8; 16] {
        &self.id
    }

    /// Tells whether this person has logged in with it before.
    pub fn knows(&self, account: AccountId) -> bool {
        self.accounts.contains(&account)
    }

    /// Remembers this person.
    #[must_use]
    pub fn with(mut self, account: AccountId) -> Self {
        self.accounts.retain(|other| *other != account);
        self.accounts.insert(0, account);
        self.accounts.truncate(MAX_ACCOUNTS);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(n: u128) -> AccountId {
        AccountId::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn a_device_survives_the_cookie_and_forgets_the_longest_unused() {
        let device = (1..=6).fold(Device::new([7; 16]), |device, n| device.with(account(n)));
        let back = Device::from_bytes(&device.to_bytes()).expect("its own bytes");
        assert_eq!(back, device);
        assert!(!back.knows(account(1)) && back.knows(account(2)) && back.knows(account(6)));
        let again = back.with(account(2)).with(account(9));
        assert!(again.knows(account(2)) && !again.knows(account(3)));
    }

    #[test]
    fn what_is_no_device_is_none() {
        for length in [0, 15, 17, 31, 16 + 6 * 16] {
            assert_eq!(Device::from_bytes(&vec![1; length]), None, "{length}");
        }
        assert!(Device::from_bytes(&[1; 16]).is_some());
    }
}
