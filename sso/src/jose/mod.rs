//! Signed tokens of identity providers: JWS in its compact form (RFC 7515) and key sets (RFC 7517).
//!
//! One road for ID tokens and logout tokens, with the crypto library that TLS brings anyway (docs/adr/0035). Only public-key
//! signatures are taken: nobody who knows a public key or a client secret can make a token. What a token says about
//! its own key (`jwk`, `jku`, `x5u`, `x5c`) is passed over; keys come from the provider's set alone.
//! Not here: what the claims must say (`oidc`).

mod jws;
mod keys;

pub use jws::{Jws, Kind};
pub use keys::{Alg, KeySet};
