//! What strangers can do to a node, and what they cannot: connections, floods, stand-ins.

mod connections;
mod floods;
mod stand_ins;

use std::net::IpAddr;

use axum::body::Body;
use bilten_tests::{Answer, Shopkeeper, Web};
use http::{Request, header::LOCATION};
use url::form_urlencoded;

/// Somebody with a browser, somewhere on the net.
struct Visitor<'a> {
    web: &'a Web,
    host: &'a str,
    address: IpAddr,
}

/// What a form led to.
struct Led(Answer);

impl<'a> Visitor<'a> {
    fn at(web: &'a Web, shop: &'a Shopkeeper, address: &str) -> Self {
        Self {
            web,
            host: &shop.host,
            address: address.parse().unwrap(),
        }
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Led {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header("host", self.host)
            .header("accept", "text/html")
            .header("origin", format!("http://{}", self.host))
            .header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(body)).unwrap();
        Led(self.web.send_from(self.address, request).await)
    }

    async fn fill_cart(&self, event: &str, ticket_type: &str, quantity: u32) -> Led {
        let field = format!("qty_{ticket_type}");
        let path = format!("/events/{event}/carts");
        self.post(&path, &[(&field, &quantity.to_string())]).await
    }

    async fn give_details(&self, cart: &str) -> Led {
        let details = [("email", "ada@example.org"), ("name", "Ada")];
        self.post(cart, &details).await
    }
}

impl Led {
    /// Returns where the answer leads.
    #[track_caller]
    fn leads_to(&self) -> String {
        assert_eq!(self.0.status, 303, "{}", self.0.text);
        self.0.headers[LOCATION].to_str().unwrap().to_owned()
    }
}
