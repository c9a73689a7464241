//! All tests that need more than one crate, in one binary: linking is the dear part.

#[cfg(test)]
mod billing;
#[cfg(test)]
mod catalog;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod edge;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod http;
#[cfg(test)]
mod pricing;
#[cfg(test)]
mod race;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod rush;
#[cfg(test)]
mod sso;
#[cfg(test)]
mod stock;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod team;
#[cfg(test)]
mod tenancy;
#[cfg(test)]
mod visits;
