//! The way out to addresses that customers name: identity providers, their keys and their token endpoints.
//!
//! A customer's address may point anywhere, also at what only this machine can reach. So each name is resolved once, every
//! address behind it is looked at, and the connection goes to one of those and nowhere else: a name that answers otherwise a
//! moment later gains nothing. Only https, no redirects, no proxy, bounded time and size. An installation that only its own
//! machine reaches may open what is private, for tests and development ([`Reach::Any`]).
//!
//! Never called inside a database transaction, nor by a use case: whoever orchestrates calls between two transactions.

mod addresses;
mod ports;

use std::{error::Error, net::SocketAddr, time::Duration};

use bilten_kernel::Secret;
use reqwest::{
    RequestBuilder,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
    redirect::Policy,
};
use url::{Host, Url};

/// Longest wait for the whole of an answer.
const PATIENCE: Duration = Duration::from_secs(8);
/// Longest wait for a connection.
const CONNECT_PATIENCE: Duration = Duration::from_secs(4);
/// Longest answer that is read, in bytes.
pub const MAX_ANSWER: usize = 256 * 1024;

/// What may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Only https at public addresses.
    Public,
    /// Anything, also http on this machine: for installations that nobody else reaches.
    Any,
}

/// Why nothing came back. The words go into traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreached {
    /// The address is not https, names a port or a user, or is too long.
    #[error("address_form")]
    Form,
    /// It leads to a place that is not public.
    #[error("address_not_public")]
    NotPublic,
    /// The name is unknown, or nobody listens.
    #[error("unreachable")]
    Unreachable,
    /// It took too long.
    #[error("timeout")]
    Timeout,
    /// The answer is too long.
    #[error("too_long")]
    TooLong,
    /// The connection broke.
    #[error("broken_answer")]
    Broken,
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Media type without parameters, in lower case.
    pub media_type: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// Tells whether it is a success with JSON in it.
    pub fn is_json(&self) -> bool {
        self.status == 200 && self.media_type == "application/json"
    }
}

/// Connections to customers' addresses. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Egress {
    client: reqwest::Client,
    reach: Reach,
}

impl Egress {
    /// Makes the client; opens no connection yet.
    ///
    /// # Errors
    /// The client cannot be built.
    pub fn try_new(reach: Reach) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(CONNECT_PATIENCE)
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Resolver(reach))
            .build()?;
        Ok(Self { client, reach })
    }

    /// Reads an address as one that may be called, or says why not.
    ///
    /// # Errors
    /// See [`Unreached`].
    pub fn allow(&self, address: &str) -> Result<Url, Unreached> {
        allow(address, self.reach)
    }

    /// Gets a document.
    ///
    /// # Errors
    /// See [`Unreached`].
    pub async fn get(&self, address: &str, bearer: Option<&Secret<String>>) -> Result<Reply, Unreached> {
        let url = self.allow(address)?;
        let mut request = self.client.get(url).header(ACCEPT, "application/json");
        if let Some(token) = bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        send(request).await
    }

    /// Sends a body with headers of its own.
    ///
    /// # Errors
    /// See [`Unreached`].
    pub async fn post(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Reply, Unreached> {
        let url = self.allow(address)?;
        let mut request = self.client.post(url).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        send(request).await
    }

    /// Sends a form, with the given `Authorization` header if any.
    ///
    /// # Errors
    /// See [`Unreached`].
    pub async fn post_form(
        &self,
        address: &str,
        authorization: Option<&Secret<String>>,
        fields: &[(&str, &str)],
    ) -> Result<Reply, Unreached> {
        let url = self.allow(address)?;
        let mut request = self.client.post(url).header(ACCEPT, "application/json").form(fields);
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value.expose());
        }
        send(request).await
    }
}

async fn send(request: RequestBuilder) -> Result<Reply, Unreached> {
    let mut answer = request.send().await.map_err(|error| why(&error))?;
    let status = answer.status().as_u16();
    let media_type = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| why(&error))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(Unreached::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply {
        status,
        media_type,
        body,
    })
}

