//! Links that open one cart, one order, one entry of a waiting list or one invitation without a log-in.
//!
//! A token holds the id and a MAC under a key of the tenant and the purpose: it cannot be guessed,
//! changed, or used at another tenant's host or for another kind of page.

use bilten_kernel::{CartId, Id, IdKind, InvitationId, OrderId, TenantId, WaitlistEntryId};
use data_encoding::BASE32_NOPAD;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::keys::{MasterKey, mac};

const MAC_LENGTH: usize = 16;

/// Signs and reads tokens.
#[derive(Debug, Clone)]
pub struct LinkSigner {
    master: MasterKey,
}

impl LinkSigner {
    /// Makes a signer.
    pub const fn new(master: MasterKey) -> Self {
        Self { master }
    }

    /// Returns the token of a cart.
    pub fn cart(&self, tenant: TenantId, cart: CartId) -> String {
        self.sign("link:cart", tenant, cart)
    }

    /// Reads the token of a cart; `None` when it is not genuine.
    pub fn read_cart(&self, tenant: TenantId, token: &str) -> Option<CartId> {
        self.read("link:cart", tenant, token)
    }

    /// Returns the token of an order.
    pub fn order(&self, tenant: TenantId, order: OrderId) -> String {
        self.sign("link:order", tenant, order)
    }

    /// Reads the token of an order; `None` when it is not genuine.
    pub fn read_order(&self, tenant: TenantId, token: &str) -> Option<OrderId> {
        self.read("link:order", tenant, token)
    }

    /// Returns the token of an entry of a waiting list.
    pub fn waitlist_entry(&self, tenant: TenantId, entry: WaitlistEntryId) -> String {
        self.sign("link:waitlist", tenant, entry)
    }

    /// Reads the token of an entry of a waiting list; `None` when it is not genuine.
    pub fn read_waitlist_entry(&self, tenant: TenantId, token: &str) -> Option<WaitlistEntryId> {
        self.read("link:waitlist", tenant, token)
    }

    /// Returns the token of an invitation to the staff.
    pub fn invitation(&self, tenant: TenantId, invitation: InvitationId) -> String {
        self.sign("link:invitation", tenant, invitation)
    }

    /// Reads the token of an invitation; `None` when it is not genuine.
    pub fn read_invitation(&self, tenant: TenantId, token: &str) -> Option<InvitationId> {
        self.read("link:invitation", tenant, token)
    }

    /// Signs any text for one purpose, such as a cursor; the MAC comes first.
    pub fn seal(&self, purpose: &str, tenant: TenantId, text: &[u8]) -> String {
        let key = self.master.derive(purpose, tenant);
        let tag = mac(key.expose(), &[text]);
        BASE32_NOPAD
            .encode(&[&tag[..MAC_LENGTH], text].concat())
            .to_ascii_lowercase()
    }

    /// Reads a text that [`seal`](Self::seal) signed for the same purpose and tenant.
    pub fn open(&self, purpose: &str, tenant: TenantId, token: &str) -> Option<Vec<u8>> {
        // No token of ours is longer; a longer one is not worth decoding.
        if token.len() > 512 {
            return None;
        }
        let bytes = BASE32_NOPAD.decode(token.to_ascii_uppercase().as_bytes()).ok()?;
        let (tag, text) = bytes.split_at_checked(MAC_LENGTH)?;
        let key = self.master.derive(purpose, tenant);
        let expected = mac(key.expose(), &[text]);
        bool::from(expected[..MAC_LENGTH].ct_eq(tag)).then(|| text.to_vec())
    }

    fn sign<K: IdKind>(&self, purpose: &str, tenant: TenantId, id: Id<K>) -> String {
        self.seal(purpose, tenant, id.uuid().as_bytes())
    }

    fn read<K: IdKind>(&self, purpose: &str, tenant: TenantId, token: &str) -> Option<Id<K>> {
        let text = self.open(purpose, tenant, token)?;
        Uuid::from_slice(&text).ok().map(Id::from_uuid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_only_what_it_was_made_for() {
        let signer = LinkSigner::new(MasterKey::new([7; 32]));
        let (alfa, beta) = (
            TenantId::from_uuid(Uuid::from_u128(1)),
            TenantId::from_uuid(Uuid::from_u128(2)),
        );
        let order = OrderId::from_uuid(Uuid::from_u128(3));
        let token = signer.order(alfa, order);
        assert_eq!(signer.read_order(alfa, &token), Some(order));
        assert_eq!(signer.read_order(beta, &token), None);
        assert_eq!(signer.read_cart(alfa, &token), None);
        assert_eq!(LinkSigner::new(MasterKey::new([8; 32])).read_order(alfa, &token), None);
    }

    #[test]
    fn tampered_and_malformed_tokens_are_refused() {
        let signer = LinkSigner::new(MasterKey::new([7; 32]));
        let tenant = TenantId::from_uuid(Uuid::from_u128(1));
        let token = signer.order(tenant, OrderId::from_uuid(Uuid::from_u128(3)));
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(signer.read_order(tenant, &changed), None, "{changed}");
        }
        for odd in ["", "a", "ø", "!!!!", &token[1..], &"a".repeat(10_000)] {
            assert_eq!(signer.read_order(tenant, odd), None);
        }
    }
}
