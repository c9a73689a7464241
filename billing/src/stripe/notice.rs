//! Stripe's notices: the signature, and the little that is read of one. What a notice says is a hint to ask.

use bilten_kernel::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use stripe_client_core::StripeRequest;
use stripe_core::event::ListEvent;
use stripe_types::RangeQueryTs;

use super::{Stripe, answer::List, line::Reply};
use crate::provider::{AccountRef, HeaderLookup, Outcome, PaymentRef, RawEvent, SignatureError, Why, verify_signature};

/// Header that carries the signature.
pub const SIGNATURE_HEADER: &str = "stripe-signature";
/// Events that one look lists.
const LISTED: i64 = 100;
/// Longest id of an event.
const MAX_ID: usize = 200;

/// A notice whose signature was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What the inbox stores.
    pub event: RawEvent,
    /// Kind, such as `account.updated`.
    pub kind: String,
    /// It speaks of real money.
    pub is_live: bool,
}

impl Stripe {
    /// Checks a notice's signature and age against each secret in force, and reads what it is about.
    ///
    /// # Errors
    /// The signature, its time or the body is wrong.
    pub fn read_notice(
        &self,
        now: Timestamp,
        headers: &dyn HeaderLookup,
        body: &[u8],
    ) -> Result<Notice, SignatureError> {
        let signature = headers.header(SIGNATURE_HEADER).ok_or(SignatureError::Malformed)?;
        verify_signature(&self.webhook_secrets, now, signature, body)?;
        read(body)
    }

    /// Lists what Stripe could not deliver about an account since then: the youngest hundred, each with its text.
    pub async fn list_undelivered(&self, account: &AccountRef, from: Timestamp) -> Outcome<Vec<(Notice, Vec<u8>)>> {
        let request = ListEvent::new()
            .delivery_success(false)
            .created(RangeQueryTs::gte(from.as_second()))
            .limit(LISTED)
            .build();
        let body = match self.ask(&request, Some(account)).await {
            Reply::Body(body) => body,
            Reply::Refused(_) => return Outcome::NotSent(Why::NotFound),
            Reply::NotSent(why) => return Outcome::NotSent(why),
            Reply::Unknown => return Outcome::Unknown,
        };
        let Ok(list) = serde_json::from_slice::<List<Box<RawValue>>>(&body) else {
            return Outcome::Unknown;
        };
        let texts = list.data.iter().map(|raw| raw.get().as_bytes());
        let notices = texts.filter_map(|text| {
            let notice = read(text).ok()?;
            // The list of an account's events leaves the account out.
            let event = RawEvent {
                account: Some(account.clone()),
                ..notice.event
            };
            Some((Notice { event, ..notice }, text.to_vec()))
        });
        Outcome::Done(notices.collect())
    }
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    livemode: bool,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    #[serde(default)]
    id: Option<String>,
    #[serde(default, rename = "object")]
    kind: String,
    #[serde(default)]
    payment_intent: Option<Named>,
}

/// A thing by its name, or spelt out.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Named {
    Id(String),
    Whole { id: String },
}

impl Named {
    pub(super) fn id(self) -> String {
        match self {
            Self::Id(id) | Self::Whole { id } => id,
        }
    }
}

pub(super) fn read(body: &[u8]) -> Result<Notice, SignatureError> {
    let event: Event = serde_json::from_slice(body).map_err(|_| SignatureError::BadEvent)?;
    if event.id.is_empty() || event.id.len() > MAX_ID || event.kind.len() > MAX_ID {
        return Err(SignatureError::BadEvent);
    }
    let account = match &event.account {
        Some(text) => Some(AccountRef::parse(text).map_err(|_| SignatureError::BadEvent)?),
        None => None,
    };
    let object = event.data.object;
    let named = object.id.clone().filter(|id| id.len() <= MAX_ID);
    let payment = match (object.kind.as_str(), object.payment_intent) {
        ("payment_intent", _) => object.id,
        (_, Some(Named::Id(id) | Named::Whole { id })) => Some(id),
        (_, None) => None,
    };
    Ok(Notice {
        event: RawEvent {
            id: event.id,
            payment: payment.and_then(|text| PaymentRef::parse(&text).ok()),
            account,
            object: named,
        },
        kind: event.kind,
        is_live: event.livemode,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payment(body: &str) -> Option<String> {
        let notice = read(body.as_bytes()).unwrap();
        notice.event.payment.map(|payment| payment.to_string())
    }

    #[test]
    fn the_payment_is_found_in_whatever_speaks_of_one() {
        for (object, found) in [
            (r#"{"object":"payment_intent","id":"pi_1"}"#, Some("pi_1")),
            (
                r#"{"object":"charge","id":"ch_1","payment_intent":"pi_2"}"#,
                Some("pi_2"),
            ),
            (
                r#"{"object":"dispute","id":"dp_1","payment_intent":{"id":"pi_3","new":[]}}"#,
                Some("pi_3"),
            ),
            (r#"{"object":"account","id":"acct_1"}"#, None),
            (r#"{"object":"charge","id":"ch_1","payment_intent":null}"#, None),
        ] {
            let body =
                format!(r#"{{"id":"evt_1","type":"x.y","livemode":false,"data":{{"object":{object}}},"brand_new":1}}"#);
            assert_eq!(payment(&body).as_deref(), found, "{object}");
        }
    }

    #[test]
    fn what_is_no_event_is_refused() {
        for body in [
            "",
            "[]",
            r#"{"id":"","type":"x","data":{"object":{}}}"#,
            r#"{"id":"evt","type":"x"}"#,
        ] {
            assert_eq!(read(body.as_bytes()), Err(SignatureError::BadEvent), "{body}");
        }
        let odd = r#"{"id":"evt","type":"x","account":"a b","data":{"object":{}}}"#;
        assert_eq!(read(odd.as_bytes()), Err(SignatureError::BadEvent));
    }
}
