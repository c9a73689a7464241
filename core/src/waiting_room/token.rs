//! Signed proofs of a place and of a pass, bound to the browser that got them.

use bilten_kernel::{EventId, TenantId, Timestamp};
use data_encoding::BASE32_NOPAD;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::{Challenge, ChallengeError, ProofOfWork, Solution};
use crate::{keys::MasterKey, links::LinkSigner};

const PLACE: &str = "waiting-room:place";
const PASS: &str = "waiting-room:pass";
const PROOF: &str = "waiting-room:proof";
/// A place lives longer than any room is open; an old one proves nothing.
const PLACE_TTL: SignedDuration = SignedDuration::from_hours(24 * 14);

/// Secret of a browser; it lies in a cookie that scripts cannot read.
#[derive(Clone, PartialEq, Eq)]
pub struct Device(String);

impl Device {
    /// Makes one of random bytes.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }

    /// Reads what a browser sent; `None` for what we have not made.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE32_NOPAD.decode(text.to_ascii_uppercase().as_bytes()).ok()?;
        bytes.try_into().ok().map(Self::from_random)
    }

    /// Returns the value of the cookie.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns what is kept of it: the secret cannot be found again from it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Device(…)")
    }
}

/// A place in a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Event.
    pub event: EventId,
    /// Round of the room.
    pub round: Uuid,
    /// Seat.
    pub seat: u64,
    /// Hash of the browser's secret.
    pub device: [u8; 32],
    /// When it was given.
    pub issued_at: Timestamp,
}

/// The right to choose tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    /// Event.
    pub event: EventId,
    /// Round of the room.
    pub round: Uuid,
    /// Seat that was used for it.
    pub seat: u64,
    /// Hash of the browser's secret.
    pub device: [u8; 32],
    /// Until when it is valid.
    pub ends_at: Timestamp,
}

/// Why a token counts for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// We have not signed it, or not for this tenant.
    #[error("the token is not genuine")]
    Forged,
    /// It was given to another browser.
    #[error("the token belongs to another browser")]
    OtherDevice,
    /// It is for another event, or for an earlier round of the room.
    #[error("the token is for another queue")]
    OtherRoom,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
}

/// Signs and reads tokens of queues, and sets and checks work.
#[derive(Debug, Clone)]
pub struct QueueSigner {
    work: ProofOfWork,
    links: LinkSigner,
}

impl QueueSigner {
    /// Makes a signer.
    pub fn new(master: MasterKey) -> Self {
        Self {
            links: LinkSigner::new(master.clone()),
            work: ProofOfWork::new(master, PROOF),
        }
    }

    /// Writes the token of a place.
    pub fn place(&self, tenant: TenantId, place: &Place) -> String {
        let bytes = write(place.event, place.round, place.seat, &place.device, place.issued_at);
        self.links.seal(PLACE, tenant, &bytes)
    }

    /// Reads the token of a place that this browser shows in the queue of this round.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn read_place(
        &self,
        tenant: TenantId,
        token: &str,
        device: &Device,
        (event, round): (EventId, Uuid),
        now: Timestamp,
    ) -> Result<Place, TokenError> {
        let text = self.links.open(PLACE, tenant, token).ok_or(TokenError::Forged)?;
        let (found, seat, hash, issued_at) = read(&text).ok_or(TokenError::Forged)?;
        check(found, (event, round), &hash, device)?;
        if issued_at + PLACE_TTL <= now {
            return Err(TokenError::Expired);
        }
        Ok(Place {
            event,
            round,
            seat,
            device: hash,
            issued_at,
        })
    }

    /// Writes the token of a pass.
    pub fn pass(&self, tenant: TenantId, pass: &Pass) -> String {
        let bytes = write(pass.event, pass.round, pass.seat, &pass.device, pass.ends_at);
        self.links.seal(PASS, tenant, &bytes)
    }

    /// Reads the token of a pass that this browser shows for the event of this round.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn read_pass(
        &self,
        tenant: TenantId,
        token: &str,
        device: &Device,
        (event, round): (EventId, Uuid),
        now: Timestamp,
    ) -> Result<Pass, TokenError> {
        let text = self.links.open(PASS, tenant, token).ok_or(TokenError::Forged)?;
        let (found, seat, hash, ends_at) = read(&text).ok_or(TokenError::Forged)?;
        check(found, (event, round), &hash, device)?;
        if ends_at <= now {
            return Err(TokenError::Expired);
        }
        Ok(Pass {
            event,
            round,
            seat,
            device: hash,
            ends_at,
        })
    }

    /// Sets a browser work before it may join the queue of a round.
    pub fn challenge(
        &self,
        tenant: TenantId,
        round: Uuid,
        device: &Device,
        effort: (u32, u64),
        now: Timestamp,
    ) -> Challenge {
        self.work.set(tenant, (round, device), effort, now)
    }

    /// Checks that the work was set by us for this browser and this round, and was done in time.
    ///
    /// # Errors
    /// See [`ChallengeError`].
    pub fn check_work(
        &self,
        tenant: TenantId,
        round: Uuid,
        device: &Device,
        solution: &Solution,
        now: Timestamp,
    ) -> Result<(), ChallengeError> {
        self.work.check(tenant, (round, device), solution, now)
    }
}