fn allow(address: &str, reach: Reach) -> Result<Url, Unreached> {
    if address.len() > 500 || !address.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Unreached::Form);
    }
    let url = Url::parse(address).map_err(|_| Unreached::Form)?;
    let has_user = !url.username().is_empty() || url.password().is_some();
    if has_user || url.fragment().is_some() || url.host().is_none() {
        return Err(Unreached::Form);
    }
    if reach == Reach::Any {
        let is_web = matches!(url.scheme(), "http" | "https");
        return is_web.then_some(url).ok_or(Unreached::Form);
    }
    if url.scheme() != "https" || url.port().is_some() {
        return Err(Unreached::Form);
    }
    // A number in place of a name is never resolved, so it is looked at here.
    let is_public = match url.host() {
        Some(Host::Ipv4(address)) => addresses::is_public(address.into()),
        Some(Host::Ipv6(address)) => addresses::is_public(address.into()),
        Some(Host::Domain(name)) => addresses::is_public_name(name),
        None => false,
    };
    is_public.then_some(url).ok_or(Unreached::NotPublic)
}

/// Resolves a name once and refuses it when any of its addresses is not public.
#[derive(Debug, Clone, Copy)]
struct Resolver(Reach);

/// Marks that refusal in the chain of an error's causes.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to an address that is not public")]
struct NotPublic;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let is_fit = |address: &SocketAddr| reach == Reach::Any || addresses::is_public(address.ip());
            if !found.iter().all(is_fit) {
                return Err(NotPublic.into());
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

fn why(error: &reqwest::Error) -> Unreached {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(found) = cause {
        if found.is::<NotPublic>() {
            return Unreached::NotPublic;
        }
        cause = found.source();
    }
    if error.is_timeout() {
        Unreached::Timeout
    } else if error.is_connect() {
        Unreached::Unreachable
    } else {
        Unreached::Broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ways to name what is not public, in an address.
    const INSIDE: &[&str] = &[
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fe80::1]/",
        "https://[fc00::1]/",
        "https://[fd00:ec2::254]/",
        "https://[ff02::1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://metadata.google.internal/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://192.0.0.1/",
        "https://198.18.0.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://localhost/",
        "https://shop.localhost/",
        "https://printer.local/",
        "https://intranet/",
    ];

    #[test]
    fn counted_no_spelling_of_an_inner_address_is_allowed() {
        for address in INSIDE {
            assert_eq!(allow(address, Reach::Public), Err(Unreached::NotPublic), "{address}");
        }
        println!("spellings of inner addresses refused: {}", INSIDE.len());
    }

    #[test]
    fn only_plain_https_addresses_are_allowed() {
        for address in [
            "http://idp.example.com/",
            "ftp://idp.example.com/",
            "file:///etc/passwd",
            "gopher://idp.example.com/",
            "https://idp.example.com:8443/",
            "https://user@idp.example.com/",
            "https://a:b@idp.example.com/",
            "https://idp.example.com/#x",
            "https://１２７.0.0.1/",
            "https://idp.example.com/a b",
            "//idp.example.com/",
            "",
        ] {
            assert_eq!(allow(address, Reach::Public), Err(Unreached::Form), "{address}");
        }
        assert!(allow("https://idp.example.com/realms/a?x=1", Reach::Public).is_ok());
        assert!(allow("https://idp.example.com:443/", Reach::Public).is_ok());
        assert!(allow("http://127.0.0.1:8080/a", Reach::Any).is_ok());
        assert_eq!(allow("file:///etc/passwd", Reach::Any), Err(Unreached::Form));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        let egress = Egress::try_new(Reach::Public).expect("the client is built");
        let resolver = Resolver(Reach::Public);
        let refused = resolver.resolve("localhost".parse().expect("a name")).await;
        assert!(refused.is_err_and(|error| error.is::<NotPublic>()));
        let refused = egress.get("https://localhost/", None).await;
        assert_eq!(refused.map(|reply| reply.status), Err(Unreached::NotPublic));
    }
}
