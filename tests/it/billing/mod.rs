//! Payment: the model of the protocol, the contract of providers, and the failures that money meets
//! (the numbers in the tests' comments are those of the failure list in docs/payment-failures.md).

mod abuse;
mod cash;
mod chaos;
mod contract;
mod crashes;
mod dice;
mod ends;
mod gift_shop;
mod gifts;
mod integrity;
mod ledger;
mod model;
mod outlook;
mod redirects;
mod refunds;
mod returns;
mod second_person;
mod solve;
mod storm;
mod stripe;
mod submission;
mod till;
mod webhooks;

pub(crate) use solve::solve;