fn check(found: (EventId, Uuid), wanted: (EventId, Uuid), hash: &[u8; 32], device: &Device) -> Result<(), TokenError> {
    if !bool::from(hash.ct_eq(&device.hash())) {
        return Err(TokenError::OtherDevice);
    }
    if found != wanted {
        return Err(TokenError::OtherRoom);
    }
    Ok(())
}

fn write(event: EventId, round: Uuid, seat: u64, device: &[u8; 32], at: Timestamp) -> Vec<u8> {
    let at = at.as_microsecond().to_be_bytes();
    [
        event.uuid().as_bytes().as_slice(),
        round.as_bytes(),
        &seat.to_be_bytes(),
        device,
        &at,
    ]
    .concat()
}

type Parts = ((EventId, Uuid), u64, [u8; 32], Timestamp);

fn read(text: &[u8]) -> Option<Parts> {
    let (event, rest) = text.split_at_checked(16)?;
    let (round, rest) = rest.split_at_checked(16)?;
    let (seat, rest) = rest.split_at_checked(8)?;
    let (device, at) = rest.split_at_checked(32)?;
    let at = i64::from_be_bytes(at.try_into().ok()?);
    Some((
        (
            EventId::from_uuid(Uuid::from_slice(event).ok()?),
            Uuid::from_slice(round).ok()?,
        ),
        u64::from_be_bytes(seat.try_into().ok()?),
        device.try_into().ok()?,
        Timestamp::from_microsecond(at).ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_place_counts_for_its_browser_its_queue_and_its_shop_only() {
        let signer = QueueSigner::new(MasterKey::new([4; 32]));
        let now: Timestamp = "2031-05-01T10:00:00Z".parse().unwrap();
        let (mine, other) = (Device::from_random([1; 16]), Device::from_random([2; 16]));
        let room = (EventId::from_uuid(Uuid::from_u128(5)), Uuid::from_u128(6));
        let place = Place {
            event: room.0,
            round: room.1,
            seat: 41,
            device: mine.hash(),
            issued_at: now,
        };
        let token = signer.place(tenant(1), &place);
        let read = |tenant, device: &Device, room, now| signer.read_place(tenant, &token, device, room, now);
        assert_eq!(read(tenant(1), &mine, room, now), Ok(place));
        assert_eq!(read(tenant(1), &other, room, now), Err(TokenError::OtherDevice));
        assert_eq!(read(tenant(2), &mine, room, now), Err(TokenError::Forged));
        let next_round = (room.0, Uuid::from_u128(7));
        assert_eq!(read(tenant(1), &mine, next_round, now), Err(TokenError::OtherRoom));
        assert_eq!(read(tenant(1), &mine, room, now + PLACE_TTL), Err(TokenError::Expired));
        let as_pass = signer.read_pass(tenant(1), &token, &mine, room, now);
        assert_eq!(as_pass, Err(TokenError::Forged), "a place is no pass");
        for forged in ["", "a", &token[1..], &token.replace(&token[3..4], "7")] {
            let refused = signer.read_place(tenant(1), forged, &mine, room, now);
            assert!(forged == token || refused == Err(TokenError::Forged), "{forged}");
        }
    }

    #[test]
    fn only_secrets_that_we_made_are_browsers() {
        let device = Device::from_random([7; 16]);
        assert_eq!(Device::parse(device.expose()), Some(device.clone()));
        for junk in ["", "abc", "ÆØÅ", &format!("{}a", device.expose())] {
            assert_eq!(Device::parse(junk), None, "{junk}");
        }
    }
}
