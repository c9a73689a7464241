//! Switzerland's register of businesses, by its public service (`ValidateVatNumber`), which speaks SOAP.

use async_trait::async_trait;
use bilten_core::pricing::VatId;
use http::header::CONTENT_TYPE;

use super::{
    Answer, Register, VatIdCheck,
    line::{Line, fault},
};

const NAMESPACE: &str = "http://www.uid.admin.ch/xmlns/uid-wse";

/// The UID register; its address is that of the service.
#[derive(Debug, Clone)]
pub struct UidRegister(pub Line);

#[async_trait]
impl VatIdCheck for UidRegister {
    fn register(&self) -> Register {
        Register::Uid
    }

    fn covers(&self, id: &VatId) -> bool {
        id.prefix() == "CH"
    }

    async fn check(&self, id: &VatId, _requester: Option<&VatId>) -> Answer {
        // `CHE` and nine digits, whatever the language of what stands behind them.
        let number: String = id.as_str().chars().take(12).collect();
        let question = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
             <s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <ValidateVatNumber xmlns=\"{NAMESPACE}\"><vatNumber>{number}</vatNumber></ValidateVatNumber>\
             </s:Body></s:Envelope>"
        );
        let url = self.0.url("");
        let ask = |client: &reqwest::Client| {
            client
                .post(&url)
                .header(CONTENT_TYPE, "text/xml; charset=utf-8")
                .header(
                    "soapaction",
                    format!("\"{NAMESPACE}/IPublicServices/ValidateVatNumber\""),
                )
                .body(question.clone())
        };
        match self.0.send(ask).await {
            Ok(reply) => read(&reply.body),
            Err(why) => Answer::Unavailable(why),
        }
    }
}

fn read(body: &[u8]) -> Answer {
    let Ok(xml) = std::str::from_utf8(body) else {
        return Answer::Unavailable(fault(""));
    };
    // An answer that was cut off has no end.
    let is_whole = xml.trim_end().ends_with("Envelope>");
    match (element(xml, "ValidateVatNumberResult"), element(xml, "faultstring")) {
        (Some("true"), None) if is_whole => Answer::Valid {
            name: None,
            consultation: None,
        },
        (Some("false"), None) if is_whole => Answer::Invalid,
        (None, Some(why)) if why.contains("Data_validation_failed") => Answer::Invalid,
        (_, Some(why)) => Answer::Unavailable(fault(why)),
        (_, None) => Answer::Unavailable(fault("")),
    }
}

/// Text of the only element of a name, whatever its prefix; none when it is not closed or holds more than text.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let tag = rest.get(at + 1..)?;
        let end = tag.find('>')?;
        let (head, behind) = (tag.get(..end)?, tag.get(end + 1..)?);
        let full = head.split_ascii_whitespace().next().unwrap_or_default();
        if full.rsplit(':').next() == Some(name) && !full.starts_with('/') && !head.ends_with('/') {
            let (text, close) = behind.split_once('<')?;
            return close.strip_prefix('/')?.starts_with(full).then_some(text.trim());
        }
        rest = behind;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let told = |inner: &str| read(format!("<s:Envelope><s:Body>{inner}</s:Body></s:Envelope>").as_bytes());
        let yes = "<ValidateVatNumberResponse xmlns=\"x\"><ValidateVatNumberResult>true</ValidateVatNumberResult></ValidateVatNumberResponse>";
        assert!(matches!(told(yes), Answer::Valid { .. }));
        assert_eq!(
            told("<u:ValidateVatNumberResult>false</u:ValidateVatNumberResult>"),
            Answer::Invalid
        );
        let limit = "<s:Fault><faultcode>x</faultcode><faultstring xml:lang=\"de\">Request_limit_exceeded</faultstring></s:Fault>";
        assert_eq!(told(limit), Answer::Unavailable("Request_limit_exceeded".to_owned()));
        assert_eq!(
            told("<s:Fault><faultstring>Data_validation_failed</faultstring></s:Fault>"),
            Answer::Invalid
        );
        for odd in [
            "",
            "<ValidateVatNumberResult>",
            "<ValidateVatNumberResult>perhaps</ValidateVatNumberResult>",
            "<ValidateVatNumberResult><b>true</b></ValidateVatNumberResult>",
            "<ValidateVatNumberResult/>",
        ] {
            assert_eq!(told(odd), Answer::Unavailable("unreadable".to_owned()), "{odd}");
        }
        assert_eq!(
            read(b"<s:Envelope><ValidateVatNumberResult>true</ValidateVatNumberResult>"),
            Answer::Unavailable("unreadable".to_owned())
        );
        assert_eq!(read(&[0xff]), Answer::Unavailable("unreadable".to_owned()));
    }
}
